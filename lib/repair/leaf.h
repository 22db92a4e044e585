/* Edits inside one MIME part, as choices for the product. For repair*.c alone. */
#pragma once

#include "repair/mime.h"

/* The part's slot covers its lines from the delimiter to its end. Adds a choice for each edit that may have
 * been made in it. Bytes that the choices take are bounded by *room, which goes down. */
void mw_repair_leaf_choices(mw_repair_run *run, const mw_repair_text *text, const mw_repair_part *part,
                            size_t number, size_t *room, mw_repair_slot *slot);
