// SPDX-License-Identifier: GPL-2.0-or-later
// Columns of rosters that stay inside the house: categories, illnesses, papers.
#pragma once

#include <stdbool.h>

/* A folded name of template_fold(), as {placeholders} have it, is such a column. */
bool inside_keeps(const char *name);
