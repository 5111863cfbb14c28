// SPDX-License-Identifier: GPL-2.0-or-later
/* Datagrams to the socket that the service manager names in NOTIFY_SOCKET. A manager that is not
 * there or does not listen is no reason to stop. */
#include "gateway/notify.h"

#include <glib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void notify_send(const char *state)
{
    const char *path = g_getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (path == NULL || (path[0] != '/' && path[0] != '@') ||
        strlen(path) >= sizeof address.sun_path)
        return;
    size_t length = strlen(path);
    memcpy(address.sun_path, path, length);
    if (path[0] == '@')
        address.sun_path[0] = '\0'; /* abstract name */
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    ssize_t sent = sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address,
                          (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
    (void)sent; /* nobody listens: nothing to be done about it */
    close(fd);
}

int64_t notify_watchdog_ms(void)
{
    const char *pid = g_getenv("WATCHDOG_PID");
    const char *text = g_getenv("WATCHDOG_USEC");
    guint64 usec = 0;
    if (text == NULL || !g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT64, &usec, NULL))
        return 0;
    if (pid != NULL && g_ascii_strtoll(pid, NULL, 10) != getpid())
        return 0;
    return (int64_t)(usec / 1000);
}
