// SPDX-License-Identifier: GPL-2.0-or-later
/* The program and its stderr, of which the beginning is kept for the log. It is not waited for: it
 * is reaped by the loop, and what it leaves running behind itself is not ours. */
#include "gateway/power.h"

#include "config/log.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

enum { KEPT = 400 };

struct power {
    GSubprocess *process;
    GCancellable *forget; /* cancelled when nobody waits any more */
    int said;             /* its stderr */
    guint said_source, limit_source;
    GString *kept;
    bool late;
    void (*done)(void *data, const char *how);
    void *data;
};

/* False at the end of what it says. */
static bool read_said(struct power *power)
{
    char bytes[1024];
    ssize_t size = read(power->said, bytes, sizeof bytes);
    if (size > 0 && power->kept->len < KEPT)
        g_string_append_len(power->kept, bytes, MIN(size, (ssize_t)(KEPT - power->kept->len)));
    return size > 0 || (size < 0 && (errno == EAGAIN || errno == EINTR));
}

static gboolean on_said(gint fd, GIOCondition condition, gpointer data)
{
    (void)fd;
    (void)condition;
    struct power *power = data;
    if (read_said(power))
        return G_SOURCE_CONTINUE;
    power->said_source = 0;
    return G_SOURCE_REMOVE;
}

static gboolean on_limit(gpointer data)
{
    struct power *power = data;
    power->limit_source = 0;
    power->late = true;
    g_subprocess_force_exit(power->process);
    return G_SOURCE_REMOVE;
}

static char *describe(struct power *power)
{
    g_autofree char *text = g_utf8_make_valid(power->kept->str, (gssize)power->kept->len);
    g_autofree char *said = g_strdelimit(g_strdup(g_strstrip(text)), "\r\n\t", ' ');
    const char *colon = *said != '\0' ? ": " : "";
    if (power->late)
        return g_strdup_printf("it was killed because it took too long%s%s", colon, said);
    if (g_subprocess_get_if_signaled(power->process))
        return g_strdup_printf("it was killed by signal %d%s%s",
                               g_subprocess_get_term_sig(power->process), colon, said);
    return g_strdup_printf("it ended with status %d%s%s",
                           g_subprocess_get_exit_status(power->process), colon, said);
}

static void reaped(GObject *process, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_subprocess_wait_finish(G_SUBPROCESS(process), result, &error);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return; /* `data` is gone */
    struct power *power = data;
    for (int i = 0; i < KEPT && power->said_source != 0 && power->kept->len < KEPT; i++) {
        gsize before = power->kept->len;
        if (!read_said(power) || power->kept->len == before)
            break;
    }
    g_autofree char *how = describe(power);
    power->done(power->data, how);
}

static GSubprocess *spawn(const char *command, int said, GError **error)
{
    g_auto(GStrv) words = NULL;
    if (!g_shell_parse_argv(command, NULL, &words, error)) {
        close(said);
        return NULL;
    }
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
    g_subprocess_launcher_take_stderr_fd(launcher, said);
    return g_subprocess_launcher_spawnv(launcher, (const char *const *)words, error);
}

struct power *power_start(const char *command, unsigned limit_ms,
                          void (*done)(void *data, const char *how), void *data, GError **error)
{
    int ends[2];
    if (!g_unix_open_pipe(ends, FD_CLOEXEC, error))
        return NULL;
    g_autoptr(GSubprocess) process = spawn(command, ends[1], error);
    if (process == NULL || !g_unix_set_fd_nonblocking(ends[0], TRUE, error)) {
        close(ends[0]);
        return NULL;
    }
    struct power *power = g_new0(struct power, 1);
    power->process = g_steal_pointer(&process);
    power->forget = g_cancellable_new();
    power->said = ends[0];
    power->kept = g_string_new(NULL);
    power->done = done;
    power->data = data;
    power->said_source = g_unix_fd_add(power->said, G_IO_IN | G_IO_HUP | G_IO_ERR, on_said, power);
    power->limit_source = g_timeout_add(limit_ms, on_limit, power);
    g_subprocess_wait_async(power->process, power->forget, reaped, power);
    return power;
}

void power_free(struct power *power)
{
    if (power == NULL)
        return;
    if (power->said_source != 0)
        g_source_remove(power->said_source);
    if (power->limit_source != 0)
        g_source_remove(power->limit_source);
    g_subprocess_force_exit(power->process); /* does nothing once it is reaped */
    g_cancellable_cancel(power->forget);
    g_object_unref(power->forget);
    g_object_unref(power->process);
    close(power->said);
    g_string_free(power->kept, TRUE);
    g_free(power);
}
