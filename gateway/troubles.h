// SPDX-License-Identifier: GPL-2.0-or-later
// What is wrong with the gateway at this moment.
#pragma once

#include "campaigns/alarm.h"
#include "config/gateway.h"
#include "gateway/counter.h"
#include "gateway/dispatcher.h"
#include "gateway/sim_desk.h"
#include "gateway/turn.h"

struct troubles_view {
    struct store *store;
    const struct gateway_config *config;
    const struct turn *turn;
    const struct dispatcher *dispatcher;
    struct counter *counter;
    const GPtrArray *cases;      /* struct alarm_case *: what lasts ends by another measure */
    const char *ussd;            /* why aggregators are not heard; NULL: they are */
    const struct sim_desk *sims; /* NULL: none */
};

/* New GPtrArray of struct trouble *; NULL for a fault. `retable` gets the names (borrowed from the
 * configuration) of the modems that could send something now. */
GPtrArray *troubles_look(const struct troubles_view *view, int64_t now, GPtrArray *retable,
                         GError **error);
