// SPDX-License-Identifier: GPL-2.0-or-later
/* Cells of a Unicode table that hold the bytes of a font: "NguyÔn V¨n A" in a column of .VnTime,
 * beside columns that are what they say. */
#pragma once

#include "campaigns/csv.h"

struct charset_finding {
    enum charset charset; /* CHARSET_UNSAID: nothing was found */
    unsigned cells;
    GArray *lines;   /* unsigned: where they stand, each once */
    GPtrArray *told; /* char *: what the first of them hold, and would read */
};

/* What the cells look like; `retfinding` is cleared by the caller in any case. */
void charset_cells_find(const struct csv_table *table, struct charset_finding *retfinding);
/* Reads such cells in `charset`; the others stay. `retfinding` as above. */
void charset_cells_reread(struct csv_table *table, enum charset charset,
                          struct charset_finding *retfinding);
void charset_finding_clear(struct charset_finding *finding);
char *charset_finding_lines(const struct charset_finding *finding); /* "5, 6, 7 and 40 more" */
