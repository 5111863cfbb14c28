// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows of answers. The unique index allows one row in force, so the old one is pointed at the new
 * one's id before that row exists; the foreign key is checked at commit. */
#include "campaigns/store/answer.h"

#include "campaigns/store/sql.h"
#include "campaigns/store/withheld.h"

#define ANSWER_COLUMNS                                                                             \
    "a.id, a.campaign_id, a.contact_id, a.person_id, a.question, a.code, "                         \
    "coalesce(a.said, a.code), a.reply_id, a.at, a.recorded_at, a.by_whom, a.reason, "             \
    "a.superseded_by"

/* With whom it is about: the person, or the one a message to the contact is for. */
#define SELECT_JOINED                                                                              \
    "SELECT " ANSWER_COLUMNS ", c.phone, p.name, u.name, r.text, r.session_id, " WITHHELD_REPLY    \
    " FROM answer a "                                                                              \
    "LEFT JOIN person p ON p.id = coalesce(a.person_id, (SELECT q.id FROM person q "               \
    "LEFT JOIN campaign_audience w ON w.campaign_id = a.campaign_id AND w.person_id = q.id "       \
    "WHERE q.contact_id = a.contact_id "                                                           \
    "ORDER BY coalesce(w.addressed, 0) DESC, q.head DESC, q.id LIMIT 1)) "                         \
    "LEFT JOIN contact c ON c.id = coalesce(a.contact_id, p.contact_id) "                          \
    "LEFT JOIN unit u ON u.id = p.unit_id LEFT JOIN reply r ON r.id = a.reply_id "

enum { JOINED_COLUMNS = 19 };

void answer_row_clear(struct answer_row *row)
{
    g_free(row->question);
    g_free(row->code);
    g_free(row->said);
    g_free(row->by);
    g_free(row->reason);
    g_free(row->phone);
    g_free(row->person_name);
    g_free(row->unit_name);
    g_free(row->text);
    *row = (struct answer_row){0};
}

void answer_row_free(struct answer_row *row)
{
    if (row == NULL)
        return;
    answer_row_clear(row);
    g_free(row);
}

static void free_row(gpointer row)
{
    answer_row_free(row);
}

static struct answer_row read_row(sqlite3_stmt *statement)
{
    struct answer_row row = {
        .id = sqlite3_column_int64(statement, 0),
        .campaign_id = sqlite3_column_int64(statement, 1),
        .contact_id = sqlite3_column_int64(statement, 2),
        .person_id = sqlite3_column_int64(statement, 3),
        .question = sql_text(statement, 4),
        .code = sql_text(statement, 5),
        .said = sql_text(statement, 6),
        .reply_id = sqlite3_column_int64(statement, 7),
        .at = sqlite3_column_int64(statement, 8),
        .recorded_at = sqlite3_column_int64(statement, 9),
        .by = sql_text(statement, 10),
        .reason = sql_text(statement, 11),
        .superseded_by = sqlite3_column_int64(statement, 12),
    };
    if (sqlite3_column_count(statement) == JOINED_COLUMNS) {
        row.phone = sql_text(statement, 13);
        row.person_name = sql_text(statement, 14);
        row.unit_name = sql_text(statement, 15);
        row.by_ussd = sqlite3_column_type(statement, 17) != SQLITE_NULL;
        row.withheld = sqlite3_column_type(statement, 18) != SQLITE_NULL;
        row.text = row.withheld ? g_strdup("…") : sql_text(statement, 16);
    }
    return row;
}

static GPtrArray *read_all(sqlite3_stmt *statement, GError **error)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(free_row);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        struct answer_row *row = g_new(struct answer_row, 1);
        *row = read_row(statement);
        g_ptr_array_add(rows, row);
    }
    if (step == 0)
        return rows;
    g_ptr_array_unref(rows);
    return NULL;
}

bool store_answer_current(struct store *store, const struct answer_voice *voice,
                          struct answer_row *retrow, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT " ANSWER_COLUMNS " FROM answer a WHERE a.campaign_id = ?1 "
                 "AND coalesce(a.contact_id, 0) = ?2 AND coalesce(a.person_id, 0) = ?3 "
                 "AND a.question = ?4 AND a.superseded_by IS NULL",
                 "iiit", voice->campaign_id, voice->contact_id, voice->person_id, voice->question);
    int step = sql_step(statement, error);
    if (step < 0)
        return false;
    *retrow = (struct answer_row){0};
    if (step == 1) {
        *retrow = read_row(statement);
        sqlite3_reset(statement);
    }
    return true;
}

GPtrArray *store_answer_versions(struct store *store, const struct answer_voice *voice,
                                 GError **error)
{
    sqlite3_stmt *statement =
        voice->contact_id != 0
            ? sql_bind(store,
                       SELECT_JOINED "WHERE a.contact_id = ?1 AND a.campaign_id = ?2 "
                                     "AND (?3 IS NULL OR a.question = ?3) "
                                     "ORDER BY a.question, a.at, a.id",
                       "iit", voice->contact_id, voice->campaign_id, voice->question)
            : sql_bind(store,
                       SELECT_JOINED "WHERE a.person_id = ?1 AND a.campaign_id = ?2 "
                                     "AND (?3 IS NULL OR a.question = ?3) "
                                     "ORDER BY a.question, a.at, a.id",
                       "iit", voice->person_id, voice->campaign_id, voice->question);
    return read_all(statement, error);
}

GPtrArray *store_answer_of_reply(struct store *store, int64_t reply_id, GError **error)
{
    return read_all(sql_bind(store,
                             SELECT_JOINED
                             "WHERE a.reply_id = ?1 AND a.id = (SELECT max(l.id) FROM answer l "
                             "WHERE l.reply_id = ?1 AND l.question = a.question "
                             "AND l.contact_id IS a.contact_id AND l.person_id IS a.person_id) "
                             "ORDER BY a.question, a.at, a.id",
                             "i", reply_id),
                    error);
}

GPtrArray *store_answer_list(struct store *store, const struct answer_filter *filter,
                             GError **error)
{
    return read_all(sql_bind(store,
                             SELECT_JOINED "WHERE a.campaign_id = ?1 AND a.id > ?2 "
                                           "AND (?3 IS NULL OR a.question = ?3) AND a.code <> '' "
                                           "AND a.superseded_by IS NULL ORDER BY a.id LIMIT ?4",
                             "iiti", filter->campaign_id, filter->after, filter->question,
                             (int64_t)filter->limit),
                    error);
}

#define IN_FORCE "a.superseded_by IS NULL AND a.code <> ''"

bool store_answer_ways(struct store *store, int64_t campaign_id, struct answer_ways *retways,
                       GError **error)
{
    sqlite3_stmt *statement = sql_bind(
        store,
        "SELECT count(a.reply_id), count(*) - count(a.reply_id), (SELECT count(*)"
        " FROM ussd_session s CROSS JOIN reply r ON r.session_id = s.id"
        " CROSS JOIN answer a ON a.reply_id = r.id WHERE s.campaign_id = ?1 AND " IN_FORCE ")"
        " FROM answer a INDEXED BY answer_campaign WHERE a.campaign_id = ?1 AND " IN_FORCE,
        "i", campaign_id);
    if (sql_step(statement, error) != 1)
        return false;
    int64_t replied = sqlite3_column_int64(statement, 0), ussd = sqlite3_column_int64(statement, 2);
    *retways = (struct answer_ways){replied - ussd, ussd, sqlite3_column_int64(statement, 1)};
    sqlite3_reset(statement);
    return true;
}

bool store_answer_asked(struct store *store, int64_t campaign_id, int64_t contact_id,
                        int64_t person_id, unsigned *retpersons, GError **error)
{
    int64_t persons = 0;
    bool read = person_id != 0
                    ? sql_integer(store, 0, &persons, error,
                                  "SELECT count(*) FROM campaign_audience WHERE campaign_id = ?1 "
                                  "AND person_id = ?2",
                                  "ii", campaign_id, person_id)
                    : sql_integer(store, 0, &persons, error,
                                  "SELECT count(*) FROM person p JOIN campaign_audience a "
                                  "ON a.campaign_id = ?1 AND a.person_id = p.id "
                                  "WHERE p.contact_id = ?2 AND a.contact_id = ?2",
                                  "ii", campaign_id, contact_id);
    *retpersons = (unsigned)persons;
    return read;
}

static void free_person(gpointer data)
{
    struct answer_person *person = data;
    g_free(person->name);
    g_free(person->unit_name);
    g_free(person->answer);
    g_free(person);
}

GPtrArray *store_answer_persons(struct store *store, int64_t campaign_id, int64_t contact_id,
                                int64_t reply_id, GError **error)
{
    sqlite3_stmt *statement = sql_bind(
        store,
        "SELECT p.id, p.name, u.name, (SELECT group_concat(a.question || '=' || a.code, '; ') "
        "FROM answer a WHERE a.reply_id = ?3 AND a.person_id = p.id AND a.superseded_by IS NULL "
        "AND a.code <> '') FROM person p JOIN campaign_audience w ON w.campaign_id = ?1 "
        "AND w.person_id = p.id LEFT JOIN unit u ON u.id = p.unit_id "
        "WHERE p.contact_id = ?2 AND w.contact_id = ?2 ORDER BY w.addressed DESC, p.id",
        "iii", campaign_id, contact_id, reply_id);
    GPtrArray *rows = g_ptr_array_new_with_free_func(free_person);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        struct answer_person *person = g_new0(struct answer_person, 1);
        person->id = sqlite3_column_int64(statement, 0);
        person->name = sql_text(statement, 1);
        person->unit_name = sql_text(statement, 2);
        person->answer = sql_text(statement, 3);
        g_ptr_array_add(rows, person);
    }
    if (step == 0)
        return rows;
    g_ptr_array_unref(rows);
    return NULL;
}

bool store_answer_reaches(struct store *store, int64_t campaign_id, int64_t person_id,
                          int64_t contact_id, bool *retreached, GError **error)
{
    int64_t reached = 0;
    if (!sql_integer(store, 0, &reached, error,
                     "SELECT 1 FROM campaign_audience WHERE campaign_id = ?1 AND person_id = ?2 "
                     "AND contact_id = ?3",
                     "iii", campaign_id, person_id, contact_id))
        return false;
    *retreached = reached != 0;
    return true;
}

bool store_answer_next_id(struct store *store, int64_t *retid, GError **error)
{
    return sql_integer(store, 1, retid, error, "SELECT max(id) + 1 FROM answer", "");
}

bool store_answer_insert(struct store *store, const struct answer_row *row, GError **error)
{
    return sql_run(store, error,
                   "INSERT INTO answer (id, campaign_id, contact_id, person_id, question, code, "
                   "said, reply_id, at, recorded_at, by_whom, reason, superseded_by) "
                   "VALUES (?1, ?2, ?3, ?4, ?5, ?6, nullif(?7, ?6), ?8, ?9, ?10, ?11, ?12, ?13)",
                   "oiootttoiitto", row->id, row->campaign_id, row->contact_id, row->person_id,
                   row->question, row->code, row->said, row->reply_id, row->at, row->recorded_at,
                   row->by == NULL ? "" : row->by, row->reason == NULL ? "" : row->reason,
                   row->superseded_by);
}

bool store_answer_supersede(struct store *store, int64_t id, int64_t by_id, GError **error)
{
    return sql_run_one(store, error, "UPDATE answer SET superseded_by = ?2 WHERE id = ?1", "ii", id,
                       by_id);
}

bool store_answer_enforce(struct store *store, int64_t id, const char *code, GError **error)
{
    return sql_run_one(store, error,
                       "UPDATE answer SET superseded_by = NULL, said = coalesce(said, code), "
                       "code = ?2 WHERE id = ?1",
                       "it", id, code);
}
