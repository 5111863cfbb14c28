// SPDX-License-Identifier: GPL-2.0-or-later
// Tables of units, good and bad, and units found by what people call them.
#include "campaigns/unit_day.h"
#include "campaigns/unit_table.h"
#include "campaigns/units.h"
#include "config/reader.h"

#include <string.h>

static const char tree_text[] = "ma,ma_cha,ten,loai\n"
                                "TT,,Trung tâm Bảo trợ xã hội tổng hợp,don_vi\n"
                                "P1,TT,Phòng Tổ chức - Hành chính,phong\n"
                                "P2,TT,Phòng Công tác xã hội,phong\n"
                                "C1,TT,Cơ sở nuôi dưỡng số 1,co_so\n"
                                "C2,TT,Cơ sở nuôi dưỡng số 2,co_so\n"
                                "X1,,Xã Hà Linh,xa\n"
                                "T1,X1,Thôn 1,thon\n"
                                "T2,X1,Thôn Hà,thon\n"
                                "T3,X1,Thôn Hạ,thon\n"
                                "T4,X1,Tổ dân phố 4,tdp\n"
                                "D1,X1,Tổ 1,to\n"
                                "D5,X1,Đội 5,doi\n"
                                "M1,X1,Thôn Mới,thon\n"
                                "M2,X1,Xóm Mới,xom\n";

struct match_row {
    const char *text, *code; /* NULL: none */
};

static const struct match_row match_rows[] = {
    {"P1", "P1"},
    {"p1", "P1"},
    {"Phòng Tổ chức - Hành chính", "P1"},
    {"PHÒNG TỔ CHỨC – HÀNH CHÍNH", "P1"},
    {"Phong To chuc, Hanh chinh", "P1"},
    {"P. Tổ chức - Hành chính", "P1"},
    {"Tổ chức - Hành chính", "P1"},
    {"Pho\u0300ng Co\u0302ng ta\u0301c xa\u0303 ho\u0323\u0302i", "P2"},
    {"Cơ sở nuôi dưỡng số 1", "C1"},
    {"nuôi dưỡng số 02", "C2"},
    {"Thôn 1", "T1"},
    {"thon 01", "T1"},
    {"Tổ 1", "D1"},
    {"Xóm 1", NULL},
    {"1", NULL},
    {"Thôn Hà", "T2"},
    {"thôn hạ", "T3"},
    {"Hạ", "T3"},
    {"Thon Ha", NULL},
    {"Thôn Há", NULL},
    {"TDP 4", "T4"},
    {"tdp 04", "T4"},
    {"Khu phố 4", NULL},
    {"4", "T4"},
    {"Thôn 5", NULL},
    {"đội 5", "D5"},
    {"Thôn Mới", "M1"},
    {"Xom Moi", "M2"},
    {"Mới", NULL},
    {"Xã Hà Linh", "X1"},
    {"Hà Linh", "X1"},
    {"Phòng Y tế", NULL},
    {"", NULL},
    {" - ", NULL},
};

struct table_row {
    const char *name, *text, *mistakes; /* joined by newline; NULL: it is a good table */
    unsigned count;
};

static const struct table_row table_rows[] = {
    {"English headings in another order", "name,code,kind,parent\nA,1,x,\nB,2,y,1\n", NULL, 2},
    {"Vietnamese headings below a title",
     "DANH SÁCH ĐƠN VỊ;;\nMã đơn vị;Tên đơn vị;Trực thuộc\n1;A;\n2;B;1\n", NULL, 2},
    {"a child before its parent", "ma,ma_cha,ten\n2,1,B\n3,2,C\n1,,A\n", NULL, 3},
    {"empty lines", "ma,ten\n\n1,A\n,,\n2,B\n", NULL, 2},
    {"no heading", "1,2\n3,4\n",
     "u.csv:1: no heading with a code and a name: the columns are ma, ma_cha, ten, loai", 0},
    {"an empty file", "",
     "u.csv: no heading with a code and a name: the columns are ma, ma_cha, ten, loai", 0},
    {"no unit", "ma,ten\n", "u.csv: the table names no unit", 0},
    {"every mistake is named", "ma,ma_cha,ten\n1,,A\n1,,B\n2,9,C\n,,D\n3,,\n",
     "u.csv:3: ma: code \"1\" stands already in line 2\n"
     "u.csv:5: ma: unit \"D\" has no code\n"
     "u.csv:6: ten: unit \"3\" has no name",
     0},
    {"a parent that nobody knows", "ma,ma_cha,ten\n1,,A\n2,9,C\n",
     "u.csv:3: ma_cha: unit \"2\" belongs to \"9\", which is neither in the table nor known", 0},
    {"its own parent", "ma,ma_cha,ten\n1,1,A\n",
     "u.csv:2: ma_cha: unit \"1\" is above itself: follow its parents and mend the circle", 0},
    {"a circle of three is told once", "ma,ma_cha,ten\n1,3,A\n2,1,B\n3,2,C\n4,3,D\n",
     "u.csv:2: ma_cha: unit \"1\" is above itself: follow its parents and mend the circle", 0},
};

static struct unit_tree *tree_of(const struct unit_history *history)
{
    struct unit_day *day = unit_day_new(history, "2025-01-01");
    struct unit_tree *tree = unit_tree_new();
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    for (unsigned i = 0; i < unit_day_count(day); i++) {
        const struct dated_unit *unit = unit_day_at(day, i);
        const struct dated_unit *above = unit_day_get(day, unit->parent_id);
        unit_tree_add(tree, unit->code, above == NULL ? NULL : above->code, unit->name, unit->kind,
                      0);
    }
    g_assert_true(unit_tree_link(tree, "", mistakes));
    unit_day_free(day);
    return tree;
}

static struct unit_tree *read_text(const char *text, GPtrArray *mistakes)
{
    struct csv_table *table = csv_read(text, strlen(text), NULL);
    g_autoptr(GPtrArray) rows = unit_table_read(table, "u.csv", mistakes);
    struct unit_history *history = unit_history_new();
    struct unit_tree *tree = NULL;
    if (rows != NULL && unit_table_apply(history, rows, "u.csv", "2025-01-01", mistakes))
        tree = tree_of(history);
    unit_history_free(history);
    csv_free(table);
    return tree;
}

static void units_are_found_by_what_people_call_them(void)
{
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    struct unit_tree *tree = read_text(tree_text, mistakes);
    g_assert_nonnull(tree);
    for (size_t i = 0; i < G_N_ELEMENTS(match_rows); i++) {
        g_test_message("%s", match_rows[i].text);
        const struct unit *unit = unit_match(tree, match_rows[i].text);
        g_assert_cmpstr(unit != NULL ? unit->code : NULL, ==, match_rows[i].code);
    }
    unit_tree_free(tree);
}

static void tables_are_checked(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(table_rows); i++) {
        const struct table_row *row = &table_rows[i];
        g_test_message("%s", row->name);
        g_autoptr(GPtrArray) mistakes = mistakes_new();
        struct unit_tree *tree = read_text(row->text, mistakes);
        g_autoptr(GString) said = g_string_new(NULL);
        for (guint m = 0; m < mistakes->len; m++) {
            g_autofree char *text = mistake_text(g_ptr_array_index(mistakes, m));
            g_string_append_printf(said, "%s%s", m > 0 ? "\n" : "", text);
        }
        g_assert_cmpstr(said->str, ==, row->mistakes != NULL ? row->mistakes : "");
        g_assert_cmpint(tree != NULL, ==, row->mistakes == NULL);
        if (tree != NULL)
            g_assert_cmpuint(unit_count(tree), ==, row->count);
        unit_tree_free(tree);
    }
}

static void parents_come_first(void)
{
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    struct unit_tree *tree = read_text(table_rows[2].text, mistakes);
    g_assert_cmpstr(unit_at(tree, 0)->code, ==, "1");
    g_assert_cmpstr(unit_at(tree, 1)->code, ==, "2");
    g_assert_cmpstr(unit_at(tree, 2)->code, ==, "3");
    g_assert_cmpstr(unit_at(tree, 2)->above->code, ==, "2");
    g_assert_null(unit_at(tree, 0)->above);
    unit_tree_free(tree);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/units/units are found by what people call them",
                    units_are_found_by_what_people_call_them);
    g_test_add_func("/units/tables are checked", tables_are_checked);
    g_test_add_func("/units/parents come first", parents_come_first);
    return g_test_run();
}
