// SPDX-License-Identifier: GPL-2.0-or-later
/* Tries the words of a campaign on each other as people would type them: without marks, "bán",
 * "bạn" and "ban" are one word, and "đúng" is "dừng". Needs the file alone. That a code is a letter
 * is told where the file is read. */
#include "campaigns/reply_warnings.h"

#include "campaigns/datafile.h"
#include "campaigns/parts.h"
#include "campaigns/reply.h"
#include "campaigns/text.h"

#include <string.h>

struct check {
    const struct campaign_config *campaign;
    const char *text, *name;
    GPtrArray *mistakes;
    GHashTable *owners; /* word without marks → struct owner * */
};

struct owner {
    char *word, *place; /* as it is written; "questions[0].options[1]" */
};

G_GNUC_PRINTF(3, 4)
static void warn(const struct check *check, const char *field, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *sentence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    mistakes_warn(check->mistakes, check->name, campaign_config_line(check->text, field), field,
                  "%s", sentence);
}

static void free_owner(gpointer data)
{
    struct owner *owner = data;
    g_free(owner->word);
    g_free(owner->place);
    g_free(owner);
}

/* The same word in one place, or in two questions, is no collision. */
static void claim(const struct check *check, const char *word, const char *place, const char *field)
{
    if (word == NULL)
        return;
    g_autofree char *key = text_key_unmarked(word), *marked = text_key_marked(word);
    const struct owner *other = g_hash_table_lookup(check->owners, key);
    if (other == NULL) {
        struct owner *owner = g_new(struct owner, 1);
        *owner = (struct owner){g_strdup(word), g_strdup(place)};
        g_hash_table_insert(check->owners, g_steal_pointer(&key), owner);
        return;
    }
    g_autofree char *before = text_key_marked(other->word);
    if (g_str_equal(other->place, place) || g_str_equal(before, marked))
        return;
    warn(check, field,
         "“%s” and “%s” of %s are one word when people type them without diacritics: such replies "
         "wait for a person",
         word, other->word, other->place);
}

static void claim_all(const struct check *check, char *const *words, const char *place,
                      const char *key)
{
    for (unsigned i = 0; words != NULL && words[i] != NULL; i++) {
        g_autofree char *field = g_strdup_printf("%s.%s[%u]", place, key, i);
        claim(check, words[i], place, field);
    }
}

static void claim_options(const struct check *check, const GPtrArray *options, const char *place,
                          const char *key)
{
    for (guint i = 0; i < options->len; i++) {
        const struct option_config *option = options->pdata[i];
        g_autofree char *owner = g_strdup_printf("%s.%s[%u]", place, key, i);
        g_autofree char *code = g_strconcat(owner, ".code", NULL);
        g_autofree char *label = g_strconcat(owner, ".label", NULL);
        claim(check, option->code, owner, code);
        claim(check, option->label, owner, label);
        claim_all(check, option->aliases, owner, "aliases");
    }
}

static void check_collisions(const struct check *check)
{
    const struct campaign_config *campaign = check->campaign;
    for (guint i = 0; i < campaign->questions->len; i++) {
        const struct question_config *question = campaign->questions->pdata[i];
        g_autofree char *place = g_strdup_printf("questions[%u]", i);
        g_autofree char *field = g_strconcat(place, ".keyword", NULL);
        g_hash_table_remove_all(check->owners); /* each question is compared by itself */
        claim_all(check, campaign->optout.keywords, "optout", "keywords");
        claim_all(check, campaign->opinion.keywords, "opinion", "keywords");
        claim(check, question->keyword, place, field);
        claim_options(check, question->options, place, "options");
        claim_options(check, question->addons, place, "addons");
    }
}

/* --- Words that mean something to everybody -------------------------------------------------- */

/* The word of a list in reply-warnings.csv that looks the same without marks; NULL: none. */
static char *alike(const struct csv_table *table, const char *kind, const char *word)
{
    g_autofree char *key = text_key_unmarked(word);
    for (unsigned row = 1; row < csv_row_count(table); row++) {
        g_autofree char *other = text_key_unmarked(csv_cell(table, row, 1));
        if (g_str_equal(kind, csv_cell(table, row, 0)) && g_str_equal(key, other))
            return g_strdup(csv_cell(table, row, 1));
    }
    return NULL;
}

static void check_optout(const struct check *check, const struct csv_table *table)
{
    char *const *words = check->campaign->optout.keywords;
    for (unsigned i = 0; words != NULL && words[i] != NULL; i++) {
        g_autofree char *field = g_strdup_printf("optout.keywords[%u]", i);
        g_autofree char *name = alike(table, "name", words[i]);
        g_autofree char *abbreviation = alike(table, "abbreviation", words[i]);
        g_autofree char *answer = alike(table, "answer", words[i]);
        if (name != NULL)
            warn(check, field, "“%s” is also a first name (%s): people sign with it", words[i],
                 name);
        if (abbreviation != NULL)
            warn(check, field,
                 "“%s” also abbreviates other things in replies (trợ cấp …): it ends the messages "
                 "only as the whole text",
                 words[i]);
        if (answer != NULL)
            warn(check, field, "“%s” is also how people write “%s” in other replies", words[i],
                 answer);
    }
}

static bool is_same(const char *word, const char *other)
{
    g_autofree char *one = text_key_marked(word), *two = text_key_marked(other);
    return g_str_equal(one, two);
}

static void check_option_word(const struct check *check, const struct csv_table *table,
                              const struct option_config *option, const char *word,
                              const char *field)
{
    g_autofree char *stop = alike(table, "stop", word);
    g_autofree char *polite = alike(table, "polite", word);
    g_autofree char *yes = alike(table, "yes", word), *no = alike(table, "no", word);
    const char *contrary = option->sense == SENSE_NO ? yes : option->sense == SENSE_YES ? no : NULL;
    bool extra = g_strrstr(field, ".aliases") != NULL; /* nobody is asked to write it */
    if (stop != NULL && !is_same(stop, word))
        warn(check, field, "“%s” without diacritics is also “%s”: such replies wait for a person",
             word, stop);
    if (polite != NULL && is_same(polite, word))
        warn(check, field,
             "“%s” is also politeness: alone it waits for a person, behind “chọn” it counts", word);
    if (contrary != NULL && !extra)
        warn(check, field,
             "“%s” without diacritics is also “%s”, the contrary: such replies wait for a person",
             word, contrary);
}

static void check_option_words(const struct check *check, const struct csv_table *table,
                               const struct option_config *option, const char *place)
{
    g_autofree char *code = g_strconcat(place, ".code", NULL);
    if (option->code[0] != '\0' && option->code[1] != '\0')
        check_option_word(check, table, option, option->code, code);
    g_autofree char *label = g_strconcat(place, ".label", NULL);
    char *both[] = {option->label, NULL};
    char *const *const lists[] = {both, option->aliases};
    for (size_t l = 0; l < G_N_ELEMENTS(lists); l++) {
        for (unsigned i = 0; lists[l] != NULL && lists[l][i] != NULL; i++) {
            g_autofree char *alias = g_strdup_printf("%s.aliases[%u]", place, i);
            bool told = is_same(option->code, lists[l][i]) ||
                        (l > 0 && option->label != NULL && is_same(option->label, lists[l][i]));
            if (!told)
                check_option_word(check, table, option, lists[l][i], l == 0 ? label : alias);
        }
    }
}

static void check_words(const struct check *check)
{
    struct csv_table *table = datafile_read("reply-warnings.csv", 2);
    check_optout(check, table);
    for (guint q = 0; q < check->campaign->questions->len; q++) {
        const struct question_config *question = check->campaign->questions->pdata[q];
        for (guint i = 0; i < question->options->len; i++) {
            g_autofree char *place = g_strdup_printf("questions[%u].options[%u]", q, i);
            check_option_words(check, table, question->options->pdata[i], place);
        }
    }
    csv_free(table);
}

/* --- Texts ---------------------------------------------------------------------------------- */

/* A code stands alone in the text: "1" of "1=sang", not of "19/6" or "17h". */
static bool tells(const char *text, const char *code)
{
    g_autofree char *key = text_key_unmarked(text), *wanted = text_key_unmarked(code);
    size_t length = strlen(wanted);
    for (const char *at = strstr(key, wanted); at != NULL; at = strstr(at + 1, wanted)) {
        bool before = at > key && g_ascii_isalnum(at[-1]);
        bool dated = g_ascii_isdigit(wanted[0]) &&
                     ((at > key && strchr("/.", at[-1]) != NULL) || at[length] == '/');
        if (!before && !dated && !g_ascii_isalnum(at[length]))
            return true;
    }
    return false;
}

static bool tells_question(const struct question_config *question, const char *text,
                           GString *missing)
{
    bool choice = question->kind == QUESTION_CHOICE || question->kind == QUESTION_CHOICES;
    for (guint i = 0; choice && i < question->options->len; i++) {
        const struct option_config *option = question->options->pdata[i];
        if (!tells(text, option->code))
            g_string_append_printf(missing, "%s%s", missing->len > 0 ? ", " : "", option->code);
    }
    if (!choice && question->keyword != NULL && !tells(text, question->keyword))
        g_string_append_printf(missing, "%s%s", missing->len > 0 ? ", " : "", question->keyword);
    return missing->len == 0;
}

/* The text asks the questions from `first` up to `end`. */
static void check_instructions(const struct check *check, const char *field, const char *text,
                               guint first, guint end)
{
    GString *missing = g_string_new(NULL);
    const GPtrArray *questions = check->campaign->questions;
    for (guint i = first; text != NULL && i < MIN(end, questions->len); i++)
        tells_question(questions->pdata[i], text, missing);
    if (missing->len > 0)
        warn(check, field, "the text does not tell how to answer: %s is not in it", missing->str);
    g_string_free(missing, TRUE);
}

static void check_parts(const struct check *check, const char *field, const char *text)
{
    struct text_parts parts;
    if (text == NULL)
        return;
    text_parts_make(text, &parts);
    if (parts.count > 1)
        warn(check, field, "takes %u SMS parts (%s%s%s), not one", parts.count,
             parts.coding == CODING_GSM7 ? "GSM-7" : "UCS-2",
             parts.offending[0] != '\0' ? " because of " : "", parts.offending);
    text_parts_clear(&parts);
}

static void check_texts(const struct check *check)
{
    const struct campaign_config *campaign = check->campaign;
    const struct {
        const char *field, *text;
    } texts[] = {
        {campaign->send_marked ? "text_marked" : "text",
         campaign->send_marked ? campaign->text_marked : campaign->text},
        {"answers.accepted", campaign->answers.accepted},
        {"answers.unclear", campaign->answers.unclear},
        {"answers.opinion", campaign->answers.opinion},
        {"answers.optout", campaign->answers.optout},
    };
    bool in_turn = campaign->conversation.ask == ASK_IN_TURN;
    check_instructions(check, texts[0].field, texts[0].text, 0, in_turn ? 1 : G_MAXUINT);
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *plain = texts[i].text == NULL || campaign->send_marked
                                     ? g_strdup(texts[i].text)
                                     : text_unmark(texts[i].text);
        check_parts(check, texts[i].field, plain);
    }
    for (guint i = 0; campaign->reminders != NULL && i < campaign->reminders->len; i++) {
        const struct reminder_config *reminder = campaign->reminders->pdata[i];
        g_autofree char *field = g_strdup_printf("reminders[%u].text", i);
        g_autofree char *plain =
            campaign->send_marked ? g_strdup(reminder->text) : text_unmark(reminder->text);
        check_parts(check, field, plain);
    }
}

/* The SMS that ask one question after the other. */
static void check_turns(const struct check *check)
{
    const struct campaign_config *campaign = check->campaign;
    if (campaign->conversation.ask != ASK_IN_TURN)
        return;
    for (guint i = 0; i < campaign->questions->len; i++) {
        const struct question_config *question = campaign->questions->pdata[i];
        g_autofree char *field = g_strdup_printf("questions[%u].text", i);
        if (question->text == NULL)
            continue;
        g_autofree char *plain =
            campaign->send_marked ? g_strdup(question->text) : text_unmark(question->text);
        check_instructions(check, field, question->text, i, i + 1);
        check_parts(check, field, plain);
    }
}

void reply_warnings(const struct campaign_config *campaign, const char *text, const char *name,
                    GPtrArray *mistakes)
{
    struct check check = {campaign, text, name, mistakes, NULL};
    check.owners = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_owner);
    check_collisions(&check);
    check_words(&check);
    check_texts(&check);
    check_turns(&check);
    g_hash_table_destroy(check.owners);
}
