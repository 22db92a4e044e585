/* A TXT record as it should stand, where the one that stands there has a mistake that can be told. */
#pragma once

typedef struct mw_mended {
    const char *name; /* where it belongs */
    const char *type; /* "CNAME": text is the host that it leads to; NULL: a TXT record */
    const char *text; /* printable ASCII, in one string */
    const char *how;  /* what it does otherwise, a sentence */
} mw_mended;
