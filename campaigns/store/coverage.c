// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads who should be reached and who was. The index message_reach answers for all that went on the
 * air without touching a text; the few other messages are found by their state. Writes nothing. */
#include "campaigns/store/coverage.h"

#include "campaigns/message.h"
#include "campaigns/store/sql.h"

GArray *store_coverage_campaigns(struct store *store, int64_t from, int64_t to, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT c.id, min(e.at) FROM campaign c JOIN campaign_event e "
                 "ON e.campaign_id = c.id AND e.event = 'start' "
                 "GROUP BY c.id HAVING min(e.at) >= ?1 AND (?2 = 0 OR min(e.at) < ?2) "
                 "ORDER BY c.id",
                 "ii", from, to);
    GArray *campaigns = g_array_new(FALSE, FALSE, sizeof(struct coverage_campaign));
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        struct coverage_campaign campaign = {.id = sqlite3_column_int64(statement, 0),
                                             .started_at = sqlite3_column_int64(statement, 1)};
        g_array_append_val(campaigns, campaign);
    }
    if (step == 0)
        return campaigns;
    g_array_unref(campaigns);
    return NULL;
}

static enum reach reach_of(enum message_state state)
{
    switch (state) {
    case MESSAGE_QUEUED:
    case MESSAGE_LEASED:
        return REACH_WAITING;
    case MESSAGE_SENT:
        return REACH_SENT;
    case MESSAGE_DELIVERED:
        return REACH_DELIVERED;
    case MESSAGE_UNDELIVERED:
        return REACH_UNDELIVERED;
    case MESSAGE_REFUSED:
        return REACH_REFUSED;
    case MESSAGE_UNSURE:
        return REACH_UNSURE;
    case MESSAGE_EXPIRED:
    case MESSAGE_CANCELLED:
        return REACH_DROPPED;
    case MESSAGE_SKIPPED:
        return REACH_OPTED_OUT;
    case MESSAGE_STATES:
        break;
    }
    g_assert_not_reached();
}

static bool read_contacts(sqlite3_stmt *statement, bool sent, GArray *contacts, GError **error)
{
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        enum message_state state = MESSAGE_QUEUED;
        if (!message_state_from_name((const char *)sqlite3_column_text(statement, 1), &state))
            continue;
        struct coverage_contact contact = {sqlite3_column_int64(statement, 0), reach_of(state),
                                           sent};
        g_array_append_val(contacts, contact);
    }
    return step == 0;
}

static int by_id(gconstpointer one, gconstpointer other)
{
    int64_t first = ((const struct coverage_contact *)one)->id,
            second = ((const struct coverage_contact *)other)->id;
    return (first > second) - (first < second);
}

/* A contact may have had an invitation and several reminders. */
static void fold(GArray *contacts)
{
    g_array_sort(contacts, by_id);
    unsigned kept = 0;
    struct coverage_contact *all = (struct coverage_contact *)(void *)contacts->data;
    for (unsigned i = 0; i < contacts->len; i++) {
        if (kept > 0 && all[kept - 1].id == all[i].id) {
            all[kept - 1].reach = MAX(all[kept - 1].reach, all[i].reach);
            all[kept - 1].sent = all[kept - 1].sent || all[i].sent;
        } else {
            all[kept++] = all[i];
        }
    }
    g_array_set_size(contacts, kept);
}

GArray *store_coverage_contacts(struct store *store, int64_t campaign_id, GError **error)
{
    GArray *contacts = g_array_new(FALSE, FALSE, sizeof(struct coverage_contact));
    bool read =
        read_contacts(sql_bind(store,
                               "SELECT contact_id, state FROM message INDEXED BY message_reach "
                               "WHERE campaign_id = ?1 AND purpose IN ('invitation', 'reminder') "
                               "AND state IN ('sent', 'delivered', 'undelivered')",
                               "i", campaign_id),
                      true, contacts, error) &&
        read_contacts(sql_bind(store,
                               "SELECT contact_id, state FROM message INDEXED BY message_campaign "
                               "WHERE campaign_id = ?1 AND state IN ('queued', 'leased', "
                               "'refused', 'unsure', 'expired', 'cancelled', 'skipped') "
                               "AND purpose IN ('invitation', 'reminder')",
                               "i", campaign_id),
                      false, contacts, error);
    if (!read) {
        g_array_unref(contacts);
        return NULL;
    }
    fold(contacts);
    return contacts;
}

bool store_coverage_members(struct store *store, int64_t campaign_id,
                            void (*take)(void *data, const struct coverage_member *member),
                            void *data, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT person_id, contact_id, unit_id, household_id, addressed, "
                 "left_out = 'opted-out' FROM campaign_audience WHERE campaign_id = ?1",
                 "i", campaign_id);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        const struct coverage_member member = {
            .person_id = sqlite3_column_int64(statement, 0),
            .contact_id = sqlite3_column_int64(statement, 1),
            .unit_id = sqlite3_column_int64(statement, 2),
            .household_id = sqlite3_column_int64(statement, 3),
            .addressed = sqlite3_column_int(statement, 4) != 0,
            .opted_out = sqlite3_column_int(statement, 5) != 0,
        };
        take(data, &member);
    }
    return step == 0;
}

bool store_coverage_face(struct store *store, int64_t person_id, int64_t household_id,
                         struct coverage_face *retface, GError **error)
{
    /* A code that Loa made up ('+phone', '~name') tells people nothing. */
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT p.name, CASE WHEN h.code GLOB '[+~]*' THEN '' ELSE coalesce(h.code, '') "
                 "END, CASE WHEN c.phone GLOB '+[1-9]*' THEN c.phone ELSE '' END, p.phone_reason, "
                 "EXISTS (SELECT 1 FROM refusal f WHERE f.contact_id = c.id) FROM person p "
                 "LEFT JOIN household h ON h.id = p.household_id "
                 "LEFT JOIN contact c ON c.id = p.contact_id "
                 "WHERE p.id = ?1 OR p.household_id = ?2 "
                 "ORDER BY p.household_id IS ?2 AND p.head DESC, p.id = ?1 DESC, p.id LIMIT 1",
                 "io", person_id, household_id);
    int step = sql_step(statement, error);
    if (step < 0)
        return false;
    *retface = (struct coverage_face){0};
    if (step == 1) {
        *retface = (struct coverage_face){sql_text(statement, 0), sql_text(statement, 1),
                                          sql_text(statement, 2), sql_text(statement, 3),
                                          sqlite3_column_int(statement, 4) != 0};
        sqlite3_reset(statement);
    }
    return true;
}

void coverage_face_clear(struct coverage_face *face)
{
    g_free(face->name);
    g_free(face->household);
    g_free(face->phone);
    g_free(face->detail);
}
