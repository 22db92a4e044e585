/* The words of a mail that say who somebody is, and what stands in for each: the same for the same. For
 * redact.c alone. */
#pragma once

#include "check/facts.h"

typedef struct mw_blank mw_blank;

/* The catalogue's own words are not taken for names. */
mw_blank *mw_blank_new(mw_arena *arena, const mw_catalogue *catalogue);

/* To be hidden wherever they stand: an address ("person-1@orchard.example"; the domain stays), a name ("Name
 * 1"), the name of a host or an address of somebody's own ("host-1"), a file's name ("file-1.pdf"), a text
 * such as a subject. NULL and what is too short to mean anybody are passed over. */
void mw_blank_address(mw_blank *blank, const char *address);
void mw_blank_name(mw_blank *blank, const char *name);
void mw_blank_host(mw_blank *blank, const char *host);
void mw_blank_file(mw_blank *blank, const char *file_name);
void mw_blank_text(mw_blank *blank, const char *text);
/* A sentence that quotes what was written: wherever it stands, its quotes are hidden. */
void mw_blank_sentence(mw_blank *blank, const char *sentence);
/* What stands in quotes in a text is hidden where it stands in this mail, too. */
void mw_blank_quotes_of(mw_blank *blank, mw_span mail);

/* The text with all that taken out: addresses are known by their form, too. NULL stays NULL. */
const char *mw_blank_out(mw_blank *blank, const char *text);
/* The same, and nothing that stands in quotes. */
const char *mw_blank_quotes(mw_blank *blank, const char *text);
