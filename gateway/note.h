// SPDX-License-Identifier: GPL-2.0-or-later
// What the gateway writes down about a modem, as effects of the turn. All copy what they are given.
#pragma once

#include "campaigns/store/modem.h"
#include "gateway/turn.h"

struct effect *note_state(const char *name, enum modem_state from, enum modem_state to,
                          const char *reason);
struct effect *note_identity(const struct modem *modem);
struct effect *note_health(const struct modem *modem);
/* The tty behind which it was found. */
struct effect *note_home(const char *modem, const char *path);
