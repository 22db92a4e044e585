/* What stores do to lines that begin with "From ", undone where a signature proves it. */
#pragma once

#include "mail/message.h"

/* The message with such a ">" taken off, or put back, at those lines where that gives the body hash of one of
 * its signatures: all of them, those of one convention, or any few. The message itself where a body hash fits
 * as it is, where there is no such line or somebody on the way may have done it, or where nothing fits: then
 * escapes_unknown tells that a line could have been changed. Bounded work. */
const mw_message *mw_escapes_undo(mw_arena *arena, const mw_message *message);
