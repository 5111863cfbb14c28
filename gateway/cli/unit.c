// SPDX-License-Identifier: GPL-2.0-or-later
/* loa units and loa unit …: the organisation tree of any day, and its changes. The old tree stays
 * readable; a change holds from its day on. */
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static void print_units(const json_t *units)
{
    static const struct table_column columns[] = {
        {"code", false},       {"above", false}, {"kind", false}, {"name", false},
        {"known from", false}, {"from", false},  {"ends", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *unit;
    json_array_foreach(units, index, unit)
    {
        const char *cells[] = {call_text(unit, "code"),   call_text(unit, "parent"),
                               call_text(unit, "kind"),   call_text(unit, "name"),
                               call_text(unit, "origin"), call_text(unit, "from"),
                               call_text(unit, "ends")};
        table_add(table, cells);
    }
    table_print(table);
    table_free(table);
}

int cli_units(struct command_line *line, int argc, char **argv)
{
    g_autofree char *tree = NULL;
    const GOptionEntry entries[] = {
        {"tree", 0, 0, G_OPTION_ARG_STRING, &tree, "The units of that day (default: today)", "DAY"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 0, 0);
    if (code != COMMAND_GO_ON)
        return code;
    g_autofree char *day = tree != NULL ? call_escape(tree) : NULL;
    g_autofree char *path =
        g_strdup_printf("/v1/units%s%s", day != NULL ? "?tree=" : "", day != NULL ? day : "");
    json_t *answer = call_get(line, path, &code);
    if (answer == NULL)
        return code;
    if (line->json)
        call_print_json(answer);
    else
        print_units(json_object_get(answer, "units"));
    json_decref(answer);
    return EX_OK;
}

/* ---- history ---- */

static void print_events(const json_t *events)
{
    static const struct table_column columns[] = {{"unit", false}, {"from", false},
                                                  {"what", false}, {"detail", false},
                                                  {"by", false},   {"at", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *event;
    json_array_foreach(events, index, event)
    {
        g_autofree char *at = call_time(event, "at");
        const char *cells[] = {call_text(event, "unit"),  call_text(event, "day"),
                               call_text(event, "event"), call_text(event, "detail"),
                               call_text(event, "by"),    at};
        table_add(table, cells);
    }
    if (table_rows(table) > 0)
        table_print(table);
    table_free(table);
}

static void print_versions(const json_t *versions)
{
    static const struct table_column columns[] = {
        {"since", false}, {"name", false}, {"above", false}, {"kind", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *version;
    json_array_foreach(versions, index, version)
    {
        const char *since = call_text(version, "since");
        const char *cells[] = {*since == '\0' ? "always" : since, call_text(version, "name"),
                               call_text(version, "parent"), call_text(version, "kind")};
        table_add(table, cells);
    }
    table_print(table);
    table_free(table);
}

static void print_texts(const char *words, const json_t *texts)
{
    size_t index;
    const json_t *text;
    json_array_foreach(texts, index, text)
    {
        g_autofree char *clean = table_clean(json_string_value(text));
        printf("%s%s", index == 0 ? words : ", ", clean);
    }
    if (json_array_size(texts) > 0)
        printf("\n");
}

static void print_history(const json_t *unit)
{
    const char *ends = call_text(unit, "ends"), *heir = call_text(unit, "successor");
    printf("%s\n", call_text(unit, "code"));
    if (*ends != '\0')
        printf("ends on %s%s%s; its figures are counted in %s today\n", ends,
               *heir != '\0' ? " into " : "", heir, call_text(unit, "counted_in"));
    print_texts("out of ", json_object_get(unit, "predecessors"));
    print_texts("also called ", json_object_get(unit, "aliases"));
    print_versions(json_object_get(unit, "versions"));
    printf("\n");
    print_events(json_object_get(unit, "events"));
}

int cli_unit_history(struct command_line *line, int argc, char **argv)
{
    int code = command_open(line, NULL, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    g_autofree char *id = call_escape(line->arguments[0]);
    g_autofree char *path = g_strdup_printf("/v1/units/%s", id);
    json_t *unit = call_get(line, path, &code);
    if (unit == NULL)
        return code;
    if (line->json)
        call_print_json(unit);
    else
        print_history(unit);
    json_decref(unit);
    return EX_OK;
}

/* ---- changes ---- */

struct change_line {
    char *into, *parent, *name, *kind, *on, *by, *reason;
};

static void change_line_clear(struct change_line *options)
{
    char *all[] = {options->into, options->parent, options->name,  options->kind,
                   options->on,   options->by,     options->reason};
    for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
        g_free(all[i]);
}

static void put(json_t *body, const char *name, const char *value)
{
    g_autofree char *valid = value != NULL ? g_utf8_make_valid(value, -1) : NULL;
    if (valid != NULL)
        json_object_set_new(body, name, json_string(valid));
}

static json_t *change_body(const struct command_line *line, const struct change_line *options,
                           const char *change, unsigned units)
{
    json_t *body = json_object(), *codes = json_array();
    for (unsigned i = 0; i < units; i++) {
        g_autofree char *valid = g_utf8_make_valid(line->arguments[i], -1);
        json_array_append_new(codes, json_string(valid));
    }
    json_object_set_new(body, "units", codes);
    put(body, "change", change);
    put(body, "into", options->into);
    put(body, "parent", options->parent);
    put(body, "name", options->name);
    put(body, "kind", options->kind);
    put(body, "on", options->on);
    put(body, "by", options->by);
    put(body, "reason", options->reason);
    return body;
}

static int send_change(struct command_line *line, const struct change_line *options,
                       const char *change, unsigned units)
{
    int code = EX_OK;
    json_t *body = change_body(line, options, change, units);
    char *text = json_dumps(body, JSON_COMPACT);
    json_t *answer = call_post(line, "/v1/units/changes", text, &code);
    free(text);
    json_decref(body);
    if (answer == NULL)
        return code;
    if (line->json)
        call_print_json(answer);
    else
        print_events(json_object_get(answer, "events"));
    json_decref(answer);
    return EX_OK;
}

#define OPTION(word, field, help, value)                                                           \
    {                                                                                              \
        word, 0, 0, G_OPTION_ARG_STRING, field, help, value                                        \
    }
#define COMMON(options)                                                                            \
    OPTION("on", &(options).on, "First day of the new state, 2025-07-01", "DAY"),                  \
        OPTION("by", &(options).by, "Who decided it (default: you)", "NAME"),                      \
        OPTION("reason", &(options).reason, "Why: the resolution, the decision", "TEXT"),          \
        G_OPTION_ENTRY_NULL

int cli_unit_merge(struct command_line *line, int argc, char **argv)
{
    struct change_line options = {0};
    const GOptionEntry entries[] = {
        OPTION("into", &options.into, "Code of what they become: new, or one there is", "CODE"),
        OPTION("name", &options.name, "How it is called", "NAME"),
        OPTION("kind", &options.kind, "What it is (default: what they were)", "KIND"),
        OPTION("parent", &options.parent, "What it belongs to (default: what they did)", "CODE"),
        COMMON(options),
    };
    int code = command_open(line, entries, argc, argv, 1, G_MAXUINT);
    if (code == COMMAND_GO_ON)
        code = send_change(line, &options, "merge", line->count);
    change_line_clear(&options);
    return code;
}

int cli_unit_move(struct command_line *line, int argc, char **argv)
{
    struct change_line options = {0};
    const GOptionEntry entries[] = {
        OPTION("to", &options.parent, "What they belong to; \"-\": the top", "CODE"),
        COMMON(options),
    };
    int code = command_open(line, entries, argc, argv, 1, G_MAXUINT);
    if (code == COMMAND_GO_ON)
        code = send_change(line, &options, "move", line->count);
    change_line_clear(&options);
    return code;
}

int cli_unit_rename(struct command_line *line, int argc, char **argv)
{
    struct change_line options = {0};
    const GOptionEntry entries[] = {
        OPTION("name", &options.name, "The new name", "NAME"),
        OPTION("kind", &options.kind, "What it is from then on", "KIND"),
        COMMON(options),
    };
    int code = command_open(line, entries, argc, argv, 1, 1);
    if (code == COMMAND_GO_ON)
        code = send_change(line, &options, "rename", 1);
    change_line_clear(&options);
    return code;
}

int cli_unit_end(struct command_line *line, int argc, char **argv)
{
    struct change_line options = {0};
    const GOptionEntry entries[] = {
        OPTION("into", &options.into, "What their figures are counted in", "CODE"),
        OPTION("children-to", &options.parent,
               "What their children belong to (default: the same); \"-\": the top", "CODE"),
        COMMON(options),
    };
    int code = command_open(line, entries, argc, argv, 1, G_MAXUINT);
    if (code == COMMAND_GO_ON)
        code = send_change(line, &options, "end", line->count);
    change_line_clear(&options);
    return code;
}

int cli_unit_alias(struct command_line *line, int argc, char **argv)
{
    struct change_line options = {0};
    const GOptionEntry entries[] = {
        OPTION("by", &options.by, "Who says so (default: you)", "NAME"),
        OPTION("reason", &options.reason, "Why", "TEXT"),
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 2, 2);
    if (code == COMMAND_GO_ON) {
        options.name = g_strdup(line->arguments[1]);
        code = send_change(line, &options, "alias", 1);
    }
    change_line_clear(&options);
    return code;
}
