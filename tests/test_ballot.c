// SPDX-License-Identifier: GPL-2.0-or-later
// What counts of everything one voice says to one question, whatever order it comes in.
#include "campaigns/ballot.h"

#include <string.h>

static struct option_config one = {.code = (char *)"1", .label = (char *)"đã"},
                            two = {.code = (char *)"2", .label = (char *)"chưa"},
                            three = {.code = (char *)"3", .label = (char *)"khác"},
                            none = {.code = (char *)"6",
                                    .label = (char *)"không",
                                    .exclusive = true},
                            advice = {.code = (char *)"TV", .label = (char *)"tư vấn"},
                            loan = {.code = (char *)"VAY", .label = (char *)"vay vốn"};
static struct field_config dot = {.name = (char *)"dot", .label = (char *)"số đợt"},
                           luot = {.name = (char *)"luot", .label = (char *)"số lượt"};

static struct question_config questions[] = {
    [QUESTION_CHOICE] = {.id = (char *)"pb", .kind = QUESTION_CHOICE},
    [QUESTION_CHOICES] = {.id = (char *)"nghe", .kind = QUESTION_CHOICES},
    [QUESTION_NUMBERS] = {.id = (char *)"bc", .kind = QUESTION_NUMBERS},
    [QUESTION_HEADCOUNT] = {.id = (char *)"du", .kind = QUESTION_HEADCOUNT},
    [QUESTION_TEXT] = {.id = (char *)"gopy", .kind = QUESTION_TEXT},
};

static GPtrArray *list(gpointer first, ...)
{
    GPtrArray *array = g_ptr_array_new();
    va_list more;
    va_start(more, first);
    for (gpointer item = first; item != NULL; item = va_arg(more, gpointer))
        g_ptr_array_add(array, item);
    va_end(more);
    return array;
}

static const struct {
    enum question_kind kind;
    const char *typed, *said; /* said NULL: refused */
} typed[] = {
    {QUESTION_CHOICE, "1", "1"},
    {QUESTION_CHOICE, " tv 1 ", "1,TV"},
    {QUESTION_CHOICE, "1+TV", "1,TV"},
    {QUESTION_CHOICE, "TV", "TV"},
    {QUESTION_CHOICE, "1,2", NULL},
    {QUESTION_CHOICE, "1,1", NULL},
    {QUESTION_CHOICE, "7", NULL},
    {QUESTION_CHOICE, "", NULL},
    {QUESTION_CHOICES, "3,1", "1,3"},
    {QUESTION_CHOICES, "3;VAY 1,TV", "1,3,TV,VAY"},
    {QUESTION_CHOICES, "1 6", NULL},
    {QUESTION_CHOICES, "6", "6"},
    {QUESTION_NUMBERS, "81 35420", "dot=81,luot=35420"},
    {QUESTION_NUMBERS, "81; 35.420", "dot=81,luot=35420"},
    {QUESTION_NUMBERS, "81, 35,420", "dot=81,luot=35420"},
    {QUESTION_NUMBERS, "luot=35420,DOT=081", "dot=81,luot=35420"},
    {QUESTION_NUMBERS, "0 9223372036854775807", "dot=0,luot=9223372036854775807"},
    {QUESTION_NUMBERS, "0 9223372036854775808", NULL},
    {QUESTION_NUMBERS, "81", NULL},
    {QUESTION_NUMBERS, "81 2 3", NULL},
    {QUESTION_NUMBERS, "81 35.42", NULL},
    {QUESTION_NUMBERS, "dot=1,dot=2", NULL},
    {QUESTION_NUMBERS, "dot=1", NULL},
    {QUESTION_NUMBERS, "-1 2", NULL},
    {QUESTION_HEADCOUNT, "2", "count=2"},
    {QUESTION_HEADCOUNT, "count=2", "count=2"},
    {QUESTION_HEADCOUNT, "hai", NULL},
    {QUESTION_TEXT, " đường lầy ", "đường lầy"},
    {QUESTION_TEXT, "  ", NULL},
};

static void test_what_a_person_types(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(typed); i++) {
        const struct question_config *question = &questions[typed[i].kind];
        g_autofree char *said = ballot_typed(question, typed[i].typed);
        g_test_message("%s", typed[i].typed);
        g_assert_cmpstr(said, ==, typed[i].said);
        struct ballot ballot;
        if (said == NULL)
            continue;
        g_assert_true(ballot_parse(question, said, &ballot));
        g_autofree char *again = ballot_format(question, &ballot);
        g_assert_cmpstr(again, ==, said);
        g_assert_cmpint(ballot.vote, ==, strcmp(said, "TV") != 0);
    }
}

static const struct {
    enum question_kind kind;
    const char *code;
} damaged[] = {
    {QUESTION_CHOICE, ""},         {QUESTION_CHOICE, "9"},       {QUESTION_CHOICE, "1,9"},
    {QUESTION_NUMBERS, "81"},      {QUESTION_NUMBERS, "dot=81"}, {QUESTION_NUMBERS, "dot=,luot=1"},
    {QUESTION_HEADCOUNT, "dot=1"}, {QUESTION_TEXT, ""},
};

static void test_what_no_file_explains(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(damaged); i++) {
        struct ballot ballot;
        g_assert_false(ballot_parse(&questions[damaged[i].kind], damaged[i].code, &ballot));
        g_assert_false(ballot.vote);
        g_assert_cmpuint(ballot.count, ==, 0);
    }
}

static const struct {
    const char *standing, *said, *stands;
} steps[] = {
    {"", "1", "1"},
    {"1", "2", "2"},
    {"1", "TV", "1,TV"},
    {"TV", "1", "1,TV"},
    {"1,TV", "2", "2"},
    {"TV", "VAY", "TV,VAY"},
    {"1,TV", "TV", "1,TV"},
    {"TV", "2,VAY", "2,TV,VAY"},
    {"1,TV", "2,VAY", "2,VAY"},
    {"1", "", ""},
    {"", "TV", "TV"},
    {"9", "TV", "TV"},
};

static void test_steps(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        g_autofree char *stands =
            ballot_step(&questions[QUESTION_CHOICE], steps[i].standing, steps[i].said);
        g_test_message("%s then %s", steps[i].standing, steps[i].said);
        g_assert_cmpstr(stands, ==, steps[i].stands);
    }
    g_autofree char *set = ballot_step(&questions[QUESTION_CHOICES], "1,3", "2");
    g_assert_cmpstr(set, ==, "2"); /* a new set replaces the old one */
    g_autofree char *count = ballot_step(&questions[QUESTION_HEADCOUNT], "count=2", "count=3");
    g_assert_cmpstr(count, ==, "count=3");
}

struct story {
    const char *name;
    struct ballot_version versions[5]; /* in the order of their ids */
    const char *stands;
    int place;
};

static const struct story stories[] = {
    {"the last one said counts", {{10, 1, 1, "1"}, {20, 2, 2, "2"}}, "2", 1},
    {"delivered the other way round", {{20, 1, 1, "2"}, {10, 2, 2, "1"}}, "2", 0},
    {"in the same second the later one known counts", {{10, 1, 1, "1"}, {10, 2, 2, "2"}}, "2", 1},
    {"an add-on completes the vote", {{10, 1, 1, "1"}, {20, 2, 2, "TV"}}, "1,TV", 1},
    {"an add-on waits for its vote", {{10, 1, 1, "TV"}, {20, 2, 2, "1"}}, "1,TV", 1},
    {"a whole new answer drops the add-on", {{10, 1, 1, "1,TV"}, {20, 2, 2, "2"}}, "2", 1},
    {"a vote in between arrives last",
     {{10, 1, 1, "1"}, {30, 2, 2, "TV"}, {20, 3, 3, "2"}},
     "2,TV",
     1},
    {"a person's decision takes the place of its reply",
     {{10, 1, 1, "1"}, {20, 2, 2, "2"}, {10, 3, 1, "3"}},
     "2",
     1},
    {"and counts where that reply is the last",
     {{10, 1, 1, "1"}, {20, 2, 2, "2"}, {20, 3, 2, "3"}},
     "3",
     2},
    {"a voided reply brings back the one before",
     {{10, 1, 1, "1"}, {20, 2, 2, "2"}, {20, 3, 2, ""}},
     "1",
     0},
    {"a voided reply alone leaves nothing", {{10, 1, 1, "1"}, {10, 2, 1, ""}}, "", 1},
    {"voided, and then said again", {{10, 1, 1, "1"}, {10, 2, 1, ""}, {10, 3, 1, "1"}}, "1", 2},
    {"voiding an older reply changes nothing",
     {{10, 1, 1, "1"}, {20, 2, 2, "2"}, {10, 3, 1, ""}},
     "2",
     1},
    {"withdrawn at the door: nothing stands", {{10, 1, 1, "1"}, {20, 2, 0, ""}}, "", 1},
    {"and a later text counts again", {{10, 1, 1, "1"}, {20, 2, 0, ""}, {30, 3, 2, "2"}}, "2", 2},
    {"what was said at the door earlier is overtaken", {{30, 1, 1, "1"}, {20, 2, 0, "2"}}, "1", 0},
    {"two visits are two versions", {{10, 1, 0, "1"}, {20, 2, 0, "2"}}, "2", 1},
};

static bool is_known(const struct ballot_version *version)
{
    return version->said != NULL;
}

/* Whatever order the rows are read in. */
static void test_story(gconstpointer data)
{
    const struct story *story = data;
    struct ballot_version versions[G_N_ELEMENTS(story->versions)];
    unsigned count = 0;
    while (count < G_N_ELEMENTS(story->versions) && is_known(&story->versions[count]))
        count++;
    for (unsigned turn = 0; turn < count; turn++) {
        for (unsigned i = 0; i < count; i++)
            versions[i] = story->versions[(i + turn) % count];
        int place = -1;
        g_autofree char *code = ballot_stand(&questions[QUESTION_CHOICE], versions, count, &place);
        g_assert_cmpstr(code, ==, story->stands);
        g_assert_cmpint(versions[place].id, ==, story->versions[story->place].id);
    }
}

static void test_nothing_said(void)
{
    int place = 0;
    g_autofree char *code = ballot_stand(&questions[QUESTION_CHOICE], NULL, 0, &place);
    g_assert_cmpstr(code, ==, "");
    g_assert_cmpint(place, ==, -1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    questions[QUESTION_CHOICE].options = list(&one, &two, &three, NULL);
    questions[QUESTION_CHOICE].addons = list(&advice, &loan, NULL);
    questions[QUESTION_CHOICES].options = list(&one, &two, &three, &none, NULL);
    questions[QUESTION_CHOICES].addons = list(&advice, &loan, NULL);
    questions[QUESTION_NUMBERS].fields = list(&dot, &luot, NULL);
    g_test_add_func("/ballot/what a person types", test_what_a_person_types);
    g_test_add_func("/ballot/what no file explains is no answer", test_what_no_file_explains);
    g_test_add_func("/ballot/one after the other", test_steps);
    for (size_t i = 0; i < G_N_ELEMENTS(stories); i++) {
        g_autofree char *path = g_strconcat("/ballot/", stories[i].name, NULL);
        g_test_add_data_func(path, &stories[i], test_story);
    }
    g_test_add_func("/ballot/nothing said", test_nothing_said);
    return g_test_run();
}
