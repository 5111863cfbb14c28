// SPDX-License-Identifier: GPL-2.0-or-later
// An alarm as the sinks hear of it: once when it is raised, once when it is over.
#pragma once

#include "campaigns/store/alarm.h"
#include "config/gateway.h"

#define ALARM_TYPE "loa.alarm.v1"

/* CloudEvents 1.0; `row->cleared_at` tells which of the two it is. The caller frees. */
char *alarm_event_body(const struct alarm_row *row, const char *gateway, int64_t now);
/* Puts it before every sink that wants alarms; within the caller's transaction. */
bool alarm_event_put(struct store *store, const struct gateway_config *config,
                     const struct alarm_row *row, int64_t now, GError **error);
