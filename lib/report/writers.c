#include "report/writers.h"
#include "base/error.h"
#include "report/html.h"
#include "report/markdown.h"
#include "report/tools.h"

static char *write_json(const mw_diagnosis *d, G_GNUC_UNUSED const mw_text_style *style) {
    return mw_json_write(d);
}

static char *write_line(const mw_diagnosis *d, G_GNUC_UNUSED const mw_text_style *style) {
    return mw_json_write_line(d);
}

static char *write_html(const mw_diagnosis *d, const mw_text_style *style) {
    return mw_html_write(d, style->embedded);
}

static char *write_markdown(const mw_diagnosis *d, G_GNUC_UNUSED const mw_text_style *style) {
    return mw_markdown_write(d);
}

static char *write_github(const mw_diagnosis *d, G_GNUC_UNUSED const mw_text_style *style) {
    return mw_github_write(d);
}

static char *write_junit(const mw_diagnosis *d, G_GNUC_UNUSED const mw_text_style *style) {
    return mw_junit_write(d);
}

static char *write_sarif(const mw_diagnosis *d, G_GNUC_UNUSED const mw_text_style *style) {
    return mw_sarif_write(d);
}

const mw_writer mw_writers[] = {
    {"text", "for a terminal", mw_text_write},
    {"json", "all of it, for programs", write_json, mw_json_write, "[\n", ",\n", "\n]\n", NULL},
    {"jsonl", "the same, a line a mail", write_line},
    {"html", "one page to look at and to hand on", write_html},
    {"markdown", "for tickets and pull requests", write_markdown},
    {"github", "annotations of a workflow on GitHub", write_github},
    {"junit", "a test case a check", write_junit, mw_junit_part,
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n", "\n", "\n</testsuites>\n", NULL},
    {"sarif", "SARIF 2.1.0, for code scanning", write_sarif, mw_sarif_part, mw_sarif_head, ",\n", NULL,
     mw_sarif_tail},
    {0},
};

const mw_writer *mw_writer_find(const char *name, GError **error) {
    for (const mw_writer *w = mw_writers; w->name; w++)
        if (strcmp(w->name, name) == 0)
            return w;
    g_autoptr(GString) known = g_string_new(NULL);
    for (const mw_writer *w = mw_writers; w->name; w++)
        g_string_append_printf(known, "%s%s", w == mw_writers ? "" : ", ", w->name);
    g_set_error(error, MW_ERROR, MW_ERROR_OPTION, "--format %s: there is no such format; there are %s", name,
                known->str);
    return NULL;
}
