// SPDX-License-Identifier: GPL-2.0-or-later
/* The figures of a campaign as they were at a moment, kept as JSON and never changed: at the
 * moments its file names, when it ends, and when somebody asks.
 *
 * "As of" a moment means: what had been said by then (the time of the answer, not of its arrival),
 * of all that was known when the snapshot was taken. One that is taken late, because the power was
 * off, so counts an SMS that was sent before and came after; the states of messages, and how many
 * replies wait for a person, are those of the time it is taken. Both times are kept. */
#pragma once

#include "campaigns/book.h"

enum snapshot_kind { SNAPSHOT_PLANNED, SNAPSHOT_ASKED, SNAPSHOT_FINAL };
const char *snapshot_kind_name(enum snapshot_kind kind);

struct snapshot_wish {
    enum snapshot_kind kind;
    int64_t as_of;  /* 0: everything said by now */
    const char *by; /* "" the campaign file */
    int64_t now;
};
/* Works inside a transaction too. STORE_ERROR_CONFLICT: there is one of that moment and kind. */
bool snapshot_take(struct store *store, int64_t campaign_id, const struct snapshot_wish *wish,
                   int64_t *retid, GError **error);

/* The newest one that is of that moment; else STORE_ERROR_NOT_FOUND, naming those there are. */
bool snapshot_find(struct store *store, int64_t campaign_id, int64_t as_of, int64_t *retid,
                   GError **error);

/* An ended campaign is looked at for so long: what its file wants later is not taken. */
#define SNAPSHOT_AFTERMATH_MS (INT64_C(7) * 24 * 60 * 60 * 1000)

/* Takes those that are due; cheap when none is: call it each second, outside any transaction. A
 * campaign that cannot be counted does not stop the others: the first fault is told at the end. */
bool snapshot_clock(struct store *store, struct campaign_book *book, int64_t now,
                    unsigned *rettaken, GError **error);
