#include "report/summary_parts.h"

#include "base/domain.h"

#include <string.h>

enum { A_DAY = 86400, FIRST_MAIL = 397699200 }; /* RFC 822 is of August 1982 */

mw_tally *mw_tally_new(void) {
    mw_tally *t = g_new0(mw_tally, 1);
    t->arena = mw_arena_new();
    t->by_key = g_hash_table_new(g_str_hash, g_str_equal);
    t->clusters = mw_array_new(t->arena);
    t->fixes = mw_array_new(t->arena);
    t->failures = mw_array_new(t->arena);
    t->pages = mw_array_new(t->arena);
    t->first = t->last = MW_TIME_UNKNOWN;
    return t;
}

void mw_tally_free(mw_tally *tally) {
    if (!tally)
        return;
    g_hash_table_unref(tally->by_key);
    mw_arena_free(tally->arena);
    g_free(tally);
}

/* ---- what a mail shares with others ---- */

typedef struct shared {
    const char *what, *whose;
} shared;

static shared address_of(mw_arena *arena, const mw_facts *facts) {
    const mw_ip *ip = facts->envelope ? &facts->envelope->client_ip : NULL;
    return ip && ip->family ? (shared){"address", mw_ip_text(arena, ip)} : (shared){NULL, NULL};
}

/* The name as it is compared and shown; NULL when it is no name of a host: whoever wrote the bounce made it
 * up. */
static const char *host_name(mw_arena *arena, const char *text) {
    const char *ascii = text ? mw_domain_ascii(arena, mw_span_of(text)) : NULL;
    return ascii && mw_domain_valid(ascii) ? ascii : NULL;
}

static shared domain_of(const mw_facts *facts) {
    return facts->from_domain ? (shared){"domain", facts->from_domain} : (shared){NULL, NULL};
}

static shared edit_of(const mw_facts *facts) {
    for (guint i = 0; facts->dkim && i < facts->dkim->len; i++) {
        const mw_dkim *dkim = facts->dkim->pdata[i];
        if (dkim->repair && dkim->repair->edits && dkim->repair->edits->len)
            return (shared){"edit", dkim->repair->edits->pdata[0]};
    }
    return (shared){NULL, NULL};
}

/* By the cause: the server's address, what changed the mail, else the domain of its author. */
static shared shared_by(mw_arena *arena, const mw_facts *facts, const char *cause) {
    static const char *const server[] = {"rdns", "helo", "list", "ptr", "dnsbl", "rate", "reputation", NULL};
    shared by = {NULL, NULL};
    if (cause && g_strv_contains(server, cause))
        by = address_of(arena, facts);
    else if (cause && strcmp(cause, "dkim") == 0)
        by = edit_of(facts);
    return by.whose ? by : domain_of(facts);
}

static shared receiver_of(mw_arena *arena, const mw_bounce_recipient *r) {
    const char *at = r->recipient ? strrchr(r->recipient, '@') : NULL;
    const char *name = at ? host_name(arena, at + 1) : NULL;
    name = name ? name : host_name(arena, r->remote_host);
    return name ? (shared){"receiver", name} : (shared){NULL, NULL};
}

/* Of a bounce: what authenticates is the sender's own, all else the receiver's. */
static shared shared_of_bounce(mw_arena *arena, const mw_facts *facts, const mw_bounce_recipient *r) {
    static const char *const own[] = {"spf", "dkim", "dmarc", "arc", "ptr", "helo", "dnsbl", NULL};
    const char *cause = r->meaning ? r->meaning->cause : NULL;
    shared by = {NULL, NULL};
    if (cause && g_strv_contains(own, cause) && facts->bounce->original)
        by = shared_by(arena, facts, cause);
    return by.whose ? by : receiver_of(arena, r);
}

/* ---- adding ---- */

static mw_time day_of(const mw_facts *facts) {
    const mw_field *date = mw_message_field(facts->message, "Date");
    const char *arrival = facts->bounce ? facts->bounce->arrival_date : NULL;
    if (facts->envelope && facts->envelope->received_at != MW_TIME_UNKNOWN)
        return facts->envelope->received_at;
    mw_time written = date ? mw_time_read_mail(date->value, NULL) : MW_TIME_UNKNOWN;
    return written == MW_TIME_UNKNOWN && arrival ? mw_time_read_mail(mw_span_of(arrival), NULL) : written;
}

/* A day that no mail can be of, as its writer's clock or the writer has it, is none of those of all. */
static bool is_day(const mw_facts *facts, mw_time at) {
    return at >= FIRST_MAIL && at <= facts->now + A_DAY;
}

static void widen(mw_time *first, mw_time *last, const mw_facts *facts) {
    mw_time at = day_of(facts);
    if (at == MW_TIME_UNKNOWN || !is_day(facts, at))
        return;
    *first = *first == MW_TIME_UNKNOWN ? at : MIN(*first, at);
    *last = *last == MW_TIME_UNKNOWN ? at : MAX(*last, at);
}

static void add_example(mw_tally *t, const char **examples, const char *file) {
    for (int i = 0; i < MW_TALLY_EXAMPLES; i++) {
        if (examples[i] && strcmp(examples[i], file) == 0)
            return;
        if (!examples[i]) {
            examples[i] = mw_strdup(t->arena, file);
            return;
        }
    }
}

static void *find(mw_tally *t, const char *key, size_t size, GPtrArray *all) {
    void *found = g_hash_table_lookup(t->by_key, key);
    if (!found) {
        found = mw_alloc(t->arena, size);
        g_hash_table_insert(t->by_key, mw_strdup(t->arena, key), found);
        g_ptr_array_add(all, found);
    }
    return found;
}

/* No change is to help who wrote such a mail, and none is made on the word of such a bounce. */
static bool deceives(const mw_diagnosis *d) {
    return d->verdict->forged || d->verdict->deceptive || d->doubt;
}

/* about: what is known of the cluster; general: what holds of all its mails, where one asks for something
 * else than another: else the first would speak for them all, and name a server that only it is about. */
static void add_to_cluster(mw_tally *t, const mw_diagnosis *d, const mw_tally_cluster *about,
                           const char *general) {
    bool harmful = deceives(d);
    const char *action = harmful ? NULL : about->action;
    g_autofree char *key = g_strdup_printf("cause\n%d\n%s\n%s\n%s\n%s", harmful,
                                           mw_tally_text_or(about->cause), mw_tally_text_or(about->title),
                                           mw_tally_text_or(about->what), mw_tally_text_or(about->whose));
    mw_tally_cluster *c = find(t, key, sizeof *c, t->clusters);
    if (!c->mails)
        *c = (mw_tally_cluster){.cause = mw_strdup(t->arena, about->cause ? about->cause : "unknown"),
                                .title = mw_strdup(t->arena, about->title),
                                .what = about->what,
                                .whose = mw_strdup(t->arena, about->whose),
                                .who = mw_strdup(t->arena, about->who),
                                .action = mw_strdup(t->arena, action),
                                .deceives = harmful,
                                .first = MW_TIME_UNKNOWN,
                                .last = MW_TIME_UNKNOWN};
    else if (g_strcmp0(c->action, action) != 0 && g_strcmp0(c->action, general) != 0)
        c->action = mw_strdup(t->arena, general);
    c->mails++;
    widen(&c->first, &c->last, d->facts);
    add_example(t, c->examples, d->file);
}

/* A mail counts once in a cluster, however many recipients refused it for the same reason. */
static void add_bounce(mw_tally *t, mw_arena *arena, const mw_diagnosis *d) {
    const GPtrArray *all = d->facts->bounce->recipients;
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < all->len; i++) {
        const mw_bounce_recipient *r = all->pdata[i];
        if (!r->meaning)
            continue;
        shared by = shared_of_bounce(arena, d->facts, r);
        char *key = g_strdup_printf("%s\n%s\n%s", r->meaning->cause, mw_tally_text_or(r->meaning->reason),
                                    mw_tally_text_or(by.whose));
        mw_tally_cluster about = {.cause = r->meaning->cause,
                                  .title = r->meaning->reason,
                                  .what = by.what,
                                  .whose = by.whose,
                                  .who = r->meaning->owner,
                                  .action = r->meaning->action};
        if (g_hash_table_add(seen, key))
            add_to_cluster(t, d, &about, NULL);
    }
}

static void add_fix(mw_tally *t, const mw_diagnosis *d, const char *key, const mw_tally_fix *about,
                    bool mends) {
    mw_tally_fix *f = find(t, key, sizeof *f, t->fixes);
    if (!f->touched)
        *f = (mw_tally_fix){.record = mw_strdup(t->arena, about->record),
                            .text = mw_strdup(t->arena, about->text),
                            .symbol = mw_strdup(t->arena, about->symbol),
                            .what = about->what,
                            .whose = mw_strdup(t->arena, about->whose),
                            .who = mw_strdup(t->arena, about->who)};
    f->touched++;
    if (!mends)
        return;
    f->mails++;
    add_example(t, f->examples, d->file);
}

/* The reply says that it was refused for what this check is about, and our own run bears it out. Whatever
 * else is found in a mail that came back for another reason mends nothing. */
static bool bears_out(const mw_bounce_recipient *r, const char *check) {
    static const struct {
        const char *cause, *checks[4];
    } about[] = {{"spf", {"spf"}},   {"dkim", {"dkim"}}, {"dmarc", {"dmarc", "spf", "dkim"}},
                 {"arc", {"arc"}},   {"ptr", {"rdns"}},  {"helo", {"helo"}},
                 {"dnsbl", {"list"}}};
    for (size_t i = 0; r->meaning && r->claim == MW_CLAIM_CONFIRMED && i < G_N_ELEMENTS(about); i++)
        if (strcmp(about[i].cause, r->meaning->cause) == 0 && check &&
            g_strv_contains(about[i].checks, check))
            return true;
    return false;
}

static bool is_about(const mw_diagnosis *d, const char *check) {
    const mw_bounce *bounce = d->verdict->by == MW_BY_BOUNCE ? d->facts->bounce : NULL;
    for (guint i = 0; bounce && i < bounce->recipients->len; i++)
        if (bears_out(bounce->recipients->pdata[i], check))
            return true;
    return !bounce;
}

static void add_fixes(mw_tally *t, mw_arena *arena, const mw_diagnosis *d) {
    for (guint i = 0; d->fixes && i < d->fixes->len; i++) {
        const mw_fix *own = d->fixes->pdata[i];
        g_autofree char *key = g_strconcat("record\n", own->record, NULL);
        mw_tally_fix about = {.record = own->record, .text = own->why, .symbol = own->key, .who = "dns"};
        bool bounce = d->verdict->by == MW_BY_BOUNCE;
        if (is_about(d, own->key))
            add_fix(t, d, key, &about, bounce || own->after.action < d->score.action);
    }
    const GPtrArray *remedies = d->cause ? d->cause->remedies : NULL;
    for (guint i = 0; remedies && i < remedies->len; i++) {
        const mw_remedy *own = remedies->pdata[i];
        const mw_finding *finding = own->finding;
        if (!(finding->fix || finding->symbol->fix) || mw_diagnosis_fix(d, own->key))
            continue;
        const mw_symbol *symbol = finding->symbol;
        if (!is_about(d, symbol->check))
            continue;
        shared by = shared_by(arena, d->facts, symbol->check);
        g_autofree char *key = g_strdup_printf("remedy\n%s\n%s", symbol->name, mw_tally_text_or(by.whose));
        mw_tally_fix about = {.text = symbol->fix ? symbol->fix : finding->fix,
                              .symbol = symbol->name,
                              .what = by.what,
                              .whose = by.whose,
                              .who = finding->owner ? finding->owner : symbol->owner};
        add_fix(t, d, key, &about, own->flips || d->verdict->by == MW_BY_BOUNCE);
    }
}

/* By what the finding that leads asks for. */
static void add_mail(mw_tally *t, mw_arena *arena, const mw_diagnosis *d) {
    const mw_verdict *v = d->verdict;
    shared by = shared_by(arena, d->facts, v->check);
    mw_tally_cluster about = {.cause = v->check,
                              .title = v->symbol,
                              .what = by.what,
                              .whose = by.whose,
                              .who = v->who,
                              .action = v->finding ? mw_finding_fix(v->finding) : NULL};
    add_to_cluster(t, d, &about, v->finding ? v->finding->symbol->fix : NULL);
}

void mw_tally_add(mw_tally *t, const mw_diagnosis *d) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_verdict *v = d->verdict;
    t->mails++;
    t->outcomes[v->action]++;
    widen(&t->first, &t->last, d->facts);
    if (v->by == MW_BY_BOUNCE && d->facts->bounce)
        add_bounce(t, arena, d);
    else if (v->cause && v->action != MW_OUTCOME_ACCEPT)
        add_mail(t, arena, d);
    if (!deceives(d))
        add_fixes(t, arena, d);
}

void mw_tally_add_error(mw_tally *t, const char *file, const char *text) {
    mw_tally_failure *f = mw_new(t->arena, mw_tally_failure);
    *f = (mw_tally_failure){mw_strdup(t->arena, file), mw_strdup(t->arena, text)};
    g_ptr_array_add(t->failures, f);
}

/* ---- in order ---- */

int mw_tally_by_mails(gconstpointer a, gconstpointer b) {
    const mw_tally_cluster *x = *(const mw_tally_cluster *const *)a, *y = *(const mw_tally_cluster *const *)b;
    int order = (x->mails < y->mails) - (x->mails > y->mails);
    if (!order)
        order = strcmp(x->cause, y->cause);
    if (!order)
        order = strcmp(mw_tally_text_or(x->whose), mw_tally_text_or(y->whose));
    return order ? order : x->deceives - y->deceives;
}

/* Those that were tried as a record before those in words. */
static int by_saved(gconstpointer a, gconstpointer b) {
    const mw_tally_fix *x = *(const mw_tally_fix *const *)a, *y = *(const mw_tally_fix *const *)b;
    int order = (x->mails < y->mails) - (x->mails > y->mails);
    if (!order)
        order = (x->record == NULL) - (y->record == NULL);
    if (!order)
        order = strcmp(mw_tally_text_or(x->record), mw_tally_text_or(y->record));
    if (!order)
        order = strcmp(mw_tally_text_or(x->symbol), mw_tally_text_or(y->symbol));
    return order ? order : strcmp(mw_tally_text_or(x->whose), mw_tally_text_or(y->whose));
}

GPtrArray *mw_tally_clusters(mw_arena *arena, const mw_tally *tally) {
    GPtrArray *out = mw_array_new(arena);
    for (guint i = 0; i < tally->clusters->len; i++)
        g_ptr_array_add(out, tally->clusters->pdata[i]);
    g_ptr_array_sort(out, mw_tally_by_mails);
    return out;
}

GPtrArray *mw_tally_fixes(mw_arena *arena, const mw_tally *tally) {
    GPtrArray *out = mw_array_new(arena);
    for (guint i = 0; i < tally->fixes->len; i++)
        if (((const mw_tally_fix *)tally->fixes->pdata[i])->mails)
            g_ptr_array_add(out, tally->fixes->pdata[i]);
    g_ptr_array_sort(out, by_saved);
    return out;
}
