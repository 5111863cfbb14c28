// SPDX-License-Identifier: GPL-2.0-or-later
// Command lines of the simulated modem, taken apart.
#include "modems/simulator/request.h"

static const struct {
    const char *line; /* behind AT */
    const char *read; /* name, kind (r ? t =) and arguments of each; ! where it cannot be read */
} rows[] = {
    {"", ""},
    {"E1", "E=1"},
    {"e0v1", "E=0 V=1"},
    {"&F", "&Fr"},
    {"&c1&d2", "&C=1 &D=2"},
    {"S0=0", "S0=0"},
    {"S3?", "S3?"},
    {"I", "Ir"},
    {"D*99#;", "D=*99#;"},
    {"+cmgf=0", "+CMGF=0"},
    {"+CMGF=?", "+CMGFt"},
    {"+CPMS?", "+CPMS?"},
    {"+CSQ;+CREG?", "+CSQr +CREG?"},
    {"+CUSD=1,\"*101#;x\",15;+CSQ", "+CUSD=1,\"*101#;x\",15 +CSQr"},
    {"E1+CMEE=1;V1", "E=1 +CMEE=1 V=1"},
    {"^CURC=0", "^CURC=0"},
    {"$TSSPCSW=?", "$TSSPCSWt"},
    {" +CSQ ", "+CSQr"},
    {"+", "!"},
    {"+CSQ!", "!"},
    {"=1", "!"},
    {"+CMGF=0;?", "+CMGF=0 !"},
    {"+THISNAMEISMUCHTOOLONGFORANY=1", "!"},
};

static void lines_are_taken_apart(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) told = g_string_new(NULL);
        const char *cursor = rows[i].line;
        bool well = true;
        while (well && *cursor) {
            struct request request;
            well = request_read(&cursor, &request);
            if (well)
                g_string_append_printf(told, "%s%s%c%s", told->len ? " " : "", request.name,
                                       "r?t="[request.kind], request.arguments);
            else
                g_string_append(told, told->len ? " !" : "!");
            g_free(request.arguments);
        }
        g_assert_cmpstr(told->str, ==, rows[i].read);
    }
}

static void arguments_keep_commas_in_quotes(void)
{
    struct request request = {.arguments = (char *)"1, \"a,b; c\",,15"};
    g_auto(GStrv) arguments = request_arguments(&request);
    static const char *const expected[] = {"1", "a,b; c", "", "15", NULL};
    g_assert_cmpuint(g_strv_length(arguments), ==, 4);
    for (int i = 0; expected[i]; i++)
        g_assert_cmpstr(arguments[i], ==, expected[i]);
    g_assert_cmpint(request_number(arguments, 0, 7), ==, 1);
    g_assert_cmpint(request_number(arguments, 1, 7), ==, -1);
    g_assert_cmpint(request_number(arguments, 2, 7), ==, 7);
    g_assert_cmpint(request_number(arguments, 9, 7), ==, 7);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/simulator/request/lines are taken apart", lines_are_taken_apart);
    g_test_add_func("/simulator/request/arguments keep commas in quotes",
                    arguments_keep_commas_in_quotes);
    return g_test_run();
}
