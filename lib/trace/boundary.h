/* Which hop the judging server saw: the structure of the Received lines and the votes of what hosts recorded,
 * weighed by data/boundary.tsv; data/mail_hosts.tsv knows the large hosts. */
#pragma once

#include "base/data.h"
#include "trace/claims.h"
#include "trace/trace.h"

/* An address that some field names as the client's. */
typedef struct mw_record {
    const mw_field *field;
    const char *source; /* the field's name */
    mw_ip ip;
    int weight;
    const char *helo, *rdns; /* as the field notes them; or NULL */
    const char *owner;       /* the organisation that keeps this field for itself; or NULL */
} mw_record;

/* A domain of the receiving side, and the field that names it: it counts for the Received lines below it. */
typedef struct mw_receiver {
    const mw_field *field;
    const char *domain;
} mw_receiver;

typedef struct mw_boundary {
    int hop;         /* index, -1: none */
    mw_ip client_ip; /* family 0: not known; may be of a record where the hop has none */
    mw_confidence confidence;
    const mw_record *record; /* the one that named client_ip, or NULL */
    bool record_alone;       /* the client's own Received line is missing: only the record tells of it */
    GPtrArray *reasons;      /* of const char * */
} mw_boundary;

typedef struct mw_hosts mw_hosts;

/* The two tables; NULL and MW_ERROR_DATA when one is broken. */
const mw_hosts *mw_hosts_of(const mw_data *data, GError **error);
/* The organisation of a host name: of the table, else its registrable domain; NULL for a name without a dot,
 * an address, or a name that only a private network has. */
const char *mw_hosts_organisation(const mw_hosts *hosts, const char *name);
/* Whether the host (or a domain above it) has that role, and the organisation's name; NULL when not. */
const char *mw_hosts_role(const mw_hosts *hosts, const char *name, const char *role);
/* The table has it, or a domain above it. */
bool mw_hosts_known(const mw_hosts *hosts, const char *name);

typedef struct mw_vote {
    const char *form;  /* how the address stands in the field */
    const char *owner; /* the organisation that keeps the field for itself, or NULL */
    int weight;
} mw_vote;

/* NULL for a field that has none. */
const mw_vote *mw_hosts_vote(const mw_hosts *hosts, const char *name);

/* All fields that name a client address, top first. */
GPtrArray *mw_records_read(mw_arena *arena, const mw_hosts *hosts, const mw_message *message,
                           const GPtrArray *claims);

/* What the rest of the header tells. */
typedef struct mw_surroundings {
    const GPtrArray *records;          /* of mw_record * */
    const GPtrArray *claims;           /* of mw_claim * */
    const GPtrArray *receiver_domains; /* of mw_receiver * */
    const GPtrArray *sender_domains;   /* of const char *: of MAIL FROM and From, to tell the sender's own
                                          servers; may be empty */
    bool personal;                     /* a mailbox of a service for everybody: no filter stands in front */
} mw_surroundings;

/* Whether the hop's host wrote the field, which stands below its Received line and above the next one (below;
 * NULL: none): only of a host that is known to write there, and only the first field of that name, since
 * the sender's own follow without a gap. */
bool mw_boundary_wrote_below(const mw_hosts *hosts, const mw_hop *hop, const mw_hop *below,
                             const mw_field *field);

/* Chooses, and sets role and reason of each hop. */
mw_boundary mw_boundary_choose(mw_arena *arena, const mw_hosts *hosts, GPtrArray *hops,
                               const mw_surroundings *around);
