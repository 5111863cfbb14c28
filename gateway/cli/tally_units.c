// SPDX-License-Identifier: GPL-2.0-or-later
/* One line for each unit, with one column for each code and number of each question: those of the
 * total, for every unit has the same questions. */
#include "gateway/cli/tally_units.h"

#include "campaigns/figure.h"
#include "gateway/cli/call.h"
#include "gateway/cli/table.h"

#include <stdio.h>

static const struct table_column first_columns[] = {{"unit", false},     {"name", false},
                                                    {"persons", true},   {"asked", true},
                                                    {"delivered", true}, {"answered", true}};
static const struct table_column plan_columns[] = {
    {"plan", true}, {"done", true}, {"% of plan", true}};
static const struct table_column last_columns[] = {
    {"unclear", true}, {"opinions", true}, {"opt-outs", true}};

static bool has_plan(const json_t *total)
{
    return call_number(json_object_get(total, "target"), "plan") != 0;
}

static void add_names(GArray *columns, const json_t *list, const char *name)
{
    size_t index;
    const json_t *item;
    json_array_foreach(list, index, item)
    {
        struct table_column column = {call_text(item, name), true};
        g_array_append_val(columns, column);
    }
}

static GArray *columns_of(const json_t *total)
{
    GArray *columns = g_array_new(FALSE, FALSE, sizeof(struct table_column));
    size_t index;
    const json_t *question;
    g_array_append_vals(columns, first_columns, G_N_ELEMENTS(first_columns));
    json_array_foreach(json_object_get(total, "questions"), index, question)
    {
        add_names(columns, json_object_get(question, "options"), "code");
        add_names(columns, json_object_get(question, "fields"), "name");
    }
    if (has_plan(total))
        g_array_append_vals(columns, plan_columns, G_N_ELEMENTS(plan_columns));
    g_array_append_vals(columns, last_columns, G_N_ELEMENTS(last_columns));
    return columns;
}

static void add_count(GPtrArray *cells, const json_t *json, const char *name)
{
    g_ptr_array_add(cells, figure_count(call_number(json, name)));
}

static void add_questions(GPtrArray *cells, const json_t *figures)
{
    size_t index, item_index;
    const json_t *question, *item;
    json_array_foreach(json_object_get(figures, "questions"), index, question)
    {
        json_array_foreach(json_object_get(question, "options"), item_index, item)
        {
            add_count(cells, item, "count");
        }
        json_array_foreach(json_object_get(question, "fields"), item_index, item)
        {
            bool fits = json_is_integer(json_object_get(item, "sum"));
            g_ptr_array_add(cells, fits ? figure_count(call_number(item, "sum"))
                                        : g_strdup("over 64 bits"));
        }
    }
}

static void add_plan(GPtrArray *cells, const json_t *figures)
{
    const json_t *target = json_object_get(figures, "target");
    int64_t plan = call_number(target, "plan"), done = call_number(target, "done");
    g_ptr_array_add(cells, plan != 0 ? figure_count(plan) : g_strdup(FIGURE_NONE));
    g_ptr_array_add(cells, figure_count(done));
    g_ptr_array_add(cells, figure_percent(done, plan));
}

static void add_unit(struct table *table, const json_t *unit, bool plan)
{
    const json_t *figures = json_object_get(unit, "all");
    const json_t *first = json_array_get(json_object_get(figures, "questions"), 0);
    g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *indent = g_strnfill((size_t)call_number(unit, "depth") * 2, ' ');
    const char *code = call_text(unit, "code");
    g_ptr_array_add(cells, g_strconcat(indent, code[0] != '\0' ? code : "-", NULL));
    g_ptr_array_add(cells, g_strdup(call_text(unit, "name")));
    add_count(cells, figures, "persons");
    add_count(cells, figures, "base");
    add_count(cells, json_object_get(figures, "messages"), "delivered");
    g_ptr_array_add(cells,
                    first != NULL ? figure_count(call_number(first, "answered")) : g_strdup(""));
    add_questions(cells, figures);
    if (plan)
        add_plan(cells, figures);
    add_count(cells, figures, "unclear");
    add_count(cells, figures, "opinions");
    add_count(cells, figures, "optouts");
    table_add(table, (const char *const *)cells->pdata);
}

void tally_units_print(const json_t *tally)
{
    const json_t *total = json_object_get(tally, "total");
    g_autoptr(GArray) columns = columns_of(total);
    struct table *table = table_new((const struct table_column *)columns->data, columns->len);
    const char *tree = call_text(tally, "tree");
    size_t index;
    const json_t *unit;
    json_array_foreach(json_object_get(tally, "units"), index, unit)
    {
        add_unit(table, unit, has_plan(total));
    }
    printf("\nby unit%s%s, each with all below it:\n", tree[0] != '\0' ? " as of " : "", tree);
    table_print(table);
    table_free(table);
}
