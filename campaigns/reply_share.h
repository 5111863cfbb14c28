// SPDX-License-Identifier: GPL-2.0-or-later
// Asks each question of a campaign what a stretch of a text says to it.
#pragma once

#include "campaigns/reply.h"
#include "campaigns/reply_scan.h"

/* What a stretch says to all questions; one `found` for each, in their order. The rule that decided
 * is returned; `retstate` is ANSWER if any has an answer and none is in doubt. */
const char *reply_share_ask(const struct reply_scan *scan, struct reply_found *found,
                            enum reply_state *retstate);
/* The stretch begins with the keyword of a question, perhaps behind words that change nothing. */
bool reply_share_called(const struct reply_scan *scan);
