// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of `quarantine`: received SMS that no decoder takes, for the technician.
#pragma once

#include "campaigns/store/store.h"

struct quarantine_row {
    int64_t id;
    char *modem, *imsi, *memory; /* memory: "" when it was pushed */
    int location;
    char *pdu; /* hexadecimal, with the SMSC part */
    char *reason;
    int64_t key;            /* the worker's; only for adding */
    bool own;               /* nobody sent it, and nobody needs to look at it; only for adding */
    int64_t at, settled_at; /* settled_at 0: waits for a person */
    char *settled_by;       /* NULL: waits; "": own */
};
void quarantine_row_clear(struct quarantine_row *row); /* frees what it owns */

/* (t) One more, unless it is told again: under the same key, or from the same place while nobody
 * has settled it. */
bool store_quarantine_add(struct store *store, const struct quarantine_row *row, int64_t now,
                          bool *retnew, GError **error);

/* Oldest first, those with an id above `after`; `waiting`: only those that wait for a person.
 * GPtrArray of struct quarantine_row *, freed with the array; NULL is a fault. */
GPtrArray *store_quarantine_list(struct store *store, bool waiting, int64_t after, unsigned limit,
                                 GError **error);
/* NULL with STORE_ERROR_NOT_FOUND. The caller frees with quarantine_row_free(). */
struct quarantine_row *store_quarantine_get(struct store *store, int64_t id, GError **error);
void quarantine_row_free(struct quarantine_row *row);
/* A person has looked at it. STORE_ERROR_CONFLICT when that was said before. */
bool store_quarantine_settle(struct store *store, int64_t id, const char *by, int64_t now,
                             GError **error);
