// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows of menu sessions. Every request finds its session by (service, session), its contact by the
 * number, and its campaigns from the contact's persons: nothing here reads a whole table. */
#include "campaigns/store/session.h"

#include "campaigns/store/sql.h"

static const char *const state_names[SESSION_STATES] = {[SESSION_OPEN] = "open",
                                                        [SESSION_DONE] = "done",
                                                        [SESSION_LEFT] = "left",
                                                        [SESSION_REFUSED] = "refused"};

#define SESSION_COLUMNS                                                                            \
    "s.id, s.service, s.session, s.phone, coalesce(s.contact_id, 0), coalesce(s.campaign_id, 0), " \
    "s.state, s.path, s.place, s.page, s.started_at, s.heard_at"

enum { JOINED_COLUMNS = 14 };

const char *session_state_name(enum session_state state)
{
    return state_names[state];
}

static enum session_state read_state(const char *name)
{
    int state = 0;
    while (state + 1 < SESSION_STATES && !g_str_equal(name, state_names[state]))
        state++;
    return (enum session_state)state;
}

void session_row_clear(struct session_row *row)
{
    g_free(row->service);
    g_free(row->session);
    g_free(row->phone);
    g_free(row->path);
    g_free(row->place);
    g_free(row->page);
    g_free(row->campaign_code);
    *row = (struct session_row){0};
}

static void free_row(gpointer data)
{
    session_row_clear(data);
    g_free(data);
}

static struct session_row read_row(sqlite3_stmt *statement)
{
    struct session_row row = {
        .id = sqlite3_column_int64(statement, 0),
        .service = sql_text(statement, 1),
        .session = sql_text(statement, 2),
        .phone = sql_text(statement, 3),
        .contact_id = sqlite3_column_int64(statement, 4),
        .campaign_id = sqlite3_column_int64(statement, 5),
        .state = read_state((const char *)sqlite3_column_text(statement, 6)),
        .path = sql_text(statement, 7),
        .place = sql_text(statement, 8),
        .page = sql_text(statement, 9),
        .started_at = sqlite3_column_int64(statement, 10),
        .heard_at = sqlite3_column_int64(statement, 11),
    };
    if (sqlite3_column_count(statement) == JOINED_COLUMNS) {
        row.campaign_code = sql_text(statement, 12);
        row.answers = sqlite3_column_int64(statement, 13);
    }
    return row;
}

static bool read_one(sqlite3_stmt *statement, struct session_row *retrow, GError **error)
{
    int step = sql_step(statement, error);
    if (step < 0)
        return false;
    *retrow = (struct session_row){0};
    if (step == 1) {
        *retrow = read_row(statement);
        sqlite3_reset(statement);
    }
    return true;
}

bool store_session_find(struct store *store, const char *service, const char *session,
                        struct session_row *retrow, GError **error)
{
    return read_one(sql_bind(store,
                             "SELECT " SESSION_COLUMNS " FROM ussd_session s "
                             "WHERE s.service = ?1 AND s.session = ?2",
                             "tt", service, session),
                    retrow, error);
}

bool store_session_last(struct store *store, const char *service, int64_t contact_id, int64_t since,
                        struct session_row *retrow, GError **error)
{
    return read_one(sql_bind(store,
                             "SELECT " SESSION_COLUMNS " FROM ussd_session s "
                             "WHERE s.contact_id = ?1 AND s.heard_at >= ?2 AND s.service = ?3 "
                             "ORDER BY s.heard_at DESC, s.id DESC LIMIT 1",
                             "iit", contact_id, since, service),
                    retrow, error);
}

GArray *store_session_campaigns(struct store *store, int64_t contact_id, GError **error)
{
    /* The order is forced: the contact's few persons, the few campaigns that run, then the key of
     * the audience. */
    return sql_ids(sql_bind(store,
                            "SELECT DISTINCT c.id FROM person p CROSS JOIN campaign c "
                            "CROSS JOIN campaign_audience a ON a.campaign_id = c.id "
                            "AND a.person_id = p.id WHERE p.contact_id = ?1 "
                            "AND a.contact_id = ?1 AND c.state IN ('running', 'paused') "
                            "ORDER BY c.id",
                            "i", contact_id),
                   error);
}

bool store_session_overtaken(struct store *store, const struct session_row *row, bool *retovertaken,
                             GError **error)
{
    int64_t found = 0;
    if (!sql_integer(store, 0, &found, error,
                     "SELECT 1 FROM answer a LEFT JOIN reply r ON r.id = a.reply_id "
                     "WHERE a.contact_id = ?1 AND +a.campaign_id = ?2 AND a.recorded_at >= ?3 "
                     "AND r.session_id IS NOT ?4 LIMIT 1",
                     "iiii", row->contact_id, row->campaign_id, row->started_at, row->id))
        return false;
    *retovertaken = found != 0;
    return true;
}

#define SELECT_JOINED                                                                              \
    "SELECT " SESSION_COLUMNS                                                                      \
    ", c.code, (SELECT count(*) FROM reply r WHERE r.session_id = s.id) FROM ussd_session s "      \
    "LEFT JOIN campaign c ON c.id = s.campaign_id "

/* Of one campaign by its index, of all by their ids. */
static sqlite3_stmt *bind_list(struct store *store, const struct session_filter *filter)
{
    if (filter->campaign_id != 0)
        return sql_bind(store,
                        SELECT_JOINED "WHERE s.campaign_id = ?1 AND s.id > ?2 "
                                      "AND (?3 IS NULL OR s.service = ?3) ORDER BY s.id LIMIT ?4",
                        "iiti", filter->campaign_id, filter->after, filter->service,
                        (int64_t)filter->limit);
    return sql_bind(store,
                    SELECT_JOINED "WHERE s.id > ?1 AND (?2 IS NULL OR s.service = ?2) "
                                  "ORDER BY s.id LIMIT ?3",
                    "iti", filter->after, filter->service, (int64_t)filter->limit);
}

GPtrArray *store_session_list(struct store *store, const struct session_filter *filter,
                              GError **error)
{
    sqlite3_stmt *statement = bind_list(store, filter);
    GPtrArray *rows = g_ptr_array_new_with_free_func(free_row);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        struct session_row *row = g_new(struct session_row, 1);
        *row = read_row(statement);
        g_ptr_array_add(rows, row);
    }
    if (step == 0)
        return rows;
    g_ptr_array_unref(rows);
    return NULL;
}

bool store_session_insert(struct store *store, const struct session_row *row, int64_t *retid,
                          GError **error)
{
    if (!sql_run(store, error,
                 "INSERT INTO ussd_session (service, session, phone, contact_id, campaign_id, "
                 "state, path, place, page, started_at, heard_at) "
                 "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                 "tttoottttii", row->service, row->session, row->phone, row->contact_id,
                 row->campaign_id, state_names[row->state], row->path, row->place, row->page,
                 row->started_at, row->heard_at))
        return false;
    *retid = sql_last_id(store);
    return true;
}

bool store_session_update(struct store *store, const struct session_row *row, GError **error)
{
    return sql_run_one(store, error,
                       "UPDATE ussd_session SET contact_id = ?2, campaign_id = ?3, state = ?4, "
                       "path = ?5, place = ?6, page = ?7, heard_at = ?8 WHERE id = ?1",
                       "iootttti", row->id, row->contact_id, row->campaign_id,
                       state_names[row->state], row->path, row->place, row->page, row->heard_at);
}

bool store_session_unask(struct store *store, const struct session_row *row, const char *question,
                         int64_t now, GError **error)
{
    return sql_run(store, error,
                   "UPDATE message SET state = 'skipped', cause = 'answered', state_at = ?4 "
                   "WHERE contact_id = ?1 AND campaign_id = ?2 AND purpose = 'answer' "
                   "AND asks = ?3 AND state = 'queued' AND resends = 0",
                   "iiti", row->contact_id, row->campaign_id, question, now);
}

bool store_session_leave(struct store *store, const char *service, const char *session, int64_t now,
                         bool *retleft, GError **error)
{
    if (!sql_run(store, error,
                 "UPDATE ussd_session SET state = 'left', heard_at = max(heard_at, ?3) "
                 "WHERE service = ?1 AND session = ?2 AND state = 'open'",
                 "tti", service, session, now))
        return false;
    *retleft = sql_changes(store) > 0;
    return true;
}

bool store_session_expire(struct store *store, int64_t before, int64_t *retleft, GError **error)
{
    int64_t one = 0;
    *retleft = 0;
    if (!sql_integer(store, 0, &one, error,
                     "SELECT 1 FROM ussd_session WHERE state = 'open' AND heard_at < ?1 LIMIT 1",
                     "i", before))
        return false;
    if (one == 0)
        return true;
    if (!sql_run(store, error,
                 "UPDATE ussd_session SET state = 'left' WHERE state = 'open' AND heard_at < ?1",
                 "i", before))
        return false;
    *retleft = sql_changes(store);
    return true;
}
