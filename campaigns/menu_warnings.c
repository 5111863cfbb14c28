// SPDX-License-Identifier: GPL-2.0-or-later
/* What a campaign loses in menus: told before anybody dials. */
#include "campaigns/menu_heading.h"
#include "campaigns/menu_saying.h"
#include "campaigns/reply_scan.h"

#include <string.h>

struct warner {
    const struct menu *menu;
    GPtrArray *warnings;
};

static void __attribute__((format(printf, 2, 3)))
warn(const struct warner *warner, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    g_ptr_array_add(warner->warnings, g_strdup_vprintf(format, list));
    va_end(list);
}

/* A line that cannot stand on a page, or not as it is written. */
static void check_line(const struct warner *warner, const char *what, const char *id,
                       const char *text)
{
    g_autofree char *line = menu_page_text(warner->menu->alphabet, text);
    g_autofree char *framed = g_strdup_printf("999. %s\n999. tiếp", line);
    g_autofree char *shown = menu_page_text(warner->menu->alphabet, framed);
    glong length = g_utf8_strlen(line, -1);
    if (length > MENU_LINE_MAX)
        warn(warner, "%s of question %s is cut after %d characters", what, id, MENU_LINE_MAX);
    else if (!menu_page_fits(shown, NULL, NULL))
        warn(warner, "%s of question %s is longer than a page", what, id);
    const char *lost = strchr(line, '?');
    if (lost != NULL && strchr(text, '?') == NULL)
        warn(warner, "%s of question %s has characters that the alphabet has not: “%s”", what, id,
             line);
}

static void check_option(const struct warner *warner, unsigned question, unsigned place)
{
    const struct menu_asked *asked = menu_asked_at(warner->menu, question);
    const struct option_config *option = asked->config->options->pdata[place];
    g_autofree char *what = g_strdup_printf("the label of %s", option->code);
    g_autofree char *said = menu_saying_options(warner->menu, question, (uint64_t)1 << place);
    check_line(warner, what, asked->config->id, option->label);
    if (said == NULL)
        warn(warner, "option %s of question %s cannot be chosen: as an SMS it is not understood",
             option->code, asked->config->id);
}

static void check_alike(const struct warner *warner, const struct menu_asked *asked)
{
    for (unsigned i = 0; i < asked->offered; i++)
        for (unsigned other = 0; other < i; other++)
            if (g_ascii_strcasecmp(asked->labels->pdata[i], asked->labels->pdata[other]) == 0)
                warn(warner, "two options of question %s read alike in this alphabet: “%s”",
                     asked->config->id, (char *)asked->labels->pdata[i]);
}

static void check_addon(const struct warner *warner, unsigned question, unsigned addon)
{
    const struct menu_asked *asked = menu_asked_at(warner->menu, question);
    const struct option_config *option = asked->config->addons->pdata[addon];
    g_autofree char *said = menu_saying_addon(warner->menu, question, addon);
    g_autofree char *what = g_strdup_printf("the label of %s", option->code);
    check_line(warner, what, asked->config->id, option->label);
    if (said == NULL)
        warn(warner, "add-on %s of question %s cannot be chosen: as an SMS it is not understood",
             option->code, asked->config->id);
}

static void check_question(const struct warner *warner, unsigned question)
{
    const struct menu *menu = warner->menu;
    const struct menu_asked *asked = menu_asked_at(menu, question);
    const struct question_config *config = asked->config;
    bool titled;
    g_autofree char *heading = menu_heading(menu->campaign, question, menu->alphabet, &titled);
    if (titled)
        warn(warner, "question %s has no text: the menu shows “%s”", config->id, heading);
    if (config->options->len > asked->offered)
        warn(warner, "question %s shows its first %u options only", config->id, asked->offered);
    for (unsigned i = 0; i < asked->offered; i++)
        check_option(warner, question, i);
    check_alike(warner, asked);
    guint room = BALLOT_CODES_MAX - asked->offered;
    if (config->addons->len > room)
        warn(warner, "question %s asks for its first %u add-ons only", config->id, room);
    for (guint i = 0; i < MIN(config->addons->len, room); i++)
        check_addon(warner, question, i);
    for (guint i = 0; i < config->fields->len; i++) {
        const struct field_config *field = config->fields->pdata[i];
        g_autofree char *what = g_strdup_printf("the label of %s", field->name);
        check_line(warner, what, config->id, field->label);
    }
}

GPtrArray *menu_warnings(const struct menu *menu)
{
    struct warner warner = {menu, g_ptr_array_new_with_free_func(g_free)};
    guint questions = menu->campaign->questions == NULL ? 0 : menu->campaign->questions->len;
    for (guint i = 0; i < menu->asked->len; i++)
        check_question(&warner, i);
    if (questions > menu->asked->len)
        warn(&warner, "only the first %u questions are asked", menu->asked->len);
    return warner.warnings;
}
