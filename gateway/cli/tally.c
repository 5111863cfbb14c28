// SPDX-License-Identifier: GPL-2.0-or-later
// loa tally: a campaign in figures, as a whole and by unit.
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/share.h"
#include "gateway/cli/table.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static char *count_of(const json_t *json, const char *name)
{
    return table_number(call_number(json, name));
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
        g_autofree char *number = table_number(json_integer_value(count));
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
    g_autofree char *share = share_text(reached, base);
    g_autofree char *reached_text = table_number(reached);
    g_autofree char *base_text = table_number(base);
    printf("coverage   %s of %s %ss reached%s%s%s", reached_text, base_text,
           call_text(tally, "coverage_by"), share[0] != '\0' ? " (" : "", share,
           share[0] != '\0' ? ")" : "");
    if (target > 0)
        printf("; target more than %g %%: %s", target,
               share_exceeds(reached, base, target) ? "met" : "not met");
    printf("\n");
}

static void print_question(const json_t *question)
{
    static const struct table_column columns[] = {
        {"code", false}, {"option", false}, {"count", true}, {"share", true}};
    int64_t answered = call_number(question, "answered");
    int64_t base = answered + call_number(question, "no_answer");
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *option;
    json_array_foreach(json_object_get(question, "options"), index, option)
    {
        g_autofree char *count = count_of(option, "count");
        g_autofree char *share = share_text(call_number(option, "count"), answered);
        const char *cells[] = {call_text(option, "code"), call_text(option, "label"), count, share};
        table_add(table, cells);
    }
    g_autofree char *answered_text = table_number(answered);
    g_autofree char *base_text = table_number(base);
    g_autofree char *share = share_text(answered, base);
    printf("\nquestion %s: %s of %s answered%s%s; shares are of those who did\n",
           call_text(question, "id"), answered_text, base_text, share[0] != '\0' ? ", " : "",
           share);
    table_print(table);
    table_free(table);
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

/* One column for each code of each question, after those of every campaign. */
static struct table_column *unit_columns(const json_t *questions, unsigned *retcount)
{
    static const struct table_column fixed[] = {{"unit", false},     {"name", false},
                                                {"persons", true},   {"asked", true},
                                                {"delivered", true}, {"answered", true}};
    static const struct table_column last[] = {
        {"unclear", true}, {"opinions", true}, {"opt-outs", true}};
    GArray *columns = g_array_new(FALSE, FALSE, sizeof(struct table_column));
    size_t index, option_index;
    const json_t *question, *option;
    g_array_append_vals(columns, fixed, G_N_ELEMENTS(fixed));
    json_array_foreach(questions, index, question)
    {
        json_array_foreach(json_object_get(question, "options"), option_index, option)
        {
            struct table_column column = {call_text(option, "code"), true};
            g_array_append_val(columns, column);
        }
    }
    g_array_append_vals(columns, last, G_N_ELEMENTS(last));
    *retcount = columns->len;
    return (struct table_column *)g_array_free(columns, FALSE);
}

/* A unit may have met codes that others have not: the columns are those of the total. */
static int64_t count_code(const json_t *figures, const char *question_id, const char *code)
{
    size_t index, option_index;
    const json_t *question, *option;
    json_array_foreach(json_object_get(figures, "questions"), index, question)
    {
        if (strcmp(call_text(question, "id"), question_id) != 0)
            continue;
        json_array_foreach(json_object_get(question, "options"), option_index, option)
        {
            if (strcmp(call_text(option, "code"), code) == 0)
                return call_number(option, "count");
        }
    }
    return 0;
}

static void add_codes(GPtrArray *cells, const json_t *questions, const json_t *figures)
{
    size_t index, option_index;
    const json_t *question, *option;
    json_array_foreach(questions, index, question)
    {
        json_array_foreach(json_object_get(question, "options"), option_index, option)
        {
            g_ptr_array_add(cells, table_number(count_code(figures, call_text(question, "id"),
                                                           call_text(option, "code"))));
        }
    }
}

static void add_unit(struct table *table, const json_t *unit, const json_t *questions)
{
    const json_t *figures = json_object_get(unit, "all");
    const json_t *first = json_array_get(json_object_get(figures, "questions"), 0);
    g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *indent = g_strnfill((size_t)call_number(unit, "depth") * 2, ' ');
    const char *code = call_text(unit, "code");
    g_ptr_array_add(cells, g_strconcat(indent, code[0] != '\0' ? code : "-", NULL));
    g_ptr_array_add(cells, g_strdup(call_text(unit, "name")));
    g_ptr_array_add(cells, count_of(figures, "persons"));
    g_ptr_array_add(cells, count_of(figures, "base"));
    g_ptr_array_add(cells, count_of(json_object_get(figures, "messages"), "delivered"));
    g_ptr_array_add(cells, first != NULL ? count_of(first, "answered") : g_strdup(""));
    add_codes(cells, questions, figures);
    g_ptr_array_add(cells, count_of(figures, "unclear"));
    g_ptr_array_add(cells, count_of(figures, "opinions"));
    g_ptr_array_add(cells, count_of(figures, "optouts"));
    table_add(table, (const char *const *)cells->pdata);
}

static void print_units(const json_t *tally)
{
    const json_t *questions = json_object_get(json_object_get(tally, "total"), "questions");
    unsigned count = 0;
    g_autofree struct table_column *columns = unit_columns(questions, &count);
    struct table *table = table_new(columns, count);
    size_t index;
    const json_t *unit;
    json_array_foreach(json_object_get(tally, "units"), index, unit)
    {
        add_unit(table, unit, questions);
    }
    printf("\nby unit, each with all below it:\n");
    table_print(table);
    table_free(table);
}

static void print_tally(const json_t *tally)
{
    const json_t *total = json_object_get(tally, "total");
    g_autofree char *title = table_clean(call_text(tally, "title"));
    g_autofree char *counted = call_time(tally, "counted_at");
    size_t index;
    const json_t *question;
    printf("%s  %s\n%s; counted at %s, by %s\n", call_text(tally, "code"), title,
           call_text(tally, "state"), counted, call_text(tally, "count_by"));
    print_audience(total);
    print_messages("messages", json_object_get(total, "messages"));
    print_messages("receipts", json_object_get(tally, "receipts"));
    print_coverage(tally);
    print_replies(total);
    json_array_foreach(json_object_get(total, "questions"), index, question)
    {
        print_question(question);
    }
    if (json_object_get(tally, "units") != NULL)
        print_units(tally);
}

int cli_tally(struct command_line *line, int argc, char **argv)
{
    g_autofree char *by = NULL;
    const GOptionEntry entries[] = {
        {"by", 0, 0, G_OPTION_ARG_STRING, &by, "Also the figures of each \"unit\"", "unit"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    if (by != NULL && strcmp(by, "unit") != 0)
        return command_fail(EX_USAGE, "--by takes unit, not \"%s\"", by);
    g_autofree char *id = call_escape(line->arguments[0]);
    g_autofree char *path =
        g_strdup_printf("/v1/campaigns/%s/tally%s", id, by != NULL ? "?by=unit" : "");
    json_t *tally = call_get(line, path, &code);
    if (tally == NULL)
        return code;
    if (line->json)
        call_print_json(tally);
    else
        print_tally(tally);
    json_decref(tally);
    return EX_OK;
}
