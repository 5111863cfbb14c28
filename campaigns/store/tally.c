// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads what a tally is counted from: the audience as it was at the start, its messages, the
 * answers that count, and what else was said. Counts nothing that is not a row. */
#include "campaigns/store/tally.h"

#include "campaigns/store/sql.h"

bool store_tally_begin(struct store *store, GError **error)
{
    return sql_run(store, error, "SAVEPOINT tally", "");
}

void store_tally_end(struct store *store)
{
    sql_run(store, NULL, "RELEASE tally", ""); /* nothing was written: nothing can fail */
}

static int state_from(const char *name)
{
    enum message_state state = MESSAGE_QUEUED;
    return name != NULL && message_state_from_name(name, &state) ? (int)state : -1;
}

static GArray *finished(GArray *rows, int step)
{
    if (step == 0)
        return rows;
    g_array_unref(rows);
    return NULL;
}

GArray *store_tally_members(struct store *store, int64_t campaign_id, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT a.person_id, a.contact_id, a.unit_id, a.household_id, a.addressed, "
                 "m.state, EXISTS (SELECT 1 FROM message r INDEXED BY message_reach "
                 "WHERE r.campaign_id = a.campaign_id AND r.contact_id = a.contact_id "
                 "AND r.purpose IN ('invitation', 'reminder') "
                 "AND r.state IN ('sent', 'delivered', 'undelivered') "
                 "AND r.state = 'delivered') "
                 "FROM campaign_audience a LEFT JOIN message m ON m.campaign_id = a.campaign_id "
                 "AND m.contact_id = a.contact_id AND m.purpose = 'invitation' "
                 "WHERE a.campaign_id = ?1",
                 "i", campaign_id);
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct tally_member));
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        struct tally_member row = {
            .person_id = sqlite3_column_int64(statement, 0),
            .contact_id = sqlite3_column_int64(statement, 1),
            .unit_id = sqlite3_column_int64(statement, 2),
            .household_id = sqlite3_column_int64(statement, 3),
            .addressed = sqlite3_column_int(statement, 4) != 0,
            .state = state_from((const char *)sqlite3_column_text(statement, 5)),
            .delivered = sqlite3_column_int(statement, 6) != 0,
        };
        g_array_append_val(rows, row);
    }
    return finished(rows, step);
}

static void clear_answer(gpointer data)
{
    struct tally_answer *answer = data;
    g_free(answer->question);
    g_free(answer->code);
}

GArray *store_tally_answers_new(void)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct tally_answer));
    g_array_set_clear_func(rows, clear_answer);
    return rows;
}

GArray *store_tally_answers(struct store *store, int64_t campaign_id, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT id, contact_id, person_id, at, question, code FROM answer "
                 "WHERE campaign_id = ?1 AND superseded_by IS NULL AND code <> '' ORDER BY at, id",
                 "i", campaign_id);
    GArray *rows = store_tally_answers_new();
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        struct tally_answer row = {
            .id = sqlite3_column_int64(statement, 0),
            .contact_id = sqlite3_column_int64(statement, 1),
            .person_id = sqlite3_column_int64(statement, 2),
            .at = sqlite3_column_int64(statement, 3),
            .question = sql_text(statement, 4),
            .code = sql_text(statement, 5),
        };
        g_array_append_val(rows, row);
    }
    return finished(rows, step);
}

static void clear_version(gpointer data)
{
    struct store_tally_version *version = data;
    g_free(version->question);
    g_free(version->said);
}

GArray *store_tally_versions(struct store *store, int64_t campaign_id, int64_t as_of,
                             GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT id, contact_id, person_id, coalesce(reply_id, 0), at, question, "
                 "coalesce(said, code) FROM answer WHERE campaign_id = ?1 AND at <= ?2 "
                 "ORDER BY contact_id, person_id, question, id",
                 "ii", campaign_id, as_of);
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct store_tally_version));
    g_array_set_clear_func(rows, clear_version);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        struct store_tally_version row = {
            .id = sqlite3_column_int64(statement, 0),
            .contact_id = sqlite3_column_int64(statement, 1),
            .person_id = sqlite3_column_int64(statement, 2),
            .reply_id = sqlite3_column_int64(statement, 3),
            .at = sqlite3_column_int64(statement, 4),
            .question = sql_text(statement, 5),
            .said = sql_text(statement, 6),
        };
        g_array_append_val(rows, row);
    }
    return finished(rows, step);
}

GArray *store_tally_voices(struct store *store, int64_t campaign_id, int64_t as_of, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT r.contact_id, sum(r.outcome <> 'repeat'), "
                 "sum(r.outcome = 'unclear' AND r.settled_at IS NULL), "
                 "sum((SELECT count(*) FROM opinion o WHERE o.reply_id = r.id)), "
                 "max(r.outcome = 'optout') "
                 "FROM reply r WHERE r.campaign_id = ?1 AND r.sent_at <= ?2 GROUP BY r.contact_id",
                 "ii", campaign_id, as_of == 0 ? INT64_MAX : as_of);
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct tally_voice));
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        struct tally_voice row = {
            .contact_id = sqlite3_column_int64(statement, 0),
            .replies = sqlite3_column_int64(statement, 1),
            .unclear = sqlite3_column_int64(statement, 2),
            .opinions = sqlite3_column_int64(statement, 3),
            .optouts = sqlite3_column_int64(statement, 4),
        };
        g_array_append_val(rows, row);
    }
    return finished(rows, step);
}

bool store_tally_receipts(struct store *store, int64_t campaign_id,
                          int64_t retcounts[MESSAGE_STATES], GError **error)
{
    sqlite3_stmt *statement = sql_bind(store,
                                       "SELECT state, count(*) FROM message WHERE campaign_id = ?1 "
                                       "AND purpose = 'answer' GROUP BY state",
                                       "i", campaign_id);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        int state = state_from((const char *)sqlite3_column_text(statement, 0));
        if (state >= 0)
            retcounts[state] = sqlite3_column_int64(statement, 1);
    }
    return step == 0;
}

bool store_tally_started(struct store *store, int64_t campaign_id, int64_t *retat, GError **error)
{
    return sql_integer(store, 0, retat, error,
                       "SELECT min(at) FROM campaign_event WHERE campaign_id = ?1 "
                       "AND event = 'start'",
                       "i", campaign_id);
}
