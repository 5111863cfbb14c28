// SPDX-License-Identifier: GPL-2.0-or-later
// What loa prints: tables by display width, texts made harmless, bars, shares.
#include "gateway/cli/bar.h"
#include "gateway/cli/table.h"

static void test_width_is_what_the_screen_shows(void)
{
    static const struct {
        const char *text;
        unsigned width;
    } rows[] = {
        {"", 0},     {"Lan", 3},      {"Nguyễn", 6}, {"Nguye\u0302\u0303n", 6}, /* NFD */
        {"漢字", 4}, {"a\u200bb", 2}, /* zero width space */
        {"👍", 2},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].text);
        g_assert_cmpuint(table_width(rows[i].text), ==, rows[i].width);
    }
}

static void test_a_terminal_obeys_nothing(void)
{
    static const struct {
        const char *text, *clean;
    } rows[] = {
        {"Đồng ý ạ", "Đồng ý ạ"},
        {"một\nhai", "một↵hai"},
        {"a\tb", "a b"},
        {"\033[31mred", "\uFFFD[31mred"},
        {"bell\a", "bell\uFFFD"},
        {"\xc2\x9bJ", "\uFFFDJ"},
        {"abc\u202Edef", "abc\uFFFDdef"},
        {"bad \xff byte", "bad \uFFFD byte"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *clean = table_clean(rows[i].text);
        g_assert_cmpstr(clean, ==, rows[i].clean);
    }
}

static void test_columns_are_aligned(void)
{
    static const struct table_column columns[] = {{"name", false}, {"n", true}, {"note", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    const char *first[] = {"Ngô Văn Ước", "7", "x"};
    const char *second[] = {"Le\u0302 An", "1.234", NULL};
    table_add(table, first);
    table_add(table, second);
    g_autofree char *text = table_text(table, 0);
    g_assert_cmpuint(table_rows(table), ==, 2);
    g_assert_cmpstr(text, ==,
                    "name             n  note\n"
                    "Ngô Văn Ước      7  x\n"
                    "Le\u0302 An        1.234\n");
    table_free(table);
}

static void test_a_narrow_screen_folds_rows_and_cuts_nothing(void)
{
    static const struct table_column columns[] = {
        {"id", true}, {"name", false}, {"unit", false}, {"text", false}};
    static const char whole[] = "id  name     unit    text\n"
                                " 7  Ngô Ước  Thôn 1  cho hỏi bao giờ có\n"
                                " 8  Lan\n";
    static const struct {
        unsigned screen;
        const char *text;
    } rows[] = {
        {0, whole},
        {39, whole},
        {38, "id  name     unit\n"
             "    text\n"
             " 7  Ngô Ước  Thôn 1\n"
             "    cho hỏi bao giờ có\n"
             " 8  Lan\n"},
        {12, "id  name\n"
             "    unit\n"
             "    text\n"
             " 7  Ngô Ước\n"
             "    Thôn 1\n"
             "    cho hỏi bao giờ có\n"
             " 8  Lan\n"},
    };
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    const char *first[] = {"7", "Ngô Ước", "Thôn 1", "cho hỏi bao giờ có"};
    const char *second[] = {"8", "Lan", NULL, NULL};
    table_add(table, first);
    table_add(table, second);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = table_text(table, rows[i].screen);
        g_assert_cmpstr(text, ==, rows[i].text);
    }
    table_free(table);
}

static void test_the_bar_is_full_only_at_the_end(void)
{
    static const struct {
        int64_t done, total;
        const char *bar;
        unsigned percent;
    } rows[] = {
        {0, 241, "[..........]", 0},    {120, 241, "[####......]", 49},
        {240, 241, "[#########.]", 99}, {241, 241, "[##########]", 100},
        {0, 0, "[##########]", 100},    {INT64_MAX - 1, INT64_MAX, "[#########.]", 99},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *bar = bar_draw(rows[i].done, rows[i].total, 10);
        g_assert_cmpstr(bar, ==, rows[i].bar);
        g_assert_cmpuint(bar_percent(rows[i].done, rows[i].total), ==, rows[i].percent);
    }
}

static void test_rate_and_time_left(void)
{
    static const struct {
        struct bar_facts facts;
        double rate;
        int64_t left;
    } rows[] = {
        /* a whole minute is known */
        {{.parts_left = 100, .parts_last_minute = 50, .sending_ms = 600000}, 50, 120},
        /* the first 10 s: 20 parts are 120 in a minute */
        {{.parts_left = 60, .parts_last_minute = 20, .sending_ms = 10000}, 120, 30},
        {{.parts_left = 60, .parts_last_minute = 0, .sending_ms = 600000}, 0, -1},
        {{.parts_left = 60}, 0, -1},
        {{.parts_left = 0, .parts_last_minute = 5, .sending_ms = 60000}, 5, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_cmpfloat(bar_rate(&rows[i].facts), ==, rows[i].rate);
        g_assert_cmpint(bar_seconds_left(&rows[i].facts), ==, rows[i].left);
    }
}

static void test_durations_are_for_people(void)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } rows[] = {
        {0, "0 s"},       {59, "59 s"},        {60, "1 min"},        {61, "2 min"},
        {3599, "60 min"}, {3600, "1 h 0 min"}, {11100, "3 h 5 min"}, {187200, "2 d 4 h"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = bar_duration(rows[i].seconds);
        g_assert_cmpstr(text, ==, rows[i].text);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/table/width is what the screen shows", test_width_is_what_the_screen_shows);
    g_test_add_func("/table/a terminal obeys nothing", test_a_terminal_obeys_nothing);
    g_test_add_func("/table/columns are aligned", test_columns_are_aligned);
    g_test_add_func("/table/a narrow screen folds rows and cuts nothing",
                    test_a_narrow_screen_folds_rows_and_cuts_nothing);
    g_test_add_func("/bar/it is full only at the end", test_the_bar_is_full_only_at_the_end);
    g_test_add_func("/bar/rate and time left", test_rate_and_time_left);
    g_test_add_func("/bar/durations are for people", test_durations_are_for_people);
    return g_test_run();
}
