/* What is known of replies: data/replies.tsv, codes.tsv, causes.tsv and reasons.tsv.
 *
 * The text decides before the code: Gmail and Postfix use the registered codes for other things. A reply
 * whose text no row knows is told by its enhanced status, then by its code.
 */
#pragma once

#include "base/data.h"
#include "reply/opinion.h"
#include "reply/pattern.h"
#include "reply/reply.h"

typedef struct mw_reply_catalogue mw_reply_catalogue;

/* NULL and an error that names the file and the row when one of the tables is broken. Lives in the arena. */
const mw_reply_catalogue *mw_reply_catalogue_of(const mw_data *data, GError **error);

typedef enum mw_stage { MW_STAGE_RECEIVER, MW_STAGE_SUBMISSION } mw_stage;

/* How well a meaning is founded. */
typedef enum mw_reply_basis {
    MW_BASIS_TEXT,    /* a row knows the wording */
    MW_BASIS_OPINION, /* no row does, but words like these have this cause as a rule */
    MW_BASIS_STATUS,  /* only the enhanced status is known */
    MW_BASIS_CODE,    /* only the reply code */
    MW_BASIS_NONE,
} mw_reply_basis;
/* "text", "likeness", "status", "code", "none". */
const char *mw_reply_basis_name(mw_reply_basis basis);

/* Who acts by an owner of the tables, in the words of a bounce's report: "sender", "provider", "dns",
 * "recipient", "receiver", "nobody". */
const char *mw_reply_who(const char *owner);

/* What a reply means. All strings but row and provider are never NULL. */
typedef struct mw_meaning {
    const char *cause;    /* "spf", "dkim", "dmarc", "arc", "dnsbl", "ptr", "helo", "content", "url", "rate",
                             "reputation", "policy", "mailbox", "relay", "size", "tls", "syntax", "greylist",
                             "network", "system", "unknown" */
    const char *reason;   /* Sisimai's name of the reason */
    const char *meaning;  /* plain words */
    const char *owner;    /* who acts: "sender", "provider", "dns", "recipient", "receiver", "nobody" */
    const char *action;   /* what they do */
    const char *row;      /* id of the row in replies.tsv, or NULL */
    const char *provider; /* whose wording it is, "generic", or NULL */
    const char *source;   /* where that stands, or NULL */
    const mw_opinion *opinion; /* where no row knows the wording; or NULL */
    mw_stage stage;
    mw_reply_basis basis;
    bool temporary; /* a 4xx reply or 4.x.x status: the sending server tries again by itself */
    bool lasting;   /* temporary, but trying again helps only once the cause is mended */
} mw_meaning;

/* The words of a text that its meaning was known by: the shortest part that the row's wording still matches.
 * False where no row knew it. */
bool mw_reply_decisive(const mw_reply_catalogue *catalogue, mw_arena *arena, const mw_meaning *meaning,
                       const char *text, size_t *from, size_t *to);

const mw_meaning *mw_reply_meaning(const mw_reply_catalogue *catalogue, mw_arena *arena,
                                   const mw_smtp_reply *reply);

typedef struct mw_reply_class {
    const char *name, *title, *meaning, *owner, *action;
} mw_reply_class;
/* The row of a cause; that of "unknown" for a name that is none. Never NULL. */
const mw_reply_class *mw_reply_cause(const mw_reply_catalogue *catalogue, const char *name);

/* A meaning or an action as it is where the mail still waits, or where it was given up: data/outcomes.tsv.
 * The text itself where it holds for both. */
const char *mw_reply_in_outcome(const mw_reply_catalogue *catalogue, const char *text, bool waits);

typedef struct mw_code {
    const char *code; /* "550", "x.7.26": x stands for 4 and 5 */
    const char *cause;
    const char *alone;  /* the cause when there is no text at all; "" the same */
    const char *reason; /* Sisimai's name of the reason that it stands for; "" that of the cause */
    const char *meaning;
} mw_code;
/* The row of "550", "5.7.26" or "4.7.26"; NULL when there is none. */
const mw_code *mw_reply_code(const mw_reply_catalogue *catalogue, const char *code);

/* One row as an answer to "which texts come with this code": its meaning and an example of the wording. */
typedef struct mw_variant {
    const char *provider, *wording, *cause, *meaning;
} mw_variant;
/* The rows that are known with a code and an enhanced status (either may be NULL), of known providers first,
 * at most max. */
GPtrArray *mw_reply_variants(const mw_reply_catalogue *catalogue, mw_arena *arena, const char *code,
                             const char *enhanced, size_t max);

/* The provider that a host's name or a reply's own signature tells ("google" for "... - gsmtp"); NULL. */
const char *mw_reply_provider(const mw_smtp_reply *reply);
