/* The links of a mail, from its HTML and its plain text. */
#pragma once

#include "mail/veil.h"
#include "mail/balance.h"
#include "mail/html.h"
#include "mail/mime.h"
#include "mail/url.h"

typedef enum mw_link_kind {
    MW_LINK_ANCHOR,  /* <a>, <area>: to be clicked */
    MW_LINK_FORM,    /* where a form sends its answers */
    MW_LINK_REFRESH, /* where a page forwards to by itself */
    MW_LINK_FRAME,
    MW_LINK_TEXT,   /* written out in plain text */
    MW_LINK_NESTED, /* in the query of another link */
} mw_link_kind;

typedef struct mw_link {
    mw_link_kind kind;
    mw_url url;        /* resolved against <base href> */
    const char *shown; /* what the reader sees of it, or "" */
} mw_link;

typedef struct mw_links {
    GPtrArray *all;  /* of mw_link *, each target and shown text once, at most MW_MAX_LINKS */
    size_t left_out; /* beyond that */
    size_t veiled[MW_VEILS], n_images; /* of the HTML parts: see mail/html.h */
    size_t seen;                       /* characters of text that are shown, blanks left out */
    mw_balance balance;                /* of the HTML parts together */
    bool html, password_field;
} mw_links;

const mw_links *mw_links_read(mw_arena *arena, const mw_mime *mime);

/* The web addresses that stand in a plain text, with a scheme or beginning with "www.": of mw_span *, at most
 * max. */
GPtrArray *mw_links_in_text(mw_arena *arena, mw_span text, size_t max);
