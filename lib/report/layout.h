/* Lines for a terminal: wrapping, hanging indents, colour. Everything that comes from a mail or from DNS goes
 * through here, and so through mw_printable(). */
#pragma once

#include "base/printable.h"

typedef enum mw_color { MW_PLAIN, MW_BOLD, MW_RED, MW_GREEN, MW_YELLOW, MW_DIM } mw_color;

typedef struct mw_layout {
    GString *out;
    mw_arena *arena;
    int width;
    bool color;
    GPtrArray *lines; /* of mw_line *: what has a label, a headline or is to be copied is kept here in place
                         of being written, for writers with a form of their own; NULL as a rule */
} mw_layout;

typedef enum mw_line_kind { MW_LINE_HEADLINE, MW_LINE_LABELLED, MW_LINE_WHOLE } mw_line_kind;

typedef struct mw_line {
    mw_line_kind kind;
    mw_color color;
    const char *label; /* the headline's word; "" continues the one above */
    const char *text;  /* not made printable yet */
} mw_line;

/* Text in a colour, made printable, no line break added. */
void mw_layout_text(mw_layout *layout, mw_color color, const char *text);
void mw_layout_format(mw_layout *layout, mw_color color, const char *format, ...) G_GNUC_PRINTF(3, 4);
void mw_layout_end(mw_layout *layout);

/* Wraps text at the width; the first line starts at column at (already written), the others at column hang.
 */
void mw_layout_wrap(mw_layout *layout, mw_color color, int at, int hang, const char *text);

/* "WORD   text", wrapped; the word in a colour. */
void mw_layout_headline(mw_layout *layout, mw_color color, const char *word, const char *text);

/* One line from column at on that is never wrapped: to be copied. */
void mw_layout_whole(mw_layout *layout, int at, const char *text);

/* "label     text", wrapped behind the label. An empty label continues the one above. */
void mw_layout_labelled(mw_layout *layout, const char *label, const char *format, ...) G_GNUC_PRINTF(3, 4);
enum { MW_LABEL_WIDTH = 10 };
