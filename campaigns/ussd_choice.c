// SPDX-License-Identifier: GPL-2.0-or-later
/* Four surveys to a page, numbered from 1 on each, so that one key always does. Titles are cut
 * evenly until the page fits. */
#include "campaigns/ussd_choice.h"

#include "campaigns/menu.h"
#include "campaigns/text.h"

#include <string.h>

enum { TITLE_MOST = 60, TITLE_LEAST = 4 };

bool ussd_choice_read(const char *place, struct ussd_choice *retchoice)
{
    struct ussd_choice choice = {0};
    if (place[0] != '?')
        return false;
    g_auto(GStrv) pieces = g_strsplit(place + 1, ":", 2);
    guint64 first = 0;
    if (g_strv_length(pieces) != 2 ||
        !g_ascii_string_to_unsigned(pieces[0], 10, 0, USSD_CHOICE_MAX - 1, &first, NULL))
        return false;
    g_auto(GStrv) ids = g_strsplit(pieces[1], ",", USSD_CHOICE_MAX + 1);
    for (char **id = ids; *id != NULL && choice.count < USSD_CHOICE_MAX; id++)
        if (!g_ascii_string_to_signed(*id, 10, 1, G_MAXINT64, &choice.ids[choice.count++], NULL))
            return false;
    choice.first = (unsigned)first;
    if (choice.first >= choice.count)
        return false;
    *retchoice = choice;
    return true;
}

char *ussd_choice_place(const struct ussd_choice *choice)
{
    g_autoptr(GString) place = g_string_new(NULL);
    g_string_append_printf(place, "?%u:", choice->first);
    for (unsigned i = 0; i < choice->count; i++)
        g_string_append_printf(place, "%s%" G_GINT64_FORMAT, i == 0 ? "" : ",", choice->ids[i]);
    return g_string_free(g_steal_pointer(&place), FALSE);
}

static char *cut(const char *title, glong most)
{
    return g_utf8_strlen(title, -1) <= most ? g_strdup(title) : g_utf8_substring(title, 0, most);
}

static char *write_page(const struct ussd_choice *choice, const GPtrArray *titles,
                        enum ussd_alphabet alphabet, glong most)
{
    bool marked = alphabet == USSD_ALPHABET_UCS2;
    GString *page = g_string_new(marked ? "Chọn khảo sát:" : "Chon khao sat:");
    for (unsigned i = 0; i < titles->len; i++) {
        g_autofree char *plain =
            marked ? g_strdup(titles->pdata[i]) : text_unmark(titles->pdata[i]);
        g_autofree char *title = cut(plain, most);
        g_string_append_printf(page, "\n%u. %s", i + 1, title);
    }
    if (choice->count > USSD_CHOICE_PAGE)
        g_string_append(page, marked ? "\n0. tiếp" : "\n0. tiep");
    return g_string_free(page, FALSE);
}

char *ussd_choice_page(const struct ussd_choice *choice, const GPtrArray *titles,
                       enum ussd_alphabet alphabet)
{
    glong most = TITLE_MOST;
    unsigned used = 0, limit = 0;
    char *page = write_page(choice, titles, alphabet, most);
    while (!menu_page_fits(page, &used, &limit) && most > TITLE_LEAST) {
        g_free(page);
        page = write_page(choice, titles, alphabet, --most);
    }
    return page;
}

int64_t ussd_choice_pick(struct ussd_choice *choice, const char *input, bool *retmisread)
{
    g_autofree char *typed = g_strstrip(g_strdup(input));
    unsigned shown = MIN(choice->count - choice->first, USSD_CHOICE_PAGE);
    bool digit = typed[0] >= '0' && typed[0] <= '9' && typed[1] == '\0';
    unsigned number = digit ? (unsigned)(typed[0] - '0') : shown + 1;
    bool turns = number == 0 && choice->count > USSD_CHOICE_PAGE;
    *retmisread = !turns && (number == 0 || number > shown);
    if (turns)
        choice->first = choice->first + shown < choice->count ? choice->first + shown : 0;
    return turns || *retmisread ? 0 : choice->ids[choice->first + number - 1];
}
