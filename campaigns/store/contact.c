// SPDX-License-Identifier: GPL-2.0-or-later
// Reads one contact and what was written back to it.
#include "campaigns/store/contact.h"

#include "campaigns/store/audience.h"
#include "campaigns/store/sql.h"

bool store_contact_find(struct store *store, const char *phone, struct contact_row *retrow,
                        GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT id, (SELECT min(at) FROM refusal WHERE contact_id = contact.id) "
                 "FROM contact WHERE phone = ?1",
                 "t", phone);
    int step = sql_step(statement, error);
    if (step < 0)
        return false;
    *retrow = (struct contact_row){0};
    if (step == 1) {
        retrow->id = sqlite3_column_int64(statement, 0);
        retrow->opted_out_at = sqlite3_column_int64(statement, 1);
        sqlite3_reset(statement);
    }
    return true;
}

struct recipient *store_contact_person(struct store *store, int64_t contact_id, int64_t campaign_id,
                                       GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT p.id, p.name, p.sex, p.unit_id, coalesce(u.name, '') "
                 "FROM person p LEFT JOIN unit u ON u.id = p.unit_id "
                 "LEFT JOIN campaign_audience a ON a.campaign_id = ?2 AND a.person_id = p.id "
                 "WHERE p.contact_id = ?1 "
                 "ORDER BY coalesce(a.addressed, 0) DESC, p.head DESC, p.id LIMIT 1",
                 "ii", contact_id, campaign_id);
    if (sql_step(statement, error) != 1)
        return NULL;
    struct recipient *person = g_new0(struct recipient, 1);
    person->person_id = sqlite3_column_int64(statement, 0);
    person->contact_id = contact_id;
    person->name = sql_text(statement, 1);
    person->sex = roster_sex_from_name((const char *)sqlite3_column_text(statement, 2));
    person->unit_id = sqlite3_column_int64(statement, 3);
    person->detail = sql_text(statement, 4);
    person->unit_name = "";
    sqlite3_reset(statement);
    return person;
}

bool store_contact_texts(struct store *store, int64_t contact_id, int64_t campaign_id,
                         int64_t since, struct contact_texts *rettexts, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT count(*), coalesce(sum(receipt = 'unclear' AND campaign_id IS ?2), 0) "
                 "FROM message WHERE contact_id = ?1 AND purpose = 'answer' AND asks = '' "
                 "AND created_at > ?3",
                 "ioi", contact_id, campaign_id, since);
    if (sql_step(statement, error) != 1)
        return false;
    rettexts->all = sqlite3_column_int64(statement, 0);
    rettexts->help = sqlite3_column_int64(statement, 1);
    sqlite3_reset(statement);
    return true;
}

bool store_contact_receipt(struct store *store, int64_t message_id, const char *receipt,
                           GError **error)
{
    return sql_run_one(store, error, "UPDATE message SET receipt = ?2 WHERE id = ?1", "it",
                       message_id, receipt);
}
