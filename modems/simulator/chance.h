// SPDX-License-Identifier: GPL-2.0-or-later
// Repeatable chance: a draw depends on the seed, on whose turn it is and on which turn, never on
// the order in which modems and handsets happen to come.
#pragma once

#include <stdint.h>

/* 0 <= result < 1 */
double chance_draw(uint64_t seed, uint64_t who, uint64_t turn);
/* base + 0..spread */
int64_t chance_between(double draw, int64_t base, int64_t spread);
