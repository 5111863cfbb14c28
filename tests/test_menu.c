// SPDX-License-Identifier: GPL-2.0-or-later
/* Menus as somebody sees them who dials: page after page. Whatever is chosen, in every campaign
 * that lies about here, must be judged as exactly that when it is read as an SMS; and no page may
 * be longer than a page, whatever is typed. */
#include "campaigns/ballot.h"
#include "campaigns/judgement.h"
#include "campaigns/menu.h"
#include "campaigns/menu_heading.h"
#include "campaigns/menu_page.h"

#include <string.h>

/* --- Walking -------------------------------------------------------------------------------- */

struct walk {
    struct campaign_config campaign;
    enum ussd_alphabet alphabet;
    struct menu *menu;
    struct reply_reader *reader;
    GPtrArray *turns; /* struct reply_reader *, of each question */
    struct menu_turn turn;
};

static void free_reader(gpointer reader)
{
    reply_reader_free(reader);
}

static void open_walk(struct walk *walk, const char *text, enum ussd_alphabet alphabet)
{
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    *walk = (struct walk){.alphabet = alphabet};
    if (!campaign_config_read(text, "a.conf", &walk->campaign, mistakes))
        for (guint i = 0; i < mistakes->len; i++) {
            g_autofree char *sentence = mistake_text(mistakes->pdata[i]);
            g_test_message("%s", sentence);
        }
    g_assert_cmpuint(mistakes_count(mistakes), ==, 0);
    walk->menu = menu_new(&walk->campaign, alphabet);
    walk->reader = reply_reader_new(&walk->campaign);
    walk->turns = g_ptr_array_new_with_free_func(free_reader);
    for (guint q = 0; q < walk->campaign.questions->len; q++)
        g_ptr_array_add(walk->turns, reply_reader_new_for(&walk->campaign, q));
}

static void close_walk(struct walk *walk)
{
    menu_turn_clear(&walk->turn);
    menu_free(walk->menu);
    reply_reader_free(walk->reader);
    g_ptr_array_unref(walk->turns);
    campaign_config_clear(&walk->campaign);
}

/* What holds of every turn. */
static void check_turn(const struct walk *walk)
{
    const struct menu_turn *turn = &walk->turn;
    unsigned used, limit;
    g_assert_nonnull(turn->page);
    g_assert_cmpstr(turn->page, !=, "");
    g_assert_true(g_utf8_validate(turn->page, -1, NULL));
    if (!menu_page_fits(turn->page, &used, &limit))
        g_error("%u of %u: %s", used, limit, turn->page);
    if (walk->alphabet == USSD_ALPHABET_GSM7)
        g_assert_cmpuint(limit, ==, MENU_SEPTETS);
    g_assert_cmpuint(strlen(turn->place), <=, MENU_PLACE_MAX);
    g_assert_true(turn->question == NULL || turn->answer != NULL);
    g_assert_false(turn->misread && (turn->end || turn->answer != NULL));
}

static void begin(struct walk *walk, const bool *answered)
{
    menu_turn_clear(&walk->turn);
    menu_begin(walk->menu, answered, &walk->turn);
    check_turn(walk);
}

static void say(struct walk *walk, const char *input)
{
    g_autofree char *place = g_strdup(walk->turn.place);
    menu_turn_clear(&walk->turn);
    menu_go_on(walk->menu, place, input, &walk->turn);
    check_turn(walk);
}

/* The answer of the last turn as an SMS, with that question open. */
static char *judged(struct walk *walk, const struct question_config *question)
{
    guint place = 0;
    while (walk->campaign.questions->pdata[place] != question)
        place++;
    const struct judgement_case asked = {.campaign = &walk->campaign,
                                         .reader = walk->reader,
                                         .turn = walk->turns->pdata[place],
                                         .shut = "",
                                         .text = walk->turn.answer};
    struct judgement judgement;
    judgement_make(&asked, &judgement);
    char *said = judgement.outcome == JUDGED_ANSWER && judgement.count == 1 &&
                         judgement.answers[0].question == question && judgement.opinion == NULL
                     ? g_strdup(judgement.answers[0].said)
                     : g_strdup(judgement_outcome_name(judgement.outcome));
    judgement_clear(&judgement);
    return said;
}

static void assert_said(struct walk *walk, const struct question_config *question,
                        const char *wanted)
{
    g_assert_true(walk->turn.question == question);
    g_autofree char *said = judged(walk, question);
    if (strcmp(said, wanted) != 0)
        g_error("%s of %s: “%s” is judged as “%s”, not “%s”", question->id, walk->campaign.code,
                walk->turn.answer, said, wanted);
}

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

static char *transcript(struct walk *walk, const char *inputs, const bool *answered)
{
    GString *seen = g_string_new(NULL);
    g_auto(GStrv) typed = g_strsplit(inputs, "|", -1);
    begin(walk, answered);
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
        say(walk, *input);
    }
    return g_string_free(seen, FALSE);
}

static void test_conversations(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(conversations); i++) {
        struct walk walk;
        bool answered[8] = {false};
        const char *marks = conversations[i].answered;
        open_walk(&walk, conversations[i].campaign, conversations[i].alphabet);
        for (size_t q = 0; marks != NULL && marks[q] != '\0'; q++)
            answered[q] = marks[q] == '1';
        g_autofree char *seen =
            transcript(&walk, conversations[i].inputs, marks != NULL ? answered : NULL);
        g_test_message("%s", conversations[i].name);
        g_assert_cmpstr(seen, ==, conversations[i].seen);
        close_walk(&walk);
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
    struct walk walk;
    open_walk(&walk, text->str, USSD_ALPHABET_GSM7);
    begin(&walk, NULL);
    unsigned pages = 1, options = 0;
    for (;; pages++) {
        g_auto(GStrv) lines = g_strsplit(walk.turn.page, "\n", -1);
        for (char **line = lines; *line != NULL; line++) {
            g_autofree char *wanted = g_strdup_printf("%u. xom Dong %u", options + 1, options + 1);
            options += strcmp(*line, wanted) == 0;
        }
        if (!g_str_has_suffix(walk.turn.page, "\n0. tiep"))
            break;
        say(&walk, "0");
    }
    g_assert_cmpuint(options, ==, 40);
    g_assert_cmpuint(pages, ==, 4);
    g_assert_true(g_str_has_suffix(walk.turn.page, "\n00. quay lai"));
    g_autofree char *last = g_strdup(walk.turn.page);
    say(&walk, "00");
    g_assert_true(g_str_has_suffix(walk.turn.page, "\n0. tiep"));
    say(&walk, "41");
    g_assert_true(walk.turn.misread);
    g_assert_true(g_str_has_prefix(walk.turn.page, "Chon sai.\n"));
    say(&walk, "40");
    assert_said(&walk, walk.campaign.questions->pdata[0], "40");
    close_walk(&walk);
}

/* A session that broke off goes on where it was; nothing of another file is taken for a place. */
static void test_resuming(void)
{
    struct walk walk, other;
    open_walk(&walk, HEAD SEVERAL, USSD_ALPHABET_GSM7);
    open_walk(&other, HEAD ONE, USSD_ALPHABET_GSM7);
    begin(&walk, NULL);
    say(&walk, "1");
    g_autofree char *page = g_strdup(walk.turn.page), *place = g_strdup(walk.turn.place);
    say(&walk, "77");
    g_autofree char *missed = g_strdup(walk.turn.place);
    menu_turn_clear(&walk.turn);
    g_assert_true(menu_resume(walk.menu, missed, &walk.turn));
    g_assert_cmpstr(walk.turn.page, ==, page);
    g_assert_cmpstr(walk.turn.place, ==, place);
    say(&walk, "99");
    g_assert_cmpstr(walk.turn.answer, ==, "1");
    menu_turn_clear(&other.turn);
    g_assert_false(menu_resume(other.menu, place, &other.turn));
    menu_go_on(other.menu, place, "1", &other.turn);
    check_turn(&other);
    g_assert_true(g_str_has_prefix(other.turn.page, "Chon buoi nao?"));
    close_walk(&other);
    close_walk(&walk);
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

/* --- Every campaign ------------------------------------------------------------------------- */

/* A line "KEY. …" that is no key for moving about. */
static bool is_option(const char *line)
{
    size_t digits = strspn(line, "0123456789");
    const char *word = line + digits + 2;
    return digits > 0 && g_str_has_prefix(line + digits, ". ") && !g_str_equal(word, "tiep") &&
           !g_str_equal(word, "tiếp") && !g_str_has_prefix(word, "quay l") &&
           !g_str_equal(word, "xong");
}

/* Keys of the options from this page on, in their order, which is that of the file; the walk stands
 * on the last page then. */
static char **find_keys(struct walk *walk)
{
    g_autoptr(GPtrArray) keys = g_ptr_array_new();
    for (;;) {
        g_auto(GStrv) lines = g_strsplit(walk->turn.page, "\n", -1);
        const char *last = lines[g_strv_length(lines) - 1];
        for (char **line = lines; *line != NULL; line++)
            if (is_option(*line))
                g_ptr_array_add(keys, g_strndup(*line, strcspn(*line, ".")));
        if (!g_str_has_suffix(last, ". tiep") && !g_str_has_suffix(last, ". tiếp"))
            break;
        g_autofree char *next = g_strndup(last, strcspn(last, "."));
        say(walk, next);
    }
    g_ptr_array_add(keys, NULL);
    return (char **)g_ptr_array_steal(keys, NULL);
}

static void ask_only(struct walk *walk, guint question)
{
    g_autofree bool *answered = g_new(bool, walk->campaign.questions->len);
    for (guint i = 0; i < walk->campaign.questions->len; i++)
        answered[i] = i != question;
    begin(walk, answered);
}

static void say_addons(struct walk *walk, const struct question_config *question)
{
    for (guint i = 0; i < question->addons->len; i++) {
        const struct option_config *addon = question->addons->pdata[i];
        say(walk, "1");
        assert_said(walk, question, addon->code);
    }
}

static void try_options(struct walk *walk, guint place)
{
    const struct question_config *question = walk->campaign.questions->pdata[place];
    for (guint i = 0; i < question->options->len; i++) {
        const struct option_config *option = question->options->pdata[i];
        ask_only(walk, place);
        g_auto(GStrv) keys = find_keys(walk);
        g_assert_cmpuint(g_strv_length(keys), ==, question->options->len);
        say(walk, keys[i]);
        if (walk->turn.answer == NULL) {
            g_auto(GStrv) lines = g_strsplit(walk->turn.page, "\n", 3);
            g_assert_true(g_str_has_suffix(lines[1], ". xong"));
            lines[1][strcspn(lines[1], ".")] = '\0';
            say(walk, lines[1]);
        }
        assert_said(walk, question, option->code);
        say_addons(walk, question);
    }
}

static void try_sets(struct walk *walk, guint place)
{
    const struct question_config *question = walk->campaign.questions->pdata[place];
    for (unsigned set = 1; set < 1U << MIN(question->options->len, 7); set++) {
        g_autoptr(GString) typed = g_string_new(NULL), wanted = g_string_new(NULL);
        bool exclusive = false;
        ask_only(walk, place);
        g_auto(GStrv) keys = find_keys(walk);
        for (guint i = 0; i < question->options->len; i++) {
            const struct option_config *option = question->options->pdata[i];
            if ((set >> i & 1) == 0)
                continue;
            exclusive = exclusive || option->exclusive;
            g_string_append_printf(typed, "%s%s", typed->len > 0 ? " " : "", keys[i]);
            g_string_append_printf(wanted, "%s%s", wanted->len > 0 ? "," : "", option->code);
        }
        if ((set & (set - 1)) == 0)
            continue; /* one alone: try_options() */
        say(walk, typed->str);
        g_assert_true(walk->turn.misread == exclusive);
        if (!exclusive)
            assert_said(walk, question, wanted->str);
    }
}

static void try_numbers(struct walk *walk, guint place)
{
    static const int64_t values[] = {0, 1, 12, 350, 999, 1000, 35420, 1234567, 999999999999};
    const struct question_config *question = walk->campaign.questions->pdata[place];
    unsigned count = G_N_ELEMENTS(values), fields = question->fields->len, ways = 1;
    for (unsigned i = 0; i < fields; i++)
        ways *= count;
    for (unsigned way = 0; way < MIN(ways, 200); way++) {
        struct ballot ballot = {.vote = true, .numbers = fields};
        ask_only(walk, place);
        for (unsigned i = 0, left = way; i < fields; i++, left /= count) {
            g_autofree char *typed = g_strdup_printf("%" G_GINT64_FORMAT, values[left % count]);
            ballot.number[i] = values[left % count];
            say(walk, typed);
        }
        g_autofree char *wanted = ballot_format(question, &ballot);
        assert_said(walk, question, wanted);
    }
}

static void try_heads(struct walk *walk, guint place)
{
    for (unsigned heads = 0; heads < 1000; heads = heads < 20 ? heads + 1 : heads * 2 + 19) {
        g_autofree char *typed = g_strdup_printf("%u", heads);
        g_autofree char *wanted = g_strdup_printf("count=%u", heads);
        ask_only(walk, place);
        say(walk, typed);
        assert_said(walk, walk->campaign.questions->pdata[place], wanted);
    }
    ask_only(walk, place);
    say(walk, "1000");
    g_assert_true(walk->turn.misread);
}

static void try_text(struct walk *walk, guint place)
{
    static const char *const texts[] = {"cần thêm ghế ngồi", "loa hong",  "không",
                                        "1 cai loa moi",     "nhà số 25", "A*B"};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        ask_only(walk, place);
        say(walk, texts[i]);
        assert_said(walk, walk->campaign.questions->pdata[place], texts[i]);
    }
}

static void try_opinions(struct walk *walk)
{
    static const char *const texts[] = {"đường hỏng", "1 nguoi chua nhan tien", "bao gio co tien?",
                                        "khong dong y", "TC cham"};
    char *const *keywords = walk->campaign.opinion.keywords;
    guint questions = walk->campaign.questions->len;
    g_autofree bool *answered = g_new(bool, questions + 1);
    for (guint i = 0; i < questions; i++)
        answered[i] = true;
    for (size_t i = 0; i < G_N_ELEMENTS(texts) && keywords != NULL && keywords[0] != NULL; i++) {
        begin(walk, answered);
        if (questions > 0)
            say(walk, "2");
        say(walk, texts[i]);
        const struct judgement_case asked = {.campaign = &walk->campaign,
                                             .reader = walk->reader,
                                             .shut = "",
                                             .text = walk->turn.answer};
        struct judgement judgement;
        g_assert_null(walk->turn.question);
        judgement_make(&asked, &judgement);
        g_assert_cmpstr(judgement_outcome_name(judgement.outcome), ==, "opinion");
        g_assert_cmpstr(judgement.opinion, ==, texts[i]);
        judgement_clear(&judgement);
    }
}

static void try_campaign(gconstpointer data)
{
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(data, &text, NULL, NULL));
    for (enum ussd_alphabet a = USSD_ALPHABET_GSM7; a <= USSD_ALPHABET_UCS2; a++) {
        struct walk walk;
        open_walk(&walk, text, a);
        for (guint q = 0; q < walk.campaign.questions->len; q++) {
            const struct question_config *question = walk.campaign.questions->pdata[q];
            switch ((enum question_kind)question->kind) {
            case QUESTION_CHOICES:
                try_sets(&walk, q);
                try_options(&walk, q);
                break;
            case QUESTION_CHOICE:
                try_options(&walk, q);
                break;
            case QUESTION_NUMBERS:
                try_numbers(&walk, q);
                break;
            case QUESTION_HEADCOUNT:
                try_heads(&walk, q);
                break;
            case QUESTION_TEXT:
                try_text(&walk, q);
                break;
            }
        }
        try_opinions(&walk);
        close_walk(&walk);
    }
}

/* --- Anything ------------------------------------------------------------------------------- */

enum { CAMPAIGNS = 25, STEPS = 40 };

static char *random_text(unsigned most)
{
    static const char *const bits[] = {"a",
                                       "b",
                                       " ",
                                       " ",
                                       " ",
                                       "ộ",
                                       "Ữ",
                                       "đ",
                                       "{{",
                                       "}",
                                       "[",
                                       "]",
                                       "~",
                                       "€",
                                       "^",
                                       "|",
                                       "?",
                                       "👍🏽",
                                       "👨‍👩‍👧",
                                       "🇻🇳",
                                       "e\u0301\u0323",
                                       "中",
                                       "\n",
                                       "\t",
                                       "…",
                                       "1.",
                                       "“",
                                       "-",
                                       "thôn",
                                       "may",
                                       "0."};
    GString *text = g_string_new("n");
    unsigned count = (unsigned)g_test_rand_int_range(1, (int)most);
    for (unsigned i = 0; i < count; i++)
        g_string_append(text, bits[g_test_rand_int_range(0, G_N_ELEMENTS(bits))]);
    g_string_append_c(text, 'z');
    return g_string_free(text, FALSE);
}

static void append_options(GString *text, unsigned count, const char *list)
{
    g_string_append_printf(text, " %s = (", list);
    for (unsigned i = 0; i < count; i++) {
        g_autofree char *label = random_text(g_test_rand_bit() ? 12 : 260);
        g_string_append_printf(text, "%s{ code = \"%s%u\"; label = \"%s\"; }", i > 0 ? ", " : "",
                               list[0] == 'a' ? "X" : "", i, label);
    }
    g_string_append(text, ");");
}

static char *random_campaign(void)
{
    GString *text = g_string_new(HEAD YK "questions = (");
    unsigned questions = (unsigned)g_test_rand_int_range(1, 5);
    for (unsigned q = 0; q < questions; q++) {
        static const char *const kinds[] = {"choice", "choices", "numbers", "headcount", "text"};
        unsigned kind = (unsigned)g_test_rand_int_range(0, 5);
        g_autofree char *asked = random_text(g_test_rand_bit() ? 20 : 300);
        g_string_append_printf(text, "%s{ id = \"q%u\"; kind = \"%s\"; text = \"%s\";",
                               q > 0 ? ", " : "", q, kinds[kind], asked);
        if (kind < 2)
            append_options(text, (unsigned)g_test_rand_int_range(1, 30), "options");
        if (kind < 2 && g_test_rand_bit())
            append_options(text, 2, "addons");
        for (unsigned f = 0; kind == 2 && f < 3; f++) {
            g_autofree char *label = random_text(200);
            g_string_append_printf(text, "%s{ name = \"f%u\"; label = \"%s\"; }%s",
                                   f == 0 ? " fields = (" : ", ", f, label, f == 2 ? ");" : "");
        }
        g_string_append(text, " }");
    }
    g_string_append(text, " );");
    return g_string_free(text, FALSE);
}

/* Blanks and the marks of what goes on make no difference. */
static char *bare(const char *text)
{
    GString *kept = g_string_new(NULL);
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at))
        if (g_utf8_get_char(at) != 0x2026 && strchr(" .\n", *at) == NULL)
            g_string_append_unichar(kept, g_utf8_get_char(at));
    return g_string_free(kept, FALSE);
}

/* What the pages of the first question show together is all that it says. */
static void check_nothing_lost(struct walk *walk)
{
    const struct question_config *question = walk->campaign.questions->pdata[0];
    g_autoptr(GString) wanted = g_string_new(NULL), seen = g_string_new(NULL);
    if (question->kind != QUESTION_CHOICE)
        return;
    bool titled;
    g_autofree char *heading = menu_heading(&walk->campaign, 0, walk->alphabet, &titled);
    g_string_append(wanted, heading);
    for (guint i = 0; i < question->options->len; i++) {
        const struct option_config *option = question->options->pdata[i];
        g_autofree char *label = menu_page_text(walk->alphabet, option->label);
        g_string_append_printf(wanted, "%s%s", option->code, label);
    }
    begin(walk, NULL);
    for (;;) {
        char *cut = strrchr(walk->turn.page, '\n');
        bool more = cut != NULL && (strstr(cut, ". tiep") != NULL || strstr(cut, ". tiếp") != NULL);
        bool back = cut != NULL && (strstr(cut, ". quay") != NULL);
        g_autofree char *next = more ? g_strndup(cut + 1, strcspn(cut + 1, ".")) : NULL;
        if (more || back)
            *cut = '\0';
        g_string_append(seen, walk->turn.page);
        if (!more)
            break;
        say(walk, next);
    }
    g_autofree char *all = bare(wanted->str), *shown = bare(seen->str);
    g_assert_cmpstr(shown, ==, all);
}

static void wander(struct walk *walk)
{
    static const char *const inputs[] = {"0",
                                         "0",
                                         "00",
                                         "1",
                                         "2",
                                         "3",
                                         "1 2",
                                         "99",
                                         "98",
                                         "97",
                                         "7",
                                         "abc",
                                         "YK",
                                         "co",
                                         "",
                                         "12 34 56",
                                         "\xff",
                                         "0.",
                                         "1000000000000000000000",
                                         "TC"};
    begin(walk, NULL);
    for (unsigned i = 0; i < STEPS && !walk->turn.end; i++) {
        g_autofree char *place = g_strdup(walk->turn.place);
        struct menu_turn again;
        g_assert_true(menu_resume(walk->menu, place, &again));
        g_assert_cmpstr(again.page, !=, "");
        menu_turn_clear(&again);
        say(walk, inputs[g_test_rand_int_range(0, G_N_ELEMENTS(inputs))]);
    }
}

/* A place with some characters changed leads nowhere, or to a page. */
static void spoil_places(struct walk *walk)
{
    static const char letters[] = "0123456789abcdef.-xz";
    begin(walk, NULL);
    g_autofree char *good = g_strdup(walk->turn.place);
    for (unsigned i = 0; i < STEPS * 2; i++) {
        g_autofree char *place = g_strdup(good);
        unsigned from = g_test_rand_bit() ? 0 : 10; /* the rest behind a mark that is true */
        for (int changes = g_test_rand_int_range(1, 4); changes > 0; changes--)
            place[g_test_rand_int_range((int)from, (int)strlen(place))] =
                letters[g_test_rand_int_range(0, sizeof letters - 1)];
        menu_turn_clear(&walk->turn);
        if (menu_resume(walk->menu, place, &walk->turn))
            check_turn(walk);
        menu_turn_clear(&walk->turn);
        menu_go_on(walk->menu, place, "0", &walk->turn);
        check_turn(walk);
    }
}

static void test_anything(void)
{
    for (unsigned i = 0; i < CAMPAIGNS; i++) {
        g_autofree char *text = random_campaign();
        struct walk walk;
        open_walk(&walk, text, i % 2 == 0 ? USSD_ALPHABET_GSM7 : USSD_ALPHABET_UCS2);
        g_autoptr(GPtrArray) warnings = menu_warnings(walk.menu);
        for (guint w = 0; w < warnings->len; w++)
            g_assert_true(g_utf8_validate(warnings->pdata[w], -1, NULL));
        check_nothing_lost(&walk);
        for (unsigned round = 0; round < 4; round++)
            wander(&walk);
        spoil_places(&walk);
        close_walk(&walk);
    }
}

static void test_warnings(void)
{
    struct walk walk;
    g_autofree char *long_label = g_strnfill(200, 'x');
    g_autofree char *text = g_strdup_printf(
        HEAD "questions = ( { id = \"q\"; kind = \"choice\"; options = ("
             "{ code = \"1\"; label = \"%s\"; }, { code = \"2\"; label = \"中\"; } ); } );",
        long_label);
    open_walk(&walk, text, USSD_ALPHABET_GSM7);
    g_autoptr(GPtrArray) warnings = menu_warnings(walk.menu);
    g_ptr_array_add(warnings, NULL);
    g_autofree char *all = g_strjoinv("\n", (char **)warnings->pdata);
    g_assert_cmpstr(all, ==,
                    "question q has no text: the menu shows “Tham do”\n"
                    "the label of 1 of question q is longer than a page\n"
                    "the label of 2 of question q has characters that the alphabet has not: “?”");
    close_walk(&walk);
}

static void add_campaigns(const char *folder)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    g_assert_nonnull(dir);
    for (const char *file = g_dir_read_name(dir); file != NULL; file = g_dir_read_name(dir)) {
        if (!g_str_has_suffix(file, ".conf"))
            continue;
        char *path = g_build_filename(folder, file, NULL);
        g_autofree char *text = NULL, *name = g_strdup_printf("/menu/%s", path);
        g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
        if (strstr(text, "questions") != NULL)
            g_test_add_data_func_full(name, path, try_campaign, g_free);
        else
            g_free(path);
    }
    g_dir_close(dir);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/menu/conversations", test_conversations);
    g_test_add_func("/menu/long lists", test_long_lists);
    g_test_add_func("/menu/resuming", test_resuming);
    g_test_add_func("/menu/notices", test_notices);
    g_test_add_func("/menu/warnings", test_warnings);
    g_test_add_func("/menu/anything", test_anything);
    add_campaigns("campaigns/examples");
    add_campaigns("tests/replies");
    add_campaigns("tests/samples");
    return g_test_run();
}
