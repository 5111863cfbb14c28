// SPDX-License-Identifier: GPL-2.0-or-later
// Tables in the encodings, separators and quotings that spreadsheets write.
#include "campaigns/csv.h"

#include <stdbool.h>
#include <string.h>

/* Cells joined by |, rows by newline with their line numbers in front. */
struct read_row {
    const char *name, *bytes;
    size_t length; /* 0: strlen */
    const char *expected;
    char separator;
};

static const struct read_row read_rows[] = {
    {"commas", "a,b\n1,2\n", 0, "1:a|b\n2:1|2\n", ','},
    {"semicolons with BOM and CRLF",
     "\xef\xbb\xbf"
     "a;b\r\n1;2\r\n",
     0, "1:a|b\n2:1|2\n", ';'},
    {"tabs", "a\tb\n1\t2", 0, "1:a|b\n2:1|2\n", '\t'},
    {"lone CR", "a,b\r1,2\r", 0, "1:a|b\n2:1|2\n", ','},
    {"no line end at the end", "a,b", 0, "1:a|b\n", ','},
    {"an empty file", "", 0, "", ','},
    {"empty lines count", "a,b\n\n\n1,2\n", 0, "1:a|b\n2:\n3:\n4:1|2\n", ','},
    {"one column", "0912000345\n0912000346\n", 0, "1:0912000345\n2:0912000346\n", ','},
    {"quoted separators and quotes", "\"a,b\",\"say \"\"x\"\"\"\n", 0, "1:a,b|say \"x\"\n", ','},
    {"line breaks in cells keep count", "\"a\r\nb\",c\n\"d\ne\"\nf,g\n", 0,
     "1:a\nb|c\n3:d\ne\n5:f|g\n", ','},
    {"a quotation mark inside a cell", "x,5\" pipe\n", 0, "1:x|5\" pipe\n", ','},
    {"text after a closing quote stays", "\"a\"b,c\n", 0, "1:ab|c\n", ','},
    {"empty cells at the end", "a,b,,\n,,\n", 0, "1:a|b||\n2:||\n", ','},
    {"empty cell at the end of the file", "a,b,", 0, "1:a|b|\n", ','},
    {"commas in a semicolon file", "Danh sách\nname;place;phone\nA;x, y;1\nB;x, y, z;2\n", 0,
     "1:Danh sách\n2:name|place|phone\n3:A|x, y|1\n4:B|x, y, z|2\n", ';'},
    {"semicolons in a comma file", "name,phone\nA,\"1;2\"\nB,3;4\n", 0,
     "1:name|phone\n2:A|1;2\n3:B|3;4\n", ','},
    {"sep= of Excel", "sep=;\r\na,b;c\r\n", 0, "2:a,b|c\n", ';'},
    {"UTF-16LE with mark",
     "\xff\xfe"
     "a\0\t\0\xd4\x1e\n\0",
     10, "1:a|Ổ\n", '\t'},
    {"UTF-16BE with mark", "\xfe\xff\0a\0\t\x1e\xd4\0\n", 10, "1:a|Ổ\n", '\t'},
    {"UTF-16LE without mark", "a\0\t\0001\0\r\0\n\0", 10, "1:a|1\n", '\t'},
    {"UTF-16BE without mark", "\0a\0\t\0001\0\r\0\n", 10, "1:a|1\n", '\t'},
};

struct fault_row {
    const char *name, *bytes;
    size_t length;
    int code;
    const char *said;
};

static const struct fault_row fault_rows[] = {
    {"a byte of another encoding", "a,b\nNguy\xd4n,2\n", 0, CSV_ERROR_ENCODING,
     "line 2, byte 5 (0xD4) is not UTF-8: save the file as \"CSV UTF-8\" and try again"},
    {"a web page under the name .xls", " \n<html><table><tr><td>STT</td></tr></table>", 0,
     CSV_ERROR_ENCODING,
     "this is a web page or XML, whatever its name says: open it in Excel, save it as \"CSV "
     "UTF-8\" and import that file"},
    {"a NUL", "a,b\nx\0y\n", 8, CSV_ERROR_ENCODING,
     "line 2, byte 2 (0x00) is not UTF-8: save the file as \"CSV UTF-8\" and try again"},
    {"a workbook", "PK\003\004....", 0, CSV_ERROR_ENCODING,
     "this is an Excel workbook: save it as \"CSV UTF-8\" and import that file"},
    {"an old workbook", "\xd0\xcf\x11\xe0....", 0, CSV_ERROR_ENCODING,
     "this is an Excel workbook: save it as \"CSV UTF-8\" and import that file"},
    {"a lone surrogate",
     "\xff\xfe"
     "a\0\n\0\x3d\xd8"
     "b\0",
     10, CSV_ERROR_ENCODING,
     "line 2 (byte 7 of the file) is not UTF-16LE: save the file as \"CSV UTF-8\" and try again"},
    {"an odd number of bytes in UTF-16",
     "\xff\xfe"
     "a\0b",
     5, CSV_ERROR_ENCODING,
     "line 1 (byte 5 of the file) is not UTF-16LE: save the file as \"CSV UTF-8\" and try again"},
    {"an open quotation", "a,b\n1,\"2\n3,4\n", 0, CSV_ERROR_QUOTE,
     "line 2: a cell begins with a quotation mark that is never closed"},
};

struct write_row {
    const char *cell, *expected;
};

static const struct write_row write_rows[] = {
    {"plain", "plain\r\n"},
    {"a,b", "\"a,b\"\r\n"},
    {"say \"x\"", "\"say \"\"x\"\"\"\r\n"},
    {"two\nlines", "\"two\nlines\"\r\n"},
    {" edge", "\" edge\"\r\n"},
    {"=1+1", "'=1+1\r\n"},
    {"@SUM(A1)", "'@SUM(A1)\r\n"},
    {"-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0\r\n"},
    {"+84912000345", "+84912000345\r\n"},
    {"-12,5", "\"-12,5\"\r\n"},
    {"-", "-\r\n"},
    {" =1", "\"' =1\"\r\n"},
    {"＝1+1", "'＝1+1\r\n"},
    {"=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"\r\n"},
    {"", "\r\n"},
};

static char *flatten(const struct csv_table *table)
{
    GString *flat = g_string_new(NULL);
    for (unsigned r = 0; r < csv_row_count(table); r++) {
        const struct csv_row *row = csv_row(table, r);
        g_string_append_printf(flat, "%u:", row->line);
        for (unsigned c = 0; c < row->count; c++)
            g_string_append_printf(flat, "%s%s", c > 0 ? "|" : "", csv_cell(table, r, c));
        g_assert_cmpstr(csv_cell(table, r, row->count), ==, "");
        g_string_append_c(flat, '\n');
    }
    return g_string_free(flat, FALSE);
}

static void tables_are_read(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(read_rows); i++) {
        const struct read_row *row = &read_rows[i];
        g_test_message("%s", row->name);
        size_t length = row->length > 0 ? row->length : strlen(row->bytes);
        GError *error = NULL;
        struct csv_table *table = csv_read(row->bytes, length, &error);
        g_assert_no_error(error);
        g_autofree char *flat = flatten(table);
        g_assert_cmpstr(flat, ==, row->expected);
        g_assert_cmpint(table->separator, ==, row->separator);
        csv_free(table);
    }
}

static void a_file_may_have_no_bytes_at_all(void)
{
    struct csv_table *table = csv_read(NULL, 0, NULL);
    g_assert_nonnull(table);
    g_assert_cmpuint(csv_row_count(table), ==, 0);
    csv_free(table);
}

static void faults_name_the_place(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(fault_rows); i++) {
        const struct fault_row *row = &fault_rows[i];
        g_test_message("%s", row->name);
        size_t length = row->length > 0 ? row->length : strlen(row->bytes);
        g_autoptr(GError) error = NULL;
        g_assert_null(csv_read(row->bytes, length, &error));
        g_assert_error(error, CSV_ERROR, row->code);
        g_assert_cmpstr(error->message, ==, row->said);
    }
}

static void cells_are_written_safely(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(write_rows); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        csv_append_row(out, &write_rows[i].cell, 1);
        g_assert_cmpstr(out->str, ==, write_rows[i].expected);
    }
}

static void what_is_written_is_read_again(void)
{
    const char *cells[] = {"Nguyễn \"Tý\"", "a;b,c\td", "x\ny", "", "Đỗ"};
    g_autoptr(GString) out = g_string_new(NULL);
    csv_append_row(out, cells, G_N_ELEMENTS(cells));
    csv_append_row(out, cells, G_N_ELEMENTS(cells));
    struct csv_table *table = csv_read(out->str, out->len, NULL);
    g_assert_cmpuint(csv_row_count(table), ==, 2);
    for (unsigned c = 0; c < G_N_ELEMENTS(cells); c++)
        g_assert_cmpstr(csv_cell(table, 1, c), ==, cells[c]);
    csv_free(table);
}

static void a_large_table_is_whole(void)
{
    g_autoptr(GString) text = g_string_new("ten;so;ghi chu\r\n");
    for (unsigned i = 0; i < 100000; i++)
        g_string_append_printf(text, "Nguyễn Văn %u;09%08u;\"x\"\"%u\"\r\n", i, i, i);
    struct csv_table *table = csv_read(text->str, text->len, NULL);
    g_assert_cmpuint(csv_row_count(table), ==, 100001);
    g_assert_cmpstr(csv_cell(table, 100000, 0), ==, "Nguyễn Văn 99999");
    g_assert_cmpstr(csv_cell(table, 100000, 2), ==, "x\"99999");
    g_assert_cmpuint(csv_row(table, 100000)->line, ==, 100001);
    csv_free(table);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/csv/tables are read", tables_are_read);
    g_test_add_func("/csv/a file may have no bytes at all", a_file_may_have_no_bytes_at_all);
    g_test_add_func("/csv/faults name the place", faults_name_the_place);
    g_test_add_func("/csv/cells are written safely", cells_are_written_safely);
    g_test_add_func("/csv/what is written is read again", what_is_written_is_read_again);
    g_test_add_func("/csv/a large table is whole", a_large_table_is_whole);
    return g_test_run();
}
