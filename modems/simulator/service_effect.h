// SPDX-License-Identifier: GPL-2.0-or-later
// What the network does when a USSD rule is chosen, and the text that it gives.
#pragma once

#include <stdint.h>

#include "modems/simulator/service_rule.h"

struct mobile;

/* `code` is what the client dialled or answered. NULL: no text. The caller frees. */
char *service_effect(struct mobile *mobile, const struct service_rule *rule, const char *code);
/* What the network says to a card; where that comes as an SMS, the notice of it. */
char *service_effect_top_up(struct mobile *mobile, const char *card);
/* With the braces of its account filled in. */
char *service_effect_fill(const struct mobile *mobile, const char *text, const char *code,
                          int64_t value);
