// SPDX-License-Identifier: GPL-2.0-or-later
/* A report as a workbook: real numbers and dates with formats, the head above, the row of headings
 * frozen and repeated on each printed page. What people wrote is always a string, never a formula.
 * The only file that knows libxlsxwriter. */
#include "campaigns/sheet.h"

#include "campaigns/figure.h"

#include <glib/gstdio.h>
#include <xlsxwriter.h>

enum {
    LANDSCAPE_COLUMNS = 8,
    HEADING_ROW = 5, /* parent, organisation, title, subtitle, date of the figures: above */
    WIDTH_MIN = 6,
    WIDTH_MAX = 46,
    LETTERS_MAX = 32000, /* a cell holds 32,767 */
    PAPER_A4 = 9,
};
/* Beyond that a spreadsheet shows zeros for digits. */
#define EXACT_MAX   INT64_C(999999999999999)
#define INCH(mm)    ((mm) / 25.4)
#define LINE_HEIGHT 16.5 /* merged cells do not grow by themselves */

enum look { LOOK_ROW, LOOK_TOTAL, LOOK_COUNT };

struct book {
    const struct sheet *sheet;
    lxw_workbook *workbook;
    lxw_worksheet *page;
    lxw_format *cells[LOOK_COUNT][SHEET_PHONE + 1];
    lxw_format *heading, *section, *plain, *strong, *title, *centred, *italic;
    unsigned width;   /* of all columns, in letters */
    lxw_error failed; /* the first */
};

static void check(struct book *book, lxw_error result)
{
    if (book->failed == LXW_NO_ERROR)
        book->failed = result;
}

/* ---- formats ---- */

static lxw_format *format_new(struct book *book, bool bold, uint8_t align)
{
    lxw_format *format = workbook_add_format(book->workbook);
    format_set_font_name(format, "Times New Roman");
    format_set_font_size(format, 12);
    format_set_align(format, align);
    format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
    if (bold)
        format_set_bold(format);
    return format;
}

static lxw_format *cell_format(struct book *book, bool bold, enum sheet_type type)
{
    static const uint8_t aligns[] = {[SHEET_TEXT] = LXW_ALIGN_LEFT,
                                     [SHEET_INTEGER] = LXW_ALIGN_RIGHT,
                                     [SHEET_PERCENT] = LXW_ALIGN_RIGHT,
                                     [SHEET_DATE] = LXW_ALIGN_CENTER,
                                     [SHEET_PHONE] = LXW_ALIGN_CENTER};
    static const char *const numbers[] = {[SHEET_TEXT] = "@",
                                          [SHEET_INTEGER] = "#,##0",
                                          [SHEET_PERCENT] = "0.0%",
                                          [SHEET_DATE] = "dd/mm/yyyy",
                                          [SHEET_PHONE] = "@"};
    lxw_format *format = format_new(book, bold, aligns[type]);
    format_set_num_format(format, numbers[type]);
    format_set_border(format, LXW_BORDER_THIN);
    if (type == SHEET_TEXT)
        format_set_text_wrap(format);
    return format;
}

static void make_formats(struct book *book)
{
    for (int look = 0; look < LOOK_COUNT; look++)
        for (int type = SHEET_TEXT; type <= SHEET_PHONE; type++)
            book->cells[look][type] = cell_format(book, look == LOOK_TOTAL, (enum sheet_type)type);
    book->heading = format_new(book, true, LXW_ALIGN_CENTER);
    format_set_border(book->heading, LXW_BORDER_THIN);
    format_set_text_wrap(book->heading);
    book->section = format_new(book, true, LXW_ALIGN_LEFT);
    format_set_border(book->section, LXW_BORDER_THIN);
    format_set_bg_color(book->section, 0xF0F0F0);
    book->plain = format_new(book, false, LXW_ALIGN_CENTER);
    book->strong = format_new(book, true, LXW_ALIGN_CENTER);
    book->title = format_new(book, true, LXW_ALIGN_CENTER);
    format_set_font_size(book->title, 14);
    book->centred = format_new(book, false, LXW_ALIGN_CENTER);
    format_set_italic(book->centred);
    book->italic = format_new(book, false, LXW_ALIGN_LEFT);
    format_set_italic(book->italic);
    format_set_text_wrap(book->italic);
}

/* ---- pieces ---- */

/* At most what a cell holds. */
static void put_string(struct book *book, lxw_row_t row, lxw_col_t column, const char *text,
                       lxw_format *format)
{
    g_autofree char *cut = g_utf8_strlen(text, -1) > LETTERS_MAX
                               ? g_utf8_substring(text, 0, LETTERS_MAX)
                               : g_strdup(text);
    check(book, worksheet_write_string(book->page, row, column, cut, format));
}

/* One text over several columns; a single one cannot be merged. */
static void put_across(struct book *book, lxw_row_t row, const lxw_col_t columns[2],
                       const char *text, lxw_format *format)
{
    if (columns[0] < columns[1])
        check(book,
              worksheet_merge_range(book->page, row, columns[0], row, columns[1], "", format));
    put_string(book, row, columns[0], text == NULL ? "" : text, format);
}

static void put_date(struct book *book, lxw_row_t row, lxw_col_t column,
                     const struct sheet_cell *cell, lxw_format *format)
{
    g_autoptr(GDateTime) day = g_date_time_new_from_unix_utc(cell->number);
    if (day == NULL)
        return;
    lxw_datetime date = {.year = g_date_time_get_year(day),
                         .month = g_date_time_get_month(day),
                         .day = g_date_time_get_day_of_month(day)};
    check(book, worksheet_write_datetime(book->page, row, column, &date, format));
}

static void put_integer(struct book *book, lxw_row_t row, lxw_col_t column, int64_t number,
                        lxw_format *format)
{
    if (number >= -EXACT_MAX && number <= EXACT_MAX) {
        check(book, worksheet_write_number(book->page, row, column, (double)number, format));
        return;
    }
    g_autofree char *text = figure_count(number);
    put_string(book, row, column, text, format);
}

static void put_cell(struct book *book, lxw_row_t row, lxw_col_t column,
                     const struct sheet_cell *cell, lxw_format *const formats[])
{
    const struct sheet_column *described = book->sheet->columns->pdata[column];
    lxw_format *format = formats[described->type];
    if (!cell->filled) {
        check(book, worksheet_write_blank(book->page, row, column, format));
        return;
    }
    switch (described->type) {
    case SHEET_TEXT:
    case SHEET_PHONE:
        put_string(book, row, column, cell->text, format);
        break;
    case SHEET_INTEGER:
        put_integer(book, row, column, cell->number, format);
        break;
    case SHEET_PERCENT:
        check(book, worksheet_write_number(book->page, row, column,
                                           (double)cell->number / (double)cell->base, format));
        break;
    case SHEET_DATE:
        put_date(book, row, column, cell, format);
        break;
    }
}

static lxw_col_t last_column(const struct book *book)
{
    return (lxw_col_t)(book->sheet->columns->len - 1);
}

static void put_row(struct book *book, lxw_row_t at, const struct sheet_row *row)
{
    const lxw_col_t all[2] = {0, last_column(book)};
    if (row->kind == SHEET_SECTION) {
        put_across(book, at, all, row->cells[0].text, book->section);
        return;
    }
    for (lxw_col_t column = 0; column <= all[1]; column++)
        put_cell(book, at, column, &row->cells[column],
                 book->cells[row->kind == SHEET_TOTAL ? LOOK_TOTAL : LOOK_ROW]);
}

/* ---- the page ---- */

static void put_head(struct book *book)
{
    const struct sheet *sheet = book->sheet;
    lxw_col_t last = last_column(book), half = (lxw_col_t)(last / 2);
    const lxw_col_t left[2] = {0, half}, right[2] = {(lxw_col_t)(half + 1), last},
                    all[2] = {0, last};
    if (last > half) {
        g_autofree char *parent = sheet->parent == NULL ? NULL : g_utf8_strup(sheet->parent, -1);
        g_autofree char *name =
            sheet->organisation == NULL ? NULL : g_utf8_strup(sheet->organisation, -1);
        put_across(book, 0, left, parent, book->plain);
        put_across(book, 1, left, name, book->strong);
        put_across(book, 0, right, sheet_state, book->strong);
        put_across(book, 1, right, sheet_motto, book->strong);
    }
    g_autofree char *title = g_utf8_strup(sheet->title, -1);
    put_across(book, 2, all, title, book->title);
    put_across(book, 3, all, sheet->subtitle, book->strong);
    put_across(book, 4, all, sheet->as_of, book->centred);
}

static unsigned letters(const struct sheet_cell *cell, enum sheet_type type)
{
    enum { DIGITS = 12 };
    if (!cell->filled)
        return 0;
    return type == SHEET_TEXT || type == SHEET_PHONE ? (unsigned)g_utf8_strlen(cell->text, -1)
                                                     : DIGITS;
}

static void set_widths(struct book *book)
{
    const struct sheet *sheet = book->sheet;
    for (unsigned c = 0; c < sheet->columns->len; c++) {
        const struct sheet_column *column = sheet->columns->pdata[c];
        unsigned width = MAX((unsigned)g_utf8_strlen(column->heading, -1) / 2, WIDTH_MIN);
        for (unsigned i = 0; i < sheet->rows->len; i++) {
            const struct sheet_row *row = sheet->rows->pdata[i];
            if (row->kind != SHEET_SECTION)
                width = MAX(width, letters(&row->cells[c], column->type) + 2);
        }
        lxw_col_t at = (lxw_col_t)c;
        check(book, worksheet_set_column(book->page, at, at, MIN(width, WIDTH_MAX), NULL));
        book->width += MIN(width, WIDTH_MAX);
    }
}

static void set_up_printing(struct book *book)
{
    worksheet_set_paper(book->page, PAPER_A4);
    if (book->sheet->columns->len >= LANDSCAPE_COLUMNS)
        worksheet_set_landscape(book->page);
    worksheet_set_margins(book->page, INCH(30), INCH(15), INCH(20), INCH(20));
    worksheet_fit_to_pages(book->page, 1, 0);
    worksheet_repeat_rows(book->page, HEADING_ROW, HEADING_ROW);
    check(book, worksheet_set_footer(book->page, "&CTrang &P/&N"));
    worksheet_freeze_panes(book->page, HEADING_ROW + 1, 0);
}

static void put_foot(struct book *book, lxw_row_t at)
{
    const struct sheet *sheet = book->sheet;
    lxw_col_t last = last_column(book), half = (lxw_col_t)(last / 2);
    const lxw_col_t all[2] = {0, last};
    for (unsigned i = 0; i < sheet->notes->len; i++) {
        const char *note = sheet->notes->pdata[i];
        unsigned lines = (unsigned)g_utf8_strlen(note, -1) / MAX(book->width, 1) + 1;
        check(book, worksheet_set_row(book->page, at, LINE_HEIGHT * lines, NULL));
        put_across(book, at++, all, note, book->italic);
    }
    if (last == half)
        return;
    const lxw_col_t sides[2][2] = {{0, half}, {(lxw_col_t)(half + 1), last}};
    at++;
    put_across(book, at++, sides[1], sheet->place_date, book->centred);
    for (size_t i = 0; i < G_N_ELEMENTS(sheet_signatures); i++) {
        put_across(book, at, sides[i], sheet_signatures[i][0], book->strong);
        put_across(book, at + 1, sides[i], sheet_signatures[i][1], book->centred);
    }
}

static void fill(struct book *book)
{
    const struct sheet *sheet = book->sheet;
    book->page = workbook_add_worksheet(book->workbook, "Loa");
    make_formats(book);
    set_widths(book);
    put_head(book);
    for (unsigned c = 0; c < sheet->columns->len; c++) {
        const struct sheet_column *column = sheet->columns->pdata[c];
        put_string(book, HEADING_ROW, (lxw_col_t)c, column->heading, book->heading);
    }
    for (unsigned i = 0; i < sheet->rows->len; i++)
        put_row(book, HEADING_ROW + 1 + i, sheet->rows->pdata[i]);
    put_foot(book, HEADING_ROW + 2 + sheet->rows->len);
    set_up_printing(book);
}

/* The library writes files only. The folder is for this user alone. */
static bool write_file(const struct sheet *sheet, char *folder, const char *path, GError **error)
{
    lxw_workbook_options options = {.tmpdir = folder};
    struct book book = {.sheet = sheet, .workbook = workbook_new_opt(path, &options)};
    if (book.workbook == NULL) {
        g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_NOMEM,
                            "the workbook cannot be made: no memory");
        return false;
    }
    fill(&book);
    check(&book, workbook_close(book.workbook));
    if (book.failed == LXW_NO_ERROR)
        return true;
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "the workbook cannot be written: %s",
                lxw_strerror(book.failed));
    return false;
}

GBytes *sheet_xlsx(const struct sheet *sheet, GError **error)
{
    g_autofree char *folder = g_dir_make_tmp("loa-sheet-XXXXXX", error);
    if (folder == NULL)
        return NULL;
    g_autofree char *path = g_build_filename(folder, "sheet.xlsx", NULL);
    char *bytes = NULL;
    size_t length = 0;
    bool written =
        write_file(sheet, folder, path, error) && g_file_get_contents(path, &bytes, &length, error);
    g_unlink(path);
    g_rmdir(folder);
    return written ? g_bytes_new_take(bytes, length) : NULL;
}
