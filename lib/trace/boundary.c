#include "trace/boundary.h"

#include "base/domain.h"
#include "base/limits.h"

/* How far down a step looks: the walk stays linear in the number of hops. */
enum { MAX_LOOK = 30 };

/* What the walk down the hops knows. */
typedef struct walk {
    mw_arena *arena;
    const mw_hosts *hosts;
    GPtrArray *hops;
    const mw_surroundings *around;
    GHashTable *receivers; /* folded organisations of the receiving side */
    bool unsure;           /* a step rested on little */
    bool self_styled;      /* the client where it ends calls itself by a name of the receiving side */
    bool nat;              /* the boundary hop shows only a private address */
    int gateway;           /* the last hop at which the recipient's filter handed it over, or -1 */
    int gap;               /* the last hop above a line that is missing, or -1 */
    GPtrArray *reasons;
} walk;

static const mw_hop *hop_at(const walk *w, int i) {
    return i >= 0 && i < (int)w->hops->len ? w->hops->pdata[i] : NULL;
}

static void assign(walk *w, int i, mw_role role, const char *reason) {
    mw_hop *hop = w->hops->pdata[i];
    hop->role = role;
    hop->reason = reason;
}

/* --- names and organisations --------------------------------------------------------------------- */

static char *fold_organisation(const walk *w, const char *name) {
    const char *organisation = mw_hosts_organisation(w->hosts, name);
    if (!organisation)
        return NULL;
    char *folded = g_ascii_strdown(organisation, -1);
    size_t n = strlen(folded);
    if (n && folded[n - 1] == '.')
        folded[n - 1] = 0;
    return folded;
}

static bool same_organisation(const walk *w, const char *a, const char *b) {
    g_autofree char *x = fold_organisation(w, a), *y = fold_organisation(w, b);
    return x && y && strcmp(x, y) == 0;
}

static bool is_receiver(const walk *w, const char *name) {
    g_autofree char *x = fold_organisation(w, name);
    return x && g_hash_table_contains(w->receivers, x);
}

static void add_receiver(walk *w, const char *name) {
    char *x = fold_organisation(w, name);
    if (x)
        g_hash_table_add(w->receivers, x);
}

/* What stands above a line was written after it: the receiving side's. Below it may be a forwarder's, or a
 * mailing list's. */
static void add_receivers(walk *w, const mw_field *upto) {
    for (guint i = 0; i < w->around->receiver_domains->len; i++) {
        const mw_receiver *receiver = w->around->receiver_domains->pdata[i];
        if (receiver->field <= upto)
            add_receiver(w, receiver->domain);
    }
}

static bool is_sender(const walk *w, const char *name) {
    for (guint i = 0; i < w->around->sender_domains->len; i++)
        if (same_organisation(w, name, w->around->sender_domains->pdata[i]))
            return true;
    return false;
}

/* The name by which the client is known: the server's own look-up before what the client says. */
static const char *client_name(const mw_hop *hop) {
    return hop->from_rdns ? hop->from_rdns : hop->from_name;
}

static bool same_host(const char *a, const char *b) {
    if (!a || !b)
        return false;
    size_t n = strlen(a), m = strlen(b);
    n -= n && a[n - 1] == '.';
    m -= m && b[m - 1] == '.';
    return n == m && n > 0 && g_ascii_strncasecmp(a, b, n) == 0;
}

/* --- hops ---------------------------------------------------------------------------------------- */

static bool has_client(const mw_hop *hop) {
    return hop->from_name || hop->from_ip.family;
}

/* The server itself looked the client's name up, and back: not only the client says it. */
static bool is_looked_up(const mw_hop *hop) {
    return hop->from_rdns && !hop->forged && !hop->unproved;
}

/* Takes mail over SMTP from a public address without a login. */
static bool is_outside(const mw_hop *hop) {
    return !hop->local && !hop->authenticated && mw_ip_public(&hop->from_ip);
}

/* The next hop below that names its host. */
static int next_by(const walk *w, int i) {
    for (int j = i + 1; j < (int)w->hops->len && j <= i + MAX_LOOK; j++)
        if (hop_at(w, j)->by)
            return j;
    return -1;
}

/* A hop below takes mail from outside at a host of the receiving side, or of that organisation. */
static int outside_below(const walk *w, int i, const char *organisation_of) {
    for (int j = i + 1; j < (int)w->hops->len && j <= i + MAX_LOOK; j++) {
        const mw_hop *hop = hop_at(w, j);
        if (is_outside(hop) && (same_organisation(w, hop->by, organisation_of) || is_receiver(w, hop->by)) &&
            (mw_hosts_role(w->hosts, hop->by, "edge") ||
             !same_organisation(w, client_name(hop), organisation_of)))
            return j;
    }
    return -1;
}

/* The line below was written by the host that this hop's client calls itself. */
static bool chained(const walk *w, int i) {
    const mw_hop *hop = hop_at(w, i), *below = hop_at(w, next_by(w, i));
    return below && (same_host(below->by, hop->from_name) || same_host(below->by, hop->from_rdns));
}

/* --- one step of the walk ------------------------------------------------------------------------ */

typedef enum step { PASS, STOP, LOGIN } step;

static step step_private(walk *w, int i) {
    const mw_hop *hop = hop_at(w, i);
    const mw_hop *below = hop_at(w, next_by(w, i));
    const char *name = hop->from_name;
    const char *text = mw_ip_text(w->arena, &hop->from_ip);
    bool loopback = mw_ip_loopback(&hop->from_ip);
    if (loopback && below) {
        assign(w, i, MW_ROLE_INTERNAL, "passed on within one host");
        return PASS;
    }
    if (loopback && !mw_hosts_organisation(w->hosts, name)) {
        assign(w, i, MW_ROLE_INTERNAL, "handed in by a program on the same host");
        return PASS;
    }
    if (!below) { /* nothing was written before it: it can only be the sender's connection */
        w->nat = true;
        return STOP;
    }
    bool foreign = mw_hosts_organisation(w->hosts, name) && !same_organisation(w, name, hop->by) &&
                   !is_receiver(w, name) && !mw_hosts_role(w->hosts, name, "gateway");
    if (foreign && outside_below(w, i, hop->by) < 0 && same_organisation(w, below->by, name) &&
        (outside_below(w, i, name) < 0 || is_sender(w, name))) {
        w->nat = true;
        return STOP;
    }
    w->unsure |= foreign && mw_hosts_organisation(w->hosts, hop->by);
    assign(w, i, MW_ROLE_INTERNAL,
           mw_printf(w->arena, "%s is a private address: passed on within the receiving network", text));
    return PASS;
}

bool mw_boundary_wrote_below(const mw_hosts *hosts, const mw_hop *hop, const mw_hop *below,
                             const mw_field *field) {
    if (field < hop->field || field - hop->field > MAX_LOOK || (below && field > below->field) ||
        !mw_hosts_role(hosts, hop->by, "below"))
        return false;
    if (!mw_span_is(field->name, "Authentication-Results") && !mw_span_is(field->name, "Received-SPF") &&
        !mw_span_is(field->name, "ARC-Authentication-Results"))
        return false;
    for (const mw_field *f = hop->field + 1; f < field; f++)
        if (f->name.len == field->name.len &&
            g_ascii_strncasecmp(f->name.data, field->name.data, f->name.len) == 0)
            return false;
    return true;
}

/* The SPF result that the receiving side recorded for this hop's client: above its line, or, for hosts that
 * are known to write there, between it and the next. NULL: none. */
static const char *recorded_spf(const walk *w, int i) {
    const mw_hop *hop = hop_at(w, i), *below = hop_at(w, i + 1);
    for (guint c = 0; c < w->around->claims->len; c++) {
        const mw_claim *claim = w->around->claims->pdata[c];
        if (claim->field > hop->field && !mw_boundary_wrote_below(w->hosts, hop, below, claim->field))
            break;
        if (claim->instance == 0 && strcmp(claim->method, "spf") == 0)
            return claim->result;
    }
    return NULL;
}

/* The gateway wrote what it thinks of its client: SPF or DMARC results, below the hop at which it delivers.
 */
static bool gateway_judged(const walk *w, int i, const char *organisation) {
    const mw_hop *hop = hop_at(w, i);
    for (guint c = 0; c < w->around->claims->len; c++) {
        const mw_claim *claim = w->around->claims->pdata[c];
        if (claim->field < hop->field || !claim->by)
            continue;
        const char *by = mw_hosts_organisation(w->hosts, claim->by);
        if (by && strcmp(by, organisation) == 0 &&
            (strcmp(claim->method, "spf") == 0 || strcmp(claim->method, "dmarc") == 0))
            return true;
    }
    return false;
}

/* The record stands where only the receiving side writes: above the hop's line, or, for hosts that are known
 * to write there, between it and the next Received line. */
static bool is_receivers_record(const walk *w, int boundary, const mw_record *record) {
    const mw_hop *hop = hop_at(w, boundary), *below = hop_at(w, boundary + 1);
    const char *by = hop->by ? mw_hosts_organisation(w->hosts, hop->by) : NULL;
    if (record->owner) { /* between two hosts of its owner it may be the sender's side that wrote it */
        const char *client = client_name(hop) ? mw_hosts_organisation(w->hosts, client_name(hop)) : NULL;
        if (hop->software && strcmp(hop->software, record->owner) == 0)
            return true;
        if (!by || strcmp(by, record->owner) != 0)
            return false;
        return !client || strcmp(client, record->owner) != 0 || mw_ip_equal(&record->ip, &hop->from_ip);
    }
    if (record->field < hop->field)
        return true;
    return mw_boundary_wrote_below(w->hosts, hop, below, record->field);
}

/* The reverse name of the hop's client: of its line, else of a field of the receiving side that notes it
 * beside the address. */
static const char *known_rdns(const walk *w, int i) {
    const mw_hop *hop = hop_at(w, i);
    for (guint r = 0; !hop->from_rdns && r < w->around->records->len; r++) {
        const mw_record *record = w->around->records->pdata[r];
        if (record->rdns && mw_ip_equal(&record->ip, &hop->from_ip) && is_receivers_record(w, i, record))
            return record->rdns;
    }
    return is_looked_up(hop) ? hop->from_rdns : NULL;
}

static bool is_receivers_gateway(walk *w, int i, const char **organisation) {
    const char *name = mw_hosts_role(w->hosts, known_rdns(w, i), "gateway");
    if (!name || w->around->personal)
        return false;
    *organisation = name;
    int j = i + 1;
    for (; j < (int)w->hops->len && j <= i + MAX_LOOK; j++) {
        const mw_hop *below = hop_at(w, j);
        const char *by = mw_hosts_role(w->hosts, below->by, "gateway");
        if (by && strcmp(by, name) == 0 && is_outside(below))
            break;
    }
    if (j == (int)w->hops->len || j > i + MAX_LOOK)
        return false;
    mw_span taker = mw_span_of(hop_at(w, j)->by); /* "mx-inbound22-18.region.example" */
    if (mw_span_search(taker, "outbound") != SIZE_MAX)
        return false;
    if (mw_span_search(taker, "inbound") != SIZE_MAX)
        return true;
    /* the same hosts send for their customers, too: whose filter it is must be told by what was recorded */
    const char *spf = recorded_spf(w, i);
    bool judged = gateway_judged(w, i, name);
    bool theirs = spf ? strcmp(spf, "pass") != 0 : judged;
    w->unsure |= theirs && !judged;
    return theirs;
}

static step step_public(walk *w, int i) {
    const mw_hop *hop = hop_at(w, i);
    const char *client = client_name(hop), *organisation = NULL;
    if (is_receivers_gateway(w, i, &organisation)) {
        add_receiver(w, client);
        w->gateway = i;
        assign(w, i, MW_ROLE_INTERNAL,
               mw_printf(w->arena, "%s is the recipient's mail filter: it hands over what others sent",
                         organisation));
        return PASS;
    }
    w->self_styled =
        !known_rdns(w, i) && mw_hosts_role(w->hosts, hop->from_name, "gateway") && !w->around->personal;
    if (mw_hosts_role(w->hosts, hop->by, "edge"))
        return STOP;
    if (mw_hosts_role(w->hosts, hop->by, "inside") && mw_hosts_role(w->hosts, client, "inside")) {
        assign(w, i, MW_ROLE_INTERNAL, "between two hosts that only pass on what one system already has");
        return PASS;
    }
    bool same = client && hop->by && same_organisation(w, client, hop->by);
    bool ours = client && is_receiver(w, client);
    if (!same && !ours)
        return STOP;
    /* a client may call itself anything, and write the line below, too: only a look-up by the server makes it
     * ours, or that this server takes mail from its own system alone */
    if (!is_looked_up(hop) && !(same && mw_hosts_role(w->hosts, hop->by, "inside"))) {
        w->self_styled = true;
        return STOP;
    }
    int below = outside_below(w, i, client);
    if (below < 0)
        return STOP;
    assign(w, i, MW_ROLE_INTERNAL, mw_printf(w->arena, "%s belongs to the receiving side", client));
    return PASS;
}

/* Over SMTP with no address noted: all that is known of the client is what it says. */
static step step_nameless(walk *w, int i) {
    const mw_hop *hop = hop_at(w, i);
    bool inside =
        g_strcmp0(hop->software, "iCloud") == 0; /* its mailgateway only takes from its own system */
    if (hop->with && strchr("eEsS", hop->with[0]) && !inside) {
        w->self_styled = same_organisation(w, hop->from_name, hop->by) || is_receiver(w, hop->from_name);
        return STOP;
    }
    bool localhost = mw_span_starts(mw_span_of(hop->from_name), "localhost");
    if (!localhost && !hop_at(w, next_by(w, i)))
        return STOP;
    assign(w, i, MW_ROLE_INTERNAL,
           localhost ? "handed in by a program on the same host"
                     : "no client address noted: passed on within the receiving side");
    return PASS;
}

static step step_login(walk *w, int i) {
    const mw_hop *hop = hop_at(w, i);
    int below = outside_below(w, i, hop->by);
    if (below >= 0 && ((is_looked_up(hop) && chained(w, i)) || !mw_ip_public(&hop->from_ip))) {
        assign(w, i, MW_ROLE_INTERNAL, "a login between servers of the receiving side");
        return PASS;
    }
    return LOGIN;
}

static step take_step(walk *w, int i) {
    const mw_hop *hop = hop_at(w, i);
    if (hop->authenticated)
        return step_login(w, i);
    if (hop->local) {
        assign(w, i, MW_ROLE_INTERNAL,
               hop->with && g_ascii_strncasecmp(hop->with, "LMTP", 4) == 0  ? "put into the mailbox (LMTP)"
               : hop->with && g_ascii_strncasecmp(hop->with, "POP", 3) == 0 ? "fetched from the mailbox"
                                                                            : "passed on within one system");
        return PASS;
    }
    if (!has_client(hop)) {
        assign(w, i, MW_ROLE_INTERNAL, "names no client: written by the receiving host for itself");
        return PASS;
    }
    const mw_hop *below = hop_at(w, i + 1);
    if (!hop->by && hop->from_ip.family && below && mw_ip_equal(&below->from_ip, &hop->from_ip)) {
        assign(w, i, MW_ROLE_INTERNAL, "a note on the connection of the line below");
        return PASS;
    }
    if (hop->from_ip.family == 0)
        return step_nameless(w, i);
    if (!mw_ip_public(&hop->from_ip))
        return step_private(w, i);
    return step_public(w, i);
}

/* The hop's client is a host of the receiving side, and yet the next line was written by somebody else: the
 * line at which the mail came in is not in this header. */
static bool is_gap(const walk *w, int i) {
    const mw_hop *hop = hop_at(w, i), *below = hop_at(w, i + 1);
    return !hop->local && below && mw_hosts_organisation(w->hosts, below->by) &&
           !same_organisation(w, below->by, hop->by) && !is_receiver(w, below->by) &&
           same_organisation(w, client_name(hop), hop->by);
}

/* Index of the hop where the mail enters by the order of the lines; -1 when there is none. *login gets the
 * submission at which the walk ended, or -1. */
static int walk_down(walk *w, int *login) {
    *login = -1;
    for (int i = 0; i < (int)w->hops->len; i++) {
        const mw_hop *hop = hop_at(w, i);
        add_receivers(w, hop->field);
        step s = take_step(w, i);
        if (s == LOGIN) {
            *login = i;
            return -1;
        }
        if (s == STOP)
            return i;
        if (w->gap < 0 && is_gap(w, i))
            w->gap = i;
        add_receiver(w, hop->by);
    }
    return -1;
}

/* --- votes --------------------------------------------------------------------------------------- */

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
static bool is_repeated(const walk *w, guint r) {
    const mw_record *record = w->around->records->pdata[r];
    for (guint i = 0; i < r; i++) {
        const mw_record *other = w->around->records->pdata[i];
        if (mw_ip_equal(&other->ip, &record->ip) && g_ascii_strcasecmp(other->source, record->source) == 0)
            return true;
    }
    return false;
}

/* Adds the votes of the receiving side's records; the strongest whose address no hop shows goes to *alone. */
static void count_votes(const walk *w, int boundary, count *counts, const mw_record **alone) {
    for (guint r = 0; r < w->around->records->len; r++) {
        const mw_record *record = w->around->records->pdata[r];
        if (!is_receivers_record(w, boundary, record) || is_repeated(w, r) ||
            (w->gateway >= 0 && mw_ip_equal(&record->ip, &hop_at(w, w->gateway)->from_ip)))
            continue; /* what the filter's address comes to is the filter's own */
        int hop = -1;
        for (int i = 0; hop < 0 && i < (int)w->hops->len && i < MW_MAX_VOTED_HOPS; i++)
            if (mw_ip_equal(&hop_at(w, i)->from_ip, &record->ip) && !hop_at(w, i)->authenticated)
                hop = i;
        if (hop >= 0)
            vote(counts, hop, record);
        else if (mw_ip_public(&record->ip) && record->weight >= MIN_ALONE &&
                 (!*alone || record->weight > (*alone)->weight))
            *alone = record;
    }
}

static void reason(walk *w, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void reason(walk *w, const char *format, ...) {
    va_list args;
    va_start(args, format);
    g_ptr_array_add(w->reasons, mw_vprintf(w->arena, format, args));
    va_end(args);
}

/* No line shows where the mail came in: what a receiving host wrote down of its client; NULL for nothing. */
static const mw_record *find_strong(const walk *w) {
    for (guint r = 0; r < w->around->records->len; r++) {
        const mw_record *record = w->around->records->pdata[r];
        if (!record->owner && record->weight >= MIN_LOST && mw_ip_public(&record->ip))
            return record;
    }
    return NULL;
}

/* What the votes make of the walk's choice; the index of the hop that wins. */
static int weigh(walk *w, int boundary, const count *counts) {
    const mw_hop *hop = hop_at(w, boundary);
    const mw_vote *structural = mw_hosts_vote(w->hosts, "structure"), *edge = mw_hosts_vote(w->hosts, "edge");
    int structure = structural ? structural->weight : 0;
    if (edge && mw_hosts_role(w->hosts, hop->by, "edge"))
        structure += edge->weight;
    int best = boundary, most = counts[boundary].total + structure;
    for (int i = 0; i < (int)w->hops->len && i < MW_MAX_VOTED_HOPS; i++)
        if (i != boundary && counts[i].total > most && mw_ip_public(&hop_at(w, i)->from_ip)) {
            best = i;
            most = counts[i].total;
        }
    return best;
}

static void mark_others(walk *w, int boundary) {
    for (int i = 0; i < (int)w->hops->len; i++) {
        const mw_hop *hop = hop_at(w, i);
        if (i < boundary && (hop->role != MW_ROLE_INTERNAL || !hop->reason))
            assign(w, i, MW_ROLE_INTERNAL, "on the receiving side: its records name a client further down");
        else if (i > boundary)
            assign(w, i, hop->authenticated ? MW_ROLE_SUBMISSION : MW_ROLE_SENDER,
                   hop->authenticated ? "a login at the sender's server"
                                      : "below the boundary: written by the sender's side");
    }
}

/* The line at which the mail came in is missing, but the receiving side wrote down who handed it in. */
static mw_boundary decide_gap(walk *w, const mw_record *record) {
    mw_boundary out = {.hop = w->gap,
                       .reasons = w->reasons,
                       .client_ip = record->ip,
                       .record = record,
                       .record_alone = true};
    reason(w, "%s names %s; the Received line of that connection is missing", record->source,
           mw_ip_text(w->arena, &record->ip));
    out.confidence = MW_CONFIDENCE_MEDIUM;
    assign(w, out.hop, MW_ROLE_BOUNDARY, w->reasons->pdata[0]);
    mark_others(w, out.hop);
    return out;
}

static mw_boundary decide(walk *w, int boundary, const count *counts, const mw_record *alone) {
    mw_boundary out = {.hop = weigh(w, boundary, counts), .reasons = w->reasons};
    const mw_hop *hop = hop_at(w, out.hop);
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
        if (w->self_styled)
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
    assign(w, out.hop, MW_ROLE_BOUNDARY, w->reasons->pdata[0]);
    mark_others(w, out.hop);
    return out;
}

mw_boundary mw_boundary_choose(mw_arena *arena, const mw_hosts *hosts, GPtrArray *hops,
                               const mw_surroundings *around) {
    walk w = {.arena = arena,
              .hosts = hosts,
              .hops = hops,
              .around = around,
              .gateway = -1,
              .gap = -1,
              .reasons = mw_array_new(arena)};
    w.receivers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    int login, boundary = walk_down(&w, &login);
    mw_boundary out = {.hop = -1, .reasons = w.reasons};
    if (boundary >= 0) {
        count *counts = g_new0(count, MAX((int)hops->len, MW_MAX_VOTED_HOPS));
        const mw_record *alone = NULL;
        count_votes(&w, boundary, counts, &alone);
        const mw_hop *below = hop_at(&w, w.gap + 1);
        bool lost = w.gap >= 0 && alone && alone->weight >= MIN_LOST && alone->field < below->field;
        out = lost ? decide_gap(&w, alone) : decide(&w, boundary, counts, alone);
        g_free(counts);
    } else if (login >= 0) {
        reason(&w, "%s took it after a login: a submission, not a delivery from another server",
               hop_at(&w, login)->by ? hop_at(&w, login)->by : "the server");
        for (int i = login; i < (int)hops->len; i++)
            assign(&w, i, MW_ROLE_SUBMISSION,
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
