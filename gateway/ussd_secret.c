// SPDX-License-Identifier: GPL-2.0-or-later
/* Cards have codes of twelve digits and more, menus and services short numbers. A code may be typed
 * with blanks or hyphens, so that a piece counts as a whole, whatever stands between its digits. */
#include "gateway/ussd_secret.h"

#include <glib.h>
#include <string.h>

enum {
    SHOWN = 4,
    GROUPED = 8, /* fewer digits in groups are a sum of money */
    CARD = 12,
};

static char *digits_of(const char *piece)
{
    GString *digits = g_string_new(NULL);
    for (const char *at = piece; *at != '\0'; at++) {
        if (g_ascii_isdigit(*at))
            g_string_append_c(digits, *at);
    }
    return g_string_free(digits, FALSE);
}

static bool is_secret(const char *piece)
{
    g_autofree char *digits = digits_of(piece);
    return strlen(digits) > SHOWN;
}

bool ussd_secret_is_card(const char *text)
{
    g_auto(GStrv) pieces = g_strsplit_set(text, "*#", -1);
    for (char **piece = pieces; *piece != NULL; piece++) {
        g_autofree char *digits = digits_of(*piece);
        if (strlen(digits) >= CARD)
            return true;
    }
    return false;
}

static void add_masked(GString *masked, const char *piece)
{
    g_autofree char *digits = digits_of(piece);
    size_t count = strlen(digits);
    if (count > SHOWN)
        g_string_append_printf(masked, "…%s", digits + count - SHOWN);
    else
        g_string_append(masked, piece);
}

char *ussd_secret_mask(const char *text)
{
    GString *masked = g_string_new(NULL);
    while (*text != '\0') {
        size_t length = strcspn(text, "*#");
        g_autofree char *piece = g_strndup(text, length);
        add_masked(masked, piece);
        text += length;
        if (*text != '\0')
            g_string_append_c(masked, *text++);
    }
    return g_string_free(masked, FALSE);
}

static void replace(GString *text, const char *piece)
{
    g_autofree char *masked = ussd_secret_mask(piece);
    g_string_replace(text, piece, masked, 0);
}

/* How far these digits go from here, whatever parts them; 0: they do not stand here. */
static size_t digits_here(const char *text, const char *digits)
{
    const char *at = text, *between = strlen(digits) >= GROUPED ? " \t\r\n.-" : "";
    for (const char *digit = digits; *digit != '\0'; digit++, at++) {
        at += digit > digits ? strspn(at, between) : 0;
        if (*at != *digit)
            return 0;
    }
    return (size_t)(at - text);
}

/* Operators write a code in groups of their own. */
static void hide(GString *text, const char *digits)
{
    g_autofree char *masked = ussd_secret_mask(digits);
    for (size_t at = 0; at < text->len; at++) {
        size_t length = digits_here(text->str + at, digits);
        if (length == 0)
            continue;
        g_string_erase(text, (gssize)at, (gssize)length);
        g_string_insert(text, (gssize)at, masked);
        at += strlen(masked) - 1;
    }
}

char *ussd_secret_scrub(const char *heard, char *const *path)
{
    GString *text = g_string_new(heard);
    for (; *path != NULL; path++) {
        g_auto(GStrv) pieces = g_strsplit_set(*path, "*#", -1);
        for (char **piece = pieces; *piece != NULL; piece++) {
            if (!is_secret(*piece))
                continue;
            g_autofree char *digits = digits_of(*piece);
            replace(text, *piece);
            hide(text, digits);
        }
    }
    return g_string_free(text, FALSE);
}
