// SPDX-License-Identifier: GPL-2.0-or-later
/* How long a modem may leave questions without answer before it counts as silent. Only the time
 * counts in which somebody waited; one answer ends the count. All times in µs. */
#pragma once

#include "modems/filter.h"

/* No single question takes all of it, so that another one can tell a silent modem from one that
 * does not know the command. A prompt comes at once or not at all. */
enum { PATIENCE_MS = 28000, PATIENCE_ASK_MS = 24000, PATIENCE_PROMPT_MS = 10000 };

struct patience {
    int64_t limit, unheard;
    bool silent;
    uint64_t heard; /* filter_heard() when the host's wait began */
    int64_t since;  /* of that wait; 0: it does not wait */
};

void patience_init(struct patience *patience, unsigned limit_ms); /* PATIENCE_MS but in searches */
int64_t patience_ask(const struct patience *patience);

/* So long nobody was answered; true when that makes the modem silent. */
bool patience_wait(struct patience *patience, int64_t waited);
void patience_heard(struct patience *patience);

/* How much longer libgammu may wait for what it has asked; -1: it waits for nothing. */
int64_t patience_host(struct patience *patience, const struct filter *filter, int64_t now);
