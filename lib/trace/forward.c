#include "trace/forward.h"

/* Behind the n-th "=" from at; NULL when there are fewer. */
static const char *behind(const char *at, int n) {
    for (; at && n > 0; n--) {
        at = strchr(at, '=');
        if (at)
            at++;
    }
    return at;
}

/* hash=tt=domain=local[@...] */
static const char *decode_srs_tail(mw_arena *arena, const char *tail, const char *end) {
    const char *domain = behind(tail, 2);
    const char *local = behind(tail, 3);
    if (!domain || !local || local > end || local - 1 == domain)
        return NULL;
    return mw_printf(arena, "%.*s@%.*s", (int)(end - local), local, (int)(local - 1 - domain), domain);
}

const char *mw_forward_decode(mw_arena *arena, const char *address, const char **scheme) {
    const char *sink, *at = address ? strrchr(address, '@') : NULL;
    if (!scheme)
        scheme = &sink;
    if (!at || strlen(address) > 1000)
        return NULL;
    const char *plus = strstr(address, "+SRS=");
    if (g_ascii_strncasecmp(address, "SRS0", 4) == 0 && address[4] && strchr("=+-", address[4])) {
        *scheme = "SRS";
        return decode_srs_tail(arena, address + 5, at);
    }
    if (g_ascii_strncasecmp(address, "SRS1", 4) == 0 && address[4] && strchr("=+-", address[4])) {
        const char *tail = strstr(address, "==");
        *scheme = "SRS";
        return tail ? decode_srs_tail(arena, tail + 2, at) : NULL;
    }
    if (plus && plus < at) {
        *scheme = "SRS";
        return decode_srs_tail(arena, plus + 5, at);
    }
    if (g_ascii_strncasecmp(address, "prvs=", 5) == 0) {
        const char *local = behind(address, 2);
        *scheme = "BATV";
        return local && local < at ? mw_strdup(arena, local) : NULL;
    }
    const char *caf = strstr(address, "+caf_=");
    if (caf && caf < at) {
        *scheme = "Gmail forwarding";
        return mw_printf(arena, "%.*s%s", (int)(caf - address), address, at);
    }
    return NULL;
}

/* --- marks in the header ------------------------------------------------------------------------- */

static const char *mark(mw_arena *arena, const mw_message *message, const mw_envelope *envelope) {
    static const struct {
        const char *field, *words;
    } fields[] = {
        {"X-Forwarded-To", "X-Forwarded-To"},
        {"X-Forwarded-For", "X-Forwarded-For"},
        {"X-Forwarding-Service", "X-Forwarding-Service"},
        {"Resent-From", "Resent-From"},
        {"List-Id", "List-Id"},
        {"X-Google-Group-Id", "X-Google-Group-Id"},
        {"X-SimpleLogin-Type", "X-SimpleLogin-Type"},
        {"X-Forward-Email-Version", "X-Forward-Email-Version"},
    };
    const char *scheme = NULL, *sender = mw_forward_decode(arena, envelope->mail_from, &scheme);
    if (sender && strcmp(scheme, "BATV") != 0)
        return mw_printf(arena, "%s in MAIL FROM, which was %s", scheme, sender);
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
        if (mw_message_field(message, fields[i].field))
            return fields[i].words;
    return NULL;
}

static bool same(const mw_hosts *hosts, const char *a, const char *b) {
    const char *x = a ? mw_hosts_organisation(hosts, a) : NULL,
               *y = b ? mw_hosts_organisation(hosts, b) : NULL;
    return x && y && g_ascii_strcasecmp(x, y) == 0;
}

/* It was addressed to one of the forwarder's own there, and to somebody elsewhere when it came in. */
static const char *by_alias(mw_arena *arena, const mw_hosts *hosts, const mw_hop *boundary,
                            const mw_hop *hop) {
    const char *before = hop->for_address ? strrchr(hop->for_address, '@') : NULL;
    const char *after = boundary->for_address ? strrchr(boundary->for_address, '@') : NULL;
    if (!before || !after || !same(hosts, before + 1, hop->by) || same(hosts, before + 1, after + 1))
        return NULL;
    return mw_printf(arena, "addressed to %s there", hop->for_address);
}

void mw_forward_find(mw_arena *arena, const mw_hosts *hosts, const mw_message *message,
                     const GPtrArray *claims, mw_trace *trace, const mw_envelope *envelope) {
    if (trace->boundary < 0)
        return;
    const mw_hop *boundary = trace->hops->pdata[trace->boundary];
    const char *client = boundary->from_rdns ? boundary->from_rdns : boundary->from_name;
    const char *known = client ? mw_hosts_role(hosts, client, "forwarder") : NULL;
    const char *why = mark(arena, message, envelope);
    for (int i = trace->boundary + 1; i < (int)trace->hops->len; i++) {
        mw_hop *hop = trace->hops->pdata[i];
        if (hop->authenticated || hop->local || !mw_ip_public(&hop->from_ip) ||
            !same(hosts, hop->by, client) ||
            same(hosts, hop->from_rdns ? hop->from_rdns : hop->from_name, client))
            continue;
        if (!known && !why)
            why = by_alias(arena, hosts, boundary, hop);
        if (!known && !why)
            continue;
        trace->forwarder = i;
        trace->forwarded_by = why ? mw_printf(arena, "%s (%s)", known ? known : client, why)
                                  : mw_printf(arena, "%s, a forwarding service", known);
        hop->role = MW_ROLE_FORWARDER;
        hop->reason = mw_printf(arena, "here %s took it from its sender", hop->by);
        return;
    }
}
