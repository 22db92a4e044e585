/* What the saved file can prove: how it was saved, and what that caps. */
#pragma once

#include "base/data.h"
#include "mail/mime.h"
#include "trace/trace.h"

typedef enum mw_grade {
    MW_GRADE_RAW,          /* byte for byte, as far as can be told */
    MW_GRADE_LINE_ENDS,    /* line ends changed; nothing else */
    MW_GRADE_STORED,       /* what a store or a program had done to it is undone */
    MW_GRADE_HEADERS_ONLY, /* no body was saved */
    MW_GRADE_BODY_CUT,     /* the body ends before its structure does */
    MW_GRADE_DISPLAYED,    /* a reader's view of it, written anew: signatures can't be judged */
    MW_GRADE_SENDER_COPY,  /* from a Sent folder or a draft: no receiver has seen this copy */
} mw_grade;
const char *mw_grade_name(mw_grade grade); /* "raw", "line-ends-changed", "mbox", "headers-only" ... */

typedef struct mw_evidence {
    mw_grade grade;
    GPtrArray *notes;              /* of const char *: the marks it was told by, and what follows */
    const char *untestable_body;   /* why the body hash can't be judged, or NULL */
    const char *untestable_header; /* why header signatures can't be judged, or NULL */
    bool sender_copy, draft;
    bool displayed;        /* what is in it, or missing, tells nothing of how it was sent */
    bool no_delivery;      /* and it has no Received field either */
    bool forwarded_inline; /* the text holds another mail, without its header */
    bool badly_saved;      /* a better copy can be had: see mw_evidence_export() */
} mw_evidence;

/* Grades the file by its marks. A pass of a signature stays one whatever the grade; what can't be judged is
 * only what does not match. bounced: what came back for this mail is known. */
const mw_evidence *mw_evidence_read(mw_arena *arena, const mw_message *message, const mw_mime *mime,
                                    const mw_trace *trace, bool bounced);

/* How to save a mail byte for byte from the common clients, a paragraph each, from data/export.tsv; for
 * "--explain export". NULL and MW_ERROR_DATA when the file is broken. */
const char *mw_evidence_export(mw_arena *arena, const mw_data *data, GError **error);
