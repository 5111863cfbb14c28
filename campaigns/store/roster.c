// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows of persons and of what surrounds them. Every function is a step of an import and needs its
 * transaction; an import of 100,000 rows runs each a hundred thousand times, so each is one or two
 * prepared statements on an index. */
#include "campaigns/store/roster.h"

#include "campaigns/store/erased.h"
#include "campaigns/store/sql.h"

void person_row_free(struct person_row *row)
{
    if (row == NULL)
        return;
    g_free(row->name);
    g_free(row->name_key);
    g_free(row->birth);
    g_free(row->phone_reason);
    g_free(row->household_code);
    g_free(row);
}

#define SELECT_PERSON                                                                              \
    "SELECT p.id, p.name, p.name_key, p.birth, p.sex, p.unit_id, p.household_id, "                 \
    "p.contact_id, p.phone_reason, p.head, coalesce(h.code, '') "                                  \
    "FROM person p LEFT JOIN household h ON h.id = p.household_id "

static GPtrArray *read_persons(sqlite3_stmt *statement, GError **error)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)person_row_free);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        struct person_row *row = g_new0(struct person_row, 1);
        row->id = sqlite3_column_int64(statement, 0);
        row->name = sql_text(statement, 1);
        row->name_key = sql_text(statement, 2);
        row->birth = sql_text(statement, 3);
        row->sex = roster_sex_from_name((const char *)sqlite3_column_text(statement, 4));
        row->unit_id = sqlite3_column_int64(statement, 5);
        row->household_id = sqlite3_column_int64(statement, 6);
        row->contact_id = sqlite3_column_int64(statement, 7);
        row->phone_reason = sql_text(statement, 8);
        row->head = sqlite3_column_int(statement, 9) != 0;
        row->household_code = sql_text(statement, 10);
        g_ptr_array_add(rows, row);
    }
    if (step == 0)
        return rows;
    g_ptr_array_unref(rows);
    return NULL;
}

GPtrArray *store_person_by_contact(struct store *store, const char *name_key, int64_t contact_id,
                                   GError **error)
{
    return read_persons(sql_bind(store,
                                 SELECT_PERSON "WHERE p.contact_id = ?2 AND +p.name_key = ?1 "
                                               "ORDER BY p.id",
                                 "ti", name_key, contact_id),
                        error);
}

GPtrArray *store_person_by_birth(struct store *store, const char *name_key, const char *birth,
                                 GError **error)
{
    if (*birth == '\0')
        return read_persons(
            sql_bind(store, SELECT_PERSON "WHERE p.name_key = ?1 ORDER BY p.id", "t", name_key),
            error);
    g_autofree char *from = g_strndup(birth, 4);
    g_autofree char *to = g_strconcat(from, "~", NULL);
    return read_persons(sql_bind(store,
                                 SELECT_PERSON
                                 "WHERE p.id IN (SELECT id FROM person WHERE name_key = ?1 "
                                 "AND birth >= ?2 AND birth < ?3 UNION ALL SELECT id FROM person "
                                 "WHERE name_key = ?1 AND birth = '') ORDER BY p.id",
                                 "ttt", name_key, from, to),
                        error);
}

bool store_person_insert(struct store *store, const struct person_row *row, int64_t import_id,
                         int64_t now, int64_t *retid, GError **error)
{
    if (!sql_run(store, error,
                 "INSERT INTO person (name, name_key, birth, sex, unit_id, household_id, "
                 "contact_id, phone_reason, head, import_id, created_at, updated_at) "
                 "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11)",
                 "ttttoootiii", row->name, row->name_key, row->birth, roster_sex_name(row->sex),
                 row->unit_id, row->household_id, row->contact_id, row->phone_reason,
                 (int64_t)row->head, import_id, now))
        return false;
    *retid = sql_last_id(store);
    return true;
}

bool store_person_update(struct store *store, const struct person_row *row, int64_t import_id,
                         int64_t now, GError **error)
{
    return sql_run_one(store, error,
                       "UPDATE person SET name = ?2, name_key = ?3, birth = ?4, sex = ?5, "
                       "unit_id = ?6, household_id = ?7, contact_id = ?8, phone_reason = ?9, "
                       "head = ?10, import_id = ?11, updated_at = ?12 WHERE id = ?1",
                       "ittttoootiii", row->id, row->name, row->name_key, row->birth,
                       roster_sex_name(row->sex), row->unit_id, row->household_id, row->contact_id,
                       row->phone_reason, (int64_t)row->head, import_id, now);
}

bool store_contact_put(struct store *store, const char *phone, int64_t now, int64_t *retid,
                       bool *retadded, GError **error)
{
    int64_t id = 0;
    if (!sql_integer(store, 0, &id, error, "SELECT id FROM contact WHERE phone = ?1", "t", phone))
        return false;
    *retadded = id == 0;
    if (id == 0) {
        if (!sql_run(store, error, "INSERT INTO contact (phone, created_at) VALUES (?1, ?2)", "ti",
                     phone, now))
            return false;
        id = sql_last_id(store);
        if (!store_erased_recall(store, id, phone, now, error))
            return false;
    }
    *retid = id;
    return true;
}

bool store_household_put(struct store *store, int64_t unit_id, const char *code, int64_t *retid,
                         bool *retadded, GError **error)
{
    int64_t id = 0;
    if (!sql_integer(store, 0, &id, error,
                     "SELECT id FROM household WHERE coalesce(unit_id, 0) = ?1 AND code = ?2", "it",
                     unit_id, code))
        return false;
    *retadded = id == 0;
    if (id == 0) {
        if (!sql_run(store, error, "INSERT INTO household (unit_id, code) VALUES (?1, ?2)", "ot",
                     unit_id, code))
            return false;
        id = sql_last_id(store);
    }
    *retid = id;
    return true;
}

bool store_attribute_put(struct store *store, int64_t person_id, const char *name,
                         const char *heading, const char *value, bool *retchanged, GError **error)
{
    bool done = value == NULL
                    ? sql_run(store, error,
                              "DELETE FROM person_attribute WHERE person_id = ?1 AND name = ?2",
                              "it", person_id, name)
                    : sql_run(store, error,
                              "INSERT INTO person_attribute (person_id, name, heading, value) "
                              "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (person_id, name) DO UPDATE SET "
                              "heading = excluded.heading, value = excluded.value "
                              "WHERE value <> excluded.value OR heading <> excluded.heading",
                              "ittt", person_id, name, heading, value);
    if (done && sql_changes(store) > 0)
        *retchanged = true;
    return done;
}

bool store_group_find(struct store *store, const char *name, int64_t *retid, GError **error)
{
    if (!sql_integer(store, 0, retid, error, "SELECT id FROM person_group WHERE name = ?1", "t",
                     name))
        return false;
    return *retid != 0 ||
           sql_integer(store, 0, retid, error,
                       "SELECT id FROM person_group WHERE lower(name) = lower(?1)", "t", name);
}

bool store_group_put(struct store *store, const char *name, int64_t *retid, GError **error)
{
    if (!store_group_find(store, name, retid, error))
        return false;
    if (*retid != 0)
        return true;
    if (!sql_run(store, error, "INSERT INTO person_group (name) VALUES (?1)", "t", name))
        return false;
    *retid = sql_last_id(store);
    return true;
}

bool store_group_join(struct store *store, int64_t group_id, int64_t person_id, bool *retchanged,
                      GError **error)
{
    if (!sql_run(store, error,
                 "INSERT INTO person_group_member (group_id, person_id) VALUES (?1, ?2) "
                 "ON CONFLICT DO NOTHING",
                 "ii", group_id, person_id))
        return false;
    if (sql_changes(store) > 0)
        *retchanged = true;
    return true;
}

bool store_import_open(struct store *store, const char *file, const char *by, int64_t now,
                       int64_t *retid, GError **error)
{
    if (!sql_run(store, error,
                 "INSERT INTO roster_import (file, at, by_whom, added, updated, rejected) "
                 "VALUES (?1, ?2, ?3, 0, 0, 0)",
                 "tit", file, now, by))
        return false;
    *retid = sql_last_id(store);
    return true;
}

bool store_import_close(struct store *store, int64_t id, unsigned added, unsigned updated,
                        unsigned rejected, GError **error)
{
    return sql_run_one(
        store, error,
        "UPDATE roster_import SET added = ?2, updated = ?3, rejected = ?4 WHERE id = ?1", "iiii",
        id, (int64_t)added, (int64_t)updated, (int64_t)rejected);
}
