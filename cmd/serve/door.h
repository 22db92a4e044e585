/* Who may come in: the names that this server is called by, pages of other origins, the token, and the tokens
 * in forms. */
#pragma once

#include "serve.h"

/* What a request says of itself; NULL where it does not. */
typedef struct visitor {
    const char *host, *origin, *site, *authorization;
} visitor;

/* NULL: welcome. Else why not, in a line for who asked. */
const char *door_host(const serve *s, const visitor *v);
/* For requests that make this server do something. has_token: a form's token is looked at, too. */
const char *door_origin(const visitor *v, bool has_token);
bool door_token(const serve *s, const visitor *v);

/* For a form: who sends it back has read a page of ours within the last hours. */
char *door_new_form_token(const serve *s, gint64 now);
bool door_form_token(const serve *s, const char *token, gint64 now);
