// SPDX-License-Identifier: GPL-2.0-or-later
// Everything that is held about a person or a number, as rows for a file that is handed out.
#pragma once

#include "campaigns/store/store.h"

#include <jansson.h>

struct person_found {
    int64_t id, contact_id, household_id; /* 0: none */
    char *name, *birth, *unit, *phone, *household;
    int64_t erased_at; /* 0: it is all there */
};
void person_found_free(struct person_found *person);

/* New GPtrArrays of struct person_found. Whose folded name holds `key`; those of a number; one, or
 * none, by id. */
GPtrArray *store_privacy_by_name(struct store *store, const char *key, unsigned limit,
                                 GError **error);
GPtrArray *store_privacy_by_contact(struct store *store, int64_t contact_id, GError **error);
GPtrArray *store_privacy_by_id(struct store *store, int64_t person_id, GError **error);
/* 0: no contact has that number. NULL: it has none, or was erased. */
bool store_privacy_phone(struct store *store, int64_t contact_id, char **retphone, GError **error);

/* What a file holds of one person, and of one number. Members are named as in the schema; those
 * that end in "at" are UTC milliseconds. False is a fault. */
bool store_privacy_person(struct store *store, int64_t person_id, json_t *into, GError **error);
bool store_privacy_contact(struct store *store, int64_t contact_id, json_t *into, GError **error);
/* Texts to a shared phone that bear this person's name. */
bool store_privacy_addressed(struct store *store, int64_t person_id, int64_t contact_id,
                             json_t *into, GError **error);
