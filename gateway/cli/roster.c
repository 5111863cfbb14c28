// SPDX-License-Identifier: GPL-2.0-or-later
/* loa import. The report of an import is made to be read by the person who keeps the
 * roster: what was recognised, and every row that needs a look. */
#include "campaigns/figure.h"
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

struct import_line {
    gboolean dry_run, all;
    char *units, *rejects, *group, *by, *encoding, *sheet;
};

static void import_line_clear(struct import_line *options)
{
    g_free(options->units);
    g_free(options->rejects);
    g_free(options->group);
    g_free(options->by);
    g_free(options->encoding);
    g_free(options->sheet);
}

static const char *separator_name(const char *separator)
{
    return strcmp(separator, "\t") == 0 ? "a tab" : separator;
}

static void print_columns(const json_t *report)
{
    static const struct table_column columns[] = {
        {"column", true}, {"heading", false}, {"read as", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *column;
    json_array_foreach(json_object_get(report, "columns"), index, column)
    {
        g_autofree char *number =
            g_strdup_printf("%" G_GINT64_FORMAT, call_number(column, "index") + 1);
        const char *field = call_text(column, "field");
        const char *cells[] = {number, call_text(column, "heading"),
                               strcmp(field, "other") == 0 ? "kept as an attribute" : field};
        table_add(table, cells);
    }
    table_print(table);
    table_free(table);
}

static void add_notes(GString *notes, const json_t *list)
{
    size_t index;
    const json_t *note;
    json_array_foreach(list, index, note)
    {
        g_string_append_printf(notes, "%s%s", notes->len > 0 ? "; " : "", json_string_value(note));
    }
}

static void print_rows(const json_t *report)
{
    static const struct table_column columns[] = {
        {"line", true}, {"outcome", false}, {"change", false}, {"name", false}, {"what", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *row;
    json_array_foreach(json_object_get(report, "rows"), index, row)
    {
        g_autofree char *line = g_strdup_printf("%" G_GINT64_FORMAT, call_number(row, "line"));
        g_autoptr(GString) notes = g_string_new(call_text(row, "reason"));
        if (call_number(row, "merged_line") > 0 && notes->len == 0)
            g_string_printf(notes, "merged into line %" G_GINT64_FORMAT,
                            call_number(row, "merged_line"));
        add_notes(notes, json_object_get(row, "conversions"));
        add_notes(notes, json_object_get(row, "warnings"));
        const char *cells[] = {line, call_text(row, "outcome"), call_text(row, "change"),
                               call_text(row, "name"), notes->str};
        table_add(table, cells);
    }
    if (table_rows(table) > 0)
        printf("\n");
    if (table_rows(table) > 0)
        table_print(table);
    table_free(table);
}

static void print_counts(const json_t *report)
{
    static const struct {
        const char *name, *words;
    } lines[] = {
        {"recognised", "persons recognised"},
        {"added", "  added"},
        {"updated", "  updated"},
        {"unchanged", "  unchanged"},
        {"converted", "rows with something converted"},
        {"merged", "rows merged into an earlier one"},
        {"rejected", "rows rejected"},
        {"no_phone", "persons without a mobile, to be visited"},
        {"no_unit", "persons whose unit is not known, in no figure of a unit"},
        {"warned", "rows with a warning"},
        {"contacts_added", "new contacts"},
        {"households_added", "new households"},
        {"units_added", "new units"},
        {"units_updated", "units updated"},
    };
    static const struct table_column columns[] = {{"", true}, {"", false}};
    const json_t *counts = json_object_get(report, "counts");
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autofree char *number = figure_count(call_number(counts, lines[i].name));
        const char *cells[] = {number, lines[i].words};
        table_add(table, cells);
    }
    table_print(table);
    table_free(table);
}

static void print_first(const json_t *report)
{
    static const struct table_column columns[] = {{"line", true},   {"name", false},
                                                  {"birth", false}, {"sex", false},
                                                  {"unit", false},  {"phone", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *person;
    json_array_foreach(json_object_get(report, "first"), index, person)
    {
        g_autofree char *line = g_strdup_printf("%" G_GINT64_FORMAT, call_number(person, "line"));
        const char *cells[] = {line,
                               call_text(person, "name"),
                               call_text(person, "birth"),
                               call_text(person, "sex"),
                               call_text(person, "unit"),
                               call_text(person, "phone")};
        table_add(table, cells);
    }
    printf("\nThe first persons as they are read:\n");
    table_print(table);
    table_free(table);
}

static void print_guess(const json_t *report)
{
    const char *guess = call_text(report, "guess");
    size_t index, line;
    const json_t *other, *sample;
    if (guess[0] == '\0')
        return;
    printf(
        "\nTHE ENCODING IS A GUESS: import it with --encoding %s if the names below are right.\n",
        guess);
    json_array_foreach(json_object_get(report, "guesses"), index, other)
    {
        printf("  --encoding %s: %" G_GINT64_FORMAT " %% of the words with marks are Vietnamese\n",
               call_text(other, "encoding"), call_number(other, "percent"));
        json_array_foreach(json_object_get(other, "lines"), line, sample)
        {
            g_autofree char *clean = table_clean(json_string_value(sample));
            printf("    %s\n", clean);
        }
    }
}

static void print_notes(const json_t *report)
{
    size_t index;
    const json_t *note;
    json_array_foreach(json_object_get(report, "notes"), index, note)
    {
        g_autofree char *clean = table_clean(json_string_value(note));
        printf("note: %s\n", clean);
    }
}

static void print_file(const json_t *report)
{
    g_autofree char *file = table_clean(call_text(report, "file"));
    g_autofree char *rows = figure_count(call_number(json_object_get(report, "counts"), "rows"));
    g_autofree char *sheet = table_clean(call_text(report, "sheet"));
    if (sheet[0] != '\0')
        printf("%s: %s rows, a workbook, sheet \"%s\"\n", file, rows, sheet);
    else
        printf("%s: %s rows, %s, separated by %s\n", file, rows, call_text(report, "encoding"),
               separator_name(call_text(report, "separator")));
}

static void print_report(const json_t *report)
{
    bool dry = json_is_true(json_object_get(report, "dry_run"));
    print_file(report);
    print_notes(report);
    print_guess(report);
    print_columns(report);
    if (dry)
        print_first(report);
    print_rows(report);
    print_counts(report);
    if (dry)
        printf("\nThis was a dry run: nothing was changed.\n");
}

/* Nothing, or rejects of an earlier try: their heading names the reason. Never the roster itself.
 */
static bool may_be_written(const char *path)
{
    char *line = NULL;
    size_t size = 0;
    if (!g_file_test(path, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK))
        return true;
    FILE *file = g_file_test(path, G_FILE_TEST_IS_REGULAR) ? fopen(path, "re") : NULL;
    bool ours = file != NULL && getline(&line, &size, file) > 0 && strstr(line, "Lý do") != NULL;
    if (file != NULL)
        fclose(file);
    free(line);
    return ours;
}

/* The file holds people's names and numbers: for its owner alone. */
static int write_rejects(const char *path, const char *rejects)
{
    g_autoptr(GError) error = NULL;
    if (g_file_set_contents_full(path, rejects, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
        return EX_OK;
    return command_fail(EX_CANTCREAT, "%s", error->message);
}

static void add_parameter(GString *path, const char *name, const char *value)
{
    if (value == NULL)
        return;
    g_autofree char *escaped = call_escape(value);
    g_string_append_printf(path, "&%s=%s", name, escaped);
}

static char *import_path(const struct command_line *line, const struct import_line *options)
{
    GString *path = g_string_new("/v1/roster/imports");
    g_string_append_printf(path, "?dry_run=%s&rows=%s", options->dry_run ? "true" : "false",
                           line->json || options->all ? "all" : "notable");
    add_parameter(path, "by", options->by != NULL ? options->by : g_get_user_name());
    add_parameter(path, "group", options->group);
    add_parameter(path, "encoding", options->encoding);
    add_parameter(path, "sheet", options->sheet);
    return g_string_free(path, FALSE);
}

static int send_import(struct command_line *line, const struct import_line *options,
                       const struct client_part *parts, unsigned count)
{
    int code = EX_OK;
    g_autofree char *path = import_path(line, options);
    json_t *report = call_upload(line, path, parts, count, &code);
    if (report == NULL)
        return code;
    call_print_mistakes(json_object_get(report, "warnings"));
    if (line->json)
        call_print_json(report);
    else
        print_report(report);
    if (options->rejects != NULL)
        code = write_rejects(options->rejects, call_text(report, "rejects"));
    json_decref(report);
    return code;
}

static int import_files(struct command_line *line, const struct import_line *options)
{
    GString *roster = NULL, *units = NULL;
    if (options->rejects != NULL && !may_be_written(options->rejects))
        return command_fail(EX_CANTCREAT,
                            "%s is there already: choose another name for the rejected rows",
                            options->rejects);
    g_autofree char *roster_name = g_path_get_basename(line->arguments[0]);
    g_autofree char *units_name =
        g_path_get_basename(options->units != NULL ? options->units : "units");
    int code = EX_NOINPUT;
    if (call_read_file(line->arguments[0], &roster) &&
        (options->units == NULL || call_read_file(options->units, &units))) {
        const struct client_part parts[] = {{"file", roster_name, roster},
                                            {"units", units_name, units}};
        code = send_import(line, options, parts, units != NULL ? 2 : 1);
    }
    if (roster != NULL)
        g_string_free(roster, TRUE);
    if (units != NULL)
        g_string_free(units, TRUE);
    return code;
}

int cli_import(struct command_line *line, int argc, char **argv)
{
    struct import_line options = {0};
    const GOptionEntry entries[] = {
        {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &options.dry_run,
         "Report what would happen; change nothing", NULL},
        {"units", 0, 0, G_OPTION_ARG_FILENAME, &options.units,
         "Table of the units: columns ma, ma_cha, ten, loai (see below)", "FILE"},
        {"rejects", 0, 0, G_OPTION_ARG_FILENAME, &options.rejects,
         "Write the rejected rows with their reasons there", "OUT.csv"},
        {"group", 0, 0, G_OPTION_ARG_STRING, &options.group,
         "Every person of the roster joins this group", "NAME"},
        {"encoding", 0, 0, G_OPTION_ARG_STRING, &options.encoding,
         "Of a file that does not show it: tcvn3, vni, windows-1258, viscii, tcvn5712-1, viqr …",
         "NAME"},
        {"sheet", 0, 0, G_OPTION_ARG_STRING, &options.sheet,
         "Of a workbook (default: the first with data)", "NAME"},
        {"all", 0, 0, G_OPTION_ARG_NONE, &options.all, "List every row, not only the notable ones",
         NULL},
        {"by", 0, 0, G_OPTION_ARG_STRING, &options.by, "Who does it (default: you)", "NAME"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 1, 1);
    if (code == COMMAND_GO_ON)
        code = import_files(line, &options);
    import_line_clear(&options);
    return code;
}
