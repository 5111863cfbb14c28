// SPDX-License-Identifier: GPL-2.0-or-later
/* What operators write, read by the set that the programs carry: a figure is one or is not there.
 * And a pattern that somebody mistyped (the first line), tried on a text (the rest): refused, or
 * bounded. */
#include "campaigns/day.h"
#include "campaigns/sim.h"
#include "campaigns/sim_value.h"
#include "config/pattern.h"

#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TODAY        "2026-11-22"
#define BALANCE_MOST INT64_C(1000000000000000)
#define BUNDLE_MOST  1000000

static GPtrArray *operators;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    operators = operators_read(NULL, mistakes);
    g_assert_cmpuint(mistakes->len, ==, 0);
    return 0;
}

static void check_day(const char *day)
{
    char again[DAY_SIZE];
    if (*day == '\0')
        return;
    g_assert_true(day_read(day, again));
    g_assert_cmpstr(day, ==, again);
}

static void check_figures(const char *text)
{
    const struct operator_config *one = operators_find(operators, "vinaphone");
    struct sim_figures figures;
    sim_read(one, text, TODAY, &figures);
    g_assert_cmpint(figures.balance, <=, BALANCE_MOST);
    g_assert_cmpint(figures.balance, >=, -BALANCE_MOST);
    g_assert_cmpint(figures.bundle_left, >=, SIM_UNKNOWN);
    g_assert_cmpint(figures.bundle_left, <, BUNDLE_MOST);
    check_day(figures.expires_on);
    check_day(figures.locked_on);
    check_day(figures.bundle_expires_on);
    g_assert_true(*figures.number == '\0' || g_str_has_prefix(figures.number, "+84"));
    g_assert_true(figures.matched || figures.balance == SIM_UNKNOWN);
    sim_figures_clear(&figures);
    sim_read_topup(one, text);
}

static void check_values(const char *text)
{
    int64_t number = 0;
    char day[DAY_SIZE];
    if (sim_value_money(text, &number))
        g_assert_cmpint(ABS(number), <=, BALANCE_MOST);
    if (sim_value_parts(text, &number))
        g_assert_cmpint(number, >=, 0);
    if (sim_value_day(text, TODAY, day))
        check_day(day);
}

static void check_pattern(const char *text)
{
    static const char *const known[] = {"balance", NULL};
    g_auto(GStrv) lines = g_strsplit(text, "\n", 2);
    g_autoptr(GError) error = NULL;
    bool has = false;
    if (lines[0] == NULL)
        return;
    g_autofree char *strange = pattern_strange_group(lines[0], known, &has);
    g_autoptr(GRegex) regex = pattern_compile(NULL, lines[0], &error);
    if (regex == NULL) {
        g_autofree char *sentence = pattern_sentence(NULL, lines[0], error);
        g_assert_true(g_str_has_prefix(sentence, "is no regular expression"));
    } else if (lines[1] != NULL) {
        g_regex_match_full(regex, lines[1], -1, 0, 0, NULL, NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    check_figures(text);
    check_values(text);
    if (g_utf8_validate(text, -1, NULL))
        check_pattern(text);
    return 0;
}
