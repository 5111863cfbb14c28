// SPDX-License-Identifier: GPL-2.0-or-later
// loa outbox list, show, retry: summaries on their way to their receivers.
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"

#include <stdio.h>
#include <sysexits.h>

static void print_entries(const json_t *entries)
{
    static const struct table_column columns[] = {
        {"id", true},     {"sink", false},    {"type", false},
        {"state", false}, {"created", false}, {"tries", true},
        {"next", false},  {"status", false},  {"last error", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *entry;
    json_array_foreach(entries, index, entry)
    {
        int64_t status = call_number(entry, "last_status");
        g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, call_number(entry, "id"));
        g_autofree char *tries =
            g_strdup_printf("%" G_GINT64_FORMAT, call_number(entry, "attempts"));
        g_autofree char *code =
            status > 0 ? g_strdup_printf("%" G_GINT64_FORMAT, status) : g_strdup("");
        g_autofree char *created = call_time(entry, "created_at");
        g_autofree char *next = call_time(entry, "next_at");
        const char *cells[] = {id,
                               call_text(entry, "sink"),
                               call_text(entry, "type"),
                               call_text(entry, "state"),
                               created,
                               tries,
                               next,
                               code,
                               call_text(entry, "last_error")};
        table_add(table, cells);
    }
    if (table_rows(table) > 0)
        table_print(table);
    else
        printf("The outbox is empty.\n");
    table_free(table);
}

static int print_sinks(struct command_line *line)
{
    int code = EX_OK;
    json_t *answer = call_get(line, "/v1/outbox?limit=1", &code);
    size_t index;
    const json_t *sink;
    json_array_foreach(json_object_get(answer, "sinks"), index, sink)
    {
        const char *name = call_text(sink, "name");
        g_autofree char *since = call_time(sink, "disabled_at");
        if (!json_is_true(json_object_get(sink, "configured"))) {
            g_autofree char *until = call_time(sink, "give_up_at");
            printf("\nsink %s is not in the configuration; %" G_GINT64_FORMAT
                   " events wait for it, the oldest until %s\n",
                   name, call_number(sink, "waiting"), until);
        }
        if (*since != '\0')
            printf("\nsink %s is switched off since %s: %s; switch it on with: loa outbox retry "
                   "--sink %s\n",
                   name, since, call_text(sink, "reason"), name);
    }
    json_decref(answer);
    return code;
}

int cli_outbox_list(struct command_line *line, int argc, char **argv)
{
    g_autofree char *state = NULL;
    int limit = 0;
    const GOptionEntry entries[] = {
        {"state", 0, 0, G_OPTION_ARG_STRING, &state,
         "Only those in this state: waiting, delivered, abandoned", "STATE"},
        {"limit", 0, 0, G_OPTION_ARG_INT, &limit, "No more than this many (default: all)", "N"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 0, 0);
    if (code != COMMAND_GO_ON)
        return code;
    if (limit < 0)
        return command_fail(EX_USAGE, "--limit must be 0 or more");
    g_autofree char *value = state != NULL ? call_escape(state) : NULL;
    g_autofree char *path =
        g_strconcat("/v1/outbox", value != NULL ? "?state=" : NULL, value, NULL);
    json_t *answer = call_pages(line, path, "outbox", (unsigned)limit, &code);
    if (answer == NULL)
        return code;
    code = EX_OK;
    if (line->json) {
        call_print_json(answer);
    } else {
        print_entries(json_object_get(answer, "outbox"));
        code = print_sinks(line);
    }
    json_decref(answer);
    return code;
}

static void print_attempts(const json_t *attempts)
{
    static const struct table_column columns[] = {
        {"at", false}, {"status", true}, {"took ms", true}, {"error", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *attempt;
    json_array_foreach(attempts, index, attempt)
    {
        g_autofree char *at = call_time(attempt, "at");
        g_autofree char *status =
            g_strdup_printf("%" G_GINT64_FORMAT, call_number(attempt, "status"));
        g_autofree char *took =
            g_strdup_printf("%" G_GINT64_FORMAT, call_number(attempt, "took_ms"));
        const char *cells[] = {at, status, took, call_text(attempt, "error")};
        table_add(table, cells);
    }
    if (table_rows(table) > 0)
        table_print(table);
    table_free(table);
}

static int print_entry(const struct command_line *line, json_t *entry, int code)
{
    if (entry == NULL)
        return code;
    if (line->json) {
        call_print_json(entry);
    } else {
        json_t *list = json_pack("[O]", entry);
        print_entries(list);
        print_attempts(json_object_get(entry, "attempt_list"));
        json_decref(list);
    }
    json_decref(entry);
    return EX_OK;
}

int cli_outbox_show(struct command_line *line, int argc, char **argv)
{
    int code = command_open(line, NULL, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    g_autofree char *id = call_escape(line->arguments[0]);
    g_autofree char *path = g_strdup_printf("/v1/outbox/%s", id);
    json_t *entry = call_get(line, path, &code);
    return print_entry(line, entry, code);
}

static int retry_all(struct command_line *line, const char *sink)
{
    int code = EX_OK;
    g_autofree char *value = sink != NULL ? call_escape(sink) : NULL;
    g_autofree char *path =
        g_strconcat("/v1/outbox/retry", value != NULL ? "?sink=" : NULL, value, NULL);
    json_t *answer = call_post(line, path, NULL, &code);
    if (answer == NULL)
        return code;
    if (line->json)
        call_print_json(answer);
    else
        printf("%" G_GINT64_FORMAT " entries are tried again now\n",
               call_number(answer, "retried"));
    json_decref(answer);
    return EX_OK;
}

int cli_outbox_retry(struct command_line *line, int argc, char **argv)
{
    g_autofree char *sink = NULL;
    gboolean all = FALSE;
    const GOptionEntry entries[] = {
        {"all", 0, 0, G_OPTION_ARG_NONE, &all, "Everything that was not delivered", NULL},
        {"sink", 0, 0, G_OPTION_ARG_STRING, &sink, "Everything for this sink", "NAME"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 0, 1);
    if (code != COMMAND_GO_ON)
        return code;
    if ((line->count == 1) == (all || sink != NULL))
        return command_fail(EX_USAGE, "name one entry by its ID, or --all, or --sink NAME");
    if (line->count == 0)
        return retry_all(line, sink);
    g_autofree char *id = call_escape(line->arguments[0]);
    g_autofree char *path = g_strdup_printf("/v1/outbox/%s/retry", id);
    json_t *entry = call_post(line, path, NULL, &code);
    return print_entry(line, entry, code);
}
