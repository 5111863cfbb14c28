// SPDX-License-Identifier: GPL-2.0-or-later
// How far something is, as text: a bar, a rate, the time left. Pure.
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* What is known at one moment. */
struct bar_facts {
    int64_t total, done;
    int64_t parts_left;
    int64_t parts_last_minute;
    int64_t sending_ms; /* since the first part went out; 0: none has */
};

/* "[#####.....]" with `cells` between the brackets; full only when all is done. The caller frees.
 */
char *bar_draw(int64_t done, int64_t total, unsigned cells);
/* Whole percent, rounded down; 100 when there is nothing to do. */
unsigned bar_percent(int64_t done, int64_t total);
/* Parts in a minute; 0 while nothing is known. */
double bar_rate(const struct bar_facts *facts);
/* Seconds until the last part at that rate; -1: cannot be said. */
int64_t bar_seconds_left(const struct bar_facts *facts);
/* "45 s", "12 min", "3 h 5 min", "2 d 4 h"; the caller frees. */
char *bar_duration(int64_t seconds);
