/* What was changed, line by line. For repair.c alone. */
#pragma once

#include "repair/run.h"

/* Adds what differs between the text as it was signed and as it stands (const mw_change *); nothing where it
 * was not found, or is too long. */
void mw_repair_diff(mw_arena *arena, const mw_repair_run *run, GPtrArray *out);
