/* Many mails in one run: some at once, told in their order. */
#pragma once

#include "names.h"
#include "output.h"

/* The worst exit status of all. */
int diagnose_many(command *c, const names *all, output *out);
