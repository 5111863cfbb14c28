// SPDX-License-Identifier: GPL-2.0-or-later
/* USSD texts in every form that modems give them, and the codes as they are asked for. The packed
 * vectors were made by a packer of their own. */
#include "modems/ussd_text.h"

#define VIETTEL "TK goc la 12d. De biet cac CT dac biet cua Quy khach, bam goi *098#."
#define VIETTEL_PACKED                                                                             \
    "D425E8FC1E83D861504C467681886590385DA683C6E13168480591C36390385DA683C6F530285ACF83D6E8F018CD" \
    "0289C36DD0F99D06A96039DCC805"
#define MARKED "Tài khoản gốc: 1.200đ"
#define MARKED_UCS2                                                                                \
    "005400E000690020006B0068006F1EA3006E002000671ED10063003A00200031002E003200300030"             \
    "0111"

static const struct reading {
    const char *payload;
    int dcs;
    enum ussd_form likely;
    const char *text;
    enum ussd_form form;
} readings[] = {
    {VIETTEL, 15, USSD_UNKNOWN, VIETTEL, USSD_PLAIN},
    {VIETTEL_PACKED, 15, USSD_UNKNOWN, VIETTEL, USSD_PACKED},
    {VIETTEL_PACKED, 15, USSD_PLAIN, VIETTEL, USSD_PACKED}, /* another modem of this name */
    {VIETTEL_PACKED, USSD_NO_DCS, USSD_PACKED, VIETTEL, USSD_PACKED},
    {MARKED_UCS2, 72, USSD_UNKNOWN, MARKED, USSD_UCS2},
    {MARKED_UCS2, 15, USSD_UNKNOWN, MARKED, USSD_UCS2},
    {MARKED_UCS2, 0, USSD_PACKED, MARKED, USSD_UCS2},
    {MARKED_UCS2 "0000FFFF", 72, USSD_UNKNOWN, MARKED, USSD_UCS2},
    {MARKED_UCS2 "FFFF0000FFFF", 15, USSD_UNKNOWN, MARKED, USSD_UCS2},
    /* Cut in the middle of a character. */
    {MARKED_UCS2 "0", 15, USSD_UNKNOWN, MARKED, USSD_UCS2},
    {MARKED_UCS2 "1E", 72, USSD_PLAIN, MARKED, USSD_UCS2},
    {MARKED_UCS2 "1EA", 15, USSD_PACKED, MARKED, USSD_UCS2},
    {"00310035003000300032", 15, USSD_UNKNOWN, "15002", USSD_UCS2},
    {"D337885CD7816A2E180C4656C45C2067180EA2A3CB0A990B4445BFC374", 15, USSD_UNKNOWN,
     "So du: 5.000d\n1. Nap the\n2. Thoat", USSD_PACKED},
    {"So du: 5.000d\r\n1. Nap the\r2. Thoat\r\n", 15, USSD_UNKNOWN,
     "So du: 5.000d\n1. Nap the\n2. Thoat", USSD_PLAIN},
    {"31D98C56B3DD1A", 15, USSD_UNKNOWN, "1234567", USSD_PACKED},  /* filled up with a CR */
    {"31D98C56B3DD00", 15, USSD_UNKNOWN, "1234567", USSD_PACKED},  /* with zeros */
    {"31D98C56B3DD70", 15, USSD_UNKNOWN, "12345678", USSD_PACKED}, /* with nothing */
    /* What only looks like hexadecimal. */
    {"1234", 15, USSD_UNKNOWN, "1234", USSD_UNKNOWN},
    {"15002000", 15, USSD_UNKNOWN, "15002000", USSD_UNKNOWN},
    {"0912345678", 15, USSD_UNKNOWN, "0912345678", USSD_UNKNOWN},
    {"0", 15, USSD_PACKED, "0", USSD_PLAIN},
    {"DEAD", 15, USSD_UNKNOWN, "DEAD", USSD_PLAIN},
    {"D4A50E7403911B", 15, USSD_PLAIN, "D4A50E7403911B", USSD_PLAIN},
    {"8984048000123456789", 15, USSD_UNKNOWN, "8984048000123456789", USSD_PLAIN},
    {"", 15, USSD_UNKNOWN, "", USSD_UNKNOWN},
    {"T\xE0i kho\x75", 15, USSD_UNKNOWN, "Tài khou", USSD_PLAIN}, /* ISO 8859-1 */
    {"Tài khoản", 15, USSD_UNKNOWN, "Tài khoản", USSD_PLAIN},
};

static void test_every_form_is_read(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(readings); i++) {
        const struct reading *row = &readings[i];
        enum ussd_form form = USSD_UNKNOWN;
        g_test_message("%s", row->payload);
        g_autofree char *text = ussd_text_read(row->payload, row->dcs, row->likely, &form);
        g_assert_cmpstr(text, ==, row->text);
        g_assert_cmpstr(ussd_form_name(form), ==, ussd_form_name(row->form));
    }
}

static const struct line {
    const char *line;
    bool read;
    int status;
    const char *payload;
    int dcs;
} lines[] = {
    {"+CUSD: 0,\"TK\",15", true, USSD_DONE, "TK", 15},
    {"+CUSD:1,\"1. A\n2. B\",72", true, USSD_ASKS, "1. A\n2. B", 72},
    {"+CUSD: 0,\"TK\"", true, USSD_DONE, "TK", USSD_NO_DCS},
    {"+CUSD: 0,\"goi \"Tiet kiem\", 5d\",15", true, USSD_DONE, "goi \"Tiet kiem\", 5d", 15},
    {"+CUSD: 0, \"TK\" , 15", true, USSD_DONE, "TK", 15},
    {"+CUSD: 2", true, USSD_TERMINATED, NULL, USSD_NO_DCS},
    {"+CUSD: 4", true, USSD_NOT_SUPPORTED, NULL, USSD_NO_DCS},
    {"+CUSD: 0,0054004B,72", true, USSD_DONE, "0054004B", 72},
    {"+CUSD: 0,\"never closed", true, USSD_DONE, "never closed", USSD_NO_DCS},
    {"+CUSD: 0,\"TK\",999", true, USSD_DONE, "TK", USSD_NO_DCS},
    {"+CUSD: x", false, 0, NULL, 0},
    {"+CUSD:", false, 0, NULL, 0},
    {"+CSQ: 1,2", false, 0, NULL, 0},
};

static void test_lines_are_taken_apart(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        struct ussd_result result = {0};
        g_test_message("%s", lines[i].line);
        g_assert_true(ussd_result_read(lines[i].line, &result) == lines[i].read);
        if (!lines[i].read)
            continue;
        g_assert_cmpint(result.status, ==, lines[i].status);
        g_assert_cmpstr(result.payload, ==, lines[i].payload);
        g_assert_cmpint(result.dcs, ==, lines[i].dcs);
        ussd_result_clear(&result);
    }
}

static const struct writing {
    const char *text;
    enum ussd_form form;
    const char *written; /* NULL: it cannot */
} writings[] = {
    {"*101#", USSD_PLAIN, "*101#"},
    {"*101#", USSD_UNKNOWN, "*101#"},
    {"*101#", USSD_UCS2, "002A0031003000310023"},
    {"*101#", USSD_PACKED, "AA182C3602"},
    {"1", USSD_PACKED, "31"},
    {"1234567", USSD_PACKED, "31D98C56B3DD1A"},
    {VIETTEL, USSD_PACKED, VIETTEL_PACKED},
    {"đ", USSD_PACKED, NULL},
    {"đ", USSD_UCS2, "0111"},
    {"a\"b", USSD_PLAIN, NULL}, /* would end the quotes */
    {"a\rb", USSD_PLAIN, NULL},
};

static void test_codes_are_written(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(writings); i++) {
        int dcs = 0;
        g_autofree char *written = ussd_text_write(writings[i].text, writings[i].form, &dcs);
        g_assert_cmpstr(written, ==, writings[i].written);
        g_assert_cmpint(dcs, ==, 15);
    }
}

static void test_what_is_packed_unpacks(void)
{
    static const char letters[] = "So du: {5} [a]~|^\\ @$_ 0123456789 *#";
    for (size_t length = 8; length < sizeof letters; length++) {
        g_autofree char *text = g_strndup(letters, length);
        g_autofree char *wanted = g_strchomp(g_strdup(text));
        int dcs = 0;
        g_autofree char *packed = ussd_text_write(text, USSD_PACKED, &dcs);
        g_autofree char *read = ussd_text_read(packed, dcs, USSD_PACKED, NULL);
        g_assert_cmpstr(read, ==, wanted);
    }
}

static void test_forms_have_names(void)
{
    static const enum ussd_form forms[] = {USSD_UNKNOWN, USSD_PLAIN, USSD_UCS2, USSD_PACKED};
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        enum ussd_form form = USSD_UNKNOWN;
        g_assert_true(ussd_form_from_name(ussd_form_name(forms[i]), &form));
        g_assert_cmpint(form, ==, forms[i]);
    }
    enum ussd_form form = USSD_PLAIN;
    g_assert_false(ussd_form_from_name("gsm", &form));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ussd-text/every form is read", test_every_form_is_read);
    g_test_add_func("/ussd-text/lines are taken apart", test_lines_are_taken_apart);
    g_test_add_func("/ussd-text/codes are written", test_codes_are_written);
    g_test_add_func("/ussd-text/what is packed unpacks", test_what_is_packed_unpacks);
    g_test_add_func("/ussd-text/forms have names", test_forms_have_names);
    return g_test_run();
}
