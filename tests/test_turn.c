// SPDX-License-Identifier: GPL-2.0-or-later
// One transaction for all, apart when one is bad, together again later when the disk is full.
#include "gateway/turn.h"
#include "tests/store_file.h"

/* An effect that writes its number, or fails so often in a given way. */
struct number {
    struct effect effect;
    int64_t value;
    int failures; /* left; negative: always */
    enum store_error code;
    GString *trace;
};

static bool apply(struct effect *effect, struct store *store, int64_t now, GError **error)
{
    struct number *number = (struct number *)effect;
    (void)now;
    if (number->failures != 0) {
        number->failures--;
        g_set_error(error, STORE_ERROR, (int)number->code, "no");
        return false;
    }
    return sql_run(store, error, "INSERT INTO gateway (name, value) VALUES (?1, '')", "i",
                   number->value);
}

static void committed(struct effect *effect)
{
    struct number *number = (struct number *)effect;
    g_string_append_printf(number->trace, " %d", (int)number->value);
}

static void dropped(struct effect *effect, const GError *error)
{
    struct number *number = (struct number *)effect;
    g_assert_nonnull(error);
    g_string_append_printf(number->trace, " -%d", (int)number->value);
}

static void free_number(struct effect *effect)
{
    g_free(effect);
}

struct fixture {
    struct store_file file;
    struct turn *turn;
    GString *trace;
    bool wants, lease_fails;
};

static void gather(void *data)
{
    (void)data;
}

static bool wants(void *data)
{
    return ((struct fixture *)data)->wants;
}

static bool lease(void *data, int64_t now, GError **error)
{
    struct fixture *fixture = data;
    (void)now;
    if (fixture->lease_fails)
        g_set_error(error, STORE_ERROR, STORE_ERROR_FAILED, "no");
    return !fixture->lease_fails;
}

static void send_leases(void *data)
{
    g_string_append(((struct fixture *)data)->trace, " send");
}

static void recall(void *data)
{
    g_string_append(((struct fixture *)data)->trace, " recall");
}

static void set_up(struct fixture *fixture, gconstpointer data)
{
    store_file_open(&fixture->file, data);
    const struct turn_hooks hooks = {gather, wants, lease, send_leases, recall, fixture};
    fixture->turn = turn_new(fixture->file.store, &hooks);
    fixture->trace = g_string_new(NULL);
}

static void tear_down(struct fixture *fixture, gconstpointer data)
{
    turn_free(fixture->turn);
    g_string_free(fixture->trace, TRUE);
    store_file_close(&fixture->file, data);
}

static void add(struct fixture *fixture, int64_t value, int failures, enum store_error code)
{
    struct number *number = g_new0(struct number, 1);
    *number = (struct number){
        {apply, committed, dropped, free_number}, value, failures, code, fixture->trace};
    turn_add(fixture->turn, &number->effect);
}

static int64_t stored(struct fixture *fixture)
{
    return count_rows(fixture->file.store, "SELECT count(*) FROM gateway WHERE name < 'a'");
}

static void test_all_in_one(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture->wants = true;
    for (int i = 1; i <= 3; i++)
        add(fixture, i, 0, STORE_ERROR_FAILED);
    g_assert_true(turn_run(fixture->turn));
    g_assert_cmpstr(fixture->trace->str, ==, " 1 2 3 send");
    g_assert_cmpint(stored(fixture), ==, 3);
}

static void test_one_bad_effect_does_not_stop_the_others(struct fixture *fixture,
                                                         gconstpointer data)
{
    (void)data;
    fixture->wants = true;
    add(fixture, 1, 0, STORE_ERROR_FAILED);
    add(fixture, 2, -1, STORE_ERROR_FAILED);
    add(fixture, 3, 0, STORE_ERROR_FAILED);
    g_assert_true(turn_run(fixture->turn));
    g_assert_cmpstr(fixture->trace->str, ==, " recall 1 -2 3 send");
    g_assert_cmpint(stored(fixture), ==, 2);
}

static void test_a_full_disk_loses_nothing(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    add(fixture, 1, 0, STORE_ERROR_FAILED);
    add(fixture, 2, 1, STORE_ERROR_FULL);
    g_assert_false(turn_run(fixture->turn));
    g_assert_true(turn_is_stuck(fixture->turn));
    g_assert_cmpstr(fixture->trace->str, ==, "");
    add(fixture, 3, 0, STORE_ERROR_FAILED);
    g_assert_false(turn_run(fixture->turn)); /* not before its time */
    while (turn_is_stuck(fixture->turn))
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpstr(fixture->trace->str, ==, " 1 2 3");
    g_assert_cmpint(stored(fixture), ==, 3);
}

static void test_a_database_that_is_held_is_tried_again(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    add(fixture, 1, 3, STORE_ERROR_BUSY);
    while (stored(fixture) == 0)
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpstr(fixture->trace->str, ==, " 1");
}

static void test_a_fault_in_leasing_keeps_what_came_in(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture->wants = fixture->lease_fails = true;
    add(fixture, 1, 0, STORE_ERROR_FAILED);
    g_assert_true(turn_run(fixture->turn));
    g_assert_cmpstr(fixture->trace->str, ==, " recall 1 recall");
    g_assert_cmpint(stored(fixture), ==, 1);
}

static void test_the_loop_runs_a_turn(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    add(fixture, 1, 0, STORE_ERROR_FAILED);
    turn_request(fixture->turn);
    while (g_main_context_iteration(NULL, FALSE))
        continue;
    g_assert_cmpstr(fixture->trace->str, ==, " 1");
    g_assert_true(turn_run(fixture->turn)); /* nothing to do */
    g_assert_cmpstr(fixture->trace->str, ==, " 1");
}

#define TEST(name, function)                                                                       \
    g_test_add("/turn/" name, struct fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("all in one transaction", test_all_in_one);
    TEST("one bad effect does not stop the others", test_one_bad_effect_does_not_stop_the_others);
    TEST("a full disk loses nothing", test_a_full_disk_loses_nothing);
    TEST("a database that is held is tried again", test_a_database_that_is_held_is_tried_again);
    TEST("a fault in leasing keeps what came in", test_a_fault_in_leasing_keeps_what_came_in);
    TEST("the loop runs a turn when something is there", test_the_loop_runs_a_turn);
    return g_test_run();
}
