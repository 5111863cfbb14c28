// SPDX-License-Identifier: GPL-2.0-or-later
/* How one SIM stands with its network: whether it rests because its messages fail, and whether a
 * failure speaks against the message or against the SIM. Pure; `now` is of a clock that never
 * steps. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum standing_news {
    STANDING_SENT,    /* it sends */
    STANDING_FAILED,  /* the number, the SIM or the network: one alone says little */
    STANDING_STOPPED, /* the SIM or the modem itself: it need not try the next number */
};

enum { STANDING_ROW = 3 }; /* so many numbers that fail in a row are the SIM's failure */

struct standing {
    int64_t row[STANDING_ROW]; /* the numbers (contact ids) that failed since one went out */
    unsigned failed;           /* of them */
    int64_t failed_at;         /* the last of them */
    int64_t sent_to, sent_at;  /* the last that went out; 0: none yet */
    int64_t rest_ms;           /* the last rest; 0: none since one went out */
    int64_t rest_until;
};

/* What became of one message. */
struct standing_try {
    enum standing_news news;
    int64_t number;
    bool again; /* it had failed before */
};

/* True when it has to rest because of this. */
bool standing_take(struct standing *standing, const struct standing_try *tried, int64_t now);
bool standing_rests(const struct standing *standing, int64_t now);
/* A person has looked after it (credit, say): one message tries at once. */
void standing_try_now(struct standing *standing);
/* In trouble: one message at a time tries, until one goes out. */
bool standing_in_doubt(const struct standing *standing);

/* Others fail as well: what this number gets is no verdict on it. */
bool standing_others_fail(const struct standing *standing, int64_t number, int64_t now);
/* The SIM has served another number since then, or a moment ago: a failure is the number's own. */
bool standing_serves_others(const struct standing *standing, int64_t number, int64_t since,
                            int64_t now);
