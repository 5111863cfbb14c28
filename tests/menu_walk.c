// SPDX-License-Identifier: GPL-2.0-or-later
/* Walks menus. What is answered is judged as every SMS is, with the reader of the question that was
 * open: the menus themselves are not asked whether they were right. */
#include "tests/menu_walk.h"

#include "campaigns/judgement.h"

#include <string.h>

static void free_reader(gpointer reader)
{
    reply_reader_free(reader);
}

void menu_walk_open(struct menu_walk *walk, const char *text, enum ussd_alphabet alphabet)
{
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    *walk = (struct menu_walk){.alphabet = alphabet};
    if (!campaign_config_read(text, "a.conf", &walk->campaign, mistakes))
        for (guint i = 0; i < mistakes->len; i++) {
            g_autofree char *sentence = mistake_text(mistakes->pdata[i]);
            g_test_message("%s", sentence);
        }
    g_assert_cmpuint(mistakes_count(mistakes), ==, 0);
    walk->menu = menu_new(&walk->campaign, alphabet);
    walk->reader = reply_reader_new(&walk->campaign);
    walk->turns = g_ptr_array_new_with_free_func(free_reader);
    for (guint q = 0; q < walk->campaign.questions->len; q++)
        g_ptr_array_add(walk->turns, reply_reader_new_for(&walk->campaign, q));
}

void menu_walk_close(struct menu_walk *walk)
{
    menu_turn_clear(&walk->turn);
    menu_free(walk->menu);
    reply_reader_free(walk->reader);
    g_ptr_array_unref(walk->turns);
    campaign_config_clear(&walk->campaign);
}

void menu_walk_check(const struct menu_walk *walk)
{
    const struct menu_turn *turn = &walk->turn;
    unsigned used, limit;
    g_assert_nonnull(turn->page);
    g_assert_cmpstr(turn->page, !=, "");
    g_assert_true(g_utf8_validate(turn->page, -1, NULL));
    if (!menu_page_fits(turn->page, &used, &limit))
        g_error("%u of %u: %s", used, limit, turn->page);
    if (walk->alphabet == USSD_ALPHABET_GSM7)
        g_assert_cmpuint(limit, ==, MENU_SEPTETS);
    g_assert_cmpuint(strlen(turn->place), <=, MENU_PLACE_MAX);
    g_assert_true(turn->question == NULL || turn->answer != NULL);
    g_assert_false(turn->misread && (turn->end || turn->answer != NULL));
}

void menu_walk_begin(struct menu_walk *walk, const bool *answered)
{
    menu_turn_clear(&walk->turn);
    menu_begin(walk->menu, answered, &walk->turn);
    menu_walk_check(walk);
}

void menu_walk_say(struct menu_walk *walk, const char *input)
{
    g_autofree char *place = g_strdup(walk->turn.place);
    menu_turn_clear(&walk->turn);
    menu_go_on(walk->menu, place, input, &walk->turn);
    menu_walk_check(walk);
}

/* The answer of the last turn as an SMS, with that question open. */
static char *judged(struct menu_walk *walk, const struct question_config *question)
{
    guint place = 0;
    while (walk->campaign.questions->pdata[place] != question)
        place++;
    const struct judgement_case asked = {.campaign = &walk->campaign,
                                         .reader = walk->reader,
                                         .turn = walk->turns->pdata[place],
                                         .shut = "",
                                         .text = walk->turn.answer,
                                         .typed = true};
    struct judgement judgement;
    judgement_make(&asked, &judgement);
    char *said = judgement.outcome == JUDGED_ANSWER && judgement.count == 1 &&
                         judgement.answers[0].question == question && judgement.opinion == NULL
                     ? g_strdup(judgement.answers[0].said)
                     : g_strdup(judgement_outcome_name(judgement.outcome));
    judgement_clear(&judgement);
    return said;
}

void menu_walk_assert_said(struct menu_walk *walk, const struct question_config *question,
                           const char *wanted)
{
    g_assert_true(walk->turn.question == question);
    g_autofree char *said = judged(walk, question);
    if (strcmp(said, wanted) != 0)
        g_error("%s of %s: “%s” is judged as “%s”, not “%s”", question->id, walk->campaign.code,
                walk->turn.answer, said, wanted);
}
