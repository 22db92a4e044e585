/* A configuration as a tree, from rspamd's UCL in its simple forms or from JSON. */
#pragma once

#include "base/error.h"
#include "base/span.h"

typedef struct mw_conf {
    const char *key;     /* "" in an array */
    const char *text;    /* a scalar as written, without quotes; NULL for a section, and for null */
    GPtrArray *children; /* of mw_conf *; empty for a scalar */
} mw_conf;

/* Sections `name { }`, `name "key" { }`, `name = { }`, assignments with = or :, arrays, comments (#, and
 * C's), multiplied numbers left as they are. Directives such as .include are passed over. NULL and
 * MW_ERROR_DATA with file and line when it is not of that form. */
const mw_conf *mw_conf_read_ucl(mw_arena *arena, mw_span text, const char *file, GError **error);

/* `rspamadm configdump -j`. */
const mw_conf *mw_conf_read_json(mw_arena *arena, mw_span text, const char *file, GError **error);

/* The first child of that key, or NULL. */
const mw_conf *mw_conf_child(const mw_conf *conf, const char *key);
/* The scalar of the first child of that key, or NULL. */
const char *mw_conf_text(const mw_conf *conf, const char *key);
