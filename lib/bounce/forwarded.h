/* A bounce that somebody sent on within the text of a mail: below the lines that mail programs write
 * ("From:", "Subject:" ...), each line perhaps behind "> ". */
#pragma once

#include "bounce/phrases.h"
#include "mail/message.h"
#include "mail/mime.h"

/* The mail of a mail system that stands there, with what is left of its header; NULL without one. */
const mw_message *mw_bounce_forwarded(mw_arena *arena, const mw_phrases *phrases, const mw_message *message,
                                      const mw_mime *mime);
