/* Landlock by system call: from here on files are opened only below what is named, and nothing is run. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Paths that are not there are passed over. Without network no TCP connection is made, where the kernel can
 * tell; none is waited for in any case. 0, or errno: ENOSYS or EOPNOTSUPP where the kernel has none. */
int landlock_close(const GPtrArray *readable, bool network);
