// SPDX-License-Identifier: GPL-2.0-or-later
/* Figures for people, in Vietnamese form, and plain ones for programs. Integers from end to end: a
 * 64-bit count loses nothing, and a half always rounds up (away from zero). Callers free. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { FIGURE_DECIMALS_MAX = 6 };

#define FIGURE_NONE "–" /* what has no base has no percentage */

char *figure_count(int64_t number); /* "5.070.613" */

/* part/base as a percentage; FIGURE_NONE where the base is 0 or less. Say of what beside it. */
char *figure_percent(int64_t part, int64_t base);                       /* "102,5 %" */
char *figure_percent_to(int64_t part, int64_t base, unsigned decimals); /* 2: "102,50 %" */
char *figure_quotient(int64_t part, int64_t base, unsigned decimals);   /* 1: "2,5" of each */
char *figure_percent_plain(int64_t part, int64_t base,
                           unsigned decimals); /* "102.5"; NULL: no base */
/* "103/90 = 114,4 %", what is written where a plan is compared with what was done. */
char *figure_of(int64_t part, int64_t base);

/* Strictly more than that many percent: 17 of 20 is not more than 85. Never with a base of 0. */
bool figure_exceeds(int64_t part, int64_t base, double percent);
char *figure_target(double percent); /* "85 %", "99,5 %": a target of the campaign file */

/* sum += number; false, and the sum as it was, where 64 bits cannot hold it. */
bool figure_add(int64_t *sum, int64_t number);
