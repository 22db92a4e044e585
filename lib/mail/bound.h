/* How much of a body may be given to a MIME parser, which makes objects of every part, field and parameter.
 */
#pragma once

#include "base/span.h"

/* The length of the body's start that holds no more parts, fields of parts and parameters than limits.h
 * allows; body.len when all of it does. content_type: the message's own field, or of length 0. Counts rather
 * too much than too little; linear. */
size_t mw_mime_bound(mw_span content_type, mw_span body);
/* A Content- field that a parser may see. */
bool mw_mime_field_bound(mw_span field);
