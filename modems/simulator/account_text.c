// SPDX-License-Identifier: GPL-2.0-or-later
/* Amounts and dates are written after a sample of the operator's own ("12.500d", "31/12/2026"), so
 * that a new operator needs no new code. */
#include "modems/simulator/account_text.h"

#include <glib.h>
#include <string.h>

#include "modems/simulator/account.h"
#include "modems/simulator/tariff.h"

#define NO_DATE "--/--/----"

char *account_text_money(const char *sample, int64_t amount)
{
    g_autoptr(GRegex) shape = g_regex_new("^(\\D*)12([.,' ]?)500(\\D.*)?$", 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    if (!g_regex_match(shape, sample, 0, &match))
        return NULL;
    g_autofree char *before = g_match_info_fetch(match, 1);
    g_autofree char *point = g_match_info_fetch(match, 2);
    g_autofree char *behind = g_match_info_fetch(match, 3);
    g_autofree char *digits = g_strdup_printf("%" G_GINT64_FORMAT, amount);
    GString *text = g_string_new(before);
    size_t length = strlen(digits);
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0 && digits[i - 1] != '-')
            g_string_append(text, point);
        g_string_append_c(text, digits[i]);
    }
    g_string_append(text, behind);
    return g_string_free(text, FALSE);
}

char *account_text_date(const char *sample, int64_t day)
{
    GString *format = g_string_new(sample);
    g_string_replace(format, "%", "%%", 0);
    bool whole = g_string_replace(format, "2026", "%Y", 1) == 1 ||
                 g_string_replace(format, "26", "%y", 1) == 1;
    whole = whole && g_string_replace(format, "31", "%d", 1) == 1 &&
            g_string_replace(format, "12", "%m", 1) == 1;
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(day * 86400);
    char *text = whole && date ? g_date_time_format(date, format->str) : NULL;
    g_string_free(format, TRUE);
    return text;
}

static char *write_day(const struct account *account, int64_t day, int64_t later)
{
    return day == TARIFF_NO_DAY ? g_strdup(NO_DATE)
                                : account_text_date(account->tariff.dates, day + later);
}

/* "+10": so many days after it, as where a SIM is blocked step by step. */
static char *write_expiry(const struct account *account, const char *later)
{
    guint64 days = 0;
    if (*later &&
        (*later != '+' || !g_ascii_string_to_unsigned(later + 1, 10, 0, 10000, &days, NULL)))
        return NULL;
    return write_day(account, account->expires, (int64_t)days);
}

static char *write_number(const struct account_view *view)
{
    const char *number = view->number + (*view->number == '+');
    int form = view->account->tariff.numbers;
    bool home = g_str_has_prefix(number, view->country);
    if (form == NUMBER_NATIONAL && home)
        return g_strconcat("0", number + strlen(view->country), NULL);
    return g_strconcat(form == NUMBER_INTERNATIONAL ? "+" : "", number, NULL);
}

/* NULL: it is left as it stands. */
static char *value_of(const char *name, const struct account_view *view)
{
    const struct account *account = view->account;
    if (strcmp(name, "number") == 0)
        return write_number(view);
    if (strcmp(name, "code") == 0)
        return g_strdup(view->code);
    if (!account->on)
        return NULL;
    if (strcmp(name, "balance") == 0)
        return account_text_money(account->tariff.money, account->balance);
    if (strcmp(name, "price") == 0)
        return account_text_money(account->tariff.money, account->tariff.price);
    if (strcmp(name, "value") == 0)
        return account_text_money(account->tariff.money, view->value);
    if (strcmp(name, "bundle") == 0)
        return g_strdup_printf("%" G_GINT64_FORMAT, account->bundle);
    if (strcmp(name, "bundle_expires") == 0)
        return write_day(account, account->bundle_expires, 0);
    if (g_str_has_prefix(name, "expires"))
        return write_expiry(account, name + strlen("expires"));
    return NULL;
}

char *account_text_fill(const char *text, const struct account_view *view)
{
    GString *filled = g_string_new(NULL);
    while (*text) {
        const char *end = *text == '{' ? strchr(text, '}') : NULL;
        g_autofree char *name = end ? g_strndup(text + 1, (gsize)(end - text - 1)) : NULL;
        g_autofree char *value = name ? value_of(name, view) : NULL;
        if (value)
            g_string_append(filled, value);
        else
            g_string_append_c(filled, *text);
        text = value ? end + 1 : text + 1;
    }
    return g_string_free(filled, FALSE);
}
