// SPDX-License-Identifier: GPL-2.0-or-later
/* Persons, contacts, households, groups. All of it happens inside the one transaction of an
 * import; who is who is decided in campaigns/enrol.c. */
#pragma once

#include "campaigns/roster.h"
#include "campaigns/store/store.h"

struct person_row {
    int64_t id;
    char *name, *name_key, *birth; /* "" unknown */
    enum sex sex;
    int64_t unit_id, household_id, contact_id; /* 0: none */
    char *phone_reason;                        /* why there is no contact; "" */
    bool head;                                 /* of the household */
    char *household_code;                      /* joined; "" none */
};
void person_row_free(struct person_row *row);

/* New GPtrArrays of struct person_row *, oldest first: those of that name reached by the contact,
 * and those of that name whose birth may be the same ("", a year, or ISO 8601). */
GPtrArray *store_person_by_contact(struct store *store, const char *name_key, int64_t contact_id,
                                   GError **error);
GPtrArray *store_person_by_birth(struct store *store, const char *name_key, const char *birth,
                                 GError **error);
bool store_person_insert(struct store *store, const struct person_row *row, int64_t import_id,
                         int64_t now, int64_t *retid, GError **error);
bool store_person_update(struct store *store, const struct person_row *row, int64_t import_id,
                         int64_t now, GError **error);

bool store_contact_put(struct store *store, const char *phone, int64_t now, int64_t *retid,
                       bool *retadded, GError **error);
bool store_household_put(struct store *store, int64_t unit_id, const char *code, int64_t *retid,
                         bool *retadded, GError **error);

/* `value` NULL takes it away. `retchanged` is set, never cleared. */
bool store_attribute_put(struct store *store, int64_t person_id, const char *name,
                         const char *heading, const char *value, bool *retchanged, GError **error);

bool store_group_put(struct store *store, const char *name, int64_t *retid, GError **error);
bool store_group_join(struct store *store, int64_t group_id, int64_t person_id, bool *retchanged,
                      GError **error);
/* 0: no such group; spelled as it was, or case apart. */
bool store_group_find(struct store *store, const char *name, int64_t *retid, GError **error);

bool store_import_open(struct store *store, const char *file, const char *by, int64_t now,
                       int64_t *retid, GError **error);
bool store_import_close(struct store *store, int64_t id, unsigned added, unsigned updated,
                        unsigned rejected, GError **error);
