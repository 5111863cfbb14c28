// SPDX-License-Identifier: GPL-2.0-or-later
/* Draws without a state: the finaliser of splitmix64 over the three arguments. The same file and
 * seed give the same answers of the same households, whatever the timing. */
#include "modems/simulator/chance.h"

static uint64_t mix(uint64_t value)
{
    value += 0x9e3779b97f4a7c15u;
    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9u;
    value = (value ^ value >> 27) * 0x94d049bb133111ebu;
    return value ^ value >> 31;
}

double chance_draw(uint64_t seed, uint64_t who, uint64_t turn)
{
    return (double)(mix(mix(mix(seed) ^ who) ^ turn) >> 11) * 0x1p-53;
}

int64_t chance_between(double draw, int64_t base, int64_t spread)
{
    return base + (int64_t)(draw * (double)(spread + 1));
}
