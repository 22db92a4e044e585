/* SPF macros (RFC 7208 section 7): checked by the grammar, expanded within a bound. */
#pragma once

#include "base/ip.h"
#include "base/timestamp.h"

/* Length of the macro-expand at the start of text ("%{d2r-}", "%%", "%_", "%-"), 0 when it is malformed.
 * only_exp (may be NULL) becomes true for c, r and t, which only an explanation may hold. */
size_t mw_spf_macro_length(mw_span text, bool *only_exp);

/* SIZE_MAX when text is a macro-string, else the offset of what is wrong. in_exp allows c, r and t; blanks
 * allows blanks (explain-string). */
size_t mw_spf_check_macros(mw_span text, bool in_exp, bool blanks);

/* A macro of that letter stands in text (both cases). */
bool mw_spf_uses_macro(mw_span text, char letter);

/* What the letters stand for. */
typedef struct mw_spf_values {
    const char *sender, *local_part, *sender_domain; /* s, l, o */
    const char *helo, *receiver;                     /* h, r; NULL: "unknown" */
    mw_ip client_ip;                                 /* i, c, v */
    mw_time now;                                     /* t */
    /* p: the validated name of the client for the domain, or "unknown" (section 7.3). */
    const char *(*validated)(void *data, const char *domain);
    void *data;
} mw_spf_values;

/* Expands a macro-string into a domain for a query: without the final dot, and with labels taken off its left
 * until it fits into 253 octets (section 7.3). NULL when a value in it is longer than MW_MAX_SPF_VALUE: no
 * such name can exist. domain is d. The result may hold any byte but NUL. */
const char *mw_spf_expand_domain(mw_arena *arena, const mw_spf_values *values, mw_span text,
                                 const char *domain);
/* Expands an explain-string; at most MW_MAX_SPF_EXPLANATION octets, then " [...]". NULL as above. */
const char *mw_spf_expand_text(mw_arena *arena, const mw_spf_values *values, mw_span text,
                               const char *domain);
