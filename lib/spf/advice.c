#include "spf/front.h"
#include "base/domain.h"
#include "base/limits.h"

#include <stdlib.h>

#define MORE "; there are more of this kind"

enum { LONG_RECORD = 450, WIDE_IP4 = 16, WIDE_IP6 = 32 };

typedef struct advisor {
    mw_spf_run *run;
    mw_arena *arena;
    mw_spf_result result;
    GPtrArray *all;
    int walked;           /* look-ups that were counted along the whole record */
    const char *unlooked; /* the client's address stands in this term, which was not reached */
} advisor;

static void add(advisor *a, const char *id, const char *fix, const char *format, ...) G_GNUC_PRINTF(4, 5);

/* A few of each kind: a record may hold thousands of the same slip. */
static bool is_enough(advisor *a, const char *id) {
    enum { OF_A_KIND = 3 };
    guint same = 0;
    for (guint i = 0; i < a->all->len; i++) {
        mw_spf_advice *other = a->all->pdata[i];
        if (strcmp(other->id, id) != 0 || ++same < OF_A_KIND)
            continue;
        if (!g_str_has_suffix(other->text, MORE))
            other->text = mw_printf(a->arena, "%s%s", other->text, MORE);
        return true;
    }
    return false;
}

static void add(advisor *a, const char *id, const char *fix, const char *format, ...) {
    if (is_enough(a, id))
        return;
    mw_spf_advice *advice = mw_new(a->arena, mw_spf_advice);
    va_list args;
    va_start(args, format);
    *advice = (mw_spf_advice){id, mw_vprintf(a->arena, format, args), fix, false};
    va_end(args);
    g_ptr_array_add(a->all, advice);
}

/* What brought about the result: its text stands there already. */
static void add_problem(advisor *a, const char *fix) {
    mw_spf_advice *advice = mw_new(a->arena, mw_spf_advice);
    *advice = (mw_spf_advice){a->run->cause, a->run->why, fix, true};
    g_ptr_array_add(a->all, advice);
}

static const char *quoted(advisor *a, const mw_spf_directive *term) {
    return mw_printf(a->arena, "\"%s\"", mw_spf_words(a->arena, term->text, 60));
}

static const char *top(const advisor *a) {
    return a->run->root->node->domain;
}

static const char *in_record(advisor *a, const char *domain, const char *fix) {
    return mw_printf(a->arena, "In the SPF record of %s: %s", domain, fix);
}

/* ---- the whole record, past what matched ---- */

/* Its one SPF record; NULL without a valid one. */
static const mw_spf_record *record_at(advisor *a, const mw_name *name, const mw_spf_directive *by,
                                      const char *in) {
    const mw_answer *answer = mw_dns_query(a->run->dns, name, MW_TYPE_TXT, MW_FOR_AUTH, "SPF record");
    const mw_spf_record *found = NULL;
    if (mw_dns_failed(answer->status) || answer->bogus)
        return NULL; /* not known: then nothing is said of it */
    for (size_t i = 0; i < answer->n_records; i++) {
        mw_span text = mw_rdata_txt(a->arena, &answer->records[i]);
        if (!found && mw_spf_is_record(text))
            found = mw_spf_parse(a->arena, text);
    }
    const char *target = mw_name_text(a->arena, name);
    if (!found && a->result != MW_SPF_PERMERROR)
        add(a, "include_none",
            mw_printf(a->arena, "Take %s out of the SPF record of %s, or correct it.", quoted(a, by), in),
            "%s of %s leads to %s, which has no SPF record: mail that is not matched before it breaks there",
            quoted(a, by), in, target);
    else if (found && found->error && a->result != MW_SPF_PERMERROR)
        add(a, "include_broken", in_record(a, target, mw_spf_syntax_hint(a->arena, found)),
            "%s of %s leads to %s, whose record is broken (%s at offset %zu: \"%s\")", quoted(a, by), in,
            target, found->error, found->error_offset, mw_spf_words(a->arena, found->error_text, 60));
    return found && !found->error ? found : NULL;
}

static int count_record(advisor *a, const mw_spf_record *record, const char *domain, int depth);

/* What one term costs, with all below it. */
static int count_term(advisor *a, const mw_spf_directive *term, const char *domain, int depth) {
    mw_name name;
    if (!mw_spf_counts(term->kind))
        return 0;
    a->walked++;
    if ((term->kind != MW_SPF_INCLUDE && term->kind != MW_SPF_REDIRECT) || a->walked > MW_MAX_SPF_WALK ||
        depth > MW_MAX_SPF_LOOKUPS || mw_span_find(term->spec, '%') != SIZE_MAX ||
        !mw_name_read(term->spec, &name))
        return 1;
    const mw_spf_record *record = record_at(a, &name, term, domain);
    return 1 + (record ? count_record(a, record, mw_name_text(a->arena, &name), depth + 1) : 0);
}

static int count_record(advisor *a, const mw_spf_record *record, const char *domain, int depth) {
    int cost = 0;
    for (size_t i = 0; i < record->n_terms && a->walked <= MW_MAX_SPF_WALK; i++) {
        const mw_spf_directive *term = &record->terms[i];
        bool here = (term->kind == MW_SPF_IP4 || term->kind == MW_SPF_IP6) && term->qualifier == '+' &&
                    mw_spf_in_network(a->run, term, term->ip);
        if (here && !a->unlooked)
            a->unlooked = mw_printf(a->arena, "%s (%s)", quoted(a, term), domain);
        if (term->kind != MW_SPF_REDIRECT)
            cost += count_term(a, term, domain, depth);
    }
    if (record->redirect >= 0 && record->all < 0)
        cost += count_term(a, &record->terms[record->redirect], domain, depth);
    return cost;
}

typedef struct item {
    const mw_spf_directive *term;
    int cost;
} item;

static int by_cost(const void *x, const void *y) {
    const item *a = x, *b = y;
    return a->cost != b->cost ? b->cost - a->cost : a->term < b->term ? -1 : 1;
}

/* "include:a.example 5, mx 1" */
static const char *list_costs(advisor *a, item *items, size_t n) {
    enum { SHOWN = 6 };
    GString *out = g_string_new(NULL);
    qsort(items, n, sizeof *items, by_cost);
    for (size_t i = 0; i < MIN(n, SHOWN); i++)
        g_string_append_printf(out, "%s%s %d", i ? ", " : "", mw_spf_words(a->arena, items[i].term->text, 60),
                               items[i].cost);
    if (n > SHOWN)
        g_string_append_printf(out, " and %zu more", n - SHOWN);
    const char *text = mw_strdup(a->arena, out->str);
    g_string_free(out, TRUE);
    return text;
}

/* A record that leads back to a record above it. */
static const mw_spf_step *find_loop(const mw_spf_branch *branch) {
    for (const mw_spf_branch *b = branch; b && b->parent; b = b->parent->in)
        for (const mw_spf_branch *up = b->parent->in; up; up = up->parent ? up->parent->in : NULL)
            if (g_ascii_strcasecmp(up->domain, b->domain) == 0)
                return b->parent;
    return NULL;
}

static const mw_spf_branch *deepest_stopped(const mw_spf_branch *branch) {
    for (;;) {
        const mw_spf_branch *next = NULL;
        for (size_t i = 0; branch->record && i < branch->record->n_terms && !next; i++)
            if (branch->steps[i].stopped)
                next = branch->steps[i].child;
        if (!next)
            return branch;
        branch = next;
    }
}

static const char *fewer_lookups(advisor *a, const char *costs) {
    const mw_spf_step *loop = find_loop(deepest_stopped(a->run->root));
    if (loop)
        return mw_printf(a->arena, "Take %s out of the record of %s: it leads back to where it came from.",
                         quoted(a, loop->term), loop->in->node->domain);
    const char *fewer =
        mw_printf(a->arena,
                  "Take out of the SPF record of %s what is no longer needed, or name its addresses with ip4 "
                  "and ip6, which cost nothing. The terms cost: %s.",
                  top(a), costs);
    if (!a->unlooked || !a->run->stopped)
        return fewer;
    const char *move = mw_printf(a->arena, "Move %s to the front: %s stands there, and it is not reached.",
                                 a->unlooked, mw_ip_text(a->arena, &a->run->request->client_ip));
    return mw_printf(a->arena, "%s %s", move, fewer);
}

static void advise_lookups(advisor *a) {
    const mw_spf_branch *root = a->run->root;
    const mw_spf_record *record = root->record;
    item *items = mw_new_n(a->arena, item, MW_MAX_SPF_WALK);
    size_t n = 0;
    int total = 0;
    for (size_t i = 0; i < record->n_terms && n < MW_MAX_SPF_WALK; i++) {
        const mw_spf_directive *term = &record->terms[i];
        if (term->kind == MW_SPF_ALL)
            break;
        if (!mw_spf_counts(term->kind) || (term->kind == MW_SPF_REDIRECT && record->all >= 0))
            continue;
        items[n].term = term;
        total += items[n].cost = count_term(a, term, root->node->domain, 1);
        n++;
    }
    bool is_problem = a->run->stopped && g_strcmp0(a->run->cause, "too_many_lookups") == 0;
    if (!is_problem && (total <= MW_MAX_SPF_LOOKUPS || a->run->stopped))
        return;
    const char *fix = fewer_lookups(a, list_costs(a, items, n));
    if (is_problem)
        add_problem(a, fix);
    else
        add(a, "too_many_lookups", fix,
            "the SPF record of %s needs %s%d look-ups when it is followed to its end, and ten are allowed: "
            "mail "
            "from servers that stand late in it breaks",
            top(a), a->walked > MW_MAX_SPF_WALK ? "more than " : "", MIN(total, MW_MAX_SPF_WALK));
}

/* ---- single records ---- */

static void advise_range(advisor *a, const mw_spf_branch *branch, const mw_spf_directive *term, bool own) {
    bool four = term->kind == MW_SPF_IP4, six = term->kind == MW_SPF_IP6;
    bool hosts = term->kind == MW_SPF_A || term->kind == MW_SPF_MX;
    unsigned floor4 = own ? WIDE_IP4 : WIDE_IP4 / 2, floor6 = own ? WIDE_IP6 : WIDE_IP6 / 2;
    if (term->qualifier != '+' ||
        (!((four || hosts) && term->ip4_bits < floor4) && !((six || hosts) && term->ip6_bits < floor6)))
        return;
    add(a, "wide_range",
        mw_printf(a->arena, "Replace %s in the SPF record of %s by the addresses that really send its mail.",
                  quoted(a, term), branch->node->domain),
        "%s in the SPF record of %s allows a very large network: whoever has an address in it may send as %s",
        quoted(a, term), branch->node->domain, top(a));
}

/* A modifier that does nothing, because a mechanism was meant. */
static const char *misread(const mw_spf_directive *term) {
    static const char *const names[] = {"ip4=", "ip6=", "include=", "a=", "mx=", "exists=", "ptr=", "all="};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (term->kind == MW_SPF_UNKNOWN_MODIFIER && mw_span_starts(term->text, names[i]))
            return names[i];
    return NULL;
}

static void advise_unused(advisor *a, const mw_spf_branch *branch, size_t i) {
    const mw_spf_record *record = branch->record;
    const mw_spf_directive *term = &record->terms[i];
    const char *name = misread(term), *domain = branch->node->domain;
    if (name)
        add(a, "unused_terms",
            in_record(a, domain,
                      mw_printf(a->arena, "write %.*s: with a colon in place of %s.", (int)strlen(name) - 1,
                                name, name)),
            "%s in the SPF record of %s has no effect", quoted(a, term), domain);
    else if (term->kind == MW_SPF_UNKNOWN_MODIFIER && mw_span_is(term->text, "v=spf1"))
        add(a, "unused_terms",
            in_record(a, domain, "take the second v=spf1 out, and one all if there are two."),
            "\"v=spf1\" stands twice in the SPF record of %s: two records were joined, it seems", domain);
    else if (record->all >= 0 && (int)i > record->all && term->kind < MW_SPF_REDIRECT)
        add(a, "unused_terms", in_record(a, domain, "move all to the end."),
            "%s in the SPF record of %s is never read: it stands behind %s", quoted(a, term), domain,
            quoted(a, &record->terms[record->all]));
    else if (record->all >= 0 && term->kind == MW_SPF_REDIRECT)
        add(a, "unused_terms", in_record(a, domain, "take out either the redirect or all."),
            "%s in the SPF record of %s is never followed, because %s is there, too", quoted(a, term), domain,
            quoted(a, &record->terms[record->all]));
}

/* The terms are right for the other family: nothing is to be taken out. */
static const char *other_family_fix(advisor *a, const mw_spf_step *step) {
    int family = a->run->request->client_ip.family, other = family == 4 ? 6 : 4;
    const char *record = family == 4 ? "A" : "AAAA";
    return mw_printf(a->arena,
                     "%s can be reached over IPv%d alone, and the mail came over IPv%d. Receivers that count "
                     "such look-ups stop at the third; others let it pass. In the SPF record of %s put the "
                     "ip%d: terms in front of %s, or give the hosts %s records. The terms are right for "
                     "IPv%d: leave them in.",
                     mw_spf_void_hosts(a->arena, step), other, family, step->in->node->domain, family,
                     quoted(a, step->term), record, other);
}

/* The term at which the evaluation ended. */
static const mw_spf_step *stopped_step(const mw_spf_branch *branch) {
    for (size_t i = 0; branch->record && i < branch->record->n_terms; i++)
        if (branch->steps[i].stopped)
            return &branch->steps[i];
    return NULL;
}

/* An MX record that holds an address: there is no such host. */
static const char *numeric_host(advisor *a, const mw_spf_step *step) {
    mw_ip ip;
    for (guint i = 0; step->voids && i < step->voids->len; i++) {
        const char *host = mw_name_text(a->arena, step->voids->pdata[i]);
        if (mw_ip_parse(mw_span_of(host), &ip))
            return host;
    }
    return NULL;
}

static const char *numeric_fix(advisor *a, const mw_spf_step *step, const char *host) {
    return mw_printf(a->arena,
                     "An MX record of %s holds the address %s, where a host name belongs: put the "
                     "mail server's name there.",
                     step->out->target ? step->out->target : step->in->node->domain, host);
}

static const char *void_fix(advisor *a, const mw_spf_branch *branch) {
    const mw_spf_step *step = stopped_step(branch);
    const char *host = step ? numeric_host(a, step) : NULL;
    if (host)
        return numeric_fix(a, step, host);
    if (step && mw_spf_voids_by_family(a->run, step))
        return other_family_fix(a, step);
    return mw_printf(a->arena, "Take what does not exist out of the SPF record of %s, or correct the names.",
                     branch->node->domain);
}

static void advise_void(advisor *a, const mw_spf_step *step) {
    if (!step->out->is_void || g_strcmp0(a->run->cause, "void") == 0)
        return;
    if (mw_spf_voids_by_family(a->run, step)) {
        add(a, "void", other_family_fix(a, step),
            "%s of %s finds no IPv%d address (%d of the 2 such look-ups that are allowed were used)",
            quoted(a, step->term), step->in->node->domain, a->run->request->client_ip.family, a->run->voids);
        return;
    }
    const char *host = numeric_host(a, step);
    const char *what =
        step->voids && step->term->kind == MW_SPF_MX
            ? mw_printf(a->arena, "leads to what has no address (%s)", mw_spf_void_hosts(a->arena, step))
            : "finds nothing";
    add(a, "void",
        host ? numeric_fix(a, step, host)
             : mw_printf(a->arena, "Take %s out of the SPF record of %s, or correct it.",
                         quoted(a, step->term), step->in->node->domain),
        "%s of %s %s (%d of the 2 such look-ups that are allowed were used)", quoted(a, step->term),
        step->in->node->domain, what, a->run->voids);
}

static void advise_own(advisor *a, const mw_spf_branch *branch) {
    const mw_spf_record *record = branch->record;
    const char *domain = branch->node->domain;
    for (size_t i = 0; i < record->n_terms; i++) {
        const mw_spf_directive *term = &record->terms[i];
        if (term->kind == MW_SPF_PTR)
            add(a, "ptr", in_record(a, domain, "name the servers with ip4, ip6, a or mx in place of ptr."),
                "%s in the SPF record of %s: the standard says not to use ptr, and some receivers skip it",
                quoted(a, term), branch->node->domain);
        if (term->kind == MW_SPF_ALL && term->qualifier == '+' && (int)i == record->all)
            add(a, "plusall",
                in_record(a, domain, "list the servers that send its mail, and end it in ~all or -all."),
                "the SPF record of %s ends in %s: every server in the world may send for it",
                branch->node->domain, quoted(a, term));
        advise_unused(a, branch, i);
    }
    if (record->text.len > LONG_RECORD)
        add(a, "long_record",
            in_record(a, domain,
                      "shorten it, or move a part into a record of its own that include pulls in."),
            "the SPF record of %s has %zu octets: with more than %d an answer may not fit into one packet",
            branch->node->domain, record->text.len, LONG_RECORD);
}

/* The tree is as deep as the evaluation went: eleven levels at most. */
static void advise_branch(advisor *a, const mw_spf_branch *branch, bool own) {
    if (!branch->record)
        return;
    if (own)
        advise_own(a, branch);
    for (size_t i = 0; i < branch->record->n_terms; i++) {
        const mw_spf_step *step = &branch->steps[i];
        advise_range(a, branch, step->term, own);
        advise_void(a, step);
        if (step->child)
            advise_branch(a, step->child,
                          own && (step->term->kind == MW_SPF_REDIRECT ||
                                  mw_domain_same_organisation(top(a), step->child->node->domain)));
    }
}

static void advise_end(advisor *a) {
    const mw_spf_branch *branch = a->run->root;
    while (branch->record && branch->record->all < 0 && branch->record->redirect >= 0)
        if (!(branch = branch->steps[branch->record->redirect].child))
            return;
    if (branch->record && branch->record->all < 0)
        add(a, "no_all",
            mw_printf(a->arena, "End the SPF record of %s in ~all or -all.", branch->node->domain),
            "the SPF record of %s ends without all: it says nothing about servers that it does not list",
            branch->node->domain);
}

/* ---- records that are none, or too many ---- */

static bool nearly(mw_span text) {
    static const char *const starts[] = {"v=spf", "v = spf", "spf1", "v:spf1", "spf=", "spf2.0/", "v =spf1"};
    while (text.len && strchr("\"' \t", text.data[0]) && text.data[0])
        text = mw_span_from(text, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(starts); i++)
        if (mw_span_starts(text, starts[i]))
            return true;
    return false;
}

static void advise_nearly(advisor *a) {
    const mw_answer *answer =
        mw_dns_query(a->run->dns, &a->run->name, MW_TYPE_TXT, MW_FOR_AUTH, "SPF record");
    for (size_t i = 0; i < answer->n_records; i++) {
        mw_span text = mw_rdata_txt(a->arena, &answer->records[i]);
        if (!nearly(text) || mw_spf_is_record(text))
            continue;
        add(a, "nearly",
            mw_printf(
                a->arena,
                "Let the SPF record of %s begin with exactly v=spf1 and a blank, without quotes of its own.",
                top(a)),
            "%s has the TXT record \"%s\", which looks like SPF but is not read as such: it does not begin "
            "with "
            "v=spf1 and a blank",
            top(a), mw_spf_words(a->arena, text, 60));
        return;
    }
}

static const char *merge_fix(advisor *a, const mw_spf_branch *branch) {
    const char *record = branch->texts ? mw_spf_merge(a->arena, branch->texts) : NULL;
    return record ? mw_printf(a->arena, "Publish one record at %s in place of all of them: %s",
                              branch->node->domain, record)
                  : mw_printf(a->arena, "Merge the SPF records of %s into one.", branch->node->domain);
}

static const char *syntax_fix(advisor *a, const mw_spf_branch *branch) {
    const char *split = mw_spf_split_joined(a->arena, branch->rdata, branch->broken->text);
    const char *fix = split ? mw_printf(a->arena,
                                        "the strings of a TXT record are joined as they stand: put a blank "
                                        "at the end of each but the last, so that it reads %s",
                                        mw_spf_words(a->arena, mw_span_of(split), 0))
                            : mw_spf_syntax_hint(a->arena, branch->broken);
    return in_record(a, branch->node->domain, fix);
}

/* The fix of what ended the evaluation. */
static void advise_problem(advisor *a) {
    const mw_spf_branch *branch = deepest_stopped(a->run->root);
    const char *cause = a->run->cause;
    if (strcmp(cause, "syntax") == 0)
        add_problem(a, syntax_fix(a, branch));
    else if (strcmp(cause, "multiple") == 0)
        add_problem(a, merge_fix(a, branch));
    else if (strcmp(cause, "include_none") == 0)
        add_problem(a, mw_printf(a->arena, "Take %s out of the SPF record of %s, or correct it.",
                                 quoted(a, branch->parent->term), branch->parent->in->node->domain));
    else if (strcmp(cause, "void") == 0)
        add_problem(a, void_fix(a, branch));
    else if (strcmp(cause, "many_mx") == 0)
        add_problem(a, "Name the mail servers with ip4 and ip6 in place of mx.");
}

GPtrArray *mw_spf_advise(mw_spf_run *run, mw_spf_result result) {
    advisor a = {.run = run, .arena = run->arena, .result = result, .all = mw_array_new(run->arena)};
    if (!run->root || result == MW_SPF_UNTESTABLE)
        return a.all;
    if (run->stopped && run->cause)
        advise_problem(&a);
    if (result == MW_SPF_NONE)
        advise_nearly(&a);
    if (!run->root->record)
        return a.all;
    const mw_spf_advice *moved = mw_spf_advise_moved(run, result);
    if (moved)
        g_ptr_array_add(a.all, (void *)moved);
    advise_lookups(&a);
    advise_branch(&a, run->root, true);
    advise_end(&a);
    return a.all;
}
