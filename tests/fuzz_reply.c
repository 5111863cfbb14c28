// SPDX-License-Identifier: GPL-2.0-or-later
/* What people write back, read against one campaign of each kind. A reading is never half a
 * reading, and names only what the campaign has. The same text as an answer that a person types:
 * refused, or an answer that is read again as it was written. */
#include "campaigns/ballot.h"
#include "campaigns/reply.h"
#include "campaigns/text.h"

#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const files[] = {"tests/samples/doi-thoai.conf",
                                    "tests/samples/other-questions.conf"};
static struct campaign_config campaigns[G_N_ELEMENTS(files)];
static struct reply_reader *readers[G_N_ELEMENTS(files)];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *text = NULL;
        g_autoptr(GPtrArray) mistakes = mistakes_new();
        if (!g_file_get_contents(files[i], &text, NULL, NULL))
            g_error("%s is not there: run this from the top of the tree", files[i]);
        campaign_config_read(text, files[i], &campaigns[i], mistakes);
        g_assert_cmpuint(mistakes_count(mistakes), ==, 0);
        readers[i] = reply_reader_new(&campaigns[i]);
    }
    return 0;
}

static bool has_code(const GPtrArray *options, const char *code)
{
    for (guint i = 0; i < options->len; i++) {
        const struct option_config *option = options->pdata[i];
        if (strcmp(option->code, code) == 0)
            return true;
    }
    return false;
}

static void check_answer(const struct campaign_config *campaign, const struct reply_answer *answer)
{
    const struct question_config *question = NULL;
    for (guint i = 0; i < campaign->questions->len && question == NULL; i++) {
        const struct question_config *one = campaign->questions->pdata[i];
        if (strcmp(one->id, answer->question) == 0)
            question = one;
    }
    g_assert_nonnull(question);
    g_assert_true((answer->codes != NULL && answer->codes[0] != NULL) !=
                  (answer->number_count > 0));
    for (char **code = answer->codes; code != NULL && *code != NULL && question->options->len > 0;
         code++)
        g_assert_true(has_code(question->options, *code) || has_code(question->addons, *code));
    for (unsigned i = 0; i < answer->number_count; i++)
        g_assert_cmpint(answer->numbers[i].value, >=, 0);
}

static void check_reading(unsigned which, const char *text)
{
    struct reply_reading reading;
    reply_read(readers[which], text, &reading);
    bool answer = reading.outcome == REPLY_ANSWER;
    g_assert_true((reading.answer_count > 0) == answer);
    for (unsigned i = 0; i < reading.answer_count; i++)
        check_answer(&campaigns[which], &reading.answers[i]);
    g_assert_true(reading.opinion != NULL || reading.outcome != REPLY_OPINION);
    g_assert_true(reading.opinion == NULL || g_utf8_validate(reading.opinion, -1, NULL));
    g_assert_nonnull(reading.rule);
    g_assert_true(g_utf8_validate(reading.normalised, -1, NULL));
    reply_reading_clear(&reading);
}

static void check_typed(const struct question_config *question, const char *text)
{
    struct ballot ballot;
    ballot_parse(question, text, &ballot);
    g_autofree char *code = ballot_typed(question, text);
    if (code == NULL)
        return;
    if (!ballot_parse(question, code, &ballot))
        g_error("%s: “%s” was typed and cannot be read", question->id, code);
    g_autofree char *again = ballot_format(question, &ballot);
    g_assert_cmpstr(again, ==, code);
    g_autofree char *first = ballot_step(question, "", code);
    g_autofree char *second = ballot_step(question, first, code);
    g_assert_cmpstr(first, ==, second); /* said twice is said once */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = text_make_valid((const char *)data, (gssize)size);
    g_assert_true(g_utf8_validate(text, -1, NULL));
    for (unsigned i = 0; i < G_N_ELEMENTS(campaigns); i++)
        check_reading(i, text);
    for (unsigned i = 0; i < G_N_ELEMENTS(campaigns); i++) {
        for (guint j = 0; j < campaigns[i].questions->len; j++)
            check_typed(campaigns[i].questions->pdata[j], text);
    }
    g_autofree char *unmarked = text_unmark(text);
    g_assert_true(g_utf8_validate(unmarked, -1, NULL));
    reply_is_service(text, text);
    return 0;
}
