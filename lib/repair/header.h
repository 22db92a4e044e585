/* The header's half of repair: the edits of signed fields that, undone, give the digest that was signed. For
 * repair*.c alone. */
#pragma once

#include "repair/body.h"
#include "repair/repair.h"

/* False when nothing is found. hints: fields as they were by what was found of the body; what they explain is
 * not told as an edit. edits (of const mw_repair_edit *) is empty when the header is as it was signed. */
bool mw_repair_header_search(mw_repair_run *run, const mw_repair_target *target, const GArray *hints,
                             GPtrArray *edits);
