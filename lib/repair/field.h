/* What a header field may have been before a mail system rewrote it. For repair*.c alone. */
#pragma once

#include "repair/run.h"

/* A former value: what stood behind the colon, without the final CRLF; data NULL: there was no such field.
 * words NULL: the value was rewritten; they are made of it when the edit is told. */
typedef void (*mw_repair_offer)(void *data, mw_span value, unsigned cost, mw_repair_kind kind,
                                const char *words);

/* Offers the former values of the field name, the likely ones (cost 1) first. field is the one that stands
 * there now, NULL when there is none. simple: folding and blanks count, too. Those that cost more than most
 * are of no use, and need not be offered. The values live in the arena. */
void mw_repair_field_variants(mw_arena *arena, const mw_message *message, const char *name,
                              const mw_field *field, bool simple, unsigned most, mw_repair_offer offer,
                              void *data);

/* Re-foldings of any value, for the simple canonicalisation; which below MW_REPAIR_FOLDS. The value itself
 * where that changes nothing. */
enum { MW_REPAIR_UNFOLDED = 8, MW_REPAIR_FOLDS };
mw_span mw_repair_refold(mw_arena *arena, mw_span value, unsigned which);

/* RFC 2047 forms of text (UTF-8), most used first; NULL behind the last one. words_only: only the words that
 * need it are encoded. */
const char *mw_repair_encode_word(mw_arena *arena, const char *text, unsigned which);
