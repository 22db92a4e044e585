#include "sandbox.h"
#include "landlock.h"
#include "syscalls.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define UNDER_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define UNDER_SANITIZER 1
#endif
#endif

/* What is loaded when it is needed: modules, converters of charsets (gconv), resolvers of names (NSS), and
 * configuration that holds no secret. Missing ones are passed over. */
static const char *const loaded_late[] = {
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ssl/openssl.cnf", "/dev/null", "/dev/urandom",
};
static const char *const for_network[] = {
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/nsswitch.conf",
    "/etc/host.conf",
    "/etc/gai.conf",
    "/etc/services",
    "/etc/ld.so.cache",
    "/usr/share/dns",
    "/etc/ssl/certs",
    "/etc/pki/tls/certs",
    "/etc/ca-certificates",
    "/usr/share/ca-certificates",
    "/usr/local/share/ca-certificates",
};

/* Where the loader looks for the modules of this program. */
static void add_module_folders(GPtrArray *paths) {
    Dl_serinfo size;
    void *self = dlopen(NULL, RTLD_LAZY);
    if (!self || dlinfo(self, RTLD_DI_SERINFOSIZE, &size) != 0)
        return;
    Dl_serinfo *info = g_malloc(size.dls_size);
    if (dlinfo(self, RTLD_DI_SERINFOSIZE, info) == 0 && dlinfo(self, RTLD_DI_SERINFO, info) == 0) {
        for (unsigned i = 0; i < info->dls_cnt; i++)
            g_ptr_array_add(paths, g_strdup(info->dls_serpath[i].dls_name));
    }
    g_free(info);
}

static void add_all(GPtrArray *paths, const char *const *more, size_t n) {
    for (size_t i = 0; i < n; i++)
        g_ptr_array_add(paths, g_strdup(more[i]));
}

static GPtrArray *paths_of(const sandbox *s) {
    static const char *const chosen[] = {"SSL_CERT_FILE", "SSL_CERT_DIR"};
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; s->readable && i < s->readable->len; i++)
        g_ptr_array_add(paths, g_strdup(s->readable->pdata[i]));
    add_all(paths, loaded_late, G_N_ELEMENTS(loaded_late));
    add_module_folders(paths);
    if (s->network) {
        add_all(paths, for_network, G_N_ELEMENTS(for_network));
        for (size_t i = 0; i < G_N_ELEMENTS(chosen); i++) {
            if (getenv(chosen[i]))
                g_ptr_array_add(paths, g_strdup(getenv(chosen[i])));
        }
    }
    return paths;
}

static void limit(int what, guint64 most) {
    struct rlimit now;
    if (getrlimit((__rlimit_resource_t)what, &now) != 0 || now.rlim_max <= most)
        return;
    struct rlimit lower = {MIN(now.rlim_cur, most), most};
    setrlimit((__rlimit_resource_t)what, &lower);
}

/* A signal handler: only write() and _exit(). */
static void out_of_time(int number) {
    static const char text[] = "mailwhy: this took far too much processor time, and was ended\n";
    if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
        _exit(2);
    _exit(2);
}

static void set_limits(guint64 memory, unsigned cpu_seconds) {
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0)
        limit(RLIMIT_NOFILE, files.rlim_cur);
    if (memory)
        limit(RLIMIT_DATA, memory);
    if (cpu_seconds) {
        signal(SIGXCPU, out_of_time);
        struct rlimit cpu = {cpu_seconds, cpu_seconds + 5}, now;
        if (getrlimit(RLIMIT_CPU, &now) == 0 && now.rlim_max > cpu.rlim_max)
            setrlimit(RLIMIT_CPU, &cpu);
    }
}

/* Valgrind runs in this process, and opens and asks for more than mailwhy does. */
static bool is_watched(void) {
#ifdef UNDER_SANITIZER
    return true;
#else
    const char *preloaded = getenv("LD_PRELOAD");
    return preloaded && strstr(preloaded, "/vgpreload_");
#endif
}

struct sandbox_door {
    guint64 memory;
    bool watched;
    int ruleset, no_landlock, no_seccomp; /* the latter two: errno */
    struct sock_fprog filter;
};

sandbox_door *sandbox_prepare(const sandbox *s) {
    sandbox_door *door = g_new0(sandbox_door, 1);
    door->memory = s->memory;
    door->ruleset = -1;
    door->watched = is_watched();
    if (door->watched)
        return door;
    tzset(); /* which reads a file */
    GPtrArray *paths = paths_of(s);
    door->no_landlock = landlock_open(paths, s->network, &door->ruleset);
    g_ptr_array_unref(paths);
    door->no_seccomp = syscalls_open(s->network, s->serving, &door->filter);
    return door;
}

char *sandbox_shut(const sandbox_door *door, unsigned cpu_seconds) {
    if (door->watched)
        return g_strdup("no sandbox: a sanitizer or valgrind needs what it takes away");
    int no_landlock = door->no_landlock ? door->no_landlock : landlock_shut(door->ruleset);
    if (door->ruleset >= 0)
        close(door->ruleset);
    set_limits(door->memory, cpu_seconds);
    int no_seccomp = door->no_seccomp ? door->no_seccomp : syscalls_shut(&door->filter);
    if (!no_landlock && !no_seccomp)
        return NULL;
    return g_strdup_printf("sandbox: this kernel does not let files (%s) and system calls (%s) be given up",
                           no_landlock ? g_strerror(no_landlock) : "done",
                           no_seccomp ? g_strerror(no_seccomp) : "done");
}

void sandbox_door_free(sandbox_door *door) {
    free(door->filter.filter);
    g_free(door);
}

char *sandbox_close(const sandbox *s) {
    sandbox_door *door = sandbox_prepare(s);
    char *lacks = sandbox_shut(door, s->cpu_seconds);
    sandbox_door_free(door);
    return lacks;
}
