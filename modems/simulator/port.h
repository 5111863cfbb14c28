// SPDX-License-Identifier: GPL-2.0-or-later
// A pty with a name: the tty that a client opens.
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

struct port;

/* `link` is the symlink to keep; nothing is plugged yet. `keep`: what is said while nobody has the
 * tty open waits for the next client, as in a USB modem's buffer; else it is gone, as on a UART. */
struct port *port_new(const char *link, bool keep,
                      void (*receive)(void *user, const char *bytes, size_t size), void *user);
void port_free(struct port *port);
/* A fresh pty behind the symlink, or from now on behind one of this name; NULL: the same. */
bool port_plug(struct port *port, const char *name, GError **error);
/* Client sees a hang-up, the symlink is gone. */
void port_unplug(struct port *port);
bool port_is_plugged(const struct port *port);
/* Where to add output; port_flush() sends it in one write. */
GString *port_output(struct port *port);
void port_flush(struct port *port);
