// SPDX-License-Identifier: GPL-2.0-or-later
// What waits: the unsure sent again by policy, reports on first copies, answers, and long queues.
#include "campaigns/aging.h"

#include "campaigns/store/report.h"
#include "tests/queue_rows.h"

#define NUMBER "+84977000111"

struct fixture {
    struct store_file file;
    struct campaign_book *book;
    int64_t resends, asks; /* campaigns */
};

static int64_t add_with(struct store *store, const char *code, const char *line)
{
    int64_t id = add_campaign(store, code, "running");
    g_autofree char *definition = g_strdup_printf(
        "code = \"%s\"; title = \"%s\"; kind = \"survey\"; audience = { units = [ \"TT\" ]; };"
        " text = \"a\"; %s questions = ( { id = \"q\"; kind = \"choice\"; options ="
        " ( { code = \"1\"; label = \"co\"; }, { code = \"2\"; label = \"khong\"; } ); } );",
        code, code, line);
    g_assert_true(sql_run(store, NULL, "UPDATE campaign SET definition = ?1 WHERE id = ?2", "ti",
                          definition, id));
    return id;
}

static void fixture_open(struct fixture *fixture, gconstpointer data)
{
    store_file_open(&fixture->file, data);
    struct store *store = fixture->file.store;
    fixture->resends = add_with(store, "R", "on_unsure = \"resend\";");
    fixture->asks = add_with(store, "A", "");
    fixture->book = campaign_book_new(store, &test_terms);
    g_autoptr(GError) error = NULL;
    g_assert_nonnull(campaign_book_find(fixture->book, fixture->resends, &error));
    g_assert_no_error(error);
    g_assert_true(sql_run(
        store, NULL, "INSERT INTO modem (name, state, state_at) VALUES ('sim1', 'ready', 0)", ""));
}

static void fixture_close(struct fixture *fixture, gconstpointer data)
{
    campaign_book_free(fixture->book);
    store_file_close(&fixture->file, data);
}

static int64_t add_unsure(struct store *store, int64_t campaign, unsigned parts)
{
    static int number = 0;
    g_autofree char *phone = g_strdup_printf("+849770%05d", number++);
    int64_t id = add_message(store, campaign,
                             &(struct message){.contact_id = add_contact(store, phone),
                                               .purpose = PURPOSE_REMINDER,
                                               .parts = parts});
    settle(store, lease(store, id, "sim1", OPENING), "sim1", &(struct told){ATTEMPT_UNSURE, 0, {0}},
           OPENING);
    assert_state(store, id, MESSAGE_UNSURE);
    return id;
}

static unsigned age(struct fixture *fixture, int64_t now)
{
    g_autoptr(GError) error = NULL;
    unsigned queued = 0;
    aging_clock(fixture->file.store, fixture->book, now, &queued, &error);
    g_assert_no_error(error);
    return queued;
}

static int64_t report_on(struct store *store, int64_t message, int reference, int status,
                         int64_t sent_at, int64_t now)
{
    g_autofree char *number = NULL;
    struct message *row = store_message_get(store, message, NULL);
    number = g_strdup(row->phone.e164);
    message_free(row);
    const struct report report = {"sim1", reference, number, status, sent_at, now};
    struct report_match match = {0};
    g_autoptr(GError) error = NULL;
    store_report_add(store, &report, now, &match, &error);
    g_assert_no_error(error);
    return match.message_id;
}

static void test_resent_once_by_policy(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    struct store *store = fixture->file.store;
    int64_t id = add_unsure(store, fixture->resends, 1);
    int64_t asked = add_unsure(store, fixture->asks, 1);
    g_assert_cmpuint(age(fixture, OPENING + 10 * MINUTE - 1), ==, 0);
    g_assert_cmpuint(age(fixture, OPENING + 10 * MINUTE), ==, 1);
    assert_state(store, id, MESSAGE_QUEUED);
    assert_state(store, asked, MESSAGE_UNSURE);
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM campaign_event WHERE event = 'resend'"
                                      " AND by_whom LIKE 'policy%'"),
                    ==, 1);
    /* Unsure again, it is a person's. */
    settle(store, lease(store, id, "sim1", OPENING + HOUR), "sim1",
           &(struct told){ATTEMPT_UNSURE, 0, {0}}, OPENING + HOUR);
    g_assert_cmpuint(age(fixture, OPENING + 3 * HOUR), ==, 0);
    assert_state(store, id, MESSAGE_UNSURE);
}

static void test_while_its_modem_is_away_no_report_can_come(struct fixture *fixture,
                                                            gconstpointer data)
{
    (void)data;
    struct store *store = fixture->file.store;
    int64_t id = add_unsure(store, fixture->resends, 1);
    g_assert_true(sql_run(store, NULL, "UPDATE modem SET state = 'absent'", ""));
    g_assert_cmpuint(age(fixture, OPENING + HOUR - 1), ==, 0);
    g_assert_cmpuint(age(fixture, OPENING + HOUR), ==, 1);
    assert_state(store, id, MESSAGE_QUEUED);
}

static void test_what_is_too_old_or_stopped_is_not_resent(struct fixture *fixture,
                                                          gconstpointer data)
{
    (void)data;
    struct store *store = fixture->file.store;
    int64_t old = add_unsure(store, fixture->resends, 1);
    g_assert_true(
        sql_run(store, NULL, "UPDATE message SET expires_at = ?1", "i", OPENING + 10 * MINUTE));
    g_assert_cmpuint(age(fixture, OPENING + 10 * MINUTE), ==, 0);
    assert_state(store, old, MESSAGE_UNSURE);
    int64_t paused = add_unsure(store, fixture->resends, 1);
    g_assert_true(sql_run(store, NULL, "UPDATE campaign SET state = 'paused'", ""));
    g_assert_cmpuint(age(fixture, OPENING + DAY), ==, 0);
    assert_state(store, paused, MESSAGE_UNSURE);
}

static void test_a_report_before_the_second_copy_stops_it(struct fixture *fixture,
                                                          gconstpointer data)
{
    (void)data;
    struct store *store = fixture->file.store;
    int64_t id = add_unsure(store, fixture->resends, 1);
    g_assert_cmpuint(age(fixture, OPENING + 10 * MINUTE), ==, 1);
    struct message *seen = store_message_get(store, id, NULL); /* by a dispatcher */
    g_assert_cmpint(report_on(store, id, 7, 0, OPENING, OPENING + 11 * MINUTE), ==, id);
    assert_state(store, id, MESSAGE_DELIVERED);
    int64_t number = 0;
    g_autoptr(GError) error = NULL;
    g_assert_false(store_message_lease(store, seen, "sim1", OPENING + HOUR, &number, &error));
    g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
    message_free(seen);
}

static void test_a_report_on_one_part_leaves_the_rest_to_its_modem(struct fixture *fixture,
                                                                   gconstpointer data)
{
    (void)data;
    struct store *store = fixture->file.store;
    int64_t id = add_unsure(store, fixture->resends, 2);
    g_assert_cmpuint(age(fixture, OPENING + 10 * MINUTE), ==, 1);
    struct message *seen = store_message_get(store, id, NULL);
    g_assert_null(seen->modem);
    report_on(store, id, 7, 0, OPENING, OPENING + 11 * MINUTE);
    struct message *rest = store_message_get(store, id, NULL);
    g_assert_cmpint(rest->state, ==, MESSAGE_QUEUED);
    g_assert_cmpuint(rest->parts_sent, ==, 1);
    g_assert_cmpstr(rest->modem, ==, "sim1");
    /* What was read before does not send the first part again. */
    int64_t number = 0;
    g_assert_false(store_message_lease(store, seen, "sim2", OPENING + HOUR, &number, NULL));
    assert_state(store, id, MESSAGE_QUEUED);
    g_assert_true(store_message_lease(store, rest, "sim1", OPENING + HOUR, &number, NULL));
    message_free(seen);
    message_free(rest);
}

static void test_a_report_on_the_first_copy_counts_afterwards(struct fixture *fixture,
                                                              gconstpointer data)
{
    (void)data;
    struct store *store = fixture->file.store;
    int64_t id = add_unsure(store, fixture->resends, 1);
    g_assert_cmpuint(age(fixture, OPENING + 10 * MINUTE), ==, 1);
    send_one(store, id, "sim2", 50, OPENING + 20 * MINUTE);
    assert_state(store, id, MESSAGE_SENT);
    g_assert_cmpint(report_on(store, id, 7, 0x46, OPENING, OPENING + 30 * MINUTE), ==, 0);
    assert_state(store, id, MESSAGE_SENT); /* that one copy failed says nothing */
    g_assert_cmpint(report_on(store, id, 8, 0, OPENING, OPENING + 30 * MINUTE), ==, id);
    assert_state(store, id, MESSAGE_DELIVERED);
    g_assert_cmpint(count_rows(store, "SELECT reference FROM part"), ==, 50);
}

static void test_a_second_copy_that_never_goes_leaves_it_unsure(struct fixture *fixture,
                                                                gconstpointer data)
{
    (void)data;
    struct store *store = fixture->file.store;
    int64_t id = add_unsure(store, fixture->resends, 1);
    int64_t plain = add_message(store, fixture->resends, &(struct message){0});
    g_assert_cmpuint(age(fixture, OPENING + 10 * MINUTE), ==, 1);
    g_assert_true(sql_run(store, NULL, "UPDATE message SET expires_at = ?1", "i", OPENING + HOUR));
    g_assert_true(campaign_clock(store, fixture->book, OPENING + HOUR, NULL));
    assert_state(store, id, MESSAGE_UNSURE);
    assert_state(store, plain, MESSAGE_EXPIRED);
}

static void test_answers_go_by_any_modem_after_a_while(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    struct store *store = fixture->file.store;
    const struct {
        struct message like;
        unsigned freed;
    } rows[] = {
        {{.purpose = PURPOSE_ANSWER, .modem = (char *)"sim1", .not_before = OPENING}, 1},
        {{.purpose = PURPOSE_ANSWER, .modem = (char *)"sim1", .not_before = OPENING + 1}, 0},
        {{.purpose = PURPOSE_INVITATION, .modem = (char *)"sim1", .not_before = OPENING}, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        int64_t id = add_message(store, fixture->asks, &rows[i].like);
        g_assert_cmpuint(age(fixture, OPENING + 10 * MINUTE), ==, rows[i].freed);
        struct message *message = store_message_get(store, id, NULL);
        g_assert_cmpstr(message->modem, ==, rows[i].freed != 0 ? NULL : "sim1");
        message_free(message);
    }
}

static void fill_queue(struct store *store, int64_t campaign, int count)
{
    int64_t contact = add_contact(store, NUMBER);
    g_assert_true(store_begin(store, NULL));
    for (int i = 0; i < count; i++)
        add_message(store, campaign,
                    &(struct message){.contact_id = contact, .purpose = PURPOSE_REMINDER});
    g_assert_true(store_commit(store, NULL));
}

static int64_t count_in(struct store *store, const char *state)
{
    int64_t count = 0;
    g_assert_true(sql_integer(store, 0, &count, NULL,
                              "SELECT count(*) FROM message WHERE state = ?1", "t", state));
    return count;
}

static void test_long_queues_empty_in_slices(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    struct store *store = fixture->file.store;
    static const struct {
        const char *change;
        const char *state, *cause, *ends;
    } rows[] = {
        {"UPDATE campaign SET state = 'cancelled'", "cancelled", "campaign cancelled", "cancelled"},
        {"UPDATE campaign SET closes_at = 5", "expired", "campaign closed", "finished"},
        {"UPDATE message SET expires_at = 5", "expired", "waited too long", "running"},
    };
    fill_queue(store, fixture->asks, 2 * MESSAGE_SLICE + 500);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].change);
        g_assert_true(sql_run(store, NULL,
                              "UPDATE message SET state = 'queued', cause = '', expires_at = ?1",
                              "i", OPENING + DAY));
        g_assert_true(
            sql_run(store, NULL, "UPDATE campaign SET state = 'running', closes_at = 0", ""));
        g_assert_true(sql_run(store, NULL, rows[i].change, ""));
        campaign_book_stale(fixture->book);
        bool more = true;
        unsigned slices = 0;
        while (more) {
            g_autoptr(GError) error = NULL;
            campaign_clock_slice(store, fixture->book, OPENING, &more, &error);
            g_assert_no_error(error);
            slices++;
            g_assert_cmpint(count_in(store, rows[i].state), <=, slices * MESSAGE_SLICE);
        }
        g_assert_cmpuint(slices, >=, 3);
        g_assert_cmpint(count_in(store, rows[i].state), ==, 2 * MESSAGE_SLICE + 500);
        g_autofree char *cause = read_text(store, "SELECT max(cause) FROM message");
        g_autofree char *state = read_text(store, "SELECT max(state) FROM campaign");
        g_assert_cmpstr(cause, ==, rows[i].cause);
        g_assert_cmpstr(state, ==, rows[i].ends);
    }
}

#define TEST(name, function)                                                                       \
    g_test_add("/aging/" name, struct fixture, NULL, fixture_open, function, fixture_close)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("what is unsure is sent again once, by policy", test_resent_once_by_policy);
    TEST("while its modem is away no report can come",
         test_while_its_modem_is_away_no_report_can_come);
    TEST("what is too old or stopped is not sent again",
         test_what_is_too_old_or_stopped_is_not_resent);
    TEST("a report before the second copy stops it", test_a_report_before_the_second_copy_stops_it);
    TEST("a report on one part leaves the rest to its modem",
         test_a_report_on_one_part_leaves_the_rest_to_its_modem);
    TEST("a report on the first copy counts afterwards",
         test_a_report_on_the_first_copy_counts_afterwards);
    TEST("a second copy that never goes leaves it unsure",
         test_a_second_copy_that_never_goes_leaves_it_unsure);
    TEST("answers go by any modem after a while", test_answers_go_by_any_modem_after_a_while);
    TEST("long queues empty in slices", test_long_queues_empty_in_slices);
    return g_test_run();
}
