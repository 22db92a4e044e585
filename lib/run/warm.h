/* What is made when a mail first needs it, made ahead. */
#pragma once

#include "run/world.h"

/* Diagnoses mails of its own, over a DNS of its own, and writes their reports. FALSE and one line. */
bool mw_warm(const mw_world *world, GError **error);
