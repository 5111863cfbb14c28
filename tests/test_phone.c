// SPDX-License-Identifier: GPL-2.0-or-later
// Telephone numbers as people write them into lists, and what they come to.
#include "campaigns/phone.h"

#include <string.h>

struct one_row {
    const char *written;
    enum phone_verdict verdict;
    const char *e164;          /* NULL: none */
    const char *operator_name; /* NULL: unknown */
    bool zero_restored;
};

static const struct one_row one_rows[] = {
    /* the written forms of one number */
    {"0912000345", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    {"+84912000345", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    {"84912000345", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    {"0084912000345", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    {"00840912000345", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    {"+84(0)912000345", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    {"+084912000345", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    {"+0912000345", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    {"+840912000345", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    {"084912000345", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    {"0840912000345", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    {"840912000345", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    {"912000345", PHONE_MOBILE, "+84912000345", "VinaPhone", true},
    {"'0912000345", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    {"0912 000 345", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    {"0912.000.345", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    {"0912-000-345", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    {"0912\u00a0000\u2011345", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    {"0912,000,345", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    {"912,000,345", PHONE_MOBILE, "+84912000345", "VinaPhone", true},
    {"(0912) 000345", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    {"(+84) 912 000 345", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    {"0 9 1 2 0 0 0 3 4 5", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    {"912000345.0", PHONE_MOBILE, "+84912000345", "VinaPhone", true},
    {"912000345,00", PHONE_MOBILE, "+84912000345", "VinaPhone", true},
    {"9.12000345E+08", PHONE_MOBILE, "+84912000345", "VinaPhone", true},
    {"8.4912000345E+10", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    {"ĐT: 0912000345", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    {"０９１２０００３４５", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    {"\u200b0912000345\u202c", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    {"0912000345 (con gái)", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    {"Lan 0912000345 (2 con)", PHONE_MOBILE, "+84912000345", "VinaPhone", false},
    /* 084 is VinaPhone, 84 the country */
    {"0841000345", PHONE_MOBILE, "+84841000345", "VinaPhone", false},
    {"841000345", PHONE_MOBILE, "+84841000345", "VinaPhone", true},
    {"84841000345", PHONE_MOBILE, "+84841000345", "VinaPhone", false},
    {"+84841000345", PHONE_MOBILE, "+84841000345", "VinaPhone", false},
    {"084841000345", PHONE_MOBILE, "+84841000345", "VinaPhone", false},
    /* one of each operator */
    {"0320183380", PHONE_MOBILE, "+84320183380", "Viettel", false},
    {"0390183380", PHONE_MOBILE, "+84390183380", "Viettel", false},
    {"0860192553", PHONE_MOBILE, "+84860192553", "Viettel", false},
    {"0980440224", PHONE_MOBILE, "+84980440224", "Viettel", false},
    {"0850284283", PHONE_MOBILE, "+84850284283", "VinaPhone", false},
    {"0880366840", PHONE_MOBILE, "+84880366840", "VinaPhone", false},
    {"0760412705", PHONE_MOBILE, "+84760412705", "MobiFone", false},
    {"0890183380", PHONE_MOBILE, "+84890183380", "MobiFone", false},
    {"0520183380", PHONE_MOBILE, "+84520183380", "Vietnamobile", false},
    {"0580421878", PHONE_MOBILE, "+84580421878", "Vietnamobile", false},
    {"0590183380", PHONE_MOBILE, "+84590183380", "Gmobile", false},
    {"0993018338", PHONE_MOBILE, "+84993018338", "Gmobile", false},
    {"0998018338", PHONE_MOBILE, "+84998018338", "iTel", false},
    {"0870302629", PHONE_MOBILE, "+84870302629", "iTel", false},
    {"0559018338", PHONE_MOBILE, "+84559018338", "Wintel", false},
    {"0777018338", PHONE_MOBILE, "+84777018338", "VNSKY", false},
    {"0775018338", PHONE_MOBILE, "+84775018338", "FPT", false},
    {"0770210899", PHONE_MOBILE, "+84770210899", "MobiFone", false},
    {"0950183380", PHONE_MOBILE, "+84950183380", NULL, false},
    /* the migration of 2018: the last seven digits stay */
    {"01200001234", PHONE_MIGRATED, "+84700001234", "MobiFone", false},
    {"01210001234", PHONE_MIGRATED, "+84790001234", "MobiFone", false},
    {"01220001234", PHONE_MIGRATED, "+84770001234", "MobiFone", false},
    {"01260001234", PHONE_MIGRATED, "+84760001234", "MobiFone", false},
    {"01280001234", PHONE_MIGRATED, "+84780001234", "MobiFone", false},
    {"01230001234", PHONE_MIGRATED, "+84830001234", "VinaPhone", false},
    {"01240001234", PHONE_MIGRATED, "+84840001234", "VinaPhone", false},
    {"01250001234", PHONE_MIGRATED, "+84850001234", "VinaPhone", false},
    {"01270001234", PHONE_MIGRATED, "+84810001234", "VinaPhone", false},
    {"01290001234", PHONE_MIGRATED, "+84820001234", "VinaPhone", false},
    {"01620001234", PHONE_MIGRATED, "+84320001234", "Viettel", false},
    {"01630001234", PHONE_MIGRATED, "+84330001234", "Viettel", false},
    {"01640001234", PHONE_MIGRATED, "+84340001234", "Viettel", false},
    {"01650001234", PHONE_MIGRATED, "+84350001234", "Viettel", false},
    {"01660001234", PHONE_MIGRATED, "+84360001234", "Viettel", false},
    {"01670001234", PHONE_MIGRATED, "+84370001234", "Viettel", false},
    {"01680001234", PHONE_MIGRATED, "+84380001234", "Viettel", false},
    {"01690001234", PHONE_MIGRATED, "+84390001234", "Viettel", false},
    {"01860001234", PHONE_MIGRATED, "+84560001234", "Vietnamobile", false},
    {"01880001234", PHONE_MIGRATED, "+84580001234", "Vietnamobile", false},
    {"01990001234", PHONE_MIGRATED, "+84590001234", "Gmobile", false},
    {"0167 000 1234", PHONE_MIGRATED, "+84370001234", "Viettel", false},
    {"+841670001234", PHONE_MIGRATED, "+84370001234", "Viettel", false},
    {"841670001234", PHONE_MIGRATED, "+84370001234", "Viettel", false},
    {"8401670001234", PHONE_MIGRATED, "+84370001234", "Viettel", false},
    {"1670001234", PHONE_MIGRATED, "+84370001234", "Viettel", true},
    {"01600001234", PHONE_UNKNOWN, NULL, NULL, false},
    {"01980001234", PHONE_UNKNOWN, NULL, NULL, false},
    /* not assigned */
    {"0500001234", PHONE_UNKNOWN, NULL, NULL, false},
    {"0570001234", PHONE_UNKNOWN, NULL, NULL, false},
    {"0710001234", PHONE_UNKNOWN, NULL, NULL, false},
    {"0800001234", PHONE_UNKNOWN, NULL, NULL, false},
    {"0400001234", PHONE_UNKNOWN, NULL, NULL, false},
    {"0690001234", PHONE_UNKNOWN, NULL, NULL, false},
    {"+84500001234", PHONE_UNKNOWN, NULL, NULL, false},
    {"84500001234", PHONE_UNKNOWN, NULL, NULL, false},
    /* landlines */
    {"02438220000", PHONE_FIXED, NULL, NULL, false},
    {"(024) 3822 0000", PHONE_FIXED, NULL, NULL, false},
    {"0239 3855 000", PHONE_FIXED, NULL, NULL, false},
    {"+842438220000", PHONE_FIXED, NULL, NULL, false},
    {"842438220000", PHONE_FIXED, NULL, NULL, false},
    {"2393855000", PHONE_FIXED, NULL, NULL, false},
    {"0243822000", PHONE_DAMAGED, NULL, NULL, false},
    {"02303855000", PHONE_UNKNOWN, NULL, NULL, false},
    /* short codes and services */
    {"113", PHONE_SHORT, NULL, NULL, false},
    {"9123", PHONE_SHORT, NULL, NULL, false},
    {"18001091", PHONE_SHORT, NULL, NULL, false},
    {"1800 1091", PHONE_SHORT, NULL, NULL, false},
    {"1900545464", PHONE_SHORT, NULL, NULL, false},
    /* damage */
    {"9.12E+08", PHONE_DAMAGED, NULL, NULL, false},
    {"9,12E+08", PHONE_DAMAGED, NULL, NULL, false},
    {"8.4912E+10", PHONE_DAMAGED, NULL, NULL, false},
    {"091200034", PHONE_DAMAGED, NULL, NULL, false},
    {"09120003456", PHONE_DAMAGED, NULL, NULL, false},
    {"9120003456", PHONE_DAMAGED, NULL, NULL, false},
    {"0123456789", PHONE_DAMAGED, NULL, NULL, false},
    {"+8491200034", PHONE_DAMAGED, NULL, NULL, false},
    {"38220000", PHONE_DAMAGED, NULL, NULL, false},
    {"0912", PHONE_DAMAGED, NULL, NULL, false},
    {"123456789012345678901234567890", PHONE_DAMAGED, NULL, NULL, false},
    /* identity cards */
    {"042193001234", PHONE_IDENTITY, NULL, NULL, false},
    {"084193001234", PHONE_IDENTITY, NULL, NULL, false},
    {"001085012345", PHONE_IDENTITY, NULL, NULL, false},
    {"008 199 001 234", PHONE_IDENTITY, NULL, NULL, false},
    {"034 093 001 234", PHONE_IDENTITY, NULL, NULL, false},
    {"183456789", PHONE_IDENTITY, NULL, NULL, false},
    {"012345678", PHONE_IDENTITY, NULL, NULL, false},
    {"184193001234", PHONE_IDENTITY, NULL, NULL, false},
    /* abroad */
    {"+16502530000", PHONE_FOREIGN, NULL, NULL, false},
    {"+1 650 253 0000", PHONE_FOREIGN, NULL, NULL, false},
    {"+856 20 912 000 345", PHONE_FOREIGN, NULL, NULL, false},
    {"0085620912000345", PHONE_FOREIGN, NULL, NULL, false},
    {"0012025550123", PHONE_FOREIGN, NULL, NULL, false},
    {"006581234567", PHONE_FOREIGN, NULL, NULL, false},
    /* none */
    {"", PHONE_EMPTY, NULL, NULL, false},
    {"  ", PHONE_EMPTY, NULL, NULL, false},
    {"-", PHONE_EMPTY, NULL, NULL, false},
    {"không có", PHONE_EMPTY, NULL, NULL, false},
    {"ko có (2 con nhỏ)", PHONE_EMPTY, NULL, NULL, false},
    {"0", PHONE_EMPTY, NULL, NULL, false},
    {"x", PHONE_EMPTY, NULL, NULL, false},
};

struct cell_row {
    const char *cell, *expected; /* readings joined by a blank: number or verdict */
};

static const struct cell_row cell_rows[] = {
    {"0912 000 345 / 0167 000 1234 (con gái)", "+84912000345 +84370001234"},
    {"0912000345-0987000111", "+84912000345 +84987000111"},
    {"0912.000.345 - 0987.000.111", "+84912000345 +84987000111"},
    {"0912000345 0987000111", "+84912000345 +84987000111"},
    {"0912 000 345 0987 000 111", "+84912000345 +84987000111"},
    {"0912000345,0987000111;0320000111", "+84912000345 +84987000111 +84320000111"},
    {"0912000345\n0987000111", "+84912000345 +84987000111"},
    {"0912000345 hoặc 0987000111", "+84912000345 +84987000111"},
    {"912000345 - 987000111", "+84912000345 +84987000111"},
    {"+84912000345+84987000111", "+84912000345 +84987000111"},
    {"024 3822 0000 - 0912 000 345", "fixed +84912000345"},
    {"02438220000 0912000345", "fixed +84912000345"},
    {"1) 0912000345 2) 0987000111", "+84912000345 +84987000111"},
    {"Bố: 0912000345, mẹ: 0987000111", "+84912000345 +84987000111"},
    {"0912000345/346", "+84912000345 short"},
    {"042193001234 / 0912000345", "identity +84912000345"},
    {"9.12E+08 / 0987000111", "damaged +84987000111"},
    {"0912000345 / 0912000345", "+84912000345 +84912000345"},
    {"không có, nhờ cháu 0912000345", "+84912000345"},
    {"0912 000", "damaged"},
    {"+856 20 912 000 345 / 0987000111", "foreign +84987000111"},
};

struct sender_row {
    const char *sender, *e164; /* NULL: a service */
};

static const struct sender_row sender_rows[] = {
    {"+84912000345", "+84912000345"},
    {"84912000345", "+84912000345"},
    {"0912000345", "+84912000345"},
    {"0084912000345", "+84912000345"},
    {"841670001234", "+84370001234"},
    {"+842438220000", "+842438220000"},
    {"02438220000", "+842438220000"},
    {"+16502530000", "+16502530000"},
    {"0016502530000", "+16502530000"},
    {"VIETTEL", NULL},
    {"BoCongAn", NULL},
    {"191", NULL},
    {"9123", NULL},
    {"123456", NULL},
    {"18001091", NULL},
    {"", NULL},
    {"+", NULL},
    {"0912 000 345", NULL},
    {"123456789012345678", NULL},
};

static void one_number_is_read(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(one_rows); i++) {
        const struct one_row *row = &one_rows[i];
        g_test_message("%s", row->written);
        g_autoptr(GPtrArray) readings = phone_read_cell(row->written);
        g_assert_cmpuint(readings->len, ==, 1);
        const struct phone_reading *reading = g_ptr_array_index(readings, 0);
        g_assert_cmpstr(phone_verdict_name(reading->verdict), ==, phone_verdict_name(row->verdict));
        g_assert_cmpstr(reading->phone.e164, ==, row->e164 != NULL ? row->e164 : "");
        g_assert_cmpstr(reading->operator_name, ==, row->operator_name);
        g_assert_cmpint(reading->zero_restored, ==, row->zero_restored);
        struct phone phone = {"untouched"};
        enum phone_verdict verdict;
        g_assert_cmpint(phone_read(row->written, &phone, &verdict), ==, row->e164 != NULL);
        g_assert_cmpint(verdict, ==, row->verdict);
        g_assert_cmpstr(phone.e164, ==, row->e164 != NULL ? row->e164 : "untouched");
    }
}

static void several_numbers_are_read_in_order(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cell_rows); i++) {
        g_test_message("%s", cell_rows[i].cell);
        g_autoptr(GPtrArray) readings = phone_read_cell(cell_rows[i].cell);
        g_autoptr(GString) got = g_string_new(NULL);
        for (guint k = 0; k < readings->len; k++) {
            const struct phone_reading *reading = g_ptr_array_index(readings, k);
            bool number = reading->phone.e164[0] != '\0';
            g_string_append_printf(got, "%s%s", k > 0 ? " " : "",
                                   number ? reading->phone.e164
                                          : phone_verdict_name(reading->verdict));
        }
        g_assert_cmpstr(got->str, ==, cell_rows[i].expected);
    }
}

static void senders_are_persons_or_services(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(sender_rows); i++) {
        g_test_message("%s", sender_rows[i].sender);
        struct phone phone = {""};
        bool person = phone_read_sender(sender_rows[i].sender, &phone);
        g_assert_cmpint(person, ==, sender_rows[i].e164 != NULL);
        g_assert_cmpstr(phone.e164, ==, person ? sender_rows[i].e164 : "");
    }
}

static void the_written_piece_is_kept(void)
{
    g_autoptr(GPtrArray) readings = phone_read_cell("Nhà: (024) 3822 0000; 0912 000 345 (con)");
    const struct phone_reading *fixed = g_ptr_array_index(readings, 0);
    const struct phone_reading *mobile = g_ptr_array_index(readings, 1);
    g_assert_cmpstr(fixed->written, ==, "024) 3822 0000");
    g_assert_cmpstr(mobile->written, ==, "0912 000 345");
}

static void a_log_never_shows_a_whole_number(void)
{
    char masked[PHONE_SIZE];
    g_assert_cmpstr(phone_mask(&(struct phone){"+84912000345"}, masked), ==, "+8491****345");
    g_assert_cmpstr(phone_mask(&(struct phone){"+123456789012345"}, masked), ==, "+1234****345");
    g_assert_cmpstr(phone_mask(&(struct phone){"+1234567"}, masked), ==, "****");
    g_assert_cmpstr(phone_mask(&(struct phone){""}, masked), ==, "****");
}

static void a_cell_of_digits_takes_no_time(void)
{
    g_autofree char *cell = g_strnfill(100000, '7');
    for (size_t i = 0; i < 100000; i += 3)
        cell[i] = ' ';
    g_autoptr(GPtrArray) readings = phone_read_cell(cell);
    g_assert_cmpuint(readings->len, >=, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/phone/one number is read", one_number_is_read);
    g_test_add_func("/phone/several numbers are read in order", several_numbers_are_read_in_order);
    g_test_add_func("/phone/senders are persons or services", senders_are_persons_or_services);
    g_test_add_func("/phone/the written piece is kept", the_written_piece_is_kept);
    g_test_add_func("/phone/a log never shows a whole number", a_log_never_shows_a_whole_number);
    g_test_add_func("/phone/a cell of digits takes no time", a_cell_of_digits_takes_no_time);
    return g_test_run();
}
