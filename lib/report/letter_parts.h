/* Between the files that write letters: letter*.c alone.
 *
 * Every sentence of a letter is one whole message with values: languages put words in other orders. A literal
 * with a blank or a colon in these files is such a message, and stands in each table of data/languages/.
 */
#pragma once

#include "report/answer.h"
#include "report/layout.h"
#include "report/letter.h"

/* All that a letter is made of. */
typedef struct letter {
    mw_layout *l;
    mw_arena *arena;
    const mw_language *in;
    const mw_diagnosis *d;
    const mw_verdict *v;
    mw_letter_to to;
    const mw_bounce_recipient *refused; /* of a bounce; or NULL */
    mw_reply_answer answer;             /* of that */
    const mw_finding *finding;          /* that is to be mended; or NULL */
} letter;

/* A message of the letter's language with its values. */
#define SAY(letter, ...) mw_say((letter)->arena, (letter)->in, __VA_ARGS__, NULL)

/* A text that was put together in English, in the letter's language; where that lacks it, as a quotation. */
const char *mw_letter_told(const letter *t, const char *text);

/* The first characters of a text from outside, made printable. */
const char *mw_letter_cut(const letter *t, const char *text, size_t most);
/* False of a bounce without the mail: what stands in the bounce's own header is not the mail's. */
bool mw_letter_has_mail(const letter *t);
/* A field of the mail, decoded; NULL: it has none. */
const char *mw_letter_field(const letter *t, const char *name);
/* "a@shop.example, b@shop.example"; "" when not known. */
const char *mw_letter_to_whom(const letter *t);
/* When the mail was written, or when it was handed over. MW_TIME_UNKNOWN: not known. */
mw_time mw_letter_date(const letter *t);

void mw_letter_paragraph(const letter *t, const char *text);
/* Which mail it is about, and what became of it. */
void mw_letter_opening(const letter *t);
/* What finds the mail in a log. */
void mw_letter_details(const letter *t);
