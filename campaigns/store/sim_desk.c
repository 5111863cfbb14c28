// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads dialogues and readings of SIMs; owns the table `sim_card`. A dialogue of a modem whose SIM
 * told no IMSI belongs to "modem:NAME". */
#include "campaigns/store/sim_desk.h"

#include "campaigns/store/sql.h"

#define PURPOSES "('balance', 'number', 'bundle', 'register', 'topup')"
#define ENDED    "state IN ('answered', 'closed', 'timed-out')"
/* The first half finds the index. */
#define OF_SIM   "d.imsi IN (?1, '') AND (d.imsi = ?1 OR 'modem:' || d.modem = ?1)"
#define LAST_TEXT                                                                                  \
    "coalesce((SELECT s.text FROM ussd_step s WHERE s.dialogue_id = d.id"                          \
    " AND s.direction = 'received' AND s.text <> '' ORDER BY s.sequence DESC LIMIT 1), '')"
/* Its path was walked to the end. */
#define HAS_TOLD "(d.state = 'answered' OR (d.state = 'closed' AND d.cause = ''))"
/* It has, and the words are in no reading. */
#define UNREAD                                                                                     \
    HAS_TOLD " AND d.purpose IN " PURPOSES " AND " LAST_TEXT " <> ''"                              \
             " AND NOT EXISTS (SELECT 1 FROM sim_reading r WHERE r.dialogue_id = d.id)"

/* ---- dialogues ---- */

void sim_try_free(struct sim_try *tried)
{
    if (tried == NULL)
        return;
    g_free(tried->modem);
    g_free(tried->purpose);
    g_free(tried->state);
    g_free(tried->by);
    g_free(tried->cause);
    g_free(tried->text);
    g_free(tried);
}

struct sim_try *store_sim_last_try(struct store *store, const char *imsi, const char *purpose,
                                   GError **error)
{
    sqlite3_stmt *statement = sql_bind(
        store,
        "SELECT id, created_at, iif(" ENDED ", state_at, 0), modem, purpose, state,"
        " by_whom, cause, " LAST_TEXT ", EXISTS (SELECT 1 FROM ussd_step s"
        " WHERE s.dialogue_id = d.id AND s.direction = 'sent'), " HAS_TOLD " FROM ussd_dialogue d"
        " WHERE d.purpose = ?2 AND " OF_SIM " ORDER BY d.id DESC LIMIT 1",
        "tt", imsi, purpose);
    int step = sql_step(statement, error);
    if (step < 0)
        return NULL;
    struct sim_try *tried = g_new0(struct sim_try, 1);
    if (step == 0)
        return tried;
    tried->id = sqlite3_column_int64(statement, 0);
    tried->at = sqlite3_column_int64(statement, 1);
    tried->ended_at = sqlite3_column_int64(statement, 2);
    tried->modem = sql_text(statement, 3);
    tried->purpose = sql_text(statement, 4);
    tried->state = sql_text(statement, 5);
    tried->by = sql_text(statement, 6);
    tried->cause = sql_text(statement, 7);
    tried->text = sql_text(statement, 8);
    tried->dialled = sqlite3_column_int(statement, 9) != 0;
    tried->told = tried->text[0] != '\0' && sqlite3_column_int(statement, 10) != 0;
    sqlite3_reset(statement);
    return tried;
}

bool store_sim_open(struct store *store, const char *modem, const char *purpose, int64_t since,
                    int64_t *retid, GError **error)
{
    return sql_integer(store, 0, retid, error,
                       "SELECT id FROM ussd_dialogue WHERE modem = ?1 AND purpose IN " PURPOSES
                       " AND (?2 IS NULL OR purpose = ?2)"
                       " AND (state IN ('idle', 'asked', 'menu-open') OR state_at >= ?3)"
                       " ORDER BY id DESC LIMIT 1",
                       "tti", modem, purpose, since);
}

bool store_sim_unread(struct store *store, const char *imsi, int64_t since, int64_t *retid,
                      GError **error)
{
    return sql_integer(store, 0, retid, error,
                       "SELECT d.id FROM ussd_dialogue d WHERE d.state_at >= ?2 AND " OF_SIM
                       " AND " UNREAD " AND NOT EXISTS (SELECT 1 FROM sim_reading r"
                       " WHERE r.imsi = ?1 AND r.source = 'sms' AND r.at >= d.created_at)"
                       " ORDER BY d.id LIMIT 1",
                       "ti", imsi, since);
}

GArray *store_sim_missed(struct store *store, int64_t since, int64_t lost_since, GError **error)
{
    return sql_ids(sql_bind(store,
                            "SELECT d.id FROM ussd_dialogue d WHERE d.state_at >= ?1 AND " UNREAD
                            " UNION SELECT d.id FROM ussd_dialogue d WHERE d.state_at >= ?2"
                            " AND d.state IN ('closed', 'timed-out')"
                            " AND d.purpose IN " PURPOSES " AND " LAST_TEXT " = '' ORDER BY 1",
                            "ii", since, lost_since),
                   error);
}

GArray *store_sim_unasked(struct store *store, int64_t after, int64_t since, GError **error)
{
    return sql_ids(sql_bind(store,
                            "SELECT d.id FROM ussd_dialogue d INDEXED BY ussd_dialogue_unasked"
                            " WHERE d.id > ?1 AND d.purpose = 'network' AND d.created_at >= ?2"
                            " AND NOT EXISTS (SELECT 1 FROM sim_reading r"
                            " WHERE r.dialogue_id = d.id) ORDER BY d.id",
                            "ii", after, since),
                   error);
}

bool store_sim_failing_since(struct store *store, const char *imsi, int64_t *retsince,
                             GError **error)
{
    return sql_integer(store, 0, retsince, error,
                       "SELECT min(d.created_at) FROM ussd_dialogue d WHERE d.purpose = 'balance'"
                       " AND " OF_SIM " AND d.state IN ('closed', 'timed-out')"
                       " AND d.created_at > coalesce((SELECT max(r.at) FROM sim_reading r"
                       " WHERE r.imsi = ?1), 0)",
                       "t", imsi);
}

/* ---- readings ---- */

static void free_reading(gpointer data)
{
    struct sim_reading *reading = data;
    g_free(reading->purpose);
    g_free(reading->source);
    g_free(reading->text);
    g_free(reading->expires_on);
    g_free(reading->bundle_expires_on);
    g_free(reading->number);
    g_free(reading);
}

static struct sim_reading *read_reading(sqlite3_stmt *statement)
{
    struct sim_reading *reading = g_new0(struct sim_reading, 1);
    reading->id = sqlite3_column_int64(statement, 0);
    reading->at = sqlite3_column_int64(statement, 1);
    reading->dialogue_id = sqlite3_column_int64(statement, 2);
    reading->purpose = sql_text(statement, 3);
    reading->source = sql_text(statement, 4);
    reading->text = sql_text(statement, 5);
    reading->matched = sqlite3_column_int(statement, 6) != 0;
    reading->balance = sqlite3_column_int64(statement, 7);
    reading->bundle_left = sqlite3_column_int64(statement, 8);
    reading->expires_on = sql_text(statement, 9);
    reading->bundle_expires_on = sql_text(statement, 10);
    reading->number = sql_text(statement, 11);
    return reading;
}

GPtrArray *store_sim_readings(struct store *store, const char *imsi, unsigned limit, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT id, at, coalesce(dialogue_id, 0), purpose, source, text, matched,"
                 " coalesce(balance, -1), coalesce(bundle_left, -1), expires_on,"
                 " bundle_expires_on, number FROM sim_reading WHERE imsi = ?1"
                 " ORDER BY at DESC, id DESC LIMIT ?2",
                 "ti", imsi, (int64_t)limit);
    g_autoptr(GPtrArray) readings = g_ptr_array_new_with_free_func(free_reading);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1)
        g_ptr_array_add(readings, read_reading(statement));
    return step == 0 ? g_steal_pointer(&readings) : NULL;
}

bool store_sim_sms_since(struct store *store, const char *imsi, int64_t since, bool *retany,
                         GError **error)
{
    int64_t any = 0;
    if (!sql_integer(store, 0, &any, error,
                     "SELECT 1 FROM sim_reading WHERE imsi = ?1 AND at >= ?2 AND source = 'sms'"
                     " AND matched = 1 LIMIT 1",
                     "ti", imsi, since))
        return false;
    *retany = any != 0;
    return true;
}

GPtrArray *store_sim_sms_texts(struct store *store, const char *imsi, int64_t from, int64_t until,
                               GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT text FROM sim_reading WHERE imsi = ?1 AND at >= ?2 AND at <= ?3"
                 " AND source = 'sms' ORDER BY at, id",
                 "tii", imsi, from, until);
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1)
        g_ptr_array_add(texts, sql_text(statement, 0));
    return step == 0 ? g_steal_pointer(&texts) : NULL;
}

bool store_sim_balance_around(struct store *store, const char *imsi, int64_t at, int64_t *retbefore,
                              int64_t *retafter, GError **error)
{
    return sql_integer(store, -1, retbefore, error,
                       "SELECT balance FROM sim_reading WHERE imsi = ?1 AND at < ?2"
                       " AND balance IS NOT NULL ORDER BY at DESC, id DESC LIMIT 1",
                       "ti", imsi, at) &&
           sql_integer(store, -1, retafter, error,
                       "SELECT balance FROM sim_reading WHERE imsi = ?1 AND at >= ?2"
                       " AND balance IS NOT NULL AND purpose <> 'topup' ORDER BY at, id LIMIT 1",
                       "ti", imsi, at);
}

/* ---- what the desk did ---- */

bool store_sim_asked(struct store *store, const char *imsi, int64_t now, GError **error)
{
    return sql_run(store, error, "UPDATE sim SET asked_at = ?2 WHERE imsi = ?1", "ti", imsi, now);
}

bool store_sim_registered(struct store *store, const char *imsi, int64_t parts, int64_t since,
                          int64_t now, GError **error)
{
    return sql_run(store, error, "UPDATE sim SET registered_at = ?2 WHERE imsi = ?1", "ti", imsi,
                   now) &&
           (parts == 0 ||
            sql_run(store, error,
                    "UPDATE sim SET bundle_left = ?2, bundle_at = ?4, bundle_parts_before = 0,"
                    " bundle_expires_on = '' WHERE imsi = ?1 AND coalesce(bundle_at, 0) < ?3",
                    "tiii", imsi, parts, since, now));
}

/* ---- cards ---- */

bool store_sim_card_keep(struct store *store, int64_t dialogue_id, const char *digest, int64_t now,
                         GError **error)
{
    return sql_run(store, error,
                   "INSERT INTO sim_card (dialogue_id, digest, at) VALUES (?1, ?2, ?3)", "iti",
                   dialogue_id, digest, now);
}

bool store_sim_card_forget(struct store *store, int64_t dialogue_id, GError **error)
{
    return sql_run(store, error, "DELETE FROM sim_card WHERE dialogue_id = ?1", "i", dialogue_id);
}

bool store_sim_card_purge(struct store *store, int64_t before, GError **error)
{
    return sql_run(store, error, "DELETE FROM sim_card WHERE at < ?1", "i", before);
}

GPtrArray *store_sim_cards(struct store *store, int64_t since, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store, "SELECT digest FROM sim_card WHERE at >= ?1", "i", since);
    g_autoptr(GPtrArray) digests = g_ptr_array_new_with_free_func(g_free);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1)
        g_ptr_array_add(digests, sql_text(statement, 0));
    return step == 0 ? g_steal_pointer(&digests) : NULL;
}

/* ---- campaigns ---- */

bool store_sim_is_large(struct store *store, int64_t campaign_id, int64_t parts, bool *retlarge,
                        GError **error)
{
    int64_t queued = 0;
    /* No more rows are counted than can be needed: each has a part at least. */
    if (!sql_integer(store, 0, &queued, error,
                     "SELECT sum(parts) FROM (SELECT parts FROM message WHERE campaign_id = ?1"
                     " AND state = 'queued' LIMIT ?2)",
                     "ii", campaign_id, parts))
        return false;
    *retlarge = queued >= parts;
    return true;
}

bool store_sim_large_soon(struct store *store, int64_t from, int64_t until, int64_t parts,
                          bool *retany, GError **error)
{
    g_autoptr(GArray) ids = sql_ids(sql_bind(store,
                                             "SELECT id FROM campaign WHERE state = 'running'"
                                             " AND opens_at >= ?1 AND opens_at <= ?2",
                                             "ii", from, until),
                                    error);
    *retany = false;
    if (ids == NULL)
        return false;
    for (guint i = 0; i < ids->len && !*retany; i++) {
        if (!store_sim_is_large(store, g_array_index(ids, int64_t, i), parts, retany, error))
            return false;
    }
    return true;
}
