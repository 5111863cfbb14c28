// SPDX-License-Identifier: GPL-2.0-or-later
// A lease and its slot of the flight log: there before the commit, and gone with a lease that is
// not committed.
#include "gateway/outlet.h"
#include "tests/queue_rows.h"

#include <glib/gstdio.h>

struct fixture {
    struct store_file file;
    struct flight *flight;
    char *path;
    struct outlet *outlet;
    int64_t message;
};

static void set_up(struct fixture *fixture, gconstpointer data)
{
    store_file_open(&fixture->file, data);
    struct store *store = fixture->file.store;
    fixture->path = g_build_filename(fixture->file.folder, "sim1.flight", NULL);
    fixture->flight = flight_open(fixture->path, NULL);
    fixture->outlet = outlet_new("sim1", fixture->flight, NULL, NULL);
    fixture->message =
        add_message(store, add_campaign(store, "C", "running"), &(struct message){0});
}

static void tear_down(struct fixture *fixture, gconstpointer data)
{
    outlet_free(fixture->outlet);
    flight_free(fixture->flight);
    g_unlink(fixture->path);
    g_free(fixture->path);
    store_file_close(&fixture->file, data);
}

static int64_t open_lease(struct store *store)
{
    int64_t lease_number = 0;
    g_assert_true(sql_integer(store, 0, &lease_number, NULL,
                              "SELECT id FROM attempt WHERE settled_at IS NULL", ""));
    return lease_number;
}

static unsigned taken(struct flight *flight)
{
    unsigned count = 0;
    for (unsigned i = 0; i < FLIGHT_SLOTS; i++)
        count += flight_slot(flight, i)->lease != 0;
    return count;
}

static void test_slot(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    struct store *store = fixture->file.store;
    g_autoptr(GError) error = NULL;
    for (int i = 0; i < 3; i++) {
        g_assert_true(store_begin(store, NULL));
        struct message *message = store_message_get(store, fixture->message, NULL);
        outlet_lease(fixture->outlet, store, message, INT64_MAX, OPENING, &error);
        g_assert_no_error(error);
        int64_t number = open_lease(store);
        g_assert_cmpint(number, !=, 0);
        struct flight_slot *slot = flight_find(fixture->flight, number);
        g_assert_nonnull(slot);
        g_assert_cmpuint(flight_stage(slot, 0), ==, FLIGHT_NONE);
        store_rollback(store);
        outlet_recall(fixture->outlet);
        g_assert_cmpuint(taken(fixture->flight), ==, 0);
    }
}

/* The text and the parts that were counted for it do not agree: no worker hears of it. */
static void test_refused(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    struct store *store = fixture->file.store;
    g_autoptr(GError) error = NULL;
    g_assert_true(sql_run(store, NULL, "UPDATE message SET parts = 7", ""));
    g_assert_true(store_begin(store, NULL));
    struct message *message = store_message_get(store, fixture->message, NULL);
    g_assert_false(outlet_lease(fixture->outlet, store, message, INT64_MAX, OPENING, &error));
    g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
    g_assert_true(store_commit(store, NULL));
    g_assert_cmpuint(taken(fixture->flight), ==, 0);
    assert_state(store, fixture->message, MESSAGE_REFUSED);
}

/* Whether it is leased all the same is the dispatcher's affair: alarms and emergencies are. */
static void test_credit(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
    g_autofree char *before = outlet_rest_reason(fixture->outlet, zone, OPENING);
    g_assert_null(before);
    outlet_rest_for_credit(fixture->outlet, "12 đ are left");
    g_autofree char *reason = outlet_rest_reason(fixture->outlet, zone, OPENING);
    g_assert_cmpstr(reason, ==, "12 đ are left");
    g_assert_true(outlet_rests_for_credit(fixture->outlet));
    outlet_rest_for_credit(fixture->outlet, NULL);
    g_autofree char *after = outlet_rest_reason(fixture->outlet, zone, OPENING);
    g_assert_null(after);
    g_assert_false(outlet_rests_for_credit(fixture->outlet));
}

#define TEST(name, function)                                                                       \
    g_test_add("/outlet/" name, struct fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("a lease has its slot before it is committed, and none if it is not", test_slot);
    TEST("a message that is refused at once takes no slot", test_refused);
    TEST("without credit it says why it rests", test_credit);
    return g_test_run();
}
