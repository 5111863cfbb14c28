// SPDX-License-Identifier: GPL-2.0-or-later
/* Appends what passed on the air, so that a test can compare it with what a client believes:
 *   at_ms      UTC milliseconds           modem      "modem0"
 *   direction  "out": one SMS-SUBMIT reached the end of its air time; "received": a handset has a
 *              whole text, all parts joined; "in": a part went to a modem; "report": so did a
 *              delivery report
 *   from, to   numbers                    reference  TP-MR of the submission
 *   parts, part, concat                   place in a long message, reference of its header
 *   coding     gsm7, ucs2, 8bit           text       UTF-8 (8bit: hex)
 *   report     a report was asked for     status     TP-ST of a report
 *   result     "out" only: accepted, refused, lost (the network never had it)
 *   answer     "out" only: what the modem told its client about it
 *   idle_us    "out" only: from the answer to the submission before until Ctrl-Z of this one
 * Lines are gathered and written once per turn of the loop. */
#include "modems/simulator/air.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

#include "config/log.h"

struct air {
    int file;
    GString *lines;
    guint flush;
};

int64_t air_now_ms(void)
{
    return g_get_real_time() / 1000;
}

struct air *air_open(const char *path, GError **error)
{
    struct air *air = g_new0(struct air, 1);
    air->file = -1;
    air->lines = g_string_new(NULL);
    if (!path)
        return air;
    air->file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (air->file >= 0)
        return air;
    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno), "air record %s: %s", path,
                g_strerror(errno));
    air_close(air);
    return NULL;
}

static gboolean flush(gpointer user_data)
{
    struct air *air = user_data;
    air->flush = 0;
    for (gsize done = 0; done < air->lines->len;) {
        ssize_t count = write(air->file, air->lines->str + done, air->lines->len - done);
        if (count < 0 && errno != EINTR) {
            log_error("air", "record lost bytes=%zu error=\"%s\"", air->lines->len - done,
                      g_strerror(errno));
            break;
        }
        done += count > 0 ? (gsize)count : 0;
    }
    g_string_truncate(air->lines, 0);
    return G_SOURCE_REMOVE;
}

void air_close(struct air *air)
{
    if (!air)
        return;
    if (air->flush)
        g_source_remove(air->flush);
    if (air->file >= 0) {
        flush(air);
        close(air->file);
    }
    g_string_free(air->lines, TRUE);
    g_free(air);
}

static void add_text(GString *line, const char *key, const char *text)
{
    if (!text)
        return;
    g_string_append_printf(line, ",\"%s\":\"", key);
    for (const char *at = text; *at; at++) {
        unsigned char byte = (unsigned char)*at;
        if (byte == '"' || byte == '\\') {
            g_string_append_c(line, '\\');
            g_string_append_c(line, *at);
        } else if (byte < 0x20) {
            g_string_append_printf(line, "\\u%04x", byte);
        } else {
            g_string_append_c(line, *at);
        }
    }
    g_string_append_c(line, '"');
}

static void add_number(GString *line, const char *key, int number, bool said)
{
    if (said)
        g_string_append_printf(line, ",\"%s\":%d", key, number);
}

void air_write(struct air *air, const struct air_event *event)
{
    if (air->file < 0)
        return;
    GString *line = air->lines;
    g_string_append_printf(line, "{\"at_ms\":%" G_GINT64_FORMAT, air_now_ms());
    add_text(line, "modem", event->modem);
    add_text(line, "direction", event->direction);
    add_text(line, "from", event->from);
    add_text(line, "to", event->to);
    add_number(line, "parts", (int)event->parts, event->parts > 0);
    add_number(line, "part", (int)event->part, event->part > 0);
    add_number(line, "concat", event->concat, event->concat >= 0);
    add_number(line, "reference", event->reference, event->reference >= 0);
    add_text(line, "coding", event->coding);
    add_text(line, "text", event->text);
    if (strcmp(event->direction, "out") == 0)
        g_string_append(line, event->report ? ",\"report\":true" : ",\"report\":false");
    add_number(line, "status", event->status, event->status >= 0);
    add_text(line, "result", event->result);
    add_text(line, "answer", event->answer);
    if (event->idle_us > 0)
        g_string_append_printf(line, ",\"idle_us\":%" G_GINT64_FORMAT, event->idle_us);
    g_string_append(line, "}\n");
    if (!air->flush)
        air->flush = g_idle_add_full(G_PRIORITY_HIGH, flush, air, NULL);
}
