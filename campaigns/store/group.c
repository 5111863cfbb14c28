// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows of groups. What a rule says, and who is meant by it today, is campaigns/group.c's. */
#include "campaigns/store/group.h"

#include "campaigns/store/sql.h"
#include "campaigns/text.h"

#define SELECT_GROUP                                                                               \
    "SELECT g.id, g.name, g.rule, g.by_whom, g.created_at, (SELECT count(*) FROM "                 \
    "person_group_member m JOIN person p ON p.id = m.person_id WHERE m.group_id = g.id "           \
    "AND p.erased_at IS NULL) FROM person_group g "

void group_row_free(struct group_row *row)
{
    if (row == NULL)
        return;
    g_free(row->name);
    g_free(row->by);
    g_free(row->rule);
    g_free(row);
}

static struct group_row *read_row(sqlite3_stmt *statement)
{
    struct group_row *row = g_new0(struct group_row, 1);
    row->id = sqlite3_column_int64(statement, 0);
    row->name = sql_text(statement, 1);
    row->rule = sql_text(statement, 2);
    row->by = sql_text(statement, 3);
    row->created_at = sqlite3_column_int64(statement, 4);
    row->listed = sqlite3_column_int64(statement, 5);
    return row;
}

/* How well a group is named so: 3 to the letter, 2 but for its case, 1 by its number, 0 not. SQLite
 * knows the case of ASCII alone. */
static int fit(sqlite3_stmt *group, const char *name, const char *key)
{
    const char *own = (const char *)sqlite3_column_text(group, 1);
    g_autofree char *own_key = text_key_marked(own);
    g_autofree char *number =
        g_strdup_printf("%" G_GINT64_FORMAT, (gint64)sqlite3_column_int64(group, 0));
    if (g_str_equal(own, name))
        return 3;
    return g_str_equal(own_key, key) ? 2 : g_str_equal(number, name);
}

/* 0: there is none. */
static bool find_id(struct store *store, const char *name, int64_t *retid, GError **error)
{
    g_autofree char *key = text_key_marked(name);
    sqlite3_stmt *statement = sql_bind(store, "SELECT id, name FROM person_group ORDER BY id", "");
    int step = 0, best = 0;
    *retid = 0;
    while ((step = sql_step(statement, error)) == 1) {
        int fits = fit(statement, name, key);
        if (fits > best)
            *retid = sqlite3_column_int64(statement, 0);
        best = MAX(best, fits);
    }
    return step == 0;
}

struct group_row *store_group_get(struct store *store, const char *name, GError **error)
{
    int64_t id = 0;
    if (!find_id(store, name, &id, error))
        return NULL;
    sqlite3_stmt *statement = sql_bind(store, SELECT_GROUP "WHERE g.id = ?1", "i", id);
    int step = sql_step(statement, error);
    if (step == 0)
        g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "there is no group \"%s\"", name);
    if (step != 1)
        return NULL;
    struct group_row *row = read_row(statement);
    sqlite3_reset(statement);
    return row;
}

GPtrArray *store_group_list(struct store *store, GError **error)
{
    sqlite3_stmt *statement = sql_bind(store, SELECT_GROUP "ORDER BY g.name", "");
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)group_row_free);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1)
        g_ptr_array_add(rows, read_row(statement));
    if (step == 0)
        return rows;
    g_ptr_array_unref(rows);
    return NULL;
}

GArray *store_group_members(struct store *store, int64_t id, GError **error)
{
    return sql_ids(sql_bind(store,
                            "SELECT m.person_id FROM person_group_member m "
                            "JOIN person p ON p.id = m.person_id "
                            "WHERE m.group_id = ?1 AND p.erased_at IS NULL ORDER BY 1",
                            "i", id),
                   error);
}

bool store_group_insert(struct store *store, const struct group_row *row, int64_t *retid,
                        GError **error)
{
    if (!sql_run(store, error,
                 "INSERT INTO person_group (name, rule, by_whom, created_at) "
                 "VALUES (?1, ?2, ?3, ?4)",
                 "ttti", row->name, row->rule, row->by, row->created_at))
        return false;
    *retid = sql_last_id(store);
    return true;
}

bool store_group_add_person(struct store *store, int64_t id, int64_t person_id, GError **error)
{
    return sql_run(store, error,
                   "INSERT INTO person_group_member (group_id, person_id) VALUES (?1, ?2) "
                   "ON CONFLICT DO NOTHING",
                   "ii", id, person_id);
}

bool store_group_delete(struct store *store, int64_t id, GError **error)
{
    return sql_run(store, error, "DELETE FROM person_group_member WHERE group_id = ?1", "i", id) &&
           sql_run_one(store, error, "DELETE FROM person_group WHERE id = ?1", "i", id);
}

GArray *store_group_by_phone(struct store *store, const char *e164, GError **error)
{
    return sql_ids(sql_bind(store,
                            "SELECT p.id FROM contact c JOIN person p ON p.contact_id = c.id "
                            "WHERE c.phone = ?1 AND p.erased_at IS NULL ORDER BY p.id",
                            "t", e164),
                   error);
}

GArray *store_group_by_person(struct store *store, int64_t person_id, GError **error)
{
    return sql_ids(sql_bind(store, "SELECT id FROM person WHERE id = ?1 AND erased_at IS NULL", "i",
                            person_id),
                   error);
}
