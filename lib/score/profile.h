/* Profiles by name or from files. */
#pragma once

#include "score/points.h"

/* By name (data/profiles/NAME.ini; "spamassassin" with "-set0" to "-set3" behind it: without and with network
 * tests, the same with Bayes; "-set1" is meant without), or from a file when the name holds a slash or ends
 * in a suffix that a profile can have: .ini       as in data/profiles; its base= names the profile that it
 * changes .json      the output of `rspamadm configdump -j`, laid over the profile rspamd .conf      a file
 * of rspamd's local.d in the simple forms, laid over the same; a folder of such files as well .cf
 * SpamAssassin's score and required_score lines, laid over the profile spamassassin Which of them it is, is
 * told by the content. NULL and MW_ERROR_DATA or MW_ERROR_FILE with one line. */
const mw_profile *mw_profile_read(mw_arena *arena, const mw_data *data, const char *name, GError **error);
