// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes what replies are compared with from a campaign: its codes, labels and keywords, how else
 * people say them, and what its questions are about. Reads no reply. */
#include "campaigns/datafile.h"
#include "campaigns/reply.h"
#include "campaigns/reply_scan.h"

#include <string.h>

static void add_words(struct reply_book *book, enum reply_list list, char *const *words)
{
    for (; words != NULL && *words != NULL; words++)
        reply_book_add(book, list, *words, WHAT_NONE, 0);
}

/* `wanted` stands in `text` as whole words: where; NULL: it does not. */
static const char *find_words(const char *text, const char *wanted)
{
    size_t length = strlen(wanted);
    for (const char *at = strstr(text, wanted); at != NULL; at = strstr(at + 1, wanted))
        if ((at == text || at[-1] == ' ') && (at[length] == '\0' || at[length] == ' '))
            return at;
    return NULL;
}

static void add_other_way(struct reply_reader *reader, const struct reply_option *option,
                          const char *words)
{
    g_autofree char *text = g_utf8_strdown(words, -1);
    for (guint i = 0; i + 1 < reader->ways->len; i += 2) {
        const char *wanted = reader->ways->pdata[i], *other = reader->ways->pdata[i + 1];
        const char *at = find_words(text, wanted);
        if (at == NULL)
            continue;
        g_autofree char *before = g_strndup(text, (size_t)(at - text));
        g_autofree char *said = g_strconcat(before, other, at + strlen(wanted), NULL);
        reply_book_add(reader->book, LIST_OPTION, said, WHAT_ALIAS, option->order);
    }
}

/* "chiều thứ hai" for the label "chiều thứ 2", "số hai" for the code 2, "đăng ký" for the label "có
 * đăng ký" that says yes. */
static void add_other_ways(struct reply_reader *reader, const struct reply_option *option)
{
    const struct option_config *config = option->config;
    g_autofree char *spoken = g_strconcat("số ", config->code, NULL);
    if (config->label != NULL)
        add_other_way(reader, option, config->label);
    for (char **alias = config->aliases; alias != NULL && *alias != NULL; alias++)
        add_other_way(reader, option, *alias);
    add_other_way(reader, option, spoken);
    const char *matter = config->label != NULL && g_str_has_prefix(config->label, "có ")
                             ? config->label + strlen("có ")
                             : "";
    if (config->sense == SENSE_YES && strchr(matter, ' ') != NULL)
        reply_book_add(reader->book, LIST_OPTION, matter, WHAT_ALIAS, option->order);
}

static void add_option(struct reply_reader *reader, const struct option_config *config,
                       unsigned question, bool addon)
{
    struct reply_option option = {
        .config = config,
        .question = question,
        .order = reader->options->len,
        .addon = addon,
        .letter = g_ascii_isalpha(config->code[0]) && config->code[1] == '\0',
    };
    reply_book_add(reader->book, LIST_OPTION, config->code, WHAT_CODE, option.order);
    if (config->label != NULL)
        reply_book_add(reader->book, LIST_OPTION, config->label, WHAT_LABEL, option.order);
    for (char **alias = config->aliases; alias != NULL && *alias != NULL; alias++)
        reply_book_add(reader->book, LIST_OPTION, *alias, WHAT_ALIAS, option.order);
    add_other_ways(reader, &option);
    g_array_append_val(reader->options, option);
}

/* Digits stand for options by their place where all codes are single letters, and are no codes of
 * another question. */
static bool is_code(const struct campaign_config *campaign, const char *text)
{
    for (guint q = 0; q < campaign->questions->len; q++) {
        const struct question_config *question = campaign->questions->pdata[q];
        for (guint i = 0; i < question->options->len; i++)
            if (strcmp(((const struct option_config *)question->options->pdata[i])->code, text) ==
                0)
                return true;
    }
    return false;
}

static void add_positions(struct reply_reader *reader, const struct question_config *question,
                          unsigned first)
{
    for (guint i = 0; i < question->options->len; i++) {
        const struct option_config *option = question->options->pdata[i];
        if (!g_ascii_isalpha(option->code[0]) || option->code[1] != '\0')
            return;
    }
    for (guint i = 0; i < question->options->len; i++) {
        g_autofree char *digits = g_strdup_printf("%u", i + 1);
        if (!is_code(reader->campaign, digits))
            reply_book_add(reader->book, LIST_OPTION, digits, WHAT_POSITION, first + i);
    }
}

static void find_senses(struct reply_asked *asked, unsigned first)
{
    unsigned yes = 0, no = 0;
    asked->yes = asked->no = REPLY_NOBODY;
    asked->one_digit = true;
    for (guint i = 0; i < asked->config->options->len; i++) {
        const struct option_config *option = asked->config->options->pdata[i];
        if (option->sense == SENSE_YES && ++yes == 1)
            asked->yes = (int)(first + i);
        if (option->sense == SENSE_YES)
            asked->done = option->label != NULL && g_str_has_prefix(option->label, "đã");
        if (option->sense == SENSE_NO && ++no == 1)
            asked->no = (int)(first + i);
        asked->one_digit =
            asked->one_digit && g_ascii_isdigit(option->code[0]) && option->code[1] == '\0';
        for (char **alias = option->aliases; alias != NULL && *alias != NULL; alias++)
            asked->dated = asked->dated || strchr(*alias, '/') != NULL;
    }
    asked->yes = yes == 1 ? asked->yes : REPLY_NOBODY;
    asked->no = no == 1 ? asked->no : REPLY_NOBODY;
}

/* A word that the labels of several numbers have: "sào" of "sào lúa" and "sào ngô". */
static bool is_shared(const struct question_config *config, const char *word)
{
    unsigned labels = 0;
    for (guint i = 0; i < config->fields->len; i++) {
        const struct field_config *field = config->fields->pdata[i];
        g_auto(GStrv) words = g_strsplit(field->label, " ", -1);
        labels += g_strv_contains((const char *const *)words, word) ? 1 : 0;
    }
    return labels > 1;
}

/* The name and the label of each number, and every word of the label: a name where only one number
 * has it, else a unit of them all. */
static void add_fields(struct reply_reader *reader, const struct question_config *config,
                       unsigned number)
{
    for (guint i = 0; i < MIN(config->fields->len, REPLY_FIELDS_MAX); i++) {
        const struct field_config *field = config->fields->pdata[i];
        unsigned owner = number * REPLY_FIELDS_MAX + i;
        reply_book_add(reader->book, LIST_FIELD, field->name, WHAT_NONE, owner);
        reply_book_add(reader->book, LIST_FIELD, field->label, WHAT_NONE, owner);
        const char *unit = g_str_has_prefix(field->label, "số ") ? strchr(field->label, ' ') : NULL;
        if (unit != NULL)
            reply_book_add(reader->book, LIST_FIELD, unit, WHAT_NONE, owner);
        g_auto(GStrv) words = g_strsplit(field->label, " ", -1);
        for (char **word = words; *word != NULL; word++) {
            bool named = !is_shared(config, *word) && config->fields->len > 1;
            reply_book_add(reader->book, LIST_UNIT, *word, WHAT_NONE, number);
            if (named)
                reply_book_add(reader->book, LIST_FIELD, *word, WHAT_NONE, owner);
        }
    }
}

static void add_question(struct reply_reader *reader, const struct question_config *config)
{
    bool has_keyword = config->keyword != NULL && config->keyword[0] != '\0';
    bool choice = config->kind == QUESTION_CHOICE || config->kind == QUESTION_CHOICES;
    unsigned number = reader->asked->len, first = reader->options->len;
    struct reply_asked asked = {.config = config};
    asked.keyed =
        has_keyword && !reader->turn && !(choice && reader->campaign->questions->len == 1);
    if (has_keyword)
        reply_book_add(reader->book, LIST_KEYWORD, config->keyword, WHAT_NONE, number);
    for (guint i = 0; i < config->options->len; i++)
        add_option(reader, config->options->pdata[i], number, false);
    add_positions(reader, config, first);
    for (guint i = 0; i < config->addons->len; i++)
        add_option(reader, config->addons->pdata[i], number, true);
    add_fields(reader, config, number);
    find_senses(&asked, first);
    reader->open += !asked.keyed;
    g_array_append_val(reader->asked, asked);
}

/* Which groups of verbs the words of a question's options belong to. */
static void find_verbs(struct reply_reader *reader)
{
    g_autofree struct reply_words *words = g_new(struct reply_words, 1);
    g_autofree struct reply_sight *sight = g_new(struct reply_sight, 1);
    const GPtrArray *phrases = reply_book_phrases(reader->book);
    for (guint p = 0; p < phrases->len; p++) {
        const struct reply_phrase *phrase = phrases->pdata[p];
        if (phrase->list != LIST_OPTION || phrase->what == WHAT_CODE || phrase->joined)
            continue;
        const struct reply_option *option =
            &g_array_index(reader->options, struct reply_option, phrase->owner);
        if (option->addon)
            continue;
        words->count = phrase->count;
        words->ascii = words->more = false;
        memcpy(words->word, phrase->word, phrase->count * sizeof phrase->word[0]);
        reply_book_look(reader->book, words, sight);
        struct reply_asked *asked =
            &g_array_index(reader->asked, struct reply_asked, option->question);
        for (unsigned i = 0; i < sight->mentions; i++)
            if (sight->mention[i].phrase->list == LIST_VERB)
                asked->verbs |= (uint64_t)1 << sight->mention[i].phrase->owner;
    }
}

/* Heads are counted of those who come: "không dự được". */
static void find_attending(struct reply_reader *reader)
{
    const GPtrArray *phrases = reply_book_phrases(reader->book);
    uint64_t attend = 0;
    for (guint p = 0; p < phrases->len; p++) {
        const struct reply_phrase *phrase = phrases->pdata[p];
        if (phrase->list == LIST_VERB && strcmp(phrase->word[0].spelling.letters, "du") == 0)
            attend |= (uint64_t)1 << phrase->owner;
    }
    for (guint q = 0; q < reader->asked->len; q++) {
        struct reply_asked *asked = &g_array_index(reader->asked, struct reply_asked, q);
        if (asked->config->kind == QUESTION_HEADCOUNT)
            asked->verbs = attend;
    }
}

/* "câu 1: 2, câu 2: 1". */
static void add_places(struct reply_reader *reader)
{
    for (guint q = 0; reader->asked->len > 1 && q < reader->asked->len; q++) {
        g_autofree char *place = g_strdup_printf("câu %u", q + 1);
        reply_book_add(reader->book, LIST_KEYWORD, place, WHAT_NONE, q);
    }
}

static GPtrArray *read_ways(void)
{
    GPtrArray *ways = g_ptr_array_new_with_free_func(g_free);
    struct csv_table *table = datafile_read("reply-ways.csv", 2);
    for (unsigned row = 1; row < csv_row_count(table); row++) {
        g_ptr_array_add(ways, g_strdup(csv_cell(table, row, 0)));
        g_ptr_array_add(ways, g_strdup(csv_cell(table, row, 1)));
    }
    csv_free(table);
    return ways;
}

static void make(struct reply_reader *reader, const struct campaign_config *campaign)
{
    reader->campaign = campaign;
    reader->book = reply_book_new();
    reader->ways = read_ways();
    reader->options = g_array_new(FALSE, FALSE, sizeof(struct reply_option));
    reader->asked = g_array_new(FALSE, FALSE, sizeof(struct reply_asked));
    add_words(reader->book, LIST_OPINION, campaign->opinion.keywords);
    add_words(reader->book, LIST_OPTOUT, campaign->optout.keywords);
    guint questions = campaign->questions == NULL ? 0 : campaign->questions->len;
    for (guint i = 0; i < MIN(questions, REPLY_QUESTIONS_MAX); i++)
        add_question(reader, campaign->questions->pdata[i]);
    add_places(reader);
    reply_book_close(reader->book);
    find_verbs(reader);
    find_attending(reader);
    reader->vocabulary = reply_book_vocabulary(reader->book);
}

struct reply_reader *reply_reader_new(const struct campaign_config *campaign)
{
    struct reply_reader *reader = g_new0(struct reply_reader, 1);
    make(reader, campaign);
    return reader;
}

struct reply_reader *reply_reader_new_for(const struct campaign_config *campaign, unsigned question)
{
    struct reply_reader *reader = g_new0(struct reply_reader, 1);
    reader->turn = true;
    reader->only = *campaign;
    reader->only.questions = g_ptr_array_new();
    g_ptr_array_add(reader->only.questions, campaign->questions->pdata[question]);
    make(reader, &reader->only);
    return reader;
}

void reply_reader_free(struct reply_reader *reader)
{
    if (reader == NULL)
        return;
    reply_book_free(reader->book);
    g_array_unref(reader->options);
    g_array_unref(reader->asked);
    g_ptr_array_unref(reader->ways);
    if (reader->turn)
        g_ptr_array_unref(reader->only.questions);
    g_free(reader);
}
