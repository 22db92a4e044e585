#include "config.h"
#include "mailwhy.h"

#include "base/file.h"
#include "base/limits.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static void free_line(void *data) {
    config_line *line = data;
    g_free(line->word);
    g_free(line->where);
    g_free(line);
}

/* A relative XDG_CONFIG_HOME is to be ignored, says its specification: it would lie beside the mails. */
char *config_own_file(void) {
    const char *config = g_getenv("XDG_CONFIG_HOME"), *home = g_getenv("HOME");
    g_autofree char *file = NULL;
    if (config && g_path_is_absolute(config))
        file = g_build_filename(config, "mailwhy", "config", NULL);
    else if (home && g_path_is_absolute(home))
        file = g_build_filename(home, ".config", "mailwhy", "config", NULL);
    bool none = !file || (access(file, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR));
    return none ? NULL : g_steal_pointer(&file);
}

/* "timeout = 20" is "--timeout=20". */
static char *word_of(const char *text) {
    text += strspn(text, "-");
    size_t len = strcspn(text, "= \t");
    const char *value = text + len + strspn(text + len, " \t");
    bool given = *value != '\0';
    if (*value == '=')
        value += 1 + strspn(value + 1, " \t");
    return g_strdup_printf("--%.*s%s%s", (int)len, text, given ? "=" : "", value);
}

GPtrArray *config_read(const char *file, GError **error) {
    size_t size = 0;
    g_autofree char *bytes = mw_file_read(file, MW_MAX_SYSTEM_FILE, &size, error);
    if (!bytes)
        return NULL;
    if (strlen(bytes) != size || !g_utf8_validate(bytes, -1, NULL)) {
        g_set_error(error, mw_error_quark(), 0, "%s: no text: a configuration has an option a line", file);
        return NULL;
    }
    GPtrArray *lines = g_ptr_array_new_with_free_func(free_line);
    g_auto(GStrv) texts = g_strsplit(bytes, "\n", -1);
    for (guint i = 0; texts[i]; i++) {
        const char *text = g_strstrip(texts[i]);
        if (!*text || *text == '#')
            continue;
        config_line *line = g_new(config_line, 1);
        *line = (config_line){word_of(text), g_strdup_printf("%s:%u", file, i + 1)};
        g_ptr_array_add(lines, line);
    }
    return lines;
}

/* A profile is a file where its name has a folder or an ending. */
static bool is_path(const char *argument, const char *value) {
    if (strcmp(argument, "FILE") == 0 || strcmp(argument, "FOLDER") == 0 || strstr(argument, "@FILE"))
        return true;
    return strstr(argument, "FILE") && strpbrk(value, "/.");
}

char *config_beside(const char *file, const char *word, const char *argument) {
    const char *equal = strchr(word, '=');
    if (!equal || !argument)
        return g_strdup(word);
    const char *value = equal + 1;
    bool at = strstr(argument, "@FILE") != NULL;
    if ((at && *value != '@') || !is_path(argument, value) || g_path_is_absolute(value + at))
        return g_strdup(word);
    g_autofree char *folder = g_path_get_dirname(file), *path = g_build_filename(folder, value + at, NULL);
    return g_strdup_printf("%.*s=%s%s", (int)(equal - word), word, at ? "@" : "", path);
}
