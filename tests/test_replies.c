// SPDX-License-Identifier: GPL-2.0-or-later
/* The labelled replies of tests/replies, read whole: NAME.tsv for the campaign NAME.conf beside it,
 * or among the examples. Tells the share read rightly, and fails on any of the core read otherwise
 * and on any harm: a vote that nobody gave, or an opt-out that nobody asked for. */
#include "campaigns/phone.h"
#include "campaigns/reply.h"

#include <string.h>

enum level { LEVEL_CORE, LEVEL_HARD, LEVEL_TRAP, LEVELS };
static const char *const levels[] = {"core", "hard", "trap"};
static const char replies[] = "tests/replies";

/* Difficult replies that must be read rightly, in percent: of the examples, which people copy, and
 * of shapes that only the tests know. */
enum { RIGHT_OF_EXAMPLES = 93, RIGHT_OF_SHAPES = 80 };

struct score {
    unsigned rows[LEVELS], right[LEVELS], harms;
};

static char *unescape(const char *text)
{
    GString *plain = g_string_new(NULL);
    for (; *text != '\0'; text++) {
        static const char escapes[] = "ntr\\", meant[] = "\n\t\r\\";
        const char *escape = *text == '\\' && text[1] != '\0' ? strchr(escapes, text[1]) : NULL;
        g_string_append_c(plain, escape != NULL ? meant[escape - escapes] : *text);
        text += escape != NULL;
    }
    return g_string_free(plain, FALSE);
}

/* As the labels are written: "answer 1,TV", "answer dot=81,luot=35420 +opinion", "unclear". */
static char *told(const struct reply_reading *reading)
{
    GString *text = g_string_new(reply_outcome_name(reading->outcome));
    for (unsigned i = 0; i < reading->answer_count; i++) {
        const struct reply_answer *answer = &reading->answers[i];
        g_string_append_c(text, ' ');
        for (char **code = answer->codes; code != NULL && *code != NULL; code++)
            g_string_append_printf(text, "%s%s", code > answer->codes ? "," : "", *code);
        for (unsigned n = 0; n < answer->number_count; n++)
            g_string_append_printf(text, "%s%s=%" G_GINT64_FORMAT, n > 0 ? "," : "",
                                   answer->numbers[n].field, answer->numbers[n].value);
    }
    if (reading->outcome == REPLY_ANSWER && reading->opinion != NULL)
        g_string_append(text, " +opinion");
    return g_string_free(text, FALSE);
}

static bool is_votes(const char *one, const char *other)
{
    g_autofree char *bare = g_strdup(one), *wanted = g_strdup(other);
    char *tails[] = {strstr(bare, " +opinion"), strstr(wanted, " +opinion")};
    for (size_t i = 0; i < G_N_ELEMENTS(tails); i++)
        if (tails[i] != NULL)
            *tails[i] = '\0';
    return strcmp(bare, wanted) == 0;
}

/* Labels are parted by " | "; with `votes` only what is counted is compared. */
static bool is_labelled(const char *labels, const char *said, bool votes)
{
    g_auto(GStrv) wanted = g_strsplit(labels, " | ", -1);
    for (char **one = wanted; *one != NULL; one++)
        if (votes ? is_votes(said, *one) : strcmp(said, *one) == 0)
            return true;
    return false;
}

static char *read_row(const struct reply_reader *reader, const char *sender, const char *text)
{
    struct phone phone = {0};
    struct reply_reading reading;
    if (reply_is_service(sender, text) || !phone_read_sender(sender, &phone))
        return g_strdup("service");
    reply_read(reader, text, &reading);
    char *said = told(&reading);
    reply_reading_clear(&reading);
    return said;
}

static void try_row(const struct reply_reader *reader, char **cells, struct score *score)
{
    unsigned level = LEVEL_CORE;
    while (level < LEVELS && strcmp(levels[level], cells[0]) != 0)
        level++;
    g_assert_cmpuint(level, <, LEVELS);
    g_autofree char *text = unescape(cells[2]);
    g_autofree char *said = read_row(reader, cells[1], text);
    bool right = is_labelled(cells[3], said, false);
    bool counts = g_str_has_prefix(said, "answer") || strcmp(said, "optout") == 0;
    bool harm = counts && !is_labelled(cells[3], said, true);
    score->rows[level]++;
    score->right[level] += right;
    score->harms += harm;
    if (!right)
        g_test_message("%s%s: %s: want %s, got %s", harm ? "HARM " : "", levels[level], cells[2],
                       cells[3], said);
}

static void try_use(gconstpointer data)
{
    const char *use = data;
    g_autofree char *rows = g_strdup_printf("%s/%s.tsv", replies, use);
    g_autofree char *conf = g_strdup_printf("%s/%s.conf", replies, use);
    bool shape = g_file_test(conf, G_FILE_TEST_EXISTS);
    if (!shape) {
        g_free(conf);
        conf = g_strdup_printf("campaigns/examples/%s.conf", use);
    }
    unsigned least = shape ? RIGHT_OF_SHAPES : RIGHT_OF_EXAMPLES;
    g_autofree char *conf_text = NULL, *rows_text = NULL;
    g_assert_true(g_file_get_contents(conf, &conf_text, NULL, NULL));
    g_assert_true(g_file_get_contents(rows, &rows_text, NULL, NULL));
    struct campaign_config campaign = {0};
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    g_assert_true(campaign_config_read(conf_text, conf, &campaign, mistakes));
    struct reply_reader *reader = reply_reader_new(&campaign);
    g_auto(GStrv) lines = g_strsplit(rows_text, "\n", -1);
    struct score score = {0};
    for (char **line = lines; *line != NULL; line++) {
        g_auto(GStrv) cells = g_strsplit(*line, "\t", -1);
        if (**line == '#' || **line == '\0' || g_str_has_prefix(*line, "level\t"))
            continue;
        g_assert_cmpuint(g_strv_length(cells), ==, 4);
        try_row(reader, cells, &score);
    }
    for (unsigned level = 0; level < LEVELS; level++)
        g_test_message("%s %s: %u of %u rightly", use, levels[level], score.right[level],
                       score.rows[level]);
    reply_reader_free(reader);
    campaign_config_clear(&campaign);
    g_assert_cmpuint(score.harms, ==, 0);
    g_assert_cmpuint(score.right[LEVEL_CORE], ==, score.rows[LEVEL_CORE]);
    g_assert_cmpuint(score.right[LEVEL_HARD] * 100, >=, score.rows[LEVEL_HARD] * least);
    g_assert_cmpuint(score.right[LEVEL_TRAP] * 100, >=, score.rows[LEVEL_TRAP] * least);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    GDir *folder = g_dir_open(replies, 0, NULL);
    g_assert_nonnull(folder);
    for (const char *file = g_dir_read_name(folder); file != NULL; file = g_dir_read_name(folder)) {
        if (!g_str_has_suffix(file, ".tsv"))
            continue;
        char *use = g_strndup(file, strlen(file) - strlen(".tsv"));
        g_autofree char *path = g_strdup_printf("/replies/%s", use);
        g_test_add_data_func_full(path, use, try_use, g_free);
    }
    g_dir_close(folder);
    return g_test_run();
}
