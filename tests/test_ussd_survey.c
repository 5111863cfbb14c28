// SPDX-License-Identifier: GPL-2.0-or-later
/* Requests as an aggregator sends them, in a row: which page each gets, and what is counted in the
 * end. Every row is counted again from the replies. */
#include "campaigns/ussd_survey.h"

#include "campaigns/answer.h"
#include "campaigns/recount.h"
#include "campaigns/store/answer.h"
#include "campaigns/store/retention.h"
#include "campaigns/store/session.h"
#include "campaigns/ussd_choice.h"
#include "tests/store_file.h"

#include <string.h>

#define MOTHER   "+84912000001"
#define FATHER   "+84912000003"
#define STRANGER "+84912999999"
#define CLOSING  (20 * DAY + 9 * HOUR) /* behind OPENING */

static const char people[] = "Họ và tên,Mã đơn vị,SĐT\n"
                             "Trần Thị Mẹ,TT,0912000001\nLê Văn Bố,TT,0912000003\n"
                             "Lê Thị Khác,XA,0912000005\n";
static const char units[] = "ma,ma_cha,ten,loai\nTT,,Trung tâm,co_so\nXA,,Nơi khác,co_so\n";

#define SURVEY(code, more)                                                                         \
    "code = \"" code "\"; title = \"Trợ cấp " code "\"; kind = \"survey\";\n"                      \
    "audience = { units = [ \"TT\" ]; }; closes = \"2024-06-30T17:00:00+07:00\";\n"                \
    "text = \"Moi {ten}. Da nhan duoc tro cap chua? 1=roi, 2=chua\";\n" more "questions = (\n"     \
    " { id = \"nhan\"; kind = \"choice\"; text = \"Da nhan tro cap chua?\";\n"                     \
    "   options = ( { code = \"1\"; label = \"rồi\"; sense = \"yes\"; },\n"                      \
    "   { code = \"2\"; label = \"chưa\"; sense = \"no\"; } ); },\n"                              \
    " { id = \"di\"; kind = \"headcount\"; keyword = \"DI\"; text = \"May nguoi di hop?\"; },\n"   \
    " { id = \"gopy\"; kind = \"text\"; keyword = \"GY\"; text = \"Can gop y gi?\"; }\n"           \
    ");\n"                                                                                         \
    "optout = { keywords = [ \"TC\" ]; };\n"                                                       \
    "answers = { accepted = \"Cam on: {lua_chon}.\"; optout = \"Da ngung.\"; };\n"

static const char plain_file[] = SURVEY("TRO", "");
static const char opinion_file[] = SURVEY("TRO", "opinion = { keywords = [ \"YK\" ]; };\n");
static const char card_file[] =
    "code = \"THE\"; title = \"Thẻ bảo hiểm\"; kind = \"survey\";\n"
    "audience = { units = [ \"TT\" ]; }; text = \"Moi {ten} tra loi\"; questions = (\n"
    " { id = \"the\"; kind = \"choice\"; text = \"Da co the chua?\";\n"
    "   options = ( { code = \"1\"; label = \"có\"; }, { code = \"2\"; label = \"chưa\"; } );\n"
    "   addons = ( { code = \"DK\"; label = \"muốn đăng ký\"; } ); } );\n"
    "optout = { keywords = [ \"TC\" ]; };\n";
static const char hearing_file[] =
    "code = \"NGHE\"; title = \"Đối thoại đầu năm\"; kind = \"dialogue\";\n"
    "audience = { units = [ \"TT\" ]; }; text = \"Moi {ten} gop y: YK noi dung\";\n"
    "opinion = { keywords = [ \"YK\" ]; };\n";
static const char talk_file[] = SURVEY("NOI", "conversation = { ask = \"in-turn\"; };\n");

/* A request, or an SMS where there is no session. */
struct step {
    const char *session, *phone, *text;
    int64_t after_ms;
    const char *page;  /* begins with */
    const char *event; /* or outcome of the SMS */
};

enum { STEPS_MAX = 12 };

static const struct play {
    const char *name;
    bool named;         /* the service is of that campaign alone */
    const char *file;   /* NULL: plain_file */
    const char *second; /* another campaign that runs */
    struct step steps[STEPS_MAX];
    const char *answers; /* in force: "phone question=code" */
    int64_t replies, opinions;
} plays[] = {
    {"a survey from the first page to the thanks",
     .steps = {{"s1", MOTHER, "", 0, "CON Da nhan tro cap chua?", "begun"},
               {"s1", MOTHER, "1", 1000, "CON May nguoi di hop?", "answered"},
               {"s1", MOTHER, "1*2", 2000, "CON Can gop y gi?", "answered"},
               {"s1", MOTHER, "1*2*lam duong * som", 3000, "END ", "answered"}},
     .answers = MOTHER " di=count=2; " MOTHER " gopy=lam duong * som; " MOTHER " nhan=1",
     .replies = 3},
    {"figures answer a question in words, as they cannot by SMS", .file = talk_file,
     .steps = {{"s1", MOTHER, "1*2", 0, "CON Can gop y gi?", "answered"},
               {NULL, MOTHER, "35", 500, NULL, "unclear"},
               {"s1", MOTHER, "1*2*12/5/1980", 1000, "END ", "answered"}},
     .answers = MOTHER " di=count=2; " MOTHER " gopy=12/5/1980; " MOTHER " nhan=1", .replies = 4},
    {"a service of one campaign", .named = true,
     .steps = {{"s1", MOTHER, "", 0, "CON Da nhan tro cap chua?", "begun"},
               {"s1", MOTHER, "2", 1000, "CON May nguoi", "answered"}},
     .answers = MOTHER " nhan=2", .replies = 1},
    {"a request that comes twice counts once and gets the same page",
     .steps = {{"s1", MOTHER, "", 0, "CON Da nhan", "begun"},
               {"s1", MOTHER, "", 10, "CON Da nhan", "repeated"},
               {"s1", MOTHER, "1", 1000, "CON May nguoi", "answered"},
               {"s1", MOTHER, "1", 1500, "CON May nguoi", "repeated"},
               {"s1", MOTHER, "1*3", 2000, "CON Can gop y", "answered"},
               {"s1", MOTHER, "1*3*tot lam nhe", 2500, "END ", "answered"},
               {"s1", MOTHER, "1*3*tot lam nhe", 2600, "END ", "repeated"}},
     .answers = MOTHER " di=count=3; " MOTHER " gopy=tot lam nhe; " MOTHER " nhan=1", .replies = 3},
    {"a path that is shorter or another one than the last counts nothing",
     .steps = {{"s1", MOTHER, "", 0, "CON Da nhan", "begun"},
               {"s1", MOTHER, "1", 1000, "CON May nguoi", "answered"},
               {"s1", MOTHER, "", 1500, "END Yeu cau khong hop le", "out-of-turn"},
               {"s1", MOTHER, "2", 1600, "END Yeu cau khong hop le", "out-of-turn"},
               {"s1", MOTHER, "12", 1700, "END Yeu cau khong hop le", "out-of-turn"},
               {"s1", MOTHER, "1*4", 2000, "CON Can gop y", "answered"}},
     .answers = MOTHER " di=count=4; " MOTHER " nhan=1", .replies = 2},
    {"a session belongs to one phone",
     .steps = {{"s1", MOTHER, "", 0, "CON Da nhan", "begun"},
               {"s1", FATHER, "1", 1000, "END Yeu cau khong hop le", "another-phone"},
               {"s1", MOTHER, "2", 2000, "CON May nguoi", "answered"}},
     .answers = MOTHER " nhan=2", .replies = 1},
    {"a session that is over takes nothing more",
     .steps = {{"s1", MOTHER, "1*1*ok lam", 0, "END ", "answered"},
               {"s1", MOTHER, "1*1*ok lam*2", 1000, "END Phien nay da ket thuc", "over"}},
     .answers = MOTHER " di=count=1; " MOTHER " gopy=ok lam; " MOTHER " nhan=1", .replies = 3},
    {"answers that were dialled along with the code",
     .steps = {{"s1", MOTHER, "2*5", 0, "CON Can gop y", "answered"}},
     .answers = MOTHER " di=count=5; " MOTHER " nhan=2", .replies = 2},
    {"who was not asked is told so",
     .steps = {{"s1", STRANGER, "", 0, "END Hien khong co khao sat nao", "stranger"},
               {"s1", STRANGER, "1", 10, "END Phien nay da ket thuc", "over"},
               {"s2", "+84912000005", "", 0, "END Hien khong co khao sat nao", "no-campaign"}},
     .answers = ""},
    {"who was not asked by the campaign of that service", .named = true,
     .steps = {{"s1", STRANGER, "", 0, "END So nay khong co trong", "stranger"},
               {"s2", "+84912000005", "1", 0, "END So nay khong co trong", "stranger"}},
     .answers = ""},
    {"what was typed at the wrong place is asked again",
     .steps = {{"s1", MOTHER, "", 0, "CON Da nhan", "begun"},
               {"s1", MOTHER, "7", 1000, "CON ", "misread"},
               {"s1", MOTHER, "7*2", 2000, "CON May nguoi", "answered"}},
     .answers = MOTHER " nhan=2", .replies = 1},
    {"a session that broke off goes on where it was",
     .steps = {{"s1", MOTHER, "", 0, "CON Da nhan", "begun"},
               {"s1", MOTHER, "1", 1000, "CON May nguoi", "answered"},
               {"s2", MOTHER, "", HOUR, "CON Tiep tuc:\nMay nguoi", "resumed"},
               {"s2", MOTHER, "6", HOUR + 1000, "CON Can gop y", "answered"},
               {"s1", MOTHER, "1*9", HOUR + 2000, "END Phien nay da ket thuc", "over"}},
     .answers = MOTHER " di=count=6; " MOTHER " nhan=1", .replies = 2},
    {"after too long what is open is asked from the beginning",
     .steps = {{"s1", MOTHER, "", 0, "CON Da nhan", "begun"},
               {"s1", MOTHER, "1", 1000, "CON May nguoi", "answered"},
               {"s2", MOTHER, "", 2 * DAY, "CON May nguoi", "begun"},
               {"s2", MOTHER, "6", 2 * DAY + 1000, "CON Can gop y", "answered"}},
     .answers = MOTHER " di=count=6; " MOTHER " nhan=1", .replies = 2},
    {"what was answered by SMS meanwhile is not asked again",
     .steps = {{"s1", MOTHER, "", 0, "CON Da nhan", "begun"},
               {"s1", MOTHER, "1", 1000, "CON May nguoi", "answered"},
               {NULL, MOTHER, "DI 3", HOUR, .event = "answer"},
               {"s2", MOTHER, "", 2 * HOUR, "CON Can gop y", "begun"}},
     .answers = MOTHER " di=count=3; " MOTHER " nhan=1", .replies = 2},
    {"a later SMS replaces what was chosen",
     .steps = {{"s1", MOTHER, "", 0, "CON Da nhan", "begun"},
               {"s1", MOTHER, "1", 1000, "CON May nguoi", "answered"},
               {NULL, MOTHER, "2", HOUR, .event = "answer"}},
     .answers = MOTHER " nhan=2", .replies = 2},
    {"a later choice replaces the SMS",
     .steps = {{NULL, MOTHER, "2", 1000, .event = "answer"},
               {"s1", MOTHER, "1*2", HOUR, "CON Can gop y", "answered"}},
     .answers = MOTHER " di=count=2; " MOTHER " nhan=1", .replies = 3},
    {"back to the first choice within minutes is a change of mind, by SMS or by menu",
     .file = talk_file,
     .steps = {{NULL, MOTHER, "1", 1000, .event = "answer"},
               {"s1", MOTHER, "2", MINUTE, "CON May nguoi", "answered"},
               {NULL, MOTHER, "1", 2 * MINUTE, .event = "answer"},
               {"s2", MOTHER, "2", 3 * MINUTE, "CON May nguoi", "answered"}},
     .answers = MOTHER " nhan=2", .replies = 4},
    {"an SMS that says what was chosen in a menu is no repeat of that", .file = talk_file,
     .steps = {{"s1", MOTHER, "1", 0, "CON May nguoi", "answered"},
               {NULL, MOTHER, "1", MINUTE, .event = "answer"},
               {NULL, MOTHER, "1", MINUTE, .event = "repeat"},
               {"s2", MOTHER, "2", 2 * MINUTE, "CON May nguoi", "answered"},
               {NULL, MOTHER, "1", MINUTE, .event = "repeat"}},
     .answers = MOTHER " nhan=2", .replies = 5},
    {"the same choice twice within minutes is no network's repeat",
     .steps = {{"s1", MOTHER, "2", 0, "CON May nguoi", "answered"},
               {"s2", MOTHER, "2", MINUTE, "CON May nguoi", "answered"}},
     .answers = MOTHER " nhan=2", .replies = 2},
    {"what comes after the close is not counted, what came before stays",
     .steps = {{"s1", MOTHER, "", CLOSING - 2000, "CON Da nhan", "begun"},
               {"s1", MOTHER, "1", CLOSING - 1, "CON May nguoi", "answered"},
               {"s1", MOTHER, "1*3", CLOSING, "END Khao sat da ket thuc", "closed"},
               {"s2", MOTHER, "", CLOSING + 1000, "END Hien khong co", "no-campaign"}},
     .answers = MOTHER " nhan=1", .replies = 1},
    {"the service's own campaign says that it is closed", .named = true,
     .steps = {{"s1", MOTHER, "", CLOSING, "END Khao sat da ket thuc", "closed"}}, .answers = ""},
    {"two surveys: the first page chooses", .second = SURVEY("HAI", ""),
     .steps = {{"s1", MOTHER, "", 0, "CON Chon khao sat:\n1. Tro cap TRO\n2. Tro cap HAI", "begun"},
               {"s1", MOTHER, "3", 1000, "CON Chon khao sat:", "misread"},
               {"s1", MOTHER, "3*2", 2000, "CON Da nhan", "begun"},
               {"s1", MOTHER, "3*2*1", 3000, "CON May nguoi", "answered"},
               {"s2", MOTHER, "", MINUTE, "CON Tiep tuc:\nMay nguoi", "resumed"}},
     .answers = MOTHER " nhan=1", .replies = 1},
    {"who refuses messages may answer a menu that was dialled",
     .steps = {{NULL, MOTHER, "TC", 1000, .event = "optout"},
               {"s1", MOTHER, "1", HOUR, "CON May nguoi", "answered"}},
     .answers = MOTHER " nhan=1", .replies = 2},
    {"what is chosen in a menu brings nobody back who refused", .file = card_file,
     .steps = {{NULL, MOTHER, "TC", 1000, .event = "optout"},
               {"s1", MOTHER, "2", HOUR, "CON Kem DK: muon dang ky?", "answered"},
               {"s1", MOTHER, "2*1", HOUR + 1000, "END ", "answered"},
               {NULL, MOTHER, "DK", HOUR + MINUTE, .event = "optin"}},
     .answers = MOTHER " the=2,DK", .replies = 4},
    {"a no to what was asked for by SMS takes it away", .file = card_file,
     .steps = {{NULL, MOTHER, "DK", 1000, .event = "answer"},
               {"s1", MOTHER, "", HOUR, "CON Da co the chua?", "begun"},
               {"s1", MOTHER, "1", HOUR + 1000, "CON Kem DK", "answered"},
               {"s1", MOTHER, "1*2", HOUR + 2000, "END ", "answered"},
               {"s2", FATHER, "2*2", HOUR, "END ", "shown"}},
     .answers = MOTHER " the=1; " FATHER " the=2", .replies = 4},
    {"an opinion behind the last question", .file = opinion_file,
     .steps = {{"s1", MOTHER, "1*2*khong co gi", 0, "CON Y kien khac?", "answered"},
               {"s1", MOTHER, "1*2*khong co gi*bao gio sua duong lang", 1000, "END ", "answered"}},
     .answers = MOTHER " di=count=2; " MOTHER " gopy=khong co gi; " MOTHER " nhan=1", .replies = 4,
     .opinions = 1},
    {"an opt-out in place of an opinion is one", .file = opinion_file,
     .steps = {{"s1", MOTHER, "1*2*khong co gi", 0, "CON Y kien khac?", "answered"},
               {"s1", MOTHER, "1*2*khong co gi*TC", 1000, "END Da ghi nhan: khong nhan tin nua",
                "opt-out"}},
     .answers = MOTHER " di=count=2; " MOTHER " gopy=khong co gi; " MOTHER " nhan=1", .replies = 4},
    {"a campaign that asks for nothing but opinions", .file = hearing_file,
     .steps = {{"s1", MOTHER, "", 0, "CON Doi thoai dau nam", "begun"},
               {"s1", MOTHER, "bao gio sua duong lang", 1000, "END ", "answered"},
               {"s2", MOTHER, "", MINUTE, "CON Doi thoai dau nam", "begun"},
               {"s2", MOTHER, "0", MINUTE + 1000, "END Cam on", "shown"}},
     .answers = "", .replies = 1, .opinions = 1},
    {"an opt-out in a free text is one",
     .steps = {{"s1", MOTHER, "1*2", 0, "CON Can gop y", "answered"},
               {"s1", MOTHER, "1*2*TC", 1000, "END Da ghi nhan: khong nhan tin nua", "opt-out"}},
     .answers = MOTHER " di=count=2; " MOTHER " nhan=1", .replies = 3},
};

static struct ussd_service_config service = {
    .name = (char *)"thamdo", .secret = (char *)"-", .resume_ms = DAY};

static void ask(struct store *store, struct campaign_book *book, const struct step *step)
{
    g_autoptr(GError) error = NULL;
    struct ussd_survey_page page = {0};
    const struct ussd_survey_request request = {&service, step->session, step->phone, step->text,
                                                OPENING + step->after_ms};
    g_assert_true(ussd_survey_take(store, book, &request, &page, &error));
    g_assert_no_error(error);
    g_test_message("%s %s: %s: %s", step->session, step->text, page.event, page.page);
    g_assert_cmpstr(page.event, ==, step->event);
    g_assert_true(g_str_has_prefix(page.page, step->page));
    g_assert_false(store_in_transaction(store));
    ussd_survey_page_clear(&page);
}

/* With the row that the modem's text came in by, which a recount reads. */
static void say(struct store *store, struct campaign_book *book, const struct step *step)
{
    g_autoptr(GError) error = NULL;
    int64_t id = 0, at = OPENING + step->after_ms;
    const struct answer_source source = {"sim1", step->phone, step->text, at, at, &id};
    g_assert_true(store_begin(store, NULL));
    answer_take(store, book, &source, at, &error);
    g_assert_no_error(error);
    g_assert_true(sql_run(store, NULL,
                          "INSERT INTO incoming (modem, imsi, memory, location, sender, text, "
                          "coding, reference, total, sequence, sent_at, received_at, fingerprint, "
                          "reply_id) VALUES ('sim1', '', 'SM', 1, ?1, ?2, 0, -1, 1, 1, ?3, ?3, "
                          "'f' || ?4, ?4)",
                          "ttii", step->phone, step->text, at, id));
    g_assert_true(store_commit(store, NULL));
    g_autofree char *outcome =
        read_text(store, "SELECT outcome FROM reply ORDER BY id DESC LIMIT 1");
    g_assert_cmpstr(outcome, ==, step->event);
}

static void check_recount(struct store *store, int64_t id)
{
    g_autoptr(GError) error = NULL;
    struct recount *recount = recount_make(store, id, OPENING + 30 * DAY, &error);
    g_assert_no_error(error);
    for (unsigned i = 0; i < recount->differences->len; i++) {
        const struct recount_difference *difference = recount->differences->pdata[i];
        g_test_message("%s: %s, recounted %s", difference->what, difference->stored,
                       difference->recounted);
    }
    g_assert_cmpint(recount->differing, ==, 0);
    recount_free(recount);
}

static void open_roster(struct store_file *file, gconstpointer data)
{
    store_file_open(file, data);
    import_report_free(import_text(file->store, people, units, OPENING - DAY));
    service.campaign = NULL;
}

static void test_play(struct store_file *file, gconstpointer data)
{
    const struct play *play = data;
    struct store *store = file->store;
    int64_t id =
        start_campaign(store, play->file != NULL ? play->file : plain_file, OPENING - HOUR);
    int64_t second = play->second != NULL ? start_campaign(store, play->second, OPENING - HOUR) : 0;
    send_all(store, "sim1", OPENING - HOUR);
    service.campaign = play->named ? (char *)"TRO" : NULL;
    struct campaign_book *book = campaign_book_new(store, &test_terms);
    for (const struct step *step = play->steps; step->text != NULL; step++)
        if (step->session != NULL)
            ask(store, book, step);
        else
            say(store, book, step);
    campaign_book_free(book);
    g_autofree char *answers = read_text(
        store, "SELECT coalesce(group_concat(one, '; '), '') FROM (SELECT c.phone || ' ' || "
               "a.question || '=' || a.code AS one FROM answer a JOIN contact c "
               "ON c.id = a.contact_id WHERE a.superseded_by IS NULL ORDER BY 1)");
    g_assert_cmpstr(answers, ==, play->answers);
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM reply"), ==, play->replies);
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM opinion"), ==, play->opinions);
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM message WHERE purpose = 'answer' "
                                      "AND state = 'queued' AND text LIKE 'Cam on%' AND NOT EXISTS "
                                      "(SELECT 1 FROM reply WHERE session_id IS NULL)"),
                    ==, 0);
    check_recount(store, id);
    if (second != 0)
        check_recount(store, second);
}

/* ---- the rest ---- */

static void test_conversation(struct store_file *file, gconstpointer data)
{
    struct store *store = file->store;
    (void)data;
    start_campaign(store, talk_file, OPENING - HOUR);
    send_all(store, "sim1", OPENING - HOUR);
    struct campaign_book *book = campaign_book_new(store, &test_terms);
    say(store, book, &(struct step){NULL, MOTHER, "1", 1000, .event = "answer"});
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM message WHERE asks = 'di' "
                                      "AND state = 'queued'"),
                    ==, 1);
    ask(store, book, &(struct step){"s1", MOTHER, "", 2000, "CON May nguoi", "begun"});
    ask(store, book, &(struct step){"s1", MOTHER, "4", 3000, "CON Can gop y", "answered"});
    /* Neither what was answered in the menu, nor what the menu asks at this moment. */
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM message WHERE state = 'queued'"), ==,
                    0);
    ask(store, book, &(struct step){"s1", MOTHER, "4*tot ca", 4000, "END ", "answered"});
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM message WHERE state = 'queued'"), ==,
                    0);
    g_autofree char *state = read_text(store, "SELECT state FROM conversation");
    g_assert_cmpstr(state, ==, "done");
    campaign_book_free(book);
}

static void test_pause(struct store_file *file, gconstpointer data)
{
    struct store *store = file->store;
    (void)data;
    int64_t id = start_campaign(store, plain_file, OPENING - HOUR);
    struct campaign_book *book = campaign_book_new(store, &test_terms);
    take_step(store, id, CAMPAIGN_EVENT_PAUSE, OPENING);
    campaign_book_stale(book);
    ask(store, book, &(struct step){"s1", MOTHER, "1", 0, "CON May nguoi", "answered"});
    take_step(store, id, CAMPAIGN_EVENT_CANCEL, OPENING + HOUR);
    campaign_book_stale(book);
    ask(store, book, &(struct step){"s1", MOTHER, "1*2", 1000, "END Khao sat da ket", "closed"});
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM reply"), ==, 1);
    campaign_book_free(book);
}

static void test_expiry(struct store_file *file, gconstpointer data)
{
    struct store *store = file->store;
    int64_t left = -1;
    (void)data;
    start_campaign(store, plain_file, OPENING - HOUR);
    struct campaign_book *book = campaign_book_new(store, &test_terms);
    ask(store, book, &(struct step){"s1", MOTHER, "1", 0, "CON May nguoi", "answered"});
    g_assert_true(store_session_expire(store, OPENING, &left, NULL));
    g_assert_cmpint(left, ==, 0);
    g_assert_true(store_session_expire(store, OPENING + 1, &left, NULL));
    g_assert_cmpint(left, ==, 1);
    ask(store, book, &(struct step){"s1", MOTHER, "1*2", HOUR, "END Phien nay da ket", "over"});
    ask(store, book, &(struct step){"s1", MOTHER, "1", HOUR, "CON May nguoi", "repeated"});
    campaign_book_free(book);
}

/* What is left says that there was a session, and when. */
static void test_retention(struct store_file *file, gconstpointer data)
{
    struct store *store = file->store;
    bool more = true;
    (void)data;
    int64_t id = start_campaign(store, plain_file, OPENING - HOUR);
    struct campaign_book *book = campaign_book_new(store, &test_terms);
    ask(store, book, &(struct step){"s1", MOTHER, "1", 0, "CON May nguoi", "answered"});
    ask(store, book, &(struct step){"s2", STRANGER, "", HOUR, "END Hien khong", "stranger"});
    campaign_book_free(book);
    struct retention_cursor cursor = {.campaign_id = id};
    g_assert_true(store_begin(store, NULL));
    while (more)
        g_assert_true(store_retention_slice(store, &cursor, "[]", OPENING + DAY, &more, NULL));
    g_assert_true(store_commit(store, NULL));
    retention_cursor_clear(&cursor);
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM ussd_session WHERE campaign_id = 1 "
                                      "AND phone || path || place || page = '' "
                                      "AND session = '#1' AND heard_at > 0"),
                    ==, 1);
    g_assert_true(store_retention_sessions(store, OPENING + HOUR, &more, NULL));
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM ussd_session"), ==, 2);
    g_assert_true(store_retention_sessions(store, OPENING + HOUR + 1, &more, NULL));
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM ussd_session"), ==, 1);
    check_recount(store, id);
}

/* Sessions by campaign, service and page. */
static void test_lists(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    int64_t id = start_campaign(store, plain_file, OPENING - HOUR);
    static const struct {
        const char *session, *service;
        bool of_campaign;
    } sessions[] = {
        {"a", "thamdo", true}, {"b", "thamdo", false}, {"c", "khac", true}, {"d", "thamdo", true}};
    for (size_t i = 0; i < G_N_ELEMENTS(sessions); i++) {
        const struct session_row row = {.service = (char *)sessions[i].service,
                                        .session = (char *)sessions[i].session,
                                        .phone = (char *)MOTHER,
                                        .campaign_id = sessions[i].of_campaign ? id : 0,
                                        .path = (char *)"",
                                        .place = (char *)"",
                                        .page = (char *)""};
        int64_t added = 0;
        g_assert_true(store_session_insert(store, &row, &added, NULL));
    }
    const struct {
        struct session_filter filter;
        const char *listed;
    } rows[] = {
        {{.limit = 10}, "abcd"},
        {{.after = 1, .limit = 2}, "bc"},
        {{.service = "thamdo", .limit = 10}, "abd"},
        {{.campaign_id = id, .limit = 10}, "acd"},
        {{.campaign_id = id, .after = 1, .limit = 1}, "c"},
        {{.campaign_id = id, .service = "thamdo", .after = 1, .limit = 10}, "d"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GPtrArray) list = store_session_list(store, &rows[i].filter, NULL);
        g_autoptr(GString) listed = g_string_new(NULL);
        for (guint n = 0; n < list->len; n++)
            g_string_append(listed, ((const struct session_row *)list->pdata[n])->session);
        g_assert_cmpstr(listed->str, ==, rows[i].listed);
    }
}

static void test_ways(struct store_file *file, gconstpointer data)
{
    struct store *store = file->store;
    struct answer_ways ways = {0};
    (void)data;
    int64_t id = start_campaign(store, plain_file, OPENING - HOUR);
    send_all(store, "sim1", OPENING - HOUR);
    struct campaign_book *book = campaign_book_new(store, &test_terms);
    ask(store, book, &(struct step){"s1", MOTHER, "1*2*tot ca", 0, "END ", "answered"});
    say(store, book, &(struct step){NULL, FATHER, "1", 1000, .event = "answer"});
    say(store, book, &(struct step){NULL, FATHER, "DI 4", 2000, .event = "answer"});
    say(store, book, &(struct step){NULL, MOTHER, "DI 3", 3000, .event = "answer"});
    campaign_book_free(book);
    g_assert_true(
        sql_run(store, NULL, "UPDATE answer SET reply_id = NULL WHERE question = 'gopy'", ""));
    g_assert_true(store_answer_ways(store, id, &ways, NULL));
    g_assert_cmpint(ways.sms, ==, 3);
    g_assert_cmpint(ways.ussd, ==, 1); /* the other was replaced by SMS */
    g_assert_cmpint(ways.entered, ==, 1);
}

static void test_notice_of_end(struct store_file *file, gconstpointer data)
{
    struct store *store = file->store;
    bool left = false;
    (void)data;
    start_campaign(store, plain_file, OPENING - HOUR);
    struct campaign_book *book = campaign_book_new(store, &test_terms);
    ask(store, book, &(struct step){"s1", MOTHER, "", 0, "CON Da nhan", "begun"});
    g_assert_true(store_session_leave(store, "thamdo", "s1", OPENING + 10, &left, NULL));
    g_assert_true(left);
    g_assert_true(store_session_leave(store, "thamdo", "s1", OPENING + 20, &left, NULL));
    g_assert_false(left);
    g_assert_true(store_session_leave(store, "thamdo", "unknown", OPENING, &left, NULL));
    g_assert_false(left);
    campaign_book_free(book);
}

/* Two gateways' threads at once: the second waits, and sees that it was answered. */
static gpointer race(gpointer data)
{
    struct store_file *file = data;
    struct store *store = store_open(file->path, NULL);
    struct campaign_book *book = campaign_book_new(store, &test_terms);
    for (unsigned i = 0; i < 20; i++) {
        g_autofree char *session = g_strdup_printf("race%u", i);
        struct ussd_survey_page page = {0};
        const struct ussd_survey_request request = {&service, session, MOTHER, "1",
                                                    OPENING + (int64_t)i};
        g_autoptr(GError) error = NULL;
        ussd_survey_take(store, book, &request, &page, &error);
        g_assert_no_error(error);
        g_assert_true(g_str_has_prefix(page.page, "CON May nguoi"));
        ussd_survey_page_clear(&page);
    }
    campaign_book_free(book);
    store_free(store);
    return NULL;
}

static void test_race(struct store_file *file, gconstpointer data)
{
    GThread *threads[3];
    (void)data;
    start_campaign(file->store, plain_file, OPENING - HOUR);
    for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("race", race, file);
    for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM reply"), ==, 20);
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM ussd_session"), ==, 20);
}

static void test_choice_pages(void)
{
    struct ussd_choice choice = {.count = 6, .ids = {11, 12, 13, 14, 15, 16}}, again = {0};
    bool misread = false;
    g_autofree char *place = ussd_choice_place(&choice);
    g_assert_cmpstr(place, ==, "?0:11,12,13,14,15,16");
    g_assert_true(ussd_choice_read(place, &again));
    g_assert_cmpint(ussd_choice_pick(&again, " 2 ", &misread), ==, 12);
    g_assert_false(misread);
    g_assert_cmpint(ussd_choice_pick(&again, "0", &misread), ==, 0);
    g_assert_false(misread);
    g_assert_cmpuint(again.first, ==, 4);
    g_assert_cmpint(ussd_choice_pick(&again, "3", &misread), ==, 0);
    g_assert_true(misread);
    g_assert_cmpint(ussd_choice_pick(&again, "2", &misread), ==, 16);
    g_assert_cmpint(ussd_choice_pick(&again, "0", &misread), ==, 0);
    g_assert_cmpuint(again.first, ==, 0);
    static const char *const broken[] = {"", "?", "?0:", "?9:1", "0:1", "?0:1,x", "?0:1,-2"};
    for (size_t i = 0; i < G_N_ELEMENTS(broken); i++)
        g_assert_false(ussd_choice_read(broken[i], &again));
}

static void test_choice_fits(void)
{
    struct ussd_choice choice = {.count = 6, .ids = {11, 12, 13, 14, 15, 16}};
    g_autoptr(GPtrArray) titles = g_ptr_array_new();
    for (unsigned i = 0; i < 4; i++)
        g_ptr_array_add(titles,
                        (gpointer) "Khảo sát nhu cầu học nghề của người lao động nông thôn");
    g_autofree char *plain = ussd_choice_page(&choice, titles, USSD_ALPHABET_GSM7);
    g_autofree char *marked = ussd_choice_page(&choice, titles, USSD_ALPHABET_UCS2);
    g_assert_cmpint(g_utf8_strlen(plain, -1), <=, 182);
    g_assert_cmpint(g_utf8_strlen(marked, -1), <=, 91);
    g_assert_nonnull(strstr(plain, "\n4. Khao sat"));
    g_assert_nonnull(strstr(marked, "\n4. Khảo"));
    g_assert_true(g_str_has_suffix(marked, "\n0. tiếp"));
}

#define ADD(path, test)                                                                            \
    g_test_add(path, struct store_file, NULL, open_roster, test, store_file_close)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(plays); i++) {
        g_autofree char *path = g_strconcat("/ussd_survey/", plays[i].name, NULL);
        g_test_add(path, struct store_file, &plays[i], open_roster, test_play, store_file_close);
    }
    ADD("/ussd_survey/an answer by menu settles the question of a conversation", test_conversation);
    ADD("/ussd_survey/a pause holds back sending, a cancelled campaign is over", test_pause);
    ADD("/ussd_survey/a session of which no more came is left", test_expiry);
    ADD("/ussd_survey/what is left of a session after retention", test_retention);
    ADD("/ussd_survey/answers are counted by the way they came", test_ways);
    ADD("/ussd_survey/sessions are listed by campaign and service", test_lists);
    ADD("/ussd_survey/the aggregator tells that a session is over", test_notice_of_end);
    ADD("/ussd_survey/requests that come at once count once", test_race);
    g_test_add_func("/ussd_survey/the choice of a survey turns its pages", test_choice_pages);
    g_test_add_func("/ussd_survey/the choice of a survey fits a page", test_choice_fits);
    return g_test_run();
}
