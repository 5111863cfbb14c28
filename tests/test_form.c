// SPDX-License-Identifier: GPL-2.0-or-later
// Forms as aggregators post them, and how many requests somebody may make.
#include "gateway/api/form.h"

#include "gateway/api/throttle.h"

#include <string.h>

static const struct {
    const char *name, *body;
    const char *text;    /* of the field "text"; NULL: it is not there */
    const char *problem; /* holds */
} forms[] = {
    {"nothing", "", NULL},
    {"an empty field", "sessionId=a&text=", ""},
    {"a field without a mark", "text", ""},
    {"a path", "text=1*2*%2A", "1*2**"},
    {"blanks", "text=lam+duong%20som", "lam duong som"},
    {"letters of the language", "text=%C4%91%C6%B0%E1%BB%9Dng", "đường"},
    {"a line break", "text=a%0D%0Ab", "a\r\nb"},
    {"a mark in the value", "text=a=b", "a=b"},
    {"an escape in the name", "te%78t=1", "1"},
    {"nothing between two ands", "&&text=1&", "1"},
    {"a zero octet", "text=1%00", .problem = "zero octet"},
    {"half an escape", "text=1%2", .problem = "two hexadecimal digits"},
    {"an escape that is none", "text=%zz", .problem = "two hexadecimal digits"},
    {"letters of another encoding", "text=%F4", .problem = "UTF-8"},
    {"a control character", "text=%1b[2J", .problem = "control characters"},
    {"a field twice", "text=1&text=2", .problem = "twice"},
    {"a field twice under two spellings", "text=1&%74ext=2", .problem = "twice"},
};

static void test_form(gconstpointer data)
{
    size_t row = GPOINTER_TO_SIZE(data);
    const char *problem = NULL;
    /* Without a zero behind it, as it comes off the wire. */
    size_t size = strlen(forms[row].body);
    g_autofree char *bytes = g_memdup2(forms[row].body, size);
    g_autoptr(GHashTable) form = form_read(bytes, size, &problem);
    if (forms[row].problem != NULL) {
        g_assert_null(form);
        g_assert_nonnull(strstr(problem, forms[row].problem));
        return;
    }
    g_assert_nonnull(form);
    g_assert_cmpstr(g_hash_table_lookup(form, "text"), ==, forms[row].text);
}

static void test_many_fields(void)
{
    const char *problem = NULL;
    g_autoptr(GString) body = g_string_new(NULL);
    for (unsigned i = 0; i <= FORM_FIELDS_MAX; i++)
        g_string_append_printf(body, "f%u=1&", i);
    g_assert_null(form_read(body->str, body->len, &problem));
    g_assert_nonnull(problem);
}

static void test_throttle(void)
{
    static const struct {
        const char *key;
        int64_t at;
        bool may;
    } rows[] = {
        {"a", 60000, true},   {"a", 60001, true},   {"a", 61000, true},   {"a", 62000, false},
        {"b", 62000, true},   {"a", 119999, false}, {"a", 121000, false}, {"a", 145000, true},
        {"a", 145001, false}, {"a", 400000, true},  {"a", 400000, true},  {"a", 400000, true},
        {"a", 400000, false},
    };
    struct throttle *throttle = throttle_new(60000);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("row %zu", i);
        g_assert_cmpint(throttle_take(throttle, rows[i].key, 3, rows[i].at), ==, rows[i].may);
    }
    g_assert_true(throttle_take(throttle, "a", 0, 400000));
    throttle_free(throttle);
}

static void test_made_up_keys(void)
{
    struct throttle *throttle = throttle_new(60000);
    for (unsigned i = 0; i < 200000; i++) {
        char key[32];
        g_snprintf(key, sizeof key, "key%u", i);
        g_assert_true(throttle_take(throttle, key, 1, 60000));
    }
    g_assert_cmpuint(throttle_size(throttle), <=, 65536);
    throttle_free(throttle);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        g_autofree char *path = g_strconcat("/form/", forms[i].name, NULL);
        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_form);
    }
    g_test_add_func("/form/too many fields", test_many_fields);
    g_test_add_func("/throttle/not more than the limit in any window", test_throttle);
    g_test_add_func("/throttle/keys that somebody makes up fill no memory", test_made_up_keys);
    return g_test_run();
}
