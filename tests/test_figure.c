// SPDX-License-Identifier: GPL-2.0-or-later
// Counts in Vietnamese form, percentages rounded half up from integers alone.
#include "campaigns/figure.h"

#include <glib.h>

static const struct count {
    int64_t number;
    const char *text;
} counts[] = {
    {0, "0"},
    {7, "7"},
    {999, "999"},
    {1000, "1.000"},
    {11577, "11.577"},
    {5070613, "5.070.613"},
    {-1234567, "-1.234.567"},
    {INT64_MAX, "9.223.372.036.854.775.807"},
    {INT64_MIN, "-9.223.372.036.854.775.808"},
};

static const struct percent {
    int64_t part, base;
    const char *one, *plain; /* NULL: none */
} percents[] = {
    {103, 90, "114,4 %", "114.4"},
    {164, 160, "102,5 %", "102.5"},
    {17, 20, "85,0 %", "85.0"},
    {1, 3, "33,3 %", "33.3"},
    {2, 3, "66,7 %", "66.7"},
    {1, 2000, "0,1 %", "0.1"}, /* 0,05 exactly: half up */
    {49, 100000, "0,0 %", "0.0"},
    {125, 1000, "12,5 %", "12.5"},
    {1005, 10000, "10,1 %", "10.1"}, /* 10,05, which no double holds */
    {9995, 10000, "100,0 %", "100.0"},
    {0, 5, "0,0 %", "0.0"},
    {5, 0, "–", NULL},
    {0, 0, "–", NULL},
    {12345, 10, "123.450,0 %", "123450.0"},
    {-1, 3, "-33,3 %", "-33.3"},
    {-1, 100000, "0,0 %", "0.0"},
    {INT64_MAX, INT64_MAX, "100,0 %", "100.0"},
    {INT64_MAX - 1, INT64_MAX, "100,0 %", "100.0"},
    {INT64_MAX, 1, "922.337.203.685.477.580.700,0 %", "922337203685477580700.0"},
    {INT64_MIN, 1, "-922.337.203.685.477.580.800,0 %", "-922337203685477580800.0"},
};

static const struct digits {
    int64_t part, base;
    unsigned decimals;
    const char *percent, *quotient;
} digits[] = {
    {1, 3, 0, "33 %", "0"},
    {1, 2, 0, "50 %", "1"},
    {1, 200, 0, "1 %", "0"},
    {2, 3, 2, "66,67 %", "0,67"},
    {103, 90, 3, "114,444 %", "1,144"},
    {1, 16, 6, "6,250000 %", "0,062500"},
    {5, 2, 1, "250,0 %", "2,5"},
    {5, 0, 1, "–", "–"},
};

static const struct target {
    int64_t part, base;
    double percent;
    const char *text;
    bool exceeds;
} targets[] = {
    {17, 20, 85.0, "85 %", false},     {18, 20, 85.0, "85 %", true},
    {171, 200, 85.0, "85 %", true},    {995, 1000, 99.5, "99,5 %", false},
    {996, 1000, 99.5, "99,5 %", true}, {333, 1000, 33.3, "33,3 %", false},
    {0, 0, 0.0, "0 %", false},         {5, 0, 85.0, "85 %", false},
    {1, 1, 100.0, "100 %", false},     {INT64_MAX, INT64_MAX, 99.9999, "99,9999 %", true},
};

static const struct sum {
    int64_t sum, number, result;
    bool fits;
} sums[] = {
    {1, 2, 3, true},
    {INT64_MAX - 1, 1, INT64_MAX, true},
    {INT64_MAX, 1, INT64_MAX, false},
    {INT64_MIN, -1, INT64_MIN, false},
};

static void test_counts(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
        g_autofree char *text = figure_count(counts[i].number);
        g_assert_cmpstr(text, ==, counts[i].text);
    }
}

static void test_percentages(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(percents); i++) {
        const struct percent *row = &percents[i];
        g_autofree char *one = figure_percent(row->part, row->base);
        g_autofree char *bare = figure_percent_plain(row->part, row->base, 1);
        g_assert_cmpstr(one, ==, row->one);
        g_assert_cmpstr(bare, ==, row->plain);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(digits); i++) {
        const struct digits *row = &digits[i];
        g_autofree char *percent = figure_percent_to(row->part, row->base, row->decimals);
        g_autofree char *quotient = figure_quotient(row->part, row->base, row->decimals);
        g_assert_cmpstr(percent, ==, row->percent);
        g_assert_cmpstr(quotient, ==, row->quotient);
    }
    g_autofree char *of = figure_of(1103, 90);
    g_assert_cmpstr(of, ==, "1.103/90 = 1.225,6 %");
}

static void test_targets(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(targets); i++) {
        const struct target *row = &targets[i];
        g_autofree char *text = figure_target(row->percent);
        g_assert_cmpstr(text, ==, row->text);
        g_assert_cmpint(figure_exceeds(row->part, row->base, row->percent), ==, row->exceeds);
    }
}

static void test_sums(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(sums); i++) {
        int64_t sum = sums[i].sum;
        g_assert_cmpint(figure_add(&sum, sums[i].number), ==, sums[i].fits);
        g_assert_cmpint(sum, ==, sums[i].result);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/figure/counts have a point before each three digits", test_counts);
    g_test_add_func("/figure/a percentage is rounded half up, of 64 bits too", test_percentages);
    g_test_add_func("/figure/more than a target is strict", test_targets);
    g_test_add_func("/figure/a sum that does not fit is refused", test_sums);
    return g_test_run();
}
