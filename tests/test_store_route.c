// SPDX-License-Identifier: GPL-2.0-or-later
// What reports teach of a number, what is queued follows it, and whose SIM writes on.
#include "campaigns/store/reminder.h"
#include "campaigns/store/report.h"
#include "campaigns/store/route.h"
#include "tests/queue_rows.h"

#define PHONE "+84971234567"

enum { ARRIVED = 0x00, NO_SUCH = 0x41, WAS_OFF = 0x46, GAVE_UP = 0x63 };

static void put_sims(struct store *store)
{
    static const char *const statements[] = {
        "INSERT INTO modem (name, state, state_at, imsi) VALUES ('sim1', 'ready', 0, '452041'),"
        " ('sim2', 'ready', 0, ''), ('sim3', 'ready', 0, '452022')",
        "INSERT INTO sim (imsi, modem, operator) VALUES ('452041', 'sim1', 'viettel'),"
        " ('modem:sim2', 'sim2', 'mobifone'), ('452022', 'sim3', ''), ('452049', 'sim3', "
        "'viettel')",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(statements); i++) {
        g_autoptr(GError) error = NULL;
        sqlite3_stmt *statement = sql_bind(store, statements[i], "");
        sql_step(statement, &error);
        g_assert_no_error(error);
    }
}

static char *route_of_message(struct store *store, int64_t id)
{
    sqlite3_stmt *statement = sql_bind(store, "SELECT route FROM message WHERE id = ?1", "i", id);
    g_assert_cmpint(sql_step(statement, NULL), ==, 1);
    char *route = sql_text(statement, 0);
    sqlite3_reset(statement);
    return route;
}

static void assert_route(struct store *store, int64_t id, const char *expected)
{
    g_autofree char *route = route_of_message(store, id);
    g_assert_cmpstr(route, ==, expected);
}

/* One message by that modem, and what became of it. */
static void write_to(struct store *store, int64_t contact, const char *modem, int status)
{
    static int reference = 0;
    reference = (reference + 1) % 256;
    g_autofree char *code = g_strdup_printf("C%d", g_random_int_range(0, G_MAXINT));
    int64_t campaign = add_campaign(store, code, "running");
    int64_t id = add_message(store, campaign, &(struct message){.contact_id = contact});
    send_one(store, id, modem, reference, OPENING);
    const struct report report = {.modem = modem,
                                  .reference = reference,
                                  .number = PHONE,
                                  .status = status,
                                  .sent_at = OPENING,
                                  .discharged_at = OPENING + reference};
    struct report_match match;
    g_autoptr(GError) error = NULL;
    g_assert_true(store_begin(store, NULL));
    store_report_add(store, &report, OPENING + reference, &match, &error);
    g_assert_no_error(error);
    g_assert_true(store_commit(store, NULL));
    g_assert_cmpint(match.message_id, ==, id);
}

static const struct lesson_row {
    const char *name;
    struct {
        const char *modem;
        int status;
    } told[6];
    const char *route; /* of what is queued then */
    int64_t rows;      /* in contact_operator */
} lessons[] = {
    {"what arrives costs no row", {{"sim1", ARRIVED}, {"sim2", ARRIVED}}, "viettel", 0},
    {"one failure is not enough", {{"sim1", NO_SUCH}}, "viettel", 1},
    {"two are", {{"sim1", NO_SUCH}, {"sim1", NO_SUCH}}, "viettel!viettel", 1},
    {"not with a delivery between them",
     {{"sim1", NO_SUCH}, {"sim1", ARRIVED}, {"sim1", NO_SUCH}},
     "viettel",
     1},
    {"then whoever delivers",
     {{"sim1", NO_SUCH}, {"sim1", NO_SUCH}, {"sim2", ARRIVED}},
     "viettel!viettel+mobifone",
     2},
    {"until it arrives again",
     {{"sim1", NO_SUCH}, {"sim1", NO_SUCH}, {"sim2", ARRIVED}, {"sim1", ARRIVED}},
     "viettel",
     2},
    {"another's delivery does not excuse the first",
     {{"sim1", NO_SUCH}, {"sim2", ARRIVED}, {"sim1", NO_SUCH}},
     "viettel!viettel+mobifone",
     2},
    {"a phone that was off teaches nothing", {{"sim1", WAS_OFF}, {"sim1", WAS_OFF}}, "viettel", 0},
    {"nor does a centre that gave up", {{"sim1", GAVE_UP}, {"sim1", GAVE_UP}}, "viettel", 0},
    {"nor a SIM that nobody knows", {{"sim3", NO_SUCH}, {"sim3", NO_SUCH}}, "viettel", 0},
};

static void test_lesson(struct store_file *file, gconstpointer data)
{
    const struct lesson_row *row = data;
    struct store *store = file->store;
    put_sims(store);
    int64_t contact = add_contact(store, PHONE);
    int64_t waiting = add_message(store, add_campaign(store, "W", "running"),
                                  &(struct message){.contact_id = contact});
    int64_t other = add_message(store, add_campaign(store, "O", "running"), &(struct message){0});
    assert_route(store, waiting, "viettel");
    for (size_t i = 0; i < G_N_ELEMENTS(row->told) && row->told[i].modem != NULL; i++)
        write_to(store, contact, row->told[i].modem, row->told[i].status);
    assert_route(store, waiting, row->route);
    assert_route(store, other, "vinaphone");
    int64_t later = add_message(store, add_campaign(store, "L", "running"),
                                &(struct message){.contact_id = contact});
    assert_route(store, later, row->route);
    int64_t rows = 0;
    g_assert_true(sql_integer(store, 0, &rows, NULL, "SELECT count(*) FROM contact_operator", ""));
    g_assert_cmpint(rows, ==, row->rows);
    g_autoptr(GHashTable) all = store_route_lessons(store, NULL);
    g_assert_cmpuint(g_hash_table_size(all), ==, row->rows > 0);
}

static int64_t remind(struct store *store, int64_t campaign, int64_t contact)
{
    static int reminder = 0;
    const struct message message = {.campaign_id = campaign,
                                    .contact_id = contact,
                                    .text = (char *)"Nhac",
                                    .parts = 1,
                                    .expires_at = OPENING + DAY};
    bool added = false;
    g_autoptr(GError) error = NULL;
    store_reminder_add(store, &message, reminder++, OPENING, &added, &error);
    g_assert_no_error(error);
    g_assert_true(added);
    return sql_last_id(store);
}

static void test_reply_sim(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    put_sims(store);
    int64_t contact = add_contact(store, PHONE), campaign = add_campaign(store, "A", "running");
    int64_t other = add_campaign(store, "B", "running");
    assert_route(store, remind(store, campaign, contact), "viettel"); /* nobody wrote yet */
    const struct message to = {.contact_id = contact};
    send_one(store, add_message(store, campaign, &to), "sim2", 7, OPENING);
    assert_route(store, remind(store, campaign, contact), "@sim2");
    assert_route(store, remind(store, other, contact), "viettel"); /* each campaign for itself */
    const struct message answer = {.contact_id = contact, .purpose = PURPOSE_ANSWER};
    send_one(store, add_message(store, campaign, &answer), "sim1", 8, OPENING);
    assert_route(store, remind(store, campaign, contact), "@sim2"); /* the first, not the last */
    assert_route(store, add_message(store, campaign, &answer), "");
}

/* A number that never got anything does not know the SIM. */
static void test_lost_invitation(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    put_sims(store);
    int64_t contact = add_contact(store, PHONE);
    write_to(store, contact, "sim2", NO_SUCH);
    int64_t campaign = 0;
    g_assert_true(sql_integer(store, 0, &campaign, NULL, "SELECT max(id) FROM campaign", ""));
    assert_route(store, remind(store, campaign, contact), "viettel");
}

static void test_lists(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    int64_t campaign = add_campaign(store, "A", "running"), parts = 0;
    const char *const phones[] = {"+84971234567", "+84901234567", "+84971234568", "+84301234567"};
    for (size_t i = 0; i < G_N_ELEMENTS(phones); i++) {
        const struct message like = {.contact_id = add_contact(store, phones[i]), .parts = 2};
        add_message(store, campaign, &like);
    }
    g_autoptr(GPtrArray) routes = g_ptr_array_new_with_free_func(g_free);
    g_assert_true(store_route_list(store, campaign, 0, routes, NULL));
    g_ptr_array_add(routes, NULL);
    g_autofree char *joined = g_strjoinv(" ", (char **)routes->pdata);
    g_assert_cmpstr(joined, ==, " mobifone viettel");
    static const struct {
        const char *route;
        unsigned limit;
        int64_t parts;
    } rows[] = {{"viettel", 100, 4}, {"viettel", 1, 2}, {"itel", 100, 0}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct message_lane lane = {campaign, 0, rows[i].route};
        g_assert_true(store_route_backlog(store, &lane, OPENING, rows[i].limit, &parts, NULL));
        g_assert_cmpint(parts, ==, rows[i].parts);
    }
}

/* A hundred thousand of one route must not be walked for the next. */
static void test_listing_hops(struct store_file *file, gconstpointer data)
{
    (void)data;
    sqlite3_stmt *statement =
        sql_bind(file->store,
                 "EXPLAIN QUERY PLAN SELECT min(route) FROM message WHERE state = 'queued'"
                 " AND modem IS NULL AND purpose <> 'answer' AND campaign_id IS 1"
                 " AND priority = 1 AND route > 'a'",
                 "");
    g_assert_cmpint(sql_step(statement, NULL), ==, 1);
    g_autofree char *plan = sql_text(statement, 3);
    g_assert_nonnull(strstr(plan, "message_queue (campaign_id=? AND priority=? AND route>?)"));
    sqlite3_reset(statement);
}

#define TEST(name, function)                                                                       \
    g_test_add("/store route/" name, struct store_file, NULL, store_file_open, function,           \
               store_file_close)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(lessons); i++) {
        g_autofree char *path = g_strconcat("/store route/lesson/", lessons[i].name, NULL);
        g_test_add(path, struct store_file, &lessons[i], store_file_open, test_lesson,
                   store_file_close);
    }
    TEST("the SIM that wrote first writes on", test_reply_sim);
    TEST("but not one whose text never arrived", test_lost_invitation);
    TEST("what there is, and how much of it", test_lists);
    TEST("routes are listed by hops through the index", test_listing_hops);
    return g_test_run();
}
