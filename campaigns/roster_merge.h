// SPDX-License-Identifier: GPL-2.0-or-later
// The same person twice in one roster, and persons who share a phone.
#pragma once

#include "campaigns/roster.h"

/* Marks later rows of the same person ROW_DUPLICATE and gives what they add to the row that stays.
 * Same person: same folded name, same birth where both give one, same phone; without a phone, the
 * birth and the unit must be there and equal, because many share a name. */
void roster_merge(struct roster *roster);
