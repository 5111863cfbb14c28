// SPDX-License-Identifier: GPL-2.0-or-later
/* A verdict on its way into the database, whoever told it: the worker, or after its death the
 * flight log. */
#pragma once

#include "campaigns/store/message.h"
#include "gateway/turn.h"
#include "modems/flight.h"
#include "modems/verdict.h"

struct settle_news {
    int64_t lease;
    const char *modem;
    enum attempt_verdict verdict;
    unsigned parts_now; /* that went on the air */
    int references[FLIGHT_PARTS];
    const char *cause; /* "cms 38: network out of order", "" */
    int64_t retry_after_ms, took_ms;
    bool untouched;    /* the modem never heard of it */
    bool excused;      /* the SIM fails with others as well: no verdict on the message */
    unsigned tries;    /* see struct attempt_news */
    unsigned doubtful; /* unsure: further parts that may have gone; 0 is 1 */
};

/* Copies the news. When it is committed the lease's slot in `flight` is free; a verdict that cannot
 * be stored keeps it, for the next recovery. */
struct effect *settle_new(const struct settle_news *news, struct flight *flight);

enum attempt_verdict settle_verdict(enum verdict_outcome outcome);
/* "cms 38: network out of order, or no credit"; "" where nothing is to be said; the caller frees.
 */
char *settle_cause(enum verdict_outcome outcome, enum verdict_space space, int32_t code);
