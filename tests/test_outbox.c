// SPDX-License-Identifier: GPL-2.0-or-later
// The rules of forwarding: steps, verdicts, back-off, Retry-After; then the outbox in a real store.
#include "campaigns/outbox.h"
#include "campaigns/store/outbox.h"
#include "campaigns/store/sink.h"
#include "tests/store_file.h"

enum { NOW_S = 1718000000 }; /* 2024-06-10 06:13:20 UTC */
static const int64_t now = INT64_C(1000) * NOW_S;
static const int64_t hour = INT64_C(3600000);

static void test_every_state_meets_every_event(void)
{
    static const char *const expected[OUTBOX_STATES][OUTBOX_EVENTS] = {
        [OUTBOX_WAITING] = {"delivered", "waiting", "abandoned", "waiting"},
        [OUTBOX_DELIVERED] = {NULL, NULL, NULL, NULL},
        [OUTBOX_ABANDONED] = {NULL, NULL, NULL, "waiting"},
    };
    for (unsigned state = 0; state < OUTBOX_STATES; state++) {
        for (unsigned event = 0; event < OUTBOX_EVENTS; event++) {
            enum outbox_state to = OUTBOX_STATES;
            bool allowed = outbox_advance((enum outbox_state)state, (enum outbox_event)event, &to);
            g_test_message("%s + %s", outbox_state_name((enum outbox_state)state),
                           outbox_event_name((enum outbox_event)event));
            g_assert_cmpstr(allowed ? outbox_state_name(to) : NULL, ==, expected[state][event]);
            g_assert_true(allowed || to == OUTBOX_STATES);
        }
    }
}

static void test_names_are_read_back(void)
{
    for (unsigned i = 0; i < OUTBOX_STATES; i++) {
        enum outbox_state state = OUTBOX_STATES;
        g_assert_true(outbox_state_from_name(outbox_state_name((enum outbox_state)i), &state));
        g_assert_cmpuint(state, ==, i);
    }
    enum outbox_state state = OUTBOX_STATES;
    g_assert_false(outbox_state_from_name("sent", &state));
    g_assert_cmpuint(state, ==, OUTBOX_STATES);
}

static void test_an_http_answer_has_one_meaning(void)
{
    static const struct {
        int status;
        const char *retry_after;
        enum outbox_verdict verdict;
    } rows[] = {
        {200, NULL, OUTBOX_VERDICT_ACCEPTED},  {204, NULL, OUTBOX_VERDICT_ACCEPTED},
        {299, "5", OUTBOX_VERDICT_ACCEPTED},   {100, NULL, OUTBOX_VERDICT_SINK_SICK},
        {301, NULL, OUTBOX_VERDICT_REFUSED},   {302, NULL, OUTBOX_VERDICT_REFUSED},
        {400, NULL, OUTBOX_VERDICT_REFUSED},   {401, NULL, OUTBOX_VERDICT_REFUSED},
        {404, NULL, OUTBOX_VERDICT_REFUSED},   {408, NULL, OUTBOX_VERDICT_SINK_SICK},
        {410, NULL, OUTBOX_VERDICT_SINK_GONE}, {410, "5", OUTBOX_VERDICT_SINK_GONE},
        {413, NULL, OUTBOX_VERDICT_REFUSED},   {429, NULL, OUTBOX_VERDICT_SINK_SICK},
        {403, "60", OUTBOX_VERDICT_SINK_SICK}, {500, NULL, OUTBOX_VERDICT_SINK_SICK},
        {503, "5", OUTBOX_VERDICT_SINK_SICK},  {0, NULL, OUTBOX_VERDICT_SINK_SICK},
        {999, NULL, OUTBOX_VERDICT_SINK_SICK},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct outbox_answer answer = {rows[i].status, rows[i].retry_after};
        g_test_message("%d", rows[i].status);
        g_assert_cmpint(outbox_judge(&answer), ==, rows[i].verdict);
    }
}

static void test_back_off_doubles_up_to_four_hours(void)
{
    static const struct {
        unsigned attempts;
        uint32_t random;
        int64_t wait;
    } rows[] = {
        {1, 0, 1500},
        {1, UINT32_MAX, 2500},
        {0, 0, 1500},
        {2, 0, 3000},
        {2, UINT32_MAX, 5000},
        {3, 0, 6000},
        {10, 0, 768000},
        {13, 0, 6144000},
        {14, 0, 10800000},
        {14, UINT32_MAX, 18000000},
        {15, 0, 10800000},
        {100000, UINT32_MAX, 18000000},
        {UINT32_MAX, 0, 10800000},
    };
    struct outbox_answer answer = {500, NULL};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%u attempts", rows[i].attempts);
        g_assert_cmpint(outbox_next_at(&answer, rows[i].attempts, rows[i].random, now) - now, ==,
                        rows[i].wait);
    }
}

static void test_attempts_go_on_for_a_week_and_more(void)
{
    g_assert_cmpint(OUTBOX_GIVE_UP_MS, >=, 7 * 24 * hour);
}

static void test_retry_after_is_honoured(void)
{
    static const struct {
        const char *text;
        int64_t wait; /* -1: not understood, the back-off of the second attempt holds */
    } rows[] = {
        {"120", 120000},
        {" 7 ", 7000},
        {"0", 1000},
        {"86400", 86400000},
        {"604800", 86400000},
        {"99999999999999999999999", 86400000},
        {"Mon, 10 Jun 2024 06:14:20 GMT", 60000},
        {"Monday, 10-Jun-24 06:14:20 GMT", 60000},
        {"Mon Jun 10 06:14:20 2024", 60000},
        {"Mon, 10 Jun 2024 06:13:19 GMT", 1000},
        {"Sun, 06 Nov 1994 08:49:37 GMT", 1000},
        {"Mon, 10 Jun 2030 06:14:20 GMT", 86400000},
        {"Mon, 31 Feb 2025 06:14:20 GMT", -1},
        {"Mon, 10 Jum 2024 06:14:20 GMT", -1},
        {"Mon, 10 Jun 2024 06:14:20 +0700", -1},
        {"Mon, 10 Jun 2024 06:14:20 GMT and more", -1},
        {"-5", -1},
        {"5s", -1},
        {"soon", -1},
        {"", -1},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct outbox_answer answer = {503, rows[i].text};
        int64_t wait = outbox_next_at(&answer, 2, 0, now) - now;
        g_test_message("“%s”", rows[i].text);
        g_assert_cmpint(wait, ==, rows[i].wait == -1 ? 3000 : rows[i].wait);
    }
}

/* ---- the store ---- */

static void put(struct store_file *file, const char *event_id, const char *sink)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(
        store_outbox_put(file->store, event_id, sink, "loa.summary.v1", "{}", now, &error));
    g_assert_no_error(error);
}

/* Settles what is due for the sink and returns the event's id, NULL when nothing was due. */
static char *settle(struct store_file *file, const char *sink, int64_t at, enum outbox_event event,
                    int status)
{
    g_autoptr(GError) error = NULL;
    struct outbox_entry *entry = store_outbox_due(file->store, sink, at, &error);
    g_assert_no_error(error);
    if (entry == NULL)
        return NULL;
    struct outbox_attempt attempt = {
        .at = at, .took_ms = 5, .status = status, .error = (char *)"x"};
    g_assert_true(store_outbox_settle(file->store, entry, event, &attempt, at + hour, &error));
    g_assert_no_error(error);
    char *event_id = g_strdup(entry->event_id);
    outbox_entry_free(entry);
    return event_id;
}

static void test_an_event_is_put_once_before_each_sink(struct store_file *file, gconstpointer data)
{
    (void)data;
    put(file, "e1", "huyen");
    put(file, "e1", "huyen");
    put(file, "e1", "tinh");
    unsigned counts[OUTBOX_STATES];
    g_assert_true(store_outbox_counts(file->store, counts, NULL));
    g_assert_cmpuint(counts[OUTBOX_WAITING], ==, 2);
    g_assert_cmpuint(counts[OUTBOX_DELIVERED], ==, 0);
}

static void test_a_refused_entry_does_not_hold_up_the_next(struct store_file *file,
                                                           gconstpointer data)
{
    (void)data;
    put(file, "e1", "huyen");
    put(file, "e2", "huyen");
    g_autofree char *first = settle(file, "huyen", now, OUTBOX_FAILED, 400);
    g_autofree char *second = settle(file, "huyen", now + 1, OUTBOX_ACCEPTED, 200);
    g_autofree char *none = settle(file, "huyen", now + 2, OUTBOX_ACCEPTED, 200);
    g_autofree char *again = settle(file, "huyen", now + hour, OUTBOX_ACCEPTED, 200);
    g_assert_cmpstr(first, ==, "e1");
    g_assert_cmpstr(second, ==, "e2");
    g_assert_cmpstr(none, ==, NULL);
    g_assert_cmpstr(again, ==, "e1");
    g_autoptr(GPtrArray) attempts = store_outbox_attempts(file->store, 1, NULL);
    g_assert_cmpuint(attempts->len, ==, 2);
    const struct outbox_attempt *last = attempts->pdata[1];
    g_assert_cmpint(last->status, ==, 200);
    struct outbox_entry *entry = store_outbox_find(file->store, 1, NULL);
    g_assert_cmpuint(entry->attempts, ==, 2);
    g_assert_cmpuint(entry->state, ==, OUTBOX_DELIVERED);
    g_assert_cmpint(entry->delivered_at, ==, now + hour);
    g_assert_cmpint(entry->last_status, ==, 200);
    outbox_entry_free(entry);
}

static void test_a_clock_set_back_strands_nothing(struct store_file *file, gconstpointer data)
{
    (void)data;
    put(file, "e1", "huyen");
    int64_t earlier = now - 30 * 24 * hour;
    struct outbox_entry *entry = store_outbox_due(file->store, "huyen", earlier, NULL);
    g_assert_nonnull(entry);
    outbox_entry_free(entry);
    entry = store_outbox_due(file->store, "huyen", now - 24 * hour, NULL);
    g_assert_null(entry);
}

static void test_a_settled_entry_is_not_settled_twice(struct store_file *file, gconstpointer data)
{
    (void)data;
    put(file, "e1", "huyen");
    struct outbox_entry *entry = store_outbox_due(file->store, "huyen", now, NULL);
    g_autofree char *event_id = settle(file, "huyen", now, OUTBOX_ACCEPTED, 200);
    struct outbox_attempt late = {.at = now, .status = 200, .error = (char *)""};
    g_autoptr(GError) error = NULL;
    g_assert_false(store_outbox_settle(file->store, entry, OUTBOX_FAILED, &late, now, &error));
    g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
    g_autoptr(GPtrArray) attempts = store_outbox_attempts(file->store, 1, NULL);
    g_assert_cmpuint(attempts->len, ==, 1);
    outbox_entry_free(entry);
}

static void test_a_person_revives_what_was_given_up(struct store_file *file, gconstpointer data)
{
    (void)data;
    put(file, "e1", "huyen");
    g_assert_true(store_sink_know(file->store, "huyen", "http://a", NULL));
    g_autofree char *first = settle(file, "huyen", now, OUTBOX_GIVEN_UP, 500);
    g_assert_true(store_sink_disable(file->store, "huyen", "410", now, NULL));
    int64_t later = now + 40 * 24 * hour;
    g_autofree char *none = settle(file, "huyen", later, OUTBOX_FAILED, 500);
    g_assert_cmpstr(none, ==, NULL);

    g_assert_true(store_outbox_retry(file->store, 1, later, NULL));
    struct sink_status status;
    g_assert_true(store_sink_find(file->store, "huyen", &status, NULL));
    g_assert_cmpint(status.disabled_at, ==, 0);
    sink_status_clear(&status);
    struct outbox_entry *entry = store_outbox_due(file->store, "huyen", later, NULL);
    g_assert_nonnull(entry);
    g_assert_cmpstr(entry->event_id, ==, "e1");
    g_assert_cmpuint(entry->tries, ==, 0);
    g_assert_cmpuint(entry->attempts, ==, 1);
    g_assert_cmpint(entry->give_up_at, ==, later + OUTBOX_GIVE_UP_MS);
    outbox_entry_free(entry);

    g_autofree char *second = settle(file, "huyen", later, OUTBOX_ACCEPTED, 200);
    g_autoptr(GError) conflict = NULL, missing = NULL;
    g_assert_false(store_outbox_retry(file->store, 1, later, &conflict));
    g_assert_error(conflict, STORE_ERROR, STORE_ERROR_CONFLICT);
    g_assert_false(store_outbox_retry(file->store, 77, later, &missing));
    g_assert_error(missing, STORE_ERROR, STORE_ERROR_NOT_FOUND);
}

static void test_retry_all_takes_one_sink_or_every(struct store_file *file, gconstpointer data)
{
    (void)data;
    static const char *const sinks[] = {"huyen", "huyen", "tinh", "xa"};
    for (size_t i = 0; i < G_N_ELEMENTS(sinks); i++) {
        g_autofree char *event_id = g_strdup_printf("e%zu", i);
        put(file, event_id, sinks[i]);
    }
    g_autofree char *delivered = settle(file, "xa", now, OUTBOX_ACCEPTED, 200);
    g_autofree char *failed = settle(file, "huyen", now, OUTBOX_FAILED, 500);
    unsigned count = 0;
    g_assert_true(store_outbox_retry_all(file->store, "huyen", now, &count, NULL));
    g_assert_cmpuint(count, ==, 2);
    g_assert_true(store_outbox_retry_all(file->store, NULL, now, &count, NULL));
    g_assert_cmpuint(count, ==, 3);
    int64_t next = -1;
    g_assert_true(store_outbox_next(file->store, "huyen", &next, NULL));
    g_assert_cmpint(next, ==, now);
    g_assert_true(store_outbox_next(file->store, "xa", &next, NULL));
    g_assert_cmpint(next, ==, 0);
}

static void test_the_list_is_newest_first_and_pages(struct store_file *file, gconstpointer data)
{
    (void)data;
    for (unsigned i = 1; i <= 5; i++) {
        g_autofree char *event_id = g_strdup_printf("e%u", i);
        put(file, event_id, "huyen");
    }
    g_autofree char *event_id = settle(file, "huyen", now, OUTBOX_ACCEPTED, 200);
    static const struct {
        enum outbox_state state;
        int64_t before_id;
        unsigned limit, count;
        int64_t first;
    } rows[] = {
        {OUTBOX_STATES, 0, 10, 5, 5},    {OUTBOX_STATES, 0, 2, 2, 5},
        {OUTBOX_STATES, 4, 10, 3, 3},    {OUTBOX_WAITING, 0, 10, 4, 5},
        {OUTBOX_DELIVERED, 0, 10, 1, 1}, {OUTBOX_ABANDONED, 0, 10, 0, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GPtrArray) list =
            store_outbox_list(file->store, rows[i].state, rows[i].before_id, rows[i].limit, NULL);
        g_test_message("row %zu", i);
        g_assert_cmpuint(list->len, ==, rows[i].count);
        if (list->len == 0)
            continue;
        const struct outbox_entry *first = list->pdata[0];
        g_assert_cmpint(first->id, ==, rows[i].first);
        g_assert_null(first->body);
    }
}

static void test_a_sink_that_moves_is_on_again(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct sink_status status;
    g_assert_true(store_sink_know(file->store, "huyen", "http://a", NULL));
    g_assert_true(store_sink_disable(file->store, "huyen", "410 Gone", now, NULL));
    g_assert_true(store_sink_rest(file->store, "huyen", now + 5, NULL));
    g_assert_true(store_sink_know(file->store, "huyen", "http://a", NULL));
    g_assert_true(store_sink_find(file->store, "huyen", &status, NULL));
    g_assert_cmpint(status.disabled_at, ==, now);
    g_assert_cmpint(status.rest_until, ==, now + 5);
    g_assert_cmpstr(status.reason, ==, "410 Gone");
    sink_status_clear(&status);

    g_assert_true(store_sink_know(file->store, "huyen", "http://b", NULL));
    g_assert_true(store_sink_find(file->store, "huyen", &status, NULL));
    g_assert_cmpint(status.disabled_at, ==, 0);
    g_assert_cmpint(status.rest_until, ==, 0);
    sink_status_clear(&status);

    g_assert_true(store_sink_find(file->store, "never seen", &status, NULL));
    g_assert_cmpint(status.disabled_at, ==, 0);
    sink_status_clear(&status);
}

static int64_t failing_since(struct store_file *file, const char *sink)
{
    struct sink_status status;
    g_assert_true(store_sink_find(file->store, sink, &status, NULL));
    sink_status_clear(&status);
    return status.failing_since;
}

static void test_a_sink_fails_from_the_first_failure_to_the_next_success(struct store_file *file,
                                                                         gconstpointer data)
{
    (void)data;
    static const struct {
        bool well;
        int64_t at, since;
    } rows[] = {{true, 1, 0}, {false, 2, 2}, {false, 3, 2}, {true, 4, 0}, {false, 5, 5}};
    g_assert_true(store_sink_know(file->store, "huyen", "http://a", NULL));
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_true(store_sink_went(file->store, "huyen", rows[i].well, rows[i].at, NULL));
        g_assert_cmpint(failing_since(file, "huyen"), ==, rows[i].since);
    }
    g_assert_true(store_sink_know(file->store, "huyen", "http://b", NULL));
    g_assert_cmpint(failing_since(file, "huyen"), ==, 0);
}

static void test_what_waits_for_whom_and_for_how_long(struct store_file *file, gconstpointer data)
{
    (void)data;
    put(file, "e1", "huyen");
    put(file, "e2", "huyen");
    put(file, "e3", "xa");
    put(file, "e4", "tinh");
    g_autofree char *delivered = settle(file, "xa", now, OUTBOX_ACCEPTED, 200);
    g_autoptr(GPtrArray) all = store_outbox_waiting(file->store, NULL);
    g_assert_cmpuint(all->len, ==, 2);
    const struct outbox_waiting *first = all->pdata[0];
    g_assert_cmpstr(first->sink, ==, "huyen");
    g_assert_cmpint(first->count, ==, 2);
    g_assert_cmpint(first->give_up_at, ==, now + OUTBOX_GIVE_UP_MS);
    g_assert_null(store_outbox_overdue(file->store, "huyen", now + OUTBOX_GIVE_UP_MS - 1, NULL));
    struct outbox_entry *entry =
        store_outbox_overdue(file->store, "huyen", now + OUTBOX_GIVE_UP_MS, NULL);
    g_assert_cmpstr(entry->event_id, ==, "e1");
    outbox_entry_free(entry);
}

static void add(const char *name, void (*test)(struct store_file *, gconstpointer))
{
    g_test_add(name, struct store_file, NULL, store_file_open, test, store_file_close);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/outbox/every state meets every event", test_every_state_meets_every_event);
    g_test_add_func("/outbox/names are read back", test_names_are_read_back);
    g_test_add_func("/outbox/an HTTP answer has one meaning", test_an_http_answer_has_one_meaning);
    g_test_add_func("/outbox/back-off doubles up to four hours",
                    test_back_off_doubles_up_to_four_hours);
    g_test_add_func("/outbox/attempts go on for a week and more",
                    test_attempts_go_on_for_a_week_and_more);
    g_test_add_func("/outbox/Retry-After is honoured", test_retry_after_is_honoured);
    add("/outbox/an event is put once before each sink",
        test_an_event_is_put_once_before_each_sink);
    add("/outbox/a refused entry does not hold up the next",
        test_a_refused_entry_does_not_hold_up_the_next);
    add("/outbox/a clock set back strands nothing", test_a_clock_set_back_strands_nothing);
    add("/outbox/a settled entry is not settled twice", test_a_settled_entry_is_not_settled_twice);
    add("/outbox/a person revives what was given up", test_a_person_revives_what_was_given_up);
    add("/outbox/retry-all takes one sink or every", test_retry_all_takes_one_sink_or_every);
    add("/outbox/the list is newest first and pages", test_the_list_is_newest_first_and_pages);
    add("/outbox/a sink that moves is on again", test_a_sink_that_moves_is_on_again);
    add("/outbox/a sink fails from the first failure to the next success",
        test_a_sink_fails_from_the_first_failure_to_the_next_success);
    add("/outbox/what waits for whom, and for how long", test_what_waits_for_whom_and_for_how_long);
    return g_test_run();
}
