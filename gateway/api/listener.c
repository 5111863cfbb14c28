// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes and removes the socket file. Mode 0660 is set before listen(): until then the kernel
 * refuses every connection, so that there is no moment in which others could get in. */
#include "gateway/api/listener.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <pwd.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 64, SOCKET_MODE = 0660, FOLDER_MODE = 0750 };

static bool fail(GError **error, const char *path, const char *what)
{
    int code = errno;
    g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(code), "%s: %s: %s", path, what,
                g_strerror(code));
    return false;
}

static bool make_address(const char *path, struct sockaddr_un *retaddress, GError **error)
{
    *retaddress = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof retaddress->sun_path) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NAMETOOLONG,
                    "%s: the path of a socket may have %zu bytes at most; set api.socket to a "
                    "shorter one",
                    path, sizeof retaddress->sun_path - 1);
        return false;
    }
    memcpy(retaddress->sun_path, path, strlen(path));
    return true;
}

/* True when the path is free for bind(). */
static bool clear_stale(const struct sockaddr_un *address, GError **error)
{
    const char *path = address->sun_path;
    struct stat file;
    if (lstat(path, &file) != 0)
        return errno == ENOENT || fail(error, path, "cannot look at it");
    if (!S_ISSOCK(file.st_mode)) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
                    "%s: is there and is no socket; move it away or change api.socket", path);
        return false;
    }
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0)
        return fail(error, path, "cannot make a socket");
    bool answered = connect(probe, (const struct sockaddr *)address, sizeof *address) == 0;
    int code = errno;
    close(probe);
    if (answered || code != ECONNREFUSED) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
                    "%s: another gateway answers there; stop it first, or give this one another "
                    "api.socket",
                    path);
        return false;
    }
    return unlink(path) == 0 || errno == ENOENT || fail(error, path, "cannot remove the old one");
}

static bool bind_and_listen(int descriptor, const struct sockaddr_un *address,
                            struct listener *listener, GError **error)
{
    const char *path = address->sun_path;
    struct stat file;
    if (bind(descriptor, (const struct sockaddr *)address, sizeof *address) != 0)
        return fail(error, path, "cannot bind");
    if (chmod(path, SOCKET_MODE) != 0 || stat(path, &file) != 0)
        return fail(error, path, "cannot set its mode");
    if (listen(descriptor, BACKLOG) != 0)
        return fail(error, path, "cannot listen");
    listener->device = file.st_dev;
    listener->inode = file.st_ino;
    return true;
}

bool listener_open(const char *path, struct listener *retlistener, GError **error)
{
    struct sockaddr_un address;
    g_autofree char *folder = g_path_get_dirname(path);
    if (!make_address(path, &address, error))
        return false;
    if (g_mkdir_with_parents(folder, FOLDER_MODE) != 0)
        return fail(error, folder, "cannot make the folder of the socket");
    if (!clear_stale(&address, error))
        return false;
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0)
        return fail(error, path, "cannot make a socket");
    struct listener listener = {.descriptor = descriptor};
    if (!bind_and_listen(descriptor, &address, &listener, error)) {
        close(descriptor);
        return false;
    }
    listener.path = g_strdup(path);
    *retlistener = listener;
    return true;
}

void listener_close(struct listener *listener)
{
    struct stat file;
    if (listener->path != NULL && stat(listener->path, &file) == 0 &&
        file.st_dev == listener->device && file.st_ino == listener->inode)
        unlink(listener->path);
    if (listener->descriptor >= 0)
        close(listener->descriptor);
    g_free(listener->path);
    *listener = (struct listener){.descriptor = -1};
}

char *listener_peer(int connection)
{
    struct ucred peer = {0};
    socklen_t size = sizeof peer;
    if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return g_strdup("unknown");
    struct passwd entry, *found = NULL;
    char buffer[4096];
    if (getpwuid_r(peer.uid, &entry, buffer, sizeof buffer, &found) == 0 && found != NULL)
        return g_strdup(entry.pw_name);
    return g_strdup_printf("uid %u", (unsigned)peer.uid);
}
