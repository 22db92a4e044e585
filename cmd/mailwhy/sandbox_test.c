/* Tries to get out of the sandbox, each try in a process of its own, and that what is needed still works. */
#include "sandbox.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <iconv.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char *folder, *allowed, *secret;

typedef bool (*try_function)(void);

enum { DONE = 0, FAILED = 1, NO_SANDBOX = 77 };

/* DONE where it could be done behind the door. */
static int try_behind(bool network, try_function attempt) {
    pid_t pid = fork();
    if (pid == 0) {
        GPtrArray *readable = g_ptr_array_new();
        g_ptr_array_add(readable, allowed);
        g_autofree char *lacks = sandbox_close(
            &(sandbox){.readable = readable, .network = network, .memory = 256 << 20, .cpu_seconds = 1});
        if (lacks)
            _exit(NO_SANDBOX);
        _exit(attempt() ? DONE : FAILED);
    }
    int status = 0;
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static bool read_allowed(void) {
    int fd = open(allowed, O_RDONLY);
    char c;
    return fd >= 0 && read(fd, &c, 1) == 1;
}

static bool read_secret(void) {
    return open(secret, O_RDONLY) >= 0;
}

static bool read_password_file(void) {
    return open("/etc/passwd", O_RDONLY) >= 0;
}

static bool write_allowed(void) {
    return open(allowed, O_WRONLY) >= 0;
}

static bool make_file(void) {
    g_autofree char *path = g_build_filename(folder, "made", NULL);
    return open(path, O_WRONLY | O_CREAT, 0600) >= 0 || mkdir(path, 0700) == 0 || symlink("x", path) == 0;
}

static bool remove_file(void) {
    return unlink(secret) == 0 || rename(secret, allowed) == 0 || truncate(secret, 0) == 0 ||
           chmod(secret, 0) == 0;
}

static bool list_folder(void) {
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    return dir != NULL;
}

static bool run_program(void) {
    char *const args[] = {(char *)"true", NULL}, *const none[] = {NULL};
    execve("/bin/true", args, none);
    return syscall(SYS_execveat, AT_FDCWD, "/bin/true", args, none, 0) == 0;
}

static bool make_process(void) {
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    return pid > 0;
}

static bool have_socket(void) {
    return socket(AF_INET, SOCK_STREAM, 0) >= 0 || socket(AF_UNIX, SOCK_STREAM, 0) >= 0 ||
           socket(AF_INET6, SOCK_DGRAM, 0) >= 0;
}

static bool have_dns_socket(void) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    return fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0;
}

static bool have_local_socket(void) {
    return socket(AF_UNIX, SOCK_STREAM, 0) >= 0 || socket(AF_PACKET, SOCK_RAW, 0) >= 0;
}

static bool wait_for_visitors(void) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    return fd >= 0 && listen(fd, 1) == 0;
}

static bool touch_others(void) {
    return kill(getppid(), 0) == 0 || ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0 ||
           syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0) >= 0;
}

static bool raise_limits(void) {
    struct rlimit more = {RLIM_INFINITY, RLIM_INFINITY};
    return setrlimit(RLIMIT_DATA, &more) == 0;
}

static bool take_much_memory(void) {
    char *much = malloc(512 << 20);
    if (much)
        memset(much, 1, 512 << 20);
    return much != NULL;
}

static bool take_much_time(void) {
    while (getppid() > 0)
        continue;
    return true;
}

static bool read_japanese(void) {
    char in[] = "\x1b$B%a!<%k\x1b(B", out[64], *from = in, *to = out;
    size_t left = sizeof in - 1, room = sizeof out;
    iconv_t converter = iconv_open("UTF-8", "ISO-2022-JP");
    return converter != (iconv_t)-1 && iconv(converter, &from, &left, &to, &room) == 0 &&
           memcmp(out, "\xe3\x83\xa1\xe3\x83\xbc\xe3\x83\xab", 9) == 0;
}

static gpointer come_back(gpointer data) {
    return data;
}

static bool make_thread(void) {
    GThread *thread = g_thread_try_new("one", come_back, folder, NULL);
    return thread && g_thread_join(thread) == folder;
}

static const struct {
    const char *what;
    bool network;
    try_function attempt;
    int want;
} attempts[] = {
    {"a mail is read", false, read_allowed, DONE},
    {"another file is not", false, read_secret, FAILED},
    {"nor one of the system", true, read_password_file, FAILED},
    {"the mail is not written to", false, write_allowed, FAILED},
    {"nothing is made", false, make_file, FAILED},
    {"nothing is removed", false, remove_file, FAILED},
    {"no folder is listed", false, list_folder, FAILED},
    {"no program is run", false, run_program, FAILED},
    {"no program is run, with DNS", true, run_program, FAILED},
    {"no process is made", false, make_process, FAILED},
    {"no socket", false, have_socket, FAILED},
    {"DNS has one", true, have_dns_socket, DONE},
    {"local services and packets have none", true, have_local_socket, FAILED},
    {"nobody can connect", true, wait_for_visitors, FAILED},
    {"other processes are out of reach", true, touch_others, FAILED},
    {"limits stay", false, raise_limits, FAILED},
    {"memory has an end", false, take_much_memory, FAILED},
    {"time has an end", false, take_much_time, 2},
    {"a charset is loaded late", false, read_japanese, DONE},
    {"a thread", false, make_thread, DONE},
};

int main(void) {
    folder = g_dir_make_tmp("mailwhy-sandbox-XXXXXX", NULL);
    allowed = g_build_filename(folder, "mail", NULL);
    secret = g_build_filename(folder, "secret", NULL);
    g_assert_true(g_file_set_contents(allowed, "mail", -1, NULL) &&
                  g_file_set_contents(secret, "key", -1, NULL));
    int wrong = 0, lacking = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(attempts); i++) {
        int got = try_behind(attempts[i].network, attempts[i].attempt);
        lacking += got == NO_SANDBOX;
        wrong += got != attempts[i].want && got != NO_SANDBOX;
        if (got != attempts[i].want)
            g_print("%s: %d, not %d\n", attempts[i].what, got, attempts[i].want);
    }
    unlink(allowed);
    g_assert_cmpint(unlink(secret), ==, 0);
    g_assert_cmpint(rmdir(folder), ==, 0);
    return wrong ? 1 : lacking ? NO_SANDBOX : 0;
}
