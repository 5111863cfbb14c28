// SPDX-License-Identifier: GPL-2.0-or-later
/* Bytes → table → roster → store → report. Everything is read before the transaction begins; the
 * transaction then does the whole import or nothing, and a dry run is the same transaction rolled
 * back, so that its report is the truth. */
#include "campaigns/import.h"

#include "campaigns/enrol.h"
#include "campaigns/roster_columns.h"
#include "campaigns/store/roster.h"
#include "config/reader.h"

#include <string.h>

G_DEFINE_QUARK(loa - import - error, import_error)

enum { GROUP_LENGTH_MAX = 80 }; /* characters */

/* What was read, before any of it is stored. */
struct reading {
    struct csv_table *table;
    struct roster *roster;
    struct unit_tree *units; /* NULL: no units table */
};

const char *import_change_name(enum import_change change)
{
    static const char *const names[] = {
        [IMPORT_NONE] = "",
        [IMPORT_ADDED] = "added",
        [IMPORT_UPDATED] = "updated",
        [IMPORT_UNCHANGED] = "unchanged",
    };
    g_assert(change < G_N_ELEMENTS(names));
    return names[change];
}

static void free_row(gpointer data)
{
    struct import_row *row = data;
    g_free(row->name);
    g_free(row->reason);
    g_ptr_array_unref(row->conversions);
    g_ptr_array_unref(row->warnings);
    g_free(row);
}

static void free_column(gpointer data)
{
    struct import_column *column = data;
    g_free(column->heading);
    g_free(column);
}

void import_report_free(struct import_report *report)
{
    if (report == NULL)
        return;
    g_free(report->file);
    g_free(report->encoding);
    g_free(report->rejects);
    g_ptr_array_unref(report->columns);
    g_ptr_array_unref(report->rows);
    g_free(report);
}

static void clear_reading(struct reading *reading)
{
    if (reading->units != NULL)
        unit_tree_free(reading->units);
    if (reading->roster != NULL)
        roster_free(reading->roster);
    if (reading->table != NULL)
        csv_free(reading->table);
}

static bool read_units_table(const struct import_file *file, struct reading *reading,
                             GPtrArray *mistakes, GError **error)
{
    struct csv_table *table = csv_read(file->bytes, file->length, error);
    if (table == NULL) {
        g_prefix_error(error, "%s: ", file->name);
        return false;
    }
    reading->units = units_read(table, file->name, mistakes);
    csv_free(table);
    if (reading->units != NULL)
        return true;
    g_autofree char *first = mistakes->len == 0 ? NULL : mistake_text(mistakes->pdata[0]);
    g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_UNITS,
                "the units table has %u mistakes, nothing was imported; the first: %s",
                mistakes_count(mistakes), first == NULL ? "?" : first);
    return false;
}

static bool read_files(const struct import_options *options, struct reading *reading,
                       GPtrArray *mistakes, GError **error)
{
    if (options->units != NULL && !read_units_table(options->units, reading, mistakes, error))
        return false;
    const struct import_file *file = options->roster;
    reading->table = csv_read(file->bytes, file->length, error);
    if (reading->table != NULL)
        reading->roster = roster_read(reading->table, error);
    if (reading->roster == NULL) {
        g_prefix_error(error, "%s: ", file->name);
        return false;
    }
    if (reading->roster->persons > 0)
        return true;
    g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_EMPTY,
                "%s: not one of its %u rows is a person: nothing was imported", file->name,
                csv_row_count(reading->table));
    return false;
}

static struct import_row *tell_row(const struct roster_row *read)
{
    struct import_row *row = g_new0(struct import_row, 1);
    row->line = read->line;
    row->outcome = read->outcome;
    row->name = g_strdup(read->name);
    row->reason = g_strdup(read->reason);
    row->merged_line = read->merged_line;
    row->conversions = g_ptr_array_new_with_free_func(g_free);
    row->warnings = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; read->conversions != NULL && i < read->conversions->len; i++)
        g_ptr_array_add(row->conversions, g_strdup(read->conversions->pdata[i]));
    return row;
}

static void append_reject(GString *out, const struct csv_table *table, unsigned row,
                          const char *reason)
{
    g_autoptr(GPtrArray) cells = g_ptr_array_new();
    for (unsigned column = 0; column < csv_row(table, row)->count; column++)
        g_ptr_array_add(cells, (gpointer)csv_cell(table, row, column));
    g_ptr_array_add(cells, (gpointer)reason);
    csv_append_row(out, (const char *const *)cells->pdata, cells->len);
}

static char *list_rejects(const struct reading *reading)
{
    GString *out = g_string_new("\xEF\xBB\xBF");
    const GPtrArray *rows = reading->roster->rows;
    for (unsigned i = 0; i < rows->len; i++) {
        const struct roster_row *row = rows->pdata[i];
        if (row->outcome == ROW_HEADER)
            append_reject(out, reading->table, i, "Lý do");
        else if (row->outcome == ROW_REJECTED)
            append_reject(out, reading->table, i, row->reason == NULL ? "" : row->reason);
    }
    return g_string_free(out, FALSE);
}

static struct import_report *report_new(const struct import_options *options,
                                        const struct reading *reading)
{
    struct import_report *report = g_new0(struct import_report, 1);
    report->dry_run = options->dry_run;
    report->file = g_strdup(options->roster->name);
    report->encoding = g_strdup(reading->table->encoding);
    report->separator = reading->table->separator;
    report->columns = g_ptr_array_new_with_free_func(free_column);
    report->rows = g_ptr_array_new_with_free_func(free_row);
    for (unsigned i = 0; i < reading->roster->columns->len; i++) {
        const struct roster_column *read = reading->roster->columns->pdata[i];
        struct import_column *column = g_new0(struct import_column, 1);
        column->index = read->index;
        column->field = roster_field_name(read->field);
        column->heading = g_strdup(read->heading);
        g_ptr_array_add(report->columns, column);
    }
    for (unsigned i = 0; i < reading->roster->rows->len; i++) {
        struct import_row *row = tell_row(reading->roster->rows->pdata[i]);
        report->outcomes[row->outcome]++;
        bool person = row->outcome == ROW_PERSON || row->outcome == ROW_PERSON_NO_PHONE;
        report->converted += person && row->conversions->len > 0;
        g_ptr_array_add(report->rows, row);
    }
    report->recognised = reading->roster->persons;
    report->merged = report->outcomes[ROW_DUPLICATE];
    report->rejected = report->outcomes[ROW_REJECTED];
    report->no_phone = report->outcomes[ROW_PERSON_NO_PHONE];
    report->rejects = list_rejects(reading);
    return report;
}

static bool store_all(struct store *store, const struct import_options *options,
                      const struct reading *reading, struct import_report *report, GError **error)
{
    struct enrolment enrolment = {.store = store, .roster = reading->roster, .now = options->now};
    if (!store_import_open(store, options->roster->name, options->by, options->now,
                           &enrolment.import_id, error))
        return false;
    if (reading->units != NULL &&
        !store_units_save(store, reading->units, options->now, &report->units_added,
                          &report->units_updated, error))
        return false;
    if (options->group != NULL &&
        !store_group_put(store, options->group, &enrolment.group_id, error))
        return false;
    enrolment.placing = placing_new(store, options->now, error);
    if (enrolment.placing == NULL)
        return false;
    bool stored = enrol_persons(&enrolment, report, error);
    report->units_added += placing_added(enrolment.placing);
    placing_free(enrolment.placing);
    report->import_id = options->dry_run ? 0 : enrolment.import_id;
    return stored && store_import_close(store, enrolment.import_id, report->changes[IMPORT_ADDED],
                                        report->changes[IMPORT_UPDATED], report->rejected, error);
}

static bool store_or_not(struct store *store, const struct import_options *options,
                         const struct reading *reading, struct import_report *report,
                         GError **error)
{
    if (!store_begin(store, error))
        return false;
    if (!store_all(store, options, reading, report, error)) {
        store_rollback(store);
        return false;
    }
    if (options->dry_run)
        store_rollback(store);
    else if (!store_commit(store, error))
        return false;
    for (unsigned i = 0; i < report->rows->len; i++)
        report->warned += ((struct import_row *)report->rows->pdata[i])->warnings->len > 0;
    return true;
}

/* A group is named again in campaign files and on command lines. */
static bool check_group(const char *name, GError **error)
{
    if (name == NULL)
        return true;
    size_t length = strlen(name);
    bool edges = length == 0 || g_ascii_isspace(name[0]) || g_ascii_isspace(name[length - 1]);
    bool good =
        !edges && g_utf8_validate(name, -1, NULL) && g_utf8_strlen(name, -1) <= GROUP_LENGTH_MAX;
    for (const char *at = name; good && *at != '\0'; at = g_utf8_next_char(at))
        good = !g_unichar_iscntrl(g_utf8_get_char(at));
    if (!good)
        g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_GROUP,
                    "the group's name must have 1 to %d characters, no line breaks, and no blanks "
                    "at its ends: nothing was imported",
                    GROUP_LENGTH_MAX);
    return good;
}

struct import_report *import_run(struct store *store, const struct import_options *options,
                                 GPtrArray *mistakes, GError **error)
{
    struct reading reading = {0};
    struct import_report *report = NULL;
    if (check_group(options->group, error) && read_files(options, &reading, mistakes, error))
        report = report_new(options, &reading);
    if (report != NULL && !store_or_not(store, options, &reading, report, error)) {
        import_report_free(report);
        report = NULL;
    }
    clear_reading(&reading);
    return report;
}
