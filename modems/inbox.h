// SPDX-License-Identifier: GPL-2.0-or-later
/* What the modem received: found in its stores or pushed, kept, decoded, told under a key, and
 * taken out once that key is stored. Nothing leaves the SIM by any other way. */
#pragma once

#include "modems/kept.h"
#include "modems/line.h"
#include "modems/wire.h"

struct inbox;

/* `tell` passes one packet to the gateway; false: the gateway is gone. */
struct inbox *inbox_new(struct line *line, struct kept *kept,
                        bool (*tell)(void *data, const GByteArray *packet), void *data);
void inbox_free(struct inbox *inbox);

void inbox_notice(struct inbox *inbox, const struct line_notice *notice);
void inbox_stored(struct inbox *inbox, uint64_t key);
void inbox_list_all(struct inbox *inbox); /* both stores, at the next steps */

bool inbox_idle(const struct inbox *inbox); /* nothing to do */
/* Does some of the work, about `questions` to the modem (0: none, so only what was pushed is told);
 * false when the gateway is gone. */
bool inbox_step(struct inbox *inbox, unsigned questions);
