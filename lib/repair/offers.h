/* What the former values of one header field are made with. For repair*.c alone. */
#pragma once

#include "repair/field.h"

enum { MW_REPAIR_MAX_VALUE = 8192 };

typedef struct mw_repair_offers {
    mw_arena *arena;
    const mw_message *message;
    const char *name;
    const mw_field *field; /* NULL: there is none now */
    bool simple;           /* folding and blanks count, too */
    unsigned most;         /* what costs more is of no use */
    mw_repair_offer offer;
    void *data;
} mw_repair_offers;

void mw_repair_give(const mw_repair_offers *o, const char *value, unsigned cost, mw_repair_kind kind,
                    const char *words);
/* With a blank in front, as nearly all fields have; told as what the value was. */
void mw_repair_give_was(const mw_repair_offers *o, const char *value, unsigned cost, mw_repair_kind kind);
/* A value as it stands elsewhere in the mail, with the same words. Not when it is very long. */
void mw_repair_give_copy(const mw_repair_offers *o, const mw_field *field, unsigned cost,
                         mw_repair_kind kind);

/* ---- each of a kind of field ---- */

/* Without tags in front, behind and within; encoded anew. */
void mw_repair_offer_subjects(const mw_repair_offers *o);
/* The author that a mailing list replaced, from the fields that keep it. */
void mw_repair_offer_authors(const mw_repair_offers *o);
/* The same people, written by other habits. */
void mw_repair_offer_addresses(const mw_repair_offers *o);
/* For simple: the text with one fold, at each blank, or as many as a width asks for. */
void mw_repair_offer_one_fold(const mw_repair_offers *o, const char *text, unsigned cost, mw_repair_kind kind,
                              const char *words);
/* For simple: folded at other places. */
void mw_repair_offer_foldings(const mw_repair_offers *o);
/* Blanks that were put in or taken out at folds and commas. */
void mw_repair_offer_blanks(const mw_repair_offers *o);

/* ---- text ---- */

/* SP and HTAB */
bool mw_repair_is_blank(char c);
bool mw_repair_is_ascii(const char *text);
/* Unfolded and trimmed. */
const char *mw_repair_flat(mw_arena *arena, mw_span value);
