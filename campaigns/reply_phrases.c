// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds phrases in a text by their first word. How alike they must be is rule R2: a text without
 * diacritics compares letters alone; in one with diacritics a single syllable must be written as it
 * is, and longer phrases may lack marks but not become other words ("dạ nhận" is no "đã nhận"). */
#include "campaigns/reply_phrases.h"

#include "campaigns/datafile.h"

#include <string.h>

struct reply_book {
    GHashTable *ids;      /* letters → id */
    GPtrArray *spellings; /* by id: GArray of struct reply_spelling */
    GPtrArray *starts;    /* by id: GPtrArray of struct reply_phrase *, or NULL */
    GPtrArray *phrases;
    GPtrArray *groups; /* names of groups of verbs */
    GPtrArray *meant;  /* by id: GArray of struct short_form, or NULL */
};

struct short_form {
    struct reply_spelling typed;
    struct reply_word word; /* that is meant */
};

enum fit { FIT_NONE, FIT_HALF, FIT_ALIKE, FIT_EXACT };

/* Kinds of rows in the data files. */
static const struct {
    const char *file;
    const char *kind;
    enum reply_list list;
} kinds[] = {
    {"reply-words.csv", "front", LIST_FRONT},
    {"reply-words.csv", "end", LIST_END},
    {"reply-words.csv", "front", LIST_POLITE_FRONT},
    {"reply-words.csv", "end", LIST_POLITE_END},
    {"reply-words.csv", "open", LIST_FRONT},
    {"reply-words.csv", "close", LIST_END},
    {"reply-words.csv", "lead", LIST_LEAD},
    {"reply-words.csv", "title", LIST_TITLE},
    {"reply-words.csv", "choose", LIST_CHOOSE},
    {"reply-words.csv", "yes", LIST_YES},
    {"reply-words.csv", "no", LIST_NO},
    {"reply-words.csv", "adverb", LIST_ADVERB},
    {"reply-words.csv", "join", LIST_JOIN},
    {"reply-words.csv", "either", LIST_EITHER},
    {"reply-words.csv", "double", LIST_DOUBLE},
    {"reply-numbers.csv", "place", LIST_PLACE},
    {"reply-numbers.csv", "about", LIST_PLACE},
    {"reply-numbers.csv", "about", LIST_ABOUT},
    {"reply-numbers.csv", "address", LIST_PLACE},
    {"reply-numbers.csv", "address", LIST_ADDRESS},
    {"reply-numbers.csv", "count", LIST_COUNT},
    {"reply-numbers.csv", "person", LIST_PERSON},
    {"reply-phrases.csv", "both", LIST_BOTH},
    {"reply-phrases.csv", "slip", LIST_SLIP},
    {"reply-phrases.csv", "change", LIST_CHANGE},
    {"reply-phrases.csv", "swap", LIST_SWAP},
    {"reply-phrases.csv", "call", LIST_CALL},
    {"reply-phrases.csv", "after-no", LIST_AFTER_NO},
    {"reply-phrases.csv", "busy", LIST_BUSY},
    {"reply-phrases.csv", "to", LIST_TO},
    {"reply-phrases.csv", "right", LIST_RIGHT},
    {"reply-phrases.csv", "not", LIST_NOT},
    {"reply-phrases.csv", "but", LIST_BUT},
    {"reply-phrases.csv", "against", LIST_AGAINST},
    {"reply-phrases.csv", "hedge", LIST_HEDGE},
    {"reply-phrases.csv", "question", LIST_QUESTION},
    {"reply-phrases.csv", "asking", LIST_ASKING},
    {"reply-phrases.csv", "others", LIST_OTHERS},
    {"reply-phrases.csv", "other-thing", LIST_OTHER_THING},
    {"reply-phrases.csv", "reason", LIST_REASON},
    {"reply-phrases.csv", "remark", LIST_REMARK},
    {"reply-phrases.csv", "because", LIST_BECAUSE},
    {"reply-phrases.csv", "letter", LIST_LETTER},
    {"reply-phrases.csv", "pick", LIST_PICK},
    {"reply-phrases.csv", "past", LIST_PAST},
    {"reply-phrases.csv", "future", LIST_FUTURE},
    {"reply-phrases.csv", "surname", LIST_SURNAME},
    {"reply-phrases.csv", "tapback", LIST_TAPBACK},
    {"reply-phrases.csv", "robot", LIST_ROBOT},
    {"reply-phrases.csv", "silent", LIST_SILENT},
    {"reply-optout.csv", "phrase", LIST_REFUSAL},
    {"reply-optout.csv", "name", LIST_NAME},
    {"reply-optout.csv", "start", LIST_START},
    {"reply-optout.csv", "verb", LIST_DO},
    {"reply-optout.csv", "object", LIST_OBJECT},
    {"reply-optout.csv", "filler", LIST_FILLER},
};

/* --- Making --------------------------------------------------------------------------------- */

static void free_phrase(gpointer data)
{
    struct reply_phrase *phrase = data;
    g_free(phrase->word);
    g_free(phrase);
}

static void free_spellings(gpointer data)
{
    if (data != NULL)
        g_array_unref(data);
}

static void free_starts(gpointer data)
{
    if (data != NULL)
        g_ptr_array_unref(data);
}

static uint32_t find_id(const void *data, const char *letters)
{
    const struct reply_book *book = data;
    return GPOINTER_TO_UINT(g_hash_table_lookup(book->ids, letters));
}

static uint32_t intern(struct reply_book *book, const struct reply_spelling *spelling)
{
    uint32_t id = find_id(book, spelling->letters);
    if (id == 0) {
        id = book->spellings->len;
        g_hash_table_insert(book->ids, g_strdup(spelling->letters), GUINT_TO_POINTER(id));
        g_ptr_array_add(book->spellings, g_array_new(FALSE, FALSE, sizeof *spelling));
        g_ptr_array_add(book->starts, NULL);
        g_ptr_array_add(book->meant, NULL);
    }
    GArray *list = book->spellings->pdata[id];
    for (guint i = 0; i < list->len; i++)
        if (reply_spelling_same(&g_array_index(list, struct reply_spelling, i), spelling))
            return id;
    g_array_append_vals(list, spelling, 1);
    return id;
}

static bool knows(const void *data, const struct reply_spelling *spelling, bool whole)
{
    const struct reply_book *book = data;
    uint32_t id = find_id(book, spelling->letters);
    const GArray *list = id == 0 ? NULL : book->spellings->pdata[id];
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const struct reply_spelling *known = &g_array_index(list, struct reply_spelling, i);
        if (whole ? reply_spelling_same(spelling, known) : reply_spelling_lacks(spelling, known))
            return true;
    }
    return false;
}

static bool calls(const void *data, const char *text)
{
    const struct reply_book *book = data;
    char letters[REPLY_LETTERS_MAX] = "";
    size_t length = 0;
    for (; g_ascii_isalpha(text[length]) && length + 1 < sizeof letters; length++)
        letters[length] = g_ascii_tolower(text[length]);
    uint32_t id = g_ascii_isdigit(text[length]) ? find_id(book, letters) : 0;
    const GPtrArray *starts = id == 0 ? NULL : book->starts->pdata[id];
    for (guint i = 0; starts != NULL && i < starts->len; i++) {
        const struct reply_phrase *phrase = starts->pdata[i];
        if (phrase->list == LIST_KEYWORD && phrase->count == 1)
            return true;
    }
    return false;
}

static void keep(struct reply_book *book, struct reply_phrase *phrase)
{
    g_ptr_array_add(book->phrases, phrase);
    uint32_t id = phrase->word[0].id;
    if (book->starts->pdata[id] == NULL)
        book->starts->pdata[id] = g_ptr_array_new();
    g_ptr_array_add(book->starts->pdata[id], phrase);
}

/* "dongy": what some type for two or three syllables. */
static void add_joined(struct reply_book *book, const struct reply_phrase *phrase)
{
    enum { LETTERS_LEAST = 5, SYLLABLES_MOST = 4 };
    struct reply_spelling spelling = {0};
    if (phrase->count < 2 || phrase->count > SYLLABLES_MOST || phrase->syllables != phrase->count)
        return;
    for (unsigned i = 0; i < phrase->count; i++) {
        const struct reply_spelling *one = &phrase->word[i].spelling;
        for (unsigned l = 0; one->letters[l] != '\0'; l++)
            if (phrase->word[i].kind != REPLY_WORD ||
                !reply_spelling_add(&spelling, one->letters[l], reply_mark_of(one, l)))
                return;
    }
    if (strlen(spelling.letters) < LETTERS_LEAST)
        return;
    struct reply_phrase *joined = g_new(struct reply_phrase, 1);
    *joined = *phrase;
    joined->count = 1;
    joined->joined = true;
    joined->word = g_new0(struct reply_word, 1);
    joined->word[0].spelling = spelling;
    joined->word[0].id = intern(book, &spelling);
    keep(book, joined);
}

void reply_book_add(struct reply_book *book, enum reply_list list, const char *text,
                    enum reply_what what, unsigned owner)
{
    g_autofree struct reply_words *words = g_new(struct reply_words, 1);
    reply_words_cut(text, NULL, words);
    if (words->count == 0)
        return;
    struct reply_phrase *phrase = g_new0(struct reply_phrase, 1);
    *phrase =
        (struct reply_phrase){.list = list, .what = what, .owner = owner, .count = words->count};
    phrase->word = g_memdup2(words->word, words->count * sizeof words->word[0]);
    for (unsigned i = 0; i < words->count; i++) {
        phrase->word[i].id = intern(book, &phrase->word[i].spelling);
        phrase->syllables += words->word[i].kind != REPLY_MARK;
    }
    keep(book, phrase);
    bool common = list == LIST_YES || list == LIST_NO || list == LIST_OPTION;
    if (common && what != WHAT_CODE && what != WHAT_POSITION)
        add_joined(book, phrase);
}

static void add_short_form(struct reply_book *book, const char *typed, const char *meant)
{
    g_autofree struct reply_words *words = g_new(struct reply_words, 1);
    reply_words_cut(meant, NULL, words);
    if (words->count != 1)
        return;
    struct reply_word whole = words->word[0];
    reply_words_cut(typed, NULL, words);
    if (words->count != 1)
        return;
    whole.id = intern(book, &whole.spelling);
    uint32_t id = intern(book, &words->word[0].spelling);
    if (book->meant->pdata[id] == NULL)
        book->meant->pdata[id] = g_array_new(FALSE, FALSE, sizeof(struct short_form));
    struct short_form form = {words->word[0].spelling, whole};
    g_array_append_vals(book->meant->pdata[id], &form, 1);
}

/* The number of a group; more of them than bits share the last. */
static unsigned group_of(struct reply_book *book, const char *name)
{
    guint group;
    if (g_ptr_array_find_with_equal_func(book->groups, name, g_str_equal, &group))
        return MIN(group, REPLY_GROUPS_MAX - 1);
    g_ptr_array_add(book->groups, g_strdup(name));
    return MIN(book->groups->len - 1, REPLY_GROUPS_MAX - 1);
}

static void add_row(struct reply_book *book, const char *file, const struct csv_table *table,
                    unsigned row)
{
    const char *kind = csv_cell(table, row, 0), *words = csv_cell(table, row, 1);
    if (g_str_has_prefix(kind, "verb ")) { /* "verb attend": a group of verbs by its name */
        reply_book_add(book, LIST_VERB, words, WHAT_NONE, group_of(book, kind));
        return;
    }
    bool known = kind[0] == '\0'; /* an empty line */
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (strcmp(kinds[i].file, file) != 0 || strcmp(kinds[i].kind, kind) != 0)
            continue;
        reply_book_add(book, kinds[i].list, words, WHAT_NONE, 0);
        known = true;
    }
    if (!known)
        g_error("%s:%u: there is no kind “%s”", file, csv_row(table, row)->line, kind);
}

struct reply_book *reply_book_new(void)
{
    static const char *const files[] = {"reply-words.csv", "reply-numbers.csv", "reply-phrases.csv",
                                        "reply-optout.csv"};
    struct reply_book *book = g_new0(struct reply_book, 1);
    book->ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    book->spellings = g_ptr_array_new_with_free_func(free_spellings);
    book->starts = g_ptr_array_new_with_free_func(free_starts);
    book->phrases = g_ptr_array_new_with_free_func(free_phrase);
    book->groups = g_ptr_array_new_with_free_func(g_free);
    book->meant = g_ptr_array_new_with_free_func(free_spellings);
    g_ptr_array_add(book->spellings, NULL); /* id 0 is no word */
    g_ptr_array_add(book->starts, NULL);
    g_ptr_array_add(book->meant, NULL);
    for (size_t f = 0; f < G_N_ELEMENTS(files); f++) {
        struct csv_table *table = datafile_read(files[f], 2);
        for (unsigned row = 1; row < csv_row_count(table); row++)
            add_row(book, files[f], table, row);
        csv_free(table);
    }
    struct csv_table *table = datafile_read("reply-short.csv", 2);
    for (unsigned row = 1; row < csv_row_count(table); row++)
        add_short_form(book, csv_cell(table, row, 0), csv_cell(table, row, 1));
    csv_free(table);
    return book;
}

void reply_book_free(struct reply_book *book)
{
    if (book == NULL)
        return;
    g_hash_table_destroy(book->ids);
    g_ptr_array_unref(book->meant);
    g_ptr_array_unref(book->starts);
    g_ptr_array_unref(book->spellings);
    g_ptr_array_unref(book->phrases);
    g_ptr_array_unref(book->groups);
    g_free(book);
}

/* Lists in which a word alone can decide something. */
static bool decides(enum reply_list list)
{
    return list == LIST_OPTION || list == LIST_YES || list == LIST_NO || list == LIST_DOUBLE ||
           list == LIST_POLITE_FRONT || list == LIST_POLITE_END;
}

static bool means_other(const struct reply_phrase *one, const struct reply_phrase *other)
{
    bool single = other->syllables == 1 && other->count == 1 && decides(other->list);
    bool same =
        other->list == one->list && (one->list != LIST_OPTION || one->owner == other->owner);
    if ((one->list == LIST_END || one->list == LIST_FRONT) && other->list != LIST_OPTION &&
        other->list != LIST_YES && other->list != LIST_NO)
        return false;
    return single && !same &&
           !reply_spelling_same(&one->word[0].spelling, &other->word[0].spelling);
}

void reply_book_close(struct reply_book *book)
{
    for (guint i = 0; i < book->phrases->len; i++) {
        struct reply_phrase *phrase = book->phrases->pdata[i];
        const GPtrArray *alike = book->starts->pdata[phrase->word[0].id];
        bool coded = phrase->what == WHAT_CODE || phrase->what == WHAT_POSITION;
        if (phrase->count != 1 || phrase->syllables != 1 || coded)
            continue;
        for (guint a = 0; a < alike->len && !phrase->doubtful; a++)
            phrase->doubtful = means_other(phrase, alike->pdata[a]);
    }
}

struct reply_vocabulary reply_book_vocabulary(const struct reply_book *book)
{
    return (struct reply_vocabulary){find_id, knows, book, calls};
}

const GPtrArray *reply_book_phrases(const struct reply_book *book)
{
    return book->phrases;
}

bool reply_book_sounds(const struct reply_book *book, const struct reply_word *word,
                       enum reply_list list)
{
    const GPtrArray *starts = word->id == 0 ? NULL : book->starts->pdata[word->id];
    for (guint i = 0; starts != NULL && i < starts->len; i++) {
        const struct reply_phrase *phrase = starts->pdata[i];
        if (phrase->list == list && phrase->count == 1)
            return true;
    }
    return false;
}

/* --- Looking -------------------------------------------------------------------------------- */

/* 06 is 6; "19/6", "19-6", "19.6" and "19 tháng 6" are one date. */
static enum fit fit_number(const char *typed, const char *number, bool dated)
{
    while (dated && typed[0] == '0' && typed[1] != '\0' && number[0] != '0')
        typed++;
    return strcmp(typed, number) == 0 ? FIT_EXACT : FIT_NONE;
}

static enum fit fit_mark(const struct reply_word *typed, const struct reply_word *word)
{
    const char *letters = typed->spelling.letters;
    if (word->spelling.letters[0] != '/')
        return strcmp(letters, word->spelling.letters) == 0 ? FIT_EXACT : FIT_NONE;
    bool separator = typed->kind == REPLY_MARK && strchr("/-.", letters[0]) != NULL;
    bool spoken = typed->kind == REPLY_WORD && strcmp(letters, "thang") == 0;
    return separator || spoken ? FIT_EXACT : FIT_NONE;
}

/* The typed word is another word that we know, or has a stroke where this has none. */
static bool is_twisted(const struct reply_book *book, const struct reply_word *typed,
                       const struct reply_spelling *spelling)
{
    bool stroke = reply_mark_of(&typed->spelling, 0) == LETTER_STROKE;
    bool wanted = reply_mark_of(spelling, 0) == LETTER_STROKE;
    return stroke != wanted || knows(book, &typed->spelling, true);
}

/* What the word is short for; NULL: nothing. */
static const struct reply_word *meant_by(const struct reply_book *book,
                                         const struct reply_word *typed)
{
    const GArray *forms = book->meant->pdata[typed->id];
    for (guint i = 0; forms != NULL && i < forms->len; i++) {
        const struct short_form *form = &g_array_index(forms, struct short_form, i);
        if (reply_spelling_same(&form->typed, &typed->spelling))
            return &form->word;
    }
    return NULL;
}

static enum fit fit_word(const struct reply_book *book, const struct reply_word *typed,
                         const struct reply_word *word)
{
    if (typed->kind != REPLY_WORD)
        return FIT_NONE;
    if (typed->id == word->id) {
        if (reply_spelling_same(&typed->spelling, &word->spelling))
            return FIT_EXACT;
        if (reply_spelling_lacks(&typed->spelling, &word->spelling))
            return FIT_HALF;
        if (!is_twisted(book, typed, &word->spelling))
            return FIT_ALIKE;
    }
    const struct reply_word *meant = meant_by(book, typed);
    return meant != NULL && reply_spelling_same(&meant->spelling, &word->spelling) ? FIT_EXACT
                                                                                   : FIT_NONE;
}

/* The least fit of its words. */
/* "HỌP 2" for the keyword HOP, "lúa 120" for the name lua: the campaign spelt it without marks. */
static bool is_plain(const struct reply_words *words, unsigned at,
                     const struct reply_phrase *phrase)
{
    unsigned next = at + 1;
    if (next < words->count && words->word[next].kind == REPLY_MARK &&
        strchr(":=", words->word[next].spelling.letters[0]) != NULL)
        next++;
    bool before = at > 0 && words->word[at - 1].kind == REPLY_NUMBER;
    bool behind = next < words->count && words->word[next].kind == REPLY_NUMBER;
    bool plain =
        phrase->count == 1 && !phrase->word[0].marked && words->word[at].id == phrase->word[0].id;
    return plain && ((phrase->list == LIST_KEYWORD && behind) ||
                     (phrase->list == LIST_FIELD && (behind || before)));
}

static enum fit fit_phrase(const struct reply_book *book, const struct reply_words *words,
                           unsigned at, const struct reply_phrase *phrase)
{
    enum fit fit = FIT_EXACT;
    if (at + phrase->count > words->count)
        return FIT_NONE;
    if (is_plain(words, at, phrase))
        return FIT_EXACT;
    for (unsigned i = 0; i < phrase->count && fit != FIT_NONE; i++) {
        const struct reply_word *typed = &words->word[at + i], *word = &phrase->word[i];
        enum fit one;
        if (word->kind == REPLY_MARK)
            one = fit_mark(typed, word);
        else if (word->kind == REPLY_NUMBER)
            one = typed->kind != REPLY_NUMBER
                      ? FIT_NONE
                      : fit_number(typed->spelling.letters, word->spelling.letters,
                                   phrase->count > 1);
        else
            one = fit_word(book, typed, word);
        fit = MIN(fit, one);
    }
    return fit;
}

static bool is_there(const struct reply_words *words, unsigned at,
                     const struct reply_phrase *phrase, enum fit fit)
{
    bool bare = words->ascii && !words->word[at].undone;
    bool decisive = phrase->list == LIST_OPTION || phrase->list == LIST_YES ||
                    phrase->list == LIST_NO || phrase->list == LIST_ASKING ||
                    phrase->list == LIST_QUESTION;
    if (fit == FIT_NONE || phrase->syllables > 1)
        return fit != FIT_NONE;
    if (bare && decisive && phrase->doubtful)
        return false;
    if (bare && phrase->list == LIST_END && phrase->doubtful)
        return fit == FIT_EXACT; /* "co" is có before it is cô */
    if (phrase->list == LIST_ASKING)
        return fit == FIT_EXACT; /* "ha" is hả, and Hà */
    return fit == FIT_EXACT || (fit == FIT_HALF && bare);
}

/* "19/6/2024" is still 19/6. */
static unsigned end_of(const struct reply_words *words, unsigned at,
                       const struct reply_phrase *phrase)
{
    unsigned end = at + phrase->count;
    const struct reply_word *last = phrase->count > 2 ? &phrase->word[phrase->count - 1] : NULL;
    bool dated = last != NULL && last->kind == REPLY_NUMBER && last[-1].kind == REPLY_MARK;
    if (dated && end + 1 < words->count && words->word[end].glued &&
        words->word[end].kind == REPLY_MARK && words->word[end + 1].kind == REPLY_NUMBER &&
        strlen(words->word[end + 1].spelling.letters) == 4)
        end += 2;
    return end;
}

static void note(struct reply_sight *sight, const struct reply_words *words, unsigned at,
                 const struct reply_phrase *phrase)
{
    unsigned end = end_of(words, at, phrase);
    if (end > at && end - at <= REPLY_PHRASE_MAX)
        sight->lengths[at][phrase->list] |= (uint8_t)(1U << (end - at - 1));
    bool owned = phrase->list == LIST_OPTION || phrase->list == LIST_KEYWORD ||
                 phrase->list == LIST_FIELD || phrase->list == LIST_VERB;
    if (owned && sight->mentions < REPLY_MENTIONS_MAX)
        sight->mention[sight->mentions++] = (struct reply_mention){phrase, at, end};
}

static void look_from(const struct reply_book *book, const struct reply_words *words, unsigned at,
                      const GPtrArray *starts, struct reply_sight *sight)
{
    for (guint i = 0; starts != NULL && i < starts->len; i++) {
        const struct reply_phrase *phrase = starts->pdata[i];
        enum fit fit = fit_phrase(book, words, at, phrase);
        if (is_there(words, at, phrase, fit))
            note(sight, words, at, phrase);
    }
}

void reply_book_look(const struct reply_book *book, const struct reply_words *words,
                     struct reply_sight *retsight)
{
    retsight->mentions = 0;
    memset(retsight->lengths, 0, (words->count + 1) * sizeof retsight->lengths[0]);
    for (unsigned at = 0; at < words->count; at++) {
        const struct reply_word *word = &words->word[at];
        if (word->id != 0)
            look_from(book, words, at, book->starts->pdata[word->id], retsight);
        if (word->kind == REPLY_NUMBER && word->spelling.letters[0] == '0') {
            uint32_t id = find_id(book, word->spelling.letters + 1); /* 06/7 */
            if (id != 0)
                look_from(book, words, at, book->starts->pdata[id], retsight);
        }
        const struct reply_word *meant = meant_by(book, word);
        if (meant != NULL && meant->id != word->id)
            look_from(book, words, at, book->starts->pdata[meant->id], retsight);
    }
}
