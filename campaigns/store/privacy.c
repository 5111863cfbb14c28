// SPDX-License-Identifier: GPL-2.0-or-later
/* One statement for each kind of thing that is held; its columns' names are the members of the
 * file. A new table that knows people gets a line here, and one in erase.c. */
#include "campaigns/store/privacy.h"

#include "campaigns/store/erased.h"
#include "campaigns/store/sql.h"
#include "campaigns/store/withheld.h"

void person_found_free(struct person_found *person)
{
    if (person == NULL)
        return;
    g_free(person->name);
    g_free(person->birth);
    g_free(person->unit);
    g_free(person->phone);
    g_free(person->household);
    g_free(person);
}

#define FOUND                                                                                      \
    "SELECT p.id, coalesce(p.contact_id, 0), coalesce(p.household_id, 0), p.name, p.birth, "       \
    "coalesce(u.name, ''), coalesce(c.phone, ''), coalesce(h.code, ''), coalesce(p.erased_at, 0) " \
    "FROM person p LEFT JOIN unit u ON u.id = p.unit_id "                                          \
    "LEFT JOIN contact c ON c.id = p.contact_id LEFT JOIN household h ON h.id = p.household_id "

static GPtrArray *read_found(sqlite3_stmt *statement, GError **error)
{
    GPtrArray *people = g_ptr_array_new_with_free_func((GDestroyNotify)person_found_free);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        struct person_found *person = g_new0(struct person_found, 1);
        person->id = sqlite3_column_int64(statement, 0);
        person->contact_id = sqlite3_column_int64(statement, 1);
        person->household_id = sqlite3_column_int64(statement, 2);
        person->name = sql_text(statement, 3);
        person->birth = sql_text(statement, 4);
        person->unit = sql_text(statement, 5);
        person->phone = sql_text(statement, 6);
        person->household = sql_text(statement, 7);
        person->erased_at = sqlite3_column_int64(statement, 8);
        g_ptr_array_add(people, person);
    }
    if (step == 0)
        return people;
    g_ptr_array_unref(people);
    return NULL;
}

GPtrArray *store_privacy_by_name(struct store *store, const char *key, unsigned limit,
                                 GError **error)
{
    return read_found(sql_bind(store,
                               FOUND "WHERE p.erased_at IS NULL AND instr(p.name_key, ?1) > 0 "
                                     "ORDER BY p.name_key <> ?1, p.id LIMIT ?2",
                               "ti", key, (int64_t)limit),
                      error);
}

GPtrArray *store_privacy_by_contact(struct store *store, int64_t contact_id, GError **error)
{
    return read_found(
        sql_bind(store, FOUND "WHERE p.contact_id = ?1 ORDER BY p.id", "i", contact_id), error);
}

GPtrArray *store_privacy_by_id(struct store *store, int64_t person_id, GError **error)
{
    return read_found(sql_bind(store, FOUND "WHERE p.id = ?1", "i", person_id), error);
}

bool store_privacy_phone(struct store *store, int64_t contact_id, char **retphone, GError **error)
{
    sqlite3_stmt *statement = sql_bind(
        store, "SELECT phone FROM contact WHERE id = ?1 AND phone NOT LIKE '" ERASED_PHONE "%'",
        "i", contact_id);
    int step = sql_step(statement, error);
    if (step < 0)
        return false;
    *retphone = step == 1 ? sql_text(statement, 0) : NULL;
    sqlite3_reset(statement);
    return true;
}

/* ---- the file ---- */

/* What is for one office alone is not handed out here either: that is for the office to do. */
#define MESSAGE_TEXT "CASE WHEN " WITHHELD_MESSAGE " IS NULL THEN message.text ELSE '…' END AS text"
#define REPLY_TEXT   "CASE WHEN " WITHHELD_REPLY " IS NULL THEN r.text ELSE '…' END AS text"
#define REPLY_NORMALISED                                                                           \
    "CASE WHEN " WITHHELD_REPLY " IS NULL THEN r.normalised ELSE '…' END AS normalised"
/* The path holds all that was typed, in one. */
#define SESSION_TEXTS                                                                              \
    "CASE WHEN EXISTS (SELECT 1 FROM reply r WHERE r.session_id = s.id AND " WITHHELD_REPLY        \
    " IS NOT NULL) THEN '…' ELSE s.path END AS path, s.page"
#define INCOMING_TEXT  "CASE WHEN " WITHHELD_REPLY " IS NULL THEN i.text ELSE '…' END AS text"
#define OPINION_TEXT   "CASE o.restricted WHEN 0 THEN o.text ELSE '…' END AS text"
#define OPINION_ANSWER "CASE o.restricted WHEN 0 THEN o.answer ELSE '…' END AS answer"
#define EVENT_DETAIL   "CASE o.restricted WHEN 0 THEN e.detail ELSE '…' END AS detail"

struct section {
    const char *name, *sql;
};

static const struct section of_person[] = {
    {"person",
     "SELECT p.id, p.name, p.birth, p.sex, u.code AS unit, u.name AS unit_name, h.code AS "
     "household, c.phone, p.phone_reason, p.head, p.created_at, p.updated_at, p.erased_at, "
     "i.file AS roster_file, i.at AS roster_at, i.by_whom AS roster_by FROM person p "
     "LEFT JOIN unit u ON u.id = p.unit_id LEFT JOIN household h ON h.id = p.household_id "
     "LEFT JOIN contact c ON c.id = p.contact_id LEFT JOIN roster_import i ON i.id = p.import_id "
     "WHERE p.id = ?1"},
    {"attributes", "SELECT heading, value FROM person_attribute WHERE person_id = ?1"},
    {"groups", "SELECT g.name FROM person_group_member m JOIN person_group g ON g.id = m.group_id "
               "WHERE m.person_id = ?1 ORDER BY g.id"},
    {"audiences",
     "SELECT c.code AS campaign, c.title, c.organisation, u.name AS unit_name, a.addressed, "
     "a.left_out FROM campaign c CROSS JOIN campaign_audience a ON a.campaign_id = c.id "
     "AND a.person_id = ?1 LEFT JOIN unit u ON u.id = a.unit_id ORDER BY c.id"},
    {"answers_recorded",
     "SELECT a.id, c.code AS campaign, a.question, a.code, a.at, a.recorded_at, a.by_whom, "
     "a.reason, a.superseded_by FROM answer a JOIN campaign c ON c.id = a.campaign_id "
     "WHERE a.person_id = ?1 ORDER BY a.id"},
    {"consent_of_person",
     "SELECT l.at, l.event, l.by_whom, l.reason FROM consent l WHERE l.person_id = ?1 "
     "ORDER BY l.id"},
};

static const struct section of_contact[] = {
    {"contact", "SELECT id, phone, created_at FROM contact WHERE id = ?1"},
    {"messages",
     "SELECT message.id, c.code AS campaign, purpose, message.state, " MESSAGE_TEXT
     ", parts, modem, "
     "message.created_at, message.state_at, cause FROM message "
     "LEFT JOIN campaign c ON c.id = campaign_id WHERE contact_id = ?1 ORDER BY message.id"},
    {"replies",
     "SELECT r.id, r.modem, r.session_id, r.sender, c.code AS campaign, " REPLY_TEXT ", r.sent_at, "
     "r.received_at, r.outcome, r.rule, " REPLY_NORMALISED
     ", r.look, r.settled_at, r.settled_by FROM reply r "
     "LEFT JOIN campaign c ON c.id = r.campaign_id WHERE r.contact_id = ?1 ORDER BY r.id"},
    {"incoming",
     "SELECT i.id, i.reply_id, i.modem, i.sender, " INCOMING_TEXT ", i.sent_at, i.received_at "
     "FROM incoming i JOIN reply r ON r.id = i.reply_id WHERE r.contact_id = ?1 ORDER BY i.id"},
    {"ussd_sessions",
     "SELECT s.id, s.service, s.phone, c.code AS campaign, s.state, " SESSION_TEXTS
     ", s.started_at, s.heard_at FROM ussd_session s LEFT JOIN campaign c ON c.id = s.campaign_id "
     "WHERE s.contact_id = ?1 ORDER BY s.id"},
    {"answers", "SELECT a.id, c.code AS campaign, a.question, a.code, a.said, a.reply_id, a.at, "
                "a.recorded_at, a.by_whom, a.reason, a.superseded_by FROM answer a "
                "JOIN campaign c ON c.id = a.campaign_id WHERE a.contact_id = ?1 ORDER BY a.id"},
    {"conversations",
     "SELECT c.code AS campaign, v.state, v.question, v.asked_at, v.reminded_at FROM campaign c "
     "CROSS JOIN conversation v ON v.campaign_id = c.id AND v.contact_id = ?1 ORDER BY c.id"},
    {"opinions",
     "SELECT o.id, c.code AS campaign, o.number, " OPINION_TEXT ", o.state, "
     "o.received_at, o.topic, o.office, "
     "o.restricted, o.due_at, " OPINION_ANSWER ", o.answered_at, o.confirmed FROM opinion o "
     "JOIN campaign c ON c.id = o.campaign_id "
     "WHERE o.reply_id IN (SELECT id FROM reply WHERE contact_id = ?1) ORDER BY o.id"},
    {"opinion_events",
     "SELECT e.opinion_id, e.at, e.by_whom, e.event, e.to_state, " EVENT_DETAIL
     " FROM opinion_event e JOIN opinion o ON o.id = e.opinion_id "
     "WHERE o.reply_id IN (SELECT id FROM reply WHERE contact_id = ?1) ORDER BY e.id"},
    {"refusals",
     "SELECT organisation, at FROM refusal WHERE contact_id = ?1 ORDER BY organisation"},
    {"consent",
     "SELECT l.at, l.event, l.organisation, c.code AS campaign, l.reply_id, l.by_whom, l.reason "
     "FROM consent l LEFT JOIN campaign c ON c.id = l.campaign_id WHERE l.contact_id = ?1 "
     "ORDER BY l.id"},
};

static json_t *column_json(sqlite3_stmt *statement, int column)
{
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        return json_integer(sqlite3_column_int64(statement, column));
    case SQLITE_TEXT:
        return json_string((const char *)sqlite3_column_text(statement, column));
    default:
        return json_null();
    }
}

static bool read_section(sqlite3_stmt *statement, const char *name, json_t *into, GError **error)
{
    json_t *rows = json_array();
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        json_t *row = json_object();
        for (int column = 0; column < sqlite3_column_count(statement); column++)
            json_object_set_new(row, sqlite3_column_name(statement, column),
                                column_json(statement, column));
        json_array_append_new(rows, row);
    }
    json_object_set_new(into, name, rows);
    return step == 0;
}

bool store_privacy_person(struct store *store, int64_t person_id, json_t *into, GError **error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(of_person); i++)
        if (!read_section(sql_bind(store, of_person[i].sql, "i", person_id), of_person[i].name,
                          into, error))
            return false;
    return true;
}

bool store_privacy_contact(struct store *store, int64_t contact_id, json_t *into, GError **error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(of_contact); i++)
        if (!read_section(sql_bind(store, of_contact[i].sql, "i", contact_id), of_contact[i].name,
                          into, error))
            return false;
    return true;
}

bool store_privacy_addressed(struct store *store, int64_t person_id, int64_t contact_id,
                             json_t *into, GError **error)
{
    return read_section(
        sql_bind(store,
                 "SELECT message.id, c.code AS campaign, purpose, message.state, " MESSAGE_TEXT ", "
                 "message.created_at, message.state_at FROM message "
                 "JOIN campaign c ON c.id = message.campaign_id "
                 "WHERE message.contact_id = ?2 AND EXISTS (SELECT 1 FROM campaign_audience a "
                 "WHERE a.campaign_id = c.id AND a.person_id = ?1 AND a.addressed = 1) "
                 "ORDER BY message.id",
                 "ii", person_id, contact_id),
        "messages", into, error);
}
