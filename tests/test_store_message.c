// SPDX-License-Identifier: GPL-2.0-or-later
// The queue in the database: what is refilled, leased and settled, what people read of it.
#include "tests/queue_rows.h"

static void free_message(gpointer message)
{
    message_free(message);
}

static GPtrArray *messages_new(void)
{
    return g_ptr_array_new_with_free_func(free_message);
}

/* "3 1 2": ids in order. */
static char *ids(const GPtrArray *messages, int64_t base)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < messages->len; i++) {
        const struct message *message = g_ptr_array_index(messages, i);
        g_string_append_printf(text, "%s%d", i > 0 ? " " : "", (int)(message->id - base));
    }
    return g_string_free(text, FALSE);
}

static void test_refill(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    int64_t running = add_campaign(store, "A", "running");
    int64_t other = add_campaign(store, "B", "running");
    const struct message rows[] = {
        {.priority = 1, .not_before = OPENING},
        {.priority = 1, .not_before = OPENING - 5},
        {.priority = 1, .not_before = OPENING + 5}, /* not due */
        {.priority = 2},                            /* another lane */
        {.priority = 1, .modem = (char *)"sim1"},   /* another lane */
        {.priority = 1, .purpose = PURPOSE_ANSWER}, /* another lane */
        {.priority = 1, .not_before = OPENING - 9},
    };
    int64_t base = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        int64_t id = add_message(store, running, &rows[i]);
        base = i == 0 ? id : base;
    }
    add_message(store, other, &(struct message){.priority = 1});
    static const struct {
        int priority;
        unsigned limit;
        const char *expected;
    } asked[] = {{1, 9, "6 1 0"}, {1, 2, "6 1"}, {2, 9, "3"}, {3, 9, ""}};
    for (size_t i = 0; i < G_N_ELEMENTS(asked); i++) {
        g_autoptr(GPtrArray) messages = messages_new();
        g_autoptr(GError) error = NULL;
        const struct message_lane lane = {running, asked[i].priority, "vinaphone"};
        g_assert_true(
            store_message_refill(store, &lane, OPENING, asked[i].limit, messages, &error));
        g_assert_no_error(error);
        g_autofree char *got = ids(messages, base);
        g_assert_cmpstr(got, ==, asked[i].expected);
    }
}

static void test_refill_direct(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    const struct {
        const char *state;
        enum message_purpose purpose;
        const char *modem;
        int priority;
    } rows[] = {
        {"running", PURPOSE_INVITATION, "sim1", 1}, {"running", PURPOSE_ANSWER, "sim1", 2},
        {"paused", PURPOSE_INVITATION, "sim1", 1},  {"paused", PURPOSE_ANSWER, "sim1", 1},
        {"finished", PURPOSE_ANSWER, "sim1", 1},    {"finished", PURPOSE_INVITATION, "sim1", 1},
        {"running", PURPOSE_ANSWER, NULL, 1},       {"running", PURPOSE_ANSWER, "sim2", 1},
        {"cancelled", PURPOSE_ANSWER, NULL, 0},
    };
    int64_t base = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *code = g_strdup_printf("C%zu", i);
        int64_t campaign = add_campaign(store, code, rows[i].state);
        int64_t id = add_message(store, campaign,
                                 &(struct message){.purpose = rows[i].purpose,
                                                   .modem = (char *)rows[i].modem,
                                                   .priority = rows[i].priority});
        base = i == 0 ? id : base;
    }
    static const struct {
        const char *modem, *expected;
    } asked[] = {{"sim1", "1 0 4"}, {NULL, "6 8"}, {"sim2", "7"}, {"sim3", ""}};
    for (size_t i = 0; i < G_N_ELEMENTS(asked); i++) {
        g_autoptr(GPtrArray) messages = messages_new();
        g_assert_true(
            store_message_refill_direct(store, asked[i].modem, OPENING, 9, messages, NULL));
        g_autofree char *got = ids(messages, base);
        g_assert_cmpstr(got, ==, asked[i].expected);
    }
}

static void test_queues(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    int64_t first = add_campaign(store, "A", "running");
    int64_t paused = add_campaign(store, "B", "paused");
    add_campaign(store, "C", "running");
    int64_t last = add_campaign(store, "D", "running");
    g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_assert_true(store_message_queues(store, none, NULL));
    g_assert_cmpint(none->len, ==, 0);
    for (int i = 0; i < 3; i++) {
        add_message(store, first, &(struct message){0});
        add_message(store, paused, &(struct message){0});
        add_message(store, last, &(struct message){0});
    }
    add_message(store, 0, &(struct message){.purpose = PURPOSE_ALARM});
    g_autoptr(GArray) queues = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_assert_true(store_message_queues(store, queues, NULL));
    g_assert_cmpint(queues->len, ==, 3);
    g_assert_cmpint(g_array_index(queues, int64_t, 0), ==, first);
    g_assert_cmpint(g_array_index(queues, int64_t, 1), ==, last);
    g_assert_cmpint(g_array_index(queues, int64_t, 2), ==, 0);
}

static void test_lease_and_settle(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    int64_t campaign = add_campaign(store, "A", "running");
    static const struct {
        const char *name;
        unsigned parts;
        struct told told;
        enum message_state state;
        unsigned parts_sent;
        int64_t rows_of_parts;
        const char *modem; /* afterwards */
    } rows[] = {
        {"sent", 1, {ATTEMPT_SENT, 1, {7}}, MESSAGE_SENT, 1, 1, "sim1"},
        {"sent in three parts", 3, {ATTEMPT_SENT, 3, {7, 8, 9}}, MESSAGE_SENT, 3, 3, "sim1"},
        {"to be tried again", 1, {ATTEMPT_RETRY, 0, {0}}, MESSAGE_QUEUED, 0, 0, NULL},
        {"half sent", 2, {ATTEMPT_RETRY, 1, {7}}, MESSAGE_QUEUED, 1, 1, "sim1"},
        {"refused", 1, {ATTEMPT_REFUSED, 0, {0}}, MESSAGE_REFUSED, 0, 0, NULL},
        {"unsure", 1, {ATTEMPT_UNSURE, 0, {0}}, MESSAGE_UNSURE, 0, 1, "sim1"},
        {"unsure in the second part", 3, {ATTEMPT_UNSURE, 1, {7}}, MESSAGE_UNSURE, 1, 2, "sim1"},
        {"sick modem", 1, {ATTEMPT_MODEM_SICK, 0, {0}}, MESSAGE_QUEUED, 0, 0, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        int64_t id = add_message(store, campaign, &(struct message){.parts = rows[i].parts});
        int64_t number = lease(store, id, "sim1", OPENING);
        assert_state(store, id, MESSAGE_LEASED);
        struct settled settled = settle(store, number, "sim1", &rows[i].told, OPENING + 1000);
        g_assert_cmpint(settled.state, ==, rows[i].state);
        g_assert_cmpint(settled.message_id, ==, id);
        g_assert_cmpint(settled.leased_at, ==, OPENING);
        struct message *message = store_message_get(store, id, NULL);
        g_assert_cmpint(message->state, ==, rows[i].state);
        g_assert_cmpint(message->parts_sent, ==, rows[i].parts_sent);
        g_assert_cmpstr(message->modem, ==, rows[i].modem);
        message_free(message);
        int64_t parts = 0;
        g_assert_true(sql_integer(store, 0, &parts, NULL,
                                  "SELECT count(*) FROM part WHERE message_id = ?1", "i", id));
        g_assert_cmpint(parts, ==, rows[i].rows_of_parts);
    }
}

static void test_a_lease_is_settled_once(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    int64_t id = add_message(store, add_campaign(store, "A", "running"), &(struct message){0});
    int64_t number = lease(store, id, "sim1", OPENING);
    settle(store, number, "sim1", &(struct told){ATTEMPT_SENT, 1, {7}}, OPENING);
    const int references[] = {8};
    const struct verdict_row again = {.lease = number,
                                      .modem = "sim1",
                                      .news = {.verdict = ATTEMPT_SENT, .parts_now = 1},
                                      .references = references,
                                      .cause = ""};
    struct settled settled;
    g_autoptr(GError) error = NULL;
    g_assert_false(store_message_settle(store, &again, OPENING, &settled, &error));
    g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
    g_assert_cmpint(count_rows(store, "SELECT reference FROM part"), ==, 7);
}

static void test_a_lease_needs_a_queued_message(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    int64_t campaign = add_campaign(store, "A", "running");
    static const struct {
        const char *change; /* between refill and lease */
        enum message_purpose purpose;
        bool leased;
        enum message_state state;
    } rows[] = {
        {"SELECT 1", PURPOSE_INVITATION, true, MESSAGE_LEASED},
        {"UPDATE message SET state = 'cancelled'", PURPOSE_INVITATION, false, MESSAGE_CANCELLED},
        {"INSERT OR IGNORE INTO refusal SELECT id, '', 1 FROM contact", PURPOSE_INVITATION, false,
         MESSAGE_SKIPPED},
        {"INSERT OR IGNORE INTO refusal SELECT id, '', 1 FROM contact", PURPOSE_REMINDER, false,
         MESSAGE_SKIPPED},
        {"INSERT OR IGNORE INTO refusal SELECT id, '', 1 FROM contact", PURPOSE_ANSWER, true,
         MESSAGE_LEASED},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].change);
        int64_t id = add_message(store, campaign, &(struct message){.purpose = rows[i].purpose});
        struct message *message = store_message_get(store, id, NULL);
        g_assert_true(sql_run(store, NULL, rows[i].change, ""));
        int64_t number = 0;
        g_autoptr(GError) error = NULL;
        g_assert_cmpint(store_message_lease(store, message, "sim1", OPENING, &number, &error), ==,
                        rows[i].leased);
        if (!rows[i].leased)
            g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
        assert_state(store, id, rows[i].state);
        message_free(message);
    }
}

static void test_leased_messages_of_a_cancelled_campaign_do_not_come_back(struct store_file *file,
                                                                          gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    static const struct {
        struct told told;
        enum message_purpose purpose;
        enum message_state state;
    } rows[] = {
        {{ATTEMPT_RETRY, 0, {0}}, PURPOSE_INVITATION, MESSAGE_CANCELLED},
        {{ATTEMPT_SENT, 1, {7}}, PURPOSE_INVITATION, MESSAGE_SENT},
        {{ATTEMPT_RETRY, 0, {0}}, PURPOSE_ANSWER, MESSAGE_QUEUED},
    };
    int64_t campaign = add_campaign(store, "A", "cancelled");
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        int64_t id = add_message(store, campaign, &(struct message){.purpose = rows[i].purpose});
        int64_t number = lease(store, id, "sim1", OPENING);
        settle(store, number, "sim1", &rows[i].told, OPENING);
        assert_state(store, id, rows[i].state);
    }
}

static void test_open_leases(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    int64_t campaign = add_campaign(store, "A", "running");
    int64_t half = add_message(store, campaign, &(struct message){.parts = 3});
    settle(store, lease(store, half, "sim1", OPENING), "sim1",
           &(struct told){ATTEMPT_RETRY, 1, {7}}, OPENING);
    int64_t again = lease(store, half, "sim1", OPENING);
    int64_t other = add_message(store, campaign, &(struct message){0});
    lease(store, other, "sim2", OPENING);
    g_autoptr(GArray) leases = g_array_new(FALSE, FALSE, sizeof(struct open_lease));
    g_array_set_clear_func(leases, (GDestroyNotify)open_lease_clear);
    g_assert_true(store_message_open_leases(store, "sim1", leases, NULL));
    g_assert_cmpint(leases->len, ==, 1);
    const struct open_lease *open = &g_array_index(leases, struct open_lease, 0);
    g_assert_cmpint(open->lease, ==, again);
    g_assert_cmpint(open->message_id, ==, half);
    g_assert_cmpint(open->parts, ==, 2);
    g_assert_true(store_message_open_leases(store, NULL, leases, NULL));
    g_assert_cmpint(leases->len, ==, 3);
}

static void test_a_person_decides(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    int64_t campaign = add_campaign(store, "A", "running");
    static const struct {
        enum message_event event;
        bool allowed;
        enum message_state state;
    } rows[] = {
        {MESSAGE_ACCEPT, true, MESSAGE_SENT},    {MESSAGE_DELIVER, true, MESSAGE_DELIVERED},
        {MESSAGE_RETRY, true, MESSAGE_QUEUED},   {MESSAGE_REFUSE, true, MESSAGE_REFUSED},
        {MESSAGE_EXPIRE, false, MESSAGE_UNSURE},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        int64_t id = add_message(store, campaign, &(struct message){0});
        int64_t number = lease(store, id, "sim1", OPENING);
        settle(store, number, "sim1", &(struct told){ATTEMPT_UNSURE, 0, {0}}, OPENING);
        enum message_state state = MESSAGE_UNSURE;
        g_autoptr(GError) error = NULL;
        g_assert_cmpint(store_message_decide(store, id, rows[i].event, "can bo: da hoi",
                                             OPENING + 2 * DAY, &state, &error),
                        ==, rows[i].allowed);
        g_assert_cmpint(state, ==, rows[i].state);
        assert_state(store, id, rows[i].state);
    }
    int64_t queued = add_message(store, campaign, &(struct message){0});
    enum message_state state = MESSAGE_QUEUED;
    g_autoptr(GError) error = NULL;
    g_assert_false(
        store_message_decide(store, queued, MESSAGE_ACCEPT, "", OPENING, &state, &error));
    g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
    /* Sent again, it has another day, and any modem may. */
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM message WHERE state = 'queued'"
                                      " AND modem IS NULL AND attempts = 1"
                                      " AND expires_at > not_before"),
                    ==, 1);
}

static void test_lists_and_counts(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    int64_t campaign = add_campaign(store, "A", "running");
    int64_t other = add_campaign(store, "B", "running");
    int64_t base = add_message(store, campaign, &(struct message){0});
    for (int i = 1; i < 6; i++)
        add_message(store, i % 2 == 0 ? campaign : other, &(struct message){0});
    send_one(store, base + 2, "sim1", 7, OPENING);
    const struct {
        struct message_filter filter;
        const char *expected;
    } rows[] = {
        {{campaign, -1, 0, 9}, "0 2 4"},
        {{campaign, -1, 0, 2}, "0 2"},
        {{campaign, -1, base + 2, 9}, "4"},
        {{campaign, MESSAGE_SENT, 0, 9}, "2"},
        {{campaign, MESSAGE_QUEUED, base, 9}, "4"},
        {{0, -1, base + 1, 3}, "2 3 4"},
        {{0, MESSAGE_SENT, 0, 9}, "2"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GPtrArray) messages = NULL;
        g_assert_true(store_message_list(store, &rows[i].filter, &messages, NULL));
        g_autofree char *got = ids(messages, base);
        g_assert_cmpstr(got, ==, rows[i].expected);
    }
    int64_t counts[MESSAGE_STATES] = {0};
    g_assert_true(store_message_counts(store, campaign, counts, NULL));
    g_assert_cmpint(counts[MESSAGE_QUEUED], ==, 2);
    g_assert_cmpint(counts[MESSAGE_SENT], ==, 1);
    g_autoptr(GPtrArray) attempts = NULL;
    g_assert_true(store_message_attempts(store, base + 2, &attempts, NULL));
    g_assert_cmpint(attempts->len, ==, 1);
    const struct attempt *attempt = g_ptr_array_index(attempts, 0);
    g_assert_cmpstr(attempt->verdict, ==, "sent");
    g_assert_cmpstr(attempt->modem, ==, "sim1");
}

/* A queue of a hundred thousand must not be walked for the next message. */
static void test_the_queue_is_read_through_its_indexes(struct store_file *file, gconstpointer data)
{
    (void)data;
    static const struct {
        const char *sql, *index;
    } rows[] = {
        {"EXPLAIN QUERY PLAN SELECT id FROM message WHERE state = 'queued' AND modem IS NULL"
         " AND purpose <> 'answer' AND campaign_id IS 1 AND priority = 1 AND route = 'viettel'"
         " AND not_before <= 5"
         " ORDER BY not_before, id LIMIT 9",
         "message_queue"},
        {"EXPLAIN QUERY PLAN SELECT id FROM message WHERE state = 'queued'"
         " AND (modem IS NOT NULL OR purpose = 'answer') AND modem IS 'sim1'"
         " AND not_before <= 5 ORDER BY priority DESC, not_before, id LIMIT 9",
         "message_direct"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        sqlite3_stmt *statement = sql_bind(file->store, rows[i].sql, "");
        g_assert_cmpint(sql_step(statement, NULL), ==, 1);
        g_autofree char *plan = sql_text(statement, 3);
        g_assert_nonnull(strstr(plan, rows[i].index));
        g_assert_cmpint(sql_step(statement, NULL), ==, 0); /* nor is anything sorted */
    }
}

#define TEST(name, function)                                                                       \
    g_test_add("/store message/" name, struct store_file, NULL, store_file_open, function,         \
               store_file_close)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("a lane is refilled by age, up to the limit", test_refill);
    TEST("answers and bound messages have their own lane", test_refill_direct);
    TEST("only running campaigns with a queue are listed", test_queues);
    TEST("a verdict settles message, attempt and parts", test_lease_and_settle);
    TEST("a lease is settled once", test_a_lease_is_settled_once);
    TEST("a lease needs a queued message of somebody who listens",
         test_a_lease_needs_a_queued_message);
    TEST("leased messages of a cancelled campaign do not come back",
         test_leased_messages_of_a_cancelled_campaign_do_not_come_back);
    TEST("open leases know their modem and their parts", test_open_leases);
    TEST("a person decides on an unsure one", test_a_person_decides);
    TEST("lists come in pages, counts by state", test_lists_and_counts);
    TEST("the queue is read through its indexes", test_the_queue_is_read_through_its_indexes);
    return g_test_run();
}
