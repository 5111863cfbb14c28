// SPDX-License-Identifier: GPL-2.0-or-later
// The states of a modem, every one with every event.
#include "campaigns/modem.h"

#include <glib.h>

#define NONE MODEM_STATES

static const enum modem_state expected[MODEM_STATES][MODEM_EVENTS] = {
    /* open, answer, lease, idle, rest, wake, vanish, fail, give up, refuse, reset */
    [MODEM_ABSENT] = {MODEM_OPENING, NONE, NONE, NONE, NONE, NONE, MODEM_ABSENT, MODEM_SICK,
                      MODEM_FAULTY, NONE, NONE},
    [MODEM_OPENING] = {NONE, MODEM_READY, NONE, NONE, NONE, NONE, MODEM_ABSENT, MODEM_SICK,
                       MODEM_FAULTY, MODEM_FAULTY, MODEM_ABSENT},
    [MODEM_READY] = {NONE, NONE, MODEM_BUSY, NONE, MODEM_RESTING, NONE, MODEM_ABSENT, MODEM_SICK,
                     MODEM_FAULTY, MODEM_FAULTY, MODEM_ABSENT},
    [MODEM_BUSY] = {NONE, NONE, NONE, MODEM_READY, NONE, NONE, MODEM_ABSENT, MODEM_SICK,
                    MODEM_FAULTY, MODEM_FAULTY, MODEM_ABSENT},
    [MODEM_RESTING] = {NONE, NONE, MODEM_BUSY, NONE, MODEM_RESTING, MODEM_READY, MODEM_ABSENT,
                       MODEM_SICK, MODEM_FAULTY, MODEM_FAULTY, MODEM_ABSENT},
    [MODEM_SICK] = {MODEM_OPENING, NONE, NONE, NONE, NONE, NONE, MODEM_ABSENT, NONE, NONE, NONE,
                    MODEM_ABSENT},
    [MODEM_FAULTY] = {MODEM_OPENING, NONE, NONE, NONE, NONE, NONE, MODEM_ABSENT, NONE, NONE, NONE,
                      MODEM_ABSENT},
};

static void test_every_state_with_every_event(void)
{
    for (int state = 0; state < MODEM_STATES; state++) {
        for (int event = 0; event < MODEM_EVENTS; event++) {
            enum modem_state next = NONE;
            bool allowed = modem_advance((enum modem_state)state, (enum modem_event)event, &next);
            g_test_message("%s %s", modem_state_name((enum modem_state)state),
                           modem_event_name((enum modem_event)event));
            g_assert_cmpint(allowed, ==, expected[state][event] != NONE);
            g_assert_cmpint(next, ==, expected[state][event]);
        }
    }
}

static void test_names_are_read_back(void)
{
    for (int i = 0; i < MODEM_STATES; i++) {
        enum modem_state state = NONE;
        g_assert_true(modem_state_from_name(modem_state_name((enum modem_state)i), &state));
        g_assert_cmpint(state, ==, i);
    }
    enum modem_state state = NONE;
    g_assert_false(modem_state_from_name("broken", &state));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/modem/every state with every event", test_every_state_with_every_event);
    g_test_add_func("/modem/names are read back", test_names_are_read_back);
    return g_test_run();
}
