/* The socket that waits for visitors, and what guards it. */
#pragma once

#include "serve.h"

/* Opens s->listener and says in s->beyond whether other machines reach it. FALSE and one line. */
gboolean listen_open(serve *s, GError **error);
/* Reads s->token. FALSE and one line, also where one is needed and not given. */
gboolean listen_read_token(serve *s, GError **error);
