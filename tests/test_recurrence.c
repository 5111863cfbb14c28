// SPDX-License-Identifier: GPL-2.0-or-later
// Rules and the days they give; rules that are wrong, and the part that is named; the calendar.
#include "campaigns/recurrence.h"

#include <stdbool.h>
#include <string.h>

#define FIXED_DAYS                                                                                 \
    "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=8,20", "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=28",                \
        "FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=20", "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=25"

static const struct {
    const char *name;
    const char *rules[6];
    const char *since, *from, *to, *days;
} rows[] = {
    {"the five days of every year",
     {FIXED_DAYS},
     "2026-01-01",
     "2026-01-01",
     "2027-03-31",
     "2026-03-08 2026-03-20 2026-06-28 2026-10-20 2026-11-25 2027-03-08 2027-03-20"},
    {"both ends of the range belong to it",
     {FIXED_DAYS},
     "2026-01-01",
     "2026-03-20",
     "2026-06-28",
     "2026-03-20 2026-06-28"},
    {"nothing before the first day",
     {FIXED_DAYS},
     "2026-06-29",
     "2026-01-01",
     "2026-12-31",
     "2026-10-20 2026-11-25"},
    {"two rules on one day give it once",
     {"FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=8", "FREQ=MONTHLY;BYMONTHDAY=8"},
     "2026-01-01",
     "2026-02-01",
     "2026-04-30",
     "2026-02-08 2026-03-08 2026-04-08"},
    {"29 February comes in leap years only",
     {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"},
     "2026-01-01",
     "2026-01-01",
     "2036-12-31",
     "2028-02-29 2032-02-29 2036-02-29"},
    {"no leap day in 2100",
     {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"},
     "2026-01-01",
     "2097-01-01",
     "2105-12-31",
     "2104-02-29"},
    {"a 31st skips the shorter months",
     {"FREQ=MONTHLY;BYMONTHDAY=31"},
     "2026-01-01",
     "2026-01-01",
     "2026-07-31",
     "2026-01-31 2026-03-31 2026-05-31 2026-07-31"},
    {"the last day of every month",
     {"FREQ=MONTHLY;BYMONTHDAY=-1"},
     "2028-01-01",
     "2028-01-01",
     "2028-04-30",
     "2028-01-31 2028-02-29 2028-03-31 2028-04-30"},
    {"the second Tuesday",
     {"FREQ=MONTHLY;BYDAY=2TU"},
     "2026-01-01",
     "2026-01-01",
     "2026-03-31",
     "2026-01-13 2026-02-10 2026-03-10"},
    {"the last working day of a quarter",
     {"FREQ=MONTHLY;BYMONTH=3,6;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"},
     "2026-01-01",
     "2026-01-01",
     "2026-12-31",
     "2026-03-31 2026-06-30"},
    {"every other week counts from the first day",
     {"FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"},
     "2026-01-05",
     "2026-01-10",
     "2026-02-10",
     "2026-01-19 2026-02-02"},
    {"so many times and no more",
     {"FREQ=WEEKLY;COUNT=3"},
     "2026-01-05",
     "2026-01-01",
     "2026-12-31",
     "2026-01-05 2026-01-12 2026-01-19"},
    {"until a day, that day included",
     {"FREQ=WEEKLY;UNTIL=20260112"},
     "2026-01-05",
     "2026-01-01",
     "2026-12-31",
     "2026-01-05 2026-01-12"},
    {"small letters, blanks and the property's name",
     {" rrule:freq=yearly;bymonth=3;bymonthday=8 "},
     "2026-01-01",
     "2026-01-01",
     "2026-12-31",
     "2026-03-08"},
    {"no rule, no day", {NULL}, "2026-01-01", "2026-01-01", "2026-12-31", ""},
};

static void test_days(gconstpointer data)
{
    size_t i = GPOINTER_TO_SIZE(data);
    for (unsigned r = 0; rows[i].rules[r] != NULL; r++) {
        g_autofree char *sentence = recurrence_check(rows[i].rules[r]);
        g_assert_cmpstr(sentence, ==, NULL);
    }
    g_autoptr(GPtrArray) days =
        recurrence_days((char *const *)rows[i].rules, rows[i].since, rows[i].from, rows[i].to);
    g_autoptr(GString) all = g_string_new(NULL);
    for (unsigned d = 0; d < days->len; d++)
        g_string_append_printf(all, "%s%s", d > 0 ? " " : "", (char *)days->pdata[d]);
    g_assert_cmpstr(all->str, ==, rows[i].days);
}

static const struct {
    const char *rule, *part;
} wrong[] = {
    {"", "FREQ is missing"},
    {"BYMONTH=3", "FREQ is missing"},
    {"FREQ=YEARLI", "“FREQ=YEARLI”"},
    {"FREQ=HOURLY", "“FREQ=HOURLY”"},
    {"FREQ=YEARLY;BYMONTH=13", "“BYMONTH=13”"},
    {"FREQ=YEARLY;BYMONTH=0", "“BYMONTH=0”"},
    {"FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=8,", "“BYMONTHDAY=8,”"},
    {"FREQ=YEARLY;BYMONTHDAY=32", "“BYMONTHDAY=32”"},
    {"FREQ=WEEKLY;BYMONTHDAY=3", "“BYMONTHDAY=3”"},
    {"FREQ=WEEKLY;BYDAY=MO,XX", "“BYDAY=MO,XX”"},
    {"FREQ=WEEKLY;BYDAY=2MO", "“BYDAY=2MO”"},
    {"FREQ=DAILY;BYHOUR=8", "“BYHOUR=8”"},
    {"FREQ=DAILY;INTERVAL=0", "“INTERVAL=0”"},
    {"FREQ=DAILY;COUNT=99999999999", "“COUNT=99999999999”"},
    {"FREQ=DAILY;COUNT=2;UNTIL=20260101", "COUNT and UNTIL"},
    {"FREQ=DAILY;UNTIL=2026", "“UNTIL=2026”"},
    {"FREQ=DAILY;UNTIL=20261301", "“UNTIL=20261301”"},
    {"FREQ=YEARLY;MONTH=3", "“MONTH=3”"},
    {"FREQ=YEARLY;BYMONTH=3;BYMONTH=4", "“BYMONTH=4”"},
    {"FREQ=YEARLY;;BYMONTH=3", "“” is no part"},
    {"FREQ=YEARLY;8 March", "“8 MARCH”"},
    {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "no day that exists"},
    {"FREQ=DAILY;BYMONTH=4;BYMONTHDAY=31", "no day that exists"},
};

static void test_a_wrong_rule_names_its_part(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autofree char *sentence = recurrence_check(wrong[i].rule);
        if (sentence == NULL || strstr(sentence, wrong[i].part) == NULL)
            g_error("%s: %s", wrong[i].rule, sentence);
    }
}

static void test_the_hour_is_local(void)
{
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Asia/Ho_Chi_Minh");
    g_assert_cmpint(recurrence_moment("2026-03-08", "08:00", zone), ==, INT64_C(1772931600000));
    g_assert_cmpint(recurrence_moment("2026-03-08", "00:00", zone), ==,
                    INT64_C(1772931600000) - 8 * 3600 * 1000);
}

static void test_the_calendar_is_valid(void)
{
    struct recurrence_entry entry = {
        .uid = (char *)"GD-20260308@example",
        .summary = (char *)"Thăm hỏi gia đình đoàn viên; quý I, đợt 1 — một tiêu đề dài đến nỗi "
                           "dòng phải gấp lại",
        .description = (char *)"dòng một\ndòng hai",
        .at = INT64_C(1772931600000),
    };
    g_autoptr(GPtrArray) entries = g_ptr_array_new();
    g_ptr_array_add(entries, &entry);
    g_autofree char *text = recurrence_calendar(entries, INT64_C(1767225600000));
    g_assert_true(g_utf8_validate(text, -1, NULL));
    g_assert_true(g_str_has_prefix(text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:"));
    g_assert_true(g_str_has_suffix(text, "END:VEVENT\r\nEND:VCALENDAR\r\n"));
    g_assert_nonnull(strstr(text, "DTSTART:20260308T010000Z\r\n"));
    g_assert_nonnull(strstr(text, "DTSTAMP:20260101T000000Z\r\n"));
    g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);
    bool folded = false;
    for (unsigned i = 0; lines[i] != NULL; i++) {
        g_assert_null(strchr(lines[i], '\n'));
        g_assert_cmpuint(strlen(lines[i]), <=, 75);
        folded = folded || lines[i][0] == ' ';
    }
    g_assert_true(folded);
    g_auto(GStrv) pieces = g_strsplit(text, "\r\n ", -1);
    g_autofree char *unfolded = g_strjoinv("", pieces);
    g_assert_nonnull(strstr(unfolded, "SUMMARY:Thăm hỏi gia đình đoàn viên\\; quý I\\, đợt 1"));
    g_assert_nonnull(strstr(unfolded, "DESCRIPTION:dòng một\\ndòng hai\r\n"));
}

static void test_an_empty_calendar_is_one(void)
{
    g_autoptr(GPtrArray) entries = g_ptr_array_new();
    g_autofree char *text = recurrence_calendar(entries, 0);
    g_assert_true(g_str_has_suffix(text, "END:VCALENDAR\r\n"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/recurrence/", rows[i].name, NULL);
        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_days);
    }
    g_test_add_func("/recurrence/a wrong rule names its part", test_a_wrong_rule_names_its_part);
    g_test_add_func("/recurrence/the hour is local", test_the_hour_is_local);
    g_test_add_func("/recurrence/the calendar is valid", test_the_calendar_is_valid);
    g_test_add_func("/recurrence/an empty calendar is one", test_an_empty_calendar_is_one);
    return g_test_run();
}
