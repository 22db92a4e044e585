/* Files are read whole, and never more of them than a bound. */
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* What is left to read of a descriptor, with a NUL behind it that is not counted; to be freed with g_free().
 * NULL and MW_ERROR_FILE, without the file's name, when it can't be read or holds more than most octets. */
char *mw_fd_read(int fd, size_t most, size_t *len, GError **error);

/* The same of a file, pipe or device. The error names it. */
char *mw_file_read(const char *path, size_t most, size_t *len, GError **error);
