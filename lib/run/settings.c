#include "run/settings.h"
#include "base/domain.h"
#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "receivers/receivers.h"

#include <math.h>

typedef bool (*setter)(mw_settings *settings, const char *value, GError **error);

static bool bad(GError **error, const char *option, const char *value, const char *want) {
    g_set_error(error, MW_ERROR, MW_ERROR_OPTION, "--%s %s: %s", option, value, want);
    return false;
}

static bool set_client_ip(mw_settings *s, const char *value, GError **error) {
    return mw_ip_parse(mw_span_of(value), &s->client_ip) ||
           bad(error, "client-ip", value, "not an IP address, such as 203.0.113.5 or 2001:db8::5");
}

static bool set_helo(mw_settings *s, const char *value, GError **error) {
    s->helo = mw_strdup(s->arena, value);
    return true;
}

/* The null sender is given as "" or "<>". */
static bool set_mail_from(mw_settings *s, const char *value, GError **error) {
    mw_span address = mw_span_trim(mw_span_of(value));
    if (address.len >= 2 && address.data[0] == '<' && address.data[address.len - 1] == '>')
        address = mw_span_slice(address, 1, address.len - 1);
    s->mail_from = mw_span_dup(s->arena, address);
    return true;
}

static bool set_rcpt_to(mw_settings *s, const char *value, GError **error) {
    g_ptr_array_add(s->rcpt_to, mw_strdup(s->arena, value));
    return true;
}

static bool set_moment(const char *option, const char *value, mw_time *out, GError **error) {
    mw_time time = mw_time_read_rfc3339(mw_span_of(value));
    if (time == MW_TIME_UNKNOWN)
        return bad(error, option, value, "not a time, such as 2026-11-01T10:00:00Z");
    *out = time;
    return true;
}

static bool set_at(mw_settings *s, const char *value, GError **error) {
    return set_moment("at", value, &s->at, error);
}

static bool set_now(mw_settings *s, const char *value, GError **error) {
    return set_moment("now", value, &s->now, error);
}

static bool set_resolver(mw_settings *s, const char *value, GError **error) {
    mw_span rest = mw_span_of(value), address = mw_span_cut(&rest, '@');
    mw_ip ip;
    uint64_t port = 53;
    if (!mw_ip_parse(address, &ip) || (rest.data && (!mw_span_number(rest, 65535, &port) || port == 0)))
        return bad(error, "resolver", value,
                   "not a name server's address, such as 9.9.9.9 or 127.0.0.1@5353");
    g_ptr_array_add(s->resolvers, mw_strdup(s->arena, value));
    return true;
}

static bool set_zone(mw_settings *s, const char *value, GError **error) {
    s->zone = mw_strdup(s->arena, value);
    return true;
}

static bool set_replay(mw_settings *s, const char *value, GError **error) {
    s->replay = mw_strdup(s->arena, value);
    return true;
}

static bool set_doh(mw_settings *s, const char *value, GError **error) {
    s->doh = mw_strdup(s->arena, value);
    return true;
}

static bool set_recursive(mw_settings *s, const char *value, GError **error) {
    s->recursive = true;
    return true;
}

static bool set_dnssec(mw_settings *s, const char *value, GError **error) {
    s->dnssec = true;
    return true;
}

static bool set_outside(mw_settings *s, const char *value, GError **error) {
    s->outside = true;
    return true;
}

static bool set_private(mw_settings *s, const char *value, GError **error) {
    const char *zone = mw_domain_ascii(s->arena, mw_span_trim(mw_span_of(value)));
    s->outside = true;
    g_ptr_array_add(s->private_zones, (gpointer)zone);
    return mw_domain_valid(zone) || bad(error, "private", value, "not a zone, such as intranet.example.org");
}

static bool set_show_queries(mw_settings *s, const char *value, GError **error) {
    s->show_queries = true;
    return true;
}

static bool set_what_if(mw_settings *s, const char *value, GError **error) {
    if (!s->changes)
        s->changes = mw_arena_own(s->arena, mw_changes_new(), (GDestroyNotify)mw_changes_free);
    return mw_changes_add(s->changes, value, error);
}

static bool set_number(const char *option, const char *value, double least, double most, double *out,
                       GError **error) {
    char *end;
    double number = g_ascii_strtod(value, &end);
    if (end == value || *end || !isfinite(number) || number < least || number > most) {
        g_set_error(error, MW_ERROR, MW_ERROR_OPTION, "--%s %s: not a number from %.10g to %.10g", option,
                    value, least, most);
        return false;
    }
    *out = number;
    return true;
}

static bool set_timeout(mw_settings *s, const char *value, GError **error) {
    return set_number("timeout", value, 0.1, 600, &s->timeout, error);
}

static bool set_cache_size(mw_settings *s, const char *value, GError **error) {
    double number = 0;
    if (!set_number("cache-size", value, 1, 10000000, &number, error))
        return false;
    s->cache_size = (unsigned)number;
    return true;
}

static bool set_no_dns(mw_settings *s, const char *value, GError **error) {
    s->no_dns = true;
    return true;
}

static bool set_no_lists(mw_settings *s, const char *value, GError **error) {
    s->no_lists = true;
    return true;
}

static bool set_mine(mw_settings *s, const char *value, GError **error) {
    mw_ip *ip = mw_new(s->arena, mw_ip);
    g_ptr_array_add(s->mine, ip);
    return mw_ip_parse(mw_span_of(value), ip) ||
           bad(error, "mine", value, "not an IP address, such as 203.0.113.5 or 2001:db8::5");
}

/* Meant as a file: no reply is one word like that. */
static bool is_path(const char *value) {
    static const char *const starts[] = {"/", "./", "../", "~/"}, *const ends[] = {".eml", ".txt", ".msg"};
    bool named = false;
    for (size_t i = 0; i < G_N_ELEMENTS(starts); i++)
        named |= g_str_has_prefix(value, starts[i]);
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++)
        named |= g_str_has_suffix(value, ends[i]);
    return named && !strpbrk(value, " \t\r\n");
}

/* Why it can be neither a bounce nor a reply; NULL: it can. */
static const char *no_bounce(mw_span bytes) {
    enum { BEGINNING = 512 };
    if (mw_span_trim(bytes).len == 0)
        return "it is empty";
    bool binary = mw_span_find(mw_span_slice(bytes, 0, BEGINNING), '\0') != SIZE_MAX;
    return binary ? "it is neither a mail nor a text" : NULL;
}

bool mw_settings_set_bounce(mw_settings *s, GBytes *bytes, const char *what, GError **error) {
    s->bounce = bytes;
    mw_arena_own(s->arena, s->bounce, (GDestroyNotify)g_bytes_unref);
    mw_span span = {0};
    span.data = g_bytes_get_data(bytes, &span.len);
    const char *why_not = no_bounce(span);
    return !why_not || bad(error, "bounce", what, why_not);
}

/* A file when there is one of that name, else the reply's text itself. */
static bool set_bounce(mw_settings *s, const char *value, GError **error) {
    char *bytes = NULL;
    gsize size = 0;
    g_autoptr(GError) failed = NULL;
    if (!g_file_test(value, G_FILE_TEST_EXISTS) && !is_path(value))
        return mw_settings_set_bounce(s, g_bytes_new(value, strlen(value)), value, error);
    if ((bytes = mw_file_read(value, MW_MAX_MESSAGE, &size, &failed)))
        return mw_settings_set_bounce(s, g_bytes_new_take(bytes, size), value, error);
    g_set_error(error, MW_ERROR, MW_ERROR_FILE, "--bounce %s", failed->message);
    return false;
}

static bool set_reply(mw_settings *s, const char *value, GError **error) {
    return mw_letter_to_read(value, &s->reply_to) ||
           bad(error, "reply", value, "there are customer, provider and recipient");
}

/* Whether there is such a language is looked up with the data, which may bring one. */
static bool set_lang(mw_settings *s, const char *value, GError **error) {
    s->lang = mw_strdup(s->arena, value);
    return true;
}

static bool set_part(mw_settings *s, const char *value, GError **error) {
    uint64_t number;
    if (!mw_span_number(mw_span_of(value), MW_MAX_PARTS, &number))
        return bad(error, "part", value,
                   "not the number of an attached mail, counted from 1, nor 0 for the mail around them");
    s->part = (unsigned)number;
    s->part_given = true;
    return true;
}

static bool set_lists(mw_settings *s, const char *value, GError **error) {
    if (*value == '\0')
        return bad(error, "lists", value, "neither default nor all nor the names of lists");
    s->lists = mw_strdup(s->arena, value);
    return true;
}

static bool set_fail_on(mw_settings *s, const char *value, GError **error) {
    if (*value == '\0')
        return bad(error, "fail-on", value,
                   "neither score nor never nor the names of symbols, groups or receivers");
    s->fail_on = mw_strdup(s->arena, value);
    return true;
}

/* Names are looked up when the catalogue and the profile are read. */
static bool set_exclude(mw_settings *s, const char *value, GError **error) {
    for (mw_span rest = mw_span_of(value); rest.data;) {
        mw_span word = mw_span_trim(mw_span_cut(&rest, ','));
        if (word.len == 0)
            return bad(error, "exclude", value, "not the names of symbols, with commas between them");
        g_ptr_array_add(s->excluded, mw_span_dup(s->arena, word));
    }
    return true;
}

static bool set_baseline(mw_settings *s, const char *value, GError **error) {
    s->baseline = mw_baseline_read(s->arena, value, error);
    return s->baseline != NULL;
}

static bool set_profile(mw_settings *s, const char *value, GError **error) {
    s->profile = mw_strdup(s->arena, value);
    return true;
}

static bool set_limit(mw_settings *s, const char *value, GError **error) {
    return set_number("limit", value, -1000, 1000, &s->limit, error);
}

static bool set_for(mw_settings *s, const char *value, GError **error) {
    s->receivers = mw_strdup(s->arena, value);
    return mw_receivers_known(s->arena, value, error);
}

static bool set_bulk(mw_settings *s, const char *value, GError **error) {
    s->bulk = true;
    return true;
}

static bool set_redact(mw_settings *s, const char *value, GError **error) {
    s->redact = true;
    return true;
}

static bool set_data(mw_settings *s, const char *value, GError **error) {
    s->data_folder = mw_strdup(s->arena, value);
    return true;
}

static bool set_domain(mw_settings *s, const char *value, GError **error) {
    mw_span name = mw_span_trim(mw_span_of(value));
    if (mw_span_ends(name, "."))
        name.len--;
    s->domain = mw_domain_ascii(s->arena, name);
    return (mw_domain_valid(s->domain) && strchr(s->domain, '.')) ||
           bad(error, "domain", value, "not a domain, such as example.org");
}

static bool set_trust_sealer(mw_settings *s, const char *value, GError **error) {
    const char *domain = mw_domain_ascii(s->arena, mw_span_trim(mw_span_of(value)));
    g_ptr_array_add(s->sealers, (gpointer)domain);
    return (mw_domain_valid(domain) && strchr(domain, '.')) ||
           bad(error, "trust-sealer", value, "not a domain, such as lists.example.org");
}

static bool set_selector(mw_settings *s, const char *value, GError **error) {
    g_ptr_array_add(s->selectors, mw_strdup(s->arena, value));
    return mw_domain_valid(value) ||
           bad(error, "selector", value, "not a DKIM selector, such as s1: what stands in s= of a signature");
}

// clang-format off
/* The only list of options: what the command takes, and what each does. */
#define OPTIONS(X) \
    X("client-ip", "IP", "the address that sent it, in place of what the Received fields tell", FALSE, set_client_ip) \
    X("helo", "NAME", "the name it gave in HELO or EHLO", FALSE, set_helo) \
    X("mail-from", "ADDRESS", "the envelope sender (MAIL FROM); empty: a bounce", FALSE, set_mail_from) \
    X("rcpt-to", "ADDRESS", "an envelope recipient", TRUE, set_rcpt_to) \
    X("at", "TIME", "when it was delivered, such as 2026-11-01T10:00:00Z", FALSE, set_at) \
    X("now", "TIME", "what the clock is to say", FALSE, set_now) \
    X("resolver", "ADDRESS[@PORT]", "a name server to ask, in place of the system's", TRUE, set_resolver) \
    X("zone", "FILE", "a master file that is the whole DNS: nothing is asked", FALSE, set_zone) \
    X("replay", "FILE", "answer out of a recorded run; what it does not hold is unknown", FALSE, set_replay) \
    X("doh", "URL", "ask a resolver by DNS over HTTPS, such as https://dns.quad9.net/dns-query", FALSE, set_doh) \
    X("recursive", NULL, "ask the DNS's own servers from the root down, in place of a resolver", FALSE, set_recursive) \
    X("dnssec", NULL, "check DNSSEC signatures", FALSE, set_dnssec) \
    X("outside", NULL, "see of the DNS what the rest of the world sees: no private names and addresses", FALSE, set_outside) \
    X("private", "ZONE", "the same, and nothing at or below this name of ours either", TRUE, set_private) \
    X("what-if", "RECORD|@FILE", "try a DNS change: NAME TYPE RDATA in place of, +... in addition to, -NAME TYPE without", TRUE, set_what_if) \
    X("show-queries", NULL, "print what DNS would be asked first, and ask nothing", FALSE, set_show_queries) \
    X("timeout", "SECONDS", "for the whole run; what is unanswered then is unknown (10)", FALSE, set_timeout) \
    X("cache-size", "N", "how many answers of the DNS are kept for the mails to come (20000)", FALSE, set_cache_size) \
    X("no-dns", NULL, "ask no DNS at all", FALSE, set_no_dns) \
    X("no-lists", NULL, "ask no block lists and no allow-lists", FALSE, set_no_lists) \
    X("mine", "IP", "this server is ours: a fix may authorise it", TRUE, set_mine) \
    X("bounce", "FILE|TEXT", "what came back for this mail: the bounce, or the text of the reply", FALSE, set_bounce) \
    X("reply", "customer|provider|recipient", "a message of measured facts to paste, to that person", FALSE, set_reply) \
    X("lang", "de|fr|es|en", "the language of letters and of what a bounce means (the bounce's own, else English)", FALSE, set_lang) \
    X("part", "N", "which attached mail to diagnose, counted from 1; 0: the one around them", FALSE, set_part) \
    X("lists", "default|all|ZONE,...", "which lists are asked", FALSE, set_lists) \
    X("fail-on", "WORD,...", "what makes the exit status 1: score (the default), junk, incomplete, any, a symbol, a group such as dmarc, a receiver; or never", FALSE, set_fail_on) \
    X("exclude", "SYMBOL,...", "leave these findings out, as if they were not there", TRUE, set_exclude) \
    X("baseline", "FILE", "findings that are accepted: they are told, but only others make the exit status 1", FALSE, set_baseline) \
    X("profile", "NAME|FILE", "the points of each symbol (default)", FALSE, set_profile) \
    X("limit", "NUMBER", "the points at which a mail is rejected, in place of the profile's", FALSE, set_limit) \
    X("domain", "NAME", "check a domain's DNS without a mail: servers, SPF, DKIM keys, DMARC and the rest", FALSE, set_domain) \
    X("selector", "NAME", "with --domain: a DKIM selector to look for beside the common ones", TRUE, set_selector) \
    X("trust-sealer", "DOMAIN", "believe what this forwarder or list recorded in its ARC seal, as a receiver that trusts it does", TRUE, set_trust_sealer) \
    X("for", "NAME,...", "the rules of gmail, yahoo, outlook, apple, gmx, orange ... or all, and what each would reply", FALSE, set_for) \
    X("bulk", NULL, "for senders of mail to many: the rules that bind them alone count, too", FALSE, set_bulk) \
    X("redact", NULL, "for handing it on: names, addresses of people, subjects and quoted text are taken out", FALSE, set_redact) \
    X("data", "FOLDER", "files that override the built-in symbols, profiles and lists", FALSE, set_data)

#define AS_OPTION(name, argument, help, repeatable, set) {name, argument, help, repeatable},
#define AS_SETTER(name, argument, help, repeatable, set) set,
static const mw_option options[] = {OPTIONS(AS_OPTION){0}};
static const setter setters[] = {OPTIONS(AS_SETTER)};

// clang-format on

const mw_option *mw_options(void) {
    return options;
}

mw_settings *mw_settings_new(mw_arena *arena) {
    mw_settings *s = mw_new(arena, mw_settings);
    *s = (mw_settings){.arena = arena,
                       .rcpt_to = mw_array_new(arena),
                       .mine = mw_array_new(arena),
                       .excluded = mw_array_new(arena),
                       .selectors = mw_array_new(arena),
                       .private_zones = mw_array_new(arena),
                       .sealers = mw_array_new(arena),
                       .resolvers = mw_array_new(arena),
                       .at = MW_TIME_UNKNOWN,
                       .now = MW_TIME_UNKNOWN,
                       .timeout = 10,
                       .profile = "default",
                       .limit = NAN};
    return s;
}

bool mw_settings_set(mw_settings *settings, const char *option, const char *value, GError **error) {
    for (size_t i = 0; options[i].name; i++) {
        if (strcmp(options[i].name, option) != 0)
            continue;
        if (options[i].argument && !value) {
            g_set_error(error, MW_ERROR, MW_ERROR_OPTION, "--%s needs a value: %s", option,
                        options[i].argument);
            return false;
        }
        if (!options[i].argument && value) {
            g_set_error(error, MW_ERROR, MW_ERROR_OPTION, "--%s takes no value", option);
            return false;
        }
        return setters[i](settings, value, error);
    }
    g_set_error(error, MW_ERROR, MW_ERROR_OPTION, "--%s: there is no such option", option);
    return false;
}

bool mw_settings_about_mail(const char *option) {
    static const char *const about_mail[] = {
        "client-ip", "helo", "mail-from", "rcpt-to", "at",           "now",      "mine",   "part", "bounce",
        "reply",     "for",  "bulk",      "limit",   "trust-sealer", "no-lists", "redact", NULL};
    return g_strv_contains(about_mail, option);
}
