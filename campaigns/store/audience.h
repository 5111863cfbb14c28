// SPDX-License-Identifier: GPL-2.0-or-later
// Whom a campaign may be for, read from the roster; and whom it was for, written down at its start.
#pragma once

#include "campaigns/audience.h"

/* Persons in these units (ids, all meant; NULL: any unit) and in one of these groups (NULL: any),
 * in the order of the roster: GPtrArray owning struct recipient without left_out, values and
 * unit_name; `opted_out` is towards that organisation (its key). */
GPtrArray *store_audience_persons(struct store *store, const char *organisation,
                                  const GArray *units, const GArray *groups, GError **error);
void recipient_free(struct recipient *recipient);

/* NULL in `retvalue`: the person has none. `name` is folded. */
bool store_audience_attribute(struct store *store, int64_t person_id, const char *name,
                              char **retvalue, GError **error);
/* Does anybody have it? */
bool store_audience_knows(struct store *store, const char *name, bool *retknown, GError **error);
/* The names that anybody has, in order, at most so many; NULL is a fault. */
char **store_audience_columns(struct store *store, unsigned limit, GError **error);

/* Inside a transaction, both. */
bool store_audience_wipe(struct store *store, int64_t campaign_id, GError **error);
bool store_audience_record(struct store *store, int64_t campaign_id,
                           const struct recipient *recipient, GError **error);
