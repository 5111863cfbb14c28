// SPDX-License-Identifier: GPL-2.0-or-later
/* Operators' texts read by the set that the programs carry: tests/operators/ says what each tells,
 * and of many that they tell nothing. */
#include "campaigns/sim.h"

#include <string.h>

#define TODAY "2026-11-22"

static GPtrArray *operators;

/* "balance=12 expires=2026-11-30", in the order of the table; "unmatched". */
static char *write_figures(const struct sim_figures *figures)
{
    GString *out = g_string_new(NULL);
    const struct {
        const char *name, *value;
    } days[] = {{"expires", figures->expires_on},
                {"locked", figures->locked_on},
                {"bundle_expires", figures->bundle_expires_on},
                {"number", figures->number}};
    if (figures->balance != SIM_UNKNOWN)
        g_string_append_printf(out, " balance=%" G_GINT64_FORMAT, figures->balance);
    for (size_t i = 0; i < G_N_ELEMENTS(days); i++) {
        if (i == 2 && figures->bundle_left != SIM_UNKNOWN)
            g_string_append_printf(out, " bundle=%" G_GINT64_FORMAT, figures->bundle_left);
        if (*days[i].value != '\0')
            g_string_append_printf(out, " %s=%s", days[i].name, days[i].value);
    }
    if (out->len == 0)
        g_string_append(out, " unmatched");
    g_string_erase(out, 0, 1);
    return g_string_free(out, FALSE);
}

/* The rows of a table: GPtrArray owning char **. */
static GPtrArray *read_table(const char *name, guint columns)
{
    g_autofree char *path = g_strconcat("tests/operators/", name, NULL);
    g_autofree char *text = NULL;
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        if (**line == '#' || **line == '\0')
            continue;
        char **row = g_strsplit(*line, "\t", -1);
        g_assert_cmpuint(g_strv_length(row), ==, columns);
        g_ptr_array_add(rows, row);
    }
    return rows;
}

static void test_texts_are_read_as_the_table_says(void)
{
    g_autoptr(GPtrArray) rows = read_table("readings.tsv", 3);
    g_assert_cmpuint(rows->len, >=, 80);
    for (guint i = 0; i < rows->len; i++) {
        char **row = rows->pdata[i];
        const struct operator_config *one = operators_find(operators, row[0]);
        struct sim_figures figures;
        g_assert_nonnull(one);
        g_autofree char *text = g_strcompress(row[1]);
        sim_read(one, text, TODAY, &figures);
        g_autofree char *told = write_figures(&figures);
        bool matched = strcmp(row[2], "unmatched") != 0;
        if (strcmp(told, row[2]) != 0 || figures.matched != matched) {
            g_test_message("%s: %s: %s, not %s", row[0], row[1], told, row[2]);
            g_test_fail();
        }
        sim_figures_clear(&figures);
    }
}

static void test_what_became_of_a_card_is_read_and_never_guessed(void)
{
    static const char *const names[] = {[SIM_TOPUP_DONE] = "done",
                                        [SIM_TOPUP_REFUSED] = "refused",
                                        [SIM_TOPUP_UNCLEAR] = "unclear"};
    g_autoptr(GPtrArray) rows = read_table("cards.tsv", 2);
    const struct operator_config *one = operators_find(operators, "viettel");
    for (guint i = 0; i < rows->len; i++) {
        char **row = rows->pdata[i];
        const char *told = names[sim_read_topup(one, row[0])];
        if (strcmp(told, row[1]) != 0) {
            g_test_message("%s: %s, not %s", row[0], told, row[1]);
            g_test_fail();
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autoptr(GPtrArray) mistakes = g_ptr_array_new();
    operators = operators_read(NULL, mistakes);
    for (guint i = 0; i < mistakes->len; i++) {
        g_autofree char *told = mistake_text(mistakes->pdata[i]);
        g_error("%s", told);
    }
    g_test_add_func("/sim/texts are read as the table says", test_texts_are_read_as_the_table_says);
    g_test_add_func("/sim/what became of a card is read, and never guessed",
                    test_what_became_of_a_card_is_read_and_never_guessed);
    int result = g_test_run();
    g_ptr_array_unref(operators);
    return result;
}
