// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers of cells as a person sees them: whole, with their leading zeros, or as dates.
#pragma once

#include <glib.h>
#include <stdbool.h>

struct xlsx_format {
    bool day, month, year, clock; /* the parts of a date it shows; none: a plain number */
    unsigned zeros;               /* "0000000000": at least so many digits; else 0 */
};

/* Of one of the formats every program knows by number (ECMA-376 part 1, 18.8.30). */
struct xlsx_format xlsx_format_builtin(unsigned id);
struct xlsx_format xlsx_format_read(const char *code);
/* What stands in <v>; `from_1904` is the workbook's. The caller frees. */
char *xlsx_number_text(const char *value, const struct xlsx_format *format, bool from_1904);
/* Of a cell with a date in ISO 8601. */
char *xlsx_date_text(const char *value);
