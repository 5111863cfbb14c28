// SPDX-License-Identifier: GPL-2.0-or-later
// What short replies mean to the dialogue campaign, and to campaigns made to trap a reader.
#include "campaigns/reply.h"

#include <string.h>

struct reply_row {
    const char *text;
    enum reply_outcome outcome;
    const char *code;    /* ANSWER */
    const char *opinion; /* ANSWER and OPINION; NULL: none */
};

static const struct reply_row dialogue_rows[] = {
    /* codes, give or take politeness, punctuation and typing */
    {"1", REPLY_ANSWER, "1", NULL},
    {" 2 \n", REPLY_ANSWER, "2", NULL},
    {"0.", REPLY_ANSWER, "0", NULL},
    {"(1)", REPLY_ANSWER, "1", NULL},
    {"1!!", REPLY_ANSWER, "1", NULL},
    {"\"2\"", REPLY_ANSWER, "2", NULL},
    {"１", REPLY_ANSWER, "1", NULL},
    {"2\ufe0f\u20e3", REPLY_ANSWER, "2", NULL},
    {"\u200b1\u200b", REPLY_ANSWER, "1", NULL},
    {"Dạ em chọn 1 ạ", REPLY_ANSWER, "1", NULL},
    {"da em chon 1 a", REPLY_ANSWER, "1", NULL},
    {"Dạ, 2 ạ!", REPLY_ANSWER, "2", NULL},
    {"1 nhé", REPLY_ANSWER, "1", NULL},
    {"cháu xin 0 ạ", REPLY_ANSWER, "0", NULL},
    {"Da\u0323 1 a\u0323", REPLY_ANSWER, "1", NULL},
    /* labels and aliases */
    {"19/6", REPLY_ANSWER, "1", NULL},
    {"buổi 2", REPLY_ANSWER, "2", NULL},
    {"Buoi 2 a", REPLY_ANSWER, "2", NULL},
    {"BUỔI 1", REPLY_ANSWER, "1", NULL},
    {"dự sáng 19/6", REPLY_ANSWER, "1", NULL},
    {"Du sang 21/6", REPLY_ANSWER, "2", NULL},
    {"khong du duoc a", REPLY_ANSWER, "0", NULL},
    {"Dạ không dự được ạ", REPLY_ANSWER, "0", NULL},
    {"kho\u0302ng du\u031b\u0323 \u0111u\u031bo\u031b\u0323c", REPLY_ANSWER, "0", NULL},
    {"vắng", REPLY_ANSWER, "0", NULL},
    {"em vắng ạ", REPLY_ANSWER, "0", NULL},
    {"vang a", REPLY_UNCLEAR, NULL, NULL}, /* vâng or vắng? */
    {"vâng", REPLY_UNCLEAR, NULL, NULL},
    {"vàng", REPLY_UNCLEAR, NULL, NULL},
    /* nothing to decide */
    {"Có", REPLY_UNCLEAR, NULL, NULL},
    {"co", REPLY_UNCLEAR, NULL, NULL},
    {"ạ", REPLY_UNCLEAR, NULL, NULL},
    {"da", REPLY_UNCLEAR, NULL, NULL},
    {"", REPLY_UNCLEAR, NULL, NULL},
    {"...", REPLY_UNCLEAR, NULL, NULL},
    {"1?", REPLY_UNCLEAR, NULL, NULL},
    {"3", REPLY_UNCLEAR, NULL, NULL},
    {"12", REPLY_UNCLEAR, NULL, NULL},
    {"1 2", REPLY_UNCLEAR, NULL, NULL},
    {"1,2", REPLY_UNCLEAR, NULL, NULL},
    {"1-2", REPLY_UNCLEAR, NULL, NULL},
    {"cả 2", REPLY_UNCLEAR, NULL, NULL},
    {"buổi", REPLY_UNCLEAR, NULL, NULL},
    {"1 Tran Van Huy", REPLY_ANSWER, "1", NULL},
    {"3 tháng rồi chưa nhận", REPLY_OPINION, NULL, "3 tháng rồi chưa nhận"},
    {"Đã thích “CDCS va Chi doan moi…”", REPLY_UNCLEAR, NULL, NULL},
    {"đã 1", REPLY_UNCLEAR, NULL, NULL},
    /* opinions */
    {"YK mong co them sach", REPLY_OPINION, NULL, "mong co them sach"},
    {"yk: Mong được tăng lương ạ!", REPLY_OPINION, NULL, "Mong được tăng lương ạ!"},
    {"YK.mong co sach", REPLY_OPINION, NULL, "mong co sach"},
    {"YK - mong co sach", REPLY_OPINION, NULL, "mong co sach"},
    {"Ý kiến: nhà ăn nóng quá", REPLY_OPINION, NULL, "nhà ăn nóng quá"},
    {"y kien nha an nong qua", REPLY_OPINION, NULL, "nha an nong qua"},
    {"Em xin góp ý: phòng 2\nnóng", REPLY_OPINION, NULL, "phòng 2\nnóng"},
    {"2 YK: mong duoc doi thoai moi quy", REPLY_ANSWER, "2", "mong duoc doi thoai moi quy"},
    {"Dạ 1 ạ. Góp ý: cần quạt", REPLY_ANSWER, "1", "cần quạt"},
    {"khong du duoc, YK: ban viec", REPLY_ANSWER, "0", "ban viec"},
    {"YK: TC", REPLY_OPINION, NULL, "TC"},
    {"YK", REPLY_UNCLEAR, NULL, NULL},
    {"YK ạ", REPLY_UNCLEAR, NULL, NULL},
    {"YK:", REPLY_UNCLEAR, NULL, NULL},
    {"2 YK", REPLY_UNCLEAR, NULL, NULL},
    {"toi co y kien nay", REPLY_UNCLEAR, NULL, NULL},
    {"3 YK: mong co sach", REPLY_OPINION, NULL, "mong co sach"},
    /* opt-out only as the whole message */
    {"TC", REPLY_OPTOUT, NULL, NULL},
    {"tc", REPLY_OPTOUT, NULL, NULL},
    {"Dạ em TC ạ", REPLY_OPTOUT, NULL, NULL},
    {"STOP", REPLY_OPTOUT, NULL, NULL},
    {"Stop.", REPLY_OPTOUT, NULL, NULL},
    {"HỦY", REPLY_OPTOUT, NULL, NULL},
    {"huỷ ạ", REPLY_OPTOUT, NULL, NULL},
    {"HUY", REPLY_OPTOUT, NULL, NULL},
    {"huy", REPLY_UNCLEAR, NULL, NULL},
    {"từ chối nhận tin", REPLY_OPTOUT, NULL, NULL},
    {"Tu choi nhan tin", REPLY_OPTOUT, NULL, NULL},
    {"đừng nhắn tin nữa", REPLY_OPTOUT, NULL, NULL},
    {"dung gui tin cho toi nua", REPLY_OPTOUT, NULL, NULL},
    {"Tôi không muốn nhận tin nhắn này nữa", REPLY_OPTOUT, NULL, NULL},
    {"không nhận tin", REPLY_OPTOUT, NULL, NULL},
    {"xin đừng gửi tin ạ", REPLY_OPTOUT, NULL, NULL},
    {"Huy", REPLY_UNCLEAR, NULL, NULL},
    {"em Huy", REPLY_UNCLEAR, NULL, NULL},
    {"da em huy", REPLY_UNCLEAR, NULL, NULL},
    {"Dung", REPLY_UNCLEAR, NULL, NULL},
    {"dung roi", REPLY_UNCLEAR, NULL, NULL},
    {"đúng rồi", REPLY_UNCLEAR, NULL, NULL},
    {"đúng nhận tin", REPLY_UNCLEAR, NULL, NULL},
    {"không nhận được tin", REPLY_UNCLEAR, NULL, NULL},
    {"khong nhan duoc tin nhan", REPLY_OPINION, NULL, "khong nhan duoc tin nhan"},
    {"không muốn ngừng nhận tin", REPLY_OPINION, NULL, "không muốn ngừng nhận tin"},
    {"đừng nhắn tin cho con tôi, nhắn cho tôi", REPLY_OPINION, NULL,
     "đừng nhắn tin cho con tôi, nhắn cho tôi"},
    {"chưa nhận TC", REPLY_UNCLEAR, NULL, NULL},
    {"TC của tôi đâu", REPLY_UNCLEAR, NULL, NULL},
    {"từ chối", REPLY_UNCLEAR, NULL, NULL},
    {"1 TC", REPLY_UNCLEAR, NULL, NULL},
    /* robots */
    {"[QC] Nap the tang 20%", REPLY_SERVICE, NULL, NULL},
    {"[qc]1", REPLY_SERVICE, NULL, NULL},
};

/* Letters as codes, one label inside another, words that politeness could eat. */
static const char letters_text[] =
    "code = \"CHU\"; title = \"t\"; kind = \"survey\"; text = \"t\"; audience = { units = [ \"X\" "
    "]; };\n"
    "questions = ( { id = \"nghe\"; kind = \"choice\"; options = (\n"
    "  { code = \"A\"; label = \"may\"; }, { code = \"B\"; label = \"mộc\"; aliases = [ \"xin "
    "nghỉ\" ]; },\n"
    "  { code = \"C\"; label = \"không có nhu cầu\"; aliases = [ \"không\", \"đã\" ]; },\n"
    "  { code = \"D\"; label = \"chưa nhận\"; }, { code = \"E\"; label = \"đã nhận\"; } ); } );\n";

static const struct reply_row letter_rows[] = {
    {"A", REPLY_ANSWER, "A", NULL},
    {"A.", REPLY_ANSWER, "A", NULL},
    {"Dạ A ạ", REPLY_ANSWER, "A", NULL},
    {"[A]", REPLY_ANSWER, "A", NULL},
    {"\uff21", REPLY_ANSWER, "A", NULL},
    {"B a", REPLY_ANSWER, "B", NULL},
    {"b", REPLY_ANSWER, "B", NULL},
    {"a", REPLY_UNCLEAR, NULL, NULL},
    {"ạ", REPLY_UNCLEAR, NULL, NULL},
    {"da a", REPLY_UNCLEAR, NULL, NULL},
    {"da", REPLY_UNCLEAR, NULL, NULL},
    {"đã", REPLY_ANSWER, "C", NULL},
    {"c ơi", REPLY_UNCLEAR, NULL, NULL},
    {"A cho 2 đứa", REPLY_ANSWER, "A", NULL},
    {"A B", REPLY_UNCLEAR, NULL, NULL},
    {"may", REPLY_ANSWER, "A", NULL},
    {"máy", REPLY_UNCLEAR, NULL, NULL},
    {"em xin nghỉ ạ", REPLY_ANSWER, "B", NULL},
    {"moc", REPLY_ANSWER, "B", NULL},
    {"không", REPLY_ANSWER, "C", NULL},
    {"khong co nhu cau", REPLY_ANSWER, "C", NULL},
    {"không có", REPLY_UNCLEAR, NULL, NULL},
    {"chưa nhận", REPLY_ANSWER, "D", NULL},
    {"da nhan", REPLY_ANSWER, "E", NULL},
    {"Đã nhan ạ", REPLY_ANSWER, "E", NULL},
    {"dạ nhận", REPLY_UNCLEAR, NULL, NULL},
    {"TC", REPLY_UNCLEAR, NULL, NULL},
    {"YK: mong", REPLY_UNCLEAR, NULL, NULL},
};

/* Two questions that share their codes; the second has a keyword of its own. */
static const char several_text[] =
    "code = \"HAI\"; title = \"t\"; kind = \"survey\"; text = \"t\"; audience = { units = [ \"X\" "
    "]; };\n"
    "questions = (\n"
    "  { id = \"mot\"; kind = \"choice\"; options = ( { code = \"1\"; label = \"có họp\"; },\n"
    "                                              { code = \"2\"; label = \"vắng\"; } ); },\n"
    "  { id = \"hai\"; kind = \"choice\"; keyword = \"H\"; options = ( { code = \"1\"; label = "
    "\"đi xe\"; },\n"
    "                                              { code = \"2\"; label = \"đi bộ\"; } ); },\n"
    "  { id = \"bc\"; kind = \"numbers\"; keyword = \"BC\"; fields = ( { name = \"dot\"; label = "
    "\"số đợt\"; } ); } );\n";

static const struct reply_row several_rows[] = {
    {"1", REPLY_ANSWER, "1", NULL},         {"H 2", REPLY_ANSWER, "2", NULL},
    {"h đi bộ ạ", REPLY_ANSWER, "2", NULL}, {"đi bộ", REPLY_UNCLEAR, NULL, NULL},
    {"BC 81 5", REPLY_UNCLEAR, NULL, NULL},
};

struct service_row {
    const char *sender, *text;
    bool service;
};

static const struct service_row service_rows[] = {
    {"+84912000345", "1", false},
    {"0912000345", "1", false},
    {"VIETTEL", "1", true},
    {"191", "1", true},
    {"123456", "1", true},
    {"1234567", "1", false},
    {"+84912000345", "[QC] Mua ngay", true},
    {"+84912000345", " [AD] buy", true},
    {"+84912000345", "QC", false},
    {"", "1", true},
    {"Bo Cong An", "1", true},
};

static void read_campaign(const char *text, const char *name, struct campaign_config *retcampaign)
{
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    memset(retcampaign, 0, sizeof *retcampaign);
    if (!campaign_config_read(text, name, retcampaign, mistakes)) {
        g_autofree char *said = mistake_text(g_ptr_array_index(mistakes, 0));
        g_error("%s", said);
    }
}

static const char *first_code(const struct reply_reading *reading)
{
    const char *question;
    char *const *codes = reply_reading_only(reading, &question);
    return codes != NULL ? codes[0] : NULL;
}

static void check(const struct campaign_config *campaign, const struct reply_row *rows,
                  size_t count)
{
    struct reply_reader *reader = reply_reader_new(campaign);
    for (size_t i = 0; i < count; i++) {
        const struct reply_row *row = &rows[i];
        g_test_message("%s", row->text);
        struct reply_reading reading;
        reply_read(reader, row->text, &reading);
        g_test_message("%s by %s", reply_outcome_name(reading.outcome), reading.rule);
        g_assert_cmpstr(reply_outcome_name(reading.outcome), ==, reply_outcome_name(row->outcome));
        g_assert_cmpstr(reading.opinion, ==, row->opinion);
        g_assert_cmpstr(first_code(&reading), ==, row->code);
        g_assert_cmpint(reading.answer_count, ==, row->code != NULL);
        g_assert_nonnull(reading.rule);
        g_assert_nonnull(reading.normalised);
        reply_reading_clear(&reading);
    }
    reply_reader_free(reader);
}

static void replies_to_the_dialogue(void)
{
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents("tests/samples/doi-thoai.conf", &text, NULL, NULL));
    struct campaign_config campaign;
    read_campaign(text, "doi-thoai.conf", &campaign);
    check(&campaign, dialogue_rows, G_N_ELEMENTS(dialogue_rows));
    campaign_config_clear(&campaign);
}

static void letters_are_bad_codes(void)
{
    struct campaign_config campaign;
    read_campaign(letters_text, "chu.conf", &campaign);
    check(&campaign, letter_rows, G_N_ELEMENTS(letter_rows));
    campaign_config_clear(&campaign);
}

static void several_questions_are_told_apart(void)
{
    struct campaign_config campaign;
    read_campaign(several_text, "hai.conf", &campaign);
    check(&campaign, several_rows, G_N_ELEMENTS(several_rows));
    struct reply_reader *reader = reply_reader_new(&campaign);
    struct reply_reading reading;
    reply_read(reader, "H 2", &reading);
    g_assert_cmpstr(reading.answers[0].question, ==, "hai");
    reply_reading_clear(&reading);
    reply_reader_free(reader);
    campaign_config_clear(&campaign);
}

/* A dialogue with sessions, heads and free text: who says what in one text. */
static void one_text_answers_several_questions(void)
{
    static const char text[] =
        "code = \"HOP\"; title = \"t\"; kind = \"survey\";\n"
        "questions = (\n"
        "  { id = \"du\"; kind = \"choice\"; options = ( { code = \"1\"; label = \"có dự\"; },\n"
        "                                             { code = \"2\"; label = \"không dự\"; } ); "
        "},\n"
        "  { id = \"gio\"; kind = \"choice\"; options = ( { code = \"A\"; label = \"buổi sáng\"; "
        "},\n"
        "                                            { code = \"B\"; label = \"buổi chiều\"; } ); "
        "},\n"
        "  { id = \"nguoi\"; kind = \"headcount\"; keyword = \"HOP\"; },\n"
        "  { id = \"gy\"; kind = \"text\"; keyword = \"GY\"; } );\n";
    static const char *const rows[][2] = {
        {"1", "du=1"},
        {"1 A", "du=1 gio=A"},
        {"2, B ạ", "du=2 gio=B"},
        {"buổi sáng", "gio=A"},
        {"HOP 2 nguoi", "nguoi=2"},
        {"1 HOP 3", "du=1 nguoi=3"},
        {"1 A HOP 3 người", "du=1 gio=A nguoi=3"},
        {"GY nên họp tối", "gy=nên họp tối"},
        {"HOP hai vc em", ""},
        {"HOP 2-3 nguoi", ""},
        {"1 2", ""},
    };
    struct campaign_config campaign;
    read_campaign(text, "hop.conf", &campaign);
    struct reply_reader *reader = reply_reader_new(&campaign);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct reply_reading reading;
        g_autoptr(GString) told = g_string_new(NULL);
        reply_read(reader, rows[i][0], &reading);
        for (unsigned a = 0; a < reading.answer_count; a++) {
            const struct reply_answer *answer = &reading.answers[a];
            g_string_append_printf(told, "%s%s=", a > 0 ? " " : "", answer->question);
            if (answer->codes != NULL)
                g_string_append(told, answer->codes[0]);
            else
                g_string_append_printf(told, "%" G_GINT64_FORMAT, answer->numbers[0].value);
        }
        g_test_message("%s: %s by %s", rows[i][0], told->str, reading.rule);
        g_assert_cmpstr(told->str, ==, rows[i][1]);
        reply_reading_clear(&reading);
    }
    reply_reader_free(reader);
    campaign_config_clear(&campaign);
}

/* Digits in a row are codes in a row, or nothing; none keeps the reader going for ever. */
static void digits_in_a_row_are_codes(void)
{
    static const char text[] =
        "code = \"C\"; title = \"C\"; kind = \"survey\";\n"
        "questions = ( { id = \"nghe\"; kind = \"choices\"; options = (\n"
        "  { code = \"1\"; label = \"may\"; }, { code = \"2\"; label = \"hàn\"; } ); } );\n";
    static const struct reply_row rows[] = {
        {"12", REPLY_ANSWER, "1", NULL},         {"21", REPLY_ANSWER, "1", NULL},
        {"22", REPLY_UNCLEAR, NULL, NULL},       {"19", REPLY_UNCLEAR, NULL, NULL},
        {"91", REPLY_UNCLEAR, NULL, NULL},       {"1, 22", REPLY_UNCLEAR, NULL, NULL},
        {"22222222", REPLY_UNCLEAR, NULL, NULL},
    };
    struct campaign_config campaign;
    read_campaign(text, "c.conf", &campaign);
    check(&campaign, rows, G_N_ELEMENTS(rows));
    campaign_config_clear(&campaign);
}

static void rules_and_text_are_told(void)
{
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents("tests/samples/doi-thoai.conf", &text, NULL, NULL));
    struct campaign_config campaign;
    read_campaign(text, "doi-thoai.conf", &campaign);
    static const char *const rows[][3] = {
        {"Dạ em chọn 1 ạ", "R5 code", "chọn 1"},
        {"Buổi 2", "R5 alias", "buổi 2"},
        {"không dự được", "R5 label", "không dự được"},
        {"TC", "R6 keyword", "tc"},
        {"STOP", "R6 phrase", "stop"},
        {"Đừng nhắn tin nữa", "R6 sentence", "đừng nhắn tin nữa"},
        {"ạ", "R4 politeness alone", ""},
        {"Có", "R10 no option or several of that sense", "có"},
    };
    struct reply_reader *reader = reply_reader_new(&campaign);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct reply_reading reading;
        reply_read(reader, rows[i][0], &reading);
        g_assert_cmpstr(reading.rule, ==, rows[i][1]);
        g_assert_cmpstr(reading.normalised, ==, rows[i][2]);
        reply_reading_clear(&reading);
    }
    reply_reader_free(reader);
    campaign_config_clear(&campaign);
}

static void robots_are_known_by_sender_or_mark(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(service_rows); i++) {
        g_test_message("%s: %s", service_rows[i].sender, service_rows[i].text);
        g_assert_cmpint(reply_is_service(service_rows[i].sender, service_rows[i].text), ==,
                        service_rows[i].service);
    }
}

static void a_very_long_reply_is_read(void)
{
    struct campaign_config campaign;
    read_campaign(letters_text, "chu.conf", &campaign);
    g_autoptr(GString) text = g_string_new(NULL);
    for (unsigned i = 0; i < 20000; i++)
        g_string_append(text, "em ");
    struct reply_reader *reader = reply_reader_new(&campaign);
    struct reply_reading reading;
    reply_read(reader, text->str, &reading);
    g_assert_cmpint(reading.outcome, ==, REPLY_UNCLEAR);
    reply_reading_clear(&reading);
    reply_reader_free(reader);
    campaign_config_clear(&campaign);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reply/replies to the dialogue", replies_to_the_dialogue);
    g_test_add_func("/reply/letters are bad codes", letters_are_bad_codes);
    g_test_add_func("/reply/several questions are told apart", several_questions_are_told_apart);
    g_test_add_func("/reply/one text answers several questions",
                    one_text_answers_several_questions);
    g_test_add_func("/reply/digits in a row are codes", digits_in_a_row_are_codes);
    g_test_add_func("/reply/rules and text are told", rules_and_text_are_told);
    g_test_add_func("/reply/robots are known by sender or mark",
                    robots_are_known_by_sender_or_mark);
    g_test_add_func("/reply/a very long reply is read", a_very_long_reply_is_read);
    return g_test_run();
}
