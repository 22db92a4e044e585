#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 1 << 16, MIB = 1 << 20 };

static char *fail(GError **error, const char *text) {
    g_set_error_literal(error, MW_ERROR, MW_ERROR_FILE, text);
    return NULL;
}

static char *too_large(GError **error, size_t most) {
    g_set_error(error, MW_ERROR, MW_ERROR_FILE, "larger than %zu MiB: that is more than is read of one file",
                (most + MIB - 1) / MIB);
    return NULL;
}

static ssize_t read_some(int fd, guint8 *into, size_t room) {
    ssize_t n;
    do
        n = read(fd, into, room);
    while (n < 0 && errno == EINTR);
    return n;
}

/* Octets to make room for at first: all of a regular file, and one more, so that its end is seen. */
static size_t expected(int fd, size_t most) {
    struct stat about;
    if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size <= 0)
        return CHUNK;
    return MIN((size_t)about.st_size, most) + 1;
}

char *mw_fd_read(int fd, size_t most, size_t *len, GError **error) {
    size_t room = expected(fd, most), have = 0;
    g_autofree char *bytes = g_malloc(room + 1);
    for (;;) {
        if (have == room) {
            room += MAX(room / 2, (size_t)CHUNK);
            bytes = g_realloc(bytes, room + 1);
        }
        ssize_t n = read_some(fd, (guint8 *)bytes + have, room - have);
        if (n < 0)
            return fail(error, g_strerror(errno));
        if (n == 0)
            break;
        have += (size_t)n;
        if (have > most)
            return too_large(error, most);
    }
    bytes[have] = '\0';
    *len = have;
    return g_steal_pointer(&bytes);
}

static char *read_opened(const char *path, int fd, size_t most, size_t *len, GError **error) {
    struct stat about;
    GError *problem = NULL;
    char *bytes = NULL;
    if (fstat(fd, &about) == 0 && S_ISDIR(about.st_mode))
        g_set_error_literal(&problem, MW_ERROR, MW_ERROR_FILE, "a directory, not a file");
    else
        bytes = mw_fd_read(fd, most, len, &problem);
    if (problem) {
        g_set_error(error, MW_ERROR, MW_ERROR_FILE, "%s: %s", path, problem->message);
        g_error_free(problem);
    }
    return bytes;
}

char *mw_file_read(const char *path, size_t most, size_t *len, GError **error) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        g_set_error(error, MW_ERROR, MW_ERROR_FILE, "%s: %s", path,
                    errno == ENOENT ? "there is no such file" : g_strerror(errno));
        return NULL;
    }
    char *bytes = read_opened(path, fd, most, len, error);
    close(fd);
    return bytes;
}
