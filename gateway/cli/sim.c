// SPDX-License-Identifier: GPL-2.0-or-later
// loa sim list and show: what each SIM has left, whose it is, and what its operator said.
#include "gateway/cli/sim.h"

#include "campaigns/figure.h"
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static bool is_known(const json_t *json, const char *name)
{
    return json_is_integer(json_object_get(json, name));
}

char *sim_money(const json_t *json, const char *name)
{
    if (!is_known(json, name))
        return g_strdup("");
    g_autofree char *figure = figure_count(call_number(json, name));
    return g_strdup_printf("%s đ", figure);
}

static char *count_text(const json_t *json, const char *name)
{
    return is_known(json, name) ? figure_count(call_number(json, name)) : g_strdup("");
}

/* "12/200" */
static char *quota_text(const json_t *sim)
{
    int64_t quota = call_number(sim, "daily_quota");
    g_autofree char *sent = figure_count(call_number(sim, "parts_today"));
    g_autofree char *most = figure_count(quota);
    return quota > 0 ? g_strdup_printf("%s/%s", sent, most) : g_strdup(sent);
}

/* "250 (on-net 200)" */
static char *price_text(const json_t *sim)
{
    int64_t price = call_number(sim, "price_per_part"), on_net = call_number(sim, "price_on_net");
    g_autofree char *all = figure_count(price);
    g_autofree char *own = figure_count(on_net);
    return on_net != price ? g_strdup_printf("%s (on-net %s)", all, own) : g_strdup(all);
}

/* When an operator last said something that could be read. */
static char *checked_text(const json_t *sim)
{
    g_autofree char *balance = call_time(sim, "balance_at");
    g_autofree char *bundle = call_time(sim, "bundle_at");
    return g_strdup(g_strcmp0(bundle, balance) > 0 ? bundle : balance);
}

char *sim_note(const json_t *sim)
{
    const json_t *warnings = json_object_get(sim, "warnings");
    const char *rests = call_text(sim, "rests");
    GString *note = g_string_new(NULL);
    if (rests[0] != '\0')
        g_string_append_printf(note, "rests: %s", rests);
    size_t index;
    const json_t *warning;
    json_array_foreach(warnings, index, warning)
    {
        const char *sentence = json_string_value(warning);
        if (g_strcmp0(sentence, rests) != 0)
            g_string_append_printf(note, "%s%s", note->len > 0 ? "; " : "", sentence);
    }
    if (call_text(sim, "operator")[0] == '\0')
        g_string_append_printf(note,
                               "%sits operator is not known: set `operator` of %s in loa.conf",
                               note->len > 0 ? "; " : "", call_text(sim, "modem"));
    if (note->len == 0 && json_is_true(json_object_get(sim, "checking")))
        g_string_append(note, "is being asked");
    return g_string_free(note, FALSE);
}

static void print_sims(const json_t *sims)
{
    static const struct table_column columns[] = {
        {"modem", false}, {"operator", false},  {"number", false}, {"balance", true},
        {"now", true},    {"expires", false},   {"bundle", true},  {"today", true},
        {"price", true},  {"last read", false}, {"note", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *sim;
    json_array_foreach(sims, index, sim)
    {
        g_autofree char *balance = sim_money(sim, "balance");
        g_autofree char *now = sim_money(sim, "balance_now");
        g_autofree char *bundle = count_text(sim, "bundle_now");
        g_autofree char *quota = quota_text(sim);
        g_autofree char *price = price_text(sim);
        g_autofree char *checked = checked_text(sim);
        g_autofree char *note = sim_note(sim);
        const char *cells[] = {call_text(sim, "modem"),
                               call_text(sim, "operator"),
                               call_text(sim, "number"),
                               balance,
                               now,
                               call_text(sim, "expires_on"),
                               bundle,
                               quota,
                               price,
                               *checked != '\0' ? checked : "never",
                               note};
        table_add(table, cells);
    }
    if (table_rows(table) > 0)
        table_print(table);
    else
        printf("No SIM was seen yet.\n");
    table_free(table);
}

int cli_sim_list(struct command_line *line, int argc, char **argv)
{
    int code = command_open(line, NULL, argc, argv, 0, 0);
    if (code != COMMAND_GO_ON)
        return code;
    json_t *answer = call_get(line, "/v1/sims", &code);
    if (answer == NULL)
        return code;
    if (line->json)
        call_print_json(answer);
    else
        print_sims(json_object_get(answer, "sims"));
    json_decref(answer);
    return EX_OK;
}

/* ---- one of them ---- */

static void print_line(const char *name, const char *value)
{
    if (value[0] == '\0')
        return;
    g_autofree char *clean = table_clean(value);
    printf("%-12s %s\n", name, clean);
}

static void print_figure(const char *name, const char *figure, const char *at, const char *day)
{
    if (figure[0] == '\0')
        return;
    printf("%-12s %s", name, figure);
    if (at[0] != '\0')
        printf(", told %s", at);
    if (day[0] != '\0')
        printf(", until %s", day);
    printf("\n");
}

static void print_figures(const json_t *sim)
{
    g_autofree char *balance = sim_money(sim, "balance");
    g_autofree char *balance_at = call_time(sim, "balance_at");
    g_autofree char *now = sim_money(sim, "balance_now");
    g_autofree char *bundle = count_text(sim, "bundle_left");
    g_autofree char *bundle_at = call_time(sim, "bundle_at");
    g_autofree char *bundle_now = count_text(sim, "bundle_now");
    g_autofree char *registered = call_time(sim, "registered_at");
    print_figure("balance", balance, balance_at, call_text(sim, "expires_on"));
    if (g_strcmp0(balance, now) != 0)
        print_line("  now", now);
    print_line("locked on", call_text(sim, "locked_on"));
    print_figure("bundle", bundle, bundle_at, call_text(sim, "bundle_expires_on"));
    if (g_strcmp0(bundle, bundle_now) != 0)
        print_line("  now", bundle_now);
    if (*registered != '\0') {
        g_autofree char *what = g_strdup_printf("%s by Loa", registered);
        print_line("registered", what);
    }
    g_autofree char *left = count_text(sim, "parts_left");
    g_autofree char *price = price_text(sim);
    g_autofree char *quota = quota_text(sim);
    print_line("parts left", left);
    print_line("price", price);
    print_line("today", quota);
}

static void print_try(const char *name, const json_t *tried)
{
    if (!json_is_object(tried))
        return;
    g_autofree char *at = call_time(tried, "at");
    const char *words = call_text(tried, "text");
    const char *said = words[0] != '\0' ? words : call_text(tried, "cause");
    g_autofree char *what = g_strdup_printf(
        "%s by %s: %s%s%s%s", at, call_text(tried, "by"), call_text(tried, "outcome"),
        said[0] != '\0' ? ": “" : "", said, said[0] != '\0' ? "”" : "");
    print_line(name, what);
}

static void print_readings(const json_t *readings)
{
    static const struct table_column columns[] = {
        {"at", false},     {"asked for", false}, {"by", false},
        {"balance", true}, {"bundle", true},     {"what the operator said", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *reading;
    json_array_foreach(readings, index, reading)
    {
        g_autofree char *at = call_time(reading, "at");
        g_autofree char *balance = sim_money(reading, "balance");
        g_autofree char *bundle = count_text(reading, "bundle_left");
        const char *source = call_text(reading, "source"), *purpose = call_text(reading, "purpose");
        /* Nobody asks by SMS. */
        const char *asked = strcmp(purpose, source) != 0 ? purpose : "";
        const char *cells[] = {at, asked, source, balance, bundle, call_text(reading, "text")};
        table_add(table, cells);
    }
    if (table_rows(table) > 0) {
        printf("\n");
        table_print(table);
    }
    table_free(table);
}

static void print_sim(const json_t *sim)
{
    g_autofree char *note = sim_note(sim);
    g_autofree char *asked = call_time(sim, "asked_at");
    print_line("modem", call_text(sim, "modem"));
    print_line("operator", call_text(sim, "operator"));
    print_line("number", call_text(sim, "number"));
    print_figures(sim);
    print_line("asked", *asked != '\0' ? asked : "never");
    print_line("note", note);
    print_try("last card", json_object_get(sim, "topup"));
    print_try("registration", json_object_get(sim, "registration"));
    print_readings(json_object_get(sim, "readings"));
}

json_t *sim_get(struct command_line *line, const char *modem, int *retcode)
{
    g_autofree char *name = call_escape(modem);
    g_autofree char *path = g_strdup_printf("/v1/sims/%s", name);
    return call_get(line, path, retcode);
}

int cli_sim_show(struct command_line *line, int argc, char **argv)
{
    int code = command_open(line, NULL, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    json_t *sim = sim_get(line, line->arguments[0], &code);
    if (sim == NULL)
        return code;
    if (line->json)
        call_print_json(sim);
    else
        print_sim(sim);
    json_decref(sim);
    return EX_OK;
}
