/* Canonicalisation over raw bytes (RFC 6376 section 3.4): DKIM, ARC and the search for a broken signature's
 * edit hash through canon.c (header) and canon_body.c alone. Input lines end with CRLF, as in mw_message.raw;
 * what is hashed is never a message written out again. Linear in the size.
 */
#pragma once

#include "mail/message.h"

typedef enum mw_canon { MW_CANON_SIMPLE, MW_CANON_RELAXED } mw_canon;
const char *mw_canon_name(mw_canon canon); /* "simple", "relaxed" */

/* WSP of RFC 5234. */
static inline bool mw_canon_wsp(char c) {
    return c == ' ' || c == '\t';
}

/* The value of c=: "relaxed/simple", "relaxed" (its body half is simple then). The NULL span is
 * simple/simple. False, out untouched, for anything else. ASCII case folded. */
bool mw_canon_read(mw_span value, mw_canon *header, mw_canon *body);

/* ---- header ---- */

/* Appends one field (mw_field.raw) with a final CRLF. */
void mw_canon_field(GString *out, mw_span raw, mw_canon canon);
/* Appends a signature's own field with the value of b= taken out, without a final CRLF (section 3.7). */
void mw_canon_signature(GString *out, mw_span raw, mw_canon canon);

/* Finds fields by name, bottom-up, in constant time. It keeps the message's fields, which must outlive it. */
typedef struct mw_canon_index mw_canon_index;
mw_canon_index *mw_canon_index_new(mw_arena *arena, const mw_message *message);
/* The fields that the colon-separated list h names, in its order (section 5.4.2): each name takes the next
 * instance from the bottom; a name with none left takes nothing. except (may be NULL) is passed over: the
 * signature itself. Elements are const mw_field *, as in message->fields. */
GPtrArray *mw_canon_select(mw_arena *arena, const mw_canon_index *index, mw_span h, const mw_field *except);

/* ---- body ---- */

/* Takes canonical bytes. The pieces are large, as far as the text allows. */
typedef void (*mw_canon_sink)(void *data, const char *bytes, size_t len);

/* A body in the making: start, feed pieces that are cut anywhere, end. Its fields are not for others, but for
 * written: the canonical bytes that the sink got. */
typedef struct mw_canon_body {
    mw_canon canon;
    mw_canon_sink sink;
    void *data;
    uint64_t written;
    uint64_t line_ends; /* CRLFs held back: they count only when something follows */
    bool space, cr;     /* white space, CR held back */
    size_t staged;
    char stage[4096];
} mw_canon_body;

void mw_canon_body_start(mw_canon_body *body, mw_canon canon, mw_canon_sink sink, void *data);
void mw_canon_body_feed(mw_canon_body *body, mw_span piece);
void mw_canon_body_end(mw_canon_body *body);
