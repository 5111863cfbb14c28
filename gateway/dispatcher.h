// SPDX-License-Identifier: GPL-2.0-or-later
/* Brings queue and modems together: which campaigns may send now, which message each modem gets
 * next. Leases within the turn, tells the workers after the commit. */
#pragma once

#include "campaigns/book.h"
#include "config/gateway.h"
#include "gateway/outlet.h"

struct dispatcher;

/* Borrows all three. */
struct dispatcher *dispatcher_new(struct store *store, struct campaign_book *book,
                                  const struct gateway_config *config);
void dispatcher_free(struct dispatcher *dispatcher);
void dispatcher_configure(struct dispatcher *dispatcher, const struct gateway_config *config);

/* Borrowed until removed. */
void dispatcher_add(struct dispatcher *dispatcher, struct outlet *outlet);
void dispatcher_remove(struct dispatcher *dispatcher, struct outlet *outlet);

/* Something was queued or a campaign changed, or time has passed. */
void dispatcher_poke(struct dispatcher *dispatcher);
/* Who is called when a modem may send again after its silence between two messages: a turn should
 * run. */
void dispatcher_on_due(struct dispatcher *dispatcher, void (*due)(void *data), void *data);
/* Who is asked before every lease whether that modem is needed for something else. */
void dispatcher_on_hold(struct dispatcher *dispatcher, bool (*held)(void *data, const char *modem),
                        void *data);
/* No new leases from now on. */
void dispatcher_stop(struct dispatcher *dispatcher);

/* "outside the sending hours" and the like, NULL: the modem may send; the caller frees. */
char *dispatcher_rest_reason(struct dispatcher *dispatcher, struct outlet *outlet, int64_t now);
/* What the messages of this modem fail of (see outlet_trouble()); NULL: nothing. */
const char *dispatcher_trouble(const struct dispatcher *dispatcher, const char *modem);
/* The SIM of this modem had better spend nothing: why, NULL: it may. Alarms and emergencies go all
 * the same. */
void dispatcher_rest_for_credit(struct dispatcher *dispatcher, const char *modem,
                                const char *reason);
/* Nothing of this modem is on the air, and nothing waits that it could send now. */
bool dispatcher_is_quiet(const struct dispatcher *dispatcher, const char *modem, int64_t now);
/* Alarms do not go by these modems from now on: they are about them. Names, copied. */
void dispatcher_shun(struct dispatcher *dispatcher, const char *const *modems);
GTimeZone *dispatcher_zone(const struct dispatcher *dispatcher);

/* The turn's hooks. */
bool dispatcher_wants(struct dispatcher *dispatcher);
bool dispatcher_lease(struct dispatcher *dispatcher, int64_t now, GError **error);
void dispatcher_send(struct dispatcher *dispatcher);
void dispatcher_recall(struct dispatcher *dispatcher);
