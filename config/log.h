// SPDX-License-Identifier: GPL-2.0-or-later
// One logfmt line on stderr for every event: time, level, subsystem, then what the caller says.
#pragma once

#include <glib.h>
#include <stdbool.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* False, and nothing changed, when `name` is none of debug, info, warn, error. */
bool log_set_level(const char *name);

/* `subsystem` is one word (queue, modem, api …). The text is logfmt itself: ids, event, numbers;
 * free text goes last, through log_quote(). Never a message text; numbers only masked. */
void log_debug(const char *subsystem, const char *format, ...) G_GNUC_PRINTF(2, 3);
void log_info(const char *subsystem, const char *format, ...) G_GNUC_PRINTF(2, 3);
void log_warn(const char *subsystem, const char *format, ...) G_GNUC_PRINTF(2, 3);
void log_error(const char *subsystem, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* `text` in double quotes, control characters escaped; the caller frees. */
char *log_quote(const char *text);
