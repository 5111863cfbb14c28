// SPDX-License-Identifier: GPL-2.0-or-later
// What is known of each modem now, and every change of its state.
#include "campaigns/store/modem.h"

#include "campaigns/store/sql.h"

#define COLUMNS                                                                                    \
    "name, state, state_at, reason, imei, imsi, manufacturer, model, firmware, smsc,"              \
    " operator_code, operator_name, signal, registration, storage_used, storage_size, health_at,"  \
    " pin_refused"

void modem_clear(struct modem *modem)
{
    char *const texts[] = {modem->name,          modem->reason,       modem->imei,
                           modem->imsi,          modem->manufacturer, modem->model,
                           modem->firmware,      modem->smsc,         modem->operator_code,
                           modem->operator_name, modem->pin_refused};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    *modem = (struct modem){0};
}

static void free_modem(gpointer data)
{
    modem_clear(data);
    g_free(data);
}

bool store_modem_ensure(struct store *store, const char *name, int64_t now, GError **error)
{
    return sql_run(store, error,
                   "INSERT INTO modem (name, state, state_at) VALUES (?1, 'absent', ?2)"
                   " ON CONFLICT (name) DO NOTHING",
                   "ti", name, now);
}

static bool is_flicker(enum modem_state from, enum modem_state to)
{
    return (from == MODEM_READY && to == MODEM_BUSY) || (from == MODEM_BUSY && to == MODEM_READY);
}

bool store_modem_state(struct store *store, const char *name, enum modem_state from,
                       enum modem_state to, const char *reason, int64_t now, GError **error)
{
    if (!sql_run(store, error,
                 "UPDATE modem SET state = ?1, state_at = ?2, reason = ?3 WHERE name = ?4", "titt",
                 modem_state_name(to), now, reason, name))
        return false;
    return is_flicker(from, to) ||
           sql_run(store, error,
                   "INSERT INTO modem_event (modem, at, from_state, to_state, reason)"
                   " VALUES (?1, ?2, ?3, ?4, ?5)",
                   "tittt", name, now, modem_state_name(from), modem_state_name(to), reason);
}

/* How USSD was written is known of the modem that had this name, not of another one. */
bool store_modem_identity(struct store *store, const struct modem *modem, GError **error)
{
    return sql_run(store, error,
                   "UPDATE modem SET imei = ?1, imsi = ?2, manufacturer = ?3, model = ?4,"
                   " firmware = ?5, smsc = ?6, pin_refused = '',"
                   " ussd_request = iif(imei = ?1, ussd_request, ''),"
                   " ussd_text = iif(imei = ?1, ussd_text, '') WHERE name = ?7",
                   "ttttttt", modem->imei, modem->imsi, modem->manufacturer, modem->model,
                   modem->firmware, modem->smsc, modem->name);
}

bool store_modem_health(struct store *store, const struct modem *modem, int64_t now, GError **error)
{
    return sql_run(store, error,
                   "UPDATE modem SET operator_code = ?1, operator_name = ?2, signal = ?3,"
                   " registration = ?4, storage_used = ?5, storage_size = ?6, health_at = ?7"
                   " WHERE name = ?8",
                   "ttiiiiit", modem->operator_code, modem->operator_name, (int64_t)modem->signal,
                   (int64_t)modem->registration, (int64_t)modem->storage_used,
                   (int64_t)modem->storage_size, now, modem->name);
}

bool store_modem_pin_refused(struct store *store, const char *name, const char *digest,
                             GError **error)
{
    return sql_run(store, error, "UPDATE modem SET pin_refused = ?1 WHERE name = ?2", "tt", digest,
                   name);
}

bool store_modem_flight(struct store *store, const char *name, char **retidentity, char **retboot,
                        GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store, "SELECT flight_identity, boot FROM modem WHERE name = ?1", "t", name);
    int row = sql_step(statement, error);
    if (row < 0)
        return false;
    *retidentity = row == 1 ? sql_text(statement, 0) : g_strdup("");
    *retboot = row == 1 ? sql_text(statement, 1) : g_strdup("");
    sqlite3_reset(statement);
    return true;
}

bool store_modem_note_flight(struct store *store, const char *name, const char *identity,
                             const char *boot, GError **error)
{
    return sql_run(store, error,
                   "UPDATE modem SET flight_identity = ?1, boot = ?2,"
                   " keys_lost = (SELECT coalesce(max(id), 0) FROM incoming) WHERE name = ?3",
                   "ttt", identity, boot, name);
}

bool store_modem_remove(struct store *store, const char *name, GError **error)
{
    return sql_run(store, error, "DELETE FROM modem WHERE name = ?1", "t", name);
}

static struct modem *read_row(sqlite3_stmt *statement)
{
    struct modem *modem = g_new0(struct modem, 1);
    modem->name = sql_text(statement, 0);
    bool known =
        modem_state_from_name((const char *)sqlite3_column_text(statement, 1), &modem->state);
    g_assert(known); /* the schema checks it */
    modem->state_at = sqlite3_column_int64(statement, 2);
    modem->reason = sql_text(statement, 3);
    modem->imei = sql_text(statement, 4);
    modem->imsi = sql_text(statement, 5);
    modem->manufacturer = sql_text(statement, 6);
    modem->model = sql_text(statement, 7);
    modem->firmware = sql_text(statement, 8);
    modem->smsc = sql_text(statement, 9);
    modem->operator_code = sql_text(statement, 10);
    modem->operator_name = sql_text(statement, 11);
    modem->signal = sqlite3_column_int(statement, 12);
    modem->registration = sqlite3_column_int(statement, 13);
    modem->storage_used = sqlite3_column_int(statement, 14);
    modem->storage_size = sqlite3_column_int(statement, 15);
    modem->health_at = sqlite3_column_int64(statement, 16);
    modem->pin_refused = sql_text(statement, 17);
    return modem;
}

bool store_modem_list(struct store *store, GPtrArray **retmodems, GError **error)
{
    g_autoptr(GPtrArray) modems = g_ptr_array_new_with_free_func(free_modem);
    sqlite3_stmt *statement = sql_bind(store, "SELECT " COLUMNS " FROM modem ORDER BY name", "");
    int row = 0;
    while ((row = sql_step(statement, error)) == 1)
        g_ptr_array_add(modems, read_row(statement));
    if (row != 0)
        return false;
    *retmodems = g_steal_pointer(&modems);
    return true;
}

const struct modem *modem_of_name(const GPtrArray *modems, const char *name)
{
    for (guint i = 0; i < modems->len; i++) {
        const struct modem *modem = g_ptr_array_index(modems, i);
        if (g_str_equal(modem->name, name))
            return modem;
    }
    return NULL;
}

bool store_modem_down_since(struct store *store, const char *name, int64_t *retsince,
                            GError **error)
{
    return sql_integer(store, 0, retsince, error,
                       "SELECT at FROM modem_event WHERE modem = ?1 AND id > coalesce("
                       " (SELECT id FROM modem_event WHERE modem = ?1"
                       " AND to_state IN ('ready', 'busy', 'resting') ORDER BY id DESC LIMIT 1), 0)"
                       " ORDER BY id LIMIT 1",
                       "t", name);
}

bool store_modem_parts_since(struct store *store, const char *name, int64_t since,
                             int64_t *retparts, GError **error)
{
    return sql_integer(store, 0, retparts, error,
                       "SELECT count(*) FROM part WHERE modem = ?1 AND sent_at >= ?2", "ti", name,
                       since);
}
