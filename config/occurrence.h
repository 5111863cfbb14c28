// SPDX-License-Identifier: GPL-2.0-or-later
// One campaign of a series: the series' file, with its own code and times in place of `repeat`.
#pragma once

#include "config/campaign.h"

struct occurrence {
    const char *code;
    int64_t opens, closes; /* closes 0: open end */
    int64_t shift_ms;      /* reminders and snapshots come so much later than the file says */
};

/* The text of a campaign file; comments are lost. `text` is a file that has been read without
 * mistakes. The caller frees. */
char *occurrence_text(const char *text, const struct occurrence *occurrence, GTimeZone *zone);
