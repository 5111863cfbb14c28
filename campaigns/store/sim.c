// SPDX-License-Identifier: GPL-2.0-or-later
/* What is known of each SIM, and every text that told it. Parts are counted by modem; so that a SIM
 * which moves takes its count along, a row remembers since when the parts of its modem are its own,
 * and how many it had sent elsewhere. */
#include "campaigns/store/sim.h"

#include "campaigns/store/sql.h"

/* Parts of its modem since the later of two moments; where the first is not known, nobody asks. */
#define PARTS_SINCE(moment)                                                                        \
    "CASE WHEN sim." moment " IS NULL THEN 0 ELSE (SELECT count(*) FROM part p"                    \
    " WHERE p.modem = sim.modem AND p.sent_at > CASE WHEN sim." moment " > sim.since"              \
    " THEN sim." moment " ELSE sim.since END) END"

#define SINCE_BALANCE PARTS_SINCE("balance_at")
#define SINCE_BUNDLE  PARTS_SINCE("bundle_at")

/* What moves has sent so far, in the modem that it leaves. */
#define KEEP_COUNT                                                                                 \
    "UPDATE sim SET parts_before = parts_before + " SINCE_BALANCE                                  \
    ", bundle_parts_before = bundle_parts_before + " SINCE_BUNDLE ", modem = ''"

bool store_sim_place(struct store *store, const char *key, const char *modem, GError **error)
{
    int64_t placed = 0;
    if (!sql_integer(store, 0, &placed, error,
                     "SELECT count(*) FROM sim WHERE imsi = ?1 AND modem = ?2", "tt", key, modem))
        return false;
    if (placed == 1)
        return true;
    return sql_run(store, error, KEEP_COUNT " WHERE modem = ?1 AND imsi <> ?2", "tt", modem, key) &&
           sql_run(store, error, KEEP_COUNT " WHERE imsi = ?1 AND modem <> ''", "t", key) &&
           sql_run(store, error,
                   "INSERT INTO sim (imsi, modem, since) VALUES (?1, ?2,"
                   " (SELECT coalesce(max(sent_at), 0) FROM part WHERE modem = ?2))"
                   " ON CONFLICT (imsi) DO UPDATE SET modem = excluded.modem,"
                   " since = excluded.since",
                   "tt", key, modem);
}

bool store_sim_note(struct store *store, const char *key, const char *operator_name,
                    const char *number, GError **error)
{
    return sql_run(store, error,
                   "UPDATE sim SET operator = CASE WHEN ?2 = '' THEN operator ELSE ?2 END,"
                   " number = CASE WHEN ?3 = '' THEN number ELSE ?3 END WHERE imsi = ?1"
                   " AND ((?2 <> '' AND operator <> ?2) OR (?3 <> '' AND number <> ?3))",
                   "ttt", key, operator_name, number);
}

static int64_t integer_or(sqlite3_stmt *statement, int column, int64_t missing)
{
    return sqlite3_column_type(statement, column) == SQLITE_NULL
               ? missing
               : sqlite3_column_int64(statement, column);
}

static struct sim *read_row(sqlite3_stmt *statement, struct sim_use *retuse)
{
    struct sim *sim = g_new0(struct sim, 1);
    sim->imsi = sql_text(statement, 0);
    sim->modem = sql_text(statement, 1);
    sim->operator_name = sql_text(statement, 2);
    sim->number = sql_text(statement, 3);
    sim->balance = integer_or(statement, 4, SIM_UNKNOWN);
    sim->balance_at = integer_or(statement, 5, SIM_UNKNOWN);
    sim->expires_on = sql_text(statement, 6);
    sim->locked_on = sql_text(statement, 7);
    sim->bundle_left = integer_or(statement, 8, SIM_UNKNOWN);
    sim->bundle_at = integer_or(statement, 9, SIM_UNKNOWN);
    sim->bundle_expires_on = sql_text(statement, 10);
    sim->registered_at = integer_or(statement, 11, 0);
    sim->asked_at = integer_or(statement, 12, 0);
    sim->unread = (unsigned)sqlite3_column_int(statement, 13);
    sim->failed = (unsigned)sqlite3_column_int(statement, 14);
    sim->trouble = sql_text(statement, 15);
    sim->text = sql_text(statement, 16);
    sim->bundle_had = sqlite3_column_int(statement, 20) != 0;
    *retuse = (struct sim_use){
        .since_balance = sqlite3_column_int64(statement, 17),
        .since_bundle = sqlite3_column_int64(statement, 18),
        .today = sqlite3_column_int64(statement, 19),
    };
    return sim;
}

struct sim *store_sim_get(struct store *store, const char *key, int64_t midnight,
                          struct sim_use *retuse, GError **error)
{
    sqlite3_stmt *statement = sql_bind(
        store,
        "SELECT imsi, modem, operator, number, balance, balance_at, expires_on, locked_on,"
        " bundle_left, bundle_at, bundle_expires_on, registered_at, asked_at, unread, failed,"
        " trouble, text, parts_before + " SINCE_BALANCE ", bundle_parts_before + " SINCE_BUNDLE
        ", (SELECT count(*) FROM part p WHERE p.modem = sim.modem AND p.sent_at >= ?2),"
        " EXISTS (SELECT 1 FROM sim_reading r WHERE r.imsi = sim.imsi AND r.bundle_left > 0)"
        " FROM sim WHERE imsi = ?1",
        "ti", key, midnight);
    int row = sql_step(statement, error);
    if (row == 0)
        g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "no such SIM was ever seen");
    if (row != 1)
        return NULL;
    struct sim *sim = read_row(statement, retuse);
    sqlite3_reset(statement);
    return sim;
}

char *store_sim_key_in(struct store *store, const char *modem, GError **error)
{
    sqlite3_stmt *statement = sql_bind(store, "SELECT imsi FROM sim WHERE modem = ?1", "t", modem);
    int row = sql_step(statement, error);
    if (row < 0)
        return NULL;
    char *key = row == 1 ? sql_text(statement, 0) : g_strdup("");
    sqlite3_reset(statement);
    return key;
}

/* NULL for what a text does not tell. */
static const char *decimal(int64_t number, char *retdecimal, size_t size)
{
    if (number == SIM_UNKNOWN)
        return NULL;
    g_snprintf(retdecimal, (gulong)size, "%" G_GINT64_FORMAT, number);
    return retdecimal;
}

bool store_sim_read(struct store *store, const char *key, const struct sim_text *text,
                    const struct sim_figures *figures, GError **error)
{
    char balance[24], bundle[24];
    return sql_run(store, error,
                   "INSERT INTO sim_reading (imsi, modem, at, purpose, source, dialogue_id, text,"
                   " matched, balance, expires_on, bundle_left, bundle_expires_on, number) VALUES"
                   " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, CAST(?9 AS INTEGER), ?10,"
                   " CAST(?11 AS INTEGER), ?12, ?13)",
                   "ttittotittttt", key, text->modem, text->now, text->purpose,
                   text->by_sms ? "sms" : "ussd", text->dialogue_id, text->text,
                   (int64_t)figures->matched, decimal(figures->balance, balance, sizeof balance),
                   figures->expires_on, decimal(figures->bundle_left, bundle, sizeof bundle),
                   figures->bundle_expires_on, figures->number) &&
           sql_run(store, error, "UPDATE sim SET text = ?2 WHERE imsi = ?1", "tt", key, text->text);
}

/* More than before: somebody has topped it up, and a day that is past is no longer its last. */
bool store_sim_balance(struct store *store, const char *key, int64_t balance, const char *today,
                       int64_t now, GError **error)
{
    return sql_run(store, error,
                   "UPDATE sim SET"
                   " expires_on = CASE WHEN ?2 > balance AND expires_on < ?3 THEN ''"
                   " ELSE expires_on END,"
                   " locked_on = CASE WHEN ?2 > balance AND locked_on <= ?3 THEN ''"
                   " ELSE locked_on END,"
                   " balance = ?2, balance_at = ?4, parts_before = 0 WHERE imsi = ?1",
                   "titi", key, balance, today, now);
}

/* What has grown, or is told after its last day, is a new bundle. */
bool store_sim_bundle(struct store *store, const char *key, const struct sim_figures *figures,
                      const char *today, int64_t now, GError **error)
{
    return sql_run(store, error,
                   "UPDATE sim SET bundle_expires_on = CASE WHEN ?3 = '' AND ?2 <= bundle_left"
                   " AND bundle_expires_on >= ?4 THEN bundle_expires_on ELSE ?3 END,"
                   " bundle_left = ?2, bundle_at = ?5, bundle_parts_before = 0 WHERE imsi = ?1",
                   "titti", key, figures->bundle_left, figures->bundle_expires_on, today, now);
}

bool store_sim_days(struct store *store, const char *key, const char *expires_on,
                    const char *locked_on, GError **error)
{
    return sql_run(store, error,
                   "UPDATE sim SET expires_on = CASE WHEN ?2 = '' THEN expires_on ELSE ?2 END,"
                   " locked_on = CASE WHEN ?3 = '' THEN locked_on ELSE ?3 END WHERE imsi = ?1",
                   "ttt", key, expires_on, locked_on);
}

bool store_sim_state(struct store *store, const char *key, const struct sim *sim, GError **error)
{
    return sql_run(store, error,
                   "UPDATE sim SET unread = ?2, failed = ?3, trouble = ?4 WHERE imsi = ?1", "tiit",
                   key, (int64_t)sim->unread, (int64_t)sim->failed, sim->trouble);
}
