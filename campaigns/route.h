// SPDX-License-Identifier: GPL-2.0-or-later
/* Which SIM a message should go by: what it costs with each, whom delivery reports say it does not
 * reach, whose number its reader knows. Pure. What is known of a message is a short text beside it:
 *   ""                          nothing: it is in nobody's own network
 *   "viettel"                   the prefix of its number is Viettel's
 *   "viettel!viettel+mobifone"  ... but SIMs of Viettel fail to reach it, and one of MobiFone does
 *   "@sim2"                     the SIM in that modem wrote first */
#pragma once

#include "campaigns/phone.h"
#include "config/gateway.h"

enum {
    ROUTE_FAILURES = 2,                  /* messages in a row: the operator does not reach it */
    ROUTE_REPLY_WAIT_MS = 60 * 60 * 1000 /* for the SIM that wrote first */
};
#define ROUTE_NEVER INT64_MAX

/* ---- what is known ---- */
/* What delivery reports taught of one number and one operator's SIMs. */
struct route_lesson {
    char *operator_name;
    unsigned undelivered; /* in a row, since the last delivery */
    int64_t delivered_at; /* 0: never */
};
/* The text for a number; the caller frees. */
char *route_text(const struct phone *phone, const struct route_lesson *lessons, unsigned count);
char *route_text_reply(const char *modem);
/* A status (TP-ST, 3GPP TS 23.040 9.2.3.15) by which the network says for good that it cannot
 * reach the number; not that a phone was off, nor that somebody took the message back. */
bool route_status_fails(int status);

/* The text with the names of the operators' file. */
struct route {
    char *modem;    /* that should send it; NULL: any */
    char *network;  /* "" unknown */
    char **failing; /* operators whose SIMs do not reach it */
};
void route_parse(const char *text, const GPtrArray *operators, struct route *retroute);
void route_clear(struct route *route);
/* As the operators' file calls it, or folded where it knows no such name; the caller frees. */
char *route_operator(const GPtrArray *operators, const char *name);

/* ---- who takes it ---- */
struct route_sim {
    const char *modem, *operator_name;    /* of route_operator(); "" unknown */
    int64_t price_per_part, price_on_net; /* đồng; on-net -1: the same */
    int64_t gone_since;                   /* it does not work since then; 0: it does */
};
/* đồng for a part. */
int64_t route_price(const struct route *route, const struct route_sim *sim);
bool route_fails(const struct route *route, const struct route_sim *sim);
/* What is compared: the lower, the better. */
int64_t route_weight(const struct route *route, const struct route_sim *sim, bool by_price);
/* No SIM is to be preferred for it. */
bool route_is_flat(const struct route *route, const struct route_sim *sims, unsigned count);

struct route_choice {
    const struct route_sim *sims;
    unsigned count;
    bool by_price; /* else the first that is free takes it, unless another wrote first */
    int64_t now;
    int64_t until; /* it must be on the air by then */
    /* When that SIM could send it: now; later; ROUTE_NEVER today, or nobody knows. */
    int64_t (*ready_at)(void *data, unsigned sim);
    void *data;
};
enum route_leave {
    ROUTE_TAKE,
    ROUTE_LEAVE_PRICE, /* to one that pays less and can still send it */
    ROUTE_LEAVE_REPLY, /* to the one that wrote first */
};
enum route_leave route_leaves(const struct route *route, const struct route_choice *choice,
                              unsigned mine);
/* The lower, the sooner this SIM should take such a message: what it pays more than the cheapest
 * of the others that are ready. */
int64_t route_rank(const struct route *route, const struct route_choice *choice, unsigned mine);
