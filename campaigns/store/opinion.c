// SPDX-License-Identifier: GPL-2.0-or-later
/* Owns the tables `opinion` and `opinion_event`, as far as they are written. The number is counted
 * within the campaign and told to the author. */
#include "campaigns/store/opinion.h"

#include "campaigns/store/sql.h"

void opinion_row_clear(struct opinion_row *row)
{
    g_free(row->text);
    g_free(row->topic);
    g_free(row->topic_by);
    g_free(row->office);
    g_free(row->answer);
    g_free(row->confirmed);
    *row = (struct opinion_row){0};
}

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

bool store_opinion_insert(struct store *store, struct opinion_row *row, GError **error)
{
    int64_t number = 0;
    if (!sql_integer(store, 1, &number, error,
                     "SELECT max(number) + 1 FROM opinion WHERE campaign_id = ?1", "i",
                     row->campaign_id) ||
        !sql_run(store, error,
                 "INSERT INTO opinion (campaign_id, number, contact_id, reply_id, text, state,"
                 " received_at, state_at, topic, topic_by, unit_id, office, restricted, due_at)"
                 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
                 "iiiittittotio", row->campaign_id, number, row->contact_id, row->reply_id,
                 row->text, opinion_state_name(row->state), row->received_at, or_empty(row->topic),
                 or_empty(row->topic_by), row->unit_id, or_empty(row->office),
                 (int64_t)row->restricted, row->due_at))
        return false;
    row->id = sql_last_id(store);
    row->number = number;
    row->state_at = row->received_at;
    return true;
}

bool store_opinion_read(struct store *store, int64_t id, struct opinion_row *retrow, GError **error)
{
    sqlite3_stmt *statement = sql_bind(
        store,
        "SELECT id, campaign_id, number, contact_id, reply_id, unit_id, text, state, topic,"
        " topic_by, office, restricted, received_at, due_at, state_at, answered_at, answer,"
        " confirmed FROM opinion WHERE id = ?1",
        "i", id);
    int step = sql_step(statement, error);
    if (step == 0)
        g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
                    "there is no opinion %" G_GINT64_FORMAT, id);
    if (step != 1)
        return false;
    struct opinion_row row = {
        .id = sqlite3_column_int64(statement, 0),
        .campaign_id = sqlite3_column_int64(statement, 1),
        .number = sqlite3_column_int64(statement, 2),
        .contact_id = sqlite3_column_int64(statement, 3),
        .reply_id = sqlite3_column_int64(statement, 4),
        .unit_id = sqlite3_column_int64(statement, 5),
        .text = sql_text(statement, 6),
        .topic = sql_text(statement, 8),
        .topic_by = sql_text(statement, 9),
        .office = sql_text(statement, 10),
        .restricted = sqlite3_column_int(statement, 11) != 0,
        .received_at = sqlite3_column_int64(statement, 12),
        .due_at = sqlite3_column_int64(statement, 13),
        .state_at = sqlite3_column_int64(statement, 14),
        .answered_at = sqlite3_column_int64(statement, 15),
        .answer = sql_text(statement, 16),
        .confirmed = sql_text(statement, 17),
    };
    bool known =
        opinion_state_from_name((const char *)sqlite3_column_text(statement, 7), &row.state);
    g_assert(known); /* the schema checks it */
    sqlite3_reset(statement);
    *retrow = row;
    return true;
}

bool store_opinion_write(struct store *store, const struct opinion_row *row,
                         enum opinion_state from, GError **error)
{
    return sql_run_one(store, error,
                       "UPDATE opinion SET state = ?2, state_at = ?3, topic = ?4, topic_by = ?5,"
                       " office = ?6, restricted = ?7, due_at = ?8, answer = ?9, answered_at = ?10,"
                       " confirmed = ?11 WHERE id = ?1 AND state = ?12",
                       "ititttiotott", row->id, opinion_state_name(row->state), row->state_at,
                       row->topic, row->topic_by, row->office, (int64_t)row->restricted,
                       row->due_at, row->answer, row->answered_at, row->confirmed,
                       opinion_state_name(from));
}

bool store_opinion_log(struct store *store, int64_t id, const struct opinion_event_row *event,
                       int64_t *retsequence, GError **error)
{
    return sql_run(
               store, error,
               "INSERT INTO opinion_event (opinion_id, at, by_whom, event, from_state, to_state,"
               " detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
               "iittttt", id, event->at, event->by, event->event, event->from, event->to,
               or_empty(event->detail)) &&
           sql_integer(store, 0, retsequence, error,
                       "SELECT count(*) FROM opinion_event WHERE opinion_id = ?1", "i", id);
}

static void free_event(gpointer data)
{
    struct opinion_event_row *event = data;
    g_free(event->by);
    g_free(event->event);
    g_free(event->from);
    g_free(event->to);
    g_free(event->detail);
    g_free(event);
}

bool store_opinion_events(struct store *store, int64_t id, GPtrArray *events, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT at, by_whom, event, from_state, to_state, detail FROM opinion_event"
                 " WHERE opinion_id = ?1 ORDER BY id",
                 "i", id);
    g_ptr_array_set_free_func(events, free_event);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        struct opinion_event_row *event = g_new0(struct opinion_event_row, 1);
        event->at = sqlite3_column_int64(statement, 0);
        event->by = sql_text(statement, 1);
        event->event = sql_text(statement, 2);
        event->from = sql_text(statement, 3);
        event->to = sql_text(statement, 4);
        event->detail = sql_text(statement, 5);
        g_ptr_array_add(events, event);
    }
    return step == 0;
}

static bool is_true(struct store *store, bool *retvalue, GError **error, const char *sql,
                    int64_t id)
{
    int64_t found = 0;
    if (!sql_integer(store, 0, &found, error, sql, "i", id))
        return false;
    *retvalue = found != 0;
    return true;
}

bool store_opinion_forwarded(struct store *store, int64_t id, bool *retforwarded, GError **error)
{
    return is_true(store, retforwarded, error,
                   "SELECT EXISTS (SELECT 1 FROM opinion_event WHERE opinion_id = ?1"
                   " AND event = 'forward')",
                   id);
}

bool store_opinion_modem(struct store *store, int64_t reply_id, char **retmodem, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store, "SELECT modem FROM reply WHERE id = ?1 AND modem <> ''", "i", reply_id);
    int step = sql_step(statement, error);
    *retmodem = step == 1 ? sql_text(statement, 0) : NULL;
    if (step == 1)
        sqlite3_reset(statement);
    return step >= 0;
}

bool store_opinion_link(struct store *store, int64_t message_id, int64_t opinion_id, GError **error)
{
    return sql_run_one(store, error, "UPDATE message SET opinion_id = ?2 WHERE id = ?1", "ii",
                       message_id, opinion_id);
}

bool store_opinion_answering(struct store *store, int64_t opinion_id, const char *text,
                             char **retstate, GError **error)
{
    sqlite3_stmt *statement = sql_bind(store,
                                       "SELECT state FROM message WHERE opinion_id = ?1"
                                       " AND (state IN ('queued', 'leased', 'unsure')"
                                       "      OR (state IN ('sent', 'delivered') AND text = ?2))"
                                       " ORDER BY id DESC LIMIT 1",
                                       "it", opinion_id, text);
    int step = sql_step(statement, error);
    if (step < 0)
        return false;
    *retstate = step == 1 ? sql_text(statement, 0) : NULL;
    sqlite3_reset(statement);
    return true;
}

bool store_opinion_asked(struct store *store, int64_t contact_id, const char *modem,
                         struct opinion_asked *retasked, GError **error)
{
    sqlite3_stmt *statement = sql_bind(
        store,
        "SELECT o.id, o.campaign_id, last.at, CASE WHEN o.confirmed = 'asked' THEN 0 ELSE "
        "o.state_at END"
        " FROM (SELECT m.opinion_id,"
        "  coalesce((SELECT max(p.sent_at) FROM part p WHERE p.message_id = m.id), m.state_at) AS "
        "at"
        /* Most were never asked: they cost one look. */
        "  FROM message m WHERE EXISTS (SELECT 1 FROM opinion asked INDEXED BY opinion_confirmed"
        "   WHERE asked.contact_id = ?1 AND asked.confirmed <> '')"
        "  AND m.contact_id = ?1 AND m.modem = ?2"
        "  AND m.state IN ('sent', 'delivered', 'undelivered', 'unsure')"
        "  ORDER BY at DESC, m.id DESC LIMIT 1) AS last JOIN opinion o ON o.id = last.opinion_id"
        " WHERE (o.confirmed IN ('yes', 'no') OR (o.state = 'answered' AND o.confirmed = 'asked'))"
        " AND o.contact_id = ?1",
        "it", contact_id, modem);
    struct opinion_asked asked = {0};
    int step = sql_step(statement, error);
    if (step < 0)
        return false;
    if (step == 1) {
        asked.opinion_id = sqlite3_column_int64(statement, 0);
        asked.campaign_id = sqlite3_column_int64(statement, 1);
        asked.sent_at = sqlite3_column_int64(statement, 2);
        asked.confirmed_at = sqlite3_column_int64(statement, 3);
        sqlite3_reset(statement);
    }
    *retasked = asked;
    return true;
}
