/* Where the codes of a reply stand in a text: reply codes (RFC 5321 section 4.2) and enhanced statuses (RFC
 * 3463), told from amounts, addresses, telephone numbers and the follow-ups of an earlier refusal. What
 * others may ask is in reply/reply.h. */
#pragma once

#include "reply/reply.h"

/* NUL where there is none. */
static inline char mw_char_before(mw_span text, size_t at) {
    return at > 0 ? text.data[at - 1] : '\0';
}

static inline char mw_char_at(mw_span text, size_t at) {
    return at < text.len ? text.data[at] : '\0';
}

/* The first code from there on that is one: least 2 surely, 1 likely. SIZE_MAX when there is none. */
size_t mw_code_find(mw_span text, size_t from, int least);
/* The code of the reply that counts; SIZE_MAX when there is none. */
size_t mw_code_choose(mw_span text);
/* The first status anywhere in a text: of class 4 or 5, and not a part of an address or a version; empty when
 * there is none. */
mw_span mw_status_find(mw_span text);
