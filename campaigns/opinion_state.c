// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of steps, and the names of states and events as they are stored. */
#include "campaigns/opinion_state.h"

#include <glib.h>
#include <string.h>

static const char *const state_names[OPINION_STATES] = {
    [OPINION_RECEIVED] = "received",       [OPINION_FORWARDED] = "forwarded",
    [OPINION_IN_PROGRESS] = "in-progress", [OPINION_ANSWERED] = "answered",
    [OPINION_CLOSED] = "closed",
};

static const char *const event_names[OPINION_EVENTS] = {
    [OPINION_EVENT_RECEIVE] = "receive", [OPINION_EVENT_FORWARD] = "forward",
    [OPINION_EVENT_AMEND] = "amend",     [OPINION_EVENT_START] = "start",
    [OPINION_EVENT_ANSWER] = "answer",   [OPINION_EVENT_CONFIRM] = "confirm",
    [OPINION_EVENT_DISPUTE] = "dispute", [OPINION_EVENT_CLOSE] = "close",
    [OPINION_EVENT_REOPEN] = "reopen",   [OPINION_EVENT_SENDER] = "sender-shown",
};

static const struct {
    const char *state, *label;
} labels[] = {
    {"received", "đã tiếp nhận"}, {"forwarded", "đã chuyển"}, {"in-progress", "đang xử lý"},
    {"answered", "đã trả lời"},   {"closed", "đã đóng"},      {OPINION_OVERDUE, "quá hạn"},
};

#define TO(state) ((state) + 1) /* 0: not allowed */
static const unsigned char steps[OPINION_STATES][OPINION_EVENTS] = {
    [OPINION_RECEIVED] = {[OPINION_EVENT_RECEIVE] = TO(OPINION_RECEIVED),
                          [OPINION_EVENT_FORWARD] = TO(OPINION_FORWARDED),
                          [OPINION_EVENT_AMEND] = TO(OPINION_RECEIVED),
                          [OPINION_EVENT_START] = TO(OPINION_IN_PROGRESS),
                          [OPINION_EVENT_ANSWER] = TO(OPINION_ANSWERED),
                          [OPINION_EVENT_CLOSE] = TO(OPINION_CLOSED),
                          [OPINION_EVENT_SENDER] = TO(OPINION_RECEIVED)},
    [OPINION_FORWARDED] = {[OPINION_EVENT_FORWARD] = TO(OPINION_FORWARDED),
                           [OPINION_EVENT_AMEND] = TO(OPINION_FORWARDED),
                           [OPINION_EVENT_START] = TO(OPINION_IN_PROGRESS),
                           [OPINION_EVENT_ANSWER] = TO(OPINION_ANSWERED),
                           [OPINION_EVENT_CLOSE] = TO(OPINION_CLOSED),
                           [OPINION_EVENT_SENDER] = TO(OPINION_FORWARDED)},
    [OPINION_IN_PROGRESS] = {[OPINION_EVENT_FORWARD] = TO(OPINION_FORWARDED),
                             [OPINION_EVENT_AMEND] = TO(OPINION_IN_PROGRESS),
                             [OPINION_EVENT_ANSWER] = TO(OPINION_ANSWERED),
                             [OPINION_EVENT_CLOSE] = TO(OPINION_CLOSED),
                             [OPINION_EVENT_SENDER] = TO(OPINION_IN_PROGRESS)},
    /* Answered again: the first SMS failed, or said too little. */
    [OPINION_ANSWERED] = {[OPINION_EVENT_AMEND] = TO(OPINION_ANSWERED),
                          [OPINION_EVENT_ANSWER] = TO(OPINION_ANSWERED),
                          [OPINION_EVENT_CONFIRM] = TO(OPINION_CLOSED),
                          [OPINION_EVENT_DISPUTE] = TO(OPINION_IN_PROGRESS),
                          [OPINION_EVENT_CLOSE] = TO(OPINION_CLOSED),
                          [OPINION_EVENT_REOPEN] = TO(OPINION_IN_PROGRESS),
                          [OPINION_EVENT_SENDER] = TO(OPINION_ANSWERED)},
    [OPINION_CLOSED] = {[OPINION_EVENT_AMEND] = TO(OPINION_CLOSED),
                        [OPINION_EVENT_REOPEN] = TO(OPINION_IN_PROGRESS),
                        [OPINION_EVENT_SENDER] = TO(OPINION_CLOSED)},
};

bool opinion_step(enum opinion_state from, enum opinion_event event, enum opinion_state *retto)
{
    unsigned to = steps[from][event];
    if (to == 0)
        return false;
    *retto = (enum opinion_state)(to - 1);
    return true;
}

const char *opinion_state_name(enum opinion_state state)
{
    return state_names[state];
}

bool opinion_state_from_name(const char *name, enum opinion_state *retstate)
{
    for (unsigned i = 0; i < OPINION_STATES; i++) {
        if (strcmp(state_names[i], name) != 0)
            continue;
        *retstate = (enum opinion_state)i;
        return true;
    }
    return false;
}

const char *opinion_event_name(enum opinion_event event)
{
    return event_names[event];
}

const char *opinion_state_label(const char *shown_state)
{
    for (size_t i = 0; i < G_N_ELEMENTS(labels); i++) {
        if (strcmp(labels[i].state, shown_state) == 0)
            return labels[i].label;
    }
    return shown_state;
}
