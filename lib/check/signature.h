/* What the checks of DKIM and of ARC ask alike. */
#pragma once

#include "check/facts.h"

/* The mail, its times, and what its file can't prove; no search for what broke a signature. In dkim.c. */
mw_dkim_request mw_signature_request(const mw_facts *facts);
