// SPDX-License-Identifier: GPL-2.0-or-later
// What a campaign would send: both forms, their parts, the longest text, the cost, the hash.
#include "campaigns/preview.h"
#include "tests/store_file.h"

static struct preview *preview_of(struct store *store, const char *text)
{
    int64_t id = create_campaign(store, text, OPENING);
    g_autoptr(GError) error = NULL;
    struct preview *preview = preview_make(store, id, &test_terms, OPENING, &error);
    g_assert_no_error(error);
    return preview;
}

static void test_the_dialogue_costs_one_part_each(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_dialogue(file->store);
    struct preview *preview = preview_of(file->store, dialogue_file);
    g_assert_cmpuint(preview->audience->recipients->len, ==, 52);
    g_assert_cmpint(preview->sends, ==, FORM_UNMARKED);
    const struct preview_form *plain = &preview->form[FORM_UNMARKED];
    g_assert_cmpint(plain->gsm7, ==, 52);
    g_assert_cmpint(plain->parts, ==, 52);
    g_assert_cmpint(plain->by_parts[1], ==, 52);
    g_assert_cmpint(plain->cost, ==, 52 * 250);
    g_assert_cmpstr(plain->offending, ==, "");
    g_assert_cmpstr(plain->longest_name, ==, "Nguyễn Thị Ngọc Nhung");
    g_assert_nonnull(strstr(plain->longest, "Nguyen Thi Ngoc Nhung"));
    const struct preview_form *marked = &preview->form[FORM_MARKED];
    g_assert_cmpint(marked->ucs2, ==, 52);
    g_assert_cmpint(marked->by_parts[3], ==, 52);
    g_assert_cmpint(marked->cost, ==, 52 * 3 * 250);
    g_assert_nonnull(strstr(marked->offending, "Đ"));
    g_assert_null(strstr(marked->offending, "à"));
    g_assert_cmpuint(strlen(preview->hash), ==, 64);
    preview_free(preview);
}

static const struct text_row {
    const char *name, *settings, *sample, *offending;
    int64_t parts;
} texts[] = {
    {"an attribute fills its placeholder", "text = \"{ho_ten}: {phong_co_so}, {to_cong_doan}\";",
     "Dinh Thanh Uoc: Phong To chuc - Hanh chinh, To 1", "", 9},
    {"a unit and a form of address", "text = \"Kinh gui {goi} {ten}, {don_vi}\";",
     "Kinh gui ong Dinh Thanh Uoc, Phong To chuc - Hanh chinh", "", 9},
    {"marks are kept where they are sent", "text_marked = \"Chào {ten}\"; send_marked = true;",
     "Chào Đinh Thanh Ước", "ĐƯớờ", 9},
    {"what is not a letter stays and costs", "text = \"Chào {ten} – họp\";",
     "Chao Dinh Thanh Uoc – hop", "–", 9},
    {"a marked text alone is unmarked to be sent", "text_marked = \"Mời {ten} họp\";",
     "Moi Dinh Thanh Uoc hop", "", 9},
    {"a brace is written twice", "text = \"{{{ten}\";", "{Dinh Thanh Uoc", "", 9},
};

static void test_text(struct store_file *file, gconstpointer data)
{
    const struct text_row *row = data;
    import_dialogue(file->store);
    g_autofree char *text = g_strconcat(
        "code = \"T\"; title = \"t\"; kind = \"notice\"; audience = { units = [ \"P1\" ]; }; ",
        row->settings, NULL);
    struct preview *preview = preview_of(file->store, text);
    const struct preview_form *form = &preview->form[preview->sends];
    g_assert_cmpstr(form->sample, ==, row->sample);
    g_assert_cmpint(form->parts, ==, row->parts);
    if (preview->sends == FORM_UNMARKED)
        g_assert_cmpstr(form->offending, ==, row->offending);
    else
        g_assert_cmpint(form->ucs2, >, 0);
    preview_free(preview);
}

static void test_a_long_name_overflows(struct store_file *file, gconstpointer data)
{
    (void)data;
    g_autofree char *roster = g_strdup("Họ và tên,Số điện thoại\r\n"
                                       "An Văn Ba,0912000345\r\n"
                                       "Công Tằng Tôn Nữ Thị Huyền Trân Châu,0912000346\r\n");
    import_report_free(import_text(file->store, roster, NULL, OPENING));
    g_assert_true(
        sql_run(file->store, NULL, "INSERT INTO person_group (id, name) VALUES (1, 'all')", ""));
    g_assert_true(
        sql_run(file->store, NULL, "INSERT INTO person_group_member SELECT 1, id FROM person", ""));
    g_autofree char *filler = g_strnfill(150, 'x');
    g_autofree char *text = g_strdup_printf(
        "code = \"T\"; title = \"t\"; kind = \"notice\"; audience = { groups = [ \"all\" ]; }; "
        "text = \"{ten}%s\";",
        filler);
    struct preview *preview = preview_of(file->store, text);
    const struct preview_form *form = &preview->form[FORM_UNMARKED];
    g_assert_cmpint(form->by_parts[1], ==, 1);
    g_assert_cmpint(form->by_parts[2], ==, 1);
    g_assert_cmpstr(form->longest_name, ==, "Công Tằng Tôn Nữ Thị Huyền Trân Châu");
    g_assert_cmpuint(form->longest_parts, ==, 2);
    preview_free(preview);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/preview/the dialogue costs one part each", struct store_file, NULL,
               store_file_open, test_the_dialogue_costs_one_part_each, store_file_close);
    g_test_add("/preview/a long name overflows", struct store_file, NULL, store_file_open,
               test_a_long_name_overflows, store_file_close);
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *path = g_strconcat("/preview/", texts[i].name, NULL);
        g_test_add(path, struct store_file, &texts[i], store_file_open, test_text,
                   store_file_close);
    }
    return g_test_run();
}
