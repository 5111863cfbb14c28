// SPDX-License-Identifier: GPL-2.0-or-later
// A file with the bytes that passed between the line and the modem, for the technician.
#pragma once

#include <glib.h>
#include <stddef.h>

struct trace;

struct trace *trace_open(const char *path, GError **error); /* appends; mode 0600 */
void trace_close(struct trace *trace);

/* `direction` is '>' to the modem, '<' from it. NULL: nothing is kept. */
void trace_bytes(struct trace *trace, char direction, const void *bytes, size_t size);
