#include "mover.h"
#include "mailwhy.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOVE = 'm', MAX_TEXT = 1000 };

struct mover {
    GPtrArray *files; /* of outfile *; not its own */
    pid_t pid;        /* 0: none is needed */
    int line;         /* to the process */
};

static ssize_t read_again(int fd, void *bytes, size_t len) {
    ssize_t n;
    do
        n = read(fd, bytes, len);
    while (n < 0 && errno == EINTR);
    return n;
}

/* Why a file could not be moved, or "". */
static void move_all(GPtrArray *files, char text[static MAX_TEXT]) {
    g_autoptr(GError) error = NULL;
    text[0] = '\0';
    for (guint i = 0; i < files->len; i++) {
        if (!outfile_move(files->pdata[i], &error)) {
            g_strlcpy(text, error->message, MAX_TEXT);
            return;
        }
    }
}

/* The process: waits for the word, or for the run's end without it. */
static G_NORETURN void serve(GPtrArray *files, int line) {
    static const int kept_off[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
    for (size_t i = 0; i < G_N_ELEMENTS(kept_off); i++)
        signal(kept_off[i], SIG_IGN);
    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    close(STDERR_FILENO);
    setsid(); /* what ends the whole group leaves this one to clear up */
    char word = 0, text[MAX_TEXT];
    if (read_again(line, &word, 1) == 1 && word == MOVE) {
        move_all(files, text);
        if (write(line, text, strlen(text) + 1) < 0)
            word = 0; /* nobody is there to be told */
    }
    for (guint i = 0; i < files->len; i++)
        outfile_free(files->pdata[i]);
    _exit(0);
}

static bool needs_moving(const GPtrArray *files) {
    for (guint i = 0; i < files->len; i++) {
        if (outfile_is_beside(files->pdata[i]))
            return true;
    }
    return false;
}

mover *mover_start(GPtrArray *files, GError **error) {
    g_autoptr(mover) m = g_new0(mover, 1);
    *m = (mover){.files = files, .line = -1};
    if (!needs_moving(files))
        return g_steal_pointer(&m);
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0) {
        m->line = ends[0];
        m->pid = fork();
        if (m->pid == 0) {
            close(ends[0]);
            serve(files, ends[1]);
        }
        close(ends[1]);
        if (m->pid > 0)
            return g_steal_pointer(&m);
    }
    g_set_error(error, mw_error_quark(), 0, "the output can't be written safely: %s", g_strerror(errno));
    m->pid = 0;
    return NULL;
}

gboolean mover_move(mover *m, GError **error) {
    char word = MOVE, text[MAX_TEXT + 1] = {0};
    if (!m->pid)
        return TRUE;
    bool told = write(m->line, &word, 1) == 1 && read_again(m->line, text, MAX_TEXT) > 0;
    if (!told)
        g_set_error_literal(error, mw_error_quark(), 0,
                            "the output was not moved into its place: the process that does it has ended");
    else if (text[0])
        g_set_error_literal(error, mw_error_quark(), 0, text);
    return told && !text[0];
}

void mover_free(mover *m) {
    if (m->line >= 0)
        close(m->line);
    if (m->pid > 0) {
        while (waitpid(m->pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    g_free(m);
}
