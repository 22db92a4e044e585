#include "reply/log.h"
#include "reply/told_test.h"
#include "base/error.h"

#include <glib/gstdio.h>

static const mw_smtp_reply *read_copy(mw_arena *arena, const char *text) {
    size_t len = strlen(text);
    g_autofree char *copy = g_memdup2(text, len ? len : 1); /* without its final NUL */
    return mw_smtp_reply_read(arena, (mw_span){copy, len});
}

static void test_codes(void) {
    static const struct {
        const char *text, *code, *enhanced, *words;
    } cases[] = {
        {"550 5.1.1 <a@example.org>: gone", "550", "5.1.1", "<a@example.org>: gone"},
        {"550-5.7.26 One line\r\n550-5.7.26 and another\r\n550 5.7.26 and the last", "550", "5.7.26",
         "One line and another and the last"},
        {"550-Reason: none\n550-Ask us\n550 end", "550", NULL, "Reason: none Ask us end"},
        {"smtp; 552 5.2.2 full", "552", "5.2.2", "full"},
        {"host mx.example.net[192.0.2.4] said: 554 5.7.1 no (in reply to RCPT TO command)", "554", "5.7.1",
         "no"},
        {"Remote host said: 421 4.7.0 [TSS04] later", "421", "4.7.0", "[TSS04] later"},
        {"5.1.0 - Unknown address error 550-'5.7.1 <a@b>... Access denied'", "550", "5.7.1",
         "<a@b>... Access denied'"},
        {"550 550 5.7.1 twice", "550", "5.7.1", "twice"},
        {"503 5.5.1 RCPT first 550 5.2.1 The account is disabled", "550", "5.2.1", "The account is disabled"},
        {"554-5.7.1 Service unavailable; blocked 554 5.7.1 See our page", "554", "5.7.1",
         "Service unavailable; blocked See our page"},
        {"550 5.2.1 disabled 503 5.5.1 RCPT first", "550", "5.2.1", "disabled 503 5.5.1 RCPT first"},
        {"554 <a@example.org>... 550 Host unknown", "550", NULL, "Host unknown"},
        {"Could not deliver for the last 432000 seconds", NULL, NULL,
         "Could not deliver for the last 432000 seconds"},
        {"tried for 500 seconds", NULL, NULL, "tried for 500 seconds"},
        {"no SMTP connection. (#4.4.1) I give up", NULL, "4.4.1", "no SMTP connection. (#4.4.1) I give up"},
        {"connect to 192.0.2.4:25 version 4.4.4", NULL, NULL, "connect to 192.0.2.4:25 version 4.4.4"},
        {"ERROR_CODE :550, ERROR_CODE :5.1.1 <a@b>... User Unknown", "550", "5.1.1",
         ", ERROR_CODE :5.1.1 <a@b>... User Unknown"},
        {"Deferred: 421", "421", NULL, ""},
        {"Sending failed: 4.2.2 mailbox full (452)", "452", "4.2.2", "Sending failed: 4.2.2 mailbox full"},
        {"SMTP server error: DATA END command failed Detail: over your limit, used: 487 SMTP code: 552 "
         "Additional SMTP info: 5.2.3",
         "552", "5.2.3", "over your limit, used: 487"},
        {"STARTTLS is not offered here., code: 500", "500", NULL, "STARTTLS is not offered here"},
        {"SMTP code: 550", "550", NULL, ""},
        {"milter-reject: DATA from mx.shop.example[203.0.113.9]: 550 5.7.1 Command rejected; from=<a@b> "
         "to=<c@d> "
         "proto=ESMTP helo=<mx.shop.example>",
         "550", "5.7.1", "Command rejected"},
        {"milter-reject: END-OF-MESSAGE from unknown[203.0.113.9]: 5.7.1 Not today; from=<a@b> to=<c@d> "
         "proto=SMTP "
         "helo=<x>",
         NULL, "5.7.1", "Not today"},
        {"550", "550", NULL, ""},
        {"550-5.7.1", "550", "5.7.1", ""},
        {"5.7.26", NULL, "5.7.26", ""},
        {"", NULL, NULL, ""},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const mw_smtp_reply *reply = read_copy(arena, cases[i].text);
        if (g_strcmp0(reply->code, cases[i].code) || g_strcmp0(reply->enhanced, cases[i].enhanced) ||
            strcmp(reply->words, cases[i].words))
            g_error("\"%s\": got %s %s \"%s\"", cases[i].text, reply->code, reply->enhanced, reply->words);
    }
}

static void test_hosts(void) {
    static const struct {
        const char *text, *host, *ip, *command;
    } cases[] = {
        {"host mx.example.net[192.0.2.4] said: 550 x (in reply to end of DATA command)", "mx.example.net",
         "192.0.2.4", "end of DATA"},
        {"SMTP error from remote mail server after RCPT TO:<a@b>: host mx.example.net [192.0.2.4]: 550 x",
         "mx.example.net", "192.0.2.4", "RCPT TO"},
        {"mx.example.net [192.0.2.4] did not like our RCPT TO: 550 x", "mx.example.net", "192.0.2.4",
         "RCPT TO"},
        {"192.0.2.4 does not like recipient. Remote host said: 550 x", "192.0.2.4", "192.0.2.4", "RCPT TO"},
        {"mx.example.net gave this error: Spam message rejected", "mx.example.net", "", NULL},
        {"mx.example.net Remote Server returned '550 x", "mx.example.net", "", NULL},
        {"a@example.net Remote Server returned '550 x", NULL, "", NULL},
        {"mx.example.net #550 5.7.1 x", "mx.example.net", "", NULL},
        {"by the server for example.com by mx.example.net. [192.0.2.4]. It said: 550 x", "mx.example.net",
         "192.0.2.4", NULL},
        {"550 nobody said it", NULL, "", NULL},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const mw_smtp_reply *reply = read_copy(arena, cases[i].text);
        g_assert_cmpstr(reply->host, ==, cases[i].host);
        g_assert_cmpstr(mw_ip_text(arena, &reply->host_ip), ==, cases[i].ip);
        g_assert_cmpstr(reply->command, ==, cases[i].command);
    }
}

static void test_names(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_reply_names *n = mw_smtp_reply_names(
        arena,
        read_copy(arena, "550 5.7.515 Access denied, sending domain [NEWS.Example.ORG] does not meet the "
                         "required authentication level. Spf= Fail , Dkim= Pass , DMARC= Pass "
                         "[AB1.prod.outlook.com 2026-01-01T00:00:00.000Z]"));
    g_assert_cmpstr(n->spf, ==, "fail");
    g_assert_cmpstr(n->dkim, ==, "pass");
    g_assert_cmpstr(n->dmarc, ==, "pass");
    g_assert_cmpuint(n->domains->len, ==, 1);
    g_assert_cmpstr(n->domains->pdata[0], ==, "news.example.org");
    n = mw_smtp_reply_names(
        arena, read_copy(arena, "554 5.7.1 Service unavailable; Client host [203.0.113.7] blocked using "
                                "zen.spamhaus.org; https://www.spamhaus.org/query/ip/203.0.113.7"));
    g_assert_cmpstr(n->list, ==, "zen.spamhaus.org");
    g_assert_cmpuint(n->ips->len, ==, 1);
    g_assert_cmpuint(n->urls->len, ==, 1);
    g_assert_cmpstr(n->urls->pdata[0], ==, "https://www.spamhaus.org/query/ip/203.0.113.7");
    n = mw_smtp_reply_names(
        arena, read_copy(arena, "550 5.7.1 part of their network is on our block list (S3140)."));
    g_assert_cmpstr(n->vendor_code, ==, "S3140");
    n = mw_smtp_reply_names(arena, read_copy(arena, "550 5.7.26 ip: [2001:db8::1]"));
    g_assert_cmpuint(n->ips->len, ==, 1);
}

static void test_spf_domain(void) {
    static const struct {
        const char *text, *domain;
    } cases[] = {
        {"550 5.7.26 DKIM = did not pass SPF [News.Shop.example] with ip: [203.0.113.7] = did not pass",
         "news.shop.example"},
        {"550 5.7.26 The MAIL FROM domain [shop.example] has an SPF record with a hard fail policy",
         "shop.example"},
        {"550 SPF check failed; see spf.example/why?mailfrom=ann@shop.example", "shop.example"},
        {"550 5.7.26 Unauthenticated email from shop.example is not accepted", NULL}, /* that is From's */
        {"550 SPF [a.example] = did not pass; the MAIL FROM domain [b.example] too", NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        const mw_reply_names *n = mw_smtp_reply_names(arena, read_copy(arena, cases[i].text));
        g_assert_cmpstr(n->spf_domain, ==, cases[i].domain);
    }
}

/* What support pages quote, and the wordings of our own that vary them. */
static void test_causes(void) {
    static const told cases[] = {
        {"554 5.7.1 Spam message rejected", "content"},
        {"mx.shop.example gave this error: Spam message rejected", "content"},
        {"554 5.7.1 <host.example[203.0.113.7]>: Client host rejected: Access denied", "policy"},
        {"553 envelope sender mismatch with the login name", "policy"},
        {"501 the sender address must be the same as the logged in user", "policy"},
        {"550 unknown sender address", "policy"},
        {"550 message text: spam link found", "url"},
        {"STARTTLS upgrade failed: the certificate has expired", "tls"},
        {"cannot connect using TLS: the session failed", "tls"},
        {"550 the sending domain's policy asks to reject this mail", "dmarc"},
        {"451 write error or disk full (#4.3.0)", "system"},
        {"421 4.3.2 all server processes are busy", "system"},
        {"554 5.7.1 recipient verification has failed", "mailbox"},
        {"550 no mail from blacklisted host 203.0.113.7, connection from blocklisted address", "dnsbl"},
        {"5.7.1 only 20 messages per day are taken", "rate"},
        {"Ratelimit of the user exceeded (451)", "rate"},
        {"554 5.7.1 your domain is not welcome here", "policy"},
        {"421 mx.example.net connection refused from [203.0.113.7]", "reputation"},
        {"550 5.7.1 Connection refused - a rule", "policy"},
        {"550 example.org is blocked", "policy"},
        {"521 <203.0.113.7> is blocked", "reputation"},
        {"504 5.5.2 <me@host>: Sender address rejected: need fully-qualified address", "syntax"},
        {"501 5.5.4 Bad argument: invalid domain name", "syntax"},
        {"No SMTP servers are available for example.com", "network"},
        {"554 Host not available - access denied", "policy"},
        {"451 4.7.1 Temporarily rejected, try again later", "unknown"},
        {"550 Message was rejected", "unknown"},
        {"554 mx7.example.net esmtp f00dBeef", "unknown"},
        {"550 Requested action not taken: mailbox unavailable. Sender address is not allowed.", "policy"},
        {"554 mx.example.net ESMTP no SMTP service here IB504", "reputation"},
        {"554 5.7.1 Service unavailable; Client host [203.0.113.7] blocked using zen.spamhaus.org", "dnsbl"},
        {"550 5.7.1 Service unavailable, host 203.0.113.7 is listed in bl.example.net", "dnsbl"},
        {"554 5.7.1 <a@example.com>: Relay access denied", "relay"},
        {"554 5.7.1 <a@example.com>: Recipient address rejected: Access denied", "policy"},
        {"550 5.4.1 Recipient address rejected: Access denied. [X.prod.protection.outlook.com]", "mailbox"},
        {"554 5.7.1 Message cannot be accepted, rules rejection", "content"},
        {"554 5.7.1 Message refused by Dictionary check", "content"},
        {"554 5.7.1 Relay Access Denied for One Domain", "relay"},
        {"554 5.7.1 Message cannot be accepted, spam rejection", "content"},
        {"554 5.7.1 Message refused by DNSBL check", "dnsbl"},
        {"554 5.7.1 <a@example.com>: Sender address rejected: Access denied", "policy"},
        {"554 Message rejected for policy reasons", "policy"},
        {"550-5.7.1 This message is likely unsolicited email", "content"},
        {"550-5.7.1 This message is likely suspicious due to the very low reputation of the sending IP "
         "address",
         "reputation"},
        {"550-5.7.1", "unknown"},
        {"554 5.7.1", "unknown"},
        {"550 5.7.1 qqq zzz qqq", "policy"},
        {"550", "unknown"},
        {"SPF check failed", "spf"},
        {"DKIM signature verification failed", "dkim"},
        {"550-5.7.24 The SPF record of the sending domain has one or more suspicious entries", "spf"},
        {"550-5.7.25 The IP address sending this message does not have a PTR record setup", "ptr"},
        {"550-5.7.25 The sending IP does not match the IP address of the hostname specified in the pointer "
         "(PTR) "
         "record",
         "ptr"},
        {"550-5.7.26 This email has been blocked because the sender is unauthenticated", "spf"},
        {"550-5.7.26 The MAIL FROM domain [example.com] has an SPF record with a hard fail policy (-all) but "
         "it "
         "fails to pass SPF checks",
         "spf"},
        {"550-5.7.26 Unauthenticated email from example.com is not accepted due to domain's DMARC policy",
         "dmarc"},
        {"550-5.7.27 This email has been blocked because SPF does not pass", "spf"},
        {"550-5.7.28 There is an unusual rate of unsolicited email originating from your IP address", "rate"},
        {"550-5.7.30 This email has been blocked because DKIM does not pass", "dkim"},
        {"550 5.1.1 user unknown", "mailbox"},
        {"552 5.2.2 mailbox full", "mailbox"},
        {"The inbox is full, or gets too much mail.", "mailbox"},
        {"550 5.1.1 anna@example.com: Recipient address rejected: example.com", "mailbox"},
        {"Recipient address rejected: Please try again later", "greylist"},
        {"550 5.7.1 account suspended, sending disabled", "policy"},
        {"550 5.4.5 Daily user sending limit exceeded", "rate"},
        {"450 4.7.1 Client host rejected: cannot find your reverse hostname, [203.0.113.7]", "ptr"},
        {"550 5.7.1 ARC chain validation failed", "arc"},
        {"451 4.7.1 Greylisting in action, please come back later", "greylist"},
        {"550 5.7.20 No passing DKIM signature found", "dkim"},
        {"Connection timed out", "network"},
        {"554 5.4.6 Too many hops", "network"},
        {"452 4.3.1 Insufficient system storage", "system"},
        {"530 5.7.0 Must issue a STARTTLS command first", "tls"},
        {"535 5.7.8 Error: authentication failed: (reason unavailable)", "relay"},
        {"504 5.5.2 <pc>: Helo command rejected: need fully-qualified hostname", "helo"},
        {"552 5.3.4 Message size exceeds fixed limit", "size"},
        {"550 5.7.1 Message contains a link on URIBL", "url"},
        {"550 maximum allowed line length is 998 octets, got 2000", "syntax"},
        {"550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required", "policy"},
        {"550 Requested action not taken: mailbox unavailable. Reject due to policy restrictions", "policy"},
        {"550 Requested action not taken: mailbox unavailable. Sender address has null MX", "policy"},
        {"550 IP 203.0.113.9 is blocked. See https://www.abuseat.org/lookup.cgi?ip=203.0.113.9", "dnsbl"},
        {"550 5.7.1 sender blocked by our policy, see https://help.example.com/", "policy"},
        {"554 5.7.1 client blocked by bl.example.com", "dnsbl"},
        {"550 no mail from hosts without a valid reverse lookup (PTR)", "ptr"},
        {"550 5.7.1 <mail.example.org[203.0.113.9]>: HELO name does not match", "helo"},
        {"571 Email from 203.0.113.9 is currently blocked here", "reputation"},
        {"452 4.3.1 Out of disk space, come back later", "system"},
        {"the user's maildir has overdrawn its quota", "mailbox"},
        {"User mailbox exceeds allowed size: anna@example.com", "mailbox"},
        {"550 #5.1.0 Address rejected.", "mailbox"},
        {"This address no longer accepts mail.", "mailbox"},
        {"Network error on all of the destination's servers", "network"},
        {"550 Messages should have one or no Date headers, not 2.", "syntax"},
        {"550 5.4.6 Unusual sending activity detected", "policy"},
        {"550 203.0.113.9 is blocked by UCEPROTECT-Level 2", "dnsbl"},
        {"550 5.7.1 your IP has been found on a block list", "dnsbl"},
        {"421 4.7.1 First time sender, please retry in 5 minutes", "greylist"},
        {"550 5.7.1 HELO/EHLO hostname must be fully qualified", "helo"},
        {"550 #5.7.1 Your email failed domain alignment checks", "dmarc"},
        {"550 5.7.1 Message rejected because of unacceptable content", "content"},
        {"550 5.7.1 The document holds macros", "content"},
        {"550 5.7.1 A link in this message is on our list", "url"},
        {"421 4.7.0 Encryption too weak", "tls"},
        {"Server certificate not verified for mx.example.com", "tls"},
        {"550-Verification failed for <shop@example.org>", "policy"},
        {"550 5.7.60 Client does not have permissions to send as this sender", "policy"},
        {"550 5.1.1 Recipient verification failed", "mailbox"},
        {"lowest numbered MX record points to local host", "network"},
        /* the words of an address are not those of a cause */
        {"550 <spam-virus@example.com> does not exist", "mailbox"},
        {"550 Mailbox ( anna@example.com ) not found or inactive", "mailbox"},
        {"550 5.7.1 Mailbox \"reputation@example.com\" is over quota", "mailbox"},
        {"User anna (anna@example.com) not listed in the company directory", "mailbox"},
        {"unknown mailer error 4", "system"},
        {"550 Indirizzo anna@example.com inesistente", "mailbox"},
        {"550 utente sconosciuto", "mailbox"},
        {"550 relaying to <anna@example.com> is prohibited by the administrator", "relay"},
        {"451 System too busy, come back later", "system"},
        {"451 4.4.0 example.com: malformed name server reply", "network"},
        {"554 5.7.1 Server access forbidden by your IP 203.0.113.9", "reputation"},
        {"550 5.7.1 null sender is not accepted here", "policy"},
        {"550 the recipient refuses this mail by user rules", "policy"},
        {"550 they do not have a mailbox here, so go away please", "mailbox"},
        {"451 reply to this and confirm that you are a real person", "policy"},
        {"554 refused because of repeated abuse, come back never", "reputation"},
        {"554 that breaks our house rules and violates the company guideline 7", "policy"},
        {"550 the addressee does not wish to receive your letters", "policy"},
        {"550 headers are too large: 40 kB of 32", "syntax"},
        {"451 4.4.3 DNS timeout while evaluating SPF", "spf"},
        {"450 4.7.25 Client host rejected", "ptr"}, /* the status names the check, the words none */
        {"550 OFR008_535 refuse [535]", "dkim"},
        {"421 OFR008_203 refuse [203]", "helo"},
        /* other languages */
        {"550 Diesen Teilnehmer gibt es nicht", "mailbox"},
        {"550 Deze gebruiker bestaat niet", "mailbox"},
        {"552 Skrzynka przepełniona", "mailbox"},
        {"550 La cuenta fue cancelada", "mailbox"},
        {"552 Ce courriel: message trop lourd", "size"},
        {"552 Слишком большой файл", "size"},
        {"421 Demasiadas conexiones desde su red", "rate"},
        {"530 Anmeldung erforderlich", "relay"},
        {"554 Adres IP zablokowany", "reputation"},
        {"554 votre serveur est sur une liste noire", "dnsbl"},
        {"550 Mittente bloccato", "policy"},
        {"Il server remoto non risponde", "network"},
        {"550 Domaine du destinataire introuvable", "network"},
        {"550 Message refusé : adresse bloquée", "policy"},
        {"452 the quota of your subscription is used", "rate"},
        {"550 our users send via port 587 with a password", "relay"},
        {"550 this list does not accept mail from outside senders", "policy"},
        {"the TLSA records of the peer do not match", "tls"},
        {"451 the virus scanner could not be reached", "system"},
        {"554 a website named in the text is blocklisted", "url"},
        {"554 eight bit headers are not wanted", "syntax"},
        {"the MX of example.com is an alias (CNAME)", "network"},
        {"lda: permission denied", "system"}, /* what says little gives way */
        {"550 5.7.29 qqq zzz", "arc"},
        {"552 Speicherlimit des Empfängers erreicht", "mailbox"},
        {"550 邮箱不存在", "mailbox"},
        {"552 quota for anna@example.com is used up", "mailbox"},
        {"550 <anna@example.com> isn't a user of this system", "mailbox"},
        {"550 This address no longer accepts mail", "mailbox"},
        {"550 user account locked for inactivity", "mailbox"},
        {"550 5.1.6 mailbox has moved, no forwarding address known", "mailbox"},
        {"552 5.2.2 disk quota exceeded for user anna", "mailbox"},
        {"553 sorry, that domain is not handled here", "relay"},
        {"550 SMTP AUTH needed for sending", "relay"},
        {"550 cannot route to outside domain without login", "relay"},
        {"554 5.7.1 third-party mail not permitted", "relay"},
        {"554 Dynamic IP not accepted", "policy"},
        {"550 IP blocklisted by UCEPROTECT level 2", "dnsbl"},
        {"554 5.7.1 ACL dns_rbl; IP in black list", "dnsbl"},
        {"550 mail from listed hosts is refused, see https://www.abuseat.org/lookup.cgi?ip=203.0.113.4",
         "dnsbl"},
        {"550 Your network has been blocked by us", "reputation"},
        {"550 Too many complaints from our users about you", "reputation"},
        {"550 Your IP has been banned", "reputation"},
        {"550 we block your provider", "reputation"},
        {"550 maximum emails per hour reached for this domain", "rate"},
        {"451 Zu viele Nachrichten von Ihrem Server", "rate"},
        {"550 Daily quota of messages reached", "rate"},
        {"452 Recipient limit for one message reached", "rate"},
        {"451 灰名单，请稍后重试", "greylist"},
        {"451 Could not complete sender verify callout, greylisting", "greylist"},
        {"451 4.7.1 deferring unknown triplet", "greylist"},
        {"451 Greylisting: réessayez dans 5 minutes", "greylist"},
        {"550 5.7.23 sender policy check failed", "spf"},
        {"550 SPF non superato", "spf"},
        {"550 SPF-Prüfung fehlgeschlagen", "spf"},
        {"550 invalid SPF syntax", "spf"},
        {"550 DKIM-Signatur ungültig", "dkim"},
        {"550 public key for signature not found in DNS", "dkim"},
        {"550 message signature invalid", "dkim"},
        {"550 DKIM check did not pass", "dkim"},
        {"550 DMARC-Richtlinie nicht erfüllt", "dmarc"},
        {"550 5.7.1 Email quarantined by sender's published policy", "dmarc"},
        {"554 5.7.5 Permanent error evaluating DMARC policy", "dmarc"},
        {"550 Email rejected per DMARC policy for example.com", "dmarc"},
        {"550 ARC seal not valid", "arc"},
        {"550 authenticated received chain broken", "arc"},
        {"550 ARC chain did not validate", "arc"},
        {"550 5.7.29 bad seal", "arc"},
        {"550 5.7.1 Fix reverse DNS for 203.0.113.4", "ptr"},
        {"550 Brak wpisu revDNS", "ptr"},
        {"550 mail servers must have matching forward and reverse records", "ptr"},
        {"554 5.7.1 The IP address 203.0.113.4 must have a PTR", "ptr"},
        {"554 Fake HELO", "helo"},
        {"550 5.7.1 EHLO hostname has no A record", "helo"},
        {"554 HELO name and IP address differ", "helo"},
        {"550 you greeted us with localhost", "helo"},
        {"552 5.7.0 This message was blocked because its content presents a security risk", "content"},
        {"554 Rejected: zip file with an executable inside", "content"},
        {"571 Delivery not authorized, message refused due to its content", "content"},
        {"554 forbidden file in message", "content"},
        {"550 forbidden URL", "url"},
        {"550 your message refers to a site that is known for phishing", "url"},
        {"554 web link blocked", "url"},
        {"550 5.7.1 URL in message is on the URIBL", "url"},
        {"550 You're not permitted to mail this group", "policy"},
        {"550 Sender not on allow list", "policy"},
        {"550 Rejected by recipient's settings", "policy"},
        {"554 5.7.1 Sender not permitted by the list", "policy"},
        {"550 administrative prohibition", "policy"},
        {"550 Not accepted: sender is not a member", "policy"},
        {"550 senders from your country are not accepted", "policy"},
        {"550 this address does not receive replies", "policy"},
        {"552 message is bigger than we take", "size"},
        {"523 message length over limit", "size"},
        {"552 Mail exceeds 25000 KB", "size"},
        {"552 5.3.4 Message size exceeds fixed limit", "size"},
        {"450 TLS error while connecting", "tls"},
        {"550 Se requiere TLS", "tls"},
        {"550 Verschlüsselung erforderlich", "tls"},
        {"454 4.7.5 The remote certificate was rejected as it has expired", "tls"},
        {"550 unable to parse message", "syntax"},
        {"503 5.5.1 MAIL first", "syntax"},
        {"500 what?", "syntax"},
        {"501 extra characters after address", "syntax"},
        {"cannot find a mail server for that domain", "network"},
        {"name of the receiving server could not be resolved", "network"},
        {"the receiving side dropped the link", "network"},
        {"550 5.4.316 Message expired, connection refused", "network"},
        {"451 scanning engine not responding", "system"},
        {"451 We are having problems right now", "system"},
        {"451 our disk is full", "system"},
        {"451 can't look up user right now", "system"},
        {"451 temporary failure", "unknown"},
        {"550 Unfortunately your mail was not accepted.", "unknown"},
        {"554 Not delivered", "unknown"},
        {"550 Rejected", "unknown"},
        {"570 qqq zzz", "unknown"},
    };
    check_told(cases, G_N_ELEMENTS(cases));
}

/* Sisimai's names: by the wording, and by the command and the status beside it. */
static void test_reasons(void) {
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"550 5.1.1 <anna@example.com>: User unknown (in reply to end of DATA command)", "userunknown"},
        {"550 <anna@example.com>: User unknown (in reply to end of DATA command)", "filtered"},
        {"550 <anna@example.com>: User unknown (in reply to RCPT TO command)", "userunknown"},
        {"550 no such user here [RCPT_TO]", "userunknown"},
        {"550 5.2.0 <anna@example.com>: User unknown", "filtered"},
        {"550 5.0.0 <anna@example.com>: User unknown", "userunknown"},
        {"550 5.7.1 Access denied (in reply to MAIL FROM command)", "rejected"},
        {"550 5.7.1 Access denied (in reply to EHLO command)", "blocked"},
        {"550 5.7.1 Access denied", "securityerror"},
        {"550 Access denied by our policy", "policyviolation"},
        {"connect to mx.example.com[192.0.2.9]:25: Connection timed out", "expired"},
        {"connect to mx.example.com[192.0.2.9]:25: No route to host", "networkerror"},
        {"452 4.3.1 Insufficient disk space", "systemfull"},
        {"451 4.3.0 Internal error", "systemerror"},
        {"Command died with status 9: \"/usr/local/bin/filter\"", "mailererror"},
        {"552 5.2.3 too large for this mailbox, its limit is 5 MB", "exceedlimit"},
        {"552 5.3.4 Message size exceeds the limit", "mesgtoobig"},
        {"550 5.9.9 qqq zzz qqq", "onhold"},
        {"550 5.1.2 qqq zzz qqq", "hostunknown"},
        {"550 5.7.25 qqq zzz qqq", "requireptr"},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(mw_data) data = mw_data_new(NULL);
    const mw_reply_catalogue *catalogue = mw_reply_catalogue_of(data, NULL);
    bool good = true;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const mw_meaning *m = mw_reply_meaning(catalogue, arena, read_copy(arena, cases[i].text));
        if (strcmp(m->reason, cases[i].reason) != 0) {
            g_test_message("\"%s\": want %s, got %s (%s)", cases[i].text, cases[i].reason, m->reason, m->row);
            good = false;
        }
    }
    g_assert_true(good);
}

/* Octal escapes, glued lines, a transcript's marks, a long reply whose last line counts. */
static void test_forms(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_smtp_reply *r = read_copy(arena, "550 5.7.1 Message refus\\303\\251");
    g_assert_cmpstr(r->words, ==, "Message refus\303\251");
    r = read_copy(arena, "550 5.7.1 Refus\\351: retry timeout exceeded"); /* Latin-1, and Exim's own words */
    g_assert_cmpstr(r->words, ==, "Refus\303\251");
    r = read_copy(arena, "550 5.7.1 Refus\351");
    g_assert_cmpstr(r->words, ==, "Refus\303\251");
    r = read_copy(arena, "550 5.7.26 mail is unauthenticated.5.7.26 Set up SPF");
    g_assert_cmpstr(r->words, ==, "mail is unauthenticated. Set up SPF");
    r = read_copy(arena, "550-5.7.26 an SPF record with a hard5.7.26 fail policy"); /* OpenSMTPD */
    g_assert_cmpstr(r->words, ==, "an SPF record with a hard fail policy");
    r = read_copy(arena, "550 5.7.1 no 5.7.1 mail"); /* Haraka */
    g_assert_cmpstr(r->words, ==, "no mail");
    r = read_copy(arena, "550 5.7.1 see error 5.7.1 for help");
    g_assert_cmpstr(r->words, ==, "see error 5.7.1 for help");
    r = read_copy(arena, "<<< 550-no such\n<<< 550 person here");
    g_assert_cmpstr(r->words, ==, "no such person here");
    g_autoptr(GString) text = g_string_new("550-5.7.1 word");
    for (int i = 0; i < 800; i++)
        g_string_append(text, " word");
    g_string_append(text, "\n550 5.7.1 SPF check failed");
    g_autoptr(mw_data) data = mw_data_new(NULL);
    const mw_meaning *m =
        mw_reply_meaning(mw_reply_catalogue_of(data, NULL), arena, read_copy(arena, text->str));
    g_assert_cmpstr(m->cause, ==, "spf");
}

static void test_log(void) {
    static const char log[] = "Nov 27 10:00:00 mx postfix/smtp[1]: A: status=bounced (host "
                              "mx.example.com[192.0.2.4] said: 550 5.1.1 "
                              "<anna@example.com>: no such user (in reply to RCPT TO command))\n"
                              "Nov 27 10:00:01 mx postfix/smtp[2]: B: status=sent (250 ok)\n"
                              "Nov 27 10:00:02 mx postfix/smtp[3]: C: status=deferred (host "
                              "mx.example.com[192.0.2.4] said: 451 4.7.1 "
                              "Greylisted)\n"
                              "Nov 27 10:00:03 mx postfix/smtp[4]: D: status=bounced (host "
                              "mx.example.com[192.0.2.4] said: 550 5.1.1 "
                              "<bob@example.com>: no such user (in reply to RCPT TO command))\n";
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_reply_log *read = mw_reply_log_read(arena, mw_span_of(log));
    g_assert_cmpuint(read->lines, ==, 3);
    g_assert_cmpuint(read->replies->len, ==, 2);
    const mw_logged_reply *first = read->replies->pdata[0], *second = read->replies->pdata[1];
    g_assert_cmpuint(first->count, ==, 2);
    g_assert_cmpstr(first->reply->enhanced, ==, "5.1.1");
    g_assert_cmpstr(second->reply->words, ==, "Greylisted");
    static const char silent[] =
        "Nov 27 10:00:00 mx postfix/smtp[1]: A: to=<a@example.net>, status=deferred (connect to "
        "mx.example.net[192.0.2.4]:25: Connection timed out)\n"
        "Nov 27 10:05:00 mx postfix/smtp[2]: B: to=<b@example.net>, status=deferred (connect to "
        "mx.example.net[192.0.2.4]:25: Connection timed out)\n"
        "Nov 27 10:06:00 mx sendmail[3]: C: to=<c@example.net>, dsn=5.1.1, stat=User unknown\n"
        "Nov 27 10:07:00 mx sendmail[4]: D: dsn=5.6.0, reply=554 5.7.1 Taken for spam, stat=Data format "
        "error\n"
        "@400000006567a1b20000 delivery 1: success: 192.0.2.4_accepted_message./\n"
        "2026-11-27T10:00:02.000Z,,EX01,192.0.2.4,mx.example.net,,Internet,SMTP,DEFER,1,<m>,,"
        "d@example.net,[{LED=451 4.7.0 Temporary server error}]\n"
        "2026-11-27T10:00:03.000Z,,EX01,192.0.2.4,mx.example.net,,Internet,SMTP,SEND,1,<m>,,"
        "e@example.net,250 2.1.5 ok\n";
    read = mw_reply_log_read(arena, mw_span_of(silent));
    g_assert_cmpuint(read->lines, ==, 5);
    g_assert_cmpuint(read->replies->len, ==, 4);
    first = read->replies->pdata[0];
    g_assert_cmpuint(first->count, ==, 2);
    second = read->replies->pdata[2];
    g_assert_cmpstr(second->reply->match, ==, "554 5.7.1 Taken for spam");
    second = read->replies->pdata[3];
    g_assert_cmpstr(second->reply->match, ==, "451 4.7.0 Temporary server error");
    g_assert_cmpstr(first->reply->words, ==, "connect to mx.example.net[192.0.2.4]:25: Connection timed out");
    read = mw_reply_log_read(arena, MW_SPAN("550-5.7.1 one\n550 5.7.1 reply\n  folded\n452 4.2.2 another"));
    g_assert_cmpuint(read->replies->len, ==, 2);
    read = mw_reply_log_read(arena, MW_SPAN("550-5.7.1 one\n550 5.7.1 reply"));
    g_assert_cmpuint(read->lines, ==, 1);
}

/* The second opinion speaks where no row does, with the words that it rests on; never against a status that
 * says more. */
static void test_opinion(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(mw_data) data = mw_data_new(NULL);
    const mw_reply_catalogue *catalogue = mw_reply_catalogue_of(data, NULL);
    const mw_meaning *m = mw_reply_meaning(catalogue, arena, read_copy(arena, "550 you mail us too eagerly"));
    g_assert_cmpint(m->basis, ==, MW_BASIS_OPINION);
    g_assert_cmpstr(m->cause, ==, "rate");
    g_assert_cmpfloat(m->opinion->certainty, >, 0.4);
    g_assert_nonnull(m->opinion->words[0]);
    m = mw_reply_meaning(catalogue, arena, read_copy(arena, "550 5.1.6 you mail us too eagerly"));
    g_assert_cmpstr(m->cause, ==, "mailbox");
    g_assert_null(mw_opinion_read(arena, mw_data_model(data), MW_SPAN("123 a@example.com")));
    g_assert_null(mw_opinion_read(arena, MW_SPAN("MWOP"), MW_SPAN("no such user")));
}

/* A folder's own model stands in for the built-in one, and one that is none is an error. */
static void test_own_model(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(mw_data) builtin = mw_data_new(NULL);
    g_autofree char *folder = g_dir_make_tmp("mailwhy-model-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "replies.model", NULL);
    mw_span model = mw_data_model(builtin);
    char *own = mw_memdup(arena, model.data, model.len);
    size_t name = mw_span_search(model, "rate");
    memcpy(own + name, "size", 4);
    g_assert_true(g_file_set_contents(path, own, (gssize)model.len, NULL));
    g_autoptr(mw_data) data = mw_data_new(folder);
    g_assert_true(mw_data_load(data, NULL));
    const mw_reply_catalogue *catalogue = mw_reply_catalogue_of(data, NULL);
    const mw_meaning *m = mw_reply_meaning(catalogue, arena, read_copy(arena, "550 you mail us too eagerly"));
    g_assert_cmpstr(m->cause, ==, "size");
    g_assert_true(g_file_set_contents(path, own, (gssize)model.len - 1, NULL));
    g_autoptr(mw_data) cut = mw_data_new(folder);
    g_autoptr(GError) error = NULL;
    g_assert_true(mw_data_load(cut, NULL));
    g_assert_null(mw_reply_catalogue_of(cut, &error));
    g_assert_error(error, MW_ERROR, MW_ERROR_DATA);
    g_assert_nonnull(strstr(error->message, "replies.model"));
    g_unlink(path);
    g_rmdir(folder);
}

static void test_variants(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(mw_data) data = mw_data_new(NULL);
    const mw_reply_catalogue *catalogue = mw_reply_catalogue_of(data, NULL);
    GPtrArray *variants = mw_reply_variants(catalogue, arena, "550", "5.7.1", 50);
    g_assert_cmpuint(variants->len, >, 10);
    for (guint i = 0; i < variants->len; i++) {
        const mw_variant *v = variants->pdata[i];
        g_assert_true(*v->wording && *v->cause && *v->meaning);
        g_assert_null(strpbrk(v->wording, "{}|~"));
    }
    g_assert_nonnull(mw_reply_code(catalogue, "5.7.26"));
    g_assert_nonnull(mw_reply_code(catalogue, "4.7.26"));
    g_assert_null(mw_reply_code(catalogue, "5.99.99"));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/smtp_reply/codes", test_codes);
    g_test_add_func("/smtp_reply/forms", test_forms);
    g_test_add_func("/smtp_reply/log", test_log);
    g_test_add_func("/smtp_reply/opinion", test_opinion);
    g_test_add_func("/smtp_reply/own-model", test_own_model);
    g_test_add_func("/smtp_reply/hosts", test_hosts);
    g_test_add_func("/smtp_reply/names", test_names);
    g_test_add_func("/smtp_reply/spf-domain", test_spf_domain);
    g_test_add_func("/smtp_reply/causes", test_causes);
    g_test_add_func("/smtp_reply/reasons", test_reasons);
    g_test_add_func("/smtp_reply/variants", test_variants);
    return g_test_run();
}
