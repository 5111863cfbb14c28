// SPDX-License-Identifier: GPL-2.0-or-later
/* Which tty a modem is tried on: the configured path, or the one of those that fit a pattern behind
 * which the modem with the right IMEI was found. */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct modem_config;

/* The ttys that workers have, by their real paths; shared by all modems of a gateway. */
struct port_book;
struct port_book *port_book_new(void);
void port_book_free(struct port_book *book);
/* The configured modems: a fixed device is no candidate for anybody's pattern. Borrowed. */
void port_book_configure(struct port_book *book, const GPtrArray *modems);

struct port;

/* Borrows all. Another device or IMEI than before: what was learned is forgotten. */
struct port *port_new(struct port_book *book, const struct modem_config *config);
void port_free(struct port *port);
void port_configure(struct port *port, const struct modem_config *config);
/* It was found behind this tty by an earlier gateway (NULL: nothing is known): it is looked for
 * there first, and until then nobody else is. */
void port_expect(struct port *port, const char *path);

/* Takes a tty for a worker: the modem's own when it is `due` (its ladder says so) or when its node
 * is another than at the last try, else a candidate that was not tried lately. False: there is
 * none. */
bool port_take(struct port *port, bool due, gint64 now);
/* The worker is gone; what was learned of the tty stays. */
void port_release(struct port *port);

/* Of the tty taken last, also after the release; NULL: none yet. */
const char *port_path(const struct port *port);
/* Whether its node is still there, under the name that is looked at. */
bool port_is_there(const struct port *port);
/* Whether it was another node than at the take before. */
bool port_is_fresh(const struct port *port);
bool port_searches(const struct port *port);
/* Whether it is only a candidate: the modem was not found behind it. */
bool port_is_candidate(const struct port *port);

/* The modem is behind the tty taken last. */
void port_confirm(struct port *port);
/* It is not, or nobody answers there: not tried again for some time, or until its node changes. */
void port_reject(struct port *port, bool stranger, gint64 now);

/* A person asks to look everywhere anew. */
void port_forget(struct port *port);

/* Why there is none to take; the caller frees. */
char *port_absence(const struct port *port);
