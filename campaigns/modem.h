// SPDX-License-Identifier: GPL-2.0-or-later
// The life of a modem as its supervisor sees it.
#pragma once

#include <stdbool.h>

enum modem_state {
    MODEM_ABSENT,
    MODEM_OPENING,
    MODEM_READY,
    MODEM_BUSY,
    MODEM_RESTING, /* quota used, outside the hours: receives, sends nothing but urgent texts */
    MODEM_SICK,    /* tried again after a while */
    MODEM_FAULTY,  /* needs a person; unless that is for its PIN it is tried on slowly */
    MODEM_STATES
};

enum modem_event {
    MODEM_OPEN,   /* a worker was started */
    MODEM_ANSWER, /* the worker says READY */
    MODEM_LEASE,  /* it has something to send */
    MODEM_IDLE,   /* nothing in flight any more */
    MODEM_REST,
    MODEM_WAKE,
    MODEM_VANISH,  /* the device is not there */
    MODEM_FAIL,    /* the worker died, hung or gave up */
    MODEM_GIVE_UP, /* and no remedy helps */
    MODEM_REFUSE,  /* PIN or PUK: never tried again without a person */
    MODEM_RESET,   /* a person looked after it, or the configuration changed */
    MODEM_EVENTS
};

/* The only way to a new state; false when the table does not allow the step. */
bool modem_advance(enum modem_state from, enum modem_event event, enum modem_state *retstate);

/* It could send, now or once it has rested. */
bool modem_state_works(enum modem_state state);

const char *modem_state_name(enum modem_state state);
bool modem_state_from_name(const char *name, enum modem_state *retstate);
const char *modem_event_name(enum modem_event event);
