// SPDX-License-Identifier: GPL-2.0-or-later
/* Who waits for whose SIM, and for how long. Outlets are played here: when each could send, and how
 * much of it today. "vina" is the SIM that pays less for the numbers of this test. */
#include "config/campaign.h"
#include "gateway/routing.h"
#include "tests/queue_rows.h"

#define NEVER INT64_MAX

/* ---- outlets that are played ---- */

struct outlet {
    const char *name;
    int64_t ready_in; /* NEVER */
    int64_t capacity;
    bool rests;
};

const char *outlet_name(const struct outlet *outlet)
{
    return outlet->name;
}

int64_t outlet_ready_at(struct outlet *outlet, GTimeZone *zone, int64_t now, unsigned parts,
                        int64_t contact_id)
{
    (void)zone;
    (void)parts;
    (void)contact_id;
    return outlet->ready_in == NEVER ? NEVER : now + outlet->ready_in;
}

int64_t outlet_capacity(struct outlet *outlet, GTimeZone *zone, int64_t now, int64_t ms)
{
    (void)zone;
    (void)now;
    (void)ms;
    return outlet->capacity;
}

bool outlet_rests_for_credit(const struct outlet *outlet)
{
    return outlet->rests;
}

/* ---- the scene ---- */

struct fixture {
    struct store_file file;
    struct gateway_config config;
    struct outlet vina, viettel;
    GPtrArray *outlets;
    GArray *campaigns;
    GTimeZone *zone;
    struct routing *routing;
    int64_t now;
};

static void add_modem(struct fixture *fixture, const char *name, const char *operator_name)
{
    struct modem_config *modem = g_new0(struct modem_config, 1);
    modem->name = (char *)name;
    modem->operator_name = (char *)operator_name;
    modem->price_per_part = 300;
    modem->price_on_net = 100;
    g_ptr_array_add(fixture->config.modems, modem);
    g_assert_true(sql_run(fixture->file.store, NULL,
                          "INSERT INTO modem (name, state, state_at) VALUES (?1, 'ready', 0)", "t",
                          name));
}

static void set_up(struct fixture *fixture, gconstpointer data)
{
    store_file_open(&fixture->file, data);
    fixture->config.modems = g_ptr_array_new_with_free_func(g_free);
    add_modem(fixture, "vina", "vinaphone");
    add_modem(fixture, "viettel", "viettel");
    fixture->vina = (struct outlet){"vina", 0, 1000, false};
    fixture->viettel = (struct outlet){"viettel", 0, 1000, false};
    fixture->outlets = g_ptr_array_new();
    g_ptr_array_add(fixture->outlets, &fixture->vina);
    g_ptr_array_add(fixture->outlets, &fixture->viettel);
    fixture->campaigns = g_array_new(FALSE, FALSE, sizeof(int64_t));
    fixture->zone = g_time_zone_new_utc();
    fixture->routing = routing_new(fixture->file.store);
    fixture->now = OPENING;
}

static void tear_down(struct fixture *fixture, gconstpointer data)
{
    routing_free(fixture->routing);
    g_ptr_array_unref(fixture->outlets);
    g_array_unref(fixture->campaigns);
    g_time_zone_unref(fixture->zone);
    g_ptr_array_unref(fixture->config.modems);
    store_file_close(&fixture->file, data);
}

static int64_t ten_hours(void *data, int64_t campaign_id, int64_t *retends)
{
    const struct fixture *fixture = data;
    (void)campaign_id;
    *retends = fixture->now + 10 * HOUR;
    return 10 * HOUR;
}

static void look_around(struct fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    const struct routing_scene scene = {.config = &fixture->config,
                                        .zone = fixture->zone,
                                        .outlets = fixture->outlets,
                                        .campaigns = fixture->campaigns,
                                        .now = fixture->now,
                                        .open_ms = ten_hours,
                                        .data = fixture};
    routing_look_around(fixture->routing, &scene, &error);
    g_assert_no_error(error);
}

/* A campaign of so many messages to numbers of VinaPhone. */
static int64_t add_messages(struct fixture *fixture, const char *code, unsigned count)
{
    int64_t campaign = add_campaign(fixture->file.store, code, "running");
    g_array_append_val(fixture->campaigns, campaign);
    for (unsigned i = 0; i < count; i++)
        add_message(fixture->file.store, campaign, &(struct message){.priority = PRIORITY_NORMAL});
    return campaign;
}

static bool takes(struct fixture *fixture, const struct outlet *outlet,
                  const struct message_lane *lane, int64_t expires_in)
{
    int64_t rank = 0;
    const struct message message = {
        .contact_id = 1, .parts = 1, .expires_at = fixture->now + expires_in};
    return routing_wants(fixture->routing, outlet, lane, &rank) &&
           !routing_leaves(fixture->routing, outlet, lane, &message);
}

/* How many of so many messages it takes, one after the other. */
static unsigned taken(struct fixture *fixture, const struct outlet *outlet, int64_t campaign,
                      unsigned most)
{
    const struct message_lane lane = {campaign, PRIORITY_NORMAL, "vinaphone"};
    unsigned count = 0;
    while (count < most && takes(fixture, outlet, &lane, DAY))
        count++;
    return count;
}

/* ---- one message ---- */

static const struct row {
    const char *name;
    const char *state; /* of the modem that pays less */
    int64_t ready_in;
    bool rests;
    int64_t later; /* so long after the first look around */
    const char *route;
    int priority;
    int64_t expires_in;
    bool other_takes; /* the one that pays more */
} rows[] = {
    {"ready", "ready", 0, false, 0, "vinaphone", PRIORITY_NORMAL, DAY, false},
    {"busy for a minute", "busy", MINUTE, false, 0, "vinaphone", PRIORITY_NORMAL, DAY, false},
    {"not before it expires", "busy", MINUTE, false, 0, "vinaphone", PRIORITY_NORMAL, MINUTE, true},
    {"not today any more", "resting", 11 * HOUR, false, 0, "vinaphone", PRIORITY_NORMAL, DAY, true},
    {"starts", "opening", NEVER, false, 0, "vinaphone", PRIORITY_NORMAL, DAY, false},
    {"starts for ever", "opening", NEVER, false, MINUTE, "vinaphone", PRIORITY_NORMAL, DAY, true},
    {"absent", "absent", NEVER, false, 0, "vinaphone", PRIORITY_NORMAL, DAY, true},
    {"sick", "sick", NEVER, false, 0, "vinaphone", PRIORITY_NORMAL, DAY, true},
    {"without credit", "ready", NEVER, true, 0, "vinaphone", PRIORITY_NORMAL, DAY, true},
    {"an emergency", "ready", 0, false, 0, "vinaphone", PRIORITY_EMERGENCY, DAY, true},
    {"nobody's number", "ready", 0, false, 0, "", PRIORITY_NORMAL, DAY, true},
    {"the other's number", "ready", 0, false, 0, "viettel", PRIORITY_NORMAL, DAY, true},
    {"whom the cheaper does not reach", "ready", 0, false, 0, "vinaphone!vinaphone",
     PRIORITY_NORMAL, DAY, true},
    {"it wrote first", "ready", 0, false, 0, "@vina", PRIORITY_NORMAL, DAY, false},
    {"it wrote first and is absent", "absent", NEVER, false, 0, "@vina", PRIORITY_NORMAL, DAY,
     false},
    {"it wrote first and is absent for an hour", "absent", NEVER, false, HOUR, "@vina",
     PRIORITY_NORMAL, DAY, true},
    {"it wrote first, and the text expires before its hour", "absent", NEVER, false, 0, "@vina",
     PRIORITY_NORMAL, HOUR, true},
    {"the one that wrote first is no more", "ready", 0, false, 0, "@sim9", PRIORITY_NORMAL, DAY,
     true},
};

static void test_one(struct fixture *fixture, gconstpointer data)
{
    const struct row *row = data;
    int64_t campaign = add_messages(fixture, "C", 1);
    const struct message_lane lane = {campaign, row->priority, row->route};
    fixture->vina.ready_in = row->ready_in;
    fixture->vina.rests = row->rests;
    g_assert_true(sql_run(fixture->file.store, NULL,
                          "UPDATE modem SET state = ?1 WHERE name = 'vina'", "t", row->state));
    look_around(fixture);
    fixture->now += row->later;
    look_around(fixture);
    g_assert_cmpint(takes(fixture, &fixture->viettel, &lane, row->expires_in), ==,
                    row->other_takes);
}

static void test_back_again(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    int64_t campaign = add_messages(fixture, "C", 10);
    look_around(fixture);
    g_assert_cmpuint(taken(fixture, &fixture->viettel, campaign, 10), ==, 0);
    fixture->vina.ready_in = NEVER;
    fixture->vina.rests = true;
    look_around(fixture);
    g_assert_cmpuint(taken(fixture, &fixture->viettel, campaign, 10), ==, 10);
    fixture->vina.ready_in = 0;
    fixture->vina.rests = false;
    look_around(fixture);
    g_assert_cmpuint(taken(fixture, &fixture->viettel, campaign, 10), ==, 0);
    g_assert_cmpuint(taken(fixture, &fixture->vina, campaign, 10), ==, 10);
}

static void test_speed(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    int64_t campaign = add_messages(fixture, "C", 1), dear = 0, cheap = 0;
    const struct message_lane lane = {campaign, PRIORITY_NORMAL, "vinaphone"};
    fixture->config.sending.routing = ROUTING_SPEED;
    look_around(fixture);
    g_assert_true(takes(fixture, &fixture->viettel, &lane, DAY));
    g_assert_true(routing_wants(fixture->routing, &fixture->viettel, &lane, &dear));
    g_assert_true(routing_wants(fixture->routing, &fixture->vina, &lane, &cheap));
    g_assert_cmpint(cheap, <, dear);
}

/* ---- what is left over ---- */

static const struct over_row {
    const char *name;
    unsigned waiting[3]; /* of each campaign */
    int64_t capacity;    /* of the SIM that pays less */
    unsigned taken[3];   /* by the other */
} overs[] = {
    {"nothing of what the cheaper can send today", {10}, 10, {0}},
    {"what it cannot, and no more", {10}, 6, {4}},
    {"all, where it can send nothing", {10}, 0, {10}},
    {"of two campaigns alike, half of it each", {10, 10}, 10, {5, 5}},
    {"of a large and a small one, by their size", {30, 10}, 20, {15, 5}},
    {"of three that each would fit alone", {10, 10, 10}, 15, {5, 5, 5}},
};

static void test_over(struct fixture *fixture, gconstpointer data)
{
    const struct over_row *row = data;
    static const char *const codes[] = {"A", "B", "C"};
    int64_t campaigns[3] = {0};
    fixture->vina.capacity = row->capacity;
    for (size_t i = 0; i < G_N_ELEMENTS(codes) && row->waiting[i] > 0; i++)
        campaigns[i] = add_messages(fixture, codes[i], row->waiting[i]);
    look_around(fixture);
    for (size_t i = 0; i < G_N_ELEMENTS(codes) && row->waiting[i] > 0; i++)
        g_assert_cmpuint(taken(fixture, &fixture->viettel, campaigns[i], 100), ==, row->taken[i]);
}

static void test_many(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture->vina.capacity = 25000;
    int64_t campaign = add_messages(fixture, "C", 1);
    g_assert_true(
        sql_run(fixture->file.store, NULL,
                "WITH RECURSIVE more (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more"
                " WHERE n < 25003) INSERT INTO message (campaign_id, contact_id, purpose,"
                " state, priority, text, parts, reference, route, not_before, expires_at,"
                " created_at, state_at) SELECT campaign_id, contact_id, 'reminder', state,"
                " priority, text, parts, reference, route, not_before, expires_at,"
                " created_at, state_at FROM message, more",
                ""));
    look_around(fixture);
    g_assert_cmpuint(taken(fixture, &fixture->viettel, campaign, 100), ==, 4);
}

/* Counted once a minute, and again after it. */
static void test_counted_again(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture->vina.capacity = 6;
    int64_t campaign = add_messages(fixture, "C", 10);
    look_around(fixture);
    g_assert_cmpuint(taken(fixture, &fixture->viettel, campaign, 100), ==, 4);
    fixture->now += MINUTE - 1;
    look_around(fixture);
    g_assert_cmpuint(taken(fixture, &fixture->viettel, campaign, 100), ==, 0);
    fixture->now += 1;
    look_around(fixture);
    g_assert_cmpuint(taken(fixture, &fixture->viettel, campaign, 100), ==, 4);
}

#define TEST(name, function)                                                                       \
    g_test_add("/routing/" name, struct fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/routing/the cheaper SIM: %s", rows[i].name);
        g_test_add(path, struct fixture, &rows[i], set_up, test_one, tear_down);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(overs); i++) {
        g_autofree char *path = g_strdup_printf("/routing/the other takes %s", overs[i].name);
        g_test_add(path, struct fixture, &overs[i], set_up, test_over, tear_down);
    }
    TEST("a SIM that comes back has its numbers again", test_back_again);
    TEST("for speed whoever is free takes it, the cheapest first", test_speed);
    TEST("what is left over of very many is seen", test_many);
    TEST("what is left over is counted once a minute", test_counted_again);
    return g_test_run();
}
