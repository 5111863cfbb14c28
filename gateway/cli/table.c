// SPDX-License-Identifier: GPL-2.0-or-later
/* Aligns columns by display width: Vietnamese names may be in NFD, and replies hold emoji. Texts of
 * strangers pass here on their way to a terminal, so escape sequences end here. A table wider than
 * the screen is folded: each row goes on, indented, on the next line, and nothing is cut off. */
#include "gateway/cli/table.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { GAP = 2, FOLDED_INDENT = 4 };

struct table {
    const struct table_column *columns;
    unsigned count;
    GPtrArray *rows; /* char **, `count` cells each */
};

unsigned table_width(const char *text)
{
    unsigned width = 0;
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar character = g_utf8_get_char(at);
        if (!g_unichar_iszerowidth(character))
            width += g_unichar_iswide(character) ? 2 : 1;
    }
    return width;
}

/* Joiners of emoji and scripts stay; overrides of direction could make a cell look like another. */
static bool is_harmless(gunichar character)
{
    bool direction = (character >= 0x202A && character <= 0x202E) ||
                     (character >= 0x2066 && character <= 0x2069);
    return !g_unichar_iscntrl(character) && !direction && character != 0x2028 &&
           character != 0x2029;
}

char *table_clean(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *clean = g_string_sized_new(strlen(valid));
    for (const char *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar character = g_utf8_get_char(at);
        if (character == '\n')
            g_string_append(clean, "↵");
        else if (character == '\t')
            g_string_append_c(clean, ' ');
        else
            g_string_append_unichar(clean, is_harmless(character) ? character : 0xFFFD);
    }
    return g_string_free(clean, FALSE);
}

static void free_row(gpointer row)
{
    g_strfreev(row);
}

struct table *table_new(const struct table_column *columns, unsigned count)
{
    struct table *table = g_new0(struct table, 1);
    table->columns = columns;
    table->count = count;
    table->rows = g_ptr_array_new_with_free_func(free_row);
    return table;
}

void table_free(struct table *table)
{
    if (table == NULL)
        return;
    g_ptr_array_unref(table->rows);
    g_free(table);
}

void table_add(struct table *table, const char *const *cells)
{
    char **row = g_new0(char *, table->count + 1);
    for (unsigned i = 0; i < table->count; i++)
        row[i] = table_clean(cells[i] != NULL ? cells[i] : "");
    g_ptr_array_add(table->rows, row);
}

unsigned table_rows(const struct table *table)
{
    return table->rows->len;
}

static void pad(GString *text, unsigned columns)
{
    for (unsigned i = 0; i < columns; i++)
        g_string_append_c(text, ' ');
}

/* The first column of the next line. */
static unsigned end_of_line(const struct table *table, const unsigned *widths, unsigned first,
                            unsigned screen)
{
    unsigned used = (first > 0 ? FOLDED_INDENT : 0) + widths[first], end = first + 1;
    for (; end < table->count; end++) {
        used += GAP + widths[end];
        if (screen > 0 && used > screen)
            break;
    }
    return end;
}

static void end_line(GString *text)
{
    while (text->len > 0 && text->str[text->len - 1] == ' ')
        g_string_truncate(text, text->len - 1);
    if (text->len > 0 && text->str[text->len - 1] != '\n')
        g_string_append_c(text, '\n');
}

static void append_row(const struct table *table, const unsigned *widths, const char *const *cells,
                       unsigned screen, GString *text)
{
    for (unsigned first = 0, end = 0; first < table->count; first = end) {
        end = end_of_line(table, widths, first, screen);
        pad(text, first > 0 ? FOLDED_INDENT : 0);
        for (unsigned i = first; i < end; i++) {
            unsigned missing = widths[i] - table_width(cells[i]);
            pad(text, i > first ? GAP : 0);
            pad(text, table->columns[i].right ? missing : 0);
            g_string_append(text, cells[i]);
            pad(text, table->columns[i].right ? 0 : missing);
        }
        end_line(text); /* of empty cells nothing is left, not even the line */
    }
}

char *table_text(const struct table *table, unsigned screen)
{
    g_autofree unsigned *widths = g_new0(unsigned, table->count);
    g_autofree const char **headings = g_new0(const char *, table->count);
    for (unsigned i = 0; i < table->count; i++) {
        headings[i] = table->columns[i].heading;
        widths[i] = table_width(headings[i]);
        for (unsigned row = 0; row < table->rows->len; row++) {
            char *const *cells = g_ptr_array_index(table->rows, row);
            widths[i] = MAX(widths[i], table_width(cells[i]));
        }
    }
    GString *text = g_string_new(NULL);
    append_row(table, widths, headings, screen, text);
    for (unsigned row = 0; row < table->rows->len; row++)
        append_row(table, widths, g_ptr_array_index(table->rows, row), screen, text);
    return g_string_free(text, FALSE);
}

unsigned table_screen(void)
{
    struct winsize size = {0};
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

void table_print(const struct table *table)
{
    g_autofree char *text = table_text(table, table_screen());
    fputs(text, stdout);
}
