// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the values that a file writes as text: "48h", "2024-06-10T08:00:00+07:00",
 * "07:30-11:30, 13:30-20:30". Pure functions; strict, because a value that is guessed at sends
 * messages at the wrong hour. */
#include "config/values.h"

#include <string.h>

#define MOMENT "\\d{4}-\\d\\d-\\d\\d[Tt ]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?"

static const struct {
    const char *name;
    int64_t ms;
} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};

char *value_check_shape(const void *field, const char *shape, const char *sentence)
{
    const char *text = *(char *const *)field;
    return g_regex_match_simple(shape, text, G_REGEX_DOLLAR_ENDONLY, 0) ? NULL : g_strdup(sentence);
}

char *value_check_filled(const void *field)
{
    return value_check_shape(field, "\\S", "must not be empty");
}

char *value_check_words(const void *field)
{
    for (char *const *words = *(char **const *)field; *words != NULL; words++) {
        char *sentence = value_check_filled(words);
        if (sentence != NULL)
            return sentence;
    }
    return NULL;
}

bool value_read_duration(const char *text, int64_t *retms, char **retsentence)
{
    const char *unit = text + strspn(text, "0123456789");
    for (size_t i = 0; i < G_N_ELEMENTS(units) && unit > text; i++) {
        guint64 count;
        g_autofree char *digits = g_strndup(text, (gsize)(unit - text));
        if (g_strcmp0(unit, units[i].name) != 0)
            continue;
        if (!g_ascii_string_to_unsigned(digits, 10, 0, (guint64)(INT64_MAX / units[i].ms), &count,
                                        NULL)) {
            *retsentence = g_strdup_printf("the duration “%s” is too long", text);
            return false;
        }
        *retms = (int64_t)count * units[i].ms;
        return true;
    }
    *retsentence = g_strdup_printf(
        "“%s” is no duration; write a whole number and a unit, such as 250ms, 30s, 15m, 48h or 2d",
        text);
    return false;
}

bool value_read_time(const char *text, int64_t *retat, char **retsentence)
{
    if (g_regex_match_simple("^" MOMENT "$", text, G_REGEX_DOLLAR_ENDONLY, 0)) {
        *retsentence = g_strdup_printf(
            "“%s” lacks its offset from UTC; in Vietnam add +07:00 at the end", text);
        return false;
    }
    if (!g_regex_match_simple("^" MOMENT "([Zz]|[+-]\\d\\d:\\d\\d)$", text, G_REGEX_DOLLAR_ENDONLY,
                              0)) {
        *retsentence = g_strdup_printf(
            "“%s” is no point in time; write it like 2024-06-10T08:00:00+07:00", text);
        return false;
    }
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, NULL);
    if (time == NULL) {
        *retsentence = g_strdup_printf("there is no such day or hour as “%s”", text);
        return false;
    }
    *retat = g_date_time_to_unix(time) * 1000 + g_date_time_get_microsecond(time) / 1000;
    return true;
}

char *value_write_duration(int64_t ms)
{
    size_t unit = G_N_ELEMENTS(units) - 1;
    while (unit > 0 && (ms == 0 || ms % units[unit].ms != 0))
        unit--;
    return g_strdup_printf("%" G_GINT64_FORMAT "%s", ms / units[unit].ms,
                           ms == 0 ? "s" : units[unit].name);
}

static char *bound(const struct setting *row, double value)
{
    if (row->type == SETTING_DURATION)
        return value_write_duration((int64_t)value);
    return g_strdup_printf("%.15g", value);
}

char *value_range(const struct setting *row)
{
    if (row->minimum == 0 && row->maximum == 0)
        return NULL;
    g_autofree char *low = bound(row, row->minimum);
    g_autofree char *high = bound(row, row->maximum);
    return g_strdup_printf("%s to %s", low, high);
}

/* One "07:30-11:30", blanks around it allowed; 24:00 may only end a range. */
static bool range_read(const char *text, struct hours_range *retrange)
{
    g_autoptr(GRegex) shape =
        g_regex_new("^\\s*(\\d\\d?):(\\d\\d)\\s*(?:-|–)\\s*(\\d\\d?):(\\d\\d)\\s*$", 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    if (!g_regex_match(shape, text, 0, &match))
        return false;
    unsigned number[4];
    for (int i = 0; i < 4; i++) {
        g_autofree char *digits = g_match_info_fetch(match, i + 1);
        number[i] = (unsigned)g_ascii_strtoull(digits, NULL, 10);
    }
    unsigned from = number[0] * 60 + number[1], to = number[2] * 60 + number[3];
    if (number[1] > 59 || number[3] > 59 || from >= 1440 || to > 1440)
        return false;
    *retrange = (struct hours_range){.from = (uint16_t)from, .to = (uint16_t)to};
    return true;
}

bool hours_read(const char *text, struct hours *rethours, char **retsentence)
{
    struct hours hours = {.count = 0};
    g_autofree char *stripped = g_strstrip(g_strdup(text));
    g_auto(GStrv) parts = g_strsplit(stripped, ",", -1);
    for (char **part = parts; *part != NULL; part++) {
        struct hours_range *range = &hours.range[hours.count];
        if (hours.count == G_N_ELEMENTS(hours.range)) {
            *retsentence = g_strdup("there are more than 8 ranges of hours");
            return false;
        }
        if (!range_read(*part, range)) {
            *retsentence = g_strdup_printf(
                "“%s” is no range of hours; write them like 07:30-11:30, 13:30-20:30",
                g_strstrip(*part));
            return false;
        }
        if (range->from >= range->to) {
            *retsentence = g_strdup_printf("the hours “%s” end before they begin; write a night as "
                                           "two ranges, 00:00-06:00, 22:00-24:00",
                                           g_strstrip(*part));
            return false;
        }
        if (hours.count > 0 && range->from < range[-1].to) {
            *retsentence = g_strdup_printf(
                "the hours “%s” overlap the range before them or stand out of order",
                g_strstrip(*part));
            return false;
        }
        hours.count++;
    }
    *rethours = hours;
    return true;
}
