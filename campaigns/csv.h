// SPDX-License-Identifier: GPL-2.0-or-later
/* Tables as spreadsheets save them (RFC 4180 and its relatives): UTF-8 or UTF-16, separator found
 * by itself. Cells point into one text, so that 100,000 rows cost few allocations. */
#pragma once

#include "campaigns/charset.h"

#include <glib.h>
#include <stddef.h>

enum csv_error {
    CSV_ERROR_ENCODING, /* neither UTF-8 nor UTF-16 */
    CSV_ERROR_QUOTE,    /* a quoted cell that never ends */
    CSV_ERROR_SIZE,     /* more bytes than CSV_BYTES_MAX */
    CSV_ERROR_HEADING,  /* the columns that are needed are not there */
};
#define CSV_ERROR csv_error_quark()
GQuark csv_error_quark(void);

enum { CSV_BYTES_MAX = 512 * 1024 * 1024 };

struct csv_row {
    unsigned line;  /* of the file, from 1, where the row begins */
    unsigned first; /* index of its first cell; use csv_cell() */
    unsigned count; /* cells; 0 for an empty line */
};

struct csv_table {
    const char *encoding; /* charset_name(), or "XLSX" */
    char separator;       /* , ; or tab; NUL: cells came as cells */
    GArray *rows;         /* struct csv_row, empty lines included */
    GPtrArray *cells;     /* char *, into `text` */
    char *text;
    GPtrArray *kept; /* char *: texts of cells that were changed; NULL: none */
};

/* UTF-8 or UTF-16, whichever it is. NULL and a sentence that names line and byte when the bytes are
 * no table. */
struct csv_table *csv_read(const void *bytes, size_t length, GError **error);
struct csv_table *csv_read_as(enum charset charset, const void *bytes, size_t length,
                              GError **error);
void csv_free(struct csv_table *table);
/* Takes over a text that cells point into. */
void csv_keep(struct csv_table *table, char *text);

unsigned csv_row_count(const struct csv_table *table);
const struct csv_row *csv_row(const struct csv_table *table, unsigned row);
/* "" beyond the end of the row. */
const char *csv_cell(const struct csv_table *table, unsigned row, unsigned column);

/* Appends one CRLF-ended row, quoted where needed. A text that a spreadsheet would run as a formula
 * (= + - @ tab CR in front, full-width or after blanks too) gets an apostrophe before it, unless it
 * is only a number or +phone. */
void csv_append_row(GString *out, const char *const *cells, unsigned count);
