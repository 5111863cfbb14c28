// SPDX-License-Identifier: GPL-2.0-or-later
/* A thread beside the main loop, with a database connection of its own, for the duties that read a
 * whole campaign or walk an audience: no modem waits for them. */
#pragma once

#include "campaigns/campaign.h"
#include "config/gateway.h"

struct counter;

/* Borrows the configuration for as long as the process lives. `news` is called in the counter's
 * thread when something was put into the queue or the outbox. */
struct counter *counter_new(const struct gateway_config *config, const struct campaign_terms *terms,
                            void (*news)(void *data), void *data, GError **error);
/* Breaks off what it does, waits for that; NULL is well. */
void counter_free(struct counter *counter);

void counter_configure(struct counter *counter, const struct gateway_config *config,
                       const struct campaign_terms *terms);
void counter_wake(struct counter *counter); /* a person did something; NULL is well */
/* The duty that has been at work for far too long, and since when (UTC ms); NULL: none. */
const char *counter_stuck(struct counter *counter, int64_t *retsince);
