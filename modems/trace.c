// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes bytes as readable lines with the time of day. It holds whole messages and numbers, so it
 * is kept only when asked for, readable by its owner only; a PIN is left out all the same, and so
 * is the code of a card for topping up, however the modem wants it written. */
#include "modems/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum { HUSH_MOST = 2048 }; /* octets: a text whose quote never closes is not hushed for ever */

/* What a secret follows. */
static const struct secret {
    const char *name, *instead;
    bool always; /* else only after trace_secret() */
    bool quoted; /* line ends inside quotes do not end it */
} secrets[] = {
    {"+CPIN=", "(PIN)", true, false},
    {"+CUSD=1,", "(code)", false, false},
    {"ATDT", "(code)", false, false},
    {"+CUSD:", "(text)", false, true},
};

/* One direction: how much of each of those names has passed, and whose secret it is that passes
 * now. An echo comes in pieces of any size. */
struct hush {
    size_t matched[G_N_ELEMENTS(secrets)];
    const struct secret *on;
    unsigned octets;
    bool quote; /* one is open */
};

struct trace {
    int fd;
    bool secret;
    struct hush out, in;
};

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

/* True while it is not to be shown. */
static bool is_hushed(struct hush *hush, unsigned char byte)
{
    if (hush->on == NULL)
        return false;
    hush->quote ^= hush->on->quoted && byte == '"';
    bool end = (byte == '\r' || byte == '\n') && !hush->quote;
    if (end || ++hush->octets > HUSH_MOST)
        *hush = (struct hush){0};
    return hush->on != NULL;
}

static void append_hushed(GString *text, const struct trace *trace, struct hush *hush,
                          unsigned char byte)
{
    if (is_hushed(hush, byte))
        return;
    append_readable(text, byte);
    for (size_t i = 0; i < G_N_ELEMENTS(secrets); i++) {
        const char *name = secrets[i].name;
        if (byte == (unsigned char)name[hush->matched[i]])
            hush->matched[i]++;
        else
            hush->matched[i] = byte == (unsigned char)name[0] ? 1 : 0;
        if (name[hush->matched[i]] != '\0')
            continue;
        hush->matched[i] = 0;
        if (!secrets[i].always && !trace->secret)
            continue;
        g_string_append(text, secrets[i].instead);
        *hush = (struct hush){.on = &secrets[i]};
        return;
    }
}

void trace_secret(struct trace *trace, bool secret)
{
    if (trace != NULL)
        trace->secret = secret;
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
        append_hushed(text, trace, hush, ((const unsigned char *)bytes)[i]);
    g_string_append_c(text, '\n');
    ssize_t written = write(trace->fd, text->str, text->len);
    (void)written; /* a full disk must not stop the modem */
}
