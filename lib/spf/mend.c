/* The SPF record that was meant: several joined, or the slip that breaks the one corrected. */
#include "spf/front.h"

enum { LONG_RECORD = 450, MAX_SLIPS = 4 };

static bool is_plain(mw_span text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] < 0x20 || text.data[i] > 0x7e)
            return false;
    return true;
}

static const char version[] = "v=spf1";

/* ---- several records ---- */

/* The softest of the ends: a merged record must not refuse what one of them let pass. */
static char merged_end(char best, char qualifier) {
    static const char order[] = "-~?";
    const char *x = strchr(order, best), *y = strchr(order, qualifier);
    return x && y && y > x ? qualifier : best;
}

static void append_once(mw_arena *arena, GString *out, mw_span term) {
    const char *text = mw_printf(arena, " %.*s", (int)term.len, term.data);
    if (!strstr(mw_printf(arena, "%s ", out->str), mw_printf(arena, "%s ", text)))
        g_string_append(out, text);
}

const char *mw_spf_merge(mw_arena *arena, const GPtrArray *texts) {
    g_autoptr(GString) out = g_string_new("v=spf1");
    char end = '-';
    for (guint k = 0; k < texts->len; k++) {
        const mw_spf_record *record = mw_spf_parse(arena, *(const mw_span *)texts->pdata[k]);
        if (record->error || record->redirect >= 0)
            return NULL;
        for (size_t i = 0; i < record->n_terms && record->terms[i].kind != MW_SPF_ALL; i++) {
            if (out->len + record->terms[i].text.len > LONG_RECORD)
                return NULL;
            if (mw_span_is(record->terms[i].text, "v=spf1"))
                continue;
            append_once(arena, out, record->terms[i].text);
        }
        char qualifier = record->all < 0 ? '?' : record->terms[record->all].qualifier;
        end = merged_end(end, qualifier);
        if (qualifier == '+')
            return NULL;
    }
    g_string_append_printf(out, " %call", end);
    return mw_strdup(arena, out->str);
}

/* ---- one slip ---- */

/* What a word processor or a web page puts in place of plain characters, and what was meant. */
static const char *plain_characters(mw_arena *arena, mw_span text) {
    static const struct {
        const char *bytes, *meant;
    } table[] = {
        {"\xe2\x80\x90", "-"}, {"\xe2\x80\x91", "-"}, {"\xe2\x80\x92", "-"}, {"\xe2\x80\x93", "-"},
        {"\xe2\x80\x94", "-"}, {"\xe2\x88\x92", "-"}, {"\xe2\x80\x98", ""},  {"\xe2\x80\x99", ""},
        {"\xe2\x80\x9c", ""},  {"\xe2\x80\x9d", ""},  {"\xe2\x80\x8b", ""},  {"\xef\xbb\xbf", ""},
        {"\xc2\xa0", " "},     {"\t", " "},           {"\r", " "},           {"\n", " "},
    };
    g_autoptr(GString) out = g_string_new(NULL);
    for (size_t i = 0; i < text.len;) {
        size_t n = 0;
        for (size_t k = 0; k < G_N_ELEMENTS(table) && n == 0; k++) {
            size_t len = strlen(table[k].bytes);
            if (len > text.len - i || memcmp(text.data + i, table[k].bytes, len) != 0)
                continue;
            g_string_append(out, table[k].meant);
            n = len;
        }
        if (n == 0)
            g_string_append_c(out, text.data[i++]);
        i += n;
    }
    return mw_strndup(arena, out->str, out->len);
}

/* What an address that does not fit its mechanism was to be. */
static const char *other_mechanism(mw_arena *arena, mw_span term) {
    mw_span rest = term, name = mw_span_cut(&rest, ':'), host = rest;
    mw_span address = mw_span_cut(&host, '/');
    mw_ip ip;
    const char *sign = term.len && strchr("+-~?", term.data[0]) ? mw_strndup(arena, term.data, 1) : "";
    if (mw_ip_parse(address, &ip))
        return (ip.family == 4) == (bool)mw_span_ends(name, "ip4")
                   ? NULL
                   : mw_printf(arena, "%sip%d:%.*s", sign, ip.family, (int)rest.len, rest.data);
    for (size_t i = 0; i < address.len; i++)
        if (g_ascii_isalpha(address.data[i]) && mw_span_find(address, ':') == SIZE_MAX)
            return mw_printf(arena, "%sa:%.*s", sign, (int)rest.len, rest.data);
    return NULL;
}

static const char *other_name(mw_arena *arena, mw_span term) {
    mw_span bare = mw_spf_unqualified(term);
    int sign = (int)(term.len - bare.len);
    mw_span rest = bare, address = mw_span_cut(&rest, '/');
    mw_ip ip;
    if (mw_ip_parse(address, &ip))
        return mw_printf(arena, "%.*sip%d:%.*s", sign, term.data, ip.family, (int)bare.len, bare.data);
    size_t n = 0;
    while (n < bare.len && !strchr(":=/", bare.data[n]))
        n++;
    const char *meant = mw_spf_meant(mw_span_slice(bare, 0, n));
    if (!meant)
        return NULL;
    if (g_str_has_suffix(meant, "=") && n < bare.len) /* redirect:x */
        n++;
    return mw_printf(arena, "%.*s%s%.*s", sign, term.data, meant, (int)(bare.len - n), bare.data + n);
}

/* What the term was to be, "" for nothing at all; NULL: that can't be told. joined: the next word belongs to
 * it. */
static const char *meant_term(mw_arena *arena, const mw_spf_record *record, bool *joined) {
    mw_span term = record->error_text;
    size_t n = term.len;
    while (n && strchr(",;\"", term.data[n - 1]))
        n--;
    if (n < term.len)
        return mw_strndup(arena, term.data, n);
    if (n > 5 && mw_span_ends(term, "all") && strchr("+-~?", term.data[n - 4]))
        return mw_printf(arena, "%.*s %.*s", (int)(n - 4), term.data, 4, term.data + n - 4);
    if (n && strchr(":=", term.data[n - 1])) {
        *joined = true;
        return mw_strndup(arena, term.data, n);
    }
    if (strcmp(record->error, "bad address") == 0)
        return other_mechanism(arena, term);
    if (strcmp(record->error, "unknown mechanism") == 0 ||
        strcmp(record->error, "neither a mechanism nor a modifier") == 0)
        return other_name(arena, term);
    return g_str_has_suffix(record->error, "stands twice") ? "" : NULL;
}

/* The text with one slip mended; NULL where that can't be done. */
static const char *without_slip(mw_arena *arena, mw_span text, const mw_spf_record *record) {
    if (g_str_has_prefix(record->error, "the byte"))
        return plain_characters(arena, text);
    bool joined = false;
    const char *meant = meant_term(arena, record, &joined);
    if (!meant || record->error_offset + record->error_text.len > text.len)
        return NULL;
    mw_span before = mw_span_slice(text, 0, record->error_offset);
    mw_span after = mw_span_from(text, record->error_offset + record->error_text.len);
    if (joined || *meant == '\0')
        while (after.len && after.data[0] == ' ')
            after = mw_span_from(after, 1);
    if (joined && after.len == 0)
        return NULL;
    return mw_printf(arena, "%.*s%s%.*s", (int)before.len, before.data, meant, (int)after.len, after.data);
}

/* Where a second v=spf1 begins, or SIZE_MAX: two records were written as one. */
static size_t second_version(mw_span text) {
    for (size_t at = strlen(version); at + strlen(version) <= text.len; at++) {
        bool here = mw_span_starts(mw_span_from(text, at), version);
        size_t end = at + strlen(version);
        if (here && text.data[at - 1] == ' ' && (end == text.len || text.data[end] == ' '))
            return at;
    }
    return SIZE_MAX;
}

/* A record without an error and with one version, or NULL. */
static const char *in_one(mw_arena *arena, mw_span text) {
    GPtrArray *texts = mw_array_new(arena);
    size_t at;
    while ((at = second_version(text)) != SIZE_MAX && texts->len < MAX_SLIPS) {
        mw_span first = mw_span_trim(mw_span_slice(text, 0, at));
        g_ptr_array_add(texts, mw_memdup(arena, &first, sizeof first));
        text = mw_span_from(text, at);
    }
    text = mw_span_trim(text);
    if (texts->len == 0)
        return mw_span_dup(arena, text);
    g_ptr_array_add(texts, mw_memdup(arena, &text, sizeof text));
    return mw_spf_merge(arena, texts);
}

/* A record without an error, or NULL. */
static const char *without_slips(mw_arena *arena, mw_span text) {
    if (mw_span_find(text, '\0') != SIZE_MAX)
        return NULL;
    for (int i = 0; i < MAX_SLIPS; i++) {
        const mw_spf_record *record = mw_spf_is_record(text) ? mw_spf_parse(arena, text) : NULL;
        if (!record)
            return NULL;
        if (!record->error)
            return in_one(arena, text);
        const char *better = without_slip(arena, text, record);
        if (!better || mw_span_equal(mw_span_of(better), text))
            return NULL;
        text = mw_span_of(better);
    }
    return NULL;
}

/* "v = spf1 ...", "spf1 ...", a record in quotes of its own. */
static const char *begun_right(mw_arena *arena, mw_span text) {
    if (mw_span_find(text, '\0') != SIZE_MAX)
        return NULL;
    static const char *const starts[] = {"v=spf1", "v = spf1", "v =spf1", "v= spf1",
                                         "v:spf1", "spf1",     "spf=1"};
    while (text.len && strchr("\"' \t", text.data[0]) && text.data[0])
        text = mw_span_from(text, 1);
    while (text.len && strchr("\"' \t", text.data[text.len - 1]) && text.data[text.len - 1])
        text = mw_span_slice(text, 0, text.len - 1);
    for (size_t i = 0; i < G_N_ELEMENTS(starts); i++) {
        if (!mw_span_starts(text, starts[i]))
            continue;
        mw_span rest = mw_span_from(text, strlen(starts[i]));
        while (rest.len && strchr(" :;,", rest.data[0]) && rest.data[0])
            rest = mw_span_from(rest, 1);
        return mw_printf(arena, "v=spf1 %.*s", (int)rest.len, rest.data);
    }
    return NULL;
}

/* ---- what stopped the run ---- */

static const char *mend_nearly(mw_spf_run *run, const char **how) {
    const mw_answer *answer = mw_dns_query(run->dns, &run->name, MW_TYPE_TXT, MW_FOR_AUTH, "SPF record");
    const char *found = NULL;
    for (size_t i = 0; i < answer->n_records; i++) {
        const char *text = begun_right(run->arena, mw_rdata_txt(run->arena, &answer->records[i]));
        const char *mended = text ? without_slips(run->arena, mw_span_of(text)) : NULL;
        if (mended && found)
            return NULL;
        mw_span raw = mw_rdata_txt(run->arena, &answer->records[i]);
        if (mended)
            *how = raw.len && strchr("\"'", raw.data[0]) ? "It stands without quotation marks of its own."
                   : mw_span_starts(raw, version)        ? "It has a blank behind v=spf1."
                                                         : "It begins with v=spf1 and a blank.";
        found = mended ? mended : found;
    }
    return found;
}

/* Where strings were joined without a blank, the domain of the term is no domain that anybody has. */
static const char *mend_joined(mw_spf_run *run, mw_span text, const char **how) {
    const char *split = mw_spf_split_joined(run->arena, run->root->rdata, text);
    *how = "It has a blank where two strings of the record are joined without one.";
    return split ? without_slips(run->arena, mw_span_of(split)) : NULL;
}

/* The term of the top record that leads to no record is left out; what a redirect decided is left open. */
static const char *mend_include(mw_spf_run *run, const char **how) {
    const mw_spf_branch *root = run->root;
    const char *split = root->record ? mend_joined(run, root->record->text, how) : NULL;
    if (split)
        return split;
    for (size_t i = 0; root->record && i < root->record->n_terms; i++) {
        const mw_spf_step *step = &root->steps[i];
        if (!step->stopped || !step->child || step->child->record || step->child->broken ||
            (step->term->kind != MW_SPF_INCLUDE && step->term->kind != MW_SPF_REDIRECT))
            continue;
        bool redirect = step->term->kind == MW_SPF_REDIRECT;
        if (redirect && root->record->n_terms < 2)
            return NULL; /* nothing would be left */
        mw_span text = root->record->text, term = step->term->text;
        mw_span before = mw_span_slice(text, 0, step->term->offset);
        mw_span after = mw_span_trim(mw_span_from(text, step->term->offset + term.len));
        *how =
            redirect
                ? mw_printf(run->arena,
                            "It leaves out %s, which leads to no SPF record, and ends in ~all in its place.",
                            mw_spf_words(run->arena, term, 60))
                : mw_printf(run->arena, "It leaves out %s, which leads to no SPF record.",
                            mw_spf_words(run->arena, term, 60));
        return mw_printf(run->arena, "%.*s%.*s%s", (int)before.len, before.data, (int)after.len, after.data,
                         redirect && after.len ? " ~all"
                         : redirect            ? "~all"
                                               : "");
    }
    return NULL;
}

static const char *mend_voids(mw_spf_run *run, const char **how) {
    int family = run->request->client_ip.family;
    const char *gone, *text = mw_spf_all_voids_by_family(run) ? NULL : mw_spf_without_dead(run, &gone);
    if (text) {
        *how = mw_printf(run->arena, "It leaves out %s, which have no address.", gone);
        return text;
    }
    if (!mw_spf_all_voids_by_family(run))
        return NULL;
    *how = mw_printf(run->arena,
                     "It names the addresses first, which cost no look-up, and takes nothing out: the hosts "
                     "without an IPv%d address are right for IPv%d.",
                     family, family == 4 ? 6 : 4);
    return mw_spf_addresses_first(run);
}

static const char *mend_lookups(mw_spf_run *run, const char **how) {
    *how = "It names the addresses first, which cost no look-up, so that this server is found before ten are "
           "used "
           "up. For the others take out what is no longer needed.";
    return mw_spf_addresses_first(run);
}

static const char *mend_syntax(mw_spf_run *run, const char **how) {
    const mw_spf_record *broken = run->root->broken;
    if (!broken)
        return NULL;
    const char *split = mend_joined(run, broken->text, how);
    if (split)
        return split;
    *how = mw_printf(run->arena, "It corrects \"%s\".", mw_spf_words(run->arena, broken->error_text, 60));
    return without_slips(run->arena, broken->text);
}

static const char *mend_multiple(mw_spf_run *run, const char **how) {
    if (!run->root->texts || run->root->texts->len < 2)
        return NULL;
    *how = mw_printf(run->arena, "It stands for all %u records that are there now: delete those.",
                     run->root->texts->len);
    return mw_spf_merge(run->arena, run->root->texts);
}

/* "ip4=192.0.2.1" is a modifier that nobody knows: it is passed over. */
static const char *mend_modifiers(mw_spf_run *run, const char **how) {
    static const char *const names[] = {"ip4=", "ip6=", "a=", "mx=", "include=", "exists="};
    const mw_spf_record *record = run->root->record;
    char *text = NULL;
    for (size_t i = 0; record && i < record->n_terms; i++) {
        const mw_spf_directive *term = &record->terms[i];
        for (size_t k = 0; term->kind == MW_SPF_UNKNOWN_MODIFIER && k < G_N_ELEMENTS(names); k++) {
            if (!mw_span_starts(term->text, names[k]))
                continue;
            text = text ? text : mw_span_dup(run->arena, record->text);
            text[term->offset + strlen(names[k]) - 1] = ':';
            *how = mw_printf(run->arena, "It corrects \"%s\".", mw_spf_words(run->arena, term->text, 60));
        }
    }
    return text;
}

static const char *mend_doubled(mw_spf_run *run, const char **how) {
    const mw_spf_record *record = run->root->record;
    if (!record || second_version(record->text) == SIZE_MAX)
        return NULL;
    *how = "It begins with v=spf1 once.";
    return in_one(run->arena, record->text);
}

/* Most of the addresses that there are: whoever meant that, it is not to be spread. */
static bool is_open(const mw_spf_record *record) {
    enum { WIDE_4 = 7, WIDE_6 = 15 };
    for (size_t i = 0; i < record->n_terms; i++) {
        const mw_spf_directive *term = &record->terms[i];
        bool wide = term->ip4_bits <= WIDE_4 || term->ip6_bits <= WIDE_6;
        bool all = term->kind == MW_SPF_ALL;
        bool network = term->kind == MW_SPF_IP4 ? term->ip4_bits <= WIDE_4
                       : term->kind == MW_SPF_IP6
                           ? term->ip6_bits <= WIDE_6
                           : (term->kind == MW_SPF_A || term->kind == MW_SPF_MX) && wide;
        if (term->qualifier == '+' && (all || network))
            return true;
    }
    return false;
}

const mw_mended *mw_spf_mend(mw_spf_run *run) {
    static const struct {
        const char *cause;
        const char *(*mend)(mw_spf_run *, const char **);
    } table[] = {{"syntax", mend_syntax}, {"multiple", mend_multiple},        {"include_none", mend_include},
                 {"void", mend_voids},    {"too_many_lookups", mend_lookups}, {"nearly", mend_nearly}};
    const char *how = NULL, *text = run->root && !run->stopped ? mend_modifiers(run, &how) : NULL;
    if (!text && run->root && !run->stopped)
        text = mend_doubled(run, &how);
    for (size_t i = 0; run->root && run->cause && i < G_N_ELEMENTS(table); i++)
        if (strcmp(run->cause, table[i].cause) == 0)
            text = table[i].mend(run, &how);
    if (!text || strlen(text) > LONG_RECORD || !is_plain(mw_span_of(text)))
        return NULL;
    const mw_spf_record *record = mw_spf_parse(run->arena, mw_span_of(text));
    if (record->error || is_open(record))
        return NULL;
    mw_mended *mended = mw_new(run->arena, mw_mended);
    *mended = (mw_mended){.name = run->root->node->domain, .text = text, .how = how};
    return mended;
}
