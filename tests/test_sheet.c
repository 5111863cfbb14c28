// SPDX-License-Identifier: GPL-2.0-or-later
// Reports as CSV, HTML and XLSX: what is printed, and that nothing people wrote does harm there.
#include "campaigns/sheet.h"

#include <string.h>
#include <zip.h>

/* What a household wrote, and what CSV and HTML make of it. */
static const struct {
    const char *name, *text, *csv, *html;
} texts[] = {
    {"plain words", "Đinh Thanh Ước", "Đinh Thanh Ước", "Đinh Thanh Ước"},
    {"a formula", "=1+1", "'=1+1", "=1+1"},
    {"a formula with a comma", "=HYPERLINK(\"http://x\",\"y\")",
     "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"",
     "=HYPERLINK(&quot;http://x&quot;,&quot;y&quot;)"},
    {"plus", "+84912", "+84912", "+84912"},
    {"plus and more", "+84912+1", "'+84912+1", "+84912+1"},
    {"minus", "-2+3", "'-2+3", "-2+3"},
    {"at", "@SUM(A1)", "'@SUM(A1)", "@SUM(A1)"},
    {"blanks before it", "  =1", "\"'  =1\"", "  =1"},
    {"full width", "＝1", "'＝1", "＝1"},
    {"an equals sign inside", "a=1", "a=1", "a=1"},
    {"quotes", "\"x\"", "\"\"\"x\"\"\"", "&quot;x&quot;"},
    {"a separator of the south", "a;b", "\"a;b\"", "a;b"},
    {"two lines", "a\nb", "\"a\nb\"", "a\nb"},
    {"a script", "<script>alert(1)</script>", "<script>alert(1)</script>",
     "&lt;script&gt;alert(1)&lt;/script&gt;"},
    {"an end of the cell", "</td>&amp;'", "\"</td>&amp;'\"", "&lt;/td&gt;&amp;amp;&apos;"},
    {"bytes that are no UTF-8", "a\xff", "a�", "a�"},
    {"a control character", "a\x01", "a�", "a�"},
    {"what XML forbids", "a\xEF\xBF\xBF", "a�", "a�"},
};

static char *text_of(GBytes *bytes)
{
    char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    g_bytes_unref(bytes);
    return text;
}

static struct sheet *sheet_of(const char *text)
{
    struct sheet *sheet = sheet_new("Biểu");
    sheet_column(sheet, "Họ và tên", SHEET_TEXT);
    sheet_row(sheet, SHEET_ROW, 0);
    sheet_put_text(sheet, text);
    return sheet;
}

static void test_texts(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_test_message("%s", texts[i].name);
        struct sheet *sheet = sheet_of(texts[i].text);
        g_autofree char *csv = text_of(sheet_csv(sheet));
        g_autofree char *expected =
            g_strconcat("\xEF\xBB\xBFHọ và tên\r\n", texts[i].csv, "\r\n", NULL);
        g_assert_cmpstr(csv, ==, expected);
        g_autofree char *html = text_of(sheet_html(sheet));
        g_autofree char *cell = g_strconcat("<td class=\"t\">", texts[i].html, "</td></tr>", NULL);
        g_assert_nonnull(strstr(html, cell));
        sheet_free(sheet);
    }
}

/* 18/6/2024 00:30 in Việt Nam is still 17/6 in UTC. */
#define MOMENT INT64_C(1718645400000)

static struct sheet *sample(void)
{
    struct sheet *sheet = sheet_new("Tổng hợp & kết quả");
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Asia/Ho_Chi_Minh");
    sheet->parent = g_strdup("Tỉnh <X>");
    sheet->organisation = g_strdup("UBND xã A");
    sheet->subtitle = g_strdup("Đối thoại");
    sheet->as_of = g_strdup("Số liệu tính đến 17 giờ 00");
    sheet->place_date = g_strdup("Xã A, ngày 18 tháng 6 năm 2024");
    sheet_column(sheet, "Đơn vị", SHEET_TEXT);
    sheet_column(sheet, "Số người", SHEET_INTEGER);
    sheet_column(sheet, "Tỷ lệ", SHEET_PERCENT);
    sheet_column(sheet, "Ngày", SHEET_DATE);
    sheet_column(sheet, "Điện thoại", SHEET_PHONE);
    sheet_section(sheet, "Thôn %d", 1);
    sheet_row(sheet, SHEET_ROW, 2);
    sheet_put_text(sheet, "=1+1");
    sheet_put_count(sheet, 5070613);
    sheet_put_percent(sheet, 41, 80);
    sheet_put_date(sheet, MOMENT, zone);
    sheet_put_phone(sheet, "+84912000341");
    sheet_row(sheet, SHEET_ROW, 0);
    sheet_put_nothing(sheet);
    sheet_put_count(sheet, INT64_C(9007199254740993));
    sheet_put_percent(sheet, 0, 0);
    sheet_put_date(sheet, 0, zone);
    sheet_put_phone(sheet, "");
    sheet_row(sheet, SHEET_TOTAL, 0);
    sheet_put_text(sheet, "Tổng cộng");
    sheet_note(sheet, "Thăm dò, %d", 1);
    return sheet;
}

static void test_the_whole_as_csv(void)
{
    struct sheet *sheet = sample();
    g_autofree char *csv = text_of(sheet_csv(sheet));
    g_assert_cmpstr(csv, ==,
                    "\xEF\xBB\xBFMục,Đơn vị,Số người,Tỷ lệ,Ngày,Điện thoại\r\n"
                    "Thôn 1,'=1+1,5070613,51.3,18/06/2024,0912 000 341\r\n"
                    "Thôn 1,,9007199254740993,,,\r\n"
                    ",Tổng cộng,,,,\r\n"
                    "\"Ghi chú: Thăm dò, 1\",,,,,\r\n");
    sheet_free(sheet);
}

static const char *const pieces[] = {
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Tỉnh &lt;X&gt;",
    "<h1>Tổng hợp &amp; kết quả</h1>",
    "Số liệu tính đến 17 giờ 00",
    "<td colspan=\"5\">Thôn 1</td>",
    "<td class=\"n\">5.070.613</td><td class=\"n\">51,3 %</td>",
    "<td class=\"c\">18/06/2024</td><td class=\"c\">0912 000 341</td>",
    "<td class=\"n\">9.007.199.254.740.993</td><td class=\"n\"></td><td class=\"c\"></td>",
    "<tr class=\"total\">",
    "Thăm dò, 1",
    "Xã A, ngày 18 tháng 6 năm 2024",
    "NGƯỜI LẬP BIỂU",
    "THỦ TRƯỞNG ĐƠN VỊ",
    "@page{size:A4;",
    "default-src 'none'",
};

static void test_the_whole_as_html(void)
{
    struct sheet *sheet = sample();
    g_autofree char *html = text_of(sheet_html(sheet));
    for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_test_message("%s", pieces[i]);
        g_assert_nonnull(strstr(html, pieces[i]));
    }
    g_assert_null(strstr(html, "://"));
    g_assert_null(strstr(html, "<script"));
    sheet_free(sheet);
}

static void test_many_columns_lie_across(void)
{
    struct sheet *sheet = sheet_new("Biểu");
    for (int i = 0; i < 9; i++)
        sheet_column(sheet, "Cột", SHEET_INTEGER);
    g_autofree char *html = text_of(sheet_html(sheet));
    g_assert_nonnull(strstr(html, "size:A4 landscape"));
    sheet_free(sheet);
}

/* A file of the archive as text. */
static char *unzip(GBytes *book, const char *name)
{
    zip_error_t error;
    zip_source_t *source =
        zip_source_buffer_create(g_bytes_get_data(book, NULL), g_bytes_get_size(book), 0, &error);
    zip_t *archive = zip_open_from_source(source, ZIP_RDONLY, &error);
    g_assert_nonnull(archive);
    zip_stat_t stat;
    g_assert_cmpint(zip_stat(archive, name, 0, &stat), ==, 0);
    char *text = g_malloc0(stat.size + 1);
    zip_file_t *file = zip_fopen(archive, name, 0);
    g_assert_cmpint(zip_fread(file, text, stat.size), ==, (int64_t)stat.size);
    zip_fclose(file);
    zip_close(archive);
    return text;
}

static void test_the_whole_as_xlsx(void)
{
    struct sheet *sheet = sample();
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) book = sheet_xlsx(sheet, &error);
    g_assert_no_error(error);
    g_autofree char *page = unzip(book, "xl/worksheets/sheet1.xml"),
                    *strings = unzip(book, "xl/sharedStrings.xml"),
                    *workbook = unzip(book, "xl/workbook.xml");
    static const char *const numbers[] = {"<v>5070613</v>",   "<v>0.5125</v>",
                                          "<v>45461</v>",     "paperSize=\"9\"",
                                          "state=\"frozen\"", "topLeftCell=\"A7\""};
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_test_message("%s", numbers[i]);
        g_assert_nonnull(strstr(page, numbers[i]));
    }
    g_assert_null(strstr(page, "<f>"));
    static const char *const words[] = {"<t>=1+1</t>", "<t>0912 000 341</t>",
                                        "<t>9.007.199.254.740.993</t>", "<t>TỈNH &lt;X&gt;</t>",
                                        "<t>Thăm dò, 1</t>"};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        g_test_message("%s", words[i]);
        g_assert_nonnull(strstr(strings, words[i]));
    }
    g_assert_nonnull(strstr(workbook, "_xlnm.Print_Titles"));
    g_assert_nonnull(strstr(workbook, "$6:$6"));
    sheet_free(sheet);
}

static void test_one_column_and_long_texts_fit_a_workbook(void)
{
    g_autofree char *text = g_strnfill(40000, 'a');
    struct sheet *sheet = sheet_of(text);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) book = sheet_xlsx(sheet, &error);
    g_assert_no_error(error);
    g_assert_nonnull(book);
    sheet_free(sheet);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sheet/texts of people", test_texts);
    g_test_add_func("/sheet/the whole as CSV", test_the_whole_as_csv);
    g_test_add_func("/sheet/the whole as HTML", test_the_whole_as_html);
    g_test_add_func("/sheet/many columns lie across", test_many_columns_lie_across);
    g_test_add_func("/sheet/the whole as XLSX", test_the_whole_as_xlsx);
    g_test_add_func("/sheet/one column and long texts fit a workbook",
                    test_one_column_and_long_texts_fit_a_workbook);
    return g_test_run();
}
