#include "output.h"
#include "pager.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WIDTH = 80, MOST_WIDTH = 140, LEAST_WIDTH = 40 };

struct output {
    FILE *stream;
    const char *file; /* NULL: standard output */
    pid_t pager;      /* 0: none */
    mw_style style;
};

int complain(const char *about, const char *text) {
    g_autofree char *line =
        about ? g_strdup_printf("mailwhy: %s: %s", about, text) : g_strdup_printf("mailwhy: %s", text);
    g_autofree char *safe = mw_printable_line(line);
    fprintf(stderr, "%s\n", safe);
    return STATUS_ERROR;
}

static bool use_color(const char *when, GError **error) {
    if (!when || strcmp(when, "auto") == 0) {
        const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
        return !(no && *no) && isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0;
    }
    if (strcmp(when, "always") != 0 && strcmp(when, "never") != 0)
        g_set_error(error, mw_error_quark(), 0, "--color %s: there are auto, always and never", when);
    return strcmp(when, "always") == 0;
}

/* Of the terminal; else what COLUMNS says, for a report that is shown elsewhere. */
static int columns(const struct winsize *size) {
    const char *given = getenv("COLUMNS");
    guint64 number = given ? g_ascii_strtoull(given, NULL, 10) : 0;
    int width = size->ws_col ? size->ws_col : number < 10000 ? (int)number : WIDTH;
    return width >= LEAST_WIDTH ? MIN(width, MOST_WIDTH) : WIDTH;
}

/* Opening the output empties it: it must be none of the mails. */
static bool is_input(const command *c) {
    struct stat out, in;
    if (!c->output || !c->files || stat(c->output, &out) != 0 || !S_ISREG(out.st_mode))
        return false;
    for (char **file = c->files; *file; file++) {
        if (stat(*file, &in) == 0 && in.st_dev == out.st_dev && in.st_ino == out.st_ino)
            return true;
    }
    return false;
}

output *output_open(const command *c, GError **error) {
    GError *failed = NULL;
    bool color = use_color(c->color, &failed);
    if (failed) {
        g_propagate_error(error, failed);
        return NULL;
    }
    if (is_input(c)) {
        g_set_error(error, mw_error_quark(), 0, "%s: is the mail itself: the report needs another file",
                    c->output);
        return NULL;
    }
    FILE *stream = c->output ? fopen(c->output, "w") : stdout;
    if (!stream) {
        g_set_error(error, mw_error_quark(), 0, "%s: %s", c->output, g_strerror(errno));
        return NULL;
    }
    struct winsize size = {0};
    bool terminal = !c->output && isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    output *o = g_new0(output, 1);
    *o = (output){.stream = stream, .file = c->output};
    o->style = (mw_style){
        .verbose = CLAMP(c->verbose, -1, 1), .width = columns(&size), .color = color && !c->output};
    FILE *paged =
        terminal && size.ws_row && !c->no_pager ? pager_open(size.ws_row, size.ws_col, &o->pager) : NULL;
    if (paged)
        o->stream = paged;
    return o;
}

const mw_style *output_style(const output *o) {
    return &o->style;
}

/* Who reads is gone, and wants no more: that is no error, and nobody is left to tell it to. */
static void die_quietly(void) {
    signal(SIGPIPE, SIG_DFL);
    raise(SIGPIPE);
}

void output_write(output *o, const char *text) {
    if (fputs(text, o->stream) == EOF && errno == EPIPE)
        die_quietly();
}

gboolean output_close(output *o, GError **error) {
    bool failed = fflush(o->stream) != 0 || ferror(o->stream);
    if (failed && errno == EPIPE)
        die_quietly();
    if (o->pager)
        pager_close(o->stream, o->pager);
    else if (o->stream != stdout)
        failed |= fclose(o->stream) != 0;
    if (failed)
        g_set_error(error, mw_error_quark(), 0, "%s: %s", o->file ? o->file : "standard output",
                    g_strerror(errno));
    g_free(o);
    return !failed;
}
