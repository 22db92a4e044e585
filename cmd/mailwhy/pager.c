#include "pager.h"
#include "whole.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Escape sequences take no room; a line that is too long for the terminal takes several rows. */
static int count_rows(const GByteArray *text, int columns, int most) {
    int rows = 0, column = 0;
    for (guint i = 0; i < text->len && rows <= most; i++) {
        guint8 c = text->data[i];
        if (c == '\x1b') {
            while (i < text->len && !g_ascii_isalpha(text->data[i]))
                i++;
        } else if (c == '\n') {
            rows++;
            column = 0;
        } else if ((c & 0xc0) != 0x80 && ++column > columns) {
            rows++;
            column = 1;
        }
    }
    return rows;
}

/* The pager reads what was held back, and all that follows from in. Does not return. */
static void show(const GByteArray *text, int in) {
    int both[2];
    const char *pager = getenv("PAGER");
    setenv("LESS", "FRX", 0);
    if (pipe2(both, O_CLOEXEC) != 0)
        _exit(1);
    pid_t feeder = fork();
    if (feeder == 0) {
        char bytes[1 << 13];
        bool good = write_whole(both[1], (const char *)text->data, text->len);
        for (ssize_t n; good && ((n = read(in, bytes, sizeof bytes)) > 0 || (n < 0 && errno == EINTR));)
            good = n < 0 || write_whole(both[1], bytes, (gsize)n);
        _exit(0);
    }
    close(in);
    dup2(both[0], STDIN_FILENO);
    if (pager && *pager)
        execl("/bin/sh", "sh", "-c", pager, (char *)NULL);
    execlp("less", "less", (char *)NULL);
    execlp("more", "more", (char *)NULL);
    execlp("cat", "cat", (char *)NULL);
    _exit(127);
}

static void pass_on(int in, int rows, int columns) {
    GByteArray *text = g_byte_array_new();
    char bytes[1 << 13];
    for (ssize_t n; (n = read(in, bytes, sizeof bytes)) != 0;) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        g_byte_array_append(text, (guint8 *)bytes, (guint)n);
        if (count_rows(text, columns, rows) >= rows)
            show(text, in);
    }
    _exit(write_whole(STDOUT_FILENO, (const char *)text->data, text->len) ? 0 : 1);
}

FILE *pager_open(int rows, int columns, pid_t *process) {
    int ends[2];
    const char *pager = getenv("PAGER");
    if ((pager && strcmp(pager, "cat") == 0) || pipe2(ends, O_CLOEXEC) != 0)
        return NULL;
    *process = fork();
    if (*process == 0) {
        close(ends[1]);
        pass_on(ends[0], rows, columns);
    }
    close(ends[0]);
    FILE *stream = *process > 0 ? fdopen(ends[1], "w") : NULL;
    if (!stream)
        close(ends[1]);
    return stream;
}

void pager_close(FILE *stream, pid_t process) {
    fclose(stream);
    /* Ctrl-C is for the pager, which is still on the screen */
    void (*old)(int) = signal(SIGINT, SIG_IGN);
    while (waitpid(process, NULL, 0) < 0 && errno == EINTR)
        ;
    signal(SIGINT, old);
}
