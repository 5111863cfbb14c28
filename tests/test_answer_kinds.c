// SPDX-License-Identifier: GPL-2.0-or-later
/* Answers of all kinds in the store: several questions in one text, add-ons, corrections by a
 * person, what was said elsewhere, and the text in return. */
#include "campaigns/answer.h"
#include "campaigns/answer_code.h"
#include "campaigns/store/answer.h"
#include "campaigns/store/reply.h"
#include "tests/store_file.h"

#define MOTHER "+84912000001" /* contact 1, shared by persons 1 and 2 */
#define FATHER "+84912000003" /* contact 2, person 3 */

static const char people[] = "Họ và tên,Mã đơn vị,SĐT\n"
                             "Trần Thị Mẹ,TT,0912000001\n"
                             "Trần Văn Con,TT,0912000001\n"
                             "Lê Văn Bố,TT,0912000003\n"
                             "Võ Thị Không Máy,TT,\n";
static const char units[] = "ma,ma_cha,ten,loai\nTT,,Trung tâm,co_so\n";

static const char survey[] =
    "code = \"MAU\"; title = \"Mẫu\"; kind = \"survey\"; count_by = \"contact\";\n"
    "audience = { units = [ \"TT\" ]; };\n"
    "text = \"Nhan 1 hoac 2 (them TV); BC dot luot; HOP so nguoi; NGHE 1, 3, 6; GOPY noi dung\";\n"
    "questions = (\n"
    " { id = \"pb\"; kind = \"choice\"; options = ( { code = \"1\"; label = \"đã\"; sense = "
    "\"yes\"; },\n"
    "   { code = \"2\"; label = \"chưa\"; sense = \"no\"; } );\n"
    "   addons = ( { code = \"TV\"; label = \"tư vấn\"; } ); },\n"
    " { id = \"bc\"; kind = \"numbers\"; keyword = \"BC\"; fields = (\n"
    "   { name = \"dot\"; label = \"số đợt\"; }, { name = \"luot\"; label = \"số lượt\"; } ); },\n"
    " { id = \"du\"; kind = \"headcount\"; keyword = \"HOP\"; },\n"
    " { id = \"nghe\"; kind = \"choices\"; keyword = \"NGHE\"; options = (\n"
    "   { code = \"1\"; label = \"may\"; }, { code = \"3\"; label = \"nấu ăn\"; },\n"
    "   { code = \"6\"; label = \"không\"; exclusive = true; } ); },\n"
    " { id = \"gopy\"; kind = \"text\"; keyword = \"GOPY\"; }\n"
    ");\n"
    "answers = { accepted = \"Da ghi nhan: {lua_chon}.\"; unclear = \"Chua ro.\"; };\n";

struct said {
    const char *text;
    int64_t after_ms;
};

static int64_t take(struct store *store, struct campaign_book *book, const char *sender,
                    const struct said *said)
{
    g_autoptr(GError) error = NULL;
    int64_t id = 0, at = OPENING + said->after_ms;
    struct answer_source source = {"sim1", sender, said->text, at, at, &id};
    g_assert_true(store_begin(store, NULL));
    answer_take(store, book, &source, at, &error);
    g_assert_no_error(error);
    g_assert_true(store_commit(store, NULL));
    return id;
}

static struct campaign_book *run_survey(struct store *store, const char *file)
{
    import_report_free(import_text(store, people, units, OPENING - DAY));
    start_campaign(store, file, OPENING - HOUR);
    send_all(store, "sim1", OPENING - MINUTE);
    return campaign_book_new(store, &test_terms);
}

static void assert_joined(struct store *store, const char *sql, const char *expected)
{
    g_autofree char *joined = read_text(store, sql);
    g_assert_cmpstr(joined == NULL ? "" : joined, ==, expected);
}

#define IN_FORCE                                                                                   \
    "SELECT group_concat(question || '=' || code, '; ') FROM (SELECT question, code FROM answer "  \
    "WHERE superseded_by IS NULL AND code <> '' ORDER BY coalesce(contact_id, 100 + person_id), "  \
    "id)"
#define RECEIPTS                                                                                   \
    "SELECT group_concat(text, '|') FROM (SELECT text FROM message WHERE receipt = 'accepted' "    \
    "ORDER BY id)"

static const struct talk {
    const char *name;
    struct said said[4];
    const char *answers, *receipts;
    int versions;
} talks[] = {
    {"numbers",
     {{"BC 81 35.420", 0}},
     "bc=dot=81,luot=35420",
     "Da ghi nhan: 81 dot, 35.420 luot.",
     1},
    {"numbers with their names",
     {{"bc 81 đợt, 35.420 lượt", 0}},
     "bc=dot=81,luot=35420",
     "Da ghi nhan: 81 dot, 35.420 luot.",
     1},
    {"a correction of numbers replaces them",
     {{"BC 81 35420", 0}, {"BC 82 35500", HOUR}},
     "bc=dot=82,luot=35500",
     "Da ghi nhan: 81 dot, 35.420 luot.|Da ghi nhan: 82 dot, 35.500 luot.",
     2},
    {"one number of two is unclear", {{"BC 81", 0}}, "", "", 0},
    {"a head count", {{"HOP 2 nguoi", 0}}, "du=count=2", "Da ghi nhan: 2 nguoi.", 1},
    {"several choices", {{"NGHE 3 1", 0}}, "nghe=1,3", "Da ghi nhan: may, nau an.", 1},
    {"several questions in one text get one receipt",
     {{"NGHE 1,3 BC 81 35420", 0}},
     "bc=dot=81,luot=35420; nghe=1,3",
     "Da ghi nhan: 81 dot, 35.420 luot; may, nau an.",
     2},
    {"free text behind its keyword",
     {{"GOPY lam lai duong vao thon", 0}},
     "gopy=lam lai duong vao thon",
     "Da ghi nhan: lam lai duong vao thon.",
     1},
    {"an add-on with the vote", {{"1 TV", 0}}, "pb=1,TV", "Da ghi nhan: da, tu van.", 1},
    {"an add-on after the vote completes it",
     {{"1", 0}, {"TV", HOUR}},
     "pb=1,TV",
     "Da ghi nhan: da.|Da ghi nhan: da, tu van.",
     2},
    {"an add-on before the vote waits for it",
     {{"TV", 0}, {"1", HOUR}},
     "pb=1,TV",
     "Da ghi nhan: tu van.|Da ghi nhan: da, tu van.",
     2},
    {"a new vote drops the add-on",
     {{"1 TV", 0}, {"2", HOUR}},
     "pb=2",
     "Da ghi nhan: da, tu van.|Da ghi nhan: chua.",
     2},
    {"a vote delivered behind its add-on",
     {{"TV", HOUR}, {"2", 0}},
     "pb=2,TV",
     "Da ghi nhan: tu van.|Da ghi nhan: chua, tu van.",
     2},
};

static void test_talk(struct store_file *file, gconstpointer data)
{
    const struct talk *talk = data;
    struct campaign_book *book = run_survey(file->store, survey);
    for (unsigned i = 0; i < G_N_ELEMENTS(talk->said) && talk->said[i].text != NULL; i++)
        take(file->store, book, MOTHER, &talk->said[i]);
    assert_joined(file->store, IN_FORCE, talk->answers);
    assert_joined(file->store, RECEIPTS, talk->receipts);
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM answer"), ==, talk->versions);
    campaign_book_free(book);
}

/* --- A person decides ----------------------------------------------------------------------- */

static bool decide(struct store *store, struct campaign_book *book,
                   const struct answer_decision *decision, int code)
{
    g_autoptr(GError) error = NULL;
    bool done = answer_settle(store, book, decision, &error);
    if (code < 0)
        g_assert_no_error(error);
    else
        g_assert_error(error, ANSWER_ERROR, code);
    g_assert_false(store_in_transaction(store));
    return done;
}

static void test_a_correction_needs_a_reason(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct campaign_book *book = run_survey(file->store, survey);
    int64_t id = take(file->store, book, MOTHER, &(struct said){"1", 0});
    const struct {
        const char *code, *reason, *answers;
        int error;
    } rows[] = {
        {"2", NULL, "pb=1", ANSWER_ERROR_REASON},
        {"2", " ", "pb=1", ANSWER_ERROR_REASON},
        {"1", NULL, "pb=1", -1}, /* confirms */
        {"2", "telephoned", "pb=2", -1},
        {"-", NULL, "pb=2", ANSWER_ERROR_REASON},
        {"-", "a child typed it", "", -1},
        {"pb=1,TV; bc=81 35420; du=2; nghe=3,1; gopy=a; b", NULL,
         "pb=1,TV; bc=dot=81,luot=35420; du=count=2; nghe=1,3; gopy=a; b", -1},
        {"nghe=1,6", "x", "pb=1,TV; bc=dot=81,luot=35420; du=count=2; nghe=1,3; gopy=a; b",
         ANSWER_ERROR_CODE},
        {"pb=1; pb=2", "x", "pb=1,TV; bc=dot=81,luot=35420; du=count=2; nghe=1,3; gopy=a; b",
         ANSWER_ERROR_CODE},
        {"-", "all of it", "", -1},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct answer_decision decision = {.reply_id = id,
                                                 .code = rows[i].code,
                                                 .by = "chi Hoa",
                                                 .reason = rows[i].reason,
                                                 .now = OPENING + HOUR + (int64_t)i};
        g_test_message("%s", rows[i].code);
        decide(file->store, book, &decision, rows[i].error);
        assert_joined(file->store, IN_FORCE, rows[i].answers);
    }
    /* Nothing was deleted: 1, 1 again, 2, voided, five answers, five voided. */
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM answer"), ==, 14);
    campaign_book_free(book);
}

static void test_voiding_brings_back_what_was_said_before(struct store_file *file,
                                                          gconstpointer data)
{
    (void)data;
    struct campaign_book *book = run_survey(file->store, survey);
    take(file->store, book, MOTHER, &(struct said){"1", 0});
    int64_t id = take(file->store, book, MOTHER, &(struct said){"2 TV", HOUR});
    const struct answer_decision voids = {
        .reply_id = id, .code = "-", .by = "chi Hoa", .reason = "nhầm máy", .now = OPENING + DAY};
    decide(file->store, book, &voids, -1);
    assert_joined(file->store, IN_FORCE, "pb=1");
    const struct answer_voice voice = {1, 1, 0, "pb"};
    g_autoptr(GPtrArray) rows = store_answer_versions(file->store, &voice, NULL);
    g_assert_cmpuint(rows->len, ==, 3);
    const struct answer_row *last = rows->pdata[2];
    g_assert_cmpstr(last->said, ==, "");
    g_assert_cmpstr(last->by, ==, "chi Hoa");
    g_assert_cmpstr(last->reason, ==, "nhầm máy");
    g_assert_cmpint(last->superseded_by, !=, 0);
    g_assert_cmpint(((const struct answer_row *)rows->pdata[0])->superseded_by, ==, 0);
    take(file->store, book, MOTHER, &(struct said){"TV", 2 * HOUR});
    assert_joined(file->store, IN_FORCE, "pb=1,TV");
    campaign_book_free(book);
}

static void test_a_shared_phone_is_decided_by_person(struct store_file *file, gconstpointer data)
{
    (void)data;
    g_autoptr(GString) by_person = g_string_new(survey);
    g_string_replace(by_person, "count_by = \"contact\"", "count_by = \"person\"", 1);
    struct campaign_book *book = run_survey(file->store, by_person->str);
    int64_t shared = take(file->store, book, MOTHER, &(struct said){"1", 0});
    int64_t own = take(file->store, book, FATHER, &(struct said){"1", 0});
    struct reply_row *row = store_reply_get(file->store, shared, NULL);
    g_assert_cmpstr(row->look, ==, "several persons share this phone");
    reply_row_free(row);
    row = store_reply_get(file->store, own, NULL);
    g_assert_cmpstr(row->look, ==, "");
    reply_row_free(row);
    const struct reply_filter filter = {.limit = 10};
    g_autoptr(GPtrArray) waiting = store_reply_inbox(file->store, &filter, NULL);
    g_assert_cmpuint(waiting->len, ==, 1);
    const struct {
        int64_t person;
        const char *code, *answers;
        int error;
    } rows[] = {
        /* the father's; what was the phone's is the mother's now, the son's comes with it */
        {1, "1", "pb=1; pb=1", -1},
        {2, "2", "pb=1; pb=1; pb=2", -1},
        {3, "2", "pb=1; pb=1; pb=2", ANSWER_ERROR_NOBODY},
        {2, "1", "pb=1; pb=1; pb=2", ANSWER_ERROR_REASON},
        {0, "1", "pb=1; pb=1; pb=1; pb=2", -1}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct answer_decision decision = {.reply_id = shared,
                                                 .person_id = rows[i].person,
                                                 .code = rows[i].code,
                                                 .by = "chi Hoa",
                                                 .now = OPENING + HOUR};
        decide(file->store, book, &decision, rows[i].error);
        assert_joined(file->store, IN_FORCE, rows[i].answers);
    }
    g_autoptr(GPtrArray) left = store_reply_inbox(file->store, &filter, NULL);
    g_assert_cmpuint(left->len, ==, 0);
    g_autoptr(GPtrArray) voices = store_answer_persons(file->store, 1, 1, shared, NULL);
    g_assert_cmpuint(voices->len, ==, 2);
    g_assert_cmpstr(((const struct answer_person *)voices->pdata[1])->answer, ==, "pb=2");
    campaign_book_free(book);
}

/* --- Said elsewhere ------------------------------------------------------------------------- */

static void test_what_was_said_elsewhere(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct campaign_book *book = run_survey(file->store, survey);
    take(file->store, book, MOTHER, &(struct said){"1", HOUR});
    const struct {
        int64_t contact, person;
        const char *code, *by, *reason;
        int64_t at;
        const char *answers;
        int error;
    } rows[] = {
        {1, 0, "2", "anh Minh", "đến nhà", 0, "pb=1", -1}, /* before the SMS */
        {1, 0, "2", "anh Minh", "đến nhà", 2 * HOUR, "pb=2", -1},
        {0, 4, "pb=1; du=3", "anh Minh", "đến nhà", 2 * HOUR, "pb=2; pb=1; du=count=3", -1},
        {0, 4, "1", "", "đến nhà", 2 * HOUR, "pb=2; pb=1; du=count=3", ANSWER_ERROR_REASON},
        {0, 4, "1", "anh Minh", NULL, 2 * HOUR, "pb=2; pb=1; du=count=3", ANSWER_ERROR_REASON},
        {0, 4, "1", "anh Minh", "x", 2 * DAY, "pb=2; pb=1; du=count=3", ANSWER_ERROR_TIME},
        {0, 99, "1", "anh Minh", "x", HOUR, "pb=2; pb=1; du=count=3", ANSWER_ERROR_NOBODY},
        {0, 4, "bc=81 35420", "anh Minh", "x", HOUR, "pb=2; pb=1; du=count=3; bc=dot=81,luot=35420",
         -1},
        {1, 0, "-", "anh Minh", "rút lại", 3 * HOUR, "pb=1; du=count=3; bc=dot=81,luot=35420", -1},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        const struct answer_record record = {.campaign_id = 1,
                                             .contact_id = rows[i].contact,
                                             .person_id = rows[i].person,
                                             .code = rows[i].code,
                                             .by = rows[i].by,
                                             .reason = rows[i].reason,
                                             .at = OPENING + rows[i].at,
                                             .now = OPENING + DAY};
        bool done = answer_record(file->store, book, &record, &error);
        g_assert_cmpint(done, ==, rows[i].error < 0);
        if (rows[i].error >= 0)
            g_assert_error(error, ANSWER_ERROR, rows[i].error);
        g_assert_false(store_in_transaction(file->store));
        assert_joined(file->store, IN_FORCE, rows[i].answers);
    }
    take(file->store, book, MOTHER, &(struct said){"2", 4 * HOUR});
    assert_joined(file->store, IN_FORCE, "pb=2; pb=1; du=count=3; bc=dot=81,luot=35420");
    const struct answer_filter filter = {.campaign_id = 1, .question = "pb", .limit = 10};
    g_autoptr(GPtrArray) list = store_answer_list(file->store, &filter, NULL);
    g_assert_cmpuint(list->len, ==, 2);
    g_assert_cmpstr(((const struct answer_row *)list->pdata[0])->person_name, ==,
                    "Võ Thị Không Máy");
    g_assert_cmpstr(((const struct answer_row *)list->pdata[1])->phone, ==, MOTHER);
    campaign_book_free(book);
}

static void test_several_are_meant(struct store_file *file, gconstpointer data)
{
    (void)data;
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents("campaigns/examples/enrolment.conf", &text, NULL, NULL));
    g_autoptr(GString) open = g_string_new(text);
    g_string_replace(open, "2024-07-01T08:00:00+07:00", "2024-06-01T08:00:00+07:00", 1);
    struct campaign_book *book = run_survey(file->store, open->str);
    int64_t id = take(file->store, book, MOTHER, &(struct said){"A cho 2 đứa", 0});
    struct reply_row *row = store_reply_get(file->store, id, NULL);
    g_assert_cmpstr(row->outcome, ==, "answer");
    g_assert_cmpstr(row->answer, ==, "A");
    g_assert_cmpstr(row->look, ==, "it speaks of several persons");
    reply_row_free(row);
    const struct answer_decision same = {
        .reply_id = id, .code = "A", .by = "chi Hoa", .now = OPENING + HOUR};
    decide(file->store, book, &same, -1);
    const struct reply_filter filter = {.limit = 10};
    g_autoptr(GPtrArray) left = store_reply_inbox(file->store, &filter, NULL);
    g_assert_cmpuint(left->len, ==, 0);
    campaign_book_free(book);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(talks); i++) {
        g_autofree char *path = g_strconcat("/answer_kinds/", talks[i].name, NULL);
        g_test_add(path, struct store_file, &talks[i], store_file_open, test_talk,
                   store_file_close);
    }
    const struct {
        const char *name;
        void (*run)(struct store_file *, gconstpointer);
    } tests[] = {
        {"/answer_kinds/a correction needs a reason", test_a_correction_needs_a_reason},
        {"/answer_kinds/voiding brings back what was said before",
         test_voiding_brings_back_what_was_said_before},
        {"/answer_kinds/a shared phone is decided by person",
         test_a_shared_phone_is_decided_by_person},
        {"/answer_kinds/what was said elsewhere", test_what_was_said_elsewhere},
        {"/answer_kinds/several are meant", test_several_are_meant},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, struct store_file, NULL, store_file_open, tests[i].run,
                   store_file_close);
    return g_test_run();
}
