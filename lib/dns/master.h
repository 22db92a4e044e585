/* Master files (RFC 1035 section 5) with the comment lines that say what a master file can't:
 *
 *   ;@ NAME TYPE STATUS [ttl=N] [secure|bogus] [beside-alias] [canonical=NAME] [why="..."]
 *   ;@run at=2026-11-22T03:00:00Z mailwhy=0.1.0 source="..." queries=57 unanswered=0 elapsed_ms=160
 *
 * STATUS is any status of the engine but NOTRECORDED; OK only says secure or bogus of the records that stand
 * in the file. NAME in all places has \DDD escapes and is absolute in comment lines, relative to $ORIGIN
 * elsewhere (at first the root). $TTL is understood; $INCLUDE and $GENERATE are errors.
 */
#pragma once

#include "dns/source.h"

typedef struct mw_record {
    mw_name owner;
    uint16_t type;
    uint32_t ttl;
    mw_rdata rdata;
} mw_record;

typedef struct mw_mark {
    mw_name owner;
    uint16_t type;
    mw_dns_status status;
    uint32_t ttl;
    bool secure, bogus, beside_alias;
    mw_name canonical; /* len 0: none */
    const char *why;
} mw_mark;

typedef struct mw_master {
    GPtrArray *records; /* of mw_record *, in the file's order */
    GPtrArray *marks;   /* of mw_mark * */
    const mw_dns_run *run;
} mw_master;

/* Everything in the arena. NULL and MW_ERROR_DATA that names file and line. */
const mw_master *mw_master_read(mw_arena *arena, mw_span bytes, const char *file, GError **error);

/* One record "OWNER [TTL] [CLASS] TYPE RDATA". The text of a TXT record may stand without quotes, and a
 * string over 255 octets is split. False, with why (in the arena), when it is none. */
bool mw_record_read(mw_arena *arena, mw_span line, mw_record *out, const char **why);
