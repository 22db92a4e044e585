#include "receivers/receivers.h"
#include "base/error.h"
#include "base/suggest.h"
#include "receivers/rule_tests.h"

const char *mw_rule_state_name(mw_rule_state state) {
    static const char *const names[] = {"met", "not_met", "unknown"};
    return names[state];
}

/* ---- names ---- */

static const char *file_of(mw_arena *arena, mw_span name) {
    return mw_printf(arena, "receivers/%.*s.ini", (int)name.len, name.data);
}

static char *name_of(mw_arena *arena, const char *file) {
    size_t skip = strlen("receivers/"), end = strlen(".ini");
    return mw_strndup(arena, file + skip, strlen(file) - skip - end);
}

enum { COLUMN_NAME, COLUMN_MEASURES };

/* The order in which people think of them; any other file comes behind. */
static GPtrArray *make_order(mw_arena *arena) {
    GPtrArray *names = mw_array_new(arena);
    const char **files = mw_data_names(arena, "receivers/");
    mw_data *data = mw_data_new(NULL);
    const mw_table *first = mw_data_table(data, "receivers.tsv", NULL);
    for (guint i = 0; first && i < first->rows->len; i++)
        g_ptr_array_add(names, mw_strdup(arena, ((const char *const *)first->rows->pdata[i])[COLUMN_NAME]));
    mw_data_free(data);
    for (; *files; files++) {
        char *name = name_of(arena, *files);
        if (!g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
            g_ptr_array_add(names, name);
    }
    return names;
}

/* What is built in never changes: made once. */
static void add_in_order(GPtrArray *names) {
    static mw_arena *kept;
    static GPtrArray *order;
    if (g_once_init_enter(&order)) {
        kept = mw_arena_new();
        g_once_init_leave(&order, make_order(kept));
    }
    g_ptr_array_extend(names, order, NULL, NULL);
}

static bool is_unknown(mw_arena *arena, const char *name, GError **error) {
    GPtrArray *known = mw_array_new(arena);
    add_in_order(known);
    g_ptr_array_add(known, (gpointer) "all");
    const char *near = mw_suggest_words(arena, known, name);
    g_ptr_array_add(known, NULL);
    g_autofree char *all = g_strjoinv(", ", (char **)known->pdata);
    g_set_error(error, MW_ERROR, MW_ERROR_OPTION, "--for: no rules for \"%s\"%s; there are %s", name, near,
                all);
    return false;
}

static bool add_name(mw_arena *arena, mw_span name, GPtrArray *names, GError **error) {
    name = mw_span_trim(name);
    if (mw_span_is(name, "all")) {
        add_in_order(names);
        return true;
    }
    char *lower = mw_span_dup(arena, name);
    for (char *p = lower; *p; p++)
        *p = g_ascii_tolower(*p);
    if (name.len == 0 || strchr(lower, '/') || !mw_data_has_builtin(file_of(arena, mw_span_of(lower))))
        return is_unknown(arena, lower, error);
    if (!g_ptr_array_find_with_equal_func(names, lower, g_str_equal, NULL))
        g_ptr_array_add(names, lower);
    return true;
}

static GPtrArray *read_names(mw_arena *arena, const char *text, GError **error) {
    GPtrArray *names = mw_array_new(arena);
    mw_span rest = mw_span_of(text);
    while (rest.data)
        if (!add_name(arena, mw_span_cut(&rest, ','), names, error))
            return NULL;
    return names;
}

GPtrArray *mw_receivers_names(mw_arena *arena) {
    GPtrArray *names = mw_array_new(arena);
    add_in_order(names);
    return names;
}

const mw_ini *mw_receivers_file(const mw_data *data, mw_arena *arena, const char *name, GError **error) {
    return mw_data_ini(data, file_of(arena, mw_span_of(name)), error);
}

bool mw_receivers_known(mw_arena *arena, const char *names, GError **error) {
    return read_names(arena, names, error) != NULL;
}

/* ---- replies ---- */

static const char *spf_word(const mw_facts *facts) {
    if (!facts->spf || facts->spf->result == MW_SPF_NONE)
        return "None";
    return facts->spf->result == MW_SPF_PASS ? "Pass" : "Fail";
}

static const char *dkim_word(const mw_facts *facts) {
    if (!facts->dkim || facts->dkim->len == 0)
        return "None";
    for (guint i = 0; i < facts->dkim->len; i++)
        if (((const mw_dkim *)facts->dkim->pdata[i])->result == MW_DKIM_PASS)
            return "Pass";
    return "Fail";
}

static const char *dmarc_word(const mw_facts *facts) {
    if (!facts->dmarc || facts->dmarc->rfc9989.result == MW_DMARC_NONE)
        return "None";
    return facts->dmarc->rfc9989.result == MW_DMARC_PASS ? "Pass" : "Fail";
}

static const char *value_of(const mw_rule_facts *on, mw_span name) {
    const mw_facts *facts = on->facts;
    if (mw_span_is(name, "ip"))
        return facts->envelope->client_ip.family ? mw_ip_text(on->arena, &facts->envelope->client_ip) : NULL;
    if (mw_span_is(name, "from_domain"))
        return facts->from_domain;
    if (mw_span_is(name, "mail_from_domain"))
        return facts->envelope->mail_from_domain ? facts->envelope->mail_from_domain : facts->envelope->helo;
    if (mw_span_is(name, "field"))
        return on->field;
    if (mw_span_is(name, "spf"))
        return spf_word(facts);
    if (mw_span_is(name, "dkim"))
        return dkim_word(facts);
    return mw_span_is(name, "dmarc") ? dmarc_word(facts) : NULL;
}

static const char *fill_in(const mw_rule_facts *on, const char *pattern) {
    if (!strchr(pattern, '{'))
        return pattern;
    g_autoptr(GString) out = g_string_new(NULL);
    mw_span rest = mw_span_of(pattern);
    for (;;) {
        mw_span plain = mw_span_cut(&rest, '{');
        g_string_append_len(out, plain.data, (gssize)plain.len);
        if (!rest.data)
            break;
        const char *value = value_of(on, mw_span_cut(&rest, '}'));
        g_string_append(out, value ? value : "...");
    }
    return mw_strndup(on->arena, out->str, out->len);
}

/* ---- rules, as they are written ---- */

/* A rule's group of the file, looked up once. */
typedef struct written {
    const char *id, *text, *who, *enforcement, *reply;
    const mw_rule_kind *kind;
    const char *const *symbols; /* of the kind, NULL behind the last */
    bool of_domain;             /* a domain's records show it without a mail (--domain) */
    uint64_t limit;
} written;

typedef struct book {
    const mw_ini *file;
    bool no_ed25519;
    size_t n;
    written rules[];
} book;

static bool is_of_domain(const char *test) {
    static const char *const tests[] = {"dmarc_record", "spf_not_suspicious", "domains_exist", "no_null_mx"};
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        if (strcmp(tests[i], test) == 0)
            return true;
    return false;
}

static uint64_t number_of(const mw_ini *file, const char *id, const char *key) {
    const char *value = mw_ini_get(file, id, key);
    uint64_t number = 0;
    return value && mw_span_number(mw_span_of(value), INT64_MAX, &number) ? number : 0;
}

/* The receiver does not do it: KEY=no in its file. */
static bool lacks(const mw_ini *file, const char *key) {
    return g_strcmp0(mw_ini_get(file, "receiver", key), "no") == 0;
}

static bool read_rule(mw_arena *arena, const mw_ini *file, const char *id, written *out, GError **error) {
    const char *test_name = mw_ini_get(file, id, "test");
    const mw_rule_kind *kind = test_name ? mw_rule_kind_find(test_name) : NULL;
    *out = (written){
        .id = mw_strdup(arena, id),
        .text = mw_ini_get(file, id, "text"),
        .who = mw_ini_get(file, id, "who"),
        .enforcement = mw_ini_get(file, id, "enforcement"),
        .reply = mw_ini_get(file, id, "reply"),
        .kind = kind,
    };
    if (!out->text || !out->who || !out->enforcement || !kind) {
        g_set_error(error, MW_ERROR, MW_ERROR_DATA,
                    "receivers: [%s] needs text, who, enforcement and a known test (it has %s)", id,
                    test_name ? test_name : "none");
        return false;
    }
    out->symbols = (const char *const *)mw_arena_own(arena, g_strsplit(kind->symbols, " ", -1),
                                                     (GDestroyNotify)g_strfreev);
    out->of_domain = is_of_domain(kind->name);
    out->limit = number_of(file, id, "limit");
    return true;
}

static const void *make_book(const mw_data *data, mw_arena *arena, const void *about, GError **error) {
    const mw_ini *file = mw_data_ini(data, about, error);
    if (!file)
        return NULL;
    size_t n = 0;
    for (size_t i = 0; i < file->n_entries; i = mw_ini_group_end(file, i))
        n++;
    book *rules = mw_alloc(arena, sizeof(book) + n * sizeof(written));
    rules->file = file;
    rules->no_ed25519 = lacks(file, "ed25519");
    for (size_t i = 0; i < file->n_entries; i = mw_ini_group_end(file, i)) {
        const char *id = file->entries[i].group;
        if (strcmp(id, "receiver") != 0 && !read_rule(arena, file, id, &rules->rules[rules->n++], error))
            return NULL;
    }
    return rules;
}

static const book *rules_of(const mw_facts *facts, const char *name, GError **error) {
    const char *file = file_of(facts->arena, mw_span_of(name));
    return mw_data_made(facts->data, mw_printf(facts->arena, "rules of %s", file), make_book, file, error);
}

/* ---- rules, of a mail ---- */

/* How they are judged. */
typedef struct judging {
    mw_facts *facts;
    mw_unsubscribe unsubscribe;
    bool bulk, all_replies; /* all_replies: also of rules that are met */
} judging;

static const char *reply_of(mw_rule_facts *on, const mw_ini *file, const written *w) {
    const char *pattern = NULL;
    if (on->variant)
        pattern = mw_ini_get(file, w->id, mw_printf(on->arena, "reply_%s", on->variant));
    if (!pattern)
        pattern = w->reply;
    return pattern ? fill_in(on, pattern) : NULL;
}

static bool applies(const mw_facts *facts, const char *who, bool bulk) {
    if (strcmp(who, "bulk") == 0)
        return bulk;
    return strcmp(who, "forwarder") != 0 || facts->trace->forwarder >= 0;
}

static const mw_finding *shown_by(const mw_facts *facts, const char *const *symbols) {
    const mw_finding *found = NULL;
    for (; *symbols && !found; symbols++)
        found = mw_found(facts, *symbols);
    return found;
}

static const mw_rule *judge_rule(const judging *j, const book *rules, const written *w) {
    mw_facts *facts = j->facts;
    mw_arena *arena = facts->arena;
    mw_rule *rule = mw_new(arena, mw_rule);
    mw_rule_facts on = {.facts = facts,
                        .arena = arena,
                        .unsubscribe = j->unsubscribe,
                        .limit = w->limit,
                        .no_ed25519 = rules->no_ed25519};
    *rule = (mw_rule){.id = w->id,
                      .text = w->text,
                      .who = w->who,
                      .enforcement = w->enforcement,
                      .applies = applies(facts, w->who, j->bulk),
                      .visible = strcmp(w->kind->name, "not_testable") != 0};
    if (facts->domain && !w->of_domain) { /* of no check: the answer on the domain is not open */
        rule->state = MW_RULE_UNKNOWN;
        on.detail = "only a mail shows it";
    } else {
        rule->state = w->kind->test(&on);
        rule->check = w->kind->check;
    }
    if (rule->state == MW_RULE_NOT_MET)
        rule->finding = shown_by(facts, w->symbols);
    rule->detail = on.detail;
    if (j->all_replies || rule->state != MW_RULE_MET)
        rule->reply = reply_of(&on, rules->file, w);
    return rule;
}

static void decide(mw_receiver *receiver) {
    const mw_rule *deferring = NULL;
    for (guint i = 0; i < receiver->rules->len; i++) {
        const mw_rule *rule = receiver->rules->pdata[i];
        if (!rule->applies)
            continue;
        receiver->unmet += rule->state == MW_RULE_NOT_MET;
        receiver->unknown += rule->state == MW_RULE_UNKNOWN;
        if (rule->state != MW_RULE_NOT_MET)
            continue;
        if (!receiver->decided_by && strcmp(rule->enforcement, "reject") == 0)
            receiver->decided_by = rule;
        if (!deferring && strcmp(rule->enforcement, "defer") == 0)
            deferring = rule;
    }
    if (!receiver->decided_by)
        receiver->decided_by = deferring;
    receiver->predicted_reply = receiver->decided_by ? receiver->decided_by->reply : NULL;
}

static const mw_receiver *judge(const judging *j, const char *name, GError **error) {
    mw_arena *arena = j->facts->arena;
    const book *rules = rules_of(j->facts, name, error);
    if (!rules)
        return NULL;
    mw_receiver *receiver = mw_new(arena, mw_receiver);
    *receiver = (mw_receiver){
        .name = mw_strdup(arena, name),
        .title = mw_ini_get(rules->file, "receiver", "title"),
        .covers = mw_ini_get(rules->file, "receiver", "covers"),
        .bulk = mw_ini_get(rules->file, "receiver", "bulk"),
        .source = mw_ini_get(rules->file, "receiver", "source"),
        .date = mw_ini_get(rules->file, "receiver", "date"),
        .rules = mw_array_new(arena),
    };
    g_ptr_array_set_size(receiver->rules, (gint)rules->n);
    for (size_t i = 0; i < rules->n; i++)
        receiver->rules->pdata[i] = (gpointer)judge_rule(j, rules, &rules->rules[i]);
    decide(receiver);
    return receiver;
}

void mw_receivers_prefetch(mw_facts *facts) {
    const char *domains[] = {facts->from_domain, facts->envelope->mail_from_domain};
    for (size_t i = 0; i < G_N_ELEMENTS(domains); i++) {
        if (!domains[i])
            continue;
        mw_dns_prefetch_text(facts->dns, domains[i], MW_TYPE_A, MW_FOR_AUTH, "does the From domain exist");
        mw_dns_prefetch_text(facts->dns, domains[i], MW_TYPE_MX, MW_FOR_OTHER, "does the sender take mail");
    }
}

static GPtrArray *judge_all(mw_facts *facts, const GPtrArray *names, bool bulk, bool all_replies,
                            GError **error) {
    GPtrArray *all = mw_array_new(facts->arena);
    judging j = {facts, mw_unsubscribe_read(facts), bulk, all_replies};
    mw_receivers_prefetch(facts);
    for (guint i = 0; i < names->len; i++) {
        const mw_receiver *receiver = judge(&j, names->pdata[i], error);
        if (!receiver)
            return NULL;
        g_ptr_array_add(all, (void *)receiver);
    }
    return all;
}

/* Of the receivers that measure. */
static const void *make_big(const mw_data *data, mw_arena *arena, const void *unused, GError **error) {
    const mw_table *table = mw_data_table(data, "receivers.tsv", error);
    GPtrArray *names = mw_array_new(arena);
    for (guint i = 0; table && i < table->rows->len; i++) {
        const char *const *row = table->rows->pdata[i];
        if (strcmp(row[COLUMN_MEASURES], "yes") == 0 &&
            !add_name(arena, mw_span_of(row[COLUMN_NAME]), names, error))
            return NULL;
    }
    return table ? names : NULL;
}

GPtrArray *mw_receivers_judge_big(mw_facts *facts, GError **error) {
    const GPtrArray *names = mw_data_made(facts->data, "receivers that measure", make_big, NULL, error);
    if (!names)
        return NULL;
    return names->len ? judge_all(facts, names, false, false, error) : mw_array_new(facts->arena);
}

GPtrArray *mw_receivers_judge(mw_facts *facts, const char *names, bool bulk, GError **error) {
    GPtrArray *wanted = read_names(facts->arena, names, error);
    return wanted ? judge_all(facts, wanted, bulk, true, error) : NULL;
}
