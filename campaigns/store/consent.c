// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows of `consent` and `refusal`. Whoever asks whether a contact may be written to asks `refusal`
 * by its primary key; the ledger is for people and is never changed, only added to. */
#include "campaigns/store/consent.h"

#include "campaigns/store/message.h"
#include "campaigns/store/sql.h"
#include "config/campaign.h"

bool store_consent_log(struct store *store, const struct consent_row *row, const char *event,
                       GError **error)
{
    return sql_run(store, error,
                   "INSERT INTO consent (contact_id, person_id, organisation, at, event, reply_id, "
                   "campaign_id, by_whom, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                   "ootitoott", row->contact_id, row->person_id, row->organisation, row->at, event,
                   row->reply_id, row->campaign_id, row->by,
                   row->reason == NULL ? "" : row->reason);
}

/* What goes out all the same, because it is an emergency. */
static bool log_exempted(struct store *store, const struct consent_row *row, GError **error)
{
    return sql_run(
        store, error,
        "INSERT INTO consent (contact_id, organisation, at, event, campaign_id, by_whom) "
        "SELECT m.contact_id, c.organisation, ?3, 'exempted', c.id, '' FROM message m "
        "JOIN campaign c ON c.id = m.campaign_id WHERE m.contact_id = ?1 "
        "AND m.state = 'queued' AND m.purpose NOT IN ('answer', 'alarm') "
        "AND m.priority >= ?4 AND (?2 = '*' OR c.organisation = ?2)",
        "itii", row->contact_id, row->organisation, row->at, (int64_t)PRIORITY_EMERGENCY);
}

bool store_consent_refuse(struct store *store, const struct consent_row *row, bool *retnew,
                          GError **error)
{
    if (!sql_run(store, error,
                 "INSERT INTO refusal (contact_id, organisation, at) VALUES (?1, ?2, ?3) "
                 "ON CONFLICT DO NOTHING",
                 "iti", row->contact_id, row->organisation, row->at))
        return false;
    *retnew = sql_changes(store) > 0;
    return !*retnew ||
           (store_consent_log(store, row, "opted-out", error) && log_exempted(store, row, error) &&
            store_message_drop_contact(store, row->contact_id, row->organisation, "opted out",
                                       row->at, error));
}

static void free_refusal(gpointer data)
{
    struct refusal_row *row = data;
    g_free(row->organisation);
    g_free(row);
}

GPtrArray *store_consent_refusals(struct store *store, int64_t contact_id, GError **error)
{
    sqlite3_stmt *statement = sql_bind(store,
                                       "SELECT organisation, at FROM refusal WHERE contact_id = ?1 "
                                       "ORDER BY organisation <> '*', organisation",
                                       "i", contact_id);
    GPtrArray *rows = g_ptr_array_new_with_free_func(free_refusal);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        struct refusal_row *row = g_new0(struct refusal_row, 1);
        row->organisation = sql_text(statement, 0);
        row->at = sqlite3_column_int64(statement, 1);
        g_ptr_array_add(rows, row);
    }
    if (step == 0)
        return rows;
    g_ptr_array_unref(rows);
    return NULL;
}

bool store_consent_restore(struct store *store, const struct consent_row *row, unsigned *retcount,
                           GError **error)
{
    g_autoptr(GPtrArray) refusals = store_consent_refusals(store, row->contact_id, error);
    if (refusals == NULL)
        return false;
    bool all = g_str_equal(row->organisation, CONSENT_ALL);
    unsigned count = 0;
    for (unsigned i = 0; i < refusals->len; i++) {
        const struct refusal_row *refusal = refusals->pdata[i];
        if (!all && !g_str_equal(refusal->organisation, row->organisation) &&
            !g_str_equal(refusal->organisation, CONSENT_ALL))
            continue;
        struct consent_row line = *row;
        line.organisation = refusal->organisation;
        if (!sql_run(store, error,
                     "DELETE FROM refusal WHERE contact_id = ?1 AND organisation = ?2", "it",
                     row->contact_id, refusal->organisation) ||
            !store_consent_log(store, &line, "opted-in", error))
            return false;
        count++;
    }
    *retcount = count;
    return true;
}

bool store_consent_wipe(struct store *store, int64_t campaign_id, GError **error)
{
    return sql_run(store, error,
                   "DELETE FROM consent WHERE campaign_id = ?1 AND event = 'exempted'", "i",
                   campaign_id);
}

bool store_consent_refused_at(struct store *store, int64_t contact_id, const char *organisation,
                              int64_t *retat, GError **error)
{
    return sql_integer(store, 0, retat, error,
                       "SELECT min(at) FROM refusal WHERE contact_id = ?1 "
                       "AND (?2 IS NULL OR organisation IN (?2, '*'))",
                       "it", contact_id, organisation);
}

bool store_consent_organisation(struct store *store, int64_t campaign_id, char **retorganisation,
                                GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store, "SELECT organisation FROM campaign WHERE id = ?1", "i", campaign_id);
    int step = sql_step(statement, error);
    if (step < 0)
        return false;
    *retorganisation = step == 1 ? sql_text(statement, 0) : NULL;
    sqlite3_reset(statement);
    return true;
}

static void free_line(gpointer data)
{
    struct ledger_row *row = data;
    g_free(row->event);
    g_free(row->organisation);
    g_free(row->by);
    g_free(row->reason);
    g_free(row->phone);
    g_free(row->name);
    g_free(row->campaign);
    g_free(row->text);
    g_free(row);
}

#define LEDGER                                                                                     \
    "SELECT l.id, l.at, coalesce(l.contact_id, 0), coalesce(l.person_id, 0), "                     \
    "coalesce(l.reply_id, 0), l.event, l.organisation, l.by_whom, l.reason, t.phone, "             \
    "coalesce((SELECT p.name FROM person p WHERE p.id = l.person_id), (SELECT p.name FROM person " \
    "p WHERE p.contact_id = l.contact_id ORDER BY p.head DESC, p.id LIMIT 1)), c.code, "           \
    "(SELECT nullif(r.text, '') FROM reply r WHERE r.id = l.reply_id) "                            \
    "FROM consent l LEFT JOIN contact t ON t.id = l.contact_id "                                   \
    "LEFT JOIN campaign c ON c.id = l.campaign_id "                                                \
    "WHERE (?1 = 0 OR l.id < ?1) AND (?2 IS NULL OR l.event = ?2) "
#define NEWEST "ORDER BY l.id DESC LIMIT ?3"

static sqlite3_stmt *choose(struct store *store, const struct ledger_filter *filter)
{
    int64_t limit = filter->limit;
    if (filter->contact_id != 0)
        return sql_bind(
            store, LEDGER "AND l.contact_id = ?4 AND (?5 = 0 OR l.campaign_id = ?5) " NEWEST,
            "itiii", filter->before, filter->event, limit, filter->contact_id, filter->campaign_id);
    if (filter->campaign_id != 0)
        return sql_bind(store, LEDGER "AND l.campaign_id = ?4 " NEWEST, "itii", filter->before,
                        filter->event, limit, filter->campaign_id);
    return sql_bind(store, LEDGER NEWEST, "iti", filter->before, filter->event, limit);
}

GPtrArray *store_consent_list(struct store *store, const struct ledger_filter *filter,
                              GError **error)
{
    sqlite3_stmt *statement = choose(store, filter);
    GPtrArray *rows = g_ptr_array_new_with_free_func(free_line);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        struct ledger_row *row = g_new0(struct ledger_row, 1);
        row->id = sqlite3_column_int64(statement, 0);
        row->at = sqlite3_column_int64(statement, 1);
        row->contact_id = sqlite3_column_int64(statement, 2);
        row->person_id = sqlite3_column_int64(statement, 3);
        row->reply_id = sqlite3_column_int64(statement, 4);
        row->event = sql_text(statement, 5);
        row->organisation = sql_text(statement, 6);
        row->by = sql_text(statement, 7);
        row->reason = sql_text(statement, 8);
        row->phone = sql_text(statement, 9);
        row->name = sql_text(statement, 10);
        row->campaign = sql_text(statement, 11);
        row->text = sql_text(statement, 12);
        g_ptr_array_add(rows, row);
    }
    if (step == 0)
        return rows;
    g_ptr_array_unref(rows);
    return NULL;
}
