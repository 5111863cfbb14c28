// SPDX-License-Identifier: GPL-2.0-or-later
/* After a worker's death: what became of each message it had, as its flight log tells. Call only
 * while flight_lock() proves that the worker is gone. */
#pragma once

#include "gateway/settle.h"

/* What the slot says of a lease of so many parts; `slot` NULL: the worker never had it. `trusted`
 * is false when the machine was switched off since: the log may then be older than the truth. */
void recovery_read(const struct flight_slot *slot, unsigned parts, bool trusted,
                   struct settle_news *retnews, char **retcause);

/* Adds the settlement of every open lease of that modem to the turn, and frees slots that belong
 * to none; how many leases. */
bool recovery_run(struct store *store, struct turn *turn, const char *modem, struct flight *flight,
                  bool trusted, unsigned *retcount, GError **error);
