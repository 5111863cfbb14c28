// SPDX-License-Identifier: GPL-2.0-or-later
/* Bytes → table → roster → store → report. Everything is read before the transaction begins; the
 * transaction then does the whole import or nothing, and a dry run is the same transaction rolled
 * back, so that its report is the truth. */
#include "campaigns/import.h"

#include "campaigns/enrol.h"
#include "campaigns/group.h"
#include "campaigns/roster_columns.h"
#include "campaigns/store/roster.h"
#include "campaigns/unit_table.h"
#include "config/reader.h"

#include <string.h>

G_DEFINE_QUARK(loa - import - error, import_error)

enum { FIRST_PERSONS = 5 };

/* What was read, before any of it is stored. */
struct reading {
    struct roster_file file;
    struct roster *roster;
    GPtrArray *units; /* struct unit_row *; NULL: no units table */
    GPtrArray *notes; /* char *: about the units table's file */
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
    g_free(report->sheet);
    g_free(report->rejects);
    if (report->guesses != NULL)
        g_ptr_array_unref(report->guesses);
    g_ptr_array_unref(report->notes);
    g_ptr_array_unref(report->first);
    g_ptr_array_unref(report->columns);
    g_ptr_array_unref(report->rows);
    g_free(report);
}

static void clear_reading(struct reading *reading)
{
    if (reading->units != NULL)
        g_ptr_array_unref(reading->units);
    if (reading->roster != NULL)
        roster_free(reading->roster);
    if (reading->notes != NULL)
        g_ptr_array_unref(reading->notes);
    roster_file_clear(&reading->file);
}

static bool refuse_units(const GPtrArray *mistakes, GError **error)
{
    const struct mistake *first = NULL;
    for (unsigned i = 0; i < mistakes->len && first == NULL; i++)
        if (!((const struct mistake *)mistakes->pdata[i])->warning)
            first = mistakes->pdata[i];
    g_autofree char *text = first == NULL ? NULL : mistake_text(first);
    g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_UNITS,
                "the units table has %u mistakes, nothing was imported; the first: %s",
                mistakes_count(mistakes), text == NULL ? "?" : text);
    return false;
}

static bool read_units_table(const struct import_options *options, struct reading *reading,
                             GPtrArray *mistakes, GError **error)
{
    const struct import_file *file = options->units;
    const struct roster_file_wish wish = {options->charset, NULL, options->dry_run};
    struct roster_file units;
    bool read = roster_file_read(file->bytes, file->length, file->name, &wish, &units, error);
    if (read)
        reading->units = unit_table_read(units.table, file->name, mistakes);
    for (unsigned i = 0; read && i < units.notes->len; i++)
        g_ptr_array_add(reading->notes,
                        g_strdup_printf("%s: %s", file->name, (const char *)units.notes->pdata[i]));
    if (read && units.guessed)
        g_ptr_array_add(reading->notes, g_strdup_printf("%s: read as %s, which is a guess",
                                                        file->name, charset_name(units.guess)));
    roster_file_clear(&units);
    if (!read)
        return false;
    return reading->units != NULL || refuse_units(mistakes, error);
}

/* Where no list is found, it may be on another sheet. */
static void tell_notes(const GPtrArray *notes, GError **error)
{
    if (error == NULL || *error == NULL || notes->len == 0)
        return;
    GString *said = g_string_new((*error)->message);
    for (unsigned i = 0; i < notes->len; i++)
        g_string_append_printf(said, "\n  %s", (const char *)notes->pdata[i]);
    g_free((*error)->message);
    (*error)->message = g_string_free(said, FALSE);
}

static bool read_files(const struct import_options *options, struct reading *reading,
                       GPtrArray *mistakes, GError **error)
{
    if (options->units != NULL && !read_units_table(options, reading, mistakes, error))
        return false;
    const struct import_file *file = options->roster;
    const struct roster_file_wish wish = {options->charset, options->sheet, options->dry_run};
    if (!roster_file_read(file->bytes, file->length, file->name, &wish, &reading->file, error))
        return false;
    reading->roster = roster_read(reading->file.table, error);
    if (reading->roster == NULL) {
        tell_notes(reading->file.notes, error);
        g_prefix_error(error, "%s: ", file->name);
        return false;
    }
    if (reading->roster->persons > 0)
        return true;
    g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_EMPTY,
                "%s: not one of its %u rows is a person: nothing was imported", file->name,
                csv_row_count(reading->file.table));
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
            append_reject(out, reading->file.table, i, "Lý do");
        else if (row->outcome == ROW_REJECTED)
            append_reject(out, reading->file.table, i, row->reason == NULL ? "" : row->reason);
    }
    return g_string_free(out, FALSE);
}

static void person_free(gpointer data)
{
    struct import_person *person = data;
    g_free(person->name);
    g_free(person->birth);
    g_free(person->unit);
    g_free(person);
}

static GPtrArray *first_persons(const struct roster *roster)
{
    GPtrArray *first = g_ptr_array_new_with_free_func(person_free);
    for (unsigned i = 0; i < roster->rows->len && first->len < FIRST_PERSONS; i++) {
        const struct roster_row *row = roster->rows->pdata[i];
        if (row->outcome != ROW_PERSON && row->outcome != ROW_PERSON_NO_PHONE)
            continue;
        const char *unit = row->unit != NULL ? row->unit : row->unit_code;
        struct import_person *person = g_new0(struct import_person, 1);
        *person = (struct import_person){.line = row->line,
                                         .name = g_strdup(row->name),
                                         .birth = g_strdup(row->birth != NULL ? row->birth : ""),
                                         .unit = g_strdup(unit != NULL ? unit : ""),
                                         .sex = row->sex,
                                         .phone = row->phone};
        g_ptr_array_add(first, person);
    }
    return first;
}

/* How the file was read; its notes and guesses are the report's from now on. */
static void tell_file(struct import_report *report, struct reading *reading)
{
    struct roster_file *file = &reading->file;
    report->encoding = g_strdup(file->encoding);
    report->separator = file->table->separator;
    report->sheet = g_strdup(file->sheet);
    report->cells = file->cells;
    report->guess = file->guess;
    report->guesses = g_steal_pointer(&file->guesses);
    report->notes = g_steal_pointer(&file->notes);
    g_ptr_array_extend_and_steal(report->notes, g_steal_pointer(&reading->notes));
    report->first = first_persons(reading->roster);
}

static struct import_report *report_new(const struct import_options *options,
                                        struct reading *reading)
{
    struct import_report *report = g_new0(struct import_report, 1);
    report->dry_run = options->dry_run;
    report->file = g_strdup(options->roster->name);
    tell_file(report, reading);
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

static bool store_units(struct store *store, const struct import_options *options,
                        const struct reading *reading, const char *today, GPtrArray *mistakes,
                        struct import_report *report, GError **error)
{
    if (reading->units == NULL)
        return true;
    const struct unit_saving saving = {options->units->name, options->by, today, options->now};
    GError *fault = NULL;
    if (unit_table_save(store, reading->units, &saving, mistakes, &report->units_added,
                        &report->units_updated, &fault))
        return true;
    if (fault == NULL)
        return refuse_units(mistakes, error);
    g_propagate_error(error, fault);
    return false;
}

static bool join_group(struct store *store, const char *name, int64_t *retid, GError **error)
{
    if (name == NULL)
        return true;
    if (!store_group_put(store, name, retid, error))
        return false;
    struct group_row *group = store_group_get(store, name, error);
    bool ruled = group != NULL && group->rule != NULL;
    if (ruled)
        g_set_error(
            error, IMPORT_ERROR, IMPORT_ERROR_GROUP,
            "group \"%s\" has a rule that says who is in it: take another name, nothing was "
            "imported",
            name);
    bool joined = group != NULL && !ruled;
    group_row_free(group);
    return joined;
}

static bool store_all(struct store *store, const struct import_options *options,
                      const struct reading *reading, GPtrArray *mistakes,
                      struct import_report *report, GError **error)
{
    char today[DAY_SIZE];
    day_of(options->now, options->time_zone, today);
    struct enrolment enrolment = {.store = store, .roster = reading->roster, .now = options->now};
    if (!store_import_open(store, options->roster->name, options->by, options->now,
                           &enrolment.import_id, error))
        return false;
    if (!store_units(store, options, reading, today, mistakes, report, error))
        return false;
    if (!join_group(store, options->group, &enrolment.group_id, error))
        return false;
    enrolment.placing = placing_new(store, today, options->now, error);
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
                         const struct reading *reading, GPtrArray *mistakes,
                         struct import_report *report, GError **error)
{
    if (!store_begin(store, error))
        return false;
    if (!store_all(store, options, reading, mistakes, report, error)) {
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

struct import_report *import_run(struct store *store, const struct import_options *options,
                                 GPtrArray *mistakes, GError **error)
{
    struct reading reading = {.notes = g_ptr_array_new_with_free_func(g_free)};
    struct import_report *report = NULL;
    if ((options->group == NULL || group_name_check(options->group, error)) &&
        read_files(options, &reading, mistakes, error))
        report = report_new(options, &reading);
    if (report != NULL && !store_or_not(store, options, &reading, mistakes, report, error)) {
        import_report_free(report);
        report = NULL;
    }
    clear_reading(&reading);
    return report;
}
