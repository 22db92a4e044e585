/* From, Reply-To and the names shown with them: several authors, a name that is another address, answers that
 * go elsewhere, a free mail service's address from a server of somebody else. */
#include "base/domain.h"
#include "base/printable.h"
#include "check/check.h"
#include "check/client.h"
#include "mail/mime.h"

enum { MAX_SHOWN = 80 }; /* of what should have been an address */

static bool is_freemail(mw_facts *facts, const char *domain) {
    return domain && mw_data_row(facts->data, "freemail.tsv", domain);
}

/* Only real mailboxes: an empty group has none. */
static GPtrArray *mailboxes(mw_facts *facts) {
    GPtrArray *found = mw_array_new(facts->arena);
    for (guint i = 0; facts->from && i < facts->from->len; i++)
        if (*((mw_address *)facts->from->pdata[i])->address)
            g_ptr_array_add(found, facts->from->pdata[i]);
    return found;
}

/* Name and address in one encoded word: what it decodes to looks right, and is no address (RFC 2047 section
 * 5). The decoded text, or NULL. */
static const char *encoded_whole(const mw_facts *facts) {
    const mw_field *field = mw_message_field(facts->message, "From");
    if (!field || mw_span_find(field->value, '@') != SIZE_MAX ||
        mw_span_search(field->value, "=?") == SIZE_MAX)
        return NULL;
    const char *decoded = mw_header_decoded(facts->arena, field);
    return strchr(decoded, '@') ? decoded : NULL;
}

static void check_from(mw_facts *facts, const GPtrArray *from) {
    size_t fields = mw_message_count(facts->message, "From");
    if (facts->evidence && facts->evidence->displayed) /* it may have shown the name alone */
        return;
    const char *encoded = encoded_whole(facts);
    if (encoded) {
        mw_hit(
            facts, "FROM_INVALID",
            "the From field holds no address: it was encoded together with the name, as one word that reads "
            "\"%s\"",
            encoded)
            ->fix =
            "Whoever wrote this From field (the sending program, or a list or filter that rewrote it) is "
            "to encode the name alone: the address stands plain between < and >.";
        return;
    }
    if (fields && from->len == 0) {
        mw_hit(facts, "FROM_INVALID", "the From field holds no address");
        return;
    }
    for (guint i = 0; i < from->len; i++) {
        const mw_address *address = from->pdata[i];
        if (address->domain && *address->local_part && mw_domain_valid(address->domain))
            continue;
        mw_hit(facts, "FROM_INVALID", "the From field holds \"%s\", which is no address",
               mw_shortened(facts->arena, address->address, MAX_SHOWN));
        return;
    }
}

static void check_several(mw_facts *facts, const GPtrArray *from) {
    size_t fields = mw_message_count(facts->message, "From");
    if (from->len < 2)
        return;
    const mw_address *first = from->pdata[0], *second = from->pdata[1];
    mw_finding *finding = mw_hit(facts, "MULTIPLE_FROM", "the mail names %u authors: %s, %s%s", from->len,
                                 first->address, second->address, from->len > 2 ? " ..." : "");
    if (fields > 1) { /* the second field is the fault, and costs its own points */
        finding->scale = 0.125;
        finding->because_of = "MULTIPLE_UNIQUE_HEADERS";
    }
}

static bool is_atom(char c) {
    return g_ascii_isalnum(c) || strchr("!#$%&'*+-/=?^_`{|}~.", c) != NULL;
}

/* A letter of an alphabet whose letters pass for those of host names; other scripts write titles right behind
 * an address. */
static bool is_like_latin(const char *p) {
    gunichar c = (unsigned char)*p >= 0x80 ? g_utf8_get_char(p) : 0;
    GUnicodeScript script = c && g_unichar_isalnum(c) ? g_unichar_get_script(c) : G_UNICODE_SCRIPT_COMMON;
    return script == G_UNICODE_SCRIPT_LATIN || script == G_UNICODE_SCRIPT_CYRILLIC ||
           script == G_UNICODE_SCRIPT_GREEK || script == G_UNICODE_SCRIPT_ARMENIAN;
}

/* The domain of the first address in a display name, or NULL. */
static const char *address_in(mw_facts *facts, const char *name) {
    for (const char *at = strchr(name, '@'); at; at = strchr(at + 1, '@')) {
        const char *end = at + 1;
        while (g_ascii_isalnum(*end) || *end == '-' || *end == '.' || is_like_latin(end))
            end = g_utf8_next_char(end);
        if (at == name || !(is_atom(at[-1]) || (unsigned char)at[-1] >= 0x80))
            continue;
        char *domain = mw_domain_ascii(facts->arena, (mw_span){at + 1, (size_t)(end - at - 1)});
        if (mw_domain_valid(domain) && strchr(domain, '.') &&
            !mw_domain_is_public_suffix(mw_domain_registrable(domain)))
            return domain;
    }
    return NULL;
}

static void append_seen(GString *out, gunichar c) {
    if (g_unichar_type(c) != G_UNICODE_FORMAT && !g_unichar_iszerowidth(c))
        g_string_append_unichar(out, c == 0x3002 ? '.' : c);
}

/* U+202A to U+202E: where a direction is forced upon the text, or ends. */
static bool is_direction(gunichar c) {
    return c >= 0x202a && c <= 0x202e;
}

/* As a reader sees it: other forms of a letter, an at sign or a dot become the plain one, what is not seen is
 * left out, and what is shown from right to left (U+202E) is turned round. */
static const char *as_seen(mw_facts *facts, const char *name) {
    if (mw_printable_is_plain(mw_span_of(name)))
        return name;
    g_autofree char *plain = g_utf8_normalize(name, -1, G_NORMALIZE_NFKC);
    g_autoptr(GString) out = g_string_new(NULL);
    for (const char *p = plain; p && *p;) {
        const char *start = g_utf8_next_char(p), *end = start;
        if (g_utf8_get_char(p) == 0x202e) {
            while (*end && !is_direction(g_utf8_get_char(end)))
                end = g_utf8_next_char(end);
            for (const char *back = end; back > start;)
                append_seen(out, g_utf8_get_char(back = g_utf8_prev_char(back)));
        } else {
            append_seen(out, g_utf8_get_char(p));
        }
        p = end;
    }
    return plain ? mw_strdup(facts->arena, out->str) : name;
}

static bool addressed_to(mw_facts *facts, const char *domain) {
    const mw_field *field = mw_message_field(facts->message, "To");
    GPtrArray *to = field ? mw_addresses(facts->arena, field) : NULL;
    for (guint i = 0; to && i < to->len; i++) {
        const mw_address *address = to->pdata[i];
        if (address->domain && mw_domain_same_organisation(address->domain, domain))
            return true;
    }
    return false;
}

/* What stands in the comments of the From field, one after the other (RFC 5322 section 3.2.2). */
static const char *comments(const mw_facts *facts) {
    const mw_field *field = mw_message_field(facts->message, "From");
    g_autoptr(GString) out = g_string_new(NULL);
    unsigned depth = 0;
    bool quoted = false;
    for (size_t i = 0; field && i < field->value.len; i++) {
        char c = field->value.data[i];
        if (c == '\\' && i + 1 < field->value.len) {
            i++;
            continue;
        }
        quoted ^= c == '"' && depth == 0;
        if (quoted)
            continue;
        if (c == ')' && depth > 0 && --depth == 0)
            g_string_append_c(out, ' ');
        else if (depth > 0)
            g_string_append_c(out, c);
        depth += c == '(';
    }
    return mw_strdup(facts->arena, out->str);
}

/* Programs show a comment beside the name, or as the name. */
static void check_display_name(mw_facts *facts, const mw_address *author) {
    const char *shown = author->display_name ? address_in(facts, as_seen(facts, author->display_name)) : NULL;
    if (!shown)
        shown = address_in(facts, as_seen(facts, comments(facts)));
    if (!shown && author->local_part) /* "ann@bank.example"@shop.example */
        shown = address_in(facts, as_seen(facts, author->local_part));
    if (!shown || !author->domain || mw_domain_same_organisation(shown, author->domain))
        return;
    const char *symbol = addressed_to(facts, shown) ? "SPOOF_DISPLAY_NAME" : "FROM_NEQ_DISPLAY_NAME";
    mw_hit(facts, symbol, "the name shown as sender is an address at %s, but the mail is from %s", shown,
           author->domain)
        ->evidence = mw_field_text(facts->arena, mw_message_field(facts->message, "From"));
    mw_found(facts, symbol)->deceives = MW_DECEIVES_NAME;
}

static void check_reply_to(mw_facts *facts, const mw_address *author) {
    const mw_field *field = mw_message_field(facts->message, "Reply-To");
    GPtrArray *all = field ? mw_addresses(facts->arena, field) : NULL;
    const mw_address *reply = all && all->len ? all->pdata[0] : NULL;
    if (!reply || !reply->domain || !author->domain ||
        g_ascii_strcasecmp(reply->domain, author->domain) == 0 ||
        mw_domain_same_organisation(reply->domain, author->domain))
        return;
    bool both_free = is_freemail(facts, reply->domain) && is_freemail(facts, author->domain);
    mw_hit(facts, both_free ? "FREEMAIL_REPLYTO_NEQ_FROM_DOM" : "REPLYTO_DOM_NEQ_FROM_DOM",
           "the mail is from %s, but answers go to %s", author->domain, reply->domain);
}

static bool signed_by(const mw_facts *facts, const char *domain) {
    for (guint i = 0; facts->dkim && i < facts->dkim->len; i++) {
        const mw_dkim *dkim = facts->dkim->pdata[i];
        if (dkim->result == MW_DKIM_PASS && dkim->domain && mw_domain_same_organisation(dkim->domain, domain))
            return true;
    }
    return false;
}

/* A list or a forwarder hands on what the service sent to it. */
static bool handed_on(const mw_facts *facts) {
    static const char *const marks[] = {"List-Id", "List-Post", "X-Mailing-List", "Mailing-List"};
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
        if (mw_message_field(facts->message, marks[i]))
            return true;
    return facts->trace && facts->trace->forwarder >= 0;
}

/* The receiver found then that the service had sent it. */
static bool recorded_as_sent_by(const mw_facts *facts, const char *domain) {
    for (guint i = 0; facts->claims && i < facts->claims->len; i++) {
        const mw_claim *claim = facts->claims->pdata[i];
        if (!claim->trusted || strcmp(claim->result, "pass") != 0)
            continue;
        if (strcmp(claim->method, "dmarc") == 0)
            return true;
        const char *signer = strcmp(claim->method, "dkim") == 0 ? mw_claim_property(claim, "header.d") : NULL;
        if (signer && mw_domain_same_organisation(signer, domain))
            return true;
    }
    const char *rdns = facts->envelope->rdns;
    return rdns && mw_domain_same_organisation(rdns, domain);
}

/* Why it can't be told who sent it: what would show it was not answered. NULL when everything was. */
static const char *unsettled(const mw_facts *facts, const char *domain) {
    for (guint i = 0; facts->dkim && i < facts->dkim->len; i++) {
        const mw_dkim *dkim = facts->dkim->pdata[i];
        if ((dkim->result == MW_DKIM_TEMPERROR || dkim->result == MW_DKIM_UNTESTABLE) && dkim->domain &&
            mw_domain_same_organisation(dkim->domain, domain))
            return "its DKIM signature could not be checked";
    }
    const mw_spf *spf = facts->spf;
    if (spf && (spf->result == MW_SPF_TEMPERROR || spf->result == MW_SPF_UNTESTABLE) && spf->domain &&
        mw_domain_same_organisation(spf->domain, domain))
        return "its SPF record could not be asked for";
    bool named = facts->envelope->rdns != NULL;
    return !named && facts->rdns && facts->rdns->result == MW_RDNS_TEMPERROR
               ? "the sending server's name could not be asked for"
               : NULL;
}

static bool proved_sent_by(const mw_facts *facts, const char *domain) {
    bool passes = (facts->dmarc && facts->dmarc->rfc9989.result == MW_DMARC_PASS) ||
                  signed_by(facts, domain) ||
                  (facts->spf && facts->spf->result == MW_SPF_PASS && facts->spf->domain &&
                   mw_domain_same_organisation(facts->spf->domain, domain));
    for (guint i = 0; !passes && facts->rdns && i < facts->rdns->confirmed->len; i++)
        passes = mw_domain_same_organisation(facts->rdns->confirmed->pdata[i], domain);
    return passes;
}

/* A free mail service sends its users' mail itself: the address seen elsewhere is borrowed. */
static void check_freemail(mw_facts *facts, const mw_address *author) {
    const char *domain = author->domain;
    if (!domain || !is_freemail(facts, domain) || mw_client_untestable(facts) ||
        proved_sent_by(facts, domain) || recorded_as_sent_by(facts, domain) || handed_on(facts))
        return;
    const char *client = mw_ip_text(facts->arena, &facts->envelope->client_ip),
               *why = unsettled(facts, domain);
    if (why)
        mw_unknown(facts, "FREEMAIL_FROM_ELSEWHERE", "whether %s sent the mail is not known: %s", domain,
                   why);
    else
        mw_hit(facts, "FREEMAIL_FROM_ELSEWHERE",
               "the address is one of %s, but %s did not send the mail: %s did", domain, domain, client);
}

static void run(mw_facts *facts) {
    GPtrArray *from = mailboxes(facts);
    check_from(facts, from);
    check_several(facts, from);
    if (from->len == 0)
        return;
    const mw_address *author = from->pdata[0];
    check_display_name(facts, author);
    check_reply_to(facts, author);
    check_freemail(facts, author);
}

const mw_check mw_check_authors = {.name = "authors", .run = run, .depends = true};
