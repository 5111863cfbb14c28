// SPDX-License-Identifier: GPL-2.0-or-later
/* A pty pair whose slave stays open here too, so that the master never runs into EIO while no
 * client is there. That has two side effects of a tty that is never closed, mended by watching
 * opens and closes with inotify: TIOCEXCL of a client that left would lock out the next one, and
 * what is said while nobody listens would pile up for the next client instead of being gone, unless
 * that is what is wanted. */
#include "modems/simulator/port.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { OUTPUT_LIMIT = 256 * 1024, READ_SIZE = 8192 };

struct port {
    char *link;
    bool keep;
    void (*receive)(void *user, const char *bytes, size_t size);
    void *user;
    int master, slave, watch;
    guint read_source, write_source, watch_source;
    int clients; /* opens less closes; -1: cannot be watched */
    GString *output;
};

struct port *port_new(const char *link, bool keep,
                      void (*receive)(void *user, const char *bytes, size_t size), void *user)
{
    struct port *port = g_new0(struct port, 1);
    port->link = g_strdup(link);
    port->keep = keep;
    port->receive = receive;
    port->user = user;
    port->master = port->slave = port->watch = -1;
    port->output = g_string_sized_new(4096);
    return port;
}

static void drop_source(guint *source)
{
    if (*source)
        g_source_remove(*source);
    *source = 0;
}

static void drop_file(int *file)
{
    if (*file >= 0)
        close(*file);
    *file = -1;
}

void port_unplug(struct port *port)
{
    if (port->master < 0)
        return;
    unlink(port->link);
    drop_source(&port->read_source);
    drop_source(&port->write_source);
    drop_source(&port->watch_source);
    drop_file(&port->watch);
    drop_file(&port->slave);
    drop_file(&port->master);
    g_string_truncate(port->output, 0);
}

void port_free(struct port *port)
{
    if (!port)
        return;
    port_unplug(port);
    g_string_free(port->output, TRUE);
    g_free(port->link);
    g_free(port);
}

bool port_is_plugged(const struct port *port)
{
    return port->master >= 0;
}

static void count_clients(struct port *port)
{
    char buffer[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
    ssize_t size;
    if (port->clients < 0)
        return;
    while ((size = read(port->watch, buffer, sizeof buffer)) > 0)
        for (char *at = buffer; at < buffer + size;) {
            const struct inotify_event *event = (const void *)at;
            port->clients += event->mask & IN_OPEN ? 1 : event->mask & IN_CLOSE ? -1 : 0;
            at += sizeof *event + event->len;
        }
    if (port->clients == 0)
        ioctl(port->slave, TIOCNXCL);
}

static gboolean on_watch(gint file, GIOCondition condition, gpointer user_data)
{
    (void)file;
    (void)condition;
    count_clients(user_data);
    return G_SOURCE_CONTINUE;
}

static gboolean on_readable(gint file, GIOCondition condition, gpointer user_data)
{
    (void)condition;
    struct port *port = user_data;
    char bytes[READ_SIZE];
    ssize_t size = read(file, bytes, sizeof bytes);
    if (size > 0)
        port->receive(port->user, bytes, (size_t)size);
    return G_SOURCE_CONTINUE;
}

static gboolean on_writable(gint file, GIOCondition condition, gpointer user_data)
{
    (void)file;
    (void)condition;
    struct port *port = user_data;
    port->write_source = 0;
    port_flush(port);
    return G_SOURCE_REMOVE;
}

static bool open_pair(struct port *port, GError **error)
{
    port->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    char name[64];
    bool well = port->master >= 0 && grantpt(port->master) == 0 && unlockpt(port->master) == 0 &&
                ptsname_r(port->master, name, sizeof name) == 0;
    if (well)
        port->slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    struct termios raw;
    if (port->slave >= 0 && tcgetattr(port->slave, &raw) == 0) {
        cfmakeraw(&raw);
        cfsetspeed(&raw, B115200);
        tcsetattr(port->slave, TCSANOW, &raw);
        unlink(port->link);
        port->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        bool watched =
            port->watch >= 0 && inotify_add_watch(port->watch, name, IN_OPEN | IN_CLOSE) >= 0;
        port->clients = watched ? 0 : -1;
        if (symlink(name, port->link) == 0)
            return true;
    }
    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno), "pty %s: %s", port->link,
                g_strerror(errno));
    return false;
}

static void rename_link(struct port *port, const char *name)
{
    g_autofree char *folder = g_path_get_dirname(port->link);
    g_free(port->link);
    port->link = g_build_filename(folder, name, NULL);
}

bool port_plug(struct port *port, const char *name, GError **error)
{
    if (port_is_plugged(port))
        return true;
    if (name)
        rename_link(port, name);
    g_string_truncate(port->output, 0);
    if (!open_pair(port, error)) {
        port_unplug(port);
        return false;
    }
    port->read_source = g_unix_fd_add(port->master, G_IO_IN, on_readable, port);
    if (port->clients >= 0)
        port->watch_source = g_unix_fd_add(port->watch, G_IO_IN, on_watch, port);
    return true;
}

GString *port_output(struct port *port)
{
    return port->output;
}

void port_flush(struct port *port)
{
    if (!port_is_plugged(port) || port->write_source || port->output->len == 0)
        return;
    if (port->clients == 0)
        count_clients(port);
    ssize_t size = (ssize_t)port->output->len;
    if (port->clients != 0 || port->keep)
        size = write(port->master, port->output->str, port->output->len);
    if (size > 0)
        g_string_erase(port->output, 0, size);
    if (port->output->len > OUTPUT_LIMIT) /* a client that reads nothing loses, as on a UART */
        g_string_truncate(port->output, 0);
    if (port->output->len)
        port->write_source = g_unix_fd_add(port->master, G_IO_OUT, on_writable, port);
}
