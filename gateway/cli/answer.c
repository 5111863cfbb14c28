// SPDX-License-Identifier: GPL-2.0-or-later
/* loa answers, loa answer set, loa answer history: what counts, who said so and when, and what was
 * said elsewhere than by SMS. */
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"

#include <stdio.h>
#include <sysexits.h>

static const char *by_of(const json_t *answer)
{
    const char *by = call_text(answer, "by");
    if (*by != '\0')
        return by;
    return g_strcmp0(call_text(answer, "way"), "ussd") == 0 ? "(USSD)" : "(SMS)";
}

static void print_answers(const json_t *answers)
{
    static const struct table_column columns[] = {
        {"phone", false},  {"person", false}, {"unit", false}, {"question", false},
        {"answer", false}, {"at", false},     {"by", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *answer;
    json_array_foreach(answers, index, answer)
    {
        g_autofree char *at = call_time(answer, "at");
        const char *cells[] = {call_text(answer, "phone"),
                               call_text(answer, "person"),
                               call_text(answer, "unit"),
                               call_text(answer, "question"),
                               call_text(answer, "code"),
                               at,
                               by_of(answer)};
        table_add(table, cells);
    }
    if (table_rows(table) > 0)
        table_print(table);
    else
        printf("No answer counts yet.\n");
    table_free(table);
}

static void print_versions(const json_t *versions)
{
    static const struct table_column columns[] = {
        {"question", false}, {"said", false},   {"stands", false}, {"said at", false},
        {"recorded", false}, {"by", false},     {"reason", false}, {"reply", true},
        {"text", false},     {"counts", false},
    };
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *version;
    json_array_foreach(versions, index, version)
    {
        bool counts = json_is_true(json_object_get(version, "in_force"));
        const char *said = call_text(version, "said");
        int64_t reply_id = call_number(version, "reply_id");
        g_autofree char *at = call_time(version, "at");
        g_autofree char *recorded = call_time(version, "recorded_at");
        g_autofree char *reply =
            reply_id != 0 ? g_strdup_printf("%" G_GINT64_FORMAT, reply_id) : g_strdup("");
        const char *cells[] = {call_text(version, "question"),
                               *said != '\0' ? said : "-",
                               call_text(version, "code"),
                               at,
                               recorded,
                               by_of(version),
                               call_text(version, "reason"),
                               reply,
                               call_text(version, "text"),
                               counts ? "yes" : ""};
        table_add(table, cells);
    }
    if (table_rows(table) > 0)
        table_print(table);
    else
        printf("Nothing was answered.\n");
    table_free(table);
}

int cli_answers(struct command_line *line, int argc, char **argv)
{
    g_autofree char *question = NULL;
    int limit = 0;
    const GOptionEntry entries[] = {
        {"question", 0, 0, G_OPTION_ARG_STRING, &question, "Only to this one", "ID"},
        {"limit", 0, 0, G_OPTION_ARG_INT, &limit, "No more than this many (default: all)", "N"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    if (limit < 0)
        return command_fail(EX_USAGE, "--limit must be 0 or more");
    g_autofree char *id = call_escape(line->arguments[0]);
    g_autofree char *value = question != NULL ? call_escape(question) : NULL;
    g_autofree char *path =
        g_strdup_printf("/v1/campaigns/%s/answers%s%s", id, value != NULL ? "?question=" : "",
                        value != NULL ? value : "");
    json_t *answer = call_pages(line, path, "answers", (unsigned)limit, &code);
    if (answer == NULL)
        return code;
    if (line->json)
        call_print_json(answer);
    else
        print_answers(json_object_get(answer, "answers"));
    json_decref(answer);
    return EX_OK;
}

static int print_history(const struct command_line *line, json_t *answer, int code)
{
    if (answer == NULL)
        return code;
    if (line->json)
        call_print_json(answer);
    else
        print_versions(json_object_get(answer, "versions"));
    json_decref(answer);
    return EX_OK;
}

static int refuse_voice(const char *phone, const char *person)
{
    if ((phone == NULL) != (person == NULL))
        return EX_OK;
    return command_fail(EX_USAGE, "say whose answer it is: either --phone or --person");
}

int cli_answer_history(struct command_line *line, int argc, char **argv)
{
    g_autofree char *phone = NULL, *person = NULL;
    const GOptionEntry entries[] = {
        {"phone", 0, 0, G_OPTION_ARG_STRING, &phone, "Of this telephone number", "NUMBER"},
        {"person", 0, 0, G_OPTION_ARG_STRING, &person, "Of this person", "ID"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 1, 1);
    if (code == COMMAND_GO_ON && refuse_voice(phone, person) != EX_OK)
        return EX_USAGE;
    if (code != COMMAND_GO_ON)
        return code;
    g_autofree char *id = call_escape(line->arguments[0]);
    g_autofree char *value = call_escape(phone != NULL ? phone : person);
    g_autofree char *path = g_strdup_printf("/v1/campaigns/%s/answers/history?%s=%s", id,
                                            phone != NULL ? "phone" : "person", value);
    json_t *answer = call_get(line, path, &code);
    return print_history(line, answer, code);
}

int cli_answer_set(struct command_line *line, int argc, char **argv)
{
    g_autofree char *phone = NULL, *person = NULL, *by = NULL, *reason = NULL, *at = NULL;
    const GOptionEntry entries[] = {
        {"phone", 0, 0, G_OPTION_ARG_STRING, &phone, "Whose answer: of this number", "NUMBER"},
        {"person", 0, 0, G_OPTION_ARG_STRING, &person, "Whose answer: of this person", "ID"},
        {"by", 0, 0, G_OPTION_ARG_STRING, &by, "Who heard it, or decides (default: you)", "NAME"},
        {"reason", 0, 0, G_OPTION_ARG_STRING, &reason, "How, or why; kept with it", "TEXT"},
        {"at", 0, 0, G_OPTION_ARG_STRING, &at, "When it was said (default: now)", "TIME"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 2, 2);
    if (code == COMMAND_GO_ON && refuse_voice(phone, person) != EX_OK)
        return EX_USAGE;
    if (code != COMMAND_GO_ON)
        return code;
    if (reason == NULL || *reason == '\0')
        return command_fail(EX_USAGE,
                            "say with --reason how the answer was given, or why it changes");
    g_autofree char *id = call_escape(line->arguments[0]);
    g_autofree char *path = g_strdup_printf("/v1/campaigns/%s/answers", id);
    g_autofree char *body =
        call_body("code", line->arguments[1], "phone", phone, "person", person, "by",
                  by != NULL ? by : g_get_user_name(), "reason", reason, "at", at, NULL);
    json_t *answer = call_post(line, path, body, &code);
    return print_history(line, answer, code);
}
