// SPDX-License-Identifier: GPL-2.0-or-later
/* Figures of operators' texts. A wrong balance is worse than none: a dot may part thousands or
 * begin decimals, a day may lack its year, and what is neither one nor the other is refused. */
#include "campaigns/sim_value.h"

#include <stdio.h>
#include <string.h>

#include "campaigns/day.h"

enum {
    DIGITS_MOST = 15,
    PAST_DAYS = 60, /* a day without year lies at most so far back */
    CENTURY = 2000,
};

/* Whether the separator at `at` has exactly three digits behind it. */
static bool parts_thousands(const char *at)
{
    return strspn(at + 1, "0123456789") == 3;
}

/* Digits in groups of three, all parted by the same sign, the first of one to three; the end of
 * them, or NULL. `retsign`: what parts them, '\0' where nothing does. */
static const char *read_groups(const char *text, int64_t *retnumber, char *retsign)
{
    size_t first = strspn(text, "0123456789"), digits = first;
    int64_t number = 0;
    if (first == 0 || first > DIGITS_MOST)
        return NULL;
    for (size_t i = 0; i < first; i++)
        number = number * 10 + (text[i] - '0');
    const char *at = text + first;
    char sign = *at;
    while (*at != '\0' && strchr("., ", *at) != NULL && *at == sign && parts_thousands(at)) {
        digits += 3;
        if (first > 3 || digits > DIGITS_MOST)
            return NULL;
        for (size_t i = 1; i <= 3; i++)
            number = number * 10 + (at[i] - '0');
        at += 4;
    }
    *retnumber = number;
    *retsign = digits > first ? sign : '\0';
    return at;
}

/* ",50": one or two digits that no others follow, behind another sign than parts the thousands.
 * The end of them, or where they would be. */
static const char *skip_decimals(const char *at, char thousands)
{
    if ((*at != '.' && *at != ',') || *at == thousands)
        return at;
    size_t digits = strspn(at + 1, "0123456789");
    return digits == 1 || digits == 2 ? at + 1 + digits : at;
}

bool sim_value_money(const char *text, int64_t *retmoney)
{
    bool negative = *text == '-';
    int64_t money = 0;
    char thousands = '\0';
    const char *at = read_groups(text + negative, &money, &thousands);
    if (at == NULL)
        return false;
    at = skip_decimals(at, thousands);
    while (*at == ' ')
        at++;
    if (strchr(".,0123456789", *at) != NULL && *at != '\0')
        return false;
    *retmoney = negative ? -money : money;
    return true;
}

bool sim_value_parts(const char *text, int64_t *retparts)
{
    int64_t parts = 0;
    char thousands = '\0';
    const char *at = read_groups(text, &parts, &thousands);
    if (at == NULL || *at != '\0')
        return false;
    *retparts = parts;
    return true;
}

/* Day and month of the year that brings it nearest. */
static bool complete_year(int date, int month, const char *today, char *retday)
{
    char earliest[DAY_SIZE];
    int year = 0;
    if (sscanf(today, "%4d-", &year) != 1)
        return false;
    day_add(today, -PAST_DAYS, earliest);
    for (int candidate = year - 1; candidate <= year + 4; candidate++) { /* 29/2 is rare */
        g_autofree char *text = g_strdup_printf("%d/%d/%d", date, month, candidate);
        char day[DAY_SIZE];
        if (!day_read(text, day) || strcmp(day, earliest) < 0)
            continue;
        g_strlcpy(retday, day, DAY_SIZE);
        return true;
    }
    return false;
}

/* "30-nov-2026", "30 november 2026": the month, 1 to 12; 0: the text has none. */
static int month_word(const char *text)
{
    static const char *const months[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                         "jul", "aug", "sep", "oct", "nov", "dec"};
    for (size_t i = 0; i < G_N_ELEMENTS(months); i++) {
        if (strstr(text, months[i]) != NULL)
            return (int)i + 1;
    }
    return 0;
}

/* The numbers in it, three at most, and how many digits each has; how many there are, 0 where one
 * is too long for a day. */
static size_t read_numbers(const char *text, int numbers[3], size_t digits[3])
{
    size_t count = 0;
    for (const char *at = text; *at != '\0' && count < 3;) {
        size_t length = strspn(at, "0123456789");
        if (length > 4)
            return 0;
        if (length > 0) {
            numbers[count] = (int)g_ascii_strtoull(at, NULL, 10);
            digits[count++] = length;
        }
        at += MAX(length, 1U);
    }
    return count;
}

bool sim_value_has_year(const char *text)
{
    int numbers[3] = {0};
    size_t digits[3] = {0};
    return read_numbers(text, numbers, digits) == 3 || month_word(text) != 0;
}

bool sim_value_day(const char *text, const char *today, char *retday)
{
    int numbers[3] = {0};
    size_t digits[3] = {0};
    size_t count = read_numbers(text, numbers, digits);
    int month = month_word(text);
    if (count == 2 && month != 0) {
        g_autofree char *named = g_strdup_printf("%d/%d/%04d", numbers[0], month, numbers[1]);
        return day_read(named, retday);
    }
    if (count == 2)
        return complete_year(numbers[0], numbers[1], today, retday);
    if (count < 3)
        return false;
    if (digits[2] == 2 && digits[0] <= 2)
        numbers[2] += CENTURY;
    g_autofree char *plain = g_strdup_printf(digits[0] == 4 ? "%04d-%02d-%02d" : "%d/%d/%04d",
                                             numbers[0], numbers[1], numbers[2]);
    return day_read(plain, retday);
}
