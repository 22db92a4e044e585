#include "whole.h"

#include <errno.h>
#include <unistd.h>

bool write_whole(int fd, const char *bytes, size_t size) {
    while (size) {
        ssize_t n = write(fd, bytes, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            errno = n < 0 ? errno : EIO;
            return false;
        }
        bytes += n;
        size -= (size_t)n;
    }
    return true;
}
