// SPDX-License-Identifier: GPL-2.0-or-later
/* A slice reads the ids of the next rows through an index and overwrites what they say. The place
 * it has come to is the caller's for a campaign; for what belongs to none it is kept in `gateway`,
 * because those tables are read only once in their life. */
#include "campaigns/store/retention.h"

#include "campaigns/store/campaign.h"
#include "campaigns/store/erase.h"
#include "campaigns/store/erased.h"
#include "campaigns/store/sql.h"

void retention_row_free(struct retention_row *row)
{
    if (row == NULL)
        return;
    g_free(row->code);
    g_free(row->title);
    g_free(row);
}

void retention_cursor_clear(struct retention_cursor *cursor)
{
    g_free(cursor->outcome);
    *cursor = (struct retention_cursor){0};
}

#define ROW                                                                                        \
    "SELECT c.id, c.code, c.title, c.state, c.state_at, c.retention_months, "                      \
    "(SELECT count(*) FROM opinion o WHERE o.campaign_id = c.id "                                  \
    "AND o.state NOT IN ('answered', 'closed')), coalesce(c.erased_at, 0) FROM campaign c "
/* The shortest months there are; the calendar decides. */
#define MONTH_MS "2419200000"

static GPtrArray *read_rows(sqlite3_stmt *statement, GError **error)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)retention_row_free);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        struct retention_row *row = g_new0(struct retention_row, 1);
        row->id = sqlite3_column_int64(statement, 0);
        row->code = sql_text(statement, 1);
        row->title = sql_text(statement, 2);
        campaign_state_from_name((const char *)sqlite3_column_text(statement, 3), &row->state);
        bool ended = row->state == CAMPAIGN_FINISHED || row->state == CAMPAIGN_CANCELLED;
        row->ended_at = ended ? sqlite3_column_int64(statement, 4) : 0;
        row->months = sqlite3_column_int64(statement, 5);
        row->open_opinions = sqlite3_column_int64(statement, 6);
        row->erased_at = sqlite3_column_int64(statement, 7);
        g_ptr_array_add(rows, row);
    }
    if (step == 0)
        return rows;
    g_ptr_array_unref(rows);
    return NULL;
}

GPtrArray *store_retention_due(struct store *store, int64_t now, GError **error)
{
    return read_rows(sql_bind(store,
                              ROW "INDEXED BY campaign_retention "
                                  "WHERE c.erased_at IS NULL AND c.retention_months > 0 "
                                  "AND c.state IN ('finished', 'cancelled') "
                                  "AND c.state_at + c.retention_months * " MONTH_MS " <= ?1"
                                  " ORDER BY c.state_at, c.id",
                              "i", now),
                     error);
}

GPtrArray *store_retention_list(struct store *store, int64_t after, unsigned limit, GError **error)
{
    return read_rows(
        sql_bind(store, ROW "WHERE c.retention_months > 0 AND c.id > ?1 ORDER BY c.id LIMIT ?2",
                 "ii", after, (int64_t)limit),
        error);
}

/* ---- slices ---- */

/* Ids of the first column as a JSON array; NULL is a fault. */
static char *read_ids(sqlite3_stmt *statement, int64_t *retlast, unsigned *retcount, GError **error)
{
    GString *ids = g_string_new("[");
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        *retlast = sqlite3_column_int64(statement, 0);
        g_string_append_printf(ids, "%s%" G_GINT64_FORMAT, (*retcount)++ == 0 ? "" : ",", *retlast);
    }
    g_string_append_c(ids, ']');
    return g_string_free(ids, step < 0);
}

#define CHOSEN "(SELECT value FROM json_each(?1))"
#define ONWARD "ORDER BY 1 LIMIT ?3"

static bool wipe_reports(struct store *store, const char *ids, const char *worded, GError **error)
{
    (void)worded;
    return sql_run(store, error,
                   "UPDATE report SET number = '#' || id WHERE number NOT LIKE '#%' "
                   "AND message_id IN " CHOSEN,
                   "t", ids) &&
           sql_run(store, error, "UPDATE message SET text = '' WHERE text <> '' AND id IN " CHOSEN,
                   "t", ids);
}

static bool wipe_replies(struct store *store, const char *ids, const char *worded, GError **error)
{
    (void)worded;
    return sql_run(store, error,
                   "UPDATE incoming SET text = '', sender = '', fingerprint = '' "
                   "WHERE sender <> '' AND reply_id IN " CHOSEN,
                   "t", ids) &&
           sql_run(store, error,
                   "UPDATE reply SET text = '', sender = '', normalised = '' "
                   "WHERE sender <> '' AND id IN " CHOSEN,
                   "t", ids);
}

static bool wipe_answers(struct store *store, const char *ids, const char *worded, GError **error)
{
    return sql_run(store, error,
                   "UPDATE answer SET code = '" ERASED_TEXT "', said = CASE WHEN said IS NULL "
                   "OR said = '' THEN said ELSE '" ERASED_TEXT "' END WHERE code <> '' "
                   "AND id IN " CHOSEN " AND question IN (SELECT value FROM json_each(?2))",
                   "tt", ids, worded) &&
           sql_run(store, error,
                   "UPDATE answer SET reason = '' WHERE reason <> '' AND id IN " CHOSEN, "t", ids);
}

static bool wipe_opinions(struct store *store, const char *ids, const char *worded, GError **error)
{
    (void)worded;
    return sql_run(
               store, error,
               "UPDATE outbox SET body = json_remove(json_set(body, '$.data.text', '" ERASED_TEXT
               "', '$.data.answer', NULL), '$.data.sender') WHERE type = 'loa.opinion.v1' "
               "AND json_extract(body, '$.subject') IN (SELECT c.code || '/' || o.number "
               "FROM opinion o JOIN campaign c ON c.id = o.campaign_id WHERE o.id IN " CHOSEN ")",
               "t", ids) &&
           sql_run(
               store, error,
               "UPDATE opinion_event SET detail = '' WHERE detail <> '' AND opinion_id IN " CHOSEN,
               "t", ids) &&
           sql_run(store, error,
                   "UPDATE opinion SET text = '" ERASED_TEXT "', answer = CASE answer WHEN '' "
                   "THEN '' ELSE '" ERASED_TEXT "' END WHERE id IN " CHOSEN,
                   "t", ids);
}

static bool wipe_sessions(struct store *store, const char *ids, const char *worded, GError **error)
{
    (void)worded;
    return sql_run(store, error,
                   "UPDATE ussd_session SET " ERASED_SESSION " WHERE phone <> '' AND id IN " CHOSEN,
                   "t", ids);
}

/* Numbers that nobody has any more and no other campaign knows. */
static bool wipe_numbers(struct store *store, const char *ids, int64_t now, GError **error)
{
    g_autoptr(GPtrArray) phones = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GArray) contacts = g_array_new(FALSE, FALSE, sizeof(int64_t));
    sqlite3_stmt *statement = sql_bind(
        store,
        "SELECT t.id, t.phone FROM contact t WHERE t.id IN " CHOSEN
        " AND t.phone NOT LIKE '" ERASED_PHONE "%' "
        "AND NOT EXISTS (SELECT 1 FROM person p WHERE p.contact_id = t.id) "
        "AND NOT EXISTS (SELECT 1 FROM message m WHERE m.contact_id = t.id AND m.text <> '')",
        "t", ids);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        int64_t id = sqlite3_column_int64(statement, 0);
        g_array_append_val(contacts, id);
        g_ptr_array_add(phones, sql_text(statement, 1));
    }
    for (unsigned i = 0; step == 0 && i < contacts->len; i++)
        if (!store_erase_number(store, g_array_index(contacts, int64_t, i), phones->pdata[i], now,
                                error))
            return false;
    return step == 0;
}

static bool slice_replies(struct store *store, struct retention_cursor *cursor, unsigned *retcount,
                          GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT id, outcome FROM reply INDEXED BY reply_campaign WHERE campaign_id = ?1 "
                 "AND (outcome, id) > (?2, ?3) ORDER BY outcome, id LIMIT ?4",
                 "itii", cursor->campaign_id, cursor->outcome == NULL ? "" : cursor->outcome,
                 cursor->id, (int64_t)RETENTION_SLICE);
    g_autoptr(GString) ids = g_string_new("[");
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        cursor->id = sqlite3_column_int64(statement, 0);
        g_free(cursor->outcome);
        cursor->outcome = sql_text(statement, 1);
        g_string_append_printf(ids, "%s%" G_GINT64_FORMAT, (*retcount)++ == 0 ? "" : ",",
                               cursor->id);
    }
    g_string_append_c(ids, ']');
    return step == 0 && wipe_replies(store, ids->str, NULL, error);
}

static bool slice_numbers(struct store *store, struct retention_cursor *cursor, int64_t now,
                          unsigned *retcount, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT person_id, contact_id FROM campaign_audience WHERE campaign_id = ?1 "
                 "AND person_id > ?2 ORDER BY person_id LIMIT ?3",
                 "iii", cursor->campaign_id, cursor->id, (int64_t)RETENTION_SLICE);
    g_autoptr(GString) ids = g_string_new("[0");
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        cursor->id = sqlite3_column_int64(statement, 0);
        (*retcount)++;
        g_string_append_printf(ids, ",%" G_GINT64_FORMAT,
                               (int64_t)sqlite3_column_int64(statement, 1));
    }
    g_string_append_c(ids, ']');
    return step == 0 && wipe_numbers(store, ids->str, now, error);
}

static const struct {
    const char *choose;
    bool (*wipe)(struct store *, const char *, const char *, GError **);
} steps[] = {
    {"SELECT id FROM message INDEXED BY message_listed WHERE campaign_id = ?1 AND id > ?2 " ONWARD,
     wipe_reports},
    {"SELECT id FROM answer INDEXED BY answer_campaign WHERE campaign_id = ?1 AND id > ?2 " ONWARD,
     wipe_answers},
    {"SELECT id FROM opinion WHERE campaign_id = ?1 AND id > ?2 " ONWARD, wipe_opinions},
    {"SELECT id FROM ussd_session WHERE campaign_id = ?1 AND id > ?2 " ONWARD, wipe_sessions},
};
/* Behind the table: replies by outcome, then numbers by the audience. */
enum { STEP_REPLIES = G_N_ELEMENTS(steps), STEP_NUMBERS, STEP_DONE };

static bool slice_table(struct store *store, struct retention_cursor *cursor, const char *worded,
                        unsigned *retcount, GError **error)
{
    g_autofree char *ids =
        read_ids(sql_bind(store, steps[cursor->step].choose, "iii", cursor->campaign_id, cursor->id,
                          (int64_t)RETENTION_SLICE),
                 &cursor->id, retcount, error);
    return ids != NULL && steps[cursor->step].wipe(store, ids, worded, error);
}

bool store_retention_slice(struct store *store, struct retention_cursor *cursor, const char *worded,
                           int64_t now, bool *retmore, GError **error)
{
    unsigned count = 0;
    bool done = true;
    if (cursor->step < STEP_REPLIES)
        done = slice_table(store, cursor, worded, &count, error);
    else if (cursor->step == STEP_REPLIES)
        done = slice_replies(store, cursor, &count, error);
    else if (cursor->step == STEP_NUMBERS)
        done = slice_numbers(store, cursor, now, &count, error);
    if (done && count < RETENTION_SLICE) {
        cursor->step++;
        cursor->id = 0;
        g_clear_pointer(&cursor->outcome, g_free);
    }
    *retmore = cursor->step < STEP_DONE;
    return done;
}

bool store_retention_done(struct store *store, const struct retention_row *row, int64_t now,
                          GError **error)
{
    g_autofree char *reason = g_strdup_printf(
        "numbers and texts, %" G_GINT64_FORMAT " months after its end; figures stay", row->months);
    struct campaign_event_row told = {.at = now,
                                      .by = (char *)"clock",
                                      .event = (char *)"erase",
                                      .from = (char *)campaign_state_name(row->state),
                                      .to = (char *)campaign_state_name(row->state),
                                      .reason = reason};
    return sql_run_one(store, error,
                       "UPDATE campaign SET erased_at = ?2 WHERE id = ?1 AND erased_at IS NULL",
                       "ii", row->id, now) &&
           store_campaign_log(store, row->id, &told, error);
}

/* ---- what belongs to no campaign ---- */

/* The next rows in the order in which they were written, up to the first that is too young. */
static char *next_old(struct store *store, const char *place, const char *sql, int64_t before,
                      unsigned *retcount, GError **error)
{
    int64_t last = 0;
    if (!sql_integer(store, 0, &last, error,
                     "SELECT CAST(value AS INTEGER) FROM gateway WHERE name = ?1", "t", place))
        return NULL;
    sqlite3_stmt *statement = sql_bind(store, sql, "ii", last, (int64_t)RETENTION_SLICE);
    GString *ids = g_string_new("[");
    int step = 0;
    bool old = true;
    while (old && (step = sql_step(statement, error)) == 1) {
        old = sqlite3_column_int64(statement, 1) < before;
        if (!old)
            break;
        last = sqlite3_column_int64(statement, 0);
        g_string_append_printf(ids, "%s%" G_GINT64_FORMAT, (*retcount)++ == 0 ? "" : ",", last);
    }
    sqlite3_reset(statement);
    g_string_append_c(ids, ']');
    g_autofree char *value = g_strdup_printf("%" G_GINT64_FORMAT, last);
    bool kept = step >= 0 && (*retcount == 0 ||
                              sql_run(store, error,
                                      "INSERT INTO gateway (name, value) VALUES (?1, ?2) "
                                      "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                                      "tt", place, value));
    return g_string_free(ids, !kept);
}

#define STRAY                                                                                      \
    "(SELECT r.id FROM json_each(?1) chosen JOIN reply r ON r.id = chosen.value "                  \
    "LEFT JOIN campaign c ON c.id = r.campaign_id "                                                \
    "WHERE r.campaign_id IS NULL OR c.erased_at IS NOT NULL)"

bool store_retention_strays(struct store *store, int64_t before, bool *retmore, GError **error)
{
    unsigned count = 0;
    g_autofree char *ids =
        next_old(store, "retention-replies",
                 "SELECT id, received_at FROM reply WHERE id > ?1 ORDER BY id LIMIT ?2", before,
                 &count, error);
    *retmore = count == RETENTION_SLICE;
    return ids != NULL &&
           (count == 0 || (sql_run(store, error,
                                   "UPDATE incoming SET text = '', sender = '', fingerprint = '' "
                                   "WHERE reply_id IN " STRAY,
                                   "t", ids) &&
                           sql_run(store, error,
                                   "UPDATE reply SET text = '', sender = '', normalised = '' "
                                   "WHERE sender <> '' AND id IN " STRAY,
                                   "t", ids)));
}

bool store_retention_alarms(struct store *store, int64_t before, bool *retmore, GError **error)
{
    unsigned count = 0;
    g_autofree char *ids = next_old(store, "retention-alarms",
                                    "SELECT id, created_at FROM message INDEXED BY message_listed "
                                    "WHERE campaign_id IS NULL AND id > ?1 ORDER BY id LIMIT ?2",
                                    before, &count, error);
    *retmore = count == RETENTION_SLICE;
    return ids != NULL && (count == 0 || wipe_reports(store, ids, NULL, error));
}

bool store_retention_reports(struct store *store, int64_t before, bool *retmore, GError **error)
{
    if (!sql_run(store, error,
                 "DELETE FROM report WHERE id IN (SELECT id FROM report WHERE message_id IS NULL "
                 "AND received_at < ?1 LIMIT ?2)",
                 "ii", before, (int64_t)RETENTION_SLICE))
        return false;
    *retmore = sql_changes(store) == RETENTION_SLICE;
    return true;
}

bool store_retention_quarantine(struct store *store, int64_t before, bool *retmore, GError **error)
{
    if (!sql_run(store, error,
                 "DELETE FROM quarantine WHERE id IN (SELECT id FROM quarantine "
                 "WHERE settled_at < ?1 LIMIT ?2)",
                 "ii", before, (int64_t)RETENTION_SLICE))
        return false;
    *retmore = sql_changes(store) == RETENTION_SLICE;
    return true;
}

bool store_retention_dialogues(struct store *store, int64_t before, bool *retmore, GError **error)
{
    if (!sql_run(store, error,
                 "DELETE FROM ussd_dialogue WHERE id IN (SELECT id FROM ussd_dialogue "
                 "WHERE created_at < ?1 AND state NOT IN ('idle', 'asked', 'menu-open') "
                 "ORDER BY id LIMIT ?2)",
                 "ii", before, (int64_t)RETENTION_SLICE))
        return false;
    *retmore = sql_changes(store) == RETENTION_SLICE;
    return true;
}

/* What was read of them stays beside the SIM. */
bool store_retention_readings(struct store *store, int64_t before, bool *retmore, GError **error)
{
    if (!sql_run(store, error,
                 "DELETE FROM sim_reading WHERE id IN (SELECT id FROM sim_reading "
                 "WHERE at < ?1 ORDER BY id LIMIT ?2)",
                 "ii", before, (int64_t)RETENTION_SLICE))
        return false;
    *retmore = sql_changes(store) == RETENTION_SLICE;
    return true;
}

/* Nothing was answered in those. */
bool store_retention_sessions(struct store *store, int64_t before, bool *retmore, GError **error)
{
    if (!sql_run(store, error,
                 "DELETE FROM ussd_session WHERE id IN (SELECT id FROM ussd_session "
                 "INDEXED BY ussd_session_stray "
                 "WHERE campaign_id IS NULL AND heard_at < ?1 LIMIT ?2)",
                 "ii", before, (int64_t)RETENTION_SLICE))
        return false;
    *retmore = sql_changes(store) == RETENTION_SLICE;
    return true;
}

bool store_retention_checkpoint(struct store *store, GError **error)
{
    int64_t busy = 0;
    return sql_integer(store, 0, &busy, error, "PRAGMA wal_checkpoint(PASSIVE)", "");
}
