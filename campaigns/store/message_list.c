// SPDX-License-Identifier: GPL-2.0-or-later
// Messages and their attempts as people and the API read them: one, a page, figures.
#include "campaigns/store/message_list.h"

#include "campaigns/store/message_row.h"
#include "campaigns/store/sql.h"

static struct message *read_row(sqlite3_stmt *statement)
{
    struct message *message = g_new0(struct message, 1);
    message->id = sqlite3_column_int64(statement, 0);
    message->campaign_id = sqlite3_column_int64(statement, 1);
    message->contact_id = sqlite3_column_int64(statement, 2);
    g_strlcpy(message->phone.e164, (const char *)sqlite3_column_text(statement, 3), PHONE_SIZE);
    bool known =
        message_purpose_from_name((const char *)sqlite3_column_text(statement, 4),
                                  &message->purpose) &&
        message_state_from_name((const char *)sqlite3_column_text(statement, 5), &message->state);
    g_assert(known); /* the schema checks both */
    message->priority = sqlite3_column_int(statement, 6);
    message->text = sql_text(statement, 7);
    message->parts = (unsigned)sqlite3_column_int64(statement, 8);
    message->parts_sent = (unsigned)sqlite3_column_int64(statement, 9);
    message->reference = (uint8_t)sqlite3_column_int64(statement, 10);
    message->modem = sql_text(statement, 11);
    message->attempts = (unsigned)sqlite3_column_int64(statement, 12);
    message->sick = (unsigned)sqlite3_column_int64(statement, 13);
    message->not_before = sqlite3_column_int64(statement, 14);
    message->expires_at = sqlite3_column_int64(statement, 15);
    message->created_at = sqlite3_column_int64(statement, 16);
    message->state_at = sqlite3_column_int64(statement, 17);
    message->cause = sql_text(statement, 18);
    message->resends = (unsigned)sqlite3_column_int64(statement, 19);
    message->withheld = sql_text(statement, 20);
    return message;
}

bool message_rows_read(sqlite3_stmt *statement, GPtrArray *messages, GError **error)
{
    int row = 0;
    while ((row = sql_step(statement, error)) == 1)
        g_ptr_array_add(messages, read_row(statement));
    return row == 0;
}

bool store_message_counts(struct store *store, int64_t campaign_id,
                          int64_t retcounts[MESSAGE_STATES], GError **error)
{
    int64_t counts[MESSAGE_STATES] = {0};
    sqlite3_stmt *statement = sql_bind(
        store, "SELECT state, count(*) FROM message WHERE campaign_id IS ?1 GROUP BY state", "o",
        campaign_id);
    int row = 0;
    while ((row = sql_step(statement, error)) == 1) {
        enum message_state state = MESSAGE_QUEUED;
        if (message_state_from_name((const char *)sqlite3_column_text(statement, 0), &state))
            counts[state] = sqlite3_column_int64(statement, 1);
    }
    if (row != 0)
        return false;
    memcpy(retcounts, counts, sizeof counts);
    return true;
}

bool store_message_unsettled(struct store *store, int64_t campaign_id, int64_t since,
                             int64_t doubted_since, bool *retany, GError **error)
{
    int64_t any = 0;
    /* The newest first: what was sent last is likeliest to be young. */
    if (!sql_integer(store, 0, &any, error,
                     "SELECT EXISTS (SELECT 1 FROM message WHERE campaign_id = ?1"
                     " AND state IN ('queued', 'leased')) OR (SELECT 1 FROM message"
                     " WHERE campaign_id = ?1 AND state = 'sent' AND state_at > ?2"
                     " ORDER BY id DESC LIMIT 1) IS NOT NULL OR EXISTS (SELECT 1 FROM message"
                     " WHERE campaign_id = ?1 AND state = 'unsure' AND resends = 0"
                     " AND state_at > ?3)",
                     "iii", campaign_id, since, doubted_since))
        return false;
    *retany = any != 0;
    return true;
}

struct message *store_message_get(struct store *store, int64_t id, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT " MESSAGE_COLUMNS " FROM message"
                 " JOIN contact ON contact.id = message.contact_id WHERE message.id = ?1",
                 "i", id);
    int row = sql_step(statement, error);
    if (row == 0)
        g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
                    "there is no message %" G_GINT64_FORMAT, id);
    if (row != 1)
        return NULL;
    struct message *message = read_row(statement);
    sqlite3_reset(statement);
    return message;
}

static sqlite3_stmt *bind_list(struct store *store, const struct message_filter *filter)
{
    const char *state =
        filter->state < 0 ? NULL : message_state_name((enum message_state)filter->state);
    int64_t limit = filter->limit;
    if (filter->campaign_id != 0 && state != NULL)
        return sql_bind(store,
                        "SELECT " MESSAGE_COLUMNS " FROM message"
                        " JOIN contact ON contact.id = message.contact_id"
                        " WHERE campaign_id = ?1 AND state = ?2 AND message.id > ?3"
                        " ORDER BY message.id LIMIT ?4",
                        "itii", filter->campaign_id, state, filter->after_id, limit);
    if (filter->campaign_id != 0)
        return sql_bind(store,
                        "SELECT " MESSAGE_COLUMNS " FROM message INDEXED BY message_listed"
                        " JOIN contact ON contact.id = message.contact_id"
                        " WHERE campaign_id = ?1 AND message.id > ?2"
                        " ORDER BY message.id LIMIT ?3",
                        "iii", filter->campaign_id, filter->after_id, limit);
    return sql_bind(store,
                    "SELECT " MESSAGE_COLUMNS " FROM message"
                    " JOIN contact ON contact.id = message.contact_id"
                    " WHERE message.id > ?1 AND (?2 IS NULL OR state = ?2)"
                    " ORDER BY message.id LIMIT ?3",
                    "iti", filter->after_id, state, limit);
}

bool store_message_list(struct store *store, const struct message_filter *filter,
                        GPtrArray **retmessages, GError **error)
{
    g_autoptr(GPtrArray) messages = g_ptr_array_new_with_free_func((GDestroyNotify)message_free);
    if (!message_rows_read(bind_list(store, filter), messages, error))
        return false;
    *retmessages = g_steal_pointer(&messages);
    return true;
}

static void free_attempt(gpointer data)
{
    struct attempt *attempt = data;
    g_free(attempt->modem);
    g_free(attempt->verdict);
    g_free(attempt->cause);
    g_free(attempt);
}

bool store_message_attempts(struct store *store, int64_t message_id, GPtrArray **retattempts,
                            GError **error)
{
    g_autoptr(GPtrArray) attempts = g_ptr_array_new_with_free_func(free_attempt);
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT id, modem, verdict, cause, leased_at, settled_at, took_ms FROM attempt"
                 " WHERE message_id = ?1 ORDER BY id",
                 "i", message_id);
    int row = 0;
    while ((row = sql_step(statement, error)) == 1) {
        struct attempt *attempt = g_new0(struct attempt, 1);
        attempt->lease = sqlite3_column_int64(statement, 0);
        attempt->modem = sql_text(statement, 1);
        attempt->verdict = sql_text(statement, 2);
        attempt->cause = sql_text(statement, 3);
        attempt->leased_at = sqlite3_column_int64(statement, 4);
        attempt->settled_at = sqlite3_column_int64(statement, 5);
        attempt->took_ms = sqlite3_column_int64(statement, 6);
        g_ptr_array_add(attempts, attempt);
    }
    if (row != 0)
        return false;
    *retattempts = g_steal_pointer(&attempts);
    return true;
}
