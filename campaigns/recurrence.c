// SPDX-License-Identifier: GPL-2.0-or-later
/* The only user of libical. It reads a rule as a whole and says no more than that it is malformed,
 * and takes a few that RFC 5545 forbids; so each part is looked at alone first, for people to know
 * what to mend. Rules are told in days: an hour in a rule would contradict the one in the file. */
#include "campaigns/recurrence.h"

#include <libical/ical.h>
#include <stdbool.h>
#include <string.h>

enum { DAYS_MOST = 200000 }; /* that one rule is followed, five centuries of every day */

static void keep_errors_harmless(void)
{
    static gsize done = 0;
    if (g_once_init_enter(&done)) {
        icalerror_set_errors_are_fatal(0);
        g_once_init_leave(&done, 1);
    }
}

/* "RRULE:" is what people copy along. */
static char *plain(const char *rule)
{
    g_autofree char *upper = g_strstrip(g_ascii_strup(rule, -1));
    return g_strdup(g_str_has_prefix(upper, "RRULE:") ? upper + strlen("RRULE:") : upper);
}

static struct icaltimetype day_value(const char *day)
{
    g_auto(GStrv) pieces = g_strsplit(day, "-", 3);
    g_autofree char *joined = g_strjoinv("", pieces);
    return icaltime_from_string(joined);
}

/* The iterator points into the rule: both live in the caller. */
static icalrecur_iterator *iterate(const char *rule, const char *since,
                                   struct icalrecurrencetype *recurrence)
{
    keep_errors_harmless();
    *recurrence = icalrecurrencetype_from_string(rule);
    return recurrence->freq == ICAL_NO_RECURRENCE
               ? NULL
               : icalrecur_iterator_new(*recurrence, day_value(since));
}

static bool is_taken(const char *rule)
{
    struct icalrecurrencetype recurrence;
    icalrecur_iterator *iterator = iterate(rule, "2026-01-01", &recurrence);
    if (iterator != NULL)
        icalrecur_iterator_free(iterator);
    return iterator != NULL;
}

static bool has_shape(const char *value, const char *shape)
{
    return g_regex_match_simple(shape, value, G_REGEX_DOLLAR_ENDONLY, 0);
}

/* "20301231" */
static bool is_day(const char *text)
{
    if (!has_shape(text, "^[0-9]{8}$"))
        return false;
    struct icaltimetype day = icaltime_from_string(text);
    return g_date_valid_dmy((GDateDay)day.day, (GDateMonth)day.month, (GDateYear)day.year);
}

/* What can be said of one part by its name and value alone; NULL: nothing against it. */
static char *check_value(const char *name, const char *value, const char *freq)
{
    static const char *const known[] = {"FREQ",    "UNTIL",      "COUNT",     "INTERVAL",
                                        "BYDAY",   "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO",
                                        "BYMONTH", "BYSETPOS",   "WKST",      NULL};
    static const char *const hours[] = {"BYHOUR", "BYMINUTE", "BYSECOND", NULL};
    static const char *const days[] = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY", NULL};
    if (g_strv_contains(hours, name))
        return g_strdup("the rule tells days only; the hour is set by `at`");
    if (!g_strv_contains(known, name))
        return g_strdup_printf("there is no part “%s”", name);
    if (g_str_equal(name, "FREQ") && !g_strv_contains(days, value))
        return g_strdup("is one of DAILY, WEEKLY, MONTHLY, YEARLY");
    if (g_str_equal(name, "UNTIL") && !is_day(value))
        return g_strdup("is the last day, such as 20301231");
    if ((g_str_equal(name, "COUNT") || g_str_equal(name, "INTERVAL")) &&
        !has_shape(value, "^0*[1-9][0-9]{0,3}$"))
        return g_strdup("is a whole number from 1 to 9999");
    bool whole = g_str_equal(freq, "MONTHLY") || g_str_equal(freq, "YEARLY");
    if (g_str_equal(name, "BYDAY") && !whole && has_shape(value, "[0-9]"))
        return g_strdup_printf("a numbered weekday goes with MONTHLY or YEARLY, not with %s", freq);
    return NULL;
}

static char *check_part(const char *part, const char *freq, GHashTable *seen)
{
    const char *equals = strchr(part, '=');
    if (equals == NULL || equals == part || equals[1] == '\0')
        return g_strdup_printf("“%s” is no part of a rule: write NAME=VALUE", part);
    g_autofree char *name = g_strndup(part, (gsize)(equals - part));
    if (!g_hash_table_add(seen, g_strdup(name)))
        return g_strdup_printf("“%s” stands there twice", part);
    g_autofree char *against = check_value(name, equals + 1, freq);
    if (against != NULL)
        return g_strdup_printf("“%s”: %s", part, against);
    if (g_str_equal(name, "FREQ"))
        return NULL;
    g_autofree char *alone = g_strdup_printf("FREQ=%s;%s", freq, part);
    return is_taken(alone) ? NULL
                           : g_strdup_printf("“%s” cannot be read, is out of range, or does not go "
                                             "with FREQ=%s",
                                             part, freq);
}

/* The value of FREQ, whatever it is; NULL: none. */
static char *frequency_of(char *const *parts)
{
    for (unsigned i = 0; parts[i] != NULL; i++)
        if (g_str_has_prefix(parts[i], "FREQ="))
            return g_strdup(parts[i] + strlen("FREQ="));
    return NULL;
}

static char *check_whole(const char *rule, GHashTable *seen)
{
    if (g_hash_table_contains(seen, "COUNT") && g_hash_table_contains(seen, "UNTIL"))
        return g_strdup("COUNT and UNTIL exclude each other");
    g_auto(GStrv) parts = g_strsplit(rule, ";", -1);
    g_autoptr(GPtrArray) kept = g_ptr_array_new();
    for (unsigned i = 0; parts[i] != NULL; i++)
        if (!g_str_has_prefix(parts[i], "UNTIL=")) /* one that is over is no mistake */
            g_ptr_array_add(kept, parts[i]);
    g_ptr_array_add(kept, NULL);
    g_autofree char *endless = g_strjoinv(";", (char **)kept->pdata);
    char *const rules[] = {endless, NULL};
    g_autoptr(GPtrArray) days = recurrence_days(rules, "2024-01-01", "2024-01-01", "2123-12-31");
    return days->len > 0 ? NULL : g_strdup_printf("“%s” names no day that exists", rule);
}

char *recurrence_check(const char *rule)
{
    g_autofree char *text = plain(rule);
    g_auto(GStrv) parts = g_strsplit(text, ";", -1);
    g_autofree char *freq = frequency_of(parts);
    if (freq == NULL)
        return g_strdup("FREQ is missing; a rule looks like FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=8");
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (unsigned i = 0; parts[i] != NULL; i++) {
        char *sentence =
            parts[i][0] == '\0' && parts[i + 1] == NULL ? NULL : check_part(parts[i], freq, seen);
        if (sentence != NULL)
            return sentence;
    }
    return check_whole(text, seen);
}

static void add_days(GHashTable *found, const char *rule, const char *since, const char *from,
                     const char *to)
{
    struct icalrecurrencetype recurrence;
    g_autofree char *text = plain(rule);
    icalrecur_iterator *iterator = iterate(text, since, &recurrence);
    for (unsigned i = 0; iterator != NULL && i < DAYS_MOST; i++) {
        struct icaltimetype next = icalrecur_iterator_next(iterator);
        if (icaltime_is_null_time(next))
            break;
        g_autofree char *day = g_strdup_printf("%04d-%02d-%02d", next.year, next.month, next.day);
        if (strcmp(day, to) > 0)
            break;
        if (strcmp(day, from) >= 0 && strcmp(day, since) >= 0)
            g_hash_table_add(found, g_steal_pointer(&day));
    }
    if (iterator != NULL)
        icalrecur_iterator_free(iterator);
}

static int by_text(gconstpointer one, gconstpointer other)
{
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

GPtrArray *recurrence_days(char *const *rules, const char *since, const char *from, const char *to)
{
    g_autoptr(GHashTable) found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (unsigned i = 0; rules != NULL && rules[i] != NULL; i++)
        add_days(found, rules[i], since, from, to);
    GPtrArray *days = g_ptr_array_new_with_free_func(g_free);
    GHashTableIter iterator;
    gpointer day = NULL;
    g_hash_table_iter_init(&iterator, found);
    while (g_hash_table_iter_next(&iterator, &day, NULL)) {
        g_hash_table_iter_steal(&iterator);
        g_ptr_array_add(days, day);
    }
    g_ptr_array_sort(days, by_text);
    return days;
}

int64_t recurrence_moment(const char *day, const char *time, GTimeZone *zone)
{
    g_autofree char *text = g_strdup_printf("%sT%s:00", day, time);
    g_autoptr(GDateTime) at = g_date_time_new_from_iso8601(text, zone);
    g_assert(at != NULL); /* both were checked */
    return g_date_time_to_unix(at) * 1000;
}

static struct icaltimetype stamp(int64_t at)
{
    return icaltime_from_timet_with_zone((time_t)(at / 1000), 0, icaltimezone_get_utc_timezone());
}

char *recurrence_calendar(const GPtrArray *entries, int64_t now)
{
    keep_errors_harmless();
    icalcomponent *calendar = icalcomponent_vanew(
        ICAL_VCALENDAR_COMPONENT, icalproperty_new_version("2.0"),
        icalproperty_new_prodid("-//Loa//calendar//EN"), icalproperty_new_calscale("GREGORIAN"),
        icalproperty_new_method(ICAL_METHOD_PUBLISH), NULL);
    for (unsigned i = 0; i < entries->len; i++) {
        const struct recurrence_entry *entry = entries->pdata[i];
        icalcomponent *event = icalcomponent_vanew(
            ICAL_VEVENT_COMPONENT, icalproperty_new_uid(entry->uid),
            icalproperty_new_dtstamp(stamp(now)), icalproperty_new_dtstart(stamp(entry->at)),
            icalproperty_new_summary(entry->summary),
            icalproperty_new_transp(ICAL_TRANSP_TRANSPARENT), NULL);
        if (entry->description != NULL && *entry->description != '\0')
            icalcomponent_add_property(event, icalproperty_new_description(entry->description));
        icalcomponent_add_component(calendar, event);
    }
    char *written = icalcomponent_as_ical_string_r(calendar);
    char *text = g_strdup(written);
    icalmemory_free_buffer(written);
    icalcomponent_free(calendar);
    return text;
}
