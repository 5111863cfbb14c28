// SPDX-License-Identifier: GPL-2.0-or-later
// loa session list: who dialled a survey, and what became of it.
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"

#include <stdio.h>
#include <sysexits.h>

static void print_sessions(const json_t *sessions)
{
    static const struct table_column columns[] = {
        {"id", true},     {"started", false},  {"heard", false}, {"service", false},
        {"phone", false}, {"campaign", false}, {"state", false}, {"replies", true}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *session;
    json_array_foreach(sessions, index, session)
    {
        g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, call_number(session, "id"));
        g_autofree char *replies =
            g_strdup_printf("%" G_GINT64_FORMAT, call_number(session, "replies"));
        g_autofree char *started = call_time(session, "started_at");
        g_autofree char *heard = call_time(session, "heard_at");
        const char *cells[] = {id,
                               started,
                               heard,
                               call_text(session, "service"),
                               call_text(session, "phone"),
                               call_text(session, "campaign"),
                               call_text(session, "state"),
                               replies};
        table_add(table, cells);
    }
    if (table_rows(table) > 0)
        table_print(table);
    else
        printf("Nobody has dialled yet.\n");
    table_free(table);
}

int cli_session_list(struct command_line *line, int argc, char **argv)
{
    g_autofree char *campaign = NULL, *service = NULL;
    int limit = 0;
    const GOptionEntry entries[] = {
        {"campaign", 0, 0, G_OPTION_ARG_STRING, &campaign, "Only those of this campaign",
         "CAMPAIGN"},
        {"service", 0, 0, G_OPTION_ARG_STRING, &service, "Only those of this service", "NAME"},
        {"limit", 0, 0, G_OPTION_ARG_INT, &limit, "No more than this many (default: all)", "N"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 0, 0);
    if (code != COMMAND_GO_ON)
        return code;
    if (limit < 0)
        return command_fail(EX_USAGE, "--limit must be 0 or more");
    g_autoptr(GString) path = g_string_new("/v1/sessions");
    g_autofree char *of_campaign = campaign != NULL ? call_escape(campaign) : NULL;
    g_autofree char *of_service = service != NULL ? call_escape(service) : NULL;
    if (of_campaign != NULL)
        g_string_append_printf(path, "?campaign=%s", of_campaign);
    if (of_service != NULL)
        g_string_append_printf(path, "%sservice=%s", of_campaign != NULL ? "&" : "?", of_service);
    json_t *answer = call_pages(line, path->str, "sessions", (unsigned)limit, &code);
    if (answer == NULL)
        return code;
    if (line->json)
        call_print_json(answer);
    else
        print_sessions(json_object_get(answer, "sessions"));
    json_decref(answer);
    return EX_OK;
}
