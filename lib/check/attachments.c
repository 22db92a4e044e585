/* Attachments that receivers refuse: told by name and type alone, never by what is in them. */
#include "check/check.h"

enum { MAX_EXTENSION = 16 };

/* The part of a file name behind its last dot, lower case; "" without one. end: where the name is taken to
 * end. */
static void extension_of(const char *name, size_t end, char out[MAX_EXTENSION], size_t *dot) {
    out[0] = '\0';
    *dot = 0;
    while (end > 0 && (name[end - 1] == ' ' || name[end - 1] == '.' || name[end - 1] == '\t'))
        end--; /* Windows drops these */
    size_t at = end;
    while (at > 0 && name[at - 1] != '.' && end - at < MAX_EXTENSION)
        at--;
    if (at == 0 || name[at - 1] != '.' || at == end || end - at >= MAX_EXTENSION)
        return;
    for (size_t i = at; i < end; i++)
        out[i - at] = g_ascii_tolower(name[i]);
    out[end - at] = '\0';
    *dot = at - 1;
}

/* "program", "macro", "archive", "document" ... or NULL. */
static const char *kind_of(const mw_table *table, const char *extension) {
    for (guint i = 0; i < table->rows->len; i++) {
        const char *const *row = table->rows->pdata[i];
        if (strcmp(row[0], extension) == 0)
            return row[1];
    }
    return NULL;
}

static bool is(const char *kind, const char *what) {
    return kind && strcmp(kind, what) == 0;
}

/* A right-to-left override makes "exe.fdp" of "pdf.exe". */
static bool turns_around(const char *name) {
    return strstr(name, "\xe2\x80\xae") || strstr(name, "\xe2\x80\xad") || strstr(name, "\xe2\x81\xa7") ||
           strstr(name, "\xe2\x81\xa6");
}

static mw_finding *once(mw_facts *facts, const char *symbol, const char *format, ...) G_GNUC_PRINTF(3, 4);
static mw_finding *once(mw_facts *facts, const char *symbol, const char *format, ...) {
    if (mw_found(facts, symbol))
        return NULL;
    va_list args;
    va_start(args, format);
    const char *summary = mw_vprintf(facts->arena, format, args);
    va_end(args);
    return mw_hit(facts, symbol, "%s", summary);
}

static void check_name(mw_facts *facts, const mw_table *table, const char *name) {
    char extension[MAX_EXTENSION], before[MAX_EXTENSION];
    size_t dot, unused;
    extension_of(name, strlen(name), extension, &dot);
    const char *kind = kind_of(table, extension);
    extension_of(name, dot, before, &unused);
    const char *kind_before = kind_of(table, before);
    if (turns_around(name))
        once(facts, "MIME_BAD_UNICODE", "the name of an attachment runs backwards: %s", name);
    if (is(kind, "program") &&
        (is(kind_before, "document") || is(kind_before, "archive") || is(kind_before, "macro")))
        once(facts, "MIME_DOUBLE_BAD_EXTENSION", "the attachment %s is a program that looks like a .%s file",
             name, before);
    else if (is(kind, "program"))
        once(facts, "MIME_BAD_EXTENSION", "the attachment %s is a program", name);
    if (is(kind, "macro"))
        once(facts, "MACRO_DOCUMENT", "the attachment %s is a document with macros", name);
}

static bool is_program_type(const char *type) {
    static const char *const types[] = {"application/x-msdownload",
                                        "application/x-msdos-program",
                                        "application/x-dosexec",
                                        "application/x-ms-installer",
                                        "application/hta",
                                        "application/x-sh",
                                        "application/java-archive",
                                        "application/x-ms-shortcut",
                                        "application/vnd.microsoft.portable-executable"};
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
        if (strcmp(type, types[i]) == 0)
            return true;
    return false;
}

static void run(mw_facts *facts) {
    const mw_table *table = mw_data_table(facts->data, "attachments.tsv", NULL);
    if (!table)
        return;
    for (size_t i = 0; i < facts->mime->n_parts; i++) {
        const mw_part *part = &facts->mime->parts[i];
        const char *name = part->file_name;
        if (name)
            check_name(facts, table, name);
        if (is_program_type(part->type) && !mw_found(facts, "MIME_DOUBLE_BAD_EXTENSION"))
            once(facts, "MIME_BAD_EXTENSION", "an attachment%s%s is of the type %s: a program",
                 name ? " " : "", name ? name : "", part->type);
        if (part->encrypted && strncmp(part->type, "multipart/", 10) != 0 &&
            strstr(part->type, "pgp") == NULL)
            once(facts, "MIME_ENCRYPTED_ARCHIVE", "the attachment %s is locked with a password",
                 name ? name : part->type);
    }
}

const mw_check mw_check_attachments = {.name = "attachments", .run = run};
