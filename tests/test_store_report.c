// SPDX-License-Identifier: GPL-2.0-or-later
// Delivery reports: which part they belong to, and what they make of its message.
#include "campaigns/store/report.h"
#include "tests/queue_rows.h"

static struct report_match add_report(struct store *store, const char *modem, int reference,
                                      const char *number, int status, int64_t now)
{
    const struct report report = {modem, reference, number, status, now - MINUTE, now - 1000};
    struct report_match match = {0};
    g_autoptr(GError) error = NULL;
    store_report_add(store, &report, now, &match, &error);
    g_assert_no_error(error);
    return match;
}

static void test_sense(void)
{
    static const struct {
        int status;
        enum report_sense sense;
    } rows[] = {{0x00, REPORT_DELIVERED}, {0x02, REPORT_DELIVERED}, {0x1f, REPORT_DELIVERED},
                {0x20, REPORT_TRYING},    {0x30, REPORT_TRYING},    {0x40, REPORT_FAILED},
                {0x65, REPORT_FAILED},    {0x7f, REPORT_FAILED},    {0x80, REPORT_UNKNOWN},
                {0xff, REPORT_UNKNOWN}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(report_sense_of(rows[i].status), ==, rows[i].sense);
}

static int64_t add_to(struct store *store, int64_t campaign, int64_t contact, unsigned parts)
{
    return add_message(
        store, campaign,
        &(struct message){.contact_id = contact, .parts = parts, .purpose = PURPOSE_REMINDER});
}

static void test_matching(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    int64_t campaign = add_campaign(store, "A", "running");
    int64_t an = add_contact(store, "+84912345678"), binh = add_contact(store, "+84987654321");
    int64_t old = add_to(store, campaign, an, 1), newer = add_to(store, campaign, an, 1);
    int64_t other = add_to(store, campaign, binh, 1), elsewhere = add_to(store, campaign, an, 1);
    int64_t ancient = add_to(store, campaign, an, 1);
    send_one(store, ancient, "sim1", 9, OPENING - 8 * DAY);
    send_one(store, old, "sim1", 7, OPENING);
    send_one(store, newer, "sim1", 7, OPENING + HOUR);
    send_one(store, other, "sim1", 7, OPENING + HOUR);
    send_one(store, elsewhere, "sim2", 7, OPENING + HOUR);
    const struct {
        const char *name, *modem, *number;
        int reference, status;
        int64_t expected;
        enum message_state state;
    } rows[] = {
        {"no such reference", "sim1", "+84912345678", 8, 0, 0, MESSAGE_SENT},
        {"no such number", "sim1", "+84900000000", 7, 0, 0, MESSAGE_SENT},
        {"no such modem", "sim3", "+84912345678", 7, 0, 0, MESSAGE_SENT},
        {"too long ago", "sim1", "+84912345678", 9, 0, 0, MESSAGE_SENT},
        {"still trying", "sim1", "0912345678", 7, 0x30, newer, MESSAGE_SENT},
        {"then it came", "sim1", "84912345678", 7, 0x00, newer, MESSAGE_DELIVERED},
        {"the older of two with one reference", "sim1", "+84912345678", 7, 0x46, old,
         MESSAGE_UNDELIVERED},
        {"another number", "sim1", "0987654321", 7, 0x00, other, MESSAGE_DELIVERED},
        {"another modem", "sim2", "+84 912 345 678", 7, 0x01, elsewhere, MESSAGE_DELIVERED},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        struct report_match match = add_report(store, rows[i].modem, rows[i].reference,
                                               rows[i].number, rows[i].status, OPENING + 2 * HOUR);
        g_assert_cmpint(match.message_id, ==, rows[i].expected);
        if (match.message_id != 0)
            assert_state(store, match.message_id, rows[i].state);
    }
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM report WHERE message_id IS NULL"), ==,
                    4);
}

/* The modem says reference 0 for each part, and all is done within a second. */
static void test_equal_reports_are_one_for_each_part(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    int64_t id =
        add_to(store, add_campaign(store, "A", "running"), add_contact(store, "+84912345678"), 2);
    settle(store, lease(store, id, "sim1", OPENING), "sim1",
           &(struct told){ATTEMPT_SENT, 2, {0, 0}}, OPENING);
    const struct {
        bool repeated;
        enum message_state state;
    } rows[] = {{false, MESSAGE_SENT}, {false, MESSAGE_DELIVERED}, {true, MESSAGE_DELIVERED}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct report_match match = add_report(store, "sim1", 0, "+84912345678", 0, OPENING + 1000);
        g_assert_cmpint(match.repeated, ==, rows[i].repeated);
        assert_state(store, id, rows[i].state);
    }
}

static void test_every_part_counts(struct store_file *file, gconstpointer data)
{
    (void)data;
    static const struct {
        const char *name;
        int statuses[3]; /* of the parts, in the order of reporting; -1: none comes */
        int order[3];
        enum message_state state;
    } rows[] = {
        {"all of them, in any order", {0, 0, 0}, {2, 0, 1}, MESSAGE_DELIVERED},
        {"two of three are not yet all", {0, 0, -1}, {0, 1, 2}, MESSAGE_SENT},
        {"one that failed is enough", {0, 0x45, -1}, {0, 1, 2}, MESSAGE_UNDELIVERED},
        {"unknown says nothing", {0, 0x90, 0}, {0, 1, 2}, MESSAGE_SENT},
    };
    struct store *store = file->store;
    int64_t campaign = add_campaign(store, "A", "running");
    int64_t contact = add_contact(store, "+84912345678");
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        int64_t id = add_to(store, campaign, contact, 3);
        int base = 10 * (int)(i + 1);
        int64_t now = OPENING + (int64_t)i * HOUR;
        settle(store, lease(store, id, "sim1", now), "sim1",
               &(struct told){ATTEMPT_SENT, 3, {base, base + 1, base + 2}}, now);
        for (int k = 0; k < 3; k++) {
            if (rows[i].statuses[k] >= 0)
                add_report(store, "sim1", base + rows[i].order[k], "+84912345678",
                           rows[i].statuses[k], now + 1000 + k);
        }
        assert_state(store, id, rows[i].state);
    }
}

static void test_the_same_report_twice(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    int64_t campaign = add_campaign(store, "A", "running");
    int64_t contact = add_contact(store, "+84912345678");
    int64_t old = add_to(store, campaign, contact, 1), newer = add_to(store, campaign, contact, 1);
    send_one(store, old, "sim1", 7, OPENING);
    send_one(store, newer, "sim1", 7, OPENING + 1);
    g_assert_cmpint(add_report(store, "sim1", 7, "+84912345678", 0, OPENING + 9).message_id, ==,
                    newer);
    struct report_match again = add_report(store, "sim1", 7, "+84912345678", 0, OPENING + 9);
    g_assert_true(again.repeated);
    g_assert_cmpint(again.message_id, ==, 0);
    assert_state(store, old, MESSAGE_SENT);
}

static void test_a_report_before_its_verdict(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    int64_t campaign = add_campaign(store, "A", "running");
    int64_t contact = add_contact(store, "+84912345678");
    int64_t id = add_to(store, campaign, contact, 1);
    add_report(store, "sim1", 7, "+84912345678", 0x46, OPENING - DAY); /* of long ago */
    int64_t number = lease(store, id, "sim1", OPENING);
    g_assert_cmpint(add_report(store, "sim1", 7, "0912345678", 0, OPENING + 10).message_id, ==, 0);
    struct settled settled =
        settle(store, number, "sim1", &(struct told){ATTEMPT_SENT, 1, {7}}, OPENING + 20);
    enum message_state state = MESSAGE_QUEUED;
    g_assert_true(store_report_catch_up(store, &settled, OPENING + 20, &state, NULL));
    g_assert_cmpint(state, ==, MESSAGE_DELIVERED);
    assert_state(store, id, MESSAGE_DELIVERED);
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM report WHERE message_id IS NULL"), ==,
                    1);
}

static void test_the_number_of_nobody_is_not_kept(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    add_contact(store, "+84912345678");
    add_report(store, "sim1", 7, "+84987654321", 0, OPENING);
    add_report(store, "sim1", 7, "0987654321", 0, OPENING);
    add_report(store, "sim1", 7, "+84912345678", 0, OPENING);
    add_report(store, "sim1", 7, "0912345678", 0, OPENING);
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM report WHERE number LIKE '#%'"), ==, 2);
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM report WHERE number LIKE '%912345678'"),
                    ==, 2);
}

static void test_many_reports_before_their_verdict(struct store_file *file, gconstpointer data)
{
    (void)data;
    enum { PARTS = 40 };
    struct store *store = file->store;
    int64_t id = add_to(store, add_campaign(store, "A", "running"),
                        add_contact(store, "+84912345678"), PARTS);
    int64_t number = lease(store, id, "sim1", OPENING);
    int references[PARTS];
    for (int i = 0; i < PARTS; i++) {
        references[i] = i;
        add_report(store, "sim1", i, "+84912345678", 0, OPENING + 1 + i);
    }
    struct verdict_row row = {.lease = number,
                              .modem = "sim1",
                              .news = {.verdict = ATTEMPT_SENT, .parts_now = PARTS},
                              .references = references,
                              .cause = ""};
    struct settled settled;
    enum message_state state = MESSAGE_QUEUED;
    g_assert_true(store_message_settle(store, &row, OPENING + MINUTE, &settled, NULL));
    g_assert_true(store_report_catch_up(store, &settled, OPENING + MINUTE, &state, NULL));
    assert_state(store, id, MESSAGE_DELIVERED);
}

static void test_a_report_lifts_a_doubt(struct store_file *file, gconstpointer data)
{
    (void)data;
    static const struct {
        const char *name;
        unsigned parts;
        struct told told;
        int reference, status;
        enum message_state state;
        unsigned parts_sent;
    } rows[] = {
        {"a single part", 1, {ATTEMPT_UNSURE, 0, {0}}, 44, 0x00, MESSAGE_DELIVERED, 1},
        {"it is still on its way", 1, {ATTEMPT_UNSURE, 0, {0}}, 45, 0x30, MESSAGE_SENT, 1},
        {"it did not arrive", 1, {ATTEMPT_UNSURE, 0, {0}}, 46, 0x41, MESSAGE_UNDELIVERED, 1},
        {"the rest may go out", 3, {ATTEMPT_UNSURE, 1, {80}}, 47, 0x00, MESSAGE_QUEUED, 2},
        {"of another part it says nothing",
         3,
         {ATTEMPT_UNSURE, 1, {81}},
         81,
         0x00,
         MESSAGE_UNSURE,
         1},
    };
    struct store *store = file->store;
    int64_t campaign = add_campaign(store, "A", "running");
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autofree char *phone = g_strdup_printf("+8498000000%zu", i);
        int64_t id = add_to(store, campaign, add_contact(store, phone), rows[i].parts);
        settle(store, lease(store, id, "sim1", OPENING), "sim1", &rows[i].told, OPENING);
        add_report(store, "sim1", rows[i].reference, phone, rows[i].status, OPENING + 9);
        struct message *message = store_message_get(store, id, NULL);
        g_assert_cmpstr(message_state_name(message->state), ==, message_state_name(rows[i].state));
        g_assert_cmpint(message->parts_sent, ==, rows[i].parts_sent);
        g_assert_cmpstr(message->modem, ==, "sim1");
        message_free(message);
    }
}

/* The flight log was lost: each part may have gone, and no report tells which one it is of. */
static void test_each_report_lifts_one_doubt(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    int64_t id =
        add_to(store, add_campaign(store, "A", "running"), add_contact(store, "+84912345678"), 3);
    struct verdict_row row = {.lease = lease(store, id, "sim1", OPENING),
                              .modem = "sim1",
                              .news = {.verdict = ATTEMPT_UNSURE, .doubtful = 3},
                              .cause = "lost"};
    struct settled settled;
    g_assert_true(store_message_settle(store, &row, OPENING, &settled, NULL));
    static const enum message_state states[] = {MESSAGE_UNSURE, MESSAGE_UNSURE, MESSAGE_DELIVERED};
    for (unsigned i = 0; i < G_N_ELEMENTS(states); i++) {
        add_report(store, "sim1", 52 - (int)i, "+84912345678", 0, OPENING + 9 + i);
        struct message *message = store_message_get(store, id, NULL);
        g_assert_cmpstr(message_state_name(message->state), ==, message_state_name(states[i]));
        g_assert_cmpint(message->parts_sent, ==, i + 1);
        message_free(message);
    }
}

#define TEST(name, function)                                                                       \
    g_test_add("/store report/" name, struct store_file, NULL, store_file_open, function,          \
               store_file_close)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/store report/what TP-Status means", test_sense);
    TEST("by modem, reference and number, newest first", test_matching);
    TEST("every part counts", test_every_part_counts);
    TEST("equal reports are one for each part", test_equal_reports_are_one_for_each_part);
    TEST("the same report twice is one", test_the_same_report_twice);
    TEST("a report may come before its verdict", test_a_report_before_its_verdict);
    TEST("a number that is nobody's is not kept", test_the_number_of_nobody_is_not_kept);
    TEST("so may the reports of many parts", test_many_reports_before_their_verdict);
    TEST("a report lifts a doubt", test_a_report_lifts_a_doubt);
    TEST("of several doubts each report lifts one", test_each_report_lifts_one_doubt);
    return g_test_run();
}
