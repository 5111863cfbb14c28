// SPDX-License-Identifier: GPL-2.0-or-later
/* The life of one USSD dialogue (3GPP TS 22.090): a code goes out, texts come back, a menu waits
 * for an answer. One table of allowed steps, used by worker and gateway alike. Pure. */
#pragma once

#include <stdbool.h>

enum ussd_state {
    USSD_STATE_IDLE,      /* nothing has gone out */
    USSD_STATE_ASKED,     /* code or answer went out, the network has not spoken */
    USSD_STATE_MENU_OPEN, /* it waits for an answer (<m> 1) */
    USSD_STATE_ANSWERED,  /* it has said all (<m> 0 or 2 and a text): the end */
    USSD_STATE_CLOSED,    /* cancelled, ended by the network, refused or lost: the end */
    USSD_STATE_TIMED_OUT, /* nobody spoke in time: the end */
    USSD_STATES
};

enum ussd_event {
    USSD_EVENT_DIAL,   /* a code, or an answer to the menu */
    USSD_EVENT_TEXT,   /* a text that needs no answer */
    USSD_EVENT_MENU,   /* a text that waits for an answer */
    USSD_EVENT_END,    /* the network ends it: <m> 3, 4, 5, or 0 and 2 without a text */
    USSD_EVENT_REFUSE, /* the modem would not send it */
    USSD_EVENT_EXPIRE, /* the network said nothing, or nobody answered the menu */
    USSD_EVENT_CANCEL, /* a person, or who waited for it, wants no more */
    USSD_EVENT_LOSE,   /* the modem, its worker or the gateway went away */
    USSD_EVENTS
};

/* The only way to a new state; false when the table does not allow the step. */
bool ussd_dialogue_advance(enum ussd_state from, enum ussd_event event, enum ussd_state *retstate);
bool ussd_state_is_end(enum ussd_state state);

const char *ussd_state_name(enum ussd_state state); /* "menu-open", as the database has it */
bool ussd_state_from_name(const char *name, enum ussd_state *retstate);
const char *ussd_event_name(enum ussd_event event);
