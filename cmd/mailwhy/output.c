#include "output.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WIDTH = 100, MOST_WIDTH = 140, LEAST_WIDTH = 40 };

struct output {
    FILE *stream;
    const char *file; /* NULL: standard output */
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

static int terminal_width(void) {
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= LEAST_WIDTH)
        return MIN(size.ws_col, MOST_WIDTH);
    return WIDTH;
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
    output *o = g_new0(output, 1);
    *o = (output){.stream = stream, .file = c->output};
    o->style = (mw_style){
        .verbose = CLAMP(c->verbose, -1, 1), .width = terminal_width(), .color = color && !c->output};
    return o;
}

FILE *output_stream(output *o) {
    return o->stream;
}

const mw_style *output_style(const output *o) {
    return &o->style;
}

gboolean output_close(output *o, GError **error) {
    bool failed = fflush(o->stream) != 0 || ferror(o->stream);
    if (o->stream != stdout)
        failed |= fclose(o->stream) != 0;
    if (failed)
        g_set_error(error, mw_error_quark(), 0, "%s: %s", o->file ? o->file : "standard output",
                    g_strerror(errno));
    g_free(o);
    return !failed;
}
