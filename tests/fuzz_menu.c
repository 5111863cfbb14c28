// SPDX-License-Identifier: GPL-2.0-or-later
/* What aggregators bring as typed, and places of which nothing is known: the first character picks
 * campaign and alphabet, each line is an input, one that begins with "@" a place to go on from. No
 * turn is without a page that fits, and what an answer says is judged as one. */
#include "campaigns/judgement.h"
#include "campaigns/menu.h"
#include "campaigns/text.h"

#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const files[] = {"tests/samples/doi-thoai.conf",
                                    "tests/samples/other-questions.conf",
                                    "tests/replies/crops.conf", "tests/replies/congress.conf"};
static struct campaign_config campaigns[G_N_ELEMENTS(files)];
static struct reply_reader *readers[G_N_ELEMENTS(files)];
static struct reply_reader *turns[G_N_ELEMENTS(files)][8];
static struct menu *menus[G_N_ELEMENTS(files)][USSD_ALPHABET_UCS2 + 1];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *text = NULL;
        g_autoptr(GPtrArray) mistakes = mistakes_new();
        if (!g_file_get_contents(files[i], &text, NULL, NULL))
            g_error("%s is not there: run this from the top of the tree", files[i]);
        campaign_config_read(text, files[i], &campaigns[i], mistakes);
        g_assert_cmpuint(mistakes_count(mistakes), ==, 0);
        readers[i] = reply_reader_new(&campaigns[i]);
        for (guint q = 0; q < campaigns[i].questions->len; q++)
            turns[i][q] = reply_reader_new_for(&campaigns[i], q);
        for (int a = USSD_ALPHABET_GSM7; a <= USSD_ALPHABET_UCS2; a++)
            menus[i][a] = menu_new(&campaigns[i], (enum ussd_alphabet)a);
    }
    return 0;
}

/* The text counts, for nothing but that question; free text may be what else an SMS may be. */
static void check_answer(size_t campaign, const struct menu_turn *turn)
{
    guint place = 0;
    const struct question_config *question = turn->question;
    while (question != NULL && campaigns[campaign].questions->pdata[place] != question)
        place++;
    const struct judgement_case asked = {.campaign = &campaigns[campaign],
                                         .reader = readers[campaign],
                                         .turn = question != NULL ? turns[campaign][place] : NULL,
                                         .shut = "",
                                         .text = turn->answer,
                                         .typed = true};
    struct judgement judgement;
    judgement_make(&asked, &judgement);
    bool spoken = judgement.outcome == JUDGED_OPINION || judgement.outcome == JUDGED_OPTOUT;
    bool answered = judgement.outcome == JUDGED_ANSWER && judgement.count == 1 &&
                    judgement.answers[0].question == question;
    bool free_text = question == NULL || question->kind == QUESTION_TEXT;
    g_assert_true(answered ? question != NULL : free_text && spoken);
    judgement_clear(&judgement);
}

static void check_turn(size_t campaign, const struct menu_turn *turn)
{
    g_assert_true(turn->page != NULL && turn->page[0] != '\0');
    g_assert_true(g_utf8_validate(turn->page, -1, NULL));
    g_assert_true(menu_page_fits(turn->page, NULL, NULL));
    g_assert_cmpuint(strlen(turn->place), <=, MENU_PLACE_MAX);
    g_assert_false(turn->misread && (turn->end || turn->answer != NULL));
    if (turn->answer != NULL)
        check_answer(campaign, turn);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    unsigned picked = text[0] == '\0' ? 0 : (unsigned char)text[0];
    size_t campaign = picked % G_N_ELEMENTS(files);
    const struct menu *menu = menus[campaign][picked / G_N_ELEMENTS(files) % 2];
    g_auto(GStrv) lines = g_strsplit(text[0] == '\0' ? "" : text + 1, "\n", -1);
    struct menu_turn turn;
    menu_begin(menu, NULL, &turn);
    check_turn(campaign, &turn);
    for (char **line = lines; *line != NULL; line++) {
        struct menu_turn next;
        if (**line != '@')
            menu_go_on(menu, turn.place, *line, &next);
        else if (!menu_resume(menu, *line + 1, &next))
            continue;
        menu_turn_clear(&turn);
        turn = next;
        check_turn(campaign, &turn);
    }
    menu_turn_clear(&turn);
    return 0;
}
