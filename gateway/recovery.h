// SPDX-License-Identifier: GPL-2.0-or-later
/* After a worker's death, or the machine's: what became of each message it had, as its flight log
 * tells. Call only while flight_lock() proves that the worker is gone. */
#pragma once

#include "gateway/settle.h"

/* How far the flight log can be believed. */
enum recovery_log {
    RECOVERY_OTHER_FILE, /* not the one that was there when the leases were made */
    RECOVERY_OTHER_BOOT, /* the machine stopped meanwhile: what was not synced may be missing */
    RECOVERY_BEHIND,     /* the same, for leases behind one whose answer is missing */
    RECOVERY_SAME_BOOT,  /* every store to it is there */
};

/* What was noted of the log when all it told was last settled; "" where nothing was. */
enum recovery_log recovery_log_of(const char *noted_identity, const char *noted_boot,
                                  const char *identity, const char *boot);

/* What the slot says of a lease of so many parts; NULL: no slot names the lease. True when it was
 * begun and its answer is missing. */
bool recovery_read(const struct flight_slot *slot, unsigned parts, enum recovery_log log,
                   struct settle_news *retnews, char **retcause);

struct recovery {
    struct store *store;
    struct turn *turn;
    const char *modem;
    struct flight *flight;
    const char *boot; /* the machine's boot now */
};

/* Adds the settlement of every open lease of that modem to the turn, and the note that from then on
 * this log in this boot can be believed; frees slots that belong to none; how many leases. */
bool recovery_run(const struct recovery *recovery, unsigned *retcount, GError **error);
