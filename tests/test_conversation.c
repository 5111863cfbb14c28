// SPDX-License-Identifier: GPL-2.0-or-later
/* One question after the other, and that no robot keeps a conversation alive (R21). */
#include "campaigns/conversation.h"

#include "campaigns/answer.h"
#include "campaigns/receipt.h"
#include "campaigns/store/conversation.h"
#include "campaigns/store/reply.h"
#include "tests/store_file.h"

#include <string.h>

#define MOTHER "+84912000001" /* contact 1 */
#define FATHER "+84912000003" /* contact 2 */

static const char people[] = "Họ và tên,Mã đơn vị,SĐT\n"
                             "Trần Thị Mẹ,TT,0912000001\nLê Văn Bố,TT,0912000003\n";
static const char units[] = "ma,ma_cha,ten,loai\nTT,,Trung tâm,co_so\n";

static const char talk_file[] =
    "code = \"TRO\"; title = \"Trò chuyện\"; kind = \"survey\"; priority = \"normal\";\n"
    "audience = { units = [ \"TT\" ]; }; closes = \"2024-06-30T17:00:00+07:00\";\n"
    "text = \"Moi {ten}. Da nhan duoc tro cap chua? 1=roi, 2=chua\";\n"
    "conversation = { ask = \"in-turn\"; remind_after = \"1d\"; timeout = \"2d\"; };\n"
    "questions = (\n"
    " { id = \"nhan\"; kind = \"choice\"; text = \"Da nhan duoc tro cap chua? 1=roi, 2=chua\";\n"
    "   options = ( { code = \"1\"; label = \"rồi\"; sense = \"yes\"; },\n"
    "   { code = \"2\"; label = \"chưa\"; sense = \"no\"; } ); },\n"
    " { id = \"bc\"; kind = \"numbers\"; keyword = \"BC\"; text = \"Bao nhieu dot, bao nhieu tien? "
    "BC 81 35420\";\n"
    "   fields = ( { name = \"dot\"; label = \"số đợt\"; }, { name = \"tien\"; label = \"nghìn "
    "đồng\"; } ); },\n"
    " { id = \"nghe\"; kind = \"choices\"; text = \"{ten} can lop nao? 1=may, 3=nau an\";\n"
    "   options = ( { code = \"1\"; label = \"may\"; }, { code = \"3\"; label = \"nấu ăn\"; } ); "
    "},\n"
    " { id = \"du\"; kind = \"headcount\"; text = \"Bao nhieu nguoi di?\"; },\n"
    " { id = \"gopy\"; kind = \"text\"; text = \"Can gop y gi?\"; }\n"
    ");\n"
    "opinion = { keywords = [ \"YK\" ]; };\n"
    "answers = { accepted = \"Cam on: {lua_chon}.\"; unclear = \"Chua ro.\"; opinion = \"So "
    "{so}.\"; };\n";

struct said {
    const char *text;
    int64_t after_ms;
    const char *outcome; /* and the rule, where it matters */
};

static void let_go_out(struct store *store, int64_t now)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    sqlite3_stmt *row =
        sql_bind(store, "SELECT id FROM message WHERE state = 'queued' ORDER BY id", "");
    while (sql_step(row, NULL) == 1) {
        int64_t id = sqlite3_column_int64(row, 0);
        g_array_append_val(ids, id);
    }
    g_assert_true(store_begin(store, NULL));
    for (unsigned i = 0; i < ids->len; i++) {
        int64_t id = g_array_index(ids, int64_t, i);
        g_assert_true(sql_run(store, NULL,
                              "UPDATE message SET state = 'sent', modem = 'sim1', state_at = ?2 "
                              "WHERE id = ?1",
                              "ii", id, now));
        g_assert_true(store_conversation_sent(store, id, now, NULL));
    }
    g_assert_true(store_commit(store, NULL));
}

static void take_by(struct store *store, struct campaign_book *book, const char *modem,
                    const char *sender, const struct said *said)
{
    g_autoptr(GError) error = NULL;
    int64_t id = 0, at = OPENING + said->after_ms;
    struct answer_source source = {modem, sender, said->text, at, at, &id};
    g_assert_true(store_begin(store, NULL));
    answer_take(store, book, &source, at, &error);
    g_assert_no_error(error);
    g_assert_true(store_commit(store, NULL));
    if (said->outcome == NULL)
        return;
    struct reply_row *row = store_reply_get(store, id, NULL);
    g_autofree char *told = g_strdup_printf("%s (%s)", row->outcome, row->rule);
    if (!g_str_has_prefix(told, said->outcome))
        g_error("%s: %s, not %s", said->text, told, said->outcome);
    reply_row_free(row);
}

static void assert_joined(struct store *store, const char *sql, const char *expected)
{
    g_autofree char *joined = read_text(store, sql);
    g_assert_cmpstr(joined == NULL ? "" : joined, ==, expected);
}

#define IN_FORCE                                                                                   \
    "SELECT group_concat(question || '=' || code, '; ') FROM (SELECT question, code FROM answer "  \
    "WHERE superseded_by IS NULL AND code <> '' ORDER BY id)"
#define WRITTEN                                                                                    \
    "SELECT group_concat(CASE WHEN asks <> '' THEN asks ELSE receipt END, ' ') FROM "              \
    "(SELECT asks, receipt FROM message WHERE contact_id = 1 AND purpose <> 'invitation' "         \
    "ORDER BY id)"

static struct campaign_book *run_talk(struct store *store, const char *file)
{
    import_report_free(import_text(store, people, units, OPENING - DAY));
    start_campaign(store, file, OPENING - HOUR);
    let_go_out(store, OPENING - MINUTE);
    return campaign_book_new(store, &test_terms);
}

static const struct talk {
    const char *name;
    struct said said[8];
    const char *answers, *written, *state;
} talks[] = {
    {"each answer brings the next question, the last one the thanks",
     {{"1", MINUTE, "answer"},
      {"81 35420", 2 * MINUTE, "answer"},
      {"1 3", 3 * MINUTE, "answer"},
      {"2", 4 * MINUTE, "answer"},
      {"duong xau", 5 * MINUTE, "answer"}},
     "nhan=1; bc=dot=81,tien=35420; nghe=1,3; du=count=2; gopy=duong xau",
     "bc nghe du gopy accepted",
     "done"},
    {"the same code answers another question, and is no repeat",
     {{"1", 0, "answer"}, {"81 35420", MINUTE, "answer"}, {"1", 2 * MINUTE, "answer"}},
     "nhan=1; bc=dot=81,tien=35420; nghe=1",
     "bc nghe du",
     "open"},
    {"a keyword answers a question that is not open",
     {{"BC 81 35420", 0, "answer"}, {"2", MINUTE, "answer"}},
     "bc=dot=81,tien=35420; nhan=2",
     "nghe",
     "open"},
    {"a yes is about what was asked last, never about another question",
     {{"1", 0, "answer"}, {"81 35420", MINUTE, "answer"}, {"có", 2 * MINUTE, "unclear"}},
     "nhan=1; bc=dot=81,tien=35420",
     "bc nghe unclear",
     "open"},
    {"a label that only another question has", {{"nau an", 0, "answer"}}, "nghe=3", "", "open"},
    {"a number that two other questions could take", {{"3", 0, "unclear"}}, "", "unclear", "open"},
    {"an opinion is one in the midst of it",
     {{"1", 0, "answer"},
      {"YK cho vay them von", MINUTE, "opinion"},
      {"81 35420", 2 * MINUTE, "answer"}},
     "nhan=1; bc=dot=81,tien=35420",
     "bc opinion nghe",
     "open"},
    {"an opt-out ends the texts, answers count on",
     {{"1", 0, "answer"}, {"STOP", MINUTE, "optout"}, {"81 35420", 2 * MINUTE, "answer"}},
     "nhan=1; bc=dot=81,tien=35420",
     "bc",
     "open"},
    {"a late answer waits for a person",
     {{"1", 0, "answer"}, {"81 35420", 2 * DAY + HOUR, "unclear (conversation timed out)"}},
     "nhan=1",
     "bc",
     "open"},
};

static void test_talk(struct store_file *file, gconstpointer data)
{
    const struct talk *talk = data;
    struct campaign_book *book = run_talk(file->store, talk_file);
    for (unsigned i = 0; i < G_N_ELEMENTS(talk->said) && talk->said[i].text != NULL; i++) {
        take_by(file->store, book, "sim1", MOTHER, &talk->said[i]);
        let_go_out(file->store, OPENING + talk->said[i].after_ms + 10);
    }
    assert_joined(file->store, IN_FORCE, talk->answers);
    assert_joined(file->store, WRITTEN, talk->written);
    assert_joined(file->store, "SELECT state FROM conversation WHERE contact_id = 1", talk->state);
    campaign_book_free(book);
}

/* The next question lies in the queue still: what comes now is about the one before. */
static void test_a_question_not_sent_yet_is_not_answered(struct store_file *file,
                                                         gconstpointer data)
{
    (void)data;
    struct campaign_book *book = run_talk(file->store, talk_file);
    take_by(file->store, book, "sim1", MOTHER, &(struct said){"1", 0, "answer"});
    take_by(file->store, book, "sim1", MOTHER, &(struct said){"2", MINUTE, "answer"});
    assert_joined(file->store, IN_FORCE, "nhan=2");
    assert_joined(file->store, WRITTEN, "bc");
    campaign_book_free(book);
}

/* The network brings the "1" once more, with its old time, when the next question was asked. */
static void test_a_repeat_answers_no_other_question(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct campaign_book *book = run_talk(file->store, talk_file);
    take_by(file->store, book, "sim1", MOTHER, &(struct said){"BC 81 35420", 0, "answer"});
    take_by(file->store, book, "sim1", MOTHER, &(struct said){"1", MINUTE, "answer"});
    let_go_out(file->store, OPENING + MINUTE + 5000);
    take_by(file->store, book, "sim1", MOTHER, &(struct said){"1", MINUTE, "repeat"});
    take_by(file->store, book, "sim1", MOTHER, &(struct said){"1", MINUTE + 6000, "answer"});
    assert_joined(file->store, IN_FORCE, "bc=dot=81,tien=35420; nhan=1; nghe=1");
    campaign_book_free(book);
}

static void test_the_last_thanks_tell_everything(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct campaign_book *book = run_talk(file->store, talk_file);
    static const struct said said[] = {{"roi", 0, "answer"},
                                       {"81 35.420", MINUTE, "answer"},
                                       {"3", 2 * MINUTE, "answer"},
                                       {"2 nguoi", 3 * MINUTE, "answer"},
                                       {"khong", 4 * MINUTE, NULL}};
    for (size_t i = 0; i < G_N_ELEMENTS(said); i++) {
        take_by(file->store, book, "sim1", MOTHER, &said[i]);
        let_go_out(file->store, OPENING + said[i].after_ms + 10);
    }
    assert_joined(file->store, "SELECT text FROM message WHERE receipt = 'accepted'",
                  "Cam on: roi; 81 dot, 35.420 nghin dong; nau an; 2 nguoi; khong.");
    assert_joined(file->store, "SELECT text FROM message WHERE asks = 'nghe'",
                  "Tran Thi Me can lop nao? 1=may, 3=nau an");
    campaign_book_free(book);
}

static void care(struct store *store, struct campaign_book *book, int64_t after_ms,
                 unsigned reminded, unsigned timed_out)
{
    g_autoptr(GError) error = NULL;
    struct conversation_care done = {0};
    conversation_clock(store, book, OPENING + after_ms, &done, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(done.reminded, ==, reminded);
    g_assert_cmpuint(done.timed_out, ==, timed_out);
}

static void test_the_clock_asks_once_more_and_closes(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct campaign_book *book = run_talk(file->store, talk_file);
    take_by(file->store, book, "sim1", MOTHER, &(struct said){"1", 0, "answer"});
    let_go_out(file->store, OPENING + 10);
    care(file->store, book, 23 * HOUR, 0, 0);
    care(file->store, book, DAY + HOUR, 2, 0); /* the father was asked the first one only */
    care(file->store, book, DAY + 2 * HOUR, 0, 0);
    assert_joined(file->store,
                  "SELECT group_concat(asks || ' ' || purpose || ' ' || contact_id, '; ') "
                  "FROM message WHERE state = 'queued'",
                  "nhan reminder 2; bc reminder 1");
    let_go_out(file->store, OPENING + DAY + 3 * HOUR);
    care(file->store, book, 3 * DAY, 0, 0); /* asked again, there is time again */
    take_by(file->store, book, "sim1", FATHER, &(struct said){"2", 3 * DAY, "answer"});
    let_go_out(file->store, OPENING + 3 * DAY);
    care(file->store, book, 3 * DAY + 4 * HOUR, 0, 1);
    assert_joined(file->store, "SELECT state FROM conversation WHERE contact_id = 1", "timed-out");
    take_by(file->store, book, "sim1", MOTHER,
            &(struct said){"81 35420", 3 * DAY + 5 * HOUR, "unclear (conversation timed out)"});
    assert_joined(file->store, IN_FORCE, "nhan=1; nhan=2");
    campaign_book_free(book);
}

static void test_an_answer_takes_back_the_reminder(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct campaign_book *book = run_talk(file->store, talk_file);
    care(file->store, book, DAY + HOUR, 2, 0);
    take_by(file->store, book, "sim1", MOTHER, &(struct said){"1", DAY + 2 * HOUR, "answer"});
    assert_joined(file->store,
                  "SELECT group_concat(state || ' ' || asks || ' ' || cause, '; ') FROM message "
                  "WHERE contact_id = 1 AND purpose <> 'invitation'",
                  "skipped nhan answered; queued bc ");
    campaign_book_free(book);
}

static void test_a_cancelled_campaign_talks_no_more(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct campaign_book *book = run_talk(file->store, talk_file);
    take_step(file->store, 1, CAMPAIGN_EVENT_CANCEL, OPENING);
    campaign_book_stale(book);
    care(file->store, book, HOUR, 0, 2);
    care(file->store, book, 2 * DAY, 0, 0);
    campaign_book_free(book);
}

/* --- Robots --------------------------------------------------------------------------------- */

static int64_t texts_to(struct store *store)
{
    return count_rows(store, "SELECT count(*) FROM message WHERE contact_id = 1 "
                             "AND purpose <> 'invitation'");
}

/* Answers every text with a text that counts, whatever is asked. */
static void test_a_robot_that_answers_everything_is_stopped(struct store_file *file,
                                                            gconstpointer data)
{
    (void)data;
    static const char *const texts[] = {"1", "81 35420", "3", "2", "BC 81 35421", "BC 81 35422"};
    struct campaign_book *book = run_talk(file->store, talk_file);
    for (int i = 0; i < 200; i++) {
        const struct said said = {texts[i % (int)G_N_ELEMENTS(texts)], i * 1000, NULL};
        take_by(file->store, book, "sim1", MOTHER, &said);
        let_go_out(file->store, OPENING + said.after_ms + 10);
    }
    g_assert_cmpint(texts_to(file->store), <=, 4 + RECEIPT_TEXTS_PER_DAY);
    campaign_book_free(book);
}

static void test_tapbacks_and_auto_replies_get_no_conversation(struct store_file *file,
                                                               gconstpointer data)
{
    (void)data;
    static const char *const texts[] = {"Đã thích “Moi Me. Da nhan duoc tro cap chua?”",
                                        "Liked “Da nhan duoc tro cap chua? 1=roi, 2=chua”",
                                        "Tin nhan tu dong: toi dang ban, se goi lai sau",
                                        "I am driving, will call you later"};
    struct campaign_book *book = run_talk(file->store, talk_file);
    for (int i = 0; i < 40; i++) {
        const struct said said = {texts[i % (int)G_N_ELEMENTS(texts)], i * 11 * MINUTE, NULL};
        take_by(file->store, book, "sim1", MOTHER, &said);
        let_go_out(file->store, OPENING + said.after_ms + 10);
    }
    assert_joined(file->store, IN_FORCE, "");
    g_assert_cmpint(texts_to(file->store), <=, RECEIPT_TEXTS_PER_DAY);
    campaign_book_free(book);
}

/* Each writes to the other's SIM, and takes what comes back for a reply. */
static void test_two_gateways_fall_silent(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store_file peer = {0};
    store_file_open(&peer, NULL);
    struct campaign_book *book = run_talk(file->store, talk_file);
    struct campaign_book *other = run_talk(peer.store, talk_file);
    struct store *stores[] = {file->store, peer.store};
    struct campaign_book *books[] = {book, other};
    int64_t heard[2] = {0, 0}, rounds = 0;
    for (bool more = true; more && rounds < 500; rounds++) {
        more = false;
        for (int side = 0; side < 2; side++) {
            int64_t after = rounds * MINUTE;
            let_go_out(stores[side], OPENING + after);
            sqlite3_stmt *row = sql_bind(stores[side],
                                         "SELECT id, text FROM message WHERE contact_id = 1 "
                                         "AND id > ?1 AND state = 'sent' ORDER BY id LIMIT 1",
                                         "i", heard[side]);
            if (sql_step(row, NULL) != 1)
                continue;
            heard[side] = sqlite3_column_int64(row, 0);
            g_autofree char *text = sql_text(row, 1);
            sqlite3_reset(row);
            take_by(stores[1 - side], books[1 - side], "sim1", MOTHER,
                    &(struct said){text, after, NULL});
            more = true;
        }
    }
    g_assert_cmpint(rounds, <, 40);
    g_assert_cmpint(texts_to(file->store), <=, 5 + RECEIPT_TEXTS_PER_DAY);
    campaign_book_free(other);
    campaign_book_free(book);
    store_file_close(&peer, NULL);
}

/* --- Campaign files ------------------------------------------------------------------------- */

static void test_what_is_asked_in_turn_needs_texts(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_report_free(import_text(file->store, people, units, OPENING - DAY));
    const struct {
        const char *cut, *with, *field; /* NULL: no mistake */
    } rows[] = {
        {"text = \"Bao nhieu nguoi di?\";", "", "questions[3].text"},
        {"text = \"Can gop y gi?\";", "text = \"{khong_co}?\";", "questions[4].text"},
        {" text = \"Da nhan duoc tro cap chua? 1=roi, 2=chua\";\n", "", "questions[0].text"},
        {"remind_after = \"1d\"; ", "", NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) text = g_string_new(talk_file);
        g_assert_cmpuint(g_string_replace(text, rows[i].cut, rows[i].with, 1), ==, 1);
        g_autoptr(GPtrArray) mistakes = mistakes_new();
        g_autoptr(GError) error = NULL;
        struct campaign_draft draft = {text->str, "test.conf"};
        struct campaign_act act = {"can bo", NULL, OPENING - HOUR};
        int64_t id = 0;
        bool made = campaign_create(file->store, &draft, &act, &id, mistakes, &error);
        g_assert_cmpint(made, ==, rows[i].field == NULL);
        for (unsigned m = 0; m < mistakes->len; m++) {
            const struct mistake *mistake = mistakes->pdata[m];
            g_test_message("%s %s", mistake->field, mistake->sentence);
            if (!mistake->warning)
                g_assert_cmpstr(mistake->field, ==, rows[i].field);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(talks); i++) {
        g_autofree char *path = g_strconcat("/conversation/", talks[i].name, NULL);
        g_test_add(path, struct store_file, &talks[i], store_file_open, test_talk,
                   store_file_close);
    }
    const struct {
        const char *name;
        void (*run)(struct store_file *, gconstpointer);
    } tests[] = {
        {"/conversation/a question not sent yet is not answered",
         test_a_question_not_sent_yet_is_not_answered},
        {"/conversation/a repeat answers no other question",
         test_a_repeat_answers_no_other_question},
        {"/conversation/the last thanks tell everything", test_the_last_thanks_tell_everything},
        {"/conversation/the clock asks once more, and closes",
         test_the_clock_asks_once_more_and_closes},
        {"/conversation/an answer takes back the reminder", test_an_answer_takes_back_the_reminder},
        {"/conversation/a cancelled campaign talks no more",
         test_a_cancelled_campaign_talks_no_more},
        {"/conversation/a robot that answers everything is stopped",
         test_a_robot_that_answers_everything_is_stopped},
        {"/conversation/tapbacks and auto-replies get no conversation",
         test_tapbacks_and_auto_replies_get_no_conversation},
        {"/conversation/two gateways fall silent", test_two_gateways_fall_silent},
        {"/conversation/what is asked in turn needs texts", test_what_is_asked_in_turn_needs_texts},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, struct store_file, NULL, store_file_open, tests[i].run,
                   store_file_close);
    return g_test_run();
}
