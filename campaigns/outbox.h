// SPDX-License-Identifier: GPL-2.0-or-later
/* The rules of forwarding: what an HTTP answer means, when the next attempt is due, when an entry
 * is given up. Pure: time and chance are arguments. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum outbox_state { OUTBOX_WAITING, OUTBOX_DELIVERED, OUTBOX_ABANDONED, OUTBOX_STATES };
enum outbox_event {
    OUTBOX_ACCEPTED, /* the sink said 2xx */
    OUTBOX_FAILED,   /* it said something else, or nothing; there is time left */
    OUTBOX_GIVEN_UP, /* the same, and the time is over */
    OUTBOX_RETRIED,  /* a person wants it sent now */
    OUTBOX_EVENTS,
};

/* One attempt as it ended. */
struct outbox_answer {
    int status;              /* of HTTP; 0: no answer */
    const char *retry_after; /* header, NULL: none */
};

enum outbox_verdict {
    OUTBOX_VERDICT_ACCEPTED,
    OUTBOX_VERDICT_REFUSED,   /* this entry is not to the sink's taste: the others may pass */
    OUTBOX_VERDICT_SINK_SICK, /* the sink has trouble: everything for it waits */
    OUTBOX_VERDICT_SINK_GONE, /* 410: send nothing more until a person has looked */
};

/* Attempts go on for this long before an entry is abandoned. */
#define OUTBOX_GIVE_UP_MS (INT64_C(30) * 24 * 60 * 60 * 1000)

/* No entry and no sink waits longer than this. A moment farther ahead was written while the clock
 * was wrong, and is now. */
#define OUTBOX_WAIT_MAX_MS (INT64_C(25) * 60 * 60 * 1000)

const char *outbox_state_name(enum outbox_state state); /* "waiting" */
bool outbox_state_from_name(const char *name, enum outbox_state *retstate);
const char *outbox_event_name(enum outbox_event event);
/* False, and nothing changed, when the table of steps has no such step. */
bool outbox_advance(enum outbox_state from, enum outbox_event event, enum outbox_state *retto);

enum outbox_verdict outbox_judge(const struct outbox_answer *answer);
/* When to try again after `attempts` failed ones (the last of them now): doubling from 2 s to 4 h,
 * a quarter more or less by `random` (any number); or when Retry-After says, within a day. */
int64_t outbox_next_at(const struct outbox_answer *answer, unsigned attempts, uint32_t random,
                       int64_t now);
