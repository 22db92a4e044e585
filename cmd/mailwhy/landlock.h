/* Landlock by system call: from here on files are opened only below what is named, and nothing is run. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* What may be opened later, as a descriptor that is closed on exec, or -1. Paths that are not there are
 * passed over. Without network no TCP connection is made, where the kernel can tell; none is waited for in
 * any case. 0, or errno: ENOSYS or EOPNOTSUPP where the kernel has none. */
int landlock_open(const GPtrArray *readable, bool network, int *ruleset);
/* For this process and what it makes. 0, or errno. */
int landlock_shut(int ruleset);
