// SPDX-License-Identifier: GPL-2.0-or-later
// Whom a campaign is for: units, groups, attributes; one recipient for each contact.
#include "campaigns/audience.h"
#include "tests/store_file.h"

static const char units[] = "ma,ma_cha,ten,loai\r\n"
                            "X,,Xã A,xa\r\nT1,X,Thôn 1,thon\r\nT2,X,Thôn 2,thon\r\nY,,Xã B,xa\r\n";
static const char roster[] =
    "Họ và tên,Năm sinh,Giới tính,Thôn,Mã hộ,Quan hệ với chủ hộ,Diện,Số điện thoại\r\n"
    "Trần Văn An,1980,Nam,Thôn 1,H1,Con,Hộ nghèo,0912000345\r\n"
    "Trần Văn Ba,1950,Nam,Thôn 1,H1,Chủ hộ,Hộ nghèo,0912000345\r\n"
    "Lê Thị Bình,1975,Nữ,Thôn 1,H2,Chủ hộ,,không có\r\n"
    "Lê Thị Chín,1976,Nữ,Thôn 2,H3,Chủ hộ,HỘ NGHÈO,0912000346\r\n"
    "Lê Thị Mười,1977,Nữ,Thôn 2,H4,Chủ hộ,hộ cận nghèo,0912000347\r\n"
    "Phạm Văn Tư,1978,Nam,Xã B,H5,Chủ hộ,,0912000348\r\n";

static const struct selection {
    const char *name, *audience;
    int64_t recipients, persons, households, no_phone, opted_out, shared;
} selections[] = {
    {"a unit with all below it", "units = [ \"X\" ];", 2, 5, 4, 1, 1, 1},
    {"one hamlet", "units = [ \"T1\" ];", 1, 3, 2, 1, 0, 1},
    {"a unit by its name", "units = [ \"thon 2\" ];", 1, 2, 2, 0, 1, 0},
    {"a code in small letters", "units = [ \"t2\" ];", 1, 2, 2, 0, 1, 0},
    {"two units that overlap count once", "units = [ \"X\", \"T1\" ];", 2, 5, 4, 1, 1, 1},
    {"an attribute, whatever its case and marks",
     "where = ( { attribute = \"diện\"; values = [ \"ho ngheo\" ]; } );", 2, 3, 2, 0, 0, 1},
    {"one of two values",
     "where = ( { attribute = \"Diện\"; values = [ \"Hộ nghèo\", \"Hộ cận nghèo\" ]; } );", 2, 4, 3,
     0, 1, 1},
    {"born before a year",
     "where = ( { attribute = \"nam_sinh\"; is = \"<\"; values = [ \"1976\" ]; } );", 1, 2, 2, 1, 0,
     0},
    {"of an age", "where = ( { attribute = \"tuoi\"; is = \">=\"; values = [ \"48\" ]; } );", 2, 3,
     3, 1, 0, 0},
    {"of no such kind",
     "units = [ \"T2\" ]; where = ( { attribute = \"Diện\"; is = \"!=\"; values = [ \"hộ nghèo\" "
     "]; } );",
     0, 1, 1, 0, 1, 0},
    {"all conditions must hold",
     "units = [ \"T2\" ]; where = ( { attribute = \"Diện\"; values = [ \"Hộ nghèo\" ]; }, "
     "{ attribute = \"Giới tính\"; values = [ \"nữ\" ]; } );",
     1, 1, 1, 0, 0, 0},
    {"a group within a unit", "units = [ \"X\" ]; groups = [ \"to vay von\" ];", 1, 1, 1, 0, 0, 0},
};

static void fill(struct store *store)
{
    import_report_free(import_text(store, roster, units, OPENING));
    static const char *const statements[] = {
        "INSERT INTO refusal SELECT id, '', 1 FROM contact WHERE phone = '+84912000347'",
        "INSERT INTO person_group (id, name) VALUES (1, 'To vay von')",
        "INSERT INTO person_group_member SELECT 1, id FROM person WHERE name IN ('Lê Thị Chín', "
        "'Phạm Văn Tư')",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(statements); i++)
        g_assert_true(sql_run(store, NULL, statements[i], ""));
}

static struct audience *choose(struct store *store, const char *audience, const char *const *fields,
                               GError **error)
{
    g_autofree char *text = g_strdup_printf(
        "code = \"A\"; title = \"t\"; kind = \"notice\"; text = \"x\"; audience = { %s };",
        audience);
    struct campaign_config config = {0};
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    g_assert_true(campaign_config_read(text, "a.conf", &config, mistakes));
    struct audience *chosen = audience_select(store, &config, "2024-06-10", fields, error);
    campaign_config_clear(&config);
    return chosen;
}

static const char *const no_fields[] = {NULL};

static void test_selection(struct store_file *file, gconstpointer data)
{
    const struct selection *selection = data;
    fill(file->store);
    g_autoptr(GError) error = NULL;
    struct audience *audience = choose(file->store, selection->audience, no_fields, &error);
    g_assert_no_error(error);
    g_assert_cmpint(audience->recipients->len, ==, selection->recipients);
    g_assert_cmpint(audience->persons, ==, selection->persons);
    g_assert_cmpint(audience->households, ==, selection->households);
    g_assert_cmpint(audience->counts[LEFT_OUT_NOT], ==, selection->recipients);
    g_assert_cmpint(audience->counts[LEFT_OUT_NO_PHONE], ==, selection->no_phone);
    g_assert_cmpint(audience->counts[LEFT_OUT_OPTED_OUT], ==, selection->opted_out);
    g_assert_cmpint(audience->counts[LEFT_OUT_SHARED], ==, selection->shared);
    g_assert_cmpint(audience->persons - audience->left_out->len, ==, selection->recipients);
    audience_free(audience);
}

static void test_the_head_of_the_household_is_addressed(struct store_file *file, gconstpointer data)
{
    (void)data;
    fill(file->store);
    static const char *const fields[] = {"dien", NULL};
    struct audience *audience = choose(file->store, "units = [ \"T1\" ];", fields, NULL);
    const struct recipient *recipient = audience->recipients->pdata[0];
    g_assert_cmpstr(recipient->name, ==, "Trần Văn Ba");
    g_assert_cmpstr(recipient->unit_name, ==, "Thôn 1");
    g_assert_cmpstr(recipient->values[0], ==, "Hộ nghèo");
    const struct recipient *son = audience->left_out->pdata[0];
    g_assert_cmpstr(son->name, ==, "Trần Văn An");
    g_assert_cmpint(son->left_out, ==, LEFT_OUT_SHARED);
    g_assert_nonnull(strstr(son->detail, "Trần Văn Ba"));
    const struct recipient *none = audience->left_out->pdata[1];
    g_assert_cmpint(none->left_out, ==, LEFT_OUT_NO_PHONE);
    g_assert_cmpstr(none->detail, !=, "");
    audience_free(audience);
}

static void test_unknown_places_are_faults(struct store_file *file, gconstpointer data)
{
    (void)data;
    fill(file->store);
    const char *const unknown[] = {"units = [ \"Z\" ];", "groups = [ \"z\" ];"};
    for (size_t i = 0; i < G_N_ELEMENTS(unknown); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(choose(file->store, unknown[i], no_fields, &error));
        g_assert_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(selections); i++) {
        g_autofree char *path = g_strconcat("/audience/", selections[i].name, NULL);
        g_test_add(path, struct store_file, &selections[i], store_file_open, test_selection,
                   store_file_close);
    }
    g_test_add("/audience/the head of the household is addressed", struct store_file, NULL,
               store_file_open, test_the_head_of_the_household_is_addressed, store_file_close);
    g_test_add("/audience/unknown places are faults", struct store_file, NULL, store_file_open,
               test_unknown_places_are_faults, store_file_close);
    return g_test_run();
}
