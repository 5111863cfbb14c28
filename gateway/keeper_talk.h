// SPDX-License-Identifier: GPL-2.0-or-later
// What a worker says to its keeper.
#pragma once

#include "gateway/keeper.h"
#include "modems/wire.h"

void keeper_talk_take(struct keeper *keeper, const struct wire_message *message);
