// SPDX-License-Identifier: GPL-2.0-or-later
/* loa coverage and loa programme: who was reached over those who should be, who is still to be
 * visited, and campaigns, contacts and persons side by side. */
#include "campaigns/figure.h"
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

struct options {
    char *from, *to, *by, *target, *unit, *tree;
    gboolean at_least, strict, by_unit, missed;
};

static void options_clear(struct options *options)
{
    g_free(options->from);
    g_free(options->to);
    g_free(options->by);
    g_free(options->target);
    g_free(options->unit);
    g_free(options->tree);
}

/* ---- asking ---- */

static void add_parameter(GString *path, const char *name, const char *value)
{
    if (value == NULL)
        return;
    g_autofree char *escaped = call_escape(value);
    g_string_append_printf(path, "%c%s=%s", strchr(path->str, '?') == NULL ? '?' : '&', name,
                           escaped);
}

static char *path_of(const struct command_line *line, const struct options *options,
                     const char *noun)
{
    GString *path = g_string_new(noun);
    g_autofree char *codes = line->count > 0 ? g_strjoinv(",", line->arguments) : NULL;
    add_parameter(path, "campaigns", codes);
    add_parameter(path, "from", options->from);
    add_parameter(path, "to", options->to);
    add_parameter(path, "by", options->by);
    add_parameter(path, "target", options->target);
    add_parameter(path, "unit", options->unit);
    add_parameter(path, "tree", options->tree);
    add_parameter(path, "at_least", options->at_least ? "true" : NULL);
    add_parameter(path, "by_unit", options->by_unit ? "true" : NULL);
    add_parameter(path, "missed", options->missed ? "true" : NULL);
    return g_string_free(path, FALSE);
}

/* ---- printing ---- */

static char *count_of(const json_t *figures, const char *name)
{
    return figure_count(call_number(figures, name));
}

static const char *met_text(const json_t *figures)
{
    const json_t *met = json_object_get(figures, "met");
    if (json_is_true(met))
        return "met";
    return json_is_false(met) ? "not met" : "";
}

static char *missing_text(const json_t *figures)
{
    const json_t *missing = json_object_get(figures, "missing");
    return json_is_integer(missing) ? figure_count(json_integer_value(missing)) : g_strdup("");
}

static void print_target(const json_t *coverage)
{
    const json_t *target = json_object_get(coverage, "target");
    const json_t *total = json_object_get(coverage, "total");
    const char *by = call_text(coverage, "by");
    if (!json_is_object(target))
        return;
    g_autofree char *missing = missing_text(total);
    bool at_least = strcmp(call_text(target, "rule"), "at-least") == 0;
    g_autofree char *percent = g_strdelimit(g_strdup(call_text(target, "percent")), ".", ',');
    printf("target     %s %s %%: %s", at_least ? "at least" : "more than", percent,
           met_text(total));
    if (json_is_false(json_object_get(total, "met")) && missing[0] != '\0')
        printf(", %s %ss more are missing", missing, by);
    printf("\n");
}

static void print_programme(const json_t *programme)
{
    g_autofree char *campaigns = count_of(programme, "campaigns"),
                    *contacts = count_of(programme, "contacts"),
                    *sent = count_of(programme, "contacts_sent"),
                    *persons = count_of(programme, "persons");
    printf("campaigns  %s that sent anything (đợt)\n", campaigns);
    printf("contacts   %s messages delivered, one for each contact and campaign (lượt); %s sent\n",
           contacts, sent);
    printf("persons    %s different ones reached (người)\n", persons);
}

static void print_total(const json_t *coverage)
{
    const json_t *total = json_object_get(coverage, "total");
    const json_t *reach = json_object_get(total, "reach");
    const char *by = call_text(coverage, "by");
    g_autofree char *base = count_of(total, "base"), *reached = count_of(total, "reached"),
                    *share =
                        figure_percent(call_number(total, "reached"), call_number(total, "base"));
    printf("reached    %s of %s %ss (%s of the %ss): a message was delivered\n", reached, base, by,
           share, by);
    print_target(coverage);
    const char *separator = "not        ";
    const char *name;
    const json_t *count;
    json_object_foreach((json_t *)reach, name, count)
    {
        if (strcmp(name, "delivered") == 0 || json_integer_value(count) == 0)
            continue;
        g_autofree char *number = figure_count(json_integer_value(count));
        printf("%s%s %s", separator, number, name);
        separator = ", ";
    }
    if (separator[0] == ',')
        printf("\n");
}

static void print_units(const json_t *units)
{
    static const struct table_column columns[] = {
        {"unit", false},     {"name", false},   {"base", true},     {"reached", true},
        {"share", true},     {"target", false}, {"missing", true},  {"no phone", true},
        {"opted out", true}, {"failed", true},  {"no report", true}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *unit;
    json_array_foreach(units, index, unit)
    {
        const json_t *figures = json_object_get(unit, "all");
        g_autofree char *indent = g_strnfill((size_t)call_number(unit, "depth") * 2, ' ');
        const char *code = call_text(unit, "code");
        g_autofree char *shown = g_strconcat(indent, code[0] != '\0' ? code : "-", NULL);
        g_autofree char *base = count_of(figures, "base"), *reached = count_of(figures, "reached"),
                        *share = figure_percent(call_number(figures, "reached"),
                                                call_number(figures, "base")),
                        *missing = missing_text(figures), *without = count_of(figures, "no_phone"),
                        *refused = count_of(figures, "opted_out"),
                        *failed = count_of(figures, "failed"),
                        *unreported = count_of(json_object_get(figures, "reach"), "sent");
        const char *cells[] = {shown,     call_text(unit, "name"),
                               base,      reached,
                               share,     met_text(figures),
                               missing,   without,
                               refused,   failed,
                               unreported};
        table_add(table, cells);
    }
    printf("\nby unit, each with all below it:\n");
    table_print(table);
    table_free(table);
}

static void print_missed(const json_t *missed)
{
    static const struct table_column columns[] = {{"unit", false},      {"name", false},
                                                  {"household", false}, {"phone", false},
                                                  {"why", false},       {"", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *row;
    json_array_foreach(missed, index, row)
    {
        const char *cells[] = {call_text(row, "unit"),      call_text(row, "name"),
                               call_text(row, "household"), call_text(row, "phone"),
                               call_text(row, "reason"),    call_text(row, "detail")};
        table_add(table, cells);
    }
    printf("\nnot reached:%s\n", table_rows(table) == 0 ? " nobody" : "");
    if (table_rows(table) > 0)
        table_print(table);
    table_free(table);
}

static void print_programme_units(const json_t *units)
{
    static const struct table_column columns[] = {{"unit", false}, {"name", false},
                                                  {"đợt", true},   {"lượt", true},
                                                  {"sent", true},  {"người", true}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *unit;
    json_array_foreach(units, index, unit)
    {
        const json_t *figures = json_object_get(unit, "all");
        g_autofree char *indent = g_strnfill((size_t)call_number(unit, "depth") * 2, ' ');
        const char *code = call_text(unit, "code");
        g_autofree char *shown = g_strconcat(indent, code[0] != '\0' ? code : "-", NULL);
        g_autofree char *campaigns = count_of(figures, "campaigns"),
                        *contacts = count_of(figures, "contacts"),
                        *sent = count_of(figures, "contacts_sent"),
                        *persons = count_of(figures, "persons");
        const char *cells[] = {shown, call_text(unit, "name"), campaigns, contacts, sent, persons};
        table_add(table, cells);
    }
    printf("\nby unit, each with all below it; the columns are never added to each other:\n");
    table_print(table);
    table_free(table);
}

static void print_coverage(const json_t *coverage)
{
    g_autofree char *counted = call_time(coverage, "counted_at");
    g_autofree char *campaigns = count_of(coverage, "campaigns");
    printf("counted at %s, %s campaigns, units of %s\n", counted, campaigns,
           call_text(coverage, "tree"));
    print_total(coverage);
    print_programme(json_object_get(json_object_get(coverage, "total"), "programme"));
    if (json_object_get(coverage, "units") != NULL)
        print_units(json_object_get(coverage, "units"));
    if (json_object_get(coverage, "missed") != NULL)
        print_missed(json_object_get(coverage, "missed"));
}

static void print_overview(const json_t *programme)
{
    print_programme(json_object_get(programme, "total"));
    if (json_object_get(programme, "units") != NULL)
        print_programme_units(json_object_get(programme, "units"));
}

static int ask(struct command_line *line, const struct options *options, const char *noun,
               void (*print)(const json_t *answer))
{
    int code = EX_OK;
    g_autofree char *path = path_of(line, options, noun);
    json_t *answer = call_get(line, path, &code);
    if (answer == NULL)
        return code;
    if (line->json)
        call_print_json(answer);
    else
        print(answer);
    json_decref(answer);
    return EX_OK;
}

static int check_coverage(const struct command_line *line, const struct options *options)
{
    if (line->count == 0 && options->from == NULL && options->to == NULL)
        return command_fail(EX_USAGE, "say which campaigns, or --from and --to which day");
    if (line->count > 0 && (options->from != NULL || options->to != NULL))
        return command_fail(EX_USAGE, "campaigns are named, or found by --from and --to: not both");
    if (options->strict && options->at_least)
        return command_fail(EX_USAGE, "--strict (more than) and --at-least exclude each other");
    if (g_strcmp0(options->by, "unit") == 0)
        return command_fail(EX_USAGE, "--by says who is counted: person, household or contact; "
                                      "the figures of each unit come with --by-unit");
    return COMMAND_GO_ON;
}

int cli_coverage(struct command_line *line, int argc, char **argv)
{
    struct options options = {0};
    const GOptionEntry entries[] = {
        {"from", 0, 0, G_OPTION_ARG_STRING, &options.from, "All that started from this day", "DAY"},
        {"to", 0, 0, G_OPTION_ARG_STRING, &options.to, "… to this day", "DAY"},
        {"by", 0, 0, G_OPTION_ARG_STRING, &options.by,
         "Count each person, household or contact (default: as the campaign's file says)", "WHOM"},
        {"target", 0, 0, G_OPTION_ARG_STRING, &options.target,
         "Percent to be reached (default: the file's)", "85"},
        {"strict", 0, 0, G_OPTION_ARG_NONE, &options.strict,
         "More than the target, as is the default: 17 of 20 has not met 85", NULL},
        {"at-least", 0, 0, G_OPTION_ARG_NONE, &options.at_least, "The target itself is enough",
         NULL},
        {"unit", 0, 0, G_OPTION_ARG_STRING, &options.unit, "Only this unit and all below", "CODE"},
        {"by-unit", 0, 0, G_OPTION_ARG_NONE, &options.by_unit, "Also each unit", NULL},
        {"tree", 0, 0, G_OPTION_ARG_STRING, &options.tree, "Under the units of that day", "DAY"},
        {"missed", 0, 0, G_OPTION_ARG_NONE, &options.missed, "List who was not reached, for visits",
         NULL},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 0, G_MAXUINT);
    if (code == COMMAND_GO_ON)
        code = check_coverage(line, &options);
    if (code == COMMAND_GO_ON)
        code = ask(line, &options, "/v1/coverage", print_coverage);
    options_clear(&options);
    return code;
}

int cli_programme(struct command_line *line, int argc, char **argv)
{
    struct options options = {0};
    const GOptionEntry entries[] = {
        {"from", 0, 0, G_OPTION_ARG_STRING, &options.from, "Only what started from this day",
         "DAY"},
        {"to", 0, 0, G_OPTION_ARG_STRING, &options.to, "… to this day", "DAY"},
        {"unit", 0, 0, G_OPTION_ARG_STRING, &options.unit, "Only this unit and all below", "CODE"},
        {"by-unit", 0, 0, G_OPTION_ARG_NONE, &options.by_unit, "Also each unit", NULL},
        {"tree", 0, 0, G_OPTION_ARG_STRING, &options.tree, "Under the units of that day", "DAY"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 0, 0);
    if (code == COMMAND_GO_ON)
        code = ask(line, &options, "/v1/programme", print_overview);
    options_clear(&options);
    return code;
}
