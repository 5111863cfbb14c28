// SPDX-License-Identifier: GPL-2.0-or-later
// A tally while it is counted: rows become figures of the unit each belongs to.
#pragma once

#include "campaigns/store/tally.h"
#include "campaigns/tally_figures.h"
#include "campaigns/tally_listener.h"

struct tally_count;

/* `campaign`, whose questions are asked; borrowed, as everything else here. */
struct tally_count *tally_count_new(struct tally *tally, const struct campaign_config *campaign);
void tally_count_free(struct tally_count *count);

/* Before anything is counted; borrowed, NULL: nobody listens. */
void tally_count_listen(struct tally_count *count, const struct tally_listener *listener);

/* In this order, once each. `answers` are in the order in which they were said. Units appear in
 * tally->units, each with its own figures, in no order. */
void tally_count_members(struct tally_count *count, const GArray *members);
void tally_count_answers(struct tally_count *count, const GArray *answers);
void tally_count_voices(struct tally_count *count, const GArray *voices);
