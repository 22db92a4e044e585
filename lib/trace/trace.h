/* The way of a mail: its Received fields, and the hop at which the judging server took it from outside.
 *
 * The room trace owns how the mail travelled and what servers recorded on the way. It may not know whether a
 * record is true: it asks no DNS.
 */
#pragma once

#include "base/ip.h"
#include "base/timestamp.h"
#include "mail/message.h"

typedef enum mw_role {
    MW_ROLE_INTERNAL,   /* within the receiving organisation, or within one host (LMTP, filter) */
    MW_ROLE_BOUNDARY,   /* the hop that is judged */
    MW_ROLE_FORWARDER,  /* where a forwarder or list took the mail from its sender */
    MW_ROLE_SENDER,     /* below the boundary: the sender's side wrote it */
    MW_ROLE_SUBMISSION, /* a login: never judged */
} mw_role;
const char *mw_role_name(mw_role role); /* "internal", "boundary", "forwarder", "sender", "submission" */

typedef struct mw_hop {
    const mw_field *field;
    const char *from_name; /* HELO or EHLO argument as the server noted it; NULL when it did not */
    const char *from_rdns; /* reverse name that the server noted; NULL when none ("unknown" is none) */
    mw_ip from_ip;         /* family 0: not noted */
    bool helo_noted;       /* from_name was marked as the HELO ("helo=", "EHLO"), not only written first */
    bool no_rdns;          /* the server looked for a reverse name and noted that there is none ("unknown") */
    bool forged;           /* the server noted that the reverse name does not lead back ("may be forged") */
    bool unproved;         /* of a program that notes a reverse name without looking whether it leads back */
    bool astray;           /* by today's DNS the reverse name does not lead back */
    const char *leans_on;  /* the reverse name that alone makes the client a host of the receiving side's,
                              where the server may not have looked whether it leads back; else NULL */
    const char *by;        /* NULL when not noted */
    mw_ip by_ip;
    const char *with; /* protocol as written: "ESMTPS" */
    const char *id, *for_address;
    const char *envelope_from; /* "envelope-from" and its kin, "" for the null sender; NULL when not noted */
    bool local;                /* no SMTP between two hosts: LMTP, a pipe, HTTP, POP, MAPI, a filter */
    const char *software;      /* "Postfix", "Exchange Online": the family whose form it has; NULL unknown */
    bool tls;
    const char *tls_version; /* "TLS1.3" or NULL */
    bool authenticated;      /* ESMTPA, ESMTPSA, "Authenticated sender" */
    const char *login;       /* the authenticated name, when noted */
    mw_time at;              /* MW_TIME_UNKNOWN without a readable date */
    int64_t delay;           /* seconds since the hop below; negative: clock skew */
    bool delay_known;
    mw_role role;
    const char *reason; /* why it has that role, in words */
} mw_hop;

typedef enum mw_confidence {
    MW_CONFIDENCE_NONE,
    MW_CONFIDENCE_LOW,
    MW_CONFIDENCE_MEDIUM,
    MW_CONFIDENCE_HIGH
} mw_confidence;
const char *mw_confidence_name(mw_confidence confidence); /* "none" ... "high" */

/* Who sent it: what a server would have known at RCPT TO. Overrides of the command line are laid over it. */
typedef struct mw_envelope {
    mw_ip client_ip;              /* family 0: not known */
    const char *helo;             /* NULL: not known */
    const char *rdns;             /* reverse name that was recorded then, or NULL */
    const char *mail_from;        /* "" is the null sender; NULL: not known */
    const char *mail_from_domain; /* NULL for the null sender */
    GPtrArray *rcpt_to;           /* of const char *, may be empty, never NULL */
    mw_time received_at;          /* MW_TIME_UNKNOWN */
    const char *received_by;      /* the judging host, or NULL */
    mw_confidence confidence;     /* in client_ip */
    GPtrArray *reasons;           /* of const char *: why these */
    bool client_ip_given;         /* by --client-ip */
} mw_envelope;

typedef struct mw_trace {
    GPtrArray *hops; /* of mw_hop *, top first */
    int boundary;    /* index in hops, -1: none */
    int forwarder;   /* index of the hop at which a forwarder took the mail from its sender, -1: not forwarded
                      */
    const char *forwarded_by; /* in words: who and how it is known; NULL */
    bool loop;
    int slowest;   /* index of the hop with the longest delay, -1 */
    bool too_many; /* beyond MW_MAX_HOPS the rest was not read */
} mw_trace;
