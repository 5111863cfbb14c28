// SPDX-License-Identifier: GPL-2.0-or-later
/* Rosters as offices keep them: bytes to table, table to persons, and a dry run of the whole import
 * on a real database. A line "---" in the input ends the table of units and begins the roster. */
#include "tests/store_file.h"

#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct store_file database;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    store_file_open(&database, NULL);
    import_dialogue(database.store);
    return 0;
}

static void check_table(const struct csv_table *table)
{
    unsigned line = 0, cells = 0;
    for (unsigned i = 0; i < csv_row_count(table); i++) {
        const struct csv_row *row = csv_row(table, i);
        g_assert_cmpuint(row->line, >, line);
        g_assert_cmpuint(row->first, ==, cells);
        line = row->line;
        cells += row->count;
        for (unsigned column = 0; column <= row->count; column++)
            g_assert_true(g_utf8_validate(csv_cell(table, i, column), -1, NULL));
    }
    g_assert_cmpuint(cells, ==, table->cells->len);
}

static void check_roster(const struct roster *roster, const struct csv_table *table)
{
    unsigned persons = 0;
    g_assert_cmpuint(roster->rows->len, ==, csv_row_count(table));
    for (guint i = 0; i < roster->rows->len; i++) {
        const struct roster_row *row = roster->rows->pdata[i];
        bool person = row->outcome == ROW_PERSON || row->outcome == ROW_PERSON_NO_PHONE;
        persons += person;
        g_assert_true(!person || (row->name != NULL && row->name[0] != '\0'));
        g_assert_true((row->outcome == ROW_PERSON) <= (row->phone.e164[0] == '+'));
        g_assert_true((row->outcome == ROW_DUPLICATE) == (row->merged_line > 0));
        g_assert_true(row->outcome != ROW_REJECTED || row->reason != NULL);
    }
    g_assert_cmpuint(persons, ==, roster->persons);
}

static void read_roster(const void *bytes, size_t size)
{
    g_autoptr(GError) error = NULL;
    struct csv_table *table = csv_read(bytes, size, &error);
    struct roster *roster = NULL;
    if (table != NULL) {
        check_table(table);
        roster = roster_read(table, &error);
    }
    g_assert_true((roster == NULL) == (error != NULL));
    if (roster != NULL) {
        check_roster(roster, table);
        roster_free(roster);
    }
    csv_free(table);
}

/* The person at the screen must be told why; the database must be as it was. */
static void import_dry(const struct import_file *roster, const struct import_file *units)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    struct import_options options = {.roster = roster,
                                     .units = units,
                                     .by = "fuzz",
                                     .group = "nhom",
                                     .dry_run = true,
                                     .now = OPENING};
    struct import_report *report = import_run(database.store, &options, mistakes, &error);
    g_assert_true((report == NULL) == (error != NULL));
    g_assert_false(store_in_transaction(database.store));
    g_assert_true(error == NULL || error->domain != STORE_ERROR);
    g_assert_true(report == NULL || report->recognised > 0);
    import_report_free(report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char cut[] = "\n---\n";
    const uint8_t *middle = memmem(data, size, cut, strlen(cut));
    struct import_file units = {data, middle != NULL ? (size_t)(middle - data) : 0, "units.csv"};
    const uint8_t *from = middle != NULL ? middle + strlen(cut) : data;
    struct import_file roster = {from, (size_t)(data + size - from), "roster.csv"};
    read_roster(roster.bytes, roster.length);
    import_dry(&roster, middle != NULL ? &units : NULL);
    return 0;
}
