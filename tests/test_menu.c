// SPDX-License-Identifier: GPL-2.0-or-later
/* Menus as somebody sees them who dials: page after page, word by word. */
#include "tests/menu_walk.h"

#include <string.h>

/* --- Conversations, word by word ------------------------------------------------------------ */

#define HEAD "code = \"A\"; title = \"Thăm dò\"; kind = \"survey\"; "
#define YK   "opinion = { keywords = [ \"YK\" ]; }; "
#define ONE                                                                                        \
    "questions = ( { id = \"q\"; kind = \"choice\"; text = \"Chọn buổi nào?\"; options = (\n" \
    "{ code = \"1\"; label = \"sáng\"; }, { code = \"2\"; label = \"chiều\"; },\n"              \
    "{ code = \"0\"; label = \"không dự\"; sense = \"no\"; } ); } );"
#define LETTERS                                                                                    \
    "questions = ( { id = \"q\"; kind = \"choice\"; text = \"Chọn nghề nào?\"; options = (\n" \
    "{ code = \"A\"; label = \"may\"; }, { code = \"B\"; label = \"mộc\"; } ); } );"
#define SEVERAL                                                                                    \
    "questions = ( { id = \"q\"; kind = \"choices\"; text = \"Học nghề gì?\"; options = (\n"  \
    "{ code = \"1\"; label = \"may\"; }, { code = \"2\"; label = \"hàn\"; },\n"                   \
    "{ code = \"3\"; label = \"nấu ăn\"; },\n"                                                  \
    "{ code = \"6\"; label = \"không\"; exclusive = true; sense = \"no\"; } ); } );"
#define FIGURES                                                                                       \
    "questions = ( { id = \"bc\"; kind = \"numbers\"; keyword = \"BC\"; text = \"Báo cáo tháng\";" \
    "fields = ( { name = \"dot\"; label = \"số đợt\"; },\n"                                      \
    "{ name = \"luot\"; label = \"số lượt\"; } ); } );"
#define PAIR                                                                                       \
    "questions = ( { id = \"du\"; kind = \"headcount\"; text = \"Mấy người dự?\"; },\n"     \
    "{ id = \"pb\"; kind = \"choice\"; text = \"Đã phổ biến chưa?\"; options = (\n"         \
    "{ code = \"1\"; label = \"đã\"; sense = \"yes\"; },\n"                                      \
    "{ code = \"2\"; label = \"chưa\"; sense = \"no\"; } );\n"                                    \
    "addons = ( { code = \"TV\"; label = \"tư vấn\"; } ); },\n"                                 \
    "{ id = \"gopy\"; kind = \"text\"; text = \"Cần gì thêm?\"; } ); "
#define THANKS "answers = { accepted = \"Da ghi nhan: {lua_chon}. Cam on {ten}.\"; }; "

static const struct {
    const char *name, *campaign;
    enum ussd_alphabet alphabet;
    const char *answered; /* '1' for each question that needs no asking; NULL: all are asked */
    const char *inputs;   /* parted by "|"; "": none */
    const char *seen;     /* pages, "(q: text)" before the page on which it was answered */
} conversations[] = {
    {"codes that are digits are the keys, zero too", HEAD ONE, USSD_ALPHABET_GSM7, NULL, "0",
     "Chon buoi nao?\n1. sang\n2. chieu\n0. khong du\n(q: 0)\nEND Da ghi nhan. Cam on."},
    {"diacritics stay in UCS-2", HEAD ONE, USSD_ALPHABET_UCS2, NULL, "2",
     "Chọn buổi nào?\n1. sáng\n2. chiều\n0. không dự\n(q: 2)\nEND Đã ghi nhận. Cảm ơn."},
    {"a key that is none is asked for again", HEAD ONE, USSD_ALPHABET_GSM7, NULL, "9||1#",
     "Chon buoi nao?\n1. sang\n2. chieu\n0. khong du\n"
     "?Chon sai.\nChon buoi nao?\n1. sang\n2. chieu\n0. khong du\n"
     "?Chon sai.\nChon buoi nao?\n1. sang\n2. chieu\n0. khong du\n"
     "(q: 1)\nEND Da ghi nhan. Cam on."},
    {"words are read as an SMS is", HEAD ONE, USSD_ALPHABET_GSM7, NULL, "em chon chieu a",
     "Chon buoi nao?\n1. sang\n2. chieu\n0. khong du\n(q: 2)\nEND Da ghi nhan. Cam on."},
    {"letters are numbered, and may be typed", HEAD LETTERS, USSD_ALPHABET_GSM7, NULL, "b",
     "Chon nghe nao?\n1. may\n2. moc\n(q: B)\nEND Da ghi nhan. Cam on."},
    {"the number of a letter", HEAD LETTERS, USSD_ALPHABET_GSM7, NULL, "1",
     "Chon nghe nao?\n1. may\n2. moc\n(q: A)\nEND Da ghi nhan. Cam on."},
    {"several at once are all that is meant", HEAD SEVERAL, USSD_ALPHABET_GSM7, NULL, "3,1",
     "Hoc nghe gi?\n1. may\n2. han\n3. nau an\n6. khong\nChon nhieu: 1 2\n"
     "(q: 1 3)\nEND Da ghi nhan. Cam on."},
    {"one by one until it is enough", HEAD SEVERAL, USSD_ALPHABET_GSM7, NULL, "3|2|99",
     "Hoc nghe gi?\n1. may\n2. han\n3. nau an\n6. khong\nChon nhieu: 1 2\n"
     "Da chon: 3\n99. xong\n1. may\n2. han\n00. quay lai\n"
     "Da chon: 2 3\n99. xong\n1. may\n00. quay lai\n"
     "(q: 2 3)\nEND Da ghi nhan. Cam on."},
    {"going back forgets what was chosen", HEAD SEVERAL, USSD_ALPHABET_GSM7, NULL, "3|00|6",
     "Hoc nghe gi?\n1. may\n2. han\n3. nau an\n6. khong\nChon nhieu: 1 2\n"
     "Da chon: 3\n99. xong\n1. may\n2. han\n00. quay lai\n"
     "Hoc nghe gi?\n1. may\n2. han\n3. nau an\n6. khong\nChon nhieu: 1 2\n"
     "(q: 6)\nEND Da ghi nhan. Cam on."},
    {"what excludes the others stands alone, and 13 is not 1 and 3", HEAD SEVERAL,
     USSD_ALPHABET_GSM7, NULL, "1 6|13|1|6",
     "Hoc nghe gi?\n1. may\n2. han\n3. nau an\n6. khong\nChon nhieu: 1 2\n"
     "?Chon sai.\nHoc nghe gi?\n1. may\n2. han\n3. nau an\n6. khong\nChon nhieu: 1 2\n"
     "?Chon sai.\nHoc nghe gi?\n1. may\n2. han\n3. nau an\n6. khong\nChon nhieu: 1 2\n"
     "Da chon: 1\n99. xong\n2. han\n3. nau an\n00. quay lai\n"
     "?Chon sai.\nDa chon: 1\n99. xong\n2. han\n3. nau an\n00. quay lai"},
    {"number by number, with the groups of an SMS", HEAD FIGURES, USSD_ALPHABET_GSM7, NULL,
     "81|35.420",
     "Bao cao thang\nSo dot:\nSo luot:\n00. quay lai\n(bc: 81 35420)\nEND Da ghi nhan. Cam on."},
    {"all numbers at once, where it cannot be one", HEAD FIGURES, USSD_ALPHABET_GSM7, NULL,
     "81 350|81 35420",
     "Bao cao thang\nSo dot:\n?So sai.\nBao cao thang\nSo dot:\n"
     "(bc: 81 35420)\nEND Da ghi nhan. Cam on."},
    {"a fraction is no number, and one may go back", HEAD FIGURES, USSD_ALPHABET_GSM7, NULL,
     "8|3,5|00|7|35 420",
     "Bao cao thang\nSo dot:\nSo luot:\n00. quay lai\n?So sai.\nSo luot:\n00. quay lai\n"
     "Bao cao thang\nSo dot:\nSo luot:\n00. quay lai\n(bc: 7 35420)\nEND Da ghi nhan. Cam on."},
    {"heads, add-ons, free text and an opinion follow each other", HEAD PAIR YK THANKS,
     USSD_ALPHABET_GSM7, NULL, "03|1|1|cho them ghe ngoi|duong hong",
     "May nguoi du?\nSo nguoi (0: khong):\n"
     "(du: 3)\nDa pho bien chua?\n1. da\n2. chua\n00. quay lai\n"
     "(pb: 1)\nKem TV: tu van?\n1. Co\n2. Khong\n00. quay lai\n"
     "(pb: TV)\nCan gi them?\n(0: bo qua)\n00. quay lai\n"
     "(gopy: cho them ghe ngoi)\nY kien khac?\n(0: khong co)\n00. quay lai\n"
     "(-: YK duong hong)\nEND Da ghi nhan. Cam on."},
    {"only what is missing is asked", HEAD PAIR YK, USSD_ALPHABET_GSM7, "110", "0|0",
     "Can gi them?\n(0: bo qua)\nY kien khac?\n(0: khong co)\n00. quay lai\n"
     "END Da ghi nhan. Cam on."},
    {"who has answered everything may change one answer", HEAD PAIR YK, USSD_ALPHABET_GSM7, "111",
     "1|2|2|2",
     "Ban da tra loi.\n1. Tra loi lai\n2. Gui y kien\n3. Thoat\n"
     "Doi cau nao?\n1. May nguoi du?\n2. Da pho bien chua?\n3. Can gi them?\n"
     "Da pho bien chua?\n1. da\n2. chua\n"
     "(pb: 2)\nKem TV: tu van?\n1. Co\n2. Khong\n00. quay lai\n"
     "END Da ghi nhan. Cam on."},
    {"or leave", HEAD ONE, USSD_ALPHABET_GSM7, "1", "3|2",
     "Ban da tra loi.\n1. Tra loi lai\n2. Thoat\n?Chon sai.\nBan da tra loi.\n1. Tra loi lai\n"
     "2. Thoat\nEND Cam on."},
    {"the invitation asks, without the name and how to answer by SMS",
     "code = \"A\"; title = \"t\"; kind = \"survey\";\n"
     "text = \"HND tinh: Gia dinh {ten} da nhan tien chua? Nhan: 1=da nhan, 2=chua\";\n"
     "questions = ( { id = \"q\"; kind = \"choice\"; options = (\n"
     "{ code = \"1\"; label = \"đã nhận\"; }, { code = \"2\"; label = \"chưa\"; } ); } );",
     USSD_ALPHABET_GSM7, NULL, "", "HND tinh: Gia dinh da nhan tien chua?\n1. da nhan\n2. chua"},
};

static char *transcript(struct menu_walk *walk, const char *inputs, const bool *answered)
{
    GString *seen = g_string_new(NULL);
    g_auto(GStrv) typed = g_strsplit(inputs, "|", -1);
    menu_walk_begin(walk, answered);
    for (char **input = typed;; input++) {
        const struct menu_turn *turn = &walk->turn;
        if (turn->answer != NULL)
            g_string_append_printf(seen, "(%s: %s)\n",
                                   turn->question != NULL ? turn->question->id : "-", turn->answer);
        g_string_append_printf(seen, "%s%s%s", turn->misread ? "?" : "", turn->end ? "END " : "",
                               turn->page);
        if (turn->end || *input == NULL)
            break;
        g_string_append_c(seen, '\n');
        menu_walk_say(walk, *input);
    }
    return g_string_free(seen, FALSE);
}

static void test_conversations(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(conversations); i++) {
        struct menu_walk walk;
        bool answered[8] = {false};
        const char *marks = conversations[i].answered;
        menu_walk_open(&walk, conversations[i].campaign, conversations[i].alphabet);
        for (size_t q = 0; marks != NULL && marks[q] != '\0'; q++)
            answered[q] = marks[q] == '1';
        g_autofree char *seen =
            transcript(&walk, conversations[i].inputs, marks != NULL ? answered : NULL);
        g_test_message("%s", conversations[i].name);
        g_assert_cmpstr(seen, ==, conversations[i].seen);
        menu_walk_close(&walk);
    }
}

/* --- Pages ---------------------------------------------------------------------------------- */

/* Forty options of two words: several pages, each option whole, every key works from any page. */
static void test_long_lists(void)
{
    g_autoptr(GString) text = g_string_new(
        HEAD "questions = ( { id = \"q\"; kind = \"choice\"; text = \"Ở thôn nào?\"; options = (");
    for (unsigned i = 1; i <= 40; i++)
        g_string_append_printf(text, "%s{ code = \"%u\"; label = \"xóm Đông %u\"; }",
                               i > 1 ? "," : "", i, i);
    g_string_append(text, "); } );");
    struct menu_walk walk;
    menu_walk_open(&walk, text->str, USSD_ALPHABET_GSM7);
    menu_walk_begin(&walk, NULL);
    unsigned pages = 1, options = 0;
    for (;; pages++) {
        g_auto(GStrv) lines = g_strsplit(walk.turn.page, "\n", -1);
        for (char **line = lines; *line != NULL; line++) {
            g_autofree char *wanted = g_strdup_printf("%u. xom Dong %u", options + 1, options + 1);
            options += strcmp(*line, wanted) == 0;
        }
        if (!g_str_has_suffix(walk.turn.page, "\n0. tiep"))
            break;
        menu_walk_say(&walk, "0");
    }
    g_assert_cmpuint(options, ==, 40);
    g_assert_cmpuint(pages, ==, 4);
    g_assert_true(g_str_has_suffix(walk.turn.page, "\n00. quay lai"));
    g_autofree char *last = g_strdup(walk.turn.page);
    menu_walk_say(&walk, "00");
    g_assert_true(g_str_has_suffix(walk.turn.page, "\n0. tiep"));
    menu_walk_say(&walk, "41");
    g_assert_true(walk.turn.misread);
    g_assert_true(g_str_has_prefix(walk.turn.page, "Chon sai.\n"));
    menu_walk_say(&walk, "40");
    menu_walk_assert_said(&walk, walk.campaign.questions->pdata[0], "40");
    menu_walk_close(&walk);
}

/* A session that broke off goes on where it was; nothing of another file is taken for a place. */
static void test_resuming(void)
{
    struct menu_walk walk, other;
    menu_walk_open(&walk, HEAD SEVERAL, USSD_ALPHABET_GSM7);
    menu_walk_open(&other, HEAD ONE, USSD_ALPHABET_GSM7);
    menu_walk_begin(&walk, NULL);
    menu_walk_say(&walk, "1");
    g_autofree char *page = g_strdup(walk.turn.page), *place = g_strdup(walk.turn.place);
    menu_walk_say(&walk, "77");
    g_autofree char *missed = g_strdup(walk.turn.place);
    menu_turn_clear(&walk.turn);
    g_assert_true(menu_resume(walk.menu, missed, &walk.turn));
    g_assert_cmpstr(walk.turn.page, ==, page);
    g_assert_cmpstr(walk.turn.place, ==, place);
    menu_walk_say(&walk, "99");
    g_assert_cmpstr(walk.turn.answer, ==, "1");
    menu_turn_clear(&other.turn);
    g_assert_false(menu_resume(other.menu, place, &other.turn));
    menu_go_on(other.menu, place, "1", &other.turn);
    menu_walk_check(&other);
    g_assert_true(g_str_has_prefix(other.turn.page, "Chon buoi nao?"));
    menu_walk_close(&other);
    menu_walk_close(&walk);
}

static void test_notices(void)
{
    g_autofree char *plain = menu_notice(USSD_ALPHABET_GSM7, "Chiến dịch đã kết thúc.");
    g_assert_cmpstr(plain, ==, "Chien dich da ket thuc.");
    g_autofree char *words = g_strnfill(400, 'a');
    for (size_t i = 7; i < 400; i += 8)
        words[i] = ' ';
    for (enum ussd_alphabet a = USSD_ALPHABET_GSM7; a <= USSD_ALPHABET_UCS2; a++) {
        g_autofree char *cut = menu_notice(a, words);
        g_assert_true(menu_page_fits(cut, NULL, NULL));
        g_assert_true(g_str_has_suffix(cut, "aaaaaaa..."));
    }
    g_autofree char *euro = menu_notice(USSD_ALPHABET_GSM7, "{€} “x” – 👍🏽 中");
    g_assert_cmpstr(euro, ==, "{€} \"x\" - ?? ?");
}

static void test_warnings(void)
{
    struct menu_walk walk;
    g_autofree char *long_label = g_strnfill(200, 'x');
    g_autofree char *text = g_strdup_printf(
        HEAD "questions = ( { id = \"q\"; kind = \"choice\"; options = ("
             "{ code = \"1\"; label = \"%s\"; }, { code = \"2\"; label = \"中\"; } ); } );",
        long_label);
    menu_walk_open(&walk, text, USSD_ALPHABET_GSM7);
    g_autoptr(GPtrArray) warnings = menu_warnings(walk.menu);
    g_ptr_array_add(warnings, NULL);
    g_autofree char *all = g_strjoinv("\n", (char **)warnings->pdata);
    g_assert_cmpstr(all, ==,
                    "question q has no text: the menu shows “Tham do”\n"
                    "the label of 1 of question q is longer than a page\n"
                    "the label of 2 of question q has characters that the alphabet has not: “?”");
    menu_walk_close(&walk);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/menu/conversations", test_conversations);
    g_test_add_func("/menu/long lists", test_long_lists);
    g_test_add_func("/menu/resuming", test_resuming);
    g_test_add_func("/menu/notices", test_notices);
    g_test_add_func("/menu/warnings", test_warnings);
    return g_test_run();
}
