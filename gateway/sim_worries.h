// SPDX-License-Identifier: GPL-2.0-or-later
// What somebody should do about a SIM, in the sentences of its alarms.
#pragma once

#include "campaigns/sim.h"

struct sim_worries {
    char *low, *hint;     /* NULL: nothing is low */
    char *unread;         /* NULL: what it has left is known */
    int64_t unread_since; /* 0: not known */
};
void sim_worries_clear(struct sim_worries *worries);

struct sim_worries_view {
    const struct sim *sim; /* NULL: no SIM was seen there */
    const struct modem_config *modem;
    const char *rest; /* why it rests; NULL: it does not */
    int64_t now;
};
/* Replaces what was there. */
bool sim_worries_look(struct store *store, const struct sim_worries_view *view,
                      struct sim_worries *worries, GError **error);
