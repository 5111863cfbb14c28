// SPDX-License-Identifier: GPL-2.0-or-later
// A file with the bytes that passed between the line and the modem, for the technician.
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

struct trace;

struct trace *trace_open(const char *path, GError **error); /* appends; mode 0600 */
void trace_close(struct trace *trace);

/* `direction` is '>' to the modem, '<' from it. NULL: nothing is kept. */
void trace_bytes(struct trace *trace, char direction, const void *bytes, size_t size);

/* From here, until it is told otherwise: what is dialled over USSD, and what the network says to
 * it, is not written down. */
void trace_secret(struct trace *trace, bool secret);
