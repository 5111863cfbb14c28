// SPDX-License-Identifier: GPL-2.0-or-later
// loa group create, list, show, delete: groups of persons, by rule or by list.
#include "campaigns/figure.h"
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static void print_group(const json_t *group)
{
    g_autofree char *name = table_clean(call_text(group, "name"));
    g_autofree char *words = table_clean(call_text(group, "words"));
    g_autofree char *today = figure_count(call_number(group, "today"));
    printf("%s (%" G_GINT64_FORMAT "): %s%s\n%s persons today\n", name, call_number(group, "id"),
           *words != '\0' ? "who fits " : "a list", words, today);
}

static void print_members(const json_t *members)
{
    static const struct table_column columns[] = {
        {"person", true}, {"name", false}, {"birth", false}, {"unit", false}, {"phone", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *member;
    json_array_foreach(members, index, member)
    {
        g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, call_number(member, "person"));
        const char *cells[] = {id, call_text(member, "name"), call_text(member, "birth"),
                               call_text(member, "unit"), call_text(member, "phone")};
        table_add(table, cells);
    }
    if (table_rows(table) > 0)
        table_print(table);
    table_free(table);
}

int cli_group_list(struct command_line *line, int argc, char **argv)
{
    static const struct table_column columns[] = {
        {"id", true}, {"name", false}, {"kind", false}, {"persons", true}, {"rule", false}};
    int code = command_open(line, NULL, argc, argv, 0, 0);
    if (code != COMMAND_GO_ON)
        return code;
    json_t *answer = call_get(line, "/v1/groups", &code);
    if (answer == NULL)
        return code;
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *group;
    json_array_foreach(json_object_get(answer, "groups"), index, group)
    {
        bool list = strcmp(call_text(group, "kind"), "list") == 0;
        g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, call_number(group, "id"));
        g_autofree char *count = list ? figure_count(call_number(group, "listed")) : g_strdup("");
        const char *cells[] = {id, call_text(group, "name"), call_text(group, "kind"), count,
                               call_text(group, "words")};
        table_add(table, cells);
    }
    if (line->json)
        call_print_json(answer);
    else if (table_rows(table) > 0)
        table_print(table);
    else
        printf("There are no groups.\n");
    table_free(table);
    json_decref(answer);
    return EX_OK;
}

/* The group, and all pages of its members. */
static json_t *get_group(struct command_line *line, bool members, int *retcode)
{
    g_autofree char *id = call_escape(line->arguments[0]);
    g_autofree char *path = g_strdup_printf("/v1/groups/%s", id);
    json_t *group = call_get(line, path, retcode);
    if (group == NULL || !members)
        return group;
    g_autofree char *listing = g_strdup_printf("%s?members=true", path);
    json_t *pages = call_pages(line, listing, "members", 0, retcode);
    if (pages == NULL) {
        json_decref(group);
        return NULL;
    }
    json_object_update(group, pages);
    json_decref(pages);
    return group;
}

int cli_group_show(struct command_line *line, int argc, char **argv)
{
    gboolean members = FALSE;
    const GOptionEntry entries[] = {
        {"members", 0, 0, G_OPTION_ARG_NONE, &members, "List who is in it today", NULL},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    json_t *group = get_group(line, members, &code);
    if (group == NULL)
        return code;
    if (line->json) {
        call_print_json(group);
    } else {
        print_group(group);
        print_members(json_object_get(group, "members"));
    }
    json_decref(group);
    return EX_OK;
}

/* ---- making ---- */

struct draft_line {
    char **units, **groups, **where;
    char *list, *by;
};

static void draft_line_clear(struct draft_line *options)
{
    g_strfreev(options->units);
    g_strfreev(options->groups);
    g_strfreev(options->where);
    g_free(options->list);
    g_free(options->by);
}

static void put_texts(json_t *body, const char *name, char *const *texts)
{
    if (texts == NULL)
        return;
    json_t *list = json_array();
    for (unsigned i = 0; texts[i] != NULL; i++) {
        g_autofree char *valid = g_utf8_make_valid(texts[i], -1);
        json_array_append_new(list, json_string(valid));
    }
    json_object_set_new(body, name, list);
}

static bool put_list(json_t *body, const char *path)
{
    GString *text = NULL;
    if (!call_read_file(path, &text))
        return false;
    const char *start = text->str;
    if (g_str_has_prefix(start, "\xEF\xBB\xBF"))
        start += 3;
    g_auto(GStrv) lines = g_strsplit(start, "\n", -1);
    for (unsigned i = 0; lines[i] != NULL; i++)
        g_strchomp(lines[i]);
    put_texts(body, "list", lines);
    g_string_free(text, TRUE);
    return true;
}

static int send_draft(struct command_line *line, const struct draft_line *options)
{
    int code = EX_NOINPUT;
    json_t *body = json_object(), *group = NULL;
    char *const name[] = {line->arguments[0], NULL};
    g_autofree char *valid = g_utf8_make_valid(name[0], -1);
    json_object_set_new(body, "name", json_string(valid));
    put_texts(body, "units", options->units);
    put_texts(body, "groups", options->groups);
    put_texts(body, "where", options->where);
    if (options->by != NULL)
        json_object_set_new(body, "by", json_string(options->by));
    if (options->list == NULL || put_list(body, options->list)) {
        char *text = json_dumps(body, JSON_COMPACT);
        group = call_post(line, "/v1/groups", text, &code);
        free(text);
    }
    json_decref(body);
    if (group == NULL)
        return code;
    if (line->json)
        call_print_json(group);
    else
        print_group(group);
    json_decref(group);
    return EX_OK;
}

int cli_group_create(struct command_line *line, int argc, char **argv)
{
    struct draft_line options = {0};
    const GOptionEntry entries[] = {
        {"unit", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.units,
         "In this unit or below it; again: or in that one", "CODE"},
        {"group", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.groups,
         "In this group; again: or in that one", "NAME"},
        {"where", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.where,
         "Fits this; again: and that. Signs: = != >= > <= <; several values: a|b", "CONDITION"},
        {"list", 0, 0, G_OPTION_ARG_FILENAME, &options.list,
         "A telephone or a person's number on each line; \"-\": standard input", "FILE"},
        {"by", 0, 0, G_OPTION_ARG_STRING, &options.by, "Who does it (default: you)", "NAME"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 1, 1);
    if (code == COMMAND_GO_ON)
        code = send_draft(line, &options);
    draft_line_clear(&options);
    return code;
}

int cli_group_delete(struct command_line *line, int argc, char **argv)
{
    g_autofree char *by = NULL, *reason = NULL;
    const GOptionEntry entries[] = {
        {"by", 0, 0, G_OPTION_ARG_STRING, &by, "Who does it (default: you)", "NAME"},
        {"reason", 0, 0, G_OPTION_ARG_STRING, &reason, "Why; kept in the service's log", "TEXT"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    g_autofree char *id = call_escape(line->arguments[0]);
    g_autofree char *path = g_strdup_printf("/v1/groups/%s/delete", id);
    g_autofree char *body = call_body("by", by, "reason", reason, NULL);
    json_t *answer = call_post(line, path, body, &code);
    if (answer == NULL)
        return code;
    if (line->json)
        call_print_json(answer);
    else
        printf("The group was deleted; its persons stay.\n");
    json_decref(answer);
    return EX_OK;
}
