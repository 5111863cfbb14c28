// SPDX-License-Identifier: GPL-2.0-or-later
/* What the modem said straight to us (+CMT, +CDS) and keeps nowhere: the line has kept it before
 * anybody here hears of it; here it is told, and freed once it is stored. */
#pragma once

#include "modems/kept.h"
#include "modems/line.h"
#include "modems/teller.h"

struct pushed;

/* What an earlier worker left in the places is told with the rest. */
struct pushed *pushed_new(struct line *line, struct kept *kept, struct teller *teller);
void pushed_free(struct pushed *pushed);

void pushed_notice(struct pushed *pushed, const struct line_notice *notice);
void pushed_stored(struct pushed *pushed, uint64_t key);
bool pushed_idle(const struct pushed *pushed); /* nothing can be done */
/* Tells all that is kept; `may_ask`: the modem may be asked, too. */
void pushed_step(struct pushed *pushed, bool may_ask);
