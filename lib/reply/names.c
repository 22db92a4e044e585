/* What a reply names: addresses, domains, lists, links, verdicts. */
#include "base/domain.h"
#include "reply/reply.h"

static bool name_byte(char c) {
    return g_ascii_isalnum(c) || c == '.' || c == '-' || c == '_';
}

static bool address_byte(char c) {
    return g_ascii_isxdigit(c) || c == '.' || c == ':';
}

static void add_ip(mw_arena *arena, GPtrArray *ips, const mw_ip *ip) {
    for (guint i = 0; i < ips->len; i++) {
        if (mw_ip_equal(ips->pdata[i], ip))
            return;
    }
    if (ips->len < MW_REPLY_NAMES)
        g_ptr_array_add(ips, mw_memdup(arena, ip, sizeof *ip));
}

static void read_ips(mw_arena *arena, mw_span text, GPtrArray *ips) {
    for (size_t i = 0; i < text.len; i++) {
        if (!g_ascii_isxdigit(text.data[i]) && text.data[i] != ':')
            continue;
        size_t end = i;
        while (end < text.len && address_byte(text.data[end]))
            end++;
        bool alone = (i == 0 || !name_byte(text.data[i - 1])) &&
                     (end == text.len || (!g_ascii_isalnum(text.data[end]) && text.data[end] != '_'));
        mw_span word = mw_span_slice(text, i, end);
        while (word.len && strchr(".:", word.data[word.len - 1]))
            word.len--;
        mw_ip ip;
        if (alone && word.len >= 3 && word.len < MW_IP_TEXT && mw_ip_parse(word, &ip))
            add_ip(arena, ips, &ip);
        i = end;
    }
}

static void add_domain(mw_arena *arena, GPtrArray *domains, mw_span word) {
    while (word.len && strchr(".-", word.data[word.len - 1]))
        word.len--;
    if (word.len < 4 || mw_span_find(word, '.') == SIZE_MAX || domains->len >= MW_REPLY_NAMES)
        return;
    mw_ip ip;
    char *domain = mw_domain_ascii(arena, word);
    if (mw_ip_parse(word, &ip) || !mw_domain_valid(domain))
        return;
    for (guint i = 0; i < domains->len; i++) {
        if (strcmp(domains->pdata[i], domain) == 0)
            return;
    }
    g_ptr_array_add(domains, domain);
}

/* The domains behind some words. */
static void read_behind(mw_arena *arena, mw_span text, const char *lead, GPtrArray *domains) {
    size_t from = 0, at;
    while ((at = mw_span_search(mw_span_from(text, from), lead)) != SIZE_MAX) {
        from += at + strlen(lead);
        size_t i = from;
        while (i < text.len && strchr("[<\"'( :", text.data[i]) && i - from < 3)
            i++;
        size_t end = i;
        while (end < text.len && (name_byte(text.data[end]) || text.data[end] == '@'))
            end++;
        mw_span word = mw_span_slice(text, i, end);
        size_t sign = mw_span_find(word, '@');
        add_domain(arena, domains, sign == SIZE_MAX ? word : mw_span_from(word, sign + 1));
    }
}

static const char *read_spf_domain(mw_arena *arena, mw_span text) {
    static const char *const leads[] = {"mail from domain ", "spf [", "envelope domain ", "mailfrom="};
    GPtrArray *domains = mw_array_new(arena);
    for (size_t l = 0; l < G_N_ELEMENTS(leads); l++)
        read_behind(arena, text, leads[l], domains);
    return domains->len == 1 ? domains->pdata[0] : NULL;
}

/* Sender domains stand behind fixed words in the replies that name one. */
static void read_domains(mw_arena *arena, mw_span text, GPtrArray *domains) {
    static const char *const leads[] = {
        "mail from domain ", "sending domain ", "sender domain ",
        "email from ",       "mail from ",      "domain of ",
        "due to ",           "policy for ",     "policy of ",
        "send from ",        "send mail from ", "records for ",
        "record for ",       "record of ",      "from domain ",
        "envelope domain ",  "domain ",         "behalf of ",
        "mailfrom=",         "(helo ",          "spf [",
    };
    for (size_t l = 0; l < G_N_ELEMENTS(leads); l++)
        read_behind(arena, text, leads[l], domains);
}

static void read_urls(mw_arena *arena, mw_span text, GPtrArray *urls) {
    size_t from = 0, at;
    while ((at = mw_span_search(mw_span_from(text, from), "http")) != SIZE_MAX &&
           urls->len < MW_REPLY_NAMES) {
        from += at;
        mw_span rest = mw_span_from(text, from);
        if (mw_span_starts(rest, "http://") || mw_span_starts(rest, "https://")) {
            size_t end = 0;
            while (end < rest.len && !strchr(" <>\"'`[]{}|", rest.data[end]))
                end++;
            while (end && strchr(".,;:)", rest.data[end - 1]))
                end--;
            g_ptr_array_add(urls, mw_strndup(arena, rest.data, end));
        }
        from += 4;
    }
}

/* "blocked using ZONE", or the site of a well-known list. */
static const char *read_list(mw_arena *arena, mw_span text) {
    static const char *const leads[] = {
        "blocked using ",  "listed in ",      "listed at ",  "listed by ", "listed on ",   "black list at ",
        "blacklisted by ", "blacklisted at ", "blocked by ", "found in ",  "rejected by ", "using "};
    for (size_t l = 0; l < G_N_ELEMENTS(leads); l++) {
        size_t at = mw_span_search(text, leads[l]);
        if (at == SIZE_MAX)
            continue;
        size_t i = at + strlen(leads[l]), end;
        for (end = i; end < text.len && name_byte(text.data[end]); end++)
            ;
        mw_span zone = mw_span_slice(text, i, end);
        while (zone.len && zone.data[zone.len - 1] == '.')
            zone.len--;
        mw_ip ip;
        char *name = mw_domain_ascii(arena, zone);
        if (zone.len > 3 && mw_span_find(zone, '.') != SIZE_MAX && !mw_ip_parse(zone, &ip) &&
            mw_domain_valid(name))
            return name;
    }
    static const struct {
        const char *site, *zone;
    } sites[] = {
        {"dbl.spamhaus.org", "dbl.spamhaus.org"},
        {"spamhaus.org/dbl", "dbl.spamhaus.org"},
        {"sbl.spamhaus.org", "sbl.spamhaus.org"},
        {"xbl.spamhaus.org", "xbl.spamhaus.org"},
        {"pbl.spamhaus.org", "pbl.spamhaus.org"},
        {"spamhaus", "zen.spamhaus.org"},
        {"spamcop.net", "bl.spamcop.net"},
        {"barracuda reputation", "b.barracudacentral.org"},
        {"barracudacentral.org", "b.barracudacentral.org"},
        {"dnsbl.sorbs.net", "dnsbl.sorbs.net"},
        {"sorbs.net", "dnsbl.sorbs.net"},
        {"manitu.net", "ix.dnsbl.manitu.net"},
        {"uceprotect", "dnsbl-1.uceprotect.net"},
        {"backscatterer.org", "ips.backscatterer.org"},
        {"psbl.surriel.com", "psbl.surriel.com"},
        {"mailspike", "bl.mailspike.net"},
        {"spamrats", "all.spamrats.com"},
        {"abuseat.org", "cbl.abuseat.org"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(sites); i++) {
        if (mw_span_search(text, sites[i].site) != SIZE_MAX)
            return sites[i].zone;
    }
    return NULL;
}

/* "Spf= Fail , Dkim= Pass, DMARC= Pass"; "SPF [x] with ip: [y] = did not pass". */
static const char *read_verdict(mw_arena *arena, mw_span text, const char *method) {
    size_t from = 0, at;
    while ((at = mw_span_search(mw_span_from(text, from), method)) != SIZE_MAX) {
        size_t i = from + at + strlen(method);
        from = i;
        if (from > strlen(method) && g_ascii_isalnum(text.data[from - strlen(method) - 1]))
            continue;
        mw_span rest = mw_span_slice(text, i, i + 120);
        size_t equals = mw_span_find(rest, '=');
        size_t stop = mw_span_find(rest, ',');
        if (equals == SIZE_MAX || (stop != SIZE_MAX && stop < equals))
            continue;
        if (equals > 2 && mw_span_find(mw_span_slice(rest, 0, equals), '[') == SIZE_MAX)
            continue;
        rest = mw_span_trim(mw_span_from(rest, equals + 1));
        if (mw_span_starts(rest, "did not pass"))
            return "fail";
        size_t end = 0;
        while (end < rest.len && g_ascii_isalpha(rest.data[end]))
            end++;
        if (end >= 4 && end <= 9) {
            char *verdict = mw_strndup(arena, rest.data, end);
            for (char *c = verdict; *c; c++)
                *c = g_ascii_tolower(*c);
            return verdict;
        }
    }
    return NULL;
}

/* Letters that vendors put in front of the number of their own code. */
static const char *read_vendor_code(mw_arena *arena, mw_span text) {
    static const char *const leads[] = {"(S31", "[TSS", "[TS0", "[BL",  "[PH",  "OFR",  "LPN",
                                        "OUK",  "AUP#", "MXIN", "SC-0", "DY-0", "OU-0", "RP-0",
                                        "[HM",  "[CS",  "(AS(", "AS(",  "IB"};
    for (size_t l = 0; l < G_N_ELEMENTS(leads); l++) {
        size_t n = strlen(leads[l]), next = 0;
        for (const char *at; next + n < text.len; next = (size_t)(at - text.data) + 1) {
            at = memmem(text.data + next, text.len - 1 - next, leads[l], n);
            if (!at)
                break;
            size_t i = (size_t)(at - text.data);
            if (i > 0 && g_ascii_isalnum(text.data[i - 1]))
                continue;
            size_t start = i + (strchr("([", leads[l][0]) != NULL), end = i + n;
            while (end < text.len && end - start < 24 &&
                   (g_ascii_isalnum(text.data[end]) || strchr("_-#", text.data[end])))
                end++;
            bool digits = end > i && g_ascii_isdigit(text.data[end - 1]);
            if (digits)
                return mw_printf(arena, "%.*s%s", (int)(end - start), text.data + start,
                                 strstr(leads[l], "AS(") ? ")" : "");
        }
    }
    return NULL;
}

const mw_reply_names *mw_smtp_reply_names(mw_arena *arena, const mw_smtp_reply *reply) {
    mw_reply_names *names = mw_new(arena, mw_reply_names);
    mw_span words = mw_span_of(reply->words);
    names->ips = mw_array_new(arena);
    names->domains = mw_array_new(arena);
    names->urls = mw_array_new(arena);
    read_ips(arena, words, names->ips);
    read_domains(arena, words, names->domains);
    read_urls(arena, words, names->urls);
    names->list = read_list(arena, words);
    names->spf_domain = read_spf_domain(arena, words);
    names->spf = read_verdict(arena, words, "spf");
    names->dkim = read_verdict(arena, words, "dkim");
    names->dmarc = read_verdict(arena, words, "dmarc");
    names->vendor_code = read_vendor_code(arena, words);
    return names;
}
