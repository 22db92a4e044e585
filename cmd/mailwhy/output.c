#include "output.h"
#include "mover.h"
#include "outfile.h"
#include "pager.h"

#include "base/printable.h"

#include <errno.h>
#include <langinfo.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WIDTH = 80, MOST_WIDTH = 140, LEAST_WIDTH = 40, MOST_COMPLAINT = 1000, DATA_DEPTH = 2 };

struct output {
    GPtrArray *files; /* of outfile *: the report, the recording and the baseline if any */
    outfile *report, *recording, *baseline;
    mover *mover;
    FILE *paged; /* NULL: no pager */
    pid_t pager;
    mw_style style;
};

static bool is_utf8(void) {
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

int complain(const char *about, const char *text) {
    g_autofree char *line =
        about ? g_strdup_printf("mailwhy: %s: %s", about, text) : g_strdup_printf("mailwhy: %s", text);
    g_autoptr(GString) safe = g_string_new(NULL);
    mw_printable_append(safe, mw_span_of(line), MOST_COMPLAINT);
    g_autofree char *ascii = is_utf8() ? NULL : mw_printable_ascii(safe->str, MW_ASCII_TEXT);
    fprintf(stderr, "%s\n", ascii ? ascii : safe->str);
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

/* None of what is written may be what is read: the mails, what options name, standard input. */
static bool is_input(const command *c, const outfile_place *place) {
    bool same = outfile_same(place, "/dev/stdin") || (c->files_from && outfile_same(place, c->files_from));
    for (char **file = c->files; file && *file && !same; file++)
        same = strcmp(*file, "-") != 0 && outfile_same(place, *file);
    for (guint i = 0; i < c->inputs->len && !same; i++)
        same = outfile_same(place, c->inputs->pdata[i]);
    return same;
}

/* Those of a folder or a list, too. */
static bool is_mail(const names *all, const outfile_place *place) {
    bool same = false;
    for (guint i = 0; all && all->many && !same && i < all->all->len; i++)
        same = outfile_same(place, all->all->pdata[i]);
    return same;
}

static bool is_in_folder(const outfile_place *place, const char *folder, int depth) {
    g_autoptr(GDir) open = folder && depth ? g_dir_open(folder, 0, NULL) : NULL;
    bool same = false;
    for (const char *entry; open && !same && (entry = g_dir_read_name(open));) {
        g_autofree char *path = g_build_filename(folder, entry, NULL);
        same = outfile_same(place, path) || is_in_folder(place, path, depth - 1);
    }
    return same;
}

static bool is_read(const command *c, const names *all, const outfile_place *place) {
    return !outfile_is_stream(place) &&
           (is_input(c, place) || is_mail(all, place) || is_in_folder(place, c->data_folder, DATA_DEPTH));
}

static bool refuse(const char *name, const char *why, GError **error) {
    g_set_error(error, mw_error_quark(), 0, "%s: %s", name, why);
    return false;
}

static bool check_names(const command *c, const names *all, GError **error) {
    static const char read[] = "is read in this run: what is written needs another file";
    const char *const written[] = {c->output, c->record, c->write_baseline};
    outfile_place standard = outfile_place_of("/dev/stdout");
    if (!c->output && !outfile_is_stream(&standard) && is_input(c, &standard))
        return refuse("standard output", read, error);
    for (size_t i = 0; i < G_N_ELEMENTS(written); i++) {
        if (!written[i])
            continue;
        outfile_place place = outfile_place_of(written[i]);
        if (is_read(c, all, &place))
            return refuse(written[i], read, error);
        for (size_t k = 0; k < i; k++)
            if (written[k] && outfile_same(&place, written[k]))
                return refuse(written[i], "is written twice: each output needs a file of its own", error);
    }
    return true;
}

static outfile *add_file(output *o, const char *name, GError **error) {
    outfile *file = outfile_open(name, error);
    if (file)
        g_ptr_array_add(o->files, file);
    return file;
}

static void free_output(output *o) {
    g_clear_pointer(&o->mover, mover_free);
    g_ptr_array_unref(o->files);
    g_free(o);
}

output *output_open(const command *c, const names *all, GError **error) {
    GError *failed = NULL;
    bool color = use_color(c->color, &failed);
    if (failed) {
        g_propagate_error(error, failed);
        return NULL;
    }
    if (!check_names(c, all, error))
        return NULL;
    struct winsize size = {0};
    bool terminal = !c->output && isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    output *o = g_new0(output, 1);
    o->files = g_ptr_array_new_with_free_func((GDestroyNotify)outfile_free);
    o->style = (mw_style){
        .verbose = CLAMP(c->verbose, -1, 1), .width = columns(&size), .color = color && !c->output};
    if ((o->report = add_file(o, c->output, error)) &&
        (!c->record || (o->recording = add_file(o, c->record, error))) &&
        (!c->write_baseline || (o->baseline = add_file(o, c->write_baseline, error))) &&
        (o->mover = mover_start(o->files, error))) {
        if (terminal && size.ws_row && !c->no_pager)
            o->paged = pager_open(size.ws_row, size.ws_col, &o->pager);
        return o;
    }
    free_output(o);
    return NULL;
}

const mw_style *output_style(const output *o) {
    return &o->style;
}

/* How a format writes a character in ASCII. */
static mw_ascii_form ascii_form(const char *format) {
    static const char *const json[] = {"json", "jsonl", "sarif", NULL};
    static const char *const xml[] = {"html", "markdown", "junit", NULL};
    return g_strv_contains(json, format)  ? MW_ASCII_JSON
           : g_strv_contains(xml, format) ? MW_ASCII_XML
                                          : MW_ASCII_TEXT;
}

void output_write(output *o, const char *format, const char *text) {
    g_autofree char *ascii = is_utf8() ? NULL : mw_printable_ascii(text, ascii_form(format));
    /* who leaves the pager wants no more: that is no error */
    fputs(ascii ? ascii : text, o->paged ? o->paged : outfile_stream(o->report));
}

void output_flush(output *o) {
    fflush(o->paged ? o->paged : outfile_stream(o->report));
}

void output_record(output *o, const mw_report *report) {
    if (!o->recording)
        return;
    g_autofree char *text = mw_report_recording(report);
    fputs(text, outfile_stream(o->recording));
}

static int by_text(gconstpointer a, gconstpointer b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void output_baseline(output *o, GHashTable *lines) {
    if (!o->baseline)
        return;
    FILE *to = outfile_stream(o->baseline);
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    GHashTableIter iter;
    gpointer line;
    g_hash_table_iter_init(&iter, lines);
    while (g_hash_table_iter_next(&iter, &line, NULL))
        g_ptr_array_add(sorted, line);
    g_ptr_array_sort(sorted, by_text);
    fputs(
        "# mailwhy --baseline: findings that are accepted, a line each: the symbol, a tab, what it is about\n"
        "# (* stands for anything). Say why in a comment like this one.\n",
        to);
    for (guint i = 0; i < sorted->len; i++)
        fprintf(to, "%s\n", (const char *)sorted->pdata[i]);
}

gboolean output_close(output *o, gboolean keep, GError **error) {
    bool good = true;
    if (o->paged)
        pager_close(o->paged, o->pager);
    for (guint i = 0; i < o->files->len; i++)
        good = outfile_finish(o->files->pdata[i], good ? error : NULL) && good;
    if (good && keep)
        good = mover_move(o->mover, error);
    free_output(o);
    return good;
}
