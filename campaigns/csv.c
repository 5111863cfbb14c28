// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads a table from the bytes of a file: first to UTF-8, then the separator is found, then one
 * pass over the text cuts it into cells in place. Knows nothing of what stands in the cells. */
#include "campaigns/csv.h"

#include <stdbool.h>
#include <string.h>

G_DEFINE_QUARK(csv_error_quark, csv_error)

enum {
    SNIFF_BYTES = 4096,  /* looked at to tell UTF-16 without a mark */
    SNIFF_LINES = 60,    /* looked at to find the separator */
    SNIFF_COLUMNS = 256, /* more columns than that count as that many */
};

static const char separators[] = {',', ';', '\t'};

/* --- Bytes to UTF-8 ------------------------------------------------------------------------- */

static bool begins(const unsigned char *bytes, size_t length, const char *mark, size_t size)
{
    return length >= size && memcmp(bytes, mark, size) == 0;
}

/* Digits and separators have a zero byte in UTF-16, and a text file has none otherwise. */
static const char *guess_encoding(const unsigned char *bytes, size_t length)
{
    size_t zeros[2] = {0, 0}, looked = MIN(length, (size_t)SNIFF_BYTES);
    for (size_t i = 0; i < looked; i++)
        if (bytes[i] == 0)
            zeros[i % 2]++;
    if (length % 2 == 0 && zeros[1] > looked / 8 && zeros[0] < zeros[1] / 4)
        return "UTF-16LE";
    if (length % 2 == 0 && zeros[0] > looked / 8 && zeros[1] < zeros[0] / 4)
        return "UTF-16BE";
    return "UTF-8";
}

static char *take_utf8(const unsigned char *bytes, size_t length, GError **error)
{
    const char *end;
    if (g_utf8_validate_len((const char *)bytes, length, &end))
        return g_strndup((const char *)bytes, length);
    size_t good = (size_t)(end - (const char *)bytes), line = 1, column = 1;
    for (size_t i = 0; i < good; i++) {
        column = bytes[i] == '\n' ? 1 : column + 1;
        line += bytes[i] == '\n';
    }
    g_set_error(error, CSV_ERROR, CSV_ERROR_ENCODING,
                "line %zu, byte %zu (0x%02X) is not UTF-8: save the file as \"CSV UTF-8\" and try "
                "again",
                line, column, bytes[good]);
    return NULL;
}

/* Index of the first unit that is NUL or half of a pair; `units` when there is none. */
static size_t bad_unit(const gunichar2 *wide, size_t units)
{
    for (size_t i = 0; i < units; i++) {
        bool lead = (wide[i] & 0xFC00) == 0xD800;
        bool trail_follows = i + 1 < units && (wide[i + 1] & 0xFC00) == 0xDC00;
        if (lead && trail_follows)
            i++;
        else if (wide[i] == 0 || (wide[i] & 0xF800) == 0xD800)
            return i;
    }
    return units;
}

/* `bytes` begin with the mark, which is `mark` bytes long. */
static char *take_utf16(const unsigned char *bytes, size_t length, size_t mark, bool big,
                        GError **error)
{
    size_t units = (length - mark) / 2, line = 1;
    g_autofree gunichar2 *wide = g_new(gunichar2, units + 1);
    for (size_t i = 0; i < units; i++) {
        unsigned first = bytes[mark + 2 * i], second = bytes[mark + 2 * i + 1];
        wide[i] = (gunichar2)(big ? first << 8 | second : second << 8 | first);
    }
    size_t bad = bad_unit(wide, units);
    if (bad == units && length % 2 == 0)
        return g_utf16_to_utf8(wide, (glong)units, NULL, NULL, NULL);
    for (size_t i = 0; i < bad; i++)
        line += wide[i] == '\n';
    g_set_error(error, CSV_ERROR, CSV_ERROR_ENCODING,
                "line %zu (byte %zu of the file) is not UTF-16: save the file as \"CSV UTF-8\" "
                "and try again",
                line, mark + 2 * bad + 1);
    return NULL;
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

static char *take_text(const unsigned char *bytes, size_t length, const char **retencoding,
                       GError **error)
{
    if (begins(bytes, length, "PK\003\004", 4) || begins(bytes, length, "\xd0\xcf\x11\xe0", 4)) {
        g_set_error(error, CSV_ERROR, CSV_ERROR_ENCODING,
                    "this is an Excel workbook: save it as \"CSV UTF-8\" and import that file");
        return NULL;
    }
    if (is_markup(bytes, length)) {
        g_set_error(error, CSV_ERROR, CSV_ERROR_ENCODING,
                    "this is a web page or XML, whatever its name says: open it in Excel, save it "
                    "as \"CSV UTF-8\" and import that file");
        return NULL;
    }
    size_t mark = 0;
    if (begins(bytes, length, "\xef\xbb\xbf", 3)) {
        mark = 3;
        *retencoding = "UTF-8";
    } else if (begins(bytes, length, "\xff\xfe", 2)) {
        mark = 2;
        *retencoding = "UTF-16LE";
    } else if (begins(bytes, length, "\xfe\xff", 2)) {
        mark = 2;
        *retencoding = "UTF-16BE";
    } else {
        *retencoding = guess_encoding(bytes, length);
    }
    if (g_str_equal(*retencoding, "UTF-8"))
        return take_utf8(bytes + mark, length - mark, error);
    bool big = g_str_equal(*retencoding, "UTF-16BE");
    return take_utf16(bytes, length, mark, big, error);
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

struct csv_table *csv_read(const void *bytes, size_t length, GError **error)
{
    if (length > CSV_BYTES_MAX) {
        g_set_error(error, CSV_ERROR, CSV_ERROR_SIZE,
                    "the file has %zu bytes, more than the %d that are read", length,
                    CSV_BYTES_MAX);
        return NULL;
    }
    const char *encoding = NULL;
    const void *some = length > 0 ? bytes : ""; /* an empty file may come as no memory at all */
    char *text = take_text(some, length, &encoding, error);
    if (text == NULL)
        return NULL;
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

void csv_free(struct csv_table *table)
{
    if (table == NULL)
        return;
    g_array_free(table->rows, TRUE);
    g_ptr_array_free(table->cells, TRUE);
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

static bool is_formula(const char *cell)
{
    if (cell[0] == '\0' || strchr("=+-@\t\r", cell[0]) == NULL)
        return false;
    bool number =
        (cell[0] == '+' || cell[0] == '-') && strspn(cell + 1, "0123456789 .,") == strlen(cell + 1);
    return !number;
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
