#include "bounce/forwarded.h"
#include "bounce/bounce.h"

#define OUTER \
    "From: Shop <shop@example.org>\r\nTo: help@example.net\r\nSubject: Fwd: help\r\nMIME-Version: 1.0\r\n"
#define PLAIN OUTER "Content-Type: text/plain; charset=utf-8\r\n\r\n"
#define REASON "\r\n<anna@example.com>: host mx.example.com[192.0.2.4] said: 550 5.1.1 no such user\r\n"
#define NOTICE                                                                                               \
    "From: Mail Delivery System <MAILER-DAEMON@relay.example.net>\r\n"                                       \
    "Subject: Undelivered Mail Returned to Sender\r\nTo: shop@example.org\r\n\r\nYour message could not be " \
    "delivered.\r\n" REASON

typedef struct sample {
    const char *name, *text, *subject; /* NULL: there is none */
} sample;

#define TITLE "Undelivered Mail Returned to Sender"

static const sample samples[] = {
    {"below the line of a mail program",
     PLAIN "What is this?\r\n\r\n-------- Forwarded Message --------\r\n" NOTICE, TITLE},
    {"quoted",
     PLAIN "Please help\r\n> From: MAILER-DAEMON@relay.example.net\r\n> Subject: " TITLE
           "\r\n> \r\n> Your message could not be delivered.\r\n> \r\n>> 550 5.1.1 no such user\r\n",
     TITLE},
    {"labels in bold",
     PLAIN "*From:* Mail Delivery System <MAILER-DAEMON@relay.example.net>\r\n*Subject:* " TITLE
           "\r\n*To:* shop@example.org\r\n\r\nYour message could not be delivered.\r\n",
     TITLE},
    {"in German",
     PLAIN "Von: Mail Delivery System <MAILER-DAEMON@relay.example.net>\r\nBetreff: " TITLE
           "\r\n\r\nIhre Nachricht konnte nicht zugestellt werden.\r\n",
     TITLE},
    {"a person's mail",
     PLAIN "From: Bob <bob@example.com>\r\nSubject: hello\r\n\r\nIt could not be delivered, they said.\r\n",
     NULL},
    {"nothing failed",
     PLAIN "From: MAILER-DAEMON@relay.example.net\r\nSubject: hello\r\n\r\nAll is well.\r\n", NULL},
    {"no header", PLAIN "Your message could not be delivered.\r\n" REASON, NULL},
    {"no subject",
     PLAIN "From: MAILER-DAEMON@relay.example.net\r\n\r\nYour message could not be delivered.\r\n", NULL},
    {"an empty text", PLAIN, NULL},
    {"labels alone", PLAIN "From:\r\nSubject:\r\n\r\ncould not be delivered\r\n", NULL},
};

static const mw_message *read_forwarded(mw_arena *arena, const mw_data *data, const char *text, size_t len) {
    const mw_message *message = mw_message_read(arena, (mw_span){text, len}, NULL);
    return mw_bounce_forwarded(arena, mw_phrases_of_data(data, NULL), message, mw_mime_read(arena, message));
}

static void test_samples(void) {
    g_autoptr(mw_data) data = mw_data_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(samples); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        g_test_message("%s", samples[i].name);
        const mw_message *inner = read_forwarded(arena, data, samples[i].text, strlen(samples[i].text));
        if (!samples[i].subject) {
            g_assert_null(inner);
            continue;
        }
        g_assert_nonnull(inner);
        const mw_field *subject = mw_message_field(inner, "Subject");
        g_assert_true(mw_span_is(mw_span_trim(subject->value), samples[i].subject));
    }
}

/* What was quoted is a bounce like any other: its text comes without the marks of quoting. */
static void test_bounce(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(mw_data) data = mw_data_new(NULL);
    const mw_message *inner = read_forwarded(arena, data, samples[0].text, strlen(samples[0].text));
    const mw_bounce *bounce =
        mw_bounce_read(arena, mw_phrases_of_data(data, NULL), inner, mw_mime_read(arena, inner));
    g_assert_nonnull(bounce);
    g_assert_cmpuint(bounce->recipients->len, ==, 1);
    const mw_bounce_recipient *r = bounce->recipients->pdata[0];
    g_assert_cmpstr(r->recipient, ==, "anna@example.com");
    g_assert_cmpstr(r->reply_code, ==, "550");
}

/* Many labels without a notice: each line is looked at a fixed number of times. */
static void test_many_labels(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(mw_data) data = mw_data_new(NULL);
    g_autoptr(GString) text = g_string_new(PLAIN "could not be delivered\r\n");
    for (int i = 0; i < 20000; i++)
        g_string_append(text, i % 2 ? "Subject: a\r\n" : "From: bob@example.com\r\n");
    g_assert_null(read_forwarded(arena, data, text->str, text->len));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/forwarded/samples", test_samples);
    g_test_add_func("/forwarded/bounce", test_bounce);
    g_test_add_func("/forwarded/many_labels", test_many_labels);
    return g_test_run();
}
