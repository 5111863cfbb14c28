// SPDX-License-Identifier: GPL-2.0-or-later
/* loa consent list, show, refuse, restore: who wishes no messages, and how that became known. */
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

/* "" is the house itself, "*" everybody. */
static const char *organisation_of(const json_t *row)
{
    const char *organisation = call_text(row, "organisation");
    if (*organisation == '\0')
        return "(the house)";
    return strcmp(organisation, "*") == 0 ? "(all)" : organisation;
}

static void print_ledger(const json_t *rows)
{
    static const struct table_column columns[] = {
        {"at", false},       {"event", false}, {"phone", false}, {"name", false},  {"of", false},
        {"campaign", false}, {"text", false},  {"by", false},    {"reason", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *row;
    json_array_foreach(rows, index, row)
    {
        g_autofree char *at = call_time(row, "at");
        const char *event = call_text(row, "event");
        bool consent = strncmp(event, "opted", 5) == 0 || strcmp(event, "exempted") == 0;
        const char *cells[] = {at,
                               event,
                               call_text(row, "phone"),
                               call_text(row, "name"),
                               consent ? organisation_of(row) : "",
                               call_text(row, "campaign"),
                               call_text(row, "text"),
                               call_text(row, "by"),
                               call_text(row, "reason")};
        table_add(table, cells);
    }
    if (table_rows(table) > 0)
        table_print(table);
    else
        printf("The ledger holds nothing of that.\n");
    table_free(table);
}

int cli_consent_list(struct command_line *line, int argc, char **argv)
{
    g_autofree char *phone = NULL, *campaign = NULL, *event = NULL;
    gint limit = 0;
    const GOptionEntry entries[] = {
        {"phone", 0, 0, G_OPTION_ARG_STRING, &phone, "Only of this number, which is shown then",
         "NUMBER"},
        {"campaign", 0, 0, G_OPTION_ARG_STRING, &campaign, "Only of this campaign", "CAMPAIGN"},
        {"event", 0, 0, G_OPTION_ARG_STRING, &event,
         "Only opted-out, opted-in, exempted, exported or erased", "EVENT"},
        {"limit", 0, 0, G_OPTION_ARG_INT, &limit, "Only so many of the newest (default: 100)", "N"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 0, 0);
    if (code != COMMAND_GO_ON)
        return code;
    if (limit < 0)
        return command_fail(EX_USAGE, "--limit must be more than 0");
    const char *const names[] = {"phone", "campaign", "event"};
    const char *const values[] = {phone, campaign, event};
    g_autoptr(GString) path = g_string_new("/v1/consent");
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *value = values[i] == NULL ? NULL : call_escape(values[i]);
        if (value != NULL)
            g_string_append_printf(path, "%c%s=%s", strchr(path->str, '?') == NULL ? '?' : '&',
                                   names[i], value);
    }
    json_t *answer =
        call_pages(line, path->str, "consent", limit == 0 ? 100 : (unsigned)limit, &code);
    if (answer == NULL)
        return code;
    if (line->json)
        call_print_json(answer);
    else
        print_ledger(json_object_get(answer, "consent"));
    json_decref(answer);
    return EX_OK;
}

static int print_state(const struct command_line *line, json_t *state, int code)
{
    if (state == NULL)
        return code;
    const json_t *refuses = json_object_get(state, "refuses");
    size_t index;
    const json_t *row;
    if (line->json)
        call_print_json(state);
    else if (json_array_size(refuses) == 0)
        printf("%s takes messages of everybody.\n", call_text(state, "phone"));
    if (!line->json)
        json_array_foreach(refuses, index, row)
        {
            g_autofree char *since = call_time(row, "since");
            printf("%s refuses %s since %s\n", call_text(state, "phone"), organisation_of(row),
                   since);
        }
    json_decref(state);
    return EX_OK;
}

int cli_consent_show(struct command_line *line, int argc, char **argv)
{
    int code = command_open(line, NULL, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    g_autofree char *phone = call_escape(line->arguments[0]);
    g_autofree char *path = g_strdup_printf("/v1/consent/state?phone=%s", phone);
    json_t *state = call_get(line, path, &code);
    return print_state(line, state, code);
}

int cli_consent_change(struct command_line *line, int argc, char **argv)
{
    g_autofree char *by = NULL, *reason = NULL, *organisation = NULL;
    const GOptionEntry entries[] = {
        {"organisation", 0, 0, G_OPTION_ARG_STRING, &organisation,
         "Only this organisation, as campaign files write it; \"\": the house (default: all)",
         "NAME"},
        {"by", 0, 0, G_OPTION_ARG_STRING, &by, "Who heard it (default: you)", "NAME"},
        {"reason", 0, 0, G_OPTION_ARG_STRING, &reason, "How it became known; kept in the ledger",
         "TEXT"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    if (reason == NULL || *reason == '\0')
        return command_fail(EX_USAGE, "say with --reason how it became known");
    g_autofree char *path =
        g_strdup_printf("/v1/consent/%s", strrchr(line->command->words, ' ') + 1);
    g_autofree char *body =
        call_body("phone", line->arguments[0], "by", by != NULL ? by : g_get_user_name(), "reason",
                  reason, "organisation", organisation, NULL);
    json_t *state = call_post(line, path, body, &code);
    return print_state(line, state, code);
}
