#include "input.h"
#include "mailwhy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 1 << 16, MOST = 256 << 20 }; /* the library refuses what is larger */

static char *fail(GError **error, const char *text) {
    g_set_error_literal(error, mw_error_quark(), 0, text);
    return NULL;
}

/* expected: how long the regular file is; 0 where nothing is known. */
static char *read_all(int fd, guint expected, gsize *size, GError **error) {
    g_autoptr(GByteArray) bytes = g_byte_array_sized_new(expected + 1);
    for (;;) {
        guint old = bytes->len, room = old <= expected && expected ? expected - old + 1 : CHUNK;
        g_byte_array_set_size(bytes, old + room);
        ssize_t n;
        do
            n = read(fd, bytes->data + old, room);
        while (n < 0 && errno == EINTR);
        if (n < 0)
            return fail(error, g_strerror(errno));
        g_byte_array_set_size(bytes, old + (guint)n);
        if (n == 0 || bytes->len == expected) /* one octet more was asked for */
            break;
        if (bytes->len > MOST)
            return fail(error, "larger than 256 MiB: no mail is; give one message");
    }
    *size = bytes->len;
    g_byte_array_append(bytes, (const guint8 *)"", 1); /* so that an empty file is no NULL */
    return (char *)g_byte_array_free(g_steal_pointer(&bytes), FALSE);
}

/* flags: those beside reading; with O_NONBLOCK it must be a regular file. */
static char *read_file(const char *file, int flags, gsize *size, GError **error) {
    int fd = open(file, O_RDONLY | O_CLOEXEC | flags);
    if (fd < 0)
        return fail(error, errno == ENOENT ? "there is no such file" : g_strerror(errno));
    struct stat about;
    char *bytes = NULL;
    if (fstat(fd, &about) == 0 && S_ISDIR(about.st_mode))
        fail(error, "a directory: name the mails in it");
    else if (flags & O_NONBLOCK && !S_ISREG(about.st_mode))
        fail(error, "a pipe or a device: a list of names may hold none; name it on the command line");
    else
        bytes = read_all(fd, S_ISREG(about.st_mode) ? (guint)CLAMP(about.st_size, 0, MOST) : 0, size, error);
    close(fd);
    return bytes;
}

char *input_read(const char *file, gsize *size, GError **error) {
    if (strcmp(file, "-") == 0) {
        if (isatty(STDIN_FILENO))
            fputs("Paste the mail, then Ctrl-D\n", stderr);
        return read_all(STDIN_FILENO, 0, size, error);
    }
    return read_file(file, 0, size, error);
}

char *input_read_regular(const char *file, gsize *size, GError **error) {
    return read_file(file, O_NONBLOCK | O_NOCTTY, size, error);
}
