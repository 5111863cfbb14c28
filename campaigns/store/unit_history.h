// SPDX-License-Identifier: GPL-2.0-or-later
// Units with all they have been, in the store, and who changed them.
#pragma once

#include "campaigns/store/store.h"
#include "campaigns/unit_history.h"

/* All units; unit_day_new() (campaigns/unit_day.h) makes the tree of a day of them. */
struct unit_history *store_history_load(struct store *store, GError **error);
/* What was added or changed since it was loaded, inside the same transaction. */
bool store_history_save(struct store *store, const struct unit_history *history, int64_t now,
                        GError **error);

struct unit_event {
    int64_t unit_id, at;
    char *by, *event, *day, *detail; /* event: "merged", "moved" …; day: from which it holds */
};
void unit_event_free(struct unit_event *event);
bool store_unit_event_add(struct store *store, const struct unit_event *event, GError **error);
/* GPtrArray of struct unit_event *, oldest first. */
GPtrArray *store_unit_events(struct store *store, int64_t unit_id, GError **error);
