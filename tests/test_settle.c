// SPDX-License-Identifier: GPL-2.0-or-later
// A verdict and its slot of the flight log: the slot is free once the verdict is stored, not
// before.
#include "gateway/recovery.h"
#include "tests/queue_rows.h"

#include <glib/gstdio.h>
#include <stdatomic.h>

#define BROKEN                                                                                     \
    "CREATE TRIGGER broken BEFORE UPDATE ON attempt BEGIN SELECT RAISE(ABORT, 'broken'); END"

struct fixture {
    struct store_file file;
    struct turn *turn;
    char *path;
    struct flight *flight;
    int64_t message, lease;
};

static void gather(void *data)
{
    (void)data;
}

static bool wants(void *data)
{
    (void)data;
    return false;
}

static void set_up(struct fixture *fixture, gconstpointer data)
{
    store_file_open(&fixture->file, data);
    struct store *store = fixture->file.store;
    fixture->turn = turn_new(store, &(struct turn_hooks){.gather = gather, .wants = wants});
    fixture->path = g_build_filename(fixture->file.folder, "sim1.flight", NULL);
    fixture->flight = flight_open(fixture->path, NULL);
    fixture->message =
        add_message(store, add_campaign(store, "C", "running"), &(struct message){0});
    fixture->lease = lease(store, fixture->message, "sim1", OPENING);
    struct flight_slot *slot = flight_slot(fixture->flight, 0);
    flight_take(slot, fixture->lease, 1);
    slot->part[0].reference = 7;
    slot->part[0].outcome = VERDICT_SENT;
    atomic_store(&slot->part[0].stage, FLIGHT_ANSWERED);
}

static void tear_down(struct fixture *fixture, gconstpointer data)
{
    turn_free(fixture->turn);
    flight_free(fixture->flight);
    g_unlink(fixture->path);
    g_free(fixture->path);
    store_file_close(&fixture->file, data);
}

static void tell_verdict(struct fixture *fixture)
{
    const struct settle_news news = {.lease = fixture->lease,
                                     .modem = "sim1",
                                     .verdict = ATTEMPT_SENT,
                                     .parts_now = 1,
                                     .references = {7},
                                     .cause = ""};
    turn_add(fixture->turn, settle_new(&news, fixture->flight));
    turn_run(fixture->turn);
}

static bool is_held(const struct fixture *fixture)
{
    return flight_find(fixture->flight, fixture->lease) != NULL;
}

static void test_stored(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    tell_verdict(fixture);
    assert_state(fixture->file.store, fixture->message, MESSAGE_SENT);
    g_assert_false(is_held(fixture));
}

static void test_told_twice(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    tell_verdict(fixture);
    flight_take(flight_slot(fixture->flight, 0), fixture->lease, 1);
    tell_verdict(fixture);
    assert_state(fixture->file.store, fixture->message, MESSAGE_SENT);
    g_assert_false(is_held(fixture));
}

/* Without its slot the lease would count as never begun, and the message would go out again. */
static void test_not_stored(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    struct store *store = fixture->file.store;
    g_autoptr(GError) error = NULL;
    unsigned count = 0;
    g_assert_true(sql_run(store, NULL, BROKEN, ""));
    tell_verdict(fixture);
    g_assert_true(is_held(fixture));
    g_assert_true(sql_run(store, NULL, "DROP TRIGGER broken", ""));
    g_assert_true(
        recovery_run(store, fixture->turn, "sim1", fixture->flight, true, &count, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(count, ==, 1);
    g_assert_true(turn_run(fixture->turn));
    assert_state(store, fixture->message, MESSAGE_SENT);
    g_assert_false(is_held(fixture));
}

#define TEST(name, function)                                                                       \
    g_test_add("/settle/" name, struct fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("a verdict that is stored frees its slot", test_stored);
    TEST("a verdict that is told twice frees its slot", test_told_twice);
    TEST("a verdict that cannot be stored keeps its slot", test_not_stored);
    return g_test_run();
}
