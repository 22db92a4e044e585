/* libopendmarc's part: from settled facts to the policy that is enforced. */
#pragma once

#include "dmarc/record.h"

typedef enum mw_enforce {
    MW_ENFORCE_PASS,
    MW_ENFORCE_NONE,
    MW_ENFORCE_QUARANTINE,
    MW_ENFORCE_REJECT,
    MW_ENFORCE_ERROR, /* the library refused one of its inputs */
} mw_enforce;

/* policy (not ABSENT) is what the record asks for. Neither the record nor a name of the mail reaches the
 * library: it misreads both (docs/ARCHITECTURE.md). */
mw_enforce mw_dmarc_enforce(mw_policy policy, bool aligned_spf, bool aligned_dkim);
