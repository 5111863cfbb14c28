// SPDX-License-Identifier: GPL-2.0-or-later
/* A modem that is looked for by its IMEI is looked for there first when the gateway starts again:
 * on another's tty it would hear, and take for its own, what the network says to that one. */
#include "campaigns/store/home.h"

#include "campaigns/store/sql.h"

bool store_home_note(struct store *store, const char *modem, const char *path, GError **error)
{
    return sql_run(store, error,
                   "INSERT INTO gateway (name, value) VALUES ('home.' || ?1, ?2)"
                   " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                   "tt", modem, path);
}

bool store_home_read(struct store *store, const char *modem, char **retpath, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store, "SELECT value FROM gateway WHERE name = 'home.' || ?1", "t", modem);
    int row = sql_step(statement, error);
    if (row < 0)
        return false;
    *retpath = row == 1 ? sql_text(statement, 0) : NULL;
    sqlite3_reset(statement);
    return true;
}
