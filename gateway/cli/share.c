// SPDX-License-Identifier: GPL-2.0-or-later
// Percentages for people. Pure.
#include "gateway/cli/share.h"

#include <glib.h>
#include <math.h>

char *share_text(int64_t count, int64_t base)
{
    if (base <= 0)
        return g_strdup("");
    __int128 tenths = ((__int128)count * 2000 + base) / ((__int128)base * 2);
    int64_t whole = (int64_t)(tenths / 10);
    return g_strdup_printf("%" G_GINT64_FORMAT ".%d %%", whole, (int)(tenths % 10));
}

bool share_exceeds(int64_t count, int64_t base, double percent)
{
    /* Targets have at most four decimals; in ten-thousandths the comparison is exact. */
    __int128 target = (__int128)llround(percent * 10000.0);
    return base > 0 && (__int128)count * 1000000 > target * base;
}
