/* Files of several mails, each behind a line that begins with "From ". */
#pragma once

#include "base/span.h"

/* Such a line: "From " and somebody or something, a date with a time behind it where strict. Without its end.
 */
bool mw_mbox_is_from_line(mw_span line, bool strict);

/* The bytes begin with a line of that kind (blank lines, a BOM before it do not matter) and are no mail's own
 * first line. */
bool mw_mbox_is(mw_span bytes);

typedef struct mw_mbox_mail {
    mw_span bytes; /* from its From_ line on, without the empty line before the next one */
    bool pseudo; /* no mail, but what a mail program keeps about the folder (its first entry, with X-IMAP) */
    bool joined; /* a From_ line and a header stand in it, without the empty line that would part two mails */
    /* what is known of the file; it is kept */
    bool parted; /* a From_ line and a field part mails without an empty line, too: set by a parting that has
                    one, or a Content-Length, or by the caller, who takes the file for an mbox */
    bool bare;   /* a mail had no Content-Length that fits */
    bool whole;  /* all mails have one: they are of the program that wrote the file */
    bool lied;   /* one would have hidden delivered mails: none that reaches over a From_ line is believed */
} mw_mbox_mail;

/* The next mail; moves rest behind it. False at the end. *mail is zero, but for parted, for the first, and is
 * handed in again for each next one. A mail ends where its Content-Length says, if another mail, or nothing,
 * follows there, and if no delivered mail is hidden by that; else before the next From_ line that follows an
 * empty line, and that a header field follows. Line by line: linear in the size. */
bool mw_mbox_next(mw_span *rest, mw_mbox_mail *mail);
