/* The one way for text from a mail or from DNS to a terminal or a page. */
#pragma once

#include "base/span.h"

/* Appends text with everything that could move a cursor, hide or reorder text made visible: C0, DEL and
 * C1 controls, bidi controls, zero-width and other format characters as \u{200E}; bytes that are not
 * UTF-8 as \xE9; marks beyond five on one character, and one that stands on nothing, as \u{301}.
 * HTAB, CR and LF become one space each. At most max characters, then "..."; max 0: no limit. */
void mw_printable_append(GString *out, mw_span text, size_t max);
/* Nothing but ASCII that shows as it is. */
bool mw_printable_is_plain(mw_span text);

/* The same into an arena. NULL stays NULL. */
char *mw_printable(mw_arena *arena, const char *text);

/* Valid JSON text with DEL, C1 and bidi controls and other invisible characters of its strings as \u escapes:
 * the same values, safe on a terminal. To be freed with g_free(). */
char *mw_printable_json(const char *json);

typedef enum mw_ascii_form {
    MW_ASCII_TEXT, /* \u{20AC} */
    MW_ASCII_JSON, /* \u20AC, in two parts where it needs them */
    MW_ASCII_XML,  /* &#x20AC; */
} mw_ascii_form;
/* The same text in ASCII, for those who read nothing else. Octets that are no UTF-8 are \xE9 in text and
 * U+FFFD else. Controls are kept. To be freed with g_free(). */
char *mw_printable_ascii(const char *text, mw_ascii_form form);

/* Columns that printable text takes on a terminal (wide characters count two, marks none). */
size_t mw_printable_width(const char *text);

/* Bytes to valid UTF-8 for JSON: what is not UTF-8 becomes U+FFFD; NUL becomes U+2400. Controls are kept
 * (JSON escapes them). */
char *mw_utf8(mw_arena *arena, mw_span text);
