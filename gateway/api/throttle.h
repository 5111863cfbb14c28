// SPDX-License-Identifier: GPL-2.0-or-later
/* How many requests came lately, of one key or of all. Not more than the limit in any window, give
 * or take that those of the window before are taken as spread evenly. For one thread at a time. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct throttle;

struct throttle *throttle_new(int64_t window_ms);
void throttle_free(struct throttle *throttle);

/* Counts one more, unless there were `limit` (0: no limit) already: then false. `now`: monotonic
 * ms. */
bool throttle_take(struct throttle *throttle, const char *key, int64_t limit, int64_t now);
/* Keys that are remembered. */
unsigned throttle_size(const struct throttle *throttle);
