// SPDX-License-Identifier: GPL-2.0-or-later
/* Owns the tables `outbox` and `outbox_attempt`, and is the only writer of an entry's state: each
 * change passes the table of steps in campaigns/outbox.c and leaves a line in the log. */
#include "campaigns/store/outbox.h"

#include <string.h>

#include "campaigns/store/sink.h"
#include "campaigns/store/sql.h"
#include "config/log.h"

/* Read by read_entry(), in this order. */
#define ENTRY                                                                                      \
    "SELECT id, event_id, sink, type, state, attempts, tries, created_at, next_at, give_up_at,"    \
    " delivered_at, (SELECT max(at) FROM outbox_attempt WHERE outbox_id = outbox.id),"             \
    " (SELECT status FROM outbox_attempt WHERE outbox_id = outbox.id ORDER BY id DESC LIMIT 1),"   \
    " (SELECT error FROM outbox_attempt WHERE outbox_id = outbox.id ORDER BY id DESC LIMIT 1)"

enum { BODY_COLUMN = 14 }; /* where it is asked for */

void outbox_entry_free(struct outbox_entry *entry)
{
    if (entry == NULL)
        return;
    g_free(entry->event_id);
    g_free(entry->sink);
    g_free(entry->type);
    g_free(entry->body);
    g_free(entry->last_error);
    g_free(entry);
}

static void free_attempt(gpointer data)
{
    struct outbox_attempt *attempt = data;
    g_free(attempt->error);
    g_free(attempt);
}

static struct outbox_entry *read_entry(sqlite3_stmt *row)
{
    struct outbox_entry *entry = g_new0(struct outbox_entry, 1);
    entry->id = sqlite3_column_int64(row, 0);
    entry->event_id = sql_text(row, 1);
    entry->sink = sql_text(row, 2);
    entry->type = sql_text(row, 3);
    bool known = outbox_state_from_name((const char *)sqlite3_column_text(row, 4), &entry->state);
    g_assert_true(known); /* CHECK in the schema */
    entry->attempts = (unsigned)sqlite3_column_int64(row, 5);
    entry->tries = (unsigned)sqlite3_column_int64(row, 6);
    entry->created_at = sqlite3_column_int64(row, 7);
    entry->next_at = sqlite3_column_int64(row, 8);
    entry->give_up_at = sqlite3_column_int64(row, 9);
    entry->delivered_at = sqlite3_column_int64(row, 10);
    entry->last_at = sqlite3_column_int64(row, 11);
    entry->last_status = sqlite3_column_int(row, 12);
    entry->last_error = sql_text(row, 13);
    if (entry->last_error == NULL)
        entry->last_error = g_strdup("");
    if (sqlite3_column_count(row) > BODY_COLUMN)
        entry->body = sql_text(row, BODY_COLUMN);
    return entry;
}

/* One entry, NULL for a fault or for none; then `retfault` tells them apart. */
static struct outbox_entry *read_one(sqlite3_stmt *statement, bool *retfault, GError **error)
{
    int row = sql_step(statement, error);
    *retfault = row < 0;
    if (row != 1)
        return NULL;
    struct outbox_entry *entry = read_entry(statement);
    sqlite3_reset(statement);
    return entry;
}

bool store_outbox_put(struct store *store, const char *event_id, const char *sink, const char *type,
                      const char *body, int64_t now, GError **error)
{
    return sql_run(store, error,
                   "INSERT INTO outbox (event_id, sink, type, body, state, created_at, next_at,"
                   " give_up_at) VALUES (?1, ?2, ?3, ?4, 'waiting', ?5, ?5, ?6)"
                   " ON CONFLICT (sink, event_id) DO NOTHING",
                   "ttttii", event_id, sink, type, body, now, now + OUTBOX_GIVE_UP_MS);
}

bool store_outbox_newest(struct store *store, int64_t *retid, GError **error)
{
    return sql_integer(store, 0, retid, error, "SELECT max(id) FROM outbox", "");
}

GPtrArray *store_outbox_list(struct store *store, enum outbox_state state, int64_t before_id,
                             unsigned limit, GError **error)
{
    const char *name = state == OUTBOX_STATES ? NULL : outbox_state_name(state);
    sqlite3_stmt *statement =
        sql_bind(store,
                 ENTRY " FROM outbox WHERE (?1 IS NULL OR state = ?1) AND (?2 = 0 OR id < ?2)"
                       " ORDER BY id DESC LIMIT ?3",
                 "tii", name, before_id, (int64_t)limit);
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)outbox_entry_free);
    int row;
    while ((row = sql_step(statement, error)) == 1)
        g_ptr_array_add(list, read_entry(statement));
    return row == 0 ? g_steal_pointer(&list) : NULL;
}

struct outbox_entry *store_outbox_find(struct store *store, int64_t id, GError **error)
{
    bool fault;
    struct outbox_entry *entry =
        read_one(sql_bind(store, ENTRY ", body FROM outbox WHERE id = ?1", "i", id), &fault, error);
    if (entry == NULL && !fault)
        g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
                    "there is no outbox entry %" G_GINT64_FORMAT, id);
    return entry;
}

GPtrArray *store_outbox_attempts(struct store *store, int64_t id, GError **error)
{
    sqlite3_stmt *statement = sql_bind(store,
                                       "SELECT at, status, error, took_ms FROM outbox_attempt "
                                       "WHERE outbox_id = ?1 ORDER BY id",
                                       "i", id);
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(free_attempt);
    int row;
    while ((row = sql_step(statement, error)) == 1) {
        struct outbox_attempt *attempt = g_new0(struct outbox_attempt, 1);
        attempt->at = sqlite3_column_int64(statement, 0);
        attempt->status = sqlite3_column_int(statement, 1);
        attempt->error = sql_text(statement, 2);
        attempt->took_ms = sqlite3_column_int64(statement, 3);
        g_ptr_array_add(list, attempt);
    }
    return row == 0 ? g_steal_pointer(&list) : NULL;
}

bool store_outbox_counts(struct store *store, unsigned retcounts[OUTBOX_STATES], GError **error)
{
    unsigned counts[OUTBOX_STATES] = {0};
    sqlite3_stmt *statement =
        sql_bind(store, "SELECT state, count(*) FROM outbox GROUP BY state", "");
    int row;
    while ((row = sql_step(statement, error)) == 1) {
        enum outbox_state state;
        if (outbox_state_from_name((const char *)sqlite3_column_text(statement, 0), &state))
            counts[state] = (unsigned)sqlite3_column_int64(statement, 1);
    }
    if (row < 0)
        return false;
    memcpy(retcounts, counts, sizeof counts);
    return true;
}

static void log_step(const struct outbox_entry *entry, enum outbox_state to,
                     enum outbox_event event)
{
    if (entry->state != to)
        log_info("outbox", "outbox=%" G_GINT64_FORMAT " event_id=%s sink=%s %s→%s by=%s", entry->id,
                 entry->event_id, entry->sink, outbox_state_name(entry->state),
                 outbox_state_name(to), outbox_event_name(event));
}

static bool refuse_step(const struct outbox_entry *entry, enum outbox_event event, GError **error)
{
    log_warn("outbox", "outbox=%" G_GINT64_FORMAT " state=%s refused=%s", entry->id,
             outbox_state_name(entry->state), outbox_event_name(event));
    g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
                "outbox entry %" G_GINT64_FORMAT " is %s, which allows no further step", entry->id,
                outbox_state_name(entry->state));
    return false;
}

/* Within a transaction. */
static bool retry_one(struct store *store, int64_t id, int64_t now, GError **error)
{
    struct outbox_entry *entry = store_outbox_find(store, id, error);
    if (entry == NULL)
        return false;
    enum outbox_state to;
    bool done = outbox_advance(entry->state, OUTBOX_RETRIED, &to)
                    ? sql_run_one(store, error,
                                  "UPDATE outbox SET state = ?2, tries = 0, next_at = ?3,"
                                  " give_up_at = ?4 WHERE id = ?1 AND state = ?5",
                                  "itiit", id, outbox_state_name(to), now, now + OUTBOX_GIVE_UP_MS,
                                  outbox_state_name(entry->state)) &&
                          store_sink_enable(store, entry->sink, error)
                    : refuse_step(entry, OUTBOX_RETRIED, error);
    if (done)
        log_step(entry, to, OUTBOX_RETRIED);
    outbox_entry_free(entry);
    return done;
}

bool store_outbox_retry(struct store *store, int64_t id, int64_t now, GError **error)
{
    if (!store_begin(store, error))
        return false;
    if (retry_one(store, id, now, error))
        return store_commit(store, error);
    store_rollback(store);
    return false;
}

/* The ids of what is not delivered; NULL for a fault. */
static GArray *undelivered(struct store *store, const char *sink, GError **error)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    sqlite3_stmt *statement = sql_bind(store,
                                       "SELECT id FROM outbox WHERE state <> 'delivered'"
                                       " AND (?1 IS NULL OR sink = ?1) ORDER BY id",
                                       "t", sink);
    int row;
    while ((row = sql_step(statement, error)) == 1) {
        int64_t id = sqlite3_column_int64(statement, 0);
        g_array_append_val(ids, id);
    }
    return row == 0 ? g_steal_pointer(&ids) : NULL;
}

bool store_outbox_retry_all(struct store *store, const char *sink, int64_t now, unsigned *retcount,
                            GError **error)
{
    if (!store_begin(store, error))
        return false;
    g_autoptr(GArray) ids = undelivered(store, sink, error);
    bool done = ids != NULL;
    for (guint i = 0; done && i < ids->len; i++)
        done = retry_one(store, g_array_index(ids, int64_t, i), now, error);
    if (!done) {
        store_rollback(store);
        return false;
    }
    if (!store_commit(store, error))
        return false;
    *retcount = ids->len;
    return true;
}

static void free_waiting(gpointer data)
{
    struct outbox_waiting *waiting = data;
    g_free(waiting->sink);
    g_free(waiting);
}

GPtrArray *store_outbox_waiting(struct store *store, GError **error)
{
    sqlite3_stmt *statement = sql_bind(store,
                                       "SELECT sink, count(*), min(give_up_at) FROM outbox"
                                       " WHERE state = 'waiting' GROUP BY sink ORDER BY sink",
                                       "");
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(free_waiting);
    int row;
    while ((row = sql_step(statement, error)) == 1) {
        struct outbox_waiting *waiting = g_new0(struct outbox_waiting, 1);
        waiting->sink = sql_text(statement, 0);
        waiting->count = sqlite3_column_int64(statement, 1);
        waiting->give_up_at = sqlite3_column_int64(statement, 2);
        g_ptr_array_add(list, waiting);
    }
    return row == 0 ? g_steal_pointer(&list) : NULL;
}

struct outbox_entry *store_outbox_overdue(struct store *store, const char *sink, int64_t now,
                                          GError **error)
{
    bool fault;
    return read_one(sql_bind(store,
                             ENTRY ", body FROM outbox WHERE sink = ?1 AND state = 'waiting'"
                                   " AND give_up_at <= ?2 ORDER BY id LIMIT 1",
                             "ti", sink, now),
                    &fault, error);
}

struct outbox_entry *store_outbox_due(struct store *store, const char *sink, int64_t now,
                                      GError **error)
{
    bool fault;
    return read_one(sql_bind(store,
                             ENTRY ", body FROM outbox WHERE sink = ?1 AND state = 'waiting'"
                                   " AND (next_at <= ?2 OR next_at > ?3) ORDER BY id LIMIT 1",
                             "tii", sink, now, now + OUTBOX_WAIT_MAX_MS),
                    &fault, error);
}

bool store_outbox_next(struct store *store, const char *sink, int64_t *retat, GError **error)
{
    return sql_integer(store, 0, retat, error,
                       "SELECT min(next_at) FROM outbox WHERE sink = ?1 AND state = 'waiting'", "t",
                       sink);
}

bool store_outbox_settle(struct store *store, const struct outbox_entry *entry,
                         enum outbox_event event, const struct outbox_attempt *attempt,
                         int64_t next_at, GError **error)
{
    enum outbox_state to;
    if (!outbox_advance(entry->state, event, &to))
        return refuse_step(entry, event, error);
    bool delivered = to == OUTBOX_DELIVERED;
    bool done =
        sql_run_one(store, error,
                    "UPDATE outbox SET state = ?2, attempts = attempts + 1,"
                    " tries = tries + 1, next_at = ?3, delivered_at = ?4"
                    " WHERE id = ?1 AND state = ?5",
                    "itiot", entry->id, outbox_state_name(to), next_at,
                    delivered ? attempt->at : INT64_C(0), outbox_state_name(entry->state)) &&
        sql_run(store, error,
                "INSERT INTO outbox_attempt (outbox_id, at, status, error, took_ms)"
                " VALUES (?1, ?2, ?3, ?4, ?5)",
                "iiiti", entry->id, attempt->at, (int64_t)attempt->status, attempt->error,
                attempt->took_ms);
    if (done)
        log_step(entry, to, event);
    return done;
}
