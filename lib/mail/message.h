/* A saved mail as bytes: the header fields with their places, and the body. The authority for header
 * fields; GMime (mime.h) serves structure and decoding.
 *
 * The room mail owns the bytes of one mail and what can be read off them: fields, structure, links, words.
 * It may not know how the mail travelled, or judge it.
 */
#pragma once

#include "base/arena.h"
#include "base/span.h"

typedef struct mw_field {
    mw_span name;  /* before the colon, without white space before it; a line without a colon: empty */
    mw_span value; /* behind the colon, folded as it stands, without the final line end */
    mw_span raw;   /* the whole field with CRLF line ends, without the final one: what DKIM hashes */
    size_t offset; /* of the field's first byte in the input as it was given */
    size_t line;   /* its line number there, from 1 */
    bool bad;      /* no colon, or a name with bytes that a name can't have */
} mw_field;

typedef enum mw_line_ends {
    MW_LINES_CRLF,
    MW_LINES_LF,
    MW_LINES_CR,
    MW_LINES_MIXED,
    MW_LINES_NONE
} mw_line_ends;

typedef struct mw_message {
    mw_span original; /* the bytes as given (not copied: the caller keeps them) */
    mw_span raw; /* from the first header field on, every line end CRLF (original when it was so already) */
    mw_span header;     /* the header block in raw, with the CRLF of its last field */
    mw_span body;       /* what follows the empty line; empty and has_body false without one */
    bool has_body;      /* an empty line ends the header */
    size_t body_offset; /* of the body's first byte in original */
    mw_line_ends line_ends;
    bool had_bom, had_mbox_line, had_leading_blank, had_final_line_end;
    bool rebuilt, unsent;  /* out of an Outlook .msg; that is a draft or a Sent item */
    const char *frame;     /* what stood around the mail in the file and was taken off, in words; or NULL */
    bool pasted;           /* that was a person's: a header out of some text, a page */
    bool escapes_unknown;  /* lines begin with ">From ": a store may have put the ">" there; mw_escapes_undo()
                            */
    const char *unescaped; /* what it undid, in words; or NULL */
    bool too_many_fields;  /* beyond MW_MAX_FIELDS the rest was not read */
    const mw_field *fields; /* top first */
    size_t n_fields;
} mw_message;

/* Splits the bytes. Never fails on a mail; NULL and MW_ERROR_MESSAGE with one line that says what the input
 * is and what to do when it is none: empty, binary, gzip or zip, an Outlook .msg, a text without header
 * fields. Lines end with LF, CRLF or CR, mixed as they come; a BOM, leading blank lines and an mbox "From "
 * line are passed over and noted. An escaped ">From " header line is passed over, too. Linear in the size. */
const mw_message *mw_message_read(mw_arena *arena, mw_span bytes, GError **error);

/* The first field of that name (case-insensitive) from the top, or from after; NULL when there is none. */
const mw_field *mw_message_field_n(const mw_message *message, const mw_field *after, const char *name,
                                   size_t n);
static inline const mw_field *mw_message_next_field(const mw_message *message, const mw_field *after,
                                                    const char *name) {
    return mw_message_field_n(message, after, name, strlen(name));
}
static inline const mw_field *mw_message_field(const mw_message *message, const char *name) {
    return mw_message_field_n(message, NULL, name, strlen(name));
}
size_t mw_message_count(const mw_message *message, const char *name);

/* The value unfolded (each fold one blank) and trimmed, bytes otherwise as they are, NULs cut at the first.
 */
char *mw_field_text(mw_arena *arena, const mw_field *field);
