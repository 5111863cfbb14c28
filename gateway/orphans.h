// SPDX-License-Identifier: GPL-2.0-or-later
// What waits in the outbox for sinks that are not in the configuration any more.
#pragma once

#include "campaigns/store/store.h"
#include "config/gateway.h"

/* Says in the log what there is, and gives up what has waited for its whole time. Needs that no
 * transaction is open. */
bool orphans_sweep(struct store *store, const struct gateway_config *config, int64_t now,
                   GError **error);
