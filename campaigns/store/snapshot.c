// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of snapshots.
#include "campaigns/store/snapshot.h"

#include "campaigns/store/sql.h"

void snapshot_row_free(struct snapshot_row *row)
{
    if (row == NULL)
        return;
    g_free(row->kind);
    g_free(row->by);
    g_free(row->figures);
    g_free(row);
}

static void free_row(gpointer row)
{
    snapshot_row_free(row);
}

/* id, campaign_id, as_of, taken_at, kind, by_whom, figures */
static struct snapshot_row *read_row(sqlite3_stmt *statement)
{
    struct snapshot_row *row = g_new0(struct snapshot_row, 1);
    *row = (struct snapshot_row){
        .id = sqlite3_column_int64(statement, 0),
        .campaign_id = sqlite3_column_int64(statement, 1),
        .as_of = sqlite3_column_int64(statement, 2),
        .taken_at = sqlite3_column_int64(statement, 3),
        .kind = sql_text(statement, 4),
        .by = sql_text(statement, 5),
        .figures = sql_text(statement, 6),
    };
    return row;
}

struct snapshot_row *store_snapshot_get(struct store *store, int64_t id, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT id, campaign_id, as_of, taken_at, kind, by_whom, figures FROM snapshot "
                 "WHERE id = ?1",
                 "i", id);
    int step = sql_step(statement, error);
    struct snapshot_row *row = step == 1 ? read_row(statement) : NULL;
    if (step == 1)
        sqlite3_reset(statement);
    else if (step == 0)
        g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
                    "there is no snapshot %" G_GINT64_FORMAT, id);
    return row;
}

GPtrArray *store_snapshot_list(struct store *store, int64_t campaign_id, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT id, campaign_id, as_of, taken_at, kind, by_whom, NULL FROM snapshot "
                 "WHERE campaign_id = ?1 ORDER BY as_of, id",
                 "i", campaign_id);
    GPtrArray *rows = g_ptr_array_new_with_free_func(free_row);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1)
        g_ptr_array_add(rows, read_row(statement));
    if (step == 0)
        return rows;
    g_ptr_array_unref(rows);
    return NULL;
}

bool store_snapshot_find(struct store *store, int64_t campaign_id, const char *kind, int64_t as_of,
                         int64_t *retid, GError **error)
{
    return sql_integer(store, 0, retid, error,
                       "SELECT max(id) FROM snapshot WHERE campaign_id = ?1 AND kind = ?2 "
                       "AND (as_of = ?3 OR ?3 = 0)",
                       "iti", campaign_id, kind, as_of);
}

bool store_snapshot_of_erased(struct store *store, int64_t campaign_id, bool *reterased,
                              int64_t *retid, GError **error)
{
    int64_t erased = 0;
    *retid = 0;
    if (!sql_integer(store, 0, &erased, error,
                     "SELECT erased_at IS NOT NULL FROM campaign WHERE id = ?1", "i", campaign_id))
        return false;
    *reterased = erased != 0;
    return erased == 0 || sql_integer(store, 0, retid, error,
                                      "SELECT id FROM snapshot WHERE campaign_id = ?1 "
                                      "ORDER BY taken_at DESC, id DESC LIMIT 1",
                                      "i", campaign_id);
}

bool store_snapshot_insert(struct store *store, const struct snapshot_row *row, int64_t *retid,
                           GError **error)
{
    int64_t known = 0;
    if (!store_snapshot_find(store, row->campaign_id, row->kind, row->as_of, &known, error))
        return false;
    if (known != 0) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
                    "snapshot %" G_GINT64_FORMAT " is of that moment already", known);
        return false;
    }
    if (!sql_run(store, error,
                 "INSERT INTO snapshot (campaign_id, as_of, taken_at, kind, by_whom, figures) "
                 "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                 "iiittt", row->campaign_id, row->as_of, row->taken_at, row->kind, row->by,
                 row->figures))
        return false;
    *retid = sql_last_id(store);
    return true;
}

GArray *store_snapshot_candidates(struct store *store, int64_t ended_after, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT id, CASE state WHEN 'finished' THEN state_at ELSE 0 END FROM campaign "
                 "WHERE (state IN ('running', 'paused') OR (state = 'finished' AND state_at > ?1)) "
                 "AND erased_at IS NULL ORDER BY id",
                 "i", ended_after);
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct snapshot_candidate));
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        struct snapshot_candidate row = {sqlite3_column_int64(statement, 0),
                                         sqlite3_column_int64(statement, 1)};
        g_array_append_val(rows, row);
    }
    if (step == 0)
        return rows;
    g_array_unref(rows);
    return NULL;
}
