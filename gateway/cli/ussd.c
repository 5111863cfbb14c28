// SPDX-License-Identifier: GPL-2.0-or-later
// loa ussd list, show: dialogues that were, and what the network said by itself.
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

enum { LAST = 50 };

static void print_rows(const json_t *rows)
{
    static const struct table_column columns[] = {
        {"id", true},    {"at", false},    {"modem", false}, {"for", false},
        {"by", false},   {"state", false}, {"code", false},  {"the network's last words", false},
        {"cause", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *row;
    json_array_foreach(rows, index, row)
    {
        g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, call_number(row, "id"));
        g_autofree char *at = call_time(row, "created_at");
        const char *cells[] = {id,
                               at,
                               call_text(row, "modem"),
                               call_text(row, "purpose"),
                               call_text(row, "by"),
                               call_text(row, "state"),
                               call_text(row, "code"),
                               call_text(row, "text"),
                               call_text(row, "cause")};
        table_add(table, cells);
    }
    if (table_rows(table) > 0)
        table_print(table);
    else
        printf("There was no dialogue by USSD yet.\n");
    table_free(table);
}

int cli_ussd_list(struct command_line *line, int argc, char **argv)
{
    gboolean network = FALSE;
    int limit = LAST;
    const GOptionEntry entries[] = {
        {"network", 0, 0, G_OPTION_ARG_NONE, &network,
         "Only what the network sent and nobody had asked for", NULL},
        {"limit", 0, 0, G_OPTION_ARG_INT, &limit,
         "No more than this many, 0: all (default: the last 50)", "N"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 0, 1);
    if (code != COMMAND_GO_ON)
        return code;
    if (limit < 0)
        return command_fail(EX_USAGE, "--limit must be 0 or more");
    g_autoptr(GString) path = g_string_new("/v1/ussd");
    if (line->count > 0) {
        g_autofree char *modem = call_escape(line->arguments[0]);
        g_string_append_printf(path, "?modem=%s", modem);
    }
    if (network)
        g_string_append_printf(path, "%cpurpose=network", line->count > 0 ? '&' : '?');
    json_t *answer = call_pages(line, path->str, "dialogues", (unsigned)limit, &code);
    if (answer == NULL)
        return code;
    if (line->json)
        call_print_json(answer);
    else
        print_rows(json_object_get(answer, "dialogues"));
    json_decref(answer);
    return EX_OK;
}

/* Each line of a text stands under the first. */
static void print_text(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_autofree char *clean = table_clean(*line);
        printf("%s%s\n", line == lines ? "" : "           ", clean);
    }
    if (*lines == NULL)
        printf("\n");
}

static void print_steps(const json_t *steps)
{
    size_t index;
    const json_t *step;
    json_array_foreach(steps, index, step)
    {
        bool received = strcmp(call_text(step, "direction"), "received") == 0;
        g_autofree char *at = call_time(step, "at");
        const char *clock = strchr(at, ' ');
        printf("%s %s ", clock != NULL ? clock + 1 : at, received ? "<" : ">");
        print_text(call_text(step, "text"));
        g_autofree char *raw = table_clean(call_text(step, "raw"));
        if (raw[0] != '\0')
            printf("           [%s]\n", raw);
    }
}

static void print_dialogue(const json_t *dialogue)
{
    const char *by = call_text(dialogue, "by"), *cause = call_text(dialogue, "cause");
    g_autofree char *at = call_time(dialogue, "created_at");
    g_autofree char *state_at = call_time(dialogue, "state_at");
    printf("dialogue %" G_GINT64_FORMAT " by %s, SIM %s, for %s%s%s, begun %s\n",
           call_number(dialogue, "id"), call_text(dialogue, "modem"),
           call_text(dialogue, "imsi")[0] != '\0' ? call_text(dialogue, "imsi") : "unknown",
           call_text(dialogue, "purpose"), by[0] != '\0' ? ", by " : "", by, at);
    printf("%s since %s%s%s\n\n", call_text(dialogue, "state"), state_at,
           cause[0] != '\0' ? ": " : "", cause);
    print_steps(json_object_get(dialogue, "steps"));
}

int cli_ussd_show(struct command_line *line, int argc, char **argv)
{
    int code = command_open(line, NULL, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    g_autofree char *id = call_escape(line->arguments[0]);
    g_autofree char *path = g_strdup_printf("/v1/ussd/%s", id);
    json_t *dialogue = call_get(line, path, &code);
    if (dialogue == NULL)
        return code;
    if (line->json)
        call_print_json(dialogue);
    else
        print_dialogue(dialogue);
    json_decref(dialogue);
    return EX_OK;
}
