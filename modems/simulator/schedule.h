// SPDX-License-Identifier: GPL-2.0-or-later
// What happens later: thousands of pending events behind one source of the main loop.
#pragma once

#include <glib.h>
#include <stdint.h>

struct schedule;

struct schedule *schedule_new(void);
void schedule_free(struct schedule *schedule);
/* Runs once, after `delay_ms`; events of one instant run in the order they were given. `data` is
 * freed with `free_data` (may be NULL) after the run, or with the schedule. */
void schedule_after(struct schedule *schedule, int64_t delay_ms, void (*run)(void *data),
                    void *data, GDestroyNotify free_data);
guint schedule_pending(const struct schedule *schedule);
