/* Amazon's notifications: JSON in a plain text, broken into lines as mail is. */
#pragma once

#include "bounce/bounce.h"

/* False when the text is none; sets form, kind and recipients otherwise. */
bool mw_bounce_read_json(mw_arena *arena, mw_bounce *bounce, mw_span text);
