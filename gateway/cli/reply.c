// SPDX-License-Identifier: GPL-2.0-or-later
// loa inbox, loa reply show, loa reply set: what waits for a person, and the person's decision.
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"

#include <stdio.h>
#include <sysexits.h>

/* Why a person should look: what makes it doubtful, else the rule that decided. */
static const char *why_of(const json_t *reply)
{
    const char *look = call_text(reply, "look");
    return *look != '\0' ? look : call_text(reply, "rule");
}

static void print_persons(const json_t *persons)
{
    static const struct table_column columns[] = {
        {"person", true}, {"name", false}, {"unit", false}, {"answer", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *person;
    json_array_foreach(persons, index, person)
    {
        g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, call_number(person, "id"));
        const char *cells[] = {id, call_text(person, "name"), call_text(person, "unit"),
                               call_text(person, "answer")};
        table_add(table, cells);
    }
    if (table_rows(table) > 1) {
        printf("\nThe phone is shared; decide for each with --person:\n");
        table_print(table);
    }
    table_free(table);
}

static void print_replies(const json_t *replies, const char *nothing)
{
    static const struct table_column columns[] = {
        {"id", true},      {"received", false}, {"by", false},   {"campaign", false},
        {"sender", false}, {"person", false},   {"unit", false}, {"outcome", false},
        {"answer", false}, {"why", false},      {"text", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *reply;
    json_array_foreach(replies, index, reply)
    {
        g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, call_number(reply, "id"));
        g_autofree char *received = call_time(reply, "received_at");
        const char *cells[] = {id,
                               received,
                               call_text(reply, "by"),
                               call_text(reply, "campaign"),
                               call_text(reply, "sender"),
                               call_text(reply, "person"),
                               call_text(reply, "unit"),
                               call_text(reply, "outcome"),
                               call_text(reply, "answer"),
                               why_of(reply),
                               call_text(reply, "text")};
        table_add(table, cells);
    }
    if (table_rows(table) > 0)
        table_print(table);
    else
        printf("%s\n", nothing);
    table_free(table);
}

int cli_inbox(struct command_line *line, int argc, char **argv)
{
    g_autofree char *campaign = NULL;
    gboolean all = FALSE;
    int limit = 0;
    const GOptionEntry entries[] = {
        {"all", 0, 0, G_OPTION_ARG_NONE, &all, "Everything that came in, not only what waits",
         NULL},
        {"campaign", 0, 0, G_OPTION_ARG_STRING, &campaign, "Only replies to this campaign",
         "CAMPAIGN"},
        {"limit", 0, 0, G_OPTION_ARG_INT, &limit, "No more than this many (default: all)", "N"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 0, 0);
    if (code != COMMAND_GO_ON)
        return code;
    if (limit < 0)
        return command_fail(EX_USAGE, "--limit must be 0 or more");
    g_autofree char *value = campaign != NULL ? call_escape(campaign) : NULL;
    g_autofree char *path =
        g_strdup_printf("/v1/replies?waiting=%s%s%s", all ? "false" : "true",
                        value != NULL ? "&campaign=" : "", value != NULL ? value : "");
    json_t *answer = call_pages(line, path, "replies", (unsigned)limit, &code);
    if (answer == NULL)
        return code;
    if (line->json)
        call_print_json(answer);
    else
        print_replies(json_object_get(answer, "replies"),
                      all ? "Nothing came in yet." : "Nothing waits for a person.");
    json_decref(answer);
    return EX_OK;
}

static int print_reply(const struct command_line *line, json_t *reply, int code)
{
    if (reply == NULL)
        return code;
    if (line->json) {
        call_print_json(reply);
    } else {
        json_t *list = json_pack("[O]", reply);
        print_replies(list, "");
        print_persons(json_object_get(reply, "persons"));
        json_decref(list);
    }
    json_decref(reply);
    return EX_OK;
}

int cli_reply_show(struct command_line *line, int argc, char **argv)
{
    int code = command_open(line, NULL, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    g_autofree char *id = call_escape(line->arguments[0]);
    g_autofree char *path = g_strdup_printf("/v1/replies/%s", id);
    json_t *reply = call_get(line, path, &code);
    return print_reply(line, reply, code);
}

int cli_reply_set(struct command_line *line, int argc, char **argv)
{
    g_autofree char *by = NULL, *reason = NULL, *person = NULL;
    const GOptionEntry entries[] = {
        {"person", 0, 0, G_OPTION_ARG_STRING, &person, "For this one of a shared phone", "ID"},
        {"by", 0, 0, G_OPTION_ARG_STRING, &by, "Who decides (default: you)", "NAME"},
        {"reason", 0, 0, G_OPTION_ARG_STRING, &reason, "Why; kept with the answer", "TEXT"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 2, 2);
    if (code != COMMAND_GO_ON)
        return code;
    g_autofree char *id = call_escape(line->arguments[0]);
    g_autofree char *path = g_strdup_printf("/v1/replies/%s", id);
    g_autofree char *body = call_body("code", line->arguments[1], "person", person, "by",
                                      by != NULL ? by : g_get_user_name(), "reason", reason, NULL);
    json_t *reply = call_post(line, path, body, &code);
    return print_reply(line, reply, code);
}
