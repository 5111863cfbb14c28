// SPDX-License-Identifier: GPL-2.0-or-later
/* The way through the questions of a campaign: each step reads the place, makes its page once more,
 * reads what was typed there, and makes the page of the next place. Nothing is kept in between. An
 * answer goes out as soon as it is whole; add-ons follow as answers of their own, so that a session
 * that breaks off loses none. */
#include "campaigns/menu.h"

#include "campaigns/menu_heading.h"
#include "campaigns/menu_input.h"
#include "campaigns/menu_saying.h"
#include "campaigns/menu_view.h"
#include "campaigns/reply.h"
#include "campaigns/reply_scan.h"
#include "campaigns/text.h"

#include <string.h>

/* --- Making --------------------------------------------------------------------------------- */

static void clear_asked(gpointer data)
{
    struct menu_asked *asked = data;
    reply_reader_free(asked->turn);
    g_ptr_array_unref(asked->keys);
    g_ptr_array_unref(asked->labels);
    g_free(asked->heading);
}

static void ask(struct menu *menu, unsigned question)
{
    bool titled;
    struct menu_asked asked = {.config = menu->campaign->questions->pdata[question]};
    asked.turn = reply_reader_new_for(menu->campaign, question);
    asked.heading = menu_heading(menu->campaign, question, menu->alphabet, &titled);
    asked.offered = MIN(asked.config->options->len, BALLOT_CODES_MAX);
    menu_view_give_keys(&asked);
    menu_view_give_labels(&asked, menu->alphabet);
    g_array_append_val(menu->asked, asked);
}

/* Everything that a place depends on. */
static uint32_t mark_of(const struct menu *menu)
{
    g_autoptr(GString) all = g_string_new(menu->alphabet == USSD_ALPHABET_UCS2 ? "u" : "g");
    for (guint i = 0; i < menu->asked->len; i++) {
        const struct menu_asked *asked = menu_asked_at(menu, i);
        const struct question_config *config = asked->config;
        g_string_append_printf(all, "\n%s %d %s", config->id, config->kind, asked->heading);
        for (unsigned o = 0; o < asked->offered; o++) {
            const struct option_config *option = config->options->pdata[o];
            g_string_append_printf(all, "|%s=%s", option->code, (char *)asked->labels->pdata[o]);
        }
        for (guint a = 0; a < config->addons->len; a++)
            g_string_append_printf(all, "+%s",
                                   ((struct option_config *)config->addons->pdata[a])->code);
        for (guint f = 0; f < config->fields->len; f++)
            g_string_append_printf(all, "#%s",
                                   ((struct field_config *)config->fields->pdata[f])->name);
    }
    return g_str_hash(all->str);
}

struct menu *menu_new(const struct campaign_config *campaign, enum ussd_alphabet alphabet)
{
    struct menu *menu = g_new0(struct menu, 1);
    guint questions = campaign->questions == NULL ? 0 : campaign->questions->len;
    menu->campaign = campaign;
    menu->alphabet = alphabet;
    menu->reader = reply_reader_new(campaign);
    menu->asked = g_array_new(FALSE, FALSE, sizeof(struct menu_asked));
    g_array_set_clear_func(menu->asked, clear_asked);
    for (guint i = 0; i < MIN(questions, REPLY_QUESTIONS_MAX); i++)
        ask(menu, i);
    menu->thanks = menu_heading_thanks(campaign, alphabet);
    menu->mark = mark_of(menu);
    return menu;
}

void menu_free(struct menu *menu)
{
    if (menu == NULL)
        return;
    reply_reader_free(menu->reader);
    g_array_unref(menu->asked);
    g_free(menu->thanks);
    g_free(menu);
}

char *menu_notice(enum ussd_alphabet alphabet, const char *text)
{
    size_t bytes;
    g_autofree char *line = menu_page_text(alphabet, text);
    return line[0] == '\0' ? g_strdup(".") : menu_page_cut(line, "", "", &bytes);
}

void menu_turn_clear(struct menu_turn *turn)
{
    g_free(turn->page);
    g_free(turn->answer);
    g_free(turn->place);
    *turn = (struct menu_turn){0};
}

/* --- Showing -------------------------------------------------------------------------------- */

static void finish(const struct menu *menu, const char *text, struct menu_turn *turn)
{
    turn->page = menu_notice(menu->alphabet, text);
    turn->end = true;
    turn->place = g_strdup("");
}

static bool show(const struct menu *menu, const struct menu_place *place, struct menu_turn *turn)
{
    struct menu_sheet sheet;
    bool well = menu_view_make(menu, place, &sheet);
    if (well) {
        struct menu_page page;
        menu_page_make(&sheet, place->spot, &page);
        turn->page = page.text;
        turn->place = menu_place_print(place, menu->mark);
    }
    menu_sheet_clear(&sheet);
    return well;
}

static bool is_asked(const struct menu_place *place, unsigned question)
{
    return (place->asked >> question & 1) != 0;
}

/* The first question from `question` on, the opinion behind the last, or thanks. */
static void show_from(const struct menu *menu, struct menu_place place, unsigned question,
                      struct menu_turn *turn)
{
    while (question < menu->asked->len && !is_asked(&place, question))
        question++;
    struct menu_place next = {.asked = place.asked, .opinion = place.opinion};
    if (question < menu->asked->len) {
        bool fields = menu_asked_at(menu, question)->config->kind == QUESTION_NUMBERS;
        next.at = fields ? MENU_AT_NUMBER : MENU_AT_QUESTION;
        next.question = question;
    } else if (place.opinion) {
        next.at = MENU_AT_OPINION;
    } else {
        finish(menu, menu->thanks, turn);
        return;
    }
    g_assert(show(menu, &next, turn));
}

/* --- Answers -------------------------------------------------------------------------------- */

/* One input at one place. */
struct step {
    const struct menu *menu;
    struct menu_place place;
    const struct menu_asked *asked; /* NULL: no question's */
    const char *input;              /* valid UTF-8 */
    char *key;
    struct menu_turn *turn;
};

/* Takes the text over; NULL: nobody would understand it, so it was misread. */
static bool answer(struct step *step, char *text)
{
    if (text == NULL)
        return false;
    step->turn->answer = text;
    step->turn->question = step->asked != NULL ? step->asked->config : NULL;
    return true;
}

static void go_on_behind(const struct step *step)
{
    show_from(step->menu, step->place, step->place.question + 1, step->turn);
}

/* The next add-on, or the next question. */
static void ask_addon(struct step *step, unsigned addon)
{
    const GPtrArray *addons = step->asked->config->addons;
    if (addon >= addons->len || step->asked->config->options->len + addon >= BALLOT_CODES_MAX) {
        go_on_behind(step);
        return;
    }
    struct menu_place place = {.at = MENU_AT_ADDON,
                               .question = step->place.question,
                               .part = addon,
                               .asked = step->place.asked,
                               .opinion = step->place.opinion};
    g_assert(show(step->menu, &place, step->turn));
}

static bool is_exclusive(const struct menu_asked *asked, uint64_t chosen)
{
    for (unsigned i = 0; i < asked->offered; i++)
        if ((chosen >> i & 1) != 0 &&
            ((const struct option_config *)asked->config->options->pdata[i])->exclusive)
            return true;
    return false;
}

static bool finish_options(struct step *step, uint64_t chosen)
{
    if (!answer(step, menu_saying_options(step->menu, step->place.question, chosen)))
        return false;
    ask_addon(step, 0);
    return true;
}

/* One by one until "xong"; several at once are all that is meant. */
static bool take_several(struct step *step, uint64_t chosen)
{
    uint64_t all = step->place.chosen | chosen;
    bool first = step->place.chosen == 0, one = (chosen & (chosen - 1)) == 0;
    if (!first && is_exclusive(step->asked, all))
        return false;
    bool whole = (first && !one) || is_exclusive(step->asked, all) ||
                 menu_view_open(step->asked, all) == 0 ||
                 __builtin_popcountll(all) >= REPLY_FOUND_MAX;
    if (whole)
        return finish_options(step, all);
    struct menu_place place = step->place;
    place.chosen = all;
    place.spot = (struct menu_spot){0, 0};
    place.sorry = false;
    return show(step->menu, &place, step->turn);
}

/* Words, as they would come by SMS: "may va nau an". Digits alone are keys. */
static bool take_words(struct step *step)
{
    uint64_t chosen;
    bool addons;
    if (strpbrk(step->key, "0123456789") != NULL &&
        strspn(step->key, "0123456789 ,;+.") == strlen(step->key))
        return false;
    if (!menu_saying_read(step->menu, step->place.question, step->input, &chosen, &addons))
        return false;
    if (!addons)
        return step->asked->config->kind == QUESTION_CHOICES ? take_several(step, chosen)
                                                             : finish_options(step, chosen);
    if (step->place.chosen != 0 || !answer(step, g_strstrip(g_strdup(step->input))))
        return false;
    go_on_behind(step);
    return true;
}

static bool take_options(struct step *step)
{
    uint64_t chosen;
    if (step->place.chosen != 0 && menu_input_is(step->key, step->asked->special.done))
        return finish_options(step, step->place.chosen);
    if (!menu_input_options(step->asked, step->key, &chosen))
        return take_words(step);
    return step->asked->config->kind == QUESTION_CHOICES ? take_several(step, chosen)
                                                         : finish_options(step, chosen);
}

static bool take_heads(struct step *step)
{
    int64_t count;
    if (!menu_input_count(step->key, &count) ||
        !answer(step, menu_saying_numbers(step->menu, step->place.question, &count)))
        return false;
    go_on_behind(step);
    return true;
}

static bool take_text(struct step *step)
{
    bool skipped = menu_input_is(step->key, "0");
    if (!skipped && !answer(step, menu_saying_text(step->menu, step->place.question, step->input)))
        return false;
    go_on_behind(step);
    return true;
}

static bool take_question(struct step *step)
{
    switch ((enum question_kind)step->asked->config->kind) {
    case QUESTION_CHOICE:
    case QUESTION_CHOICES:
        return take_options(step);
    case QUESTION_HEADCOUNT:
        return take_heads(step);
    case QUESTION_TEXT:
        return take_text(step);
    case QUESTION_NUMBERS:
        break; /* field by field */
    }
    return false;
}

static bool take_number(struct step *step)
{
    struct menu_place place = step->place;
    unsigned fields = MIN(step->asked->config->fields->len, BALLOT_NUMBERS_MAX);
    unsigned got =
        menu_input_numbers(step->asked, place.part, step->key, &place.number[place.numbers]);
    if (got == 0)
        return false;
    place.part = place.numbers += got;
    if (place.numbers == fields) {
        if (!answer(step, menu_saying_numbers(step->menu, place.question, place.number)))
            return false;
        go_on_behind(step);
        return true;
    }
    place.spot = (struct menu_spot){0, 0};
    place.sorry = false;
    return show(step->menu, &place, step->turn);
}

static bool take_addon(struct step *step)
{
    bool yes;
    unsigned addon = step->place.part;
    if (!menu_input_yes(step->key, &yes))
        return false;
    if (yes && !answer(step, menu_saying_addon(step->menu, step->place.question, addon)))
        return false;
    if (!yes) {
        step->turn->declined.question = step->asked->config;
        step->turn->declined.addon = step->asked->config->addons->pdata[addon];
    }
    ask_addon(step, addon + 1);
    return true;
}

char *menu_say(const struct menu *menu, const struct question_config *question,
               const struct ballot *ballot)
{
    for (guint i = 0; i < menu->asked->len; i++)
        if (menu_asked_at(menu, i)->config == question)
            return menu_saying_ballot(menu, i, ballot);
    return NULL;
}

static bool has_letters(const char *text)
{
    for (; *text != '\0'; text = g_utf8_next_char(text))
        if (g_unichar_isalpha(g_utf8_get_char(text)))
            return true;
    return false;
}

/* What says nothing ("da") is no opinion, and nothing to ask again for; a number is a slip. */
static bool take_opinion(struct step *step)
{
    bool none = menu_input_is(step->key, "0");
    if (!none && !has_letters(step->key))
        return false;
    g_autofree char *bare = g_strstrip(g_strdup(step->input));
    bool told = !none && answer(step, menu_saying_opinion(step->menu, bare));
    finish(step->menu, told || step->place.asked != 0 ? step->menu->thanks : "Cảm ơn.", step->turn);
    return true;
}

static void show_change(const struct step *step)
{
    struct menu_place place = {.at = MENU_AT_PICK};
    if (step->menu->asked->len == 1) {
        place.asked = 1;
        show_from(step->menu, place, 0, step->turn);
        return;
    }
    g_assert(show(step->menu, &place, step->turn));
}

static bool take_again(struct step *step)
{
    enum menu_again offered[MENU_AGAINS];
    unsigned count = 0, place;
    for (unsigned i = 0; i < MENU_AGAINS; i++)
        if (menu_view_offers(step->menu, (enum menu_again)i))
            offered[count++] = (enum menu_again)i;
    if (!menu_input_place(step->key, count, &place))
        return false;
    switch (offered[place]) {
    case MENU_AGAIN_ANSWER:
        show_change(step);
        break;
    case MENU_AGAIN_OPINION:
        show_from(step->menu, (struct menu_place){.opinion = true}, step->menu->asked->len,
                  step->turn);
        break;
    case MENU_AGAIN_LEAVE:
    case MENU_AGAINS:
        finish(step->menu, "Cảm ơn.", step->turn);
        break;
    }
    return true;
}

static bool take_pick(struct step *step)
{
    unsigned place;
    if (!menu_input_place(step->key, step->menu->asked->len, &place))
        return false;
    struct menu_place picked = {.asked = (uint64_t)1 << place};
    show_from(step->menu, picked, place, step->turn);
    return true;
}

static bool take(struct step *step)
{
    switch (step->place.at) {
    case MENU_AT_QUESTION:
        return take_question(step);
    case MENU_AT_NUMBER:
        return take_number(step);
    case MENU_AT_ADDON:
        return take_addon(step);
    case MENU_AT_OPINION:
        return take_opinion(step);
    case MENU_AT_AGAIN:
        return take_again(step);
    case MENU_AT_PICK:
        return take_pick(step);
    case MENU_ATS:
        break;
    }
    return false;
}

/* --- Turns ---------------------------------------------------------------------------------- */

/* "0" on a page that shows it, and the way back. */
static bool move(struct step *step, const struct menu_sheet *sheet)
{
    const struct menu_keys *keys = menu_view_keys(step->menu, &step->place);
    struct menu_place place = step->place;
    struct menu_page page;
    menu_page_make(sheet, place.spot, &page);
    g_free(page.text);
    bool next = !page.last && menu_input_is(step->key, keys->next);
    bool back = page.back && menu_input_is(step->key, keys->back);
    bool paged = place.spot.line > 0 || place.spot.byte > 0;
    place.sorry = false;
    if (next)
        place.spot = page.to;
    else if (back && paged)
        place.spot = menu_page_before(sheet, place.spot);
    else if (!back || !menu_view_before(step->menu, &step->place, &place))
        return false;
    return show(step->menu, &place, step->turn);
}

void menu_begin(const struct menu *menu, const bool *answered, struct menu_turn *retturn)
{
    struct menu_turn turn = {0};
    struct menu_place place = {.opinion = menu_view_offers(menu, MENU_AGAIN_OPINION)};
    for (guint i = 0; i < menu->asked->len; i++)
        if (answered == NULL || !answered[i])
            place.asked |= (uint64_t)1 << i;
    if (place.asked == 0 && menu->asked->len > 0) {
        place = (struct menu_place){.at = MENU_AT_AGAIN};
        g_assert(show(menu, &place, &turn));
    } else if (place.asked == 0 && !place.opinion) {
        finish(menu, "Không có câu hỏi nào.", &turn);
    } else {
        show_from(menu, place, 0, &turn);
    }
    *retturn = turn;
}

bool menu_resume(const struct menu *menu, const char *place, struct menu_turn *retturn)
{
    struct menu_place at;
    struct menu_turn turn = {0};
    if (place[0] == '\0') {
        menu_begin(menu, NULL, retturn);
        return true;
    }
    if (!menu_place_read(place, menu->mark, &at))
        return false;
    at.sorry = false;
    if (!show(menu, &at, &turn))
        return false;
    *retturn = turn;
    return true;
}

void menu_go_on(const struct menu *menu, const char *place, const char *input,
                struct menu_turn *retturn)
{
    struct menu_turn turn = {0};
    g_autofree char *valid = text_make_valid(input, -1);
    struct step step = {.menu = menu, .input = valid, .turn = &turn};
    struct menu_sheet sheet = {0};
    if (place[0] == '\0' || !menu_place_read(place, menu->mark, &step.place) ||
        !menu_view_make(menu, &step.place, &sheet)) {
        menu_sheet_clear(&sheet);
        menu_begin(menu, NULL, retturn);
        return;
    }
    if (step.place.at <= MENU_AT_ADDON)
        step.asked = menu_asked_at(menu, step.place.question);
    step.key = menu_input_key(input);
    if (!move(&step, &sheet) && !take(&step)) {
        menu_turn_clear(&turn);
        step.place.sorry = turn.misread = true;
        g_assert(show(menu, &step.place, &turn));
    }
    g_free(step.key);
    menu_sheet_clear(&sheet);
    *retturn = turn;
}
