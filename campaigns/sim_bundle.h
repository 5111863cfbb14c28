// SPDX-License-Identifier: GPL-2.0-or-later
// Whether an operator has taken a bundle, by its words.
#pragma once

#include "config/operators.h"

/* Without patterns of success every text is one: nobody can tell. Pure. */
bool sim_bundle_is_taken(const struct bundle_config *bundle, const char *text);
