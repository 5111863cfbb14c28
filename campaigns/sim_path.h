// SPDX-License-Identifier: GPL-2.0-or-later
// Which code and answers a dialogue with an operator takes.
#pragma once

#include "config/modems.h"
#include "config/operators.h"

/* Of a dialogue of this purpose (ussd_dialogue's words); NULL: the operator has none, or none for
 * this modem. `code` of the card, NULL elsewhere. The caller frees, and wipes where there was a
 * code. */
char **sim_path(const struct operator_config *operator_config, const struct modem_config *modem,
                const char *purpose, const char *code);
