// SPDX-License-Identifier: GPL-2.0-or-later
/* Carries the outbox to its sinks over HTTP(S), in the main loop of the calling thread. Speaks
 * Standard Webhooks: the id of an event is equal in every retry. */
#pragma once

#include "campaigns/store/store.h"
#include "config/gateway.h"

struct forwarder;

/* Borrows both until forwarder_free(); starts with what is due. Each outcome is committed at once,
 * or with the caller's transaction if one is open on the store at that moment. */
struct forwarder *forwarder_new(struct store *store, const struct gateway_config *config,
                                GError **error);
/* Something was put into the outbox, or a person asked for a retry. */
void forwarder_wake(struct forwarder *forwarder);
/* New settings, which replace the borrowed ones. Transfers in the air end as they were begun. A
 * sink that was switched off by its 410 is on again if its url has changed. */
void forwarder_reload(struct forwarder *forwarder, const struct gateway_config *config);
/* Breaks off what is in the air (it is sent again under the same id after the next start). NULL is
 * well. */
void forwarder_free(struct forwarder *forwarder);
