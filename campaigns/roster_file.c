// SPDX-License-Identifier: GPL-2.0-or-later
/* Decides by content, never by the name of the file. The order: workbook or text; Unicode that
 * shows itself; an encoding that was named; else the guesses. Then cells of a Unicode table that
 * hold a font's bytes are found, and reread only in the encoding that was named. */
#include "campaigns/roster_file.h"

#include "campaigns/charset_cells.h"
#include "campaigns/roster.h"
#include "campaigns/xlsx_book.h"

#include <string.h>

enum { CELL_BYTES_MAX = 128 * 1024 };

static void note(struct roster_file *file, char *sentence)
{
    g_ptr_array_add(file->notes, sentence);
}

/* --- Workbooks ------------------------------------------------------------------------------ */

static unsigned persons_in(const struct csv_table *table)
{
    struct roster *roster = roster_read(table, NULL);
    unsigned persons = roster != NULL ? roster->persons : 0;
    roster_free(roster);
    return persons;
}

static bool has_data(const struct csv_table *table)
{
    return csv_row_count(table) > 0;
}

static char *sheet_names(const struct xlsx_book *book)
{
    GString *names = g_string_new(NULL);
    for (unsigned i = 0; i < xlsx_sheet_count(book); i++)
        g_string_append_printf(names, "%s\"%s\"", i > 0 ? ", " : "", xlsx_sheet_name(book, i));
    return g_string_free(names, FALSE);
}

/* The sheet of that name, or the first with a cell in it; its table. */
static struct csv_table *read_sheet(struct xlsx_book *book, const char *wanted, GPtrArray *notes,
                                    unsigned *retsheet, GError **error)
{
    int named = wanted != NULL ? xlsx_sheet_find(book, wanted) : 0;
    if (named < 0) {
        g_autofree char *names = sheet_names(book);
        g_set_error(error, XLSX_ERROR, XLSX_ERROR_SHEET,
                    "the workbook has no sheet \"%s\"; it has %s", wanted, names);
        return NULL;
    }
    for (unsigned i = (unsigned)named; i < xlsx_sheet_count(book); i++) {
        g_autoptr(GPtrArray) said = g_ptr_array_new_with_free_func(g_free);
        struct csv_table *table = xlsx_sheet_read(book, i, said, error);
        if (table == NULL)
            return NULL;
        if (has_data(table) || wanted != NULL) {
            g_ptr_array_extend_and_steal(notes, g_steal_pointer(&said));
            *retsheet = i;
            return table;
        }
        csv_free(table);
    }
    g_set_error(error, XLSX_ERROR, XLSX_ERROR_SHEET, "no sheet of the workbook has data");
    return NULL;
}

/* Persons of other sheets would be forgotten in silence. */
static void note_other_sheets(struct roster_file *file, struct xlsx_book *book, unsigned read)
{
    for (unsigned i = 0; i < xlsx_sheet_count(book); i++) {
        struct csv_table *table = i != read ? xlsx_sheet_read(book, i, NULL, NULL) : NULL;
        unsigned persons = table != NULL ? persons_in(table) : 0;
        csv_free(table);
        if (persons > 0)
            note(file,
                 g_strdup_printf("%ssheet \"%s\" has %u persons too and was not read: import "
                                 "it with --sheet \"%s\"",
                                 xlsx_sheet_is_hidden(book, i) ? "the hidden " : "",
                                 xlsx_sheet_name(book, i), persons, xlsx_sheet_name(book, i)));
    }
}

static bool take_workbook(const void *bytes, gsize length, const struct roster_file_wish *wish,
                          struct roster_file *file, GError **error)
{
    struct xlsx_book *book = xlsx_book_open(bytes, length, error);
    if (book == NULL)
        return false;
    unsigned sheet = 0;
    file->table = read_sheet(book, wish->sheet, file->notes, &sheet, error);
    if (file->table != NULL) {
        file->sheet = g_strdup(xlsx_sheet_name(book, sheet));
        if (xlsx_sheet_is_hidden(book, sheet))
            note(file, g_strdup_printf("sheet \"%s\" is hidden", file->sheet));
        note_other_sheets(file, book, sheet);
    }
    xlsx_book_free(book);
    return file->table != NULL;
}

/* --- Texts ---------------------------------------------------------------------------------- */

static void refuse(const GPtrArray *guesses, const void *bytes, gsize length, GError **error)
{
    g_autoptr(GError) utf8 = NULL;
    g_free(charset_decode(CHARSET_UTF8, bytes, length, &utf8));
    g_autofree char *told = charset_guesses_tell(guesses);
    g_set_error(
        error, CSV_ERROR, CSV_ERROR_ENCODING,
        "%s, and nothing is imported by a guess. Say which encoding it is, the one in which "
        "these lines read well:%s",
        utf8 != NULL ? utf8->message : "the encoding is not known", told);
}

static bool take_text(const void *bytes, gsize length, const struct roster_file_wish *wish,
                      struct roster_file *file, GError **error)
{
    gsize mark;
    enum charset shown = charset_sniff(bytes, length, &mark);
    enum charset charset = shown;
    bool wide_said = charset_is_unicode(wish->charset);
    bool whole = shown == CHARSET_UNSAID || wide_said ||
                 (wish->charset == CHARSET_VIQR && shown == CHARSET_UTF8);
    if (wish->charset != CHARSET_UNSAID && whole)
        charset = wish->charset;
    if (charset == CHARSET_UNSAID) {
        file->guesses = charset_guess(bytes, length);
        bool none = file->guesses->len == 0;
        if (!wish->preview || none) {
            refuse(file->guesses, bytes, length, error);
            return false;
        }
        const struct charset_guess *best = file->guesses->pdata[0];
        charset = file->guess = best->charset;
        file->guessed = true;
    }
    file->table = csv_read_as(charset, bytes, length, error);
    return file->table != NULL;
}

/* --- Cells of a font ------------------------------------------------------------------------ */

static char *finding_text(const struct charset_finding *finding, const char *between)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < finding->told->len; i++)
        g_string_append_printf(text, "%s%s", between, (const char *)finding->told->pdata[i]);
    return g_string_free(text, FALSE);
}

static void reread(struct roster_file *file, enum charset charset)
{
    struct charset_finding finding;
    charset_cells_reread(file->table, charset, &finding);
    if (finding.cells > 0) {
        g_autofree char *lines = charset_finding_lines(&finding);
        file->cells = charset;
        note(file, g_strdup_printf("%u cells were read as %s, in lines %s", finding.cells,
                                   charset_name(charset), lines));
    }
    charset_finding_clear(&finding);
}

/* False: somebody has to say what the cells are. */
static bool settle_cells(struct roster_file *file, bool preview, GError **error)
{
    struct charset_finding finding;
    charset_cells_find(file->table, &finding);
    enum charset charset = finding.charset;
    if (charset != CHARSET_UNSAID && !preview) {
        g_autofree char *lines = charset_finding_lines(&finding);
        g_autofree char *told = finding_text(&finding, "\n    ");
        g_set_error(error, CSV_ERROR, CSV_ERROR_ENCODING,
                    "%u cells are no Unicode but %s, in lines %s, and nothing is imported by a "
                    "guess. Say --encoding %s to read those cells so, or --encoding utf-8 to take "
                    "them as they stand:%s",
                    finding.cells, charset_name(charset), lines, charset_option(charset), told);
    }
    charset_finding_clear(&finding);
    if (charset == CHARSET_UNSAID)
        return true;
    if (!preview)
        return false;
    file->guess = charset;
    file->guessed = true;
    reread(file, charset);
    return true;
}

/* No spreadsheet holds that much in a cell: a quotation mark is missing, or somebody tries us. */
static bool check_cells(const struct csv_table *table, GError **error)
{
    for (unsigned row = 0; row < csv_row_count(table); row++) {
        for (unsigned column = 0; column < csv_row(table, row)->count; column++) {
            gsize length = strlen(csv_cell(table, row, column));
            if (length <= CELL_BYTES_MAX)
                continue;
            g_set_error(error, CSV_ERROR, CSV_ERROR_QUOTE,
                        "line %u: cell %u has %zu bytes, more than a spreadsheet can hold: is a "
                        "quotation mark missing?",
                        csv_row(table, row)->line, column + 1, length);
            return false;
        }
    }
    return true;
}

static bool is_unicode_table(const struct roster_file *file)
{
    return file->sheet != NULL || charset_is_unicode(charset_find(file->table->encoding));
}

bool roster_file_read(const void *bytes, gsize length, const char *name,
                      const struct roster_file_wish *wish, struct roster_file *retfile,
                      GError **error)
{
    *retfile = (struct roster_file){.notes = g_ptr_array_new_with_free_func(g_free)};
    const void *some = length > 0 ? bytes : "";
    bool workbook = xlsx_is_likely(some, length);
    bool good = workbook ? take_workbook(some, length, wish, retfile, error)
                         : take_text(some, length, wish, retfile, error);
    good = good && check_cells(retfile->table, error);
    if (good && wish->sheet != NULL && !workbook)
        note(retfile, g_strdup("the file is no workbook: the name of a sheet was not needed"));
    bool old = wish->charset != CHARSET_UNSAID && !charset_is_unicode(wish->charset);
    if (good && is_unicode_table(retfile) && old)
        reread(retfile, wish->charset);
    else if (good && is_unicode_table(retfile) && wish->charset == CHARSET_UNSAID)
        good = settle_cells(retfile, wish->preview, error);
    if (good)
        retfile->encoding = retfile->table->encoding;
    else
        g_prefix_error(error, "%s: ", name);
    return good;
}

void roster_file_clear(struct roster_file *file)
{
    csv_free(file->table);
    if (file->guesses != NULL)
        g_ptr_array_unref(file->guesses);
    if (file->notes != NULL)
        g_ptr_array_unref(file->notes);
    g_free(file->sheet);
    *file = (struct roster_file){0};
}
