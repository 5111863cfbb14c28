// SPDX-License-Identifier: GPL-2.0-or-later
// What the log quotes: letters as people write them, nothing that acts on a terminal.
#include "config/log.h"

static const struct row {
    const char *name, *text, *quoted;
} rows[] = {
    {"plain", "so 7", "\"so 7\""},
    {"nothing", NULL, "\"\""},
    {"diacritics stay", "“Đối thoại” có", "\"“Đối thoại” có\""},
    {"quotes and lines", "a\"b\\c\nd", "\"a\\\"b\\\\c\\nd\""},
    {"escape sequences", "\033[2J", "\"\\033[2J\""},
    {"C1 controls", "a\302\233b", "\"a\\302\\233b\""},
    {"no UTF-8", "a\xff", "\"a\\377\""},
};

static void test_row(gconstpointer data)
{
    const struct row *row = data;
    g_autofree char *quoted = log_quote(row->text);
    g_assert_cmpstr(quoted, ==, row->quoted);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/log/", rows[i].name, NULL);
        g_test_add_data_func(path, &rows[i], test_row);
    }
    return g_test_run();
}
