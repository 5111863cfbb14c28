// SPDX-License-Identifier: GPL-2.0-or-later
/* Targets. A percentage with four decimals is a whole number of ten-thousandths, so that "more than
 * 85 %" is decided by integers of 128 bits and never by a rounded quotient. */
#include "campaigns/coverage.h"

#include "campaigns/figure.h"

#include <math.h>
#include <string.h>

enum { SCALE = 10000, DECIMALS = 4, HUNDRED = 100 * SCALE };

bool coverage_target_read(const char *text, int64_t *retscaled)
{
    size_t whole = strspn(text, "0123456789");
    const char *rest = text + whole;
    size_t decimals = *rest == '\0' ? 0 : strspn(rest + 1, "0123456789");
    bool shaped = whole >= 1 && whole <= 3 &&
                  (*rest == '\0' || ((*rest == '.' || *rest == ',') && decimals >= 1 &&
                                     decimals <= DECIMALS && rest[1 + decimals] == '\0'));
    if (!shaped)
        return false;
    int64_t scaled = 0;
    for (size_t i = 0; i < whole; i++)
        scaled = scaled * 10 + (text[i] - '0');
    for (size_t i = 0; i < DECIMALS; i++)
        scaled = scaled * 10 + (i < decimals ? rest[1 + i] - '0' : 0);
    if (scaled == 0 || scaled > HUNDRED)
        return false;
    *retscaled = scaled;
    return true;
}

struct coverage_target coverage_target_of(double more_than)
{
    return (struct coverage_target){.scaled = llround(more_than * SCALE)};
}

bool coverage_met(const struct coverage_target *target, int64_t reached, int64_t base)
{
    if (base <= 0 || target->scaled == 0)
        return false;
    __int128 have = (__int128)reached * HUNDRED, want = (__int128)target->scaled * base;
    return target->at_least ? have >= want : have > want;
}

int64_t coverage_missing(const struct coverage_target *target, int64_t reached, int64_t base)
{
    if (base <= 0 || target->scaled == 0)
        return -1;
    __int128 want = (__int128)target->scaled * base;
    int64_t least = target->at_least ? (int64_t)((want + HUNDRED - 1) / HUNDRED)
                                     : (int64_t)(want / HUNDRED) + 1;
    if (least > base)
        return -1;
    return MAX(least - reached, 0);
}

char *coverage_target_text(const struct coverage_target *target)
{
    if (target->scaled == 0)
        return g_strdup("");
    g_autofree char *percent = figure_target((double)target->scaled / SCALE);
    return g_strconcat(target->at_least ? "từ " : "trên ", percent,
                       target->at_least ? " trở lên" : "", NULL);
}

char *coverage_target_plain(const struct coverage_target *target)
{
    GString *text = g_string_new(NULL);
    g_string_printf(text, "%" G_GINT64_FORMAT ".%04d", target->scaled / SCALE,
                    (int)(target->scaled % SCALE));
    while (text->str[text->len - 1] == '0')
        g_string_truncate(text, text->len - 1);
    if (text->str[text->len - 1] == '.')
        g_string_truncate(text, text->len - 1);
    return g_string_free(text, FALSE);
}
