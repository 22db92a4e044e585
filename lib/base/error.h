/* Why a diagnosis could not be made at all: these end in exit status 2. What is wrong with the mail or
 * with its DNS is a finding, never a GError. */
#pragma once

#include <glib.h>

#define MW_ERROR (mw_error_quark())
__attribute__((visibility("default"))) GQuark mw_error_quark(void); /* public: see mailwhy.h */

typedef enum mw_error {
    MW_ERROR_OPTION,  /* an option's value makes no sense */
    MW_ERROR_FILE,    /* a file cannot be read or written */
    MW_ERROR_MESSAGE, /* the input is not a mail */
    MW_ERROR_DATA,    /* a data file (zone, profile, symbols) is broken; the text names file and line */
    MW_ERROR_SYSTEM,  /* a library refused to start */
    MW_ERROR_UNKNOWN, /* what was to be explained is known to nobody: exit status 1 */
} mw_error;
