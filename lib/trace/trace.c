#include "trace/read.h"

#include "base/domain.h"
#include "base/limits.h"
#include "trace/boundary.h"
#include "trace/forward.h"
#include "trace/received.h"

const char *mw_confidence_name(mw_confidence confidence) {
    static const char *const names[] = {"none", "low", "medium", "high"};
    return names[confidence];
}

const char *mw_role_name(mw_role role) {
    static const char *const names[] = {"internal", "boundary", "forwarder", "sender", "submission"};
    return names[role];
}

/* --- hops ---------------------------------------------------------------------------------------- */

static GPtrArray *read_hops(mw_arena *arena, const mw_message *message, bool *too_many) {
    GPtrArray *hops = mw_array_new(arena);
    for (const mw_field *f = NULL; (f = mw_message_next_field(message, f, "Received"));) {
        if (hops->len >= MW_MAX_HOPS) {
            *too_many = true;
            break;
        }
        mw_hop *hop = mw_received_read(arena, f);
        hop->role = MW_ROLE_SENDER;
        g_ptr_array_add(hops, hop);
    }
    return hops;
}

static void mark_astray(GPtrArray *hops, const GPtrArray *astray) {
    for (guint i = 0; astray && i < hops->len; i++) {
        mw_hop *hop = hops->pdata[i];
        for (guint k = 0; k < astray->len && !hop->astray; k++)
            hop->astray = mw_ip_equal(astray->pdata[k], &hop->from_ip);
    }
}

/* Seconds since the next hop below that has a date. */
static int set_delays(GPtrArray *hops) {
    int slowest = -1;
    int64_t longest = 0;
    mw_time below = MW_TIME_UNKNOWN;
    for (guint i = hops->len; i-- > 0;) {
        mw_hop *hop = hops->pdata[i];
        if (hop->at == MW_TIME_UNKNOWN)
            continue;
        if (below != MW_TIME_UNKNOWN) {
            hop->delay = hop->at - below;
            hop->delay_known = true;
            if (hop->delay > longest) {
                longest = hop->delay;
                slowest = (int)i;
            }
        }
        below = hop->at;
    }
    return slowest;
}

/* One host took the same mail from outside more than twice. */
static bool has_loop(const GPtrArray *hops) {
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < hops->len; i++) {
        const mw_hop *hop = hops->pdata[i];
        if (!hop->by || hop->local || !mw_ip_public(&hop->from_ip))
            continue;
        char *key = g_ascii_strdown(hop->by, -1);
        guint times = GPOINTER_TO_UINT(g_hash_table_lookup(seen, key)) + 1;
        g_hash_table_replace(seen, key, GUINT_TO_POINTER(times));
        if (times > 2)
            return true;
    }
    return false;
}

/* --- addresses in the header --------------------------------------------------------------------- */

/* What stands between the last angle brackets, else the first word. */
static const char *address_in(mw_arena *arena, const char *text) {
    mw_span span = mw_span_trim(mw_span_of(text));
    size_t close = SIZE_MAX, open = SIZE_MAX;
    for (size_t i = span.len; i-- > 0;) {
        if (span.data[i] == '>' && close == SIZE_MAX)
            close = i;
        else if (span.data[i] == '<' && close != SIZE_MAX) {
            open = i;
            break;
        }
    }
    if (open != SIZE_MAX)
        return mw_span_dup(arena, mw_span_trim(mw_span_slice(span, open + 1, close)));
    size_t end = 0;
    while (end < span.len && !strchr(" \t,;", span.data[end]))
        end++;
    return mw_strndup(arena, span.data, end);
}

static const char *field_address(mw_arena *arena, const mw_message *message, const char *name) {
    const mw_field *field = mw_message_field(message, name);
    return field ? address_in(arena, mw_field_text(arena, field)) : NULL;
}

static const char *domain_of(mw_arena *arena, const char *address) {
    const char *at = address ? strrchr(address, '@') : NULL;
    if (!at || !at[1])
        return NULL;
    return mw_domain_ascii(arena, mw_span_of(at + 1));
}

static void add_domain(mw_arena *arena, GPtrArray *domains, const char *address) {
    const char *domain = domain_of(arena, address);
    if (domain && domains->len < 32)
        g_ptr_array_add(domains, (char *)domain);
}

static void add_receiver(mw_arena *arena, GPtrArray *receivers, const mw_field *field, const char *domain) {
    mw_receiver receiver = {field, domain};
    if (domain && receivers->len < 32)
        g_ptr_array_add(receivers, mw_memdup(arena, &receiver, sizeof receiver));
}

static GPtrArray *receiver_domains(mw_arena *arena, const mw_message *message, const GPtrArray *hops,
                                   const GPtrArray *claims) {
    static const char *const names[] = {"Delivered-To", "X-Original-To",   "X-Envelope-To",
                                        "Envelope-To",  "X-Apparently-To", "X-Delivered-To"};
    GPtrArray *receivers = mw_array_new(arena);
    const mw_hop *top = hops->len ? hops->pdata[0] : NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        add_receiver(arena, receivers, mw_message_field(message, names[i]),
                     domain_of(arena, field_address(arena, message, names[i])));
    if (top)
        add_receiver(arena, receivers, top->field, domain_of(arena, top->for_address));
    /* an authserv-id above every Received line is the last host's */
    for (guint i = 0; top && i < claims->len; i++) {
        const mw_claim *claim = claims->pdata[i];
        if (claim->field < top->field && claim->by && strchr(claim->by, '.') && claim->instance == 0)
            add_receiver(arena, receivers, claim->field, claim->by);
    }
    return receivers;
}

static GPtrArray *sender_domains(mw_arena *arena, const mw_message *message) {
    static const char *const names[] = {"Return-Path", "From", "Sender", "X-Envelope-From"};
    GPtrArray *domains = mw_array_new(arena);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        add_domain(arena, domains, field_address(arena, message, names[i]));
    return domains;
}

/* A mailbox of a service for everybody: by the recipient's address, or as Outlook.com marks what it takes for
 * its own mailboxes, with the one tenant that they all share. */
static bool is_personal(mw_arena *arena, const mw_data *data, const mw_message *message,
                        const GPtrArray *receivers) {
    const mw_field *field = mw_message_field(message, "X-EOPTenantAttributedMessage");
    if (field && mw_span_starts(mw_span_trim(field->value), "84df9e7f-e9f6-40af-b435-aaaaaaaaaaaa"))
        return true;
    for (guint i = 0; i < receivers->len; i++)
        if (mw_data_row(data, "freemail.tsv", ((const mw_receiver *)receivers->pdata[i])->domain))
            return true;
    return false;
}

/* --- trust --------------------------------------------------------------------------------------- */

static const char *organisation_of(const mw_hosts *hosts, const char *host) {
    const char *organisation = host ? mw_hosts_organisation(hosts, host) : NULL;
    return organisation ? organisation : "";
}

/* The authserv-id belongs to one of the hosts from the boundary up. */
static bool related(const mw_hosts *hosts, const mw_trace *trace, const char *by) {
    const char *organisation = organisation_of(hosts, by);
    for (int i = 0; i <= trace->boundary; i++) {
        const mw_hop *hop = trace->hops->pdata[i];
        if (hop->by && g_ascii_strcasecmp(hop->by, by) == 0)
            return true;
        if (*organisation && g_ascii_strcasecmp(organisation, organisation_of(hosts, hop->by)) == 0)
            return true;
    }
    return false;
}

/* Exchange Online takes these from nobody else and writes them at the end of the header. */
static bool is_microsofts(const mw_hosts *hosts, const mw_hop *hop, const mw_claim *claim) {
    static const char *const names[] = {"X-Forefront-Antispam-Report", "X-Microsoft-Antispam",
                                        "X-MS-Exchange-Organization-SCL", "X-MS-Exchange-Organization-PCL"};
    if (strcmp(organisation_of(hosts, hop->by), "Microsoft") != 0)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(claim->source, names[i]) == 0)
            return true;
    return false;
}

static bool in_own_block(const mw_hosts *hosts, const mw_trace *trace, const mw_field *field) {
    const mw_hop *hop = trace->hops->pdata[trace->boundary];
    if (field < hop->field)
        return true;
    const mw_hop *below =
        trace->boundary + 1 < (int)trace->hops->len ? trace->hops->pdata[trace->boundary + 1] : NULL;
    return mw_boundary_wrote_below(hosts, hop, below, field);
}

/* Only what stands in the boundary host's own block is trusted: by name where a host is named, otherwise by
 * its place. An unrelated name in the block counts where it is the only one there. */
static void mark_trusted(const mw_hosts *hosts, const mw_trace *trace, GPtrArray *claims) {
    const char *only = NULL;
    bool several = false, any_related = false;
    if (trace->boundary < 0)
        return;
    const mw_hop *hop = trace->hops->pdata[trace->boundary];
    for (guint i = 0; i < claims->len; i++) {
        const mw_claim *claim = claims->pdata[i];
        if (claim->field > hop->field || !claim->by || claim->instance)
            continue;
        any_related |= related(hosts, trace, claim->by);
        several |=
            only && g_ascii_strcasecmp(organisation_of(hosts, only), organisation_of(hosts, claim->by)) != 0;
        only = claim->by;
    }
    for (guint i = 0; i < claims->len; i++) {
        mw_claim *claim = claims->pdata[i];
        if (is_microsofts(hosts, hop, claim))
            claim->trusted = true;
        bool moved =
            mw_span_search(mw_span_of(claim->source), "Original") != SIZE_MAX; /* an earlier host's */
        if (claim->trusted || moved || !in_own_block(hosts, trace, claim->field))
            continue;
        bool above = claim->field < hop->field;
        if (!claim->by)
            claim->trusted = above || strcmp(claim->source, "Received-SPF") == 0;
        else if (related(hosts, trace, claim->by))
            claim->trusted = true;
        else if (strcmp(claim->source, "Received-SPF") == 0) /* receiver= holds anything */
            claim->trusted = above;
        else
            claim->trusted = above && !any_related && !several;
    }
}

/* It tells of the connection between two hosts of the receiving side. */
static bool judged_own_host(const mw_trace *trace, const GPtrArray *records, const mw_claim *claim) {
    for (guint r = 0; r < records->len; r++) {
        const mw_record *record = records->pdata[r];
        for (int i = 0; record->field == claim->field && i < trace->boundary && i < MW_MAX_VOTED_HOPS; i++)
            if (mw_ip_equal(&((const mw_hop *)trace->hops->pdata[i])->from_ip, &record->ip))
                return true;
    }
    return false;
}

/* Two records of the receiving side that say otherwise of SPF: at least one of them judged another connection
 * than the one that was chosen. */
static void weigh_contradiction(mw_arena *arena, const mw_trace *trace, const GPtrArray *records,
                                const GPtrArray *claims, mw_envelope *out) {
    const mw_claim *pass = NULL, *fail = NULL;
    for (guint i = 0; i < claims->len; i++) {
        const mw_claim *claim = claims->pdata[i];
        if (!claim->trusted || claim->instance || strcmp(claim->method, "spf") != 0)
            continue;
        if (strcmp(claim->result, "pass") == 0)
            pass = claim;
        else if (!fail && (strcmp(claim->result, "fail") == 0 || strcmp(claim->result, "softfail") == 0) &&
                 !judged_own_host(trace, records, claim))
            fail = claim;
    }
    if (!pass || !fail || out->confidence <= MW_CONFIDENCE_LOW)
        return;
    out->confidence--;
    g_ptr_array_add(
        out->reasons,
        mw_printf(arena, "but the records of the receiving side differ: spf=pass by %s, spf=%s by %s",
                  pass->by ? pass->by : pass->source, fail->result, fail->by ? fail->by : fail->source));
}

/* --- the envelope -------------------------------------------------------------------------------- */

static void reason(mw_arena *arena, mw_envelope *out, const char *format, ...) G_GNUC_PRINTF(3, 4);
static void reason(mw_arena *arena, mw_envelope *out, const char *format, ...) {
    va_list args;
    va_start(args, format);
    g_ptr_array_add(out->reasons, mw_vprintf(arena, format, args));
    va_end(args);
}

static const char *without_angles(mw_arena *arena, const char *text) {
    size_t n = text ? strlen(text) : 0;
    if (n >= 2 && text[0] == '<' && text[n - 1] == '>')
        return mw_strndup(arena, text + 1, n - 2);
    return text;
}

/* MAIL FROM, best source first; domain alone when only that was recorded. */
static const char *find_mail_from(mw_arena *arena, const mw_message *message, const mw_trace *trace,
                                  const GPtrArray *claims, const char **source, const char **domain) {
    for (guint i = 0; i < claims->len; i++) {
        const mw_claim *claim = claims->pdata[i];
        if (!claim->trusted || strcmp(claim->source, "Received-SPF") != 0)
            continue;
        const char *value = mw_claim_property(claim, "envelope-from");
        if (value && (strchr(value, '@') || *value == 0 || strcmp(value, "<>") == 0)) {
            *source = claim->source;
            return without_angles(arena, value);
        }
    }
    static const char *const names[] = {"Return-Path",  "X-Envelope-From",           "X-Envelope-Sender",
                                        "X-MailFrom",   "X-Barracuda-Envelope-From", "Envelope-From",
                                        "X-Return-Path"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        const mw_field *field = mw_message_field(message, names[i]);
        if (!field)
            continue;
        *source = names[i];
        const char *address = address_in(arena, mw_field_text(arena, field));
        /* "<unknown>" and the like are what a program writes that knows none */
        if (strchr(address, '@') || mw_span_search(field->value, "<>") != SIZE_MAX)
            return address;
    }
    const mw_hop *hop = trace->boundary >= 0 ? trace->hops->pdata[trace->boundary] : NULL;
    if (hop && hop->envelope_from) {
        *source = "Received";
        return hop->envelope_from;
    }
    for (guint i = 0; i < claims->len; i++) {
        const mw_claim *claim = claims->pdata[i];
        const char *value = claim->trusted ? mw_claim_property(claim, "smtp.mailfrom") : NULL;
        if (claim->trusted && !value) /* as Yandex writes it */
            value = mw_claim_property(claim, "smtp.mail");
        if (!value || !*value)
            continue;
        *source = claim->source;
        value = without_angles(arena, value);
        if (*value == 0 || strchr(value, '@'))
            return value;
        *domain = mw_domain_ascii(arena, mw_span_of(value));
        return NULL;
    }
    return NULL;
}

static void fill_mail_from(mw_arena *arena, const mw_message *message, const mw_trace *trace,
                           const GPtrArray *claims, mw_envelope *out) {
    const char *source = NULL, *domain = NULL;
    out->mail_from = find_mail_from(arena, message, trace, claims, &source, &domain);
    out->mail_from_domain = domain_of(arena, out->mail_from);
    if (!out->mail_from && domain) { /* RFC 7208 section 4.3 */
        out->mail_from = mw_printf(arena, "postmaster@%s", domain);
        out->mail_from_domain = domain;
        reason(arena, out, "%s names only the domain of MAIL FROM", source);
    } else if (out->mail_from) {
        reason(arena, out, "MAIL FROM is from %s", source);
    }
}

static void fill_recipients(mw_arena *arena, const mw_message *message, const mw_trace *trace,
                            mw_envelope *out) {
    static const char *const names[] = {"X-Original-To", "Delivered-To", "X-Envelope-To", "Envelope-To",
                                        "X-Apparently-To"};
    for (int i = trace->boundary; i >= 0 && out->rcpt_to->len == 0; i--) {
        const mw_hop *hop = trace->hops->pdata[i];
        if (hop->for_address && strchr(hop->for_address, '@'))
            g_ptr_array_add(out->rcpt_to, (char *)hop->for_address);
    }
    const mw_hop *boundary = trace->boundary >= 0 ? trace->hops->pdata[trace->boundary] : NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(names) && out->rcpt_to->len == 0; i++) {
        const mw_field *field = mw_message_field(message, names[i]);
        if (!field || (boundary && field > boundary->field)) /* below: of a list or forwarder before */
            continue;
        const char *address = field_address(arena, message, names[i]);
        if (address && strchr(address, '@'))
            g_ptr_array_add(out->rcpt_to, (char *)address);
    }
}

/* HELO and reverse name: of the line, where it shows the client itself, else of the record. */
static void fill_names(const mw_hop *hop, const mw_record *record, mw_envelope *out) {
    bool same = record && mw_ip_equal(&record->ip, &out->client_ip);
    bool own = hop->from_ip.family == 0 || mw_ip_equal(&hop->from_ip, &out->client_ip) || !same;
    out->helo = own ? hop->from_name : NULL;
    out->rdns = own && !hop->forged ? hop->from_rdns : NULL;
    if (!out->helo && same)
        out->helo = record->helo ? record->helo : hop->from_name;
    if (!out->rdns && same)
        out->rdns = record->rdns;
}

static void fill_client(mw_arena *arena, const mw_trace *trace, const mw_boundary *boundary,
                        mw_envelope *out) {
    out->client_ip = boundary->client_ip;
    out->confidence = boundary->confidence;
    for (guint i = 0; i < boundary->reasons->len; i++)
        g_ptr_array_add(out->reasons, boundary->reasons->pdata[i]);
    const mw_record *record = boundary->record;
    if (boundary->record_alone) {
        out->helo = record->helo;
        out->rdns = record->rdns;
    }
    if (trace->boundary < 0)
        return;
    const mw_hop *hop = trace->hops->pdata[trace->boundary];
    if (!boundary->record_alone)
        fill_names(hop, record, out);
    out->received_by = hop->by;
    out->received_at = hop->at;
    for (int i = trace->boundary; out->received_at == MW_TIME_UNKNOWN && i > 0;)
        out->received_at = ((const mw_hop *)trace->hops->pdata[--i])->at;
}

const mw_trace *mw_trace_read(mw_arena *arena, const mw_data *data, const mw_message *message,
                              GPtrArray *claims, bool returned, const GPtrArray *astray, mw_envelope *out,
                              GError **error) {
    const mw_hosts *hosts = mw_hosts_of(data, error);
    if (!hosts)
        return NULL;
    mw_trace *trace = mw_new(arena, mw_trace);
    trace->boundary = trace->forwarder = -1;
    trace->hops = read_hops(arena, message, &trace->too_many);
    mark_astray(trace->hops, astray);
    trace->slowest = set_delays(trace->hops);
    trace->loop = has_loop(trace->hops);
    *out = (mw_envelope){
        .received_at = MW_TIME_UNKNOWN, .rcpt_to = mw_array_new(arena), .reasons = mw_array_new(arena)};
    if (returned) {
        for (guint i = 0; i < trace->hops->len; i++)
            ((mw_hop *)trace->hops->pdata[i])->reason = "the returned mail's way before it was refused";
        reason(arena, out, "the mail came back: its Received lines are the sender's own");
    } else {
        mw_surroundings around = {.records = mw_records_read(arena, hosts, message, claims),
                                  .claims = claims,
                                  .receiver_domains = receiver_domains(arena, message, trace->hops, claims),
                                  .sender_domains = sender_domains(arena, message)};
        around.personal = is_personal(arena, data, message, around.receiver_domains);
        mw_boundary boundary = mw_boundary_choose(arena, hosts, trace->hops, &around);
        trace->boundary = boundary.hop;
        mark_trusted(hosts, trace, claims);
        fill_client(arena, trace, &boundary, out);
        weigh_contradiction(arena, trace, around.records, claims, out);
    }
    fill_mail_from(arena, message, trace, claims, out);
    fill_recipients(arena, message, trace, out);
    mw_forward_find(arena, hosts, message, claims, trace, out);
    return trace;
}
