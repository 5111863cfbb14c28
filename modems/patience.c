// SPDX-License-Identifier: GPL-2.0-or-later
/* Unanswered waits are added up until the limit. libgammu's own limits are 5 to 500 s for each
 * command, and several commands in a row: here its wait is measured beside our own questions. */
#include "modems/patience.h"

static int64_t share(const struct patience *patience, int64_t part_ms)
{
    return patience->limit * part_ms / PATIENCE_MS;
}

void patience_init(struct patience *patience, unsigned limit_ms)
{
    *patience = (struct patience){.limit = (int64_t)limit_ms * 1000};
}

int64_t patience_ask(const struct patience *patience)
{
    return share(patience, PATIENCE_ASK_MS);
}

bool patience_wait(struct patience *patience, int64_t waited)
{
    patience->unheard += waited;
    bool newly = !patience->silent && patience->unheard >= patience->limit;
    patience->silent |= newly;
    return newly;
}

void patience_heard(struct patience *patience)
{
    patience->unheard = 0;
}

int64_t patience_host(struct patience *patience, const struct filter *filter, int64_t now)
{
    enum filter_wait waits = filter_host_waits(filter);
    uint64_t heard = filter_heard(filter);
    if (heard != patience->heard)
        patience_heard(patience);
    if (patience->since == 0 || heard != patience->heard)
        patience->since = now;
    patience->heard = heard;
    if (waits == FILTER_WAITS_NOT) {
        patience->since = 0;
        return -1;
    }
    if (patience->silent)
        return 0;
    int64_t limit = patience->limit - patience->unheard;
    if (waits == FILTER_WAITS_FOR_PROMPT)
        limit = MIN(limit, share(patience, PATIENCE_PROMPT_MS));
    return MAX(patience->since + limit - now, 0);
}
