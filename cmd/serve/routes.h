/* What there is at which address, and the answers that take no mail. */
#pragma once

#include "answer.h"
#include "room.h"

typedef struct route {
    const char *path, *method;
    answer_to to;
    bool open;                                                          /* to whom has no token */
    bool acts;                                                          /* not for pages from elsewhere */
    enum MHD_Result (*answer)(const room *r, struct MHD_Connection *c); /* NULL: it takes a mail */
} route;

/* NULL: there is nothing. */
const route *routes_find(const char *path);
