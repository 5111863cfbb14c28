// SPDX-License-Identifier: GPL-2.0-or-later
/* "1.9e3779b9.0.2.0.4.17.0.1.3.0.51.1200": a version of this form, that of the menus, the fields of
 * struct menu_place in their order, the numbers at the end; all but the numbers hexadecimal. */
#include "campaigns/menu_place.h"

#include <string.h>

enum { FORM = 1, FIXED = 11 };

char *menu_place_print(const struct menu_place *place, uint32_t mark)
{
    GString *text = g_string_new(NULL);
    g_string_printf(text,
                    "%x.%08x.%x.%x.%x.%x.%x.%x.%x.%" G_GINT64_MODIFIER "x.%" G_GINT64_MODIFIER "x",
                    FORM, mark, place->at, place->question, place->part, place->spot.line,
                    place->spot.byte, place->sorry, place->opinion, place->asked, place->chosen);
    for (unsigned i = 0; i < place->numbers; i++)
        g_string_append_printf(text, ".%" G_GINT64_MODIFIER "x", place->number[i]);
    return g_string_free(text, FALSE);
}

static bool read_one(const char *text, guint64 most, guint64 *retvalue)
{
    return g_ascii_string_to_unsigned(text, 16, 0, most, retvalue, NULL);
}

bool menu_place_read(const char *text, uint32_t mark, struct menu_place *retplace)
{
    static const guint64 most[FIXED] = {FORM, G_MAXUINT32, MENU_ATS - 1, 63,
                                        63,   G_MAXUINT16, G_MAXUINT16,  1,
                                        1,    G_MAXUINT64, G_MAXUINT64};
    guint64 value[FIXED], number;
    struct menu_place place = {0};
    if (strlen(text) > MENU_PLACE_MAX)
        return false;
    g_auto(GStrv) pieces = g_strsplit(text, ".", -1);
    unsigned count = g_strv_length(pieces);
    if (count < FIXED || count > FIXED + BALLOT_NUMBERS_MAX)
        return false;
    for (unsigned i = 0; i < FIXED; i++)
        if (!read_one(pieces[i], most[i], &value[i]))
            return false;
    for (unsigned i = FIXED; i < count; i++) {
        if (!read_one(pieces[i], MENU_NUMBER_MOST, &number))
            return false;
        place.number[place.numbers++] = (int64_t)number;
    }
    if (value[0] != FORM || value[1] != mark)
        return false;
    place.at = (enum menu_at)value[2];
    place.question = (unsigned)value[3];
    place.part = (unsigned)value[4];
    place.spot = (struct menu_spot){(unsigned)value[5], (unsigned)value[6]};
    place.sorry = value[7] != 0;
    place.opinion = value[8] != 0;
    place.asked = value[9];
    place.chosen = value[10];
    *retplace = place;
    return true;
}
