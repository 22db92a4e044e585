/* MIME structure and decoding, by GMime (the only file that includes it is mime.c). */
#pragma once

#include "mail/message.h"

typedef struct mw_part {
    const char *type;                                                      /* "text/html", lower case */
    const char *charset, *file_name, *disposition, *encoding, *content_id; /* NULL when absent */
    int depth, parent; /* parent: index of the enclosing part, -1 at the top */
    mw_span content;   /* decoded from its transfer encoding; empty for a multipart */
    mw_span raw;       /* its bytes in message->raw, still encoded, without its own header; of an attached
                          message the whole inner message; empty where it can't be told */
    bool encrypted;    /* a zip whose first member is encrypted, or a part that is by its type */
} mw_part;

typedef struct mw_mime {
    const mw_part *parts; /* in the order of the message; parts[0] is the message's own */
    size_t n_parts;
    bool truncated; /* beyond MW_MAX_PARTS or MW_MAX_MIME_DEPTH the rest was left out */
} mw_mime;

/* Parses the structure; never fails: what cannot be parsed is one text/plain part. */
const mw_mime *mw_mime_read(mw_arena *arena, const mw_message *message);

/* The content as UTF-8, by its charset (unknown ones: windows-1252 where it is not UTF-8). */
char *mw_part_text(mw_arena *arena, const mw_part *part);

/* RFC 2047 decoded, unfolded, valid UTF-8. */
char *mw_header_decoded(mw_arena *arena, const mw_field *field);

typedef struct mw_address {
    const char *display_name;        /* decoded, NULL without one */
    const char *address;             /* as written, "" in an empty group */
    const char *local_part, *domain; /* domain lower case, in A-labels; NULL without one */
    const char *group;               /* of which it is a member, or NULL */
} mw_address;

/* The addresses of a From, To, Reply-To ... field, at most MW_MAX_ADDRESSES. */
GPtrArray *mw_addresses(mw_arena *arena, const mw_field *field);
