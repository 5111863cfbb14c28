// SPDX-License-Identifier: GPL-2.0-or-later
/* What one modem has to send: a small window of leases, its allowance, and when it had better
 * rest. Which message comes next is the dispatcher's affair. */
#pragma once

#include "campaigns/modem.h"
#include "campaigns/pacing.h"
#include "config/gateway.h"
#include "gateway/channel.h"
#include "gateway/settle.h"

struct outlet;

/* `status` hears LEASE and IDLE. */
struct outlet *outlet_new(const char *name, struct flight *flight,
                          void (*status)(void *data, enum modem_event event), void *data);
void outlet_free(struct outlet *outlet);

void outlet_limit(struct outlet *outlet, const struct modem_config *config);
/* What this SIM sent today and in the last hour; the second only if that is not known any more:
 * other limits, another day. Within a turn's transaction, or before its first lease. */
bool outlet_remember(struct outlet *outlet, struct store *store, GTimeZone *zone, int64_t now,
                     GError **error);
bool outlet_refresh(struct outlet *outlet, struct store *store, GTimeZone *zone, int64_t now,
                    GError **error);

/* The worker said READY; the channel is borrowed until outlet_close(). */
void outlet_open(struct outlet *outlet, struct channel *channel);
/* Nothing more for this worker; what it has, it may still settle. */
void outlet_stop(struct outlet *outlet);
/* The worker is gone; what it had is recovery's. */
void outlet_close(struct outlet *outlet);

/* While its modem has something else to do, nothing new is leased to it. */
void outlet_pause(struct outlet *outlet, bool paused);

bool outlet_wants(struct outlet *outlet, GTimeZone *zone, int64_t now);
/* By the wall clock: when it wants something after its silence between two messages, INT64_MAX:
 * it waits for something else. */
int64_t outlet_due(struct outlet *outlet, GTimeZone *zone, int64_t now);
/* By the wall clock: when it could take so many parts for that contact (-1: somebody new), were it
 * not busy at this moment; INT64_MAX: its modem is not there, or nobody knows. And how many parts
 * it can still send in so much time of this day. */
int64_t outlet_ready_at(struct outlet *outlet, GTimeZone *zone, int64_t now, unsigned parts,
                        int64_t contact_id);
int64_t outlet_capacity(struct outlet *outlet, GTimeZone *zone, int64_t now, int64_t ms);
enum pace_hold outlet_holds(struct outlet *outlet, GTimeZone *zone, int64_t now,
                            const struct message *message);
/* Why it sends nothing for a while, NULL: it does; the caller frees. */
char *outlet_rest_reason(struct outlet *outlet, GTimeZone *zone, int64_t now);
/* The same where something waits, but nothing that still fits. */
char *outlet_short_reason(struct outlet *outlet, GTimeZone *zone, int64_t now, enum pace_hold hold);
/* What its messages failed of, as long as none has gone out since it had to rest; NULL: all is
 * well. Borrowed. */
const char *outlet_trouble(const struct outlet *outlet);

/* Its SIM had better spend nothing: why (copied), NULL: it may. Urgent messages go all the same. */
void outlet_rest_for_credit(struct outlet *outlet, const char *reason);
bool outlet_rests_for_credit(const struct outlet *outlet);
/* None of its messages is on the air. */
bool outlet_is_idle(const struct outlet *outlet);

/* A person has looked after the SIM: if it rests because its messages fail, one tries at once. */
void outlet_try_now(struct outlet *outlet);

/* Its modem says again and again that something is wrong with it: its worker should begin anew.
 * True once for each row of failures. */
bool outlet_asks_anew(struct outlet *outlet);

/* Within the turn's transaction; takes the message over in any case. After `until` (INT64_MAX: or
 * when it expires) the worker does not begin it. STORE_ERROR_CONFLICT: not this one. Afterwards
 * either outlet_send() or outlet_recall(). */
bool outlet_lease(struct outlet *outlet, struct store *store, struct message *message,
                  int64_t until, int64_t now, GError **error);
void outlet_send(struct outlet *outlet, int64_t now);
void outlet_recall(struct outlet *outlet);

/* The worker's verdict as something to be stored; NULL: it names no lease of ours. */
struct effect *outlet_verdict(struct outlet *outlet, const struct wire_verdict *verdict,
                              GTimeZone *zone, int64_t now);

const char *outlet_name(const struct outlet *outlet);
