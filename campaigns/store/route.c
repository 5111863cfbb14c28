// SPDX-License-Identifier: GPL-2.0-or-later
/* Lessons are kept only of contacts that some operator failed to reach: as long as everything
 * arrives, a report costs one lookup more and no write. */
#include "campaigns/store/route.h"

#include "campaigns/store/sql.h"

static void clear_lesson(gpointer lesson)
{
    g_free(((struct route_lesson *)lesson)->operator_name);
}

static GArray *lessons_new(void)
{
    GArray *lessons = g_array_new(FALSE, FALSE, sizeof(struct route_lesson));
    g_array_set_clear_func(lessons, clear_lesson);
    return lessons;
}

static struct route_lesson read_lesson(sqlite3_stmt *statement, int column)
{
    return (struct route_lesson){sql_text(statement, column),
                                 (unsigned)sqlite3_column_int64(statement, column + 1),
                                 sqlite3_column_int64(statement, column + 2)};
}

/* By prefix and lessons; "" where the contact's number was erased. */
static bool route_of(struct store *store, int64_t contact_id, char **retroute, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT contact.phone, l.operator, l.undelivered, l.delivered_at FROM contact"
                 " LEFT JOIN contact_operator l ON l.contact_id = contact.id WHERE contact.id = ?1",
                 "i", contact_id);
    g_autoptr(GArray) lessons = lessons_new();
    struct phone phone = {0};
    int row = 0;
    while ((row = sql_step(statement, error)) == 1) {
        g_strlcpy(phone.e164, (const char *)sqlite3_column_text(statement, 0), PHONE_SIZE);
        if (sqlite3_column_type(statement, 1) == SQLITE_NULL)
            continue;
        struct route_lesson lesson = read_lesson(statement, 1);
        g_array_append_val(lessons, lesson);
    }
    if (row != 0)
        return false;
    *retroute =
        route_text(&phone, (const struct route_lesson *)(void *)lessons->data, lessons->len);
    return true;
}

bool store_route_first(struct store *store, int64_t campaign_id, int64_t contact_id,
                       char **retmodem, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT modem FROM message INDEXED BY message_contact WHERE contact_id = ?1"
                 " AND campaign_id = ?2 AND modem IS NOT NULL"
                 " AND state IN ('sent', 'delivered', 'unsure') ORDER BY id LIMIT 1",
                 "ii", contact_id, campaign_id);
    int row = sql_step(statement, error);
    if (row < 0)
        return false;
    *retmodem = row == 1 ? sql_text(statement, 0) : NULL;
    sqlite3_reset(statement);
    return true;
}

bool store_route_new(struct store *store, const struct message *message, char **retroute,
                     GError **error)
{
    g_autofree char *first = NULL;
    if (message->purpose == PURPOSE_ANSWER || message->purpose == PURPOSE_ALARM) {
        *retroute = g_strdup("");
        return true;
    }
    if (message->purpose == PURPOSE_REMINDER &&
        !store_route_first(store, message->campaign_id, message->contact_id, &first, error))
        return false;
    if (first == NULL)
        return route_of(store, message->contact_id, retroute, error);
    *retroute = route_text_reply(first);
    return true;
}

/* ---- learning ---- */

/* Whose SIM is in the modem. 1 known, 0 not, -1 a fault. */
static int operator_of(struct store *store, const char *modem, char **retoperator, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT sim.operator FROM modem JOIN sim ON sim.imsi ="
                 " CASE modem.imsi WHEN '' THEN 'modem:' || modem.name ELSE modem.imsi END"
                 " WHERE modem.name = ?1 AND sim.operator <> ''",
                 "t", modem);
    int row = sql_step(statement, error);
    if (row != 1)
        return row;
    *retoperator = sql_text(statement, 0);
    sqlite3_reset(statement);
    return 1;
}

static bool write_lesson(struct store *store, int64_t contact_id, const char *operator_name,
                         bool delivered, int64_t now, GError **error)
{
    if (delivered)
        return sql_run(store, error,
                       "INSERT INTO contact_operator (contact_id, operator, delivered_at)"
                       " VALUES (?1, ?2, ?3) ON CONFLICT (contact_id, operator)"
                       " DO UPDATE SET undelivered = 0, delivered_at = excluded.delivered_at",
                       "iti", contact_id, operator_name, now);
    return sql_run(store, error,
                   "INSERT INTO contact_operator (contact_id, operator, undelivered,"
                   " undelivered_at) VALUES (?1, ?2, 1, ?3) ON CONFLICT (contact_id, operator)"
                   " DO UPDATE SET undelivered = undelivered + 1,"
                   " undelivered_at = excluded.undelivered_at",
                   "iti", contact_id, operator_name, now);
}

/* 1 and who was written to by which modem; 0 nothing is to be learnt; -1 a fault. */
static int what_to_learn(struct store *store, const struct route_news *news, int64_t *retcontact,
                         char **retmodem, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT message.contact_id, part.modem FROM message"
                 " JOIN part ON part.message_id = message.id AND part.sequence = ?2"
                 " WHERE message.id = ?1 AND (NOT ?3 OR EXISTS (SELECT 1 FROM contact_operator l"
                 " WHERE l.contact_id = message.contact_id))",
                 "iii", news->message_id, (int64_t)news->sequence, (int64_t)news->delivered);
    int row = sql_step(statement, error);
    if (row != 1)
        return row;
    *retcontact = sqlite3_column_int64(statement, 0);
    *retmodem = sql_text(statement, 1);
    sqlite3_reset(statement);
    return 1;
}

bool store_route_learn(struct store *store, const struct route_news *news, int64_t now,
                       GError **error)
{
    int64_t contact_id = 0;
    g_autofree char *modem = NULL, *operator_name = NULL, *route = NULL;
    int found = what_to_learn(store, news, &contact_id, &modem, error);
    if (found == 1)
        found = operator_of(store, modem, &operator_name, error);
    if (found != 1)
        return found == 0;
    /* What the SIM that wrote first should send stays with it. */
    return write_lesson(store, contact_id, operator_name, news->delivered, now, error) &&
           route_of(store, contact_id, &route, error) &&
           sql_run(store, error,
                   "UPDATE message SET route = ?2 WHERE contact_id = ?1 AND state = 'queued'"
                   " AND purpose NOT IN ('answer', 'alarm') AND route <> ?2"
                   " AND substr(route, 1, 1) <> '@'",
                   "it", contact_id, route);
}

static void free_lessons(gpointer data)
{
    struct route_lessons *lessons = data;
    g_array_unref(lessons->rows);
    g_free(lessons);
}

GHashTable *store_route_lessons(struct store *store, GError **error)
{
    sqlite3_stmt *statement = sql_bind(store,
                                       "SELECT contact_id, operator, undelivered, delivered_at"
                                       " FROM contact_operator ORDER BY contact_id",
                                       "");
    g_autoptr(GHashTable) all =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_lessons);
    int row = 0;
    while ((row = sql_step(statement, error)) == 1) {
        int64_t contact_id = sqlite3_column_int64(statement, 0);
        struct route_lessons *lessons = g_hash_table_lookup(all, &contact_id);
        if (lessons == NULL) {
            lessons = g_new0(struct route_lessons, 1);
            lessons->rows = lessons_new();
            g_hash_table_insert(all, g_memdup2(&contact_id, sizeof contact_id), lessons);
        }
        struct route_lesson lesson = read_lesson(statement, 1);
        g_array_append_val(lessons->rows, lesson);
    }
    return row == 0 ? g_steal_pointer(&all) : NULL;
}

/* ---- for the dispatcher ---- */

static void free_modem(gpointer data)
{
    struct route_modem *modem = data;
    g_free(modem->name);
    g_free(modem->state);
    g_free(modem->operator_name);
    g_free(modem);
}

GPtrArray *store_route_modems(struct store *store, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT modem.name, modem.state, coalesce(sim.operator, '') FROM modem"
                 " LEFT JOIN sim ON sim.imsi ="
                 " CASE modem.imsi WHEN '' THEN 'modem:' || modem.name ELSE modem.imsi END",
                 "");
    g_autoptr(GPtrArray) modems = g_ptr_array_new_with_free_func(free_modem);
    int row = 0;
    while ((row = sql_step(statement, error)) == 1) {
        struct route_modem *modem = g_new0(struct route_modem, 1);
        *modem = (struct route_modem){sql_text(statement, 0), sql_text(statement, 1),
                                      sql_text(statement, 2)};
        g_ptr_array_add(modems, modem);
    }
    return row == 0 ? g_steal_pointer(&modems) : NULL;
}

/* The condition of the index, to the letter (campaigns/store/message.c). */
#define ANY_MODEM "state = 'queued' AND modem IS NULL AND purpose <> 'answer'"

bool store_route_list(struct store *store, int64_t campaign_id, int priority, GPtrArray *retroutes,
                      GError **error)
{
    /* Hops from route to route through the index, whatever lies queued in each. */
    sqlite3_stmt *statement =
        sql_bind(store,
                 "WITH RECURSIVE one (route) AS ("
                 " SELECT min(route) FROM message WHERE " ANY_MODEM
                 " AND campaign_id IS ?1 AND priority = ?2"
                 " UNION ALL SELECT (SELECT min(route) FROM message WHERE " ANY_MODEM
                 " AND campaign_id IS ?1 AND priority = ?2 AND route > one.route) FROM one"
                 " WHERE one.route IS NOT NULL)"
                 " SELECT route FROM one WHERE route IS NOT NULL",
                 "oi", campaign_id, (int64_t)priority);
    int row = 0;
    while ((row = sql_step(statement, error)) == 1)
        g_ptr_array_add(retroutes, sql_text(statement, 0));
    return row == 0;
}

bool store_route_backlog(struct store *store, const struct message_lane *lane, int64_t now,
                         unsigned limit, int64_t *retparts, GError **error)
{
    return sql_integer(
        store, 0, retparts, error,
        "SELECT CAST(count(*) * coalesce((SELECT avg(parts) FROM (SELECT parts FROM message"
        " WHERE " ANY_MODEM " AND campaign_id IS ?1 AND priority = ?2 AND route = ?3"
        " AND not_before <= ?4 ORDER BY not_before, id LIMIT 16)), 1) AS INTEGER)"
        " FROM (SELECT 1 FROM message WHERE " ANY_MODEM " AND campaign_id IS ?1"
        " AND priority = ?2 AND route = ?3 AND not_before <= ?4 LIMIT ?5)",
        "oitii", lane->campaign_id, (int64_t)lane->priority, lane->route, now, (int64_t)limit);
}
