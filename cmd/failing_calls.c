/* Laid before the C library by cmd/output_check: the call number FAIL_AT of FAIL_CALL fails, as on a full
 * disk. */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fails(const char *call) {
    static int count;
    const char *which = getenv("FAIL_CALL"), *at = getenv("FAIL_AT");
    if (!which || !at || strcmp(which, call) != 0 || ++count != atoi(at))
        return 0;
    errno = ENOSPC;
    return 1;
}

static void find(void *function, const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    memcpy(function, &found, sizeof found);
}

/* A file without a name is memory, which no full disk keeps from being written. */
static int is_memory(int fd) {
    struct stat about;
    return fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_nlink == 0;
}

ssize_t write(int fd, const void *bytes, size_t len) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real)
        find(&real, "write");
    if (!is_memory(fd) && fails("write"))
        return -1;
    const char *which = getenv("FAIL_CALL");
    return real(fd, bytes, which && strcmp(which, "short") == 0 && len > 1 ? len / 2 : len);
}

/* Nobody waits for the disk of the machine that runs the tests. */
int fsync(int fd) {
    return fails("fsync") ? -1 : 0;
}

int rename(const char *from, const char *to) {
    static int (*real)(const char *, const char *);
    if (!real)
        find(&real, "rename");
    return fails("rename") ? -1 : real(from, to);
}

int fchmod(int fd, mode_t mode) {
    static int (*real)(int, mode_t);
    if (!real)
        find(&real, "fchmod");
    return fails("fchmod") ? -1 : real(fd, mode);
}

pid_t fork(void) {
    static pid_t (*real)(void);
    if (!real)
        find(&real, "fork");
    return fails("fork") ? -1 : real();
}
