// SPDX-License-Identifier: GPL-2.0-or-later
/* Cuts a text into words and remembers where each stood, so that what follows a keyword can be
 * kept as it was written. */
#include "campaigns/reply_words.h"

#include "campaigns/text.h"

#include <string.h>

static bool is_between(gunichar c)
{
    return g_unichar_isspace(c) || c == ':' || c == ';' || g_unichar_type(c) == G_UNICODE_CONTROL;
}

/* Punctuation that says nothing at the end of a word. */
static bool is_idle(gunichar c)
{
    GUnicodeType type = g_unichar_type(c);
    bool pair = type == G_UNICODE_OPEN_PUNCTUATION || type == G_UNICODE_CLOSE_PUNCTUATION ||
                type == G_UNICODE_INITIAL_PUNCTUATION || type == G_UNICODE_FINAL_PUNCTUATION;
    return pair || c == '.' || c == ',' || c == '!' || c == '"' || c == '\'' || c == 0x2026;
}

/* `key` without idle punctuation at both ends; NULL when nothing is left. Frees `key`. */
static char *strip_idle(char *key)
{
    const char *start = key, *end = key + strlen(key);
    while (start < end && is_idle(g_utf8_get_char(start)))
        start = g_utf8_next_char(start);
    while (end > start && is_idle(g_utf8_get_char(g_utf8_prev_char(end))))
        end = g_utf8_prev_char(end);
    bool dash = g_str_equal(start, "-") || g_str_equal(start, "–") || g_str_equal(start, "—");
    char *core = start == end || dash ? NULL : g_strndup(start, (size_t)(end - start));
    g_free(key);
    return core;
}

static void clear_word(gpointer data)
{
    struct reply_word *word = data;
    g_free(word->marked);
    g_free(word->unmarked);
}

static void add_word(struct reply_words *words, const char *text, size_t start, size_t end)
{
    g_autofree char *written = g_strndup(text + start, end - start);
    char *core = strip_idle(text_key_marked(written));
    if (core == NULL)
        return;
    struct reply_word word = {start, end, core, text_key_unmarked(core)};
    words->ascii = words->ascii && text_is_ascii(core);
    g_array_append_val(words->word, word);
}

struct reply_words *reply_words_new(const char *text)
{
    struct reply_words *words = g_new(struct reply_words, 1);
    *words = (struct reply_words){g_array_new(FALSE, FALSE, sizeof(struct reply_word)), true};
    g_array_set_clear_func(words->word, clear_word);
    const char *at = text;
    while (*at != '\0' && words->word->len < REPLY_WORDS_MAX) {
        while (*at != '\0' && is_between(g_utf8_get_char(at)))
            at = g_utf8_next_char(at);
        const char *end = at;
        while (*end != '\0' && !is_between(g_utf8_get_char(end)))
            end = g_utf8_next_char(end);
        if (end > at)
            add_word(words, text, (size_t)(at - text), (size_t)(end - text));
        at = end;
    }
    return words;
}

void reply_words_free(struct reply_words *words)
{
    if (words == NULL)
        return;
    g_array_free(words->word, TRUE);
    g_free(words);
}

unsigned reply_words_count(const struct reply_words *words)
{
    return words->word->len;
}

const struct reply_word *reply_words_at(const struct reply_words *words, unsigned index)
{
    return &g_array_index(words->word, struct reply_word, index);
}

char *reply_words_join(const struct reply_words *words, unsigned from, unsigned to)
{
    GString *joined = g_string_new(NULL);
    for (unsigned i = from; i < to; i++)
        g_string_append_printf(joined, "%s%s", i > from ? " " : "",
                               reply_words_at(words, i)->marked);
    return g_string_free(joined, FALSE);
}

enum reply_fit reply_words_fit(const struct reply_words *words, unsigned from, unsigned to,
                               const struct reply_words *phrase)
{
    unsigned count = reply_words_count(phrase);
    if (count == 0 || to - from != count)
        return REPLY_FIT_NONE;
    enum reply_fit fit = REPLY_FIT_EXACT;
    for (unsigned i = 0; i < count; i++) {
        const struct reply_word *word = reply_words_at(words, from + i);
        const struct reply_word *other = reply_words_at(phrase, i);
        if (g_str_equal(word->marked, other->marked))
            continue;
        if (!g_str_equal(word->unmarked, other->unmarked))
            return REPLY_FIT_NONE;
        fit = REPLY_FIT_ALIKE;
    }
    bool may_drop_marks = words->ascii || count >= 2;
    return fit == REPLY_FIT_ALIKE && !may_drop_marks ? REPLY_FIT_NONE : fit;
}

bool reply_word_is(const struct reply_word *word, const struct reply_word *other)
{
    if (g_str_equal(word->marked, other->marked))
        return true;
    return text_is_ascii(word->marked) && g_str_equal(word->unmarked, other->unmarked);
}
