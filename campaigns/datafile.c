// SPDX-License-Identifier: GPL-2.0-or-later
/* The one place that knows where the data files are. Readers call this once, and keep what they
 * made of the table. */
#include "campaigns/datafile.h"

#include <gio/gio.h>

struct csv_table *datafile_read(const char *name, unsigned columns)
{
    g_autofree char *path = g_strconcat("/loa/", name, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = g_resources_lookup_data(path, G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
    if (bytes == NULL)
        g_error("%s: %s", name, error->message);
    gsize size;
    const void *data = g_bytes_get_data(bytes, &size);
    struct csv_table *table = csv_read(data, size, &error);
    if (table == NULL)
        g_error("%s: %s", name, error->message);
    if (csv_row_count(table) == 0 || csv_row(table, 0)->count < columns)
        g_error("%s: the first line must name at least %u columns", name, columns);
    return table;
}
