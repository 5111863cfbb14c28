// SPDX-License-Identifier: GPL-2.0-or-later
/* loa tally: a campaign in figures, as a whole and by unit; as it is, as a snapshot has it, and
 * under the units of another day. Every percentage says of what it is. */
#include "campaigns/figure.h"
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"
#include "gateway/cli/tally_units.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static char *count_of(const json_t *json, const char *name)
{
    return figure_count(call_number(json, name));
}

static void print_audience(const json_t *total)
{
    g_autofree char *persons = count_of(total, "persons");
    g_autofree char *households = count_of(total, "households");
    g_autofree char *contacts = count_of(total, "contacts");
    g_autofree char *no_phone = count_of(total, "no_phone");
    printf("audience   %s persons, %s households, %s contacts; %s persons without a mobile\n",
           persons, households, contacts, no_phone);
}

static void print_messages(const char *words, const json_t *messages)
{
    const char *state;
    const json_t *count;
    const char *separator = " ";
    printf("%-10s", words);
    json_object_foreach((json_t *)messages, state, count)
    {
        if (json_integer_value(count) == 0)
            continue;
        g_autofree char *number = figure_count(json_integer_value(count));
        printf("%s%s %s", separator, number, state);
        separator = ", ";
    }
    printf("%s\n", separator[0] == ' ' ? " none" : "");
}

static void print_coverage(const json_t *tally)
{
    const json_t *coverage = json_object_get(json_object_get(tally, "total"), "coverage");
    int64_t base = call_number(coverage, "base"), reached = call_number(coverage, "reached");
    double target = json_number_value(json_object_get(tally, "coverage_target"));
    const char *by = call_text(tally, "coverage_by");
    g_autofree char *share = figure_percent(reached, base);
    g_autofree char *reached_text = figure_count(reached);
    g_autofree char *base_text = figure_count(base);
    printf("coverage   %s of %s %ss reached (%s of the %ss)", reached_text, base_text, by, share,
           by);
    if (target > 0) {
        g_autofree char *wanted = figure_target(target);
        printf("; target more than %s: %s", wanted,
               figure_exceeds(reached, base, target) ? "met" : "not met");
    }
    printf("\n");
}

static void print_target(const json_t *total)
{
    const json_t *target = json_object_get(total, "target");
    int64_t plan = call_number(target, "plan"), done = call_number(target, "done");
    if (plan == 0)
        return;
    g_autofree char *ratio = figure_of(done, plan);
    printf("target     %s of the plan\n", ratio);
}

static void print_replies(const json_t *total)
{
    g_autofree char *replies = count_of(total, "replies");
    g_autofree char *unclear = count_of(total, "unclear");
    g_autofree char *opinions = count_of(total, "opinions");
    g_autofree char *optouts = count_of(total, "optouts");
    printf("replies    %s, of which %s wait for a person; %s opinions, %s opt-outs\n", replies,
           unclear, opinions, optouts);
}

/* ---- one question ---- */

/* Options and add-ons are apart: who sent nothing but an add-on has not answered. */
static void print_options(const json_t *question, bool addons, int64_t base, const char *share_of)
{
    struct table_column columns[] = {
        {"code", false}, {addons ? "add-on" : "option", false}, {"count", true}, {share_of, true}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *option;
    json_array_foreach(json_object_get(question, "options"), index, option)
    {
        if (json_is_true(json_object_get(option, "addon")) != addons)
            continue;
        g_autofree char *count = count_of(option, "count");
        g_autofree char *share = figure_percent(call_number(option, "count"), base);
        const char *cells[] = {call_text(option, "code"), call_text(option, "label"), count, share};
        table_add(table, cells);
    }
    if (table_rows(table) > 0)
        table_print(table);
    table_free(table);
}

static void print_fields(const json_t *question)
{
    static const struct table_column columns[] = {
        {"number", false}, {"", false}, {"sum", true}, {"given by", true}};
    bool heads = strcmp(call_text(question, "kind"), "headcount") == 0;
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *field;
    json_array_foreach(json_object_get(question, "fields"), index, field)
    {
        bool fits = json_is_integer(json_object_get(field, "sum"));
        g_autofree char *sum = fits ? count_of(field, "sum") : g_strdup("over 64 bits");
        g_autofree char *given = count_of(field, "given");
        const char *cells[] = {heads ? "heads" : call_text(field, "name"),
                               call_text(field, "label"), sum, given};
        table_add(table, cells);
    }
    if (table_rows(table) > 0)
        table_print(table);
    table_free(table);
}

static void print_question(const json_t *question, const char *by)
{
    const char *kind = call_text(question, "kind");
    int64_t answered = call_number(question, "answered");
    int64_t base = answered + call_number(question, "no_answer");
    g_autofree char *answered_text = figure_count(answered);
    g_autofree char *base_text = figure_count(base);
    g_autofree char *share = figure_percent(answered, base);
    g_autofree char *of_base = g_strdup_printf("%% of the %ss asked", by);
    printf("\nquestion %s: %s of %s %ss answered, %s of those asked%s\n", call_text(question, "id"),
           answered_text, base_text, by, share,
           json_is_true(json_object_get(question, "gone"))
               ? "; it is no question of the campaign any more"
               : "");
    print_options(question, false, answered, "% of those who answered");
    if (strcmp(kind, "choices") == 0)
        printf("several may be chosen: together they may exceed 100 %%\n");
    print_fields(question);
    print_options(question, true, base, of_base);
    if (call_number(question, "other") != 0) {
        g_autofree char *other = count_of(question, "other");
        printf("other: %s answers hold what is no option or number of the campaign any more\n",
               other);
    }
}

/* ---- the whole ---- */

static void print_head(const json_t *tally)
{
    const json_t *snapshot = json_object_get(tally, "snapshot");
    g_autofree char *title = table_clean(call_text(tally, "title"));
    g_autofree char *counted = call_time(tally, "counted_at");
    g_autofree char *as_of = call_time(tally, "as_of");
    printf("%s  %s\n%s; ", call_text(tally, "code"), title, call_text(tally, "state"));
    if (json_is_object(snapshot))
        printf("snapshot %" G_GINT64_FORMAT " (%s): ", call_number(snapshot, "id"),
               call_text(snapshot, "kind"));
    if (as_of[0] != '\0')
        printf("what was said by %s, ", as_of);
    printf("counted at %s, by %s\n", counted, call_text(tally, "count_by"));
}

static void print_tally(const json_t *tally)
{
    const json_t *total = json_object_get(tally, "total");
    size_t index;
    const json_t *question;
    print_head(tally);
    print_audience(total);
    print_messages("messages", json_object_get(total, "messages"));
    print_messages("receipts", json_object_get(tally, "receipts"));
    print_coverage(tally);
    print_target(total);
    print_replies(total);
    json_array_foreach(json_object_get(total, "questions"), index, question)
    {
        print_question(question, call_text(tally, "count_by"));
    }
    if (json_object_get(tally, "units") != NULL)
        tally_units_print(tally);
}

struct wishes {
    char *by, *snapshot, *tree;
    gboolean by_unit; /* the same as by "unit" */
};

static char *path_of(const char *campaign, const struct wishes *wishes)
{
    g_autofree char *id = call_escape(campaign);
    GString *path = g_string_new(NULL);
    g_string_printf(path, "/v1/campaigns/%s/tally", id);
    const struct {
        const char *name, *value;
    } parameters[] = {{"by", wishes->by}, {"snapshot", wishes->snapshot}, {"tree", wishes->tree}};
    char separator = '?';
    for (size_t i = 0; i < G_N_ELEMENTS(parameters); i++) {
        if (parameters[i].value == NULL)
            continue;
        g_autofree char *value = call_escape(parameters[i].value);
        g_string_append_printf(path, "%c%s=%s", separator, parameters[i].name, value);
        separator = '&';
    }
    return g_string_free(path, FALSE);
}

int cli_tally(struct command_line *line, int argc, char **argv)
{
    struct wishes wishes = {0};
    const GOptionEntry entries[] = {
        {"by-unit", 0, 0, G_OPTION_ARG_NONE, &wishes.by_unit, "Also each unit", NULL},
        {"by", 0, 0, G_OPTION_ARG_STRING, &wishes.by, "The same as --by-unit", "unit"},
        {"snapshot", 0, 0, G_OPTION_ARG_STRING, &wishes.snapshot,
         "As it was: number or moment of a snapshot", "WHICH"},
        {"tree", 0, 0, G_OPTION_ARG_STRING, &wishes.tree, "Under the units of that day", "DAY"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 1, 1);
    if (code == COMMAND_GO_ON && wishes.by != NULL && strcmp(wishes.by, "unit") != 0)
        code = command_fail(EX_USAGE, "--by takes unit, not \"%s\"", wishes.by);
    if (code == COMMAND_GO_ON && (wishes.by_unit || wishes.tree != NULL) && wishes.by == NULL)
        wishes.by = g_strdup("unit");
    if (code == COMMAND_GO_ON) {
        g_autofree char *path = path_of(line->arguments[0], &wishes);
        json_t *tally = call_get(line, path, &code);
        if (tally != NULL && line->json)
            call_print_json(tally);
        else if (tally != NULL)
            print_tally(tally);
        if (tally != NULL)
            code = EX_OK;
        json_decref(tally);
    }
    g_free(wishes.by);
    g_free(wishes.snapshot);
    g_free(wishes.tree);
    return code;
}
