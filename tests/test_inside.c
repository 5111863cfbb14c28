// SPDX-License-Identifier: GPL-2.0-or-later
// Which columns of a roster may not stand in an SMS.
#include "campaigns/inside.h"

#include <glib.h>

#include "campaigns/template.h"

static const struct {
    const char *heading;
    bool kept;
} rows[] = {
    {"Diện", true},
    {"DIỆN", true},
    {"Diện đối tượng", true},
    {"Đối tượng hưởng", true},
    {"Dạng tật", true},
    {"Mức độ khuyết tật", true},
    {"Hộ nghèo / cận nghèo", true},
    {"Bệnh nền", true},
    {"Số CCCD", true},
    {"Số căn cước", true},
    {"Dân tộc", true},
    {"Diện tích lúa (sào)", false},
    {"Điện thoại", false},
    {"Tổ công đoàn", false},
    {"Xóm", false},
    {"Bệnh viện", false},
    {"Buổi họp", false},
};

static void test_columns(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *name = template_fold(rows[i].heading);
        if (inside_keeps(name) != rows[i].kept)
            g_error("%s: %s", rows[i].heading, rows[i].kept ? "must stay inside" : "may be sent");
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/inside/columns that stay in the house", test_columns);
    return g_test_run();
}
