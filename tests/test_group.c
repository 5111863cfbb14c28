// SPDX-License-Identifier: GPL-2.0-or-later
// Groups: conditions, rules that are asked anew, lists, and campaigns that name either.
#include "campaigns/group.h"
#include "tests/store_file.h"

#include <string.h>

static const struct {
    const char *condition, *value; /* value NULL: the person has none */
    bool holds;
} conditions[] = {
    {"doan_vien=x", "x", true},
    {"Đoàn viên = X", "x", true},
    {"doan_vien=x", "", false},
    {"doan_vien=x", NULL, false},
    {"doan_vien=", NULL, true},
    {"doan_vien!=x", NULL, true},
    {"doan_vien!=x", "X", false},
    {"diện=Hộ nghèo|Hộ cận nghèo", "HO CAN NGHEO", true},
    {"diện=Hộ nghèo|Hộ cận nghèo", "Hộ khá", false},
    {"diện!=Hộ nghèo|Hộ cận nghèo", "ho ngheo", false},
    {"số con>=2", "2", true},
    {"số con>2", "2", false},
    {"số con<=2", " 2 ", true},
    {"số con<2", "2", false},
    {"số con≥2", "3", true},
    {"số con>=2", "nhiều", false},
    {"số con<2", NULL, false},
    {"thu_nhap>=1.200", "1500", true},
    {"thu_nhap>=1.200", "1.100", false},
    {"thu_nhap<1,5", "1,4", true},
    {"thu_nhap<1,5", "1.6", false},
    {"tuoi=18|19", "19", true},
    {"tuoi!=18", NULL, false}, /* an unknown age is no other age */
};

static void conditions_hold_or_not(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(conditions); i++) {
        g_autoptr(GError) error = NULL;
        g_test_message("%s of %s", conditions[i].condition, conditions[i].value);
        struct condition *condition = condition_read(conditions[i].condition, &error);
        g_assert_no_error(error);
        g_assert_cmpint(condition_holds(condition, conditions[i].value), ==, conditions[i].holds);
        condition_free(condition);
    }
}

static void bad_conditions_are_refused(void)
{
    static const char *const bad[] = {"",      "doan_vien", "=x",    "tuoi>=già",
                                      "tuoi>", "  <3",      "\xff=1"};
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(condition_read(bad[i], &error));
        g_assert_error(error, CONDITION_ERROR, CONDITION_ERROR_SYNTAX);
    }
}

/* ---- in a roster ---- */

static const char units[] = "ma,ma_cha,ten\nX,,Xã A\nT1,X,Thôn 1\nT2,X,Thôn 2\nY,,Xã B\n";
static const char roster[] =
    "Họ và tên,Ngày sinh,Giới tính,Thôn,Đoàn viên,Số con,Số điện thoại\n"
    "Trần Văn An,15/6/2006,Nam,Thôn 1,x,,0912000341\n" /* 1 */
    "Trần Thị Ba,2006,Nữ,Thôn 1,x,1,0912000342\n"      /* 2 */
    "Lê Thị Chín,1964,Nữ,Thôn 2,,3,0912000343\n"       /* 3 */
    "Lê Văn Dần,,Nam,Thôn 2,X,2,0912000344\n"          /* 4 */
    "Phạm Thị Em,10/6/1964,Nữ,Xã B,,2,0912000341\n";   /* 5, the phone of 1 */

static struct group_draft draft_of(const char *name, const char *const *given, const char *list)
{
    return (struct group_draft){.name = name,
                                .units = (char **)given,
                                .list = list,
                                .by = "Minh",
                                .now = OPENING,
                                .today = "2024-06-10"};
}

static const struct {
    const char *name;
    const char *units[3], *groups[3], *where[4];
    const char *today, *members; /* numbers */
} rules[] = {
    {"a unit with all below it", {"X"}, {NULL}, {NULL}, "2024-06-10", "1 2 3 4"},
    {"a unit by its name", {"thon 2"}, {NULL}, {NULL}, "2024-06-10", "3 4"},
    {"two units", {"T1", "Y"}, {NULL}, {NULL}, "2024-06-10", "1 2 5"},
    {"a column", {NULL}, {NULL}, {"doan_vien=x"}, "2024-06-10", "1 2 4"},
    {"all conditions must hold", {"X"}, {NULL}, {"doan_vien=x", "gioi_tinh=Nữ"}, "2024-06-10", "2"},
    {"one of two values", {NULL}, {NULL}, {"gioi_tinh=Nữ|Nam"}, "2024-06-10", "1 2 3 4 5"},
    {"of age on the day before a birthday; a mere year counts as full",
     {NULL},
     {NULL},
     {"tuoi>=18"},
     "2024-06-14",
     "2 3 5"},
    {"of age on the birthday", {NULL}, {NULL}, {"tuoi>=18"}, "2024-06-15", "1 2 3 5"},
    {"younger than 60", {NULL}, {NULL}, {"tuoi<60"}, "2024-06-09", "1 2 5"},
    {"between", {NULL}, {NULL}, {"tuoi>=18", "tuoi<60"}, "2024-06-09", "2 5"},
    {"a year of birth", {NULL}, {NULL}, {"nam_sinh=1964"}, "2024-06-10", "3 5"},
    {"numbers of a column", {NULL}, {NULL}, {"Số con>=2"}, "2024-06-10", "3 4 5"},
    {"a list within a rule", {NULL}, {"vay von"}, {"gioi_tinh=nu"}, "2024-06-10", "5"},
    {"a rule or a list", {NULL}, {"Vay von", "Doan"}, {NULL}, "2024-06-10", "1 2 4 5"},
    {"a rule within a rule", {"T1"}, {"Doan"}, {"tuoi=18"}, "2024-06-10", "2"},
};

static void fill(struct store *store)
{
    static const char *const where[] = {"doan_vien=x", NULL};
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    g_autoptr(GError) error = NULL;
    int64_t id = 0;
    import_report_free(import_text(store, roster, units, OPENING));
    struct group_draft list = draft_of("Vay von", NULL, "0912 000 341\n\n# ghi chú\n4\n");
    g_assert_true(group_create(store, &list, &id, mistakes, &error));
    struct group_draft rule = draft_of("Doan", NULL, NULL);
    rule.where = (char **)where;
    g_assert_true(group_create(store, &rule, &id, mistakes, &error));
}

static char *members_of(struct store *store, const char *name, const char *today)
{
    g_autoptr(GError) error = NULL;
    struct group_row *group = store_group_get(store, name, &error);
    g_assert_no_error(error);
    struct group_membership membership = {0};
    group_members(store, group, today, &membership, &error);
    g_assert_no_error(error);
    GString *numbers = g_string_new(NULL);
    for (unsigned i = 0; i < membership.persons->len; i++)
        g_string_append_printf(numbers, "%s%" G_GINT64_FORMAT, i == 0 ? "" : " ",
                               ((const struct recipient *)membership.persons->pdata[i])->person_id);
    group_membership_clear(&membership);
    group_row_free(group);
    return g_string_free(numbers, FALSE);
}

static void test_a_rule_is_asked_on_the_day(struct store_file *file, gconstpointer data)
{
    size_t row = GPOINTER_TO_SIZE(data);
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    g_autoptr(GError) error = NULL;
    int64_t id = 0;
    fill(file->store);
    struct group_draft draft = draft_of("Nhóm", rules[row].units, NULL);
    draft.groups = (char **)rules[row].groups;
    draft.where = (char **)rules[row].where;
    group_create(file->store, &draft, &id, mistakes, &error);
    g_assert_no_error(error);
    g_autofree char *members = members_of(file->store, "nhóm", rules[row].today);
    g_assert_cmpstr(members, ==, rules[row].members);
}

static const struct {
    const char *name, *group, *units[2], *groups[2], *where[2], *list;
    const char *sentence; /* part */
} refusals[] = {
    {"an unknown column",
     "N",
     {NULL},
     {NULL},
     {"mau_mat=xanh"},
     NULL,
     "no roster has a column \"mau_mat\"; there are: tuoi, gioi_tinh, nam_sinh, doan_vien"},
    {"no condition", "N", {NULL}, {NULL}, {"doan_vien"}, NULL, "is no condition"},
    {"an unknown unit", "N", {"Q"}, {NULL}, {NULL}, NULL, "no unit \"Q\""},
    {"an unknown group", "N", {NULL}, {"Q"}, {NULL}, NULL, "no group \"Q\""},
    {"itself", "N", {NULL}, {"N"}, {NULL}, NULL, "no group \"N\""},
    {"neither a rule nor a list", "N", {NULL}, {NULL}, {NULL}, NULL, "either a list"},
    {"a rule and a list", "N", {"X"}, {NULL}, {NULL}, "1\n", "either a list"},
    {"a name that is there", "doan", {"X"}, {NULL}, {NULL}, NULL, "already"},
    {"a name of digits", "12", {"X"}, {NULL}, {NULL}, NULL, "name"},
    {"no name", "", {"X"}, {NULL}, {NULL}, NULL, "name"},
    {"numbers that nobody has",
     "N",
     {NULL},
     {NULL},
     {NULL},
     "0912000341\n0912999999\nabc\n99\n",
     "3 lines"},
};

static void test_bad_drafts_are_refused(struct store_file *file, gconstpointer data)
{
    (void)data;
    fill(file->store);
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autoptr(GPtrArray) mistakes = mistakes_new();
        g_autoptr(GError) error = NULL;
        int64_t id = 0;
        struct group_draft draft = draft_of(refusals[i].group, refusals[i].units, refusals[i].list);
        draft.groups = (char **)refusals[i].groups;
        draft.where = (char **)refusals[i].where;
        g_test_message("%s", refusals[i].name);
        g_assert_false(group_create(file->store, &draft, &id, mistakes, &error));
        g_assert_nonnull(strstr(error->message, refusals[i].sentence));
        g_assert_false(store_in_transaction(file->store));
        g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM person_group"), ==, 2);
    }
}

static void test_rules_on_rules_end_somewhere(struct store_file *file, gconstpointer data)
{
    (void)data;
    fill(file->store);
    char before[16] = "Doan", name[16] = "";
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    bool made = true;
    int64_t id = 0;
    unsigned i = 0;
    for (; made && i < 20; i++) {
        static const char *const none[] = {NULL};
        char *groups[] = {before, NULL};
        g_snprintf(name, sizeof name, "R%u", i);
        struct group_draft draft = draft_of(name, none, NULL);
        draft.groups = groups;
        made = group_create(file->store, &draft, &id, mistakes, &error);
        g_strlcpy(before, name, sizeof before);
    }
    g_assert_false(made);
    g_assert_nonnull(strstr(error->message, "or more than 8 deep"));
    g_assert_false(store_in_transaction(file->store));
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM person_group"), ==, 2 + i - 1);
}

static void test_a_campaign_asks_a_rule_anew(struct store_file *file, gconstpointer data)
{
    (void)data;
    fill(file->store);
    static const char text[] = "code = \"A\"; title = \"t\"; kind = \"notice\"; text = \"x\"; "
                               "audience = { units = [ \"X\" ]; groups = [ \"Doan\" ]; };";
    struct campaign_config config = {0};
    static const char *const no_fields[] = {NULL};
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    g_assert_true(campaign_config_read(text, "a.conf", &config, mistakes));
    struct audience *audience =
        audience_select(file->store, &config, "2024-06-10", no_fields, NULL);
    g_assert_cmpint(audience->persons, ==, 3);
    audience_free(audience);
    static const char joins[] = "Họ và tên,Thôn,Đoàn viên,Số điện thoại\n"
                                "Lê Thị Chín,Thôn 2,x,0912000343\n";
    import_report_free(import_text(file->store, joins, NULL, OPENING));
    audience = audience_select(file->store, &config, "2024-06-10", no_fields, NULL);
    g_assert_cmpint(audience->persons, ==, 4);
    audience_free(audience);
    campaign_config_clear(&config);
}

static void test_names_are_found_as_they_are_typed(struct store_file *file, gconstpointer data)
{
    (void)data;
    static const struct {
        const char *typed;
        bool found;
    } rows[] = {
        {"Đảng viên", true}, {"đảng viên", true},       {"ĐẢNG VIÊN", true},
        {"Đản viên", false}, {"Đa\u0309ng viên", true}, {"Dang vien", false},
    };
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    int64_t id = 0;
    fill(file->store);
    struct group_draft draft = draft_of("Đảng viên", NULL, "1\n");
    g_assert_true(group_create(file->store, &draft, &id, mistakes, NULL));
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct group_row *row = store_group_get(file->store, rows[i].typed, NULL);
        g_test_message("%s", rows[i].typed);
        g_assert_cmpint(row != NULL, ==, rows[i].found);
        g_assert_true(row == NULL || row->id == id);
        group_row_free(row);
    }
    g_assert_false(group_create(file->store, &draft, &id, mistakes, NULL));
}

static void test_a_group_in_use_is_not_deleted(struct store_file *file, gconstpointer data)
{
    (void)data;
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    fill(file->store);
    g_autofree char *number =
        read_text(file->store, "SELECT CAST(id AS TEXT) FROM person_group WHERE name = 'Doan'");
    const char *const names[] = {"doan", number};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *const groups[] = {names[i], NULL};
        g_autoptr(GError) error = NULL;
        int64_t id = 0;
        struct group_draft draft = draft_of("Nhóm", NULL, NULL);
        draft.groups = (char **)groups;
        g_assert_true(group_create(file->store, &draft, &id, mistakes, NULL));
        g_assert_false(group_delete(file->store, "Doan", &error));
        g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
        g_assert_true(group_delete(file->store, "Nhóm", NULL));
    }
    g_assert_true(group_delete(file->store, "Doan", NULL));
    g_assert_true(group_delete(file->store, "Vay von", NULL));
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM person_group_member"), ==, 0);
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM person"), ==, 5);
}

static void test_nobody_is_imported_into_a_rule(struct store_file *file, gconstpointer data)
{
    (void)data;
    fill(file->store);
    const struct import_file bytes = {roster, strlen(roster), "ds.csv"};
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    g_autoptr(GError) error = NULL;
    struct import_options options = {.roster = &bytes, .group = "Doan", .by = "can bo"};
    g_assert_null(import_run(file->store, &options, mistakes, &error));
    g_assert_error(error, IMPORT_ERROR, IMPORT_ERROR_GROUP);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/group/conditions hold or not", conditions_hold_or_not);
    g_test_add_func("/group/bad conditions are refused", bad_conditions_are_refused);
    for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
        g_autofree char *name = g_strconcat("/group/rule: ", rules[i].name, NULL);
        g_test_add(name, struct store_file, GSIZE_TO_POINTER(i), store_file_open,
                   test_a_rule_is_asked_on_the_day, store_file_close);
    }
    static const struct {
        const char *name;
        void (*run)(struct store_file *, gconstpointer);
    } tests[] = {
        {"bad drafts are refused", test_bad_drafts_are_refused},
        {"rules on rules end somewhere", test_rules_on_rules_end_somewhere},
        {"a campaign asks a rule anew", test_a_campaign_asks_a_rule_anew},
        {"names are found as they are typed", test_names_are_found_as_they_are_typed},
        {"a group in use is not deleted", test_a_group_in_use_is_not_deleted},
        {"nobody is imported into a rule", test_nobody_is_imported_into_a_rule},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *name = g_strconcat("/group/", tests[i].name, NULL);
        g_test_add(name, struct store_file, NULL, store_file_open, tests[i].run, store_file_close);
    }
    return g_test_run();
}
