// SPDX-License-Identifier: GPL-2.0-or-later
/* The first form of the interpreter: an opt-out, an opinion behind its keyword, or exactly one
 * option by code, label or alias, each give or take politeness (R4), in the order of R5. All else
 * is unclear. A stretch of the text is tried with every number of polite words taken off its ends,
 * so that a label which begins like one ("xin nghỉ") is found too. */
#include "campaigns/reply.h"

#include "campaigns/datafile.h"
#include "campaigns/reply_words.h"
#include "campaigns/text.h"

#include <string.h>

enum { SHORT_SENDER_DIGITS = 6 };

struct lexicon {
    GPtrArray *front, *end;                    /* politeness; struct reply_words * each */
    GPtrArray *sense;                          /* yes and no */
    GPtrArray *phrase, *name;                  /* opt-out as a whole; `name`: also a first name */
    GPtrArray *start, *verb, *object, *filler; /* of an opt-out sentence */
};

/* The whole text, or what stands before an opinion keyword. */
struct stretch {
    const char *text;
    const struct reply_words *words;
    unsigned from, to;
    unsigned front, end; /* how many polite words stand at its ends */
};

struct found {
    const struct question_config *question; /* NULL: nothing */
    const struct option_config *option;
    const char *rule;
    bool several; /* more than one option fits */
};

/* --- Word lists ----------------------------------------------------------------------------- */

static void read_lists(const char *name, const char *const *kinds, GPtrArray **const *lists)
{
    struct csv_table *table = datafile_read(name, 2);
    for (unsigned row = 1; row < csv_row_count(table); row++)
        for (unsigned i = 0; kinds[i] != NULL; i++)
            if (g_str_equal(kinds[i], csv_cell(table, row, 0)))
                g_ptr_array_add(*lists[i], reply_words_new(csv_cell(table, row, 1)));
    csv_free(table);
}

static gpointer lexicon_read(gpointer unused)
{
    (void)unused;
    struct lexicon *lexicon = g_new(struct lexicon, 1);
    *lexicon = (struct lexicon){
        .front = g_ptr_array_new(),
        .end = g_ptr_array_new(),
        .sense = g_ptr_array_new(),
        .phrase = g_ptr_array_new(),
        .name = g_ptr_array_new(),
        .start = g_ptr_array_new(),
        .verb = g_ptr_array_new(),
        .object = g_ptr_array_new(),
        .filler = g_ptr_array_new(),
    };
    static const char *const word_kinds[] = {"front", "end", "yes", "no", NULL};
    static const char *const optout_kinds[] = {"phrase", "name",   "start", "verb",
                                               "object", "filler", NULL};
    read_lists(
        "reply-words.csv", word_kinds,
        (GPtrArray * *const[]){&lexicon->front, &lexicon->end, &lexicon->sense, &lexicon->sense});
    read_lists("reply-optout.csv", optout_kinds,
               (GPtrArray * *const[]){&lexicon->phrase, &lexicon->name, &lexicon->start,
                                      &lexicon->verb, &lexicon->object, &lexicon->filler});
    return lexicon;
}

static const struct lexicon *lexicon(void)
{
    static GOnce once = G_ONCE_INIT;
    return g_once(&once, lexicon_read, NULL);
}

/* Length in words of the entry of `list` that begins at `from`; 0: none does. */
static unsigned begins_with(const GPtrArray *list, const struct reply_words *words, unsigned from)
{
    unsigned longest = 0;
    for (guint i = 0; i < list->len; i++) {
        const struct reply_words *entry = g_ptr_array_index(list, i);
        unsigned count = reply_words_count(entry), same = 0;
        if (count <= longest || from + count > reply_words_count(words))
            continue;
        while (same < count &&
               reply_word_is(reply_words_at(words, from + same), reply_words_at(entry, same)))
            same++;
        if (same == count)
            longest = count;
    }
    return longest;
}

/* A polite word must be written as it is, unless the whole text has no marks: đã is not dạ. */
static bool is_polite(const GPtrArray *list, const struct reply_words *words, unsigned at)
{
    for (guint i = 0; i < list->len; i++)
        if (reply_words_fit(words, at, at + 1, g_ptr_array_index(list, i)) != REPLY_FIT_NONE)
            return true;
    return false;
}

static bool only_polite(const struct reply_words *words, unsigned from, unsigned to)
{
    for (unsigned at = from; at < to; at++)
        if (!is_polite(lexicon()->front, words, at) && !is_polite(lexicon()->end, words, at))
            return false;
    return true;
}

static struct stretch stretch_of(const char *text, const struct reply_words *words, unsigned from,
                                 unsigned to)
{
    struct stretch stretch = {text, words, from, to, 0, 0};
    while (from + stretch.front < to && is_polite(lexicon()->front, words, from + stretch.front))
        stretch.front++;
    while (to - stretch.end > from && is_polite(lexicon()->end, words, to - stretch.end - 1))
        stretch.end++;
    return stretch;
}

/* --- Options -------------------------------------------------------------------------------- */

/* "vang" may be vắng or vâng, "da" may be đã or dạ: without marks nobody can tell. */
static bool is_double_meaning(const struct stretch *stretch, unsigned from, unsigned to,
                              const struct reply_words *phrase)
{
    const GPtrArray *lists[] = {lexicon()->sense, lexicon()->front, lexicon()->end};
    if (to - from != 1)
        return false;
    for (size_t l = 0; l < G_N_ELEMENTS(lists); l++) {
        for (guint i = 0; i < lists[l]->len; i++) {
            const struct reply_words *other = g_ptr_array_index(lists[l], i);
            bool alike = reply_words_fit(stretch->words, from, to, other) != REPLY_FIT_NONE;
            bool same =
                reply_words_fit(other, 0, reply_words_count(other), phrase) == REPLY_FIT_EXACT;
            if (alike && !same)
                return true;
        }
    }
    return false;
}

/* The code A of a campaign counts when somebody writes A; "a" is how people write ạ. */
static bool is_written(const struct stretch *stretch, unsigned at, const char *written)
{
    const struct reply_word *word = reply_words_at(stretch->words, at);
    g_autofree char *bytes = g_strndup(stretch->text + word->start, word->end - word->start);
    g_autofree char *narrow = g_utf8_normalize(bytes, -1, G_NORMALIZE_ALL_COMPOSE); /* Ａ is A */
    const char *start = narrow + strcspn(narrow, written);
    size_t length = strlen(written);
    bool opened = start == narrow || !g_unichar_isalnum(g_utf8_get_char(g_utf8_prev_char(start)));
    return opened && strncmp(start, written, length) == 0 &&
           !g_unichar_isalnum(g_utf8_get_char(start + length));
}

/* "dạ nhận" is no way to write "đã nhận": a polite word with its marks is that word. */
static bool is_twisted(const struct stretch *stretch, unsigned from, unsigned to,
                       const struct reply_words *phrase)
{
    for (unsigned at = from; at < to; at++) {
        const struct reply_word *word = reply_words_at(stretch->words, at);
        bool same = g_str_equal(word->marked, reply_words_at(phrase, at - from)->marked);
        if (!same && !text_is_ascii(word->marked) && only_polite(stretch->words, at, at + 1))
            return true;
    }
    return false;
}

static bool fits_between(const struct stretch *stretch, unsigned from, unsigned to,
                         const struct reply_words *phrase, const char *written)
{
    enum reply_fit fit = reply_words_fit(stretch->words, from, to, phrase);
    if (fit == REPLY_FIT_NONE || is_twisted(stretch, from, to, phrase))
        return false;
    if (only_polite(stretch->words, from, to))
        return to - from == 1 && is_written(stretch, from, written);
    return fit == REPLY_FIT_EXACT || !is_double_meaning(stretch, from, to, phrase);
}

/* Whether the stretch is `written`, less any of its polite words. */
static bool says(const struct stretch *stretch, const char *keyword, const char *written)
{
    if (written == NULL || written[0] == '\0')
        return false;
    bool keyed = keyword != NULL && keyword[0] != '\0';
    g_autofree char *whole = g_strconcat(keyed ? keyword : "", keyed ? " " : "", written, NULL);
    struct reply_words *phrase = reply_words_new(whole);
    unsigned count = reply_words_count(phrase), total = stretch->to - stretch->from;
    bool fits = false;
    for (unsigned front = 0; front <= stretch->front && front + count <= total && !fits; front++) {
        unsigned end = total - front - count, from = stretch->from + front;
        if (end <= stretch->end && count > 0)
            fits = fits_between(stretch, from, from + count, phrase, written);
    }
    reply_words_free(phrase);
    return fits;
}

static const char *option_rule(const struct stretch *stretch, const char *keyword,
                               const struct option_config *option)
{
    if (says(stretch, keyword, option->code))
        return "R5 code";
    if (says(stretch, keyword, option->label))
        return "R5 label";
    for (char **alias = option->aliases; alias != NULL && *alias != NULL; alias++)
        if (says(stretch, keyword, *alias))
            return "R5 alias";
    return NULL;
}

static void find_in_question(const struct stretch *stretch, const struct question_config *question,
                             const char *keyword, struct found *found)
{
    for (guint i = 0; question->options != NULL && i < question->options->len; i++) {
        const struct option_config *option = g_ptr_array_index(question->options, i);
        const char *rule = option_rule(stretch, keyword, option);
        if (rule == NULL || found->option == option)
            continue;
        found->several = found->option != NULL;
        if (found->several)
            return;
        *found = (struct found){question, option, rule, false};
    }
}

/* A question with a keyword of its own wants it in front, unless it is the only one. */
static struct found find_option(const struct campaign_config *campaign,
                                const struct stretch *stretch)
{
    struct found found = {NULL, NULL, NULL, false};
    guint count = campaign->questions != NULL ? campaign->questions->len : 0;
    for (guint i = 0; i < count && !found.several; i++) {
        const struct question_config *question = g_ptr_array_index(campaign->questions, i);
        if (question->kind != QUESTION_CHOICE && question->kind != QUESTION_CHOICES)
            continue;
        bool keyed = question->keyword != NULL && question->keyword[0] != '\0';
        if (keyed)
            find_in_question(stretch, question, question->keyword, &found);
        if ((!keyed || count == 1) && !found.several)
            find_in_question(stretch, question, NULL, &found);
    }
    return found;
}

static void take_answer(const struct found *found, struct reply_reading *reading)
{
    reading->outcome = REPLY_ANSWER;
    reading->rule = found->rule;
    reading->question = g_strdup(found->question->id);
    reading->codes = g_new0(char *, 2);
    reading->codes[0] = g_strdup(found->option->code);
}

/* --- Opt-out -------------------------------------------------------------------------------- */

static bool says_keyword(const struct stretch *stretch, char *const *keywords)
{
    for (; keywords != NULL && *keywords != NULL; keywords++)
        if (says(stretch, NULL, *keywords))
            return true;
    return false;
}

/* đừng … nhắn … tin …, with nothing in between that could turn it round, and no second sentence
 * behind it: "đừng nhắn tin cho con tôi, nhắn cho tôi". */
static bool is_optout_sentence(const struct stretch *stretch)
{
    const struct lexicon *lists = lexicon();
    unsigned at = stretch->from + stretch->front;
    unsigned start = begins_with(lists->start, stretch->words, at);
    unsigned object_end = 0; /* 0: no object yet */
    bool verb = false;
    if (start == 0)
        return false;
    for (at += start; at < stretch->to;) {
        unsigned verbs = begins_with(lists->verb, stretch->words, at);
        unsigned objects = begins_with(lists->object, stretch->words, at);
        unsigned fillers = begins_with(lists->filler, stretch->words, at);
        unsigned longest = MAX(MAX(verbs, objects), fillers);
        if (longest == 0)
            return at + stretch->end >= stretch->to && object_end > 0;
        if (verbs > 0 && object_end > 0 && at > object_end) /* "tin nhắn" is one word */
            return false;
        verb = verb || verbs > 0;
        at += longest;
        if (objects > 0 && verb)
            object_end = at;
    }
    return object_end > 0;
}

/* HỦY without its marks is the first name Huy: "em Huy", and "Huy" as names are written. */
static bool is_optout_name(const struct stretch *stretch)
{
    const GPtrArray *names = lexicon()->name;
    unsigned from = stretch->from + stretch->front, to = stretch->to - stretch->end;
    if (from >= to)
        return false;
    for (guint i = 0; i < names->len; i++) {
        enum reply_fit fit = reply_words_fit(stretch->words, from, to, g_ptr_array_index(names, i));
        if (fit == REPLY_FIT_EXACT)
            return true;
        const char *written = stretch->text + reply_words_at(stretch->words, from)->start;
        bool as_a_name = g_ascii_isupper(written[0]) && g_ascii_islower(written[1]);
        if (fit == REPLY_FIT_ALIKE && stretch->front == 0 && !as_a_name)
            return true;
    }
    return false;
}

static const char *optout_rule(const struct campaign_config *campaign,
                               const struct stretch *stretch)
{
    if (says_keyword(stretch, campaign->optout.keywords))
        return "R6 keyword";
    unsigned from = stretch->from + stretch->front, to = stretch->to - stretch->end;
    for (guint i = 0; from < to && i < lexicon()->phrase->len; i++)
        if (reply_words_fit(stretch->words, from, to, g_ptr_array_index(lexicon()->phrase, i)) !=
            REPLY_FIT_NONE)
            return "R6 phrase";
    if (is_optout_name(stretch))
        return "R6 phrase";
    return is_optout_sentence(stretch) ? "R6 sentence" : NULL;
}

/* --- Opinions ------------------------------------------------------------------------------- */

/* "YK.mong" and "YK-mong" are one word to a typist. */
static size_t after_glued_keyword(const char *text, const struct reply_word *word,
                                  const struct reply_words *keyword)
{
    size_t head = strcspn(text + word->start, ".,-/=");
    if (head == 0 || word->start + head + 1 >= word->end || reply_words_count(keyword) != 1)
        return 0;
    g_autofree char *before = g_strndup(text + word->start, head);
    g_autofree char *key = text_key_marked(before);
    bool same = g_str_equal(key, reply_words_at(keyword, 0)->marked);
    return same ? word->start + head + 1 : 0;
}

/* Where the content begins when one of the keywords stands at word `at`; 0: none does. */
static size_t after_keyword(const GPtrArray *keywords, const char *text,
                            const struct reply_words *words, unsigned at)
{
    for (guint i = 0; i < keywords->len; i++) {
        const struct reply_words *keyword = g_ptr_array_index(keywords, i);
        unsigned count = reply_words_count(keyword);
        bool room = count > 0 && at + count <= reply_words_count(words);
        if (room && reply_words_fit(words, at, at + count, keyword) != REPLY_FIT_NONE)
            return reply_words_at(words, at + count - 1)->end;
        size_t content = after_glued_keyword(text, reply_words_at(words, at), keyword);
        if (content > 0)
            return content;
    }
    return 0;
}

static void free_words(gpointer words)
{
    reply_words_free(words);
}

static GPtrArray *keyword_phrases(char *const *keywords)
{
    GPtrArray *phrases = g_ptr_array_new_with_free_func(free_words);
    for (; keywords != NULL && *keywords != NULL; keywords++)
        g_ptr_array_add(phrases, reply_words_new(*keywords));
    return phrases;
}

/* What stands at `content`, without the punctuation that joined it; NULL: nothing but politeness.
 */
static char *opinion_text(const char *content)
{
    struct reply_words *words = reply_words_new(content);
    unsigned count = reply_words_count(words);
    bool empty = only_polite(words, 0, count);
    char *opinion = NULL;
    if (!empty) {
        const char *start = content + reply_words_at(words, 0)->start;
        opinion = g_strchomp(g_strdup(start));
    }
    reply_words_free(words);
    return opinion;
}

/* A keyword at the start, after politeness, or right after an option. True if it settles what the
 * text is. */
static bool read_opinion(const struct campaign_config *campaign, const char *text,
                         const struct reply_words *words, struct reply_reading *reading)
{
    g_autoptr(GPtrArray) keywords = keyword_phrases(campaign->opinion.keywords);
    for (unsigned at = 0; at < reply_words_count(words); at++) {
        size_t content = after_keyword(keywords, text, words, at);
        if (content == 0)
            continue;
        struct stretch before = stretch_of(text, words, 0, at);
        bool alone = only_polite(words, 0, at);
        struct found found = find_option(campaign, &before);
        if (!alone && (found.option == NULL || found.several))
            continue;
        reading->opinion = opinion_text(text + content);
        reading->rule = "R5 opinion keyword";
        if (reading->opinion == NULL) {
            reading->rule = "R13 keyword without content";
            return true;
        }
        reading->outcome = REPLY_OPINION;
        if (!alone)
            take_answer(&found, reading);
        return true;
    }
    return false;
}

/* --- The door ------------------------------------------------------------------------------- */

static bool is_service_text(const char *text)
{
    g_autofree char *key = text_key_unmarked(text);
    return g_str_has_prefix(key, "[qc]") || g_str_has_prefix(key, "[ad]");
}

bool reply_is_service(const char *sender, const char *text)
{
    const char *digits = sender[0] == '+' ? sender + 1 : sender;
    size_t length = strlen(digits);
    bool number = length > SHORT_SENDER_DIGITS && strspn(digits, "0123456789") == length;
    return !number || is_service_text(text);
}

static void read_answer(const struct campaign_config *campaign, const struct stretch *whole,
                        struct reply_reading *reading)
{
    struct found found = find_option(campaign, whole);
    if (found.several) {
        reading->rule = "R9 several options";
        return;
    }
    if (found.option == NULL) {
        bool polite = only_polite(whole->words, whole->from, whole->to);
        reading->rule = whole->from == whole->to ? "R13 empty"
                        : polite                 ? "R4 politeness alone"
                                                 : "R13 no option";
        return;
    }
    take_answer(&found, reading);
}

void reply_read(const struct campaign_config *campaign, const char *text,
                struct reply_reading *retreading)
{
    struct reply_reading reading = {.outcome = REPLY_UNCLEAR};
    struct reply_words *words = reply_words_new(text);
    unsigned count = reply_words_count(words);
    struct stretch whole = stretch_of(text, words, 0, count);
    unsigned from = MIN(whole.front, count), to = MAX(count - whole.end, from);
    reading.normalised = reply_words_join(words, from, to);
    const char *optout = optout_rule(campaign, &whole);
    if (is_service_text(text)) {
        reading.outcome = REPLY_SERVICE;
        reading.rule = "R1 advertising mark";
    } else if (optout != NULL) {
        reading.outcome = REPLY_OPTOUT;
        reading.rule = optout;
    } else if (!read_opinion(campaign, text, words, &reading)) {
        read_answer(campaign, &whole, &reading);
    }
    reply_words_free(words);
    *retreading = reading;
}

void reply_reading_clear(struct reply_reading *reading)
{
    g_free(reading->question);
    g_strfreev(reading->codes);
    g_free(reading->opinion);
    g_free(reading->normalised);
    *reading = (struct reply_reading){0};
}

const char *reply_outcome_name(enum reply_outcome outcome)
{
    static const char *const names[] = {
        [REPLY_UNCLEAR] = "unclear", [REPLY_ANSWER] = "answer",   [REPLY_OPINION] = "opinion",
        [REPLY_OPTOUT] = "optout",   [REPLY_SERVICE] = "service",
    };
    return names[outcome];
}
