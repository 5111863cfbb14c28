// SPDX-License-Identifier: GPL-2.0-or-later
// Rosters into the store: who is found again, what is shared, what a report tells, what undoes all.
#include "campaigns/group.h"
#include "tests/store_file.h"

#define HEADING "STT,Họ và tên,Ngày sinh,Giới tính,Thôn,Chức vụ,Số điện thoại\r\n"

struct counts {
    unsigned added, updated, unchanged;
    int64_t persons, contacts, households;
};

struct sequence {
    const char *name;
    const char *first, *second;
    struct counts after;
    const char *check; /* SQL that must give 1; NULL: nothing more */
};

static const struct sequence sequences[] = {
    {"the same file again changes nothing",
     HEADING "1,Trần Văn An,01/02/1980,Nam,Thôn 1,,0912000345\r\n"
             "2,Lê Thị Bình,1975,Nữ,Thôn 1,,0912000346\r\n",
     HEADING "1,Trần Văn An,01/02/1980,Nam,Thôn 1,,0912000345\r\n"
             "2,Lê Thị Bình,1975,Nữ,Thôn 1,,0912000346\r\n",
     {0, 0, 2, 2, 2, 2},
     NULL},
    {"a new phone of the same person is an update",
     HEADING "1,Trần Văn An,01/02/1980,Nam,Thôn 1,,0912000345\r\n",
     HEADING "1,Trần Văn An,01/02/1980,Nam,Thôn 1,,0912000999\r\n",
     {0, 1, 0, 1, 2, 2},
     "SELECT phone = '+84912000999' FROM contact c JOIN person p ON p.contact_id = c.id"},
    {"a namesake with another phone and no birth is another person",
     HEADING "1,Nguyễn Văn Nam,,Nam,Thôn 1,,0912000345\r\n",
     HEADING "1,Nguyễn Văn Nam,,Nam,Thôn 1,,0912000346\r\n",
     {1, 0, 0, 2, 2, 2},
     NULL},
    {"a namesake born in another year is another person",
     HEADING "1,Nguyễn Văn Nam,1960,Nam,Thôn 1,,0912000345\r\n",
     HEADING "1,Nguyễn Văn Nam,1990,Nam,Thôn 1,,0912000345\r\n",
     {1, 0, 0, 2, 1, 1},
     NULL},
    {"a birth that becomes more exact is the same person",
     HEADING "1,Nguyễn Văn Nam,1960,Nam,Thôn 1,,0912000345\r\n",
     HEADING "1,Nguyễn Văn Nam,02/03/1960,Nam,Thôn 1,,0912000345\r\n",
     {0, 1, 0, 1, 1, 1},
     "SELECT birth = '1960-03-02' FROM person"},
    {"names that differ in marks alone are two people",
     HEADING "1,Nguyễn Thị Hà,,Nữ,Thôn 1,,0912000345\r\n",
     HEADING "1,Nguyễn Thị Hạ,,Nữ,Thôn 1,,0912000345\r\n",
     {1, 0, 0, 2, 1, 1},
     NULL},
    {"capitals without marks are the same person",
     HEADING "1,Nguyễn Thị Hà,1970,Nữ,Thôn 1,,0912000345\r\n",
     HEADING "1,NGUYEN THI HA,1970,Nữ,Thôn 1,,0912000345\r\n",
     {0, 1, 0, 1, 1, 1},
     NULL},
    {"who moves keeps the phone and the record",
     HEADING "1,Trần Văn An,1980,Nam,Thôn 1,,0912000345\r\n",
     HEADING "1,Trần Văn An,1980,Nam,Thôn 2,,0912000345\r\n",
     {0, 1, 0, 1, 1, 2},
     "SELECT u.name = 'Thôn 2' FROM person p JOIN unit u ON u.id = p.unit_id"},
    {"a phone that is swapped between namesakes follows the phone",
     HEADING "1,Lê Văn Tư,1970,Nam,Thôn 1,,0912000345\r\n"
             "2,Lê Văn Tư,1970,Nam,Thôn 2,,0912000346\r\n",
     HEADING "1,Lê Văn Tư,1970,Nam,Thôn 2,,0912000346\r\n"
             "2,Lê Văn Tư,1970,Nam,Thôn 1,,0912000345\r\n",
     {0, 0, 2, 2, 2, 2},
     NULL},
    {"a cell that was emptied empties the attribute",
     HEADING "1,Trần Văn An,1980,Nam,Thôn 1,Trưởng thôn,0912000345\r\n",
     HEADING "1,Trần Văn An,1980,Nam,Thôn 1,,0912000345\r\n",
     {0, 1, 0, 1, 1, 1},
     "SELECT count(*) = 0 FROM person_attribute WHERE name = 'chuc_vu'"},
    {"people of one unit who share a phone are one household",
     HEADING "1,Trần Văn An,1980,Nam,Thôn 1,,0912000345\r\n",
     HEADING "1,Trần Văn An,1980,Nam,Thôn 1,,0912000345\r\n"
             "2,Lê Thị Bình,1982,Nữ,Thôn 1,,0912000345\r\n",
     {1, 0, 1, 2, 1, 1},
     NULL},
    {"who lost the phone is kept, to be visited",
     HEADING "1,Trần Văn An,1980,Nam,Thôn 1,,0912000345\r\n",
     HEADING "1,Trần Văn An,1980,Nam,Thôn 1,,không có\r\n",
     {0, 1, 0, 1, 1, 2},
     "SELECT contact_id IS NULL AND phone_reason <> '' FROM person"},
};

static void test_sequence(struct store_file *file, gconstpointer data)
{
    const struct sequence *sequence = data;
    import_report_free(import_text(file->store, sequence->first, NULL, OPENING));
    struct import_report *report = import_text(file->store, sequence->second, NULL, OPENING + 1);
    const struct counts *after = &sequence->after;
    g_assert_cmpuint(report->changes[IMPORT_ADDED], ==, after->added);
    g_assert_cmpuint(report->changes[IMPORT_UPDATED], ==, after->updated);
    g_assert_cmpuint(report->changes[IMPORT_UNCHANGED], ==, after->unchanged);
    import_report_free(report);
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM person"), ==, after->persons);
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM contact"), ==, after->contacts);
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM household"), ==,
                    after->households);
    if (sequence->check != NULL)
        g_assert_cmpint(count_rows(file->store, sequence->check), ==, 1);
}

static void test_the_dialogue(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_dialogue(file->store);
    static const struct {
        const char *sql;
        int64_t count;
    } rows[] = {
        {"SELECT count(*) FROM person", 52},
        {"SELECT count(*) FROM contact", 52},
        {"SELECT count(*) FROM unit", 6},
        {"SELECT count(*) FROM person WHERE unit_id IS NULL", 0},
        {"SELECT count(*) FROM person p JOIN unit u ON u.id = p.unit_id WHERE u.code = 'P1'", 9},
        {"SELECT count(*) FROM person p JOIN unit u ON u.id = p.unit_id WHERE u.code = 'C2'", 11},
        {"SELECT count(*) FROM person_attribute WHERE name = 'phong_co_so'", 52},
        {"SELECT added FROM roster_import", 52},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(count_rows(file->store, rows[i].sql), ==, rows[i].count);
}

static struct import_report *run(struct store *store, const char *roster, const char *units,
                                 bool dry_run, GError **error)
{
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    struct import_file roster_file = {roster, strlen(roster), "roster.csv"};
    struct import_file units_file = {units, units == NULL ? 0 : strlen(units), "units.csv"};
    struct import_options options = {
        .roster = &roster_file,
        .units = units == NULL ? NULL : &units_file,
        .group = "Hội viên",
        .by = "test",
        .dry_run = dry_run,
        .now = OPENING,
    };
    return import_run(store, &options, mistakes, error);
}

static const char mixed[] =
    "DANH SÁCH HỘI VIÊN,,,,,,\r\n" HEADING "1,Trần Văn An,1980,Nam,Thôn 1,,01672000345\r\n"
    "2,Trần Văn An,1980,Nam,Thôn 1,,0372000345\r\n"
    "3,Lê Thị Bình,1975,Nữ,Thôn 9,,0243 826 0001\r\n"
    "4,,1960,Nam,Thôn 1,,0912000346\r\n"
    ",Tổng cộng: 3 người,,,,,\r\n";
static const char hamlets[] = "ma,ma_cha,ten,loai\r\nX,,Xã A,xa\r\nT1,X,Thôn 1,thon\r\n";

static void test_a_dry_run_tells_the_truth_and_leaves_nothing(struct store_file *file,
                                                              gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    for (int dry = 1; dry >= 0; dry--) {
        struct import_report *report = run(file->store, mixed, hamlets, dry, &error);
        g_assert_no_error(error);
        g_assert_cmpuint(report->recognised, ==, 2);
        g_assert_cmpuint(report->changes[IMPORT_ADDED], ==, 2);
        g_assert_cmpuint(report->merged, ==, 1);
        g_assert_cmpuint(report->rejected, ==, 1);
        g_assert_cmpuint(report->no_phone, ==, 1);
        g_assert_cmpuint(report->converted, >=, 1);
        g_assert_cmpuint(report->warned, ==, 1);
        g_assert_cmpuint(report->units_added, ==, 2);
        g_assert_cmpuint(report->rows->len, ==, 7);
        g_assert_nonnull(strstr(report->rejects, "0912000346"));
        g_assert_null(strstr(report->rejects, "0372000345"));
        import_report_free(report);
        int64_t expected = dry ? 0 : 2;
        g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM person"), ==, expected);
        g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM unit"), ==, expected);
        g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM person_group_member"), ==,
                        expected);
    }
}

static void test_a_unit_outside_the_table_is_never_invented(struct store_file *file,
                                                            gconstpointer data)
{
    (void)data;
    struct import_report *report = import_text(file->store, mixed, hamlets, OPENING);
    const struct import_row *row = report->rows->pdata[4];
    g_assert_cmpuint(row->line, ==, 5);
    g_assert_cmpuint(row->warnings->len, ==, 1);
    g_assert_nonnull(strstr(row->warnings->pdata[0], "Thôn 9"));
    import_report_free(report);
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM unit"), ==, 2);
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM person WHERE unit_id IS NULL"),
                    ==, 1);
}

static void test_without_a_table_the_roster_names_the_units(struct store_file *file,
                                                            gconstpointer data)
{
    (void)data;
    static const char roster[] = "Họ và tên,Xã,Thôn,Số điện thoại\r\n"
                                 "Trần Văn An,Xã A,Thôn Hà,0912000345\r\n"
                                 "Lê Thị Bình,Xã A,THÔN HÀ,0912000346\r\n"
                                 "Lê Thị Chín,Xã A,Thôn Hạ,0912000347\r\n"
                                 "Lê Thị Mười,Xã B,Thôn Hà,0912000348\r\n";
    import_report_free(import_text(file->store, roster, NULL, OPENING));
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM unit"), ==, 5);
    g_assert_cmpint(count_rows(file->store,
                               "SELECT count(*) FROM person p JOIN unit u ON u.id = p.unit_id "
                               "WHERE u.name = 'Thôn Hà'"),
                    ==, 3);
    import_report_free(import_text(file->store, roster, NULL, OPENING + 1));
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM unit"), ==, 5);
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM person"), ==, 4);
}

static void test_a_households_code_wins_over_the_phone(struct store_file *file, gconstpointer data)
{
    (void)data;
    static const char roster[] = "Họ và tên,Mã hộ,Quan hệ với chủ hộ,Số điện thoại\r\n"
                                 "Trần Văn An,H1,Con,0912000345\r\n"
                                 "Trần Văn Ba,H1,Chủ hộ,0912000346\r\n"
                                 "Lê Thị Bình,H2,Chủ hộ,0912000345\r\n";
    import_report_free(import_text(file->store, roster, NULL, OPENING));
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM household"), ==, 2);
    g_assert_cmpint(count_rows(file->store, "SELECT sum(head) FROM person"), ==, 2);
}

static void test_every_column_of_a_wide_roster_is_kept(struct store_file *file, gconstpointer data)
{
    (void)data;
    enum { COLUMNS = 150 };
    g_autoptr(GString) heading = g_string_new("Họ và tên,Số điện thoại");
    g_autoptr(GString) person = g_string_new("Trần Văn An,0912000345");
    for (int i = 0; i < COLUMNS; i++) {
        g_string_append_printf(heading, ",Khoản thu %d", i);
        g_string_append_printf(person, ",%d đồng", i);
    }
    g_autofree char *roster = g_strconcat(heading->str, "\r\n", person->str, "\r\n", NULL);
    for (int round = 0; round < 2; round++) {
        import_report_free(import_text(file->store, roster, NULL, OPENING + round));
        g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM person_attribute"), ==,
                        COLUMNS);
    }
}

static void test_what_cannot_be_read_changes_nothing(struct store_file *file, gconstpointer data)
{
    (void)data;
    static const struct {
        const char *roster, *units;
    } rows[] = {
        {"a,b,c\r\n1,2,3\r\n", NULL},
        {HEADING, NULL},
        {HEADING "1,\"Trần Văn An,1980\r\n", NULL},
        {HEADING "1,Trần Văn An,1980,Nam,Thôn 1,,0912000345\r\n",
         "ma,ma_cha,ten\r\nA,NOWHERE,Thôn 1\r\n"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(run(file->store, rows[i].roster, rows[i].units, false, &error));
        g_assert_nonnull(error);
        g_assert_false(store_in_transaction(file->store));
        g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM roster_import"), ==, 0);
        g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM unit"), ==, 0);
    }
}

static void test_a_group_has_a_name_that_can_be_written(struct store_file *file, gconstpointer data)
{
    (void)data;
    static const char *const names[] = {"", " ", "a\nb", "to-truong "};
    static const char roster[] = HEADING "1,Trần Văn An,1980,Nam,Thôn 1,,0912000345\r\n";
    const struct import_file bytes = {roster, strlen(roster), "ds.csv"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) mistakes = mistakes_new();
        struct import_options options = {.roster = &bytes, .group = names[i], .by = "can bo"};
        g_assert_null(import_run(file->store, &options, mistakes, &error));
        g_assert_error(error, GROUP_ERROR, GROUP_ERROR_NAME);
        g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM person"), ==, 0);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(sequences); i++) {
        g_autofree char *path = g_strconcat("/import/", sequences[i].name, NULL);
        g_test_add(path, struct store_file, &sequences[i], store_file_open, test_sequence,
                   store_file_close);
    }
    const struct {
        const char *name;
        void (*run)(struct store_file *, gconstpointer);
    } tests[] = {
        {"/import/the dialogue is 52 people in five places", test_the_dialogue},
        {"/import/a dry run tells the truth and leaves nothing",
         test_a_dry_run_tells_the_truth_and_leaves_nothing},
        {"/import/a unit outside the table is never invented",
         test_a_unit_outside_the_table_is_never_invented},
        {"/import/without a table the roster names the units",
         test_without_a_table_the_roster_names_the_units},
        {"/import/a household's code wins over the phone",
         test_a_households_code_wins_over_the_phone},
        {"/import/a group has a name that can be written",
         test_a_group_has_a_name_that_can_be_written},
        {"/import/every column of a wide roster is kept",
         test_every_column_of_a_wide_roster_is_kept},
        {"/import/what cannot be read changes nothing", test_what_cannot_be_read_changes_nothing},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, struct store_file, NULL, store_file_open, tests[i].run,
                   store_file_close);
    return g_test_run();
}
