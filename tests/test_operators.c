// SPDX-License-Identifier: GPL-2.0-or-later
/* The operators' file: the set that the programs carry is well, every mistake of another one is
 * found with its place, and no pattern can hold up who tries it. */
#include "config/operators.h"

#include <glib/gstdio.h>
#include <string.h>

#include "config/gateway.h"
#include "config/pattern.h"

/* Mistakes as "f:1: field: sentence", one a line; `f` for whatever the file is called. */
static char *read_file(const char *text, GPtrArray **retoperators)
{
    g_autofree char *path = NULL;
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    int file = g_file_open_tmp("loa-operators-XXXXXX", &path, NULL);
    g_assert_cmpint(file, >=, 0);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    *retoperators = operators_read(path, mistakes);
    GString *told = g_string_new(NULL);
    for (guint i = 0; i < mistakes->len; i++) {
        g_autofree char *line = mistake_text(mistakes->pdata[i]);
        g_assert_true(g_str_has_prefix(line, path));
        g_string_append_printf(told, "%sf%s", i > 0 ? "\n" : "", line + strlen(path));
    }
    g_close(file, NULL);
    g_unlink(path);
    return g_string_free(told, FALSE);
}

#define KNOWN                                                                                      \
    "known are balance, expires, locked, bundle, bundle_expires, no_bundle, two_bundles, number"
#define BUNDLE(rest)                                                                               \
    "operators = ( { name = \"a\"; bundles = (\n { name = \"B\"; path = [ \"*1#\" ]; },\n { " rest \
    " } ); } );"

static const struct {
    const char *text, *mistakes;
} bad[] = {
    {"", "f: names no operator"},
    {"operators = ( );", "f: names no operator"},
    {"operators = ( { name = \"a b\"; colour = 1; } );",
     "f:1: operators[0].name: must be 1 to 32 letters without diacritics, digits, - and _\n"
     "f:1: operators[0].colour: there is no such setting here; known are name, names, networks, "
     "paths, sms_from, alone, patterns, topup_aside, topup_success, topup_failure, bundles"},
    {"operators = ( { names = [ \"x\" ]; } );",
     "f:1: operators[0].name: is missing; it is what operator of a modem names"},
    {"operators = ( { name = \"a\"; names = [ \"Beta Mobile\" ]; networks = [ \"45204\" ]; },\n"
     " { name = \"betamobile\";\n   networks = [ \"45205\",\n \"45204\" ]; } );",
     "f:2: operators[1].name: “betamobile” is a name or network of a already\n"
     "f:4: operators[1].networks[1]: “45204” is a name or network of a already"},
    {"operators = ( { name = \"a\"; },\n { name = \"A\"; } );",
     "f:2: operators[1].name: “A” is a name or network of a already"},
    {"operators = ( { name = \"a\"; networks = [ \"452-04\" ]; } );",
     "f:1: operators[0].networks: must be country and network in 5 or 6 digits, such as 45204"},
    {"operators = ( { name = \"a\"; paths = {\n balance = [ ];\n number = [ \"*0#\", \"\" ];\n"
     " bundle = [ \"sms\" ];\n topup = [ \"*100*1#\" ]; code = 1; }; } );",
     "f:5: operators[0].paths.code: there is no such setting here; known are balance, number, "
     "bundle, topup\n"
     "f:2: operators[0].paths.balance: is empty; leave it out where the operator has no such code\n"
     "f:3: operators[0].paths.number[1]: must be what is typed into the menu\n"
     "f:4: operators[0].paths.bundle[0]: “sms” is no code: it has digits, * and # alone\n"
     "f:5: operators[0].paths.topup: {code} must stand where the code of the card goes"},
    {"operators = ( { name = \"a\"; paths = { topup = [ \"*100*{pin}#\",\n \"{code}\" ];\n"
     " balance = [ \"*101*{code}#\" ]; }; } );",
     "f:3: operators[0].paths.balance[0]: “{code}”: there are no placeholders here\n"
     "f:1: operators[0].paths.topup[0]: “{pin}” is no placeholder; known is {code}"},
    {"operators = ( { name = \"a\"; patterns = [ \"(?<balance>(?&money))\",\n"
     " \"tk (?<balance>(?&money)\",\n \"tk\",\n \"(?<ballance>(?&money))\",\n "
     "\"(?<balance>(?&cash))\","
     "\n \"\" ]; } );",
     "f:2: operators[0].patterns[1]: is no regular expression, at character 23: missing "
     "terminating )\n"
     "f:3: operators[0].patterns[2]: finds nothing: it needs a group such as (?<balance>…); " KNOWN
     "\n"
     "f:4: operators[0].patterns[3]: nobody reads a group called “ballance”; " KNOWN "\n"
     "f:5: operators[0].patterns[4]: is no regular expression, at character 14: reference to "
     "non-existent subpattern\n"
     "f:6: operators[0].patterns[5]: is empty, and would fit every text"},
    {"everybody = { topup_success = [ \"ok\",\n \"*ok\" ]; };\noperators = ( { name = \"a\";\n"
     " topup_failure = [ \"[z-a]\" ]; } );",
     "f:2: everybody.topup_success[1]: is no regular expression, at character 0: nothing to "
     "repeat\n"
     "f:4: operators[0].topup_failure[0]: is no regular expression, at character 3: range out of "
     "order in character class"},
    {"words = ( { name = \"left\"; means = \"còn lại\"; } );\n"
     "operators = ( { name = \"a\";\n topup_success = [ \"tk\\n\",\n \"thành công\" ]; } );",
     "f:1: words[0].means: “ò” is never found: texts are small letters without diacritics when "
     "they "
     "are read\n"
     "f:3: operators[0].topup_success[0]: holds a line break or the like, which is never found: "
     "texts have single blanks instead when they are read\n"
     "f:4: operators[0].topup_success[1]: “à” is never found: texts are small letters without "
     "diacritics when they are read"},
    {"words = ( { name = \"main\"; means = \"tk\"; },\n { name = \"main\"; means = \"tk\"; },\n"
     " { name = \"two\"; means = \"(?&main) (\"; },\n { name = \"Big\"; means = \"x\"; } );\n"
     "operators = ( { name = \"a\"; } );",
     "f:4: words[3].name: must be 1 to 32 small letters without diacritics, digits and _\n"
     "f:2: words[1].means: the name “main” is taken already\n"
     "f:3: words[2].means: is no regular expression, at character 10: missing "
     "terminating )"},
    {BUNDLE("name = \"b\"; path = [ \"*2#\" ];"),
     "f:3: operators[0].bundles[1].name: “b” is the name of another bundle already"},
    {BUNDLE("name = \"C\"; success = [ \"(\" ]; parts = -1;"),
     "f:3: operators[0].bundles[1].parts: must be 0 to 1000000\n"
     "f:3: operators[0].bundles[1].path: is missing; it is how it is registered: the code, then "
     "the answers to the menus that it opens\n"
     "f:3: operators[0].bundles[1].success[0]: is no regular expression, at character 1: missing "
     "terminating )"},
};

static void test_mistakes_name_their_place(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        GPtrArray *operators = NULL;
        g_autofree char *told = read_file(bad[i].text, &operators);
        g_assert_cmpstr(told, ==, bad[i].mistakes);
        g_assert_cmpuint(operators->len, ==, 0);
        g_ptr_array_unref(operators);
    }
}

static GPtrArray *read_carried(void)
{
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    GPtrArray *operators = operators_read(NULL, mistakes);
    for (guint i = 0; i < mistakes->len; i++) {
        g_autofree char *told = mistake_text(mistakes->pdata[i]);
        g_test_message("%s", told);
    }
    g_assert_cmpuint(mistakes->len, ==, 0);
    return operators;
}

static void test_the_carried_set_is_well_and_finds_its_operators(void)
{
    static const struct {
        const char *said, *name;
    } rows[] = {
        {"viettel", "viettel"},
        {"Viettel Mobile", "viettel"},
        {"45204", "viettel"},
        {"VinaPhone", "vinaphone"},
        {"vina phone", "vinaphone"},
        {"VN VINAPHONE", "vinaphone"},
        {"45202", "vinaphone"},
        {"MobiFone", "mobifone"},
        {"45201", "mobifone"},
        {"Vietnamobile", "vietnamobile"},
        {"45205", "vietnamobile"},
        {"Gmobile", "gmobile"},
        {"45207", "gmobile"},
        {"iTel", "itel"},
        {"Wintel", "wintel"},
        {"Local", "local"},
        {"VNSKY", "vnsky"},
        {"FPT", "fpt"},
        {"viettel-tra-sau", "viettel-tra-sau"},
        {"vinaphone-tra-sau", "vinaphone-tra-sau"},
        {"mobifone-tra-sau", "mobifone-tra-sau"},
        {"S-Fone", NULL},
        {"", NULL},
        {NULL, NULL},
    };
    g_autoptr(GPtrArray) operators = read_carried();
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct operator_config *found = operators_find(operators, rows[i].said);
        g_assert_cmpstr(found != NULL ? found->name : NULL, ==, rows[i].name);
    }
    const struct operator_config *viettel = operators_find(operators, "viettel");
    g_assert_cmpstr(viettel->paths.balance[0], ==, "*101#");
    g_assert_cmpstr(viettel->paths.topup[0], ==, "*100*{code}#");
    g_assert_null(operators_find(operators, "viettel-tra-sau")->paths.balance);
    g_assert_null(operator_bundle(viettel, "SMS100"));
    /* What the file shows as an example is one. */
    g_autofree char *text = operators_example();
    g_assert_nonnull(strstr(text, "# bundles = ("));
}

static void test_own_patterns_come_before_those_for_everybody(void)
{
    GPtrArray *operators = NULL;
    g_autofree char *told =
        read_file("words = ( { name = \"w\"; means = \"x\"; } );\n"
                  "everybody = { patterns = [ \"(?&w)(?<balance>2)\" ]; topup_failure = [ \"no\" ];"
                  " };\n"
                  "operators = ( { name = \"a\"; patterns = [ \"(?<balance>1)\" ]; bundles = ( {"
                  " name = \"B\"; path = [ \"*1#\", \"2\" ]; parts = 9; } ); },"
                  " { name = \"b\"; alone = true; } );",
                  &operators);
    g_assert_cmpstr(told, ==, "");
    const struct operator_config *a = operators_find(operators, "A");
    g_assert_cmpuint(g_strv_length(a->patterns), ==, 2);
    g_assert_cmpstr(a->patterns[0], ==, "(?<balance>1)");
    g_assert_cmpstr(a->topup_failure[0], ==, "no");
    g_assert_cmpint(operator_bundle(a, "b")->parts, ==, 9);
    g_assert_null(operator_bundle(a, NULL));
    g_assert_null(operators_find(operators, "b")->patterns);
    g_ptr_array_unref(operators);
}

/* Each would take longer than anybody lives. */
static void test_no_pattern_can_hold_anybody_up(void)
{
    static const char *const clumsy[] = {"^(a+)+$", "(a|aa)*(?<balance>b)", "(.*)*(.*)*(.*)*b",
                                         "^(?:(?:a?){40}a{40}){40}b"};
    g_autofree char *text = g_strnfill(PATTERN_TEXT_MAX, 'a');
    text[PATTERN_TEXT_MAX - 1] = '!';
    for (size_t i = 0; i < G_N_ELEMENTS(clumsy); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GRegex) regex = pattern_compile(NULL, clumsy[i], &error);
        g_assert_no_error(error);
        g_assert_false(g_regex_match_full(regex, text, -1, 0, 0, NULL, NULL));
    }
}

static char *check_modem(const char *modem)
{
    g_autofree char *path = NULL;
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    struct gateway_config config = {0};
    g_autofree char *text = g_strdup_printf(
        "modems = ( { name = \"s\"; device = \"/dev/x\"; %s } );\nsims = { operators = \"%%s\"; };",
        modem);
    g_autofree char *operators = NULL;
    int file = g_file_open_tmp("loa-operators-XXXXXX", &operators, NULL);
    g_close(file, NULL);
    g_assert_true(g_file_set_contents(operators,
                                      "operators = ( { name = \"a\"; bundles = ( { name = \"B\";"
                                      " path = [ \"*1#\" ]; } ); }, { name = \"b\"; } );",
                                      -1, NULL));
    g_auto(GStrv) around = g_strsplit(text, "%s", 2);
    g_autofree char *whole = g_strconcat(around[0], operators, around[1], NULL);
    file = g_file_open_tmp("loa-gateway-XXXXXX", &path, NULL);
    g_close(file, NULL);
    g_assert_true(g_file_set_contents(path, whole, -1, NULL));
    gateway_config_read(path, &config, mistakes);
    GString *told = g_string_new(NULL);
    for (guint i = 0; i < mistakes->len; i++) {
        const struct mistake *mistake = mistakes->pdata[i];
        g_string_append_printf(told, "%s%s: %s", mistake->warning ? "warning: " : "",
                               mistake->field, mistake->sentence);
    }
    gateway_config_clear(&config);
    g_unlink(path);
    g_unlink(operators);
    return g_string_free(told, FALSE);
}

static void test_modems_name_operators_and_bundles(void)
{
    static const struct {
        const char *modem, *told;
    } rows[] = {
        {"", ""},
        {"operator = \"A\"; bundle = \"b\";", ""},
        {"bundle = \"B\";", ""},
        {"operator = \"ours\";",
         "warning: modems[0].operator: “ours” is no name of the operators' file, so that the "
         "network of the SIM decides; known are a, b"},
        {"operator = \"b\"; bundle = \"B\";",
         "modems[0].bundle: b has no bundle called “B” in the operators' file; see sims.operators"},
        {"bundle = \"C\";", "modems[0].bundle: the operators' file has no bundle called “C”; see "
                            "sims.operators"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *told = check_modem(rows[i].modem);
        g_assert_cmpstr(told, ==, rows[i].told);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/operators/mistakes name their place", test_mistakes_name_their_place);
    g_test_add_func("/operators/the carried set is well, and finds its operators",
                    test_the_carried_set_is_well_and_finds_its_operators);
    g_test_add_func("/operators/own patterns come before those for everybody",
                    test_own_patterns_come_before_those_for_everybody);
    g_test_add_func("/operators/no pattern can hold anybody up",
                    test_no_pattern_can_hold_anybody_up);
    g_test_add_func("/operators/modems name operators and bundles that are known",
                    test_modems_name_operators_and_bundles);
    return g_test_run();
}
