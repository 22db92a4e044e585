#include "dmarc/record.h"
#include "base/domain.h"
#include "base/limits.h"

typedef struct tag {
    mw_span name, value;
} tag;

typedef struct reader {
    mw_arena *arena;
    const char *where;
    mw_dmarc_record *record;
    GHashTable *seen;
} reader;

const char *mw_policy_name(mw_policy policy) {
    static const char *const names[] = {NULL, "none", "quarantine", "reject"};
    return names[policy];
}

void mw_dmarc_defect(mw_arena *arena, GPtrArray *defects, const char *id, const char *text, const char *fix) {
    if (defects->len >= MW_MAX_RECORD_DEFECTS)
        return;
    mw_spf_advice *advice = mw_new(arena, mw_spf_advice);
    advice->id = id;
    advice->text = text;
    advice->fix = fix;
    g_ptr_array_add(defects, advice);
}

/* Enough of a tag or value for a sentence. */
static char *excerpt(mw_arena *arena, mw_span text) {
    enum { ENOUGH = 60 };
    return mw_printf(arena, "%.*s%s", (int)MIN(text.len, ENOUGH), text.data ? text.data : "",
                     text.len > ENOUGH ? "..." : "");
}

static void defect(reader *r, const char *id, const char *text, const char *fix) {
    mw_dmarc_defect(r->arena, r->record->defects, id, text, fix);
}

static bool is_wsp(char c) {
    return c == ' ' || c == '\t';
}

static mw_span trim_wsp(mw_span text) {
    while (text.len && is_wsp(text.data[0]))
        text = mw_span_from(text, 1);
    while (text.len && is_wsp(text.data[text.len - 1]))
        text.len--;
    return text;
}

/* "v" *WSP "=" *WSP "DMARC1" *WSP, then ";" or the end. Only the value's case counts. */
static bool has_version(mw_span text) {
    mw_span rest = text;
    mw_span first = mw_span_cut(&rest, ';');
    if (first.len == 0 || is_wsp(first.data[0]))
        return false;
    mw_span value = first;
    mw_span name = mw_span_cut(&value, '=');
    return value.data && mw_span_is(trim_wsp(name), "v") && mw_span_equal(trim_wsp(value), MW_SPAN("DMARC1"));
}

static const char *quoted(reader *r, mw_span text) {
    return mw_printf(r->arena, "\"%s\"", excerpt(r->arena, text));
}

/* Why receivers do not see a record here, although somebody meant one. */
static void explain_pretender(reader *r, mw_span text) {
    const char *fix = "Begin the record with \"v=DMARC1;\", exactly so, and let \"p=\" follow.";
    mw_span bare = mw_span_trim(text), rest = bare;
    mw_span first = mw_span_trim(mw_span_cut(&rest, ';'));
    const char *why;
    if (bare.data != text.data && has_version(bare))
        why = "it begins with a blank, so that v=DMARC1 does not stand at its very beginning";
    else if (text.data[0] == '"' || text.data[0] == '\'')
        why = "quotation marks are part of its text";
    else if (mw_span_starts(first, "v=DMARC1") && mw_span_search(first, "p=") != SIZE_MAX)
        why = "no semicolon stands between v=DMARC1 and the next tag";
    else if (mw_span_is(first, "v=DMARC1"))
        why = "DMARC1 must be written in capital letters";
    else if (mw_span_search(first, "DMARC") != SIZE_MAX)
        why = mw_printf(r->arena, "it begins with %s instead of v=DMARC1", quoted(r, first));
    else if (mw_span_search(rest, "DMARC1") != SIZE_MAX)
        why = "v=DMARC1 is not its first tag";
    else
        why = "v=DMARC1 is missing";
    defect(r, "version",
           mw_printf(r->arena, "the record at %s is passed over by receivers: %s", r->where, why), fix);
}

/* Some record that has a policy in it, or the word DMARC at its head. */
static bool means_dmarc(mw_span text) {
    mw_span head = mw_span_slice(text, 0, 40), rest = text;
    if (mw_span_starts(mw_span_trim(text), "v=spf1"))
        return false;
    if (mw_span_search(head, "DMARC") != SIZE_MAX)
        return true;
    while (rest.data) {
        mw_span part = mw_span_trim(mw_span_cut(&rest, ';'));
        if (mw_span_is(part, "p=none") || mw_span_is(part, "p=reject") || mw_span_is(part, "p=quarantine") ||
            mw_span_is(part, "v=DMARC1"))
            return true;
    }
    return false;
}

static bool read_policy(mw_span value, mw_policy *out) {
    static const struct {
        const char *name;
        mw_policy policy;
    } policies[] = {
        {"none", MW_POLICY_NONE}, {"quarantine", MW_POLICY_QUARANTINE}, {"reject", MW_POLICY_REJECT}};
    *out = MW_POLICY_ABSENT;
    for (size_t i = 0; i < G_N_ELEMENTS(policies); i++)
        if (mw_span_is(value, policies[i].name))
            *out = policies[i].policy;
    return *out != MW_POLICY_ABSENT;
}

static void bad_value(reader *r, const tag *t, const char *meaning, const char *fix) {
    defect(r, "bad_value",
           mw_printf(r->arena, "%s=%s in the record at %s is none of the values that %s may have; %s",
                     excerpt(r->arena, t->name), excerpt(r->arena, t->value), r->where,
                     excerpt(r->arena, t->name), meaning),
           fix);
}

static void read_sp(reader *r, const tag *t, mw_policy *policy, bool *bad) {
    *bad = !read_policy(t->value, policy);
    if (*bad)
        bad_value(r, t, "receivers then set all its policies aside",
                  "Write none, quarantine or reject, or leave the tag out.");
}

static void read_mode(reader *r, const tag *t, bool *strict) {
    *strict = mw_span_is(t->value, "s");
    if (!*strict && !mw_span_is(t->value, "r"))
        bad_value(r, t, "receivers take it as r (relaxed)", "Write r or s.");
}

static void read_psd(reader *r, const tag *t) {
    char c = t->value.len == 1 ? g_ascii_tolower(t->value.data[0]) : 0;
    if (c == 'y' || c == 'n' || c == 'u')
        r->record->psd = c;
    else
        bad_value(r, t, "receivers take it as u (not said)", "Leave the tag out.");
}

static void read_testing(reader *r, const tag *t) {
    r->record->testing = mw_span_is(t->value, "y");
    if (!r->record->testing && !mw_span_is(t->value, "n"))
        bad_value(r, t, "receivers take it as n", "Write y or n.");
}

static void read_pct(reader *r, const tag *t) {
    uint64_t pct;
    if (mw_span_number(t->value, 100, &pct))
        r->record->pct = (unsigned)pct;
    else
        bad_value(r, t, "receivers take it as 100", "Leave the tag out: RFC 9989 no longer knows it.");
}

/* scheme ":" and then no blank, control or delimiter that a URI can't hold. */
static bool uri_valid(mw_span uri) {
    size_t colon = mw_span_find(uri, ':');
    if (colon == SIZE_MAX || colon == 0 || colon + 1 == uri.len || !g_ascii_isalpha(uri.data[0]))
        return false;
    for (size_t i = 0; i < uri.len; i++) {
        char c = uri.data[i];
        if (i < colon ? !g_ascii_isalnum(c) && c != '+' && c != '-' && c != '.'
                      : !g_ascii_isgraph(c) || strchr("<>\"{}|\\^`", c))
            return false;
    }
    return true;
}

static char *mailto_domain(mw_arena *arena, mw_span uri) {
    if (!mw_span_starts(uri, "mailto:"))
        return NULL;
    mw_span address = mw_span_from(uri, 7);
    address = mw_span_cut(&address, '?');
    /* "!10m" is RFC 7489's size limit */
    address = mw_span_cut(&address, '!');
    mw_span domain = address;
    mw_span local = mw_span_cut(&domain, '@');
    return local.len && domain.len ? mw_domain_ascii(arena, domain) : NULL;
}

static void explain_uri(reader *r, const tag *t, mw_span uri, bool valid) {
    const char *name = excerpt(r->arena, t->name), *text = excerpt(r->arena, uri);
    if (!valid && mw_span_find(uri, '@') != SIZE_MAX && mw_span_find(uri, ':') == SIZE_MAX)
        defect(r, "uri", mw_printf(r->arena, "%s=%s lacks \"mailto:\", so no reports come", name, text),
               mw_printf(r->arena, "Write %s=mailto:%s.", name, text));
    else
        defect(r, "uri",
               mw_printf(r->arena, "%s names \"%s\", which is no address for reports; none come there", name,
                         text),
               mw_printf(r->arena, "Write %s=mailto:NAME@DOMAIN, several with commas between them.", name));
}

static void read_uris(reader *r, const tag *t, bool rua) {
    mw_dmarc_uri *uris = mw_new_n(r->arena, mw_dmarc_uri, MW_MAX_REPORT_URIS);
    mw_span rest = t->value;
    size_t n = 0;
    while (rest.data) {
        mw_span text = trim_wsp(mw_span_cut(&rest, ','));
        bool valid = uri_valid(text);
        char *domain = mailto_domain(r->arena, text);
        if (!valid || (mw_span_starts(text, "mailto:") && !domain))
            explain_uri(r, t, text, valid);
        r->record->usable_rua |= rua && valid;
        if (n < MW_MAX_REPORT_URIS)
            uris[n++] = (mw_dmarc_uri){mw_span_dup(r->arena, text), valid ? domain : NULL, valid};
    }
    if (rua) {
        r->record->rua = uris;
        r->record->n_rua = n;
    }
}

static void unknown_tag(reader *r, const tag *t) {
    static const char *const known[] = {"v", "fo", "rf", "ri"};
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
        if (mw_span_is(t->name, known[i]))
            return;
    defect(r, "unknown_tag",
           mw_printf(r->arena,
                     "the tag \"%s\" in the record at %s means nothing in DMARC; receivers ignore it",
                     excerpt(r->arena, t->name), r->where),
           "Take it out, or write the tag that was meant.");
}

static void read_tag(reader *r, const tag *t) {
    mw_dmarc_record *record = r->record;
    if (mw_span_is(t->name, "p")) {
        if (!read_policy(t->value, &record->p))
            bad_value(r, t, "the record asks for nothing", "Write p=none, p=quarantine or p=reject.");
    } else if (mw_span_is(t->name, "sp")) {
        read_sp(r, t, &record->sp, &record->bad_sp);
    } else if (mw_span_is(t->name, "np")) {
        read_sp(r, t, &record->np, &record->bad_np);
    } else if (mw_span_is(t->name, "adkim")) {
        read_mode(r, t, &record->adkim_strict);
    } else if (mw_span_is(t->name, "aspf")) {
        read_mode(r, t, &record->aspf_strict);
    } else if (mw_span_is(t->name, "psd")) {
        read_psd(r, t);
    } else if (mw_span_is(t->name, "t")) {
        read_testing(r, t);
    } else if (mw_span_is(t->name, "pct")) {
        read_pct(r, t);
    } else if (mw_span_is(t->name, "rua") || mw_span_is(t->name, "ruf")) {
        read_uris(r, t, mw_span_is(t->name, "rua"));
    } else {
        unknown_tag(r, t);
    }
}

/* False when the part is empty, or no tag at all (which is told). */
static bool split_tag(reader *r, mw_span part, tag *out) {
    part = trim_wsp(part);
    if (part.len == 0)
        return false;
    mw_span value = part;
    mw_span name = trim_wsp(mw_span_cut(&value, '='));
    bool alpha = name.len > 0 && value.data;
    for (size_t i = 0; alpha && i < name.len; i++)
        alpha = g_ascii_isalnum(name.data[i]) || name.data[i] == '_';
    if (!alpha) {
        defect(r, "no_tag",
               mw_printf(r->arena,
                         "\"%s\" in the record at %s is not of the form tag=value; receivers ignore it",
                         excerpt(r->arena, part), r->where),
               "Separate the tags with semicolons, each as tag=value.");
        return false;
    }
    *out = (tag){name, trim_wsp(value)};
    return true;
}

static bool is_repeated(reader *r, mw_span name) {
    char *key = mw_span_dup(r->arena, name);
    for (char *p = key; *p; p++)
        *p = g_ascii_tolower(*p);
    return !g_hash_table_add(r->seen, key);
}

static void read_tags(reader *r, mw_span text) {
    mw_span rest = text;
    bool has_p = false;
    while (rest.data) {
        tag t;
        if (!split_tag(r, mw_span_cut(&rest, ';'), &t))
            continue;
        if (is_repeated(r, t.name)) {
            if (r->record->kind != MW_DMARC_BROKEN)
                defect(r, "repeated_tag",
                       mw_printf(r->arena,
                                 "the tag \"%s\" stands twice in the record at %s; receivers set such a "
                                 "record aside",
                                 excerpt(r->arena, t.name), r->where),
                       "Leave each tag in once.");
            r->record->kind = MW_DMARC_BROKEN;
            continue;
        }
        has_p |= mw_span_is(t.name, "p");
        read_tag(r, &t);
    }
    if (!has_p)
        defect(r, "missing_p",
               mw_printf(r->arena, "the record at %s has no p= tag, so it asks for nothing", r->where),
               "Add p=none, p=quarantine or p=reject behind v=DMARC1.");
}

const mw_dmarc_record *mw_dmarc_record_read(mw_arena *arena, mw_span text, const char *name) {
    mw_dmarc_record *record = mw_new(arena, mw_dmarc_record);
    record->text = mw_span_dup(arena, text);
    record->psd = 'u';
    record->pct = 100;
    record->defects = mw_array_new(arena);
    reader r = {arena, name, record, NULL};
    if (has_version(text)) {
        record->kind = MW_DMARC_RECORD;
        r.seen = g_hash_table_new(g_str_hash, g_str_equal);
        read_tags(&r, text);
        g_hash_table_unref(r.seen);
    } else if (text.len && means_dmarc(text)) {
        record->kind = MW_DMARC_PRETENDER;
        explain_pretender(&r, text);
    }
    return record;
}

static mw_policy without_policy(const mw_dmarc_record *record) {
    return record->usable_rua ? MW_POLICY_NONE : MW_POLICY_ABSENT;
}

mw_policy mw_dmarc_record_policy(const mw_dmarc_record *record, mw_dmarc_whose whose) {
    if (record->p == MW_POLICY_ABSENT || record->bad_sp || record->bad_np)
        return without_policy(record);
    if (whose == MW_FOR_MISSING && record->np != MW_POLICY_ABSENT)
        return record->np;
    if (whose != MW_FOR_ITSELF && record->sp != MW_POLICY_ABSENT)
        return record->sp;
    return record->p;
}

mw_policy mw_dmarc_record_policy_7489(const mw_dmarc_record *record, bool below) {
    if (record->p == MW_POLICY_ABSENT || record->bad_sp)
        return without_policy(record);
    return below && record->sp != MW_POLICY_ABSENT ? record->sp : record->p;
}
