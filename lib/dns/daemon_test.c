#include "dns/daemon_test.h"

#include <arpa/inet.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SKIPPED = 77, TRIES = 500, TRY_US = 20000 };

struct test_daemon {
    GPid pid;
};

/* Servers live in /usr/sbin, which is not in everybody's PATH. */
static char *find(const char *program) {
    char *path = g_find_program_in_path(program);
    if (path)
        return path;
    path = g_build_filename("/usr/sbin", program, NULL);
    if (!g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
        g_clear_pointer(&path, g_free);
    return path;
}

void test_daemon_needs(const char *program, ...) {
    va_list more;
    va_start(more, program);
    for (const char *p = program; p; p = va_arg(more, const char *)) {
        g_autofree char *path = find(p);
        if (!path) {
            printf("%s is not installed\n", p);
            exit(SKIPPED);
        }
    }
    va_end(more);
}

static int open_socket(int type, unsigned *port) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    at.sin_port = htons((uint16_t)*port);
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0) {
        close(fd);
        return -1;
    }
    getsockname(fd, (struct sockaddr *)&at, &size);
    *port = ntohs(at.sin_port);
    return fd;
}

unsigned test_daemon_port(void) {
    for (int i = 0; i < TRIES; i++) {
        unsigned port = 0;
        int tcp = open_socket(SOCK_STREAM, &port), udp = open_socket(SOCK_DGRAM, &port);
        close(tcp);
        if (udp < 0)
            continue;
        close(udp);
        return port;
    }
    g_error("no free port");
}

char *test_daemon_folder(void) {
    g_autoptr(GError) error = NULL;
    char *folder = g_dir_make_tmp("mailwhy-test-XXXXXX", &error);
    g_assert_no_error(error);
    g_chmod(folder, 0755);
    return folder;
}

void test_daemon_folder_free(char *folder) {
    const char *argv[] = {"rm", "-rf", folder, NULL};
    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
    g_free(folder);
}

const char *test_daemon_file(const char *folder, const char *name, const char *text) {
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_file_set_contents(path, text, -1, &error);
    g_assert_no_error(error);
    return g_intern_string(path);
}

void test_daemon_run(const char *folder, const char *const *argv) {
    g_autoptr(GError) error = NULL;
    g_autofree char *path = find(argv[0]), *out = NULL, *complaint = NULL;
    g_auto(GStrv) copy = g_strdupv((char **)argv);
    g_free(copy[0]);
    copy[0] = g_strdup(path);
    int status = 0;
    g_spawn_sync(folder, copy, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, &complaint, &status, &error);
    g_assert_no_error(error);
    if (status)
        g_error("%s: %s", argv[0], complaint);
}

/* Ends with the test, however that ends. */
static void before_exec(gpointer data) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static bool takes_connections(unsigned port) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    at.sin_port = htons((uint16_t)port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool ok = connect(fd, (struct sockaddr *)&at, sizeof at) == 0;
    close(fd);
    return ok;
}

test_daemon *test_daemon_start(const char *folder, const char *const *argv, unsigned port) {
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) copy = g_strdupv((char **)argv);
    g_free(copy[0]);
    copy[0] = find(argv[0]);
    test_daemon *d = g_new0(test_daemon, 1);
    g_spawn_async(folder, copy, NULL,
                  G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                  before_exec, NULL, &d->pid, &error);
    g_assert_no_error(error);
    for (int i = 0; i < TRIES && !takes_connections(port); i++) {
        if (waitpid(d->pid, NULL, WNOHANG) == d->pid)
            g_error("%s does not start", argv[0]);
        g_usleep(TRY_US);
    }
    g_assert_true(takes_connections(port));
    return d;
}

void test_daemon_stop(test_daemon *d) {
    kill(d->pid, SIGTERM);
    for (int i = 0; i < 100; i++) {
        if (waitpid(d->pid, NULL, WNOHANG) == d->pid) {
            g_free(d);
            return;
        }
        g_usleep(TRY_US);
    }
    kill(d->pid, SIGKILL);
    waitpid(d->pid, NULL, 0);
    g_free(d);
}
