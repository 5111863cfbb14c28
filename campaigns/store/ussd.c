// SPDX-License-Identifier: GPL-2.0-or-later
// Owns the tables `ussd_dialogue` and `ussd_step`.
#include "campaigns/store/ussd.h"

#include "campaigns/store/sql.h"

#include <inttypes.h>

/* Of the partial index; literal, or the index is not used. */
#define IS_OPEN "state IN ('idle', 'asked', 'menu-open')"
/* Read by read_row(), in this order. */
#define SELECT                                                                                     \
    "SELECT id, modem, imsi, purpose, state, by_whom, cause, created_at, state_at,"                \
    " coalesce((SELECT text FROM ussd_step s WHERE s.dialogue_id = d.id"                           \
    " AND s.direction = 'sent' ORDER BY s.sequence LIMIT 1), ''),"                                 \
    " coalesce((SELECT text FROM ussd_step s WHERE s.dialogue_id = d.id"                           \
    " AND s.direction = 'received' AND s.text <> '' ORDER BY s.sequence DESC LIMIT 1), '')"        \
    " FROM ussd_dialogue d "

void ussd_row_free(struct ussd_row *row)
{
    if (row == NULL)
        return;
    char *const texts[] = {row->modem, row->imsi,  row->purpose, row->state,
                           row->by,    row->cause, row->code,    row->text};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_free(row);
}

bool store_ussd_new(struct store *store, const struct ussd_wish *wish, int64_t *retid,
                    GError **error)
{
    if (!sql_run(store, error,
                 "INSERT INTO ussd_dialogue (modem, imsi, purpose, state, by_whom, created_at,"
                 " state_at) VALUES (?1, coalesce((SELECT imsi FROM modem WHERE name = ?1), ''),"
                 " ?2, 'idle', ?3, ?4, ?4)",
                 "ttti", wish->modem, wish->purpose, wish->by, wish->now))
        return false;
    *retid = sql_last_id(store);
    return true;
}

bool store_ussd_state(struct store *store, int64_t id, const char *state, const char *cause,
                      int64_t now, GError **error)
{
    return sql_run_one(store, error,
                       "UPDATE ussd_dialogue SET state = ?2, cause = ?3, state_at = ?4"
                       " WHERE id = ?1 AND " IS_OPEN,
                       "itti", id, state, cause, now);
}

bool store_ussd_close_open(struct store *store, const char *cause, int64_t now, int64_t *retcount,
                           GError **error)
{
    if (!sql_run(store, error,
                 "UPDATE ussd_dialogue SET state = 'closed', cause = ?1, state_at = ?2"
                 " WHERE " IS_OPEN,
                 "ti", cause, now))
        return false;
    *retcount = sql_changes(store);
    return true;
}

/* ---- the transcript ---- */

bool store_ussd_step(struct store *store, int64_t id, const struct ussd_step *step, GError **error)
{
    return sql_run(store, error,
                   "INSERT INTO ussd_step (dialogue_id, sequence, at, direction, text, raw, dcs,"
                   " status) VALUES (?1, (SELECT coalesce(max(sequence) + 1, 0) FROM ussd_step"
                   " WHERE dialogue_id = ?1), ?2, ?3, ?4, ?5, ?6, ?7)",
                   "iitttii", id, step->at, step->received ? "received" : "sent", step->text,
                   step->raw != NULL ? step->raw : "", (int64_t)step->dcs, (int64_t)step->status);
}

static void free_step(gpointer data)
{
    struct ussd_step *step = data;
    g_free(step->text);
    g_free(step->raw);
    g_free(step);
}

GPtrArray *store_ussd_steps(struct store *store, int64_t id, GError **error)
{
    g_autoptr(GPtrArray) steps = g_ptr_array_new_with_free_func(free_step);
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT at, direction = 'received', text, raw, dcs, status FROM ussd_step"
                 " WHERE dialogue_id = ?1 ORDER BY sequence",
                 "i", id);
    int row = 0;
    while ((row = sql_step(statement, error)) == 1) {
        struct ussd_step *step = g_new0(struct ussd_step, 1);
        step->at = sqlite3_column_int64(statement, 0);
        step->received = sqlite3_column_int(statement, 1) != 0;
        step->text = sql_text(statement, 2);
        step->raw = sql_text(statement, 3);
        step->dcs = sqlite3_column_int(statement, 4);
        step->status = sqlite3_column_int(statement, 5);
        g_ptr_array_add(steps, step);
    }
    return row == 0 ? g_steal_pointer(&steps) : NULL;
}

/* ---- reading ---- */

static struct ussd_row *read_row(sqlite3_stmt *statement)
{
    struct ussd_row *row = g_new0(struct ussd_row, 1);
    row->id = sqlite3_column_int64(statement, 0);
    row->modem = sql_text(statement, 1);
    row->imsi = sql_text(statement, 2);
    row->purpose = sql_text(statement, 3);
    row->state = sql_text(statement, 4);
    row->by = sql_text(statement, 5);
    row->cause = sql_text(statement, 6);
    row->created_at = sqlite3_column_int64(statement, 7);
    row->state_at = sqlite3_column_int64(statement, 8);
    row->code = sql_text(statement, 9);
    row->text = sql_text(statement, 10);
    return row;
}

/* One row at most; NULL in `retrow`: none. */
static bool read_one(sqlite3_stmt *statement, struct ussd_row **retrow, GError **error)
{
    int row = sql_step(statement, error);
    if (row < 0)
        return false;
    *retrow = row == 1 ? read_row(statement) : NULL;
    sqlite3_reset(statement);
    return true;
}

struct ussd_row *store_ussd_get(struct store *store, int64_t id, GError **error)
{
    struct ussd_row *row = NULL;
    if (read_one(sql_bind(store, SELECT "WHERE id = ?1", "i", id), &row, error) && row == NULL)
        g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "there is no USSD dialogue %" PRId64,
                    id);
    return row;
}

bool store_ussd_open(struct store *store, const char *modem, struct ussd_row **retrow,
                     GError **error)
{
    return read_one(sql_bind(store,
                             SELECT "WHERE modem = ?1 AND " IS_OPEN
                                    " ORDER BY state = 'idle', id LIMIT 1",
                             "t", modem),
                    retrow, error);
}

bool store_ussd_count_open(struct store *store, const char *modem, int64_t *retcount,
                           GError **error)
{
    return sql_integer(store, 0, retcount, error,
                       "SELECT count(*) FROM ussd_dialogue WHERE modem = ?1 AND " IS_OPEN, "t",
                       modem);
}

static void free_row(gpointer data)
{
    ussd_row_free(data);
}

/* Of one modem by its index, of all by their ids. */
static sqlite3_stmt *bind_list(struct store *store, const struct ussd_filter *filter)
{
    if (filter->modem != NULL)
        return sql_bind(store,
                        SELECT "WHERE modem = ?1 AND (?2 IS NULL OR purpose = ?2)"
                               " AND (?3 = 0 OR id < ?3) ORDER BY id DESC LIMIT ?4",
                        "ttii", filter->modem, filter->purpose, filter->before_id,
                        (int64_t)filter->limit);
    return sql_bind(store,
                    SELECT "WHERE (?1 IS NULL OR purpose = ?1) AND (?2 = 0 OR id < ?2)"
                           " ORDER BY id DESC LIMIT ?3",
                    "tii", filter->purpose, filter->before_id, (int64_t)filter->limit);
}

GPtrArray *store_ussd_list(struct store *store, const struct ussd_filter *filter, GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(free_row);
    sqlite3_stmt *statement = bind_list(store, filter);
    int row = 0;
    while ((row = sql_step(statement, error)) == 1)
        g_ptr_array_add(rows, read_row(statement));
    return row == 0 ? g_steal_pointer(&rows) : NULL;
}

bool store_ussd_unasked_since(struct store *store, int64_t since, int64_t *retcount, GError **error)
{
    return sql_integer(store, 0, retcount, error,
                       "SELECT count(*) FROM ussd_dialogue INDEXED BY ussd_dialogue_unasked"
                       " WHERE purpose = 'network' AND created_at >= ?1",
                       "i", since);
}

/* ---- what a modem's row remembers ---- */

bool store_ussd_forms(struct store *store, const char *modem, char **retrequest, char **rettext,
                      GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store, "SELECT ussd_request, ussd_text FROM modem WHERE name = ?1", "t", modem);
    int row = sql_step(statement, error);
    if (row < 0)
        return false;
    *retrequest = row == 1 ? sql_text(statement, 0) : g_strdup("");
    *rettext = row == 1 ? sql_text(statement, 1) : g_strdup("");
    sqlite3_reset(statement);
    return true;
}

bool store_ussd_note_forms(struct store *store, const char *modem, const char *request,
                           const char *text, GError **error)
{
    return sql_run(store, error,
                   "UPDATE modem SET ussd_request = ?2, ussd_text = ?3 WHERE name = ?1", "ttt",
                   modem, request, text);
}
