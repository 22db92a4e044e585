/* Mails that are one plain text, which most programs write: no parser of MIME is needed to say so. */
#pragma once

#include "mail/mime.h"

/* Fills part (all zero before) as a parser of MIME would. False: the mail is something else, or not surely
 * that. */
bool mw_plain_read(mw_arena *arena, const mw_message *message, mw_part *part);
