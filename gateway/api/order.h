// SPDX-License-Identifier: GPL-2.0-or-later
/* What a request leaves for the gateway's loop in memory: work with modems, and what no database
 * may hold. One order a request at most; the loop takes them in their order. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum api_order_kind {
    API_ORDER_RETRY,       /* a person has looked after `modem` */
    API_ORDER_USSD,        /* dialogue `id` goes by `modem`: the code is texts[0] */
    API_ORDER_USSD_ANSWER, /* texts[0] answers the open menu of dialogue `id` */
    API_ORDER_USSD_CANCEL, /* dialogue `id` is to end */
    API_ORDER_SIM,         /* dialogue `id` of the SIM desk; texts[0]: the code of a card */
    API_ORDER_SIMS_BEFORE, /* a large campaign, `id`, is about to begin */
};

struct api_order {
    enum api_order_kind kind;
    char *modem; /* NULL where it is not about one */
    int64_t id;
    char **texts; /* NULL-terminated; NULL: none */
    char *by;
    bool secret; /* the texts hold the code of a card */
};

/* Copies; `modem` and `text` may be NULL. */
struct api_order *api_order_new(enum api_order_kind kind, const char *modem, int64_t id,
                                const char *text, const char *by);
void api_order_free(struct api_order *order);
