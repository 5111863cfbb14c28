// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads a table from the bytes of a file: first to UTF-8, then the separator is found, then one
 * pass over the text cuts it into cells in place. Knows nothing of what stands in the cells. */
#include "campaigns/csv.h"

#include <stdbool.h>
#include <string.h>

G_DEFINE_QUARK(csv_error_quark, csv_error)

enum {
    SNIFF_LINES = 60,    /* looked at to find the separator */
    SNIFF_COLUMNS = 256, /* more columns than that count as that many */
};

static const char separators[] = {',', ';', '\t'};

/* --- Bytes to UTF-8 ------------------------------------------------------------------------- */

static bool begins(const unsigned char *bytes, size_t length, const char *mark, size_t size)
{
    return length >= size && memcmp(bytes, mark, size) == 0;
}

/* Programs of offices write web pages and XML under the name .xls. */
static bool is_markup(const unsigned char *bytes, size_t length)
{
    size_t at = begins(bytes, length, "\xef\xbb\xbf", 3) ? 3 : 0;
    while (at < length && g_ascii_isspace(bytes[at]))
        at++;
    return at + 1 < length && bytes[at] == '<' &&
           (bytes[at + 1] == '?' || bytes[at + 1] == '!' || g_ascii_isalpha(bytes[at + 1]));
}

/* A file that only looks like a table by its name. */
static bool is_no_table(const unsigned char *bytes, size_t length, GError **error)
{
    if (begins(bytes, length, "PK\003\004", 4) || begins(bytes, length, "\xd0\xcf\x11\xe0", 4)) {
        g_set_error(error, CSV_ERROR, CSV_ERROR_ENCODING,
                    "this is an Excel workbook: save it as \"CSV UTF-8\" and import that file");
        return true;
    }
    if (is_markup(bytes, length)) {
        g_set_error(error, CSV_ERROR, CSV_ERROR_ENCODING,
                    "this is a web page or XML, whatever its name says: open it in Excel, save it "
                    "as \"CSV UTF-8\" and import that file");
        return true;
    }
    return false;
}

/* --- The separator -------------------------------------------------------------------------- */

/* Lines that agree on a number of separators count that number each: a column of addresses with
 * commas does not outweigh eight semicolons. */
static unsigned score(const char *text, char separator)
{
    unsigned lines_with[SNIFF_COLUMNS + 1] = {0}, lines = 0, found = 0, best = 0;
    bool quoted = false;
    for (const char *at = text; *at != '\0' && lines < SNIFF_LINES; at++) {
        bool starts = at == text || at[-1] == separator || at[-1] == '\n' || at[-1] == '\r';
        if (quoted && at[0] == '"' && at[1] == '"') {
            at++;
        } else if (*at == '"' && (quoted || starts)) {
            quoted = !quoted;
        } else if (!quoted && *at == separator) {
            found++;
        } else if (!quoted && (*at == '\n' || *at == '\r' || at[1] == '\0')) {
            lines_with[MIN(found, (unsigned)SNIFF_COLUMNS)]++;
            lines++;
            found = 0;
        }
    }
    lines_with[MIN(found, (unsigned)SNIFF_COLUMNS)]++;
    for (unsigned columns = 1; columns <= SNIFF_COLUMNS; columns++)
        best = MAX(best, columns * lines_with[columns]);
    return best;
}

/* Excel understands, and some programs write, a first line "sep=;". */
static size_t separator_line(const char *text, char *retseparator)
{
    if (g_ascii_strncasecmp(text, "sep=", 4) != 0 || text[4] == '\0')
        return 0;
    size_t length = 5;
    if (text[length] == '\r')
        length++;
    if (text[length] == '\n')
        length++;
    if (length == 5 && text[length] != '\0')
        return 0;
    *retseparator = text[4];
    return length;
}

static char find_separator(const char *text)
{
    char best = ',';
    unsigned most = 0;
    for (size_t i = 0; i < sizeof separators; i++) {
        unsigned points = score(text, separators[i]);
        if (points > most) {
            most = points;
            best = separators[i];
        }
    }
    return best;
}

/* --- Cells ---------------------------------------------------------------------------------- */

struct cutter {
    struct csv_table *table;
    char *read, *write; /* cells shrink while they are unquoted, so one buffer is enough */
    unsigned line;
};

/* One line end, however written. */
static bool take_line_end(struct cutter *cutter)
{
    if (*cutter->read != '\n' && *cutter->read != '\r')
        return false;
    if (cutter->read[0] == '\r' && cutter->read[1] == '\n')
        cutter->read++;
    cutter->read++;
    cutter->line++;
    return true;
}

static bool copy_quoted(struct cutter *cutter, GError **error)
{
    unsigned begun = cutter->line;
    cutter->read++;
    while (*cutter->read != '\0') {
        if (cutter->read[0] == '"' && cutter->read[1] == '"') {
            cutter->read++;
        } else if (*cutter->read == '"') {
            cutter->read++;
            return true;
        } else if (take_line_end(cutter)) {
            *cutter->write++ = '\n';
            continue;
        }
        *cutter->write++ = *cutter->read++;
    }
    g_set_error(error, CSV_ERROR, CSV_ERROR_QUOTE,
                "line %u: a cell begins with a quotation mark that is never closed", begun);
    return false;
}

static bool cut_cell(struct cutter *cutter, GError **error)
{
    char separator = cutter->table->separator;
    g_ptr_array_add(cutter->table->cells, cutter->write);
    if (*cutter->read == '"' && !copy_quoted(cutter, error))
        return false;
    while (*cutter->read != '\0' && *cutter->read != separator && *cutter->read != '\n' &&
           *cutter->read != '\r')
        *cutter->write++ = *cutter->read++;
    return true;
}

static bool cut_row(struct cutter *cutter, GError **error)
{
    struct csv_table *table = cutter->table;
    struct csv_row row = {.line = cutter->line, .first = table->cells->len};
    bool empty = *cutter->read == '\n' || *cutter->read == '\r';
    bool more = !empty;
    while (more) {
        if (!cut_cell(cutter, error))
            return false;
        more = *cutter->read == table->separator;
        if (more)
            cutter->read++;
        else
            take_line_end(cutter);
        /* Falls on what has been read: a cell is never longer than it was in the file. */
        *cutter->write = '\0';
        cutter->write++;
    }
    if (empty) {
        take_line_end(cutter);
        cutter->write = cutter->read;
    }
    row.count = table->cells->len - row.first;
    g_array_append_val(table->rows, row);
    return true;
}

/* Takes over `text`. */
static struct csv_table *cut_text(char *text, const char *encoding, GError **error)
{
    struct csv_table *table = g_new0(struct csv_table, 1);
    char separator = '\0';
    size_t skipped = separator_line(text, &separator);
    *table = (struct csv_table){
        .encoding = encoding,
        .separator = skipped > 0 ? separator : find_separator(text),
        .rows = g_array_new(FALSE, FALSE, sizeof(struct csv_row)),
        .cells = g_ptr_array_new(),
        .text = text,
    };
    struct cutter cutter = {table, text + skipped, text + skipped, skipped > 0 ? 2 : 1};
    while (*cutter.read != '\0') {
        if (!cut_row(&cutter, error)) {
            csv_free(table);
            return NULL;
        }
    }
    return table;
}

struct csv_table *csv_read_as(enum charset charset, const void *bytes, size_t length,
                              GError **error)
{
    if (length > CSV_BYTES_MAX) {
        g_set_error(error, CSV_ERROR, CSV_ERROR_SIZE,
                    "the file has %zu bytes, more than the %d that are read", length,
                    CSV_BYTES_MAX);
        return NULL;
    }
    const void *some = length > 0 ? bytes : ""; /* an empty file may come as no memory at all */
    if (is_no_table(some, length, error))
        return NULL;
    char *text = charset_decode(charset, some, length, error);
    return text != NULL ? cut_text(text, charset_name(charset), error) : NULL;
}

struct csv_table *csv_read(const void *bytes, size_t length, GError **error)
{
    size_t mark;
    enum charset charset = charset_sniff(length > 0 ? bytes : "", length, &mark);
    enum charset tried = charset == CHARSET_UNSAID ? CHARSET_UTF8 : charset;
    struct csv_table *table = csv_read_as(tried, bytes, length, error);
    if (table == NULL && error != NULL && strstr((*error)->message, " is not UTF-") != NULL) {
        g_autofree char *said = g_strdup((*error)->message);
        g_clear_error(error);
        g_set_error(error, CSV_ERROR, CSV_ERROR_ENCODING,
                    "%s: save the file as \"CSV UTF-8\" and try again", said);
    }
    return table;
}

void csv_keep(struct csv_table *table, char *text)
{
    if (table->kept == NULL)
        table->kept = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(table->kept, text);
}

void csv_free(struct csv_table *table)
{
    if (table == NULL)
        return;
    g_array_free(table->rows, TRUE);
    g_ptr_array_free(table->cells, TRUE);
    if (table->kept != NULL)
        g_ptr_array_unref(table->kept);
    g_free(table->text);
    g_free(table);
}

unsigned csv_row_count(const struct csv_table *table)
{
    return table->rows->len;
}

const struct csv_row *csv_row(const struct csv_table *table, unsigned row)
{
    g_assert(row < table->rows->len);
    return &g_array_index(table->rows, struct csv_row, row);
}

const char *csv_cell(const struct csv_table *table, unsigned row, unsigned column)
{
    const struct csv_row *cells = csv_row(table, row);
    if (column >= cells->count)
        return "";
    return g_ptr_array_index(table->cells, cells->first + column);
}

/* --- Writing -------------------------------------------------------------------------------- */

/* Excel and LibreOffice look at the first character, some after blanks; full-width ones count. */
static bool is_formula(const char *cell)
{
    static const char *const starts[] = {"=", "@", "\t", "\r", "＝", "＋", "－", "＠"};
    const char *text = cell + strspn(cell, " ");
    for (size_t i = 0; i < G_N_ELEMENTS(starts); i++)
        if (g_str_has_prefix(text, starts[i]))
            return true;
    bool signed_text = text[0] == '+' || text[0] == '-';
    return signed_text && strspn(text + 1, "0123456789 .,") < strlen(text + 1);
}

static void append_cell(GString *out, const char *cell)
{
    size_t length = strlen(cell);
    bool formula = is_formula(cell);
    bool edges = length > 0 && (cell[0] == ' ' || cell[length - 1] == ' ');
    bool quote = edges || strpbrk(cell, ",;\t\"\r\n") != NULL;
    if (quote)
        g_string_append_c(out, '"');
    if (formula)
        g_string_append_c(out, '\'');
    for (const char *at = cell; *at != '\0'; at++) {
        if (*at == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *at);
    }
    if (quote)
        g_string_append_c(out, '"');
}

void csv_append_row(GString *out, const char *const *cells, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (i > 0)
            g_string_append_c(out, ',');
        append_cell(out, cells[i]);
    }
    g_string_append(out, "\r\n");
}
