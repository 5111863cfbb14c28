// SPDX-License-Identifier: GPL-2.0-or-later
/* The watch over the gateway itself: looks for troubles, raises and clears alarms, tells those who
 * look after it. */
#pragma once

#include "config/gateway.h"
#include "gateway/counter.h"
#include "gateway/dispatcher.h"
#include "gateway/sim_desk.h"
#include "gateway/turn.h"

struct alarms;

/* Borrows all five; what the database has of alarms that last is taken up. */
struct alarms *alarms_new(struct store *store, struct turn *turn, struct dispatcher *dispatcher,
                          struct counter *counter, const struct gateway_config *config,
                          GError **error);
/* After the turn: it may still hold effects of ours. */
void alarms_free(struct alarms *alarms);
void alarms_configure(struct alarms *alarms, const struct gateway_config *config);

/* Why aggregators are not heard (NULL: they are), for the next tick. */
void alarms_tell_ussd(struct alarms *alarms, const char *trouble);

/* Whose worries are alarms, too; borrowed. */
void alarms_watch_sims(struct alarms *alarms, const struct sim_desk *sims);

/* Once a second, outside a transaction. True when events were put into the outbox since the last
 * time. */
bool alarms_tick(struct alarms *alarms);
