// SPDX-License-Identifier: GPL-2.0-or-later
// The messages that wait in the worker for their turn, in the order in which they were handed over.
#pragma once

#include "modems/speech.h"

struct waiting {
    GQueue sends; /* of struct wire_message * */
};

void waiting_init(struct waiting *waiting);
void waiting_clear(struct waiting *waiting);

void waiting_add(struct waiting *waiting, struct wire_message *message); /* takes it over */
bool waiting_is_empty(const struct waiting *waiting);
/* The next, for the caller to drop by waiting_drop(); NULL: none. */
struct wire_message *waiting_next(struct waiting *waiting);
void waiting_drop(struct wire_message *message);

/* Verdicts of messages that were not begun: of all; of those whose time is over (`now`: monotonic
 * ms); of one that is not even taken. */
void waiting_give_back(struct waiting *waiting, struct speech *speech);
void waiting_give_back_late(struct waiting *waiting, struct speech *speech, int64_t now);
void waiting_refuse(struct speech *speech, const struct wire_send *send);
/* When the first of them is late; 0: none ever is. */
int64_t waiting_late_at(const struct waiting *waiting);
