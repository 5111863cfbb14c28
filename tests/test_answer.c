// SPDX-License-Identifier: GPL-2.0-or-later
// What comes back: from sender to answer, opinion, opt-out and the text in return.
#include "campaigns/answer.h"
#include "campaigns/store/opinion.h"
#include "campaigns/store/reply.h"
#include "tests/store_file.h"

#define FIRST     "+84900174207" /* the first of the roster, contact 1 */
#define SECOND    "+84330183380"
#define CLOSING   (OPENING + 8 * DAY + 9 * HOUR)
#define SECOND_MS 1000

struct said {
    const char *sender, *text;
    int64_t after_ms; /* the opening; SCTS and arrival */
};

struct talk {
    const char *name;
    struct said said[6];
    const char *outcomes; /* of the replies, in order */
    const char *answer;   /* current answers of all, in order of contact; "" none */
    int opinions;
    const char *receipts; /* texts written back, by kind, in order */
    bool opted_out;       /* the first contact */
};

static const struct talk talks[] = {
    {"a code", {{FIRST, "1", 0}}, "answer", "1", 0, "accepted", false},
    {"politeness around it", {{FIRST, "Dạ em chọn 1 ạ", 0}}, "answer", "1", 0, "accepted", false},
    {"an alias", {{FIRST, "19/6", 0}}, "answer", "1", 0, "accepted", false},
    {"any spelling of the sender",
     {{"0900174207", "1", 0}, {"84330183380", "2", 0}},
     "answer answer",
     "1 2",
     0,
     "accepted accepted",
     false},
    {"the last valid answer counts",
     {{FIRST, "1", 0}, {FIRST, "2", MINUTE}},
     "answer answer",
     "2",
     0,
     "accepted accepted",
     false},
    {"back to the first answer within ten minutes is no repeat",
     {{FIRST, "1", 0}, {FIRST, "2", MINUTE}, {FIRST, "1", 2 * MINUTE}},
     "answer answer answer",
     "1",
     0,
     "accepted accepted accepted",
     false},
    {"an earlier text delivered later changes nothing",
     {{FIRST, "2", 5 * MINUTE}, {FIRST, "1", MINUTE}},
     "answer answer",
     "2",
     0,
     "accepted",
     false},
    {"the network's repeat counts once",
     {{FIRST, "1", 0}, {FIRST, "1", 0}},
     "answer repeat",
     "1",
     0,
     "accepted",
     false},
    {"a repeat behind another text is still one",
     {{FIRST, "YK dien yeu", 0}, {FIRST, "2", MINUTE}, {FIRST, "YK dien yeu", 0}},
     "opinion answer repeat",
     "2",
     1,
     "opinion accepted",
     false},
    {"the same after ten minutes is said again, and needs no thanks",
     {{FIRST, "1", 0}, {FIRST, "1", 11 * MINUTE}},
     "answer answer",
     "1",
     0,
     "accepted",
     false},
    {"unclear never erases",
     {{FIRST, "1", 0}, {FIRST, "Có", MINUTE}},
     "answer unclear",
     "1",
     0,
     "accepted unclear",
     false},
    {"help goes out once a day",
     {{FIRST, "hả", 0}, {FIRST, "gì đó", HOUR}, {FIRST, "gì vậy", 25 * HOUR}},
     "unclear unclear unclear",
     "",
     0,
     "unclear unclear",
     false},
    {"an opinion gets its number",
     {{FIRST, "YK mong duoc doi thoai moi quy", 0}, {SECOND, "GÓP Ý: thêm ghế đá", 0}},
     "opinion opinion",
     "",
     2,
     "opinion opinion",
     false},
    {"an answer and an opinion in one text",
     {{FIRST, "2 YK: mong duoc doi thoai moi quy", 0}},
     "answer",
     "2",
     1,
     "accepted opinion",
     false},
    {"a keyword alone is unclear", {{FIRST, "YK", 0}}, "unclear", "", 0, "unclear", false},
    {"an opt-out is honoured and confirmed once",
     {{FIRST, "TC", 0}, {FIRST, "TC", 20 * MINUTE}},
     "optout optout",
     "",
     0,
     "optout",
     true},
    {"an opt-out keeps the answer given",
     {{FIRST, "1", 0}, {FIRST, "tc ạ", MINUTE}},
     "answer optout",
     "1",
     0,
     "accepted optout",
     true},
    {"who refused still counts, but gets no text",
     {{FIRST, "TC", 0}, {FIRST, "2", MINUTE}, {FIRST, "hả", 2 * MINUTE}},
     "optout answer unclear",
     "2",
     0,
     "optout",
     true},
    {"DK brings back who refused",
     {{FIRST, "TC", 0}, {FIRST, "đk", MINUTE}, {FIRST, "1", 2 * MINUTE}},
     "optout optin answer",
     "1",
     0,
     "optout accepted",
     false},
    {"DK of anybody else is unclear", {{FIRST, "DK", 0}}, "unclear", "", 0, "unclear", false},
    {"strangers are kept apart and get no text",
     {{"+84912999999", "1", 0}, {"+84912999999", "TC", MINUTE}},
     "stranger stranger",
     "",
     0,
     "",
     false},
    {"services are kept apart and get no text",
     {{"VIETTEL", "1", 0}, {"191", "TC", 0}, {FIRST, "[QC] Mua 1 tang 1", 0}},
     "service service service",
     "",
     0,
     "",
     false},
    {"before closing counts, however late it is read",
     {{FIRST, "1", CLOSING - OPENING - SECOND_MS}, {SECOND, "2", CLOSING - OPENING}},
     "answer unclear",
     "1",
     0,
     "accepted",
     false},
};

static void take(struct store *store, struct campaign_book *book, const struct said *said)
{
    g_autoptr(GError) error = NULL;
    int64_t id = 0, at = OPENING + said->after_ms;
    struct answer_source source = {"sim1", said->sender, said->text, at, at, &id};
    g_assert_true(store_begin(store, NULL));
    answer_take(store, book, &source, at, &error);
    g_assert_no_error(error);
    g_assert_true(store_commit(store, NULL));
    g_assert_cmpint(id, >, 0);
}

struct running {
    struct campaign_book *book;
    int64_t id;
};

static struct running run_dialogue(struct store *store)
{
    import_dialogue(store);
    struct running running = {.id = start_campaign(store, dialogue_file, OPENING - HOUR)};
    send_all(store, "sim1", OPENING - MINUTE);
    running.book = campaign_book_new(store, &test_terms);
    return running;
}

static void assert_joined(struct store *store, const char *sql, const char *expected)
{
    g_autofree char *joined = read_text(store, sql);
    g_assert_cmpstr(joined == NULL ? "" : joined, ==, expected);
}

static void test_talk(struct store_file *file, gconstpointer data)
{
    const struct talk *talk = data;
    struct running running = run_dialogue(file->store);
    for (unsigned i = 0; i < G_N_ELEMENTS(talk->said) && talk->said[i].sender != NULL; i++)
        take(file->store, running.book, &talk->said[i]);
    assert_joined(file->store,
                  "SELECT group_concat(outcome, ' ') FROM (SELECT outcome FROM reply ORDER BY id)",
                  talk->outcomes);
    assert_joined(file->store,
                  "SELECT group_concat(code, ' ') FROM (SELECT code FROM answer "
                  "WHERE superseded_by IS NULL ORDER BY contact_id)",
                  talk->answer);
    assert_joined(file->store,
                  "SELECT group_concat(receipt, ' ') FROM (SELECT receipt FROM message "
                  "WHERE purpose = 'answer' ORDER BY id)",
                  talk->receipts);
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM opinion"), ==, talk->opinions);
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM refusal WHERE contact_id = 1"),
                    ==, talk->opted_out);
    campaign_book_free(running.book);
}

static void test_the_texts_in_return(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct running running = run_dialogue(file->store);
    static const struct said said[] = {
        {FIRST, "1", 0}, {FIRST, "YK x y z t u", MINUTE}, {FIRST, "TC", 2 * MINUTE}};
    for (size_t i = 0; i < G_N_ELEMENTS(said); i++)
        take(file->store, running.book, &said[i]);
    static const struct {
        const char *receipt, *text, *state;
    } rows[] = {
        {"accepted", "Da ghi nhan: du sang 19/6. Muon doi, nhan lai so khac truoc 17h 18/6.",
         "cancelled"},
        {"opinion", "Da tiep nhan y kien so 1.", "cancelled"},
        {"optout", "Da ngung gui tin toi so nay tu 10/06/2024. Muon nhan lai, nhan DK.", "queued"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        sqlite3_stmt *row = sql_bind(file->store,
                                     "SELECT text, state, modem, priority > 1, parts FROM message "
                                     "WHERE receipt = ?1",
                                     "t", rows[i].receipt);
        g_assert_cmpint(sql_step(row, NULL), ==, 1);
        g_assert_cmpstr((const char *)sqlite3_column_text(row, 0), ==, rows[i].text);
        g_assert_cmpstr((const char *)sqlite3_column_text(row, 1), ==, rows[i].state);
        g_assert_cmpstr((const char *)sqlite3_column_text(row, 2), ==, "sim1");
        g_assert_cmpint(sqlite3_column_int(row, 3), ==, 1);
        g_assert_cmpint(sqlite3_column_int(row, 4), ==, 1);
        sqlite3_reset(row);
    }
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM consent"), ==, 1);
    campaign_book_free(running.book);
}

static void test_a_robot_is_not_answered_for_ever(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct running running = run_dialogue(file->store);
    for (int i = 0; i < 40; i++) {
        struct said said = {FIRST, i % 2 == 0 ? "1" : "2", i * MINUTE};
        take(file->store, running.book, &said);
    }
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM answer"), ==, 40);
    g_assert_cmpint(
        count_rows(file->store, "SELECT count(*) FROM message WHERE purpose = 'answer'"), ==, 8);
    campaign_book_free(running.book);
}

/* Two campaigns run; the number a reply was sent to tells which is meant. */
static void test_the_modem_tells_the_campaign(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_dialogue(file->store);
    int64_t first = start_campaign(file->store, dialogue_file, OPENING);
    send_all(file->store, "sim1", OPENING + MINUTE);
    g_autofree char *text = g_strconcat("code = \"HAI\"", strchr(dialogue_file, ';'), NULL);
    int64_t second = start_campaign(file->store, text, OPENING);
    send_all(file->store, "sim2", OPENING + 2 * MINUTE);
    struct campaign_book *book = campaign_book_new(file->store, &test_terms);
    const struct {
        const char *modem, *sender;
        int64_t campaign;
        const char *answer, *rule;
    } rows[] = {{"sim1", FIRST, first, "1", "R5 code"},
                {"sim2", FIRST, second, "1", "R5 code"},
                {"sim3", FIRST, second, NULL, "R5 two campaigns"}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        int64_t id = 0, at = OPENING + (int64_t)(i + 1) * HOUR;
        struct answer_source source = {rows[i].modem, rows[i].sender, "1", at, at, &id};
        g_assert_true(store_begin(file->store, NULL));
        g_assert_true(answer_take(file->store, book, &source, at, NULL));
        g_assert_true(store_commit(file->store, NULL));
        struct reply_row *row = store_reply_get(file->store, id, NULL);
        g_assert_cmpint(row->campaign_id, ==, rows[i].campaign);
        g_assert_cmpstr(row->answer, ==, rows[i].answer);
        g_assert_cmpstr(row->rule, ==, rows[i].rule);
        g_assert_cmpstr(row->person_name, ==, "Đinh Thanh Ước");
        reply_row_free(row);
    }
    campaign_book_free(book);
}

/* Both would read the "1"; only one of them was meant, and it takes no answers any more. */
static void test_a_late_answer_is_no_vote_in_an_older_campaign(struct store_file *file,
                                                               gconstpointer data)
{
    (void)data;
    struct running running = run_dialogue(file->store);
    g_autofree char *text = g_strconcat("code = \"HAI\"", strchr(dialogue_file, ';'), NULL);
    int64_t second = start_campaign(file->store, text, OPENING);
    send_all(file->store, "sim1", OPENING + 2 * MINUTE);
    take_step(file->store, second, CAMPAIGN_EVENT_CANCEL, OPENING + 3 * MINUTE);
    take(file->store, running.book, &(struct said){FIRST, "1", HOUR});
    struct reply_row *row = store_reply_get(file->store, 1, NULL);
    g_assert_cmpstr(row->outcome, ==, "unclear");
    g_assert_cmpstr(row->rule, ==, "cancelled");
    g_assert_cmpint(row->campaign_id, ==, second);
    reply_row_free(row);
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM answer"), ==, 0);
    campaign_book_free(running.book);
}

/* A storm warning after the invitation must not swallow the answers to it. */
static void test_a_notice_gives_way_to_the_question_before_it(struct store_file *file,
                                                              gconstpointer data)
{
    (void)data;
    struct running running = run_dialogue(file->store);
    int64_t notice = start_campaign(file->store,
                                    "code = \"BAO\"; title = \"t\"; kind = \"notice\"; "
                                    "audience = { units = [ \"TT\" ]; }; text = \"Bao so 3\";",
                                    OPENING);
    send_all(file->store, "sim1", OPENING + MINUTE);
    const struct {
        const char *text, *outcome;
        int64_t campaign;
    } rows[] = {{"1", "answer", running.id},
                {"YK cau hong", "opinion", running.id},
                {"cam on xa", "unclear", notice},
                {"TC", "optout", running.id}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        take(file->store, running.book,
             &(struct said){FIRST, rows[i].text, (int64_t)(i + 1) * HOUR});
        struct reply_row *row = store_reply_get(file->store, (int64_t)i + 1, NULL);
        g_assert_cmpstr(row->outcome, ==, rows[i].outcome);
        g_assert_cmpint(row->campaign_id, ==, rows[i].campaign);
        reply_row_free(row);
    }
    campaign_book_free(running.book);
}

static void test_lying_clocks_are_not_believed(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct running running = run_dialogue(file->store);
    static const int64_t lies[] = {0, OPENING - 365 * DAY, OPENING + 365 * DAY, OPENING - DAY};
    for (size_t i = 0; i < G_N_ELEMENTS(lies); i++) {
        int64_t at = OPENING + (int64_t)i * HOUR;
        g_autofree char *code = g_strdup_printf("%zu", i % 3);
        struct answer_source source = {"sim1", FIRST, code, lies[i], at, NULL};
        g_assert_true(store_begin(file->store, NULL));
        g_assert_true(answer_take(file->store, running.book, &source, at, NULL));
        g_assert_true(store_commit(file->store, NULL));
        assert_joined(file->store, "SELECT code FROM answer WHERE superseded_by IS NULL", code);
    }
    campaign_book_free(running.book);
}

static void test_who_was_not_asked_waits_for_a_person(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_dialogue(file->store);
    start_campaign(file->store, dialogue_file, OPENING);
    struct campaign_book *book = campaign_book_new(file->store, &test_terms);
    take(file->store, book, &(struct said){FIRST, "1", MINUTE});
    take(file->store, book, &(struct said){SECOND, "TC", MINUTE});
    assert_joined(file->store,
                  "SELECT group_concat(outcome, ' ') FROM (SELECT outcome FROM reply ORDER BY id)",
                  "unclear optout");
    g_assert_cmpint(
        count_rows(file->store, "SELECT count(*) FROM message WHERE state = 'cancelled'"), ==, 1);
    campaign_book_free(book);
}

static void test_an_unreadable_campaign_holds_up_nothing(struct store_file *file,
                                                         gconstpointer data)
{
    (void)data;
    struct running running = run_dialogue(file->store);
    g_assert_true(sql_run(file->store, NULL, "UPDATE campaign SET definition = 'x = ;'", ""));
    take(file->store, running.book, &(struct said){FIRST, "1", 0});
    take(file->store, running.book, &(struct said){SECOND, "STOP", 0});
    assert_joined(file->store,
                  "SELECT group_concat(outcome, ' ') FROM (SELECT outcome FROM reply ORDER BY id)",
                  "unclear optout");
    campaign_book_free(running.book);
}

static const struct decision {
    const char *text, *code, *answer;
    int domain; /* 0: done, 1: refused */
} decisions[] = {
    {"Có", "1", "1", 0}, {"Có", "buoi=2", "2", 0}, {"Có", "-", "", 0},
    {"Có", "7", "", 1},  {"Có", "1,2", "", 1},     {"Có", "ngay=1", "", 1},
    {"2", "1", "1", 0},  {"2", "-", "", 0},        {"Có", "", "", 1},
};

static void test_a_person_decides(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct running running = run_dialogue(file->store);
    for (size_t i = 0; i < G_N_ELEMENTS(decisions); i++) {
        g_assert_true(sql_run(file->store, NULL, "DELETE FROM answer", ""));
        struct said said = {FIRST, decisions[i].text, (int64_t)i * HOUR};
        take(file->store, running.book, &said);
        int64_t id = count_rows(file->store, "SELECT max(id) FROM reply");
        struct answer_decision decision = {.reply_id = id,
                                           .code = decisions[i].code,
                                           .by = "chi Hoa",
                                           .reason = "goi dien",
                                           .now = OPENING};
        g_autoptr(GError) error = NULL;
        bool done = answer_settle(file->store, running.book, &decision, &error);
        g_assert_cmpint(done, ==, decisions[i].domain == 0);
        if (decisions[i].domain == 1)
            g_assert_error(error, ANSWER_ERROR, ANSWER_ERROR_CODE);
        g_assert_false(store_in_transaction(file->store));
        assert_joined(file->store,
                      "SELECT group_concat(code, ' ') FROM answer WHERE superseded_by IS NULL",
                      decisions[i].answer);
        struct reply_row *row = store_reply_get(file->store, id, NULL);
        g_assert_cmpstr(row->settled_by, ==, done ? "chi Hoa" : NULL);
        reply_row_free(row);
    }
    campaign_book_free(running.book);
}

static void test_settling_an_old_text_keeps_the_newer_answer(struct store_file *file,
                                                             gconstpointer data)
{
    (void)data;
    struct running running = run_dialogue(file->store);
    take(file->store, running.book, &(struct said){FIRST, "Có", 0});
    take(file->store, running.book, &(struct said){FIRST, "2", HOUR});
    struct answer_decision decision = {
        .reply_id = 1, .code = "1", .by = "chi Hoa", .now = OPENING + 2 * HOUR};
    g_assert_true(answer_settle(file->store, running.book, &decision, NULL));
    assert_joined(file->store, "SELECT code FROM answer WHERE superseded_by IS NULL", "2");
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM answer"), ==, 2);
    campaign_book_free(running.book);
}

static void test_the_inbox_holds_what_waits(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct running running = run_dialogue(file->store);
    static const struct said said[] = {{FIRST, "Có", 0},
                                       {SECOND, "1", 0},
                                       {"+84912999999", "1", 0},
                                       {"VIETTEL", "x", 0},
                                       {FIRST, "hả", HOUR}};
    for (size_t i = 0; i < G_N_ELEMENTS(said); i++)
        take(file->store, running.book, &said[i]);
    struct reply_filter filter = {.limit = 2};
    g_autoptr(GPtrArray) page = store_reply_inbox(file->store, &filter, NULL);
    g_assert_cmpuint(page->len, ==, 2);
    const struct reply_row *stranger = page->pdata[1];
    g_assert_cmpstr(stranger->outcome, ==, "stranger");
    filter.after = stranger->id;
    g_autoptr(GPtrArray) rest = store_reply_inbox(file->store, &filter, NULL);
    g_assert_cmpuint(rest->len, ==, 1);
    struct answer_decision nobody = {
        .reply_id = stranger->id, .code = "1", .by = "chi Hoa", .now = OPENING};
    g_autoptr(GError) error = NULL;
    g_assert_false(answer_settle(file->store, running.book, &nobody, &error));
    g_assert_error(error, ANSWER_ERROR, ANSWER_ERROR_NOBODY);
    nobody.code = "-";
    g_assert_true(answer_settle(file->store, running.book, &nobody, NULL));
    filter = (struct reply_filter){.limit = 10};
    g_autoptr(GPtrArray) left = store_reply_inbox(file->store, &filter, NULL);
    g_assert_cmpuint(left->len, ==, 2);
    campaign_book_free(running.book);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(talks); i++) {
        g_autofree char *path = g_strconcat("/answer/", talks[i].name, NULL);
        g_test_add(path, struct store_file, &talks[i], store_file_open, test_talk,
                   store_file_close);
    }
    const struct {
        const char *name;
        void (*run)(struct store_file *, gconstpointer);
    } tests[] = {
        {"/answer/the texts in return", test_the_texts_in_return},
        {"/answer/a robot is not answered for ever", test_a_robot_is_not_answered_for_ever},
        {"/answer/the modem tells the campaign", test_the_modem_tells_the_campaign},
        {"/answer/a late answer is no vote in an older campaign",
         test_a_late_answer_is_no_vote_in_an_older_campaign},
        {"/answer/a notice gives way to the question before it",
         test_a_notice_gives_way_to_the_question_before_it},
        {"/answer/lying clocks are not believed", test_lying_clocks_are_not_believed},
        {"/answer/who was not asked waits for a person", test_who_was_not_asked_waits_for_a_person},
        {"/answer/an unreadable campaign holds up nothing",
         test_an_unreadable_campaign_holds_up_nothing},
        {"/answer/a person decides", test_a_person_decides},
        {"/answer/settling an old text keeps the newer answer",
         test_settling_an_old_text_keeps_the_newer_answer},
        {"/answer/the inbox holds what waits", test_the_inbox_holds_what_waits},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, struct store_file, NULL, store_file_open, tests[i].run,
                   store_file_close);
    return g_test_run();
}
