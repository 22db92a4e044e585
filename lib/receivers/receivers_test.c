#include "receivers/receivers.h"
#include "dns/source.h"

/* A mail with which every rule is met that can be, and then one thing wrong at a time. */

static const char good_mail[] =
    "List-Unsubscribe: <mailto:out@shop.example>, <https://shop.example/out?u=1>\r\n"
    "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    "From: Shop <news@shop.example>\r\n"
    "To: ann@receiver.example\r\n"
    "Subject: Offers\r\n"
    "Date: Sun, 01 Nov 2026 10:00:00 +0000\r\n"
    "Message-ID: <1@shop.example>\r\n"
    "\r\n"
    "Hello\r\n";
static const char good_zone[] =
    "shop.example. 60 IN A 192.0.2.1\nshop.example. 60 IN MX 10 mx.shop.example.\n"
    "_dmarc.shop.example. 60 IN TXT \"v=DMARC1; p=reject\"\n";

typedef struct world {
    mw_arena *arena;
    mw_facts *facts;
    GString *mail, *zone;
    mw_envelope envelope;
    mw_hop hop;
    mw_trace trace;
    mw_spf spf;
    mw_dkim dkim;
    mw_rdns rdns;
    mw_arc arc;
    mw_evidence evidence;
    mw_list_entry zen, dbl;
    bool signature, generic;
} world;

static void replace(GString *text, const char *from, const char *to) {
    g_assert_nonnull(strstr(text->str, from));
    g_string_replace(text, from, to, 1);
}

static GPtrArray *strings(mw_arena *arena, const char *text) {
    GPtrArray *all = mw_array_new(arena);
    if (text)
        g_ptr_array_add(all, (char *)text);
    return all;
}

static void world_init(world *w, mw_arena *arena) {
    *w = (world){
        .arena = arena, .mail = g_string_new(good_mail), .zone = g_string_new(good_zone), .signature = true};
    mw_ip_parse(MW_SPAN("203.0.113.5"), &w->envelope.client_ip);
    w->envelope.helo = "mail.shop.example";
    w->envelope.mail_from = "bounce@shop.example";
    w->envelope.mail_from_domain = "shop.example";
    w->envelope.received_by = "mx.receiver.example";
    w->envelope.received_at = mw_time_read_rfc3339(MW_SPAN("2026-11-01T10:00:05Z"));
    w->envelope.rcpt_to = mw_array_new(arena);
    w->envelope.reasons = mw_array_new(arena);
    w->hop = (mw_hop){.with = "ESMTPS", .tls = true, .role = MW_ROLE_BOUNDARY};
    w->trace = (mw_trace){.boundary = 0, .forwarder = -1, .slowest = -1};
    w->spf = (mw_spf){.result = MW_SPF_PASS, .domain = "shop.example", .identity = "mailfrom"};
    w->dkim = (mw_dkim){.domain = "shop.example",
                        .selector = "s",
                        .algorithm = "rsa-sha256",
                        .key_bits = 2048,
                        .result = MW_DKIM_PASS,
                        .signed_fields = "from:to:list-unsubscribe:list-unsubscribe-post"};
    w->rdns = (mw_rdns){.result = MW_RDNS_PASS,
                        .names = strings(arena, "mail.shop.example"),
                        .confirmed = strings(arena, "mail.shop.example")};
    w->zen =
        (mw_list_entry){"zen.spamhaus.org", "203.0.113.5", MW_LIST_CLEAN, mw_array_new(arena), NULL, NULL};
    w->dbl =
        (mw_list_entry){"dbl.spamhaus.org", "shop.example", MW_LIST_CLEAN, mw_array_new(arena), NULL, NULL};
}

static void read_from(world *w) {
    mw_facts *facts = w->facts;
    facts->from = mw_array_new(w->arena);
    for (const mw_field *f = mw_message_field(facts->message, "From"); f;
         f = mw_message_next_field(facts->message, f, "From")) {
        GPtrArray *addresses = mw_addresses(w->arena, f);
        for (guint i = 0; i < addresses->len; i++)
            g_ptr_array_add(facts->from, addresses->pdata[i]);
    }
    const mw_address *first = facts->from->len ? facts->from->pdata[0] : NULL;
    facts->from_domain = first ? first->domain : NULL;
}

static mw_dns *build(world *w) {
    g_autoptr(GError) error = NULL;
    mw_source *source = mw_source_zone_bytes((mw_span){w->zone->str, w->zone->len}, "test", &error);
    g_assert_no_error(error);
    mw_facts *facts = w->facts = mw_new(w->arena, mw_facts);
    facts->arena = w->arena;
    facts->dns = mw_dns_new(source, NULL);
    facts->data = mw_arena_own(w->arena, mw_data_new(NULL), (GDestroyNotify)mw_data_free);
    facts->catalogue = mw_catalogue_new(facts->data, w->arena, &error);
    g_assert_no_error(error);
    facts->message = mw_message_read(w->arena, (mw_span){w->mail->str, w->mail->len}, &error);
    g_assert_no_error(error);
    w->trace.hops = mw_array_new(w->arena);
    g_ptr_array_add(w->trace.hops, &w->hop);
    facts->envelope = &w->envelope;
    facts->trace = &w->trace;
    facts->evidence = &w->evidence;
    facts->claims = mw_array_new(w->arena);
    facts->findings = mw_array_new(w->arena);
    facts->notices = mw_array_new(w->arena);
    facts->spf = &w->spf;
    facts->rdns = &w->rdns;
    facts->arc = &w->arc;
    facts->dkim = mw_array_new(w->arena);
    if (w->signature)
        g_ptr_array_add(facts->dkim, &w->dkim);
    facts->list_entries = mw_array_new(w->arena);
    g_ptr_array_add(facts->list_entries, &w->zen);
    g_ptr_array_add(facts->list_entries, &w->dbl);
    read_from(w);
    mw_dmarc_request request = {
        .from_domains = strings(w->arena, facts->from_domain), .spf = &w->spf, .dkim = facts->dkim};
    facts->dmarc = mw_dmarc_check(w->arena, facts->dns, &request);
    return facts->dns;
}

/* ---- what can be wrong ---- */

static void no_ptr(world *w) {
    w->rdns.result = MW_RDNS_NONE;
}
static void ptr_silent(world *w) {
    w->rdns.result = MW_RDNS_TEMPERROR;
}
static void ipv6(world *w) {
    mw_ip_parse(MW_SPAN("2001:db8::5"), &w->envelope.client_ip);
    w->zen.subject = "2001:db8::5";
}
static void ipv6_no_ptr(world *w) {
    ipv6(w);
    no_ptr(w);
}
static void no_tls(world *w) {
    w->hop.tls = false;
    w->hop.with = "ESMTP";
}
static void no_signature(world *w) {
    w->signature = false;
}
static void spf_fails(world *w) {
    w->spf.result = MW_SPF_FAIL;
}
static void nothing_passes(world *w) {
    spf_fails(w);
    no_signature(w);
}
static void ipv6_nothing_passes(world *w) {
    ipv6(w);
    nothing_passes(w);
}
static void spf_none_unsigned(world *w) {
    w->spf.result = MW_SPF_NONE;
    no_signature(w);
}
static void spf_none_no_policy(world *w) {
    spf_none_unsigned(w);
    replace(w->zone, "p=reject", "p=none");
}
static void spf_silent(world *w) {
    w->spf.result = MW_SPF_TEMPERROR;
    no_signature(w);
}
static void plus_all(world *w) {
    w->spf.record = "v=spf1 +all";
}
static void short_key(world *w) {
    w->dkim.key_bits = 512;
    w->dkim.result = MW_DKIM_POLICY;
}
static void no_dmarc(world *w) {
    g_string_assign(w->zone, "shop.example. 60 IN A 192.0.2.1\n");
}
static void not_aligned(world *w) {
    w->spf.domain = "esp.test";
    w->dkim.domain = "esp.test";
}
static void not_aligned_forwarded(world *w) {
    not_aligned(w);
    w->trace.forwarder = 0;
}
static void two_authors(world *w) {
    replace(w->mail, "news@shop.example>", "news@shop.example>, b@shop.example");
}
static void no_from(world *w) {
    replace(w->mail, "From: Shop <news@shop.example>", "X-From: x");
}
static void no_message_id(world *w) {
    replace(w->mail, "Message-ID: <1@shop.example>", "Message-ID: 1@shop");
}
static void two_subjects(world *w) {
    replace(w->mail, "Subject: Offers\r\n", "Subject: Offers\r\nSubject: More\r\n");
}
static void encoded(world *w) {
    replace(w->mail, "<news@shop.example>", "<=?utf-8?q?news?=@shop.example>");
}
static void from_gmail(world *w) {
    replace(w->mail, "news@shop.example", "shop@gmail.com");
}
static void no_post(world *w) {
    replace(w->mail, "List-Unsubscribe=One-Click", "yes");
}
static void unsubscribe_unsigned(world *w) {
    w->dkim.signed_fields = "from:to";
}
static void no_unsubscribe(world *w) {
    replace(w->mail, "List-Unsubscribe: ", "X-Unsubscribe: ");
}
static void on_xbl(world *w) {
    w->zen.state = MW_LIST_LISTED;
    w->zen.codes = strings(w->arena, "127.0.0.4");
}
static void on_pbl(world *w) {
    w->zen.state = MW_LIST_LISTED;
    w->zen.codes = strings(w->arena, "127.0.0.10");
}
static void refused(world *w) {
    w->zen.state = w->dbl.state = MW_LIST_REFUSED;
}
static void link_listed(world *w) {
    w->dbl.state = MW_LIST_LISTED;
}
static void no_such_domain(world *w) {
    w->envelope.mail_from_domain = "nowhere.test";
}
static void no_such_from(world *w) {
    replace(w->mail, "news@shop.example", "news@nowhere.test");
}
static void null_mx(world *w) {
    replace(w->zone, "MX 10 mx.shop.example.", "MX 0 .");
}
static void old_date(world *w) {
    replace(w->mail, "01 Nov 2026", "01 Sep 2026");
}
static void bare_helo(world *w) {
    w->envelope.helo = "203.0.113.5";
}
static void our_helo(world *w) {
    w->envelope.helo = "MX.receiver.example";
}
static void forwarded(world *w) {
    w->trace.forwarder = 0;
}

static void ed25519(world *w) {
    w->dkim.algorithm = "ed25519-sha256";
}
static void ed25519_alone(world *w) {
    ed25519(w);
    w->spf.result = MW_SPF_NONE;
}
static void generic_name(world *w) {
    w->generic = true;
}
static void large(world *w) {
    g_autofree char *line = g_strnfill(70, 'x');
    for (int i = 0; i < 47 * 1024 * 1024 / 72; i++)
        g_string_append_printf(w->mail, "%s\r\n", line);
}

typedef struct rule_case {
    const char *name;
    void (*change)(world *w);
    const char *receiver, *unmet; /* the rules that this leaves unmet, in the order of the file */
    const char *unknown;          /* beyond those that nobody can test */
    const char *reply;            /* how the predicted reply begins; NULL: none */
} rule_case;

static const rule_case cases[] = {
    {"good", NULL, "gmail", "", "", NULL},
    {"no PTR", no_ptr, "gmail", "G10", "", "550-5.7.25 The IP address sending"},
    {"PTR unanswered", ptr_silent, "gmail", "", "G10", NULL},
    {"IPv6", ipv6, "gmail", "", "", NULL},
    {"IPv6, no PTR", ipv6_no_ptr, "gmail", "G10 G11", "", "550-5.7.25"},
    {"IPv6, nothing passes", ipv6_nothing_passes, "gmail", "G11 G08 G01 G07 G02 G03 G06 G18", "",
     "550-5.7.1 "},
    {"no TLS", no_tls, "gmail", "G12", "", "550-5.7.29"},
    {"+all", plus_all, "gmail", "G09", "", "550 5.7.24"},
    {"nothing passes", nothing_passes, "gmail", "G08 G01 G07 G02 G03 G06 G18", "",
     "550-5.7.26 The MAIL FROM domain [shop.example] has an SPF record with a hard fail policy (-all) but it "
     "fails to "
     "pass SPF checks with the ip: [203.0.113.5]"},
    {"SPF none, not signed", spf_none_unsigned, "gmail", "G01 G07 G02 G03 G06 G18", "",
     "550-5.7.26 This mail has been blocked"},
    {"SPF fails, DKIM passes", spf_fails, "gmail", "G02", "", "550-5.7.27"},
    {"not signed", no_signature, "gmail", "G03 G18", "", "550-5.7.30"},
    {"SPF unanswered, not signed", spf_silent, "gmail", "G03 G18", "G09 G08 G01 G07 G02 G06", "550-5.7.30"},
    {"short key", short_key, "gmail", "G03 G04 G18", "", "550-5.7.30"},
    {"no DMARC", no_dmarc, "gmail", "G05", "", "550-5.7.40"},
    {"not aligned", not_aligned, "gmail", "G07 G06 G18", "",
     "550-5.7.26 Unauthenticated email from shop.example is not accepted"},
    {"not aligned, forwarded", not_aligned_forwarded, "gmail", "G07 G18", "", "550-5.7.26"},
    {"two authors", two_authors, "gmail", "G13", "", "550-5.7.1 Messages with multiple addresses"},
    {"no From", no_from, "gmail", "G05 G06 G13 G18", "", "550-5.7.40"},
    {"bad Message-ID", no_message_id, "gmail", "G14", "", "550-5.7.1 Messages missing a valid Message-ID"},
    {"two subjects", two_subjects, "gmail", "G15", "",
     "550-5.7.1 This message is not RFC 5322 compliant. There are multiple Subject"},
    {"encoded word", encoded, "gmail", "G16", "",
     "550-5.7.1 Encoded-word syntax is not permitted in message header From."},
    {"From gmail.com", from_gmail, "gmail", "G05 G06 G17 G18", "", "550-5.7.40"},
    {"no one-click", no_post, "gmail", "G18", "", NULL},
    {"one-click not signed", unsubscribe_unsigned, "gmail", "G18", "", NULL},

    {"good", NULL, "yahoo", "", "", NULL},
    {"on XBL", on_xbl, "yahoo", "Y10", "", "553 5.7.1 [BL23]"},
    {"on PBL", on_pbl, "yahoo", "Y10", "",
     "553 5.7.1 [BL21] Connections will not be accepted from 203.0.113.5"},
    {"lists refuse", refused, "yahoo", "", "Y10 Y11", NULL},
    {"no PTR", no_ptr, "yahoo", "Y06", "", "421 4.7.0 [TSS04]"},
    {"MAIL FROM domain missing", no_such_domain, "yahoo", "Y07", "",
     "554 Message not accepted due to unresolvable RFC.5321"},
    {"From domain missing", no_such_from, "yahoo", "Y07 Y03", "",
     "554 Message not accepted due to unresolvable RFC.5322"},
    {"null MX", null_mx, "yahoo", "Y08", "", "554 5.7.9"},
    {"SPF none, not signed", spf_none_no_policy, "yahoo", "Y01 Y02 Y03", "",
     "550 5.7.9 This mail has been blocked"},
    {"not aligned", not_aligned, "yahoo", "Y04 Y03", "", "554 5.7.9 Message not accepted for policy reasons"},
    {"SPF fails, DKIM passes", spf_fails, "yahoo", "Y02", "", "554 5.7.9"},
    {"no DMARC", no_dmarc, "yahoo", "Y03", "", "554 5.7.9"},
    {"short key", short_key, "yahoo", "Y02 Y05", "", "554 5.7.9"},
    {"two subjects", two_subjects, "yahoo", "Y09", "", "550 5.5.4 headers are not RFC compliant[Subject]"},
    {"old Date", old_date, "yahoo", "Y09", "", "550 5.5.4 headers are not RFC compliant[Date]"},
    {"listed link", link_listed, "yahoo", "Y11", "", "554 Message not allowed - [PH01]"},
    {"no unsubscribe", no_unsubscribe, "yahoo", "Y12", "", NULL},
    {"forwarded without a seal", forwarded, "yahoo", "Y14", "", NULL},

    {"good", NULL, "outlook", "", "", NULL},
    {"on XBL", on_xbl, "outlook", "M10", "", "550 OU-001 Unfortunately, messages from 203.0.113.5"},
    {"on PBL", on_pbl, "outlook", "M10 M06", "", "550 OU-001"},
    {"no PTR", no_ptr, "outlook", "M06", "", "550 DY-001"},
    {"IPv6, no PTR", ipv6_no_ptr, "outlook", "M06 M05", "", "550 DY-001"},
    {"IPv6, nothing passes", ipv6_nothing_passes, "outlook", "M05 M04 M01 M02 M03", "",
     "550 5.7.26 Access denied, a message sent over IPv6 [2001:db8::5]"},
    {"bare HELO", bare_helo, "outlook", "M08", "", "550 5.7.506"},
    {"the receiver's name as HELO", our_helo, "outlook", "M08", "", "550 5.7.506"},
    {"no From", no_from, "outlook", "M07 M03", "", "550 5.7.512"},
    {"not aligned", not_aligned, "outlook", "M04 M03", "",
     "550 5.7.509 Access denied, sending domain [shop.example] does not pass DMARC"},
    {"SPF fails, DKIM passes", spf_fails, "outlook", "M01", "",
     "550 5.7.515 Access denied, sending domain shop.example doesn't meet the required authentication level. "
     "Spf= Fail "
     ", Dkim= Pass , DMARC= Pass"},
    {"not signed", no_signature, "outlook", "M02", "", "550 5.7.515"},
    {"no DMARC", no_dmarc, "outlook", "M03", "", "550 5.7.515"},
    {"no unsubscribe", no_unsubscribe, "outlook", "M11", "", NULL},

    {"good", NULL, "apple", "", "", NULL},
    {"no PTR", no_ptr, "apple", "A05", "", "550 5.7.1 [CS01]"},
    {"not aligned", not_aligned, "apple", "A07", "",
     "554 5.7.1 Your message was rejected due to shop.example's"},
    {"SPF fails, DKIM passes", spf_fails, "apple", "A06", "", "554 5.7.1 [HM08]"},
    {"no DMARC", no_dmarc, "apple", "A08", "", "554 5.7.1 [HM08]"},
    {"two subjects", two_subjects, "apple", "A04", "", "550 5.7.1 [CS01]"},
    {"no unsubscribe", no_unsubscribe, "apple", "A02", "", NULL},
    {"forwarded without a seal", forwarded, "apple", "A03", "", NULL},

    {"ed25519", ed25519, "gmail", "G03 G18", "", "550-5.7.30"},
    {"ed25519 alone", ed25519_alone, "gmail", "G01 G07 G02 G03 G06 G18", "", "550-5.7.26"},
    {"ed25519 alone", ed25519_alone, "outlook", "M04 M01 M02 M03", "", "550 5.7.509"},
    {"ed25519", ed25519, "yahoo", "", "", NULL},

    {"good", NULL, "gmx", "", "", NULL},
    {"no PTR", no_ptr, "gmx", "X01", "", "554-gmx.net Nemesis ESMTP Service not available"},
    {"generic name", generic_name, "gmx", "X01", "", "554-gmx.net"},
    {"SPF fails, DKIM passes", spf_fails, "gmx", "X02", "", "550 Reject due to SPF policy"},
    {"not aligned", not_aligned, "gmx", "X03 X04 X05", "",
     "554 Transaction failed Reject due to domain's DMARC policy"},
    {"not signed", no_signature, "gmx", "X04 X05", "", NULL},
    {"no one-click", no_post, "gmx", "X05", "", NULL},

    {"good", NULL, "orange", "O07", "", NULL},
    {"no PTR", no_ptr, "orange", "O01 O07", "", "OFR_107"},
    {"bare HELO", bare_helo, "orange", "O02 O07", "", "OFR_201"},
    {"SPF fails, DKIM passes", spf_fails, "orange", "O03 O07", "",
     "550 5.5.0 SPF: shop.example is not allowed to send mail. OFR_401"},
    {"not signed", no_signature, "orange", "O04 O07", "", "OFR_535"},
    {"not aligned", not_aligned, "orange", "O05 O07", "",
     "571 5.7.1 Message refused, DMARC verification Failed."},
    {"large", large, "orange", "O06 O07", "", NULL},

    {"good", NULL, "laposte", "", "", NULL},
    {"not aligned", not_aligned, "laposte", "L01 L02", "", "571 5.7.1 Message refused, DMARC"},
    {"SPF none, not signed", spf_none_no_policy, "laposte", "L02", "", NULL},
    {"forwarded", not_aligned_forwarded, "laposte", "L01 L02", "", "571 5.7.1"},

    {"good", NULL, "tonline", "", "", NULL},
    {"on PBL", on_pbl, "tonline", "T01", "", "554 Dialup/transient IP not allowed."},
    {"no PTR", no_ptr, "tonline", "T01 T02", "", "554 Dialup/transient IP not allowed."},
    {"generic name", generic_name, "tonline", "T02", "", "554 Dialup/transient IP not allowed."},

    {"good", NULL, "mailru", "", "", NULL},
    {"no PTR", no_ptr, "mailru", "R01 R02", "", NULL},
    {"on PBL", on_pbl, "mailru", "R02", "", NULL},
    {"not aligned", not_aligned, "mailru", "R03", "",
     "550 5.7.1 This message was not accepted due to domain (shop.example) owner DMARC policy"},

    {"good", NULL, "cloudflare", "", "", NULL},
    {"SPF none, not signed", spf_none_no_policy, "cloudflare", "F01", "", NULL},
    {"not aligned", not_aligned, "cloudflare", "F02", "", NULL},

    {"good", NULL, "comcast", "", "", NULL},
    {"on XBL", on_xbl, "comcast", "C01", "", "554 comcast 203.0.113.5 found on one or more DNSBLs"},
    {"no PTR", no_ptr, "comcast", "C02 C03", "", "554 comcast 203.0.113.5 Comcast requires"},
    {"on PBL", on_pbl, "comcast", "C01 C03", "", "554 comcast 203.0.113.5 found"},
    {"not aligned", not_aligned, "comcast", "C04", "", "550 5.2.0 Message rejected due to DMARC."},
};

static char *ids_of(const mw_receiver *receiver, mw_rule_state state) {
    static const char *const never[] = {"G19", "G20", "Y13", "M09", "A01", "O08", "T03", "C05", NULL};
    g_autoptr(GString) ids = g_string_new(NULL);
    for (guint i = 0; i < receiver->rules->len; i++) {
        const mw_rule *rule = receiver->rules->pdata[i];
        if (g_strv_contains(never, rule->id))
            g_assert_cmpint(rule->state, ==, MW_RULE_UNKNOWN);
        else if (rule->state == state && (rule->applies || strcmp(rule->who, "forwarder") != 0))
            g_string_append_printf(ids, "%s%s", ids->len ? " " : "", rule->id);
    }
    return g_strdup(ids->str);
}

static void test_rules(gconstpointer data) {
    const rule_case *c = data;
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(GError) error = NULL;
    world *w = mw_new(arena, world);
    world_init(w, arena);
    if (c->change)
        c->change(w);
    g_autoptr(mw_dns) dns G_GNUC_UNUSED = build(w);
    if (c->change == plus_all)
        mw_hit(w->facts, "R_SPF_PLUSALL", "+all admits everybody");
    if (w->generic)
        mw_hit(w->facts, "HFILTER_HOSTNAME_3", "a name given out by the thousand");
    GPtrArray *all = mw_receivers_judge(w->facts, c->receiver, true, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(all->len, ==, 1);
    const mw_receiver *receiver = all->pdata[0];
    g_autofree char *unmet = ids_of(receiver, MW_RULE_NOT_MET), *unknown = ids_of(receiver, MW_RULE_UNKNOWN);
    g_assert_cmpstr(unmet, ==, c->unmet);
    g_assert_cmpstr(unknown, ==, c->unknown);
    if (c->reply) {
        g_assert_nonnull(receiver->predicted_reply);
        g_assert_cmpstr(mw_strndup(arena, receiver->predicted_reply, strlen(c->reply)), ==, c->reply);
    } else {
        g_assert_null(receiver->predicted_reply);
    }
    g_string_free(w->mail, TRUE);
    g_string_free(w->zone, TRUE);
}

/* Without --bulk a bulk rule is judged, but gives no reply. */
static void test_not_bulk(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(GError) error = NULL;
    world *w = mw_new(arena, world);
    world_init(w, arena);
    no_signature(w);
    g_autoptr(mw_dns) dns G_GNUC_UNUSED = build(w);
    GPtrArray *all = mw_receivers_judge(w->facts, "all", false, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(all->len, ==, 11);
    for (guint i = 0; i < all->len; i++) {
        const mw_receiver *receiver = all->pdata[i];
        if (strcmp(receiver->name, "orange") != 0) /* there a missing signature refuses anybody */
            g_assert_null(receiver->predicted_reply);
    }
    g_string_free(w->mail, TRUE);
    g_string_free(w->zone, TRUE);
}

static void test_names(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    static const char *const bad[] = {"", "gmail,", "hotmail", "../symbols/dmarc"};
    g_assert_true(mw_receivers_known(arena, "Gmail, yahoo,outlook", NULL));
    g_assert_true(mw_receivers_known(arena, "all", NULL));
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(mw_receivers_known(arena, bad[i], &error));
        g_assert_error(error, MW_ERROR, MW_ERROR_OPTION);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/receivers/%s/%s", cases[i].receiver, cases[i].name);
        g_test_add_data_func(path, &cases[i], test_rules);
    }
    g_test_add_func("/receivers/not_bulk", test_not_bulk);
    g_test_add_func("/receivers/names", test_names);
    return g_test_run();
}
