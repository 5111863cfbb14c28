// SPDX-License-Identifier: GPL-2.0-or-later
// Tables that are data, not code: CSV files carried inside the program.
#pragma once

#include "campaigns/csv.h"

/* The table of that name ("phone-prefixes.csv") with its heading row; the caller owns it. Somebody
 * may have put a file of their own in its place (G_RESOURCE_OVERLAYS=/loa=DIR): one that cannot be
 * read, or has fewer than `columns` headings, ends the program with the reason. */
struct csv_table *datafile_read(const char *name, unsigned columns);
