// SPDX-License-Identifier: GPL-2.0-or-later
// A modem's power_command: another program, run beside the loop, within a time limit.
#pragma once

#include <glib.h>

struct power;

enum { POWER_LIMIT_MS = 60 * 1000 };

/* `command` is split as a shell would, and run without one. `done` is called once from the main
 * loop, with how it went as a clause, unless it is freed before; a NULL return is told by `error`
 * alone. */
struct power *power_start(const char *command, unsigned limit_ms,
                          void (*done)(void *data, const char *how), void *data, GError **error);
/* A program that still runs is killed. */
void power_free(struct power *power);
