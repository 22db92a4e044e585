#include "start.h"
#include "mailwhy.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* What is open at once: the outputs and a mail, and what libunbound or libcurl have besides their questions.
 */
enum { OFFLINE_FILES = 12, LIVE_FILES = 64, PLENTY = 1024, STATUS_UNUSABLE = 2, HEAP_STEP = 1 << 20 };

/* Standard input is opened for writing and the others for reading, so that using them is an error, as it is
 * with a closed descriptor. */
static void open_standard(int fd) {
    if (fcntl(fd, F_GETFD) >= 0)
        return;
    if (open("/dev/null", (fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) | O_NOCTTY) != fd)
        _exit(STATUS_UNUSABLE);
}

/* Each mail frees what it took: without this the heap goes back to the system and is asked for again, mail by
 * mail. */
static void keep_heap(void) {
    enum { KEPT = 32 << 20, LARGE = 4 << 20 };
    mallopt(M_TOP_PAD, HEAP_STEP);
    mallopt(M_TRIM_THRESHOLD, KEPT);
    mallopt(M_MMAP_THRESHOLD, LARGE);
}

/* What libraries say to whoever debugs them about broken input, by way of GLib: it means nothing to a reader,
 * may quote the input, and what comes of it is in the report. Only what ends the process is written. */
static GLogWriterOutput keep_to_itself(GLogLevelFlags level, const GLogField *fields, gsize n_fields,
                                       gpointer data) {
    bool ends = level & G_LOG_LEVEL_ERROR;
    return ends || getenv("G_DEBUG") ? g_log_writer_default(level, fields, n_fields, data)
                                     : G_LOG_WRITER_HANDLED;
}

void start_process(void) {
    g_log_set_writer_func(keep_to_itself, NULL, NULL);
    keep_heap();
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        open_standard(fd);
    signal(SIGPIPE, SIG_IGN); /* a write that can't be is told, like any other that fails */
    signal(SIGXFSZ, SIG_IGN);
}

/* The kernel gives a large page only where nothing was touched before: the header that malloc() writes at the
 * start is put in front of the first one, and what it wrote in between is dropped. */
void start_large_pages(void) {
    enum { PAGE = 4096, LARGE_PAGE = 2 << 20, FIRST = 8 << 20 };
    const char *end = sbrk(0);
    intptr_t gap = (intptr_t)(LARGE_PAGE - ((uintptr_t)end + PAGE) % LARGE_PAGE);
    char *first = sbrk(gap);
    if (first != end)
        return;
    first += gap + PAGE;
    mallopt(M_TOP_PAD, FIRST);
    void *volatile any = malloc(HEAP_STEP);
    free(any);
    mallopt(M_TOP_PAD, HEAP_STEP);
    if ((uintptr_t)sbrk(0) < (uintptr_t)first + FIRST)
        return; /* another malloc(), or no more of the heap to be had */
    madvise(first, FIRST, MADV_DONTNEED);
    madvise(first, FIRST, MADV_HUGEPAGE);
}

void start_raise_descriptors(unsigned most) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= most)
        return;
    limit.rlim_cur = MIN(limit.rlim_max, most);
    setrlimit(RLIMIT_NOFILE, &limit);
}

gboolean start_has_descriptors(gboolean live, GError **error) {
    int fds[LIVE_FILES], want = live ? LIVE_FILES : OFFLINE_FILES, have = 0;
    start_raise_descriptors(PLENTY);
    while (have < want && (fds[have] = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)) >= 0)
        have++;
    for (int i = 0; i < have; i++)
        close(fds[i]);
    if (have < want)
        g_set_error(
            error, mw_error_quark(), 0,
            "only %d more files can be opened here, and this run needs %d: raise the limit (ulimit -n)", have,
            want);
    return have == want;
}
