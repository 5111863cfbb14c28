// SPDX-License-Identifier: GPL-2.0-or-later
// loa opinions list and show: the register, and one opinion with its history.
#include "gateway/cli/opinion.h"

#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

enum { WIDTH_UNKNOWN = 120, TEXT_LEAST = 20, COLUMN_GAP = 2 };

void opinion_options_clear(struct opinion_options *options)
{
    g_free(options->state);
    g_free(options->campaign);
    g_free(options->office);
    g_free(options->unit);
    g_free(options->topic);
    g_free(options->key_file);
}

int opinion_open_office(struct command_line *line, const char *key_file)
{
    const char *key = g_getenv("LOA_OFFICE_KEY");
    GString *bytes = NULL;
    if (key_file != NULL && !call_read_file(key_file, &bytes))
        return EX_NOINPUT;
    if (bytes != NULL)
        key = g_strstrip(bytes->str);
    int code = COMMAND_GO_ON;
    if (key != NULL && *key != '\0' && (!g_str_is_ascii(key) || strpbrk(key, "\r\n") != NULL))
        code = command_fail(EX_DATAERR, "the key of an office is one line of ASCII");
    else if (key != NULL && *key != '\0')
        call_set_office_key(line, key);
    if (bytes != NULL)
        g_string_free(bytes, TRUE);
    return code;
}

char *opinion_query(const struct opinion_options *options)
{
    const struct {
        const char *name, *value;
    } parameters[] = {{"state", options->state},
                      {"campaign", options->campaign},
                      {"office", options->office},
                      {"unit", options->unit},
                      {"topic", options->topic}};
    GString *query = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(parameters); i++) {
        if (parameters[i].value == NULL)
            continue;
        g_autofree char *escaped = call_escape(parameters[i].value);
        g_string_append_printf(query, "%c%s=%s", query->len == 0 ? '?' : '&', parameters[i].name,
                               escaped);
    }
    return g_string_free(query, FALSE);
}

/* ---- list ---- */

/* As many whole characters as fit, the last place being the sign that there is more. */
static char *shorten(const char *text, unsigned room)
{
    g_autofree char *clean = table_clean(text);
    if (table_width(clean) <= room)
        return g_steal_pointer(&clean);
    GString *out = g_string_new(NULL);
    for (const char *at = clean; *at != '\0'; at = g_utf8_next_char(at)) {
        gsize before = out->len;
        g_string_append_len(out, at, g_utf8_next_char(at) - at);
        if (table_width(out->str) < room)
            continue;
        g_string_truncate(out, before);
        break;
    }
    g_string_append(out, "…");
    return g_string_free(out, FALSE);
}

/* "?" behind what Loa only suggests. */
static char *code_text(const json_t *json, const char *member)
{
    const json_t *object = json_object_get(json, member);
    bool suggested = json_is_true(json_object_get(object, "suggested"));
    return g_strconcat(call_text(object, "code"), suggested ? "?" : NULL, NULL);
}

static char *day_text(const json_t *json, const char *member)
{
    char *day = call_time(json, member);
    if (strlen(day) > strlen("2024-06-10"))
        day[strlen("2024-06-10")] = '\0';
    return day;
}

enum { CELLS = 9 };
static const struct table_column columns[CELLS] = {
    {"id", true},      {"number", false}, {"received", false}, {"topic", false}, {"unit", false},
    {"office", false}, {"due", false},    {"state", false},    {"text", false}};

/* "answered, refused": the SMS that should tell it. */
static char *state_text(const json_t *opinion)
{
    const char *message = call_text(opinion, "message_state");
    return g_strconcat(call_text(opinion, "state"), *message != '\0' ? ", SMS " : NULL, message,
                       NULL);
}

static char **cells_of(const json_t *opinion)
{
    char **cells = g_new0(char *, CELLS + 1);
    const json_t *unit = json_object_get(opinion, "unit");
    cells[0] = g_strdup_printf("%" G_GINT64_FORMAT, call_number(opinion, "id"));
    cells[1] = g_strdup_printf("%s/%" G_GINT64_FORMAT, call_text(opinion, "campaign"),
                               call_number(opinion, "number"));
    cells[2] = day_text(opinion, "received_at");
    cells[3] = code_text(opinion, "topic");
    cells[4] = g_strdup(call_text(unit, "name"));
    cells[5] = code_text(opinion, "office");
    cells[6] = day_text(opinion, "due_at");
    cells[7] = state_text(opinion);
    cells[8] = g_strdup(call_text(opinion, "text"));
    return cells;
}

static unsigned room_for_text(const GPtrArray *rows)
{
    unsigned used = 0, screen = table_screen();
    if (screen == 0)
        screen = WIDTH_UNKNOWN;
    for (unsigned i = 0; i < CELLS - 1; i++) {
        unsigned width = table_width(columns[i].heading);
        for (unsigned row = 0; row < rows->len; row++)
            width = MAX(width, table_width(((char **)rows->pdata[row])[i]));
        used += width + COLUMN_GAP;
    }
    /* Else the row is folded, and the text has a line for itself and the state. */
    return used + TEXT_LEAST < screen ? screen - used : MAX(screen / 2, (unsigned)TEXT_LEAST);
}

static void print_list(const json_t *opinions)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    size_t index;
    const json_t *opinion;
    json_array_foreach(opinions, index, opinion)
    {
        g_ptr_array_add(rows, cells_of(opinion));
    }
    unsigned room = room_for_text(rows);
    struct table *table = table_new(columns, CELLS);
    for (unsigned i = 0; i < rows->len; i++) {
        char **cells = rows->pdata[i];
        char *text = shorten(cells[CELLS - 1], room);
        g_free(cells[CELLS - 1]);
        cells[CELLS - 1] = text;
        table_add(table, (const char *const *)cells);
    }
    if (table_rows(table) > 0)
        table_print(table);
    else
        printf("No opinions.\n");
    table_free(table);
}

int cli_opinion_list(struct command_line *line, int argc, char **argv)
{
    struct opinion_options options = {0};
    int limit = 0;
    const GOptionEntry entries[] = {
        OPINION_FILTER_ENTRIES(&options),
        {"limit", 0, 0, G_OPTION_ARG_INT, &limit, "No more than this many (default: all)", "N"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 0, 0);
    if (code == COMMAND_GO_ON && limit < 0)
        code = command_fail(EX_USAGE, "--limit must be 0 or more");
    if (code == COMMAND_GO_ON)
        code = opinion_open_office(line, options.key_file);
    g_autofree char *query = opinion_query(&options);
    g_autofree char *path = g_strconcat("/v1/opinions", query, NULL);
    opinion_options_clear(&options);
    if (code != COMMAND_GO_ON)
        return code;
    json_t *answer = call_pages(line, path, "opinions", (unsigned)limit, &code);
    if (answer == NULL)
        return code;
    if (line->json)
        call_print_json(answer);
    else
        print_list(json_object_get(answer, "opinions"));
    json_decref(answer);
    return EX_OK;
}

/* ---- one ---- */

char *opinion_path(const char *argument, const char *ending)
{
    g_autofree char *id = g_strdup(argument);
    char *slash = strrchr(id, '/');
    if (slash != NULL)
        *slash = ':';
    g_autofree char *escaped = call_escape(id);
    return g_strconcat("/v1/opinions/", escaped, ending, NULL);
}

static void print_line(const char *name, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void print_line(const char *name, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *clean = table_clean(text);
    if (*clean != '\0')
        printf("%-10s %s\n", name, clean);
}

static void print_history(const json_t *history)
{
    static const struct table_column headings[] = {
        {"at", false}, {"event", false}, {"state", false}, {"by", false}, {"detail", false}};
    struct table *table = table_new(headings, G_N_ELEMENTS(headings));
    size_t index;
    const json_t *event;
    json_array_foreach(history, index, event)
    {
        g_autofree char *at = call_time(event, "at");
        const char *cells[] = {at, call_text(event, "event"), call_text(event, "to"),
                               call_text(event, "by"), call_text(event, "detail")};
        table_add(table, cells);
    }
    printf("\n");
    table_print(table);
    table_free(table);
}

static void print_one(const json_t *opinion)
{
    const json_t *unit = json_object_get(opinion, "unit");
    const json_t *sender = json_object_get(opinion, "sender");
    g_autofree char *received = call_time(opinion, "received_at");
    g_autofree char *due = call_time(opinion, "due_at");
    g_autofree char *topic = code_text(opinion, "topic");
    g_autofree char *office = code_text(opinion, "office");
    g_autofree char *state = state_text(opinion);
    bool restricted = json_is_true(json_object_get(opinion, "restricted"));
    print_line("opinion", "%" G_GINT64_FORMAT ", %s/%" G_GINT64_FORMAT, call_number(opinion, "id"),
               call_text(opinion, "campaign"), call_number(opinion, "number"));
    print_line("received", "%s", received);
    print_line("topic", "%s", topic);
    print_line("unit", "%s", call_text(unit, "name"));
    print_line("office", "%s%s", office, restricted ? ", restricted to it" : "");
    print_line("due", "%s", due);
    print_line("state", "%s", state);
    print_line("confirmed", "%s", call_text(opinion, "confirmed"));
    if (sender != NULL)
        print_line("sender", "%s, %s", call_text(sender, "name"), call_text(sender, "phone"));
    print_line("text", "%s", call_text(opinion, "text"));
    print_line("answer", "%s", call_text(opinion, "answer"));
    if (json_is_true(json_object_get(opinion, "withheld")) &&
        json_is_false(json_object_get(json_object_get(opinion, "office"), "has_key")))
        printf("\nNobody can open it here: the office has no key (offices.key of loa.conf).\n");
    print_history(json_object_get(opinion, "history"));
}

int opinion_print(const struct command_line *line, json_t *opinion, int code)
{
    if (opinion == NULL)
        return code;
    if (line->json)
        call_print_json(opinion);
    else
        print_one(opinion);
    json_decref(opinion);
    return EX_OK;
}

int cli_opinion_show(struct command_line *line, int argc, char **argv)
{
    struct opinion_options options = {0};
    g_autofree char *by = NULL, *reason = NULL;
    gboolean sender = FALSE;
    const GOptionEntry entries[] = {
        {"sender", 0, 0, G_OPTION_ARG_NONE, &sender,
         "Who wrote it, by name and number; it is written down that you looked", NULL},
        {"by", 0, 0, G_OPTION_ARG_STRING, &by, "Who looks (default: you)", "NAME"},
        {"reason", 0, 0, G_OPTION_ARG_STRING, &reason, "Why the sender is looked at", "TEXT"},
        OPINION_KEY_ENTRY(&options),
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 1, 1);
    if (code == COMMAND_GO_ON)
        code = opinion_open_office(line, options.key_file);
    opinion_options_clear(&options);
    if (code != COMMAND_GO_ON)
        return code;
    g_autofree char *path = opinion_path(line->arguments[0], sender ? "/sender" : NULL);
    g_autofree char *body =
        call_body("by", by != NULL ? by : g_get_user_name(), "reason", reason, NULL);
    json_t *opinion = sender ? call_post(line, path, body, &code) : call_get(line, path, &code);
    return opinion_print(line, opinion, code);
}
