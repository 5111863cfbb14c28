// SPDX-License-Identifier: GPL-2.0-or-later
// The figures of each unit of a tally, as a table.
#pragma once

#include <jansson.h>

/* Of a tally as the service answers it, with "units". */
void tally_units_print(const json_t *tally);
