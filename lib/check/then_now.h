/* What the receiving host recorded at the delivery beside what today's run says; never merged. */
#pragma once

#include "check/facts.h"

typedef struct mw_then_now {
    const char *method;   /* "spf", "dkim", "dmarc", "arc", "rdns" */
    const char *subject;  /* the domain that it is about, or NULL */
    const char *recorded; /* "pass", or of rdns the name */
    const char *now;      /* the same of this run */
    bool differs;
    const char *why; /* where they differ: the reason as far as it can be known; else NULL */
} mw_then_now;

/* One row for each trusted claim of those methods (a DKIM signature by its domain and selector), in that
 * order; empty where the receiver recorded nothing. After the checks have run. */
GPtrArray *mw_then_now_read(mw_arena *arena, const mw_facts *facts);
/* "spf=pass dkim=pass; today's run says the same", or with the differences and their reasons; NULL when
 * nothing was recorded. */
const char *mw_then_now_words(mw_arena *arena, const GPtrArray *rows);
