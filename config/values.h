// SPDX-License-Identifier: GPL-2.0-or-later
// Values that files write as text: durations and points in time. (Hours are in config/reader.h.)
#pragma once

#include "config/reader.h"

/* For the checks of tables: a sentence, or NULL when the char * at `field` has that shape. */
char *value_check_shape(const void *field, const char *shape, const char *sentence);
char *value_check_filled(const void *field);
char *value_check_words(const void *field); /* of a GStrv: none is empty */

/* On failure the value stays untouched and `retsentence` says why; the caller frees it. */
bool value_read_duration(const char *text, int64_t *retms, char **retsentence);
/* RFC 3339 with an offset. */
bool value_read_time(const char *text, int64_t *retat, char **retsentence);

/* "48h": the largest unit that keeps it whole; the caller frees. */
char *value_write_duration(int64_t ms);
/* "1 to 60", "1s to 1d"; NULL if any value will do; the caller frees. */
char *value_range(const struct setting *row);
