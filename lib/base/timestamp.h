/* Moments in seconds since 1970-01-01 UTC. The library never asks the clock: now is passed in. */
#pragma once

#include "base/span.h"

typedef int64_t mw_time;
#define MW_TIME_UNKNOWN INT64_MIN

/* An RFC 5322 section 3.3 date with the obsolete forms of 4.3 (two-digit years, zone names, comments) and
 * what real hosts write (no weekday, no seconds, ctime order, "GMT+0200", dates in the wrong case).
 * MW_TIME_UNKNOWN when it is none. zone_minutes (may be NULL) gets the offset east of UTC. */
mw_time mw_time_read_mail(mw_span text, int *zone_minutes);

/* RFC 3339, "T" or a blank between date and time, time optional (00:00:00Z then). */
mw_time mw_time_read_rfc3339(mw_span text);

/* "2026-01-01T00:00:00Z"; NULL for MW_TIME_UNKNOWN. */
char *mw_time_rfc3339(mw_arena *arena, mw_time time);
/* "20 Nov 2026 14:02 UTC" */
char *mw_time_text(mw_arena *arena, mw_time time);
/* "20 Nov 2026" */
char *mw_time_day(mw_arena *arena, mw_time time);
/* "3 s", "5 min", "2 h 10 min", "3 days": the two largest units. */
char *mw_time_span(mw_arena *arena, int64_t seconds);
