/* The recipients of a bounce, each with its reply: from the report, from the text for people, or from the
 * returned mail.
 */
#pragma once

#include "bounce/bounce.h"
#include "bounce/marks.h"
#include "bounce/dsn.h"

/* Sets codes and text of a reply; status is the report's own field, or NULL. */
void mw_bounce_set_reply(mw_bounce_recipient *recipient, const mw_smtp_reply *reply, const char *status);

/* One more recipient, of whom the text was said; address may be NULL. */
mw_bounce_recipient *mw_bounce_add(mw_arena *arena, mw_bounce *bounce, const char *address, const char *text,
                                   bool warning);

/* Those of the report, with what the text for people says of each. */
void mw_bounce_add_report(mw_arena *arena, mw_bounce *bounce, const mw_dsn *dsn, const mw_notice *notice,
                          const mw_bounce_marks *marks);
/* The free forms: whom the header names as failed, else whom the text does. */
void mw_bounce_add_notice(mw_arena *arena, mw_bounce *bounce, const mw_notice *notice,
                          const mw_bounce_marks *marks);
/* Nobody is named at all: whom the returned mail was for. */
void mw_bounce_add_of_original(mw_arena *arena, mw_bounce *bounce, const mw_notice *notice);
