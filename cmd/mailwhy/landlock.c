#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel's interface, which grows: the system's header may know only its beginning. */
enum {
    NR_CREATE_RULESET = 444,
    NR_ADD_RULE = 445,
    NR_RESTRICT_SELF = 446,
    CREATE_RULESET_VERSION = 1,
    RULE_PATH_BENEATH = 1,
};

enum {
    FS_READ_FILE = 1 << 2,
    FS_READ_DIR = 1 << 3,
    FS_ALL_1 = (1 << 13) - 1, /* ABI 1 */
    FS_REFER = 1 << 13,       /* 2 */
    FS_TRUNCATE = 1 << 14,    /* 3 */
    FS_IOCTL_DEV = 1 << 15,   /* 5 */
    NET_BIND_TCP = 1 << 0,    /* 4 */
    NET_CONNECT_TCP = 1 << 1,
    SCOPE_ABSTRACT_SOCKETS = 1 << 0, /* 6 */
    SCOPE_SIGNALS = 1 << 1,
};

struct ruleset {
    uint64_t fs, net, scoped;
};

struct path_rule {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));

static int allow_path(int ruleset, const char *path) {
    int fd = open(path, O_PATH | O_CLOEXEC);
    struct stat about;
    if (fd < 0)
        return 0;
    bool folder = fstat(fd, &about) == 0 && S_ISDIR(about.st_mode);
    struct path_rule rule = {FS_READ_FILE | (folder ? FS_READ_DIR : 0), fd};
    /* what stands in no file system, such as a pipe by way of /dev/fd, is refused here, and not guarded
     * either */
    int why = syscall(NR_ADD_RULE, ruleset, RULE_PATH_BENEATH, &rule, 0) == 0 || errno == EBADFD ? 0 : errno;
    close(fd);
    return why;
}

/* All that a kernel of this version can take away. */
static struct ruleset all_of(long version, bool network) {
    struct ruleset all = {.fs = FS_ALL_1};
    all.fs |= version >= 2 ? FS_REFER : 0;
    all.fs |= version >= 3 ? FS_TRUNCATE : 0;
    all.fs |= version >= 5 ? FS_IOCTL_DEV : 0;
    all.net = version >= 4 ? NET_BIND_TCP | (network ? 0 : NET_CONNECT_TCP) : 0;
    all.scoped = version >= 6 ? SCOPE_ABSTRACT_SOCKETS | SCOPE_SIGNALS : 0;
    return all;
}

int landlock_open(const GPtrArray *readable, bool network, int *ruleset) {
    *ruleset = -1;
    long version = syscall(NR_CREATE_RULESET, NULL, 0, CREATE_RULESET_VERSION);
    if (version < 1)
        return version < 0 ? errno : ENOSYS;
    struct ruleset all = all_of(version, network);
    size_t size = version >= 6 ? sizeof all : version >= 4 ? sizeof all.fs + sizeof all.net : sizeof all.fs;
    int made = (int)syscall(NR_CREATE_RULESET, &all, size, 0);
    if (made < 0)
        return errno;
    int why = 0;
    for (guint i = 0; i < readable->len && !why; i++)
        why = allow_path(made, readable->pdata[i]);
    if (why)
        close(made);
    else
        *ruleset = made;
    return why;
}

int landlock_shut(int ruleset) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(NR_RESTRICT_SELF, ruleset, 0) != 0)
        return errno;
    return 0;
}
