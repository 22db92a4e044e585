/* What the receiver recorded, beside what this run says: they are never mixed. */
#pragma once

#include "check/facts.h"

typedef struct mw_recorded {
    const char *by;      /* who recorded it, or NULL */
    const char *results; /* "spf=pass, dkim=none, dmarc=fail"; NULL: nothing was recorded */
    const char
        *differs;      /* "dkim is pass now, dmarc is pass now"; NULL: nothing that this run judged differs */
    unsigned compared; /* how many of them this run could judge */
    GPtrArray *notes;  /* of const char *: a policy that was not followed, composite authentication */
} mw_recorded;

/* Of the trusted claims alone. Never NULL. */
const mw_recorded *mw_recorded_read(mw_arena *arena, const mw_facts *facts);
