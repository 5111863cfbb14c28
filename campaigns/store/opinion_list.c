// SPDX-License-Identifier: GPL-2.0-or-later
/* Opinions as the register reads them, with campaign, unit and the SMS that answers. Whole rows:
 * what a reader may not see is taken out in campaigns/opinion.c. */
#include "campaigns/store/opinion.h"

#include "campaigns/store/sql.h"

/* Not answered, and its day is over: the condition of the index opinion_due, and more. */
#define IS_OVERDUE                                                                                 \
    "(o.state IN ('received', 'forwarded', 'in-progress') AND o.due_at IS NOT NULL AND o.due_at "  \
    "< ?1)"

/* ?1 is now; ?2 whether the sender is asked for: the person whom the campaign addressed. */
#define SELECT_OPINION                                                                             \
    "SELECT o.id, o.campaign_id, o.contact_id, o.reply_id, o.number, c.code, c.title, o.topic,"    \
    " o.topic <> '' AND o.topic_by = '', coalesce(u.code, ''), coalesce(u.name, ''), o.office,"    \
    " EXISTS (SELECT 1 FROM opinion_event e WHERE e.opinion_id = o.id AND e.event = 'forward'),"   \
    " o.restricted, o.text, o.answer, o.state, " IS_OVERDUE ", o.confirmed, o.received_at,"        \
    " o.due_at, o.state_at, o.answered_at, coalesce((SELECT m.state FROM message m"                \
    "  WHERE m.opinion_id = o.id AND m.opinion_id IS NOT NULL ORDER BY m.id DESC LIMIT 1), ''),"   \
    " CASE WHEN ?2 THEN (SELECT p.name FROM person p LEFT JOIN campaign_audience a"                \
    "  ON a.campaign_id = o.campaign_id AND a.person_id = p.id WHERE p.contact_id = o.contact_id"  \
    "  ORDER BY coalesce(a.addressed, 0) DESC, p.head DESC, p.id LIMIT 1) END,"                    \
    " CASE WHEN ?2 THEN k.phone END"                                                               \
    " FROM opinion o JOIN campaign c ON c.id = o.campaign_id JOIN contact k ON k.id = "            \
    "o.contact_id"                                                                                 \
    " LEFT JOIN unit u ON u.id = o.unit_id "

static struct opinion *read_opinion(sqlite3_stmt *row)
{
    struct opinion *opinion = g_new0(struct opinion, 1);
    opinion->id = sqlite3_column_int64(row, 0);
    opinion->campaign_id = sqlite3_column_int64(row, 1);
    opinion->contact_id = sqlite3_column_int64(row, 2);
    opinion->reply_id = sqlite3_column_int64(row, 3);
    opinion->number = sqlite3_column_int64(row, 4);
    opinion->campaign_code = sql_text(row, 5);
    opinion->campaign_title = sql_text(row, 6);
    opinion->topic = sql_text(row, 7);
    opinion->suggested = sqlite3_column_int(row, 8) != 0;
    opinion->unit_code = sql_text(row, 9);
    opinion->unit_name = sql_text(row, 10);
    opinion->office = sql_text(row, 11);
    opinion->forwarded = sqlite3_column_int(row, 12) != 0;
    opinion->restricted = sqlite3_column_int(row, 13) != 0;
    opinion->text = sql_text(row, 14);
    opinion->answer = sql_text(row, 15);
    bool known =
        opinion_state_from_name((const char *)sqlite3_column_text(row, 16), &opinion->state);
    g_assert(known); /* the schema checks it */
    opinion->overdue = sqlite3_column_int(row, 17) != 0;
    opinion->confirmed = sql_text(row, 18);
    opinion->received_at = sqlite3_column_int64(row, 19);
    opinion->due_at = sqlite3_column_int64(row, 20);
    opinion->state_at = sqlite3_column_int64(row, 21);
    opinion->answered_at = sqlite3_column_int64(row, 22);
    opinion->message_state = sql_text(row, 23);
    opinion->sender_name = sql_text(row, 24);
    opinion->sender_phone = sql_text(row, 25);
    return opinion;
}

static bool read_all(sqlite3_stmt *statement, GPtrArray *opinions, GError **error)
{
    int step = 0;
    while ((step = sql_step(statement, error)) == 1)
        g_ptr_array_add(opinions, read_opinion(statement));
    return step == 0;
}

bool store_opinion_list(struct store *store, const struct opinion_filter *filter,
                        const GArray *units, int64_t now, GPtrArray *opinions, GError **error)
{
    const char *state =
        filter->state < 0 ? NULL : opinion_state_name((enum opinion_state)filter->state);
    g_autofree char *unit_ids = sql_id_list(units);
    sqlite3_stmt *statement = sql_bind(
        store,
        SELECT_OPINION "WHERE o.id > ?3 AND (?4 = 0 OR o.campaign_id = ?4)"
                       " AND (?5 IS NULL OR (o.state = ?5 AND NOT " IS_OVERDUE "))"
                       " AND (?6 IS NULL OR o.office = ?6 COLLATE NOCASE)"
                       " AND (?7 IS NULL OR o.topic = ?7 COLLATE NOCASE)"
                       " AND (?8 IS NULL OR o.unit_id IN (SELECT value FROM json_each(?8)))"
                       " AND (NOT ?9 OR " IS_OVERDUE ") ORDER BY o.id LIMIT ?10",
        "iiiittttii", now, (int64_t)filter->senders, filter->after, filter->campaign_id, state,
        filter->office, filter->topic, unit_ids, (int64_t)filter->overdue,
        filter->limit > 0 ? (int64_t)filter->limit : INT64_C(-1));
    return read_all(statement, opinions, error);
}

bool store_opinion_get(struct store *store, int64_t id, int64_t now, GPtrArray *opinions,
                       GError **error)
{
    if (!read_all(sql_bind(store, SELECT_OPINION "WHERE o.id = ?3", "iii", now, INT64_C(1), id),
                  opinions, error))
        return false;
    if (opinions->len > 0)
        return true;
    g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "there is no opinion %" G_GINT64_FORMAT,
                id);
    return false;
}

bool store_opinion_find(struct store *store, int64_t campaign_id, int64_t number, int64_t *retid,
                        GError **error)
{
    int64_t id = 0;
    if (!sql_integer(store, 0, &id, error,
                     "SELECT id FROM opinion WHERE campaign_id = ?1 AND number = ?2", "ii",
                     campaign_id, number))
        return false;
    if (id != 0) {
        *retid = id;
        return true;
    }
    g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
                "this campaign has no opinion %" G_GINT64_FORMAT, number);
    return false;
}

bool store_opinion_count(struct store *store, int64_t campaign_id, int64_t now,
                         struct opinion_counts *retcounts, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT o.state, " IS_OVERDUE " AS overdue, count(*) FROM opinion o"
                 " WHERE (?2 = 0 OR o.campaign_id = ?2) GROUP BY o.state, overdue",
                 "ii", now, campaign_id);
    struct opinion_counts counts = {0};
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        enum opinion_state state = OPINION_RECEIVED;
        opinion_state_from_name((const char *)sqlite3_column_text(statement, 0), &state);
        int64_t *count =
            sqlite3_column_int(statement, 1) != 0 ? &counts.overdue : &counts.states[state];
        *count += sqlite3_column_int64(statement, 2);
    }
    if (step == 0)
        *retcounts = counts;
    return step == 0;
}
