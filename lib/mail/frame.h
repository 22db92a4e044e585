/* What a store, a reader or a person put around a mail: taken off before anything is read. */
#pragma once

#include "base/span.h"

typedef struct mw_frame {
    mw_span bytes;     /* the mail: a part of the input, or in the arena where its lines had to change */
    size_t offset;     /* of its first byte in the input, about, where lines had to change */
    size_t lines;      /* before it */
    const char *words; /* what was taken off, for the report; NULL: nothing */
    bool rebuilt;      /* the bodies are not as they were sent: Outlook keeps them in its own way */
    bool unsent;       /* a draft or a Sent item of Outlook's: no server has seen it */
    const char *error; /* it is known what it is, but it can't be read, in words; or NULL */
    bool pasted;       /* words or marks of a person's stand around it: no store's copy */
} mw_frame;

/* Knows Outlook's .msg, the dbox files of Dovecot, doveadm fetch, an IMAP server's answer, .emlx, and nmh's
 * show; and a header with an indent, with "> " before its lines, or behind other words. Linear in the size.
 */
mw_frame mw_frame_find(mw_arena *arena, mw_span bytes);

/* The first of several mails in one file of a kind that holds many (Dovecot's mdbox, doveadm fetch, an IMAP
 * server's answers), with what stands around it; moves rest behind it. False where no further one follows:
 * then rest is all of the last. */
bool mw_frame_split(mw_span *rest, mw_span *first);
