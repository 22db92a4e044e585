#include "names.h"
#include "input.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_DEPTH = 40, MOST_FOLDERS = 1000 };

static void add_name(names *l, const char *path) {
    char *own = g_strdup(path);
    g_ptr_array_add(l->own, own);
    g_ptr_array_add(l->all, own);
}

static bool is_folder(const char *path) {
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static bool has_folder(const char *path, const char *name) {
    g_autofree char *below = g_build_filename(path, name, NULL);
    return is_folder(below);
}

/* "1700000000.M1P2.host:2,ST": drafts and what is in the trash are no mail that anybody asks about. */
static bool is_left_out(const char *name) {
    const char *flags = strstr(name, ":2,");
    return flags && strpbrk(flags + 3, "DT");
}

static void add_folder(names *l, const char *path, int depth);

/* Not asked of each file of a large folder where the folder says so itself. */
static void add_path(names *l, const char *path, bool may_be_folder, int depth) {
    if (may_be_folder && is_folder(path) && depth < MOST_DEPTH)
        add_folder(l, path, depth + 1);
    else
        add_name(l, path);
}

/* What stands in a folder may have been put there by anybody: a link to a folder may lead round in a circle
 * or out of it, a pipe would be waited for. What is named on the command line is the user's own. */
static bool is_taken(const char *path, bool known_file) {
    struct stat about;
    if (known_file || lstat(path, &about) != 0 || S_ISDIR(about.st_mode))
        return true; /* one that can't be looked at is told when it is opened */
    return stat(path, &about) != 0 ? S_ISLNK(about.st_mode) : S_ISREG(about.st_mode);
}

typedef struct entry {
    bool may_be_folder;
    char name[];
} entry;

static entry *new_entry(const struct dirent *from) {
    size_t size = strlen(from->d_name) + 1;
    entry *e = g_malloc(sizeof(entry) + size);
    e->may_be_folder = from->d_type != DT_REG;
    memcpy(e->name, from->d_name, size);
    return e;
}

static int by_name(gconstpointer a, gconstpointer b) {
    return strcmp((*(const entry *const *)a)->name, (*(const entry *const *)b)->name);
}

/* Of entry *, by name; NULL when the folder can't be read. */
static GPtrArray *entries_of(const char *path) {
    DIR *folder = opendir(path);
    if (!folder)
        return NULL;
    GPtrArray *entries = g_ptr_array_new_with_free_func(g_free);
    for (struct dirent *next; (next = readdir(folder));)
        if (strcmp(next->d_name, ".") != 0 && strcmp(next->d_name, "..") != 0)
            g_ptr_array_add(entries, new_entry(next));
    closedir(folder);
    g_ptr_array_sort(entries, by_name);
    return entries;
}

static void add_entries(names *l, const char *path, bool maildir, int depth) {
    g_autoptr(GPtrArray) entries = entries_of(path);
    if (!entries) {
        add_name(l, path);
        return;
    }
    for (guint i = 0; i < entries->len; i++) {
        const entry *e = entries->pdata[i];
        const char *name = e->name;
        g_autofree char *full = g_build_filename(path, name, NULL);
        if ((maildir ? !is_left_out(name) && *name != '.' : *name != '.') &&
            is_taken(full, !e->may_be_folder))
            add_path(l, full, e->may_be_folder, depth);
    }
}

/* A Maildir++ has its other folders beside cur and new, as ".Sent". */
static void add_maildir(names *l, const char *path, int depth) {
    static const char *const holders[] = {"cur", "new"};
    for (size_t i = 0; i < G_N_ELEMENTS(holders); i++) {
        g_autofree char *holder = g_build_filename(path, holders[i], NULL);
        add_entries(l, holder, true, depth);
    }
    g_autoptr(GPtrArray) entries = entries_of(path);
    for (guint i = 0; entries && i < entries->len; i++) {
        const char *name = ((const entry *)entries->pdata[i])->name;
        g_autofree char *full = g_build_filename(path, name, NULL);
        if (*name == '.' && has_folder(full, "cur") && depth < MOST_DEPTH)
            add_folder(l, full, depth + 1);
    }
}

static void add_folder(names *l, const char *path, int depth) {
    l->many = TRUE;
    if (has_folder(path, "cur") && has_folder(path, "new"))
        add_maildir(l, path, depth);
    else
        add_entries(l, path, false, depth);
}

/* One name a line, or with -0 each ended by a NUL. They stay where they stand: there may be millions. */
static bool add_listed(names *l, const char *file, bool nul, GError **error) {
    gsize size;
    char *bytes = l->listed = input_read(file, &size, error); /* a NUL stands behind its end */
    if (!bytes) {
        g_prefix_error(error, "--files-from %s: ", file);
        return false;
    }
    l->many = l->endless = TRUE;
    for (char *at = bytes, *end = bytes + size; at < end;) {
        char *stop = memchr(at, nul ? '\0' : '\n', (size_t)(end - at)), *next = stop ? stop + 1 : end;
        if (!stop)
            stop = end;
        if (!nul && stop > at && stop[-1] == '\r')
            stop--;
        *stop = '\0';
        if (*at)
            g_ptr_array_add(l->all, at);
        at = next;
    }
    return true;
}

/* What a regular file is need not be asked again. */
static void add_named(names *l, const char *path) {
    struct stat about;
    bool plain = lstat(path, &about) == 0 && S_ISREG(about.st_mode);
    if (!plain)
        g_ptr_array_add(l->others, (gpointer)path);
    if (plain || (stat(path, &about) == 0 && S_ISREG(about.st_mode)))
        l->octets += (guint64)about.st_size;
    else
        l->endless = TRUE;
    add_path(l, path, !plain, 0);
}

names *names_read(const command *c, GError **error) {
    names *l = g_new0(names, 1);
    l->all = g_ptr_array_new();
    l->own = g_ptr_array_new_with_free_func(g_free);
    l->others = g_ptr_array_new();
    for (char **file = c->files; file && *file; file++)
        add_named(l, *file);
    l->named = l->all->len;
    if (c->files_from && !add_listed(l, c->files_from, c->nul, error))
        g_clear_pointer(&l, names_free);
    if (l)
        l->many |= l->all->len > 1;
    return l;
}

void names_free(names *n) {
    g_ptr_array_unref(n->all);
    g_ptr_array_unref(n->own);
    g_ptr_array_unref(n->others);
    g_free(n->listed);
    g_free(n);
}

GPtrArray *names_readable(const names *n) {
    GPtrArray *folders = g_ptr_array_new();
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < n->all->len && folders->len <= MOST_FOLDERS; i++) {
        const char *name = n->all->pdata[i], *end = strrchr(name, '/');
        char *folder = !end ? g_strdup(".") : g_strndup(name, MAX((size_t)(end - name), 1));
        if (g_hash_table_add(seen, folder))
            g_ptr_array_add(folders, (gpointer)g_intern_string(folder));
    }
    if (folders->len > MOST_FOLDERS) {
        g_ptr_array_set_size(folders, 0);
        g_ptr_array_add(folders, (gpointer) "/");
    }
    g_ptr_array_extend(folders, n->others, NULL, NULL);
    return folders;
}
