// SPDX-License-Identifier: GPL-2.0-or-later
// The forecast in sentences.
#pragma once

#include "campaigns/forecast.h"

/* Fills its lines and warnings from its figures. */
void forecast_words_write(struct forecast *forecast);
