// SPDX-License-Identifier: GPL-2.0-or-later
// The control socket: lines that make things happen on the air.
#pragma once

#include <glib.h>
#include <stdbool.h>

struct control;
struct network;

/* Listens on a Unix socket; `quit` ends the loop. */
struct control *control_open(const char *path, struct network *network, GMainLoop *loop,
                             GError **error);
void control_close(struct control *control);
/* One line, and its answer without the line end ("ok …" or "error …"); the caller frees. */
char *control_run(struct network *network, GMainLoop *loop, const char *line);
