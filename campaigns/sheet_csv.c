// SPDX-License-Identifier: GPL-2.0-or-later
/* A report as CSV (RFC 4180): plain numbers for other programs, one record a row, the text of a
 * section in a first column of each of its rows. A spreadsheet must not take what people wrote for
 * a formula: such a text gets an apostrophe in front. */
#include "campaigns/sheet.h"

#include "campaigns/figure.h"

#include <string.h>

static const char section_heading[] = "Mục";

/* Excel and LibreOffice look at the first character, some after blanks; full-width ones count. */
static bool is_formula(const char *text)
{
    static const char *const starts[] = {"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"};
    for (size_t i = 0; i < G_N_ELEMENTS(starts); i++)
        if (g_str_has_prefix(text, starts[i]))
            return true;
    return *text == ' ' && is_formula(text + 1);
}

static void put_quoted(GString *out, const char *text)
{
    g_autofree char *safe = is_formula(text) ? g_strconcat("'", text, NULL) : g_strdup(text);
    if (strpbrk(safe, ",;\"\r\n\t") == NULL) {
        g_string_append(out, safe);
        return;
    }
    g_string_append_c(out, '"');
    for (const char *at = safe; *at != '\0'; at++) {
        if (*at == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *at);
    }
    g_string_append_c(out, '"');
}

static void put_cell(GString *out, const struct sheet_cell *cell, enum sheet_type type)
{
    if (!cell->filled)
        return;
    g_autofree char *text = NULL;
    switch (type) {
    case SHEET_TEXT:
    case SHEET_PHONE:
        put_quoted(out, cell->text);
        return;
    case SHEET_INTEGER:
        g_string_append_printf(out, "%" G_GINT64_FORMAT, cell->number);
        return;
    case SHEET_PERCENT:
        text = figure_percent_plain(cell->number, cell->base, 1);
        break;
    case SHEET_DATE:
        text = sheet_date_text(cell);
        break;
    }
    g_string_append(out, text == NULL ? "" : text);
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

static void put_row(GString *out, const struct sheet *sheet, const struct sheet_row *row)
{
    for (unsigned c = 0; c < sheet->columns->len; c++) {
        const struct sheet_column *column = sheet->columns->pdata[c];
        if (c > 0)
            g_string_append_c(out, ',');
        put_cell(out, &row->cells[c], column->type);
    }
    g_string_append(out, "\r\n");
}

/* As many cells as any other record. */
static void put_note(GString *out, const char *note, unsigned columns)
{
    g_autofree char *text = g_strconcat("Ghi chú: ", note, NULL);
    put_quoted(out, text);
    for (unsigned c = 1; c < columns; c++)
        g_string_append_c(out, ',');
    g_string_append(out, "\r\n");
}

GBytes *sheet_csv(const struct sheet *sheet)
{
    GString *out = g_string_new("\xEF\xBB\xBF");
    bool sections = has_sections(sheet);
    const char *section = "";
    if (sections)
        put_quoted(out, section_heading);
    for (unsigned c = 0; c < sheet->columns->len; c++) {
        const struct sheet_column *column = sheet->columns->pdata[c];
        if (c > 0 || sections)
            g_string_append_c(out, ',');
        put_quoted(out, column->heading);
    }
    g_string_append(out, "\r\n");
    for (unsigned i = 0; i < sheet->rows->len; i++) {
        const struct sheet_row *row = sheet->rows->pdata[i];
        if (row->kind == SHEET_SECTION) {
            section = row->cells[0].text;
            continue;
        }
        if (sections) {
            put_quoted(out, row->kind == SHEET_TOTAL ? "" : section);
            g_string_append_c(out, ',');
        }
        put_row(out, sheet, row);
    }
    for (unsigned i = 0; i < sheet->notes->len; i++)
        put_note(out, sheet->notes->pdata[i], sheet->columns->len + (sections ? 1 : 0));
    return g_string_free_to_bytes(out);
}
