/* Records that mend what is wrong, each proven by a trial. */
#pragma once

#include "run/pipeline.h"

/* diagnosis with its fixes: records that can be written down and of which a run shows that they mend what is
 * wrong and make nothing worse; otherwise diagnosis itself. Nothing is offered that authorises a server
 * without a sign that it is the domain's own, or that would let pass more than the one address. */
const mw_diagnosis *mw_prove_fixes(mw_arena *arena, const mw_world *world, const mw_diagnosis *diagnosis,
                                   mw_span bytes, mw_time now);
