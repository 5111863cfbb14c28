// SPDX-License-Identifier: GPL-2.0-or-later
/* Summaries: the figures of one campaign as a CloudEvents 1.0 body that is a Standard Webhooks
 * payload too. Counts only: no number, no name, no text of anybody. */
#pragma once

#include "campaigns/store/store.h"
#include "config/gateway.h"

#define SUMMARY_TYPE "loa.summary.v1"

/* Puts before every sink that wants summaries those that are due now: of a running campaign each
 * `every`, if its figures changed since the last; of an ended one at once, and again if late reports
 * change its figures within a week. One transaction each. `retput` counts the entries made: wake
 * the forwarder when it is not 0. Cheap when nothing is due: call it each second or two. */
bool summary_clock(struct store *store, const struct gateway_config *config, int64_t now,
                   unsigned *retput, GError **error);
