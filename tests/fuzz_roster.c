// SPDX-License-Identifier: GPL-2.0-or-later
/* Rosters as offices keep them: bytes to table, table to persons, and a dry run of the whole import
 * on a real database. A line "---" in the input ends the table of units and begins the roster. "@a"
 * in front names an encoding by its letter; what begins with "<" is put into a workbook as a sheet,
 * because no chance finds the checksums of an archive. */
#include "tests/store_file.h"

#include <string.h>
#include <zip.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct store_file database;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    store_file_open(&database, NULL);
    import_dialogue(database.store);
    return 0;
}

static void check_table(const struct csv_table *table)
{
    unsigned line = 0, cells = 0;
    for (unsigned i = 0; i < csv_row_count(table); i++) {
        const struct csv_row *row = csv_row(table, i);
        g_assert_cmpuint(row->line, >, line);
        g_assert_cmpuint(row->first, ==, cells);
        line = row->line;
        cells += row->count;
        for (unsigned column = 0; column <= row->count; column++)
            g_assert_true(g_utf8_validate(csv_cell(table, i, column), -1, NULL));
    }
    g_assert_cmpuint(cells, ==, table->cells->len);
}

static void check_roster(const struct roster *roster, const struct csv_table *table)
{
    unsigned persons = 0;
    g_assert_cmpuint(roster->rows->len, ==, csv_row_count(table));
    for (guint i = 0; i < roster->rows->len; i++) {
        const struct roster_row *row = roster->rows->pdata[i];
        bool person = row->outcome == ROW_PERSON || row->outcome == ROW_PERSON_NO_PHONE;
        persons += person;
        g_assert_true(!person || (row->name != NULL && row->name[0] != '\0'));
        g_assert_true((row->outcome == ROW_PERSON) <= (row->phone.e164[0] == '+'));
        g_assert_true((row->outcome == ROW_DUPLICATE) == (row->merged_line > 0));
        g_assert_true(row->outcome != ROW_REJECTED || row->reason != NULL);
    }
    g_assert_cmpuint(persons, ==, roster->persons);
}

static void read_roster(const void *bytes, size_t size, const struct roster_file_wish *wish)
{
    g_autoptr(GError) error = NULL;
    struct roster_file file;
    struct roster *roster = NULL;
    if (roster_file_read(bytes, size, "roster", wish, &file, &error)) {
        check_table(file.table);
        roster = roster_read(file.table, &error);
    }
    g_assert_true((roster == NULL) == (error != NULL));
    g_assert_true(!file.guessed || wish->preview);
    if (roster != NULL) {
        check_roster(roster, file.table);
        roster_free(roster);
    }
    roster_file_clear(&file);
}

static void add_part(zip_t *zip, const char *name, const void *bytes, size_t size)
{
    zip_source_t *source = zip_source_buffer(zip, bytes, size, 0);
    zip_int64_t index = zip_file_add(zip, name, source, 0);
    zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_STORE, 0);
}

/* A workbook with this sheet; the caller frees. */
static GByteArray *put_into_workbook(const void *sheet, size_t size)
{
    static const char top[] =
        "<r><Relationship Id='r' Type='x/officeDocument' Target='b.xml'/></r>";
    static const char book[] = "<b><sheet name='S' id='s'/></b>";
    static const char inside[] = "<r><Relationship Id='s' Type='x/worksheet' Target='s.xml'/>"
                                 "<Relationship Id='t' Type='x/sharedStrings' Target='t.xml'/>"
                                 "<Relationship Id='u' Type='x/styles' Target='u.xml'/></r>";
    static const char texts[] = "<sst><si><t>Họ và tên</t></si><si><t>SĐT</t></si></sst>";
    static const char styles[] = "<s><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs></s>";
    zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_source_keep(target);
    zip_t *zip = zip_open_from_source(target, ZIP_TRUNCATE, NULL);
    add_part(zip, "_rels/.rels", top, strlen(top));
    add_part(zip, "b.xml", book, strlen(book));
    add_part(zip, "_rels/b.xml.rels", inside, strlen(inside));
    add_part(zip, "t.xml", texts, strlen(texts));
    add_part(zip, "u.xml", styles, strlen(styles));
    add_part(zip, "s.xml", sheet, size);
    g_assert_cmpint(zip_close(zip), ==, 0);
    GByteArray *bytes = g_byte_array_new();
    g_assert_cmpint(zip_source_open(target), ==, 0);
    zip_source_seek(target, 0, SEEK_END);
    g_byte_array_set_size(bytes, (guint)zip_source_tell(target));
    zip_source_seek(target, 0, SEEK_SET);
    zip_source_read(target, bytes->data, bytes->len);
    zip_source_close(target);
    zip_source_free(target);
    return bytes;
}

/* Takes "@a" off. */
static enum charset take_charset(const uint8_t **data, size_t *size)
{
    if (*size < 2 || (*data)[0] != '@')
        return CHARSET_UNSAID;
    enum charset charset = (enum charset)((*data)[1] % CHARSET_COUNT);
    *data += 2;
    *size -= 2;
    return charset;
}

/* The person at the screen must be told why; the database must be as it was. */
static void import_dry(const struct import_file *roster, const struct import_file *units,
                       enum charset charset)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    struct import_options options = {.roster = roster,
                                     .units = units,
                                     .by = "fuzz",
                                     .group = "nhom",
                                     .charset = charset,
                                     .dry_run = true,
                                     .now = OPENING};
    struct import_report *report = import_run(database.store, &options, mistakes, &error);
    g_assert_true((report == NULL) == (error != NULL));
    g_assert_false(store_in_transaction(database.store));
    g_assert_true(error == NULL || error->domain != STORE_ERROR);
    g_assert_true(report == NULL || report->recognised > 0);
    import_report_free(report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char cut[] = "\n---\n";
    enum charset charset = take_charset(&data, &size);
    const uint8_t *middle = memmem(data, size, cut, strlen(cut));
    struct import_file units = {data, middle != NULL ? (size_t)(middle - data) : 0, "units.csv"};
    const uint8_t *from = middle != NULL ? middle + strlen(cut) : data;
    struct import_file roster = {from, (size_t)(data + size - from), "roster.csv"};
    bool sheet = roster.length > 0 && from[0] == '<';
    g_autoptr(GByteArray) workbook = sheet ? put_into_workbook(from, roster.length) : NULL;
    if (sheet)
        roster = (struct import_file){workbook->data, workbook->len, "roster.xlsx"};
    for (int preview = 0; preview < 2; preview++) {
        const struct roster_file_wish wish = {.charset = charset, .preview = preview};
        read_roster(roster.bytes, roster.length, &wish);
    }
    import_dry(&roster, middle != NULL ? &units : NULL, charset);
    return 0;
}
