// SPDX-License-Identifier: GPL-2.0-or-later
/* An SMS is read by whoever holds the phone of a family. What a roster says of people for the
 * office alone (data/inside.csv: the category of a benefit, a disability, an identity card) may
 * choose who gets a message, and never stands in one. */
#include "campaigns/inside.h"

#include "campaigns/datafile.h"
#include "campaigns/template.h"

#include <string.h>

enum match { MATCH_EXACT, MATCH_BEGINS, MATCH_HOLDS };

struct heading {
    enum match match;
    char *name; /* folded, between underscores */
};

static char *between(const char *name)
{
    return g_strconcat("_", name, "_", NULL);
}

static enum match match_named(const char *word)
{
    if (strcmp(word, "exact") == 0)
        return MATCH_EXACT;
    return strcmp(word, "begins") == 0 ? MATCH_BEGINS : MATCH_HOLDS;
}

static gpointer headings_read(gpointer unused)
{
    (void)unused;
    GArray *headings = g_array_new(FALSE, FALSE, sizeof(struct heading));
    struct csv_table *table = datafile_read("inside.csv", 2);
    for (unsigned row = 1; row < csv_row_count(table); row++) {
        g_autofree char *name = template_fold(csv_cell(table, row, 1));
        if (name[0] == '\0')
            continue;
        const struct heading heading = {match_named(csv_cell(table, row, 0)), between(name)};
        g_array_append_val(headings, heading);
    }
    csv_free(table);
    return headings;
}

static bool matches(const struct heading *heading, const char *name)
{
    switch (heading->match) {
    case MATCH_EXACT:
        return strcmp(name, heading->name) == 0;
    case MATCH_BEGINS:
        return g_str_has_prefix(name, heading->name);
    case MATCH_HOLDS:
        return strstr(name, heading->name) != NULL;
    }
    return false;
}

bool inside_keeps(const char *name)
{
    static GOnce once = G_ONCE_INIT;
    const GArray *headings = g_once(&once, headings_read, NULL);
    g_autofree char *whole = between(name);
    for (unsigned i = 0; i < headings->len; i++)
        if (matches(&g_array_index(headings, struct heading, i), whole))
            return true;
    return false;
}
