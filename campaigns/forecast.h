// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether the SIMs have what a campaign needs, before anybody approves it: parts by operator, what
 * credit and bundles pay for, what it costs with routing, how many days it takes. Says what is not
 * known. Nothing depends on it: neither the approval's hash nor what is sent. */
#pragma once

#include "campaigns/day.h"
#include "campaigns/pacing.h"
#include "campaigns/route.h"

/* Recipients that have one route. */
struct forecast_demand {
    char *text; /* campaigns/route.h */
    struct route route;
    int64_t recipients;
    int64_t first; /* parts of the invitation */
    int64_t all;   /* and of all reminders, at most */
};

struct forecast_sim {
    char *modem, *operator_name;
    int64_t price_per_part, price_on_net;
    struct pace_limits limits;
    int64_t sent_today;
    char *idle;       /* why it is not counted on: it does not work, or rests; NULL: it is */
    int64_t paid_for; /* parts that are known to be paid for */
    bool unsure;      /* more may be: nobody knows its credit */
    bool free;        /* it needs no credit */
    /* What it would send, of all parts. */
    int64_t on_net, off_net, cost;
    int64_t doubtful; /* of these nobody knows whether they are paid for */
};

struct forecast {
    GPtrArray *demands; /* struct forecast_demand * */
    GPtrArray *sims;    /* struct forecast_sim *, as configured */
    GArray *open_ms;    /* int64_t: how long each local day allows sending, from first_day on */
    char first_day[DAY_SIZE];
    bool closes; /* the days end with the campaign; else they go on */
    /* filled by forecast_plan() */
    int64_t first, all;    /* parts */
    int64_t have;          /* of all: known to be paid for */
    int64_t doubtful;      /* of all: by SIMs whose credit nobody knows */
    int64_t missing, cost; /* of all; đồng */
    int64_t missing_cost;
    unsigned days; /* that the invitation takes; 0: it does not go out */
    char last_day[DAY_SIZE];
    int64_t late; /* parts of the invitation that are not sent before the campaign closes */
    GPtrArray *lines, *warnings; /* char *: sentences */
};

struct forecast *forecast_new(void);
void forecast_free(struct forecast *forecast);
void forecast_add_sim(struct forecast *forecast, struct forecast_sim *sim); /* takes it over */
/* The one with this route, made if it is new; borrowed. */
struct forecast_demand *forecast_demand(struct forecast *forecast, const char *text,
                                        const GPtrArray *operators);
/* The rest from demands, SIMs, days and first_day. Pure. */
void forecast_plan(struct forecast *forecast);
