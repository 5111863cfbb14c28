// SPDX-License-Identifier: GPL-2.0-or-later
// Shares of a whole, in integers: 64-bit counts lose nothing, and .05 rounds up.
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* "49.8 %", rounded half up; "" where the base is 0. The caller frees. */
char *share_text(int64_t count, int64_t base);
/* Strictly more than that many percent; 17 of 20 is not more than 85. */
bool share_exceeds(int64_t count, int64_t base, double percent);
