// SPDX-License-Identifier: GPL-2.0-or-later
// loa alarms: what is wrong with the gateway, and what was.
#include "gateway/cli/alarm.h"

#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"

#include <stdio.h>
#include <sysexits.h>

enum { PAST = 100 };

static char *told_text(const json_t *alarm)
{
    g_autofree char *at = call_time(alarm, "told_at");
    return *at != '\0' ? g_strdup_printf("%s, %s", at, call_text(alarm, "told_state"))
                       : g_strdup("");
}

void alarm_print(const json_t *alarms)
{
    static const struct table_column columns[] = {{"since", false},       {"until", false},
                                                  {"alarm", false},       {"of", false},
                                                  {"told by SMS", false}, {"reason", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *alarm;
    json_array_foreach(alarms, index, alarm)
    {
        g_autofree char *since = call_time(alarm, "since");
        g_autofree char *until = call_time(alarm, "cleared_at");
        g_autofree char *told = told_text(alarm);
        const char *cells[] = {since,
                               *until != '\0' ? until : "lasts",
                               call_text(alarm, "sentence"),
                               call_text(alarm, "subject"),
                               told,
                               call_text(alarm, "reason")};
        table_add(table, cells);
    }
    if (table_rows(table) > 0)
        table_print(table);
    table_free(table);
}

/* What lasts, then what is over; each newest first. */
static json_t *lasting_first(const json_t *alarms)
{
    json_t *sorted = json_array();
    for (int over = 0; over < 2; over++) {
        size_t index;
        json_t *alarm;
        json_array_foreach(alarms, index, alarm)
        {
            bool lasts = json_is_null(json_object_get(alarm, "cleared_at"));
            if (lasts == (over == 0))
                json_array_append(sorted, alarm);
        }
    }
    return sorted;
}

int cli_alarms(struct command_line *line, int argc, char **argv)
{
    gboolean lasting = FALSE;
    int limit = PAST;
    const GOptionEntry entries[] = {
        {"lasting", 0, 0, G_OPTION_ARG_NONE, &lasting, "Only those that are not over", NULL},
        {"limit", 0, 0, G_OPTION_ARG_INT, &limit,
         "No more than this many, 0: all (default: the last 100)", "N"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 0, 0);
    if (code != COMMAND_GO_ON)
        return code;
    if (limit < 0)
        return command_fail(EX_USAGE, "--limit must be 0 or more");
    json_t *answer = call_pages(line, lasting ? "/v1/alarms?lasting=true" : "/v1/alarms", "alarms",
                                (unsigned)limit, &code);
    if (answer == NULL)
        return code;
    const json_t *alarms = json_object_get(answer, "alarms");
    json_t *sorted = lasting_first(alarms);
    if (line->json)
        call_print_json(answer);
    else if (json_array_size(sorted) > 0)
        alarm_print(sorted);
    else
        printf(lasting ? "All is well.\n" : "There was never an alarm.\n");
    json_decref(sorted);
    json_decref(answer);
    return EX_OK;
}
