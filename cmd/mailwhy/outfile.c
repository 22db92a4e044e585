#include "outfile.h"
#include "whole.h"
#include "mailwhy.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_LINKS = 40, PERMISSIONS = 07777, BUFFER = 64 * 1024 };

struct outfile {
    char *name;            /* as it was given; for messages */
    char *target, *beside; /* NULL: it is written straight */
    FILE *stream;
    int fd;
    bool own_fd, replaces; /* replaces: an old file that is not empty */
    int failed;            /* errno of the first write that failed */
    char buffer[BUFFER];   /* of the stream: a report is one write */
};

static outfile *fail(outfile *file, int why, GError **error) {
    g_set_error(error, mw_error_quark(), 0, "%s: %s", file->name, g_strerror(why));
    outfile_free(file);
    return NULL;
}

/* Where the name leads to, over links, also when there is nothing yet at their end. NULL and errno. */
static char *follow(const char *name) {
    g_autofree char *path = g_strdup(name);
    for (int i = 0; i < MAX_LINKS; i++) {
        char link[PATH_MAX];
        ssize_t len = readlink(path, link, sizeof link - 1);
        if (len < 0)
            return errno == EINVAL || errno == ENOENT ? g_steal_pointer(&path) : NULL;
        link[len] = '\0';
        g_autofree char *folder = g_path_get_dirname(path);
        g_free(path);
        path = link[0] == '/' ? g_strdup(link) : g_build_filename(folder, link, NULL);
    }
    errno = ELOOP;
    return NULL;
}

static bool same_file(const struct stat *a, const struct stat *b) {
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* The standard descriptor that is this file already; -1. To replace it would lose what others write there. */
static int standard_fd(const struct stat *about) {
    struct stat standard;
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fstat(fd, &standard) == 0 && same_file(about, &standard))
            return fd;
    }
    return -1;
}

/* Whether a file may be written to, without touching it; 0 or errno. */
static int may_write(const char *path) {
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return errno;
    close(fd);
    return 0;
}

static bool make_beside(outfile *file, const struct stat *old) {
    g_autofree char *folder = g_path_get_dirname(file->target);
    file->beside = g_build_filename(folder, ".mailwhy-XXXXXX", NULL);
    file->fd = g_mkstemp_full(file->beside, O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file->fd < 0) {
        g_clear_pointer(&file->beside, g_free);
        return false;
    }
    mode_t mask = umask(0);
    umask(mask);
    mode_t mode = old ? old->st_mode & PERMISSIONS : 0666 & ~mask;
    bool other = old && (old->st_uid != geteuid() || old->st_gid != getegid());
    if (other && fchown(file->fd, old->st_uid, old->st_gid) != 0)
        mode &= ~(mode_t)(S_ISUID | S_ISGID); /* it stays ours */
    return fchmod(file->fd, mode) == 0;
}

/* Opens what is there already, or is not; 0 or errno. */
static int open_named(outfile *file) {
    struct stat about;
    bool there = stat(file->name, &about) == 0;
    if (!there && errno != ENOENT)
        return errno;
    int standard = there ? standard_fd(&about) : -1;
    if (standard >= 0) {
        file->fd = standard;
        return 0;
    }
    file->own_fd = true;
    file->fd = -1;
    if (there && !S_ISREG(about.st_mode)) {
        file->fd = open(file->name, O_WRONLY | O_CLOEXEC | O_NOCTTY);
        return file->fd < 0 ? errno : 0;
    }
    if (!(file->target = follow(file->name)))
        return errno;
    int refused = there ? may_write(file->target) : 0;
    file->replaces = there && about.st_size > 0;
    return refused ? refused : make_beside(file, there ? &about : NULL) ? 0 : errno;
}

/* stdio's own write(2) can't be made to fail by a test; this one can, and it keeps why. */
static ssize_t write_all(void *cookie, const char *bytes, size_t len) {
    outfile *file = cookie;
    if (!write_whole(file->fd, bytes, len)) {
        file->failed = file->failed ? file->failed : errno;
        return 0;
    }
    return (ssize_t)len;
}

outfile *outfile_open(const char *name, GError **error) {
    bool standard = !name || strcmp(name, "-") == 0;
    outfile *file = g_new0(outfile, 1);
    *file = (outfile){.name = g_strdup(standard ? "standard output" : name), .fd = STDOUT_FILENO};
    if (!standard && !*name) {
        g_set_error_literal(error, mw_error_quark(), 0, "an output was given an empty name: name a file");
        outfile_free(file);
        return NULL;
    }
    int failed = standard ? 0 : open_named(file);
    if (failed)
        return fail(file, failed, error);
    file->stream = fopencookie(file, "w", (cookie_io_functions_t){.write = write_all});
    if (!file->stream)
        return fail(file, errno, error);
    setvbuf(file->stream, file->buffer, _IOFBF, sizeof file->buffer);
    return file;
}

FILE *outfile_stream(outfile *file) {
    return file->stream;
}

gboolean outfile_is_beside(const outfile *file) {
    return file->beside != NULL;
}

gboolean outfile_finish(outfile *file, GError **error) {
    bool written = fflush(file->stream) == 0 && !ferror(file->stream);
    int why = written ? 0 : file->failed ? file->failed : errno;
    if (!why && file->replaces && fsync(file->fd) != 0)
        why = errno;
    fclose(file->stream);
    file->stream = NULL;
    if (file->own_fd && close(file->fd) != 0 && !why)
        why = errno;
    file->own_fd = false;
    if (why)
        g_set_error(error, mw_error_quark(), 0, "%s: %s", file->name, g_strerror(why));
    return why == 0;
}

gboolean outfile_move(outfile *file, GError **error) {
    if (!file->beside)
        return TRUE;
    if (rename(file->beside, file->target) != 0) {
        g_set_error(error, mw_error_quark(), 0, "%s: %s", file->name, g_strerror(errno));
        return FALSE;
    }
    g_clear_pointer(&file->beside, g_free);
    return TRUE;
}

void outfile_free(outfile *file) {
    if (!file)
        return;
    if (file->stream)
        fclose(file->stream);
    if (file->own_fd && file->fd >= 0)
        close(file->fd);
    if (file->beside)
        unlink(file->beside);
    g_free(file->beside);
    g_free(file->target);
    g_free(file->name);
    g_free(file);
}

outfile_place outfile_place_of(const char *name) {
    outfile_place place = {.name = name};
    place.there = stat(name, &place.about) == 0;
    return place;
}

gboolean outfile_is_stream(const outfile_place *place) {
    return place->there && !S_ISREG(place->about.st_mode);
}

gboolean outfile_same(const outfile_place *place, const char *other) {
    if (outfile_is_stream(place))
        return FALSE;
    struct stat about;
    bool there = stat(other, &about) == 0;
    if (place->there || there)
        return place->there && there && same_file(&place->about, &about);
    g_autofree char *way = follow(place->name), *other_way = follow(other);
    g_autofree char *whole = way ? g_canonicalize_filename(way, NULL) : NULL;
    g_autofree char *other_whole = other_way ? g_canonicalize_filename(other_way, NULL) : NULL;
    return g_strcmp0(whole, other_whole) == 0;
}
