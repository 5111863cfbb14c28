// SPDX-License-Identifier: GPL-2.0-or-later
/* Whatever is chosen in the menus of any campaign that lies about here must be judged as exactly
 * that when it is read as an SMS. Keys are taken from the pages, as people take them. */
#include "campaigns/ballot.h"
#include "campaigns/judgement.h"
#include "tests/menu_walk.h"

#include <string.h>

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
static char **find_keys(struct menu_walk *walk)
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
        menu_walk_say(walk, next);
    }
    g_ptr_array_add(keys, NULL);
    return (char **)g_ptr_array_steal(keys, NULL);
}

static void ask_only(struct menu_walk *walk, guint question)
{
    g_autofree bool *answered = g_new(bool, walk->campaign.questions->len);
    for (guint i = 0; i < walk->campaign.questions->len; i++)
        answered[i] = i != question;
    menu_walk_begin(walk, answered);
}

static void say_addons(struct menu_walk *walk, const struct question_config *question)
{
    for (guint i = 0; i < question->addons->len; i++) {
        const struct option_config *addon = question->addons->pdata[i];
        menu_walk_say(walk, "1");
        menu_walk_assert_said(walk, question, addon->code);
    }
}

static void try_options(struct menu_walk *walk, guint place)
{
    const struct question_config *question = walk->campaign.questions->pdata[place];
    for (guint i = 0; i < question->options->len; i++) {
        const struct option_config *option = question->options->pdata[i];
        ask_only(walk, place);
        g_auto(GStrv) keys = find_keys(walk);
        g_assert_cmpuint(g_strv_length(keys), ==, question->options->len);
        menu_walk_say(walk, keys[i]);
        if (walk->turn.answer == NULL) {
            g_auto(GStrv) lines = g_strsplit(walk->turn.page, "\n", 3);
            g_assert_true(g_str_has_suffix(lines[1], ". xong"));
            lines[1][strcspn(lines[1], ".")] = '\0';
            menu_walk_say(walk, lines[1]);
        }
        menu_walk_assert_said(walk, question, option->code);
        say_addons(walk, question);
    }
}

static void try_sets(struct menu_walk *walk, guint place)
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
        menu_walk_say(walk, typed->str);
        g_assert_true(walk->turn.misread == exclusive);
        if (!exclusive)
            menu_walk_assert_said(walk, question, wanted->str);
    }
}

static void try_numbers(struct menu_walk *walk, guint place)
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
            menu_walk_say(walk, typed);
        }
        g_autofree char *wanted = ballot_format(question, &ballot);
        menu_walk_assert_said(walk, question, wanted);
    }
}

static void try_heads(struct menu_walk *walk, guint place)
{
    for (unsigned heads = 0; heads < 1000; heads = heads < 20 ? heads + 1 : heads * 2 + 19) {
        g_autofree char *typed = g_strdup_printf("%u", heads);
        g_autofree char *wanted = g_strdup_printf("count=%u", heads);
        ask_only(walk, place);
        menu_walk_say(walk, typed);
        menu_walk_assert_said(walk, walk->campaign.questions->pdata[place], wanted);
    }
    ask_only(walk, place);
    menu_walk_say(walk, "1000");
    g_assert_true(walk->turn.misread);
}

static void try_text(struct menu_walk *walk, guint place)
{
    static const char *const texts[] = {"cần thêm ghế ngồi", "loa hong",  "không",
                                        "1 cai loa moi",     "nhà số 25", "A*B"};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        ask_only(walk, place);
        menu_walk_say(walk, texts[i]);
        menu_walk_assert_said(walk, walk->campaign.questions->pdata[place], texts[i]);
    }
}

static void try_opinions(struct menu_walk *walk)
{
    static const char *const texts[] = {"đường hỏng", "1 nguoi chua nhan tien", "bao gio co tien?",
                                        "khong dong y", "TC cham"};
    char *const *keywords = walk->campaign.opinion.keywords;
    guint questions = walk->campaign.questions->len;
    g_autofree bool *answered = g_new(bool, questions + 1);
    for (guint i = 0; i < questions; i++)
        answered[i] = true;
    for (size_t i = 0; i < G_N_ELEMENTS(texts) && keywords != NULL && keywords[0] != NULL; i++) {
        menu_walk_begin(walk, answered);
        if (questions > 0)
            menu_walk_say(walk, "2");
        menu_walk_say(walk, texts[i]);
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

static void try_text_of_campaign(const char *text)
{
    for (enum ussd_alphabet a = USSD_ALPHABET_GSM7; a <= USSD_ALPHABET_UCS2; a++) {
        struct menu_walk walk;
        menu_walk_open(&walk, text, a);
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
        menu_walk_close(&walk);
    }
}

static void try_campaign(gconstpointer data)
{
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(data, &text, NULL, NULL));
    try_text_of_campaign(text);
}

/* Codes and names that SMS finds hard. */
static const struct {
    const char *name, *kind, *options; /* parted by ";": code, label */
} shapes[] = {
    {"words of every day", "choice", "CO,có;KHONG,không;VANG,vắng;DU,dự"},
    {"more than nine", "choices",
     "1,một;2,hai;3,ba;4,bốn;5,năm;6,sáu;7,bảy;8,tám;9,chín;10,mười;11,mười một;12,mười hai"},
    {"numbers that hold each other", "choices", "1,lúa;11,ngô;111,rau;2,đậu"},
    {"letters, among them those of politeness", "choices", "A,lúa;E,ngô;H,rau;O,đậu;Y,mía"},
    {"letters alone", "choice", "A,lúa;E,ngô;K,rau;U,đậu"},
    {"digits and words", "choice", "1,lúa;KHAC,khác;2,ngô;0,không trồng"},
    {"names of people", "choice", "1,Nguyễn Văn Có;2,Trần Thị Không;3,Lê Văn Chưa;4,ông Đồng Ý"},
    {"names that are one another's beginning", "choices",
     "LUA,lúa;LUAM,lúa mì;NGO,ngô;NGOK,ngô khoai"},
    {"names of opting out and of asking", "choice", "HUY,huỷ;DUNG,dừng;SAO,sao;TC,tại chỗ"},
    {"long codes", "choice", "2025-A,năm nay;2026-A,năm sau;KHONG_BIET,không biết"},
    {"leading zeros", "choice", "01,sáng;02,chiều;03,tối"},
    {"quantities", "choice", "1,1 người;2,2 người;3,3 người trở lên;0,không ai"},
    {"days", "choices", "1,19/6;2,21/6;3,ngày 2/7;4,thứ 2"},
};

static char *shape_text(size_t shape)
{
    GString *text = g_string_new("code = \"A\"; title = \"Thăm dò\"; kind = \"survey\"; "
                                 "opinion = { keywords = [ \"YK\" ]; }; ");
    g_auto(GStrv) options = g_strsplit(shapes[shape].options, ";", -1);
    g_string_append_printf(text, "questions = ( { id = \"q\"; kind = \"%s\"; options = (",
                           shapes[shape].kind);
    for (char **option = options; *option != NULL; option++) {
        g_auto(GStrv) parts = g_strsplit(*option, ",", 2);
        g_string_append_printf(text, "%s{ code = \"%s\"; label = \"%s\"; }",
                               option > options ? ", " : "", parts[0], parts[1]);
    }
    g_string_append(text, "); } );");
    return g_string_free(text, FALSE);
}

static void test_shapes(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(shapes); i++) {
        g_autofree char *text = shape_text(i);
        g_test_message("%s", shapes[i].name);
        try_text_of_campaign(text);
    }
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
    g_test_add_func("/menu/shapes", test_shapes);
    add_campaigns("campaigns/examples");
    add_campaigns("tests/replies");
    add_campaigns("tests/samples");
    return g_test_run();
}
