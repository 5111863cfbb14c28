// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the persons an audience may consist of, and writes down at a campaign's start whom it was
 * for. Lists of ids go in as JSON, so that the SQL stays a literal. */
#include "campaigns/store/audience.h"

#include "campaigns/store/sql.h"

#define PERSON_COLUMNS                                                                             \
    "p.id, p.contact_id, p.unit_id, p.household_id, c.phone, p.name, p.sex, p.head, "              \
    "EXISTS (SELECT 1 FROM refusal f WHERE f.contact_id = c.id "                                   \
    "AND f.organisation IN (?2, '*')), p.phone_reason, p.birth "
#define IN_GROUPS                                                                                  \
    "p.erased_at IS NULL AND (?1 IS NULL OR EXISTS (SELECT 1 FROM person_group_member m WHERE "    \
    "m.person_id = p.id "                                                                          \
    "AND m.group_id IN (SELECT value FROM json_each(?1)))) "

void recipient_free(struct recipient *recipient)
{
    if (recipient == NULL)
        return;
    g_free(recipient->phone);
    g_free(recipient->name);
    g_free(recipient->detail);
    g_free(recipient->birth);
    g_strfreev(recipient->values);
    g_free(recipient);
}

static struct recipient *read_person(sqlite3_stmt *statement)
{
    struct recipient *recipient = g_new0(struct recipient, 1);
    recipient->person_id = sqlite3_column_int64(statement, 0);
    recipient->contact_id = sqlite3_column_int64(statement, 1);
    recipient->unit_id = sqlite3_column_int64(statement, 2);
    recipient->household_id = sqlite3_column_int64(statement, 3);
    recipient->phone = sql_text(statement, 4);
    recipient->name = sql_text(statement, 5);
    recipient->sex = roster_sex_from_name((const char *)sqlite3_column_text(statement, 6));
    recipient->head = sqlite3_column_int(statement, 7) != 0;
    recipient->opted_out = sqlite3_column_int(statement, 8) != 0;
    recipient->detail = sql_text(statement, 9);
    recipient->birth = sql_text(statement, 10);
    recipient->unit_name = "";
    return recipient;
}

GPtrArray *store_audience_persons(struct store *store, const char *organisation,
                                  const GArray *units, const GArray *groups, GError **error)
{
    g_autofree char *group_ids = sql_id_list(groups);
    g_autofree char *unit_ids = sql_id_list(units);
    sqlite3_stmt *statement =
        units == NULL
            ? sql_bind(store,
                       "SELECT " PERSON_COLUMNS
                       "FROM person p LEFT JOIN contact c ON c.id = p.contact_id WHERE " IN_GROUPS
                       "ORDER BY p.id",
                       "tt", group_ids, organisation)
            : sql_bind(store,
                       "SELECT " PERSON_COLUMNS
                       "FROM json_each(?3) u JOIN person p ON p.unit_id = u.value "
                       "LEFT JOIN contact c ON c.id = p.contact_id WHERE " IN_GROUPS
                       "ORDER BY p.id",
                       "ttt", group_ids, organisation, unit_ids);
    GPtrArray *persons = g_ptr_array_new_with_free_func((GDestroyNotify)recipient_free);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1)
        g_ptr_array_add(persons, read_person(statement));
    if (step == 0)
        return persons;
    g_ptr_array_unref(persons);
    return NULL;
}

bool store_audience_attribute(struct store *store, int64_t person_id, const char *name,
                              char **retvalue, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store, "SELECT value FROM person_attribute WHERE person_id = ?1 AND name = ?2",
                 "it", person_id, name);
    int step = sql_step(statement, error);
    if (step < 0)
        return false;
    *retvalue = step == 1 ? sql_text(statement, 0) : NULL;
    sqlite3_reset(statement);
    return true;
}

bool store_audience_knows(struct store *store, const char *name, bool *retknown, GError **error)
{
    int64_t found = 0;
    if (!sql_integer(store, 0, &found, error,
                     "SELECT 1 FROM person_attribute WHERE name = ?1 LIMIT 1", "t", name))
        return false;
    *retknown = found != 0;
    return true;
}

char **store_audience_columns(struct store *store, unsigned limit, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store, "SELECT DISTINCT name FROM person_attribute ORDER BY name LIMIT ?1", "i",
                 (int64_t)limit);
    g_autoptr(GStrvBuilder) columns = g_strv_builder_new();
    int step = 0;
    while ((step = sql_step(statement, error)) == 1)
        g_strv_builder_add(columns, (const char *)sqlite3_column_text(statement, 0));
    return step == 0 ? g_strv_builder_end(columns) : NULL;
}

bool store_audience_wipe(struct store *store, int64_t campaign_id, GError **error)
{
    return sql_run(store, error, "DELETE FROM campaign_audience WHERE campaign_id = ?1", "i",
                   campaign_id);
}

bool store_audience_record(struct store *store, int64_t campaign_id,
                           const struct recipient *recipient, GError **error)
{
    const char *reason =
        recipient->left_out == LEFT_OUT_NOT ? "" : left_out_name(recipient->left_out);
    return sql_run(store, error,
                   "INSERT INTO campaign_audience (campaign_id, person_id, contact_id, unit_id, "
                   "household_id, addressed, left_out) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                   "iioooit", campaign_id, recipient->person_id, recipient->contact_id,
                   recipient->unit_id, recipient->household_id, (int64_t)recipient->addressed,
                   reason);
}
