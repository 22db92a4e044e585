#include "report/summary.h"
#include "base/printable.h"
#include "report/json_value.h"

#include <string.h>

enum { EXAMPLES = 3, TEXT_CLUSTERS = 20, TEXT_FIXES = 15, TEXT_ERRORS = 10, TEXT_LONG = 300 };

/* What mails have in common: why, and whose. */
typedef struct cluster {
    const char *cause; /* the check, or of bounces the reply's class */
    const char *title; /* the symbol, or the reply's reason; or NULL */
    const char *what;  /* "domain", "address", "receiver", "edit"; or NULL */
    const char *whose; /* that one; or NULL */
    const char *who;   /* must act */
    unsigned mails;
    mw_time first, last;
    const char *examples[EXAMPLES];
} cluster;

/* One change, and the mails whose own run shows that it mends them. */
typedef struct fix {
    const char *record; /* of the DNS: laid over each of these runs; NULL: something to be done in words */
    const char *text;
    const char *symbol, *what, *whose, *who;
    unsigned mails;   /* that come out better with it */
    unsigned touched; /* in which it was tried */
    const char *examples[EXAMPLES];
} fix;

typedef struct failure {
    const char *file, *text;
} failure;

struct mw_tally {
    mw_arena *arena;
    unsigned mails, outcomes[MW_OUTCOME_COMPLAINT + 1];
    GHashTable *by_key; /* key -> cluster or fix */
    GPtrArray *clusters, *fixes, *failures;
    mw_time first, last;
};

mw_tally *mw_tally_new(void) {
    mw_tally *t = g_new0(mw_tally, 1);
    t->arena = mw_arena_new();
    t->by_key = g_hash_table_new(g_str_hash, g_str_equal);
    t->clusters = mw_array_new(t->arena);
    t->fixes = mw_array_new(t->arena);
    t->failures = mw_array_new(t->arena);
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

static bool is_any(const char *text, const char *const *words) {
    for (; text && *words; words++)
        if (strcmp(text, *words) == 0)
            return true;
    return false;
}

static shared address_of(mw_arena *arena, const mw_facts *facts) {
    const mw_ip *ip = facts->envelope ? &facts->envelope->client_ip : NULL;
    return ip && ip->family ? (shared){"address", mw_ip_text(arena, ip)} : (shared){NULL, NULL};
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
    if (is_any(cause, server))
        by = address_of(arena, facts);
    else if (cause && strcmp(cause, "dkim") == 0)
        by = edit_of(facts);
    return by.whose ? by : domain_of(facts);
}

static shared receiver_of(const mw_bounce_recipient *r) {
    const char *at = r->recipient ? strrchr(r->recipient, '@') : NULL;
    if (at && at[1])
        return (shared){"receiver", at + 1};
    return r->remote_host ? (shared){"receiver", r->remote_host} : (shared){NULL, NULL};
}

/* Of a bounce: what authenticates is the sender's own, all else the receiver's. */
static shared shared_of_bounce(mw_arena *arena, const mw_facts *facts, const mw_bounce_recipient *r) {
    static const char *const own[] = {"spf", "dkim", "dmarc", "arc", "ptr", "helo", "dnsbl", NULL};
    const char *cause = r->meaning ? r->meaning->cause : NULL;
    shared by = {NULL, NULL};
    if (is_any(cause, own) && facts->bounce->original)
        by = shared_by(arena, facts, cause);
    return by.whose ? by : receiver_of(r);
}

/* ---- adding ---- */

static mw_time day_of(const mw_facts *facts) {
    const mw_field *date = mw_message_field(facts->message, "Date");
    return facts->envelope && facts->envelope->received_at != MW_TIME_UNKNOWN ? facts->envelope->received_at
           : date ? mw_time_read_mail(date->value, NULL)
                  : MW_TIME_UNKNOWN;
}

static void widen(mw_time *first, mw_time *last, mw_time at) {
    if (at == MW_TIME_UNKNOWN)
        return;
    *first = *first == MW_TIME_UNKNOWN ? at : MIN(*first, at);
    *last = *last == MW_TIME_UNKNOWN ? at : MAX(*last, at);
}

static void add_example(mw_tally *t, const char **examples, const char *file) {
    for (int i = 0; i < EXAMPLES; i++) {
        if (examples[i] && strcmp(examples[i], file) == 0)
            return;
        if (!examples[i]) {
            examples[i] = mw_strdup(t->arena, file);
            return;
        }
    }
}

static const char *text_or(const char *text) {
    return text ? text : "";
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

static void add_to_cluster(mw_tally *t, const mw_diagnosis *d, const char *cause, const char *title,
                           const char *who, shared by) {
    g_autofree char *key = g_strdup_printf("cause\n%s\n%s\n%s\n%s", text_or(cause), text_or(title),
                                           text_or(by.what), text_or(by.whose));
    cluster *c = find(t, key, sizeof *c, t->clusters);
    if (!c->mails) {
        *c = (cluster){.cause = mw_strdup(t->arena, cause ? cause : "unknown"),
                       .title = mw_strdup(t->arena, title),
                       .what = by.what,
                       .whose = mw_strdup(t->arena, by.whose),
                       .who = mw_strdup(t->arena, who),
                       .first = MW_TIME_UNKNOWN,
                       .last = MW_TIME_UNKNOWN};
    }
    c->mails++;
    widen(&c->first, &c->last, day_of(d->facts));
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
        char *key =
            g_strdup_printf("%s\n%s\n%s", r->meaning->cause, text_or(r->meaning->reason), text_or(by.whose));
        if (g_hash_table_add(seen, key))
            add_to_cluster(t, d, r->meaning->cause, r->meaning->reason, r->meaning->owner, by);
    }
}

static void add_fix(mw_tally *t, const mw_diagnosis *d, const char *key, const fix *about, bool mends) {
    fix *f = find(t, key, sizeof *f, t->fixes);
    if (!f->touched)
        *f = (fix){.record = mw_strdup(t->arena, about->record),
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

static void add_fixes(mw_tally *t, mw_arena *arena, const mw_diagnosis *d) {
    for (guint i = 0; d->fixes && i < d->fixes->len; i++) {
        const mw_fix *own = d->fixes->pdata[i];
        g_autofree char *key = g_strconcat("record\n", own->record, NULL);
        fix about = {.record = own->record, .text = own->why, .symbol = own->key, .who = "dns"};
        add_fix(t, d, key, &about, own->after.action < d->score.action);
    }
    const GPtrArray *remedies = d->cause ? d->cause->remedies : NULL;
    for (guint i = 0; remedies && i < remedies->len; i++) {
        const mw_remedy *own = remedies->pdata[i];
        const mw_finding *finding = own->finding;
        if (!(finding->fix || finding->symbol->fix) || mw_diagnosis_fix(d, own->key))
            continue;
        const mw_symbol *symbol = finding->symbol;
        shared by = shared_by(arena, d->facts, symbol->check);
        g_autofree char *key = g_strdup_printf("remedy\n%s\n%s", symbol->name, text_or(by.whose));
        fix about = {.text = symbol->fix ? symbol->fix : finding->fix,
                     .symbol = symbol->name,
                     .what = by.what,
                     .whose = by.whose,
                     .who = finding->owner ? finding->owner : symbol->owner};
        add_fix(t, d, key, &about, own->flips);
    }
}

void mw_tally_add(mw_tally *t, const mw_diagnosis *d) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_verdict *v = d->verdict;
    t->mails++;
    t->outcomes[v->action]++;
    widen(&t->first, &t->last, day_of(d->facts));
    if (v->by == MW_BY_BOUNCE && d->facts->bounce)
        add_bounce(t, arena, d);
    else if (v->cause && v->action != MW_OUTCOME_ACCEPT)
        add_to_cluster(t, d, v->check, v->symbol, v->who, shared_by(arena, d->facts, v->check));
    if (!v->forged && !v->deceptive) /* no change is to help a forger */
        add_fixes(t, arena, d);
}

void mw_tally_add_error(mw_tally *t, const char *file, const char *text) {
    failure *f = mw_new(t->arena, failure);
    *f = (failure){mw_strdup(t->arena, file), mw_strdup(t->arena, text)};
    g_ptr_array_add(t->failures, f);
}

/* ---- in order ---- */

static int by_mails(gconstpointer a, gconstpointer b) {
    const cluster *x = *(const cluster *const *)a, *y = *(const cluster *const *)b;
    int order = (x->mails < y->mails) - (x->mails > y->mails);
    if (!order)
        order = strcmp(x->cause, y->cause);
    return order ? order : strcmp(text_or(x->whose), text_or(y->whose));
}

/* Those that were tried as a record before those in words. */
static int by_saved(gconstpointer a, gconstpointer b) {
    const fix *x = *(const fix *const *)a, *y = *(const fix *const *)b;
    int order = (x->mails < y->mails) - (x->mails > y->mails);
    if (!order)
        order = (x->record == NULL) - (y->record == NULL);
    if (!order)
        order = strcmp(text_or(x->record), text_or(y->record));
    if (!order)
        order = strcmp(text_or(x->symbol), text_or(y->symbol));
    return order ? order : strcmp(text_or(x->whose), text_or(y->whose));
}

static GPtrArray *sorted(mw_arena *arena, const GPtrArray *all, GCompareFunc order) {
    GPtrArray *out = mw_array_new(arena);
    for (guint i = 0; i < all->len; i++)
        if (order != by_saved || ((const fix *)all->pdata[i])->mails)
            g_ptr_array_add(out, all->pdata[i]);
    g_ptr_array_sort(out, order);
    return out;
}

static char *days(mw_arena *arena, mw_time first, mw_time last) {
    if (first == MW_TIME_UNKNOWN)
        return NULL;
    const char *from = mw_time_day(arena, first), *to = mw_time_day(arena, last);
    return strcmp(from, to) == 0 ? mw_strdup(arena, from) : mw_printf(arena, "%s to %s", from, to);
}

/* ---- text ---- */

static void add(GString *out, const char *text, size_t most) {
    mw_printable_append(out, mw_span_of(text), most);
}

static void add_words(GString *out, int indent, int width, const char *text) {
    mw_span rest = mw_span_of(text);
    int at = 0;
    while (rest.data && rest.len) {
        mw_span word = mw_span_cut(&rest, ' ');
        if (at && at + 1 + (int)word.len > width) {
            g_string_append_printf(out, "\n%*s", indent, "");
            at = indent;
        } else if (at) {
            g_string_append_c(out, ' ');
            at++;
        } else {
            g_string_append_printf(out, "%*s", indent, "");
            at = indent;
        }
        g_autofree char *copy = g_strndup(word.data, word.len);
        add(out, copy, TEXT_LONG);
        at += (int)word.len;
    }
    g_string_append_c(out, '\n');
}

static void write_head(const mw_tally *t, GString *out, mw_arena *arena) {
    const char *when = days(arena, t->first, t->last);
    g_string_append_printf(out, "%u mail%s%s%s", t->mails, t->mails == 1 ? "" : "s", when ? ", " : "",
                           text_or(when));
    for (int i = 0; i <= MW_OUTCOME_COMPLAINT; i++)
        if (t->outcomes[i])
            g_string_append_printf(out, "\n  %6u  %3u %%  %s", t->outcomes[i],
                                   (unsigned)(100.0 * t->outcomes[i] / t->mails + 0.5),
                                   mw_outcome_name((mw_outcome)i));
    if (t->failures->len)
        g_string_append_printf(out, "\n  %6u         not read", t->failures->len);
    g_string_append(out, "\n");
}

static const char *name_of(mw_arena *arena, const cluster *c) {
    return mw_printf(arena, "%s%s%s%s%s%s%s", c->cause, c->title ? ", " : "", text_or(c->title),
                     c->whose ? ": " : "", c->whose ? c->what : "", c->whose ? " " : "", text_or(c->whose));
}

static void write_clusters(const mw_tally *t, GString *out, mw_arena *arena, int width) {
    GPtrArray *all = sorted(arena, t->clusters, by_mails);
    if (all->len)
        g_string_append(out, "\nWhat they share\n");
    for (guint i = 0; i < MIN(all->len, TEXT_CLUSTERS); i++) {
        const cluster *c = all->pdata[i];
        const char *when = days(arena, c->first, c->last);
        g_string_append_printf(out, "  %6u  ", c->mails);
        add(out, name_of(arena, c), TEXT_LONG);
        g_string_append_c(out, '\n');
        add_words(out, 10, width,
                  mw_printf(arena, "%s acts%s%s; for example %s", mw_owner_words(text_or(c->who)),
                            when ? "; " : "", text_or(when), c->examples[0]));
    }
    if (all->len > TEXT_CLUSTERS)
        g_string_append_printf(out, "          and %u smaller ones (--format json or csv has them)\n",
                               all->len - TEXT_CLUSTERS);
}

static int by_cause(gconstpointer a, gconstpointer b) {
    const cluster *x = *(const cluster *const *)a, *y = *(const cluster *const *)b;
    int order = strcmp(x->cause, y->cause);
    return order ? order : strcmp(text_or(x->title), text_or(y->title));
}

/* Of a run of clusters in that order, those of one cause (and title) become one: their mails add up. */
static GPtrArray *folded(mw_arena *arena, const GPtrArray *all, bool whole_cause) {
    GPtrArray *out = mw_array_new(arena);
    cluster *last = NULL;
    for (guint i = 0; i < all->len; i++) {
        const cluster *c = all->pdata[i];
        if (last && strcmp(last->cause, c->cause) == 0 &&
            (whole_cause || strcmp(text_or(last->title), text_or(c->title)) == 0)) {
            last->mails += c->mails;
            continue;
        }
        last = mw_memdup(arena, c, sizeof *c);
        last->whose = NULL;
        g_ptr_array_add(out, last);
    }
    return out;
}

/* "mailbox: userunknown 118, mailboxfull 30" */
static void write_causes(const mw_tally *t, GString *out, mw_arena *arena) {
    GPtrArray *titles = folded(arena, sorted(arena, t->clusters, by_cause), false);
    GPtrArray *causes = sorted(arena, folded(arena, titles, true), by_mails);
    g_ptr_array_sort(titles, by_mails);
    if (causes->len)
        g_string_append(out, "\nWhy\n");
    for (guint i = 0; i < causes->len; i++) {
        const cluster *c = causes->pdata[i];
        g_autoptr(GString) line = g_string_new(NULL);
        g_string_append_printf(line, "%6u  %3u %%  %s:", c->mails,
                               (unsigned)(100.0 * c->mails / t->mails + 0.5), c->cause);
        for (guint k = 0; k < titles->len; k++) {
            const cluster *part = titles->pdata[k];
            if (strcmp(part->cause, c->cause) == 0)
                g_string_append_printf(line, "%s %s %u", g_str_has_suffix(line->str, ":") ? "" : ",",
                                       part->title ? part->title : "other", part->mails);
        }
        g_string_append(out, "  ");
        g_string_append(out, line->str);
        g_string_append_c(out, '\n');
    }
}

static void write_fixes(const mw_tally *t, GString *out, mw_arena *arena, int width) {
    GPtrArray *all = sorted(arena, t->fixes, by_saved);
    if (all->len)
        g_string_append(out, "\nWhat one change mends (tried on each of these mails)\n");
    for (guint i = 0; i < MIN(all->len, TEXT_FIXES); i++) {
        const fix *f = all->pdata[i];
        g_string_append_printf(out, "  %6u  ", f->mails);
        if (f->record)
            add(out, f->record, 0);
        else
            add(out,
                mw_printf(arena, "%s%s%s%s%s", text_or(f->symbol), f->whose ? ": " : "", text_or(f->what),
                          f->whose ? " " : "", text_or(f->whose)),
                TEXT_LONG);
        g_string_append_c(out, '\n');
        add_words(out, 10, width,
                  mw_printf(arena, "%s: %s", mw_owner_words(text_or(f->who)), text_or(f->text)));
    }
    if (all->len > TEXT_FIXES)
        g_string_append_printf(out, "          and %u more (--format json or csv has them)\n",
                               all->len - TEXT_FIXES);
}

static void write_failures(const mw_tally *t, GString *out, mw_arena *arena, int width) {
    if (t->failures->len)
        g_string_append(out, "\nNot read\n");
    for (guint i = 0; i < MIN(t->failures->len, TEXT_ERRORS); i++) {
        const failure *f = t->failures->pdata[i];
        add_words(out, 10, width, mw_printf(arena, "%s: %s", f->file, f->text));
    }
    if (t->failures->len > TEXT_ERRORS)
        g_string_append_printf(out, "          and %u more\n", t->failures->len - TEXT_ERRORS);
}

char *mw_tally_text(const mw_tally *tally, int width) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    GString *out = g_string_new(NULL);
    write_head(tally, out, arena);
    write_causes(tally, out, arena);
    write_clusters(tally, out, arena, width);
    write_fixes(tally, out, arena, width);
    write_failures(tally, out, arena, width);
    return g_string_free(out, FALSE);
}

/* ---- JSON ---- */

static void put_examples(mw_arena *a, mw_json *o, const char *const *examples) {
    GPtrArray *list = mw_array_new(a);
    for (int i = 0; i < EXAMPLES && examples[i]; i++)
        g_ptr_array_add(list, (gpointer)examples[i]);
    mw_json_strings(a, o, "examples", list);
}

static void put_shared(mw_arena *a, mw_json *o, const char *what, const char *whose) {
    mw_json_text(a, o, "shared", what);
    mw_json_text(a, o, "value", whose);
}

static mw_json *one_cluster(mw_arena *a, const void *item, const void *context) {
    const cluster *c = item;
    mw_json *o = mw_json_object();
    mw_json_int(o, "mails", c->mails);
    mw_json_text(a, o, "cause", c->cause);
    mw_json_text(a, o, "symbol_or_reason", c->title);
    put_shared(a, o, c->what, c->whose);
    mw_json_text(a, o, "who", c->who);
    mw_json_time(a, o, "first", c->first);
    mw_json_time(a, o, "last", c->last);
    put_examples(a, o, c->examples);
    return o;
}

static mw_json *one_fix(mw_arena *a, const void *item, const void *context) {
    const fix *f = item;
    mw_json *o = mw_json_object();
    mw_json_int(o, "mails", f->mails);
    mw_json_int(o, "tried", f->touched);
    mw_json_text(a, o, "record", f->record);
    mw_json_text(a, o, "symbol", f->symbol);
    put_shared(a, o, f->what, f->whose);
    mw_json_text(a, o, "owner", f->who);
    mw_json_text(a, o, "text", f->text);
    put_examples(a, o, f->examples);
    return o;
}

static mw_json *one_failure(mw_arena *a, const void *item, const void *context) {
    const failure *f = item;
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "file", f->file);
    mw_json_text(a, o, "error", f->text);
    return o;
}

char *mw_tally_json(const mw_tally *t, bool line) {
    g_autoptr(mw_arena) a = mw_arena_new();
    mw_json *o = mw_json_object(), *outcomes = mw_json_object();
    mw_json_int(o, "schema", 2);
    mw_json_text(a, o, "mailwhy", MAILWHY_VERSION);
    mw_json_text(a, o, "kind", "summary");
    mw_json_int(o, "mails", t->mails);
    mw_json_time(a, o, "first", t->first);
    mw_json_time(a, o, "last", t->last);
    for (int i = 0; i <= MW_OUTCOME_COMPLAINT; i++)
        mw_json_int(outcomes, mw_outcome_name((mw_outcome)i), t->outcomes[i]);
    mw_json_put(o, "outcomes", outcomes);
    mw_json_list(a, o, "clusters", sorted(a, t->clusters, by_mails), one_cluster, NULL);
    mw_json_list(a, o, "fixes", sorted(a, t->fixes, by_saved), one_fix, NULL);
    mw_json_list(a, o, "errors", t->failures, one_failure, NULL);
    return line ? mw_json_line(o) : mw_json_dump(o);
}

/* ---- CSV ---- */

/* A cell never begins with what a spreadsheet takes for a formula. */
static void cell(GString *out, const char *text, bool last) {
    g_autoptr(GString) safe = g_string_new(NULL);
    add(safe, text_or(text), 0);
    const char *guard = *safe->str && strchr("=+-@", *safe->str) ? "'" : "";
    g_string_append_printf(out, "\"%s", guard);
    for (const char *p = safe->str; *p; p++) {
        if (*p == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *p);
    }
    g_string_append(out, last ? "\"\r\n" : "\",");
}

static void row(GString *out, const char *kind, unsigned mails, const char *const cells[8]) {
    cell(out, kind, false);
    g_string_append_printf(out, "%u,", mails);
    for (int i = 0; i < 8; i++)
        cell(out, cells[i], i == 7);
}

char *mw_tally_csv(const mw_tally *t) {
    g_autoptr(mw_arena) a = mw_arena_new();
    GString *out = g_string_new("kind,mails,name,detail,shared,value,who,first,last,example\r\n");
    for (int i = 0; i <= MW_OUTCOME_COMPLAINT; i++)
        if (t->outcomes[i])
            row(out, "outcome", t->outcomes[i], (const char *[8]){mw_outcome_name((mw_outcome)i)});
    GPtrArray *all = sorted(a, t->clusters, by_mails);
    for (guint i = 0; i < all->len; i++) {
        const cluster *c = all->pdata[i];
        row(out, "cluster", c->mails,
            (const char *[8]){c->cause, c->title, c->what, c->whose, c->who, mw_time_rfc3339(a, c->first),
                              mw_time_rfc3339(a, c->last), c->examples[0]});
    }
    all = sorted(a, t->fixes, by_saved);
    for (guint i = 0; i < all->len; i++) {
        const fix *f = all->pdata[i];
        row(out, "fix", f->mails,
            (const char *[8]){f->symbol, f->record ? f->record : f->text, f->what, f->whose, f->who, NULL,
                              NULL, f->examples[0]});
    }
    for (guint i = 0; i < t->failures->len; i++) {
        const failure *f = t->failures->pdata[i];
        row(out, "error", 1, (const char *[8]){NULL, f->text, NULL, NULL, NULL, NULL, NULL, f->file});
    }
    return g_string_free(out, FALSE);
}
