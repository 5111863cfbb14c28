// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads and writes days. A day is text of ten characters here and in the store: it compares with
 * strcmp(), and "" is before all of them. */
#include "campaigns/day.h"

#include <stdio.h>
#include <string.h>

enum { YEAR_MIN = 1900, YEAR_MAX = 2199 };

static const char house_zone[] = "Asia/Ho_Chi_Minh";

static void write_day(int year, int month, int date, char *retday)
{
    char text[32];
    snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, date);
    g_strlcpy(retday, text, DAY_SIZE);
}

GTimeZone *day_zone(const char *name)
{
    GTimeZone *zone = g_time_zone_new_identifier(name == NULL ? house_zone : name);
    return zone != NULL ? zone : g_time_zone_new_utc();
}

void day_of_zone(int64_t at, GTimeZone *zone, char *retday)
{
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at / 1000);
    g_assert(utc != NULL);
    g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, zone);
    int year = 0, month = 0, date = 0;
    g_date_time_get_ymd(local, &year, &month, &date);
    write_day(year, month, date, retday);
}

void day_of(int64_t at, const char *zone, char *retday)
{
    g_autoptr(GTimeZone) found = day_zone(zone);
    day_of_zone(at, found, retday);
}

char *day_format(int64_t at, GTimeZone *zone, const char *format)
{
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at / 1000);
    g_autoptr(GDateTime) local = utc == NULL ? NULL : g_date_time_to_timezone(utc, zone);
    return local == NULL ? NULL : g_date_time_format(local, format);
}

/* Three numbers between equal marks, nothing else. */
static bool read_numbers(const char *text, unsigned *retnumbers, size_t *retdigits)
{
    char mark = '\0';
    for (unsigned i = 0; i < 3; i++) {
        size_t digits = strspn(text, "0123456789");
        if (digits == 0 || digits > 4)
            return false;
        retnumbers[i] = (unsigned)g_ascii_strtoull(text, NULL, 10);
        retdigits[i] = digits;
        text += digits;
        if (i == 2)
            return *text == '\0';
        bool good = strchr("-/.", *text) != NULL && *text != '\0' && (i == 0 || *text == mark);
        if (!good)
            return false;
        mark = *text++;
    }
    return false;
}

bool day_read(const char *text, char *retday)
{
    unsigned numbers[3];
    size_t digits[3];
    g_autofree char *stripped = g_strstrip(g_strdup(text));
    if (!read_numbers(stripped, numbers, digits))
        return false;
    bool year_first = digits[0] == 4;
    unsigned year = numbers[year_first ? 0 : 2], date = numbers[year_first ? 2 : 0];
    if (digits[year_first ? 0 : 2] != 4 || digits[1] > 2 || digits[year_first ? 2 : 0] > 2 ||
        year < YEAR_MIN || year > YEAR_MAX || numbers[1] > 12 || date > 31 ||
        !g_date_valid_dmy((GDateDay)date, (GDateMonth)numbers[1], (GDateYear)year))
        return false;
    write_day((int)year, (int)numbers[1], (int)date, retday);
    return true;
}

void day_add(const char *day, int days, char *retday)
{
    int year = 0, month = 0, date = 0;
    int read = sscanf(day, "%4d-%2d-%2d", &year, &month, &date);
    g_assert(read == 3);
    g_autoptr(GDateTime) noon = g_date_time_new_utc(year, month, date, 12, 0, 0);
    g_autoptr(GDateTime) moved = g_date_time_add_days(noon, days);
    g_date_time_get_ymd(moved, &year, &month, &date);
    write_day(year, month, date, retday);
}
