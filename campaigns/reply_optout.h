// SPDX-License-Identifier: GPL-2.0-or-later
// A refusal of all further messages, and only as the whole message (R6).
#pragma once

#include "campaigns/reply_scan.h"

/* The rule by which the stretch refuses; NULL: it does not. */
const char *reply_optout_rule(const struct reply_scan *scan);
