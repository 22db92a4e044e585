/* MIME structure by lines, and transfer encodings in the forms that mail systems write. For repair*.c alone:
 * what is hashed again must be right to the byte, so that GMime's own rendering is of no use here.
 */
#pragma once

#include "repair/text.h"

enum { MW_REPAIR_MAX_PARTS = 100, MW_REPAIR_MAX_DEPTH = 8 };

/* Lines: its delimiter, its header, its content up to the next delimiter. The message itself, part 0, has
 * neither delimiter nor header here. */
typedef struct mw_repair_part {
    size_t delimiter, header, content, end;
    int parent;
    unsigned depth;
    bool multipart;
    mw_span type;     /* Content-Type's value as it stands; empty without one */
    mw_span encoding; /* Content-Transfer-Encoding's value, trimmed; empty without one */
    size_t epilogue;  /* of a multipart: the line behind its close delimiter; end when there is none */
} mw_repair_part;

/* All parts, the enclosing one before its own; type and encoding are those of the message. */
GArray *mw_repair_parts(const mw_repair_text *text, mw_span type, mw_span encoding);

/* The value of a part's header field as it stands; data NULL without one. line (may be NULL) gets its first
 * line, n_lines how many it has. */
mw_span mw_repair_part_field(const mw_repair_text *text, const mw_repair_part *part, const char *name,
                             size_t *line, size_t *n_lines);
/* A parameter's value without its quotation marks, such as boundary; data NULL without one. */
mw_span mw_repair_parameter(mw_span value, const char *name);
/* "text/html" of "Text/HTML; charset=..." */
bool mw_repair_is_type(mw_span value, const char *type);

/* ---- transfer encodings ---- */

typedef enum mw_repair_coding { MW_CODING_PLAIN, MW_CODING_QP, MW_CODING_BASE64 } mw_repair_coding;
mw_repair_coding mw_repair_coding_of(mw_span encoding);

/* NULL when it can't be decoded. */
GString *mw_repair_decode(mw_span content, mw_repair_coding coding);
/* With a CR before every LF. */
GString *mw_repair_crlf(mw_span text);
/* Lines of width characters, the last one with its CRLF. */
GString *mw_repair_base64(mw_span bytes, size_t width);
/* Quoted-printable with lines of at most width characters, the soft break's "=" among them; all_ends: blanks
 * before a soft break are encoded, too. */
GString *mw_repair_qp(mw_span bytes, size_t width, bool all_ends);
