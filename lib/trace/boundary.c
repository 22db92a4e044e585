#include "trace/boundary.h"

#include "base/limits.h"
#include "trace/boundary_walk.h"

/* A field that may name anything (X-Originating-IP) does not stand alone. */
enum { MIN_ALONE = 20, MIN_LOST = 40 };

typedef struct count {
    int total;
    const mw_record *best;
} count;

static void vote(count *counts, int hop, const mw_record *record) {
    counts[hop].total += record->weight;
    const mw_record *best = counts[hop].best;
    if (!best || record->weight > best->weight ||
        (record->weight == best->weight && !best->helo && record->helo)) /* it tells more */
        counts[hop].best = record;
}

/* A field that stands before it names the same address. */
static bool is_repeated(const mw_walk *w, guint r) {
    const mw_record *record = w->around->records->pdata[r];
    for (guint i = 0; i < r; i++) {
        const mw_record *other = w->around->records->pdata[i];
        if (mw_ip_equal(&other->ip, &record->ip) && g_ascii_strcasecmp(other->source, record->source) == 0)
            return true;
    }
    return false;
}

/* Adds the votes of the receiving side's records; the strongest whose address no hop shows goes to *alone. */
static void count_votes(const mw_walk *w, int boundary, count *counts, const mw_record **alone) {
    for (guint r = 0; r < w->around->records->len; r++) {
        const mw_record *record = w->around->records->pdata[r];
        if (!mw_walk_is_record(w, boundary, record) || is_repeated(w, r) ||
            (w->gateway >= 0 && mw_ip_equal(&record->ip, &mw_walk_hop(w, w->gateway)->from_ip)))
            continue; /* what the filter's address comes to is the filter's own */
        int hop = -1;
        for (int i = 0; hop < 0 && i < (int)w->hops->len && i < MW_MAX_VOTED_HOPS; i++)
            if (mw_ip_equal(&mw_walk_hop(w, i)->from_ip, &record->ip) && !mw_walk_hop(w, i)->authenticated)
                hop = i;
        if (hop >= 0)
            vote(counts, hop, record);
        else if (mw_ip_public(&record->ip) && record->weight >= MIN_ALONE &&
                 (!*alone || record->weight > (*alone)->weight))
            *alone = record;
    }
}

static void reason(mw_walk *w, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void reason(mw_walk *w, const char *format, ...) {
    va_list args;
    va_start(args, format);
    g_ptr_array_add(w->reasons, mw_vprintf(w->arena, format, args));
    va_end(args);
}

/* No line shows where the mail came in: what a receiving host wrote down of its client; NULL for nothing. */
static const mw_record *find_strong(const mw_walk *w) {
    for (guint r = 0; r < w->around->records->len; r++) {
        const mw_record *record = w->around->records->pdata[r];
        if (!record->owner && record->weight >= MIN_LOST && mw_ip_public(&record->ip))
            return record;
    }
    return NULL;
}

/* What the votes make of the walk's choice; the index of the hop that wins. */
static int weigh(mw_walk *w, int boundary, const count *counts) {
    const mw_hop *hop = mw_walk_hop(w, boundary);
    const mw_vote *structural = mw_hosts_vote(w->hosts, "structure"), *edge = mw_hosts_vote(w->hosts, "edge");
    int structure = structural ? structural->weight : 0;
    if (edge && mw_hosts_role(w->hosts, hop->by, "edge"))
        structure += edge->weight;
    int best = boundary, most = counts[boundary].total + structure;
    for (int i = 0; i < (int)w->hops->len && i < MW_MAX_VOTED_HOPS; i++)
        if (i != boundary && counts[i].total > most && mw_ip_public(&mw_walk_hop(w, i)->from_ip)) {
            best = i;
            most = counts[i].total;
        }
    return best;
}

static void mark_others(mw_walk *w, int boundary) {
    for (int i = 0; i < (int)w->hops->len; i++) {
        const mw_hop *hop = mw_walk_hop(w, i);
        if (i < boundary && (hop->role != MW_ROLE_INTERNAL || !hop->reason))
            mw_walk_assign(w, i, MW_ROLE_INTERNAL,
                           "on the receiving side: its records name a client further down");
        else if (i > boundary)
            mw_walk_assign(w, i, hop->authenticated ? MW_ROLE_SUBMISSION : MW_ROLE_SENDER,
                           hop->authenticated ? "a login at the sender's server"
                                              : "below the boundary: written by the sender's side");
    }
}

/* The line at which the mail came in is missing, but the receiving side wrote down who handed it in. */
static mw_boundary decide_gap(mw_walk *w, const mw_record *record) {
    mw_boundary out = {.hop = w->gap,
                       .reasons = w->reasons,
                       .client_ip = record->ip,
                       .record = record,
                       .record_alone = true};
    reason(w, "%s names %s; the Received line of that connection is missing", record->source,
           mw_ip_text(w->arena, &record->ip));
    /* whoever calls himself a host of the receiver's behind its NAT can write the record, too */
    const mw_hop *hop = mw_walk_hop(w, w->gap);
    bool looked_up = mw_walk_is_looked_up(hop);
    out.confidence = looked_up ? MW_CONFIDENCE_MEDIUM : MW_CONFIDENCE_LOW;
    mw_walk_assign(w, out.hop, MW_ROLE_BOUNDARY, w->reasons->pdata[0]);
    mark_others(w, out.hop);
    return out;
}

static mw_boundary decide(mw_walk *w, int boundary, const count *counts, const mw_record *alone) {
    mw_boundary out = {.hop = weigh(w, boundary, counts), .reasons = w->reasons};
    const mw_hop *hop = mw_walk_hop(w, out.hop);
    const char *ip = mw_ip_text(w->arena, &hop->from_ip);
    const char *by = hop->by ? hop->by : "the receiving host";
    out.client_ip = hop->from_ip;
    out.record = counts[out.hop].best;
    if (out.hop != boundary) {
        reason(w, "%s names %s, the client of %s", out.record->source, ip, by);
        out.confidence = w->unsure ? MW_CONFIDENCE_MEDIUM : MW_CONFIDENCE_HIGH;
    } else if (!mw_ip_public(&hop->from_ip)) {
        if (alone) {
            out.client_ip = alone->ip;
            out.record = alone;
            reason(w, "%s names %s; the Received line of %s shows %s", alone->source,
                   mw_ip_text(w->arena, &alone->ip), by, *ip ? "only a private address" : "no address");
            out.confidence = MW_CONFIDENCE_MEDIUM;
        } else {
            out.client_ip = (mw_ip){0};
            reason(w,
                   *ip ? "%s noted %s, a private address: the real client is hidden behind a proxy or NAT"
                       : "%s noted no address of its client%s, only what it calls itself",
                   by, ip);
            out.confidence = MW_CONFIDENCE_NONE;
        }
    } else {
        const char *edge = mw_hosts_role(w->hosts, hop->by, "edge");
        reason(w, "%s took it from %s, the first address outside the receiving side", by, ip);
        if (edge)
            reason(w, "%s only takes mail in from outside (%s)", by, edge);
        if (out.record)
            reason(w, "%s names the same address", out.record->source);
        if (w->self_styled && hop->astray)
            reason(
                w,
                "%s has the reverse name %s, as a host of the receiving side would, but that name does not "
                "lead back to it",
                ip, hop->from_rdns ? hop->from_rdns : hop->from_name);
        else if (w->self_styled)
            reason(w, "%s calls itself %s, as a host of the receiving side would, but only it says so", ip,
                   hop->from_name);
        bool disagree = alone && !out.record && alone->weight >= 30;
        if (disagree)
            reason(w, "but %s names %s", alone->source, mw_ip_text(w->arena, &alone->ip));
        bool unsure = w->unsure || w->self_styled;
        out.confidence = disagree || (unsure && !out.record) ? MW_CONFIDENCE_LOW
                         : out.record || edge                ? MW_CONFIDENCE_HIGH
                                                             : MW_CONFIDENCE_MEDIUM;
    }
    mw_walk_assign(w, out.hop, MW_ROLE_BOUNDARY, w->reasons->pdata[0]);
    mark_others(w, out.hop);
    return out;
}

mw_boundary mw_boundary_choose(mw_arena *arena, const mw_hosts *hosts, GPtrArray *hops,
                               const mw_surroundings *around) {
    mw_walk w = {.arena = arena,
                 .hosts = hosts,
                 .hops = hops,
                 .around = around,
                 .gateway = -1,
                 .gap = -1,
                 .reasons = mw_array_new(arena)};
    w.receivers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    int login, boundary = mw_walk_down(&w, &login);
    mw_boundary out = {.hop = -1, .reasons = w.reasons};
    if (boundary >= 0) {
        count *counts = g_new0(count, MAX((int)hops->len, MW_MAX_VOTED_HOPS));
        const mw_record *alone = NULL;
        count_votes(&w, boundary, counts, &alone);
        const mw_hop *below = mw_walk_hop(&w, w.gap + 1);
        bool lost = w.gap >= 0 && alone && alone->weight >= MIN_LOST && alone->field < below->field;
        out = lost ? decide_gap(&w, alone) : decide(&w, boundary, counts, alone);
        g_free(counts);
    } else if (login >= 0) {
        reason(&w, "%s took it after a login: a submission, not a delivery from another server",
               mw_walk_hop(&w, login)->by ? mw_walk_hop(&w, login)->by : "the server");
        for (int i = login; i < (int)hops->len; i++)
            mw_walk_assign(&w, i, MW_ROLE_SUBMISSION,
                           i == login ? "a login: the sender's own connection"
                                      : "before the login: the sender's own system");
    } else if (hops->len && (out.record = find_strong(&w))) {
        out.record_alone = true;
        out.client_ip = out.record->ip;
        out.confidence = MW_CONFIDENCE_LOW;
        reason(&w, "%s names %s; no Received line shows that connection", out.record->source,
               mw_ip_text(arena, &out.record->ip));
    } else {
        reason(&w, hops->len ? "no Received line shows a server that took it from outside"
                             : "there is no Received line");
    }
    g_hash_table_unref(w.receivers);
    return out;
}
