// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes logfmt lines on stderr. A line is one write(2), so that lines of the gateway and of its
 * workers, which share a stderr, never mix. Knows nothing of what is logged. */
#include "config/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static const char *const level_names[] = {
    [LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARN] = "warn", [LOG_ERROR] = "error"};
static _Atomic enum log_level lowest = LOG_INFO; /* a reload sets it, all threads read it */

static void write_line(enum log_level level, const char *subsystem, const char *format,
                       va_list arguments)
{
    if (level < lowest)
        return;
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *time = g_date_time_format(now, "%Y-%m-%dT%H:%M:%S");
    g_autoptr(GString) line = g_string_sized_new(160);
    g_string_append_printf(line, "%s.%03dZ %s %s ", time, g_date_time_get_microsecond(now) / 1000,
                           level_names[level], subsystem);
    g_string_append_vprintf(line, format, arguments);
    g_string_append_c(line, '\n');
    /* A log that cannot be written has nobody left to tell. */
    ssize_t written = write(STDERR_FILENO, line->str, line->len);
    (void)written;
}

bool log_set_level(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(level_names); i++) {
        if (g_strcmp0(name, level_names[i]) == 0) {
            lowest = (enum log_level)i;
            return true;
        }
    }
    return false;
}

#define DEFINE_LEVEL(function, level)                                                              \
    void function(const char *subsystem, const char *format, ...)                                  \
    {                                                                                              \
        va_list arguments;                                                                         \
        va_start(arguments, format);                                                               \
        write_line(level, subsystem, format, arguments);                                           \
        va_end(arguments);                                                                         \
    }

DEFINE_LEVEL(log_debug, LOG_DEBUG)
DEFINE_LEVEL(log_info, LOG_INFO)
DEFINE_LEVEL(log_warn, LOG_WARN)
DEFINE_LEVEL(log_error, LOG_ERROR)

/* Letters beyond ASCII are for people to read; control characters, and bytes that are no UTF-8,
 * would act on the terminal instead. */
static bool is_readable(const char *text)
{
    if (!g_utf8_validate(text, -1, NULL))
        return false;
    for (; *text != '\0'; text = g_utf8_next_char(text)) {
        gunichar letter = g_utf8_get_char(text);
        if (letter >= 0x80 && !g_unichar_isprint(letter))
            return false;
    }
    return true;
}

char *log_quote(const char *text)
{
    char beyond_ascii[0x80 + 1] = {0};
    for (unsigned i = 0; i < 0x80; i++)
        beyond_ascii[i] = (char)(0x80 + i);
    text = text != NULL ? text : "";
    g_autofree char *escaped = g_strescape(text, is_readable(text) ? beyond_ascii : NULL);
    return g_strdup_printf("\"%s\"", escaped);
}
