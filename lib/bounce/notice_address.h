/* Addresses in texts for people. */
#pragma once

#include "base/span.h"

/* The first address in a text from a place; its length 0 without one. end: behind its brackets. */
mw_span mw_notice_address(mw_span text, size_t from, size_t *end);

/* An office such as postmaster: never a recipient by a mere mention. */
bool mw_notice_office(mw_span address);

/* A letter or a digit stands there. */
bool mw_notice_has_word(mw_span text);
