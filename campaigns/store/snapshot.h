// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of snapshots: figures as they were. Never changed once written.
#pragma once

#include "campaigns/store/store.h"

struct snapshot_row {
    int64_t id, campaign_id, as_of, taken_at;
    char *kind;    /* "planned", "asked", "final" */
    char *by;      /* "" the campaign file */
    char *figures; /* JSON; NULL in lists */
};
void snapshot_row_free(struct snapshot_row *row);

/* NULL with STORE_ERROR_NOT_FOUND. */
struct snapshot_row *store_snapshot_get(struct store *store, int64_t id, GError **error);
/* Of one campaign, oldest moment first, without figures; GPtrArray owning struct snapshot_row. */
GPtrArray *store_snapshot_list(struct store *store, int64_t campaign_id, GError **error);
/* `retid` is 0 where there is none; `as_of` 0: any. */
bool store_snapshot_find(struct store *store, int64_t campaign_id, const char *kind, int64_t as_of,
                         int64_t *retid, GError **error);
/* Whether the data of the campaign was erased, and then its last snapshot, 0: none. */
bool store_snapshot_of_erased(struct store *store, int64_t campaign_id, bool *reterased,
                              int64_t *retid, GError **error);
/* Needs no transaction, works in one. STORE_ERROR_CONFLICT: there is one of that moment and kind.
 */
bool store_snapshot_insert(struct store *store, const struct snapshot_row *row, int64_t *retid,
                           GError **error);

/* Campaigns whose clock may have to take one: running or paused, or ended since `ended_after`, and
 * not erased. GArray of struct snapshot_candidate. */
struct snapshot_candidate {
    int64_t campaign_id;
    int64_t finished_at; /* 0: not yet */
};
GArray *store_snapshot_candidates(struct store *store, int64_t ended_after, GError **error);
