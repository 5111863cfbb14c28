// SPDX-License-Identifier: GPL-2.0-or-later
/* Codes come first, for they are what the SMS asks for; names follow where a code is a word of
 * every day ("vang" is also vâng). The judge is the same that reads every SMS. */
#include "campaigns/menu_saying.h"

#include "campaigns/judgement.h"

#include <string.h>

static void judge(const struct menu *menu, const struct reply_reader *turn, const char *text,
                  struct judgement *retjudgement)
{
    const struct judgement_case asked = {.campaign = menu->campaign,
                                         .reader = menu->reader,
                                         .turn = turn,
                                         .shut = "",
                                         .text = text,
                                         .typed = true};
    judgement_make(&asked, retjudgement);
}

/* The text says `said` to the question, and nothing else. */
static bool is_said(const struct menu *menu, const struct menu_asked *asked, const char *text,
                    const char *said)
{
    struct judgement judgement;
    judge(menu, asked->turn, text, &judgement);
    bool is = judgement.outcome == JUDGED_ANSWER && judgement.count == 1 &&
              judgement.answers[0].question == asked->config && judgement.opinion == NULL &&
              judgement.look[0] == '\0' && strcmp(judgement.answers[0].said, said) == 0;
    judgement_clear(&judgement);
    return is;
}

/* Takes the text over; it stands if it is understood. */
static char *tried(const struct menu *menu, const struct menu_asked *asked, char *text,
                   const char *said)
{
    if (is_said(menu, asked, text, said))
        return text;
    g_free(text);
    return NULL;
}

static char *in_words(const struct menu *menu, const struct menu_asked *asked,
                      const struct option_config *option, const char *said)
{
    static const char *const ways[] = {"%s", "chọn %s", "số %s", "xin %s", "%s ạ"};
    char *text = NULL;
    for (size_t way = 0; way < G_N_ELEMENTS(ways) && text == NULL; way++) {
        g_auto(GStrv) halves = g_strsplit(ways[way], "%s", 2);
        text = tried(menu, asked, g_strconcat(halves[0], option->code, halves[1], NULL), said);
        if (text == NULL)
            text = tried(menu, asked, g_strconcat(halves[0], option->label, halves[1], NULL), said);
    }
    for (char **alias = option->aliases; text == NULL && alias != NULL && *alias != NULL; alias++)
        text = tried(menu, asked, g_strdup(*alias), said);
    return text;
}

static char *joined(const struct menu_asked *asked, const struct ballot *ballot, const char *by,
                    bool labels)
{
    GString *text = g_string_new(NULL);
    for (unsigned i = 0; i < ballot->count; i++) {
        const struct option_config *option = ballot_option(asked->config, ballot->chosen[i]);
        g_string_append_printf(text, "%s%s", i > 0 ? by : "",
                               labels ? option->label : option->code);
    }
    return g_string_free(text, FALSE);
}

static char *said_of(const struct menu *menu, const struct menu_asked *asked,
                     const struct ballot *ballot)
{
    static const char *const joints[] = {" ", ", ", ",", "; ", " và ", " + ", "\n"};
    g_autofree char *said = ballot_format(asked->config, ballot);
    if (ballot->count == 1)
        return in_words(menu, asked, ballot_option(asked->config, ballot->chosen[0]), said);
    char *text = NULL;
    for (unsigned labels = 0; labels < 2; labels++)
        for (size_t i = 0; i < G_N_ELEMENTS(joints) && text == NULL; i++)
            text = tried(menu, asked, joined(asked, ballot, joints[i], labels == 1), said);
    return text;
}

char *menu_saying_options(const struct menu *menu, unsigned question, uint64_t chosen)
{
    const struct menu_asked *asked = menu_asked_at(menu, question);
    struct ballot ballot = {.vote = true};
    for (unsigned i = 0; i < asked->offered; i++)
        if ((chosen >> i & 1) != 0)
            ballot.chosen[ballot.count++] = i;
    return menu_saying_ballot(menu, question, &ballot);
}

char *menu_saying_ballot(const struct menu *menu, unsigned question, const struct ballot *ballot)
{
    return ballot->count == 0 ? NULL : said_of(menu, menu_asked_at(menu, question), ballot);
}

char *menu_saying_addon(const struct menu *menu, unsigned question, unsigned addon)
{
    const struct menu_asked *asked = menu_asked_at(menu, question);
    struct ballot ballot = {.count = 1, .chosen = {asked->config->options->len + addon}};
    return said_of(menu, asked, &ballot);
}

static char *numbers_text(const struct menu_asked *asked, const int64_t *number, unsigned count,
                          bool named)
{
    GString *text = g_string_new(NULL);
    for (unsigned i = 0; i < count; i++) {
        const struct field_config *field =
            named && i < asked->config->fields->len ? asked->config->fields->pdata[i] : NULL;
        g_string_append_printf(text, "%s%s%s%" G_GINT64_FORMAT,
                               i == 0  ? ""
                               : named ? ", "
                                       : " ",
                               field != NULL ? field->name : "", field != NULL ? " " : "",
                               number[i]);
    }
    return g_string_free(text, FALSE);
}

char *menu_saying_numbers(const struct menu *menu, unsigned question, const int64_t *number)
{
    const struct menu_asked *asked = menu_asked_at(menu, question);
    bool heads = asked->config->kind == QUESTION_HEADCOUNT;
    struct ballot ballot = {.vote = true};
    ballot.numbers = heads ? 1 : MIN(asked->config->fields->len, BALLOT_NUMBERS_MAX);
    memcpy(ballot.number, number, ballot.numbers * sizeof *number);
    g_autofree char *said = ballot_format(asked->config, &ballot);
    char *text = tried(menu, asked, numbers_text(asked, number, ballot.numbers, false), said);
    if (text == NULL && heads)
        return tried(menu, asked, g_strdup_printf("%" G_GINT64_FORMAT " người", number[0]), said);
    if (text == NULL)
        text = tried(menu, asked, numbers_text(asked, number, ballot.numbers, true), said);
    if (text == NULL && asked->config->keyword != NULL) {
        g_autofree char *bare = numbers_text(asked, number, ballot.numbers, false);
        text = tried(menu, asked, g_strdup_printf("%s %s", asked->config->keyword, bare), said);
    }
    return text;
}

char *menu_saying_text(const struct menu *menu, unsigned question, const char *text)
{
    const struct menu_asked *asked = menu_asked_at(menu, question);
    g_autofree char *bare = g_strstrip(g_strdup(text));
    struct judgement judgement;
    judge(menu, asked->turn, bare, &judgement);
    bool refusal = judgement.outcome == JUDGED_OPTOUT,
         opinion = judgement.outcome == JUDGED_OPINION;
    judgement_clear(&judgement);
    if (refusal || is_said(menu, asked, bare, bare))
        return g_steal_pointer(&bare);
    if (asked->config->keyword != NULL) {
        g_autofree char *called = g_strdup_printf("%s %s", asked->config->keyword, bare);
        if (is_said(menu, asked, called, bare))
            return g_steal_pointer(&called);
    }
    return opinion ? g_steal_pointer(&bare) : NULL;
}

char *menu_saying_opinion(const struct menu *menu, const char *text)
{
    char *const *keywords = menu->campaign->opinion.keywords;
    struct judgement bare;
    judge(menu, NULL, text, &bare);
    bool refusal = bare.outcome == JUDGED_OPTOUT;
    judgement_clear(&bare);
    if (refusal)
        return g_strdup(text);
    for (unsigned i = 0; keywords != NULL && keywords[i] != NULL; i++) {
        struct judgement judgement;
        g_autofree char *said = g_strdup_printf("%s %s", keywords[i], text);
        judge(menu, NULL, said, &judgement);
        bool is = judgement.outcome == JUDGED_OPINION && g_strcmp0(judgement.opinion, text) == 0;
        judgement_clear(&judgement);
        if (is)
            return g_steal_pointer(&said);
    }
    return NULL;
}

bool menu_saying_read(const struct menu *menu, unsigned question, const char *text,
                      uint64_t *retchosen, bool *retaddons)
{
    const struct menu_asked *asked = menu_asked_at(menu, question);
    struct judgement judgement;
    struct ballot ballot = {0};
    judge(menu, asked->turn, text, &judgement);
    bool read = judgement.outcome == JUDGED_ANSWER && judgement.count == 1 &&
                judgement.answers[0].question == asked->config && judgement.opinion == NULL &&
                judgement.look[0] == '\0' &&
                ballot_parse(asked->config, judgement.answers[0].said, &ballot) && ballot.vote;
    judgement_clear(&judgement);
    if (!read)
        return false;
    *retchosen = 0;
    *retaddons = false;
    for (unsigned i = 0; i < ballot.count; i++) {
        if (ballot.chosen[i] < asked->config->options->len)
            *retchosen |= (uint64_t)1 << ballot.chosen[i];
        else
            *retaddons = true;
    }
    return true;
}
