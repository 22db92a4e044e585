/* The parts of a mail that a bounce is made of, and its text for people. */
#pragma once

#include "mail/mime.h"

enum { MW_BOUNCE_TEXT = 256 * 1024 }; /* bytes of a text for people that are looked at */

/* A whole attached mail; the header of one. */
bool mw_part_is_message(const mw_part *part);
bool mw_part_is_header(const mw_part *part);
/* Index of the attached message that holds the part, or -1. */
int mw_part_holder(const mw_mime *mime, size_t index);
/* The outermost part whose type ends so, or NULL. */
const mw_part *mw_part_find(const mw_mime *mime, const char *suffix);

/* The texts for people that stand inside the attached message of that index (-1: outside of any), joined;
 * HTML only where there is no plain text. A structure whose delimiters are missing or wrong leaves no text:
 * then the body is read as it stands. */
mw_span mw_bounce_text(mw_arena *arena, const mw_message *message, const mw_mime *mime, int inside);

/* An attachment that has the fields of a report (RFC 3464) under another type, outside of returned mails; or
 * NULL. */
const mw_part *mw_part_unnamed_report(const mw_mime *mime);
