#include "wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_FDS = 2 };

typedef union control {
    struct cmsghdr head;
    char room[CMSG_SPACE(MOST_FDS * sizeof(int))];
} control;

bool wire_send(int socket, const void *message, gsize size, const int *fds, guint n_fds) {
    control c = {0};
    struct iovec part = {(void *)message, size};
    struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};
    g_assert(n_fds <= MOST_FDS);
    if (n_fds) {
        m.msg_control = &c;
        m.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
        struct cmsghdr *head = CMSG_FIRSTHDR(&m);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
        memcpy(CMSG_DATA(head), fds, n_fds * sizeof(int));
    }
    ssize_t sent;
    do
        sent = sendmsg(socket, &m, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)size;
}

static void take_fds(struct msghdr *m, int *fds, guint n_fds) {
    for (struct cmsghdr *head = CMSG_FIRSTHDR(m); head; head = CMSG_NXTHDR(m, head)) {
        if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS)
            continue;
        guint came = (guint)((head->cmsg_len - CMSG_LEN(0)) / sizeof(int));
        for (guint i = 0; i < came; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(head) + i * sizeof(int), sizeof fd);
            if (i < n_fds)
                fds[i] = fd;
            else
                close(fd);
        }
    }
}

gssize wire_receive(int socket, void *message, gsize size, int *fds, guint n_fds) {
    control c;
    struct iovec part = {message, size};
    struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &c, .msg_controllen = sizeof c};
    for (guint i = 0; i < n_fds; i++)
        fds[i] = -1;
    ssize_t came;
    do
        came = recvmsg(socket, &m, MSG_CMSG_CLOEXEC);
    while (came < 0 && errno == EINTR);
    if (came > 0)
        take_fds(&m, fds, n_fds);
    return came;
}
