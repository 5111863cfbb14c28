// SPDX-License-Identifier: GPL-2.0-or-later
// How long loa.conf keeps what belongs to no campaign; campaigns say it in their own files.
#pragma once

#include "config/reader.h"

struct retention_config {
    int64_t strangers_ms;  /* texts and numbers of no campaign, and alarms by SMS; 0: for ever */
    int64_t quarantine_ms; /* settled rows of the quarantine; 0: for ever */
};

extern const struct setting retention_settings[];
