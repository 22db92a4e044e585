/* DKIM (RFC 6376, 8301, 8463): a strict screen, libopendkim, and a second opinion of our own.
 *
 * The room dkim owns canonicalisation, keys, DKIM and ARC. It may not know what changed a mail whose
 * signature no longer fits: that is repair/.
 */
#pragma once

#include "dkim/mended.h"
#include "base/timestamp.h"
#include "dns/dns.h"
#include "mail/message.h"

/* Of the whole signature, or of one of its two halves (which are only pass, fail or untestable). */
typedef enum mw_dkim_result {
    MW_DKIM_PASS,
    MW_DKIM_FAIL,
    MW_DKIM_NEUTRAL,
    MW_DKIM_TEMPERROR,
    MW_DKIM_PERMERROR,
    MW_DKIM_POLICY,
    MW_DKIM_UNTESTABLE,
} mw_dkim_result;
const char *mw_dkim_result_name(mw_dkim_result result);

/* The first thing that keeps a signature from passing, in the order in which they are looked at. */
typedef enum mw_dkim_cause {
    MW_DKIM_GOOD,
    MW_DKIM_MALFORMED,   /* syntax, a tag missing, From not signed */
    MW_DKIM_NO_KEY,      /* no such name, or no TXT record */
    MW_DKIM_BAD_KEY,     /* revoked, unreadable, truncated, of a wrong type, not for mail ... */
    MW_DKIM_KEY_UNKNOWN, /* DNS failed, or was not asked */
    MW_DKIM_WEAK,        /* rsa-sha1, or under 1,024 bits (RFC 8301) */
    MW_DKIM_TIME,        /* expired at delivery, or made after it */
    MW_DKIM_FROM,        /* more From fields than are signed, or none */
    MW_DKIM_OTHER_KEY,   /* made with another key than the published one */
    MW_DKIM_CHANGED,     /* header or body changed after signing */
    MW_DKIM_NOT_WHOLE,   /* header or body can't be judged in this copy */
} mw_dkim_cause;

/* A line of a signed text, in the form in which it is signed. */
typedef struct mw_change {
    char sign;        /* '-': as it was signed; '+': as it stands; ' ': a remark */
    const char *text; /* safe to print, and cut where it is long */
} mw_change;

typedef struct mw_repair {
    GPtrArray *edits;    /* of const char *: what was done to the mail after it was signed, in words; may be
                            empty (note says why) */
    GPtrArray *changes;  /* of const mw_change *: the same line by line, where it was found; may be empty */
    bool proven;         /* header and body both verify with the edits undone */
    const char *made_by; /* the first hop that can have made it, in words, or NULL */
    const char *host;    /* that hop's own name, as it wrote it, or NULL */
    const char *avoided_by; /* what would have avoided it, in words, or NULL */
    bool by_signer;         /* it signed, as absent, fields that a server was bound to add: its own to mend */
    bool is_somebodys;      /* an edit that a server makes on purpose: its own signer can sign behind it */
    const char *note;       /* what limits the finding, such as a search that was cut short; or NULL */
} mw_repair;

typedef struct mw_dkim {
    const mw_field *field;
    const char *domain, *selector, *algorithm, *identity; /* NULL when the signature does not say */
    unsigned key_bits;                                    /* 0: no key */
    mw_dkim_result result, body_hash, signature;
    const char *reason;        /* in words, of anything but a plain pass; or NULL */
    const char *signed_fields; /* h= without white space, or NULL */
    bool has_length;           /* l= */
    uint64_t length;
    mw_time signed_at, expires_at;  /* t=, x=; MW_TIME_UNKNOWN */
    bool testing, strict_subdomain; /* t=y, t=s of the key */
    const char *now_differs;        /* what would differ if it were judged now, or NULL */
    const char *notice;             /* odd, but not decisive: an unusual key, libopendkim differs; or NULL */
    mw_dkim_cause cause;            /* why it is not a pass; MW_DKIM_GOOD when it is */
    const char *key_name;           /* SELECTOR._domainkey.DOMAIN, or NULL */
    const char *key_alias;          /* key_name is an alias (CNAME) of this one; or NULL */
    size_t key_count;               /* records there that could be keys: more than one is too many */
    const char *key_broken;         /* of those, how a broken one begins; or NULL */
    const char *recorded;           /* what the trusted receiver noted for it; set by the check; or NULL */
    bool changed_since; /* it passed at delivery, as recorded, and its key is gone or another one now; the
                           same */
    const char
        *changed_behind;     /* who changed it behind the server that took it in; set by the check; or NULL */
    const mw_mended *mended; /* the key, where it stands at a wrong name; or NULL */
    const mw_repair *repair; /* NULL: not broken, not searched for, or nothing found */
    const struct mw_dkim_case *examined; /* how it was verified: dkim/verify.h */
} mw_dkim;

typedef struct mw_dkim_request {
    const mw_message *message;
    mw_time at, now;             /* delivery and clock; at MW_TIME_UNKNOWN: now is used */
    const char *untestable_body; /* why the body can't be judged (headers only, rewritten), or NULL */
    const char *untestable_header;
} mw_dkim_request;

/* One result a DKIM-Signature field, top first, at most MW_MAX_SIGNATURES; empty without signatures. */
GPtrArray *mw_dkim_verify(mw_arena *arena, mw_dns *dns, const mw_dkim_request *request);
void mw_dkim_prefetch(mw_arena *arena, mw_dns *dns, const mw_message *message);
/* How many DKIM-Signature fields there are beyond the cap is for the caller: mw_message_count(). */
