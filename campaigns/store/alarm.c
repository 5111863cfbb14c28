// SPDX-License-Identifier: GPL-2.0-or-later
// Owns the tables `alarm` and `alarm_message`.
#include "campaigns/store/alarm.h"

#include "campaigns/store/message.h"
#include "campaigns/store/roster.h"
#include "campaigns/store/sql.h"
#include "config/campaign.h"

/* SMS that may still tell, or have told. */
#define TOLD                                                                                       \
    "FROM alarm_message am JOIN message m ON m.id = am.message_id"                                 \
    " WHERE m.state NOT IN ('expired', 'cancelled', 'skipped') AND am.alarm_id"
/* Read by read_row(), in this order. */
#define SELECT                                                                                     \
    "SELECT id, kind, uuid, subject, reason, since, raised_at, cleared_at,"                        \
    " (SELECT max(m.created_at) " TOLD " = alarm.id),"                                             \
    " coalesce((SELECT m.state " TOLD " = alarm.id ORDER BY m.id DESC LIMIT 1), ''),"              \
    " (SELECT max(m.created_at) " TOLD " IN (SELECT other.id FROM alarm other"                     \
    " WHERE other.kind = alarm.kind AND other.subject = alarm.subject)) FROM alarm"

void alarm_row_free(struct alarm_row *row)
{
    if (row == NULL)
        return;
    g_free(row->uuid);
    g_free(row->subject);
    g_free(row->reason);
    g_free(row->told_state);
    g_free(row);
}

bool store_alarm_raise(struct store *store, const struct alarm_row *row, int64_t *retid,
                       GError **error)
{
    if (!sql_run_one(store, error,
                     "INSERT INTO alarm (uuid, kind, subject, reason, since, raised_at)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
                     " ON CONFLICT (kind, subject) WHERE cleared_at IS NULL DO NOTHING",
                     "ttttii", row->uuid, alarm_trait(row->kind)->name, row->subject, row->reason,
                     row->since, row->raised_at))
        return false;
    *retid = sql_last_id(store);
    return true;
}

bool store_alarm_clear(struct store *store, int64_t id, int64_t now, GError **error)
{
    return sql_run_one(store, error,
                       "UPDATE alarm SET cleared_at = ?2 WHERE id = ?1 AND cleared_at IS NULL",
                       "ii", id, now) &&
           sql_run(store, error,
                   "UPDATE message SET state = 'cancelled', cause = 'the trouble is over',"
                   " state_at = ?2 WHERE state = 'queued' AND parts_sent = 0 AND id IN"
                   " (SELECT message_id FROM alarm_message WHERE alarm_id = ?1) AND NOT EXISTS"
                   " (SELECT 1 FROM alarm_message am JOIN alarm a ON a.id = am.alarm_id"
                   " WHERE am.message_id = message.id AND a.cleared_at IS NULL)",
                   "ii", id, now);
}

bool store_alarm_renew(struct store *store, int64_t id, const char *reason, GError **error)
{
    return sql_run(store, error, "UPDATE alarm SET reason = ?2 WHERE id = ?1", "it", id, reason);
}

static void free_row(gpointer data)
{
    alarm_row_free(data);
}

static struct alarm_row *read_row(sqlite3_stmt *statement, enum alarm_kind kind)
{
    struct alarm_row *row = g_new0(struct alarm_row, 1);
    row->kind = kind;
    row->id = sqlite3_column_int64(statement, 0);
    row->uuid = sql_text(statement, 2);
    row->subject = sql_text(statement, 3);
    row->reason = sql_text(statement, 4);
    row->since = sqlite3_column_int64(statement, 5);
    row->raised_at = sqlite3_column_int64(statement, 6);
    row->cleared_at = sqlite3_column_int64(statement, 7);
    row->told_at = sqlite3_column_int64(statement, 8);
    row->told_state = sql_text(statement, 9);
    row->last_at = sqlite3_column_int64(statement, 10);
    return row;
}

/* Those that last are few and have an index of their own; asked for every second. */
static sqlite3_stmt *bind_list(struct store *store, bool lasting, int64_t before_id, int64_t limit)
{
    if (lasting)
        return sql_bind(store,
                        SELECT
                        " INDEXED BY alarm_lasting WHERE cleared_at IS NULL AND (?1 = 0 OR id < ?1)"
                        " ORDER BY id DESC LIMIT ?2",
                        "ii", before_id, limit);
    return sql_bind(store, SELECT " WHERE ?1 = 0 OR id < ?1 ORDER BY id DESC LIMIT ?2", "ii",
                    before_id, limit);
}

GPtrArray *store_alarm_list(struct store *store, bool lasting, int64_t before_id, unsigned limit,
                            GError **error)
{
    sqlite3_stmt *statement = bind_list(store, lasting, before_id, limit);
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(free_row);
    int row = 0;
    while ((row = sql_step(statement, error)) == 1) {
        enum alarm_kind kind;
        if (alarm_kind_from_name((const char *)sqlite3_column_text(statement, 1), &kind))
            g_ptr_array_add(rows, read_row(statement, kind));
    }
    return row == 0 ? g_steal_pointer(&rows) : NULL;
}

bool store_alarm_repeats(struct store *store, enum alarm_kind kind, const char *subject,
                         int64_t since, unsigned *retcount, GError **error)
{
    int64_t count = 0;
    if (!sql_integer(store, 0, &count, error,
                     "SELECT count(*) FROM alarm"
                     " WHERE kind = ?1 AND subject = ?2 AND raised_at >= ?3",
                     "tti", alarm_trait(kind)->name, subject, since))
        return false;
    *retcount = (unsigned)count;
    return true;
}

/* ---- telling ---- */

bool store_alarm_sms_since(struct store *store, const char *phone, int64_t since, int64_t *retcount,
                           GError **error)
{
    return sql_integer(store, 0, retcount, error,
                       "SELECT count(*) FROM contact c JOIN message m ON m.contact_id = c.id"
                       " WHERE c.phone = ?1 AND m.purpose = 'alarm' AND m.created_at >= ?2",
                       "ti", phone, since);
}

bool store_alarm_sms_waits(struct store *store, bool *retwaits, GError **error)
{
    int64_t waits = 0;
    if (!sql_integer(store, 0, &waits, error,
                     "SELECT EXISTS (SELECT 1 FROM message WHERE campaign_id IS NULL"
                     " AND state IN ('queued', 'leased') AND purpose = 'alarm')",
                     ""))
        return false;
    *retwaits = waits != 0;
    return true;
}

bool store_alarm_tell(struct store *store, const char *phone, const char *text,
                      const GArray *alarms, int64_t now, GError **error)
{
    struct message message = {
        .purpose = PURPOSE_ALARM,
        .priority = PRIORITY_EMERGENCY,
        .text = (char *)text,
        .parts = 1,
        .not_before = now,
        .expires_at = now + ALARM_SMS_EXPIRY_MS,
    };
    int64_t id = 0;
    bool added = false;
    if (!store_contact_put(store, phone, now, &message.contact_id, &added, error) ||
        !store_message_add(store, &message, now, &id, error))
        return false;
    for (guint i = 0; i < alarms->len; i++) {
        if (!sql_run(store, error,
                     "INSERT INTO alarm_message (alarm_id, message_id) VALUES (?1, ?2)", "ii",
                     g_array_index(alarms, int64_t, i), id))
            return false;
    }
    return true;
}

/* ---- troubles ---- */

bool store_alarm_unsure(struct store *store, int64_t *retcount, GError **error)
{
    return sql_integer(store, 0, retcount, error,
                       "SELECT count(*) FROM message WHERE state = 'unsure' AND purpose <> 'alarm'",
                       "");
}

bool store_alarm_quarantined(struct store *store, int64_t *retcount, GError **error)
{
    return sql_integer(store, 0, retcount, error,
                       "SELECT count(*) FROM quarantine WHERE settled_at IS NULL", "");
}

bool store_alarm_silent_since(struct store *store, const char *modem, int64_t *retat,
                              GError **error)
{
    return sql_integer(store, 0, retat, error,
                       "SELECT min(sent_at) FROM part WHERE modem = ?1 AND sent_at > max("
                       " coalesce((SELECT max(received_at) FROM report WHERE modem = ?1), 0),"
                       " coalesce((SELECT max(received_at) FROM incoming WHERE modem = ?1), 0))",
                       "t", modem);
}

bool store_alarm_sent_since(struct store *store, const char *modem, int64_t since, bool *retsent,
                            GError **error)
{
    int64_t sent = 0;
    if (!sql_integer(store, 0, &sent, error,
                     "SELECT 1 FROM part WHERE modem = ?1 AND sent_at >= ?2 LIMIT 1", "ti", modem,
                     since))
        return false;
    *retsent = sent != 0;
    return true;
}

bool store_alarm_network_time(struct store *store, int64_t *retat, GError **error)
{
    return sql_integer(store, 0, retat, error,
                       "SELECT CASE WHEN count(*) = 3 THEN min(sent_at) END FROM"
                       " (SELECT sent_at FROM incoming ORDER BY id DESC LIMIT 3)",
                       "");
}
