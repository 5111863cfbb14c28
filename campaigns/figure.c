// SPDX-License-Identifier: GPL-2.0-or-later
/* Formats exact figures. Percentages are computed in 128 bits from both integers, so neither a big
 * count nor a half is lost; floating point enters only with a target of the campaign file, which
 * has at most four decimals and is compared in ten-thousandths. */
#include "campaigns/figure.h"

#include <glib.h>
#include <math.h>

enum { TARGET_DECIMALS = 4, TARGET_SCALE = 10000 };

static unsigned __int128 magnitude(__int128 number)
{
    return number < 0 ? -(unsigned __int128)number : (unsigned __int128)number;
}

/* The digits of a whole number, `separator` before each three of them; 0: none. */
static void put_whole(GString *text, unsigned __int128 number, char separator)
{
    gssize start = (gssize)text->len;
    unsigned digits = 0;
    do {
        if (separator != 0 && digits > 0 && digits % 3 == 0)
            g_string_insert_c(text, start, separator);
        g_string_insert_c(text, start, (char)('0' + (int)(number % 10)));
        number /= 10;
        digits++;
    } while (number > 0);
}

struct form {
    char thousands, decimal;
};
static const struct form vietnamese = {'.', ','}, plain = {0, '.'};

/* part × scale / base, rounded half up to that many decimals. */
static GString *quotient(__int128 part, int64_t base, unsigned decimals, const struct form *form)
{
    g_assert(base > 0 && decimals <= FIGURE_DECIMALS_MAX);
    unsigned __int128 power = 1;
    for (unsigned i = 0; i < decimals; i++)
        power *= 10;
    unsigned __int128 doubled = magnitude(part) * power * 2 + (unsigned __int128)base;
    unsigned __int128 rounded = doubled / ((unsigned __int128)base * 2);
    GString *text = g_string_new(part < 0 && rounded > 0 ? "-" : "");
    put_whole(text, rounded / power, form->thousands);
    unsigned __int128 rest = rounded % power;
    if (decimals > 0)
        g_string_append_c(text, form->decimal);
    for (power /= 10; power > 0; power /= 10)
        g_string_append_c(text, (char)('0' + (int)(rest / power % 10)));
    return text;
}

char *figure_count(int64_t number)
{
    GString *text = g_string_new(number < 0 ? "-" : "");
    put_whole(text, magnitude(number), vietnamese.thousands);
    return g_string_free(text, FALSE);
}

char *figure_percent_to(int64_t part, int64_t base, unsigned decimals)
{
    if (base <= 0)
        return g_strdup(FIGURE_NONE);
    GString *text = quotient((__int128)part * 100, base, decimals, &vietnamese);
    return g_string_free(g_string_append(text, " %"), FALSE);
}

char *figure_percent(int64_t part, int64_t base)
{
    return figure_percent_to(part, base, 1);
}

char *figure_quotient(int64_t part, int64_t base, unsigned decimals)
{
    if (base <= 0)
        return g_strdup(FIGURE_NONE);
    return g_string_free(quotient(part, base, decimals, &vietnamese), FALSE);
}

char *figure_percent_plain(int64_t part, int64_t base, unsigned decimals)
{
    if (base <= 0)
        return NULL;
    return g_string_free(quotient((__int128)part * 100, base, decimals, &plain), FALSE);
}

char *figure_of(int64_t part, int64_t base)
{
    g_autofree char *done = figure_count(part), *all = figure_count(base),
                    *share = figure_percent(part, base);
    return g_strdup_printf("%s/%s = %s", done, all, share);
}

bool figure_exceeds(int64_t part, int64_t base, double percent)
{
    __int128 target = llround(percent * TARGET_SCALE);
    return base > 0 && (__int128)part * 100 * TARGET_SCALE > target * base;
}

char *figure_target(double percent)
{
    int64_t scaled = llround(percent * TARGET_SCALE);
    unsigned decimals = TARGET_DECIMALS;
    int64_t base = TARGET_SCALE;
    while (decimals > 0 && scaled % 10 == 0) {
        scaled /= 10;
        base /= 10;
        decimals--;
    }
    GString *text = quotient(scaled, base, decimals, &vietnamese);
    return g_string_free(g_string_append(text, " %"), FALSE);
}

bool figure_add(int64_t *sum, int64_t number)
{
    int64_t added = 0;
    if (__builtin_add_overflow(*sum, number, &added))
        return false;
    *sum = added;
    return true;
}
