#include "bounce/bounce.h"
#include "bounce/dsn.h"
#include "bounce/notice_address.h"

#define HEAD                                                                                  \
    "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@relay.example.net>\r\nTo: " \
    "shop@example.org\r\nSubject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"
#define ORIGINAL                                                                                        \
    "Received: from pc (pc.example.org [203.0.113.9]) by relay.example.net; Sun, 01 Nov 2026 10:00:00 " \
    "+0000\r\nFrom: shop@example.org\r\nTo: anna@example.com\r\nSubject: Your order\r\nMessage-ID: "    \
    "<1@example.org>\r\n"

#define LISTED "Return-Path: <list-owner@example.org>\r\nPrecedence: bulk\r\nTo: list-owner@example.org\r\n"

typedef struct want {
    const char *recipient, *action, *code, *status, *cause, *host;
} want;

typedef struct sample {
    const char *name, *text, *form;
    mw_bounce_kind kind;
    bool original;
    want recipients[4];
} sample;

static const sample samples[] = {
    {"dsn",
     HEAD "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nThis is "
          "the mail "
          "system at host relay.example.net.\r\n\r\n<anna@example.com>: host mx.example.com[192.0.2.4] said: "
          "550-5.7.26 "
          "Unauthenticated email from example.org is not\r\n    accepted due to domain's DMARC policy. (in "
          "reply to end "
          "of DATA command)\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; "
          "relay.example.net\r\nX-Postfix-Queue-ID: 4Fxyz\r\n\r\nFinal-Recipient: rfc822; "
          "anna@example.com\r\nOriginal-Recipient: rfc822;anna@shop.example\r\nAction: failed\r\nStatus: "
          "5.7.26\r\nRemote-MTA: dns; mx.example.com\r\nDiagnostic-Code: smtp; 550-5.7.26 Unauthenticated "
          "email from "
          "example.org is not\r\n    550 5.7.26 accepted due to domain's DMARC "
          "policy.\r\n\r\n--b\r\nContent-Type: "
          "message/rfc822\r\n\r\n" ORIGINAL "\r\nhello\r\n--b--\r\n",
     "RFC 3464",
     MW_BOUNCE_FAILURE,
     true,
     {{"anna@example.com", "failed", "550", "5.7.26", "dmarc", "mx.example.com"}}},
    {"two recipients without a blank line, one delayed",
     HEAD
     "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nBoth did not "
     "arrive.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA : dns; "
     "relay.example.net\r\nFinal-Recipient: rfc822; <a@example.com>\r\nAction: Failed\r\nStatus: "
     "5.0.0\r\nDiagnostic-Code: smtp; 452 4.2.2 Mailbox full\r\nFinal-Recipient: b@example.com\r\nAction: "
     "delayed\r\nStatus: 4.4.1\r\n--b--\r\n",
     "RFC 3464",
     MW_BOUNCE_FAILURE,
     false,
     {{"a@example.com", "failed", "452", "4.2.2", "mailbox", NULL},
      {"b@example.com", "delayed", NULL, "4.4.1", "network", NULL}}},
    {"success",
     HEAD "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nIt "
          "arrived.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; "
          "relay.example.net\r\n\r\nFinal-Recipient: rfc822; a@example.com\r\nAction: delivered\r\nStatus: "
          "2.0.0\r\nDiagnostic-Code: smtp; 250 2.0.0 OK\r\n--b--\r\n",
     "RFC 3464",
     MW_BOUNCE_SUCCESS,
     false,
     {{"a@example.com", "delivered", "250", "2.0.0", NULL, NULL}}},
    {"sendmail: the transcript says more than the field",
     HEAD
     "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\n   ----- The "
     "following "
     "addresses had permanent fatal errors -----\r\n<a@example.com>\r\n    (reason: 550-5.7.1 Your mail was "
     "refused)\r\n\r\n   ----- Transcript of session follows -----\r\n... while talking to "
     "mx.example.com.:\r\n>>> DATA\r\n<<< 550-5.7.1 Your mail was refused\r\n<<< 550-5.7.1 because "
     "203.0.113.9 is "
     "listed in\r\n<<< 550 5.7.1 bl.example.net\r\n554 5.0.0 Service unavailable\r\n--b\r\nContent-Type: "
     "message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example.net\r\n\r\nFinal-Recipient: RFC822; "
     "a@example.com\r\nAction: failed\r\nStatus: 5.7.1\r\nDiagnostic-Code: SMTP; 550-5.7.1 Your mail was "
     "refused\r\n--b--\r\n",
     "RFC 3464",
     MW_BOUNCE_FAILURE,
     false,
     {{"a@example.com", "failed", "550", "5.7.1", NULL, NULL}}},
    {"qmail",
     HEAD "\r\nHi. This is the qmail-send program at relay.example.net.\r\nI'm afraid I wasn't able to "
          "deliver your "
          "message to the following addresses.\r\n\r\n<a@example.com>:\r\n192.0.2.4 does not like "
          "recipient.\r\nRemote "
          "host said: 550 5.1.1 no such person\r\nGiving up on 192.0.2.4.\r\n\r\n<b@example.com>:\r\nSorry, "
          "I wasn't "
          "able to establish an SMTP connection. (#4.4.1)\r\n\r\n--- Below this line is a copy of the "
          "message.\r\n\r\n" ORIGINAL "\r\nhello\r\n",
     "qmail",
     MW_BOUNCE_FAILURE,
     true,
     {{"a@example.com", "failed", "550", "5.1.1", "mailbox", "192.0.2.4"},
      {"b@example.com", "failed", NULL, "4.4.1", "network", NULL}}},
    {"Exim",
     HEAD
     "X-Failed-Recipients: a@example.com\r\n\r\nThis message was created automatically by mail delivery "
     "software.\r\n\r\nA message that you sent could not be delivered to one or more of its\r\nrecipients. "
     "This is "
     "a permanent error. The following address(es) failed:\r\n\r\n  a@example.com\r\n    host mx.example.com "
     "[192.0.2.4]\r\n    SMTP error from remote mail server after RCPT TO:<a@example.com>:\r\n    550-Sender "
     "refused:\r\n    550 no reverse DNS for 203.0.113.9\r\n\r\n------ This is a copy of the message, "
     "including all "
     "the headers. ------\r\n\r\n" ORIGINAL "\r\nhello\r\n",
     "Exim",
     MW_BOUNCE_FAILURE,
     true,
     {{"a@example.com", "failed", "550", NULL, "ptr", "mx.example.com"}}},
    {"Gmail",
     HEAD
     "\r\nDelivery to the following recipient failed permanently:\r\n\r\n     a@example.com\r\n\r\nTechnical "
     "details "
     "of permanent failure: \r\nWe tried to deliver your message, but it was rejected by the server for the "
     "recipient domain example.com by mx.example.com. [192.0.2.4].\r\n\r\nThe error that the other server "
     "returned "
     "was:\r\n550 5.7.1 SPF check failed\r\n\r\n----- Original message -----\r\n\r\n" ORIGINAL
     "\r\nhello\r\n",
     "Gmail or Exchange",
     MW_BOUNCE_FAILURE,
     true,
     {{"a@example.com", "failed", "550", "5.7.1", "spf", "mx.example.com"}}},
    {"a name in front of the address, below a heading",
     HEAD "\r\nYour message did not get through.\r\n\r\n      Sent:\t1.11.2026 10:00\r\n\r\nThe following "
          "recipient(s) could not be reached:\r\n\r\n      Anna B (a@example.com) on 1.11.2026 10:00\r\n"
          "            No such account at this organization.\r\n            <mail.example.net #5.1.1>\r\n",
     "text",
     MW_BOUNCE_FAILURE,
     false,
     {{"a@example.com", "failed", NULL, "5.1.1", "mailbox", NULL}}},
    {"a gateway's session, from a robot's name",
     "Return-Path: <>\r\nFrom: Gate <gate@example.net>\r\nTo: shop@example.org\r\nSubject: Mail could not be "
     "delivered\r\n\r\nSent <<< RCPT TO:<a@example.com>\r\nReceived >>> 550 5.1.1 not known here\r\nCould "
     "not deliver mail to this user.\r\n",
     "text",
     MW_BOUNCE_FAILURE,
     false,
     {{"a@example.com", "failed", "550", "5.1.1", "mailbox", NULL}}},
    {"the remote host on a line of its own",
     HEAD
     "\r\nDelivery has failed to these recipients or groups:\r\n\r\na@example.com\r\nThe other side said "
     "no.\r\n\r\nDiagnostic information for administrators:\r\n\r\nGenerating server: "
     "ex.example.net\r\n\r\na@example.com\r\nmx.example.com\r\nRemote Server returned '554 5.2.2 mailbox "
     "over the limit'\r\n",
     "Exchange",
     MW_BOUNCE_FAILURE,
     false,
     {{"a@example.com", "failed", "554", "5.2.2", "mailbox", "mx.example.com"}}},
    {"the reason in parentheses names the address again",
     HEAD "\r\n--- The following addresses had delivery problems ---\r\n\r\n<a@example.com>   (User unknown: "
          "a@example.com)\r\n",
     "text",
     MW_BOUNCE_FAILURE,
     false,
     {{"a@example.com", "failed", NULL, NULL, "mailbox", NULL}}},
    {"reason before the address",
     HEAD "\r\nYour message:\r\n   From: shop@example.org\r\nCould not be delivered because of\r\n\r\n552 "
          "5.2.2 over "
          "quota\r\n\r\nThe following recipients were affected:\r\n    a@example.com\r\n",
     "text",
     MW_BOUNCE_FAILURE,
     false,
     {{"a@example.com", "failed", "552", "5.2.2", "mailbox", NULL}}},
    {"session in an old transcript",
     HEAD
     "\r\n   ----- Transcript of session follows -----\r\nWhile talking to mx.example.com:\r\n>>> RCPT "
     "To:<a@example.com>\r\n<<< 550 Nobody here by that name\r\n550 <a@example.com>... User unknown\r\n421 "
     "example.net (smtp)... Deferred: Connection timed out\r\n   ----- Unsent message follows "
     "-----\r\n" ORIGINAL "\r\nhello\r\n",
     "Sendmail",
     MW_BOUNCE_FAILURE,
     true,
     {{"a@example.com", "failed", "550", NULL, "mailbox", NULL}}},
    {"greylisting is a delay",
     "From: MAILER-DAEMON@relay.example.net\r\nTo: shop@example.org\r\nSubject: Delayed mail\r\n\r\nTHIS IS "
     "A WARNING "
     "MESSAGE ONLY.\r\n\r\n<a@example.com>: host mx.example.com[192.0.2.4] said: 450 4.7.1 Greylisted, come "
     "back in 5 "
     "minutes\r\n",
     "text",
     MW_BOUNCE_DELAY,
     false,
     {{"a@example.com", "delayed", "450", "4.7.1", "greylist", "mx.example.com"}}},
    {"only DKIM",
     HEAD "\r\nYour message to a@example.com was not delivered:\r\n\r\n550 5.7.20 No passing DKIM signature "
          "found\r\n",
     "text",
     MW_BOUNCE_FAILURE,
     false,
     {{"a@example.com", "failed", "550", "5.7.20", "dkim", NULL}}},
    {"ARC",
     HEAD "\r\n<a@example.com>: host mx.example.com[192.0.2.4] said: 550 5.7.29 ARC validation failure (in "
          "reply to end "
          "of DATA command)\r\n\r\nIt could not be delivered.\r\n",
     "text",
     MW_BOUNCE_FAILURE,
     false,
     {{"a@example.com", "failed", "550", "5.7.29", "arc", "mx.example.com"}}},
    {"complaint",
     "From: fbl@example.net\r\nTo: abuse@example.org\r\nSubject: FW: Offer\r\nContent-Type: "
     "multipart/report; "
     "report-type=feedback-report; boundary=b\r\n\r\n--b\r\n\r\nThis is an email abuse report. 550 5.7.1 "
     "spam\r\n--b\r\n"
     "Content-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nOriginal-Rcpt-To: "
     "<a@example.com>\r\n--b--\r\n",
     "ARF",
     MW_BOUNCE_COMPLAINT,
     false,
     {{"a@example.com", "complained", NULL, NULL, NULL, NULL}}},
    {"vacation",
     "From: Anna <anna@example.com>\r\nTo: shop@example.org\r\nSubject: Automatic reply: Your "
     "order\r\nAuto-Submitted: "
     "auto-replied\r\n\r\nI am away until Monday. Mail could not be delivered by me.\r\n",
     "automatic answer",
     MW_BOUNCE_VACATION,
     false,
     {{NULL}}},
    {"JSON",
     "From: no-reply@sns.example.com\r\nTo: shop@example.org\r\nSubject: "
     "Notification\r\n\r\n{\"notificationType\":"
     "\"Bounce\",\"bounce\":{\"bouncedRecipients\":[{\"emailAddress\":\"a@example.com\",\"action\":"
     "\"failed\",\"status\":"
     "\"5.2.1\",\"diagnosticCode\":\"smtp; 550 5.2.1 account "
     "disabled\"},{\"emailAddress\":\"b@example.com\"}]}}\r\n",
     "Amazon SES",
     MW_BOUNCE_FAILURE,
     false,
     {{"a@example.com", "failed", "550", "5.2.1", "mailbox", NULL},
      {"b@example.com", "failed", NULL, NULL, "unknown", NULL}}},
    {"kinds of addresses, behind a list",
     LISTED "From: System Administrator <mta@example.com>\r\nSubject: Undeliverable\r\n\r\nYour message "
            "could not be delivered "
            "to:\r\n\r\n\tRecipient: [SMTP:a@example.com]\r\n\tReason: Remote server "
            "returned: 550 no such mailbox\r\n\r\nc=US;a= ;p=x;dda:SMTP=b@example.com; on Fri\r\n    The "
            "name is not recognized: unknown recipient\r\n",
     "text",
     MW_BOUNCE_FAILURE,
     false,
     {{"a@example.com", "failed", "550", NULL, "mailbox", NULL},
      {"b@example.com", "failed", NULL, NULL, "mailbox", NULL}}},
    {"the reason is a paragraph of its own",
     LISTED "From: MDaemon@example.com\r\nSubject: Permanent failure\r\n\r\nUndeliverable Address: "
            "a@example.com\r\n\r\nReason: it came back because the recipient is over the disk "
            "quota.\r\n\r\nOriginal message:\r\n\r\nblocked by policy\r\n",
     "text",
     MW_BOUNCE_FAILURE,
     false,
     {{"a@example.com", "failed", NULL, NULL, "mailbox", NULL}}},
    {"a target that is not told, and a heading before each recipient",
     LISTED "From: MAILER-DAEMON@example.com\r\nSubject: Mail failure\r\n\r\nThe host does not respond: "
            "connection timed out.\r\nThe following did not get it:\r\n\r\n  <a@example.com>\r\nThe "
            "following did not get it:\r\n\r\n  <b@example.com>\r\n\r\nPlease reply to "
            "c@example.com\r\n",
     "text",
     MW_BOUNCE_FAILURE,
     false,
     {{"a@example.com", "failed", NULL, NULL, "network", NULL},
      {"b@example.com", "failed", NULL, NULL, "network", NULL}}},
    {"a reply as the status",
     HEAD "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nIt did "
          "not arrive.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; "
          "relay.example.net\r\n\r\nFinal-Recipient: rfc822; a@example.com\r\nAction: error\r\nStatus: 553 "
          "Exceeded maximum inbound message size\r\n--b--\r\n",
     "RFC 3464",
     MW_BOUNCE_FAILURE,
     false,
     {{"a@example.com", "failed", "553", NULL, "size", NULL}}},
    {"what the transcript says in the end",
     LISTED "From: MAILER-DAEMON@example.com\r\nSubject: Returned mail\r\n\r\nThe following addresses had "
            "permanent fatal errors\r\na@example.com\r\n    (expanded from: b@example.com)\r\n\r\n   ----- "
            "Transcript of session follows -----\r\n554 Too many hops 26 (25 max): from c@example.org via "
            "localhost, to b@example.com\r\n",
     "Sendmail",
     MW_BOUNCE_FAILURE,
     false,
     {{"a@example.com", "failed", "554", NULL, "network", NULL}}},
    {"a telephone number, and a recipient below it",
     LISTED "From: MAILER-DAEMON@example.com\r\nSubject: failure notice\r\n\r\nYour mail could not be "
            "delivered. Please contact\r\nCustomer Support at (480) 555-0199.\r\n\r\n"
            "<a@example.com>:\r\nthe user's mailfolder is full.\r\n",
     "text",
     MW_BOUNCE_FAILURE,
     false,
     {{"a@example.com", "failed", NULL, NULL, "mailbox", NULL}}},
    {"the target of a forwarding is not named",
     LISTED "From: MAILER-DAEMON@example.com\r\nSubject: Mail failure\r\n\r\nYour message could not be "
            "delivered to:\r\n\r\n  an undisclosed address\r\n    (generated from a@example.com)\r\n",
     "text",
     MW_BOUNCE_FAILURE,
     false,
     {{"a@example.com", "failed", NULL, NULL, "unknown", NULL}}},
};

/* The sample with other line ends, in a block without a final NUL. */
static char *with_ends(const char *text, const char *end, size_t *len) {
    g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);
    g_autofree char *joined = g_strjoinv(end, lines);
    *len = strlen(joined);
    return g_memdup2(joined, *len);
}

static void check(const sample *s, const char *end) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(mw_data) data = mw_data_new(NULL);
    const mw_reply_catalogue *catalogue = mw_reply_catalogue_of(data, NULL);
    size_t len;
    g_autofree char *bytes = with_ends(s->text, end, &len);
    const mw_message *message = mw_message_read(arena, (mw_span){bytes, len}, NULL);
    g_assert_nonnull(message);
    const mw_bounce *bounce =
        mw_bounce_read(arena, mw_phrases_of_data(data, NULL), message, mw_mime_read(arena, message));
    g_test_message("%s", s->name);
    g_assert_nonnull(bounce);
    mw_bounce_explain(arena, catalogue, bounce);
    g_assert_cmpstr(bounce->form, ==, s->form);
    g_assert_cmpint(bounce->kind, ==, s->kind);
    g_assert_cmpint(bounce->original != NULL, ==, s->original);
    guint n = 0;
    while (n < G_N_ELEMENTS(s->recipients) && s->recipients[n].recipient)
        n++;
    g_assert_cmpuint(bounce->recipients->len, ==, n);
    for (guint i = 0; i < n; i++) {
        const mw_bounce_recipient *r = bounce->recipients->pdata[i];
        const want *w = &s->recipients[i];
        g_assert_cmpstr(r->recipient, ==, w->recipient);
        g_assert_cmpstr(r->action, ==, w->action);
        g_assert_cmpstr(r->reply_code, ==, w->code);
        g_assert_cmpstr(r->enhanced_status, ==, w->status);
        if (w->cause)
            g_assert_cmpstr(r->meaning->cause, ==, w->cause);
        if (w->host)
            g_assert_cmpstr(r->remote_host, ==, w->host);
    }
}

/* A notice that names its recipient by a local name only. */
static void test_nameless(void) {
    static const char text[] =
        "From: Mailer-Daemon@gw.example.com\r\nTo: shop@example.org\r\nSubject: Message status - "
        "undeliverable\r\n\r\nThe message that you sent was undeliverable to the "
        "following:\r\n\r\n\tanna (User account is expired)\r\n";
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(mw_data) data = mw_data_new(NULL);
    const mw_message *message = mw_message_read(arena, mw_span_of(text), NULL);
    const mw_bounce *bounce =
        mw_bounce_read(arena, mw_phrases_of_data(data, NULL), message, mw_mime_read(arena, message));
    g_assert_nonnull(bounce);
    mw_bounce_explain(arena, mw_reply_catalogue_of(data, NULL), bounce);
    g_assert_cmpuint(bounce->recipients->len, ==, 1);
    const mw_bounce_recipient *r = bounce->recipients->pdata[0];
    g_assert_null(r->recipient);
    g_assert_cmpstr(r->meaning->cause, ==, "mailbox");
    g_assert_cmpstr(r->meaning->reason, ==, "suspend");
}

static void test_samples(void) {
    for (size_t i = 0; i < G_N_ELEMENTS(samples); i++) {
        check(&samples[i], "\r\n");
        check(&samples[i], "\n");
        check(&samples[i], "\r");
    }
}

/* Mails that only speak of failure are none. */
static void test_ordinary(void) {
    static const char *const mails[] = {
        "From: Anna <anna@example.com>\r\nTo: shop@example.org\r\nSubject: my mail was not "
        "delivered\r\n\r\nMy message to "
        "<bob@example.com> was returned: 550 5.1.1 user unknown. What do I do?\r\n",
        "From: postmaster@example.com\r\nTo: shop@example.org\r\nSubject: new filter\r\n\r\nFrom Monday on "
        "we filter.\r\n",
        "Return-Path: <>\r\nFrom: news@example.com\r\nTo: a@example.org\r\nSubject: Offer\r\n\r\nBuy at "
        "b@example.com\r\n",
        "From: shop@example.com\r\nTo: a@example.org\r\nSubject: Order 550\r\nAuto-Submitted: "
        "auto-generated\r\n\r\nYour "
        "order is on its way to a@example.org\r\n",
        "From: Help <support@example.com>\r\nTo: a@example.org\r\nAuto-Submitted: auto-generated\r\nSubject: "
        "[Ticket 12] Warning: mails bounce\r\n\r\nYou wrote: mails to b@example.com bounce with 550 5.7.1 "
        "rejected, delivery failure, rejected by a remote server\r\n",
        "From: Forum <noreply@example.com>\r\nTo: a@example.org\r\nSubject: New answer: \"Delivery failure "
        "550\"\r\n\r\nBob wrote: my mail to <b@example.com> was rejected by a remote server: 550 user "
        "unknown, delivery failed\r\n",
        "Return-Path: <>\r\nFrom: Mail Delivery System <postmaster@example.com>\r\nTo: a@example.org\r\n"
        "Subject: Quarantine report\r\nAuto-Submitted: auto-generated\r\n\r\nThese mails wait for "
        "you:\r\nb@example.com: Buy now\r\n",
        "From: System Administrator <system.admin@example.com>\r\nTo: all@example.com\r\nSubject: Mail "
        "delivery problems\r\n\r\nMail to many could not be delivered today. Messages to a@example.org have "
        "been delayed.\r\n",
        "From: admin@example.com\r\nTo: a@example.org\r\nSubject: RE: message delayed\r\n\r\nSorry, my "
        "message has been delayed, the mailbox of b@example.com was full.\r\n\r\n-----Original "
        "Message-----\r\nFrom: a@example.org\r\nTo: admin@example.com\r\nSubject: message "
        "delayed\r\n\r\nWell?\r\n",
        "From: Postmaster <postmaster@example.com>\r\nTo: admins@example.org\r\nSubject: [admins] user "
        "unknown\r\n\r\nDoes anybody see many \"550 user unknown\"? The bounces go to "
        "b@example.com here.\r\n",
        "From: SMTP monitor <smtp@example.com>\r\nTo: a@example.org\r\nSubject: Delivery failures: "
        "17\r\n\r\n550 5.1.1 user unknown: 12\r\n  b@example.com\r\n",
        "Return-Path: <>\r\nFrom: Ann <ann@shop.example>\r\nTo: a@example.org\r\nSubject: Planning\r\n"
        "Content-Type: multipart/alternative; boundary=q\r\n\r\n--q\r\n\r\nYour invitation was rejected, the "
        "room "
        "is full. User unknown:\r\n\r\n  <b@example.com>\r\n--q\r\nContent-Type: text/calendar; "
        "method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\n--q--\r\n",
        "Subject: x\r\n\r\n",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(mails); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        g_autoptr(mw_data) data = mw_data_new(NULL);
        const mw_message *message = mw_message_read(arena, mw_span_of(mails[i]), NULL);
        if (mw_bounce_read(arena, mw_phrases_of_data(data, NULL), message, mw_mime_read(arena, message)))
            g_error("taken for a bounce: %s", mails[i]);
    }
}

static void test_dsn(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_dsn *dsn = mw_dsn_read(arena, MW_SPAN("reporting-mta: dns;relay.example.net.\nArrival-Date: "
                                                   "today\n\nAction: failed\n\nFinal-Recipient : "
                                                   "rfc822;a@example.com\nStatus: 5.7.1 (delivery not "
                                                   "allowed)\nDiagnostic-Code: smtp;550-5.7.1 one\n550 "
                                                   "5.7.1 two\n\tthree\nX-Other: x"));
    g_assert_cmpstr(dsn->reporting_mta, ==, "relay.example.net");
    g_assert_cmpuint(dsn->recipients->len, ==, 1);
    const mw_dsn_recipient *r = dsn->recipients->pdata[0];
    g_assert_cmpstr(r->action, ==, "failed");
    g_assert_cmpstr(r->final, ==, "a@example.com");
    g_assert_cmpstr(r->status, ==, "5.7.1");
    g_assert_cmpstr(r->comment, ==, "delivery not allowed");
    g_assert_cmpstr(r->diagnostic, ==, "smtp;550-5.7.1 one 550 5.7.1 two three");
}

/* A dot behind the address is not its domain's, and is not looked for anew at each sign. */
static void test_notice_address(void) {
    size_t end;
    mw_span some = mw_notice_address(MW_SPAN("a1@b, c.d <a2@b.example> x"), 0, &end);
    g_assert_true(mw_span_is(some, "a2@b.example"));
    g_assert_cmpuint(end, ==, 24);
    g_assert_cmpuint(mw_notice_address(MW_SPAN("a@b, a@c d.e"), 0, &end).len, ==, 0);
    static const char *const within[][2] = {{"收件人（a2@b.example）不存在", "a2@b.example"},
                                            {"宛先a2@b.exampleは存在しません", "a2@b.example"},
                                            {"Empfänger jürgen@b.example.", "jürgen@b.example"},
                                            {"收件人 用户@例子.广告 不存在", "用户@例子.广告"},
                                            {"ל-a2@b.example", "a2@b.example"},
                                            {"на «a2@b.example»", "a2@b.example"},
                                            {"a2@mail.пример", "a2@mail.пример"},
                                            {"az a2@b.example-re küldött", "a2@b.example"},
                                            {"a2@b.xn--e1afmkfd", "a2@b.xn--e1afmkfd"}};
    for (size_t i = 0; i < G_N_ELEMENTS(within); i++) {
        some = mw_notice_address(mw_span_of(within[i][0]), 0, &end);
        g_assert_true(mw_span_is(some, within[i][1]));
    }
    g_autoptr(GString) many = g_string_new(NULL);
    for (int i = 0; i < 400000; i++)
        g_string_append(many, "a@b ");
    g_test_timer_start();
    g_assert_cmpuint(mw_notice_address((mw_span){many->str, many->len}, 0, &end).len, ==, 0);
    g_assert_cmpfloat(g_test_timer_elapsed(), <, 5);
}

static void test_from_text(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(mw_data) data = mw_data_new(NULL);
    const mw_bounce *bounce = mw_bounce_from_text(
        arena, mw_phrases_of_data(data, NULL),
        MW_SPAN(
            "Nov  1 10:00:00 relay postfix/smtp[99]: 4Fxyz: to=<anna@example.com>, "
            "relay=mx.example.com[192.0.2.4]:25, delay=1, dsn=5.7.1, status=bounced (host "
            "mx.example.com[192.0.2.4] said: 554 5.7.1 Relay access denied (in reply to RCPT TO command))"));
    g_assert_cmpuint(bounce->recipients->len, ==, 1);
    const mw_bounce_recipient *r = bounce->recipients->pdata[0];
    g_assert_cmpstr(r->reply_code, ==, "554");
    g_assert_cmpstr(r->remote_host, ==, "mx.example.com");
    g_assert_cmpstr(r->reply->command, ==, "RCPT TO");
    g_assert_cmpstr(r->recipient, ==, "anna@example.com");
}

/* Phrases are looked for in folded texts, and those that are built in are not folded when they are read. */
static void test_phrases(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(mw_data) data = mw_data_new(NULL);
    size_t n = 0;
    for (const char **file = mw_data_names(arena, "notices/"); *file; file++) {
        const mw_table *table = mw_data_table(data, *file, NULL);
        int words = mw_table_column(table, "words", NULL);
        for (guint i = 0; i < table->rows->len; i++, n++) {
            mw_span phrase = mw_span_of(((const char *const *)table->rows->pdata[i])[words]);
            g_assert_true(mw_span_equal(phrase, mw_phrases_fold(arena, phrase)));
        }
    }
    g_assert_cmpuint(n, >, 1000);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bounce/samples", test_samples);
    g_test_add_func("/bounce/nameless", test_nameless);
    g_test_add_func("/bounce/ordinary", test_ordinary);
    g_test_add_func("/bounce/dsn", test_dsn);
    g_test_add_func("/bounce/from_text", test_from_text);
    g_test_add_func("/bounce/notice_address", test_notice_address);
    g_test_add_func("/bounce/phrases", test_phrases);
    return g_test_run();
}
