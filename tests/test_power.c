// SPDX-License-Identifier: GPL-2.0-or-later
// The power command: how it ends, what it says, and that nothing waits for it.
#include "gateway/power.h"

#include <string.h>

struct ending {
    GMainLoop *loop;
    char *how;
    unsigned calls;
};

static void done(void *data, const char *how)
{
    struct ending *ending = data;
    ending->calls++;
    g_free(ending->how);
    ending->how = g_strdup(how);
    g_main_loop_quit(ending->loop);
}

static void test_endings(void)
{
    static const struct {
        const char *command, *how;
        unsigned limit_ms;
    } rows[] = {
        {"true", "it ended with status 0", 30000},
        {"sh -c 'exit 3'", "it ended with status 3", 30000},
        {"sh -c 'echo out; echo no such hub >&2; exit 1'", "it ended with status 1: no such hub",
         30000},
        {"sh -c 'kill -9 $$'", "it was killed by signal 9", 30000},
        {"sh -c 'echo switching >&2; exec sleep 100'",
         "it was killed because it took too long: switching", 1500},
        /* No shell of ours: the dollar and the bar are letters. */
        {"printf %s '$HOME | true'", "it ended with status 0", 30000},
        /* What it leaves behind holds its stderr open, and nobody waits for that. */
        {"sh -c '(sleep 3 &) ; echo gone >&2'", "it ended with status 0: gone", 30000},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct ending ending = {.loop = g_main_loop_new(NULL, FALSE)};
        g_autoptr(GError) error = NULL;
        struct power *power = power_start(rows[i].command, rows[i].limit_ms, done, &ending, &error);
        g_assert_no_error(error);
        g_main_loop_run(ending.loop);
        g_assert_cmpstr(ending.how, ==, rows[i].how);
        g_assert_cmpuint(ending.calls, ==, 1);
        power_free(power);
        g_main_loop_unref(ending.loop);
        g_free(ending.how);
    }
}

static void test_a_flood_is_cut(void)
{
    struct ending ending = {.loop = g_main_loop_new(NULL, FALSE)};
    g_autoptr(GError) error = NULL;
    struct power *power = power_start("sh -c 'head -c 1000000 /dev/zero | tr \"\\0\" x >&2'", 30000,
                                      done, &ending, &error);
    g_assert_no_error(error);
    g_main_loop_run(ending.loop);
    g_assert_true(g_str_has_prefix(ending.how, "it ended with status 0: xxx"));
    g_assert_cmpuint(strlen(ending.how), <, 500);
    power_free(power);
    g_main_loop_unref(ending.loop);
    g_free(ending.how);
}

static void test_what_cannot_run(void)
{
    static const char *const commands[] = {"/no/such/program -a", "sh -c 'unfinished", "   "};
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(power_start(commands[i], 30000, done, NULL, &error));
        g_assert_nonnull(error);
    }
}

static gboolean quit(gpointer loop)
{
    g_main_loop_quit(loop);
    return G_SOURCE_REMOVE;
}

static void test_freed_before_the_end(void)
{
    struct ending ending = {.loop = g_main_loop_new(NULL, FALSE)};
    g_autoptr(GError) error = NULL;
    struct power *power = power_start("sleep 100", 30000, done, &ending, &error);
    g_assert_no_error(error);
    power_free(power);
    g_timeout_add(200, quit, ending.loop);
    g_main_loop_run(ending.loop);
    g_assert_cmpuint(ending.calls, ==, 0);
    g_main_loop_unref(ending.loop);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/power/tells how the command ended and what it said", test_endings);
    g_test_add_func("/power/keeps only the beginning of what it says", test_a_flood_is_cut);
    g_test_add_func("/power/a command that cannot run is an error", test_what_cannot_run);
    g_test_add_func("/power/freed before the end it tells nobody", test_freed_before_the_end);
    return g_test_run();
}
