// SPDX-License-Identifier: GPL-2.0-or-later
#include "modems/ussd_dialogue.h"

#include <glib.h>

enum { NO = -1 };

enum {
    IDLE = USSD_STATE_IDLE,
    ASKED = USSD_STATE_ASKED,
    OPEN = USSD_STATE_MENU_OPEN,
    ANSWERED = USSD_STATE_ANSWERED,
    CLOSED = USSD_STATE_CLOSED,
    LATE = USSD_STATE_TIMED_OUT,
};

static void test_steps(void)
{
    static const struct {
        int from;
        int to[USSD_EVENTS]; /* dial, text, menu, end, refuse, expire, cancel, lose */
    } rows[] = {
        {IDLE, {ASKED, ANSWERED, OPEN, NO, CLOSED, LATE, CLOSED, CLOSED}},
        {ASKED, {NO, ANSWERED, OPEN, CLOSED, CLOSED, LATE, CLOSED, CLOSED}},
        {OPEN, {ASKED, ANSWERED, OPEN, CLOSED, CLOSED, LATE, CLOSED, CLOSED}},
        {ANSWERED, {NO, NO, NO, NO, NO, NO, NO, NO}},
        {CLOSED, {NO, NO, NO, NO, NO, NO, NO, NO}},
        {LATE, {NO, NO, NO, NO, NO, NO, NO, NO}},
    };
    g_assert_cmpuint(G_N_ELEMENTS(rows), ==, USSD_STATES);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (enum ussd_event event = 0; event < USSD_EVENTS; event++) {
            enum ussd_state to = (enum ussd_state)77;
            bool allowed = ussd_dialogue_advance((enum ussd_state)rows[i].from, event, &to);
            g_test_message("%s, %s", ussd_state_name((enum ussd_state)rows[i].from),
                           ussd_event_name(event));
            g_assert_cmpint(allowed, ==, rows[i].to[event] != NO);
            g_assert_cmpint(to, ==, allowed ? rows[i].to[event] : 77);
        }
    }
}

static void test_what_is_none(void)
{
    enum ussd_state to = USSD_STATE_ASKED;
    g_assert_false(ussd_dialogue_advance(USSD_STATES, USSD_EVENT_DIAL, &to));
    g_assert_false(ussd_dialogue_advance(USSD_STATE_IDLE, USSD_EVENTS, &to));
    g_assert_false(ussd_dialogue_advance((enum ussd_state)200, (enum ussd_event)200, &to));
    g_assert_cmpint(to, ==, USSD_STATE_ASKED);
    g_assert_cmpstr(ussd_state_name(USSD_STATES), ==, "unknown");
    g_assert_cmpstr(ussd_event_name(USSD_EVENTS), ==, "unknown");
}

static void test_ends(void)
{
    static const bool ends[USSD_STATES] = {[ANSWERED] = true, [CLOSED] = true, [LATE] = true};
    for (enum ussd_state state = 0; state < USSD_STATES; state++)
        g_assert_cmpint(ussd_state_is_end(state), ==, ends[state]);
}

static void test_names(void)
{
    static const char *const names[USSD_STATES] = {
        [IDLE] = "idle",         [ASKED] = "asked",   [OPEN] = "menu-open",
        [ANSWERED] = "answered", [CLOSED] = "closed", [LATE] = "timed-out"};
    enum ussd_state found = USSD_STATES;
    for (enum ussd_state state = 0; state < USSD_STATES; state++) {
        g_assert_cmpstr(ussd_state_name(state), ==, names[state]);
        g_assert_true(ussd_state_from_name(names[state], &found));
        g_assert_cmpint(found, ==, state);
    }
    g_assert_false(ussd_state_from_name("open", &found));
    g_assert_cmpint(found, ==, LATE);
    for (enum ussd_event one = 0; one < USSD_EVENTS; one++)
        for (enum ussd_event other = 0; other < one; other++)
            g_assert_cmpstr(ussd_event_name(one), !=, ussd_event_name(other));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ussd dialogue/every event in every state has its one outcome", test_steps);
    g_test_add_func("/ussd dialogue/no such state or event changes anything", test_what_is_none);
    g_test_add_func("/ussd dialogue/three states are ends", test_ends);
    g_test_add_func("/ussd dialogue/names are those of the database", test_names);
    return g_test_run();
}
