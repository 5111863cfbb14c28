// SPDX-License-Identifier: GPL-2.0-or-later
/* When a SIM is asked what it has left, and when its bundle is registered again. Pure: who asks
 * brings the clock, what the database knows and what the modem is doing. */
#pragma once

#include "campaigns/sim.h"

struct sim_moment {
    int64_t now;
    int64_t ready_ms; /* the modem has worked for so long without a break */
    bool quiet;       /* nothing of it is on the air or waits to go */
    bool before;      /* a large campaign is about to begin */
    int64_t check_ms; /* sims.check_every; 0: only when somebody asks */
    bool counted_out; /* sim_rests_by_count() */
};

/* So long an answer that was announced as an SMS is waited for. */
int64_t sim_schedule_sms_ms(int64_t check_ms);

/* Whether its balance is asked for now. */
bool sim_schedule_check(const struct sim *sim, const struct sim_moment *moment);
/* Its own number; `asked_at`: when it last was, 0 never. */
bool sim_schedule_number(const struct sim *sim, int64_t asked_at, const struct sim_moment *moment);
/* Its bundle; `tried_at`: when that was last tried, by whomever, 0 never. `today`: ISO 8601. */
bool sim_schedule_register(const struct sim *sim, const struct modem_config *modem,
                           int64_t tried_at, const char *today, const struct sim_moment *moment);
