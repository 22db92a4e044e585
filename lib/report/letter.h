/* A message to paste: to the customer, to the provider, or to the recipient of a mail; measured facts only.
 */
#pragma once

#include "report/report.h"

typedef enum mw_letter_to {
    MW_LETTER_NONE,
    MW_LETTER_CUSTOMER,
    MW_LETTER_PROVIDER,
    MW_LETTER_RECIPIENT
} mw_letter_to;

/* Reads "customer", "provider" or "recipient". */
bool mw_letter_to_read(const char *name, mw_letter_to *out);

/* The text, wrapped for a mail; the caller frees it. */
char *mw_letter_write(const mw_diagnosis *diagnosis, mw_letter_to to);
