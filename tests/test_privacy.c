// SPDX-License-Identifier: GPL-2.0-or-later
// Handing out and erasing what is held of a person: nothing is left, no figure changes.
#include "campaigns/privacy.h"

#include "campaigns/answer.h"
#include "campaigns/consent.h"
#include "campaigns/coverage.h"
#include "campaigns/recount.h"
#include "campaigns/store/erased.h"
#include "campaigns/store/message.h"
#include "campaigns/store/roster.h"
#include "campaigns/tally_json.h"
#include "campaigns/ussd_survey.h"
#include "tests/store_file.h"

#include <string.h>

#define SECRET  "+84912345671"
#define SHARED  "+84912345672"
#define CLOSING (OPENING + 8 * DAY + 9 * HOUR)

static const char roster[] =
    "STT,Họ và tên,Ngày sinh,Giới tính,Phòng/Cơ sở,Tổ công đoàn,Số điện thoại,Mã hộ\n"
    "1,Lê Thị Bí Mật,02/03/1961,Nữ,Phòng Tổ chức - Hành chính,Tổ Kín Đáo,0912345671,\n"
    "2,Trần Văn Chung,05/06/1970,Nam,Phòng Tổ chức - Hành chính,Tổ 1,0912345672,HGD-7\n"
    "3,Trần Thị Riêng,07/08/1972,Nữ,Phòng Tổ chức - Hành chính,Tổ 1,0912345672,HGD-7\n"
    "4,Phạm Văn Không Máy,09/10/1950,Nam,Phòng Tổ chức - Hành chính,Tổ 1,,\n"
    "5,Đỗ Văn Khác,11/12/1980,Nam,Phòng Tổ chức - Hành chính,Tổ 1,0912345675,\n";

/* As the dialogue, with a question that is answered in words. */
static char *survey(const char *code)
{
    const char *questions = strstr(dialogue_file, "questions = (");
    const char *end = strstr(questions, ");\nopinion");
    return g_strdup_printf("code = \"%s\"; %.*s, { id = \"ghi\"; kind = \"text\"; keyword = "
                           "\"GHI\"; text = \"Nhan GHI va noi dung\"; }%s",
                           code, (int)(end - strchr(dialogue_file, ';') - 1),
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
    g_assert_true(
        sql_run(store, NULL, "UPDATE message SET state = 'sent' WHERE purpose = 'answer'", ""));
    g_assert_true(store_commit(store, NULL));
    campaign_book_free(book);
}

static void deliver(struct store *store, int64_t now)
{
    send_all(store, "sim1", now);
    g_assert_true(
        sql_run(store, NULL,
                "INSERT INTO report (modem, reference, number, status, sent_at, "
                "discharged_at, received_at, message_id, sequence) SELECT 'sim1', "
                "m.id % 256, t.phone, 0, ?1, ?1, ?1, m.id, 0 FROM message m JOIN contact t "
                "ON t.id = m.contact_id WHERE m.state = 'sent' AND m.id NOT IN "
                "(SELECT message_id FROM report) AND m.purpose = 'invitation'",
                "i", now));
    g_assert_true(sql_run(
        store, NULL,
        "UPDATE message SET state = 'delivered' WHERE state = 'sent' AND purpose = 'invitation'",
        ""));
}

/* Two campaigns, one over and one that runs, and all that people can say to them. */
/* Of the campaign that runs: an answer, then words. */
static void dial(struct store *store, const char *phone, const char *path, int64_t at)
{
    static struct ussd_service_config service = {.name = (char *)"thamdo",
                                                 .campaign = (char *)"DANG"};
    g_autoptr(GError) error = NULL;
    struct campaign_book *book = campaign_book_new(store, &test_terms);
    struct ussd_survey_page page = {0};
    const struct ussd_survey_request request = {&service, "ATU-1-9", phone, path, at};
    ussd_survey_take(store, book, &request, &page, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(page.event, ==, "answered");
    ussd_survey_page_clear(&page);
    campaign_book_free(book);
}

static void fill(struct store *store)
{
    g_autofree char *units = NULL;
    g_assert_true(g_file_get_contents("tests/rosters/dialogue-units.csv", &units, NULL, NULL));
    import_report_free(import_text(store, roster, units, OPENING - DAY));
    g_autofree char *first = survey("XONG"), *second = survey("DANG");
    start_campaign(store, first, OPENING - HOUR);
    deliver(store, OPENING - HOUR);
    say(store, SECRET, "1", OPENING);
    say(store, SHARED, "2", OPENING);
    say(store, SECRET, "GHI can nha cuoi doc", OPENING + MINUTE);
    say(store, SECRET, "YK: duong lay loi vao nha toi", OPENING + 2 * MINUTE);
    start_campaign(store, second, OPENING + HOUR);
    deliver(store, OPENING + HOUR);
    say(store, SECRET, "2", OPENING + 2 * HOUR);
    say(store, SECRET, "khong ro lam a", OPENING + 2 * HOUR + MINUTE);
    say(store, "+84912345675", "0", OPENING + 2 * HOUR);
    dial(store, SECRET, "1*ruong sau dinh lang", OPENING + 2 * HOUR + 2 * MINUTE);
    g_autofree char *third = survey("CHO");
    start_campaign(store, third, OPENING + 3 * HOUR); /* waits in the queue */
    g_assert_true(sql_run(store, NULL,
                          "UPDATE campaign SET state = 'finished', state_at = ?1 "
                          "WHERE code = 'XONG'",
                          "i", OPENING + 4 * HOUR));
    g_assert_true(sql_run(store, NULL,
                          "INSERT INTO outbox (event_id, sink, type, body, state, created_at, "
                          "next_at, give_up_at) VALUES ('e', 'huyen', 'loa.opinion.v1', ?1, "
                          "'waiting', 1, 1, 1)",
                          "t",
                          "{\"subject\":\"XONG/1\",\"data\":{\"number\":1,\"text\":\"duong lay "
                          "loi\",\"answer\":\"se sua duong lay loi\",\"sender\":{\"name\":\"Lê Thị "
                          "Bí Mật\",\"phone\":\"" SECRET "\"}}}"));
    g_assert_true(sql_run(store, NULL,
                          "INSERT INTO quarantine (modem, imsi, memory, location, pdu, reason, "
                          "told_key, at) VALUES ('sim1', '', 'SM', 3, "
                          "'07914889200003F0040B914819325476F100004260', 'short', 1, 1)",
                          ""));
}

static char *figures(struct store *store)
{
    GString *all = g_string_new(NULL);
    for (int64_t id = 1; id <= 3; id++) {
        struct tally *tally = tally_make(store, id, OPENING + DAY, NULL);
        g_assert_nonnull(tally);
        g_autofree char *text = tally_json_text(tally);
        tally_free(tally);
        g_string_append_printf(all, "%s\n", text);
        for (int by = COUNT_BY_PERSON; by <= COUNT_BY_CONTACT; by++) {
            struct coverage_request request = {.campaigns = &id, .count = 1, .by = by};
            g_autoptr(GError) error = NULL;
            struct coverage *coverage = coverage_make(store, &request, &error);
            g_assert_no_error(error);
            const struct coverage_figures *total = &coverage->total;
            g_string_append_printf(all, "%" G_GINT64_FORMAT, total->base);
            for (int reach = 0; reach < REACH_COUNT; reach++)
                g_string_append_printf(all, " %" G_GINT64_FORMAT, total->reach[reach]);
            g_string_append_printf(all, " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n",
                                   total->contacts, total->persons);
            coverage_free(coverage);
        }
    }
    return g_string_free(all, FALSE);
}

/* How often the file and what lies beside it hold these bytes. */
static unsigned traces(const struct store_file *file, const char *needle)
{
    static const char *const endings[] = {"", "-wal"};
    unsigned found = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        g_autofree char *name = g_strconcat(file->path, endings[i], NULL), *bytes = NULL;
        gsize length = 0;
        if (!g_file_get_contents(name, &bytes, &length, NULL))
            continue;
        for (const char *at = bytes;
             (at = memmem(at, length - (gsize)(at - bytes), needle, strlen(needle))) != NULL; at++)
            found++;
    }
    return found;
}

static int64_t person(struct store *store, const char *name)
{
    g_autoptr(GPtrArray) people = privacy_find(store, name, NULL);
    g_assert_cmpuint(people->len, ==, 1);
    return ((const struct person_found *)people->pdata[0])->id;
}

static void assert_text(struct store *store, const char *sql, const char *expected)
{
    g_autofree char *text = read_text(store, sql);
    g_assert_cmpstr(text == NULL ? "" : text, ==, expected);
}

static void test_nothing_is_left_and_no_figure_changes(struct store_file *file, gconstpointer data)
{
    (void)data;
    static const char *const needles[] = {
        "912345671",    "Bí Mật",        "bi mat",       "Bi Mat",       "1961-03-02", "Tổ Kín Đáo",
        "nha cuoi doc", "duong lay loi", "khong ro lam", "4819325476F1", "ruong sau",  "ATU-1-9",
    };
    struct store *store = file->store;
    fill(store);
    g_autofree char *before = figures(store);
    for (size_t i = 0; i < G_N_ELEMENTS(needles); i++) {
        g_test_message("needle %zu", i);
        g_assert_cmpuint(traces(file, needles[i]), >, 0);
    }
    struct privacy_request request = {
        .phone = "0912 345 671", .by = "chi Hoa", .reason = "asked for it", .now = OPENING + DAY};
    struct privacy_erasure tried = {0}, erasure = {0};
    g_autoptr(GError) error = NULL;
    g_assert_true(privacy_erase(store, &request, true, &tried, &error));
    g_assert_cmpuint(traces(file, needles[0]), >, 0);
    g_assert_true(privacy_erase(store, &request, false, &erasure, &error));
    g_assert_no_error(error);
    g_assert_true(erasure.clean);
    g_assert_true(memcmp(&tried.counts, &erasure.counts, sizeof tried.counts) == 0);
    g_assert_cmpint(erasure.counts.persons, ==, 1);
    g_assert_cmpint(erasure.counts.replies, ==, 7);
    g_assert_cmpint(erasure.counts.opinions, ==, 1);
    g_assert_cmpint(erasure.counts.answers, ==, 2);
    g_assert_cmpint(erasure.counts.reports, ==, 2);
    g_assert_cmpint(erasure.counts.quarantined, ==, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(needles); i++) {
        g_test_message("needle %zu", i);
        g_assert_cmpuint(traces(file, needles[i]), ==, 0);
    }
    assert_text(store, "SELECT body FROM outbox",
                "{\"subject\":\"XONG/1\",\"data\":{\"number\":1,\"text\":\"" ERASED_TEXT
                "\",\"answer\":null}}");
    g_autofree char *after = figures(store);
    /* The message that was queued is not sent any more, which is all that may differ. */
    g_assert_cmpint(erasure.counts.cancelled, >, 0);
    assert_text(store,
                "SELECT group_concat(c.code || '=' || m.state, ' ') FROM (SELECT * FROM message "
                "ORDER BY id) m JOIN campaign c ON c.id = m.campaign_id WHERE m.contact_id = 1 "
                "AND m.purpose = 'invitation'",
                "XONG=delivered DANG=delivered CHO=cancelled");
    g_auto(GStrv) was = g_strsplit(before, "\n", -1), is = g_strsplit(after, "\n", -1);
    for (unsigned i = 0; i < 8; i++) /* the two campaigns that were sent */
        g_assert_true(g_str_equal(is[i], was[i]));
    for (int64_t id = 1; id <= 2; id++) {
        struct recount *recount = recount_make(store, id, OPENING + DAY, &error);
        g_assert_no_error(error);
        g_assert_cmpint(recount->differing, ==, 0);
        recount_free(recount);
    }
}

static void test_a_shared_phone_stays_with_the_others(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    fill(store);
    struct privacy_request request = {
        .phone = SHARED, .by = "chi Hoa", .reason = "asked for it", .now = OPENING + DAY};
    struct privacy_erasure erasure = {0};
    g_autoptr(GError) error = NULL;
    g_assert_false(privacy_erase(store, &request, false, &erasure, &error));
    g_assert_error(error, PRIVACY_ERROR, PRIVACY_ERROR_SHARED);
    g_clear_error(&error);
    g_autofree char *before = figures(store);
    request.person_id = person(store, "tran van chung");
    g_assert_true(privacy_erase(store, &request, false, &erasure, &error));
    g_assert_cmpuint(erasure.shared_with, ==, 1);
    g_assert_cmpuint(traces(file, "Văn Chung"), ==, 0);
    g_assert_cmpuint(traces(file, "Van Chung"), ==, 0);
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM contact WHERE phone = '" SHARED "'"),
                    ==, 1);
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM household WHERE code = 'HGD-7'"), ==,
                    1);
    assert_text(store, "SELECT text FROM reply WHERE contact_id = 2", "2");
    g_autofree char *after = figures(store);
    g_auto(GStrv) was = g_strsplit(before, "\n", -1), is = g_strsplit(after, "\n", -1);
    for (unsigned i = 0; i < 8; i++)
        g_assert_true(g_str_equal(is[i], was[i]));
    g_assert_false(privacy_erase(store, &request, false, &erasure, &error));
    g_assert_error(error, PRIVACY_ERROR, PRIVACY_ERROR_ERASED);
    /* The last one takes the number along. */
    request.person_id = person(store, "tran thi rieng");
    g_assert_true(privacy_erase(store, &request, false, &erasure, NULL));
    g_assert_cmpuint(erasure.shared_with, ==, 0);
    g_assert_cmpuint(traces(file, "912345672"), ==, 0);
    g_assert_cmpuint(traces(file, "HGD-7"), ==, 0);
}

static void test_all_of_a_phone_and_those_without(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    fill(store);
    static const struct {
        const char *phone, *name;
        int64_t persons;
    } rows[] = {{SHARED, NULL, 2}, {NULL, "khong may", 1}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct privacy_request request = {
            .phone = rows[i].phone, .everybody = true, .by = "a", .reason = "b", .now = OPENING};
        request.person_id = rows[i].name == NULL ? 0 : person(store, rows[i].name);
        struct privacy_erasure erasure = {0};
        g_autoptr(GError) error = NULL;
        privacy_erase(store, &request, false, &erasure, &error);
        g_assert_no_error(error);
        g_assert_cmpint(erasure.counts.persons, ==, rows[i].persons);
    }
    g_assert_cmpuint(traces(file, "Không Máy"), ==, 0);
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM consent WHERE event = 'erased'"), ==,
                    3);
}

static void test_the_next_roster_obeys_what_was_refused(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    fill(store);
    struct consent_word word = {1, "Hội Nông dân", "chi Hoa", "told", OPENING};
    g_assert_true(consent_refuse_told(store, &word, NULL));
    struct privacy_request request = {.phone = SECRET, .by = "a", .reason = "b", .now = OPENING};
    struct privacy_erasure erasure = {0};
    g_assert_true(privacy_erase(store, &request, false, &erasure, NULL));
    g_assert_cmpuint(traces(file, "912345671"), ==, 0);
    g_autofree char *units = NULL;
    g_assert_true(g_file_get_contents("tests/rosters/dialogue-units.csv", &units, NULL, NULL));
    import_report_free(import_text(store, roster, units, OPENING + 2 * DAY));
    assert_text(store,
                "SELECT group_concat(organisation) FROM refusal f JOIN contact t "
                "ON t.id = f.contact_id WHERE t.phone = '" SECRET "'",
                "hội nông dân");
    assert_text(store,
                "SELECT group_concat(organisation) FROM refusal f JOIN contact t "
                "ON t.id = f.contact_id WHERE t.phone = '" SHARED "'",
                "");
    /* Everybody is found again but the erased one, who is new. */
    assert_text(store, "SELECT added || ' ' || updated FROM roster_import ORDER BY id DESC LIMIT 1",
                "1 0");
    /* Come back, erased again: what was refused once is not refused again. */
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM erased_refusal"), ==, 0);
}

/* Somebody else's duty may write a text to the pseudonym; no modem ever hears of it. */
static void test_a_pseudonym_is_never_dialled(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    fill(store);
    struct privacy_request request = {.phone = SECRET, .by = "a", .reason = "b", .now = OPENING};
    struct privacy_erasure erasure = {0};
    g_assert_true(privacy_erase(store, &request, false, &erasure, NULL));
    assert_text(store, "SELECT phone FROM contact WHERE id = 1", ERASED_PHONE "1");
    struct phone phone = {0};
    enum phone_verdict verdict;
    g_assert_false(phone_read(ERASED_PHONE "1", &phone, &verdict));
    struct message message = {.campaign_id = 2,
                              .contact_id = 1,
                              .purpose = PURPOSE_ANSWER,
                              .priority = PRIORITY_EMERGENCY,
                              .text = (char *)"Nhac",
                              .parts = 1,
                              .expires_at = INT64_MAX};
    int64_t lease = 0;
    g_assert_true(store_begin(store, NULL));
    g_assert_true(store_message_add(store, &message, OPENING, &message.id, NULL));
    g_assert_false(store_message_lease(store, &message, "sim1", OPENING, &lease, NULL));
    g_assert_true(store_commit(store, NULL));
    assert_text(store, "SELECT state || ' ' || cause FROM message ORDER BY id DESC LIMIT 1",
                "cancelled erased");
}

static void test_the_export_holds_everything(struct store_file *file, gconstpointer data)
{
    (void)data;
    static const struct {
        const char *who; /* a number, or a name */
        const char *holds[7], *holds_not[3];
    } rows[] = {
        {SECRET,
         {"Lê Thị Bí Mật", "Tổ Kín Đáo", "1*ruong sau dinh lang", "YK: duong lay loi",
          "can nha cuoi doc", "DANG", "2024-06-10T08:00:00+07:00"},
         {"Riêng", "912345672", NULL}},
        {"tran van chung",
         {"Trần Văn Chung", "HGD-7", "Tran Van Chung du doi thoai", NULL},
         {"Riêng", "\"replies\"", "Bí Mật"}},
        {"khong may", {"Phạm Văn Không Máy", "1950", NULL}, {"Riêng", NULL}},
    };
    struct store *store = file->store;
    fill(store);
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Asia/Ho_Chi_Minh");
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        bool number = *rows[i].who == '+';
        struct privacy_request request = {.by = "a", .reason = "b", .now = OPENING};
        request.phone = number ? rows[i].who : NULL;
        request.person_id = number ? 0 : person(store, rows[i].who);
        json_t *json = privacy_export(store, &request, zone, NULL);
        g_assert_nonnull(json);
        char *text = json_dumps(json, 0);
        for (unsigned k = 0; k < 7 && rows[i].holds[k] != NULL; k++) {
            g_test_message("row %zu holds %u", i, k);
            g_assert_nonnull(strstr(text, rows[i].holds[k]));
        }
        for (unsigned k = 0; k < 3 && rows[i].holds_not[k] != NULL; k++) {
            g_test_message("row %zu does not hold %u", i, k);
            g_assert_null(strstr(text, rows[i].holds_not[k]));
        }
        free(text);
        json_decref(json);
    }
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM consent WHERE event = 'exported'"), ==,
                    3);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    const struct {
        const char *name;
        void (*run)(struct store_file *, gconstpointer);
    } tests[] = {
        {"/privacy/nothing is left and no figure changes",
         test_nothing_is_left_and_no_figure_changes},
        {"/privacy/a shared phone stays with the others",
         test_a_shared_phone_stays_with_the_others},
        {"/privacy/all of a phone, and those without", test_all_of_a_phone_and_those_without},
        {"/privacy/the next roster obeys what was refused",
         test_the_next_roster_obeys_what_was_refused},
        {"/privacy/a pseudonym is never dialled", test_a_pseudonym_is_never_dialled},
        {"/privacy/the export holds everything", test_the_export_holds_everything},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, struct store_file, NULL, store_file_open, tests[i].run,
                   store_file_close);
    return g_test_run();
}
