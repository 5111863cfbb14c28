// SPDX-License-Identifier: GPL-2.0-or-later
// loa messages, loa campaign messages, loa message show, loa message settle.
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"

#include <stdio.h>
#include <sysexits.h>

static void print_messages(const json_t *messages)
{
    static const struct table_column columns[] = {
        {"id", true},     {"phone", false}, {"purpose", false}, {"state", false}, {"since", false},
        {"parts", false}, {"modem", false}, {"tries", true},    {"cause", false}, {"text", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *message;
    json_array_foreach(messages, index, message)
    {
        g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, call_number(message, "id"));
        g_autofree char *since = call_time(message, "state_at");
        g_autofree char *parts =
            g_strdup_printf("%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT,
                            call_number(message, "parts_sent"), call_number(message, "parts"));
        g_autofree char *tries =
            g_strdup_printf("%" G_GINT64_FORMAT, call_number(message, "attempts"));
        const char *cells[] = {id,
                               call_text(message, "phone"),
                               call_text(message, "purpose"),
                               call_text(message, "state"),
                               since,
                               parts,
                               call_text(message, "modem"),
                               tries,
                               call_text(message, "cause"),
                               call_text(message, "text")};
        table_add(table, cells);
    }
    if (table_rows(table) > 0)
        table_print(table);
    else
        printf("There are no such messages.\n");
    table_free(table);
}

/* What was perhaps sent, and what a person can do about it. */
static void print_unsure(const json_t *messages)
{
    static const struct table_column columns[] = {{"id", true},     {"phone", false},
                                                  {"since", false}, {"modem", false},
                                                  {"parts", false}, {"why nobody knows", false},
                                                  {"text", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *message;
    json_array_foreach(messages, index, message)
    {
        g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, call_number(message, "id"));
        g_autofree char *since = call_time(message, "state_at");
        g_autofree char *parts =
            g_strdup_printf("%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT,
                            call_number(message, "parts_sent"), call_number(message, "parts"));
        const char *cells[] = {id,
                               call_text(message, "phone"),
                               since,
                               call_text(message, "modem"),
                               parts,
                               call_text(message, "cause"),
                               call_text(message, "text")};
        table_add(table, cells);
    }
    if (table_rows(table) > 0) {
        table_print(table);
        printf(
            "\nEach has perhaps arrived; a delivery report that still comes settles it. Else ask "
            "the person,\nthen: loa message settle ID sent, or: loa message settle ID resend\n");
    } else {
        printf("Nothing is unsure.\n");
    }
    table_free(table);
}

static int list(struct command_line *line, const char *base, const char *state, int limit)
{
    int code = EX_OK;
    if (limit < 0)
        return command_fail(EX_USAGE, "--limit must be 0 or more");
    g_autofree char *value = state != NULL ? call_escape(state) : NULL;
    g_autofree char *path =
        g_strdup_printf("%s%s%s", base, value != NULL ? "?state=" : "", value != NULL ? value : "");
    json_t *answer = call_pages(line, path, "messages", (unsigned)limit, &code);
    if (answer == NULL)
        return code;
    if (line->json)
        call_print_json(answer);
    else if (g_strcmp0(state, "unsure") == 0)
        print_unsure(json_object_get(answer, "messages"));
    else
        print_messages(json_object_get(answer, "messages"));
    json_decref(answer);
    return EX_OK;
}

#define STATE_HELP                                                                                 \
    "Only those in this state: queued, leased, sent, delivered, undelivered, refused, unsure, "    \
    "expired, cancelled, skipped"

int cli_messages(struct command_line *line, int argc, char **argv)
{
    g_autofree char *state = NULL;
    gboolean unsure = FALSE;
    int limit = 0;
    const GOptionEntry entries[] = {
        {"unsure", 0, 0, G_OPTION_ARG_NONE, &unsure, "Only those that were perhaps sent", NULL},
        {"state", 0, 0, G_OPTION_ARG_STRING, &state, STATE_HELP, "STATE"},
        {"limit", 0, 0, G_OPTION_ARG_INT, &limit, "No more than this many (default: all)", "N"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 0, 0);
    return code == COMMAND_GO_ON ? list(line, "/v1/messages", unsure ? "unsure" : state, limit)
                                 : code;
}

int cli_campaign_messages(struct command_line *line, int argc, char **argv)
{
    g_autofree char *state = NULL;
    int limit = 0;
    const GOptionEntry entries[] = {
        {"state", 0, 0, G_OPTION_ARG_STRING, &state, STATE_HELP, "STATE"},
        {"limit", 0, 0, G_OPTION_ARG_INT, &limit, "No more than this many (default: all)", "N"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    g_autofree char *id = call_escape(line->arguments[0]);
    g_autofree char *base = g_strdup_printf("/v1/campaigns/%s/messages", id);
    return list(line, base, state, limit);
}

static void print_attempts(const json_t *attempts)
{
    static const struct table_column columns[] = {
        {"lease", true},    {"modem", false},  {"leased", false}, {"settled", false},
        {"verdict", false}, {"took ms", true}, {"cause", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *attempt;
    json_array_foreach(attempts, index, attempt)
    {
        g_autofree char *lease =
            g_strdup_printf("%" G_GINT64_FORMAT, call_number(attempt, "lease"));
        g_autofree char *took =
            g_strdup_printf("%" G_GINT64_FORMAT, call_number(attempt, "took_ms"));
        g_autofree char *leased = call_time(attempt, "leased_at");
        g_autofree char *settled = call_time(attempt, "settled_at");
        const char *cells[] = {
            lease, call_text(attempt, "modem"), leased, settled, call_text(attempt, "verdict"),
            took,  call_text(attempt, "cause")};
        table_add(table, cells);
    }
    if (table_rows(table) > 0)
        table_print(table);
    table_free(table);
}

static int print_message(const struct command_line *line, json_t *message, int code)
{
    if (message == NULL)
        return code;
    if (line->json) {
        call_print_json(message);
    } else {
        json_t *list = json_pack("[O]", message);
        print_messages(list);
        print_attempts(json_object_get(message, "attempt_list"));
        json_decref(list);
    }
    json_decref(message);
    return EX_OK;
}

int cli_message_show(struct command_line *line, int argc, char **argv)
{
    int code = command_open(line, NULL, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    g_autofree char *id = call_escape(line->arguments[0]);
    g_autofree char *path = g_strdup_printf("/v1/messages/%s", id);
    json_t *message = call_get(line, path, &code);
    return print_message(line, message, code);
}

int cli_message_settle(struct command_line *line, int argc, char **argv)
{
    g_autofree char *by = NULL, *reason = NULL;
    const GOptionEntry entries[] = {
        {"by", 0, 0, G_OPTION_ARG_STRING, &by, "Who decides (default: you)", "NAME"},
        {"reason", 0, 0, G_OPTION_ARG_STRING, &reason, "Why; kept with the message", "TEXT"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 2, 2);
    if (code != COMMAND_GO_ON)
        return code;
    g_autofree char *id = call_escape(line->arguments[0]);
    g_autofree char *path = g_strdup_printf("/v1/messages/%s", id);
    g_autofree char *body = call_body("state", line->arguments[1], "by",
                                      by != NULL ? by : g_get_user_name(), "reason", reason, NULL);
    json_t *message = call_post(line, path, body, &code);
    return print_message(line, message, code);
}
