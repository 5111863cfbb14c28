// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows of replies, and the question which campaign a reply may belong to. */
#include "campaigns/store/reply.h"

#include "campaigns/store/sql.h"
#include "campaigns/store/withheld.h"

#define SELECT_REPLY                                                                               \
    "SELECT r.id, r.modem, r.sender, r.contact_id, r.campaign_id, r.text, r.sent_at, "             \
    "r.received_at, r.outcome, r.rule, r.normalised, r.settled_at, r.settled_by, c.code, "         \
    "(SELECT p.name FROM person p WHERE p.contact_id = r.contact_id "                              \
    "ORDER BY p.head DESC, p.id LIMIT 1), "                                                        \
    "(SELECT u.name FROM person p JOIN unit u ON u.id = p.unit_id "                                \
    "WHERE p.contact_id = r.contact_id ORDER BY p.head DESC, p.id LIMIT 1), "                      \
    "(SELECT CASE count(*) WHEN 1 THEN max(a.code) "                                               \
    "ELSE group_concat(a.question || '=' || a.code, '; ') END FROM answer a "                      \
    "WHERE a.reply_id = r.id AND a.superseded_by IS NULL AND a.code <> '' "                        \
    "AND a.person_id IS NULL), "                                                                   \
    "r.look, " WITHHELD_REPLY ", r.session_id "                                                    \
    "FROM reply r LEFT JOIN campaign c ON c.id = r.campaign_id "

void reply_row_free(struct reply_row *row)
{
    if (row == NULL)
        return;
    g_free(row->modem);
    g_free(row->sender);
    g_free(row->text);
    g_free(row->outcome);
    g_free(row->rule);
    g_free(row->normalised);
    g_free(row->settled_by);
    g_free(row->campaign_code);
    g_free(row->person_name);
    g_free(row->unit_name);
    g_free(row->answer);
    g_free(row->look);
    g_free(row->withheld);
    g_free(row);
}

static struct reply_row *read_row(sqlite3_stmt *statement)
{
    struct reply_row *row = g_new0(struct reply_row, 1);
    row->id = sqlite3_column_int64(statement, 0);
    row->modem = sql_text(statement, 1);
    row->sender = sql_text(statement, 2);
    row->contact_id = sqlite3_column_int64(statement, 3);
    row->campaign_id = sqlite3_column_int64(statement, 4);
    row->text = sql_text(statement, 5);
    row->sent_at = sqlite3_column_int64(statement, 6);
    row->received_at = sqlite3_column_int64(statement, 7);
    row->outcome = sql_text(statement, 8);
    row->rule = sql_text(statement, 9);
    row->normalised = sql_text(statement, 10);
    row->settled_at = sqlite3_column_int64(statement, 11);
    row->settled_by = sql_text(statement, 12);
    row->campaign_code = sql_text(statement, 13);
    row->person_name = sql_text(statement, 14);
    row->unit_name = sql_text(statement, 15);
    row->answer = sql_text(statement, 16);
    row->look = sql_text(statement, 17);
    row->withheld = sql_text(statement, 18);
    row->session_id = sqlite3_column_int64(statement, 19);
    return row;
}

static GPtrArray *read_all(sqlite3_stmt *statement, GError **error)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)reply_row_free);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1)
        g_ptr_array_add(rows, read_row(statement));
    if (step == 0)
        return rows;
    g_ptr_array_unref(rows);
    return NULL;
}

/* Two partial indexes lead to the two kinds. */
#define WAITING(condition)                                                                         \
    "SELECT id FROM (SELECT id FROM reply WHERE " condition " AND settled_at IS NULL "             \
    "AND id > ?1 AND (?2 = 0 OR campaign_id = ?2) AND (?3 = 0 OR contact_id = ?3) "                \
    "ORDER BY id LIMIT ?4) "

GPtrArray *store_reply_inbox(struct store *store, const struct reply_filter *filter, GError **error)
{
    return read_all(
        sql_bind(store,
                 SELECT_REPLY
                 "WHERE r.id IN (" WAITING("outcome IN ('unclear', 'stranger')") "UNION " WAITING(
                     "look <> ''") ") ORDER BY r.id LIMIT ?4",
                 "iiii", filter->after, filter->campaign_id, filter->contact_id,
                 (int64_t)filter->limit),
        error);
}

GPtrArray *store_reply_list(struct store *store, const struct reply_filter *filter, GError **error)
{
    return read_all(sql_bind(store,
                             SELECT_REPLY "WHERE r.id > ?1 AND (?2 = 0 OR r.campaign_id = ?2) "
                                          "AND (?3 = 0 OR r.contact_id = ?3) "
                                          "ORDER BY r.id LIMIT ?4",
                             "iiii", filter->after, filter->campaign_id, filter->contact_id,
                             (int64_t)filter->limit),
                    error);
}

struct reply_row *store_reply_get(struct store *store, int64_t id, GError **error)
{
    sqlite3_stmt *statement = sql_bind(store, SELECT_REPLY "WHERE r.id = ?1", "i", id);
    int step = sql_step(statement, error);
    if (step == 1) {
        struct reply_row *row = read_row(statement);
        sqlite3_reset(statement);
        return row;
    }
    if (step == 0)
        g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
                    "there is no reply %" G_GINT64_FORMAT, id);
    return NULL;
}

bool store_reply_insert(struct store *store, const struct reply_row *row, int64_t *retid,
                        GError **error)
{
    if (!sql_run(store, error,
                 "INSERT INTO reply (modem, sender, contact_id, campaign_id, text, sent_at, "
                 "received_at, outcome, rule, normalised, look, question, shut, session_id) "
                 "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
                 "ttootiitttttto", row->modem, row->sender, row->contact_id, row->campaign_id,
                 row->text, row->sent_at, row->received_at, row->outcome, row->rule,
                 row->normalised, row->look == NULL ? "" : row->look,
                 row->question == NULL ? "" : row->question, row->shut == NULL ? "" : row->shut,
                 row->session_id))
        return false;
    *retid = sql_last_id(store);
    return true;
}

bool store_reply_settle(struct store *store, int64_t id, const char *by, int64_t now,
                        GError **error)
{
    return sql_run_one(store, error,
                       "UPDATE reply SET settled_at = ?2, settled_by = ?3 WHERE id = ?1", "iit", id,
                       now, by);
}

void reply_past_clear(struct reply_past *past)
{
    g_free(past->text);
    g_free(past->question);
    *past = (struct reply_past){0};
}

static void clear_past(gpointer past)
{
    reply_past_clear(past);
}

GArray *store_reply_past(struct store *store, int64_t contact_id, int64_t from, int64_t to,
                         unsigned limit, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT text, question, campaign_id, sent_at, session_id IS NOT NULL FROM reply "
                 "WHERE contact_id = ?1 AND sent_at BETWEEN ?2 AND ?3 ORDER BY id DESC LIMIT ?4",
                 "iiii", contact_id, from, to, (int64_t)limit);
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct reply_past));
    g_array_set_clear_func(rows, clear_past);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        struct reply_past row = {
            .text = sql_text(statement, 0),
            .question = sql_text(statement, 1),
            .campaign_id = sqlite3_column_int64(statement, 2),
            .sent_at = sqlite3_column_int64(statement, 3),
            .by_menu = sqlite3_column_int(statement, 4) != 0,
        };
        g_array_append_val(rows, row);
    }
    if (step == 0)
        return rows;
    g_array_unref(rows);
    return NULL;
}

static void clear_asked(gpointer asked)
{
    g_free(((struct asked_row *)asked)->question);
}

GArray *store_reply_asked(struct store *store, int64_t contact_id, const char *modem,
                          GError **error)
{
    sqlite3_stmt *statement = sql_bind(
        store,
        "SELECT m.campaign_id, CASE WHEN m.state IN ('leased', 'sent', 'delivered', 'undelivered', "
        "'unsure') OR m.parts_sent > 0 OR m.attempts > 0 THEN coalesce((SELECT max(p.sent_at) "
        "FROM part p WHERE p.message_id = m.id), m.state_at) ELSE 0 END AS at, c.closes_at, "
        "c.state = 'cancelled', m.modem IS ?2 AND m.state <> 'queued' AS mine, m.asks "
        "FROM message m JOIN campaign c ON c.id = m.campaign_id "
        "WHERE m.contact_id = ?1 AND (m.purpose IN ('invitation', 'reminder') OR m.asks <> '') "
        "ORDER BY at > 0 DESC, mine DESC, at DESC, m.id DESC LIMIT 64",
        "it", contact_id, modem);
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct asked_row));
    g_array_set_clear_func(rows, clear_asked);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        struct asked_row row = {
            .campaign_id = sqlite3_column_int64(statement, 0),
            .sent_at = sqlite3_column_int64(statement, 1),
            .closes_at = sqlite3_column_int64(statement, 2),
            .cancelled = sqlite3_column_int(statement, 3) != 0,
            .by_modem = sqlite3_column_int(statement, 4) != 0,
            .question = sql_text(statement, 5),
        };
        g_array_append_val(rows, row);
    }
    if (step == 0)
        return rows;
    g_array_unref(rows);
    return NULL;
}
