// SPDX-License-Identifier: GPL-2.0-or-later
// What became of a card or a bundle: by the dialogue's words, or by an SMS that came a little
// later.
#pragma once

#include "campaigns/sim.h"
#include "campaigns/store/sim_desk.h"

enum sim_outcome {
    SIM_OUTCOME_RUNNING,
    SIM_OUTCOME_NOT_SENT, /* its code never went out */
    SIM_OUTCOME_DONE,
    SIM_OUTCOME_REFUSED,
    SIM_OUTCOME_UNCLEAR, /* nobody knows: look at the balance */
};
const char *sim_outcome_name(enum sim_outcome outcome); /* "not-sent" */

/* `operator_config` may be NULL: nothing can be read. */
bool sim_outcome_of_card(struct store *store, const struct operator_config *operator_config,
                         const char *imsi, const struct sim_try *tried,
                         enum sim_outcome *retoutcome, GError **error);
bool sim_outcome_of_bundle(struct store *store, const struct bundle_config *bundle,
                           const char *imsi, const struct sim_try *tried,
                           enum sim_outcome *retoutcome, GError **error);
