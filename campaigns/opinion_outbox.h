// SPDX-License-Identifier: GPL-2.0-or-later
/* Opinions on their way to offices and receivers. Without telephone number and name, unless the
 * sink is one that `senders` are told. */
#pragma once

#include "campaigns/opinion.h"
#include "config/gateway.h"

#define OPINION_TYPE "loa.opinion.v1"

struct opinion_news {
    int64_t opinion_id;
    enum opinion_event event;
    int64_t sequence;   /* of the opinion's events: a higher one replaces a lower */
    const char *before; /* the office it was forwarded to until now; "" none */
    int64_t now;
};

/* Puts before the sinks what they are to hear of this step, within the caller's transaction: on
 * arrival, unless it is restricted, every sink that wants opinions and is no office's; afterwards
 * the sink of the office that has it, and of the one that no longer does. `config` NULL: nobody. */
bool opinion_outbox_put(struct store *store, const struct gateway_config *config,
                        const struct opinion_news *news, GError **error);

/* The event as one sink gets it; the caller frees. */
struct opinion_head {
    const char *event_id, *gateway;
    int64_t sequence;
    bool senders; /* with name and number */
    bool gone;    /* to the office that no longer has it: without text */
    int64_t now;
};
char *opinion_outbox_body(const struct opinion *opinion, const struct gateway_config *config,
                          const struct opinion_head *head);
