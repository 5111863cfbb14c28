// SPDX-License-Identifier: GPL-2.0-or-later
/* The quarantine. Nothing in here is decoded; it is kept because somebody may have written it. */
#include "campaigns/store/quarantine.h"

#include "campaigns/store/sql.h"

void quarantine_row_clear(struct quarantine_row *row)
{
    g_free(row->modem);
    g_free(row->imsi);
    g_free(row->memory);
    g_free(row->pdu);
    g_free(row->reason);
    g_free(row->settled_by);
    *row = (struct quarantine_row){0};
}

void quarantine_row_free(struct quarantine_row *row)
{
    if (row == NULL)
        return;
    quarantine_row_clear(row);
    g_free(row);
}

bool store_quarantine_add(struct store *store, const struct quarantine_row *row, int64_t now,
                          bool *retnew, GError **error)
{
    int64_t known = 0;
    if (!sql_integer(store, 0, &known, error,
                     "SELECT 1 FROM quarantine WHERE pdu = ?1 AND (told_key = ?2"
                     " OR (settled_at IS NULL AND imsi = ?3 AND memory = ?4 AND location = ?5))"
                     " LIMIT 1",
                     "titti", row->pdu, row->key, row->imsi, row->memory, (int64_t)row->location))
        return false;
    *retnew = known == 0;
    return known != 0 ||
           sql_run(store, error,
                   "INSERT INTO quarantine (modem, imsi, memory, location, pdu, reason, told_key,"
                   " at, settled_at, settled_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                   "tttittiiot", row->modem, row->imsi, row->memory, (int64_t)row->location,
                   row->pdu, row->reason, row->key, now, row->own ? now : 0, row->own ? "" : NULL);
}

static const char columns_of_list[] =
    "SELECT id, modem, imsi, memory, location, pdu, reason, at, settled_at, settled_by"
    " FROM quarantine WHERE id > ?1 AND (NOT ?2 OR settled_at IS NULL) ORDER BY id LIMIT ?3";
static const char columns_of_one[] =
    "SELECT id, modem, imsi, memory, location, pdu, reason, at, settled_at, settled_by"
    " FROM quarantine WHERE id = ?1";

static struct quarantine_row *read_row(sqlite3_stmt *statement)
{
    struct quarantine_row *row = g_new0(struct quarantine_row, 1);
    *row = (struct quarantine_row){
        .id = sqlite3_column_int64(statement, 0),
        .modem = sql_text(statement, 1),
        .imsi = sql_text(statement, 2),
        .memory = sql_text(statement, 3),
        .location = sqlite3_column_int(statement, 4),
        .pdu = sql_text(statement, 5),
        .reason = sql_text(statement, 6),
        .at = sqlite3_column_int64(statement, 7),
        .settled_at = sqlite3_column_int64(statement, 8),
        .settled_by = sql_text(statement, 9),
    };
    return row;
}

static void free_row(gpointer row)
{
    quarantine_row_free(row);
}

GPtrArray *store_quarantine_list(struct store *store, bool waiting, int64_t after, unsigned limit,
                                 GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(free_row);
    sqlite3_stmt *statement =
        sql_bind(store, columns_of_list, "iii", after, (int64_t)waiting, (int64_t)limit);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1)
        g_ptr_array_add(rows, read_row(statement));
    return step == 0 ? g_steal_pointer(&rows) : NULL;
}

struct quarantine_row *store_quarantine_get(struct store *store, int64_t id, GError **error)
{
    sqlite3_stmt *statement = sql_bind(store, columns_of_one, "i", id);
    int step = sql_step(statement, error);
    if (step == 0)
        g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
                    "there is no number %" G_GINT64_FORMAT " in quarantine", id);
    if (step != 1)
        return NULL;
    struct quarantine_row *row = read_row(statement);
    sqlite3_reset(statement);
    return row;
}

bool store_quarantine_settle(struct store *store, int64_t id, const char *by, int64_t now,
                             GError **error)
{
    struct quarantine_row *row = store_quarantine_get(store, id, error);
    if (row == NULL)
        return false;
    bool settled = row->settled_at != 0;
    quarantine_row_free(row);
    if (settled) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
                    "number %" G_GINT64_FORMAT " in quarantine is settled already", id);
        return false;
    }
    return sql_run_one(store, error,
                       "UPDATE quarantine SET settled_at = ?1, settled_by = ?2"
                       " WHERE id = ?3 AND settled_at IS NULL",
                       "iti", now, by, id);
}
