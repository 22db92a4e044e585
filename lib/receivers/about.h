/* What receivers' published rules say about a symbol, without a mail. */
#pragma once

#include "base/data.h"

/* "Gmail refuses it (G10, all senders): The sending address has a PTR record ..."; one a rule whose breach
 * the symbol shows, in the receivers' order: of const char *, the data's; NULL for none. Files that are
 * broken are left out: a run says so. */
const GPtrArray *mw_receivers_about(const mw_data *data, const char *symbol);
