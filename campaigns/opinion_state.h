// SPDX-License-Identifier: GPL-2.0-or-later
// The states of an opinion, and the steps between them. Knows no store.
#pragma once

#include <stdbool.h>

enum opinion_state {
    OPINION_RECEIVED,
    OPINION_FORWARDED,
    OPINION_IN_PROGRESS,
    OPINION_ANSWERED,
    OPINION_CLOSED,
    OPINION_STATES,
};
/* Not stored: received, forwarded or in progress, and its day is over. Shown instead of them. */
#define OPINION_OVERDUE "overdue"

enum opinion_event {
    OPINION_EVENT_RECEIVE,
    OPINION_EVENT_FORWARD, /* a person gives it to an office */
    OPINION_EVENT_AMEND,   /* topic, due date, who may read it */
    OPINION_EVENT_START,
    OPINION_EVENT_ANSWER,
    OPINION_EVENT_CONFIRM, /* the author is content */
    OPINION_EVENT_DISPUTE, /* the author is not */
    OPINION_EVENT_CLOSE,
    OPINION_EVENT_REOPEN,
    OPINION_EVENT_SENDER, /* somebody was shown who wrote it */
    OPINION_EVENTS,
};

const char *opinion_state_name(enum opinion_state state); /* "in-progress" … as stored */
bool opinion_state_from_name(const char *name, enum opinion_state *retstate);
const char *opinion_event_name(enum opinion_event event);
/* Vietnamese, for registers: "đang xử lý"; of "overdue" too. */
const char *opinion_state_label(const char *shown_state);
/* The table of steps: false when `event` is not allowed in `from`. */
bool opinion_step(enum opinion_state from, enum opinion_event event, enum opinion_state *retto);
