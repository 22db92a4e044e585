/* DNAME (RFC 6672): one record that redirects everything below its owner. */
#pragma once

#include "dns/rrsets.h"

/* What the nearest name above that has a DNAME makes of this one: its end replaced by the record's target.
 * False without one, or where the new name would be too long. */
bool mw_dname_rewrite(const mw_rrsets *sets, const mw_name *name, mw_name *out);
