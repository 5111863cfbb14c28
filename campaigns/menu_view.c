// SPDX-License-Identifier: GPL-2.0-or-later
/* An option whose code is a short number has that number for its key, so that SMS and menu agree;
 * others are numbered. Keys for moving about are those that are left: "0" leads on, "00" back, "99"
 * ends a choice of several; where an option has one of them, the next one down from 99. */
#include "campaigns/menu_view.h"

#include <string.h>

enum { SHORT_CODE = 3 /* digits */, PICKED = 40 /* characters of a question in a list */ };

/* As they are shown in the alphabet with diacritics. */
#define WORD_NEXT "tiếp"
#define WORD_BACK "quay lại"
#define WORD_DONE "xong"
#define WORD_YES  "Có"
#define WORD_NO   "Không"

static const char *const sorry_words[MENU_ATS] = {
    [MENU_AT_QUESTION] = "Chọn sai.", [MENU_AT_NUMBER] = "Số sai.",  [MENU_AT_ADDON] = "Chọn sai.",
    [MENU_AT_OPINION] = "Chưa rõ.",   [MENU_AT_AGAIN] = "Chọn sai.", [MENU_AT_PICK] = "Chọn sai.",
};

/* --- Keys ----------------------------------------------------------------------------------- */

static bool is_short_number(const char *code)
{
    size_t length = strlen(code);
    return length <= SHORT_CODE && strspn(code, "0123456789") == length;
}

/* "0" and "00" are one key: fingers slip. */
static bool is_key(const struct menu_asked *asked, const char *key)
{
    for (guint i = 0; i < asked->keys->len; i++) {
        const char *own = asked->keys->pdata[i];
        if (own != NULL && g_ascii_strtoull(own, NULL, 10) == g_ascii_strtoull(key, NULL, 10))
            return true;
    }
    return false;
}

static char *first_free(const struct menu_asked *asked, unsigned number)
{
    for (;; number++) {
        char *key = g_strdup_printf("%u", number);
        if (!is_key(asked, key))
            return key;
        g_free(key);
    }
}

static void number_options(struct menu_asked *asked)
{
    for (unsigned i = 0; i < asked->offered; i++) {
        const char *code = ((const struct option_config *)asked->config->options->pdata[i])->code;
        bool own = is_short_number(code) && !is_key(asked, code);
        g_ptr_array_add(asked->keys, own ? g_strdup(code) : NULL);
    }
    for (unsigned i = 0; i < asked->offered; i++)
        if (asked->keys->pdata[i] == NULL)
            asked->keys->pdata[i] = first_free(asked, i + 1);
}

void menu_view_give_keys(struct menu_asked *asked)
{
    char(*special[])[4] = {&asked->special.next, &asked->special.back, &asked->special.done};
    unsigned given = 0;
    asked->keys = g_ptr_array_new_with_free_func(g_free);
    number_options(asked);
    if (!is_key(asked, "0")) {
        g_strlcpy(*special[given++], "0", sizeof *special[0]);
        g_strlcpy(*special[given++], "00", sizeof *special[0]);
    }
    for (unsigned number = 99; given < G_N_ELEMENTS(special);
         number = number == 10 ? 999 : number - 1) {
        g_autofree char *key = g_strdup_printf("%u", number);
        if (!is_key(asked, key))
            g_strlcpy(*special[given++], key, sizeof *special[0]);
    }
}

static char *label_of(const struct option_config *option, enum ussd_alphabet alphabet, bool both)
{
    const char *alias = both && option->aliases != NULL ? option->aliases[0] : NULL;
    g_autofree char *told =
        alias != NULL ? g_strdup_printf("%s (%s)", option->label, alias) : g_strdup(option->label);
    return menu_page_text(alphabet, told);
}

void menu_view_give_labels(struct menu_asked *asked, enum ussd_alphabet alphabet)
{
    g_autofree bool *alike = g_new0(bool, asked->offered + 1);
    asked->labels = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < asked->offered; i++)
        g_ptr_array_add(asked->labels, label_of(asked->config->options->pdata[i], alphabet, false));
    for (unsigned i = 0; i < asked->offered; i++)
        for (unsigned other = 0; other < asked->offered; other++)
            alike[i] =
                alike[i] || (other != i && g_ascii_strcasecmp(asked->labels->pdata[i],
                                                              asked->labels->pdata[other]) == 0);
    for (unsigned i = 0; i < asked->offered; i++) {
        if (!alike[i])
            continue;
        g_free(asked->labels->pdata[i]);
        asked->labels->pdata[i] = label_of(asked->config->options->pdata[i], alphabet, true);
    }
}

const struct menu_keys *menu_view_keys(const struct menu *menu, const struct menu_place *place)
{
    static const struct menu_keys plain = {"0", "00", "99"};
    bool options = place->at == MENU_AT_QUESTION;
    return options ? &menu_asked_at(menu, place->question)->special : &plain;
}

/* --- Lines ---------------------------------------------------------------------------------- */

struct drawing {
    const struct menu *menu;
    const struct menu_place *place;
    struct menu_sheet *sheet;
};

static char *line_of(const struct drawing *drawing, const char *text)
{
    g_autofree char *line = menu_page_text(drawing->menu->alphabet, text);
    return g_utf8_substring(line, 0, MIN(g_utf8_strlen(line, -1), MENU_LINE_MAX));
}

static void add(const struct drawing *drawing, bool whole, const char *text)
{
    menu_sheet_add(drawing->sheet, whole, line_of(drawing, text));
}

static void add_option(const struct drawing *drawing, const char *key, const char *label)
{
    g_autofree char *text = g_strdup_printf("%s. %s", key, label);
    add(drawing, true, text);
}

static bool is_chosen(uint64_t chosen, unsigned place)
{
    return (chosen >> place & 1) != 0;
}

uint64_t menu_view_open(const struct menu_asked *asked, uint64_t chosen)
{
    uint64_t open = 0;
    for (unsigned i = 0; i < asked->offered; i++) {
        const struct option_config *option = asked->config->options->pdata[i];
        bool shut = is_chosen(chosen, i) || (chosen != 0 && option->exclusive);
        open |= shut ? 0 : (uint64_t)1 << i;
    }
    return open;
}

/* "Chon nhieu: 1 3": the first two that go together. */
static void hint_several(const struct drawing *drawing, const struct menu_asked *asked)
{
    const char *example[2];
    unsigned found = 0;
    for (unsigned i = 0; i < asked->offered && found < 2; i++)
        if (!((const struct option_config *)asked->config->options->pdata[i])->exclusive)
            example[found++] = asked->keys->pdata[i];
    if (found < 2)
        return;
    g_autofree char *hint = g_strdup_printf("Chọn nhiều: %s %s", example[0], example[1]);
    drawing->sheet->tail = line_of(drawing, hint);
    drawing->sheet->spare = true;
}

static void say_chosen(const struct drawing *drawing, const struct menu_asked *asked)
{
    g_autoptr(GString) said = g_string_new("Đã chọn:");
    for (unsigned i = 0; i < asked->offered; i++)
        if (is_chosen(drawing->place->chosen, i))
            g_string_append_printf(said, " %s", (char *)asked->keys->pdata[i]);
    add(drawing, false, said->str);
    add_option(drawing, asked->special.done, WORD_DONE);
}

static void draw_options(const struct drawing *drawing, const struct menu_asked *asked)
{
    uint64_t chosen = drawing->place->chosen, open = menu_view_open(asked, chosen);
    if (chosen != 0)
        say_chosen(drawing, asked);
    else
        add(drawing, false, asked->heading);
    for (unsigned i = 0; i < asked->offered; i++)
        if (is_chosen(open, i))
            add_option(drawing, asked->keys->pdata[i], asked->labels->pdata[i]);
    if (asked->config->kind == QUESTION_CHOICES && chosen == 0)
        hint_several(drawing, asked);
}

static void draw_number(const struct drawing *drawing, const struct menu_asked *asked)
{
    const struct menu_place *place = drawing->place;
    const struct field_config *field = asked->config->fields->pdata[place->part];
    g_autofree char *label = line_of(drawing, field->label);
    g_autofree char *prompt = g_strconcat(label, ":", NULL);
    gunichar first = g_unichar_toupper(g_utf8_get_char(prompt));
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_append_unichar(text, first);
    g_string_append(text, *prompt == '\0' ? "" : g_utf8_next_char(prompt));
    if (place->part == 0)
        add(drawing, false, asked->heading);
    add(drawing, false, text->str);
}

static void draw_question(const struct drawing *drawing, const struct menu_asked *asked)
{
    switch ((enum question_kind)asked->config->kind) {
    case QUESTION_CHOICE:
    case QUESTION_CHOICES:
        draw_options(drawing, asked);
        return;
    case QUESTION_HEADCOUNT:
        add(drawing, false, asked->heading);
        drawing->sheet->tail = line_of(drawing, "Số người (0: không):");
        return;
    case QUESTION_TEXT:
        add(drawing, false, asked->heading);
        drawing->sheet->tail = line_of(drawing, "(0: bỏ qua)");
        return;
    case QUESTION_NUMBERS:
        return; /* field by field: draw_number() */
    }
}

static void draw_addon(const struct drawing *drawing, const struct menu_asked *asked)
{
    const struct option_config *addon = asked->config->addons->pdata[drawing->place->part];
    g_autofree char *text = g_strdup_printf("Kèm %s: %s?", addon->code, addon->label);
    add(drawing, false, text);
    add_option(drawing, "1", WORD_YES);
    add_option(drawing, "2", WORD_NO);
}

bool menu_view_offers(const struct menu *menu, enum menu_again again)
{
    char *const *keywords = menu->campaign->opinion.keywords;
    bool opinions = keywords != NULL && keywords[0] != NULL;
    return again == MENU_AGAIN_LEAVE || (again == MENU_AGAIN_ANSWER && menu->asked->len > 0) ||
           (again == MENU_AGAIN_OPINION && opinions);
}

static void draw_again(const struct drawing *drawing)
{
    static const char *const labels[MENU_AGAINS] = {"Trả lời lại", "Gửi ý kiến", "Thoát"};
    unsigned number = 0;
    add(drawing, false, "Bạn đã trả lời.");
    for (unsigned i = 0; i < MENU_AGAINS; i++) {
        if (!menu_view_offers(drawing->menu, (enum menu_again)i))
            continue;
        g_autofree char *key = g_strdup_printf("%u", ++number);
        add_option(drawing, key, labels[i]);
    }
}

static void draw_pick(const struct drawing *drawing)
{
    add(drawing, false, "Đổi câu nào?");
    for (guint i = 0; i < drawing->menu->asked->len; i++) {
        const char *heading = menu_asked_at(drawing->menu, i)->heading;
        g_autofree char *key = g_strdup_printf("%u", i + 1);
        g_autofree char *label =
            g_utf8_substring(heading, 0, MIN(g_utf8_strlen(heading, -1), PICKED));
        bool cut = strlen(label) < strlen(heading);
        g_autofree char *shown = g_strconcat(label, cut ? "…" : "", NULL);
        add_option(drawing, key, shown);
    }
}

/* --- Places --------------------------------------------------------------------------------- */

static bool is_of_fields(const struct menu_asked *asked)
{
    return asked->config->kind == QUESTION_NUMBERS;
}

static bool points_well(const struct menu *menu, const struct menu_place *place)
{
    guint questions = menu->asked->len;
    bool at_question =
        place->at == MENU_AT_QUESTION || place->at == MENU_AT_NUMBER || place->at == MENU_AT_ADDON;
    if (place->at >= MENU_ATS || (questions < 64 && place->asked >> questions != 0))
        return false;
    if (!at_question)
        return place->at != MENU_AT_OPINION || menu_view_offers(menu, MENU_AGAIN_OPINION);
    if (place->question >= questions)
        return false;
    const struct menu_asked *asked = menu_asked_at(menu, place->question);
    if (place->at == MENU_AT_ADDON)
        return place->part < asked->config->addons->len;
    if (place->at == MENU_AT_NUMBER)
        return is_of_fields(asked) && place->part < asked->config->fields->len &&
               place->numbers == place->part;
    bool several = asked->config->kind == QUESTION_CHOICES;
    bool known = asked->offered == 64 || place->chosen >> asked->offered == 0;
    return !is_of_fields(asked) && known && (several || place->chosen == 0);
}

bool menu_view_before(const struct menu *menu, const struct menu_place *place,
                      struct menu_place *retplace)
{
    struct menu_place before = *place;
    bool inside = place->at == MENU_AT_QUESTION || place->at == MENU_AT_NUMBER;
    before.spot = (struct menu_spot){0, 0};
    before.sorry = false;
    before.chosen = 0;
    if (place->at == MENU_AT_AGAIN || place->at == MENU_AT_PICK)
        return false;
    if (place->at == MENU_AT_ADDON) {
        before.at = MENU_AT_QUESTION;
        before.part = 0;
        *retplace = before;
        return true;
    }
    if (place->chosen != 0) {
        *retplace = before;
        return true;
    }
    if (place->at == MENU_AT_NUMBER && place->part > 0) {
        before.part--;
        before.numbers--;
        *retplace = before;
        return true;
    }
    unsigned question = inside ? place->question : menu->asked->len;
    while (question > 0 && !is_chosen(place->asked, question - 1))
        question--;
    if (question == 0)
        return false;
    before.question = question - 1;
    before.part = before.numbers = 0;
    before.at =
        is_of_fields(menu_asked_at(menu, before.question)) ? MENU_AT_NUMBER : MENU_AT_QUESTION;
    *retplace = before;
    return true;
}

static void draw(const struct drawing *drawing)
{
    const struct menu_place *place = drawing->place;
    switch (place->at) {
    case MENU_AT_QUESTION:
        draw_question(drawing, menu_asked_at(drawing->menu, place->question));
        return;
    case MENU_AT_NUMBER:
        draw_number(drawing, menu_asked_at(drawing->menu, place->question));
        return;
    case MENU_AT_ADDON:
        draw_addon(drawing, menu_asked_at(drawing->menu, place->question));
        return;
    case MENU_AT_OPINION:
        add(drawing, false,
            drawing->menu->asked->len > 0 ? "Ý kiến khác?" : drawing->menu->campaign->title);
        drawing->sheet->tail = line_of(
            drawing, drawing->menu->asked->len > 0 ? "(0: không có)" : "Nhập ý kiến (0: không có)");
        return;
    case MENU_AT_AGAIN:
        draw_again(drawing);
        return;
    case MENU_AT_PICK:
        draw_pick(drawing);
        return;
    case MENU_ATS:
        return;
    }
}

bool menu_view_make(const struct menu *menu, const struct menu_place *place,
                    struct menu_sheet *retsheet)
{
    struct menu_place before;
    *retsheet = (struct menu_sheet){0};
    if (!points_well(menu, place))
        return false;
    const struct drawing drawing = {menu, place, retsheet};
    const struct menu_keys *keys = menu_view_keys(menu, place);
    g_autofree char *next = g_strdup_printf("%s. %s", keys->next, WORD_NEXT);
    g_autofree char *back = g_strdup_printf("%s. %s", keys->back, WORD_BACK);
    bool paged = place->spot.line > 0 || place->spot.byte > 0;
    draw(&drawing);
    retsheet->next = line_of(&drawing, next);
    if (paged || menu_view_before(menu, place, &before))
        retsheet->back = line_of(&drawing, back);
    if (place->sorry)
        retsheet->sorry = line_of(&drawing, sorry_words[place->at]);
    return menu_page_is_spot(retsheet, place->spot);
}
