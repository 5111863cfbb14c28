// SPDX-License-Identifier: GPL-2.0-or-later
// A pty with a name: the tty that a client opens.
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

struct port;

/* `link` is the symlink to keep; nothing is plugged yet. */
struct port *port_new(const char *link, void (*receive)(void *user, const char *bytes, size_t size),
                      void *user);
void port_free(struct port *port);
/* A fresh pty behind the symlink. */
bool port_plug(struct port *port, GError **error);
/* Client sees a hang-up, the symlink is gone. */
void port_unplug(struct port *port);
bool port_is_plugged(const struct port *port);
/* Where to add output; port_flush() sends it in one write. */
GString *port_output(struct port *port);
void port_flush(struct port *port);
