// SPDX-License-Identifier: GPL-2.0-or-later
// Sending hours in a time zone, validity, and what one SIM may send.
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

/* Steps at seconds from noon: '?' what holds so many parts for this contact, '+' lease, '-' settled
 * and sent, 'x' failed on the air, 'f' never went, 'r' what an earlier process sent, 'n' a contact
 * of today, 'o' a day begins anew with so many parts. */
struct step {
    int at_s;
    char what;
    unsigned parts;
    int64_t contact;
    enum pace_hold expected;
};

static struct moment at_second(GTimeZone *zone, int second)
{
    return (struct moment){zone, clock_time(12, 0) + second * SECOND, 7 * HOUR + second * SECOND};
}

static void take_step(struct pace *pace, GTimeZone *zone, const struct step *step)
{
    struct moment moment = at_second(zone, step->at_s), noon = at_second(zone, 0);
    unsigned parts = step->parts;
    int64_t contact = step->contact;
    switch (step->what) {
    case '?':
        g_assert_cmpint(pace_holds(pace, &moment, parts, contact), ==, step->expected);
        break;
    case '+':
        pace_lease(pace, parts, contact);
        break;
    case '-':
        pace_settle(pace, &moment, &(struct pace_news){contact, parts, parts, parts, 0.5});
        break;
    case 'x':
        pace_settle(pace, &moment, &(struct pace_news){contact, parts, 1, 0, 0.5});
        break;
    case 'f':
        pace_forget(pace, parts, contact);
        break;
    case 'r':
        pace_remember(pace, &noon, moment.wall, parts);
        break;
    case 'n':
        pace_remember_recipient(pace, contact);
        break;
    case 'o':
        g_assert_true(pace_is_stale(pace, &moment));
        pace_reset(pace, &moment, parts);
        g_assert_false(pace_is_stale(pace, &moment));
        break;
    default:
        g_assert_not_reached();
    }
}

static const struct {
    const char *name;
    struct pace_limits limits;
    struct step steps[14];
} rows[] = {
    {"no limits are none", {0}, {{0, '+', 5, 1}, {0, '?', 900, 1, PACE_FREE}}},
    {"a minute holds so many",
     {.per_minute = 3},
     {{0, '?', 3, 1, PACE_FREE},
      {0, '?', 4, 1, PACE_FREE}, /* alone */
      {0, '+', 1, 1},
      {0, '?', 2, 2, PACE_FREE},
      {0, '?', 3, 2, PACE_MINUTE}}},
    {"what is in flight counts until it is settled, and then for a minute",
     {.per_minute = 2},
     {{0, '+', 2, 1},
      {90, '?', 1, 2, PACE_MINUTE},
      {100, '-', 2, 1},
      {101, '?', 1, 2, PACE_MINUTE},
      {159, '?', 1, 2, PACE_MINUTE},
      {160, '?', 2, 2, PACE_FREE}}},
    {"a long text goes alone, or it would wait for ever",
     {.per_minute = 2},
     {{0, '?', 5, 1, PACE_FREE},
      {0, '+', 1, 1},
      {0, '?', 5, 2, PACE_MINUTE},
      {0, '-', 1, 1},
      {59, '?', 5, 2, PACE_MINUTE},
      {60, '?', 5, 2, PACE_FREE}}},
    {"a failure on the air is air too",
     {.per_minute = 1},
     {{0, '+', 1, 1}, {1, 'x', 1, 1}, {2, '?', 1, 1, PACE_MINUTE}, {61, '?', 1, 1, PACE_FREE}}},
    {"an hour holds so many, minute by minute",
     {.per_minute = 2, .per_hour = 3},
     {{0, '+', 2, 1},
      {0, '-', 2, 1},
      {60, '+', 1, 2},
      {60, '-', 1, 2},
      {120, '?', 1, 3, PACE_HOUR},
      {3599, '?', 1, 3, PACE_HOUR},
      {3600, '?', 2, 3, PACE_FREE},
      {3600, '?', 3, 3, PACE_HOUR}}},
    {"what never went is given back",
     {.per_minute = 1, .daily_quota = 1, .daily_recipients = 1},
     {{0, '+', 1, 1}, {0, '?', 1, 1, PACE_DAY}, {1, 'f', 1, 1}, {1, '?', 1, 2, PACE_FREE}}},
    {"the day's quota is for the local day",
     {.daily_quota = 3},
     {{0, '+', 3, 1},
      {1, '-', 3, 1},
      {2, '?', 1, 1, PACE_DAY},
      {12 * 3600 - 1, '?', 1, 1, PACE_DAY},
      {12 * 3600, 'o', 0, 0},
      {12 * 3600, '?', 3, 1, PACE_FREE},
      {12 * 3600, '?', 4, 1, PACE_DAY}}},
    {"a clock that was set back brings no second quota",
     {.daily_quota = 3},
     {{0, '+', 3, 1},
      {1, '-', 3, 1},
      {-13 * 3600, 'o', 0, 0},
      {2, 'o', 3, 0},
      {3, '?', 1, 1, PACE_DAY}}},
    {"failures do not use up the quota",
     {.daily_quota = 1},
     {{0, '+', 1, 1}, {1, 'x', 1, 1}, {2, '?', 1, 1, PACE_FREE}}},
    {"what an earlier process sent counts",
     {.per_minute = 3, .per_hour = 4},
     {{-3601, 'r', 9, 0},
      {-3500, 'r', 2, 0},
      {-30, 'r', 1, 0},
      {0, '?', 1, 1, PACE_FREE},
      {0, '?', 2, 1, PACE_HOUR},
      {100, '?', 3, 1, PACE_FREE}}},
    {"what was sent in the future was sent now: the clock was set back",
     {.per_minute = 1},
     {{7200, 'r', 1, 0}, {59, '?', 1, 1, PACE_MINUTE}, {60, '?', 1, 1, PACE_FREE}}},
    {"so many different numbers in a day, on the air or out, and the same again and again",
     {.daily_recipients = 2},
     {{0, 'n', 0, 1},
      {0, '+', 1, 2},
      {0, '?', 1, 3, PACE_RECIPIENTS},
      {0, '?', 1, 1, PACE_FREE},
      {1, 'x', 1, 2}, /* refused: it was nobody */
      {1, '?', 1, 3, PACE_FREE},
      {1, '+', 1, 3},
      {2, '-', 1, 3},
      {2, '?', 1, 2, PACE_RECIPIENTS},
      {12 * 3600, 'o', 0, 0},
      {12 * 3600, '?', 1, 4, PACE_FREE}}},
    {"silence between two messages, not between their parts, half of the spread this time",
     {.spacing_ms = 10000, .spread_ms = 4000},
     {{0, '?', 3, 1, PACE_FREE},
      {0, '+', 3, 1},
      {5, '?', 1, 2, PACE_SPACING},
      {6, '-', 3, 1},
      {17, '?', 1, 2, PACE_SPACING},
      {18, '?', 1, 2, PACE_FREE}}},
    {"silence also after a message of an earlier process",
     {.spacing_ms = 10000},
     {{-4, 'r', 1, 0}, {5, '?', 1, 2, PACE_SPACING}, {6, '?', 1, 2, PACE_FREE}}},
};

static void test_pace(void)
{
    g_autoptr(GTimeZone) zone = vietnam();
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct pace *pace = pace_new();
        struct moment noon = at_second(zone, 0);
        pace_limit(pace, &rows[i].limits);
        pace_reset(pace, &noon, 0);
        for (const struct step *step = rows[i].steps; step->what != '\0'; step++) {
            g_test_message("%s: %c at %d", rows[i].name, step->what, step->at_s);
            take_step(pace, zone, step);
        }
        pace_free(pace);
    }
}

static void test_the_spread_is_even(void)
{
    static const double chances[] = {0, 0.25, 0.999};
    g_autoptr(GTimeZone) zone = vietnam();
    for (size_t i = 0; i < G_N_ELEMENTS(chances); i++) {
        struct pace *pace = pace_new();
        struct moment noon = at_second(zone, 0);
        pace_limit(pace, &(struct pace_limits){.spacing_ms = 10000, .spread_ms = 4000});
        pace_reset(pace, &noon, 0);
        pace_lease(pace, 1, 1);
        pace_settle(pace, &noon, &(struct pace_news){1, 1, 1, 1, chances[i]});
        g_assert_cmpint(pace_until(pace, &noon, PACE_SPACING) - noon.wall, ==,
                        10000 + (int64_t)(4000 * chances[i]));
        pace_free(pace);
    }
}

static void test_sentences(void)
{
    static const struct {
        struct pace_limits limits;
        unsigned sent;
        unsigned parts;
        enum pace_hold hold;
        const char *sentence;
    } said[] = {
        {{.daily_quota = 2}, 2, 1, PACE_DAY, "the day's quota is used (2 of 2); next at 00:00"},
        {{.daily_quota = 5},
         3,
         3,
         PACE_DAY,
         "2 of the day's 5 parts are left, too few for each message that waits; next at 00:00"},
        {{.per_hour = 2}, 2, 1, PACE_HOUR, "2 of 2 parts in an hour; next at 13:00"},
        {{.daily_recipients = 1},
         1,
         1,
         PACE_RECIPIENTS,
         "1 of 1 different numbers today; next at 00:00"},
    };
    g_autoptr(GTimeZone) zone = vietnam();
    for (size_t i = 0; i < G_N_ELEMENTS(said); i++) {
        struct pace *pace = pace_new();
        struct moment noon = at_second(zone, 0);
        pace_limit(pace, &said[i].limits);
        pace_reset(pace, &noon, 0);
        pace_lease(pace, said[i].sent, 1);
        pace_settle(pace, &noon, &(struct pace_news){1, said[i].sent, said[i].sent, said[i].sent});
        g_assert_cmpint(pace_holds(pace, &noon, said[i].parts, 2), ==, said[i].hold);
        g_autofree char *sentence = pace_sentence(pace, &noon, said[i].hold, true);
        g_assert_cmpstr(sentence, ==, said[i].sentence);
        pace_free(pace);
    }
}

static void test_closing(void)
{
    static const struct {
        const char *hours;
        int hour, minute;
        int closing; /* minutes from the same midnight; -1: never */
    } closings[] = {
        {"", 3, 0, -1},
        {"00:00-24:00", 3, 0, -1},
        {"07:30-11:30, 13:30-20:30", 8, 0, 11 * 60 + 30},
        {"07:30-11:30, 13:30-20:30", 20, 29, 20 * 60 + 30},
        {"07:30-11:30, 13:30-20:30", 12, 0, 12 * 60}, /* it is closed */
        {"20:00-24:00", 21, 0, 24 * 60},
        {"00:00-02:00, 20:00-24:00", 21, 0, 26 * 60},
    };
    g_autoptr(GTimeZone) zone = vietnam();
    for (size_t i = 0; i < G_N_ELEMENTS(closings); i++) {
        struct hours hours = {0};
        g_assert_true(hours_read(closings[i].hours, &hours, NULL));
        int64_t closing =
            hours_closing(&hours, zone, clock_time(closings[i].hour, closings[i].minute));
        int64_t expected =
            closings[i].closing < 0 ? INT64_MAX : MIDNIGHT + closings[i].closing * MINUTE;
        g_assert_cmpint(closing, ==, expected);
    }
}

static const struct {
    const char *name, *first, *second;
    int from, until; /* hours of the clock; beyond 24 the next day */
    int64_t minutes;
    int last; /* minutes after midnight */
} commons[] = {
    {"always", "", "", 8, 20, 720, 1200},
    {"the rest of the day, over lunch", "07:30-11:30, 13:30-20:30", "", 11, 24, 450, 1230},
    {"what both allow", "07:30-11:30, 13:30-20:30", "10:00-14:00", 0, 24, 120, 840},
    {"nothing in common", "07:00-08:00", "09:00-10:00", 0, 24, 0, 0},
    {"two days", "07:00-08:00", "", 0, 48, 120, 1920},
    {"cut off at the end", "07:00-12:00", "", 0, 9, 120, 540},
    {"over midnight", "00:00-02:00, 20:00-24:00", "", 21, 27, 300, 1560},
    {"too late today", "07:00-12:00", "", 13, 24, 0, 780},
};

static void test_common(gconstpointer data)
{
    size_t row = GPOINTER_TO_SIZE(data);
    struct hours first = {0}, second = {0};
    GTimeZone *zone = vietnam();
    if (*commons[row].first != '\0')
        g_assert_true(hours_read(commons[row].first, &first, NULL));
    if (*commons[row].second != '\0')
        g_assert_true(hours_read(commons[row].second, &second, NULL));
    const struct hours *const both[] = {&first, &second};
    int64_t last = 0;
    int64_t open_ms = hours_common(both, zone, clock_time(commons[row].from, 0),
                                   clock_time(commons[row].until, 0), &last);
    g_assert_cmpint(open_ms / MINUTE, ==, commons[row].minutes);
    if (open_ms > 0)
        g_assert_cmpint((last - MIDNIGHT) / MINUTE, ==, commons[row].last);
    g_time_zone_unref(zone);
}

static const struct {
    const char *name;
    struct pace_limits limits;
    int64_t ms, parts;
} throughputs[] = {
    {"no limits: what a modem manages", {0}, HOUR, 900},
    {"so many a minute", {.per_minute = 2}, HOUR, 120},
    {"so many an hour", {.per_minute = 2, .per_hour = 50}, 2 * HOUR, 100},
    {"silence between two", {.spacing_ms = 10 * SECOND, .spread_ms = 20 * SECOND}, HOUR, 180},
    {"a limit beyond the modem's", {.per_minute = 1000}, MINUTE, 15},
    {"no time", {0}, 0, 0},
};

static void test_throughput(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(throughputs); i++)
        g_assert_cmpint(pace_throughput(&throughputs[i].limits, throughputs[i].ms), ==,
                        throughputs[i].parts);
}

static void test_capacity(void)
{
    GTimeZone *zone = vietnam();
    const struct moment moment = {zone, clock_time(9, 0), 5 * HOUR};
    struct pace *pace = pace_new();
    pace_limit(pace, &(struct pace_limits){.daily_quota = 200});
    pace_reset(pace, &moment, 150);
    g_assert_cmpint(pace_capacity(pace, &moment, HOUR), ==, 50);
    pace_lease(pace, 10, 1);
    g_assert_cmpint(pace_capacity(pace, &moment, HOUR), ==, 40);
    g_assert_cmpint(pace_capacity(pace, &moment, MINUTE), ==, 15);
    pace_forget(pace, 10, 1);
    pace_reset(pace, &moment, 250);
    g_assert_cmpint(pace_capacity(pace, &moment, HOUR), ==, 0);
    pace_free(pace);
    g_time_zone_unref(zone);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pacing/sending hours", test_hours);
    g_test_add_func("/pacing/a day begins where people live", test_a_day_begins_where_people_live);
    g_test_add_func("/pacing/validity", test_validity);
    g_test_add_func("/pacing/closing", test_closing);
    g_test_add_func("/pacing/minute, hour, day, numbers and silence", test_pace);
    g_test_add_func("/pacing/the spread is even", test_the_spread_is_even);
    g_test_add_func("/pacing/people are told what holds a SIM", test_sentences);
    for (size_t i = 0; i < G_N_ELEMENTS(commons); i++) {
        g_autofree char *path = g_strconcat("/pacing/common hours/", commons[i].name, NULL);
        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_common);
    }
    g_test_add_func("/pacing/what limits let through in a while", test_throughput);
    g_test_add_func("/pacing/what a SIM can still send", test_capacity);
    return g_test_run();
}
