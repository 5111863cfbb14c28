// SPDX-License-Identifier: GPL-2.0-or-later
/* Campaigns that come again: what is refused when they are added, the drafts of their days, days
 * that are skipped or missed, and the agenda. */
#include "campaigns/calendar.h"
#include "campaigns/day.h"
#include "campaigns/recurrence.h"
#include "campaigns/series.h"
#include "campaigns/store/campaign.h"
#include "tests/store_file.h"

#include <string.h>

/* 1/1/2026 00:00 in Việt Nam. */
#define NEW_YEAR INT64_C(1767200400000)

#define HEAD                                                                                         \
    "code = \"GD\"; title = \"Gia đình\"; kind = \"survey\"; audience = { units = [ \"A\" ]; };\n" \
    "text = \"Moi {ten} # nhan 1\"; coverage = { more_than = 85.5; };\n"                             \
    "questions = ( { id = \"q\"; kind = \"choice\"; options = ( { code = \"1\"; label = \"rồi\"; " \
    "}, { code = \"2\"; label = \"chưa\"; } ); } );\n"
#define FIXED_DAYS                                                                                 \
    "repeat = { rules = [ \"FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=8,20\",\n"                            \
    "  \"FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=28\", \"FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=20\",\n"       \
    "  \"FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=25\" ]; at = \"07:30\"; open_for = \"10d\"; };\n"
#define TIMES                                                                                      \
    "opens = \"2026-03-08T07:30:00+07:00\";\n"                                                     \
    "reminders = ( { at = \"2026-03-11T09:00:00+07:00\"; text = \"Nhac {ten}\"; } );\n"            \
    "snapshots = [ \"2026-03-15T17:00:00+07:00\" ];\n"

static const char series_file[] = HEAD TIMES FIXED_DAYS;

static void import_people(struct store *store)
{
    import_report_free(import_text(store,
                                   "STT,Họ và tên,Đơn vị,Số điện thoại\n"
                                   "1,Phạm Một,A,0912000001\n2,Phạm Hai,A,0912000002\n",
                                   "ma,ma_cha,ten,loai\nA,,Phường A,xa\n", NEW_YEAR - DAY));
}

static char *add_series(struct store *store, const char *text, int64_t now)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    struct campaign_draft draft = {text, "gd.conf"};
    struct campaign_act act = {"minh", NULL, now};
    int64_t id = 0;
    if (series_add(store, &draft, &act, &test_terms, &id, mistakes, &error))
        return NULL;
    g_assert_false(store_in_transaction(store));
    return mistakes->len > 0 ? mistake_text(mistakes->pdata[0]) : g_strdup(error->message);
}

/* All slices; how many drafts were made, and `retreason` of the last that could not be. */
static unsigned run_clock(struct store *store, int64_t now, char **retreason)
{
    unsigned made = 0;
    struct series_slice slice = {.more = true};
    for (unsigned i = 0; slice.more; i++) {
        g_autoptr(GError) error = NULL;
        g_assert_cmpuint(i, <, 1000);
        series_clock_slice(store, &test_terms, now, &slice, &error);
        g_assert_no_error(error);
        g_assert_false(store_in_transaction(store));
        made += slice.campaign_id != 0;
        if (slice.reason != NULL && retreason != NULL) {
            g_free(*retreason);
            *retreason = g_steal_pointer(&slice.reason);
        }
        g_free(slice.reason);
    }
    return made;
}

/* ---- adding ---- */

#define RULES_7                                                                                    \
    "\"FREQ=DAILY\", \"FREQ=DAILY\", \"FREQ=DAILY\", \"FREQ=DAILY\", \"FREQ=DAILY\", "             \
    "\"FREQ=DAILY\", \"FREQ=DAILY\""

static const struct {
    const char *text, *mistake;
} refused[] = {
    {HEAD, "gd.conf: repeat.rules: is missing"},
    {HEAD "repeat = { rules = [ \"FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=8\",\n"
          "\"FREQ=YEARLY;BYMONTH=13\" ]; };",
     "gd.conf:5: repeat.rules[1]: “BYMONTH=13”"},
    {HEAD "repeat = { rules = [ \"every monday\" ]; };", "gd.conf:4: repeat.rules[0]: FREQ"},
    {HEAD "reminders = ( { at = \"2026-03-11T09:00:00+07:00\"; text = \"x\"; } );\n" FIXED_DAYS,
     "gd.conf: opens: is missing"},
    {HEAD "repeat = { rules = [ \"FREQ=DAILY\" ]; at = \"8h\"; };",
     "gd.conf:4: repeat.at: must be a time of the day"},
    {HEAD "repeat = { rules = [ \"FREQ=DAILY\" ]; from = \"1/1/2026\"; };",
     "gd.conf:4: repeat.from: must be a day"},
    {HEAD "repeat = { rules = [ \"FREQ=DAILY\" ]; from = \"0001-01-01\"; };",
     "gd.conf:4: repeat.from: must be a day such as 2026-01-01, of 2000 to 2199"},
    {HEAD "repeat = { rules = [ " RULES_7 "," RULES_7 "," RULES_7 " ]; };",
     "gd.conf:4: repeat.rules: must be 20 rules at most"},
    {"code = \"G2345678901234567890123456789012\"; title = \"x\"; kind = \"notice\"; text = \"x\"; "
     "audience = { units = [ \"A\" ]; }; repeat = { rules = [ \"FREQ=DAILY\" ]; };",
     "gd.conf:1: code: must be 31 letters at most"},
    {"code = \"G\"; title = \"x\"; kind = \"notice\"; text = \"x {nghe}\"; "
     "audience = { units = [ \"A\" ]; }; repeat = { rules = [ \"FREQ=DAILY\" ]; };",
     "gd.conf:1: text: nothing fills {nghe}"},
    {HEAD "organisation = \"*\";\n" FIXED_DAYS, "gd.conf:4: organisation: “*” stands for all"},
};

static void test_a_wrong_file_keeps_nothing(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_people(file->store);
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *told = add_series(file->store, refused[i].text, NEW_YEAR);
        if (told == NULL || strstr(told, refused[i].mistake) == NULL)
            g_error("%s\n%s", refused[i].mistake, told);
    }
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM series"), ==, 0);
}

static void test_a_single_campaign_does_not_repeat(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_people(file->store);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    struct campaign_draft draft = {series_file, "gd.conf"};
    struct campaign_act act = {"minh", NULL, NEW_YEAR};
    int64_t id = 0;
    g_assert_false(campaign_create(file->store, &draft, &act, &id, mistakes, &error));
    g_autofree char *told = mistake_text(mistakes->pdata[0]);
    g_assert_nonnull(strstr(told, "gd.conf:7: repeat.rules: this campaign comes again"));
    g_assert_nonnull(strstr(told, "loa calendar add"));
}

/* ---- drafts ---- */

static void test_two_years_day_by_day(struct store_file *file, gconstpointer data)
{
    (void)data;
    static const struct {
        const char *code, *made_on;
    } rows[] = {
        {"GD-20260308", "2026-02-22"}, {"GD-20260320", "2026-03-06"}, {"GD-20260628", "2026-06-14"},
        {"GD-20261020", "2026-10-06"}, {"GD-20261125", "2026-11-11"}, {"GD-20270308", "2027-02-22"},
        {"GD-20270320", "2027-03-06"}, {"GD-20270628", "2027-06-14"}, {"GD-20271020", "2027-10-06"},
        {"GD-20271125", "2027-11-11"},
    };
    import_people(file->store);
    g_assert_null(add_series(file->store, series_file, NEW_YEAR));
    unsigned made = 0;
    for (int64_t now = NEW_YEAR + 12 * HOUR; now < NEW_YEAR + 730 * DAY; now += DAY) {
        unsigned today = run_clock(file->store, now, NULL);
        g_assert_cmpuint(run_clock(file->store, now, NULL), ==, 0);
        if (today == 0)
            continue;
        char day[DAY_SIZE];
        day_of(now, NULL, day);
        g_assert_cmpuint(today, ==, 1);
        g_assert_cmpuint(made, <, G_N_ELEMENTS(rows));
        g_assert_cmpstr(day, ==, rows[made].made_on);
        g_autofree char *code =
            read_text(file->store, "SELECT code FROM campaign ORDER BY id DESC LIMIT 1");
        g_assert_cmpstr(code, ==, rows[made].code);
        made++;
        store_free(file->store);
        file->store = store_open(file->path, NULL);
    }
    g_assert_cmpuint(made, ==, G_N_ELEMENTS(rows));
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM campaign WHERE state = 'draft'"),
                    ==, made);
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM series_campaign"), ==, made);
}

static void test_a_draft_is_a_campaign_file_by_itself(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_people(file->store);
    g_assert_null(add_series(file->store, series_file, NEW_YEAR));
    g_assert_cmpuint(run_clock(file->store, NEW_YEAR + 170 * DAY, NULL), ==, 1); /* 20/6 */
    g_autofree char *text = read_text(file->store, "SELECT definition FROM campaign");
    struct campaign_config config = {0};
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    g_assert_true(campaign_config_read(text, "x", &config, mistakes));
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Asia/Ho_Chi_Minh");
    int64_t opens = recurrence_moment("2026-06-28", "07:30", zone);
    g_assert_cmpstr(config.code, ==, "GD-20260628");
    g_assert_cmpstr(config.title, ==, "Gia đình");
    g_assert_cmpstr(config.text, ==, "Moi {ten} # nhan 1");
    g_assert_cmpfloat(config.coverage.more_than, ==, 85.5);
    g_assert_cmpint(config.opens, ==, opens);
    g_assert_cmpint(config.closes, ==, opens + 10 * DAY);
    const struct reminder_config *reminder = config.reminders->pdata[0];
    g_assert_cmpint(reminder->at, ==, opens + 3 * DAY + 90 * MINUTE);
    g_assert_cmpstr(config.snapshots[0], ==, "2026-07-05T17:00:00+07:00");
    g_assert_true(config.repeat.rules == NULL || config.repeat.rules[0] == NULL);
    campaign_config_clear(&config);
    g_assert_cmpint(count_rows(file->store, "SELECT opens_at FROM campaign"), ==, opens);
    g_autofree char *by = read_text(file->store, "SELECT by_whom FROM campaign_event");
    g_assert_cmpstr(by, ==, "calendar");
}

static void test_leap_days_and_month_ends(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_people(file->store);
    g_assert_null(add_series(file->store,
                             HEAD "repeat = { rules = [ \"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29\", "
                                  "\"FREQ=MONTHLY;BYMONTH=1,2,3;BYMONTHDAY=-1\" ]; };",
                             NEW_YEAR));
    for (int64_t now = NEW_YEAR; now < NEW_YEAR + 830 * DAY; now += DAY)
        run_clock(file->store, now, NULL);
    g_autofree char *codes =
        read_text(file->store, "SELECT group_concat(substr(code, 4), ' ') "
                               "FROM (SELECT code FROM campaign ORDER BY code)");
    g_assert_cmpstr(codes, ==,
                    "20260131 20260228 20260331 20270131 20270228 20270331 20280131 20280229 "
                    "20280331");
}

static void test_the_past_makes_no_campaign(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_people(file->store);
    g_assert_null(add_series(file->store, series_file, NEW_YEAR));
    int64_t opens = count_rows(file->store, "SELECT 1772929800000"); /* 8/3 07:30 */
    g_assert_cmpuint(run_clock(file->store, opens, NULL), ==, 1);    /* 20/3 alone */
    g_autofree char *code = read_text(file->store, "SELECT code FROM campaign");
    g_assert_cmpstr(code, ==, "GD-20260320");
}

/* ---- what cannot be made ---- */

static void test_a_failure_is_told_and_tried_again_daily(struct store_file *file,
                                                         gconstpointer data)
{
    (void)data;
    import_people(file->store);
    g_assert_true(
        sql_run(file->store, NULL, "INSERT INTO person_group (id, name) VALUES (1, 'tt')", ""));
    g_auto(GStrv) pieces = g_strsplit(series_file, "units = [ \"A\" ]", 2);
    g_autofree char *text = g_strjoinv("groups = [ \"tt\" ]", pieces);
    g_assert_null(add_series(file->store, text, NEW_YEAR));
    g_assert_true(sql_run(file->store, NULL, "UPDATE person_group SET name = 'khác'", ""));
    int64_t now = NEW_YEAR + 53 * DAY + HOUR; /* 23/2 01:00 */
    g_autofree char *reason = NULL, *again = NULL;
    g_assert_cmpuint(run_clock(file->store, now, &reason), ==, 0);
    g_assert_nonnull(strstr(reason, "there is no group \"tt\""));
    run_clock(file->store, now + HOUR, &again);
    g_assert_null(again);
    g_autofree char *kept = read_text(file->store, "SELECT reason FROM series_campaign");
    g_assert_cmpstr(kept, ==, reason);
    int64_t failed = 0;
    g_assert_true(store_series_failed(file->store, "2026-02-23", &failed, NULL));
    g_assert_cmpint(failed, ==, 1);
    run_clock(file->store, now + DAY, &again);
    g_assert_nonnull(again);
    g_assert_true(sql_run(file->store, NULL, "UPDATE person_group SET name = 'tt'", ""));
    g_assert_cmpuint(run_clock(file->store, now + DAY + HOUR, NULL), ==, 0);
    g_assert_cmpuint(run_clock(file->store, now + 2 * DAY, NULL), ==, 1);
    g_assert_true(store_series_failed(file->store, "2026-02-23", &failed, NULL));
    g_assert_cmpint(failed, ==, 0);
}

static void test_a_persons_own_campaign_is_left_alone(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_people(file->store);
    int64_t own = create_campaign(file->store,
                                  "code = \"gd-20260308\"; title = \"x\"; kind = \"notice\"; "
                                  "text = \"x\"; audience = { units = [ \"A\" ]; };",
                                  NEW_YEAR);
    take_step(file->store, own, CAMPAIGN_EVENT_SUBMIT, NEW_YEAR);
    g_assert_null(add_series(file->store, series_file, NEW_YEAR));
    g_autofree char *reason = NULL;
    g_assert_cmpuint(run_clock(file->store, NEW_YEAR + 60 * DAY, &reason), ==, 0);
    g_assert_nonnull(strstr(reason, "there is a campaign gd-20260308 already"));
    g_autofree char *state = read_text(file->store, "SELECT state FROM campaign");
    g_assert_cmpstr(state, ==, "submitted");
}

/* ---- skipping and stopping ---- */

static char *skip_day(struct store *store, const char *day, int64_t now)
{
    g_autoptr(GError) error = NULL;
    struct campaign_act act = {"minh", "bão", now};
    if (series_skip(store, "gd", day, &act, &test_terms, &error))
        return NULL;
    g_assert_false(store_in_transaction(store));
    return g_strdup(error->message);
}

/* The days still to come, separated by blanks. */
static char *next_days(struct store *store, int64_t now, unsigned most)
{
    g_autoptr(GError) error = NULL;
    struct series_row *row = store_series_find(store, "GD", &error);
    g_assert_no_error(error);
    struct series series;
    g_assert_true(series_read(row, "Asia/Ho_Chi_Minh", &series));
    g_autoptr(GPtrArray) days = series_next(store, &series, now, most, &error);
    g_assert_no_error(error);
    GString *text = g_string_new(NULL);
    for (unsigned i = 0; i < days->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? " " : "", (const char *)days->pdata[i]);
    series_clear(&series);
    series_row_free(row);
    return g_string_free(text, FALSE);
}

static void test_skipped_days(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_people(file->store);
    g_assert_null(add_series(file->store, series_file, NEW_YEAR));
    g_autofree char *planned = next_days(file->store, NEW_YEAR, 2);
    g_assert_cmpstr(planned, ==, "2026-03-08 2026-03-20");
    g_assert_null(skip_day(file->store, "2026-03-20", NEW_YEAR));
    g_autofree char *left = next_days(file->store, NEW_YEAR, 2);
    g_assert_cmpstr(left, ==, "2026-03-08 2026-06-28");
    int64_t now = NEW_YEAR + 66 * DAY + HOUR; /* 8/3 01:00 */
    g_assert_cmpuint(run_clock(file->store, now, NULL), ==, 1);
    g_assert_null(skip_day(file->store, "2026-03-08", now));
    g_autofree char *state = read_text(file->store, "SELECT state FROM campaign");
    g_assert_cmpstr(state, ==, "cancelled");
    g_assert_null(skip_day(file->store, "2026-03-08", now)); /* said twice */
    g_assert_cmpuint(run_clock(file->store, now + HOUR, NULL), ==, 0);
    static const struct {
        const char *day;
        int64_t after;
        const char *told;
    } rows[] = {
        {"2026-03-09", 0, "does not come on 2026-03-09; its next day is 2026-03-08"},
        {"2026-03-08", 7 * HOUR, "2026-03-08 has passed"},
        {"2025-10-20", 0, "does not come on 2025-10-20"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *told = skip_day(file->store, rows[i].day, now + rows[i].after);
        if (told == NULL || strstr(told, rows[i].told) == NULL)
            g_error("%s: %s", rows[i].day, told);
    }
}

static void test_what_runs_is_not_skipped(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_people(file->store);
    g_assert_null(add_series(file->store, series_file, NEW_YEAR));
    int64_t now = NEW_YEAR + 60 * DAY;
    g_assert_cmpuint(run_clock(file->store, now, NULL), ==, 1);
    take_step(file->store, 1, CAMPAIGN_EVENT_SUBMIT, now);
    take_step(file->store, 1, CAMPAIGN_EVENT_APPROVE, now);
    take_step(file->store, 1, CAMPAIGN_EVENT_START, now);
    g_autofree char *told = skip_day(file->store, "2026-03-08", now);
    g_assert_nonnull(strstr(told, "running already; to give it up: loa campaign cancel"));
}

static void test_stopped_and_added_again(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_people(file->store);
    g_autoptr(GError) error = NULL;
    struct campaign_act act = {"minh", "hết", NEW_YEAR};
    g_assert_null(add_series(file->store, series_file, NEW_YEAR));
    g_assert_true(series_stop(file->store, "GD", &act, &error));
    g_assert_false(series_stop(file->store, "GD", &act, NULL));
    g_assert_false(series_stop(file->store, "KHAC", &act, NULL));
    g_assert_cmpuint(run_clock(file->store, NEW_YEAR + 60 * DAY, NULL), ==, 0);
    g_assert_null(add_series(file->store, series_file, NEW_YEAR + 60 * DAY));
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM series"), ==, 1);
    g_assert_cmpuint(run_clock(file->store, NEW_YEAR + 60 * DAY, NULL), ==, 1);
}

/* ---- the agenda ---- */

static char *agenda(struct store *store, const char *from, const char *to, int64_t now)
{
    g_autoptr(GError) error = NULL;
    struct calendar_range range = {from, to, NULL};
    g_autoptr(GPtrArray) entries = calendar_read(store, &range, now, &error);
    g_assert_no_error(error);
    GString *lines = g_string_new(NULL);
    for (unsigned i = 0; i < entries->len; i++) {
        const struct calendar_entry *entry = entries->pdata[i];
        g_string_append_printf(lines, "%s %s %s/%s %s%s%s\n", entry->day,
                               calendar_kind_name(entry->kind), entry->series, entry->code,
                               entry->state, *entry->note != '\0' ? ": " : "", entry->note);
    }
    return g_string_free(lines, FALSE);
}

static void test_the_agenda(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_people(file->store);
    create_campaign(file->store,
                    "code = \"HOP\"; title = \"Họp\"; kind = \"notice\"; text = \"x\";\n"
                    "audience = { units = [ \"A\" ]; }; opens = \"2026-02-20T08:00:00+07:00\";\n"
                    "reminders = ( { at = \"2026-02-21T08:00:00+07:00\"; to = \"all\"; "
                    "text = \"y\"; } );",
                    NEW_YEAR);
    g_assert_null(add_series(file->store, series_file, NEW_YEAR));
    g_assert_null(skip_day(file->store, "2026-06-28", NEW_YEAR));
    g_autofree char *first = agenda(file->store, "2026-01-01", "2026-10-20", NEW_YEAR);
    g_assert_cmpstr(first, ==,
                    "2026-02-20 send /HOP draft\n"
                    "2026-02-21 reminder /HOP planned\n"
                    "2026-03-08 send GD/ planned\n"
                    "2026-03-11 reminder GD/ planned\n"
                    "2026-03-15 snapshot GD/ planned\n"
                    "2026-03-20 send GD/ planned\n"
                    "2026-03-23 reminder GD/ planned\n"
                    "2026-03-27 snapshot GD/ planned\n"
                    "2026-06-28 send GD/ skipped: by minh: bão\n"
                    "2026-10-20 send GD/ planned\n");
    int64_t now = NEW_YEAR + 60 * DAY; /* 2/3 */
    run_clock(file->store, now, NULL);
    take_step(file->store, 2, CAMPAIGN_EVENT_SUBMIT, now);
    g_autofree char *second = agenda(file->store, "2026-02-01", "2026-03-15", now);
    g_assert_cmpstr(second, ==,
                    "2026-02-20 send /HOP missed: is still draft; once it is started it is sent at "
                    "once\n"
                    "2026-02-21 reminder /HOP missed\n"
                    "2026-03-08 send GD/GD-20260308 submitted\n"
                    "2026-03-11 reminder GD/GD-20260308 planned\n"
                    "2026-03-15 snapshot GD/GD-20260308 planned\n");
    g_autofree char *third =
        agenda(file->store, "2026-03-01", "2026-03-10", NEW_YEAR + 67 * DAY); /* 9/3 */
    g_assert_cmpstr(third, ==,
                    "2026-03-08 send GD/GD-20260308 missed: is still submitted; once it is started "
                    "it is sent at once, until 07:30 on 18/03/2026\n");
    g_autofree char *fourth =
        agenda(file->store, "2026-03-01", "2026-03-10", NEW_YEAR + 80 * DAY); /* 22/3 */
    g_assert_cmpstr(fourth, ==,
                    "2026-03-08 send GD/GD-20260308 missed: was still submitted when it closed\n");
    g_autofree char *fifth = agenda(file->store, "2026-03-20", "2026-03-20", NEW_YEAR + 80 * DAY);
    g_assert_cmpstr(fifth, ==,
                    "2026-03-20 send GD/ missed: no draft was made: the service was not running\n");
}

static void test_a_late_campaign_is_sent_at_once(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_people(file->store);
    g_assert_null(add_series(file->store, series_file, NEW_YEAR));
    run_clock(file->store, NEW_YEAR + 60 * DAY, NULL);
    int64_t late = NEW_YEAR + 68 * DAY; /* 10/3 */
    take_step(file->store, 1, CAMPAIGN_EVENT_SUBMIT, late);
    take_step(file->store, 1, CAMPAIGN_EVENT_APPROVE, late);
    take_step(file->store, 1, CAMPAIGN_EVENT_START, late);
    g_assert_cmpint(count_rows(file->store, "SELECT max(not_before) FROM message"), ==, late);
    g_autofree char *now = agenda(file->store, "2026-03-08", "2026-03-08", late);
    g_assert_cmpstr(now, ==, "2026-03-08 send GD/GD-20260308 running\n");
}

static void test_as_icalendar(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_people(file->store);
    g_assert_null(add_series(file->store, series_file, NEW_YEAR));
    g_assert_null(skip_day(file->store, "2026-06-28", NEW_YEAR));
    struct calendar_range range = {"2026-01-01", "2026-12-31", NULL};
    g_autofree char *uids[2] = {NULL, NULL};
    for (unsigned round = 0; round < 2; round++) {
        g_autoptr(GPtrArray) entries = calendar_read(file->store, &range, NEW_YEAR, NULL);
        g_autofree char *text = calendar_ics(file->store, entries, NEW_YEAR);
        g_auto(GStrv) events = g_strsplit(text, "BEGIN:VEVENT", -1);
        g_assert_cmpuint(g_strv_length(events), ==, 1 + 4 * 3);
        g_assert_null(strstr(text, "20260628"));
        uids[round] = g_strndup(strstr(events[1], "UID:"), 40);
        run_clock(file->store, NEW_YEAR + 60 * DAY, NULL);
    }
    g_assert_cmpstr(uids[0], ==, uids[1]);
}

#define ADD(name, function)                                                                        \
    g_test_add("/series/" name, struct store_file, NULL, store_file_open, function,                \
               store_file_close)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("a wrong file keeps nothing", test_a_wrong_file_keeps_nothing);
    ADD("a single campaign does not repeat", test_a_single_campaign_does_not_repeat);
    ADD("two years, day by day", test_two_years_day_by_day);
    ADD("a draft is a campaign file by itself", test_a_draft_is_a_campaign_file_by_itself);
    ADD("leap days and month ends", test_leap_days_and_month_ends);
    ADD("the past makes no campaign", test_the_past_makes_no_campaign);
    ADD("a failure is told, and tried again daily", test_a_failure_is_told_and_tried_again_daily);
    ADD("a person's own campaign is left alone", test_a_persons_own_campaign_is_left_alone);
    ADD("skipped days", test_skipped_days);
    ADD("what runs is not skipped", test_what_runs_is_not_skipped);
    ADD("stopped and added again", test_stopped_and_added_again);
    ADD("the agenda", test_the_agenda);
    ADD("a late campaign is sent at once", test_a_late_campaign_is_sent_at_once);
    ADD("as iCalendar", test_as_icalendar);
    return g_test_run();
}
