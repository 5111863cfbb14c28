// SPDX-License-Identifier: GPL-2.0-or-later
/* Doubtful parts: they may have gone out, and the modem never told their reference. */
#pragma once

#include "campaigns/store/report_part.h"

/* (t) Gives reports that fit no known reference to doubtful parts by that modem to that number
 * (`tail`: its last digits). Each only where it cannot be another message's. */
bool doubt_settle(struct store *store, const char *modem, const char *tail, int64_t now,
                  GError **error);
