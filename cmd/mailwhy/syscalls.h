/* The system calls that are left, by seccomp. */
#pragma once

#include <stdbool.h>

/* For all threads. Calls that are not left fail with ENOSYS, so that the C library takes another way where it
 * has one. 0, or errno where the kernel has no such filters. */
int syscalls_close(bool network, bool serves);
