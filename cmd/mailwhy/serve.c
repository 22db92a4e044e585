#include "serve.h"
#include "mailwhy.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char program[] = "mailwhy-serve";

static char *beside(void) {
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = self ? g_path_get_dirname(self) : g_strdup(".");
    char *installed = g_build_filename(folder, program, NULL);
    if (g_file_test(installed, G_FILE_TEST_IS_EXECUTABLE))
        return installed;
    g_free(installed);
    return g_build_filename(folder, "..", "serve", program, NULL); /* the build folder's */
}

void serve_run(char **argv, GError **error) {
    GPtrArray *words = g_ptr_array_new();
    g_ptr_array_add(words, (gpointer)program);
    for (char **word = argv + 1; *word; word++) {
        if (g_str_has_prefix(*word, "--serve="))
            g_ptr_array_add(words, g_strconcat("--listen=", *word + strlen("--serve="), NULL));
        else if (strcmp(*word, "--serve") != 0)
            g_ptr_array_add(words, *word);
    }
    g_ptr_array_add(words, NULL);
    g_autofree char *path = beside();
    execv(path, (char **)words->pdata);
    execvp(program, (char **)words->pdata);
    g_set_error(error, mw_error_quark(), 0, "--serve: %s can't be run (%s): install it", program,
                g_strerror(errno));
}
