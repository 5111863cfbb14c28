// SPDX-License-Identifier: GPL-2.0-or-later
/* Days that come again, by recurrence rules of RFC 5545, and the calendar as that format has it.
 * A day is a local date, "2026-03-08"; a rule gives days, the hour comes from elsewhere. */
#pragma once

#include <glib.h>
#include <stdint.h>

/* NULL: the rule is well; else a sentence that names its part that is not. The caller frees. */
char *recurrence_check(const char *rule);

/* The days of all rules between `from` and `to`, both included, in order, each once; none before
 * `since`, where the rules begin to count. The rules have passed the check. GPtrArray owning
 * char *. */
GPtrArray *recurrence_days(char *const *rules, const char *since, const char *from, const char *to);

/* Local `time` ("08:00") of a day as UTC milliseconds. */
int64_t recurrence_moment(const char *day, const char *time, GTimeZone *zone);

struct recurrence_entry {
    char *uid;
    char *summary, *description; /* description may be NULL */
    int64_t at;
};
/* GPtrArray of struct recurrence_entry * as a VCALENDAR; the caller frees. */
char *recurrence_calendar(const GPtrArray *entries, int64_t now);
