// SPDX-License-Identifier: GPL-2.0-or-later
/* The settings in `retention` of loa.conf. */
#include "config/retention.h"

#define YEARS_MAX_MS INT64_C(315360000000) /* ten of them */

const struct setting retention_settings[] = {
    {.key = "strangers",
     .type = SETTING_DURATION,
     .offset = offsetof(struct retention_config, strangers_ms),
     .minimum = 0,
     .maximum = YEARS_MAX_MS,
     .initial = "365d",
     .help = "texts and numbers of strangers, service messages and whatever else belongs to no "
             "campaign, and alarms by SMS; 0s: for ever"},
    {.key = "quarantine",
     .type = SETTING_DURATION,
     .offset = offsetof(struct retention_config, quarantine_ms),
     .minimum = 0,
     .maximum = YEARS_MAX_MS,
     .initial = "365d",
     .help = "what was settled in the quarantine; 0s: for ever"},
    {.key = NULL},
};
