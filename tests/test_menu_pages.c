// SPDX-License-Identifier: GPL-2.0-or-later
/* Campaigns and inputs that nobody would write: no page is longer than a page, nothing of a text is
 * lost between two of them, and no place leads astray. */
#include "campaigns/menu_heading.h"
#include "campaigns/menu_page.h"
#include "tests/menu_walk.h"

#include <string.h>

#define HEAD "code = \"A\"; title = \"Thăm dò\"; kind = \"survey\"; "
#define YK   "opinion = { keywords = [ \"YK\" ]; }; "

enum { CAMPAIGNS = 25, STEPS = 40 };

static char *random_text(unsigned most)
{
    static const char *const bits[] = {"a",
                                       "b",
                                       " ",
                                       " ",
                                       " ",
                                       "ộ",
                                       "Ữ",
                                       "đ",
                                       "{{",
                                       "}",
                                       "[",
                                       "]",
                                       "~",
                                       "€",
                                       "^",
                                       "|",
                                       "?",
                                       "👍🏽",
                                       "👨‍👩‍👧",
                                       "🇻🇳",
                                       "e\u0301\u0323",
                                       "中",
                                       "\n",
                                       "\t",
                                       "…",
                                       "1.",
                                       "“",
                                       "-",
                                       "thôn",
                                       "may",
                                       "0."};
    GString *text = g_string_new("n");
    unsigned count = (unsigned)g_test_rand_int_range(1, (int)most);
    bool tight = g_test_rand_int_range(0, 3) == 0; /* one long word */
    for (unsigned i = 0; i < count; i++) {
        const char *bit = bits[g_test_rand_int_range(0, G_N_ELEMENTS(bits))];
        g_string_append(text, tight && strchr(" \n\t", *bit) != NULL ? "w" : bit);
    }
    g_string_append_c(text, 'z');
    return g_string_free(text, FALSE);
}

static void append_options(GString *text, unsigned count, const char *list)
{
    g_string_append_printf(text, " %s = (", list);
    for (unsigned i = 0; i < count; i++) {
        g_autofree char *label = random_text(g_test_rand_bit() ? 12 : 260);
        g_string_append_printf(text, "%s{ code = \"%s%u\"; label = \"%s\"; }", i > 0 ? ", " : "",
                               list[0] == 'a' ? "X" : "", i, label);
    }
    g_string_append(text, ");");
}

static char *random_campaign(void)
{
    GString *text = g_string_new(HEAD YK "questions = (");
    unsigned questions = (unsigned)g_test_rand_int_range(1, 5);
    for (unsigned q = 0; q < questions; q++) {
        static const char *const kinds[] = {"choice", "choices", "numbers", "headcount", "text"};
        unsigned kind = (unsigned)g_test_rand_int_range(0, 5);
        g_autofree char *asked = random_text(g_test_rand_bit() ? 20 : 300);
        g_string_append_printf(text, "%s{ id = \"q%u\"; kind = \"%s\"; text = \"%s\";",
                               q > 0 ? ", " : "", q, kinds[kind], asked);
        if (kind < 2)
            append_options(text, (unsigned)g_test_rand_int_range(1, 30), "options");
        if (kind < 2 && g_test_rand_bit())
            append_options(text, 2, "addons");
        for (unsigned f = 0; kind == 2 && f < 3; f++) {
            g_autofree char *label = random_text(200);
            g_string_append_printf(text, "%s{ name = \"f%u\"; label = \"%s\"; }%s",
                                   f == 0 ? " fields = (" : ", ", f, label, f == 2 ? ");" : "");
        }
        g_string_append(text, " }");
    }
    g_string_append(text, " );");
    return g_string_free(text, FALSE);
}

/* Blanks and the marks of what goes on make no difference. */
static char *bare(const char *text)
{
    GString *kept = g_string_new(NULL);
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at))
        if (g_utf8_get_char(at) != 0x2026 && strchr(" .\n", *at) == NULL)
            g_string_append_unichar(kept, g_utf8_get_char(at));
    return g_string_free(kept, FALSE);
}

/* What the pages of the first question show together is all that it says. */
static void check_nothing_lost(struct menu_walk *walk)
{
    const struct question_config *question = walk->campaign.questions->pdata[0];
    g_autoptr(GString) wanted = g_string_new(NULL), seen = g_string_new(NULL);
    if (question->kind != QUESTION_CHOICE)
        return;
    bool titled;
    g_autofree char *heading = menu_heading(&walk->campaign, 0, walk->alphabet, &titled);
    g_string_append(wanted, heading);
    for (guint i = 0; i < question->options->len; i++) {
        const struct option_config *option = question->options->pdata[i];
        g_autofree char *label = menu_page_text(walk->alphabet, option->label);
        g_string_append_printf(wanted, "%s%s", option->code, label);
    }
    menu_walk_begin(walk, NULL);
    for (;;) {
        char *cut = strrchr(walk->turn.page, '\n');
        bool more = cut != NULL && (strstr(cut, ". tiep") != NULL || strstr(cut, ". tiếp") != NULL);
        bool back = cut != NULL && (strstr(cut, ". quay") != NULL);
        g_autofree char *next = more ? g_strndup(cut + 1, strcspn(cut + 1, ".")) : NULL;
        if (more || back)
            *cut = '\0';
        g_string_append(seen, walk->turn.page);
        if (!more)
            break;
        menu_walk_say(walk, next);
    }
    g_autofree char *all = bare(wanted->str), *shown = bare(seen->str);
    g_assert_cmpstr(shown, ==, all);
}

static void wander(struct menu_walk *walk)
{
    static const char *const inputs[] = {"0",
                                         "0",
                                         "00",
                                         "1",
                                         "2",
                                         "3",
                                         "1 2",
                                         "99",
                                         "98",
                                         "97",
                                         "7",
                                         "abc",
                                         "YK",
                                         "co",
                                         "",
                                         "12 34 56",
                                         "\xff",
                                         "0.",
                                         "1000000000000000000000",
                                         "TC"};
    menu_walk_begin(walk, NULL);
    for (unsigned i = 0; i < STEPS && !walk->turn.end; i++) {
        g_autofree char *place = g_strdup(walk->turn.place);
        struct menu_turn again;
        g_assert_true(menu_resume(walk->menu, place, &again));
        g_assert_cmpstr(again.page, !=, "");
        menu_turn_clear(&again);
        menu_walk_say(walk, inputs[g_test_rand_int_range(0, G_N_ELEMENTS(inputs))]);
    }
}

/* A place with some characters changed leads nowhere, or to a page. */
static void spoil_places(struct menu_walk *walk)
{
    static const char letters[] = "0123456789abcdef.-xz";
    menu_walk_begin(walk, NULL);
    g_autofree char *good = g_strdup(walk->turn.place);
    for (unsigned i = 0; i < STEPS * 2; i++) {
        g_autofree char *place = g_strdup(good);
        unsigned from = g_test_rand_bit() ? 0 : 10; /* the rest behind a mark that is true */
        for (int changes = g_test_rand_int_range(1, 4); changes > 0; changes--)
            place[g_test_rand_int_range((int)from, (int)strlen(place))] =
                letters[g_test_rand_int_range(0, sizeof letters - 1)];
        menu_turn_clear(&walk->turn);
        if (menu_resume(walk->menu, place, &walk->turn))
            menu_walk_check(walk);
        menu_turn_clear(&walk->turn);
        menu_go_on(walk->menu, place, "0", &walk->turn);
        menu_walk_check(walk);
    }
}

static void test_anything(void)
{
    for (unsigned i = 0; i < CAMPAIGNS; i++) {
        g_autofree char *text = random_campaign();
        struct menu_walk walk;
        menu_walk_open(&walk, text, i % 2 == 0 ? USSD_ALPHABET_GSM7 : USSD_ALPHABET_UCS2);
        g_autoptr(GPtrArray) warnings = menu_warnings(walk.menu);
        for (guint w = 0; w < warnings->len; w++)
            g_assert_true(g_utf8_validate(warnings->pdata[w], -1, NULL));
        check_nothing_lost(&walk);
        for (unsigned round = 0; round < 4; round++)
            wander(&walk);
        spoil_places(&walk);
        menu_walk_close(&walk);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/menu pages/anything", test_anything);
    return g_test_run();
}
