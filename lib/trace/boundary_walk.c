/* The walk down the Received lines: which of them the receiving side wrote, by their order alone. */
#include "trace/boundary_walk.h"

#include "base/domain.h"
#include "base/limits.h"
#include "trace/received.h"

/* How far down a step looks: the walk stays linear in the number of hops. */
enum { MAX_LOOK = 30 };

const mw_hop *mw_walk_hop(const mw_walk *w, int i) {
    return i >= 0 && i < (int)w->hops->len ? w->hops->pdata[i] : NULL;
}

void mw_walk_assign(mw_walk *w, int i, mw_role role, const char *reason) {
    mw_hop *hop = w->hops->pdata[i];
    hop->role = role;
    hop->reason = reason;
}

/* --- names and organisations --------------------------------------------------------------------- */

static char *fold_organisation(const mw_walk *w, const char *name) {
    const char *organisation = mw_hosts_organisation(w->hosts, name);
    if (!organisation)
        return NULL;
    char *folded = g_ascii_strdown(organisation, -1);
    size_t n = strlen(folded);
    if (n && folded[n - 1] == '.')
        folded[n - 1] = 0;
    return folded;
}

static bool same_organisation(const mw_walk *w, const char *a, const char *b) {
    g_autofree char *x = fold_organisation(w, a), *y = fold_organisation(w, b);
    return x && y && strcmp(x, y) == 0;
}

static bool is_receiver(const mw_walk *w, const char *name) {
    g_autofree char *x = fold_organisation(w, name);
    return x && g_hash_table_contains(w->receivers, x);
}

static void add_receiver(mw_walk *w, const char *name) {
    char *x = fold_organisation(w, name);
    if (x)
        g_hash_table_add(w->receivers, x);
}

/* What stands above a line was written after it: the receiving side's. Below it may be a forwarder's, or a
 * mailing list's. */
static void add_receivers(mw_walk *w, const mw_field *upto) {
    for (guint i = 0; i < w->around->receiver_domains->len; i++) {
        const mw_receiver *receiver = w->around->receiver_domains->pdata[i];
        if (receiver->field <= upto)
            add_receiver(w, receiver->domain);
    }
}

static bool is_sender(const mw_walk *w, const char *name) {
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

bool mw_walk_is_looked_up(const mw_hop *hop) {
    return hop->from_rdns && !hop->forged && !hop->unproved && !hop->astray;
}

/* The hop is taken for the receiving side's by its reverse name alone. */
static void lean_on(mw_walk *w, int i, const char *name) {
    mw_hop *hop = w->hops->pdata[i];
    hop->leans_on = mw_received_looks_behind(hop) ? NULL : name;
}

/* Takes mail over SMTP from a public address without a login. */
static bool is_outside(const mw_hop *hop) {
    return !hop->local && !hop->authenticated && mw_ip_public(&hop->from_ip);
}

/* The next hop below that names its host. */
static int next_by(const mw_walk *w, int i) {
    for (int j = i + 1; j < (int)w->hops->len && j <= i + MAX_LOOK; j++)
        if (mw_walk_hop(w, j)->by)
            return j;
    return -1;
}

/* A hop below takes mail from outside at a host of the receiving side, or of that organisation. */
static int outside_below(const mw_walk *w, int i, const char *organisation_of) {
    for (int j = i + 1; j < (int)w->hops->len && j <= i + MAX_LOOK; j++) {
        const mw_hop *hop = mw_walk_hop(w, j);
        if (is_outside(hop) && (same_organisation(w, hop->by, organisation_of) || is_receiver(w, hop->by)) &&
            (mw_hosts_role(w->hosts, hop->by, "edge") ||
             !same_organisation(w, client_name(hop), organisation_of)))
            return j;
    }
    return -1;
}

/* The line below was written by the host that this hop's client calls itself. */
static bool chained(const mw_walk *w, int i) {
    const mw_hop *hop = mw_walk_hop(w, i), *below = mw_walk_hop(w, next_by(w, i));
    return below && (same_host(below->by, hop->from_name) || same_host(below->by, hop->from_rdns));
}

/* --- one step of the walk ------------------------------------------------------------------------ */

typedef enum step { PASS, STOP, LOGIN } step;

static step step_private(mw_walk *w, int i) {
    const mw_hop *hop = mw_walk_hop(w, i);
    const mw_hop *below = mw_walk_hop(w, next_by(w, i));
    const char *name = hop->from_name;
    const char *text = mw_ip_text(w->arena, &hop->from_ip);
    bool loopback = mw_ip_loopback(&hop->from_ip);
    if (loopback && below) {
        mw_walk_assign(w, i, MW_ROLE_INTERNAL, "passed on within one host");
        return PASS;
    }
    if (loopback && !mw_hosts_organisation(w->hosts, name)) {
        mw_walk_assign(w, i, MW_ROLE_INTERNAL, "handed in by a program on the same host");
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
    /* a private address tells nothing of who wrote the line below */
    bool broken = mw_hosts_organisation(w->hosts, hop->by) && mw_hosts_organisation(w->hosts, below->by) &&
                  !same_organisation(w, below->by, hop->by) && !is_receiver(w, below->by) && !loopback &&
                  !same_organisation(w, name, hop->by) && !is_receiver(w, name) &&
                  outside_below(w, i, hop->by) < 0;
    if (broken && is_sender(w, below->by)) {
        w->nat = true;
        return STOP;
    }
    w->unsure |= broken || (foreign && mw_hosts_organisation(w->hosts, hop->by));
    mw_walk_assign(
        w, i, MW_ROLE_INTERNAL,
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
static const char *recorded_spf(const mw_walk *w, int i) {
    const mw_hop *hop = mw_walk_hop(w, i), *below = mw_walk_hop(w, i + 1);
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
static bool gateway_judged(const mw_walk *w, int i, const char *organisation) {
    const mw_hop *hop = mw_walk_hop(w, i);
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

bool mw_walk_is_record(const mw_walk *w, int boundary, const mw_record *record) {
    const mw_hop *hop = mw_walk_hop(w, boundary), *below = mw_walk_hop(w, boundary + 1);
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
static const char *known_rdns(const mw_walk *w, int i) {
    const mw_hop *hop = mw_walk_hop(w, i);
    for (guint r = 0; !hop->from_rdns && !hop->astray && r < w->around->records->len; r++) {
        const mw_record *record = w->around->records->pdata[r];
        if (record->rdns && mw_ip_equal(&record->ip, &hop->from_ip) && mw_walk_is_record(w, i, record))
            return record->rdns;
    }
    return mw_walk_is_looked_up(hop) ? hop->from_rdns : NULL;
}

static bool is_receivers_gateway(mw_walk *w, int i, const char **organisation) {
    const char *name = mw_hosts_role(w->hosts, known_rdns(w, i), "gateway");
    if (!name || w->around->personal)
        return false;
    *organisation = name;
    int j = i + 1;
    for (; j < (int)w->hops->len && j <= i + MAX_LOOK; j++) {
        const mw_hop *below = mw_walk_hop(w, j);
        const char *by = mw_hosts_role(w->hosts, below->by, "gateway");
        if (by && strcmp(by, name) == 0 && is_outside(below))
            break;
    }
    if (j == (int)w->hops->len || j > i + MAX_LOOK)
        return false;
    mw_span taker = mw_span_of(mw_walk_hop(w, j)->by); /* "mx-inbound22-18.region.example" */
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

static step step_public(mw_walk *w, int i) {
    const mw_hop *hop = mw_walk_hop(w, i);
    const char *client = client_name(hop), *organisation = NULL;
    if (is_receivers_gateway(w, i, &organisation)) {
        add_receiver(w, client);
        w->gateway = i;
        lean_on(w, i, known_rdns(w, i));
        mw_walk_assign(w, i, MW_ROLE_INTERNAL,
                       mw_printf(w->arena,
                                 "%s is the recipient's mail filter: it hands over what others sent",
                                 organisation));
        return PASS;
    }
    w->self_styled =
        !known_rdns(w, i) && mw_hosts_role(w->hosts, hop->from_name, "gateway") && !w->around->personal;
    if (mw_hosts_role(w->hosts, hop->by, "edge"))
        return STOP;
    if (mw_hosts_role(w->hosts, hop->by, "inside") && mw_hosts_role(w->hosts, client, "inside")) {
        mw_walk_assign(w, i, MW_ROLE_INTERNAL,
                       "between two hosts that only pass on what one system already has");
        return PASS;
    }
    bool same = client && hop->by && same_organisation(w, client, hop->by);
    bool ours = client && is_receiver(w, client);
    if (!same && !ours)
        return STOP;
    /* a client may call itself anything, and write the line below, too: only a look-up by the server makes it
     * ours, or that this server takes mail from its own system alone */
    if (!mw_walk_is_looked_up(hop) && !(same && mw_hosts_role(w->hosts, hop->by, "inside"))) {
        w->self_styled = true;
        return STOP;
    }
    int below = outside_below(w, i, client);
    if (below < 0)
        return STOP;
    lean_on(w, i, hop->from_rdns);
    mw_walk_assign(w, i, MW_ROLE_INTERNAL, mw_printf(w->arena, "%s belongs to the receiving side", client));
    return PASS;
}

/* Over SMTP with no address noted: all that is known of the client is what it says. */
static step step_nameless(mw_walk *w, int i) {
    const mw_hop *hop = mw_walk_hop(w, i);
    bool inside =
        g_strcmp0(hop->software, "iCloud") == 0; /* its mailgateway only takes from its own system */
    if (hop->with && strchr("eEsS", hop->with[0]) && !inside) {
        w->self_styled = same_organisation(w, hop->from_name, hop->by) || is_receiver(w, hop->from_name);
        return STOP;
    }
    bool localhost = mw_span_starts(mw_span_of(hop->from_name), "localhost");
    if (!localhost && !mw_walk_hop(w, next_by(w, i)))
        return STOP;
    mw_walk_assign(w, i, MW_ROLE_INTERNAL,
                   localhost ? "handed in by a program on the same host"
                             : "no client address noted: passed on within the receiving side");
    return PASS;
}

static step step_login(mw_walk *w, int i) {
    const mw_hop *hop = mw_walk_hop(w, i);
    int below = outside_below(w, i, hop->by);
    if (below >= 0 && ((mw_walk_is_looked_up(hop) && chained(w, i)) || !mw_ip_public(&hop->from_ip))) {
        if (mw_ip_public(&hop->from_ip))
            lean_on(w, i, hop->from_rdns);
        mw_walk_assign(w, i, MW_ROLE_INTERNAL, "a login between servers of the receiving side");
        return PASS;
    }
    return LOGIN;
}

static step take_step(mw_walk *w, int i) {
    const mw_hop *hop = mw_walk_hop(w, i);
    if (hop->authenticated)
        return step_login(w, i);
    if (hop->local) {
        mw_walk_assign(
            w, i, MW_ROLE_INTERNAL,
            hop->with && g_ascii_strncasecmp(hop->with, "LMTP", 4) == 0  ? "put into the mailbox (LMTP)"
            : hop->with && g_ascii_strncasecmp(hop->with, "POP", 3) == 0 ? "fetched from the mailbox"
                                                                         : "passed on within one system");
        return PASS;
    }
    if (!has_client(hop)) {
        mw_walk_assign(w, i, MW_ROLE_INTERNAL, "names no client: written by the receiving host for itself");
        return PASS;
    }
    const mw_hop *below = mw_walk_hop(w, i + 1);
    if (!hop->by && hop->from_ip.family && below && mw_ip_equal(&below->from_ip, &hop->from_ip)) {
        mw_walk_assign(w, i, MW_ROLE_INTERNAL, "a note on the connection of the line below");
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
static bool is_gap(const mw_walk *w, int i) {
    const mw_hop *hop = mw_walk_hop(w, i), *below = mw_walk_hop(w, i + 1);
    return !hop->local && below && mw_hosts_organisation(w->hosts, below->by) &&
           !same_organisation(w, below->by, hop->by) && !is_receiver(w, below->by) &&
           same_organisation(w, client_name(hop), hop->by);
}

int mw_walk_down(mw_walk *w, int *login) {
    *login = -1;
    for (int i = 0; i < (int)w->hops->len; i++) {
        const mw_hop *hop = mw_walk_hop(w, i);
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
