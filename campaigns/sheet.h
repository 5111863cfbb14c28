// SPDX-License-Identifier: GPL-2.0-or-later
/* A report to print, sign and file, as plain data: head, table, notes, signatures. It is filled row
 * by row and then written as CSV, XLSX or HTML; the writers decide nothing but form. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum sheet_type {
    SHEET_TEXT,
    SHEET_INTEGER,
    SHEET_PERCENT, /* of a part and its base, exact until it is printed */
    SHEET_DATE,    /* a day */
    SHEET_PHONE,
};

enum sheet_row_kind {
    SHEET_ROW,
    SHEET_SECTION, /* one text over all columns: what the rows below are about */
    SHEET_TOTAL,
};

struct sheet_column {
    char *heading;
    enum sheet_type type;
};

struct sheet_cell {
    bool filled;
    char *text;     /* text, phone in national form */
    int64_t number; /* integer; part of a percentage; day as seconds of local time */
    int64_t base;   /* of a percentage; 0: there is none to speak of */
};

struct sheet_row {
    enum sheet_row_kind kind;
    unsigned indent;          /* of the first text: how deep in the tree of units */
    unsigned filled;          /* cells so far */
    struct sheet_cell *cells; /* one for each column; of a section the first alone */
};

struct sheet {
    char *parent, *organisation; /* head, left; NULL: none */
    char *title, *subtitle;      /* subtitle NULL: none */
    char *as_of;                 /* "Số liệu tính đến …" */
    char *place_date;            /* "Xã A, ngày 18 tháng 6 năm 2024" */
    GPtrArray *columns;          /* struct sheet_column * */
    GPtrArray *rows;             /* struct sheet_row * */
    GPtrArray *notes;            /* char * */
};

struct sheet *sheet_new(const char *title);
void sheet_free(struct sheet *sheet);

/* All columns first. Then a row, and its cells from the left; what is not filled stays empty. */
void sheet_column(struct sheet *sheet, const char *heading, enum sheet_type type);
void sheet_row(struct sheet *sheet, enum sheet_row_kind kind, unsigned indent);
void sheet_section(struct sheet *sheet, const char *format, ...) G_GNUC_PRINTF(2, 3);
void sheet_note(struct sheet *sheet, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Each fills the next cell of the last row, whose column must be of that type. */
void sheet_put_text(struct sheet *sheet, const char *text); /* any bytes; NULL: empty */
void sheet_put_count(struct sheet *sheet, int64_t count);
void sheet_put_percent(struct sheet *sheet, int64_t part, int64_t base);
void sheet_put_date(struct sheet *sheet, int64_t at, GTimeZone *zone); /* 0: empty */
void sheet_put_phone(struct sheet *sheet, const char *e164);           /* "", NULL: empty */
void sheet_put_nothing(struct sheet *sheet);

/* "18/06/2024"; the caller frees. */
char *sheet_date_text(const struct sheet_cell *cell);

extern const char sheet_state[], sheet_motto[];  /* head, right */
extern const char *const sheet_signatures[2][2]; /* left and right: who, how */

/* UTF-8 with BOM; headings, rows with their section in a first column, notes. */
GBytes *sheet_csv(const struct sheet *sheet);
GBytes *sheet_html(const struct sheet *sheet);
GBytes *sheet_xlsx(const struct sheet *sheet, GError **error);
