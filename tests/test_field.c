// SPDX-License-Identifier: GPL-2.0-or-later
// Answers of real modems to the questions of the worker.
#include "modems/field.h"
#include "modems/result.h"

#include <string.h>

static void test_fields(void)
{
    static const struct {
        const char *fields;
        unsigned index;
        const char *field;
    } rows[] = {
        {"20,0", 0, "20"},
        {"20,0", 1, "0"},
        {"20,0", 2, NULL},
        {"0,2,\"45204\"", 2, "45204"},
        {"0,0,\"Viettel, VN\",7", 2, "Viettel, VN"},
        {"0,0,\"Viettel, VN\",7", 3, "7"},
        {"(0-2),(0-3),(0,2),(0-2),(0,1)", 2, "0,2"},
        {"(0,1,2),(0-3)", 0, "0,1,2"},
        {" (0-2), (0-3)", 1, "0-3"},
        {"2,1,\" \",\" \"", 2, ""},
        {"2,,", 1, ""},
        {"2,,", 2, ""},
        {"\"unclosed", 0, "unclosed"},
        {"(unclosed", 0, "unclosed"},
        {"", 0, ""},
        {"\"", 0, ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *field = field_text(rows[i].fields, rows[i].index);
        g_test_message("%s %u", rows[i].fields, rows[i].index);
        g_assert_cmpstr(field, ==, rows[i].field);
    }
}

static void test_numbers(void)
{
    g_assert_cmpint(field_number("2,1,8BE3,2BAF", 1, 255), ==, 1);
    g_assert_cmpint(field_number("002,001,", 1, 255), ==, 1);
    g_assert_cmpint(field_number("1", 1, 255), ==, 255);
    g_assert_cmpint(field_number(NULL, 0, 99), ==, 99);
    g_assert_cmpint(field_number("x", 0, 99), ==, 99);
    g_assert_true(field_allows("(0-2),(0-3),(0,2)", 0, 2));
    g_assert_true(field_allows("(0-2),(0-3),(0,2)", 2, 2));
    g_assert_false(field_allows("(0-2),(0-3),(0,2)", 2, 1));
    g_assert_false(field_allows("(0-2)", 3, 0));
    g_assert_true(field_allows("(2),(0,1,3)", 1, 3));
    g_assert_true(field_allows("2,1", 1, 1));
}

static void test_phones(void)
{
    static const struct {
        const char *fields, *phone;
    } rows[] = {
        {"\"+84980200030\",145", "+84980200030"},
        {"\"84980200030\",145", "84980200030"},
        {"\"002B00380034003900380030\",145", "+84980"},
        {"\"0038003400390038\",145", "8498"},
        {"\"\",129", NULL},
        {"\"x\",129", NULL},
        {NULL, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *phone = field_phone(rows[i].fields, 0);
        g_assert_cmpstr(phone, ==, rows[i].phone);
    }
}

static void test_lines(void)
{
    static const struct {
        const char *line, *bare;
    } rows[] = {
        {"356938035643809", "356938035643809"},
        {"+CGSN: \"356938035643809\"", "356938035643809"},
        {"\"E173\"", "E173"},
        {" huawei ", "huawei"},
        {"\"", "\""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GPtrArray) lines = g_ptr_array_new();
        g_ptr_array_add(lines, (void *)rows[i].line);
        g_autofree char *bare = field_bare(lines);
        g_assert_cmpstr(bare, ==, rows[i].bare);
    }
    g_autoptr(GPtrArray) lines = g_ptr_array_new();
    g_autofree char *nothing = field_bare(lines);
    g_assert_cmpstr(nothing, ==, "");
    g_ptr_array_add(lines, (void *)"+CREGX: 1");
    g_ptr_array_add(lines, (void *)"+CREG:  0,1");
    g_assert_cmpstr(field_after(lines, "+CREG"), ==, "0,1");
    g_assert_null(field_after(lines, "+CSQ"));
}

static void test_pointers(void)
{
    static const struct {
        const char *line, *memory;
        int32_t index;
    } rows[] = {
        {"+CMTI: \"SM\",3", "SM", 3},
        {"+CMTI: \"ME\", 0", "ME", 0},
        {"+CMTI:\"MT\",255", "MT", 255},
        {"+CDSI: SR,1", "SR", 1},
        {"+CMTI: \"SM\"", NULL, 0},
        {"+CMTI: \"SM\",x", NULL, 0},
        {"+CMTI: \"SM\",-1", NULL, 0},
        {"+CMTI: ,3", NULL, 0},
        {"+CMTI: \"TOOLONGNAME\",3", NULL, 0},
        {"+CMTI", NULL, 0},
        {"+CMTI: \"SM\",99999999", NULL, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char memory[8] = "";
        int32_t index = 0;
        bool read = result_pointer(rows[i].line, memory, &index);
        g_assert_cmpint(read, ==, rows[i].memory != NULL);
        if (read) {
            g_assert_cmpstr(memory, ==, rows[i].memory);
            g_assert_cmpint(index, ==, rows[i].index);
        }
    }
}

static void test_kinds(void)
{
    static const struct {
        const char *line;
        enum result_kind kind;
    } rows[] = {
        {"", RESULT_ANSWER},
        {"+", RESULT_ANSWER},
        {"+QIND: SMS DONE", RESULT_NOISE},
        {"+CMTI: \"SM\",3", RESULT_STORED_MESSAGE},
        {"rdy", RESULT_RESTARTED},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *line = g_strdup(rows[i].line); /* its end is known on the heap alone */
        g_assert_cmpint(result_kind(line), ==, rows[i].kind);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/field/fields are found in every writing", test_fields);
    g_test_add_func("/field/numbers and ranges", test_numbers);
    g_test_add_func("/field/phone numbers, also as UCS-2 hex", test_phones);
    g_test_add_func("/field/lines with and without a name", test_lines);
    g_test_add_func("/field/pointers to stored messages", test_pointers);
    g_test_add_func("/field/what a line is by itself", test_kinds);
    return g_test_run();
}
