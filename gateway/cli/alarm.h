// SPDX-License-Identifier: GPL-2.0-or-later
// A table of alarms, which the status shows too.
#pragma once

#include <jansson.h>

/* Nothing where there are none. */
void alarm_print(const json_t *alarms);
