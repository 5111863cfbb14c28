// SPDX-License-Identifier: GPL-2.0-or-later
// The states of a message, every one with every event; and what verdicts make of a leased one.
#include "campaigns/message.h"

#define NONE MESSAGE_STATES

/* Rows are states, columns events in the order of the enum. */
static const enum message_state expected[MESSAGE_STATES][MESSAGE_EVENTS] = {
    /* lease, accept, retry, refuse, doubt, deliver, fail, expire, cancel, skip */
    [MESSAGE_QUEUED] = {MESSAGE_LEASED, MESSAGE_SENT, MESSAGE_QUEUED, NONE, MESSAGE_UNSURE, NONE,
                        NONE, MESSAGE_EXPIRED, MESSAGE_CANCELLED, MESSAGE_SKIPPED},
    [MESSAGE_LEASED] = {NONE, MESSAGE_SENT, MESSAGE_QUEUED, MESSAGE_REFUSED, MESSAGE_UNSURE, NONE,
                        NONE, NONE, NONE, NONE},
    [MESSAGE_SENT] = {NONE, NONE, NONE, NONE, NONE, MESSAGE_DELIVERED, MESSAGE_UNDELIVERED, NONE,
                      NONE, NONE},
    [MESSAGE_DELIVERED] = {NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE},
    [MESSAGE_UNDELIVERED] = {NONE, NONE, NONE, NONE, NONE, MESSAGE_DELIVERED, NONE, NONE, NONE,
                             NONE},
    [MESSAGE_REFUSED] = {NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE},
    [MESSAGE_UNSURE] = {NONE, MESSAGE_SENT, MESSAGE_QUEUED, MESSAGE_REFUSED, NONE,
                        MESSAGE_DELIVERED, MESSAGE_UNDELIVERED, NONE, NONE, NONE},
    [MESSAGE_EXPIRED] = {NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE},
    [MESSAGE_CANCELLED] = {NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE},
    [MESSAGE_SKIPPED] = {NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE},
};

static void test_every_state_with_every_event(void)
{
    for (int state = 0; state < MESSAGE_STATES; state++) {
        for (int event = 0; event < MESSAGE_EVENTS; event++) {
            enum message_state next = NONE;
            bool allowed =
                message_advance((enum message_state)state, (enum message_event)event, &next);
            g_test_message("%s %s", message_state_name((enum message_state)state),
                           message_event_name((enum message_event)event));
            g_assert_cmpint(allowed, ==, expected[state][event] != NONE);
            g_assert_cmpint(next, ==, expected[state][event]);
        }
    }
}

static void test_names_are_read_back(void)
{
    for (int i = 0; i < MESSAGE_STATES; i++) {
        enum message_state state = NONE;
        g_assert_true(message_state_from_name(message_state_name((enum message_state)i), &state));
        g_assert_cmpint(state, ==, i);
    }
    enum message_state state = NONE;
    g_assert_false(message_state_from_name("lost", &state));
    g_assert_false(message_state_from_name(NULL, &state));
    enum message_purpose purpose = PURPOSE_INVITATION;
    g_assert_true(message_purpose_from_name("answer", &purpose));
    g_assert_cmpint(purpose, ==, PURPOSE_ANSWER);
    g_assert_cmpstr(attempt_verdict_name(ATTEMPT_MODEM_SICK), ==, "modem-sick");
}

static const struct {
    const char *name;
    struct message message;
    struct attempt_news news;
    struct settlement expected; /* not_before counts from now */
} rows[] = {
    {"what is sent is sent whole",
     {.parts = 3},
     {.verdict = ATTEMPT_SENT, .parts_now = 3},
     {.event = MESSAGE_ACCEPT, .parts_sent = 3, .attempts = 1}},
    {"a first retry waits fifteen seconds",
     {.parts = 1},
     {.verdict = ATTEMPT_RETRY},
     {.event = MESSAGE_RETRY, .not_before = 15000, .attempts = 1}},
    {"the next waits twice as long",
     {.parts = 1, .attempts = 1, .sick = 4},
     {.verdict = ATTEMPT_RETRY},
     {.event = MESSAGE_RETRY, .not_before = 30000, .attempts = 2}},
    {"the network may ask for more",
     {.parts = 1},
     {.verdict = ATTEMPT_RETRY, .retry_after_ms = 300000},
     {.event = MESSAGE_RETRY, .not_before = 300000, .attempts = 1}},
    {"but not for less",
     {.parts = 1, .attempts = 3},
     {.verdict = ATTEMPT_RETRY, .retry_after_ms = 1000},
     {.event = MESSAGE_RETRY, .not_before = 120000, .attempts = 4}},
    {"the eighth failure is the last",
     {.parts = 1, .attempts = 7},
     {.verdict = ATTEMPT_RETRY},
     {.event = MESSAGE_REFUSE, .attempts = 8, .gave_up = true}},
    {"some causes need fewer tries, if each said so",
     {.parts = 1, .attempts = 1},
     {.verdict = ATTEMPT_RETRY, .tries = 2, .again = true},
     {.event = MESSAGE_REFUSE, .attempts = 2, .gave_up = true}},
    {"but not when the tries before failed of something else",
     {.parts = 1, .attempts = 1},
     {.verdict = ATTEMPT_RETRY, .tries = 2},
     {.event = MESSAGE_RETRY, .not_before = 30000, .attempts = 2}},
    {"what fails while others fail is no try, and goes to another modem at once",
     {.parts = 1, .attempts = 7},
     {.verdict = ATTEMPT_RETRY, .excused = true, .tries = 2, .again = true},
     {.event = MESSAGE_RETRY, .attempts = 7, .sick = 1}},
    {"nor is it tried without end",
     {.parts = 1, .attempts = 7, .sick = 3},
     {.verdict = ATTEMPT_RETRY, .excused = true},
     {.event = MESSAGE_RETRY, .not_before = 60000, .attempts = 7, .sick = 4}},
    {"an untouched message loses nothing",
     {.parts = 1, .attempts = 7, .sick = 5},
     {.verdict = ATTEMPT_RETRY, .untouched = true},
     {.event = MESSAGE_RETRY, .attempts = 7, .sick = 5}},
    {"parts on the air bind the rest to the modem",
     {.parts = 3, .parts_sent = 1},
     {.verdict = ATTEMPT_RETRY, .parts_now = 1},
     {.event = MESSAGE_RETRY, .parts_sent = 2, .not_before = 15000, .attempts = 1, .bound = true}},
    {"a sick modem is not the message's fault",
     {.parts = 1, .attempts = 3},
     {.verdict = ATTEMPT_MODEM_SICK},
     {.event = MESSAGE_RETRY, .attempts = 3, .sick = 1}},
    {"nor are two",
     {.parts = 1, .sick = 1},
     {.verdict = ATTEMPT_MODEM_SICK},
     {.event = MESSAGE_RETRY, .sick = 2}},
    {"a message that makes modems sick waits",
     {.parts = 1, .sick = 2},
     {.verdict = ATTEMPT_MODEM_SICK},
     {.event = MESSAGE_RETRY, .not_before = 30000, .sick = 3}},
    {"and longer each time, but never for ever",
     {.parts = 1, .sick = 40},
     {.verdict = ATTEMPT_MODEM_SICK},
     {.event = MESSAGE_RETRY, .not_before = 1800000, .sick = 41}},
    {"a refusal is final",
     {.parts = 1},
     {.verdict = ATTEMPT_REFUSED},
     {.event = MESSAGE_REFUSE, .attempts = 1}},
    {"a doubt is not sent again",
     {.parts = 2},
     {.verdict = ATTEMPT_UNSURE, .parts_now = 1},
     {.event = MESSAGE_DOUBT, .parts_sent = 1, .attempts = 1}},
};

static void test_settle(void)
{
    const int64_t now = INT64_C(1717981200000);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        struct message message = rows[i].message;
        message.state = MESSAGE_LEASED;
        struct settlement got = {0};
        message_settle(&message, &rows[i].news, now, &got);
        const struct settlement *want = &rows[i].expected;
        g_assert_cmpint(got.event, ==, want->event);
        g_assert_cmpint(got.parts_sent, ==, want->parts_sent);
        g_assert_cmpint(got.attempts, ==, want->attempts);
        g_assert_cmpint(got.sick, ==, want->sick);
        g_assert_cmpint(got.bound, ==, want->bound);
        g_assert_cmpint(got.gave_up, ==, want->gave_up);
        if (want->event == MESSAGE_RETRY)
            g_assert_cmpint(got.not_before - now, ==, want->not_before);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/message/every state with every event", test_every_state_with_every_event);
    g_test_add_func("/message/names are read back", test_names_are_read_back);
    g_test_add_func("/message/what a verdict makes of a message", test_settle);
    return g_test_run();
}
