// SPDX-License-Identifier: GPL-2.0-or-later
/* Summaries: the figures of one campaign as a CloudEvents 1.0 body that is a Standard Webhooks
 * payload too. Counts only: no number, no name, no text of anybody. */
#pragma once

#include "campaigns/opinion.h"
#include "campaigns/store/store.h"
#include "campaigns/tally.h"
#include "config/gateway.h"

#define SUMMARY_TYPE "loa.summary.v1"

/* A campaign that has ended is looked at for so long: delivery reports come late. */
#define SUMMARY_AFTERMATH_MS (INT64_C(7) * 24 * 60 * 60 * 1000)

struct summary_head {
    const char *event_id; /* a UUID; the same in every retry */
    const char *gateway;  /* store_gateway_uuid() */
    unsigned sequence;    /* of this campaign for this sink, from 1: a higher one replaces it */
    bool final;           /* the campaign has ended */
    const struct opinion_counts *opinions; /* NULL: left out */
    int64_t now;
};

/* The whole event; the caller frees. */
char *summary_body(const struct tally *tally, const struct summary_head *head);
/* SHA-256 of the figures alone, in hex: equal while nothing changed. Time alone changes it once for
 * each opinion, when that is overdue. */
char *summary_digest(const struct tally *tally, const struct opinion_counts *opinions);

/* Puts before every sink that wants summaries those that are due now: of a running campaign each
 * `every`, if its figures changed since the last; of an ended one at once, and again if late
 * reports change its figures. One transaction each. `retput` counts the entries made: wake the
 * forwarder when it is not 0. Cheap when nothing is due: call it each second or two, outside any
 * transaction. A fault with one campaign is logged and does not stop the others. */
bool summary_clock(struct store *store, const struct gateway_config *config, int64_t now,
                   unsigned *retput, GError **error);
