// SPDX-License-Identifier: GPL-2.0-or-later
/* A tally as JSON, for the API, for summaries and for snapshots: one form, so that a figure is
 * called the same everywhere. A snapshot reads back exactly what was written. */
#pragma once

#include "campaigns/tally.h"

#include <jansson.h>

/* Counts as integers; a ratio as the text of a decimal ("114.4"), null where there is no plan; a
 * sum that needs more than 64 bits is null. */
json_t *tally_json_figures(const struct tally_figures *figures);
json_t *tally_json_messages(const int64_t counts[MESSAGE_STATES]);

/* How times are written: RFC 3339 in somebody's zone; 0 is null. */
struct tally_json_clock {
    json_t *(*time)(const void *data, int64_t at);
    const void *data;
};
json_t *tally_json(const struct tally *tally, const struct tally_json_clock *clock, bool by_unit);

/* What a snapshot keeps; the caller frees. */
char *tally_json_text(const struct tally *tally);
/* NULL: this is no text of a tally. */
struct tally *tally_json_read(const char *text, GError **error);
