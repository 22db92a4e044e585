/* Whether a request may come in, and what it asks for, by all that is known before its body. */
#pragma once

#include "query.h"
#include "routes.h"

/* NULL where it asks for what there is not. What is wrong goes to why, and the options to q; false then. */
bool entry_check(const room *r, struct MHD_Connection *c, const route *to, const char *method, query *q,
                 refusal *why);
/* The header leaves open where the body ends, or whose name was called: nothing behind it on the connection
 * can be believed. */
bool entry_is_ambiguous(struct MHD_Connection *c);
/* Of a body to there. */
guint64 entry_most_octets(const serve *s, const route *to);
