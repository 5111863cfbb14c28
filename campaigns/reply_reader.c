// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes what is compared with from a campaign, and shares out a text among its questions: a keyword
 * gives what follows to its question; of the others, one alone may recognise itself, or as many
 * codes as questions stand in their order. Two candidates make a reply unclear. */
#include "campaigns/reply_reader.h"

#include "campaigns/datafile.h"
#include "campaigns/reply_correction.h"
#include "campaigns/reply_numbers.h"
#include "campaigns/reply_options.h"
#include "campaigns/reply_sense.h"

#include <string.h>

enum { QUESTIONS_MAX = 64, BOTH_SYLLABLES = 12 };

/* --- Making --------------------------------------------------------------------------------- */

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
    for (guint i = 0; i < MIN(questions, QUESTIONS_MAX); i++)
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

/* --- Asking one question -------------------------------------------------------------------- */

static void ask_choice(const struct reply_scan *scan, struct reply_found *found)
{
    bool both = scan_syllables(scan, scan->from, scan->to) <= BOTH_SYLLABLES &&
                scan_holds(scan, scan->from, scan->to, LIST_BOTH);
    if (both) {
        *found = (struct reply_found){.state = FOUND_DOUBT, .rule = "R9 both"};
        return;
    }
    if (reply_correction_read(scan, found))
        return;
    reply_options_read(scan, found);
    if (found->state != FOUND_NOTHING)
        return;
    struct reply_found sensed = {.rule = NULL};
    reply_sense_read(scan, &sensed);
    if (sensed.state != FOUND_NOTHING || found->rule == NULL)
        *found = sensed;
}

static bool holds_number(const struct reply_scan *scan)
{
    for (unsigned at = scan->from; at < scan->to; at++)
        if (scan_is_number(scan, at))
            return true;
    return false;
}

static void ask(const struct reply_scan *whole, unsigned question, bool keyed,
                struct reply_found *found)
{
    struct reply_scan scan = *whole;
    scan.question = question;
    *found = (struct reply_found){.state = FOUND_NOTHING};
    switch ((enum question_kind)scan_asked(&scan)->config->kind) {
    case QUESTION_CHOICE:
    case QUESTION_CHOICES:
        ask_choice(&scan, found);
        return;
    case QUESTION_HEADCOUNT:
        reply_numbers_heads(&scan, keyed, found);
        return;
    case QUESTION_NUMBERS:
        if (keyed || scan.reader->turn || holds_number(&scan))
            reply_numbers_read(&scan, keyed, found);
        return;
    case QUESTION_TEXT:
        if (keyed && scan.from < scan.to)
            *found = (struct reply_found){.state = FOUND_ANSWER, .rule = "R5 free text"};
        return;
    }
}

/* --- Questions without keywords ------------------------------------------------------------- */

struct share {
    struct reply_found *found; /* by question */
    const char *rule;
    unsigned answers, doubts;
    unsigned lost; /* keywords with something behind that is no answer */
    const char *doubt;
};

static void put(struct share *share, unsigned question, const struct reply_found *found)
{
    share->found[question] = *found;
    if (found->state == FOUND_ANSWER) {
        if (share->rule == NULL || !reply_rule_looks(share->rule))
            share->rule = found->rule;
        share->answers++;
    } else if (found->state == FOUND_DOUBT) {
        share->doubt = found->rule;
        share->doubts++;
    } else if (share->doubt == NULL && share->rule == NULL) {
        share->rule = found->rule;
    }
}

/* What stands at `at`, as the answer to the question in its place; the words it takes, 0: none. */
static unsigned take_in_place(const struct reply_scan *scan, unsigned at, unsigned question,
                              struct reply_found *found)
{
    struct reply_scan part = *scan;
    struct reply_item item;
    part.question = question;
    part.from = at;
    part.to = MIN(at + 1, scan->to);
    if (scan_asked(&part)->config->kind == QUESTION_HEADCOUNT) {
        reply_numbers_heads(&part, true, found);
        return found->state == FOUND_ANSWER ? 1 + scan_length(scan, at + 1, LIST_PERSON) : 0;
    }
    if (at >= scan->to || !reply_options_item(&part, at, &item) || item.what == WHAT_LABEL)
        return 0;
    *found = (struct reply_found){
        .state = FOUND_ANSWER, .rule = "R5 by position", .count = 1, .option = {item.option[0]}};
    return 1;
}

/* "1 2 5": as many codes and head counts as there are such questions, each fit for the question in
 * its place. Where all of them are answered so, none waits for its keyword. */
static bool ask_by_position(const struct reply_scan *scan, bool all, struct share *share)
{
    const GArray *asked = scan->reader->asked;
    struct reply_found found[QUESTIONS_MAX];
    unsigned at = scan->from, count = 0;
    for (guint q = 0; q < asked->len; q++) {
        const struct reply_asked *one = &g_array_index(asked, struct reply_asked, q);
        bool choice = one->config->kind == QUESTION_CHOICE || one->config->kind == QUESTION_CHOICES;
        bool placed = choice || (all && one->config->kind == QUESTION_HEADCOUNT);
        found[q] = (struct reply_found){.state = FOUND_NOTHING};
        if (!placed || (one->keyed && !all))
            continue;
        unsigned length = take_in_place(scan, at, q, &found[q]);
        if (length == 0)
            return false;
        count++;
        at += length;
        while (scan_is_mark(scan, at, ",;\n/+"))
            at++;
    }
    bool behind = at == scan->to || scan_is_polite_end(scan, at) || scan_is_signature(scan, at);
    if (count < 2 || !behind)
        return false;
    for (guint q = 0; q < asked->len; q++)
        put(share, q, &found[q]);
    return true;
}

static void ask_open(const struct reply_scan *whole, struct share *share)
{
    struct reply_scan scan = *whole;
    const GArray *asked = scan.reader->asked;
    struct reply_scan stripped = scan;
    scan_strip(&stripped);
    scan.from = stripped.from;
    if (ask_by_position(&scan, true, share) || ask_by_position(&scan, false, share))
        return;
    scan = *whole;
    for (guint q = 0; q < asked->len; q++) {
        const struct reply_asked *one = &g_array_index(asked, struct reply_asked, q);
        struct reply_found found;
        if (one->keyed && one->config->kind != QUESTION_HEADCOUNT) /* "2 người" needs none */
            continue;
        ask(&scan, q, false, &found);
        put(share, q, &found);
    }
    if (share->answers > 1 || (share->answers == 1 && share->doubts > 0)) {
        share->doubts++;
        share->doubt = "R9 several questions";
    }
}

/* --- Keywords ------------------------------------------------------------------------------- */

/* Whether the mention opens the answer to its question: "7 h" is no keyword H. */
static bool opens(const struct reply_scan *scan, const struct reply_mention *mention)
{
    bool counted = mention->from > scan->from && scan_is_number(scan, mention->from - 1) &&
                   scan_word(scan, mention->from)->glued;
    return mention->phrase->list == LIST_KEYWORD && mention->from >= scan->from &&
           mention->to <= scan->to && !counted;
}

static unsigned next_keyword(const struct reply_scan *scan, unsigned from,
                             const struct reply_mention **retmention)
{
    *retmention = NULL;
    for (unsigned i = 0; i < scan->sight->mentions; i++) {
        const struct reply_mention *mention = &scan->sight->mention[i];
        if (mention->from >= from && opens(scan, mention)) {
            *retmention = mention;
            return mention->from;
        }
    }
    return scan->to;
}

/* "sửa lại: BC …", "xã Thạch Hà: BC …": nothing in it could change what follows. */
static bool is_preface(const struct reply_scan *scan)
{
    static const enum reply_list lists[] = {LIST_NO,       LIST_HEDGE, LIST_ASKING,
                                            LIST_QUESTION, LIST_START, LIST_PAST};
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        if (scan_holds(scan, scan->from, scan->to, lists[i]))
            return false;
    for (unsigned at = scan->from; at < scan->to; at++)
        if (scan_is_number(scan, at) && !scan_is_quantity(scan, at))
            return false;
    return true;
}

static bool corrects(const struct reply_scan *scan, unsigned from, unsigned to)
{
    return scan_holds(scan, from, to, LIST_SLIP) || scan_holds(scan, from, to, LIST_CHANGE);
}

static void ask_keyed(const struct reply_scan *scan, const struct reply_mention *first,
                      struct share *share)
{
    const struct reply_mention *mention = first;
    while (mention != NULL) {
        const struct reply_mention *next;
        struct reply_scan part = *scan;
        struct reply_found found;
        part.from = mention->to;
        part.to = next_keyword(scan, mention->to, &next);
        unsigned question = mention->phrase->owner;
        bool again = next != NULL && next->phrase->owner == question;
        if (again && corrects(scan, part.from, part.to)) {
            mention = next; /* the last one counts */
            continue;
        }
        ask(&part, question, true, &found);
        share->lost += found.state == FOUND_NOTHING;
        if (share->found[question].state != FOUND_NOTHING || again) {
            found.state = FOUND_DOUBT;
            found.rule = "R9 twice";
        }
        put(share, question, &found);
        mention = next;
    }
}

bool reply_reader_called(const struct reply_scan *scan)
{
    const struct reply_mention *first;
    struct reply_scan before = *scan;
    before.to = next_keyword(scan, scan->from, &first);
    scan_strip(&before);
    return first != NULL && (before.from >= before.to || is_preface(&before));
}

const char *reply_reader_ask(const struct reply_scan *scan, struct reply_found *found,
                             enum reply_state *retstate)
{
    struct share share = {.found = found};
    const struct reply_mention *first;
    struct reply_scan before = *scan;
    for (guint q = 0; q < scan->reader->asked->len; q++)
        found[q] = (struct reply_found){.state = FOUND_NOTHING};
    for (unsigned at = scan->from; at < scan->to; at++) {
        if (!scan_is_mark(scan, at, "?"))
            continue;
        *retstate = FOUND_DOUBT;
        return "R12 question";
    }
    before.to = next_keyword(scan, scan->from, &first);
    struct reply_scan bare = before;
    scan_strip(&bare);
    if (first == NULL || bare.from < bare.to)
        ask_open(&before, &share);
    bool lost = first != NULL && share.answers == 0 && bare.from < bare.to && !is_preface(&bare);
    if (first != NULL)
        ask_keyed(scan, first, &share);
    if ((lost || share.lost > 0) && share.answers > 0) {
        share.doubts++;
        share.doubt = "R7 more words";
    }
    *retstate = share.doubts > 0 ? FOUND_DOUBT : share.answers > 0 ? FOUND_ANSWER : FOUND_NOTHING;
    return share.doubts > 0 ? share.doubt : share.rule;
}
