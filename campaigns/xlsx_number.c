// SPDX-License-Identifier: GPL-2.0-or-later
/* Excel keeps every number as a double, phone numbers and days too; the cell's format tells which
 * it is. Day 60 of the 1900 system is 29/2/1900, which never was, and stays that. */
#include "campaigns/xlsx_number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    DAYS_MAX = 2958465, /* 31/12/9999 */
    DAY_THAT_NEVER_WAS = 60,
    DAYS_TO_1904 = 1462,
    MINUTES_OF_DAY = 24 * 60,
    ZEROS_MAX = 30,
};

#define WHOLE_MAX 1e21

static bool has_any(const struct xlsx_format *format)
{
    return format->day || format->month || format->year || format->clock;
}

struct xlsx_format xlsx_format_builtin(unsigned id)
{
    struct xlsx_format date = {.day = true, .month = true, .year = true};
    struct xlsx_format clock = {.clock = true};
    if (id == 17)
        return (struct xlsx_format){.month = true, .year = true};
    if ((id >= 18 && id <= 21) || (id >= 45 && id <= 47))
        return clock;
    if (id == 22)
        date.clock = true;
    /* 27 to 36 and 50 to 58 are dates in the languages that use them. */
    bool is_date =
        (id >= 14 && id <= 16) || id == 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
    return is_date ? date : (struct xlsx_format){0};
}

/* Skips what a format shows as it is: "text", \x, _x, *x, [Red]; [h] is a clock. */
static const char *skip_literal(const char *at, struct xlsx_format *format)
{
    const char *end = NULL;
    if (*at == '"')
        end = strchr(at + 1, '"');
    else if (*at == '[')
        end = strchr(at, ']');
    else if (strchr("\\_*", *at) != NULL)
        end = at[1] != '\0' ? at + 1 : at;
    if (*at == '[' && end != NULL && strchr("hHmMsS", at[1]) != NULL &&
        strspn(at + 1, "hHmMsS") == (size_t)(end - at - 1))
        format->clock = true;
    return end;
}

struct xlsx_format xlsx_format_read(const char *code)
{
    struct xlsx_format format = {0};
    bool minutes = false; /* an m beside h or s */
    size_t zeros = strspn(code, "0");
    if (zeros > 1 && zeros <= ZEROS_MAX && (code[zeros] == '\0' || code[zeros] == ';'))
        format.zeros = (unsigned)zeros;
    if (g_ascii_strncasecmp(code, "General", 7) == 0)
        return format;
    for (const char *at = code; *at != '\0' && *at != ';'; at++) {
        if (strchr("\"[\\_*", *at) != NULL) {
            const char *end = skip_literal(at, &format);
            at = end != NULL ? end : at + strlen(at) - 1;
            continue;
        }
        char letter = g_ascii_tolower(*at);
        minutes = minutes || letter == 'h' || letter == 's';
        format.day = format.day || letter == 'd';
        format.month = format.month || letter == 'm';
        format.year = format.year || letter == 'y';
    }
    format.clock = format.clock || minutes;
    if (format.clock && !format.day && !format.year)
        format.month = false;
    return format;
}

/* --- Dates ---------------------------------------------------------------------------------- */

static char *join_date(unsigned day, unsigned month, unsigned year,
                       const struct xlsx_format *format)
{
    if (format->day)
        return g_strdup_printf("%02u/%02u/%04u", day, month, year);
    if (format->month)
        return g_strdup_printf("%02u/%04u", month, year);
    return g_strdup_printf("%04u", year);
}

static char *day_text(unsigned days, const struct xlsx_format *format)
{
    if (days == DAY_THAT_NEVER_WAS)
        return join_date(29, 2, 1900, format);
    GDate date;
    g_date_clear(&date, 1);
    g_date_set_dmy(&date, 31, G_DATE_DECEMBER, 1899);
    g_date_add_days(&date, days > DAY_THAT_NEVER_WAS ? days - 1 : days);
    return join_date(g_date_get_day(&date), (unsigned)g_date_get_month(&date),
                     g_date_get_year(&date), format);
}

static char *date_of(double value, const struct xlsx_format *format, bool from_1904)
{
    double days = floor(value);
    unsigned minutes = (unsigned)((value - days) * MINUTES_OF_DAY + 0.5);
    if (minutes == MINUTES_OF_DAY) {
        minutes = 0;
        days++;
    }
    unsigned first = from_1904 ? DAYS_TO_1904 : 0;
    bool shows_day = format->day || format->month || format->year;
    if (days < 0 || days + first > DAYS_MAX)
        return NULL;
    g_autofree char *day = shows_day ? day_text((unsigned)days + first, format) : NULL;
    bool clock = minutes > 0 || (format->clock && !shows_day);
    g_autofree char *time = clock ? g_strdup_printf("%02u:%02u", minutes / 60, minutes % 60) : NULL;
    if (day != NULL && time != NULL)
        return g_strconcat(day, " ", time, NULL);
    return g_strdup(day != NULL ? day : time);
}

char *xlsx_date_text(const char *value)
{
    unsigned year, month, day;
    char rest;
    int found = sscanf(value, "%4u-%2u-%2u%c", &year, &month, &day, &rest);
    if (found < 3)
        return g_strdup(value);
    const struct xlsx_format whole = {.day = true, .month = true, .year = true};
    return join_date(day, month, year, &whole);
}

/* --- Numbers -------------------------------------------------------------------------------- */

static char *pad_zeros(char *digits, unsigned zeros)
{
    size_t length = strlen(digits);
    if (length >= zeros || digits[0] == '-')
        return digits;
    g_autofree char *fill = g_strnfill(zeros - length, '0');
    char *padded = g_strconcat(fill, digits, NULL);
    g_free(digits);
    return padded;
}

char *xlsx_number_text(const char *value, const struct xlsx_format *format, bool from_1904)
{
    char *end;
    double number = g_ascii_strtod(value, &end);
    if (end == value || *end != '\0' || !isfinite(number))
        return g_strdup(value);
    char *date = has_any(format) ? date_of(number, format, from_1904) : NULL;
    if (date != NULL)
        return date;
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    /* Digits that stand there stay as they stand: a double holds 15 of them for sure. */
    if (strspn(value, "0123456789") == strlen(value))
        return pad_zeros(g_strdup(value), format->zeros);
    if (number == floor(number) && fabs(number) < WHOLE_MAX)
        return pad_zeros(g_strdup_printf("%.0f", number), format->zeros);
    return g_strdup(g_ascii_formatd(digits, sizeof digits, "%.15g", number));
}
