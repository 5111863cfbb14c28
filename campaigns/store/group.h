// SPDX-License-Identifier: GPL-2.0-or-later
// Groups of persons: lists and rules.
#pragma once

#include "campaigns/store/store.h"

struct group_row {
    int64_t id, created_at; /* created 0: by an import */
    char *name, *by;
    char *rule;     /* as campaigns/group.h writes it; NULL: a list */
    int64_t listed; /* persons of the list */
};
void group_row_free(struct group_row *row);

/* By name, whatever its case, or by number where no name fits. */
struct group_row *store_group_get(struct store *store, const char *name, GError **error);
GPtrArray *store_group_list(struct store *store, GError **error); /* by name */
/* Ids of the persons of a list, int64_t. */
GArray *store_group_members(struct store *store, int64_t id, GError **error);

/* Inside a transaction, all three. */
bool store_group_insert(struct store *store, const struct group_row *row, int64_t *retid,
                        GError **error);
bool store_group_add_person(struct store *store, int64_t id, int64_t person_id, GError **error);
bool store_group_delete(struct store *store, int64_t id, GError **error);

/* Whom a list names: the persons of a contact, or one by number. GArray of int64_t. */
GArray *store_group_by_phone(struct store *store, const char *e164, GError **error);
GArray *store_group_by_person(struct store *store, int64_t person_id, GError **error);
