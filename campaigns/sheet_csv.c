// SPDX-License-Identifier: GPL-2.0-or-later
/* A report as CSV: plain numbers for other programs, one record a row, the text of a section in a
 * first column of each of its rows. How a cell is quoted, and that what people wrote is no formula,
 * is campaigns/csv.c's. */
#include "campaigns/sheet.h"

#include "campaigns/csv.h"
#include "campaigns/figure.h"

static const char section_heading[] = "Mục";

/* One record at a time. */
struct writing {
    const struct sheet *sheet;
    bool sections; /* there is a first column for them */
    GString *out;
    GPtrArray *cells; /* char *, owned */
};

static void add(struct writing *writing, char *cell)
{
    g_ptr_array_add(writing->cells, cell);
}

/* As many cells as any other record. */
static void end_record(struct writing *writing)
{
    unsigned columns = writing->sheet->columns->len + (writing->sections ? 1 : 0);
    while (writing->cells->len < columns)
        add(writing, g_strdup(""));
    csv_append_row(writing->out, (const char *const *)writing->cells->pdata, writing->cells->len);
    g_ptr_array_set_size(writing->cells, 0);
}

static char *cell_text(const struct sheet_cell *cell, enum sheet_type type)
{
    if (!cell->filled)
        return g_strdup("");
    switch (type) {
    case SHEET_TEXT:
    case SHEET_PHONE:
        return g_strdup(cell->text);
    case SHEET_INTEGER:
        return g_strdup_printf("%" G_GINT64_FORMAT, cell->number);
    case SHEET_PERCENT:
        return figure_percent_plain(cell->number, cell->base, 1);
    case SHEET_DATE:
        return sheet_date_text(cell);
    }
    g_assert_not_reached();
}

static bool has_sections(const struct sheet *sheet)
{
    for (unsigned i = 0; i < sheet->rows->len; i++) {
        const struct sheet_row *row = sheet->rows->pdata[i];
        if (row->kind == SHEET_SECTION)
            return true;
    }
    return false;
}

static void put_headings(struct writing *writing)
{
    if (writing->sections)
        add(writing, g_strdup(section_heading));
    for (unsigned c = 0; c < writing->sheet->columns->len; c++)
        add(writing,
            g_strdup(((const struct sheet_column *)writing->sheet->columns->pdata[c])->heading));
    end_record(writing);
}

static void put_row(struct writing *writing, const struct sheet_row *row, const char *section)
{
    if (writing->sections)
        add(writing, g_strdup(row->kind == SHEET_TOTAL ? "" : section));
    for (unsigned c = 0; c < writing->sheet->columns->len; c++) {
        const struct sheet_column *column = writing->sheet->columns->pdata[c];
        add(writing, cell_text(&row->cells[c], column->type));
    }
    end_record(writing);
}

GBytes *sheet_csv(const struct sheet *sheet)
{
    g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(g_free);
    struct writing writing = {sheet, has_sections(sheet), g_string_new("\xEF\xBB\xBF"), cells};
    const char *section = "";
    put_headings(&writing);
    for (unsigned i = 0; i < sheet->rows->len; i++) {
        const struct sheet_row *row = sheet->rows->pdata[i];
        if (row->kind == SHEET_SECTION)
            section = row->cells[0].text;
        else
            put_row(&writing, row, section);
    }
    for (unsigned i = 0; i < sheet->notes->len; i++) {
        add(&writing, g_strconcat("Ghi chú: ", sheet->notes->pdata[i], NULL));
        end_record(&writing);
    }
    return g_string_free_to_bytes(writing.out);
}
