#include "bounce/notice_words.h"

#include "base/pairs.h"

static const char *form_of(const mw_pairs *pairs, mw_span text) {
    static const struct {
        const char *words, *form;
    } forms[] = {
        {"qmail-send program", "qmail"},
        {"created automatically by mail delivery software", "Exim"},
        {"this is the mail system at host", "Postfix"},
        {"dragonfly mail agent", "DragonFly"},
        {"delivery to the following recipient", "Gmail or Exchange"},
        {"diagnostic information for administrators", "Exchange"},
        {"address not found", "Gmail"},
        {"message not delivered", "Gmail"},
        {"google groups", "Google Groups"},
        {"transcript of session", "Sendmail"},
        {"please do not reply to this e-mail", "OpenSMTPD"},
        {"was not delivered to", "Domino"},
        {"did not reach the following recipient", "Exchange"},
        {"content-filter at", "amavis"},
        {"we were unable to deliver your message to the following address", "Yahoo"},
        {"interscan", "Trend Micro"},
        {"recipient address:", "Messaging Server"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        if (mw_pairs_search(pairs, text, forms[i].words) != SIZE_MAX)
            return forms[i].form;
    }
    return "text";
}

static bool is_warning(const mw_pairs *pairs, mw_span text) {
    static const char *const words[] = {
        "warning message only", "this is a warning only", "has been delayed",
        "will be retried",      "still undelivered",      "not yet been delivered",
        "still being retried",  "will keep trying",       "has not been delivered yet",
        "delivery delayed",     "delivery is delayed",    "delivery incomplete",
        "will continue to",     "temporary failure",      NULL};
    static const char *const final[] = {"permanent error", "failed permanently", "giving up", "given up",
                                        NULL};
    return mw_pairs_count(pairs, text, words, 1) && !mw_pairs_count(pairs, text, final, 1);
}

static int likeness(const mw_pairs *pairs, mw_span text) {
    static const char *const phrases[] = {
        "could not be delivered",
        "couldn't be delivered",
        "undeliver",
        "delivery failed",
        "delivery has failed",
        "unable to deliver",
        "could not deliver",
        "couldn't deliver",
        "cannot deliver",
        "can't deliver",
        "was not delivered",
        "wasn't delivered",
        "did not reach",
        "permanent error",
        "delivery to the following",
        "delivery failure",
        "not be delivered",
        "returned to sender",
        "could not be sent",
        "delivery error",
        "error delivering",
        "not relayed to",
        "had delivery problems",
        "permanent fatal errors",
        "delivery status notification",
        "wasn't able to deliver",
        "unable to send",
        "returned permanent errors",
        "delivery problems",
        "delivery errors",
        "rejected your message",
        "rejected by a remote",
        "transcript of session",
        "have failed",
        "failed addresses",
        "unknown user",
        "failure reasons",
        "incorrectly constructed",
        "user unknown",
        "no such user",
        "mailbox is full",
        "not a member of this mailing list",
        "delivery delayed",
        "has been delayed",
        "invalid user address",
        "cannot be delivered",
        "can not be delivered",
        "trouble delivering",
        "delivering your message",
        "final-recipient",
        "attempting to deliver",
        "delivery attempt",
        "bounce",
        "delevery to the following",
        "invalid final delivery",
        "was blocked by",
        "the following address",
        "was rejected",
        "encountered an error",
        "failed recipients",
        "returned mail",
        "konnte nicht zugestellt",
        "unzustellbar",
        "n'a pas pu",
        "no se pudo entregar",
        "\xe6\x97\xa0\xe6\xb3\x95\xe5\x8f\x91\xe9\x80\x81", /* cannot be sent, in Chinese */
        "\xe6\x97\xa0\xe6\xb3\x95\xe6\x8a\x95\xe9\x80\x92",
        "\xe6\x97\xa0\xe6\xb3\x95\xe9\x80\x81\xe8\xbe\xbe",
        "\xe6\x8a\x95\xe9\x80\x92\xe5\xa4\xb1\xe8\xb4\xa5",
        "n\xc3\xa3o p\xc3\xb4"
        "de ser",
        NULL};
    return 2 * (int)mw_pairs_count(pairs, mw_span_slice(text, 0, 6000), phrases, 2);
}

mw_notice_words mw_notice_words_read(mw_span text) {
    mw_pairs pairs;
    mw_pairs_read(&pairs, text);
    return (mw_notice_words){form_of(&pairs, text), is_warning(&pairs, text), likeness(&pairs, text)};
}

bool mw_notice_to_sender(mw_span text) {
    static const char *const words[] = {"your message",       "error message",  "not a member",
                                        "your mail",          "your email",     "your e-mail",
                                        "you sent",           "you have sent",  "message to",
                                        "message could",      "mail could",     "message has",
                                        "message was",        "message is",     "message cannot",
                                        "message for",        "message from",   "sent to",
                                        "intended recipient", "following",      "undeliver",
                                        "final delivery",     "failed address", "failed recipient",
                                        "did not reach",      "transcript of",  "votre message",
                                        "ihre nachricht",     "ihre mail",      "ihre e-mail",
                                        "diese nachricht",    "su mensaje",     "el mensaje",
                                        "sua mensagem",       "mensagem",       "il messaggio",
                                        "le message",         "messaggio",      NULL};
    return mw_span_holds(mw_span_slice(text, 0, 6000), words);
}
