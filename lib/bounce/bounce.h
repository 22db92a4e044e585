/* Bounces: who was not reached, and what was said of it (RFC 3464 and the free forms).
 *
 * The room bounce owns what came back in place of a delivery: recipients, replies, the returned mail. It may
 * not know whether the reply is right.
 */
#pragma once

#include "mail/message.h"
#include "mail/mime.h"
#include "bounce/phrases.h"
#include "reply/catalogue.h"

typedef enum mw_claim_check {
    MW_CLAIM_NONE, /* the reply claims nothing that our own run could bear out */
    MW_CLAIM_CONFIRMED,
    MW_CLAIM_CONTRADICTED, /* by evidence that time can't change */
    MW_CLAIM_NOT_REPRODUCIBLE,
} mw_claim_check;
/* "confirmed", "contradicted", "not_reproducible"; NULL for NONE. */
const char *mw_claim_check_name(mw_claim_check check);

typedef struct mw_bounce_recipient {
    const char *recipient; /* address, or NULL */
    const char *original;  /* the address that the sender wrote to, where the report tells another; or NULL */
    const char *action;    /* "failed", "delayed", "delivered" ... lower case */
    const char *reply_code;      /* "550" or NULL */
    const char *enhanced_status; /* "5.7.26" or NULL: the diagnostic's own before the Status field */
    const char *diagnostic;      /* the reply's whole text, joined, or NULL */
    const char *remote_host;     /* who said it, or NULL */
    const char *context;         /* further words of the notice about this recipient, or NULL */
    const mw_smtp_reply *reply;  /* the diagnostic, read; never NULL */

    const mw_reply_names *names; /* for mw_bounce_names() */

    /* Set by mw_bounce_explain(); NULL or NONE before, and on what claims no cause (complaints, vacations,
     * success reports). */
    const mw_meaning *meaning; /* cause, reason, who acts, what they do, stage */

    /* Set by the check "bounce". */
    mw_claim_check claim;
    const char *claim_evidence; /* in words, or NULL */
} mw_bounce_recipient;

typedef enum mw_bounce_kind {
    MW_BOUNCE_FAILURE,
    MW_BOUNCE_DELAY,
    MW_BOUNCE_SUCCESS,
    MW_BOUNCE_COMPLAINT, /* ARF, RFC 5965 */
    MW_BOUNCE_VACATION,
} mw_bounce_kind;

typedef struct mw_bounce {
    mw_bounce_kind kind;
    const char *reporting_mta; /* or NULL */
    const char *queue_id;      /* or NULL */
    const char *arrival_date;  /* as written, or NULL */
    const char *sender;        /* to whom it came back, or NULL */
    const char *form;          /* "RFC 3464", "Exim", "qmail" ...: by which form it was read */
    const char *language;      /* "de" or "de-AT": what the notice is written in, as far as it can be told; or
                                  NULL */
    const char *notice;        /* the text for people, without the returned mail; never NULL */
    GPtrArray *recipients;     /* of mw_bounce_recipient * */
    const char *reached;       /* whom the same report says it was delivered to, "a@b, c@d"; or NULL */
    const mw_message *original; /* what was returned, whole or its header; or NULL */
    bool original_headers_only;
    bool paired;                 /* original is the copy from the Sent folder that was given with it */
    bool backscatter;            /* set by the check "bounce": the returned mail was not the user's own */
    const char *backscatter_why; /* or NULL */
} mw_bounce;

/* NULL when the message is none. */
const mw_bounce *mw_bounce_read(mw_arena *arena, const mw_phrases *phrases, const mw_message *message,
                                const mw_mime *mime);

/* Fills in what each reply means. */
void mw_bounce_explain(mw_arena *arena, const mw_reply_catalogue *catalogue, const mw_bounce *bounce);

/* A bounce made of a reply that was pasted: no mail, one recipient where the text names one. */
const mw_bounce *mw_bounce_from_text(mw_arena *arena, const mw_phrases *phrases, mw_span text);

/* What the recipient's reply names, read at the first call. Never NULL. */
const mw_reply_names *mw_bounce_names(mw_arena *arena, mw_bounce_recipient *recipient);

/* The address of the sending server as the receivers' replies name it: the one public address that they quote
 * and that is not the receiver's own. NULL when they name none, or several. */
const mw_ip *mw_bounce_client_ip(mw_arena *arena, const mw_bounce *bounce);
/* The domain for which the receivers say that they judged SPF. NULL when they name none, or several. */
const char *mw_bounce_spf_domain(mw_arena *arena, const mw_bounce *bounce);

/* True when the reply is about what a check of the mail or its sender can find, as far as its cause tells;
 * not about the mail's size, the recipient's mailbox, the way there, the receiver's faults, or the sender's
 * login. */
bool mw_bounce_about_mail(const mw_bounce_recipient *recipient);

/* True when a recipient was not reached for good. */
bool mw_bounce_failed(const mw_bounce *bounce);
