// SPDX-License-Identifier: GPL-2.0-or-later
// A verdict and its slot of the flight log: the slot is free once the verdict is stored, not
// before.
#include "campaigns/store/modem.h"
#include "gateway/recovery.h"
#include "tests/queue_rows.h"

#include <glib/gstdio.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <string.h>

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
    g_assert_true(store_modem_ensure(store, "sim1", OPENING, NULL));
    g_assert_true(store_modem_note_flight(store, "sim1", "", "boot-1", NULL));
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

static void recover(struct fixture *fixture, const char *boot, unsigned leases)
{
    const struct recovery recovery = {.store = fixture->file.store,
                                      .turn = fixture->turn,
                                      .modem = "sim1",
                                      .flight = fixture->flight,
                                      .boot = boot};
    g_autoptr(GError) error = NULL;
    unsigned count = 0;
    g_assert_true(recovery_run(&recovery, &count, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(count, ==, leases);
    g_assert_true(turn_run(fixture->turn));
}

static char *noted(const struct fixture *fixture)
{
    g_autofree char *identity = NULL, *boot = NULL;
    g_assert_true(store_modem_flight(fixture->file.store, "sim1", &identity, &boot, NULL));
    g_autofree char *own = g_strdup_printf("%016" PRIx64, flight_identity(fixture->flight));
    return g_strdup_printf("%s %s", strcmp(identity, own) == 0 ? "ours" : identity, boot);
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
    g_assert_true(sql_run(store, NULL, BROKEN, ""));
    tell_verdict(fixture);
    g_assert_true(is_held(fixture));
    g_assert_true(sql_run(store, NULL, "DROP TRIGGER broken", ""));
    recover(fixture, "boot-1", 1);
    assert_state(store, fixture->message, MESSAGE_SENT);
    g_assert_false(is_held(fixture));
}

/* Every row of the table, on the way that the gateway takes. */
static void test_noted(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    struct store *store = fixture->file.store;
    flight_slot(fixture->flight, 0)->part[0].stage = FLIGHT_HANDED;
    recover(fixture, "boot-1", 1);
    assert_state(store, fixture->message, MESSAGE_QUEUED); /* the boot that was noted by schema 1 */
    g_autofree char *first = noted(fixture);
    g_assert_cmpstr(first, ==, "ours boot-1");

    int64_t again = lease(store, fixture->message, "sim1", OPENING + DAY);
    flight_take(flight_slot(fixture->flight, 0), again, 1);
    flight_slot(fixture->flight, 0)->part[0].stage = FLIGHT_HANDED;
    flight_take(flight_slot(fixture->flight, 1), again + 1, 1); /* its commit never was */
    recover(fixture, "boot-2", 1);
    assert_state(store, fixture->message, MESSAGE_UNSURE);
    g_assert_null(flight_find(fixture->flight, again));
    g_assert_null(flight_find(fixture->flight, again + 1));
    g_autofree char *second = noted(fixture);
    g_assert_cmpstr(second, ==, "ours boot-2");
}

static void test_replaced(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    recover(fixture, "boot-1", 1);
    int64_t other = add_message(fixture->file.store, 1,
                                &(struct message){.contact_id = 1, .purpose = PURPOSE_REMINDER});
    lease(fixture->file.store, other, "sim1", OPENING);
    flight_free(fixture->flight);
    g_unlink(fixture->path);
    fixture->flight = flight_open(fixture->path, NULL);
    recover(fixture, "boot-1", 1);
    assert_state(fixture->file.store, other, MESSAGE_UNSURE);
    g_autofree char *after = noted(fixture);
    g_assert_cmpstr(after, ==, "ours boot-1");
}

/* The next gateway must read what is left as this one did: as after a power cut. */
static void test_not_noted(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    struct store *store = fixture->file.store;
    recover(fixture, "boot-1", 1);
    int64_t other =
        add_message(store, 1, &(struct message){.contact_id = 1, .purpose = PURPOSE_REMINDER});
    flight_take(flight_slot(fixture->flight, 0), lease(store, other, "sim1", OPENING), 1);
    flight_slot(fixture->flight, 0)->part[0].stage = FLIGHT_HANDED;
    g_assert_true(sql_run(store, NULL, BROKEN, ""));
    recover(fixture, "boot-2", 1);
    g_autofree char *before = noted(fixture);
    g_assert_cmpstr(before, ==, "ours boot-1");
    g_assert_true(sql_run(store, NULL, "DROP TRIGGER broken", ""));
    recover(fixture, "boot-2", 1);
    assert_state(store, other, MESSAGE_UNSURE);
    g_autofree char *after = noted(fixture);
    g_assert_cmpstr(after, ==, "ours boot-2");
}

#define TEST(name, function)                                                                       \
    g_test_add("/settle/" name, struct fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("a verdict that is stored frees its slot", test_stored);
    TEST("a verdict that is told twice frees its slot", test_told_twice);
    TEST("a verdict that cannot be stored keeps its slot", test_not_stored);
    TEST("what was settled is noted with the log's identity and the boot", test_noted);
    TEST("a flight log that was replaced leaves its leases unsure", test_replaced);
    TEST("nothing is noted while a lease is open", test_not_noted);
    return g_test_run();
}
