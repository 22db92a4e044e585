#include "receivers/prediction.h"

#include "base/domain.h"
#include "check/mail_host.h"

const char *mw_agreement_name(mw_agreement agreement) {
    static const char *const names[] = {"same", "other", "none", "unknown"};
    return names[agreement];
}

/* ---- whose reply it is ---- */

typedef enum served_by { BY_HOST, BY_DOMAIN, BY_WORDS } served_by;

typedef struct served {
    const char *name;            /* "gmail" */
    const char *const *marks[3]; /* by served_by; NULL: none */
} served;

static const void *make_served(const mw_data *data, mw_arena *arena, const void *about, GError **error) {
    static const char *const keys[] = {"hosts", "domains", "words"};
    GPtrArray *all = mw_array_new(arena);
    GPtrArray *names = mw_receivers_names(arena);
    for (guint i = 0; i < names->len; i++) {
        const mw_ini *file = mw_receivers_file(data, arena, names->pdata[i], error);
        if (!file)
            return NULL;
        served *s = mw_new(arena, served);
        s->name = names->pdata[i];
        for (size_t k = 0; k < G_N_ELEMENTS(keys); k++)
            s->marks[k] = mw_ini_list(arena, file, "receiver", keys[k]);
        g_ptr_array_add(all, s);
    }
    return all;
}

/* Of const served *. */
static const GPtrArray *read_served(const mw_facts *facts, GError **error) {
    return mw_data_made(facts->data, "receivers/served", make_served, NULL, error);
}

static bool has_mark(const served *s, served_by by, const char *text) {
    for (const char *const *mark = s->marks[by]; mark && *mark; mark++) {
        bool here = by == BY_WORDS    ? mw_span_search(mw_span_of(text), *mark) != SIZE_MAX
                    : by == BY_DOMAIN ? g_ascii_strcasecmp(text, *mark) == 0
                                      : mw_domain_below(text, *mark);
        if (here)
            return true;
    }
    return false;
}

static const char *find_served(const GPtrArray *all, served_by by, const char *text) {
    for (guint i = 0; *text && i < all->len; i++) {
        const served *s = all->pdata[i];
        if (has_mark(s, by, text))
            return s->name;
    }
    return NULL;
}

/* Where the mail servers of a domain are known they decide: AT&T's addresses are served by Yahoo, and any
 * company's by whom it likes. False: they are not known. */
static bool find_by_mx(mw_facts *facts, const GPtrArray *all, const char *domain, const char **name) {
    mw_mail_host host = mw_mail_host_read(facts, domain);
    *name = NULL;
    for (guint i = 0; i < host.hosts->len && !*name; i++)
        *name = find_served(all, BY_HOST, host.hosts->pdata[i]);
    return host.hosts->len > 0;
}

/* Which receiver gave the reply; NULL for one without rules. A host's name decides alone, and the
 * words only where no recipient is named: companies have their mail with the same providers, under other
 * names and other rules. */
static const char *receiver_of(mw_facts *facts, const GPtrArray *all, const mw_bounce_recipient *r) {
    mw_ip ip;
    const char *host = r->remote_host ? r->remote_host : r->reply->host;
    if (host && strchr(host, '.') && !mw_ip_parse(mw_span_of(host), &ip))
        return find_served(all, BY_HOST, host);
    const char *at = r->recipient ? strrchr(r->recipient, '@') : NULL;
    if (!at)
        return find_served(all, BY_WORDS, r->reply->text);
    const char *by_mx;
    return find_by_mx(facts, all, at + 1, &by_mx) ? by_mx : find_served(all, BY_DOMAIN, at + 1);
}

/* ---- what is compared ---- */

static bool is_covered(const mw_bounce_recipient *r) {
    return r->reply_code && mw_bounce_about_mail(r);
}

/* Most bounces are about a mailbox: for them no rules are read. */
static bool any_covered(const mw_facts *facts) {
    const mw_bounce *b = facts->bounce;
    for (guint i = 0; b->original && !b->backscatter && i < b->recipients->len; i++) {
        if (is_covered(b->recipients->pdata[i]))
            return true;
    }
    return false;
}

/* ---- the comparison ---- */

typedef struct comparison {
    mw_facts *facts;
    const mw_reply_catalogue *catalogue;
    GHashTable *judged; /* "gmail" or "gmail bulk" -> const mw_receiver * */
    GHashTable *causes; /* a rule's reply -> its cause */
    bool bulk;
} comparison;

static const mw_receiver *judge(comparison *c, const char *name, bool bulk, GError **error) {
    const char *key = mw_printf(c->facts->arena, "%s%s", name, bulk ? " bulk" : "");
    const mw_receiver *receiver = g_hash_table_lookup(c->judged, key);
    if (receiver)
        return receiver;
    GPtrArray *one = mw_receivers_judge(c->facts, name, bulk, error);
    if (!one)
        return NULL;
    g_hash_table_insert(c->judged, (char *)key, one->pdata[0]);
    return one->pdata[0];
}

static const char *cause_of(const comparison *c, const char *reply) {
    const char *cause = g_hash_table_lookup(c->causes, reply);
    if (cause)
        return cause;
    mw_arena *arena = c->facts->arena;
    cause = mw_reply_meaning(c->catalogue, arena, mw_smtp_reply_read(arena, mw_span_of(reply)))->cause;
    g_hash_table_insert(c->causes, (char *)reply, (char *)cause);
    return cause;
}

typedef enum likeness { UNLIKE, LIKE_CAUSE, LIKE_CAUSE_AND_CODES } likeness;

static bool same_codes(const comparison *c, const mw_bounce_recipient *r, const char *reply) {
    const mw_smtp_reply *read = mw_smtp_reply_read(c->facts->arena, mw_span_of(reply));
    return g_strcmp0(read->code, r->reply_code) == 0 && g_strcmp0(read->enhanced, r->enhanced_status) == 0;
}

/* Of a reply whose words nobody knows the codes decide. */
static likeness compare_replies(const comparison *c, const mw_bounce_recipient *r, const mw_rule *rule) {
    if (!rule->reply)
        return UNLIKE;
    bool codes = same_codes(c, r, rule->reply);
    if (r->meaning->basis != MW_BASIS_TEXT)
        return codes ? LIKE_CAUSE_AND_CODES : UNLIKE;
    if (strcmp(cause_of(c, rule->reply), r->meaning->cause) != 0)
        return UNLIKE;
    return codes ? LIKE_CAUSE_AND_CODES : LIKE_CAUSE;
}

/* The rule in this state whose reply is most like the real one; the first of them when none is. In which
 * order a receiver applies its rules is not published. */
static const mw_rule *find_likest(const comparison *c, const mw_receiver *receiver,
                                  const mw_bounce_recipient *r, mw_rule_state state, likeness *best) {
    const mw_rule *found = NULL;
    *best = UNLIKE;
    for (guint i = 0; i < receiver->rules->len; i++) {
        const mw_rule *rule = receiver->rules->pdata[i];
        if (!rule->applies || rule->state != state || !rule->reply)
            continue;
        likeness like = compare_replies(c, r, rule);
        if (found && like <= *best)
            continue;
        found = rule;
        *best = like;
    }
    return found;
}

static likeness compare(const comparison *c, const mw_bounce_recipient *r, mw_prediction *p) {
    likeness like;
    const mw_rule *unmet = find_likest(c, p->receiver, r, MW_RULE_NOT_MET, &like);
    if (like != UNLIKE) {
        p->agreement = MW_AGREE_SAME;
        p->rule = unmet;
        return like;
    }
    const mw_rule *unjudged = find_likest(c, p->receiver, r, MW_RULE_UNKNOWN, &like);
    bool open = like != UNLIKE || (unjudged && !p->receiver->decided_by);
    p->rule = open ? unjudged : p->receiver->decided_by;
    p->agreement = open ? MW_AGREE_UNKNOWN : p->rule ? MW_AGREE_OTHER : MW_AGREE_NONE;
    return like;
}

/* Whether the receiver counts the sender as a bulk sender is not known. A reply that fits only the rules for
 * such senders, down to its codes, shows that it does. */
static const mw_prediction *predict(comparison *c, const mw_bounce_recipient *r, const char *name,
                                    GError **error) {
    mw_prediction one = {.receiver = judge(c, name, c->bulk, error)};
    mw_prediction bulk = {.receiver = one.receiver ? judge(c, name, true, error) : NULL, .as_bulk = true};
    if (!bulk.receiver)
        return NULL;
    likeness like = compare(c, r, &one);
    bool fits = compare(c, r, &bulk) == LIKE_CAUSE_AND_CODES && bulk.agreement == MW_AGREE_SAME;
    const mw_prediction *better = fits && like != LIKE_CAUSE_AND_CODES ? &bulk : &one;
    return mw_memdup(c->facts->arena, better, sizeof *better);
}

GPtrArray *mw_predictions_make(mw_facts *facts, const mw_reply_catalogue *catalogue, bool bulk,
                               GError **error) {
    GPtrArray *out = mw_array_new(facts->arena);
    g_ptr_array_set_size(out, (gint)facts->bounce->recipients->len);
    if (!any_covered(facts))
        return out;
    const GPtrArray *all = read_served(facts, error);
    if (!all)
        return NULL;
    g_autoptr(GHashTable) judged = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) causes = g_hash_table_new(g_str_hash, g_str_equal);
    comparison c = {facts, catalogue, judged, causes, bulk};
    for (guint i = 0; i < out->len; i++) {
        const mw_bounce_recipient *r = facts->bounce->recipients->pdata[i];
        const char *name = is_covered(r) ? receiver_of(facts, all, r) : NULL;
        if (name && !(out->pdata[i] = (gpointer)predict(&c, r, name, error)))
            return NULL;
    }
    return out;
}

bool mw_predictions_prefetch(mw_facts *facts, GError **error) {
    if (!any_covered(facts))
        return true;
    const GPtrArray *all = read_served(facts, error);
    for (guint i = 0; all && i < facts->bounce->recipients->len; i++) {
        const mw_bounce_recipient *r = facts->bounce->recipients->pdata[i];
        const char *at = r->recipient ? strrchr(r->recipient, '@') : NULL;
        if (!is_covered(r))
            continue;
        if (at)
            mw_mail_host_prefetch(facts, at + 1);
        mw_receivers_prefetch(facts);
    }
    return all != NULL;
}
