// SPDX-License-Identifier: GPL-2.0-or-later
/* Lists of ids, in and out of SQL. They go in as JSON, so that every statement stays a literal. The
 * statements themselves are store.c's. */
#include "campaigns/store/sql.h"

GArray *sql_ids(sqlite3_stmt *statement, GError **error)
{
    GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        int64_t id = sqlite3_column_int64(statement, 0);
        g_array_append_val(ids, id);
    }
    if (step == 0)
        return ids;
    g_array_unref(ids);
    return NULL;
}

char *sql_id_list(const GArray *ids)
{
    if (ids == NULL)
        return NULL;
    GString *out = g_string_new("[");
    for (unsigned i = 0; i < ids->len; i++)
        g_string_append_printf(out, "%s%" G_GINT64_FORMAT, i == 0 ? "" : ",",
                               g_array_index(ids, int64_t, i));
    g_string_append_c(out, ']');
    return g_string_free(out, FALSE);
}
