/* The Message-ID (RFC 5322 section 3.6.4). */
#pragma once

#include "base/span.h"

typedef enum mw_message_id {
    MW_MESSAGE_ID_FINE,
    MW_MESSAGE_ID_BAD,      /* not of the form <left@right> */
    MW_MESSAGE_ID_NOT_FQDN, /* right is a name without a dot */
    MW_MESSAGE_ID_ADDRESS,  /* right is a bare address */
} mw_message_id;

/* Judges a value, unfolded and trimmed. Sets *why, in words, for anything but FINE. *host_too gets NOT_FQDN
 * or ADDRESS when the right side has that fault beside another. */
mw_message_id mw_message_id_read(mw_span value, const char **why, mw_message_id *host_too);
