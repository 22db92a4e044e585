/* A link's address as a browser would read it, and what is odd about how it is written (WHATWG URL, RFC
 * 3986). */
#pragma once

#include "base/ip.h"

typedef enum mw_url_oddity {
    MW_URL_USERINFO = 1,      /* http://www.bank.example@evil.example/ */
    MW_URL_NUMBER_HOST = 2,   /* http://3221225985/, http://0xC0.0.2.1/: an address in disguise */
    MW_URL_PERCENT_HOST = 4,  /* http://%65vil.example/ */
    MW_URL_BACKSLASH = 8,     /* http:\\evil.example\ */
    MW_URL_ZERO_WIDTH = 16,   /* an invisible character in the host */
    MW_URL_MIXED_SCRIPT = 32, /* a label mixes Latin with letters of another alphabet */
} mw_url_oddity;

typedef struct mw_url {
    const char *text;   /* as written, blanks cut */
    const char *scheme; /* lower case: "http", "https", "mailto", "data" ...; "" for a relative one */
    const char *host;   /* lower-case A-labels, or the address in its usual form; NULL without one */
    const char *rest;   /* behind host and port; for a scheme without a host, behind the colon */
    mw_ip ip;           /* the host is this address; family 0: it is a name */
    unsigned oddities;  /* of mw_url_oddity */
} mw_url;

/* False when it is no URL at all: empty. Linear in its length. text is valid UTF-8. */
bool mw_url_read(mw_arena *arena, mw_span text, mw_url *out);

/* The web addresses that stand in the query of another one (url=https%3A%2F%2F...), decoded: as spans in the
 * arena, at most max. */
GPtrArray *mw_url_nested(mw_arena *arena, const mw_url *url, size_t max);
