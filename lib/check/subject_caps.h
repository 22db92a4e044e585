/* Is a subject written in capitals alone? */
#pragma once

#include "base/span.h"

/* True when every letter that has a case is a capital: at least four of them, and no fewer than the letters
 * of scripts without case. "Re:", "Fwd:" and their kin in front do not count. *length gets the characters
 * behind them. text is valid UTF-8. */
bool mw_subject_all_caps(const char *text, size_t *length);
/* The subject without "Re:", "Fwd:" and their kin. */
const char *mw_subject_without_prefixes(const char *text);
