// SPDX-License-Identifier: GPL-2.0-or-later
// An Excel workbook: its sheets by name, and each of them as a table like that of a CSV file.
#pragma once

#include "campaigns/csv.h"
#include "campaigns/xlsx.h"
#include "campaigns/xlsx_number.h"

struct xlsx_book; /* opaque */
/* `bytes` stay the caller's and must outlive it. */
struct xlsx_book *xlsx_book_open(const void *bytes, gsize length, GError **error);
void xlsx_book_free(struct xlsx_book *book);

unsigned xlsx_sheet_count(const struct xlsx_book *book);
const char *xlsx_sheet_name(const struct xlsx_book *book, unsigned sheet);
bool xlsx_sheet_is_hidden(const struct xlsx_book *book, unsigned sheet);
/* By name, whatever its case; -1: there is none. */
int xlsx_sheet_find(const struct xlsx_book *book, const char *name);
/* Rows with Excel's numbers. What a person should know of the sheet (hidden rows, errors in cells)
 * is added to `notes`, a sentence each; NULL: not wanted. */
struct csv_table *xlsx_sheet_read(struct xlsx_book *book, unsigned sheet, GPtrArray *notes,
                                  GError **error);

/* For the sheets' reader. */
struct xlsx_archive *xlsx_book_archive(struct xlsx_book *book);
const char *xlsx_sheet_part(const struct xlsx_book *book, unsigned sheet);
bool xlsx_book_is_1904(const struct xlsx_book *book);
const char *xlsx_book_string(const struct xlsx_book *book, guint64 index); /* NULL: no such one */
const struct xlsx_format *xlsx_book_format(const struct xlsx_book *book, guint64 style);
/* "_x000D_" and the like, as Excel writes what XML cannot hold. */
void xlsx_unescape(char *text);
