// SPDX-License-Identifier: GPL-2.0-or-later
/* Binds and listens. An address that another program has, or that this machine does not have, is a
 * sentence for people, not the end of the gateway. */
#include "gateway/api/aggregator_door.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gio/gio.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 64 };

struct place {
    struct sockaddr_storage address;
    socklen_t size;
};

static bool read_place(const char *address, struct place *place)
{
    const char *mark = strrchr(address, ':');
    guint64 port = 0;
    if (mark == NULL || !g_ascii_string_to_unsigned(mark + 1, 10, 1, 65535, &port, NULL))
        return false;
    bool six = address[0] == '[';
    g_autofree char *host = six ? g_strndup(address + 1, (gsize)(mark - address) - 2)
                                : g_strndup(address, (gsize)(mark - address));
    struct sockaddr_in *four = (struct sockaddr_in *)&place->address;
    struct sockaddr_in6 *long_one = (struct sockaddr_in6 *)&place->address;
    if (six) {
        *long_one =
            (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
        place->size = sizeof *long_one;
        return inet_pton(AF_INET6, host, &long_one->sin6_addr) == 1;
    }
    *four = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    place->size = sizeof *four;
    return inet_pton(AF_INET, host, &four->sin_addr) == 1;
}

static const char *advice(int problem)
{
    switch (problem) {
    case EADDRINUSE:
        return "another program listens there; stop it or change ussd.listen";
    case EADDRNOTAVAIL:
        return "this machine has no such address; change ussd.listen";
    case EACCES:
        return "ports below 1024 are not for this user; change ussd.listen";
    default:
        return g_strerror(problem);
    }
}

static int fail(const char *address, int problem, int descriptor, GError **error)
{
    g_set_error(error, G_IO_ERROR, (int)g_io_error_from_errno(problem), "ussd.listen %s: %s",
                address, advice(problem));
    if (descriptor >= 0)
        close(descriptor);
    return -1;
}

int aggregator_door_open(const char *address, GError **error)
{
    struct place place = {0};
    int yes = 1;
    if (!read_place(address, &place))
        return fail(address, EADDRNOTAVAIL, -1, error);
    int descriptor = socket(place.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0)
        return fail(address, errno, -1, error);
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(descriptor, (const struct sockaddr *)&place.address, place.size) != 0 ||
        listen(descriptor, BACKLOG) != 0)
        return fail(address, errno, descriptor, error);
    return descriptor;
}
