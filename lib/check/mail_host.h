/* Where a domain takes its mail (RFC 5321 section 5.1, RFC 7505). */
#pragma once

#include "check/facts.h"

typedef enum mw_host_state {
    MW_HOST_FINE,    /* an MX with an address, or an address of its own */
    MW_HOST_NONE,    /* neither MX nor address */
    MW_HOST_DEAD_MX, /* MX records, none with an address */
    MW_HOST_NULL_MX, /* it takes no mail, and says so */
    MW_HOST_UNKNOWN, /* a look-up failed */
} mw_host_state;

typedef struct mw_mail_host {
    mw_host_state state;
    const char *why;  /* in words that follow the domain: "does not exist", "has neither mail servers nor an
                         address" */
    GPtrArray *hosts; /* of const char *: its MX hosts, the preferred first */
} mw_mail_host;

mw_mail_host mw_mail_host_read(mw_facts *facts, const char *domain);
void mw_mail_host_prefetch(mw_facts *facts, const char *domain);
