// SPDX-License-Identifier: GPL-2.0-or-later
/* The process and its socket. The child gets exactly three descriptors of ours: stderr for its log,
 * the wire and the locked flight log. */
#include "gateway/channel.h"

#include "config/log.h"
#include "gateway/user.h"

#include <errno.h>
#include <gio/gio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WIRE_FD = 3, FLIGHT_FD = 4 };

struct channel {
    GSubprocess *process;
    GCancellable *forget; /* cancelled when nobody waits for the exit any more */
    int fd, pid;
    GQueue backlog; /* GByteArray *: the socket was full */
    void (*exited)(void *data, const char *how);
    void *data;
};

static char *describe_exit(GSubprocess *process)
{
    if (g_subprocess_get_if_signaled(process))
        return g_strdup_printf("killed by signal %d", g_subprocess_get_term_sig(process));
    return g_strdup_printf("ended with status %d", g_subprocess_get_exit_status(process));
}

static void reaped(GObject *process, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    bool waited = g_subprocess_wait_finish(G_SUBPROCESS(process), result, &error);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return; /* `data` is gone */
    struct channel *channel = data;
    g_autofree char *how =
        waited ? describe_exit(channel->process) : g_strdup("ended, nobody knows how");
    channel->exited(channel->data, how);
}

static GSubprocess *spawn(const char *program, const struct user *user, int wire_fd, int flight_fd,
                          GError **error)
{
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_NONE);
    g_subprocess_launcher_take_fd(launcher, wire_fd, WIRE_FD);
    g_subprocess_launcher_take_fd(launcher, flight_fd, FLIGHT_FD);
    if (user != NULL)
        g_subprocess_launcher_set_child_setup(launcher, user_become, (void *)user, NULL);
    return g_subprocess_launcher_spawn(launcher, error, program, NULL);
}

struct channel *channel_start(const char *program, const struct user *user, int flight_fd,
                              void (*exited)(void *data, const char *how), void *data,
                              GError **error)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot make a socket pair: %s",
                    g_strerror(errno));
        close(flight_fd);
        return NULL;
    }
    g_autoptr(GSubprocess) process = spawn(program, user, pair[1], flight_fd, error);
    if (process == NULL) {
        close(pair[0]);
        return NULL;
    }
    struct channel *channel = g_new0(struct channel, 1);
    channel->process = g_steal_pointer(&process);
    channel->forget = g_cancellable_new();
    channel->fd = pair[0];
    const char *pid = g_subprocess_get_identifier(channel->process);
    channel->pid = pid != NULL ? atoi(pid) : 0; /* NULL: it has ended already */
    channel->exited = exited;
    channel->data = data;
    g_queue_init(&channel->backlog);
    g_subprocess_wait_async(channel->process, channel->forget, reaped, channel);
    return channel;
}

static void free_packet(gpointer packet)
{
    g_byte_array_unref(packet);
}

void channel_free(struct channel *channel)
{
    if (channel == NULL)
        return;
    g_subprocess_force_exit(channel->process); /* does nothing once it is reaped */
    g_cancellable_cancel(channel->forget);
    g_object_unref(channel->forget);
    g_object_unref(channel->process);
    close(channel->fd);
    g_queue_clear_full(&channel->backlog, free_packet);
    g_free(channel);
}

int channel_fd(const struct channel *channel)
{
    return channel->fd;
}

int channel_pid(const struct channel *channel)
{
    return channel->pid;
}

int channel_receive(struct channel *channel, struct wire_message *retmessage, GError **error)
{
    return wire_receive(channel->fd, retmessage, error);
}

void channel_flush(struct channel *channel)
{
    GByteArray *packet = NULL;
    while ((packet = g_queue_peek_head(&channel->backlog)) != NULL) {
        g_autoptr(GError) error = NULL;
        bool sent = wire_send(channel->fd, packet, &error);
        if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
            return;
        if (!sent)
            log_debug("modem", "pid=%d event=unheard \"%s\"", channel->pid, error->message);
        g_byte_array_unref(g_queue_pop_head(&channel->backlog));
    }
}

void channel_send(struct channel *channel, GByteArray *packet)
{
    g_queue_push_tail(&channel->backlog, packet);
    channel_flush(channel);
}

unsigned channel_backlog(const struct channel *channel)
{
    return g_queue_get_length((GQueue *)&channel->backlog);
}

void channel_kill(struct channel *channel)
{
    g_subprocess_force_exit(channel->process);
}
