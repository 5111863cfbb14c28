// SPDX-License-Identifier: GPL-2.0-or-later
// The rules of alarms: second by second from trouble to alarm and back, who is told, in what words.
#include "campaigns/alarm.h"
#include "campaigns/alarm_event.h"
#include "campaigns/parts.h"

#include <jansson.h>
#include <string.h>

#define START  INT64_C(1717981200000) /* 10/6/2024 08:00 in Việt Nam */
#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

static void test_names_are_read_back(void)
{
    for (unsigned i = 0; i < ALARM_KINDS; i++) {
        const struct alarm_trait *trait = alarm_trait((enum alarm_kind)i);
        enum alarm_kind kind = ALARM_KINDS;
        g_assert_true(alarm_kind_from_name(trait->name, &kind));
        g_assert_cmpuint(kind, ==, i);
        g_assert_true(strcmp(trait->severity, "critical") == 0 ||
                      strcmp(trait->severity, "warning") == 0);
        g_assert_true(g_str_is_ascii(trait->text));
        g_assert_cmpuint(strlen(trait->sentence), >, 0);
    }
    enum alarm_kind kind = ALARM_KINDS;
    g_assert_false(alarm_kind_from_name("flood", &kind));
}

/* One letter a second, x trouble; patience is four seconds. Below it what comes of it. */
static const struct {
    const char *name;
    enum alarm_kind kind;
    unsigned repeats;
    const char *seconds, *changes;
} lives[] = {
    {"what stays away is an alarm once", ALARM_MODEM_DOWN, 0, "xxxxxxxxx", "----R----"},
    {"a short absence is none", ALARM_MODEM_DOWN, 0, "xxx.........", "------------"},
    {"what is back must stay", ALARM_MODEM_DOWN, 0, "xxxxx..xx......", "----R-------C--"},
    {"away for more than half of the time is an alarm", ALARM_MODEM_DOWN, 0, "xxx.xxx.xxx",
     "------R----"},
    {"away for less than that is none", ALARM_MODEM_DOWN, 0, "x..x..x..x..x..x..x..",
     "---------------------"},
    {"half and half does not flap", ALARM_MODEM_DOWN, 0, "xxxxxxx..xx..xx..xx..xx",
     "----R------------------"},
    {"the second time it must be well twice as long", ALARM_MODEM_DOWN, 1, "xxxxx..........",
     "----R-------C--"},
    {"what needs no patience comes and goes at once", ALARM_UNSURE, 0, "xx.x.", "R-CRC"},
};

static void test_lives(gconstpointer data)
{
    size_t row = GPOINTER_TO_SIZE(data);
    struct trouble *trouble =
        trouble_new(lives[row].kind, "sim1", g_strdup("the tty went away"), NULL);
    struct alarm_case *acase = alarm_case_new(lives[row].kind, "sim1");
    g_autoptr(GString) changes = g_string_new(NULL);
    for (size_t i = 0; lives[row].seconds[i] != '\0'; i++) {
        bool bad = lives[row].seconds[i] == 'x';
        enum alarm_change change =
            alarm_case_look(acase, bad ? trouble : NULL, 4 * SECOND, START + (int64_t)i * SECOND);
        g_string_append_c(changes, "-RCN"[change]);
        if (change == ALARM_RAISE)
            acase->repeats = lives[row].repeats;
        if (change == ALARM_RAISE || change == ALARM_CLEAR)
            acase->lasting = change == ALARM_RAISE;
    }
    g_assert_cmpstr(changes->str, ==, lives[row].changes);
    alarm_case_free(acase);
    trouble_free(trouble);
}

static void test_a_clock_that_jumps_is_no_trouble(void)
{
    struct trouble *trouble = trouble_new(ALARM_MODEM_DOWN, "sim1", g_strdup("gone"), NULL);
    struct alarm_case *acase = alarm_case_new(ALARM_MODEM_DOWN, "sim1");
    static const int64_t times[] = {START, START + DAY, START - DAY, START, START + 40 * DAY};
    for (size_t i = 0; i < G_N_ELEMENTS(times); i++)
        g_assert_cmpint(alarm_case_look(acase, trouble, 10 * MINUTE, times[i]), ==, ALARM_STAYS);
    g_assert_cmpint(acase->level_ms, <, MINUTE);
    alarm_case_free(acase);
    trouble_free(trouble);
}

static void test_a_new_start_remembers_but_gives_time(void)
{
    struct trouble *trouble = trouble_new(ALARM_MODEM_DOWN, "sim1", g_strdup("gone"), NULL);
    struct alarm_case *acase = alarm_case_new(ALARM_MODEM_DOWN, "sim1");
    alarm_case_resume(acase, START - HOUR, 10 * MINUTE, START);
    int seconds = 0;
    while (alarm_case_look(acase, trouble, 10 * MINUTE, START + seconds * SECOND) != ALARM_RAISE)
        seconds++;
    g_assert_cmpint(seconds, ==, 300);
    g_assert_cmpint(acase->since, ==, START - HOUR);
    alarm_case_free(acase);
    trouble_free(trouble);
}

static void test_another_reason_is_told_at_most_once_a_minute(void)
{
    struct alarm_case *acase = alarm_case_new(ALARM_UNSURE, "");
    unsigned renewed = 0;
    for (int i = 0; i < 180; i++) {
        struct trouble *trouble =
            trouble_new(ALARM_UNSURE, "", g_strdup_printf("%d messages", i + 1), NULL);
        enum alarm_change change = alarm_case_look(acase, trouble, MINUTE, START + i * SECOND);
        if (change == ALARM_RAISE)
            acase->lasting = true;
        renewed += change == ALARM_RENEW;
        trouble_free(trouble);
    }
    g_assert_cmpuint(renewed, >=, 2);
    g_assert_cmpuint(renewed, <=, 3);
    alarm_case_free(acase);
}

/* ---- telling ---- */

static void test_whom_it_is_told_and_when(void)
{
    static const struct {
        const char *name;
        enum alarm_kind kind;
        int64_t raised, told, last; /* before now; 0 of the last two: never */
        bool tell;
    } rows[] = {
        {"a modem is told of at once", ALARM_MODEM_DOWN, 0, 0, 0, true},
        {"but once", ALARM_MODEM_DOWN, MINUTE, SECOND, SECOND, false},
        {"not again an hour after the last time", ALARM_MODEM_DOWN, 0, 0, HOUR, false},
        {"but the next shift hears of it", ALARM_MODEM_DOWN, 0, 0, 6 * HOUR, true},
        {"an unsure message may settle by itself", ALARM_UNSURE, MINUTE, 0, 0, false},
        {"or not", ALARM_UNSURE, 5 * MINUTE, 0, 0, true},
        {"a clock is no reason to write", ALARM_CLOCK_WRONG, DAY, 0, 0, false},
        {"a telling in the future was under another clock", ALARM_MODEM_DOWN, 0, 0, -DAY, true},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct alarm_told told = {START - rows[i].raised,
                                        rows[i].told != 0 ? START - rows[i].told : 0,
                                        rows[i].last != 0 ? START - rows[i].last : 0};
        g_test_message("%s", rows[i].name);
        g_assert_true(alarm_is_to_tell(rows[i].kind, &told, 10 * MINUTE, START) == rows[i].tell);
    }
}

/* ago: since; well: for so long again, 0: not. */
struct told_case {
    enum alarm_kind kind;
    const char *subject, *hint;
    int64_t ago, well;
};

static const struct {
    const char *name;
    struct told_case cases[10];
    unsigned count;
    const char *text; /* NULL: only that it is one part */
} texts[] = {
    {"one modem, with what is wrong",
     {{ALARM_MODEM_DOWN, "sim2", "khong tra loi", HOUR, 0}},
     1,
     "Loa: modem sim2 khong hoat dong tu 07:00 (khong tra loi). Xem: loa status"},
    {"three modems are one thing",
     {{ALARM_MODEM_DOWN, "sim1", "khong tra loi", HOUR, 0},
      {ALARM_MODEM_DOWN, "sim2", "khong thay thiet bi", 2 * HOUR, 0},
      {ALARM_MODEM_DOWN, "sim3", NULL, HOUR, 0}},
     3,
     "Loa: modem sim1, sim2, sim3 khong hoat dong tu 06:00. Xem: loa status"},
    {"of five three are named",
     {{ALARM_MODEM_DOWN, "sim1", NULL, HOUR, 0},
      {ALARM_MODEM_DOWN, "sim2", NULL, HOUR, 0},
      {ALARM_MODEM_DOWN, "sim3", NULL, HOUR, 0},
      {ALARM_MODEM_DOWN, "sim4", NULL, HOUR, 0},
      {ALARM_MODEM_DOWN, "sim5", NULL, HOUR, 0}},
     5,
     "Loa: modem sim1, sim2, sim3 +2 khong hoat dong tu 07:00. Xem: loa status"},
    {"what is well again says until when it was not",
     {{ALARM_MODEM_DOWN, "sim1", "khong tra loi", 26 * HOUR, MINUTE}},
     1,
     "Loa: modem sim1 khong hoat dong tu 06:00 09/06 den 07:59. Xem: loa status"},
    {"the gravest first, two together",
     {{ALARM_UNSURE, "", "3 tin", MINUTE, 0}, {ALARM_DISK_LOW, "", "con 120 MB", MINUTE, 0}},
     2,
     "Loa: o dia sap day tu 07:59 (con 120 MB); co tin chua ro da gui hay chua tu 07:59 (3 tin). "
     "Xem: loa status"},
    {"what has no room is counted",
     {{ALARM_MODEM_DOWN, "sim1", NULL, HOUR, 0},
      {ALARM_SIM_STOPPED, "sim2", NULL, HOUR, 0},
      {ALARM_DISK_LOW, "", "con 120 MB", HOUR, 0},
      {ALARM_UNSURE, "", "3 tin", HOUR, 0},
      {ALARM_SILENCE, "sim3", NULL, HOUR, 0}},
     5,
     "Loa: modem sim1 khong hoat dong tu 07:00; SIM sim2 khong gui duoc, het tien hoac bi khoa? tu "
     "07:00; +3 loi khac. Xem: loa status"},
    {"the longest names",
     {{ALARM_MODEM_DOWN, "a2345678901234567890123456789012", NULL, 40 * DAY, 0},
      {ALARM_MODEM_DOWN, "b2345678901234567890123456789012", NULL, 40 * DAY, 0},
      {ALARM_MODEM_DOWN, "c2345678901234567890123456789012", NULL, 40 * DAY, 0},
      {ALARM_MODEM_DOWN, "d2345678901234567890123456789012", NULL, 40 * DAY, 0},
      {ALARM_SINK_FAILING, "e2345678901234567890123456789012", NULL, 40 * DAY, 0}},
     5,
     NULL},
};

static void test_text(gconstpointer data)
{
    size_t row = GPOINTER_TO_SIZE(data);
    g_autoptr(GPtrArray) cases = g_ptr_array_new_with_free_func((GDestroyNotify)alarm_case_free);
    for (unsigned i = 0; i < texts[row].count; i++) {
        const struct told_case *told = &texts[row].cases[i];
        struct alarm_case *acase = alarm_case_new(told->kind, told->subject);
        acase->hint = g_strdup(told->hint);
        acase->since = START - told->ago;
        acase->bad = told->well == 0;
        acase->well_ms = told->well;
        g_ptr_array_add(cases, acase);
    }
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Asia/Ho_Chi_Minh");
    g_autofree char *text = alarm_text(cases, zone, START);
    struct text_parts parts;
    text_parts_make(text, &parts);
    g_test_message("%s", text);
    g_assert_cmpuint(parts.count, ==, 1);
    g_assert_cmpint(parts.coding, ==, CODING_GSM7);
    text_parts_clear(&parts);
    if (texts[row].text != NULL)
        g_assert_cmpstr(text, ==, texts[row].text);
}

static void test_numbers_do_not_leave_with_a_reason(void)
{
    static const struct {
        const char *said, *shown;
    } rows[] = {
        {"its IMEI is 490154203237518, not 356938035643809",
         "its IMEI is ***************, not ***************"},
        {"call +84912345678", "call +***********"},
        {"28 of 30 places", "28 of 30 places"},
        {"tried again in 12345678 s", "tried again in 12345678 s"},
        {"caf\xe9", "caf\xef\xbf\xbd"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct trouble *trouble =
            trouble_new(ALARM_MODEM_DOWN, "sim1", g_strdup(rows[i].said), NULL);
        g_assert_cmpstr(trouble->reason, ==, rows[i].shown);
        trouble_free(trouble);
    }
}

static void test_raise_and_clear_are_two_events_of_one_alarm(void)
{
    struct alarm_row row = {.id = 7,
                            .kind = ALARM_MODEM_DOWN,
                            .uuid = (char *)"6a0c7b1e-1111-4000-8000-000000000001",
                            .subject = (char *)"sim2",
                            .reason = (char *)"absent: the tty went away",
                            .since = START,
                            .raised_at = START + MINUTE};
    g_autofree char *raised = alarm_event_body(&row, "9a1f7c6e", START + MINUTE);
    row.cleared_at = START + HOUR;
    g_autofree char *cleared = alarm_event_body(&row, "9a1f7c6e", START + HOUR);
    json_t *one = json_loads(raised, 0, NULL), *two = json_loads(cleared, 0, NULL);
    const struct {
        const char *name, *raised, *cleared;
    } rows[] = {
        {"specversion", "1.0", "1.0"},
        {"type", "loa.alarm.v1", "loa.alarm.v1"},
        {"source", "urn:uuid:9a1f7c6e", "urn:uuid:9a1f7c6e"},
        {"subject", "sim2", "sim2"},
        {"id", "6a0c7b1e-1111-4000-8000-000000000001-raised",
         "6a0c7b1e-1111-4000-8000-000000000001-cleared"},
        {"time", "2024-06-10T01:01:00.000Z", "2024-06-10T02:00:00.000Z"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_cmpstr(json_string_value(json_object_get(one, rows[i].name)), ==, rows[i].raised);
        g_assert_cmpstr(json_string_value(json_object_get(two, rows[i].name)), ==, rows[i].cleared);
    }
    json_t *data = json_object_get(one, "data"), *after = json_object_get(two, "data");
    g_assert_cmpstr(json_string_value(json_object_get(data, "state")), ==, "raised");
    g_assert_cmpstr(json_string_value(json_object_get(after, "state")), ==, "cleared");
    g_assert_true(json_equal(json_object_get(data, "alarm"), json_object_get(after, "alarm")));
    g_assert_true(json_is_null(json_object_get(data, "cleared_at")));
    g_assert_cmpstr(json_string_value(json_object_get(after, "cleared_at")), ==,
                    "2024-06-10T02:00:00.000Z");
    json_decref(one);
    json_decref(two);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/alarm/names are read back", test_names_are_read_back);
    for (size_t i = 0; i < G_N_ELEMENTS(lives); i++) {
        g_autofree char *name = g_strdup_printf("/alarm/%s", lives[i].name);
        g_test_add_data_func(name, GSIZE_TO_POINTER(i), test_lives);
    }
    g_test_add_func("/alarm/a clock that jumps is no trouble",
                    test_a_clock_that_jumps_is_no_trouble);
    g_test_add_func("/alarm/a new start remembers, but gives time",
                    test_a_new_start_remembers_but_gives_time);
    g_test_add_func("/alarm/another reason is told at most once a minute",
                    test_another_reason_is_told_at_most_once_a_minute);
    g_test_add_func("/alarm/whom it is told and when", test_whom_it_is_told_and_when);
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *name = g_strdup_printf("/alarm/text: %s", texts[i].name);
        g_test_add_data_func(name, GSIZE_TO_POINTER(i), test_text);
    }
    g_test_add_func("/alarm/numbers do not leave with a reason",
                    test_numbers_do_not_leave_with_a_reason);
    g_test_add_func("/alarm/raise and clear are two events of one alarm",
                    test_raise_and_clear_are_two_events_of_one_alarm);
    return g_test_run();
}
