// SPDX-License-Identifier: GPL-2.0-or-later
// Which units are counted together on which day: what ended belongs to what it became.
#include "campaigns/places.h"

#include "campaigns/unit_change.h"
#include "tests/store_file.h"

#include <string.h>

static const struct {
    const char *whole, *day; /* day NULL: the newest */
    const char *units;       /* codes by id; NULL: no such place */
} rows[] = {
    {"P1", "2025-06-30", "P1"},
    {"P1", "2025-07-01", NULL},
    {"MOI", "2025-06-30", NULL},
    {"MOI", "2025-07-01", "P1 P2 MOI"},
    {"moi", NULL, "P1 P2 MOI"},
    {"P3", "2025-07-01", "P3"},
    {"TT", "2025-07-01", "TT P1 P2 P3 C1 C2 MOI"},
};

static char *codes_of(struct store *store, const GArray *ids)
{
    g_autoptr(GString) codes = g_string_new(NULL);
    for (unsigned i = 0; i < ids->len; i++) {
        sqlite3_stmt *unit = sql_bind(store, "SELECT code FROM unit WHERE id = ?1", "i",
                                      g_array_index(ids, int64_t, i));
        g_assert_cmpint(sql_step(unit, NULL), ==, 1);
        g_string_append_printf(codes, "%s%s", i == 0 ? "" : " ",
                               (const char *)sqlite3_column_text(unit, 0));
        sqlite3_reset(unit);
    }
    return g_strdup(codes->str);
}

static void test_units_of_a_place(struct store_file *file, gconstpointer data)
{
    (void)data;
    static const char *const ended[] = {"P1", "P2", NULL};
    const struct unit_change merge = {.kind = UNIT_MERGE,
                                      .units = ended,
                                      .into = "MOI",
                                      .name = "Phòng mới",
                                      .on = "2025-07-01",
                                      .by = "Lan",
                                      .now = OPENING};
    g_autoptr(GPtrArray) events = NULL;
    g_autoptr(GError) error = NULL;
    import_dialogue(file->store);
    unit_change_make(file->store, &merge, &events, &error);
    g_assert_no_error(error);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s on %s", rows[i].whole, rows[i].day);
        struct places *places = places_load(file->store, rows[i].day, &error);
        g_assert_no_error(error);
        g_autoptr(GError) missing = NULL;
        const struct place *whole = places_find(places, rows[i].whole, &missing);
        g_autoptr(GArray) ids = whole == NULL ? NULL : places_units(places, whole);
        g_autofree char *codes = ids == NULL ? NULL : codes_of(file->store, ids);
        g_assert_cmpstr(codes, ==, rows[i].units);
        if (whole == NULL)
            g_assert_error(missing, STORE_ERROR, STORE_ERROR_NOT_FOUND);
        places_free(places);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/places/what ended belongs to what it became", struct store_file, NULL,
               store_file_open, test_units_of_a_place, store_file_close);
    return g_test_run();
}
