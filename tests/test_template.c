// SPDX-License-Identifier: GPL-2.0-or-later
// Texts with placeholders, filled and refused.
#include "campaigns/template.h"

struct render_row {
    const char *text, *rendered; /* NULL: refused, with */
    int code;
    const char *said;
};

static const struct render_row render_rows[] = {
    {"Kính mời {goi} {ten} dự họp.", "Kính mời bà Lê Thị Hoa dự họp.", 0, NULL},
    {"{ten}{ten}", "Lê Thị HoaLê Thị Hoa", 0, NULL},
    {"{HỌ TÊN} / {ho_ten} / { Họ  tên }", "Lê Thị Hoa / Lê Thị Hoa / Lê Thị Hoa", 0, NULL},
    {"{Phòng/Cơ sở}", "P1", 0, NULL},
    {"{ghi_chu}.", ".", 0, NULL},
    {"a {{ten}", "a {ten}", 0, NULL},
    {"a } b", "a } b", 0, NULL},
    {"{{{ten}", "{Lê Thị Hoa", 0, NULL},
    {"", "", 0, NULL},
    {"Chào {tenn}", NULL, TEMPLATE_ERROR_UNKNOWN,
     "nothing fills {tenn}: it is no column of the roster and no word of Loa"},
    {"Chào {ten", NULL, TEMPLATE_ERROR_SYNTAX,
     "\"{ten\": the brace is never closed; write {{ for one that is meant"},
    {"Chào {ten {goi}", NULL, TEMPLATE_ERROR_SYNTAX,
     "\"{ten {goi}\": the brace is never closed; write {{ for one that is meant"},
    {"Chào {}", NULL, TEMPLATE_ERROR_SYNTAX,
     "\"{}\" names nothing; write {{ for a brace that is meant"},
};

struct fold_row {
    const char *heading, *name;
};

static const struct fold_row fold_rows[] = {
    {"Phòng/Cơ sở", "phong_co_so"},
    {"Tổ công đoàn", "to_cong_doan"},
    {"Diện\nđối tượng (*)", "dien_doi_tuong"},
    {"  ", ""},
    {"Đảng viên", "dang_vien"},
    {"Số 1", "so_1"},
};

static const char *look_up(const char *name, void *data)
{
    (void)data;
    static const char *const values[][2] = {{"ten", "Lê Thị Hoa"},
                                            {"ho_ten", "Lê Thị Hoa"},
                                            {"goi", "bà"},
                                            {"phong_co_so", "P1"},
                                            {"ghi_chu", ""}};
    for (size_t i = 0; i < G_N_ELEMENTS(values); i++)
        if (g_str_equal(values[i][0], name))
            return values[i][1];
    return NULL;
}

static void texts_are_filled_or_refused(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(render_rows); i++) {
        const struct render_row *row = &render_rows[i];
        g_test_message("%s", row->text);
        g_autoptr(GError) error = NULL;
        g_autofree char *rendered = template_render(row->text, look_up, NULL, &error);
        g_assert_cmpstr(rendered, ==, row->rendered);
        if (row->rendered != NULL) {
            g_assert_no_error(error);
            continue;
        }
        g_assert_error(error, TEMPLATE_ERROR, row->code);
        g_assert_cmpstr(error->message, ==, row->said);
    }
}

static void fields_are_listed_once(void)
{
    g_auto(GStrv) fields = template_fields("{ten} {Tổ hội} {TEN} {{x} {lua_chon}", NULL);
    g_autofree char *joined = g_strjoinv(" ", fields);
    g_assert_cmpstr(joined, ==, "ten to_hoi lua_chon");
    g_autoptr(GError) error = NULL;
    g_assert_null(template_fields("{ten} {", &error));
    g_assert_error(error, TEMPLATE_ERROR, TEMPLATE_ERROR_SYNTAX);
}

static void headings_become_names(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(fold_rows); i++) {
        g_autofree char *name = template_fold(fold_rows[i].heading);
        g_assert_cmpstr(name, ==, fold_rows[i].name);
    }
}

static void some_words_are_known_everywhere(void)
{
    static const char *const words[] = {"ten", "ho_ten", "goi", "lua_chon", "so", "ngay", "don_vi"};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        g_assert_true(template_is_builtin(words[i]));
    g_assert_false(template_is_builtin("phong"));
    g_assert_cmpstr(template_salutation(SEX_MALE), ==, "ông");
    g_assert_cmpstr(template_salutation(SEX_FEMALE), ==, "bà");
    g_assert_cmpstr(template_salutation(SEX_UNKNOWN), ==, "ông/bà");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/template/texts are filled or refused", texts_are_filled_or_refused);
    g_test_add_func("/template/fields are listed once", fields_are_listed_once);
    g_test_add_func("/template/headings become names", headings_become_names);
    g_test_add_func("/template/some words are known everywhere", some_words_are_known_everywhere);
    return g_test_run();
}
