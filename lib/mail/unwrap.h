/* Mails that only carry another one: a ticket, a forward as attachment. */
#pragma once

#include "mail/mime.h"

typedef struct mw_inner {
    mw_span bytes;              /* decoded, in the arena or in the outer message */
    int part;                   /* index in mime->parts */
    const char *file_name;      /* or NULL */
    const char *subject, *from; /* of the inner mail, for a list; or NULL */
} mw_inner;

typedef struct mw_wrapped {
    GPtrArray *inner; /* of mw_inner *: attached mails in order, those within another one not among them */
    bool only;        /* the outer mail has no content of its own: an inner one is to be diagnosed */
} mw_wrapped;

/* What is attached: message/rfc822 and message/global parts, and files that end in .eml and read as a mail. A
 * bounce (multipart/report) carries none. only is set where besides them there is no attachment and at most a
 * short note. */
const mw_wrapped *mw_unwrap(mw_arena *arena, const mw_message *message, const mw_mime *mime);

/* The one to diagnose: number from 1 (--part N); 0: the first. NULL and MW_ERROR_OPTION when there is none of
 * that number; the text lists those that there are. */
const mw_inner *mw_unwrap_part(mw_arena *arena, const mw_wrapped *wrapped, unsigned number, GError **error);
