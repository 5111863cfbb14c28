// SPDX-License-Identifier: GPL-2.0-or-later
// loa quarantine list, show, settle: SMS that no decoder takes, kept for the technician.
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static void print_rows(const json_t *rows, const char *nothing)
{
    static const struct table_column columns[] = {
        {"id", true},     {"at", false},         {"modem", false}, {"place", false},
        {"octets", true}, {"settled by", false}, {"reason", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *row;
    json_array_foreach(rows, index, row)
    {
        const char *memory = call_text(row, "memory");
        g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, call_number(row, "id"));
        g_autofree char *at = call_time(row, "at");
        g_autofree char *place = *memory == '\0' ? g_strdup("pushed")
                                                 : g_strdup_printf("%s %" G_GINT64_FORMAT, memory,
                                                                   call_number(row, "location"));
        g_autofree char *octets = g_strdup_printf("%zu", strlen(call_text(row, "pdu")) / 2);
        const char *cells[] = {id,
                               at,
                               call_text(row, "modem"),
                               place,
                               octets,
                               call_text(row, "settled_by"),
                               call_text(row, "reason")};
        table_add(table, cells);
    }
    if (table_rows(table) > 0)
        table_print(table);
    else
        printf("%s\n", nothing);
    table_free(table);
}

int cli_quarantine_list(struct command_line *line, int argc, char **argv)
{
    gboolean all = FALSE;
    const GOptionEntry entries[] = {
        {"all", 0, 0, G_OPTION_ARG_NONE, &all, "Also what was settled", NULL},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 0, 0);
    if (code != COMMAND_GO_ON)
        return code;
    const char *path = all ? "/v1/quarantine?waiting=false" : "/v1/quarantine?waiting=true";
    json_t *answer = call_pages(line, path, "quarantine", 0, &code);
    if (answer == NULL)
        return code;
    if (line->json)
        call_print_json(answer);
    else
        print_rows(json_object_get(answer, "quarantine"),
                   all ? "Nothing was ever in quarantine." : "Nothing in quarantine waits.");
    json_decref(answer);
    return EX_OK;
}

static int print_row(const struct command_line *line, json_t *row, int code)
{
    if (row == NULL)
        return code;
    if (line->json) {
        call_print_json(row);
    } else {
        json_t *list = json_pack("[O]", row);
        print_rows(list, "");
        printf("%s\n", call_text(row, "pdu"));
        json_decref(list);
    }
    json_decref(row);
    return EX_OK;
}

int cli_quarantine_show(struct command_line *line, int argc, char **argv)
{
    int code = command_open(line, NULL, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    g_autofree char *id = call_escape(line->arguments[0]);
    g_autofree char *path = g_strdup_printf("/v1/quarantine/%s", id);
    json_t *row = call_get(line, path, &code);
    return print_row(line, row, code);
}

int cli_quarantine_settle(struct command_line *line, int argc, char **argv)
{
    g_autofree char *by = NULL;
    const GOptionEntry entries[] = {
        {"by", 0, 0, G_OPTION_ARG_STRING, &by, "Who looked at it (default: you)", "NAME"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    g_autofree char *id = call_escape(line->arguments[0]);
    g_autofree char *path = g_strdup_printf("/v1/quarantine/%s", id);
    g_autofree char *body = call_body("by", by, NULL);
    json_t *row = call_post(line, path, body, &code);
    return print_row(line, row, code);
}
