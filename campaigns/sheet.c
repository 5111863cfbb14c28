// SPDX-License-Identifier: GPL-2.0-or-later
/* Builds a report. Texts of people come in as they are and are made fit for every writer here:
 * valid UTF-8, no control characters, nothing that XML forbids. */
#include "campaigns/sheet.h"

#include "campaigns/text.h"

#include <string.h>

const char sheet_state[] = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
const char sheet_motto[] = "Độc lập - Tự do - Hạnh phúc";
const char *const sheet_signatures[2][2] = {
    {"NGƯỜI LẬP BIỂU", "(Ký, ghi rõ họ tên)"},
    {"THỦ TRƯỞNG ĐƠN VỊ", "(Ký, ghi rõ họ tên, đóng dấu)"},
};

static void free_column(gpointer data)
{
    struct sheet_column *column = data;
    g_free(column->heading);
    g_free(column);
}

struct sheet *sheet_new(const char *title)
{
    struct sheet *sheet = g_new0(struct sheet, 1);
    sheet->title = g_strdup(title);
    sheet->columns = g_ptr_array_new_with_free_func(free_column);
    sheet->rows = g_ptr_array_new();
    sheet->notes = g_ptr_array_new_with_free_func(g_free);
    return sheet;
}

void sheet_free(struct sheet *sheet)
{
    if (sheet == NULL)
        return;
    for (unsigned i = 0; i < sheet->rows->len; i++) {
        struct sheet_row *row = sheet->rows->pdata[i];
        for (unsigned c = 0; c < sheet->columns->len; c++)
            g_free(row->cells[c].text);
        g_free(row->cells);
        g_free(row);
    }
    g_ptr_array_unref(sheet->rows);
    g_ptr_array_unref(sheet->columns);
    g_ptr_array_unref(sheet->notes);
    g_free(sheet->parent);
    g_free(sheet->organisation);
    g_free(sheet->title);
    g_free(sheet->subtitle);
    g_free(sheet->as_of);
    g_free(sheet->place_date);
    g_free(sheet);
}

/* U+FFFE and U+FFFF are valid UTF-8, but no XML. */
static char *fit_text(const char *text)
{
    g_autofree char *valid = text_make_valid(text, -1);
    GString *out = g_string_sized_new(strlen(valid));
    for (const char *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar letter = g_utf8_get_char(at);
        g_string_append_unichar(out, (letter & 0xFFFE) == 0xFFFE ? 0xFFFD : letter);
    }
    return g_string_free(out, FALSE);
}

void sheet_column(struct sheet *sheet, const char *heading, enum sheet_type type)
{
    g_assert(sheet->rows->len == 0);
    struct sheet_column *column = g_new0(struct sheet_column, 1);
    column->heading = fit_text(heading);
    column->type = type;
    g_ptr_array_add(sheet->columns, column);
}

void sheet_row(struct sheet *sheet, enum sheet_row_kind kind, unsigned indent)
{
    struct sheet_row *row = g_new0(struct sheet_row, 1);
    row->kind = kind;
    row->indent = indent;
    row->cells = g_new0(struct sheet_cell, sheet->columns->len);
    g_ptr_array_add(sheet->rows, row);
}

void sheet_section(struct sheet *sheet, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    sheet_row(sheet, SHEET_SECTION, 0);
    struct sheet_row *row = sheet->rows->pdata[sheet->rows->len - 1];
    row->filled = sheet->columns->len;
    row->cells[0].filled = true;
    row->cells[0].text = fit_text(text);
}

void sheet_note(struct sheet *sheet, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_ptr_array_add(sheet->notes, fit_text(text));
}

static struct sheet_cell *next_cell(struct sheet *sheet, enum sheet_type type)
{
    struct sheet_row *row = sheet->rows->pdata[sheet->rows->len - 1];
    g_assert(row->filled < sheet->columns->len);
    const struct sheet_column *column = sheet->columns->pdata[row->filled];
    g_assert(column->type == type);
    return &row->cells[row->filled++];
}

void sheet_put_text(struct sheet *sheet, const char *text)
{
    struct sheet_cell *cell = next_cell(sheet, SHEET_TEXT);
    if (text == NULL || *text == '\0')
        return;
    cell->filled = true;
    cell->text = fit_text(text);
}

void sheet_put_count(struct sheet *sheet, int64_t count)
{
    struct sheet_cell *cell = next_cell(sheet, SHEET_INTEGER);
    cell->filled = true;
    cell->number = count;
}

void sheet_put_percent(struct sheet *sheet, int64_t part, int64_t base)
{
    struct sheet_cell *cell = next_cell(sheet, SHEET_PERCENT);
    cell->filled = base > 0;
    cell->number = part;
    cell->base = base;
}

void sheet_put_date(struct sheet *sheet, int64_t at, GTimeZone *zone)
{
    struct sheet_cell *cell = next_cell(sheet, SHEET_DATE);
    if (at == 0)
        return;
    int interval = g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, at / 1000);
    cell->filled = true;
    cell->number = at / 1000 + g_time_zone_get_offset(zone, interval);
}

/* 0912 000 341: the blanks keep a spreadsheet from dropping the zero. */
void sheet_put_phone(struct sheet *sheet, const char *e164)
{
    struct sheet_cell *cell = next_cell(sheet, SHEET_PHONE);
    if (e164 == NULL || *e164 == '\0')
        return;
    cell->filled = true;
    const char *rest = e164 + strlen("+84");
    if (!g_str_has_prefix(e164, "+84") || strlen(rest) != 9)
        cell->text = fit_text(e164);
    else
        cell->text = g_strdup_printf("0%.3s %.3s %s", rest, rest + 3, rest + 6);
}

void sheet_put_nothing(struct sheet *sheet)
{
    struct sheet_row *row = sheet->rows->pdata[sheet->rows->len - 1];
    g_assert(row->filled < sheet->columns->len);
    row->filled++;
}

char *sheet_date_text(const struct sheet_cell *cell)
{
    g_autoptr(GDateTime) day = g_date_time_new_from_unix_utc(cell->number);
    return day == NULL ? g_strdup("") : g_date_time_format(day, "%d/%m/%Y");
}
