// SPDX-License-Identifier: GPL-2.0-or-later
/* The way in for USSD menus: POST /ussd/SERVICE in the convention of aggregators, on an address of
 * its own, apart from the API. Threads of its own, few, with database connections of their own; an
 * address that cannot be had is trouble, and tried again, and stops nothing else. */
#pragma once

#include "config/gateway.h"

struct aggregator;

/* `config` stays the caller's and must live until the end. */
struct aggregator *aggregator_new(const struct gateway_config *config);
/* From the next request on; another address at once. Waits for nobody. */
void aggregator_configure(struct aggregator *aggregator, const struct gateway_config *config);
/* Once a second: tries again for the address, ends what takes too long. */
void aggregator_tick(struct aggregator *aggregator);
/* Why nobody is heard; NULL: all well, or nobody is to be heard. */
const char *aggregator_trouble(const struct aggregator *aggregator);
/* Waits for the requests in flight. */
void aggregator_free(struct aggregator *aggregator);
