// SPDX-License-Identifier: GPL-2.0-or-later
// Rosters as they come: what every row was taken for, and the people in them.
#include "campaigns/roster.h"
#include "campaigns/roster_columns.h"
#include "campaigns/roster_value.h"

#include <string.h>

static const char dirty_file[] = "tests/rosters/dialogue-dirty.csv";

struct table_row {
    const char *name, *text;
    const char *expected; /* one line each: line outcome name|birth|sex|unit|phone */
};

static const struct table_row table_rows[] = {
    {"the shortest roster", "Tên,SĐT\nLan,0912000345\n",
     "1 header\n2 person Lan||||+84912000345\n"},
    {"a name in three columns", "STT,Họ,Tên đệm,Tên,SĐT\n1,Lê,Thị,Hoa,0912000345\n2,Vàng,,Páo,\n",
     "1 header\n2 person Lê Thị Hoa||||+84912000345\n3 no-phone Vàng Páo||||\n"},
    {"footers in the column of the row numbers",
     "STT,Họ tên,SĐT\n1,Lê Hoa,0912000345\nTổng cộng,1 người,\nNgười lập,Vũ An,0912000346\n",
     "1 header\n2 person Lê Hoa||||+84912000345\n3 footer\n4 footer\n"},
    {"a total with a row number", "STT,Họ tên,SĐT\n1,Cộng Thị Hoa,\n2,Tổng cộng,1\n",
     "1 header\n2 no-phone Cộng Thị Hoa||||\n3 footer\n"},
    {"titles, two heading rows, numbers below them, groups, totals, signatures",
     "UBND XÃ HÀ LINH;;;;;;\n"
     "Đơn vị: UBND xã Hà Linh;;;;;;\n"
     "\n"
     "TT;Họ và tên;Năm sinh;;Địa chỉ;Số ĐT;Ghi chú\n"
     ";;Nam;Nữ;;;\n"
     "(1);(2);(3);(4);(5);(6);(7)\n"
     "I;Thôn 1 (3 người);;;;;\n"
     "1;NGUYỄN VĂN HÙNG;1960;;;0912000345;\n"
     "3;Bản Thị Sen;;1970;;không có;\n"
     "4;Tống Công Minh;1950;;;;\n"
     ";Cộng thôn 1: 3 người;;;;;\n"
     "II. Thôn Hạ;;;;;;\n"
     "1;Giàng A Páo;1/2/80;;;0987000111;\n"
     "TT;Họ và tên;Năm sinh;;Địa chỉ;Số ĐT;Ghi chú\n"
     "2;H'HEN NIÊ;;x;;;\n"
     "3;;1960;;;0987000112;\n"
     "4;;;;;;\n"
     "Tổng cộng: 5 người;;;;;;\n"
     ";;;;Hà Linh, ngày 10 tháng 6 năm 2024;;\n"
     ";;;;NGƯỜI LẬP BIỂU;;\n"
     ";;;;Nguyễn Văn A;;\n",
     "1 title\n2 title\n3 empty\n4 header\n5 header\n6 header\n7 group\n"
     "8 person Nguyễn Văn Hùng|1960|male|Thôn 1|+84912000345\n"
     "9 no-phone Bản Thị Sen|1970|female|Thôn 1|\n"
     "10 no-phone Tống Công Minh|1950|male|Thôn 1|\n"
     "11 footer\n12 group\n"
     "13 person Giàng A Páo|1980-02-01|male|Thôn Hạ|+84987000111\n"
     "14 header\n"
     "15 no-phone H'Hen Niê||female|Thôn Hạ|\n"
     "16 rejected\n17 empty\n18 footer\n19 footer\n20 footer\n21 footer\n"},
    {"surname and given name",
     "STT,Họ đệm,Tên,Điện thoại\n1,Thạch Thị Sa,Rây,0912000345\n2,,Páo,\n",
     "1 header\n2 person Thạch Thị Sa Rây||||+84912000345\n3 no-phone Páo||||\n"},
    {"a name heading merged over two columns",
     "STT,Họ và tên,,SĐT\n1,Nguyễn Văn,An,0912000345\n2,Lê Thị,Hoa,0912000346\n",
     "1 header\n2 person Nguyễn Văn An||||+84912000345\n3 person Lê Thị Hoa||||+84912000346\n"},
    {"the phone stands in the second heading row",
     "STT,Họ và tên,Liên lạc với gia đình,\n,,Địa chỉ,SĐT\n1,Lê Thị Hoa,Thôn 2,0912000346\n",
     "1 header\n2 header\n3 person Lê Thị Hoa|||Thôn 2|+84912000346\n"},
    {"heads of households", "Mã hộ,Họ tên chủ hộ,Thôn/Xóm,Điện thoại\nH1,Lê Văn Tư,1,0912000346\n",
     "1 header\n2 person Lê Văn Tư|||Thôn 1|+84912000346\n"},
    {"no marks at all",
     "STT,Ho va ten,Nam sinh,Gioi tinh,Thon,So dien thoai\n"
     "1,Le Thi Hoa,1970,nu,Ha,0912000346\nTong cong: 1,,,,,\n",
     "1 header\n2 person Le Thi Hoa|1970|female|Ha|+84912000346\n3 footer\n"},
    {"the same person twice, and two brothers with one phone",
     "Họ tên,Năm sinh,SĐT\n"
     "Nguyễn Văn Hùng,,0912000345\nNGUYỄN VĂN HÙNG,1960,+84 912 000 345\n"
     "Nguyễn Văn Hưng,,0912000345\nNguyen Van Hung,1960,0912.000.345\n"
     "Nguyễn Văn Hùng,1985,0912000345\nNguyễn Văn Hùng,1960,0987000111\n",
     "1 header\n2 person Nguyễn Văn Hùng|1960|||+84912000345\n"
     "3 duplicate\n4 person Nguyễn Văn Hưng||||+84912000345\n5 duplicate\n"
     "6 person Nguyễn Văn Hùng|1985|||+84912000345\n"
     "7 person Nguyễn Văn Hùng|1960|||+84987000111\n"},
    {"one name and no phone may be many people",
     "Họ tên,Ngày sinh,Thôn,SĐT\nLê Thị Hoa,,Hạ,\nLê Thị Hoa,,Hạ,\n"
     "Lê Thị Lan,2/3/1960,Hạ,\nLê Thị Lan,02/03/1960,Hạ,\nLê Thị Lan,02/03/1960,Hà,\n",
     "1 header\n2 no-phone Lê Thị Hoa|||Hạ|\n3 no-phone Lê Thị Hoa|||Hạ|\n"
     "4 no-phone Lê Thị Lan|1960-03-02||Hạ|\n5 duplicate\n"
     "6 no-phone Lê Thị Lan|1960-03-02||Hà|\n"},
    {"a single text that is no name",
     "STT,Họ tên,SĐT\n1,Lê Hoa,0912000345\n,danh sách bổ sung đợt hai,\n",
     "1 header\n2 person Lê Hoa||||+84912000345\n3 rejected\n"},
    {"a year heading is not the column Nam", "Họ tên,Năm,SĐT\nLê Hoa,1970,0912000345\n",
     "1 header\n2 person Lê Hoa||||+84912000345\n"},
    {"the unit above stands in for the unit", "Họ tên,Xã,SĐT\nLê Hoa,Hà Linh,0912000345\n",
     "1 header\n2 person Lê Hoa|||Hà Linh|+84912000345\n"},
    {"two phone columns",
     "Họ tên,SĐT,SĐT người giám hộ\nLê Hoa,,0912000345\nLê Lan,0239 3855 000,\n",
     "1 header\n2 person Lê Hoa||||+84912000345\n3 no-phone Lê Lan||||\n"},
};

static char *describe(const struct roster *roster)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < roster->rows->len; i++) {
        const struct roster_row *row = g_ptr_array_index(roster->rows, i);
        g_string_append_printf(text, "%u %s", row->line, roster_outcome_name(row->outcome));
        if (row->outcome == ROW_PERSON || row->outcome == ROW_PERSON_NO_PHONE)
            g_string_append_printf(text, " %s|%s|%s|%s|%s", row->name,
                                   row->birth != NULL ? row->birth : "", roster_sex_name(row->sex),
                                   row->unit != NULL ? row->unit : "", row->phone.e164);
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}

static struct roster *read_bytes(const void *bytes, size_t length, struct csv_table **rettable)
{
    GError *error = NULL;
    *rettable = csv_read(bytes, length, &error);
    g_assert_no_error(error);
    struct roster *roster = roster_read(*rettable, &error);
    g_assert_no_error(error);
    return roster;
}

static void every_row_has_its_outcome(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(table_rows); i++) {
        const struct table_row *row = &table_rows[i];
        g_test_message("%s", row->name);
        struct csv_table *table;
        struct roster *roster = read_bytes(row->text, strlen(row->text), &table);
        g_autofree char *got = describe(roster);
        g_assert_cmpstr(got, ==, row->expected);
        for (guint r = 0; r < roster->rows->len; r++) {
            const struct roster_row *read = g_ptr_array_index(roster->rows, r);
            bool speaks_for_itself = read->outcome == ROW_PERSON || read->outcome == ROW_EMPTY;
            g_assert_true(speaks_for_itself || read->reason != NULL);
        }
        roster_free(roster);
        csv_free(table);
    }
}

static void check_dirty(const void *bytes, size_t length)
{
    struct csv_table *table;
    struct roster *roster = read_bytes(bytes, length, &table);
    g_assert_cmpuint(roster->persons, ==, 52);
    g_assert_cmpuint(roster->counts[ROW_PERSON], ==, 50);
    g_assert_cmpuint(roster->counts[ROW_PERSON_NO_PHONE], ==, 2);
    g_assert_cmpuint(roster->counts[ROW_DUPLICATE], ==, 1);
    g_assert_cmpuint(roster->counts[ROW_TITLE], ==, 3);
    g_assert_cmpuint(roster->counts[ROW_HEADER], ==, 1);
    g_assert_cmpuint(roster->counts[ROW_EMPTY], ==, 2);
    g_assert_cmpuint(roster->counts[ROW_FOOTER], ==, 4);
    g_assert_cmpuint(roster->counts[ROW_REJECTED], ==, 0);
    roster_free(roster);
    csv_free(table);
}

static void the_dirty_list_of_the_dialogue_has_52_people(void)
{
    g_autofree char *bytes = NULL;
    gsize length;
    g_assert_true(g_file_get_contents(dirty_file, &bytes, &length, NULL));
    check_dirty(bytes, length);
}

static char *to_utf16(const char *text, bool big, bool mark, size_t *retlength)
{
    glong units;
    gunichar2 *wide = g_utf8_to_utf16(text, -1, NULL, &units, NULL);
    GString *bytes = g_string_new(NULL);
    if (mark)
        g_string_append_len(bytes, big ? "\xfe\xff" : "\xff\xfe", 2);
    for (glong i = 0; i < units; i++) {
        char high = (char)(wide[i] >> 8), low = (char)(wide[i] & 0xFF);
        g_string_append_c(bytes, big ? high : low);
        g_string_append_c(bytes, big ? low : high);
    }
    g_free(wide);
    *retlength = bytes->len;
    return g_string_free(bytes, FALSE);
}

static void utf16_with_tabs_is_the_same_list(void)
{
    g_autofree char *bytes = NULL;
    g_assert_true(g_file_get_contents(dirty_file, &bytes, NULL, NULL));
    g_autofree char *tabbed = g_strdelimit(g_strdup(bytes + 3), ";", '\t');
    for (int variant = 0; variant < 4; variant++) {
        size_t length;
        g_autofree char *wide = to_utf16(tabbed, variant & 1, variant & 2, &length);
        check_dirty(wide, length);
    }
}

static void what_was_changed_is_told(void)
{
    static const char text[] =
        "Họ tên,Ngày sinh,CCCD,Mã số,SĐT,Tổ công đoàn\n"
        "LÊ HOA,1/2/80,042193001234,042193001235,912000345 / 01670001234 / 02393855000,Tổ 1\n";
    struct csv_table *table;
    struct roster *roster = read_bytes(text, strlen(text), &table);
    const struct roster_row *row = g_ptr_array_index(roster->rows, 1);
    static const char *const said[] = {
        "name \"LÊ HOA\" written as Lê Hoa",
        "birth \"1/2/80\" read as 1980-02-01",
        "912000345 read as +84912000345: the leading 0 was missing",
        "01670001234 is +84370001234 since 2018",
        "another number was left aside: a landline cannot receive SMS: invite in person",
        "an identity card number under \"Mã số\" was not taken over",
    };
    g_assert_cmpuint(row->conversions->len, ==, G_N_ELEMENTS(said));
    for (guint i = 0; i < G_N_ELEMENTS(said); i++)
        g_assert_cmpstr(g_ptr_array_index(row->conversions, i), ==, said[i]);
    g_assert_cmpuint(row->numbers->len, ==, 3);
    g_assert_cmpuint(row->attributes->len, ==, 2);
    const struct roster_attribute *numbers = g_ptr_array_index(row->attributes, 0);
    const struct roster_attribute *group = g_ptr_array_index(row->attributes, 1);
    g_assert_cmpstr(numbers->value, ==, "+84370001234, 02393855000");
    g_assert_cmpstr(group->heading, ==, "Tổ công đoàn");
    g_assert_cmpstr(group->value, ==, "Tổ 1");
    roster_free(roster);
    csv_free(table);
}

static void a_shared_phone_is_told(void)
{
    static const char text[] = "Họ tên,SĐT\nLê Hoa,0912000345\nLê Lan,0912000345\n";
    struct csv_table *table;
    struct roster *roster = read_bytes(text, strlen(text), &table);
    const struct roster_row *row = g_ptr_array_index(roster->rows, 2);
    g_assert_cmpstr(g_ptr_array_index(row->conversions, 0), ==, "shares its phone with line 2");
    g_assert_cmpuint(roster->persons, ==, 2);
    roster_free(roster);
    csv_free(table);
}

struct fault_row {
    const char *text, *said;
};

static const struct fault_row fault_rows[] = {
    {"", "the file is empty"},
    {"\n",
     "no heading row in the first 30 rows: it needs a column for the name (Họ và tên) and one "
     "for the phone (Số điện thoại); no heading was recognised"},
    {"Lan,0912000345\n",
     "no heading row in the first 30 rows: it needs a column for the name (Họ và tên) and one for "
     "the phone (Số điện thoại); no heading was recognised"},
    {"Danh sách,\nSTT,Họ và tên,Thôn\n1,Lê Hoa,Hạ\n",
     "no heading row in the first 30 rows: it needs a column for the name (Họ và tên) and one for "
     "the phone (Số điện thoại); line 2 has only \"STT\" (index), \"Họ và tên\" (name), \"Thôn\" "
     "(unit)"},
};

static void a_list_without_a_heading_is_refused(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(fault_rows); i++) {
        g_autoptr(GError) error = NULL;
        struct csv_table *table = csv_read(fault_rows[i].text, strlen(fault_rows[i].text), NULL);
        g_assert_null(roster_read(table, &error));
        g_assert_error(error, CSV_ERROR, CSV_ERROR_HEADING);
        g_assert_cmpstr(error->message, ==, fault_rows[i].said);
        csv_free(table);
    }
}

struct heading_row {
    const char *heading;
    enum roster_field field;
};

static const struct heading_row heading_rows[] = {
    {"STT", FIELD_INDEX},
    {"Số TT", FIELD_INDEX},
    {"SốTT", FIELD_INDEX},
    {"tt", FIELD_INDEX},
    {"Họ và tên", FIELD_NAME},
    {"HỌ TÊN", FIELD_NAME},
    {"Họ tên chủ hộ", FIELD_NAME},
    {"Họ và tên đoàn viên *", FIELD_NAME},
    {"Tên", FIELD_GIVEN},
    {"Họ đệm", FIELD_SURNAME},
    {"Tên đệm", FIELD_SURNAME},
    {"Ngày sinh", FIELD_BIRTH},
    {"Năm\nsinh", FIELD_BIRTH},
    {"Ngày, tháng, năm sinh", FIELD_BIRTH},
    {"Giới tính", FIELD_SEX},
    {"Nam", FIELD_MALE},
    {"Nữ (x)", FIELD_FEMALE},
    {"Năm", FIELD_OTHER},
    {"Số điện thoại", FIELD_PHONE},
    {"SĐT", FIELD_PHONE},
    {"sdt", FIELD_PHONE},
    {"Số ĐT", FIELD_PHONE},
    {"ĐT", FIELD_PHONE},
    {"S.Đ.T", FIELD_PHONE},
    {"Đ/T", FIELD_PHONE},
    {"Đ.thoại", FIELD_PHONE},
    {"Di động", FIELD_PHONE},
    {"DĐ", FIELD_PHONE},
    {"Liên hệ", FIELD_PHONE},
    {"SĐT Zalo", FIELD_PHONE},
    {"SĐT người giám hộ", FIELD_PHONE},
    {"Số điện thoại (ghi rõ)", FIELD_PHONE},
    {"So\u0302\u0301 đie\u0323\u0302n thoa\u0323i", FIELD_PHONE},
    {"CCCD", FIELD_IDENTITY},
    {"Số CCCD/CMND", FIELD_IDENTITY},
    {"CMND", FIELD_IDENTITY},
    {"Số ĐDCN", FIELD_IDENTITY},
    {"Căn cước công dân", FIELD_IDENTITY},
    {"Số định danh cá nhân", FIELD_IDENTITY},
    {"Thôn", FIELD_UNIT},
    {"Xóm", FIELD_UNIT},
    {"Ấp", FIELD_UNIT},
    {"Tổ", FIELD_UNIT},
    {"TDP", FIELD_UNIT},
    {"Tổ dân phố", FIELD_UNIT},
    {"Khu phố", FIELD_UNIT},
    {"Chi hội", FIELD_UNIT},
    {"Tổ hội", FIELD_UNIT},
    {"Phòng/Cơ sở", FIELD_UNIT},
    {"Khối/Thôn", FIELD_UNIT},
    {"Ấp - Khóm", FIELD_UNIT},
    {"Thôn/Số", FIELD_UNIT},
    {"Khối/Số", FIELD_OTHER},
    {"Xã", FIELD_COMMUNE},
    {"Xã/Phường/Đặc khu", FIELD_COMMUNE},
    {"Đơn vị", FIELD_COMMUNE},
    {"Địa chỉ", FIELD_COMMUNE},
    {"Diện đối tượng", FIELD_CATEGORY},
    {"Ghi chú", FIELD_CATEGORY},
    {"Loại hộ", FIELD_CATEGORY},
    {"Tổ công đoàn", FIELD_MEMBER},
    {"Chức vụ", FIELD_MEMBER},
    {"Ngày vào Đảng", FIELD_MEMBER},
    {"Mã hộ", FIELD_HOUSEHOLD},
    {"Quan hệ với chủ hộ", FIELD_RELATION},
    {"Số nhân khẩu", FIELD_OTHER},
    {"", FIELD_OTHER},
};

static void headings_are_recognised(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(heading_rows); i++) {
        g_test_message("%s", heading_rows[i].heading);
        unsigned rank;
        enum roster_field field = roster_field_of(heading_rows[i].heading, &rank);
        g_assert_cmpstr(roster_field_name(field), ==, roster_field_name(heading_rows[i].field));
    }
}

struct name_row {
    const char *cell, *name;
};

static const struct name_row name_rows[] = {
    {"NGUYỄN THỊ ÁNH", "Nguyễn Thị Ánh"},
    {"ĐẶNG ĐÌNH ỨNG", "Đặng Đình Ứng"},
    {"Nguyê\u0303n  Thi\u0323\u00a0Hoa ", "Nguyễn Thị Hoa"},
    {"H'HEN NIÊ", "H'Hen Niê"},
    {"Tẩn Láo Tả", "Tẩn Láo Tả"},
    {"McDonald", "McDonald"},
    {"Y", "Y"},
    {"A\u200bn", "An"},
    {"", ""},
};

static void names_are_made_one(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(name_rows); i++) {
        g_autofree char *name = roster_name_read(name_rows[i].cell);
        g_assert_cmpstr(name, ==, name_rows[i].name);
    }
}

struct birth_row {
    const char *cell;
    bool read;
    const char *birth;
    bool noted;
};

static const struct birth_row birth_rows[] = {
    {"28/09/1996", true, "1996-09-28", false},
    {"1/2/1980", true, "1980-02-01", false},
    {"1/2/80", true, "1980-02-01", true},
    {"01.02.1980", true, "1980-02-01", false},
    {"1-2-2005", true, "2005-02-01", false},
    {"1/2/05", true, "2005-02-01", true},
    {"1996-09-28", true, "1996-09-28", false},
    {"28/09/1996 00:00:00", true, "1996-09-28", false},
    {"1980", true, "1980", false},
    {"1980.0", true, "1980", false},
    {"80", true, "1980", true},
    {"29252", true, "1980-02-01", true},
    {"05/1980", true, "1980", true},
    {"09/28/1996", true, "1996-09-28", true},
    {"28091996", true, "1996-09-28", false},
    {"ngày 1 tháng 2 năm 1980", true, "1980-02-01", false},
    {"", true, NULL, false},
    {"-", true, NULL, false},
    {"31/02/1980", false, NULL, false},
    {"không nhớ", false, NULL, false},
    {"1/1/1800", false, NULL, false},
    {"123", false, NULL, false},
    {"x", false, NULL, false},
    {"99999999999", false, NULL, false},
};

static void birthdays_are_read(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(birth_rows); i++) {
        const struct birth_row *row = &birth_rows[i];
        g_test_message("%s", row->cell);
        g_autofree char *birth = NULL, *note = NULL;
        g_assert_cmpint(roster_birth_read(row->cell, &birth, &note), ==, row->read);
        g_assert_cmpstr(birth, ==, row->birth);
        g_assert_cmpint(note != NULL, ==, row->noted);
    }
}

static void a_large_list_is_read_whole(void)
{
    g_autoptr(GString) text = g_string_new("STT;Họ và tên;Thôn;Số điện thoại\r\n");
    for (unsigned i = 0; i < 20000; i++)
        g_string_append_printf(text, "%u;NGUYỄN VĂN %c%c;Thôn %u;09%08u\r\n", i + 1,
                               (char)('A' + i % 26), (char)('A' + i / 26 % 26), i % 12, i);
    struct csv_table *table;
    struct roster *roster = read_bytes(text->str, text->len, &table);
    g_assert_cmpuint(roster->persons, ==, 20000);
    roster_free(roster);
    csv_free(table);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/roster/every row has its outcome", every_row_has_its_outcome);
    g_test_add_func("/roster/the dirty list of the dialogue has 52 people",
                    the_dirty_list_of_the_dialogue_has_52_people);
    g_test_add_func("/roster/UTF-16 with tabs is the same list", utf16_with_tabs_is_the_same_list);
    g_test_add_func("/roster/what was changed is told", what_was_changed_is_told);
    g_test_add_func("/roster/a shared phone is told", a_shared_phone_is_told);
    g_test_add_func("/roster/a list without a heading is refused",
                    a_list_without_a_heading_is_refused);
    g_test_add_func("/roster/headings are recognised", headings_are_recognised);
    g_test_add_func("/roster/names are made one", names_are_made_one);
    g_test_add_func("/roster/birthdays are read", birthdays_are_read);
    g_test_add_func("/roster/a large list is read whole", a_large_list_is_read_whole);
    return g_test_run();
}
