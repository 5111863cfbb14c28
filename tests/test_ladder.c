// SPDX-License-Identifier: GPL-2.0-or-later
// From cause and failure to remedy and wait, and how a modem climbs and comes down again.
#include "gateway/ladder.h"

#include <glib.h>

static const struct {
    enum ladder_cause cause;
    unsigned failure;
    bool power;
    enum ladder_remedy remedy;
    int wait_s;
    bool spent;
} rows[] = {
    {LADDER_SILENT, 1, true, LADDER_REOPEN, 1, false},
    {LADDER_SILENT, 2, true, LADDER_RESET, 2, false},
    {LADDER_SILENT, 3, true, LADDER_REOPEN, 5, false},
    {LADDER_SILENT, 4, true, LADDER_RESET, 10, false},
    {LADDER_SILENT, 5, true, LADDER_POWER, 5, false},
    {LADDER_SILENT, 5, false, LADDER_RESET, 5, false},
    {LADDER_SILENT, 7, true, LADDER_POWER, 30, false},
    {LADDER_SILENT, 8, true, LADDER_REOPEN, 300, true},
    {LADDER_SILENT, 9, true, LADDER_RESET, 300, true},
    {LADDER_SILENT, 10, true, LADDER_POWER, 300, true},
    {LADDER_SILENT, 10, false, LADDER_RESET, 300, true},
    {LADDER_SILENT, 11, true, LADDER_REOPEN, 300, true},
    {LADDER_SILENT, 999, true, LADDER_RESET, 300, true},
    {LADDER_SIM, 1, true, LADDER_REOPEN, 5, false},
    {LADDER_SIM, 2, true, LADDER_RESET, 10, false},
    {LADDER_SIM, 5, true, LADDER_REOPEN, 60, true},
    {LADDER_SIM, 9, true, LADDER_RESET, 60, true},
    {LADDER_BUSY, 1, true, LADDER_REOPEN, 1, false},
    {LADDER_BUSY, 5, true, LADDER_RESET, 20, false},
    {LADDER_BUSY, 7, true, LADDER_POWER, 30, false},
    {LADDER_BUSY, 8, true, LADDER_REOPEN, 60, true},
    {LADDER_CRASH, 1, true, LADDER_REOPEN, 1, false},
    {LADDER_CRASH, 2, true, LADDER_REOPEN, 2, false},
    {LADDER_CRASH, 5, true, LADDER_RESET, 20, false},
    {LADDER_CRASH, 99, true, LADDER_REOPEN, 60, true},
    {LADDER_DEVICE, 1, true, LADDER_REOPEN, 1, false},
    {LADDER_DEVICE, 99, true, LADDER_REOPEN, 10, true},
    {LADDER_STRANGER, 1, true, LADDER_REOPEN, 60, true},
};

static void test_steps(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct ladder_step step = ladder_step(rows[i].cause, rows[i].failure, rows[i].power);
        g_test_message("row %zu", i);
        g_assert_cmpint(step.remedy, ==, rows[i].remedy);
        g_assert_cmpint(step.wait_ms, ==, rows[i].wait_s * 1000);
        g_assert_cmpint(step.spent, ==, rows[i].spent);
    }
}

/* The strongest remedy that so many lives of this kind lead to. */
static void test_flapping_climbs_slowly(void)
{
    static const struct {
        int64_t served_ms;
        unsigned lives;
        enum ladder_remedy remedy;
        bool spent;
    } lives[] = {
        {1000, 1, LADDER_REOPEN, false},
        {1000, LADDER_FLAPS, LADDER_REOPEN, false},
        {1000, LADDER_FLAPS + 1, LADDER_RESET, false},
        {1000, 2 * LADDER_FLAPS + 1, LADDER_REOPEN, false},
        {1000, 4 * LADDER_FLAPS + 1, LADDER_POWER, false},
        {1000, 7 * LADDER_FLAPS + 1, LADDER_REOPEN, true},
        {LADDER_STEADY_MS, 100, LADDER_REOPEN, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(lives); i++) {
        struct ladder ladder = {0};
        struct ladder_step step = {0};
        int64_t now = 1000;
        for (unsigned life = 0; life < lives[i].lives; life++) {
            ladder_ready(&ladder, now);
            now += lives[i].served_ms;
            step = ladder_fail(&ladder, LADDER_SILENT, true, now);
            now += step.wait_ms;
        }
        g_test_message("row %zu", i);
        g_assert_cmpint(step.remedy, ==, lives[i].remedy);
        g_assert_cmpint(step.spent, ==, lives[i].spent);
    }
}

static void test_ready_is_the_foot_again(void)
{
    struct ladder ladder = {0};
    for (int i = 0; i < 6; i++)
        ladder_fail(&ladder, LADDER_SILENT, true, 1000);
    ladder_ready(&ladder, 2000);
    struct ladder_step step = ladder_fail(&ladder, LADDER_SILENT, true, 3000);
    g_assert_cmpint(step.remedy, ==, LADDER_REOPEN);
    g_assert_cmpint(step.wait_ms, ==, 1000);
    /* And from there each failure is one rung, as long as it is not ready. */
    step = ladder_fail(&ladder, LADDER_SILENT, true, 4000);
    g_assert_cmpint(step.remedy, ==, LADDER_RESET);
}

static void test_reasons(void)
{
    static const struct {
        enum ladder_cause cause;
        unsigned failure;
        const char *reason;
    } sentences[] = {
        {LADDER_SILENT, 1, "why; tried again in 1 s"},
        {LADDER_SILENT, 2, "why; told to restart in 2 s"},
        {LADDER_SILENT, 5, "why; its power_command runs in 5 s"},
        {LADDER_SILENT, 8,
         "why: look at its cable and its power supply; it is tried every 300 s, and at once when "
         "it is plugged in anew"},
        {LADDER_STRANGER, 1,
         "why: plug the right modem in, or correct its `imei`; it is tried every 60 s, and at once "
         "when it is plugged in anew"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(sentences); i++) {
        struct ladder_step step = ladder_step(sentences[i].cause, sentences[i].failure, true);
        g_autofree char *reason = ladder_reason("why", sentences[i].cause, &step);
        g_assert_cmpstr(reason, ==, sentences[i].reason);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ladder/cause and failure give remedy and wait", test_steps);
    g_test_add_func("/ladder/a modem that flaps climbs slowly, one that serves does not",
                    test_flapping_climbs_slowly);
    g_test_add_func("/ladder/ready is the foot of the ladder again", test_ready_is_the_foot_again);
    g_test_add_func("/ladder/the reason says what comes next", test_reasons);
    return g_test_run();
}
