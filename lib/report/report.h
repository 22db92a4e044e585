/* The writers of a finished diagnosis.
 *
 * The room report owns how a finished diagnosis is written. It may not change it, and knows neither options
 * nor files.
 */
#pragma once

#include "score/diagnosis.h"

/* One line that says it: "rejected: 19.32 of 13 points; ...". */
const char *mw_diagnosis_summary(mw_arena *arena, const mw_diagnosis *diagnosis);

typedef struct mw_text_style {
    bool color;
    int verbose, width;
    const char *embedded; /* HTML: see mw_html_write(); or NULL */
} mw_text_style;

/* Symbols found in one diagnosis and not in the other, by name: of const mw_finding *. */
GPtrArray *mw_diagnosis_only_in(mw_arena *arena, const mw_diagnosis *a, const mw_diagnosis *b);

/* Each returns a new string that the caller frees. */
char *mw_text_write(const mw_diagnosis *diagnosis, const mw_text_style *style);
char *mw_json_write(const mw_diagnosis *diagnosis);
char *mw_json_write_line(const mw_diagnosis *diagnosis);
/* In place of a report: a line of JSON with "error". */
char *mw_json_error_line(const char *file, const char *text);
