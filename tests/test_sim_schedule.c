// SPDX-License-Identifier: GPL-2.0-or-later
// When a SIM is asked and when its bundle is registered: the rules row by row, without a clock.
#include "campaigns/sim_schedule.h"

#define NOW    INT64_C(1717981200000) /* 10/6/2024 08:00 in Việt Nam */
#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
#define NEVER  INT64_C(-1)
#define TODAY  "2024-06-10"

static int64_t at(int64_t ago)
{
    return ago == NEVER ? 0 : NOW - ago;
}

static const struct {
    const char *name;
    int64_t asked, read; /* ago; NEVER */
    unsigned failed;
    int64_t ready_ms;
    bool quiet, before;
    int64_t check_ms;
    bool due, counted_out;
} checks[] = {
    {"a new SIM is left alone at first", NEVER, NEVER, 0, MINUTE, true, false, DAY, false},
    {"and asked two minutes after that", NEVER, NEVER, 0, 2 * MINUTE, true, false, DAY, true},
    {"it waits for a quiet moment", NEVER, NEVER, 0, 30 * MINUTE, false, false, DAY, false},
    {"but no longer than an hour", NEVER, NEVER, 0, 62 * MINUTE, false, false, DAY, true},
    {"a new start asks nothing anew", 3 * HOUR, 3 * HOUR, 0, HOUR, true, false, DAY, false},
    {"the next day it does", 24 * HOUR, 24 * HOUR, 0, HOUR, true, false, DAY, true},
    {"long overdue and just started is no hurry", 90 * DAY, 90 * DAY, 0, 3 * MINUTE, false, false,
     DAY, false},
    {"a failure is repeated after ten minutes", 10 * MINUTE, NEVER, 1, HOUR, true, false, DAY,
     true},
    {"and not before", 9 * MINUTE, NEVER, 1, HOUR, true, false, DAY, false},
    {"the second one after an hour", 59 * MINUTE, NEVER, 2, 2 * HOUR, true, false, DAY, false},
    {"when the hour is over", 60 * MINUTE, NEVER, 2, 2 * HOUR, true, false, DAY, true},
    {"the fifth after six hours", 5 * HOUR, NEVER, 5, DAY, true, false, DAY, false},
    {"when they are over", 6 * HOUR, NEVER, 5, DAY, true, false, DAY, true},
    {"who checks often tries often", 6 * SECOND, NEVER, 9, DAY, true, false, 5 * SECOND, true},
    {"a short period settles shortly", NEVER, NEVER, 0, 5 * SECOND, true, false, 5 * SECOND, true},
    {"a clock that was put back asks once more", -DAY, -DAY, 0, HOUR, true, false, DAY, true},
    {"nobody asks where nobody shall", NEVER, NEVER, 0, 40 * DAY, true, false, 0, false},
    {"a large campaign asks in the rush", 2 * HOUR, 2 * HOUR, 0, HOUR, false, true, DAY, true},
    {"not what was read within the hour", 50 * MINUTE, 50 * MINUTE, 0, HOUR, true, true, DAY,
     false},
    {"a dumb operator is not asked for ever", 5 * MINUTE, 2 * DAY, 1, HOUR, true, true, DAY, false},
    {"nor one whose words are not understood", 50 * MINUTE, 2 * DAY, 0, 2 * HOUR, true, true, DAY,
     false},
    {"what we counted is asked about", 10 * MINUTE, 10 * MINUTE, 0, HOUR, true, false, DAY, true,
     true},
    {"though not again and again", 9 * MINUTE, 9 * MINUTE, 0, HOUR, true, false, DAY, false, true},
    {"nor an operator who is dumb", 30 * MINUTE, DAY, 2, HOUR, true, false, DAY, false, true},
    {"a large campaign asks where nothing is scheduled", NEVER, NEVER, 0, HOUR, false, true, 0,
     true},
};

static void test_check(gconstpointer data)
{
    size_t row = GPOINTER_TO_SIZE(data);
    const struct sim sim = {.asked_at = at(checks[row].asked),
                            .balance_at = at(checks[row].read),
                            .failed = checks[row].failed};
    const struct sim_moment moment = {NOW,
                                      checks[row].ready_ms,
                                      checks[row].quiet,
                                      checks[row].before,
                                      checks[row].check_ms,
                                      checks[row].counted_out};
    g_assert_cmpint(sim_schedule_check(&sim, &moment), ==, checks[row].due);
}

static const struct {
    const char *name;
    int64_t bundle_ms, registered, tried; /* ago; NEVER */
    int64_t balance, left;
    const char *expires_on;
    bool due;
} bundles[] = {
    {"never registered", DAY, NEVER, NEVER, 50000, SIM_UNKNOWN, "", true},
    {"somebody did before us", DAY, NEVER, NEVER, 50000, 80, "", false},
    {"and that is over", DAY, NEVER, NEVER, 50000, 80, "2024-06-09", true},
    {"its time has passed", 7 * DAY, 7 * DAY, 7 * DAY, 50000, 80, "", true},
    {"its time has not", 7 * DAY, 6 * DAY, 6 * DAY, 50000, 0, "", false},
    {"an hourly bundle is one a day", HOUR, 23 * HOUR, 23 * HOUR, 50000, 0, "", false},
    {"a failure rests for a day", DAY, NEVER, 23 * HOUR, 50000, 0, "", false},
    {"and is tried again then", DAY, NEVER, 24 * HOUR, 50000, 0, "", true},
    {"nobody knows what is there to pay with", DAY, NEVER, NEVER, SIM_UNKNOWN, 0, "", false},
    {"nothing is", DAY, NEVER, NEVER, 0, 0, "", false},
    {"too little is", DAY, NEVER, NEVER, 9999, 0, "", false},
    {"used up", 0, 3 * DAY, 3 * DAY, 50000, 0, "", true},
    {"nearly used up rests the SIM, so it is registered", 0, 3 * DAY, 3 * DAY, 50000, 4, "", true},
    {"not used up", 0, 3 * DAY, 3 * DAY, 50000, 5, "2024-06-10", false},
    {"expired", 0, 3 * DAY, 3 * DAY, 50000, 90, "2024-06-09", true},
    {"no reading says so", 0, NEVER, NEVER, 50000, SIM_UNKNOWN, "", false},
};

static void test_bundle(gconstpointer data)
{
    size_t row = GPOINTER_TO_SIZE(data);
    struct sim sim = {.registered_at = at(bundles[row].registered),
                      .balance = bundles[row].balance,
                      .balance_now = bundles[row].balance,
                      .bundle_left = bundles[row].left,
                      .bundle_now = bundles[row].left,
                      .bundle_expires_on = (char *)bundles[row].expires_on};
    struct modem_config modem = {.bundle = (char *)"SMS100",
                                 .bundle_ms = bundles[row].bundle_ms,
                                 .low_balance = 10000,
                                 .low_bundle = 5};
    struct sim_moment moment = {NOW, HOUR, true, false, DAY};
    int64_t tried_at = at(bundles[row].tried);
    g_assert_cmpint(sim_schedule_register(&sim, &modem, tried_at, TODAY, &moment), ==,
                    bundles[row].due);
    moment.quiet = false;
    g_assert_false(sim_schedule_register(&sim, &modem, tried_at, TODAY, &moment));
    moment.quiet = true;
    modem.bundle = NULL;
    g_assert_false(sim_schedule_register(&sim, &modem, tried_at, TODAY, &moment));
}

static void test_number(void)
{
    static const struct {
        const char *number;
        int64_t asked;
        bool due;
    } rows[] = {
        {"", NEVER, true}, {"", DAY, false}, {"", 30 * DAY, true}, {"+84912345678", NEVER, false}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct sim sim = {.number = (char *)rows[i].number};
        const struct sim_moment moment = {NOW, HOUR, true, false, DAY};
        g_assert_cmpint(sim_schedule_number(&sim, at(rows[i].asked), &moment), ==, rows[i].due);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(checks); i++) {
        g_autofree char *path = g_strdup_printf("/sim_schedule/check/%s", checks[i].name);
        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_check);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(bundles); i++) {
        g_autofree char *path = g_strdup_printf("/sim_schedule/bundle/%s", bundles[i].name);
        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_bundle);
    }
    g_test_add_func("/sim_schedule/its own number is asked for once in a while", test_number);
    return g_test_run();
}
