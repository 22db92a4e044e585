#include "syscalls.h"

#include <errno.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

/* What reading, judging and writing take. Opening is here, too: Landlock says what. */
static const int always[] = {
    SCMP_SYS(read),
    SCMP_SYS(readv),
    SCMP_SYS(pread64),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(lseek),
    SCMP_SYS(open),
    SCMP_SYS(openat),
    SCMP_SYS(close),
    SCMP_SYS(stat),
    SCMP_SYS(fstat),
    SCMP_SYS(lstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(statx),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(getdents64),
    SCMP_SYS(getcwd),
    SCMP_SYS(fsync),
    SCMP_SYS(fadvise64),
    SCMP_SYS(fcntl),
    SCMP_SYS(dup),
    SCMP_SYS(pipe2),
    SCMP_SYS(eventfd2),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(select),
    SCMP_SYS(pselect6),
    SCMP_SYS(epoll_create1),
    SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait),
    SCMP_SYS(mmap),
    SCMP_SYS(munmap),
    SCMP_SYS(mprotect),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(membarrier),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(tgkill),
    SCMP_SYS(getpid),
    SCMP_SYS(getppid),
    SCMP_SYS(gettid),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(getrandom),
    SCMP_SYS(uname),
    SCMP_SYS(sysinfo),
    SCMP_SYS(getrusage),
    SCMP_SYS(getrlimit),
    SCMP_SYS(umask),
    SCMP_SYS(wait4),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
};

static const int networking[] = {
    SCMP_SYS(connect),     SCMP_SYS(bind),     SCMP_SYS(sendto),      SCMP_SYS(sendmsg),
    SCMP_SYS(sendmmsg),    SCMP_SYS(recvfrom), SCMP_SYS(recvmsg),     SCMP_SYS(recvmmsg),
    SCMP_SYS(getsockname), SCMP_SYS(shutdown), SCMP_SYS(getpeername), SCMP_SYS(setsockopt),
    SCMP_SYS(getsockopt),
};

static const int serving[] = {
    SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(sendfile), SCMP_SYS(memfd_create), SCMP_SYS(ftruncate),
};

static int allow(scmp_filter_ctx filter, const int *calls, size_t n) {
    int failed = 0;
    for (size_t i = 0; i < n && !failed; i++)
        failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
    return failed;
}

/* A call with one argument of a few values. */
static int allow_values(scmp_filter_ctx filter, int call, unsigned argument, const unsigned long *values,
                        size_t n) {
    int failed = 0;
    for (size_t i = 0; i < n && !failed; i++)
        failed =
            seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, SCMP_CMP(argument, SCMP_CMP_EQ, values[i]));
    return failed;
}

#define ALLOW_VALUES(filter, call, argument, ...)                                        \
    allow_values(filter, SCMP_SYS(call), argument, (const unsigned long[]){__VA_ARGS__}, \
                 sizeof(unsigned long[]){__VA_ARGS__} / sizeof(unsigned long))

/* Threads are made, processes not: what clone3() is to make can't be seen from here, so it stays unknown to
 * the kernel, and the C library takes clone(). */
static int allow_threads(scmp_filter_ctx filter) {
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                            SCMP_CMP(0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
}

static int allow_some(scmp_filter_ctx filter, bool network) {
    int failed = allow(filter, always, sizeof always / sizeof *always);
    failed = failed ? failed : allow_threads(filter);
    failed = failed ? failed : ALLOW_VALUES(filter, ioctl, 1, TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO);
    failed = failed ? failed : ALLOW_VALUES(filter, prctl, 0, PR_SET_NAME);
    failed = failed ? failed : ALLOW_VALUES(filter, prlimit64, 2, 0); /* to be read, not to be set */
    if (network) {
        failed = failed ? failed : allow(filter, networking, sizeof networking / sizeof *networking);
        failed = failed ? failed : ALLOW_VALUES(filter, socket, 0, AF_INET, AF_INET6, AF_NETLINK);
        failed = failed
                     ? failed
                     : ALLOW_VALUES(filter, socketpair, 0, AF_UNIX); /* libcurl's and libunbound's wake-up */
    }
    return failed;
}

/* libseccomp writes a program to a file only. */
static int compile(scmp_filter_ctx filter, struct sock_fprog *program) {
    struct stat about;
    int file = memfd_create("filter", MFD_CLOEXEC);
    int failed = file < 0 ? -errno : seccomp_export_bpf(filter, file);
    if (!failed && fstat(file, &about) != 0)
        failed = -errno;
    if (!failed) {
        size_t size = (size_t)about.st_size;
        program->filter = malloc(size);
        program->len = (unsigned short)(size / sizeof *program->filter);
        if (!program->filter || pread(file, program->filter, size, 0) != (ssize_t)size)
            failed = -EIO;
    }
    if (file >= 0)
        close(file);
    return failed;
}

int syscalls_open(bool network, bool serves, struct sock_fprog *program) {
    *program = (struct sock_fprog){0};
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    if (!filter)
        return ENOMEM;
    int failed = allow_some(filter, network);
    if (serves)
        failed = failed ? failed : allow(filter, serving, sizeof serving / sizeof *serving);
    failed = failed ? failed : compile(filter, program);
    seccomp_release(filter);
    return -failed;
}

int syscalls_shut(const struct sock_fprog *program) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0) != 0)
        return errno;
    return 0;
}
