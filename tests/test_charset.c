// SPDX-License-Identifier: GPL-2.0-or-later
// Old encodings: every letter, what a list is likely written in, cells typed in a font.
#include "campaigns/charset.h"
#include "campaigns/charset_cells.h"
#include "campaigns/charset_guess.h"
#include "campaigns/roster_file.h"
#include "campaigns/syllable.h"

#include "tests/old_letters.h"

#include <string.h>

static void every_letter_is_read(void)
{
    for (enum old_form form = 0; form < OLD_FORM_COUNT; form++) {
        for (unsigned i = 0; i < OLD_LETTERS; i++) {
            /* In the fonts a capital with a tone is its small letter; alone, a VIQR mark is none.
             */
            bool lowered = form == OLD_TCVN3 && i >= OLD_SMALL;
            bool bare = form == OLD_VIQR;
            g_autofree char *text =
                g_strconcat(bare ? "" : "x", old_letters[i], bare ? "" : ",", NULL);
            GString *bytes = old_encode(text, form);
            g_autoptr(GError) error = NULL;
            g_autofree char *read =
                charset_decode(old_form_charset(form), bytes->str, bytes->len, &error);
            g_assert_no_error(error);
            g_autofree char *small = g_utf8_strdown(read, -1);
            g_autofree char *wanted = lowered ? g_utf8_strdown(text, -1) : g_strdup(text);
            g_test_message("%s %s", old_form_name(form), text);
            /* ă, â and their tones open no syllable of their own in VIQR's rule of words. */
            bool alone = form == OLD_VIQR && syllable_read(text, strlen(text)) == SYLLABLE_NONE;
            if (!alone)
                g_assert_cmpstr(lowered ? small : read, ==, wanted);
            g_string_free(bytes, TRUE);
        }
    }
}

static void capitals_of_fonts_are_capitals_again(void)
{
    static const struct {
        const char *cell, *read;
    } rows[] = {
        {"NGUYÔN V¡N HïNG", "NGUYỄN VĂN HÙNG"},           {"TRÇN THÞ Lý", "TRẦN THỊ LÝ"},
        {"NguyÔn V¨n Hïng", "Nguyễn Văn Hùng"},           {"§ç V¨n ót", "Đỗ Văn út"},
        {"1,L£ V¡N T¸M,Th«n H¹", "1,LÊ VĂN TÁM,Thôn Hạ"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *read = charset_reread(CHARSET_TCVN3, rows[i].cell);
        g_assert_cmpstr(read, ==, rows[i].read);
    }
}

/* --- Which encoding ------------------------------------------------------------------------- */

struct list_row {
    const char *name, *text;
};

static const struct list_row lists[] = {
    {"all tones",
     "DANH SÁCH HỘ NGHÈO,,,,\r\nSTT,Họ và tên,Ngày sinh,Thôn,Số điện thoại\r\n1,Nguyễn Văn "
     "Hùng,1/2/1970,Thôn "
     "Hạ,0912000345\r\n"
     "2,Trần Thị Thuý Hằng,3/4/1981,Thôn Thượng,0912000346\r\n3,Đỗ Hữu Nghĩa,1975,Xóm Đình,\r\n"
     "4,Lê Thị Mỹ Duyên,1990,Xóm Bến,0912000347\r\n5,Phạm Quốc Vượng,1966,Xóm Chợ,0912000348\r\n"},
    {"capitals", "TT,HỌ VÀ TÊN,ĐIỆN THOẠI\r\n1,NGUYỄN VĂN HÙNG,0912000345\r\n2,TRẦN THỊ THUÝ "
                 "HẰNG,0912000346\r\n"
                 "3,ĐỖ HỮU NGHĨA,0912000347\r\n4,PHẠM THỊ BƯỞI,0912000348\r\n"},
    {"three rows under an ASCII heading",
     "STT,Ho ten,SDT\n1,Nguyễn Văn Hùng,0912000345\n2,Trần Thị Hằng,0912000346\n3,Lê Quốc "
     "Vượng,0912000347\n"},
    {"few letters beyond ASCII",
     "STT,Ho ten,Thon,SDT\n1,Giàng A Páo,Nam Khum,0912000345\n2,Vàng Thị Sua,Nam Khum,0912000346\n"
     "3,Sùng A Vang,Nam Khum,0912000347\n4,Lý Minh Quang,Nam Khum,\n"},
    {"one column of names", "Họ tên;ĐT\nBùi Thị Nhàn;0912000345\nĐặng Thị Ngọc Ánh;0912000346\n"
                            "Hoàng Đức Lợi;0912000347\n"},
    {"a commune's heading over little",
     "UBND XÃ HÀ LINH;;\nDanh sách hộ nghèo;;\nHọ và tên;Thôn;Số điện "
     "thoại\nVõ Thị Sáu;Thôn 1;0912000345\n"},
};

static void a_list_tells_its_encoding(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        for (enum old_form form = 0; form < OLD_VIQR; form++) {
            g_test_message("%s in %s", lists[i].name, old_form_name(form));
            GString *bytes = old_encode(lists[i].text, form);
            gsize mark;
            g_assert_cmpint(charset_sniff(bytes->str, bytes->len, &mark), ==, CHARSET_UNSAID);
            g_autoptr(GPtrArray) guesses = charset_guess(bytes->str, bytes->len);
            g_assert_cmpuint(guesses->len, >, 0);
            const struct charset_guess *best = guesses->pdata[0];
            /* Where no capital has a tone, TCVN3 is the same and is named. */
            bool either = form == OLD_TCVN5712 && best->charset == CHARSET_TCVN3 &&
                          best->same == CHARSET_TCVN5712;
            if (!either)
                g_assert_cmpstr(charset_name(best->charset), ==,
                                charset_name(old_form_charset(form)));
            g_assert_cmpuint(best->percent, >=, 60);
            g_string_free(bytes, TRUE);
        }
    }
}

static void unicode_shows_itself(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        const char *text = lists[i].text;
        g_autofree char *apart = g_utf8_normalize(text, -1, G_NORMALIZE_NFD);
        g_autofree char *marked = g_strconcat("\xef\xbb\xbf", text, NULL);
        gsize big = 0, little = 0, mark;
        g_autofree char *wide = g_convert(text, -1, "UTF-16BE", "UTF-8", NULL, &big, NULL);
        g_autofree char *narrow = g_convert(text, -1, "UTF-16LE", "UTF-8", NULL, &little, NULL);
        const struct {
            const char *bytes;
            gsize length;
            enum charset charset;
        } rows[] = {{text, strlen(text), CHARSET_UTF8},
                    {apart, strlen(apart), CHARSET_UTF8},
                    {marked, strlen(marked), CHARSET_UTF8},
                    {wide, big, CHARSET_UTF16BE},
                    {narrow, little, CHARSET_UTF16LE}};
        for (size_t r = 0; r < G_N_ELEMENTS(rows); r++) {
            enum charset shown = charset_sniff(rows[r].bytes, rows[r].length, &mark);
            g_assert_cmpstr(charset_name(shown), ==, charset_name(rows[r].charset));
            g_autofree char *read = charset_decode(shown, rows[r].bytes, rows[r].length, NULL);
            g_assert_cmpstr(read, ==, text);
        }
    }
}

static void what_is_not_vietnamese_is_not_called_likely(void)
{
    static const char text[] =
        "Name,Phone\nJos\xe9 Mu\xf1oz,0912000345\nJ\xfcrgen M\xfcller,"
        "0912000346\nFran\xe7oise Lef\xe8vre,0912000347\nBj\xf8rn \xd8stby,\n";
    g_autoptr(GPtrArray) guesses = charset_guess(text, strlen(text));
    const struct charset_guess *best = guesses->pdata[0];
    g_assert_cmpuint(best->percent, <, 60);
}

struct fault_row {
    enum charset charset;
    const char *bytes, *said;
};

static const struct fault_row fault_rows[] = {
    {CHARSET_TCVN3, "a,b\nNguy\xc0n", "line 2, byte 5 (0xC0) is not TCVN3"},
    {CHARSET_TCVN3, "a\x02", "line 1, byte 2 (0x02) is not TCVN3"},
    {CHARSET_TCVN3, "x\xb3", "line 1, byte 2 (0xB3) is not TCVN3"},
    {CHARSET_VNI, "\n\nx\xd8", "line 3, byte 2 (0xD8) is not VNI-Windows"},
    {CHARSET_WINDOWS_1258, "t\xcc", "line 1, byte 2 (0xCC) is not Windows-1258"},
    {CHARSET_WINDOWS_1252, "\x81", "line 1, byte 1 (0x81) is not Windows-1252"},
    {CHARSET_VIQR, "abc\xff", "line 1, byte 4 (0xFF) is not UTF-8"},
    {CHARSET_UTF8, "L\xea", "line 1, byte 2 (0xEA) is not UTF-8"},
    {CHARSET_UTF8,
     "\xff\xfe"
     "ab",
     "the file begins with the mark of UTF-16LE, it is not UTF-8"},
};

static void a_byte_that_is_nothing_is_named(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(fault_rows); i++) {
        const struct fault_row *row = &fault_rows[i];
        g_autoptr(GError) error = NULL;
        g_assert_null(charset_decode(row->charset, row->bytes, strlen(row->bytes), &error));
        g_assert_error(error, CSV_ERROR, CSV_ERROR_ENCODING);
        g_assert_cmpstr(error->message, ==, row->said);
    }
}

static void viqr_marks_count_in_words_alone(void)
{
    static const struct {
        const char *typed, *read;
    } rows[] = {
        {"Nguye^~n Va(n Hu`ng", "Nguyễn Văn Hùng"},
        {"DDo^~ Hu+~u Nghi~a", "Đỗ Hữu Nghĩa"},
        {"PHA.M THI. BU+O+?I", "PHẠM THỊ BƯỞI"},
        {"Tp. HCM, 0912.000.345 (Zalo)", "Tp. HCM, 0912.000.345 (Zalo)"},
        {"Ly' Thuy'", "Lý Thuý"},
        {"So^' DDT", "Số ĐT"},
        {"xo'm 3 (be^n so^ng)", "xóm 3 (bên sông)"},
        {"O\\'Brien? ok", "O'Brien? ok"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *read =
            charset_decode(CHARSET_VIQR, rows[i].typed, strlen(rows[i].typed), NULL);
        g_assert_cmpstr(read, ==, rows[i].read);
    }
}

/* --- Cells typed in a font ------------------------------------------------------------------ */

static struct csv_table *table_of(const char *text)
{
    GError *error = NULL;
    struct csv_table *table = csv_read(text, strlen(text), &error);
    g_assert_no_error(error);
    return table;
}

static const char mixed[] = "STT,Tên,Thôn,SĐT\n1,NguyÔn V¨n Hïng,Thôn Hạ,0912000345\n"
                            "2,Bé,Thôn Thượng,0912000346\n3,TrÇn ThÞ B×nh,Bé,0912000347\n"
                            "4,Nguyễn Văn Lộc,Thôn Hạ,0912000348\n";

static void cells_of_a_font_go_with_their_column(void)
{
    struct csv_table *table = table_of(mixed);
    struct charset_finding finding;
    charset_cells_find(table, &finding);
    g_assert_cmpstr(charset_name(finding.charset), ==, "TCVN3");
    g_assert_cmpuint(finding.cells, ==, 2);
    g_autofree char *lines = charset_finding_lines(&finding);
    g_assert_cmpstr(lines, ==, "2, 4");
    charset_finding_clear(&finding);
    charset_cells_reread(table, CHARSET_TCVN3, &finding);
    static const struct {
        unsigned row, column;
        const char *cell;
    } cells[] = {{0, 1, "Tên"},           {1, 1, "Nguyễn Văn Hùng"},
                 {1, 2, "Thôn Hạ"},       {2, 1, "Bộ"},
                 {3, 1, "Trần Thị Bình"}, {3, 2, "Bé"},
                 {4, 1, "Nguyễn Văn Lộc"}};
    for (size_t i = 0; i < G_N_ELEMENTS(cells); i++)
        g_assert_cmpstr(csv_cell(table, cells[i].row, cells[i].column), ==, cells[i].cell);
    charset_finding_clear(&finding);
    csv_free(table);
}

static void clean_tables_are_not_suspected(void)
{
    static const char *const texts[] = {
        "STT,Họ tên,SĐT\n1,Lê Bé,0912000345\n2,Hà Thu,0912000346 (Zalo)\n3,Đỗ Út,\n",
        "STT,Ho ten,SDT\n1,Le Van Hoa,0912000345 (con gai)\n2,O'Brien,0912.000.346\n"
        "3,Tran Thi Hoa (me),\n4,Mr. Smith?,\n",
        "Name,Phone\nJosé Muñoz,0912000345\nLe "
        "Hoa,0912000346\nÝt,1\n4,\n5,\n6,\n7,\n8,\n9,\n10,\n11,\n",
        "Tên,SĐT\nH'Hen Niê,0912000345\nY Blô Êban,0912000346\nGiàng A Páo,0912000347\n",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        struct csv_table *table = table_of(texts[i]);
        struct charset_finding finding;
        charset_cells_find(table, &finding);
        g_assert_cmpstr(charset_name(finding.charset), ==, "");
        charset_finding_clear(&finding);
        csv_free(table);
    }
}

static void text_made_unicode_twice_is_found(void)
{
    static const char plain[] =
        "Họ tên,SĐT\nNguyễn Văn Hùng,0912000345\nTrần Thị Bình,0912000346\n";
    g_autofree char *twice = g_convert(plain, -1, "UTF-8", "ISO-8859-1", NULL, NULL, NULL);
    struct csv_table *table = table_of(twice);
    struct charset_finding finding;
    charset_cells_find(table, &finding);
    g_assert_cmpint(finding.charset, ==, CHARSET_TWICE);
    charset_finding_clear(&finding);
    charset_cells_reread(table, CHARSET_TWICE, &finding);
    g_assert_cmpstr(csv_cell(table, 1, 0), ==, "Nguyễn Văn Hùng");
    charset_finding_clear(&finding);
    csv_free(table);
}

/* --- Whole files ---------------------------------------------------------------------------- */

static void nothing_is_taken_by_a_guess(void)
{
    for (enum old_form form = 0; form < OLD_FORM_COUNT; form++) {
        GString *bytes = old_encode(lists[0].text, form);
        enum charset charset = old_form_charset(form);
        g_autofree char *option = g_strconcat("--encoding ", charset_option(charset), NULL);
        g_test_message("%s", old_form_name(form));
        struct roster_file file;
        struct roster_file_wish wish = {0};
        g_autoptr(GError) error = NULL;
        g_assert_false(roster_file_read(bytes->str, bytes->len, "ds.csv", &wish, &file, &error));
        g_assert_error(error, CSV_ERROR, CSV_ERROR_ENCODING);
        g_assert_nonnull(strstr(error->message, option));
        g_assert_nonnull(strstr(error->message, "Nguyễn Văn Hùng"));
        roster_file_clear(&file);
        for (int said = 0; said < 2; said++) {
            wish = (struct roster_file_wish){.charset = said ? charset : CHARSET_UNSAID,
                                             .preview = !said};
            g_assert_true(roster_file_read(bytes->str, bytes->len, "ds.csv", &wish, &file, NULL));
            g_assert_cmpint(file.guessed, ==, !said);
            g_assert_cmpint(file.guess, ==, said ? CHARSET_UNSAID : charset);
            g_assert_cmpstr(csv_cell(file.table, 2, 1), ==, "Nguyễn Văn Hùng");
            g_assert_cmpstr(csv_cell(file.table, 4, 1), ==, "Đỗ Hữu Nghĩa");
            roster_file_clear(&file);
        }
        g_string_free(bytes, TRUE);
    }
}

static void names_of_encodings_are_found(void)
{
    for (enum charset charset = CHARSET_UTF8; charset < CHARSET_COUNT; charset++) {
        g_assert_cmpint(charset_find(charset_option(charset)), ==, charset);
        g_assert_cmpint(charset_find(charset_name(charset)), ==, charset);
    }
    g_assert_cmpint(charset_find("TCVN3"), ==, CHARSET_TCVN3);
    g_assert_cmpint(charset_find("cp1258"), ==, CHARSET_WINDOWS_1258);
    g_assert_cmpint(charset_find("koi8-r"), ==, CHARSET_UNSAID);
    g_assert_cmpint(charset_find(""), ==, CHARSET_UNSAID);
}

static void spelling_tells_vietnamese(void)
{
    static const struct {
        const char *word;
        enum syllable syllable;
    } rows[] = {
        {"Nguyễn", SYLLABLE_COMMON}, {"NGUYỄN", SYLLABLE_COMMON}, {"quỳnh", SYLLABLE_COMMON},
        {"nghiêng", SYLLABLE_FITS},  {"Khuỷu", SYLLABLE_FITS},    {"giếng", SYLLABLE_FITS},
        {"gì", SYLLABLE_FITS},       {"uỵch", SYLLABLE_FITS},     {"nguyÔn", SYLLABLE_NONE},
        {"côc", SYLLABLE_NONE},      {"cộc", SYLLABLE_FITS},      {"kả", SYLLABLE_NONE},
        {"vaên", SYLLABLE_NONE},     {"hoa", SYLLABLE_NONE},      {"ngườì", SYLLABLE_NONE},
        {"V¨n", SYLLABLE_NONE},      {"Müller", SYLLABLE_NONE},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].word);
        g_assert_cmpint(syllable_read(rows[i].word, strlen(rows[i].word)), ==, rows[i].syllable);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/charset/every letter is read", every_letter_is_read);
    g_test_add_func("/charset/capitals of fonts are capitals again",
                    capitals_of_fonts_are_capitals_again);
    g_test_add_func("/charset/a list tells its encoding", a_list_tells_its_encoding);
    g_test_add_func("/charset/Unicode shows itself", unicode_shows_itself);
    g_test_add_func("/charset/what is not Vietnamese is not called likely",
                    what_is_not_vietnamese_is_not_called_likely);
    g_test_add_func("/charset/a byte that is nothing is named", a_byte_that_is_nothing_is_named);
    g_test_add_func("/charset/VIQR marks count in words alone", viqr_marks_count_in_words_alone);
    g_test_add_func("/charset/cells of a font go with their column",
                    cells_of_a_font_go_with_their_column);
    g_test_add_func("/charset/clean tables are not suspected", clean_tables_are_not_suspected);
    g_test_add_func("/charset/text made Unicode twice is found", text_made_unicode_twice_is_found);
    g_test_add_func("/charset/nothing is taken by a guess", nothing_is_taken_by_a_guess);
    g_test_add_func("/charset/names of encodings are found", names_of_encodings_are_found);
    g_test_add_func("/charset/spelling tells Vietnamese", spelling_tells_vietnamese);
    return g_test_run();
}
