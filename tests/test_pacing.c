// SPDX-License-Identifier: GPL-2.0-or-later
// Sending hours in a time zone, validity, and what one SIM may send in a minute and in a day.
#include "campaigns/pacing.h"

#include <string.h>

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)

/* 10/6/2024 00:00 in Việt Nam, 17:00 of the day before by UTC. */
#define MIDNIGHT INT64_C(1717952400000)

static GTimeZone *vietnam(void)
{
    GTimeZone *zone = g_time_zone_new_identifier("Asia/Ho_Chi_Minh");
    g_assert_nonnull(zone);
    return zone;
}

static int64_t clock_time(int hour, int minute)
{
    return MIDNIGHT + hour * HOUR + minute * MINUTE;
}

static void test_hours(void)
{
    static const struct {
        const char *name, *hours;
        int hour, minute;
        bool allowed;
        int next_hour, next_minute; /* from the same midnight */
    } rows[] = {
        {"no hours are all hours", "", 3, 0, true, 3, 0},
        {"the first minute is in", "07:30-11:30, 13:30-20:30", 7, 30, true, 7, 30},
        {"the minute before is not", "07:30-11:30, 13:30-20:30", 7, 29, false, 7, 30},
        {"the last minute is out", "07:30-11:30, 13:30-20:30", 11, 30, false, 13, 30},
        {"the one before it is in", "07:30-11:30, 13:30-20:30", 11, 29, true, 11, 29},
        {"in the evening it is tomorrow", "07:30-11:30, 13:30-20:30", 20, 30, false, 31, 30},
        {"after midnight it is today", "07:30-11:30, 13:30-20:30", 0, 5, false, 7, 30},
        {"until midnight", "13:30-24:00", 23, 59, true, 23, 59},
    };
    g_autoptr(GTimeZone) zone = vietnam();
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        struct hours hours = {0};
        g_assert_true(hours_read(rows[i].hours, &hours, NULL));
        int64_t now = clock_time(rows[i].hour, rows[i].minute);
        g_assert_cmpint(hours_allow(&hours, zone, now), ==, rows[i].allowed);
        g_assert_cmpint(hours_next_opening(&hours, zone, now), ==,
                        clock_time(rows[i].next_hour, rows[i].next_minute));
    }
}

static void test_a_day_begins_where_people_live(void)
{
    g_autoptr(GTimeZone) zone = vietnam();
    g_assert_cmpint(day_start(zone, MIDNIGHT), ==, MIDNIGHT);
    g_assert_cmpint(day_start(zone, MIDNIGHT - 1), ==, MIDNIGHT - 24 * HOUR);
    g_assert_cmpint(day_end(zone, MIDNIGHT), ==, MIDNIGHT + 24 * HOUR);
}

static void test_validity(void)
{
    static const struct {
        int64_t validity_ms;
        uint8_t octet;
    } rows[] = {
        {0, 0},
        {5 * MINUTE, 0},
        {10 * MINUTE, 1},
        {11 * HOUR + 59 * MINUTE, 142},
        {12 * HOUR, 143},
        {13 * HOUR, 145},
        {24 * HOUR, 167},
        {47 * HOUR, 167},
        {48 * HOUR, 168},
        {30 * 24 * HOUR, 196},
        {35 * 24 * HOUR, 197},
        {9000 * 24 * HOUR, 255},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(pacing_validity(rows[i].validity_ms), ==, rows[i].octet);
}

/* Steps at seconds from noon: '?' may so many go, '+' lease, '-' settled and sent, 'x' failed on
 * the air, 'f' never went, 'r' what an earlier process sent. */
struct step {
    int at_s;
    char what;
    unsigned parts;
    bool expected;
};

static void walk(const char *name, int64_t per_minute, int64_t daily_quota,
                 const struct step *steps)
{
    g_test_message("%s", name);
    g_autoptr(GTimeZone) zone = vietnam();
    struct pace *pace = pace_new(per_minute, daily_quota);
    for (; steps->what != '\0'; steps++) {
        int64_t now = clock_time(12, 0) + steps->at_s * SECOND;
        unsigned parts = steps->parts;
        if (steps->what == '?')
            g_assert_cmpint(pace_allows(pace, zone, now, parts), ==, steps->expected);
        else if (steps->what == '+')
            pace_lease(pace, parts);
        else if (steps->what == '-')
            pace_settle(pace, zone, now, &(struct pace_news){parts, parts, parts});
        else if (steps->what == 'x')
            pace_settle(pace, zone, now, &(struct pace_news){parts, 1, 0});
        else if (steps->what == 'f')
            pace_forget(pace, parts);
        else
            pace_remember(pace, now, parts, zone, clock_time(12, 0));
    }
    pace_free(pace);
}

static void test_pace(void)
{
    walk("no limits are none", 0, 0, (struct step[]){{0, '+', 5}, {0, '?', 900, true}, {0}});
    walk("a minute holds so many", 3, 0,
         (struct step[]){{0, '?', 3, true},
                         {0, '?', 4, true},
                         {0, '+', 1},
                         {0, '?', 2, true},
                         {0, '?', 3, false},
                         {0}});
    walk("what is in flight counts until it is settled, and then for a minute", 2, 0,
         (struct step[]){{0, '+', 2},
                         {90, '?', 1, false},
                         {100, '-', 2},
                         {101, '?', 1, false},
                         {159, '?', 1, false},
                         {160, '?', 2, true},
                         {0}});
    walk("a long text goes alone, or it would wait for ever", 2, 0,
         (struct step[]){{0, '?', 5, true},
                         {0, '+', 1},
                         {0, '?', 5, false},
                         {0, '-', 1},
                         {59, '?', 5, false},
                         {60, '?', 5, true},
                         {0}});
    walk("a failure on the air is air too", 1, 0,
         (struct step[]){{0, '+', 1}, {1, 'x', 1}, {2, '?', 1, false}, {61, '?', 1, true}, {0}});
    walk("what never went is given back", 1, 1,
         (struct step[]){{0, '+', 1}, {0, '?', 1, false}, {1, 'f', 1}, {1, '?', 1, true}, {0}});
    walk("the day's quota is for the local day", 0, 3,
         (struct step[]){{0, '+', 3},
                         {1, '-', 3},
                         {2, '?', 1, false},
                         {12 * 3600 - 1, '?', 1, false},
                         {12 * 3600, '?', 3, true},
                         {12 * 3600, '?', 4, false},
                         {0}});
    walk("failures do not use up the quota", 0, 1,
         (struct step[]){{0, '+', 1}, {1, 'x', 1}, {2, '?', 1, true}, {0}});
    walk("what an earlier process sent counts", 3, 4,
         (struct step[]){{-13 * 3600, 'r', 9},
                         {-3600, 'r', 2},
                         {-30, 'r', 1},
                         {0, '?', 1, true},
                         {0, '?', 2, false},
                         {0}});
}

static void test_the_day_is_used(void)
{
    g_autoptr(GTimeZone) zone = vietnam();
    struct pace *pace = pace_new(0, 2);
    int64_t now = clock_time(12, 0);
    g_assert_false(pace_day_is_used(pace, zone, now));
    pace_lease(pace, 2);
    pace_settle(pace, zone, now, &(struct pace_news){2, 2, 2});
    g_assert_true(pace_day_is_used(pace, zone, now));
    g_assert_false(pace_day_is_used(pace, zone, day_end(zone, now)));
    pace_free(pace);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pacing/sending hours", test_hours);
    g_test_add_func("/pacing/a day begins where people live", test_a_day_begins_where_people_live);
    g_test_add_func("/pacing/validity", test_validity);
    g_test_add_func("/pacing/minute and day", test_pace);
    g_test_add_func("/pacing/the day is used", test_the_day_is_used);
    return g_test_run();
}
