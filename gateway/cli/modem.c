// SPDX-License-Identifier: GPL-2.0-or-later
// loa modems and loa status: is all well, and if not, what is wrong since when.
#include "campaigns/figure.h"
#include "gateway/cli/alarm.h"
#include "gateway/cli/bar.h"
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static char *today_text(const json_t *modem)
{
    int64_t quota = call_number(modem, "daily_quota");
    g_autofree char *sent = figure_count(call_number(modem, "parts_today"));
    g_autofree char *most = figure_count(quota);
    return quota > 0 ? g_strdup_printf("%s/%s", sent, most) : g_strdup(sent);
}

/* Since when it has been as it is; of one that does not work, since it last did: what is tried in
 * between is no news. */
static const char *since_name(const json_t *modem)
{
    return json_is_string(json_object_get(modem, "down_since")) ? "down_since" : "since";
}

static char *age_text(const json_t *modem)
{
    g_autoptr(GDateTime) since =
        g_date_time_new_from_iso8601(call_text(modem, since_name(modem)), NULL);
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    if (since == NULL)
        return g_strdup("");
    return bar_duration(MAX(g_date_time_difference(now, since) / G_USEC_PER_SEC, 0));
}

/* Why it sends nothing; the row learns of a dialogue a second later. */
static const char *reason_of(const json_t *modem)
{
    const char *state = call_text(modem, "state");
    bool talks = json_is_object(json_object_get(modem, "ussd"));
    bool sends = strcmp(state, "ready") == 0 || strcmp(state, "busy") == 0;
    return talks && sends ? "a USSD dialogue is open" : call_text(modem, "reason");
}

static void print_modems(const json_t *modems)
{
    static const struct table_column columns[] = {
        {"modem", false}, {"state", false},    {"since", false},
        {"for", true},    {"operator", false}, {"network", false},
        {"signal", true}, {"today", true},     {"reason", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *modem;
    json_array_foreach(modems, index, modem)
    {
        const json_t *strength = json_object_get(modem, "signal");
        g_autofree char *since = call_time(modem, since_name(modem));
        g_autofree char *age = age_text(modem);
        g_autofree char *today = today_text(modem);
        g_autofree char *signal =
            json_is_integer(strength)
                ? g_strdup_printf("%" JSON_INTEGER_FORMAT " %%", json_integer_value(strength))
                : g_strdup("");
        const char *cells[] = {call_text(modem, "name"),
                               call_text(modem, "state"),
                               since,
                               age,
                               call_text(modem, "operator"),
                               call_text(modem, "registration"),
                               signal,
                               today,
                               reason_of(modem)};
        table_add(table, cells);
    }
    if (table_rows(table) > 0)
        table_print(table);
    else
        printf("No modems are configured.\n");
    table_free(table);
}

int cli_modems(struct command_line *line, int argc, char **argv)
{
    int code = command_open(line, NULL, argc, argv, 0, 0);
    if (code != COMMAND_GO_ON)
        return code;
    json_t *answer = call_get(line, "/v1/modems", &code);
    if (answer == NULL)
        return code;
    if (line->json)
        call_print_json(answer);
    else
        print_modems(json_object_get(answer, "modems"));
    json_decref(answer);
    return EX_OK;
}

int cli_modem_retry(struct command_line *line, int argc, char **argv)
{
    int code = command_open(line, NULL, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    g_autofree char *name = call_escape(line->arguments[0]);
    g_autofree char *path = g_strdup_printf("/v1/modems/%s/retry", name);
    json_t *answer = call_post(line, path, NULL, &code);
    if (answer == NULL)
        return code;
    if (line->json)
        call_print_json(answer);
    else
        printf("%s does not wait any longer; what comes of it: loa modems\n",
               call_text(answer, "retried"));
    json_decref(answer);
    return EX_OK;
}

static void print_sims(const json_t *sims)
{
    size_t index;
    const json_t *sim;
    json_array_foreach(sims, index, sim)
    {
        bool rests = json_is_true(json_object_get(sim, "rests"));
        g_autofree char *sentence = table_clean(call_text(sim, "sentence"));
        printf("SIM %-6s %s%s: loa sim show %s\n", call_text(sim, "modem"), rests ? "rests: " : "",
               sentence, call_text(sim, "modem"));
    }
}

static void print_status(const json_t *status)
{
    const json_t *queue = json_object_get(status, "queue");
    const json_t *campaigns = json_object_get(status, "campaigns");
    const json_t *alarms = json_object_get(status, "alarms");
    g_autofree char *since = call_time(status, "since");
    g_autofree char *queued = figure_count(call_number(queue, "queued"));
    g_autofree char *leased = figure_count(call_number(queue, "leased"));
    if (json_array_size(alarms) > 0) {
        alarm_print(alarms);
        printf("\n");
    }
    printf("loa-gateway %s, %s, schema %" G_GINT64_FORMAT ", running since %s\n",
           call_text(status, "version"), call_text(status, "gateway"),
           call_number(status, "schema"), since);
    printf("campaigns  %" G_GINT64_FORMAT " running, %" G_GINT64_FORMAT " paused\n",
           call_number(campaigns, "running"), call_number(campaigns, "paused"));
    printf("messages   %s queued, %s with a modem\n", queued, leased);
    printf("replies    %" G_GINT64_FORMAT " wait for a person%s\n",
           call_number(status, "replies_waiting"),
           call_number(status, "replies_waiting") > 0 ? ": loa inbox" : "");
    printf("opinions   %" G_GINT64_FORMAT " open, %" G_GINT64_FORMAT " overdue%s\n",
           call_number(status, "opinions_open"), call_number(status, "opinions_overdue"),
           call_number(status, "opinions_overdue") > 0 ? ": loa opinions --state overdue" : "");
    printf("outbox     %" G_GINT64_FORMAT " waiting, %" G_GINT64_FORMAT " abandoned\n",
           call_number(status, "outbox_waiting"), call_number(status, "outbox_abandoned"));
    print_sims(json_object_get(status, "sims_troubled"));
    if (call_number(status, "calendar_failed") > 0)
        printf("calendar   %" G_GINT64_FORMAT " days to come have no draft: loa calendar\n",
               call_number(status, "calendar_failed"));
    if (call_number(status, "ussd_unasked") > 0)
        printf("USSD       %" G_GINT64_FORMAT
               " messages of the network in the last day: loa ussd list --network\n",
               call_number(status, "ussd_unasked"));
    printf("\n");
    print_modems(json_object_get(status, "modems"));
}

int cli_status(struct command_line *line, int argc, char **argv)
{
    int code = command_open(line, NULL, argc, argv, 0, 0);
    if (code != COMMAND_GO_ON)
        return code;
    json_t *status = call_get(line, "/v1/status", &code);
    if (status == NULL)
        return code;
    if (line->json)
        call_print_json(status);
    else
        print_status(status);
    json_decref(status);
    return EX_OK;
}
