// SPDX-License-Identifier: GPL-2.0-or-later
// What goes when its time is over, what stays, and that a kill at any moment does no harm.
#include "campaigns/retention.h"

#include "campaigns/answer.h"
#include "campaigns/store/erased.h"
#include "campaigns/tally_json.h"
#include "tests/store_file.h"

#include <string.h>

#define FIRST  "+84900174207" /* the first of the roster, contact 1 */
#define SECOND "+84330183380"
#define ENDED  (OPENING + 9 * DAY) /* 19/6/2024 08:00 */

static const struct retention_config keep = {365 * DAY, 30 * DAY};

/* The dialogue with a question in words, to be erased after so many months. */
static char *survey(const char *code, int months)
{
    const char *questions = strstr(dialogue_file, "questions = (");
    const char *end = strstr(questions, ");\nopinion");
    return g_strdup_printf("code = \"%s\"; retention = { months = %d; }; %.*s, { id = \"ghi\"; "
                           "kind = \"text\"; keyword = \"GHI\"; text = \"Nhan GHI\"; }%s",
                           code, months, (int)(end - strchr(dialogue_file, ';') - 1),
                           strchr(dialogue_file, ';') + 1, end);
}

static void say(struct store *store, const char *sender, const char *text, int64_t at)
{
    g_autoptr(GError) error = NULL;
    struct campaign_book *book = campaign_book_new(store, &test_terms);
    int64_t reply = 0;
    struct answer_source source = {"sim1", sender, text, at, at, &reply};
    g_assert_true(store_begin(store, NULL));
    answer_take(store, book, &source, at, &error);
    g_assert_no_error(error);
    g_assert_true(sql_run(store, NULL,
                          "INSERT INTO incoming (modem, imsi, memory, location, sender, text, "
                          "coding, reference, total, sequence, sent_at, received_at, fingerprint, "
                          "reply_id) VALUES ('sim1', '', 'SM', 1, ?1, ?2, 0, -1, 1, 1, ?3, ?3, "
                          "'f' || ?2, ?4)",
                          "ttii", sender, text, at, reply));
    g_assert_true(store_commit(store, NULL));
    campaign_book_free(book);
}

static void end(struct store *store, int64_t id, int64_t at)
{
    g_assert_true(sql_run(store, NULL,
                          "UPDATE campaign SET state = 'finished', state_at = ?2 WHERE id = ?1",
                          "ii", id, at));
}

static int64_t fill(struct store *store, int months)
{
    import_dialogue(store);
    g_autofree char *text = survey("CU", months);
    int64_t id = start_campaign(store, text, OPENING);
    send_all(store, "sim1", OPENING);
    say(store, FIRST, "1", OPENING + HOUR);
    say(store, FIRST, "GHI can nha cuoi doc", OPENING + HOUR);
    say(store, SECOND, "2", OPENING + HOUR);
    say(store, SECOND, "khong ro lam a", OPENING + 2 * HOUR);
    return id;
}

/* As the clock does; stops after `slices`. */
static bool run(struct store *store, int64_t now, unsigned slices, char *retdone)
{
    struct retention *retention = retention_new(store);
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Asia/Ho_Chi_Minh");
    struct retention_terms terms = {&keep, zone};
    struct retention_news news = {.more = true};
    g_autoptr(GError) error = NULL;
    for (; news.more && slices > 0; slices--) {
        retention_clock_slice(retention, &terms, now, &news, &error);
        g_assert_no_error(error);
        if (news.campaign[0] != '\0' && retdone != NULL)
            g_strlcpy(retdone, news.campaign, sizeof news.campaign);
    }
    retention_free(retention);
    return !news.more;
}

static void assert_text(struct store *store, const char *sql, const char *expected)
{
    g_autofree char *text = read_text(store, sql);
    g_assert_cmpstr(text == NULL ? "" : text, ==, expected);
}

/* Counted from the rows, not read from the snapshot that stands for them. */
static char *figures(struct store *store, int64_t id)
{
    g_assert_true(store_begin(store, NULL));
    g_assert_true(sql_run(store, NULL, "UPDATE campaign SET erased_at = NULL", ""));
    struct tally *tally = tally_make(store, id, OPENING, NULL);
    g_assert_nonnull(tally);
    char *text = tally_json_text(tally);
    tally_free(tally);
    store_rollback(store);
    return text;
}

#define LEFT                                                                                       \
    "SELECT (SELECT count(*) FROM reply WHERE text || sender || normalised <> '') + "              \
    "(SELECT count(*) FROM incoming WHERE text || sender || fingerprint <> '') + "                 \
    "(SELECT count(*) FROM message WHERE text <> '') + "                                           \
    "(SELECT count(*) FROM report WHERE number NOT LIKE '#%') + "                                  \
    "(SELECT count(*) FROM answer WHERE code = 'can nha cuoi doc' OR said = 'can nha cuoi doc') "  \
    "+ "                                                                                           \
    "(SELECT count(*) FROM opinion WHERE text LIKE '%duong%')"

static void test_when(struct store_file *file, gconstpointer data)
{
    (void)data;
    (void)file;
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Asia/Ho_Chi_Minh");
    static const struct {
        const char *ended;
        int64_t months;
        const char *due, *latest;
    } rows[] = {
        {"2024-06-18T17:00:00+07:00", 6, "2024-12-18 17:00", "2025-03-18 17:00"},
        {"2024-01-31T23:30:00+07:00", 1, "2024-02-29 23:30", "2024-05-31 23:30"},
        /* A day of the gateway, whatever day it is in Greenwich. */
        {"2024-12-31T20:00:00+00:00", 2, "2025-03-01 03:00", "2025-06-01 03:00"},
        {"2024-06-18T17:00:00+07:00", 12, "2025-06-18 17:00", "2025-09-18 17:00"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GDateTime) ended = g_date_time_new_from_iso8601(rows[i].ended, NULL);
        struct retention_row row = {.ended_at = g_date_time_to_unix(ended) * 1000,
                                    .months = rows[i].months};
        for (int latest = 0; latest < 2; latest++) {
            int64_t at = retention_due_at(&row, zone, latest != 0);
            g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at / 1000);
            g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, zone);
            g_autofree char *text = g_date_time_format(local, "%Y-%m-%d %H:%M");
            g_assert_cmpstr(text, ==, latest ? rows[i].latest : rows[i].due);
        }
    }
    struct retention_row running = {.months = 3};
    g_assert_cmpint(retention_due_at(&running, zone, true), ==, 0);
}

static void test_texts_go_and_figures_stay(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    int64_t id = fill(store, 6);
    g_assert_true(sql_run(store, NULL,
                          "INSERT INTO report (modem, reference, number, status, sent_at, "
                          "discharged_at, received_at, message_id, sequence) SELECT 'sim1', "
                          "id % 256, '+84900000000', 0, id, 1, 1, id, 0 FROM message "
                          "WHERE state = 'sent'",
                          ""));
    end(store, id, ENDED);
    g_autofree char *before = figures(store, id);
    g_assert_true(run(store, ENDED + 180 * DAY, 1000, NULL)); /* 16/12: two days too early */
    g_assert_cmpint(count_rows(store, LEFT), >, 60);
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM snapshot"), ==, 0);
    char done[64] = "";
    g_assert_true(run(store, ENDED + 184 * DAY, 1000, done));
    g_assert_cmpstr(done, ==, "CU");
    g_assert_cmpint(count_rows(store, LEFT), ==, 0);
    g_autofree char *after = figures(store, id);
    g_assert_true(g_str_equal(before, after));
    assert_text(store, "SELECT group_concat(kind) FROM snapshot", "final");
    assert_text(store,
                "SELECT event || ' ' || by_whom FROM campaign_event ORDER BY id DESC LIMIT 1",
                "erase clock");
    g_assert_cmpint(count_rows(store, "SELECT erased_at FROM campaign"), ==, ENDED + 184 * DAY);
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM answer WHERE code = '" ERASED_TEXT "'"),
                    ==, 1);
    /* Who is in the roster is still there, number and all. */
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM contact WHERE phone LIKE '+84%'"), ==,
                    count_rows(store, "SELECT count(DISTINCT contact_id) FROM person"));
}

static void test_a_kill_at_any_slice_does_no_harm(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    int64_t id = fill(store, 1);
    end(store, id, ENDED);
    g_autofree char *before = figures(store, id);
    unsigned kills = 0;
    /* Each round gets one slice further, and then all is forgotten but the rows. */
    while (!run(store, ENDED + 40 * DAY, kills, NULL) && kills < 100)
        kills++;
    g_assert_cmpuint(kills, >, 4);
    g_assert_cmpuint(kills, <, 100);
    g_assert_cmpint(count_rows(store, LEFT), ==, 0);
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM snapshot"), ==, 1);
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM campaign_event WHERE event = 'erase'"),
                    ==, 1);
    g_autofree char *after = figures(store, id);
    g_assert_true(g_str_equal(before, after));
}

static void test_opinions_are_waited_for(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    int64_t id = fill(store, 1);
    say(store, FIRST, "YK: duong lay loi", OPENING + 3 * HOUR);
    end(store, id, ENDED);
    static const struct {
        int days;
        const char *state; /* of the opinion from then on; NULL: as it was */
        bool erased;
    } rows[] = {{29, NULL, false},
                {31, NULL, false},
                {60, "in-progress", false},
                {121, NULL, false},
                /* 17/10 */ {123, NULL, true}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (rows[i].state != NULL)
            g_assert_true(
                sql_run(store, NULL, "UPDATE opinion SET state = ?1", "t", rows[i].state));
        g_assert_true(run(store, ENDED + rows[i].days * DAY, 1000, NULL));
        g_assert_cmpint(count_rows(store, "SELECT erased_at IS NOT NULL FROM campaign"), ==,
                        rows[i].erased);
        g_assert_cmpint(count_rows(store, LEFT) == 0, ==, rows[i].erased);
    }
}

static void test_answered_opinions_hold_nothing_up(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    int64_t id = fill(store, 1);
    say(store, FIRST, "YK: duong lay loi", OPENING + 3 * HOUR);
    g_assert_true(
        sql_run(store, NULL, "UPDATE opinion SET state = 'answered', answer = 'duong da sua'", ""));
    end(store, id, ENDED);
    g_assert_true(run(store, ENDED + 31 * DAY, 1000, NULL));
    g_assert_cmpint(count_rows(store, LEFT), ==, 0);
    assert_text(store, "SELECT answer || ' ' || state FROM opinion", ERASED_TEXT " answered");
}

/* Two campaigns; only one of them says when it goes, and one number has left the roster. */
static void test_numbers_go_with_the_last_text(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    int64_t id = fill(store, 1);
    g_autofree char *text = survey("MOI", 1);
    g_autofree char *kept = g_strconcat(text, NULL);
    strstr(kept, "months = 1")[strlen("months = ")] = '0';
    int64_t other = start_campaign(store, kept, OPENING + DAY);
    send_all(store, "sim1", OPENING + DAY);
    g_assert_true(sql_run(store, NULL, "UPDATE person SET contact_id = NULL WHERE id <= 2", ""));
    g_assert_true(sql_run(store, NULL,
                          "UPDATE message SET text = '' WHERE campaign_id = ?1 AND contact_id = 2",
                          "i", other));
    g_assert_true(sql_run(store, NULL, "INSERT INTO refusal VALUES (2, '', 1)", ""));
    g_assert_true(sql_run(store, NULL,
                          "INSERT INTO contact_operator (contact_id, operator, undelivered)"
                          " VALUES (1, 'viettel', 1), (2, 'viettel', 1)",
                          ""));
    g_assert_true(sql_run(store, NULL,
                          "INSERT INTO ussd_session (service, session, phone, contact_id, state,"
                          " started_at, heard_at) VALUES ('thamdo', 's1', '" FIRST "', 1, 'done',"
                          " ?1, ?1), ('thamdo', 's2', '" SECOND "', 2, 'done', ?1, ?1)",
                          "i", ENDED + 30 * DAY));
    end(store, id, ENDED);
    g_assert_true(run(store, ENDED + 31 * DAY, 1000, NULL));
    assert_text(store,
                "SELECT group_concat(phone, ' ') FROM (SELECT phone FROM contact WHERE id <= 2 "
                "ORDER BY id)",
                FIRST " " ERASED_PHONE "2");
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM erased_refusal"), ==, 1);
    g_assert_cmpint(count_rows(store, "SELECT sum(contact_id) FROM contact_operator"), ==, 1);
    assert_text(store, "SELECT group_concat(phone) FROM ussd_session", FIRST ",");
    g_assert_cmpint(
        count_rows(store, "SELECT count(*) FROM message WHERE campaign_id = 2 AND text <> ''"), >,
        40);
}

static void test_a_sick_campaign_holds_up_no_other(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    int64_t sick = fill(store, 1);
    g_autofree char *text = survey("MOI", 1);
    int64_t well = start_campaign(store, text, OPENING + DAY);
    char done[64] = "";
    end(store, sick, ENDED);
    end(store, well, ENDED + DAY);
    g_assert_true(sql_run(store, NULL, "UPDATE opinion SET state = 'closed'", ""));
    g_assert_true(
        sql_run(store, NULL, "UPDATE campaign SET definition = 'x' WHERE id = ?1", "i", sick));
    g_assert_true(run(store, ENDED + 40 * DAY, 1000, done));
    g_assert_cmpstr(done, ==, "MOI");
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM message WHERE campaign_id = 1 "
                                      "AND text <> ''"),
                    >, 0);
}

static void test_what_belongs_to_no_campaign(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    int64_t id = fill(store, 1);
    say(store, "+84912999999", "nham so", OPENING);
    say(store, "VIETTEL", "[QC] khuyen mai", OPENING);
    g_assert_true(
        sql_run(store, NULL,
                "INSERT INTO quarantine (modem, imsi, memory, location, pdu, reason, "
                "told_key, at, settled_at) VALUES ('sim1', '', '', 1, 'AA', '', 1, 1, 1), "
                "('sim1', '', '', 1, 'BB', '', 1, 1, NULL)",
                ""));
    g_assert_true(sql_run(store, NULL,
                          "INSERT INTO message (contact_id, purpose, state, priority, text, parts, "
                          "reference, not_before, expires_at, created_at, state_at) VALUES "
                          "(1, 'alarm', 'sent', 3, 'sim1 hong', 1, 1, 1, 1, ?1, 1)",
                          "i", OPENING));
    g_assert_true(sql_run(store, NULL,
                          "INSERT INTO report (modem, reference, number, status, sent_at, "
                          "discharged_at, received_at) VALUES ('sim1', 1, '+84912999999', 0, 1, 1, "
                          "?1)",
                          "i", OPENING));
    end(store, id, ENDED);
    g_assert_true(run(store, ENDED + 31 * DAY, 1000, NULL));
    /* A reply that comes for it when it is gone already. */
    say(store, FIRST, "1", ENDED + 32 * DAY);
    say(store, "+84912999998", "ai day", OPENING + 300 * DAY);
    assert_text(store, "SELECT group_concat(pdu) FROM quarantine", "BB");
    static const struct {
        int days; /* behind the opening */
        const char *texts, *alarm;
        int reports;
    } rows[] = {
        {364, "nham so,[QC] khuyen mai,1,ai day", "sim1 hong", 1},
        {366, "1,ai day", "", 0},
        {9 + 32 + 364, "1,ai day", "", 0},
        {9 + 32 + 366, "ai day", "", 0},
        {300 + 366, "", "", 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_true(run(store, OPENING + rows[i].days * DAY, 1000, NULL));
        assert_text(store,
                    "SELECT group_concat(text) FROM (SELECT text FROM reply WHERE text <> '' "
                    "ORDER BY id)",
                    rows[i].texts);
        assert_text(store, "SELECT text FROM message WHERE purpose = 'alarm'", rows[i].alarm);
        g_assert_cmpint(count_rows(store, "SELECT count(*) FROM report"), ==, rows[i].reports);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    const struct {
        const char *name;
        void (*run)(struct store_file *, gconstpointer);
    } tests[] = {
        {"/retention/months are those of the calendar", test_when},
        {"/retention/texts go and figures stay", test_texts_go_and_figures_stay},
        {"/retention/a kill at any slice does no harm", test_a_kill_at_any_slice_does_no_harm},
        {"/retention/opinions are waited for", test_opinions_are_waited_for},
        {"/retention/answered opinions hold nothing up", test_answered_opinions_hold_nothing_up},
        {"/retention/numbers go with the last text", test_numbers_go_with_the_last_text},
        {"/retention/a sick campaign holds up no other", test_a_sick_campaign_holds_up_no_other},
        {"/retention/what belongs to no campaign", test_what_belongs_to_no_campaign},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, struct store_file, NULL, store_file_open, tests[i].run,
                   store_file_close);
    return g_test_run();
}
