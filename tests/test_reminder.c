// SPDX-License-Identifier: GPL-2.0-or-later
/* Reminders: to whom, when, in whose name and at what length; once, whatever happens in between;
 * and the campaign that waits for its last one. */
#include "campaigns/preview.h"
#include "campaigns/reminder.h"
#include "campaigns/store/campaign.h"
#include "campaigns/store/message_list.h"
#include "tests/store_file.h"

#include <string.h>

/* 14/6/2024 08:00, 18/6 17:00 and 18/6 18:00 in Việt Nam. */
#define MORNING (OPENING + 4 * DAY)
#define CLOSING (OPENING + 8 * DAY + 9 * HOUR)
#define EVENING (CLOSING + HOUR)

#define AT_MORNING "at = \"2024-06-14T08:00:00+07:00\"; "
#define AT_EVENING "at = \"2024-06-18T18:00:00+07:00\"; "

static const char base_file[] =
    "code = \"NHAC\"; title = \"Nhắc\"; kind = \"dialogue\"; audience = { units = [ \"A\" ]; };\n"
    "opens = \"2024-06-10T08:00:00+07:00\"; closes = \"2024-06-18T17:00:00+07:00\";\n"
    "text = \"Moi {ten} hop\"; text_marked = \"Mời {ten} họp\";\n"
    "questions = ( { id = \"buoi\"; kind = \"choice\"; options = (\n"
    "  { code = \"1\"; label = \"sáng\"; }, { code = \"2\"; label = \"chiều\"; } );\n"
    "  addons = ( { code = \"TV\"; label = \"tư vấn\"; } ); },\n"
    "  { id = \"an\"; keyword = \"AN\"; kind = \"choice\"; options = (\n"
    "  { code = \"8\"; label = \"ăn\"; }, { code = \"9\"; label = \"không ăn\"; } ); } );\n";

static char *with_reminders(const char *reminders)
{
    return g_strdup_printf("%sreminders = ( %s );\n", base_file, reminders);
}

/* So many persons with numbers from +84912000000 on, each called P and its number. */
static void import_people(struct store *store, unsigned count)
{
    GString *roster = g_string_new("STT,Họ và tên,Đơn vị,Tổ,Số điện thoại\n");
    for (unsigned i = 0; i < count; i++)
        g_string_append_printf(roster, "%u,Phạm %u,A,Tổ %u,0912%06u\n", i + 1, i, i % 3, i);
    import_report_free(
        import_text(store, roster->str, "ma,ma_cha,ten,loai\nA,,Phường A,xa\n", OPENING - DAY));
    g_string_free(roster, TRUE);
}

static void run(struct store *store, const char *sql)
{
    if (!sql_run(store, NULL, g_intern_string(sql), ""))
        g_error("%s", sql);
}

/* All slices that are due at that moment; how many messages of this reminder there are then. */
static void remind(struct store *store, int64_t now)
{
    struct campaign_book *book = campaign_book_new(store, &test_terms);
    struct reminder_slice slice = {.more = true};
    for (unsigned i = 0; slice.more; i++) {
        g_autoptr(GError) error = NULL;
        g_assert_cmpuint(i, <, 1000);
        reminder_clock_slice(store, book, now, &slice, &error);
        g_assert_no_error(error);
        g_assert_false(store_in_transaction(store));
    }
    campaign_book_free(book);
}

static int64_t start_with(struct store *store, const char *reminders)
{
    g_autofree char *text = with_reminders(reminders);
    int64_t id = start_campaign(store, text, OPENING);
    send_all(store, "sim1", OPENING);
    return id;
}

/* ---- to whom ---- */

#define ANSWER(voice, who, question, code)                                                         \
    "INSERT INTO answer (campaign_id, " voice ", question, code, at, recorded_at, by_whom) "       \
    "SELECT 1, " who ", '" question "', '" code "', 1, 1, '' FROM person p "                       \
    "JOIN contact c ON c.id = p.contact_id WHERE p.name = 'Phạm %u'"
#define SAID(question, code) ANSWER("contact_id", "c.id", question, code)
#define INVITATION(state)                                                                          \
    "UPDATE message SET state = '" state "' WHERE contact_id = (SELECT contact_id FROM person "    \
    "WHERE name = 'Phạm %u')"
#define REFUSES(organisation)                                                                      \
    "INSERT INTO refusal SELECT contact_id, '" organisation                                        \
    "', 1 FROM person WHERE name = 'Phạm %u'"

enum { TO_SILENT, TO_ALL, TO_ANSWERED, TO_FIRST, TO_ADVICE, TO_KINDS };

static const char *const to_settings[TO_KINDS] = {
    [TO_SILENT] = "to = \"silent\";",
    [TO_ALL] = "to = \"all\";",
    [TO_ANSWERED] = "to = \"answered\";",
    [TO_FIRST] = "to = \"answered\"; options = [ \"1\", \"8\" ];",
    [TO_ADVICE] = "to = \"answered\"; options = [ \"tv\" ];",
};

static const struct {
    const char *name, *sql;
    bool gets[TO_KINDS];
} persons[] = {
    {"said nothing", NULL, {true, true, false, false, false}},
    {"answered", SAID("buoi", "1"), {false, true, true, true, false}},
    {"chose another", SAID("buoi", "2"), {false, true, true, false, false}},
    {"answered one question of two", SAID("an", "8"), {false, true, true, true, false}},
    {"a voided answer", SAID("buoi", ""), {true, true, false, false, false}},
    {"an add-on alone is no vote", SAID("buoi", "TV"), {true, true, false, false, true}},
    {"a vote and an add-on", SAID("buoi", "1,TV"), {false, true, true, true, true}},
    {"somebody recorded it for the person",
     ANSWER("person_id", "p.id", "buoi", "2"),
     {false, true, true, false, false}},
    {"the invitation was delivered", INVITATION("delivered"), {true, true, false, false, false}},
    {"it was not delivered", INVITATION("undelivered"), {true, true, false, false, false}},
    {"it was perhaps sent", INVITATION("unsure"), {true, true, false, false, false}},
    {"it waits still", INVITATION("queued"), {false}},
    {"it is on its way", INVITATION("leased"), {false}},
    {"the network refused it", INVITATION("refused"), {false}},
    {"it was skipped", INVITATION("skipped"), {false}},
    {"it was cancelled", INVITATION("cancelled"), {false}},
    {"it expired", INVITATION("expired"), {false}},
    {"refuses the house", REFUSES(""), {false}},
    {"refuses everybody", REFUSES("*"), {false}},
    {"refuses another organisation", REFUSES("Hội Nông dân"), {true, true, false, false, false}},
};

static void test_to_whom(struct store_file *file, gconstpointer data)
{
    size_t kind = GPOINTER_TO_SIZE(data);
    import_people(file->store, G_N_ELEMENTS(persons));
    g_autofree char *reminder =
        g_strdup_printf("{ " AT_MORNING "%s text = \"Nhac {ten}\"; }", to_settings[kind]);
    start_with(file->store, reminder);
    for (unsigned i = 0; i < G_N_ELEMENTS(persons); i++) {
        g_auto(GStrv) pieces = g_strsplit(persons[i].sql == NULL ? "" : persons[i].sql, "%u", -1);
        g_autofree char *number = g_strdup_printf("%u", i);
        g_autofree char *sql = g_strjoinv(number, pieces);
        if (persons[i].sql != NULL)
            run(file->store, sql);
    }
    remind(file->store, MORNING);
    unsigned all = 0;
    for (unsigned i = 0; i < G_N_ELEMENTS(persons); i++) {
        g_autofree char *sql = g_strdup_printf("SELECT count(*) FROM message WHERE purpose = "
                                               "'reminder' AND text = 'Nhac Pham %u'",
                                               i);
        int64_t got = count_rows(file->store, g_intern_string(sql));
        if (got != persons[i].gets[kind])
            g_error("%s: %s got %d", to_settings[kind], persons[i].name, (int)got);
        all += persons[i].gets[kind];
    }
    g_assert_cmpint(count_rows(file->store, "SELECT queued FROM reminder_run"), ==, all);
    g_assert_cmpint(count_rows(file->store, "SELECT done_at FROM reminder_run"), ==, MORNING);
}

static void test_emergencies_reach_who_refuses(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_people(file->store, 2);
    start_with(file->store, "{ " AT_MORNING "text = \"Nhac {ten}\"; }");
    run(file->store, "UPDATE campaign SET priority = 3");
    run(file->store, "INSERT INTO refusal SELECT id, '*', 1 FROM contact");
    remind(file->store, MORNING);
    g_assert_cmpint(count_rows(file->store, "SELECT queued FROM reminder_run"), ==, 2);
}

/* ---- when ---- */

static const struct {
    const char *name, *reminder;
    int64_t now;
    const char *sql; /* before it */
    int64_t queued;  /* -1: it has not begun */
    const char *skipped;
} moments[] = {
    {"a moment early", "{ " AT_MORNING "text = \"x\"; }", MORNING - 1, NULL, -1, NULL},
    {"on time", "{ " AT_MORNING "text = \"x\"; }", MORNING, NULL, 3, ""},
    {"the service was away for a day", "{ " AT_MORNING "text = \"x\"; }", MORNING + DAY, NULL, 3,
     ""},
    {"for two days, longer than a message waits", "{ " AT_MORNING "text = \"x\"; }",
     MORNING + 2 * DAY, NULL, 0, "too late: the service or the campaign stood still at its time"},
    {"the silent cannot answer any more", "{ at = \"2024-06-18T16:00:00+07:00\"; text = \"x\"; }",
     CLOSING, NULL, 0, "the campaign has closed"},
    {"a reminder to the silent that comes too late by its file", "{ " AT_EVENING "text = \"x\"; }",
     CLOSING, NULL, 0, "the campaign has closed"},
    {"thanks after the end", "{ " AT_EVENING "to = \"all\"; text = \"x\"; }", EVENING, NULL, 3, ""},
    {"its time was before the start", "{ " AT_MORNING "text = \"x\"; }", MORNING + HOUR,
     "UPDATE campaign_event SET at = at + 400000000 WHERE event = 'start'", 0,
     "its time was before the campaign started"},
    {"paused, it waits", "{ " AT_MORNING "text = \"x\"; }", MORNING,
     "UPDATE campaign SET state = 'paused'", -1, NULL},
    {"paused for too long", "{ " AT_MORNING "text = \"x\"; }", MORNING + 3 * DAY,
     "UPDATE campaign SET state = 'paused'", 0,
     "too late: the service or the campaign stood still at its time"},
    {"cancelled", "{ " AT_MORNING "text = \"x\"; }", MORNING,
     "UPDATE campaign SET state = 'cancelled'", -1, NULL},
};

static void test_when(struct store_file *file, gconstpointer data)
{
    size_t i = GPOINTER_TO_SIZE(data);
    import_people(file->store, 3);
    start_with(file->store, moments[i].reminder);
    if (moments[i].sql != NULL)
        run(file->store, moments[i].sql);
    remind(file->store, moments[i].now);
    remind(file->store, moments[i].now);
    g_autofree char *skipped = read_text(file->store, "SELECT skipped FROM reminder_run");
    g_assert_cmpstr(skipped, ==, moments[i].skipped);
    g_assert_cmpint(count_rows(file->store, "SELECT queued FROM reminder_run"), ==,
                    moments[i].queued);
    g_assert_cmpint(
        count_rows(file->store, "SELECT count(*) FROM message WHERE purpose = 'reminder'"), ==,
        MAX(moments[i].queued, 0));
}

static void test_how_long_they_wait(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_people(file->store, 1);
    start_with(file->store, "{ at = \"2024-06-17T08:00:00+07:00\"; text = \"x\"; },"
                            "{ at = \"2024-06-17T08:00:00+07:00\"; to = \"all\"; text = \"y\"; }");
    remind(file->store, OPENING + 7 * DAY);
    g_assert_cmpint(count_rows(file->store, "SELECT expires_at FROM message WHERE reminder = 0"),
                    ==, CLOSING);
    g_assert_cmpint(count_rows(file->store, "SELECT expires_at FROM message WHERE reminder = 1"),
                    ==, OPENING + 9 * DAY);
}

/* ---- once ---- */

static void test_a_crash_neither_loses_nor_doubles(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_people(file->store, 1300);
    start_with(file->store, "{ " AT_MORNING "text = \"Nhac {ten}\"; }");
    for (unsigned i = 0; i < 20; i++) {
        g_autoptr(GError) error = NULL;
        struct reminder_slice slice = {0};
        struct campaign_book *book = campaign_book_new(file->store, &test_terms);
        reminder_clock_slice(file->store, book, MORNING + i, &slice, &error);
        g_assert_no_error(error);
        campaign_book_free(book);
        if (i == 1) {
            g_assert_false(slice.done);
            g_assert_cmpint(slice.queued, ==, 500);
        }
        if (i == 3) /* the worst that can be lost: how far it was */
            run(file->store, "UPDATE reminder_run SET person_id = 0, queued = 0");
        store_free(file->store);
        file->store = store_open(file->path, &error);
        g_assert_no_error(error);
    }
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM message WHERE reminder = 0"), ==,
                    1300);
    g_assert_cmpint(count_rows(file->store,
                               "SELECT count(DISTINCT contact_id) FROM message WHERE reminder = 0"),
                    ==, 1300);
    g_assert_cmpint(count_rows(file->store, "SELECT done_at > 0 FROM reminder_run"), ==, 1);
}

static void test_no_lock_is_taken_while_nothing_is_due(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_people(file->store, 3);
    start_with(file->store, "{ " AT_MORNING "text = \"x\"; }");
    remind(file->store, MORNING);
    struct store *other = store_open(file->path, NULL);
    g_assert_true(store_begin(other, NULL));
    store_set_patience(file->store, 0);
    remind(file->store, MORNING - 1);
    remind(file->store, MORNING + HOUR);
    store_rollback(other);
    store_free(other);
}

/* ---- what they say ---- */

static void test_names_attributes_and_parts(struct store_file *file, gconstpointer data)
{
    (void)data;
    const char roster[] = "STT,Họ và tên,Giới tính,Đơn vị,Tổ,Quan hệ,Số điện thoại\n"
                          "1,Lê Con,Nam,A,Tổ 1,con,0912000001\n"
                          "2,Lê Mẹ,Nữ,A,Tổ 2,chủ hộ,0912000001\n";
    import_report_free(
        import_text(file->store, roster, "ma,ma_cha,ten,loai\nA,,Phường A,xa\n", OPENING - DAY));
    start_with(file->store,
               "{ " AT_MORNING "text = \"Nhắc {goi} {ten}, {to}, {don_vi}\"; },"
               "{ " AT_MORNING "to = \"all\"; text = \"Cảm ơn {ten}, " /* 60 and more */
               "hẹn gặp lại vào buổi họp sau, xin nhắn tin khi có việc gì cần hỏi thêm, xin nhắn "
               "tin khi có việc gì cần hỏi thêm, xin nhắn tin khi có việc gì cần hỏi.\"; }");
    remind(file->store, MORNING);
    g_autofree char *text = read_text(file->store, "SELECT text FROM message WHERE reminder = 0");
    g_assert_cmpstr(text, ==, "Nhac ba Le Me, To 2, Phuong A");
    g_assert_cmpint(count_rows(file->store, "SELECT parts FROM message WHERE reminder = 1"), ==, 2);
    g_assert_cmpint(count_rows(file->store, "SELECT count(DISTINCT reference) FROM message"), ==,
                    3);
}

static void test_marks_go_out_where_the_campaign_says_so(struct store_file *file,
                                                         gconstpointer data)
{
    (void)data;
    import_people(file->store, 1);
    start_with(file->store, "{ " AT_MORNING "text = \"Nhắc {ten}\"; } ); send_marked = true; "
                            "snapshots = ( ");
    remind(file->store, MORNING);
    g_autofree char *text = read_text(file->store, "SELECT text FROM message WHERE reminder = 0");
    g_assert_cmpstr(text, ==, "Nhắc Phạm 0");
}

static struct preview *preview_of(struct store *store, int64_t id)
{
    g_autoptr(GError) error = NULL;
    struct preview *preview = preview_make(store, id, &test_terms, OPENING, &error);
    g_assert_no_error(error);
    return preview;
}

static void test_the_approval_covers_them(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_people(file->store, 4);
    g_autofree char *text = with_reminders("{ " AT_MORNING "text = \"Nhac {to}\"; },"
                                           "{ " AT_MORNING "to = \"all\"; text = \"y\"; }");
    int64_t id = create_campaign(file->store, text, OPENING);
    struct preview *before = preview_of(file->store, id);
    g_assert_cmpint(before->form[FORM_UNMARKED].cost, ==, 4 * 250);
    g_assert_cmpint(before->cost_at_most, ==, 3 * 4 * 250);
    g_assert_cmpstr(before->reminder[0].sample, ==, "Nhac To 0");
    g_assert_cmpint(before->reminder[1].by_parts[1], ==, 4);
    run(file->store, "UPDATE person_attribute SET value = 'Tổ 9' WHERE value = 'Tổ 1'");
    struct preview *after = preview_of(file->store, id);
    g_assert_cmpstr(before->hash, !=, after->hash);
    preview_free(before);
    preview_free(after);
}

/* ---- when their turn comes ---- */

static bool still_due(struct store *store, int reminder, const char *name)
{
    g_autofree char *sql = g_strdup_printf(
        "SELECT m.id FROM message m JOIN person p USING (contact_id) WHERE m.reminder = %d "
        "AND p.name = '%s'",
        reminder, name);
    g_autoptr(GError) error = NULL;
    struct message *message =
        store_message_get(store, count_rows(store, g_intern_string(sql)), &error);
    g_assert_no_error(error);
    struct campaign_book *book = campaign_book_new(store, &test_terms);
    bool due = false;
    g_assert_true(store_begin(store, NULL));
    g_assert_true(reminder_still_due(store, book, message, MORNING, &due, &error));
    g_assert_true(store_commit(store, NULL));
    campaign_book_free(book);
    message_free(message);
    return due;
}

static void test_what_was_answered_meanwhile_is_skipped(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_people(file->store, 3);
    start_with(file->store, "{ " AT_MORNING "text = \"x\"; },"
                            "{ " AT_MORNING "to = \"all\"; text = \"y\"; },"
                            "{ " AT_MORNING "to = \"answered\"; options = [ \"1\" ]; text = \"z\"; "
                            "}");
    run(file->store, "INSERT INTO answer (campaign_id, contact_id, question, code, at, "
                     "recorded_at, by_whom) SELECT 1, contact_id, 'buoi', '1', 1, 1, '' "
                     "FROM person WHERE name = 'Phạm 2'");
    remind(file->store, MORNING);
    run(file->store, "UPDATE answer SET code = '2'");
    run(file->store, "INSERT INTO answer (campaign_id, person_id, question, code, at, "
                     "recorded_at, by_whom) SELECT 1, id, 'buoi', '2', 1, 1, '' "
                     "FROM person WHERE name = 'Phạm 1'");
    static const struct {
        int reminder;
        const char *name;
        bool due;
    } rows[] = {
        {0, "Phạm 0", true}, {0, "Phạm 1", false}, {1, "Phạm 0", true},
        {1, "Phạm 1", true}, {1, "Phạm 2", true},  {2, "Phạm 2", false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(still_due(file->store, rows[i].reminder, rows[i].name), ==, rows[i].due);
    g_autofree char *silent = read_text(
        file->store, "SELECT cause FROM message WHERE state = 'skipped' AND reminder = 0");
    g_autofree char *chosen = read_text(
        file->store, "SELECT cause FROM message WHERE state = 'skipped' AND reminder = 2");
    g_assert_cmpstr(silent, ==, "answered");
    g_assert_cmpstr(chosen, ==, "answered otherwise");
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM message WHERE state = 'skipped'"),
                    ==, 2);
}

/* ---- the end ---- */

static char *state_at(struct store *store, int64_t now)
{
    struct campaign_book *book = campaign_book_new(store, &test_terms);
    g_autoptr(GError) error = NULL;
    g_assert_true(campaign_clock(store, book, now, &error));
    campaign_book_free(book);
    return read_text(store, "SELECT state FROM campaign");
}

static void test_a_campaign_waits_for_its_last_reminder(struct store_file *file, gconstpointer data)
{
    (void)data;
    static const struct {
        int64_t now;
        const char *sent; /* what has become of the reminders by then */
        const char *state;
    } rows[] = {
        {CLOSING - 1, NULL, "running"},
        {CLOSING, NULL, "running"},
        {EVENING, NULL, "running"},
        {EVENING + MINUTE, "leased", "running"},
        {EVENING + 2 * MINUTE, "sent", "finished"},
    };
    import_people(file->store, 3);
    start_with(file->store, "{ at = \"2024-06-17T08:00:00+07:00\"; text = \"x\"; },"
                            "{ " AT_EVENING "to = \"all\"; text = \"y\"; }");
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *sql = g_strdup_printf(
            "UPDATE message SET state = '%s' WHERE reminder = 1 AND state <> 'sent'", rows[i].sent);
        if (rows[i].sent != NULL)
            run(file->store, sql);
        g_autofree char *state = state_at(file->store, rows[i].now);
        g_assert_cmpstr(state, ==, rows[i].state);
    }
    /* The first one, which nobody sent, did not outlive the closing time. */
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM message WHERE reminder = 0 "
                                            "AND state = 'expired'"),
                    ==, 3);
}

static void test_a_missed_last_reminder_holds_nothing_up(struct store_file *file,
                                                         gconstpointer data)
{
    (void)data;
    import_people(file->store, 3);
    start_with(file->store, "{ " AT_EVENING "to = \"all\"; text = \"y\"; }");
    g_autofree char *state = state_at(file->store, EVENING + 2 * DAY);
    g_assert_cmpstr(state, ==, "finished");
}

#define ADD(name, function)                                                                        \
    g_test_add("/reminder/" name, struct store_file, NULL, store_file_open, function,              \
               store_file_close)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < TO_KINDS; i++) {
        g_autofree char *path = g_strdup_printf("/reminder/to whom: %s", to_settings[i]);
        g_test_add(path, struct store_file, GSIZE_TO_POINTER(i), store_file_open, test_to_whom,
                   store_file_close);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(moments); i++) {
        g_autofree char *path = g_strconcat("/reminder/when: ", moments[i].name, NULL);
        g_test_add(path, struct store_file, GSIZE_TO_POINTER(i), store_file_open, test_when,
                   store_file_close);
    }
    ADD("emergencies reach who refuses", test_emergencies_reach_who_refuses);
    ADD("how long they wait", test_how_long_they_wait);
    ADD("a crash neither loses nor doubles", test_a_crash_neither_loses_nor_doubles);
    ADD("no lock is taken while nothing is due", test_no_lock_is_taken_while_nothing_is_due);
    ADD("names, attributes and parts", test_names_attributes_and_parts);
    ADD("marks go out where the campaign says so", test_marks_go_out_where_the_campaign_says_so);
    ADD("the approval covers them", test_the_approval_covers_them);
    ADD("what was answered meanwhile is skipped", test_what_was_answered_meanwhile_is_skipped);
    ADD("a campaign waits for its last reminder", test_a_campaign_waits_for_its_last_reminder);
    ADD("a missed last reminder holds nothing up", test_a_missed_last_reminder_holds_nothing_up);
    return g_test_run();
}
