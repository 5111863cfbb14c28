// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes bytes as readable lines with the time of day. It holds whole messages and numbers, so it
 * is kept only when asked for, readable by its owner only, and a PIN is left out all the same. */
#include "modems/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

/* One direction: how much of the command that a PIN follows has passed, and whether it is that PIN
 * which passes now. An echo comes in pieces of any size. */
struct hush {
    size_t matched;
    bool on;
};

struct trace {
    int fd;
    struct hush out, in;
};

static const char secret[] = "+CPIN=";

struct trace *trace_open(const char *path, GError **error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) {
        int problem = errno;
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(problem),
                    "cannot open trace file %s: %s", path, g_strerror(problem));
        return NULL;
    }
    struct trace *trace = g_new0(struct trace, 1);
    trace->fd = fd;
    return trace;
}

void trace_close(struct trace *trace)
{
    if (trace == NULL)
        return;
    close(trace->fd);
    g_free(trace);
}

static void append_readable(GString *text, unsigned char byte)
{
    if (byte == '\r')
        g_string_append(text, "\\r");
    else if (byte == '\n')
        g_string_append(text, "\\n");
    else if (byte == '\\' || byte < ' ' || byte > '~')
        g_string_append_printf(text, "\\x%02x", byte);
    else
        g_string_append_c(text, (char)byte);
}

static void append_hushed(GString *text, struct hush *hush, unsigned char byte)
{
    if (byte == '\r' || byte == '\n')
        hush->on = false;
    if (hush->on)
        return;
    append_readable(text, byte);
    if (byte == secret[hush->matched])
        hush->matched++;
    else
        hush->matched = byte == secret[0] ? 1 : 0;
    if (secret[hush->matched] != '\0')
        return;
    g_string_append(text, "(PIN)");
    *hush = (struct hush){.on = true};
}

void trace_bytes(struct trace *trace, char direction, const void *bytes, size_t size)
{
    if (trace == NULL || size == 0)
        return;
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *time = g_date_time_format(now, "%H:%M:%S");
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_printf(text, "%s.%06d %c ", time, g_date_time_get_microsecond(now), direction);
    struct hush *hush = direction == '>' ? &trace->out : &trace->in;
    for (size_t i = 0; i < size; i++)
        append_hushed(text, hush, ((const unsigned char *)bytes)[i]);
    g_string_append_c(text, '\n');
    ssize_t written = write(trace->fd, text->str, text->len);
    (void)written; /* a full disk must not stop the modem */
}
