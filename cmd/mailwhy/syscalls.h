/* The system calls that are left, by seccomp. */
#pragma once

#include <linux/filter.h>
#include <stdbool.h>

/* The filter, compiled; program->filter is to be freed with free(). Calls that are not left fail with ENOSYS,
 * so that the C library takes another way where it has one. 0, or errno. */
int syscalls_open(bool network, bool serves, struct sock_fprog *program);
/* For this process and the threads that it will make. 0, or errno where the kernel has no such filters. */
int syscalls_shut(const struct sock_fprog *program);
