// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows of reminder_run, and what deciding on a reminder reads. The audience is walked in the order
 * of its primary key, so that each slice costs the same and a crash loses nothing but its own: how
 * far the walk is, is written with the messages it queued. */
#include "campaigns/store/reminder.h"

#include "campaigns/store/audience.h"
#include "campaigns/store/route.h"
#include "campaigns/store/sql.h"

void reminder_run_clear(struct reminder_run *run)
{
    g_free(run->skipped);
    *run = (struct reminder_run){0};
}

bool store_reminder_run(struct store *store, int64_t campaign_id, int reminder,
                        struct reminder_run *retrun, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT started_at, coalesce(done_at, 0), person_id, queued, skipped"
                 " FROM reminder_run WHERE campaign_id = ?1 AND reminder = ?2",
                 "ii", campaign_id, (int64_t)reminder);
    int step = sql_step(statement, error);
    if (step < 0)
        return false;
    *retrun = (struct reminder_run){0};
    if (step == 0) {
        retrun->skipped = g_strdup("");
        return true;
    }
    retrun->begun = true;
    retrun->started_at = sqlite3_column_int64(statement, 0);
    retrun->done_at = sqlite3_column_int64(statement, 1);
    retrun->person_id = sqlite3_column_int64(statement, 2);
    retrun->queued = sqlite3_column_int64(statement, 3);
    retrun->skipped = sql_text(statement, 4);
    sqlite3_reset(statement);
    return true;
}

bool store_reminder_put(struct store *store, int64_t campaign_id, int reminder,
                        const struct reminder_run *run, GError **error)
{
    return sql_run(store, error,
                   "INSERT INTO reminder_run (campaign_id, reminder, started_at, done_at,"
                   " person_id, queued, skipped) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
                   " ON CONFLICT (campaign_id, reminder) DO UPDATE SET done_at = excluded.done_at,"
                   " person_id = excluded.person_id, queued = excluded.queued,"
                   " skipped = excluded.skipped",
                   "iiioiit", campaign_id, (int64_t)reminder, run->started_at, run->done_at,
                   run->person_id, run->queued, run->skipped);
}

GArray *store_reminder_campaigns(struct store *store, GError **error)
{
    return sql_ids(
        sql_bind(store, "SELECT id FROM campaign WHERE state IN ('running', 'paused') ORDER BY id",
                 ""),
        error);
}

bool store_reminder_settled(struct store *store, int64_t campaign_id, unsigned count,
                            bool *retsettled, GError **error)
{
    int64_t settled = 0;
    if (!sql_integer(store, 0, &settled, error,
                     "SELECT (SELECT count(*) FROM reminder_run WHERE campaign_id = ?1"
                     " AND done_at IS NOT NULL) >= ?2 AND NOT EXISTS (SELECT 1 FROM message"
                     " WHERE campaign_id = ?1 AND state IN ('queued', 'leased')"
                     " AND purpose = 'reminder' AND reminder >= 0)",
                     "ii", campaign_id, (int64_t)count))
        return false;
    *retsettled = settled != 0;
    return true;
}

static void free_member(gpointer data)
{
    struct reminder_member *member = data;
    g_free((char *)member->recipient->unit_name);
    recipient_free(member->recipient);
    g_free(member);
}

static struct reminder_member *read_member(sqlite3_stmt *statement)
{
    struct recipient *recipient = g_new0(struct recipient, 1);
    recipient->person_id = sqlite3_column_int64(statement, 0);
    recipient->contact_id = sqlite3_column_int64(statement, 1);
    recipient->name = sql_text(statement, 2);
    recipient->sex = roster_sex_from_name((const char *)sqlite3_column_text(statement, 3));
    recipient->unit_name = sql_text(statement, 4);
    struct reminder_member *member = g_new0(struct reminder_member, 1);
    member->recipient = recipient;
    member->invited = sqlite3_column_int(statement, 5) != 0;
    member->refused = sqlite3_column_int(statement, 6) != 0;
    return member;
}

GPtrArray *store_reminder_members(struct store *store, int64_t campaign_id, int64_t after,
                                  unsigned limit, GError **error)
{
    sqlite3_stmt *statement = sql_bind(
        store,
        "SELECT a.person_id, coalesce(a.contact_id, 0), p.name, p.sex, coalesce(u.name, ''),"
        " a.addressed AND p.erased_at IS NULL AND EXISTS (SELECT 1 FROM message m"
        " INDEXED BY message_once WHERE m.campaign_id = a.campaign_id AND m.contact_id = "
        "a.contact_id"
        " AND m.purpose = 'invitation'"
        " AND m.state IN ('sent', 'delivered', 'undelivered', 'unsure')),"
        " c.priority < ?4 AND EXISTS (SELECT 1 FROM refusal f WHERE f.contact_id = a.contact_id"
        " AND f.organisation IN (c.organisation, '*'))"
        " FROM campaign_audience a JOIN campaign c ON c.id = a.campaign_id"
        " JOIN person p ON p.id = a.person_id LEFT JOIN unit u ON u.id = a.unit_id"
        " WHERE a.campaign_id = ?1 AND a.person_id > ?2 ORDER BY a.person_id LIMIT ?3",
        "iiii", campaign_id, after, (int64_t)limit, (int64_t)PRIORITY_EMERGENCY);
    g_autoptr(GPtrArray) members = g_ptr_array_new_with_free_func(free_member);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1)
        g_ptr_array_add(members, read_member(statement));
    return step == 0 ? g_steal_pointer(&members) : NULL;
}

static void clear_answer(gpointer data)
{
    struct reminder_answer *answer = data;
    g_free(answer->question);
    g_free(answer->code);
}

GArray *store_reminder_answers(struct store *store, int64_t campaign_id, int64_t contact_id,
                               int64_t person_id, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT question, code FROM answer INDEXED BY answer_contact"
                 " WHERE contact_id = ?2 AND campaign_id = ?1 AND superseded_by IS NULL"
                 " UNION ALL SELECT question, code FROM answer INDEXED BY answer_person"
                 " WHERE person_id = ?3 AND campaign_id = ?1 AND superseded_by IS NULL",
                 "iii", campaign_id, contact_id, person_id);
    g_autoptr(GArray) answers = g_array_new(FALSE, FALSE, sizeof(struct reminder_answer));
    g_array_set_clear_func(answers, clear_answer);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        struct reminder_answer answer = {sql_text(statement, 0), sql_text(statement, 1)};
        g_array_append_val(answers, answer);
    }
    return step == 0 ? g_steal_pointer(&answers) : NULL;
}

bool store_reminder_add(struct store *store, const struct message *message, int reminder,
                        int64_t now, bool *retadded, GError **error)
{
    struct message routed = {.campaign_id = message->campaign_id,
                             .contact_id = message->contact_id,
                             .purpose = PURPOSE_REMINDER};
    g_autofree char *route = NULL;
    if (!store_route_new(store, &routed, &route, error) ||
        !sql_run(store, error,
                 "INSERT INTO message (campaign_id, contact_id, purpose, reminder, state,"
                 " priority, text, parts, reference, route, not_before, expires_at, created_at,"
                 " state_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13)"
                 " ON CONFLICT (campaign_id, reminder, contact_id) WHERE reminder >= 0"
                 " DO NOTHING",
                 "iitititiitiii", message->campaign_id, message->contact_id,
                 message_purpose_name(PURPOSE_REMINDER), (int64_t)reminder,
                 message_state_name(MESSAGE_QUEUED), (int64_t)message->priority, message->text,
                 (int64_t)message->parts, (int64_t)message->reference, route, message->not_before,
                 message->expires_at, now))
        return false;
    *retadded = sql_changes(store) == 1;
    return true;
}

bool store_reminder_of(struct store *store, int64_t message_id, int *retreminder,
                       int64_t *retperson, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT m.reminder, coalesce((SELECT a.person_id FROM person p"
                 " JOIN campaign_audience a ON a.person_id = p.id"
                 " AND a.campaign_id = m.campaign_id WHERE p.contact_id = m.contact_id"
                 " AND a.contact_id = m.contact_id AND a.addressed = 1), 0)"
                 " FROM message m WHERE m.id = ?1",
                 "i", message_id);
    int step = sql_step(statement, error);
    if (step < 0)
        return false;
    *retreminder = step == 1 ? sqlite3_column_int(statement, 0) : -1;
    *retperson = step == 1 ? sqlite3_column_int64(statement, 1) : 0;
    sqlite3_reset(statement);
    return true;
}

bool store_reminder_counts(struct store *store, int64_t campaign_id, int reminder,
                           struct reminder_counts *retcounts, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT state, count(*) FROM message INDEXED BY message_reminder"
                 " WHERE campaign_id = ?1 AND reminder = ?2 AND reminder >= 0"
                 " GROUP BY state",
                 "ii", campaign_id, (int64_t)reminder);
    struct reminder_counts counts = {0};
    int64_t *const places[MESSAGE_STATES] = {
        [MESSAGE_QUEUED] = &counts.waiting,
        [MESSAGE_LEASED] = &counts.waiting,
        [MESSAGE_SENT] = &counts.sent,
        [MESSAGE_DELIVERED] = &counts.delivered,
        [MESSAGE_UNDELIVERED] = &counts.undelivered,
        [MESSAGE_REFUSED] = &counts.refused,
        [MESSAGE_UNSURE] = &counts.unsure,
        [MESSAGE_EXPIRED] = &counts.dropped,
        [MESSAGE_CANCELLED] = &counts.dropped,
        [MESSAGE_SKIPPED] = &counts.dropped,
    };
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        enum message_state state = MESSAGE_QUEUED;
        if (message_state_from_name((const char *)sqlite3_column_text(statement, 0), &state))
            *places[state] += sqlite3_column_int64(statement, 1);
    }
    if (step != 0)
        return false;
    *retcounts = counts;
    return true;
}
