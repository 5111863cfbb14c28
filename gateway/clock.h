// SPDX-License-Identifier: GPL-2.0-or-later
/* What time alone brings, as far as it is quick: campaigns end, texts whose parts never came are
 * handed on; and the forwarder, which carries away what falls due. */
#pragma once

#include "campaigns/book.h"
#include "config/gateway.h"

struct clock;

/* Borrows all three; the configuration until the next clock_configure(). */
struct clock *clock_new(struct store *store, struct campaign_book *book,
                        const struct gateway_config *config, GError **error);
void clock_configure(struct clock *clock, const struct gateway_config *config);
void clock_tick(struct clock *clock); /* once a second */
void clock_wake(struct clock *clock); /* a person did something: the outbox may have work */
void clock_free(struct clock *clock);
