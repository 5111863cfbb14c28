// SPDX-License-Identifier: GPL-2.0-or-later
/* The queue's rows on their way out: created, dropped, refilled from, leased, settled. What a
 * verdict means is message_settle()'s affair. Readers for people are in message_list.c. The
 * conditions of the refills repeat those of the partial indexes to the letter, or SQLite would not
 * use them. */
#include "campaigns/store/message.h"
#include "campaigns/store/message_list.h"

#include "campaigns/store/erased.h"
#include "campaigns/store/message_row.h"
#include "campaigns/store/route.h"
#include "campaigns/store/sql.h"
#include "config/campaign.h"

#define ANY_MODEM "state = 'queued' AND modem IS NULL AND purpose <> 'answer'"
#define TOO_OLD   "waited too long"
#define DIRECT    "state = 'queued' AND (modem IS NOT NULL OR purpose = 'answer')"
/* Nothing to say any more, or nobody to say it to. */
#define ERASED                                                                                     \
    "(text = '' OR EXISTS (SELECT 1 FROM contact WHERE contact.id = message.contact_id"            \
    " AND contact.phone LIKE '" ERASED_PHONE "%'))"
/* Its contact takes nothing from its campaign's organisation. The campaign is looked up only for
 * contacts that refused something. */
#define REFUSED                                                                                    \
    "EXISTS (SELECT 1 FROM refusal f WHERE f.contact_id = message.contact_id"                      \
    " AND (f.organisation = '*' OR f.organisation = (SELECT organisation FROM campaign"            \
    " WHERE campaign.id = message.campaign_id)))"

bool store_message_add(struct store *store, const struct message *message, int64_t now,
                       int64_t *retid, GError **error)
{
    g_autofree char *route = NULL;
    if (!store_route_new(store, message, &route, error) ||
        !sql_run(store, error,
                 "INSERT INTO message (campaign_id, contact_id, purpose, state, priority, text,"
                 " parts, reference, modem, route, not_before, expires_at, created_at, state_at)"
                 " VALUES (?1, ?2, ?3, 'queued', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12)",
                 "oititiittiii", message->campaign_id, message->contact_id,
                 message_purpose_name(message->purpose), (int64_t)message->priority, message->text,
                 (int64_t)message->parts, (int64_t)message->reference, message->modem, route,
                 message->not_before, message->expires_at, now))
        return false;
    if (retid != NULL)
        *retid = sql_last_id(store);
    return true;
}

bool store_message_wipe(struct store *store, int64_t campaign_id, bool *retmore, GError **error)
{
    if (!sql_run(store, error,
                 "DELETE FROM message WHERE id IN (SELECT id FROM message INDEXED BY message_listed"
                 " WHERE campaign_id = ?1 LIMIT ?2)",
                 "ii", campaign_id, (int64_t)MESSAGE_SLICE))
        return false;
    *retmore = sql_changes(store) >= MESSAGE_SLICE;
    return true;
}

bool store_message_newest(struct store *store, int64_t campaign_id, int64_t *retid, GError **error)
{
    return sql_integer(store, 0, retid, error,
                       "SELECT id FROM message INDEXED BY message_listed WHERE campaign_id = ?1"
                       " ORDER BY id DESC LIMIT 1",
                       "i", campaign_id);
}

static const char *next_name(enum message_state from, enum message_event event)
{
    enum message_state to = from;
    bool allowed = message_advance(from, event, &to);
    g_assert(allowed);
    return message_state_name(to);
}

/* One that was sent again by policy is perhaps sent, whatever becomes of the second copy. */
#define LEAVE                                                                                      \
    "UPDATE message SET state = CASE WHEN resends > 0 THEN ?1 ELSE ?2 END, cause = ?3,"            \
    " state_at = ?4"

static const char *doubted(void)
{
    return next_name(MESSAGE_QUEUED, MESSAGE_DOUBT);
}

bool store_message_drop(struct store *store, const struct queue_drop *drop, int64_t now,
                        bool *retmore, GError **error)
{
    const char *state = next_name(MESSAGE_QUEUED, drop->event);
    if (drop->answers && !sql_run(store, error,
                                  LEAVE " WHERE campaign_id = ?5 AND state = 'queued'"
                                        " AND purpose = 'answer'",
                                  "tttii", doubted(), state, drop->cause, now, drop->campaign_id))
        return false;
    if (!sql_run(store, error,
                 LEAVE " WHERE id IN (SELECT id FROM message WHERE campaign_id = ?5"
                       " AND state = 'queued' AND purpose <> 'answer' LIMIT ?6)",
                 "tttiii", doubted(), state, drop->cause, now, drop->campaign_id,
                 (int64_t)MESSAGE_SLICE))
        return false;
    *retmore = sql_changes(store) >= MESSAGE_SLICE;
    return true;
}

bool store_message_any_cancelled(struct store *store, int64_t *retcampaign, GError **error)
{
    return sql_integer(store, 0, retcampaign, error,
                       "SELECT campaign.id FROM campaign WHERE campaign.state = 'cancelled'"
                       " AND EXISTS (SELECT 1 FROM message WHERE campaign_id = campaign.id"
                       " AND message.state = 'queued' AND purpose <> 'answer') LIMIT 1",
                       "");
}

bool store_message_drop_contact(struct store *store, int64_t contact_id, const char *organisation,
                                const char *cause, int64_t now, GError **error)
{
    return sql_run(store, error,
                   LEAVE " WHERE contact_id = ?5 AND state = 'queued' AND purpose <> 'alarm'"
                         " AND (priority < ?7 OR purpose = 'answer')"
                         " AND (?6 = '*' OR ?6 = (SELECT organisation FROM campaign"
                         " WHERE campaign.id = message.campaign_id))",
                   "tttiiti", doubted(), next_name(MESSAGE_QUEUED, MESSAGE_CANCEL), cause, now,
                   contact_id, organisation, (int64_t)PRIORITY_EMERGENCY);
}

bool store_message_drop_erased(struct store *store, int64_t contact_id, int64_t now,
                               int64_t *retcount, GError **error)
{
    if (!sql_run(store, error, LEAVE " WHERE contact_id = ?5 AND state = 'queued' AND text = ''",
                 "tttii", doubted(), next_name(MESSAGE_QUEUED, MESSAGE_CANCEL), MESSAGE_ERASED, now,
                 contact_id))
        return false;
    *retcount = sql_changes(store);
    return true;
}

bool store_message_skip(struct store *store, int64_t id, const char *cause, int64_t now,
                        GError **error)
{
    return sql_run_one(store, error,
                       "UPDATE message SET state = ?1, cause = ?2, state_at = ?3"
                       " WHERE id = ?4 AND state = 'queued'",
                       "ttii", next_name(MESSAGE_QUEUED, MESSAGE_SKIP), cause, now, id);
}

bool store_message_expire(struct store *store, int64_t now, GError **error)
{
    return sql_run(store, error,
                   LEAVE " WHERE id IN (SELECT id FROM message WHERE state = 'queued'"
                         " AND expires_at <= ?4 LIMIT ?5)",
                   "tttii", doubted(), next_name(MESSAGE_QUEUED, MESSAGE_EXPIRE), TOO_OLD, now,
                   (int64_t)MESSAGE_SLICE);
}

bool store_message_any_expired(struct store *store, int64_t now, bool *retany, GError **error)
{
    int64_t found = 0;
    if (!sql_integer(store, 0, &found, error,
                     "SELECT 1 FROM message WHERE state = 'queued' AND expires_at <= ?1 LIMIT 1",
                     "i", now))
        return false;
    *retany = found != 0;
    return true;
}

bool store_message_queues(struct store *store, GArray *retcampaigns, GError **error)
{
    /* Hops from campaign to campaign through the index, whatever lies queued in each. */
    sqlite3_stmt *statement =
        sql_bind(store,
                 "WITH RECURSIVE queue (id) AS ("
                 " SELECT min(campaign_id) FROM message WHERE " ANY_MODEM
                 " UNION ALL SELECT (SELECT min(campaign_id) FROM message WHERE " ANY_MODEM
                 " AND campaign_id > queue.id) FROM queue WHERE queue.id IS NOT NULL)"
                 " SELECT queue.id FROM queue JOIN campaign ON campaign.id = queue.id"
                 " WHERE campaign.state = 'running'"
                 " UNION ALL SELECT 0 WHERE EXISTS (SELECT 1 FROM message WHERE " ANY_MODEM
                 " AND campaign_id IS NULL)",
                 "");
    int row = 0;
    while ((row = sql_step(statement, error)) == 1) {
        int64_t id = sqlite3_column_int64(statement, 0);
        g_array_append_val(retcampaigns, id);
    }
    return row == 0;
}

bool store_message_refill(struct store *store, const struct message_lane *lane, int64_t now,
                          unsigned limit, GPtrArray *messages, GError **error)
{
    sqlite3_stmt *statement = sql_bind(
        store,
        "SELECT " MESSAGE_COLUMNS " FROM (SELECT id AS chosen FROM message"
        " WHERE " ANY_MODEM " AND campaign_id IS ?1 AND priority = ?2 AND route = ?3"
        " AND not_before <= ?4 ORDER BY not_before, id LIMIT ?5)"
        " JOIN message ON message.id = chosen JOIN contact ON contact.id = message.contact_id",
        "oitii", lane->campaign_id, (int64_t)lane->priority, lane->route, now, (int64_t)limit);
    return message_rows_read(statement, messages, error);
}

bool store_message_refill_direct(struct store *store, const char *modem, int64_t now,
                                 unsigned limit, GPtrArray *messages, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT " MESSAGE_COLUMNS " FROM (SELECT id AS chosen FROM message"
                 " WHERE " DIRECT " AND modem IS ?1 AND not_before <= ?2"
                 " AND (campaign_id IS NULL OR EXISTS (SELECT 1 FROM campaign"
                 " WHERE campaign.id = message.campaign_id AND (campaign.state = 'running'"
                 " OR (message.purpose = 'answer' AND campaign.state <> 'paused'))))"
                 " ORDER BY priority DESC, not_before, id LIMIT ?3)"
                 " JOIN message ON message.id = chosen"
                 " JOIN contact ON contact.id = message.contact_id",
                 "tii", modem, now, (int64_t)limit);
    return message_rows_read(statement, messages, error);
}

/* To our callers CONFLICT means that somebody was first and nothing was changed; a constraint that
 * our own writing breaks half-way is a fault. */
static bool fault(GError **error)
{
    if (error != NULL && g_error_matches(*error, STORE_ERROR, STORE_ERROR_CONFLICT))
        (*error)->code = STORE_ERROR_FAILED;
    return false;
}

/* It was taken from the queue meanwhile; or its time is over, its contact has opted out, or its
 * text was erased while it was on its way, which nobody has noted yet. */
static bool turn_away(struct store *store, int64_t id, int64_t now, GError **error)
{
    if (sql_run(store, error, LEAVE " WHERE id = ?5 AND state = 'queued' AND expires_at <= ?4",
                "tttii", doubted(), next_name(MESSAGE_QUEUED, MESSAGE_EXPIRE), TOO_OLD, now, id) &&
        sql_run(store, error,
                LEAVE " WHERE id = ?5 AND state = 'queued' AND purpose NOT IN ('answer', 'alarm')"
                      " AND priority < ?6 AND " REFUSED,
                "tttiii", doubted(), next_name(MESSAGE_QUEUED, MESSAGE_SKIP), "opted out", now, id,
                (int64_t)PRIORITY_EMERGENCY) &&
        sql_run(store, error, LEAVE " WHERE id = ?5 AND state = 'queued' AND " ERASED, "tttii",
                doubted(), next_name(MESSAGE_QUEUED, MESSAGE_CANCEL), MESSAGE_ERASED, now, id))
        g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
                    "message %" G_GINT64_FORMAT " is no longer as it was queued, too old, opted "
                    "out, or erased",
                    id);
    return false;
}

bool store_message_lease(struct store *store, const struct message *message, const char *modem,
                         int64_t now, int64_t *retlease, GError **error)
{
    bool leased = sql_run(store, error,
                          "UPDATE message SET state = ?1, state_at = ?2"
                          " WHERE id = ?3 AND state = 'queued' AND expires_at > ?2"
                          " AND parts_sent = ?4 AND NOT " ERASED
                          " AND (purpose IN ('answer', 'alarm') OR priority >= ?5"
                          " OR NOT " REFUSED ")",
                          "tiiii", next_name(MESSAGE_QUEUED, MESSAGE_LEASE), now, message->id,
                          (int64_t)message->parts_sent, (int64_t)PRIORITY_EMERGENCY);
    if (!leased)
        return false;
    if (sql_changes(store) == 0)
        return turn_away(store, message->id, now, error);
    if (!sql_run(store, error,
                 "INSERT INTO attempt (message_id, modem, leased_at, first_part)"
                 " VALUES (?1, ?2, ?3, ?4)",
                 "itii", message->id, modem, now, (int64_t)message->parts_sent))
        return fault(error);
    *retlease = sql_last_id(store);
    return true;
}

struct lease_facts {
    int64_t leased_at;
    bool again; /* its last try ended with the same cause */
};

/* The message of an open lease; the rest of `message` stays empty. */
static bool read_lease(struct store *store, const struct verdict_row *row, struct message *message,
                       struct lease_facts *retfacts, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT m.id, coalesce(m.campaign_id, 0), m.state, m.parts, m.parts_sent,"
                 " m.attempts, m.sick, a.leased_at, m.purpose = 'answer', m.cause = ?2"
                 " FROM attempt a JOIN message m ON m.id = a.message_id"
                 " WHERE a.id = ?1 AND a.settled_at IS NULL AND m.state = 'leased'",
                 "it", row->lease, row->cause);
    int found = sql_step(statement, error);
    if (found == 0)
        g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
                    "lease %" G_GINT64_FORMAT " is settled already", row->lease);
    if (found != 1)
        return false;
    *message = (struct message){
        .id = sqlite3_column_int64(statement, 0),
        .campaign_id = sqlite3_column_int64(statement, 1),
        .state = MESSAGE_LEASED,
        .parts = (unsigned)sqlite3_column_int64(statement, 3),
        .parts_sent = (unsigned)sqlite3_column_int64(statement, 4),
        .attempts = (unsigned)sqlite3_column_int64(statement, 5),
        .sick = (unsigned)sqlite3_column_int64(statement, 6),
        .purpose = sqlite3_column_int64(statement, 8) != 0 ? PURPOSE_ANSWER : PURPOSE_INVITATION,
    };
    retfacts->leased_at = sqlite3_column_int64(statement, 7);
    retfacts->again = sqlite3_column_int64(statement, 9) != 0;
    sqlite3_reset(statement);
    return true;
}

static bool insert_parts(struct store *store, const struct verdict_row *row,
                         const struct message *message, int64_t now, GError **error)
{
    unsigned doubtful = row->news.verdict == ATTEMPT_UNSURE ? MAX(row->news.doubtful, 1) : 0;
    for (unsigned i = 0; i < row->news.parts_now + doubtful; i++) {
        unsigned sequence = message->parts_sent + i;
        if (sequence >= message->parts)
            break;
        int reference = i < row->news.parts_now ? row->references[i] : -1;
        if (!sql_run(store, error,
                     "INSERT INTO part (message_id, sequence, attempt_id, modem, reference,"
                     " sent_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
                     " ON CONFLICT (message_id, sequence) DO UPDATE SET"
                     " attempt_id = excluded.attempt_id, modem = excluded.modem,"
                     " reference = excluded.reference, sent_at = excluded.sent_at,"
                     " status = NULL, reported_at = NULL",
                     "iiitii", message->id, (int64_t)sequence, row->lease, row->modem,
                     (int64_t)reference, now))
            return false;
    }
    return true;
}

/* What was leased while its campaign was cancelled does not go back to the queue. */
static bool is_cancelled(struct store *store, const struct message *message, bool *retcancelled,
                         GError **error)
{
    int64_t cancelled = 0;
    if (message->campaign_id != 0 && message->purpose != PURPOSE_ANSWER &&
        !sql_integer(store, 0, &cancelled, error,
                     "SELECT state = 'cancelled' FROM campaign WHERE id = ?1", "i",
                     message->campaign_id))
        return false;
    *retcancelled = cancelled != 0;
    return true;
}

static bool update_message(struct store *store, const struct verdict_row *row,
                           const struct message *message, const struct settlement *settlement,
                           const struct settled *settled, GError **error)
{
    bool carried = settled->state == MESSAGE_SENT || settled->state == MESSAGE_UNSURE;
    return sql_run(store, error,
                   "UPDATE message SET state = ?1, state_at = ?2, parts_sent = ?3, attempts = ?4,"
                   " sick = ?5, not_before = max(not_before, ?6), cause = ?7,"
                   " modem = coalesce(?8, modem) WHERE id = ?9",
                   "tiiiiitti", message_state_name(settled->state), settled->at,
                   (int64_t)settlement->parts_sent, (int64_t)settlement->attempts,
                   (int64_t)settlement->sick, settlement->not_before, row->cause,
                   carried || settlement->bound ? row->modem : NULL, message->id);
}

bool store_message_settle(struct store *store, const struct verdict_row *row, int64_t now,
                          struct settled *retsettled, GError **error)
{
    struct message message;
    struct settled settled = {.lease = row->lease, .parts_now = row->news.parts_now, .at = now};
    struct lease_facts facts;
    if (!read_lease(store, row, &message, &facts, error))
        return false;
    settled.leased_at = facts.leased_at;
    struct settlement settlement;
    struct attempt_news news = row->news;
    news.again = facts.again;
    message_settle(&message, &news, now, &settlement);
    bool allowed = message_advance(message.state, settlement.event, &settled.state);
    g_assert(allowed);
    bool cancelled = false;
    if (settled.state == MESSAGE_QUEUED && !is_cancelled(store, &message, &cancelled, error))
        return false;
    if (cancelled)
        message_advance(settled.state, MESSAGE_CANCEL, &settled.state);
    if (!sql_run(store, error,
                 "UPDATE attempt SET settled_at = ?1, verdict = ?2, cause = ?3, took_ms = ?4"
                 " WHERE id = ?5",
                 "ittii", now, attempt_verdict_name(row->news.verdict), row->cause, row->took_ms,
                 row->lease) ||
        !insert_parts(store, row, &message, now, error) ||
        !update_message(store, row, &message, &settlement, &settled, error))
        return fault(error);
    settled.message_id = message.id;
    settled.campaign_id = message.campaign_id;
    settled.not_before = settlement.not_before;
    settled.gave_up = settlement.gave_up;
    *retsettled = settled;
    return true;
}

void open_lease_clear(struct open_lease *lease)
{
    g_free(lease->modem);
    *lease = (struct open_lease){0};
}

bool store_message_open_leases(struct store *store, const char *modem, GArray *retleases,
                               GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT a.id, a.modem, a.message_id, m.parts - a.first_part"
                 " FROM attempt a INDEXED BY attempt_open JOIN message m ON m.id = a.message_id"
                 " WHERE a.settled_at IS NULL AND (?1 IS NULL OR a.modem = ?1) ORDER BY a.id",
                 "t", modem);
    int row = 0;
    while ((row = sql_step(statement, error)) == 1) {
        struct open_lease lease = {.lease = sqlite3_column_int64(statement, 0),
                                   .modem = sql_text(statement, 1),
                                   .message_id = sqlite3_column_int64(statement, 2),
                                   .parts = (unsigned)sqlite3_column_int64(statement, 3)};
        g_array_append_val(retleases, lease);
    }
    return row == 0;
}

bool store_message_sent_since(struct store *store, const char *modem, int64_t since,
                              GArray *retsent_at, GError **error)
{
    sqlite3_stmt *statement = sql_bind(
        store, "SELECT sent_at FROM part WHERE modem = ?1 AND sent_at >= ?2 ORDER BY sent_at", "ti",
        modem, since);
    int row = 0;
    while ((row = sql_step(statement, error)) == 1) {
        int64_t at = sqlite3_column_int64(statement, 0);
        g_array_append_val(retsent_at, at);
    }
    return row == 0;
}

bool store_message_recipients_since(struct store *store, const char *modem, int64_t since,
                                    GArray *retcontacts, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT DISTINCT message.contact_id FROM part JOIN message"
                 " ON message.id = part.message_id WHERE part.modem = ?1 AND part.sent_at >= ?2",
                 "ti", modem, since);
    int row = 0;
    while ((row = sql_step(statement, error)) == 1) {
        int64_t contact = sqlite3_column_int64(statement, 0);
        g_array_append_val(retcontacts, contact);
    }
    return row == 0;
}

bool store_message_doubtful(struct store *store, int64_t campaign_id, int64_t before,
                            int64_t absent_before, GArray *retids, GError **error)
{
    sqlite3_stmt *statement = sql_bind(
        store,
        "SELECT id FROM message WHERE campaign_id = ?1 AND state = 'unsure' AND resends = 0"
        " AND state_at <= ?2 AND (state_at <= ?3 OR EXISTS (SELECT 1 FROM modem"
        " WHERE modem.name = message.modem AND modem.state IN ('ready', 'busy', 'resting')))"
        " ORDER BY id LIMIT ?4",
        "iiii", campaign_id, before, absent_before, (int64_t)MESSAGE_SLICE);
    int row = 0;
    while ((row = sql_step(statement, error)) == 1) {
        int64_t id = sqlite3_column_int64(statement, 0);
        g_array_append_val(retids, id);
    }
    return row == 0;
}

bool store_message_resend(struct store *store, int64_t id, const char *cause, int64_t now,
                          bool *retqueued, GError **error)
{
    enum message_state to = MESSAGE_UNSURE;
    bool allowed = message_advance(MESSAGE_UNSURE, MESSAGE_RETRY, &to);
    g_assert(allowed);
    if (!sql_run(store, error,
                 "UPDATE message SET state = ?1, state_at = ?2, cause = ?3, resends = 1,"
                 " modem = CASE WHEN parts_sent = 0 THEN NULL ELSE modem END, not_before = ?2"
                 " WHERE id = ?4 AND state = 'unsure' AND resends = 0 AND expires_at > ?2",
                 "titi", message_state_name(to), now, cause, id))
        return false;
    *retqueued = sql_changes(store) == 1;
    return true;
}

bool store_message_free_answers(struct store *store, int64_t before, unsigned *retfreed,
                                GError **error)
{
    if (!sql_run(store, error,
                 "UPDATE message SET modem = NULL WHERE id IN (SELECT id FROM message"
                 " WHERE " DIRECT " AND modem IS NOT NULL AND purpose = 'answer'"
                 " AND parts_sent = 0 AND not_before <= ?1 LIMIT ?2)",
                 "ii", before, (int64_t)MESSAGE_SLICE))
        return false;
    *retfreed = (unsigned)sql_changes(store);
    return true;
}

bool store_message_decide(struct store *store, int64_t id, enum message_event event,
                          const char *cause, int64_t now, enum message_state *retstate,
                          GError **error)
{
    enum { AGAIN_MS = 24 * 60 * 60 * 1000 };
    struct message *message = store_message_get(store, id, error);
    if (message == NULL)
        return false;
    enum message_state state = message->state, to = state;
    message_free(message);
    if (state != MESSAGE_UNSURE || !message_advance(state, event, &to)) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
                    "message %" G_GINT64_FORMAT " is %s: only an unsure one can be decided on", id,
                    message_state_name(state));
        return false;
    }
    if (!sql_run_one(store, error,
                     "UPDATE message SET state = ?1, state_at = ?2, cause = ?3,"
                     " parts_sent = CASE WHEN ?1 IN ('sent', 'delivered') THEN parts"
                     " ELSE parts_sent END,"
                     " modem = CASE WHEN ?1 = 'queued' AND parts_sent = 0 THEN NULL"
                     " ELSE modem END,"
                     " not_before = ?2, expires_at = max(expires_at, ?4) WHERE id = ?5",
                     "titii", message_state_name(to), now, cause, now + AGAIN_MS, id))
        return false;
    *retstate = to;
    return true;
}
