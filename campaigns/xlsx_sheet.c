// SPDX-License-Identifier: GPL-2.0-or-later
/* One sheet as a table. Cells come with their places, and only those with something in them: what
 * lies between is filled with empty cells, and rows that are left out with empty rows, so that a
 * line is Excel's row. What a sheet says of its own size is not looked at. */
#include "campaigns/xlsx_book.h"

#include <string.h>

enum {
    ROWS_MAX = 1048576,
    COLUMNS_MAX = 16384,
    CELLS_MAX = 12000000,
    GAP_MAX = 100, /* empty rows that are kept; a longer gap is jumped over */
    LISTED = 8,    /* places named in a note */
};

enum kind { KIND_NUMBER, KIND_SHARED, KIND_TEXT, KIND_BOOLEAN, KIND_ERROR, KIND_DATE };

struct places {
    unsigned count;
    GString *listed;
};

struct sheet_reader {
    struct xlsx_book *book;
    struct csv_table *table;
    GString *text;   /* of all cells, each with its NUL */
    GArray *offsets; /* gsize: where each cell's text begins */
    unsigned row, column, phonetic;
    bool row_hidden, row_open, in_cell, has_formula, take_text;
    enum kind kind;
    guint64 style;
    GString *value;
    struct places hidden_rows, hidden_columns, merged, errors, uncomputed;
};

static void note_place(struct places *places, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void note_place(struct places *places, const char *format, ...)
{
    if (places->listed == NULL)
        places->listed = g_string_new(NULL);
    if (places->count++ >= LISTED)
        return;
    va_list arguments;
    va_start(arguments, format);
    g_string_append(places->listed, places->count > 1 ? ", " : "");
    g_string_append_vprintf(places->listed, format, arguments);
    va_end(arguments);
}

/* "AB" of column 27. */
static char *column_letters(unsigned column)
{
    char letters[8];
    unsigned at = sizeof letters - 1;
    letters[at] = '\0';
    for (unsigned rest = column + 1; rest > 0 && at > 0; rest = (rest - 1) / 26)
        letters[--at] = (char)('A' + (rest - 1) % 26);
    return g_strdup(letters + at);
}

/* "C12" → 2 and 12; a part that is not there is left. */
static bool read_place(const char *place, unsigned *retcolumn, unsigned *retrow)
{
    unsigned column = 0;
    const char *at = place;
    for (; g_ascii_isalpha(*at) && column <= COLUMNS_MAX; at++)
        column = column * 26 + (unsigned)(g_ascii_toupper(*at) - 'A') + 1;
    guint64 row = g_ascii_strtoull(at, NULL, 10);
    if (column == 0 || column > COLUMNS_MAX || row == 0 || row > ROWS_MAX)
        return false;
    *retcolumn = column - 1;
    *retrow = (unsigned)row;
    return true;
}

static void fail(struct xlsx_events *events, const char *sentence)
{
    g_set_error(&events->error, XLSX_ERROR, XLSX_ERROR_BROKEN, "%s", sentence);
}

/* --- Rows ----------------------------------------------------------------------------------- */

static unsigned rows_read(const struct sheet_reader *reader)
{
    const GArray *rows = reader->table->rows;
    return rows->len > 0 ? g_array_index(rows, struct csv_row, rows->len - 1).line : 0;
}

static void append_row(struct sheet_reader *reader, unsigned line)
{
    struct csv_row row = {.line = line, .first = reader->offsets->len};
    g_array_append_val(reader->table->rows, row);
}

/* The row that the cell belongs to, which comes to be with its first cell. */
static struct csv_row *row_of_cell(struct sheet_reader *reader)
{
    GArray *rows = reader->table->rows;
    if (!reader->row_open) {
        unsigned next = rows_read(reader) + 1;
        for (; next < reader->row && reader->row - next <= GAP_MAX; next++)
            append_row(reader, next);
        append_row(reader, reader->row);
        reader->row_open = true;
        if (reader->row_hidden)
            note_place(&reader->hidden_rows, "%u", reader->row);
    }
    return &g_array_index(rows, struct csv_row, rows->len - 1);
}

static void start_row(struct sheet_reader *reader, const char *const *attributes,
                      struct xlsx_events *events)
{
    const char *number = xlsx_attribute(attributes, "r");
    guint64 row = number[0] != '\0' ? g_ascii_strtoull(number, NULL, 10) : reader->row + 1;
    if (row <= reader->row || row > ROWS_MAX) {
        fail(events, "its rows are not in order");
        return;
    }
    reader->row = (unsigned)row;
    reader->column = 0;
    reader->row_open = false;
    const char *hidden = xlsx_attribute(attributes, "hidden");
    reader->row_hidden = g_str_equal(hidden, "1") || g_str_equal(hidden, "true");
}

/* --- Cells ---------------------------------------------------------------------------------- */

static enum kind kind_of(const char *type)
{
    static const struct {
        const char *type;
        enum kind kind;
    } kinds[] = {
        {"s", KIND_SHARED},  {"inlineStr", KIND_TEXT}, {"str", KIND_TEXT},
        {"b", KIND_BOOLEAN}, {"e", KIND_ERROR},        {"d", KIND_DATE},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (g_str_equal(kinds[i].type, type))
            return kinds[i].kind;
    return KIND_NUMBER;
}

static void start_cell(struct sheet_reader *reader, const char *const *attributes,
                       struct xlsx_events *events)
{
    const char *place = xlsx_attribute(attributes, "r");
    unsigned column = reader->column, row = reader->row;
    if (place[0] != '\0' && (!read_place(place, &column, &row) || row != reader->row)) {
        fail(events, "a cell stands in another row than its own");
        return;
    }
    if (column < reader->column || row == 0 || column >= COLUMNS_MAX) {
        fail(events, "its cells are not in order");
        return;
    }
    reader->column = column;
    reader->in_cell = true;
    reader->has_formula = false;
    reader->kind = kind_of(xlsx_attribute(attributes, "t"));
    reader->style = g_ascii_strtoull(xlsx_attribute(attributes, "s"), NULL, 10);
    g_string_truncate(reader->value, 0);
}

static void append_text(struct sheet_reader *reader, const char *text)
{
    gsize begin = reader->text->len;
    g_array_append_val(reader->offsets, begin);
    g_string_append_len(reader->text, text, (gssize)strlen(text) + 1);
}

/* What the value says; NULL: nothing. */
static char *value_text(struct sheet_reader *reader, struct xlsx_events *events)
{
    const char *value = reader->value->str;
    if (value[0] == '\0')
        return NULL;
    switch (reader->kind) {
    case KIND_SHARED: {
        const char *shared = xlsx_book_string(reader->book, g_ascii_strtoull(value, NULL, 10));
        if (shared == NULL)
            fail(events, "a cell names a text that is not there");
        return g_strdup(shared);
    }
    case KIND_TEXT: {
        char *text = g_strdup(value);
        xlsx_unescape(text);
        return text;
    }
    case KIND_BOOLEAN:
        return g_strdup(g_str_equal(value, "0") ? "FALSE" : "TRUE");
    case KIND_ERROR: {
        g_autofree char *letters = column_letters(reader->column);
        note_place(&reader->errors, "%s%u %s", letters, reader->row, value);
        return NULL;
    }
    case KIND_DATE:
        return xlsx_date_text(value);
    case KIND_NUMBER:
        break;
    }
    return xlsx_number_text(value, xlsx_book_format(reader->book, reader->style),
                            xlsx_book_is_1904(reader->book));
}

static void end_cell(struct sheet_reader *reader, struct xlsx_events *events)
{
    g_autofree char *text = value_text(reader, events);
    reader->in_cell = false;
    if (reader->has_formula && reader->value->len == 0) {
        g_autofree char *letters = column_letters(reader->column);
        note_place(&reader->uncomputed, "%s%u", letters, reader->row);
    }
    if (text != NULL && text[0] != '\0') {
        struct csv_row *row = row_of_cell(reader);
        while (row->count < reader->column) {
            gsize empty = 0;
            g_array_append_val(reader->offsets, empty);
            row->count++;
        }
        append_text(reader, text);
        row->count++;
    }
    reader->column++;
    if (reader->offsets->len > CELLS_MAX || reader->text->len > CSV_BYTES_MAX)
        g_set_error(&events->error, XLSX_ERROR, XLSX_ERROR_SIZE,
                    "it has more cells than a roster can have");
}

/* --- The rest of the sheet ------------------------------------------------------------------ */

static void note_columns(struct sheet_reader *reader, const char *const *attributes)
{
    const char *hidden = xlsx_attribute(attributes, "hidden");
    if (!g_str_equal(hidden, "1") && !g_str_equal(hidden, "true"))
        return;
    guint64 first = g_ascii_strtoull(xlsx_attribute(attributes, "min"), NULL, 10);
    guint64 last = g_ascii_strtoull(xlsx_attribute(attributes, "max"), NULL, 10);
    for (guint64 column = first; column >= 1 && column <= MIN(last, first + LISTED); column++) {
        g_autofree char *letters = column_letters((unsigned)MIN(column, COLUMNS_MAX) - 1);
        note_place(&reader->hidden_columns, "%s", letters);
    }
}

/* Cells merged over several rows: the value stands in the first alone. */
static void note_merged(struct sheet_reader *reader, const char *range)
{
    g_auto(GStrv) corners = g_strsplit(range, ":", 2);
    unsigned column, first, last;
    if (corners[0] == NULL || corners[1] == NULL || !read_place(corners[0], &column, &first) ||
        !read_place(corners[1], &column, &last) || first == last)
        return;
    note_place(&reader->merged, "%s", range);
}

static void sheet_start(struct xlsx_events *events, const char *name, const char *const *attributes)
{
    struct sheet_reader *reader = events->data;
    if (g_str_equal(name, "row"))
        start_row(reader, attributes, events);
    else if (g_str_equal(name, "c"))
        start_cell(reader, attributes, events);
    else if (g_str_equal(name, "rPh"))
        reader->phonetic++;
    else if (g_str_equal(name, "f"))
        reader->has_formula = true;
    else if (g_str_equal(name, "col"))
        note_columns(reader, attributes);
    else if (g_str_equal(name, "mergeCell"))
        note_merged(reader, xlsx_attribute(attributes, "ref"));
    bool holds_value = g_str_equal(name, "v") || g_str_equal(name, "t");
    reader->take_text = holds_value && reader->in_cell && reader->phonetic == 0;
}

static void sheet_end(struct xlsx_events *events, const char *name)
{
    struct sheet_reader *reader = events->data;
    reader->take_text = false;
    if (g_str_equal(name, "c") && reader->in_cell)
        end_cell(reader, events);
    else if (g_str_equal(name, "rPh") && reader->phonetic > 0)
        reader->phonetic--;
}

static void sheet_text(struct xlsx_events *events, const char *text, gsize length)
{
    struct sheet_reader *reader = events->data;
    if (reader->take_text)
        g_string_append_len(reader->value, text, (gssize)length);
}

static void tell(struct places *places, GPtrArray *notes, const char *one, const char *more)
{
    if (places->count > 0 && notes != NULL) {
        g_autofree char *rest = places->count > LISTED
                                    ? g_strdup_printf(" and %u more", places->count - LISTED)
                                    : g_strdup("");
        g_ptr_array_add(notes, g_strdup_printf("%s: %s%s%s", one, places->listed->str, rest, more));
    }
    if (places->listed != NULL)
        g_string_free(places->listed, TRUE);
}

static void tell_all(struct sheet_reader *reader, GPtrArray *notes)
{
    tell(&reader->hidden_rows, notes, "hidden rows were read too", "");
    tell(&reader->hidden_columns, notes, "hidden columns were read too", "");
    tell(&reader->merged, notes, "of cells merged over several rows only the first has the value",
         "");
    tell(&reader->errors, notes, "cells with an error of Excel were read as empty", "");
    tell(&reader->uncomputed, notes, "formulas without a stored result were read as empty",
         " (open the file in Excel and save it)");
}

/* The texts have found their place; now cells may point at them. */
static void settle_cells(struct sheet_reader *reader)
{
    struct csv_table *table = reader->table;
    table->text = g_string_free(reader->text, FALSE);
    table->cells = g_ptr_array_sized_new(reader->offsets->len);
    for (guint i = 0; i < reader->offsets->len; i++)
        g_ptr_array_add(table->cells, table->text + g_array_index(reader->offsets, gsize, i));
    g_array_unref(reader->offsets);
    g_string_free(reader->value, TRUE);
}

struct csv_table *xlsx_sheet_read(struct xlsx_book *book, unsigned sheet, GPtrArray *notes,
                                  GError **error)
{
    struct csv_table *table = g_new0(struct csv_table, 1);
    table->encoding = "XLSX";
    table->rows = g_array_new(FALSE, FALSE, sizeof(struct csv_row));
    struct sheet_reader reader = {
        .book = book,
        .table = table,
        .text = g_string_new(NULL),
        .offsets = g_array_new(FALSE, FALSE, sizeof(gsize)),
        .value = g_string_new(NULL),
    };
    g_string_append_c(reader.text, '\0'); /* the text of every empty cell */
    struct xlsx_events events = {sheet_start, sheet_end, sheet_text, &reader, NULL};
    bool good =
        xlsx_archive_read(xlsx_book_archive(book), xlsx_sheet_part(book, sheet), &events, error);
    tell_all(&reader, good ? notes : NULL);
    settle_cells(&reader);
    if (good)
        return table;
    csv_free(table);
    return NULL;
}
