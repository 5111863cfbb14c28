// SPDX-License-Identifier: GPL-2.0-or-later
/* Every dialogue goes idle → asked → (menu open → asked)* → one of three ends, and an end is the
 * end: what the network says later belongs to no dialogue. A step that the table does not name is
 * refused, and whoever asked for it says so in the log. */
#include "modems/ussd_dialogue.h"

#include <stddef.h>
#include <string.h>

struct step {
    bool allowed;
    enum ussd_state to;
};

static const struct step steps[USSD_STATES][USSD_EVENTS] = {
    [USSD_STATE_IDLE] =
        {
            [USSD_EVENT_DIAL] = {true, USSD_STATE_ASKED},
            [USSD_EVENT_TEXT] = {true, USSD_STATE_ANSWERED},  /* the network began it */
            [USSD_EVENT_MENU] = {true, USSD_STATE_MENU_OPEN}, /* so it did */
            [USSD_EVENT_REFUSE] = {true, USSD_STATE_CLOSED},
            [USSD_EVENT_EXPIRE] = {true, USSD_STATE_TIMED_OUT}, /* no modem had time for it */
            [USSD_EVENT_CANCEL] = {true, USSD_STATE_CLOSED},
            [USSD_EVENT_LOSE] = {true, USSD_STATE_CLOSED},
        },
    [USSD_STATE_ASKED] =
        {
            [USSD_EVENT_TEXT] = {true, USSD_STATE_ANSWERED},
            [USSD_EVENT_MENU] = {true, USSD_STATE_MENU_OPEN},
            [USSD_EVENT_END] = {true, USSD_STATE_CLOSED},
            [USSD_EVENT_REFUSE] = {true, USSD_STATE_CLOSED},
            [USSD_EVENT_EXPIRE] = {true, USSD_STATE_TIMED_OUT},
            [USSD_EVENT_CANCEL] = {true, USSD_STATE_CLOSED},
            [USSD_EVENT_LOSE] = {true, USSD_STATE_CLOSED},
        },
    [USSD_STATE_MENU_OPEN] =
        {
            [USSD_EVENT_DIAL] = {true, USSD_STATE_ASKED},
            [USSD_EVENT_TEXT] = {true, USSD_STATE_ANSWERED}, /* the network did not wait */
            [USSD_EVENT_MENU] = {true, USSD_STATE_MENU_OPEN},
            [USSD_EVENT_END] = {true, USSD_STATE_CLOSED},
            [USSD_EVENT_REFUSE] = {true, USSD_STATE_CLOSED},
            [USSD_EVENT_EXPIRE] = {true, USSD_STATE_TIMED_OUT},
            [USSD_EVENT_CANCEL] = {true, USSD_STATE_CLOSED},
            [USSD_EVENT_LOSE] = {true, USSD_STATE_CLOSED},
        },
};

static const char *const state_names[USSD_STATES] = {
    [USSD_STATE_IDLE] = "idle",           [USSD_STATE_ASKED] = "asked",
    [USSD_STATE_MENU_OPEN] = "menu-open", [USSD_STATE_ANSWERED] = "answered",
    [USSD_STATE_CLOSED] = "closed",       [USSD_STATE_TIMED_OUT] = "timed-out",
};

static const char *const event_names[USSD_EVENTS] = {
    [USSD_EVENT_DIAL] = "dial",     [USSD_EVENT_TEXT] = "text",     [USSD_EVENT_MENU] = "menu",
    [USSD_EVENT_END] = "end",       [USSD_EVENT_REFUSE] = "refuse", [USSD_EVENT_EXPIRE] = "expire",
    [USSD_EVENT_CANCEL] = "cancel", [USSD_EVENT_LOSE] = "lose",
};

bool ussd_dialogue_advance(enum ussd_state from, enum ussd_event event, enum ussd_state *retstate)
{
    if ((unsigned)from >= USSD_STATES || (unsigned)event >= USSD_EVENTS)
        return false;
    const struct step *step = &steps[from][event];
    if (step->allowed)
        *retstate = step->to;
    return step->allowed;
}

bool ussd_state_is_end(enum ussd_state state)
{
    return state == USSD_STATE_ANSWERED || state == USSD_STATE_CLOSED ||
           state == USSD_STATE_TIMED_OUT;
}

const char *ussd_state_name(enum ussd_state state)
{
    return (unsigned)state < USSD_STATES ? state_names[state] : "unknown";
}

bool ussd_state_from_name(const char *name, enum ussd_state *retstate)
{
    for (unsigned state = 0; state < USSD_STATES; state++) {
        if (strcmp(state_names[state], name) != 0)
            continue;
        *retstate = (enum ussd_state)state;
        return true;
    }
    return false;
}

const char *ussd_event_name(enum ussd_event event)
{
    return (unsigned)event < USSD_EVENTS ? event_names[event] : "unknown";
}
