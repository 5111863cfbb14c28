// SPDX-License-Identifier: GPL-2.0-or-later
// A report on one part: the part keeps its status, and the message follows its parts.
#include "campaigns/store/report_part.h"

#include "campaigns/store/route.h"

int report_part_read(sqlite3_stmt *statement, struct report_part *retpart, GError **error)
{
    int row = sql_step(statement, error);
    if (row != 1)
        return row;
    *retpart = (struct report_part){
        .message_id = sqlite3_column_int64(statement, 0),
        .sequence = (unsigned)sqlite3_column_int64(statement, 1),
        .parts = (unsigned)sqlite3_column_int64(statement, 3),
        .parts_sent = (unsigned)sqlite3_column_int64(statement, 4),
    };
    bool known =
        message_state_from_name((const char *)sqlite3_column_text(statement, 2), &retpart->state);
    g_assert(known); /* CHECK of the schema */
    sqlite3_reset(statement);
    return 1;
}

/* A report on a doubtful part of an unsure message proves that it went out, and what is before it;
 * if it waits to be sent again, it need not, or only what is behind it, by the same modem.
 * While others of that attempt are in doubt as well, so is the message; then the rest may go. */
static bool lift_doubt(struct store *store, struct report_part *part, int64_t now, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT max(other.sequence) + 1,"
                 " count(*) FILTER (WHERE other.status IS NULL OR other.status > 127)"
                 " FROM part JOIN part AS other ON other.message_id = part.message_id"
                 " AND other.attempt_id = part.attempt_id AND other.sequence >= ?3"
                 " WHERE part.message_id = ?1 AND part.sequence = ?2",
                 "iii", part->message_id, (int64_t)part->sequence, (int64_t)part->parts_sent);
    if (sql_step(statement, error) != 1)
        return false;
    bool doubtful = sqlite3_column_int64(statement, 1) > 0;
    part->parts_sent = doubtful ? part->sequence + 1 : (unsigned)sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    enum message_event event = part->parts_sent < part->parts ? MESSAGE_RETRY : MESSAGE_ACCEPT;
    if (!doubtful && !message_advance(part->state, event, &part->state))
        return true;
    return sql_run(
        store, error,
        "UPDATE message SET state = ?1, state_at = ?2, parts_sent = ?3, modem = (SELECT part.modem"
        " FROM part WHERE message_id = ?4 AND sequence = ?5) WHERE id = ?4",
        "tiiii", message_state_name(part->state), now, (int64_t)part->parts_sent, part->message_id,
        (int64_t)part->sequence);
}

/* The message follows when its parts are all delivered, or when one has failed. */
static bool follow(struct store *store, struct report_part *part, int status, int64_t now,
                   GError **error)
{
    sqlite3_stmt *statement = sql_bind(store,
                                       "SELECT count(*) FILTER (WHERE status < 32),"
                                       " count(*) FILTER (WHERE status BETWEEN 64 AND 127)"
                                       " FROM part WHERE message_id = ?1",
                                       "i", part->message_id);
    if (sql_step(statement, error) != 1)
        return false;
    int64_t delivered = sqlite3_column_int64(statement, 0);
    int64_t failed = sqlite3_column_int64(statement, 1);
    sqlite3_reset(statement);
    if (failed == 0 && delivered < part->parts)
        return true;
    enum message_event event = failed > 0 ? MESSAGE_FAIL : MESSAGE_DELIVER;
    if (!message_advance(part->state, event, &part->state))
        return true;
    const struct route_news news = {part->message_id, part->sequence, event == MESSAGE_DELIVER};
    return sql_run(store, error, "UPDATE message SET state = ?1, state_at = ?2 WHERE id = ?3",
                   "tii", message_state_name(part->state), now, part->message_id) &&
           ((!news.delivered && !route_status_fails(status)) ||
            store_route_learn(store, &news, now, error));
}

bool report_part_apply(struct store *store, struct report_part *part, const struct report *report,
                       int64_t now, GError **error)
{
    enum report_sense sense = report_sense_of(report->status);
    /* A temporary or unknown status says nothing new about a part that has its final one. */
    if (!sql_run(store, error,
                 "UPDATE part SET status = ?1, reported_at = ?2, reference = ?3"
                 " WHERE message_id = ?4 AND sequence = ?5"
                 " AND (?6 OR status IS NULL OR status BETWEEN 32 AND 63)",
                 "iiiiii", (int64_t)report->status, now, (int64_t)report->reference,
                 part->message_id, (int64_t)part->sequence,
                 (int64_t)(sense == REPORT_DELIVERED || sense == REPORT_FAILED)))
        return false;
    bool doubtful = (part->state == MESSAGE_UNSURE || part->state == MESSAGE_QUEUED) &&
                    part->sequence >= part->parts_sent;
    if (doubtful && sense != REPORT_UNKNOWN && !lift_doubt(store, part, now, error))
        return false;
    return follow(store, part, report->status, now, error);
}

bool report_part_link(struct store *store, int64_t report_id, const struct report_part *part,
                      GError **error)
{
    return sql_run(store, error, "UPDATE report SET message_id = ?1, sequence = ?2 WHERE id = ?3",
                   "iii", part->message_id, (int64_t)part->sequence, report_id);
}
