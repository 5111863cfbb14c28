// SPDX-License-Identifier: GPL-2.0-or-later
/* loa campaign create, list, show, and the steps submit, approve, start, pause, resume, cancel. */
#include "campaigns/figure.h"
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

/* What people do next, by the state they find. */
static const struct {
    const char *state, *next;
} hints[] = {
    {"draft", "look at it with: loa campaign preview %s, then: loa campaign submit %s"},
    {"submitted", "who answers for it runs: loa campaign approve %s"},
    {"approved", "begin with: loa campaign start %s"},
    {"running", "follow it with: loa campaign watch %s"},
    {"paused", "go on with: loa campaign resume %s"},
};

static void print_hint(const json_t *campaign)
{
    const char *state = call_text(campaign, "state");
    for (size_t i = 0; i < G_N_ELEMENTS(hints); i++) {
        if (strcmp(state, hints[i].state) != 0)
            continue;
        g_auto(GStrv) pieces = g_strsplit(hints[i].next, "%s", -1);
        g_autofree char *hint = g_strjoinv(call_text(campaign, "code"), pieces);
        printf("%s\n", hint);
    }
}

/* Said while it can still be changed. */
static void print_resend(const json_t *campaign)
{
    static const char *const early[] = {"draft", "submitted", "approved", NULL};
    if (strcmp(call_text(campaign, "on_unsure"), "resend") == 0 &&
        g_strv_contains(early, call_text(campaign, "state")))
        printf("on_unsure = \"resend\": what was perhaps sent is sent once more; somebody may get "
               "it twice\n");
}

static void print_campaign_line(const json_t *campaign)
{
    g_autofree char *title = table_clean(call_text(campaign, "title"));
    printf("campaign %" G_GINT64_FORMAT " %s is %s: %s\n", call_number(campaign, "id"),
           call_text(campaign, "code"), call_text(campaign, "state"), title);
    print_resend(campaign);
    print_hint(campaign);
}

static int print_changed(const struct command_line *line, json_t *campaign, int code)
{
    if (campaign == NULL)
        return code;
    call_print_mistakes(json_object_get(campaign, "warnings"));
    if (line->json)
        call_print_json(campaign);
    else
        print_campaign_line(campaign);
    json_decref(campaign);
    return EX_OK;
}

static int create(struct command_line *line, const char *by)
{
    GString *text = NULL;
    int code = EX_NOINPUT;
    if (!call_read_file(line->arguments[0], &text))
        return code;
    /* Mistakes name the file as the person did. */
    g_autofree char *file = call_escape(line->arguments[0]);
    g_autofree char *name = call_escape(by != NULL ? by : g_get_user_name());
    g_autofree char *path = g_strdup_printf("/v1/campaigns?file=%s&by=%s", file, name);
    if (strlen(text->str) != text->len) {
        code =
            command_fail(EX_DATAERR, "%s: holds a NUL byte, so it is no text", line->arguments[0]);
    } else {
        json_t *campaign = call_post(line, path, text->str, &code);
        code = print_changed(line, campaign, code);
    }
    g_string_free(text, TRUE);
    return code;
}

int cli_campaign_create(struct command_line *line, int argc, char **argv)
{
    g_autofree char *by = NULL;
    const GOptionEntry entries[] = {
        {"by", 0, 0, G_OPTION_ARG_STRING, &by, "Who does it (default: you)", "NAME"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 1, 1);
    return code == COMMAND_GO_ON ? create(line, by) : code;
}

/* What the SIMs lack, said while something can still be done about it. It forbids nothing: the step
 * was taken. */
static void add_forecast(struct command_line *line, const char *id, json_t *campaign)
{
    int code = EX_OK;
    g_autofree char *path = g_strdup_printf("/v1/campaigns/%s/forecast", id);
    json_t *forecast = call_get(line, path, &code);
    if (forecast != NULL)
        json_object_set_new(campaign, "forecast", forecast);
}

static void print_forecast(const json_t *campaign)
{
    size_t index;
    const json_t *sentence;
    const json_t *warnings = json_object_get(json_object_get(campaign, "forecast"), "warnings");
    json_array_foreach(warnings, index, sentence)
    {
        g_autofree char *text = table_clean(json_string_value(sentence));
        fprintf(stderr, "%s\n", text);
    }
}

int cli_campaign_advance(struct command_line *line, int argc, char **argv)
{
    g_autofree char *by = NULL, *reason = NULL;
    const GOptionEntry entries[] = {
        {"by", 0, 0, G_OPTION_ARG_STRING, &by, "Who does it (default: you)", "NAME"},
        {"reason", 0, 0, G_OPTION_ARG_STRING, &reason, "Why; kept with the step", "TEXT"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    const char *event = strrchr(line->command->words, ' ') + 1;
    g_autofree char *id = call_escape(line->arguments[0]);
    g_autofree char *path = g_strdup_printf("/v1/campaigns/%s/%s", id, event);
    g_autofree char *body =
        call_body("by", by != NULL ? by : g_get_user_name(), "reason", reason, NULL);
    json_t *campaign = call_post(line, path, body, &code);
    bool early = strcmp(event, "submit") == 0 || strcmp(event, "approve") == 0;
    if (campaign != NULL && early)
        add_forecast(line, id, campaign);
    print_forecast(campaign);
    return print_changed(line, campaign, code);
}

static void print_list(const json_t *campaigns)
{
    static const struct table_column columns[] = {
        {"id", true},     {"code", false},   {"state", false}, {"since", false},
        {"opens", false}, {"closes", false}, {"title", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *campaign;
    json_array_foreach(campaigns, index, campaign)
    {
        g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, call_number(campaign, "id"));
        g_autofree char *since = call_time(campaign, "state_at");
        g_autofree char *opens = call_time(campaign, "opens_at");
        g_autofree char *closes = call_time(campaign, "closes_at");
        const char *cells[] = {
            id,     call_text(campaign, "code"), call_text(campaign, "state"), since, opens,
            closes, call_text(campaign, "title")};
        table_add(table, cells);
    }
    if (table_rows(table) > 0)
        table_print(table);
    else
        printf("There are no campaigns.\n");
    table_free(table);
}

int cli_campaign_list(struct command_line *line, int argc, char **argv)
{
    g_autofree char *state = NULL;
    const GOptionEntry entries[] = {
        {"state", 0, 0, G_OPTION_ARG_STRING, &state, "Only those in this state", "STATE"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 0, 0);
    if (code != COMMAND_GO_ON)
        return code;
    g_autofree char *value = state != NULL ? call_escape(state) : NULL;
    g_autofree char *path =
        g_strconcat("/v1/campaigns", value != NULL ? "?state=" : NULL, value, NULL);
    json_t *answer = call_pages(line, path, "campaigns", 0, &code);
    if (answer == NULL)
        return code;
    if (line->json)
        call_print_json(answer);
    else
        print_list(json_object_get(answer, "campaigns"));
    json_decref(answer);
    return EX_OK;
}

static void print_events(const json_t *events)
{
    static const struct table_column columns[] = {
        {"at", false}, {"by", false}, {"event", false}, {"to", false}, {"reason", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *event;
    json_array_foreach(events, index, event)
    {
        g_autofree char *at = call_time(event, "at");
        const char *cells[] = {at, call_text(event, "by"), call_text(event, "event"),
                               call_text(event, "to"), call_text(event, "reason")};
        table_add(table, cells);
    }
    table_print(table);
    table_free(table);
}

/* "3 delivered, 1 skipped" from the counts of an answer. */
static char *counts_text(const json_t *counts)
{
    GString *text = g_string_new(NULL);
    const char *name;
    const json_t *count;
    json_object_foreach((json_t *)counts, name, count)
    {
        if (json_integer_value(count) > 0)
            g_string_append_printf(text, "%s%" JSON_INTEGER_FORMAT " %s", text->len > 0 ? ", " : "",
                                   json_integer_value(count), name);
    }
    return g_string_free(text, FALSE);
}

static void print_reminders(const json_t *reminders)
{
    static const struct table_column columns[] = {
        {"reminder", false}, {"at", false},       {"to", false},     {"state", false},
        {"queued", true},    {"messages", false}, {"skipped", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *reminder;
    json_array_foreach(reminders, index, reminder)
    {
        g_autofree char *number = g_strdup_printf("%zu", index + 1);
        g_autofree char *at = call_time(reminder, "at");
        g_autofree char *queued = figure_count(call_number(reminder, "queued"));
        g_autofree char *messages = counts_text(json_object_get(reminder, "messages"));
        const char *cells[] = {
            number, at,       call_text(reminder, "to"),     call_text(reminder, "state"),
            queued, messages, call_text(reminder, "skipped")};
        table_add(table, cells);
    }
    if (table_rows(table) > 0) {
        table_print(table);
        printf("\n");
    }
    table_free(table);
}

static void print_answers(const json_t *answers)
{
    static const struct {
        const char *member, *words;
    } ways[] = {{"sms", "by SMS"}, {"ussd", "by USSD"}, {"entered", "entered"}};
    g_autoptr(GString) text = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
        int64_t count = call_number(answers, ways[i].member);
        g_autofree char *figure = figure_count(count);
        if (count > 0)
            g_string_append_printf(text, "%s%s %s", text->len > 0 ? ", " : "", figure,
                                   ways[i].words);
    }
    if (text->len > 0)
        printf("%-9s %s\n", "answers", text->str);
}

static void print_campaign(const json_t *campaign)
{
    static const struct {
        const char *member, *words;
        bool time;
    } lines[] = {
        {"title", "title", false},
        {"state", "state", false},
        {"state_at", "since", true},
        {"priority", "priority", false},
        {"opens_at", "opens", true},
        {"closes_at", "closes", true},
        {"file", "file", false},
        {"created_at", "created", true},
        {"approved_hash", "approval", false},
        {"organisation", "sent for", false},
        {"erased_at", "erased", true},
    };
    printf("campaign %" G_GINT64_FORMAT " %s\n", call_number(campaign, "id"),
           call_text(campaign, "code"));
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autofree char *value = lines[i].time ? call_time(campaign, lines[i].member)
                                               : table_clean(call_text(campaign, lines[i].member));
        if (value[0] != '\0')
            printf("%-9s %s\n", lines[i].words, value);
    }
    print_answers(json_object_get(campaign, "answers"));
    printf("\n");
    print_reminders(json_object_get(campaign, "reminders"));
    print_events(json_object_get(campaign, "events"));
    print_hint(campaign);
}

int cli_campaign_show(struct command_line *line, int argc, char **argv)
{
    gboolean definition = FALSE;
    const GOptionEntry entries[] = {
        {"definition", 0, 0, G_OPTION_ARG_NONE, &definition, "Print the campaign file as it was",
         NULL},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    g_autofree char *id = call_escape(line->arguments[0]);
    g_autofree char *path = g_strdup_printf("/v1/campaigns/%s", id);
    json_t *campaign = call_get(line, path, &code);
    if (campaign == NULL)
        return code;
    if (definition)
        fputs(call_text(campaign, "definition"), stdout);
    else if (line->json)
        call_print_json(campaign);
    else
        print_campaign(campaign);
    json_decref(campaign);
    return EX_OK;
}
