// SPDX-License-Identifier: GPL-2.0-or-later
// Where the people of a roster belong when it calls units by what they were.
#include "campaigns/store/units.h"
#include "campaigns/unit_change.h"
#include "tests/merger_table.h"
#include "tests/store_file.h"

#include <string.h>

static const char plain_units[] = "ma,ma_cha,ten,loai\nP,,Tỉnh P,tinh\nH1,P,Huyện 1,huyen\n"
                                  "H2,P,Huyện 2,huyen\nA,H1,Xã A,xa\nB,H1,Xã B,xa\nC,H2,Xã C,xa\n"
                                  "A1,A,Thôn 1,thon\nB1,B,Thôn 1,thon\nC1,C,Thôn 1,thon\n";
static const char plain_roster[] = "Họ và tên,Xã,Thôn,Số điện thoại\nTrần Văn An,Xã A,Thôn 1,"
                                   "0912000341\nTrần Văn Ba,Xã B,Thôn 1,0912000342\n"
                                   "Trần Văn Cả,Xã A,,0912000343\n";

static char *tree_words(struct store *store, const char *day)
{
    struct unit_history *history = store_history_load(store, NULL);
    struct unit_day *tree = unit_day_new(history, day);
    GString *words = g_string_new(NULL);
    for (unsigned i = 0; i < unit_history_count(history); i++) {
        const struct unit_past *past = unit_history_at(history, i);
        const struct dated_unit *unit = unit_day_get(tree, past->id);
        if (unit == NULL)
            continue;
        const struct dated_unit *parent = unit_day_get(tree, unit->parent_id);
        g_string_append_printf(words, "%s<%s:%s ", unit->code, parent == NULL ? "" : parent->code,
                               unit->name);
    }
    unit_day_free(tree);
    unit_history_free(history);
    return g_string_free(words, FALSE);
}

static void merge(struct store *store, const char *one, const char *other)
{
    const char *const units[] = {one, other, NULL};
    const struct unit_change change = {.kind = UNIT_MERGE,
                                       .units = units,
                                       .into = "N",
                                       .name = "Xã N",
                                       .on = "2024-01-01",
                                       .by = "Minh",
                                       .now = OPENING};
    g_autoptr(GPtrArray) events = NULL;
    g_autoptr(GError) error = NULL;
    unit_change_make(store, &change, &events, &error);
    g_assert_no_error(error);
}

static const struct {
    const char *name, *commune, *hamlet;
    const char *code, *note, *warning; /* parts; NULL: none */
} roster_rows[] = {
    {"the new commune and a hamlet of one name", "Xã Mới", "Thôn 2", "B2", NULL, NULL},
    {"two hamlets of one name in the new commune", "Xã Mới", "Thôn 1", "N", NULL, "twice"},
    {"told apart by the old commune", "Xã A", "Thôn 1", "A1", "Xã Mới now", NULL},
    {"and by the other", "Xã B", "Thôn 1", "B1", "Xã Mới now", NULL},
    {"by another spelling of it", "xa be", "thon 1", "B1", "Xã Mới now", NULL},
    {"a hamlet the old commune never had", "Xã A", "Thôn 2", "N", "Xã Mới now", "Thôn 2"},
    {"the old commune alone", "Xã A", "", "N", "Xã Mới now", NULL},
    {"a hamlet that ended", "Xã Mới", "Thôn 9", "N", "old name", NULL},
    {"an old name of a unit that is called otherwise", "Xã Rừng", "", "R", "Phường Bắc Hà now",
     NULL},
    {"today's name", "Phường Bắc Hà", "", "R", NULL, NULL},
    {"the district that is no more", "Huyện Một", "", "P", "Tỉnh Cũ now", NULL},
    {"nobody knows it", "Xã Lạ", "", NULL, NULL, "Xã Lạ"},
};

static char *unit_of(struct store *store, int64_t person_id)
{
    sqlite3_stmt *statement = sql_bind(store,
                                       "SELECT u.code FROM person p LEFT JOIN unit u "
                                       "ON u.id = p.unit_id WHERE p.id = ?1",
                                       "i", person_id);
    g_assert_cmpint(sql_step(statement, NULL), ==, 1);
    char *code = sql_text(statement, 0);
    sqlite3_reset(statement);
    return code;
}

static void test_rosters_may_use_old_names(struct store_file *file, gconstpointer data)
{
    (void)data;
    /* 1/8/2025 */
    const int64_t now = INT64_C(1754010000000);
    g_autoptr(GString) roster = g_string_new("Họ và tên,Xã,Thôn,Số điện thoại\n");
    for (size_t i = 0; i < G_N_ELEMENTS(roster_rows); i++)
        g_string_append_printf(roster, "Trần Văn %c,%s,%s,09120003%02zu\n", (char)('A' + i),
                               roster_rows[i].commune, roster_rows[i].hamlet, i);
    struct import_report *report = import_text(file->store, roster->str, merger_table, now);
    unsigned without = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(roster_rows); i++) {
        g_test_message("%s", roster_rows[i].name);
        const struct import_row *row = report->rows->pdata[i + 1];
        g_autofree char *code = unit_of(file->store, (int64_t)i + 1);
        g_autofree char *note = row->conversions->len == 0
                                    ? NULL
                                    : g_strdup(row->conversions->pdata[row->conversions->len - 1]);
        const char *warning = row->warnings->len == 0 ? NULL : row->warnings->pdata[0];
        g_test_message("%s | %s | %s", code, note, warning);
        g_assert_cmpstr(code, ==, roster_rows[i].code);
        without += code == NULL || *code == '\0';
        g_assert_cmpint(note != NULL, ==, roster_rows[i].note != NULL);
        g_assert_cmpint(warning != NULL, ==, roster_rows[i].warning != NULL);
        g_assert_true(note == NULL || strstr(note, roster_rows[i].note) != NULL);
        g_assert_true(warning == NULL || strstr(warning, roster_rows[i].warning) != NULL);
    }
    g_assert_cmpuint(without, >, 0);
    g_assert_cmpuint(report->no_unit, ==, without);
    import_report_free(report);
    /* The same once more finds everybody where they are. */
    report = import_text(file->store, roster->str, merger_table, now);
    g_assert_cmpuint(report->changes[IMPORT_UNCHANGED], ==, G_N_ELEMENTS(roster_rows));
    g_assert_cmpuint(report->units_updated + report->units_added, ==, 0);
    import_report_free(report);
}

static void test_people_of_ended_units_are_found_again(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_report_free(import_text(file->store, plain_roster, plain_units, OPENING));
    merge(file->store, "A", "B");
    static const char again[] = "Họ và tên,Xã,Thôn,Số điện thoại\nTrần Văn Cả,Xã N,,0912000343\n";
    struct import_report *report = import_text(file->store, again, NULL, OPENING);
    g_assert_cmpuint(report->changes[IMPORT_ADDED], ==, 0);
    import_report_free(report);
    g_autofree char *code = read_text(
        file->store,
        "SELECT u.code FROM person p JOIN unit u ON u.id = p.unit_id WHERE p.name LIKE '%Cả'");
    g_assert_cmpstr(code, ==, "A");
    /* The old table once more takes nothing back. */
    g_autofree char *before = tree_words(file->store, "2024-06-01");
    import_report_free(import_text(file->store, plain_roster, plain_units, OPENING));
    g_autofree char *after = tree_words(file->store, "2024-06-01");
    g_assert_cmpstr(after, ==, before);
}

static void test_without_a_table_old_names_hold_as_well(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_report_free(import_text(file->store, plain_roster, NULL, OPENING));
    merge(file->store, "XA_A", "XA_B");
    static const char again[] = "Họ và tên,Xã,Thôn,Số điện thoại\n"
                                "Trần Văn An,Xã A,Thôn 1,0912000341\n"
                                "Trần Văn Ba,Xã B,Thôn 1,0912000342\n"
                                "Lê Văn Dần,Xã N,Thôn 1,0912000344\n"
                                "Lê Văn Em,Xã B,Thôn 5,0912000345\n";
    struct import_report *report = import_text(file->store, again, NULL, OPENING);
    g_assert_cmpuint(report->changes[IMPORT_ADDED], ==, 2);
    g_assert_cmpuint(report->units_added, ==, 1);
    g_assert_cmpuint(report->warned, ==, 1);
    import_report_free(report);
    g_autofree char *tree = tree_words(file->store, "2024-06-01");
    g_assert_cmpstr(tree, ==, "THON_1<N:Thôn 1 THON_1_2<N:Thôn 1 N<:Xã N THON_5<N:Thôn 5 ");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    static const struct {
        const char *name;
        void (*run)(struct store_file *, gconstpointer);
    } tests[] = {
        {"rosters may use old names", test_rosters_may_use_old_names},
        {"people of ended units are found again", test_people_of_ended_units_are_found_again},
        {"without a table old names hold as well", test_without_a_table_old_names_hold_as_well},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *name = g_strconcat("/placing/", tests[i].name, NULL);
        g_test_add(name, struct store_file, NULL, store_file_open, tests[i].run, store_file_close);
    }
    return g_test_run();
}
