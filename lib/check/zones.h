/* The DNS lists as data (data/dnsbl.tsv): which are asked, and how their answers are to be read. */
#pragma once

#include "base/data.h"
#include "base/ip.h"
#include "dns/dns.h"

/* What is looked up at a zone: "ask" in the table. */
typedef enum mw_ask {
    MW_ASK_IP4 = 1,
    MW_ASK_IP6 = 2,
    MW_ASK_HELO = 4,
    MW_ASK_MAIL_FROM = 8,
    MW_ASK_FROM = 16,
    MW_ASK_REPLY_TO = 32,
    MW_ASK_DKIM = 64,
    MW_ASK_LINK = 128,
    MW_ASK_LINK_IP = 256,
    MW_ASK_LINK_HOST = 512, /* the addresses of the hosts that links name */
} mw_ask;

typedef struct mw_zone_code {
    uint8_t low[4], high[4]; /* each octet within; bit 0 only */
    unsigned bit;            /* of the last octet; 0: the range decides */
    const char *symbol;      /* NULL: no weight */
    const char *meaning;
} mw_zone_code;

/* An entry that a list has for tests. */
typedef struct mw_zone_test {
    mw_name name; /* len 0 where it can be no name */
    mw_ip wanted; /* the answer; family 0: any */
} mw_zone_test;

typedef struct mw_zone {
    const char *zone; /* as it is asked, a key filled in */
    mw_name wire;     /* the same; len 0 where it can be no name */
    const char *show; /* as it is shown: "{key}" in place of a key */
    const char *name; /* "Spamhaus ZEN" */
    const char *kind, *url, *used_by, *terms;
    unsigned ask; /* of mw_ask */
    bool hops;
    const char *key;         /* the secret label in zone, or NULL */
    const char *missing_key; /* asked for, but its key is not configured: the key's name; else NULL */
    const char *dead;        /* gone: since when and what it does now; else NULL */
    const mw_zone_code *codes;
    size_t n_codes;
    const mw_zone_code *refused;
    size_t n_refused;
    const char *const *tests;    /* "LABEL" or "LABEL=ANSWER", NULL-terminated */
    const char *negative;        /* label that must not be listed, or NULL */
    const mw_zone_test *entries; /* of the tests */
    size_t n_entries;
    mw_name negative_name; /* of negative */
} mw_zone;

/* The name of a label in the zone. False when it is too long, or the label can't be one. */
bool mw_zone_name(const mw_zone *zone, mw_span label, mw_name *name);

/* The zones that a run asks. lists is NULL or "default", "all", or zone names separated by commas; a name
 * that the table does not know is read as an IP and domain list of the usual form. NULL and MW_ERROR_DATA
 * when a table is broken, or MW_ERROR_OPTION when a zone's name can't be one. */
GPtrArray *mw_zones_choose(const mw_data *data, mw_arena *arena, const char *lists, GError **error);
/* The same for the lists that a run was told to ask: chosen once, and kept with the data. */
const GPtrArray *mw_zones_of(const mw_data *data, const char *lists, GError **error);

/* Why a zone is gone, in words ("SORBS is gone since June 2024: ..."), or NULL when the table of dead lists
 * does not have it. */
const char *mw_zone_dead(const mw_data *data, mw_arena *arena, const char *zone);

/* The address is one that says "not for you", or none that a list may answer (outside 127.0.0.0/8). */
bool mw_zone_refuses(const mw_zone *zone, const uint8_t address[4]);
/* The code that matches next after the given one (NULL: from the start), or NULL. */
const mw_zone_code *mw_zone_code_find(const mw_zone *zone, const uint8_t address[4],
                                      const mw_zone_code *after);
