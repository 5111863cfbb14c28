// SPDX-License-Identifier: GPL-2.0-or-later
/* Campaign files: each mistake with its exact place and sentence, warnings, the agreed examples.
 * --print prints the sample file. */
#include <stdio.h>
#include <string.h>

#include "config/campaign.h"

#define SAMPLE   "config/campaign.conf.example"
#define HEAD     "code = \"A\"; title = \"T\"; kind = \"notice\"; "
#define QUESTION HEAD "questions = ( { id = \"q\"; kind = \"choice\"; options = (\n"

static char *told(GPtrArray *mistakes)
{
    GString *lines = g_string_new(NULL);
    for (guint i = 0; i < mistakes->len; i++) {
        g_autofree char *line = mistake_text(mistakes->pdata[i]);
        g_string_append_printf(lines, "%s%s", i > 0 ? "\n" : "", line);
    }
    return g_string_free(lines, FALSE);
}

/* `warnings` only: the campaign is read all the same. */
static const struct {
    const char *text, *mistakes;
    bool warnings;
} odd[] = {
    {"", "f: code: is missing; it is the campaign's own short name: letters without diacritics, "
         "digits, - and _\n"
         "f: title: is missing; it is what screens and reports call it\n"
         "f: kind: is missing; it is what sort of effort it is"},
    {"code = \"HỌP\"; title = \" \"; kind = \"poll\";",
     "f:1: code: must be 1 to 40 letters without diacritics, digits, - and _\n"
     "f:1: title: must not be empty\n"
     "f:1: kind: “poll” is not one of notice, survey, dialogue"},
    {HEAD "text = \"\";", "f:1: text: must not be empty"},
    {HEAD "text = \"a\"; send_marked = true;",
     "f: text_marked: is missing, but send_marked says that it is the one to send"},
    {HEAD "\nopens = \"2024-06-10T08:00:00\";",
     "f:2: opens: “2024-06-10T08:00:00” lacks its offset "
     "from UTC; in Vietnam add +07:00 at the end"},
    {HEAD "opens = \"2024-06-10T08:00:00+07:00\";\ncloses = \"2024-06-10T01:00:00Z\";",
     "f:2: closes: the campaign closes before it opens"},
    {HEAD "opens = \"2024-06-10T08:00:00+07:00\"; reminders = (\n"
          " { at = \"2024-06-10T07:59:59+07:00\"; text = \"a\"; } );",
     "f:2: reminders[0].at: the reminder comes before the campaign opens"},
    {HEAD "closes = \"2024-06-10T08:00:00+07:00\"; reminders = (\n"
          " { at = \"2024-06-10T08:00:00+07:00\"; text = \"a\"; } );",
     "f:2: reminders[0].at: warning: the campaign takes no answers any more by then: a reminder to "
     "the silent is not sent after it has closed",
     true},
    {HEAD "closes = \"2024-06-10T08:00:00+07:00\"; reminders = (\n"
          "{ at = \"2024-06-11T08:00:00+07:00\"; to = \"all\"; text = \"x\"; } );",
     "", true},
    {HEAD "reminders = (\n"
          "{ at = \"2024-06-11T08:00:00+07:00\"; text = \"x\"; options = [ \"9\" ]; } );",
     "f:2: reminders[0].options: goes with to = \"answered\" only\n"
     "f:2: reminders[0].options[0]: no option and no addon has the code “9”"},
    {HEAD "reminders = ( { to = \"some\"; } );",
     "f:1: reminders[0].to: “some” is not one of silent, all, answered\n"
     "f:1: reminders[0].at: is missing; it is when it goes out\n"
     "f:1: reminders[0].text: is missing; it is what it says"},
    {HEAD "snapshots = [ \"2024-06-17T17:00:00+07:00\",\n \"17/6\" ];",
     "f:1: snapshots: “17/6” is no point in time; write it like 2024-06-10T08:00:00+07:00"},
    {HEAD "audience = { units = \"TT\"; where = ( { attribute = \"x\"; values = [ ]; } ); };",
     "f:1: audience.units: must be an array of texts: [ \"…\", \"…\" ]\n"
     "f:1: audience.where[0].values: must name at least one"},
    {HEAD "answers = { accepted = \"\"; thanks = \"x\"; };",
     "f:1: answers.accepted: must not be empty\n"
     "f:1: answers.thanks: there is no such setting here; known are accepted, unclear, opinion, "
     "optout"},
    {"code = \"A\"; title = \"T\"; kind = \"survey\";",
     "f: questions: a survey needs at least one question"},
    {HEAD "questions = ( { id = \"q\"; kind = \"choice\"; } );",
     "f:1: questions[0].options: a question of the kind choice or choices needs options"},
    {HEAD "questions = ( { id = \"q\"; kind = \"text\";\n options = ( { code = \"1\"; label = "
          "\"a\"; } );\n"
          " addons = ( { code = \"2\"; label = \"b\"; } ); fields = ( { name = \"f\"; label = "
          "\"c\"; } ); } );",
     "f:2: questions[0].options: only questions of the kinds choice and choices have options\n"
     "f:3: questions[0].addons: only questions of the kinds choice and choices have addons\n"
     "f:3: questions[0].fields: only questions of the kind numbers have fields"},
    {HEAD "questions = ( { id = \"q\"; kind = \"numbers\"; } );",
     "f:1: questions[0].fields: a question of the kind numbers needs fields"},
    {HEAD "questions = ( { id = \"q\"; kind = \"numbers\"; fields = ( { name = \"f\"; label = "
          "\"c\"; },\n"
          " { name = \"f\"; label = \"d\"; } ); } );",
     "f:2: questions[0].fields[1].name: “f” is the name of questions[0].fields[0] already"},
    {HEAD
     "questions = ( { id = \"q\"; kind = \"text\"; },\n { id = \"q\"; kind = \"headcount\"; } );",
     "f:2: questions[1].id: “q” is the id of questions[0] already"},
    {QUESTION "{ code = \"1\"; label = \"a\"; },\n{ code = \"1\"; label = \"b\"; } ); } );",
     "f:3: questions[0].options[1].code: “1” is a word of questions[0].options[0] already"},
    {QUESTION "{ code = \"co-1\"; label = \"a\"; },\n{ code = \"CO-1\"; label = \"b\"; } ); } );",
     "f:3: questions[0].options[1].code: “CO-1” is a word of questions[0].options[0] already"},
    {QUESTION "{ code = \"a b\"; },\n{ code = \"012345678901234567890\"; label = \"b\"; } ); } );",
     "f:2: questions[0].options[0].code: must be 1 to 20 letters without diacritics, digits, - and "
     "_\n"
     "f:2: questions[0].options[0].label: is missing; it is what it means, in reports\n"
     "f:3: questions[0].options[1].code: must be 1 to 20 letters without diacritics, digits, - and "
     "_"},
    {QUESTION
     "{ code = \"1\"; label = \"a\"; aliases = [ \"VẮNG\", \"vắng\" ]; },\n"
     "{ code = \"2\"; label = \"b\"; aliases = [ \"x\",\n \"va\u0306\u0301ng\" ]; } ); } );",
     "f:4: questions[0].options[1].aliases[1]: “va\u0306\u0301ng” is a word of "
     "questions[0].options[0] already"},
    {QUESTION "{ code = \"1\"; label = \"có\"; },\n{ code = \"2\"; label = \"không\"; aliases = [ "
              "\"1\" ]; } ); } );",
     "f:3: questions[0].options[1].aliases[0]: “1” is a word of questions[0].options[0] already"},
    {QUESTION "{ code = \"1\"; label = \"có\"; } );\naddons = ( { code = \"1\"; label = \"tư "
              "vấn\"; } ); } );",
     "f:3: questions[0].addons[0].code: “1” is a word of questions[0].options[0] already"},
    {QUESTION "{ code = \"1\"; label = \"có\"; },\n{ code = \"2\"; label = \"Có\"; } ); } );",
     "f:3: questions[0].options[1].label: warning: “Có” is a word of questions[0].options[0] too",
     true},
    {QUESTION "{ code = \"A\"; label = \"may\"; },\n{ code = \"TV\"; label = \"hàn\"; } ); } );",
     "f:2: questions[0].options[0].code: warning: a single letter is a bad code: “a” is also a "
     "polite ending; take digits",
     true},
    {QUESTION "{ code = \"TC\"; label = \"có\"; } ); } ); optout = { keywords = [ \"tc\" ]; };",
     "f:2: questions[0].options[0].code: “TC” is a word of optout already"},
    {HEAD "optout = { keywords = [ \"TC\" ]; }; opinion = { keywords = [ \"YK\",\n \"tc\" ]; };",
     "f:2: opinion.keywords[1]: “tc” is a word of optout already"},
    {HEAD "opinion = { confirm = \" \"; };", "f:1: opinion.confirm: must not be empty"},
    {HEAD "opinion = { keywords = [ \"\" ]; };", "f:1: opinion.keywords: must not be empty"},
    {QUESTION "{ code = \"1\"; label = \"có\"; } ); } ); target = { plan = 9; options = [ \"1\", "
              "\"2\" ]; };",
     "f:2: target.options[1]: no option has the code “2”"},
    {HEAD "target = { plan = -1; }; coverage = { more_than = 101; by = \"family\"; };",
     "f:1: target.plan: must be 0 to 1000000000\n"
     "f:1: coverage.more_than: must be 0 to 100\n"
     "f:1: coverage.by: “family” is not one of person, household, contact"},
    {HEAD "\n@include \"/etc/passwd\"\n",
     "f:2: @include is not allowed here; put everything into one file"},
    {HEAD "questions = ( { id = \"q\";\n", "f:3: this cannot be read; look here and in the line "
                                           "before for a missing “;”, quote or bracket"},
};

static void test_mistakes_name_their_place(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(odd); i++) {
        struct campaign_config config = {0};
        g_autoptr(GPtrArray) mistakes = mistakes_new();
        bool read = campaign_config_read(odd[i].text, "f", &config, mistakes);
        g_autofree char *lines = told(mistakes);
        g_assert_cmpstr(lines, ==, odd[i].mistakes);
        g_assert_cmpint(read, ==, odd[i].warnings);
        campaign_config_clear(&config);
    }
}

static void read_sample(const char *path, struct campaign_config *retconfig)
{
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    campaign_config_read(text, path, retconfig, mistakes);
    g_autofree char *lines = told(mistakes);
    g_assert_cmpstr(lines, ==, "");
}

static void test_the_dialogue_loads(void)
{
    struct campaign_config config = {0};
    read_sample("tests/samples/doi-thoai.conf", &config);
    g_assert_cmpstr(config.code, ==, "DOITHOAI");
    g_assert_cmpint(config.kind, ==, KIND_DIALOGUE);
    g_assert_cmpint(config.count_by, ==, COUNT_BY_CONTACT);
    g_assert_cmpint(config.priority, ==, PRIORITY_NORMAL);
    g_assert_cmpstr(config.audience.units[0], ==, "TT");
    g_assert_null(config.audience.groups);
    g_assert_cmpuint(config.audience.where->len, ==, 0);
    g_assert_cmpint(config.opens, ==, 1717981200000);
    g_assert_cmpint(config.closes, ==, 1718704800000);
    g_assert_cmpuint(config.window.count, ==, 2);
    g_assert_false(config.send_marked);
    const struct question_config *question = config.questions->pdata[0];
    g_assert_cmpint(question->kind, ==, QUESTION_CHOICE);
    g_assert_cmpuint(question->options->len, ==, 3);
    const struct option_config *no = question->options->pdata[2];
    g_assert_cmpstr(no->code, ==, "0");
    g_assert_cmpint(no->sense, ==, SENSE_NO);
    g_assert_cmpstr(no->aliases[0], ==, "vắng");
    g_assert_cmpstr(config.opinion.keywords[2], ==, "GÓP Ý");
    g_assert_cmpstr(config.optout.keywords[0], ==, "TC");
    g_assert_nonnull(strstr(config.answers.optout, "{ngay}"));
    const struct reminder_config *reminder = config.reminders->pdata[0];
    g_assert_cmpint(reminder->to, ==, REMIND_SILENT);
    g_assert_cmpint(reminder->at, ==, 1718326800000);
    g_assert_cmpstr(config.snapshots[0], ==, "2024-06-17T17:00:00+07:00");
    campaign_config_clear(&config);
}

static void test_the_other_kinds_of_questions_load(void)
{
    struct campaign_config config = {0};
    read_sample("tests/samples/other-questions.conf", &config);
    g_assert_cmpint(config.kind, ==, KIND_SURVEY);
    g_assert_null(config.text);
    g_assert_cmpuint(config.questions->len, ==, 5);
    const struct question_config *trades = config.questions->pdata[0];
    const struct question_config *figures = config.questions->pdata[1];
    const struct question_config *advice = config.questions->pdata[2];
    g_assert_cmpint(trades->kind, ==, QUESTION_CHOICES);
    g_assert_true(((struct option_config *)trades->options->pdata[2])->exclusive);
    g_assert_cmpstr(figures->keyword, ==, "BC");
    g_assert_cmpstr(((struct field_config *)figures->fields->pdata[1])->label, ==, "số lượt");
    g_assert_cmpstr(((struct option_config *)advice->addons->pdata[0])->code, ==, "TV");
    g_assert_cmpint(config.target.plan, ==, 90);
    g_assert_cmpfloat(config.coverage.more_than, ==, 85);
    g_assert_cmpint(config.coverage.by, ==, COUNT_BY_HOUSEHOLD);
    campaign_config_clear(&config);
}

static void test_the_printed_example_is_a_campaign(void)
{
    struct campaign_config config = {0};
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    g_autofree char *example = settings_example(campaign_settings);
    campaign_config_read(example, "f", &config, mistakes);
    g_autofree char *lines = told(mistakes);
    g_assert_cmpstr(lines, ==, "");
    campaign_config_clear(&config);
}

static void test_the_committed_sample_is_printed_from_the_table(void)
{
    g_autofree char *printed = settings_example(campaign_settings);
    g_autofree char *committed = NULL;
    g_assert_true(g_file_get_contents(SAMPLE, &committed, NULL, NULL));
    if (strcmp(printed, committed) != 0)
        g_test_message("run this test's program with --print > " SAMPLE);
    g_assert_cmpstr(committed, ==, printed);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--print") == 0) {
        g_autofree char *printed = settings_example(campaign_settings);
        return fputs(printed, stdout) < 0;
    }
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/campaign-config/mistakes name their place", test_mistakes_name_their_place);
    g_test_add_func("/campaign-config/the dialogue loads", test_the_dialogue_loads);
    g_test_add_func("/campaign-config/the other kinds of questions load",
                    test_the_other_kinds_of_questions_load);
    g_test_add_func("/campaign-config/the printed example is a campaign",
                    test_the_printed_example_is_a_campaign);
    g_test_add_func("/campaign-config/the committed sample is printed from the table",
                    test_the_committed_sample_is_printed_from_the_table);
    return g_test_run();
}
