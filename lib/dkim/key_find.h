/* The key of a signature, from the DNS. */
#pragma once

#include "dkim/key.h"
#include "dns/dns.h"

typedef enum mw_key_state {
    MW_KEY_FOUND,
    MW_KEY_ABSENT,    /* no such name, or no TXT record */
    MW_KEY_BAD,       /* a record, but no usable key: unreadable, revoked, several */
    MW_KEY_DNS,       /* DNS failed: it may be there */
    MW_KEY_NOT_ASKED, /* a replayed world does not hold it, or --no-dns */
} mw_key_state;

typedef struct mw_dkim_key {
    mw_key_state state;
    const char *name;           /* SELECTOR._domainkey.DOMAIN */
    const char *reason;         /* in words, of anything but FOUND; it names the name */
    const mw_key *key;          /* the record that was read; NULL without one. Usable only in state FOUND */
    mw_span record;             /* its text */
    const char *elsewhere;      /* ABSENT: the name at which the key stands by mistake; or NULL */
    const char *elsewhere_text; /* its text there */
    const char *alias;          /* the name is an alias (CNAME) of this one; or NULL */
    const char *meant;  /* BAD: the record holds this host's name, where a CNAME to it was meant; or NULL */
    size_t n_keys;      /* BAD: how many records there could be keys; more than one is too many */
    const char *worst;  /* of several, the one that is broken, cut short; or NULL */
    const char *notice; /* what is odd about it all the same; or NULL */
} mw_dkim_key;

/* name is mw_signature.key_name; NULL is ABSENT. Never NULL. */
const mw_dkim_key *mw_dkim_key_find(mw_arena *arena, mw_dns *dns, const char *name);
void mw_dkim_key_prefetch(mw_dns *dns, const char *name);
