/* The symbols: what each means, to whom it speaks, and how it is mended. From data/symbols/ *.ini. */
#pragma once

#include "base/data.h"

typedef struct mw_symbol {
    const char *name;    /* "RDNS_NONE" */
    const char *group;   /* "rdns" */
    const char *check;   /* what it is about, in the words of the JSON report: "spf", "rdns", "link" ... */
    const char *title;   /* one line */
    const char *explain; /* plain words, for somebody who runs a shop */
    const char
        *owner;      /* who must act: "author", "dns", "server", "forwarder", "receiver", "list", "nobody" */
    const char *fix; /* what they do; NULL when there is nothing to do */
    const char *source; /* RFC section or page; or NULL */
} mw_symbol;

typedef struct mw_catalogue mw_catalogue;

mw_catalogue *mw_catalogue_new(const mw_data *data, mw_arena *arena, GError **error);
/* NULL when there is no such symbol; the name folds case. */
const mw_symbol *mw_catalogue_find(const mw_catalogue *catalogue, const char *name);
/* All of them, by group and name. */
GPtrArray *mw_catalogue_all(const mw_catalogue *catalogue, mw_arena *arena);
/* In words: "whoever runs the domain's DNS" for "dns". */
const char *mw_owner_words(const char *owner);
