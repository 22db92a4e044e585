/* The ways to unsubscribe that a header offers: RFC 2369 section 3.2, RFC 8058. */
#pragma once

#include "check/check.h"

typedef enum mw_covered { MW_COVERED_NO, MW_COVERED_YES, MW_COVERED_UNKNOWN } mw_covered;

typedef struct mw_unsubscribe {
    bool present; /* a List-Unsubscribe field */
    bool mailto, https, http;
    bool post;             /* List-Unsubscribe-Post: List-Unsubscribe=One-Click, once */
    bool bad_post;         /* List-Unsubscribe-Post says something else, or stands there twice */
    mw_covered covered;    /* both fields by a DKIM signature of From's organisation that passes */
    bool bulk;             /* the header says that it goes to many */
    const char *bulk_mark; /* by which field; or NULL */
} mw_unsubscribe;

mw_unsubscribe mw_unsubscribe_read(const mw_facts *facts);
