// SPDX-License-Identifier: GPL-2.0-or-later
// Workbooks as Excel and others write them, and what claims to be one.
#include "campaigns/roster_file.h"
#include "campaigns/xlsx_book.h"

#include <string.h>
#include <zip.h>

#define MAIN "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
#define REL  "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PKG  "http://schemas.openxmlformats.org/package/2006/relationships"

struct part {
    const char *name, *text;
};

/* A workbook of these parts; one that stands twice is taken as it stands first. NULL ends. */
static GString *pack(const struct part *parts)
{
    zip_error_t fault;
    zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, &fault);
    zip_source_keep(target);
    zip_t *zip = zip_open_from_source(target, ZIP_TRUNCATE, &fault);
    g_assert_nonnull(zip);
    for (; parts->name != NULL; parts++) {
        zip_source_t *source = zip_source_buffer(zip, parts->text, strlen(parts->text), 0);
        if (zip_name_locate(zip, parts->name, 0) >= 0)
            zip_source_free(source);
        else
            g_assert_cmpint(zip_file_add(zip, parts->name, source, 0), >=, 0);
    }
    g_assert_cmpint(zip_close(zip), ==, 0);
    g_assert_cmpint(zip_source_open(target), ==, 0);
    zip_source_seek(target, 0, SEEK_END);
    gsize length = (gsize)zip_source_tell(target);
    zip_source_seek(target, 0, SEEK_SET);
    GString *bytes = g_string_sized_new(length);
    g_string_set_size(bytes, length);
    zip_source_read(target, bytes->str, length);
    zip_source_close(target);
    zip_source_free(target);
    return bytes;
}

static const char relations[] =
    "<Relationships xmlns='" PKG "'><Relationship Id='r1' Type='" REL
    "/worksheet' Target='worksheets/one.xml'/><Relationship Id='r2' Type='" REL
    "/worksheet' Target='/xl/worksheets/two.xml'/><Relationship Id='r3' Type='" REL
    "/sharedStrings' Target='sharedStrings.xml'/><Relationship Id='r4' Type='" REL
    "/styles' Target='styles.xml'/><Relationship Id='r5' Type='" REL
    "/chartsheet' Target='chart.xml'/></Relationships>";
static const char book_of_two[] =
    "<workbook " MAIN " xmlns:r='" REL "'><sheets><sheet name='Biểu đồ' sheetId='9' r:id='r5'/>"
    "<sheet name='Một' sheetId='1' r:id='r1'/><sheet name='Hai' sheetId='2' state='hidden' "
    "r:id='r2'/></sheets></workbook>";
static const char top[] = "<Relationships xmlns='" PKG "'><Relationship Id='r' Type='" REL
                          "/officeDocument' Target='xl/workbook.xml'/></Relationships>";
static const char strings[] =
    "<sst " MAIN "><si><t>Họ và tên</t></si><si><r><t>Nguyễn </t></r><r><rPr><b/></rPr><t>Văn "
    "An</t></r><rPh sb='0' eb='1'><t>guyen</t></rPh></si><si><t xml:space='preserve'> a_x000D_\n"
    "b_x005F_c </t></si><si/></sst>";
static const char styles[] =
    "<styleSheet " MAIN "><numFmts><numFmt numFmtId='164' formatCode='dd/mm/yyyy;@'/><numFmt "
    "numFmtId='165' formatCode='[$-42A]d&quot; tháng &quot;m&quot; năm &quot;yyyy'/><numFmt "
    "numFmtId='166' formatCode='0000000000'/><numFmt numFmtId='167' formatCode='#,##0\\ "
    "&quot;đồng&quot;;[Red]\\-#,##0'/><numFmt numFmtId='168' formatCode='mm/yyyy'/><numFmt "
    "numFmtId='169' formatCode='hh:mm'/></numFmts><cellStyleXfs><xf numFmtId='14'/></cellStyleXfs>"
    "<cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='164'/><xf numFmtId='165'/><xf "
    "numFmtId='166'/><xf numFmtId='167'/><xf numFmtId='168'/><xf numFmtId='169'/><xf "
    "numFmtId='22'/><xf numFmtId='49'/></cellXfs></styleSheet>";

static GString *book(const char *sheet, const char *workbook)
{
    const struct part parts[] = {
        {"[Content_Types].xml", "<Types/>"},
        {"_rels/.rels", top},
        {"xl/workbook.xml", workbook != NULL ? workbook : book_of_two},
        {"xl/_rels/workbook.xml.rels", relations},
        {"xl/sharedStrings.xml", strings},
        {"xl/styles.xml", styles},
        {"xl/worksheets/one.xml", sheet},
        {"xl/worksheets/two.xml",
         "<worksheet " MAIN "><sheetData><row r='1'><c r='A1' t='inlineStr'><is><t>Họ tên</t></is>"
         "</c><c r='B1' t='inlineStr'><is><t>SĐT</t></is></c></row><row r='2'><c r='A2' "
         "t='inlineStr'><is><t>Lê Hoa</t></is></c><c r='B2'><v>912000345</v></c></row></sheetData>"
         "</worksheet>"},
        {NULL, NULL},
    };
    return pack(parts);
}

static GString *sheet_book(const char *rows, const char *workbook)
{
    g_autofree char *sheet =
        g_strconcat("<?xml version='1.0'?><worksheet ", MAIN, "><dimension ref='A1:XFD1048576'/>",
                    rows, "</worksheet>", NULL);
    return book(sheet, workbook);
}

/* Cells joined by |, rows by newline with their numbers in front. */
static char *describe(const struct csv_table *table)
{
    GString *text = g_string_new(NULL);
    for (unsigned row = 0; row < csv_row_count(table); row++) {
        g_string_append_printf(text, "%u:", csv_row(table, row)->line);
        for (unsigned column = 0; column < csv_row(table, row)->count; column++)
            g_string_append_printf(text, "%s%s", column > 0 ? "|" : "",
                                   csv_cell(table, row, column));
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}

struct sheet_row {
    const char *name, *rows, *expected, *note; /* note: part of one; NULL: none at all */
};

#define DATA(rows) "<sheetData>" rows "</sheetData>"

static const struct sheet_row sheet_rows[] = {
    {"shared texts, with runs, with how they are spoken left out",
     DATA("<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c><c r='C1' "
          "t='s'><v>2</v></c><c r='D1' t='s'><v>3</v></c></row>"),
     "1:Họ và tên|Nguyễn Văn An| a \nb_c \n", NULL},
    {"texts in place and results of formulas",
     DATA("<row r='1'><c r='A1' t='inlineStr'><is><r><t>Lê</t></r><r><t> Hoa</t></r></is></c>"
          "<c r='B1' t='str'><f>A1&amp;\"x\"</f><v>Lê Hoax</v></c><c r='C1'><f>1+1</f><v>2</v></c>"
          "<c r='D1' t='b'><v>1</v></c></row>"),
     "1:Lê Hoa|Lê Hoax|2|TRUE\n", NULL},
    {"phones that became numbers",
     DATA("<row r='1'><c r='A1'><v>912345678</v></c><c r='B1'><v>8.4912345678E10</v></c><c "
          "r='C1'><v>1234567.0</v></c><c r='D1'><v>84912345678</v></c><c r='E1' "
          "s='4'><v>912345678</v></c><c r='F1'><v>9.12345678E+8</v></c><c r='G1' "
          "s='9'><v>0912345678</v></c></row>"),
     "1:912345678|84912345678|1234567|84912345678|0912345678|912345678|0912345678\n", NULL},
    {"other numbers",
     DATA("<row r='1'><c r='A1'><v>0.1</v></c><c r='B1'><v>0.10000000000000001</v></c><c "
          "r='C1' s='5'><v>1250000</v></c><c r='D1'><v>-3</v></c><c r='E1'><v>012</v></c><c "
          "r='F1'><v>1E+20</v></c><c r='G1'><v>abc</v></c></row>"),
     "1:0.1|0.1|1250000|-3|012|100000000000000000000|abc\n", NULL},
    {"days by their formats",
     DATA("<row r='1'><c r='A1' s='1'><v>29252</v></c><c r='B1' s='2'><v>29252</v></c><c r='C1' "
          "s='3'><v>29252</v></c><c r='D1' s='6'><v>29252</v></c><c r='E1' s='7'><v>0.5</v></c><c "
          "r='F1' s='8'><v>29252.75</v></c><c r='G1' s='0'><v>29252</v></c><c r='H1' "
          "s='1'><v>1</v></c><c r='I1' s='1'><v>61</v></c><c r='J1' s='1'><v>60</v></c><c r='K1' "
          "t='d'><v>1980-02-01T00:00:00</v></c><c r='L1' s='1'><v>-5</v></c></row>"),
     "1:01/02/1980|01/02/1980|01/02/1980|02/1980|12:00|01/02/1980 18:00|29252|01/01/1900|01/03/1900"
     "|29/02/1900|01/02/1980|-5\n",
     NULL},
    {"rows and cells that are left out",
     DATA("<row r='2'><c r='C2'><v>1</v></c></row><row r='5'/><row r='6'><c r='A6' s='1'/><c "
          "r='B6'><v>2</v></c></row><row r='7'><c r='A7' s='1'/></row>"),
     "1:\n2:||1\n3:\n4:\n5:\n6:|2\n", NULL},
    {"rows and cells without their places",
     DATA("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"), "1:1|2\n2:3\n",
     NULL},
    {"a row far below",
     DATA("<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c "
          "r='A1048576'><v>2</v></c></row>"),
     "1:1\n1048576:2\n", NULL},
    {"another prefix and other attributes",
     "<x:sheetData xmlns:x='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><x:row "
     "r='1' spans='1:2' ht='15'><x:c r='A1' cm='1'><x:v>7</x:v></x:c></x:row></x:sheetData>",
     "1:7\n", NULL},
    {"hidden rows are read and told",
     DATA("<row r='1'><c r='A1'><v>1</v></c></row><row r='2' hidden='1'><c r='A2'><v>2</v></c>"
          "</row><row r='3' hidden='1'/>"),
     "1:1\n2:2\n", "hidden rows were read too: 2"},
    {"hidden columns are read and told",
     "<cols><col min='2' max='3' hidden='1'/></cols>" DATA(
         "<row r='1'><c r='B1'><v>1</v></c></row>"),
     "1:|1\n", "hidden columns were read too: B, C"},
    {"merged cells have their value in the first",
     DATA("<row r='1'><c r='A1'><v>1</v></c><c r='B1'/></row><row r='2'><c r='A2'/><c "
          "r='B2'><v>2</v></c></row>") "<mergeCells><mergeCell ref='A1:A2'/><mergeCell "
                                       "ref='C1:D1'/></mergeCells>",
     "1:1\n2:|2\n", "only the first has the value: A1:A2"},
    {"errors are empty and told",
     DATA("<row r='1'><c r='A1' t='e'><v>#N/A</v></c><c r='B1'><v>1</v></c></row>"), "1:|1\n",
     "cells with an error of Excel were read as empty: A1 #N/A"},
    {"formulas never computed are empty and told",
     DATA("<row r='1'><c r='A1'><v>1</v></c><c r='B1'><f>A1</f></c></row>"), "1:1\n",
     "formulas without a stored result were read as empty: B1"},
};

static struct csv_table *read_first(const GString *bytes, GPtrArray *notes, GError **error)
{
    struct xlsx_book *opened = xlsx_book_open(bytes->str, bytes->len, error);
    struct csv_table *table = opened != NULL ? xlsx_sheet_read(opened, 0, notes, error) : NULL;
    xlsx_book_free(opened);
    return table;
}

static void sheets_are_read(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(sheet_rows); i++) {
        const struct sheet_row *row = &sheet_rows[i];
        g_test_message("%s", row->name);
        GString *bytes = sheet_book(row->rows, NULL);
        g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
        g_autoptr(GError) error = NULL;
        struct csv_table *table = read_first(bytes, notes, &error);
        g_assert_no_error(error);
        g_autofree char *got = describe(table);
        g_assert_cmpstr(got, ==, row->expected);
        g_assert_cmpuint(notes->len, ==, row->note != NULL);
        if (row->note != NULL)
            g_assert_nonnull(strstr(notes->pdata[0], row->note));
        csv_free(table);
        g_string_free(bytes, TRUE);
    }
}

static void days_may_begin_in_1904(void)
{
    GString *bytes =
        sheet_book(DATA("<row r='1'><c r='A1' s='1'><v>27790</v></c></row>"),
                   "<workbook " MAIN " xmlns:r='" REL "'><workbookPr date1904='1'/><sheets><sheet "
                   "name='Một' sheetId='1' r:id='r1'/></sheets></workbook>");
    struct csv_table *table = read_first(bytes, NULL, NULL);
    g_assert_cmpstr(csv_cell(table, 0, 0), ==, "01/02/1980");
    csv_free(table);
    g_string_free(bytes, TRUE);
}

/* --- What is refused ------------------------------------------------------------------------ */

struct fault_row {
    const char *name, *rows;
    int code;
    const char *said;
};

static const struct fault_row fault_rows[] = {
    {"rows backwards", DATA("<row r='2'><c><v>1</v></c></row><row r='1'/>"), XLSX_ERROR_BROKEN,
     "its rows are not in order"},
    {"a row too far", DATA("<row r='1048577'/>"), XLSX_ERROR_BROKEN, "its rows are not in order"},
    {"cells backwards", DATA("<row r='1'><c r='B1'/><c r='A1'/></row>"), XLSX_ERROR_BROKEN,
     "its cells are not in order"},
    {"a cell of another row", DATA("<row r='1'><c r='A2'/></row>"), XLSX_ERROR_BROKEN,
     "another row"},
    {"a column too far", DATA("<row r='1'><c r='XFE1'/></row>"), XLSX_ERROR_BROKEN, "another row"},
    {"a text that is not there", DATA("<row r='1'><c t='s'><v>4</v></c></row>"), XLSX_ERROR_BROKEN,
     "a text that is not there"},
    {"tags that do not close", "<sheetData><row r='1'>", XLSX_ERROR_BROKEN, "mismatched tag"},
    {"an entity of nobody", DATA("<row r='1'><c t='str'><v>&boom;</v></c></row>"),
     XLSX_ERROR_BROKEN, "undefined entity"},
};

static void sheets_against_the_rules_are_refused(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(fault_rows); i++) {
        g_test_message("%s", fault_rows[i].name);
        GString *bytes = sheet_book(fault_rows[i].rows, NULL);
        g_autoptr(GError) error = NULL;
        g_assert_null(read_first(bytes, NULL, &error));
        g_assert_error(error, XLSX_ERROR, fault_rows[i].code);
        g_assert_nonnull(strstr(error->message, fault_rows[i].said));
        g_string_free(bytes, TRUE);
    }
}

static char *repeated(const char *before, const char *piece, unsigned times, const char *after)
{
    GString *text = g_string_new(before);
    for (unsigned i = 0; i < times; i++)
        g_string_append(text, piece);
    g_string_append(text, after);
    return g_string_free(text, FALSE);
}

static void what_would_unpack_without_end_is_refused(void)
{
    static const char laughs[] =
        "<!DOCTYPE x [<!ENTITY a 'haha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><worksheet " MAIN
        "><sheetData><row r='1'><c t='str'><v>&b;</v></c></row></sheetData></worksheet>";
    g_autofree char *zeros = repeated("<worksheet " MAIN "><sheetData>", "          ", 1200000,
                                      "</sheetData></worksheet>");
    g_autofree char *deep = repeated("<worksheet " MAIN ">", "<a>", 100, "");
    const struct {
        const char *sheet, *said;
    } rows[] = {
        {laughs, "document type"}, {zeros, "unpacks to more"}, {deep, "deep in each other"}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        GString *bytes = book(rows[i].sheet, NULL);
        g_autoptr(GError) error = NULL;
        g_assert_null(read_first(bytes, NULL, &error));
        g_assert_nonnull(strstr(error->message, rows[i].said));
        g_string_free(bytes, TRUE);
    }
}

static void more_cells_than_a_roster_has_are_refused(void)
{
    GString *rows = g_string_new("<sheetData>");
    for (unsigned i = 1; i <= 1000; i++)
        g_string_append_printf(rows, "<row r='%u'><c r='XFD%u'><v>%u</v></c></row>", i, i,
                               i * 7919);
    g_string_append(rows, "</sheetData>");
    GString *bytes = sheet_book(rows->str, NULL);
    g_autoptr(GError) error = NULL;
    g_assert_null(read_first(bytes, NULL, &error));
    g_assert_error(error, XLSX_ERROR, XLSX_ERROR_SIZE);
    g_string_free(bytes, TRUE);
    g_string_free(rows, TRUE);
}

static void other_kinds_of_files_are_named(void)
{
    static const struct part ods[] = {
        {"mimetype", "application/vnd.oasis.opendocument.spreadsheet"},
        {"content.xml", "<a/>"},
        {NULL, NULL}};
    static const struct part word[] = {{"word/document.xml", "<a/>"}, {NULL, NULL}};
    static const struct part binary[] = {{"xl/workbook.bin", "x"}, {NULL, NULL}};
    static const struct part archive[] = {{"photo.txt", "x"}, {NULL, NULL}};
    static const struct part headless[] = {{"_rels/.rels", "<Relationships/>"}, {NULL, NULL}};
    static const char old[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1W\0o\0r\0k\0b\0o\0o\0k";
    static const char sealed[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
                                 "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0";
    GString *whole = sheet_book(DATA(""), NULL);
    const struct {
        GString *bytes;
        const char *said;
    } rows[] = {
        {pack(ods), "OpenDocument"},
        {pack(word), "a Word document"},
        {pack(binary), ".xlsb"},
        {pack(archive), "no Excel workbook"},
        {pack(headless), "a part is missing"},
        {g_string_new_len(old, sizeof old), "old Excel workbook (.xls)"},
        {g_string_new_len(sealed, sizeof sealed), "protected by a password"},
        {g_string_new_len(whole->str, (gssize)whole->len / 2), "damaged"},
        {g_string_new("PK\003\004"), "damaged"},
    };
    g_string_free(whole, TRUE);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].said);
        struct roster_file file;
        const struct roster_file_wish wish = {0};
        g_autoptr(GError) error = NULL;
        g_assert_true(xlsx_is_likely(rows[i].bytes->str, rows[i].bytes->len));
        g_assert_false(roster_file_read(rows[i].bytes->str, rows[i].bytes->len, "ds.xlsx", &wish,
                                        &file, &error));
        g_assert_nonnull(strstr(error->message, rows[i].said));
        g_assert_true(g_str_has_prefix(error->message, "ds.xlsx: "));
        roster_file_clear(&file);
        g_string_free(rows[i].bytes, TRUE);
    }
}

/* Whatever byte is lost, there is a table or a sentence. */
static void a_damaged_workbook_does_no_harm(void)
{
    GString *bytes = sheet_book(DATA("<row r='1'><c r='A1' t='s'><v>0</v></c></row>"), NULL);
    for (gsize i = 0; i < bytes->len; i++) {
        char kept = bytes->str[i];
        bytes->str[i] = (char)(kept ^ 0x55);
        g_autoptr(GError) error = NULL;
        struct csv_table *table = read_first(bytes, NULL, &error);
        g_assert_true((table == NULL) == (error != NULL));
        csv_free(table);
        bytes->str[i] = kept;
    }
    g_string_free(bytes, TRUE);
}

/* --- Which sheet ---------------------------------------------------------------------------- */

struct choice_row {
    const char *wanted, *rows, *sheet, *said; /* said: a note, or the error where sheet is NULL */
};

#define CELL DATA("<row r='1'><c r='A1'><v>1</v></c></row>")

static const struct choice_row choice_rows[] = {
    {NULL, CELL, "Một", "the hidden sheet \"Hai\" has 1 persons too and was not read"},
    {NULL, DATA(""), "Hai", "sheet \"Hai\" is hidden"},
    {"HAI", CELL, "Hai", "sheet \"Hai\" is hidden"},
    {"một", CELL, "Một", "the hidden sheet \"Hai\""},
    {"Ba", CELL, NULL, "no sheet \"Ba\"; it has \"Một\", \"Hai\""},
};

static void the_sheet_is_chosen_and_the_others_are_told(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(choice_rows); i++) {
        const struct choice_row *row = &choice_rows[i];
        GString *bytes = sheet_book(row->rows, NULL);
        const struct roster_file_wish wish = {.sheet = row->wanted};
        struct roster_file file;
        g_autoptr(GError) error = NULL;
        bool read = roster_file_read(bytes->str, bytes->len, "ds", &wish, &file, &error);
        g_assert_cmpint(read, ==, row->sheet != NULL);
        g_assert_cmpstr(file.sheet, ==, row->sheet);
        const char *said = read ? file.notes->pdata[0] : error->message;
        g_assert_nonnull(strstr(said, row->said));
        roster_file_clear(&file);
        g_string_free(bytes, TRUE);
    }
}

static void formats_are_told_apart(void)
{
    static const struct {
        const char *code;
        bool day, month, year, clock;
        unsigned zeros;
    } rows[] = {
        {"General", false, false, false, false, 0},
        {"0", false, false, false, false, 0},
        {"0.00E+00", false, false, false, false, 0},
        {"@", false, false, false, false, 0},
        {"00000", false, false, false, false, 5},
        {"dd/mm/yyyy", true, true, true, false, 0},
        {"[$-1010000]d/m/yyyy;@", true, true, true, false, 0},
        {"[$-F400]h:mm:ss AM/PM", false, false, false, true, 0},
        {"[h]:mm", false, false, false, true, 0},
        {"mmm-yy", false, true, true, false, 0},
        {"#,##0 \"ngày\"", false, false, false, false, 0},
        {"_-* #,##0\\ _d_-", false, false, false, false, 0},
        {"[Red]0", false, false, false, false, 0},
        {"dd/mm/yyyy hh:mm", true, true, true, true, 0},
        {"\"", false, false, false, false, 0},
        {"[", false, false, false, false, 0},
        {"\\", false, false, false, false, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].code);
        struct xlsx_format format = xlsx_format_read(rows[i].code);
        g_assert_cmpint(format.day, ==, rows[i].day);
        g_assert_cmpint(format.month, ==, rows[i].month);
        g_assert_cmpint(format.year, ==, rows[i].year);
        g_assert_cmpint(format.clock, ==, rows[i].clock);
        g_assert_cmpuint(format.zeros, ==, rows[i].zeros);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xlsx/sheets are read", sheets_are_read);
    g_test_add_func("/xlsx/days may begin in 1904", days_may_begin_in_1904);
    g_test_add_func("/xlsx/sheets against the rules are refused",
                    sheets_against_the_rules_are_refused);
    g_test_add_func("/xlsx/what would unpack without end is refused",
                    what_would_unpack_without_end_is_refused);
    g_test_add_func("/xlsx/more cells than a roster has are refused",
                    more_cells_than_a_roster_has_are_refused);
    g_test_add_func("/xlsx/other kinds of files are named", other_kinds_of_files_are_named);
    g_test_add_func("/xlsx/a damaged workbook does no harm", a_damaged_workbook_does_no_harm);
    g_test_add_func("/xlsx/the sheet is chosen and the others are told",
                    the_sheet_is_chosen_and_the_others_are_told);
    g_test_add_func("/xlsx/formats are told apart", formats_are_told_apart);
    return g_test_run();
}
