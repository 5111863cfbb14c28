// SPDX-License-Identifier: GPL-2.0-or-later
// The database file: migrations, refusal of a newer schema, transactions, durability settings.
#include "campaigns/store/consent.h"
#include "campaigns/store/home.h"
#include "campaigns/store/modem.h"
#include "campaigns/store/sql.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

struct file {
    char *folder, *path;
    struct store *store;
};

static void open_file(struct file *file, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    file->folder = g_dir_make_tmp("loa-store-XXXXXX", &error);
    g_assert_no_error(error);
    file->path = g_build_filename(file->folder, "loa.db", NULL);
    file->store = store_open(file->path, &error);
    g_assert_no_error(error);
}

static void close_file(struct file *file, gconstpointer data)
{
    (void)data;
    store_free(file->store);
    const char *const endings[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        g_autofree char *name = g_strconcat(file->path, endings[i], NULL);
        g_unlink(name);
    }
    g_rmdir(file->folder);
    g_free(file->folder);
    g_free(file->path);
}

static int64_t pragma(struct store *store, const char *sql)
{
    int64_t value = -1;
    g_assert_true(sql_integer(store, -1, &value, NULL, sql, ""));
    return value;
}

static void test_a_new_file_is_durable(struct file *file, gconstpointer data)
{
    (void)data;
    g_assert_cmpint(store_schema_version(file->store), >=, 1);
    g_assert_cmpint(pragma(file->store, "PRAGMA synchronous"), ==, 2);
    g_assert_cmpint(pragma(file->store, "PRAGMA foreign_keys"), ==, 1);
    sqlite3_stmt *mode = sql_bind(file->store, "PRAGMA journal_mode", "");
    g_assert_cmpint(sql_step(mode, NULL), ==, 1);
    g_assert_cmpstr((const char *)sqlite3_column_text(mode, 0), ==, "wal");
    sqlite3_reset(mode);
}

static void test_the_gateway_keeps_its_name(struct file *file, gconstpointer data)
{
    (void)data;
    g_autofree char *name = g_strdup(store_gateway_uuid(file->store));
    g_assert_true(g_uuid_string_is_valid(name));
    store_free(file->store);
    file->store = store_open(file->path, NULL);
    g_assert_cmpstr(store_gateway_uuid(file->store), ==, name);
}

static void test_homes_are_kept(struct file *file, gconstpointer data)
{
    (void)data;
    g_autofree char *none = NULL, *home = NULL;
    g_assert_true(store_home_read(file->store, "sim1", &none, NULL));
    g_assert_null(none);
    g_assert_true(store_home_note(file->store, "sim1", "/dev/ttyUSB0", NULL));
    g_assert_true(store_home_note(file->store, "sim2", "/dev/ttyUSB1", NULL));
    g_assert_true(store_home_note(file->store, "sim1", "/dev/ttyUSB2", NULL));
    g_assert_true(store_home_read(file->store, "sim1", &home, NULL));
    g_assert_cmpstr(home, ==, "/dev/ttyUSB2");
}

static void test_a_newer_schema_is_refused(struct file *file, gconstpointer data)
{
    (void)data;
    g_assert_true(sql_run(file->store, NULL, "PRAGMA user_version = 9999", ""));
    store_free(file->store);
    g_autoptr(GError) error = NULL;
    file->store = store_open(file->path, &error);
    g_assert_null(file->store);
    g_assert_error(error, STORE_ERROR, STORE_ERROR_NEWER);
    g_assert_nonnull(strstr(error->message, "9999"));
}

static void test_a_rolled_back_transaction_leaves_nothing(struct file *file, gconstpointer data)
{
    (void)data;
    g_assert_true(store_begin(file->store, NULL));
    g_assert_true(sql_run(file->store, NULL, "INSERT INTO sink (name) VALUES (?1)", "t", "huyen"));
    store_rollback(file->store);
    g_assert_false(store_in_transaction(file->store));
    g_assert_cmpint(pragma(file->store, "SELECT count(*) FROM sink"), ==, 0);
}

static void test_one_row_means_one_row(struct file *file, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_assert_false(sql_run_one(file->store, &error, "UPDATE sink SET reason = ?1 WHERE name = ?2",
                               "tt", "gone", "nobody"));
    g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
}

static void test_an_unknown_state_is_refused(struct file *file, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_assert_false(sql_run(file->store, &error,
                           "INSERT INTO modem (name, state, state_at) VALUES ('a', 'asleep', 0)",
                           ""));
    g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
}

/* ---- older files ---- */

/* A file as the programs of that schema left it, with these rows, opened by the ones of today. */
static struct store *open_old(struct file *file, int schema, const char *rows)
{
    const char *const scripts[] = {"/loa/schema/0001-initial.sql",
                                   "/loa/schema/0002-nothing-stuck.sql"};
    g_autofree char *path = g_build_filename(file->folder, "old.db", NULL);
    sqlite3 *old = NULL;
    g_assert_cmpint(sqlite3_open(path, &old), ==, SQLITE_OK);
    g_assert_cmpint(schema, <=, G_N_ELEMENTS(scripts));
    for (size_t i = 0; i < G_N_ELEMENTS(scripts) && i < (size_t)schema; i++) {
        g_autoptr(GBytes) script =
            g_resources_lookup_data(scripts[i], G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
        g_assert_cmpint(sqlite3_exec(old, g_bytes_get_data(script, NULL), NULL, NULL, NULL), ==,
                        SQLITE_OK);
    }
    g_autofree char *all = g_strdup_printf("PRAGMA foreign_keys = ON; BEGIN; %s; COMMIT;"
                                           "PRAGMA user_version = %d;",
                                           rows, schema);
    char *fault = NULL;
    sqlite3_exec(old, all, NULL, NULL, &fault);
    g_assert_cmpstr(fault, ==, NULL);
    sqlite3_close(old);

    g_autoptr(GError) error = NULL;
    struct store *store = store_open(path, &error);
    g_assert_no_error(error);
    g_unlink(path);
    return store;
}

static void test_schema_1_is_brought_up(struct file *file, gconstpointer data)
{
    (void)data;
    struct store *store =
        open_old(file, 1,
                 "INSERT INTO gateway VALUES ('boot', 'b1');"
                 "INSERT INTO modem (name, state, state_at) VALUES ('sim1', 'absent', 0);"
                 "INSERT INTO reply VALUES (1, 'sim1', '+84912', NULL, NULL, '1', 5, 5,"
                 " 'stranger', '', '1', NULL, NULL);"
                 "INSERT INTO incoming VALUES (1, 'sim1', '', 'SM', 1, '+84912', '1', 0, -1,"
                 " 1, 1, 5, 5, 'a', 1), (2, 'sim1', '', 'SM', 2, '+84912', 'x', 0, 7,"
                 " 3, 1, 6, 6, 'b', NULL);");
    g_autofree char *identity = NULL, *boot = NULL;
    g_assert_true(store_modem_flight(store, "sim1", &identity, &boot, NULL));
    g_assert_cmpstr(identity, ==, "");
    g_assert_cmpstr(boot, ==, "b1");
    g_assert_cmpint(pragma(store, "SELECT count(*) FROM gateway WHERE name = 'boot'"), ==, 0);
    /* A part that waits for the others is handed on a day after it came, as it would have been. */
    g_assert_cmpint(pragma(store, "SELECT retry_at FROM incoming WHERE id = 1"), ==, 0);
    g_assert_cmpint(pragma(store, "SELECT retry_at FROM incoming WHERE id = 2"), ==, 86400006);
    store_free(store);
}

/* Rows for every table of schema 1. Contact 1 answered 1, then 2, then a person settled for 3;
 * contact 2 refused everything, came back, and refused again; contact 3 gave an opinion. */
static const char rows_of_1[] =
    "INSERT INTO gateway VALUES ('uuid', '6f0f4a56-0000-4000-8000-000000000001');"
    "INSERT INTO unit VALUES (1, 'HOP', NULL, 'Xã Hợp', 'xã', 'table', 1),"
    " (2, 'THON1', 1, 'Thôn 1', 'thôn', 'roster', 1);"
    "INSERT INTO household VALUES (1, 2, 'H1');"
    "INSERT INTO contact VALUES (1, '+84900000001', NULL, 1), (2, '+84900000002', 70, 1),"
    " (3, '+84900000003', NULL, 1);"
    "INSERT INTO roster_import VALUES (1, 'r.csv', 1, 'Lan', 3, 0, 0);"
    "INSERT INTO person VALUES"
    " (1, 'An', 'an', '1960', 'male', 2, 1, 1, '', 1, 1, 1, 1),"
    " (2, 'Binh', 'binh', '', '', 2, NULL, 2, '', 0, 1, 1, 1),"
    " (3, 'Chi', 'chi', '', '', 2, 1, NULL, 'none', 0, 1, 1, 1);"
    "INSERT INTO person_attribute VALUES (1, 'nghe', 'Nghề', 'nông');"
    "INSERT INTO person_group VALUES (1, 'tổ 1');"
    "INSERT INTO person_group_member VALUES (1, 1);"
    "INSERT INTO campaign VALUES (1, 'C1', 'One', 'running', 'c.conf', 'text', 1, 0, 0, 'h', 1, 2);"
    "INSERT INTO campaign_event VALUES (1, 1, 2, 'Lan', 'start', 'approved', 'running', '');"
    "INSERT INTO campaign_audience VALUES (1, 1, 1, 2, 1, 1, ''), (1, 3, NULL, 2, 1, 0, 'none');"
    "INSERT INTO message (id, campaign_id, contact_id, purpose, state, priority, text, parts,"
    " reference, not_before, expires_at, created_at, state_at) VALUES"
    " (1, 1, 1, 'invitation', 'delivered', 1, 'a', 1, 9, 0, 9, 1, 5),"
    " (2, 1, 2, 'invitation', 'queued', 1, 'b', 1, 9, 0, 9, 1, 1);"
    "INSERT INTO attempt (id, message_id, modem, leased_at) VALUES (1, 1, 'sim1', 3);"
    "INSERT INTO part VALUES (1, 0, 1, 'sim1', 7, 4, 0, 5);"
    "INSERT INTO report VALUES (1, 'sim1', 7, '+84900000001', 0, 4, 5, 5, 1, 0);"
    "INSERT INTO modem (name, state, state_at) VALUES ('sim1', 'absent', 0);"
    "INSERT INTO modem_event VALUES (1, 'sim1', 1, 'ready', 'absent', 'gone');"
    "INSERT INTO reply VALUES"
    " (1, 'sim1', '+84900000001', 1, 1, '1', 10, 11, 'answer', 'exact', '1', NULL, NULL),"
    " (2, 'sim1', '+84900000001', 1, 1, '2', 20, 21, 'answer', 'exact', '2', NULL, NULL),"
    " (3, 'sim1', '+84900000001', 1, 1, 'ba', 30, 31, 'unclear', '', 'ba', 35, 'Lan'),"
    " (4, 'sim1', '+84900000003', 3, 1, 'DOITHOAI', 40, 41, 'opinion', '', 'doithoai', 45, 'Lan'),"
    " (5, 'sim1', '+84900000002', 2, NULL, 'TUCHOI', 50, 51, 'optout', '', 'tuchoi', NULL, NULL);"
    "INSERT INTO incoming (id, modem, imsi, memory, location, sender, text, coding, reference,"
    " total, sequence, sent_at, received_at, fingerprint, reply_id) VALUES (1, 'sim1', '', 'SM', "
    "1, '+84900000001', '1', 0, -1, 1, 1, 10,"
    " 11, 'a', 1);"
    "INSERT INTO answer VALUES (1, 1, 1, 'q', '1', 1, 10, '', '', 2),"
    " (2, 1, 1, 'q', '2', 2, 20, '', '', 3), (3, 1, 1, 'q', '3', 3, 30, 'Lan', 'called', NULL),"
    " (4, 1, 3, 'q', '1', 4, 40, '', '', NULL);"
    "INSERT INTO opinion VALUES (1, 1, 4, 3, 4, 'the road', 'in-progress', 41);"
    "INSERT INTO consent VALUES (1, 2, 50, 'opted-out', 5, ''), (2, 2, 60, 'opted-in', NULL, "
    "'Lan'),"
    " (3, 2, 70, 'opted-out', NULL, 'Minh');"
    "INSERT INTO sink (name, url, disabled_at, rest_until, reason) VALUES ('huyen', 'http://x', "
    "NULL, 0, '');"
    "INSERT INTO outbox VALUES (1, 'e1', 'huyen', 'loa.opinion.v1', '{\"subject\": \"C1/4\"}',"
    " 'waiting', 1, 1, 41, 42, 99, NULL);"
    "INSERT INTO outbox_attempt VALUES (1, 1, 41, 500, 'no', 3);"
    "INSERT INTO summary VALUES (1, 'huyen', 3, 41, 'd', 0);";

static const char rows_of_2[] =
    "INSERT INTO quarantine VALUES (1, 'sim1', '', 'SM', 3, '00', 'odd', 5, 6, NULL, NULL);"
    "INSERT INTO alarm VALUES (1, 'u1', 'modem-absent', 'sim1', 'gone', 1, 2, NULL);"
    "INSERT INTO message (id, contact_id, purpose, state, priority, text, parts, reference,"
    " not_before, expires_at, created_at, state_at, resends) VALUES"
    " (3, 1, 'alarm', 'unsure', 9, 'x', 1, 9, 0, 9, 2, 3, 1);"
    "INSERT INTO alarm_message VALUES (1, 3);"
    "UPDATE incoming SET told_key = 77;"
    "UPDATE modem SET flight_identity = 'f1', boot = 'b2';";

/* Fills an old file table by table, and says which tables it forgot. */
static void assert_no_table_is_empty(struct store *store, const char *const *younger)
{
    sqlite3_stmt *tables = sql_bind(
        store, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        "");
    int seen = 0;
    while (sql_step(tables, NULL) == 1) {
        const char *name = (const char *)sqlite3_column_text(tables, 0);
        if (g_strv_contains(younger, name))
            continue;
        g_autofree char *count = g_strdup_printf("SELECT count(*) FROM %s", name);
        sqlite3_stmt *rows = NULL;
        g_assert_cmpint(sqlite3_prepare_v2(sqlite3_db_handle(tables), count, -1, &rows, NULL), ==,
                        SQLITE_OK);
        g_assert_cmpint(sqlite3_step(rows), ==, SQLITE_ROW);
        if (sqlite3_column_int(rows, 0) == 0)
            g_error("no row of %s was there to be kept", name);
        sqlite3_finalize(rows);
        seen++;
    }
    g_assert_cmpint(seen, >, 25);
}

static void test_old_rows_keep_their_meaning(struct file *file, gconstpointer data)
{
    int schema = GPOINTER_TO_INT(data);
    const char *const younger[] = {"conversation",
                                   "reminder_run",
                                   "snapshot",
                                   "series",
                                   "unit_alias",
                                   "series_campaign",
                                   "unit_event",
                                   "opinion_event",
                                   "erased_refusal",
                                   "ussd_dialogue",
                                   "ussd_step",
                                   "sim",
                                   "sim_reading",
                                   "sim_card",
                                   "contact_operator",
                                   "ussd_session",
                                   schema < 2 ? "quarantine" : "",
                                   schema < 2 ? "alarm" : "",
                                   schema < 2 ? "alarm_message" : "",
                                   NULL};
    const struct {
        const char *sql, *expected;
    } rows[] = {
        {"SELECT group_concat(id || code || '@' || at || '/' || recorded_at || by_whom || reason ||"
         " coalesce('>' || superseded_by, ''), ' ') FROM (SELECT * FROM answer ORDER BY id)",
         "11@10/11>2 22@20/21>3 33@30/35Lancalled 41@40/41"},
        {"SELECT count(*) FROM answer WHERE said IS NULL AND person_id IS NULL"
         " AND contact_id + 0 > 0 AND reply_id = id",
         "4"},
        {"SELECT group_concat(contact_id || event || at || by_whom || coalesce(reply_id, ''), ' ')"
         " FROM (SELECT * FROM consent ORDER BY id) WHERE organisation = '' AND person_id IS NULL",
         "2opted-out505 2opted-in60Lan 2opted-out70Minh"},
        {"SELECT group_concat(contact_id || '<' || organisation || '>' || at) FROM refusal",
         "2<>70"},
        {"SELECT number || text || state || received_at || '/' || state_at || confirmed || office"
         " || restricted || coalesce(due_at, 'no term') FROM opinion",
         "4the roadin-progress41/410no term"},
        {"SELECT group_concat(outcome || coalesce(settled_by, '') || look || shut || question, ' ')"
         " FROM reply",
         "answer answer unclearLan opinionLan optout"},
        {"SELECT group_concat(unit_id || since || name || kind || coalesce(parent_id, ''), ' ')"
         " FROM unit_version",
         "1Xã Hợpxã 2Thôn 1thôn1"},
        {"SELECT group_concat(id || exists_from || ended_on || coalesce(successor_id, ''), ' ')"
         " FROM unit",
         "1 2"},
        {"SELECT name || coalesce(rule, ' is a list of ') || (SELECT count(*) FROM"
         " person_group_member) FROM person_group",
         "tổ 1 is a list of 1"},
        {"SELECT group_concat(purpose || state || asks || reminder || coalesce(opinion_id, ''), ' "
         "')"
         " FROM message WHERE id < 3",
         "invitationdelivered-1 invitationqueued-1"},
        {"SELECT group_concat(DISTINCT '<' || route || '>') FROM message", "<>"},
        {"SELECT state || organisation || retention_months || coalesce(erased_at, 'kept')"
         " FROM campaign",
         "running0kept"},
        {"SELECT count(*) FROM pragma_foreign_key_check", "0"},
        {"SELECT integrity_check FROM pragma_integrity_check", "ok"},
    };
    g_autofree char *all = g_strconcat(rows_of_1, schema < 2 ? "" : rows_of_2, NULL);
    struct store *store = open_old(file, schema, all);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        sqlite3_stmt *row = sql_bind(store, rows[i].sql, "");
        g_assert_cmpint(sql_step(row, NULL), ==, 1);
        g_assert_cmpstr((const char *)sqlite3_column_text(row, 0), ==, rows[i].expected);
        sqlite3_reset(row);
    }
    assert_no_table_is_empty(store, younger);

    /* What the rules ask of those rows. */
    int64_t refused_at = 0;
    g_assert_true(store_consent_refused_at(store, 2, "", &refused_at, NULL));
    g_assert_cmpint(refused_at, ==, 70);
    g_assert_true(store_consent_refused_at(store, 1, "", &refused_at, NULL));
    g_assert_cmpint(refused_at, ==, 0);
    store_free(store);
}

/* Cuts the schema's own page: what was prepared before goes on, what is new fails like any step. */
static void test_a_sick_file_is_a_fault(struct file *file, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    int64_t count = 0;
    g_assert_true(sql_run(file->store, NULL, "PRAGMA writable_schema = ON", ""));
    g_assert_true(sql_run(file->store, NULL,
                          "UPDATE sqlite_schema SET sql = 'CREATE TABLE' WHERE name = 'sink'", ""));
    g_assert_true(sql_run(file->store, NULL, "PRAGMA writable_schema = RESET", ""));
    for (int i = 0; i < 2; i++) {
        g_assert_false(sql_integer(file->store, 0, &count, &error,
                                   "SELECT count(*) FROM modem WHERE name = ?1", "t", "sim1"));
        g_assert_error(error, STORE_ERROR, STORE_ERROR_FAILED);
        g_assert_nonnull(strstr(error->message, "malformed"));
        g_clear_error(&error);
    }
    store_free(file->store);
    file->store = store_open(file->path, &error);
    g_assert_null(file->store);
    g_assert_error(error, STORE_ERROR, STORE_ERROR_FAILED);
    g_assert_nonnull(strstr(error->message, file->path));
}

static void test_no_database_is_not_a_newer_one(struct file *file, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autofree char *text = g_strnfill(8192, 'x');
    g_autofree char *path = g_build_filename(file->folder, "no.db", NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_assert_null(store_open(path, &error));
    g_assert_error(error, STORE_ERROR, STORE_ERROR_FAILED);
    g_assert_nonnull(strstr(error->message, "not a database"));
    g_unlink(path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    const struct {
        const char *name;
        void (*run)(struct file *, gconstpointer);
    } tests[] = {
        {"/store/a new file is durable", test_a_new_file_is_durable},
        {"/store/the gateway keeps its name", test_the_gateway_keeps_its_name},
        {"/store/where modems were found is kept", test_homes_are_kept},
        {"/store/a newer schema is refused", test_a_newer_schema_is_refused},
        {"/store/a rolled back transaction leaves nothing",
         test_a_rolled_back_transaction_leaves_nothing},
        {"/store/one row means one row", test_one_row_means_one_row},
        {"/store/an unknown state is refused", test_an_unknown_state_is_refused},
        {"/store/schema 1 is brought up to date", test_schema_1_is_brought_up},
        {"/store/a sick file is a fault, not the end", test_a_sick_file_is_a_fault},
        {"/store/what is no database is not a newer one", test_no_database_is_not_a_newer_one},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, struct file, NULL, open_file, tests[i].run, close_file);
    g_test_add("/store/rows of schema 1 keep their meaning", struct file, GINT_TO_POINTER(1),
               open_file, test_old_rows_keep_their_meaning, close_file);
    g_test_add("/store/rows of schema 2 keep their meaning", struct file, GINT_TO_POINTER(2),
               open_file, test_old_rows_keep_their_meaning, close_file);
    return g_test_run();
}
