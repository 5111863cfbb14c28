// SPDX-License-Identifier: GPL-2.0-or-later
// The database file: migrations, refusal of a newer schema, transactions, durability settings.
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

static void test_schema_1_is_brought_up(struct file *file, gconstpointer data)
{
    (void)data;
    g_autoptr(GBytes) schema =
        g_resources_lookup_data("/loa/schema/0001-initial.sql", G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    g_autofree char *path = g_build_filename(file->folder, "old.db", NULL);
    g_autofree char *script =
        g_strdup_printf("%s; INSERT INTO gateway VALUES ('boot', 'b1'); PRAGMA user_version = 1;"
                        "INSERT INTO modem (name, state, state_at) VALUES ('sim1', 'absent', 0);"
                        "INSERT INTO reply VALUES (1, 'sim1', '+84912', NULL, NULL, '1', 5, 5,"
                        " 'stranger', '', '1', NULL, NULL);"
                        "INSERT INTO incoming VALUES (1, 'sim1', '', 'SM', 1, '+84912', '1', 0, -1,"
                        " 1, 1, 5, 5, 'a', 1), (2, 'sim1', '', 'SM', 2, '+84912', 'x', 0, 7,"
                        " 3, 1, 6, 6, 'b', NULL);",
                        (const char *)g_bytes_get_data(schema, NULL));
    sqlite3 *old = NULL;
    g_assert_cmpint(sqlite3_open(path, &old), ==, SQLITE_OK);
    g_assert_cmpint(sqlite3_exec(old, script, NULL, NULL, NULL), ==, SQLITE_OK);
    sqlite3_close(old);
    g_autoptr(GError) error = NULL;
    struct store *store = store_open(path, &error);
    g_assert_no_error(error);
    g_autofree char *identity = NULL, *boot = NULL;
    g_assert_true(store_modem_flight(store, "sim1", &identity, &boot, NULL));
    g_assert_cmpstr(identity, ==, "");
    g_assert_cmpstr(boot, ==, "b1");
    g_assert_cmpint(pragma(store, "SELECT count(*) FROM gateway WHERE name = 'boot'"), ==, 0);
    /* A part that waits for the others is handed on a day after it came, as it would have been. */
    g_assert_cmpint(pragma(store, "SELECT retry_at FROM incoming WHERE id = 1"), ==, 0);
    g_assert_cmpint(pragma(store, "SELECT retry_at FROM incoming WHERE id = 2"), ==, 86400006);
    store_free(store);
    g_unlink(path);
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
    return g_test_run();
}
