// SPDX-License-Identifier: GPL-2.0-or-later
// The states of a modem as one table. Who keeps the state asks here before every change.
#include "campaigns/modem.h"

#include <glib.h>

static const char *const state_names[MODEM_STATES] = {
    [MODEM_ABSENT] = "absent", [MODEM_OPENING] = "opening", [MODEM_READY] = "ready",
    [MODEM_BUSY] = "busy",     [MODEM_RESTING] = "resting", [MODEM_SICK] = "sick",
    [MODEM_FAULTY] = "faulty",
};

static const char *const event_names[MODEM_EVENTS] = {
    [MODEM_OPEN] = "open",     [MODEM_ANSWER] = "answer", [MODEM_LEASE] = "lease",
    [MODEM_IDLE] = "idle",     [MODEM_REST] = "rest",     [MODEM_WAKE] = "wake",
    [MODEM_VANISH] = "vanish", [MODEM_FAIL] = "fail",     [MODEM_GIVE_UP] = "give-up",
    [MODEM_REFUSE] = "refuse", [MODEM_RESET] = "reset",
};

/* 0: not allowed, else the next state + 1. */
#define TO(state) ((state) + 1)
static const unsigned char steps[MODEM_STATES][MODEM_EVENTS] = {
    [MODEM_ABSENT] = {[MODEM_OPEN] = TO(MODEM_OPENING),
                      [MODEM_VANISH] = TO(MODEM_ABSENT), /* for another reason */
                      [MODEM_FAIL] = TO(MODEM_SICK),
                      [MODEM_GIVE_UP] = TO(MODEM_FAULTY)},
    [MODEM_OPENING] = {[MODEM_ANSWER] = TO(MODEM_READY),
                       [MODEM_VANISH] = TO(MODEM_ABSENT),
                       [MODEM_FAIL] = TO(MODEM_SICK),
                       [MODEM_GIVE_UP] = TO(MODEM_FAULTY),
                       [MODEM_REFUSE] = TO(MODEM_FAULTY),
                       [MODEM_RESET] = TO(MODEM_ABSENT)},
    [MODEM_READY] = {[MODEM_LEASE] = TO(MODEM_BUSY),
                     [MODEM_REST] = TO(MODEM_RESTING),
                     [MODEM_VANISH] = TO(MODEM_ABSENT),
                     [MODEM_FAIL] = TO(MODEM_SICK),
                     [MODEM_GIVE_UP] = TO(MODEM_FAULTY),
                     [MODEM_REFUSE] = TO(MODEM_FAULTY),
                     [MODEM_RESET] = TO(MODEM_ABSENT)},
    [MODEM_BUSY] = {[MODEM_IDLE] = TO(MODEM_READY),
                    [MODEM_VANISH] = TO(MODEM_ABSENT),
                    [MODEM_FAIL] = TO(MODEM_SICK),
                    [MODEM_GIVE_UP] = TO(MODEM_FAULTY),
                    [MODEM_REFUSE] = TO(MODEM_FAULTY),
                    [MODEM_RESET] = TO(MODEM_ABSENT)},
    [MODEM_RESTING] = {[MODEM_LEASE] = TO(MODEM_BUSY),
                       [MODEM_WAKE] = TO(MODEM_READY),
                       [MODEM_REST] = TO(MODEM_RESTING), /* for another reason */
                       [MODEM_VANISH] = TO(MODEM_ABSENT),
                       [MODEM_FAIL] = TO(MODEM_SICK),
                       [MODEM_GIVE_UP] = TO(MODEM_FAULTY),
                       [MODEM_REFUSE] = TO(MODEM_FAULTY),
                       [MODEM_RESET] = TO(MODEM_ABSENT)},
    [MODEM_SICK] = {[MODEM_OPEN] = TO(MODEM_OPENING),
                    [MODEM_VANISH] = TO(MODEM_ABSENT),
                    [MODEM_RESET] = TO(MODEM_ABSENT)},
    [MODEM_FAULTY] = {[MODEM_OPEN] = TO(MODEM_OPENING),
                      [MODEM_VANISH] = TO(MODEM_ABSENT),
                      [MODEM_RESET] = TO(MODEM_ABSENT)},
};

bool modem_advance(enum modem_state from, enum modem_event event, enum modem_state *retstate)
{
    g_assert(from < MODEM_STATES && event < MODEM_EVENTS);
    if (steps[from][event] == 0)
        return false;
    *retstate = (enum modem_state)(steps[from][event] - 1);
    return true;
}

bool modem_state_works(enum modem_state state)
{
    return state == MODEM_READY || state == MODEM_BUSY || state == MODEM_RESTING;
}

const char *modem_state_name(enum modem_state state)
{
    g_assert(state < MODEM_STATES);
    return state_names[state];
}

bool modem_state_from_name(const char *name, enum modem_state *retstate)
{
    for (unsigned i = 0; i < MODEM_STATES; i++) {
        if (g_strcmp0(state_names[i], name) == 0) {
            *retstate = (enum modem_state)i;
            return true;
        }
    }
    return false;
}

const char *modem_event_name(enum modem_event event)
{
    g_assert(event < MODEM_EVENTS);
    return event_names[event];
}
