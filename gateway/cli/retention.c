// SPDX-License-Identifier: GPL-2.0-or-later
// loa retention: what will be erased when, and what waits for its opinions.
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"

#include <stdio.h>
#include <sysexits.h>

static char *when(const json_t *row)
{
    g_autofree char *erased = call_time(row, "erased_at");
    g_autofree char *due = call_time(row, "due_at");
    g_autofree char *latest = call_time(row, "at_the_latest");
    if (*erased != '\0')
        return g_strdup_printf("erased %s", erased);
    if (*due == '\0')
        return g_strdup_printf("%" G_GINT64_FORMAT " months after its end",
                               call_number(row, "months"));
    if (json_is_true(json_object_get(row, "held")))
        return g_strdup_printf("waits for %" G_GINT64_FORMAT " opinions, until %s at the latest",
                               call_number(row, "open_opinions"), latest);
    return g_steal_pointer(&due);
}

static void print_days(const char *what, int64_t ms)
{
    if (ms > 0)
        printf("%s: erased after %" G_GINT64_FORMAT " days\n", what, ms / 86400000);
    else
        printf("%s: kept for ever\n", what);
}

int cli_retention(struct command_line *line, int argc, char **argv)
{
    static const struct table_column columns[] = {
        {"campaign", false}, {"state", false}, {"ended", false}, {"numbers and texts", false}};
    int code = command_open(line, NULL, argc, argv, 0, 0);
    if (code != COMMAND_GO_ON)
        return code;
    json_t *answer = call_get(line, "/v1/retention?limit=1", &code);
    json_t *pages =
        answer == NULL ? NULL : call_pages(line, "/v1/retention", "retention", 0, &code);
    if (pages == NULL) {
        json_decref(answer);
        return code;
    }
    json_object_update(answer, pages); /* the rules for all, with every campaign */
    json_object_del(answer, "next");
    json_decref(pages);
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *row;
    json_array_foreach(json_object_get(answer, "retention"), index, row)
    {
        g_autofree char *ended = call_time(row, "ended_at");
        g_autofree char *goes = when(row);
        const char *cells[] = {call_text(row, "code"), call_text(row, "state"), ended, goes};
        table_add(table, cells);
    }
    if (line->json) {
        call_print_json(answer);
    } else {
        if (table_rows(table) > 0)
            table_print(table);
        else
            printf("No campaign says when it is to be erased (`retention` in its file).\n");
        print_days("of no campaign", call_number(answer, "strangers_ms"));
        print_days("settled in the quarantine", call_number(answer, "quarantine_ms"));
    }
    table_free(table);
    json_decref(answer);
    return EX_OK;
}
