// SPDX-License-Identifier: GPL-2.0-or-later
/* Looks for the keywords of topics in a text, word by word. The words are cut and raw typing is
 * undone by the interpreter of replies; the vocabulary for that is the keywords themselves. */
#include "campaigns/opinion_topic.h"

#include <string.h>

#include "campaigns/reply_words.h"

enum { PHRASE_MAX = 12, OVERLAP = PHRASE_MAX };

struct keyword {
    const struct topic_config *topic;
    unsigned count;
    struct reply_spelling spelling[PHRASE_MAX];
};

static uint32_t find_word(const void *data, const char *letters)
{
    const GArray *keywords = data;
    for (guint i = 0; i < keywords->len; i++) {
        const struct keyword *keyword = &g_array_index(keywords, struct keyword, i);
        for (unsigned j = 0; j < keyword->count; j++) {
            if (strcmp(keyword->spelling[j].letters, letters) == 0)
                return 1;
        }
    }
    return 0;
}

static bool knows_word(const void *data, const struct reply_spelling *spelling, bool whole)
{
    const GArray *keywords = data;
    for (guint i = 0; i < keywords->len; i++) {
        const struct keyword *keyword = &g_array_index(keywords, struct keyword, i);
        for (unsigned j = 0; j < keyword->count; j++) {
            if (whole ? reply_spelling_same(spelling, &keyword->spelling[j])
                      : reply_spelling_lacks(spelling, &keyword->spelling[j]))
                return true;
        }
    }
    return false;
}

static void add_keyword(GArray *keywords, const struct topic_config *topic, const char *text)
{
    struct reply_words words;
    struct keyword keyword = {.topic = topic};
    reply_words_cut(text, NULL, &words);
    for (unsigned i = 0; i < words.count; i++) {
        if (words.word[i].kind == REPLY_MARK)
            continue;
        if (keyword.count == PHRASE_MAX)
            return;
        keyword.spelling[keyword.count++] = words.word[i].spelling;
    }
    if (keyword.count > 0)
        g_array_append_val(keywords, keyword);
}

static bool is_same(const struct reply_word *word, const struct reply_spelling *spelling,
                    bool without_marks, bool phrase)
{
    if (strcmp(word->spelling.letters, spelling->letters) != 0)
        return false;
    if (without_marks || reply_spelling_same(&word->spelling, spelling))
        return true;
    return phrase && (reply_spelling_lacks(&word->spelling, spelling) ||
                      reply_spelling_lacks(spelling, &word->spelling));
}

/* What may stand between the words of a phrase: "ma-tuy", a new line. */
static bool is_gap(const struct reply_words *words, unsigned at)
{
    const char *letters = at < words->count ? words->word[at].spelling.letters : "";
    return strcmp(letters, "-") == 0 || strcmp(letters, "\n") == 0;
}

static bool stands_at(const struct keyword *keyword, const struct reply_words *words, unsigned at)
{
    for (unsigned i = 0; i < keyword->count; i++, at++) {
        while (i > 0 && is_gap(words, at))
            at++;
        if (at >= words->count || words->word[at].kind == REPLY_MARK ||
            !is_same(&words->word[at], &keyword->spelling[i],
                     words->ascii && !words->word[at].undone, keyword->count > 1))
            return false;
    }
    return true;
}

static bool stands_in(const struct keyword *keyword, const struct reply_words *words)
{
    for (unsigned at = 0; at < words->count; at++) {
        if (stands_at(keyword, words, at))
            return true;
    }
    return false;
}

static bool goes_before(const struct keyword *one, const struct keyword *other)
{
    if (other == NULL || one->topic->restricted != other->topic->restricted)
        return other == NULL || one->topic->restricted;
    return one->count > other->count;
}

const struct topic_config *opinion_topic_suggest(const GPtrArray *topics, const char *text)
{
    g_autoptr(GArray) keywords = g_array_new(FALSE, FALSE, sizeof(struct keyword));
    for (guint i = 0; i < topics->len; i++) {
        const struct topic_config *topic = topics->pdata[i];
        for (char *const *word = topic->keywords; word != NULL && *word != NULL; word++)
            add_keyword(keywords, topic, *word);
    }
    const struct reply_vocabulary vocabulary = {find_word, knows_word, keywords};
    const struct keyword *best = NULL;
    struct reply_words words = {.more = true};
    /* A text longer than the row of words is looked at in stretches that overlap. */
    for (const char *from = text; words.more;) {
        reply_words_cut(from, &vocabulary, &words);
        for (guint i = 0; i < keywords->len; i++) {
            const struct keyword *keyword = &g_array_index(keywords, struct keyword, i);
            if (goes_before(keyword, best) && stands_in(keyword, &words))
                best = keyword;
        }
        if (words.more)
            from += words.word[words.count - OVERLAP].start;
    }
    return best == NULL ? NULL : best->topic;
}
