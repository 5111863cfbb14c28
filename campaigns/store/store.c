// SPDX-License-Identifier: GPL-2.0-or-later
/* Owns the SQLite connection: opening, pragmas, migrations, transactions, the statement cache.
 * Knows no table of its own but `gateway`. Order: store_open, then anything, then store_free. */
#include "campaigns/store/store.h"

#include "campaigns/store/sql.h"

#include <gio/gio.h>
#include <stdarg.h>

enum {
    BUSY_WAIT_MS = 15000,
    BUSY_LOOK_US = 500,
    STOP_LOOK_STEPS = 10000, /* of SQLite's machine: well under a millisecond */
};
/* A long reading makes the log grow; afterwards the file shrinks to this. */
#define WAL_KEPT_BYTES "67108864"

/* Schema version n is reached by running file n; never edit one that has been released. */
static const char *const migrations[] = {
    "/loa/schema/0001-initial.sql", "/loa/schema/0002-nothing-stuck.sql",
    "/loa/schema/0003-replies-mean.sql", "/loa/schema/0004-ussd.sql"};

struct store {
    sqlite3 *database;
    GHashTable *statements; /* address of the SQL literal → sqlite3_stmt */
    sqlite3_stmt *failing;  /* in place of one that cannot be prepared: fails in its first step */
    int patience_ms;
    const atomic_bool *stop; /* NULL: never */
    char *gateway_uuid;
};

G_DEFINE_QUARK(loa - store - error, store_error)

static void set_error(sqlite3 *database, int result, GError **error)
{
    enum store_error code = STORE_ERROR_FAILED;
    int kind = result & 0xff;
    if (kind == SQLITE_FULL || kind == SQLITE_IOERR || kind == SQLITE_READONLY)
        code = STORE_ERROR_FULL;
    else if (kind == SQLITE_BUSY || kind == SQLITE_LOCKED || kind == SQLITE_PROTOCOL)
        code = STORE_ERROR_BUSY;
    else if (kind == SQLITE_CONSTRAINT)
        code = STORE_ERROR_CONFLICT;
    else if (kind == SQLITE_INTERRUPT)
        code = STORE_ERROR_STOPPED;
    g_set_error(error, STORE_ERROR, (int)code, "database: %s", sqlite3_errmsg(database));
}

static void finalize(gpointer statement)
{
    /* The result repeats the last step's, which was reported then. */
    sqlite3_finalize(statement);
}

static bool run_script(struct store *store, const char *script, GError **error)
{
    int result = sqlite3_exec(store->database, script, NULL, NULL, NULL);
    if (result == SQLITE_OK)
        return true;
    set_error(store->database, result, error);
    return false;
}

static void fail_as_told(sqlite3_context *context, int count, sqlite3_value **values)
{
    g_assert(count == 2);
    sqlite3_result_error(context, (const char *)sqlite3_value_text(values[0]), -1);
    sqlite3_result_error_code(context, sqlite3_value_int(values[1]));
}

static bool prepare_failing(struct store *store, GError **error)
{
    int result = sqlite3_create_function_v2(store->database, "fail_as_told", 2, SQLITE_UTF8, NULL,
                                            fail_as_told, NULL, NULL, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_prepare_v3(store->database, "SELECT fail_as_told(?1, ?2)", -1,
                                    SQLITE_PREPARE_PERSISTENT, &store->failing, NULL);
    if (result == SQLITE_OK)
        return true;
    set_error(store->database, result, error);
    return false;
}

static sqlite3_stmt *fail_with(struct store *store, int result, const char *sentence)
{
    g_autofree char *copy = g_strdup(sentence); /* it may be the connection's own */
    sqlite3_reset(store->failing);
    sqlite3_bind_text(store->failing, 1, copy, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int(store->failing, 2, result);
    return store->failing;
}

static int is_stopped(void *data)
{
    const struct store *store = data;
    return store->stop != NULL && atomic_load(store->stop);
}

static sqlite3_stmt *prepare(struct store *store, const char *sql)
{
    if (is_stopped(store))
        return fail_with(store, SQLITE_INTERRUPT, "broken off, as the process ends");
    sqlite3_stmt *statement = g_hash_table_lookup(store->statements, sql);
    if (statement != NULL) {
        g_assert(g_str_has_prefix(sql, sqlite3_sql(statement))); /* else it was no literal */
        sqlite3_reset(statement);
        return statement;
    }
    int result =
        sqlite3_prepare_v3(store->database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
    /* The schema is read when a statement is prepared, so a sick file may show itself here. */
    if (result != SQLITE_OK)
        return fail_with(store, sqlite3_extended_errcode(store->database),
                         sqlite3_errmsg(store->database));
    g_hash_table_insert(store->statements, (gpointer)sql, statement);
    return statement;
}

static void bind_arguments(sqlite3_stmt *statement, const char *signature, va_list arguments)
{
    g_assert_cmpint(sqlite3_bind_parameter_count(statement), ==, (int)strlen(signature));
    for (int i = 0; signature[i] != '\0'; i++) {
        int result = SQLITE_MISUSE;
        if (signature[i] == 'i') {
            result = sqlite3_bind_int64(statement, i + 1, va_arg(arguments, int64_t));
        } else if (signature[i] == 'o') {
            int64_t id = va_arg(arguments, int64_t);
            result = id == 0 ? sqlite3_bind_null(statement, i + 1)
                             : sqlite3_bind_int64(statement, i + 1, id);
        } else if (signature[i] == 't') {
            result = sqlite3_bind_text(statement, i + 1, va_arg(arguments, const char *), -1,
                                       SQLITE_TRANSIENT);
        }
        g_assert_cmpint(result, ==, SQLITE_OK);
    }
}

static sqlite3_stmt *bind_list(struct store *store, const char *sql, const char *signature,
                               va_list arguments)
{
    sqlite3_stmt *statement = prepare(store, sql);
    if (statement != store->failing)
        bind_arguments(statement, signature, arguments);
    return statement;
}

static bool step_to_end(sqlite3_stmt *statement, GError **error)
{
    int row = 1;
    while (row == 1)
        row = sql_step(statement, error);
    return row == 0;
}

static bool migrate_one(struct store *store, unsigned version, GError **error)
{
    g_autoptr(GBytes) file =
        g_resources_lookup_data(migrations[version - 1], G_RESOURCE_LOOKUP_FLAGS_NONE, error);
    if (file == NULL)
        return false;
    g_autofree char *script =
        g_strdup_printf("BEGIN IMMEDIATE; %s; PRAGMA user_version = %u; COMMIT;",
                        (const char *)g_bytes_get_data(file, NULL), version);
    if (run_script(store, script, error))
        return true;
    store_rollback(store);
    return false;
}

static bool migrate(struct store *store, const char *path, GError **error)
{
    int64_t version = 0;
    if (!sql_integer(store, 0, &version, error, "PRAGMA user_version", ""))
        return false;
    if (version < 0 || version > (int64_t)G_N_ELEMENTS(migrations)) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_NEWER,
                    "%s has schema %" G_GINT64_FORMAT ", this Loa knows schemas up to %zu: "
                    "install the newer Loa that wrote it, or restore a backup",
                    path, version, G_N_ELEMENTS(migrations));
        return false;
    }
    for (unsigned next = (unsigned)version + 1; next <= G_N_ELEMENTS(migrations); next++) {
        if (!migrate_one(store, next, error)) {
            g_prefix_error(error, "%s: migration to schema %u: ", path, next);
            return false;
        }
    }
    return true;
}

static bool read_uuid(struct store *store, GError **error)
{
    g_autofree char *fresh = g_uuid_string_random();
    if (!sql_run(store, error,
                 "INSERT INTO gateway (name, value) VALUES ('uuid', ?1) "
                 "ON CONFLICT (name) DO NOTHING",
                 "t", fresh))
        return false;
    sqlite3_stmt *statement = sql_bind(store, "SELECT value FROM gateway WHERE name = 'uuid'", "");
    if (sql_step(statement, error) != 1)
        return false;
    store->gateway_uuid = sql_text(statement, 0);
    sqlite3_reset(statement);
    return true;
}

/* SQLite's account of its memory takes a lock at every allocation. */
static void keep_no_account(void)
{
    static gsize done = 0;
    if (g_once_init_enter(&done)) {
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
        g_once_init_leave(&done, 1);
    }
}

struct store *store_open(const char *path, GError **error)
{
    keep_no_account();
    struct store *store = g_new0(struct store, 1);
    store->statements = g_hash_table_new_full(NULL, NULL, NULL, finalize);
    int result =
        sqlite3_open_v2(path, &store->database,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    if (result != SQLITE_OK) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_FAILED, "%s: %s", path,
                    sqlite3_errmsg(store->database));
        store_free(store);
        return NULL;
    }
    sqlite3_extended_result_codes(store->database, 1);
    sqlite3_busy_timeout(store->database, BUSY_WAIT_MS);
    bool ready = run_script(store,
                            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                            "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;"
                            "PRAGMA cache_size = -16000;"
                            "PRAGMA journal_size_limit = " WAL_KEPT_BYTES ";",
                            error) &&
                 prepare_failing(store, error) && migrate(store, path, error) &&
                 read_uuid(store, error);
    if (ready)
        return store;
    if (error != NULL && !strstr((*error)->message, path))
        g_prefix_error(error, "%s: ", path);
    store_free(store);
    return NULL;
}

void store_free(struct store *store)
{
    if (store == NULL)
        return;
    g_hash_table_destroy(store->statements);
    sqlite3_finalize(store->failing);
    sqlite3_close(store->database);
    g_free(store->gateway_uuid);
    g_free(store);
}

static int wait_again(void *data, int times)
{
    const struct store *store = data;
    if (times >= store->patience_ms * (1000 / BUSY_LOOK_US))
        return 0;
    g_usleep(BUSY_LOOK_US);
    return 1;
}

void store_set_patience(struct store *store, int milliseconds)
{
    store->patience_ms = milliseconds;
    sqlite3_busy_handler(store->database, wait_again, store);
}

void store_set_stop(struct store *store, const atomic_bool *stop)
{
    store->stop = stop;
    sqlite3_progress_handler(store->database, STOP_LOOK_STEPS, is_stopped, store);
}

bool store_begin(struct store *store, GError **error)
{
    g_assert(!store_in_transaction(store));
    return sql_run(store, error, "BEGIN IMMEDIATE", "");
}

bool store_commit(struct store *store, GError **error)
{
    if (sql_run(store, error, "COMMIT", ""))
        return true;
    store_rollback(store);
    return false;
}

void store_rollback(struct store *store)
{
    if (store_in_transaction(store))
        run_script(store, "ROLLBACK", NULL);
}

bool store_in_transaction(const struct store *store)
{
    return sqlite3_get_autocommit(store->database) == 0;
}

int64_t store_schema_version(struct store *store)
{
    int64_t version = -1;
    sql_integer(store, -1, &version, NULL, "PRAGMA user_version", "");
    return version;
}

int64_t store_data_version(struct store *store)
{
    int64_t version = -1;
    sql_integer(store, -1, &version, NULL, "PRAGMA data_version", "");
    return version;
}

const char *store_gateway_uuid(struct store *store)
{
    return store->gateway_uuid;
}

sqlite3_stmt *sql_bind(struct store *store, const char *sql, const char *signature, ...)
{
    va_list arguments;
    va_start(arguments, signature);
    sqlite3_stmt *statement = bind_list(store, sql, signature, arguments);
    va_end(arguments);
    return statement;
}

int sql_step(sqlite3_stmt *statement, GError **error)
{
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW)
        return 1;
    if (result != SQLITE_DONE)
        set_error(sqlite3_db_handle(statement), result, error);
    sqlite3_reset(statement);
    return result == SQLITE_DONE ? 0 : -1;
}

bool sql_run(struct store *store, GError **error, const char *sql, const char *signature, ...)
{
    va_list arguments;
    va_start(arguments, signature);
    sqlite3_stmt *statement = bind_list(store, sql, signature, arguments);
    va_end(arguments);
    return step_to_end(statement, error);
}

bool sql_run_one(struct store *store, GError **error, const char *sql, const char *signature, ...)
{
    va_list arguments;
    va_start(arguments, signature);
    sqlite3_stmt *statement = bind_list(store, sql, signature, arguments);
    va_end(arguments);
    if (!step_to_end(statement, error))
        return false;
    if (sql_changes(store) == 1)
        return true;
    g_set_error_literal(error, STORE_ERROR, STORE_ERROR_CONFLICT,
                        "the row is gone or was changed meanwhile");
    return false;
}

bool sql_integer(struct store *store, int64_t missing, int64_t *retvalue, GError **error,
                 const char *sql, const char *signature, ...)
{
    va_list arguments;
    va_start(arguments, signature);
    sqlite3_stmt *statement = bind_list(store, sql, signature, arguments);
    va_end(arguments);
    int row = sql_step(statement, error);
    if (row < 0)
        return false;
    bool found = row == 1 && sqlite3_column_type(statement, 0) != SQLITE_NULL;
    *retvalue = found ? sqlite3_column_int64(statement, 0) : missing;
    sqlite3_reset(statement);
    return true;
}

int64_t sql_last_id(struct store *store)
{
    return sqlite3_last_insert_rowid(store->database);
}

int64_t sql_changes(struct store *store)
{
    return sqlite3_changes64(store->database);
}

char *sql_text(sqlite3_stmt *statement, int column)
{
    return g_strdup((const char *)sqlite3_column_text(statement, column));
}
