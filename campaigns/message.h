// SPDX-License-Identifier: GPL-2.0-or-later
/* One text to one contact: its states, and what an attempt's verdict makes of it. The store keeps
 * rows, the gateway carries them; the rules are here. */
#pragma once

#include "campaigns/phone.h"

#include <stdint.h>

enum message_state {
    MESSAGE_QUEUED,
    MESSAGE_LEASED,
    MESSAGE_SENT,
    MESSAGE_DELIVERED,
    MESSAGE_UNDELIVERED,
    MESSAGE_REFUSED,
    MESSAGE_UNSURE,
    MESSAGE_EXPIRED,
    MESSAGE_CANCELLED,
    MESSAGE_SKIPPED,
    MESSAGE_STATES
};

enum message_event {
    MESSAGE_LEASE,   /* handed to a modem */
    MESSAGE_ACCEPT,  /* every part is on the air */
    MESSAGE_RETRY,   /* not sent; or an unsure one to be sent again, by a person or policy */
    MESSAGE_REFUSE,  /* will never go out */
    MESSAGE_DOUBT,   /* perhaps sent */
    MESSAGE_DELIVER, /* the network reports every part */
    MESSAGE_FAIL,    /* the network reports that a part did not arrive */
    MESSAGE_EXPIRE,
    MESSAGE_CANCEL,
    MESSAGE_SKIP, /* opted out, duplicate contact */
    MESSAGE_EVENTS
};

enum message_purpose { PURPOSE_INVITATION, PURPOSE_REMINDER, PURPOSE_ANSWER, PURPOSE_ALARM };

/* What became of one attempt; the same order as the worker's verdict_outcome. */
enum attempt_verdict {
    ATTEMPT_SENT,
    ATTEMPT_RETRY,
    ATTEMPT_REFUSED,
    ATTEMPT_MODEM_SICK,
    ATTEMPT_UNSURE,
};

struct message {
    int64_t id;
    int64_t campaign_id; /* 0: none */
    int64_t contact_id;
    struct phone phone;
    enum message_purpose purpose;
    enum message_state state;
    int priority;        /* enum priority */
    char *text;          /* final: rendered, with or without diacritics */
    unsigned parts;      /* as text_parts_make() counts */
    unsigned parts_sent; /* on the air already; a retry goes on behind them */
    uint8_t reference;   /* of the concatenation, equal in every attempt */
    char *modem;         /* queued: that must send it, NULL any; later: that did */
    unsigned attempts;   /* that the network heard of */
    unsigned sick;       /* in a row that failed for the modem's sake */
    unsigned resends;    /* by policy, because nobody knew whether it had gone */
    int64_t not_before, expires_at, created_at, state_at;
    char *cause;    /* of the last verdict, expiry, cancellation; "" */
    char *withheld; /* code of the only office that may read it; NULL: anybody may */
};

/* What any modem may send, answers aside, waits in lanes; a lane has one of each. */
struct message_lane {
    int64_t campaign_id; /* 0: none */
    int priority;
    const char *route; /* campaigns/route.h */
};

/* What a verdict makes of a leased message. */
struct settlement {
    enum message_event event;
    int64_t not_before; /* for MESSAGE_RETRY */
    unsigned parts_sent;
    unsigned attempts, sick;
    bool bound;   /* the rest of its parts must go through the same modem */
    bool gave_up; /* refused only because it had been tried often enough */
};

/* The verdict on an attempt that began behind `parts_sent`: how many parts went on the air. */
struct attempt_news {
    enum attempt_verdict verdict;
    unsigned parts_now;
    int64_t retry_after_ms; /* of the network: no sooner */
    bool untouched;         /* the modem never heard of it: no penalty, no back-off */
    bool excused;           /* others fail as well: no verdict on this message */
    unsigned tries;         /* with this cause so many in a row are enough; 0: as with any */
    bool again;             /* the last try ended with the same cause */
    unsigned doubtful;      /* of an unsure one: further parts that may have gone; 0 is 1 */
};

/* The only way to a new state; false when the table does not allow the step. */
bool message_advance(enum message_state from, enum message_event event,
                     enum message_state *retstate);

void message_settle(const struct message *message, const struct attempt_news *news, int64_t now,
                    struct settlement *retsettlement);

/* Queued or leased: all other states are final enough for a campaign to finish. */
bool message_state_is_open(enum message_state state);

const char *message_state_name(enum message_state state);
bool message_state_from_name(const char *name, enum message_state *retstate);
const char *message_event_name(enum message_event event);
const char *message_purpose_name(enum message_purpose purpose);
bool message_purpose_from_name(const char *name, enum message_purpose *retpurpose);
const char *attempt_verdict_name(enum attempt_verdict verdict); /* "modem-sick" */

void message_free(struct message *message);
