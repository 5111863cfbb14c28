// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of units as a file gives it: one row for a unit, or for each state of a unit that it
 * had from a day on. The old tree and the new one may stand in one table. */
#pragma once

#include "campaigns/csv.h"
#include "campaigns/store/store.h"
#include "campaigns/unit_history.h"

struct unit_row {
    unsigned line;
    char *code, *name;
    char *parent, *kind;  /* "" none */
    char from[DAY_SIZE];  /* first day of this state; "" not said */
    char until[DAY_SIZE]; /* the last day; "" not said */
    char *into;           /* code of the successor; "" */
    char **aliases;
};

/* Columns ma, ma_cha, ten, loai, tu_ngay, den_ngay, sap_nhap_vao, ten_khac or their Vietnamese and
 * English variants, in any order. New GPtrArray of struct unit_row *; NULL when anything is wrong:
 * `mistakes` (config/reader.h) then holds each with its line. */
GPtrArray *unit_table_read(const struct csv_table *table, const char *file, GPtrArray *mistakes);

/* Brings a history to what the table says; a row without days is a state that was always there, or
 * corrects today's. What the table leaves out stays. False when that makes no sense on some day. */
bool unit_table_apply(struct unit_history *history, const GPtrArray *rows, const char *file,
                      const char *today, GPtrArray *mistakes);

struct unit_saving {
    const char *file, *by, *today;
    int64_t now;
};
/* Inside a transaction: the stored units by the table. False with an error, or with mistakes. */
bool unit_table_save(struct store *store, const GPtrArray *rows, const struct unit_saving *saving,
                     GPtrArray *mistakes, unsigned *retadded, unsigned *retupdated, GError **error);
