/* Writing all of it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* False with errno when not all could be written. */
bool write_whole(int fd, const char *bytes, size_t size);
