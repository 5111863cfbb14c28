// SPDX-License-Identifier: GPL-2.0-or-later
/* What comes in through the modems: messages, delivery reports and what no decoder takes, stored
 * before the worker may take them off the SIM. */
#pragma once

#include "campaigns/book.h"
#include "config/gateway.h"
#include "gateway/turn.h"
#include "modems/wire.h"

/* Told after the commit (`stored`), so that the worker may delete; it has the worker's key. */
struct intake_source {
    const char *modem, *imsi;
    struct campaign_book *book;
    const struct gateway_config *config; /* lives as long as the gateway; NULL: no SIM desk */
    void (*stored)(void *data, unsigned life, uint64_t key);
    void *data;
    unsigned life; /* of the worker that told it: a later one knows other keys */
};

struct effect *intake_incoming(const struct intake_source *source,
                               const struct wire_incoming *incoming, int64_t now);
struct effect *intake_quarantine(const struct intake_source *source,
                                 const struct wire_quarantine *quarantine);
struct effect *intake_report(const struct intake_source *source, const struct wire_report *report);

/* Texts whose missing parts never came, and what an earlier fault left behind: that is tried again
 * within a minute, and then less and less often. */
bool intake_overdue(struct store *store, struct campaign_book *book, int64_t now, GError **error);
