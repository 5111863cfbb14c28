// SPDX-License-Identifier: GPL-2.0-or-later
/* Cuts a text into words, numbers and marks, and remembers where each stood, so that an opinion can
 * be kept as it was written. Full-width and keycap digits are digits, invisible characters are not
 * there, NFC and NFD come out alike. Letters and digits that touch are two words ("BC81",
 * "2nguoi"), unless together they are raw typing (R3). */
#include "campaigns/reply_words.h"

#include "campaigns/reply_typing.h"

#include <string.h>

enum { LATIN_END = 0x1F00, MARK_BITS = 3, DECOMPOSED_MAX = 18 };

struct folded {
    char base; /* lower case; 0: no Latin letter or digit */
    uint8_t mark, tone;
    bool capital;
};

struct cutting {
    const char *text;
    const struct reply_vocabulary *vocabulary;
    struct reply_words *words;
};

/* --- Letters ------------------------------------------------------------------------------- */

static uint8_t tone_of(gunichar c)
{
    switch (c) {
    case 0x0300:
    case 0x0340:
        return TONE_GRAVE;
    case 0x0301:
    case 0x0341:
        return TONE_ACUTE;
    case 0x0309:
        return TONE_HOOK;
    case 0x0303:
        return TONE_TILDE;
    case 0x0323:
        return TONE_DOT;
    default:
        return TONE_LEVEL;
    }
}

static uint8_t mark_of(gunichar c)
{
    switch (c) {
    case 0x0302:
        return LETTER_CIRCUMFLEX;
    case 0x0306:
        return LETTER_BREVE;
    case 0x031B:
        return LETTER_HORN;
    default:
        return LETTER_PLAIN;
    }
}

static bool is_stroked(gunichar c)
{
    return c == 0x0110 || c == 0x0111 || c == 0x00D0 || c == 0x00F0 || c == 0x0189 || c == 0x0256;
}

static struct folded fold(gunichar c)
{
    struct folded folded = {.capital = g_unichar_isupper(c)};
    if (is_stroked(c)) {
        folded.base = 'd';
        folded.mark = LETTER_STROKE;
        return folded;
    }
    gunichar pieces[DECOMPOSED_MAX];
    gsize count = g_unichar_fully_decompose(c, TRUE, pieces, DECOMPOSED_MAX);
    if (count == 0 || pieces[0] >= 0x80 || !g_ascii_isalnum((char)pieces[0]))
        return folded;
    if (count > 1 && count <= DECOMPOSED_MAX && pieces[1] < 0x80)
        return folded; /* ⑴ and ㎏ are more than a letter */
    folded.capital = folded.capital || g_ascii_isupper((char)pieces[0]);
    folded.base = g_ascii_tolower((char)pieces[0]);
    for (gsize i = 1; i < MIN(count, DECOMPOSED_MAX); i++) {
        if (pieces[i] < 0x0300 || pieces[i] > 0x036F)
            return (struct folded){0}; /* ½ */
        folded.tone = (uint8_t)MAX(folded.tone, tone_of(pieces[i]));
        folded.mark = (uint8_t)MAX(folded.mark, mark_of(pieces[i]));
    }
    return folded;
}

static gpointer make_latin(gpointer unused)
{
    (void)unused;
    struct folded *latin = g_new0(struct folded, LATIN_END);
    for (gunichar c = 0; c < LATIN_END; c++)
        latin[c] = fold(c);
    return latin;
}

static const struct folded *latin(void)
{
    static GOnce once = G_ONCE_INIT;
    return g_once(&once, make_latin, NULL);
}

static struct folded folded_of(const struct folded *table, gunichar c)
{
    return c < LATIN_END ? table[c] : fold(c);
}

static bool is_combining(gunichar c)
{
    return c >= 0x0300 && c <= 0x036F;
}

static bool is_invisible(gunichar c)
{
    if (c < 0x80)
        return false;
    bool selector = (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF);
    return selector || c == 0x20E3 || g_unichar_type(c) == G_UNICODE_FORMAT;
}

static bool is_blank(gunichar c)
{
    if (c < 0x80)
        return c != '\n' && c != '\r' && (g_ascii_isspace((char)c) || g_ascii_iscntrl((char)c));
    return g_unichar_isspace(c) || g_unichar_type(c) == G_UNICODE_CONTROL;
}

/* --- Spellings ------------------------------------------------------------------------------ */

unsigned reply_mark_of(const struct reply_spelling *spelling, unsigned letter)
{
    return (unsigned)(spelling->marks >> (MARK_BITS * MIN(letter, 20))) & 7;
}

bool reply_spelling_add(struct reply_spelling *spelling, char letter, unsigned mark)
{
    size_t length = strlen(spelling->letters);
    if (length + 1 >= REPLY_LETTERS_MAX)
        return false;
    spelling->letters[length] = letter;
    spelling->letters[length + 1] = '\0';
    if (length < 20)
        spelling->marks |= (uint64_t)mark << (MARK_BITS * length);
    return true;
}

bool reply_spelling_same(const struct reply_spelling *one, const struct reply_spelling *other)
{
    return one->marks == other->marks && one->tone == other->tone &&
           strcmp(one->letters, other->letters) == 0;
}

bool reply_spelling_lacks(const struct reply_spelling *typed, const struct reply_spelling *whole)
{
    if (typed->tone != TONE_LEVEL && typed->tone != whole->tone)
        return false;
    for (unsigned i = 0; i < 20 && typed->letters[i] != '\0'; i++) {
        unsigned mark = reply_mark_of(typed, i);
        if (mark != LETTER_PLAIN && mark != reply_mark_of(whole, i))
            return false;
    }
    return strcmp(typed->letters, whole->letters) == 0;
}

static bool is_vowel(char letter)
{
    return strchr("aeiouy", letter) != NULL;
}

/* The letter that bears the tone in print. */
static size_t tone_bearer(const struct reply_spelling *spelling)
{
    const char *letters = spelling->letters;
    size_t length = strlen(letters), from = 0, to;
    for (size_t i = length; i > 0; i--)
        if (reply_mark_of(spelling, (unsigned)i - 1) >= LETTER_CIRCUMFLEX)
            return i - 1;
    while (from < length && !is_vowel(letters[from]))
        from++;
    bool glide = from > 0 && from + 1 < length && is_vowel(letters[from + 1]) &&
                 ((letters[from - 1] == 'q' && letters[from] == 'u') ||
                  (letters[from - 1] == 'g' && letters[from] == 'i'));
    from += glide;
    for (to = from; to < length && is_vowel(letters[to]);)
        to++;
    if (to - from >= 3 || (to - from == 2 && to < length))
        return from + 1;
    bool rising = to - from == 2 && ((letters[from] == 'o' && strchr("ae", letters[from + 1])) ||
                                     (letters[from] == 'u' && letters[from + 1] == 'y'));
    return MIN(from + rising, length);
}

static gunichar letter_of(char letter, unsigned mark)
{
    static const gunichar marks[] = {
        [LETTER_CIRCUMFLEX] = 0x0302, [LETTER_BREVE] = 0x0306, [LETTER_HORN] = 0x031B};
    gunichar c = (gunichar)(unsigned char)letter;
    if (mark == LETTER_STROKE)
        return 0x0111;
    if (mark >= LETTER_CIRCUMFLEX && mark <= LETTER_HORN)
        g_unichar_compose(c, marks[mark], &c);
    return c;
}

void reply_spelling_print(const struct reply_spelling *spelling, GString *out)
{
    static const gunichar tones[] = {[TONE_GRAVE] = 0x0300,
                                     [TONE_ACUTE] = 0x0301,
                                     [TONE_HOOK] = 0x0309,
                                     [TONE_TILDE] = 0x0303,
                                     [TONE_DOT] = 0x0323};
    g_autoptr(GString) plain = g_string_new(NULL);
    size_t bearer = spelling->tone == TONE_LEVEL ? SIZE_MAX : tone_bearer(spelling);
    for (size_t i = 0; spelling->letters[i] != '\0'; i++) {
        if (spelling->letters[i] & 0x80) {
            g_string_append_c(out, spelling->letters[i]);
            continue;
        }
        g_string_append_unichar(
            plain, letter_of(spelling->letters[i], reply_mark_of(spelling, (unsigned)i)));
        if (i == bearer)
            g_string_append_unichar(plain, tones[spelling->tone]);
        g_autofree char *composed = g_utf8_normalize(plain->str, -1, G_NORMALIZE_NFC);
        g_string_append(out, composed);
        g_string_truncate(plain, 0);
    }
}

/* --- Cutting -------------------------------------------------------------------------------- */

static struct reply_word *add_word(struct cutting *cutting, enum reply_kind kind, const char *start)
{
    struct reply_words *words = cutting->words;
    struct reply_word *word = &words->word[words->count];
    const struct reply_word *before = words->count > 0 ? word - 1 : NULL;
    memset(word, 0, sizeof *word);
    word->kind = kind;
    word->start = (size_t)(start - cutting->text);
    word->glued = before != NULL && before->end == word->start;
    words->count++;
    return word;
}

static void add_letter(struct reply_word *word, gunichar c, struct folded folded)
{
    if (folded.base != 0) {
        reply_spelling_add(&word->spelling, folded.base, folded.mark);
        if (folded.tone != TONE_LEVEL)
            word->spelling.tone = folded.tone;
        word->marked = word->marked || folded.mark != LETTER_PLAIN || folded.tone != TONE_LEVEL;
        return;
    }
    char bytes[6];
    int length = g_unichar_to_utf8(g_unichar_tolower(c), bytes);
    for (int i = 0; i < length; i++)
        reply_spelling_add(&word->spelling, bytes[i], LETTER_PLAIN);
    word->marked = true;
}

static void add_combining(struct reply_word *word, gunichar c)
{
    size_t length = strlen(word->spelling.letters);
    if (tone_of(c) != TONE_LEVEL)
        word->spelling.tone = tone_of(c);
    else if (length > 0 && length <= 20)
        word->spelling.marks |= (uint64_t)mark_of(c) << (MARK_BITS * (length - 1));
    word->marked = true;
}

/* A run of letters; returns its end. */
static const char *cut_letters(struct cutting *cutting, const struct folded *table, const char *at)
{
    struct reply_word *word = add_word(cutting, REPLY_WORD, at);
    unsigned letters = 0, capitals = 0;
    for (; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (is_invisible(c))
            continue;
        if (is_combining(c)) {
            add_combining(word, c);
            continue;
        }
        struct folded folded = folded_of(table, c);
        bool letter = folded.base != 0 ? !g_ascii_isdigit(folded.base) : g_unichar_isalpha(c);
        if (!letter)
            break;
        add_letter(word, c, folded);
        word->capital = word->capital || (letters == 0 && folded.capital);
        letters++;
        capitals += folded.capital;
    }
    word->capitals = capitals == letters;
    word->end = (size_t)(at - cutting->text);
    return at;
}

static const char *cut_digits(struct cutting *cutting, const struct folded *table, const char *at)
{
    struct reply_word *word = add_word(cutting, REPLY_NUMBER, at);
    for (; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        struct folded folded = folded_of(table, c);
        if (is_invisible(c))
            continue;
        if (!g_ascii_isdigit(folded.base))
            break;
        if (!reply_spelling_add(&word->spelling, folded.base, LETTER_PLAIN))
            word->spelling.letters[0] = 'x'; /* longer than any number that means something */
    }
    word->end = (size_t)(at - cutting->text);
    return at;
}

/* Raw typing with digits or signs between the letters: co1, kho^ng. NULL: it is none. */
static const char *cut_raw(struct cutting *cutting, const char *at)
{
    struct reply_spelling spelling;
    const struct reply_vocabulary *vocabulary = cutting->vocabulary;
    bool called =
        vocabulary != NULL && vocabulary->calls != NULL && vocabulary->calls(vocabulary->data, at);
    size_t length =
        vocabulary == NULL || called ? 0 : reply_typing_undo_signs(at, vocabulary, &spelling);
    if (length == 0)
        return NULL;
    struct reply_word *word = add_word(cutting, REPLY_WORD, at);
    word->spelling = spelling;
    word->undone = true;
    word->capital = g_ascii_isupper(*at);
    word->end = word->start + length;
    return at + length;
}

static void cut_mark(struct cutting *cutting, const char *at, gunichar c)
{
    struct reply_word *word = add_word(cutting, REPLY_MARK, at);
    gunichar narrow = c >= 0xFF01 && c <= 0xFF5E ? c - 0xFF01 + '!' : c;
    narrow = narrow == 0x2013 || narrow == 0x2014 || narrow == 0x2212 ? '-' : narrow;
    narrow = narrow == '\r' ? '\n' : narrow;
    int length = g_unichar_to_utf8(narrow, word->spelling.letters);
    word->spelling.letters[length] = '\0';
    word->end = (size_t)(g_utf8_next_char(at) - cutting->text);
}

static void look_up(struct cutting *cutting)
{
    const struct reply_vocabulary *vocabulary = cutting->vocabulary;
    struct reply_word *word = &cutting->words->word[cutting->words->count - 1];
    if (vocabulary == NULL)
        return;
    word->id = vocabulary->find(vocabulary->data, word->spelling.letters);
    struct reply_spelling spelling;
    bool raw = word->id == 0 && word->kind == REPLY_WORD && !word->marked && !word->undone;
    if (!raw || !reply_typing_undo_letters(word->spelling.letters, vocabulary, &spelling))
        return;
    word->spelling = spelling;
    word->undone = true;
    word->id = vocabulary->find(vocabulary->data, spelling.letters);
}

void reply_words_cut(const char *text, const struct reply_vocabulary *vocabulary,
                     struct reply_words *retwords)
{
    struct cutting cutting = {text, vocabulary, retwords};
    const struct folded *table = latin();
    retwords->count = 0;
    retwords->ascii = true;
    retwords->more = false;
    for (const char *at = text; *at != '\0';) {
        gunichar c = g_utf8_get_char(at);
        struct folded folded = folded_of(table, c);
        if (is_blank(c) || is_invisible(c) || is_combining(c)) {
            at = g_utf8_next_char(at);
            continue;
        }
        if (retwords->count == REPLY_WORDS_MAX) {
            retwords->more = true;
            return;
        }
        bool begins = retwords->count == 0 ||
                      retwords->word[retwords->count - 1].kind == REPLY_MARK ||
                      retwords->word[retwords->count - 1].end < (size_t)(at - text);
        const char *raw = begins && g_ascii_isalpha(*at) ? cut_raw(&cutting, at) : NULL;
        if (raw != NULL) {
            at = raw;
        } else if (g_ascii_isdigit(folded.base)) {
            at = cut_digits(&cutting, table, at);
        } else if (folded.base != 0 || g_unichar_isalpha(c)) {
            at = cut_letters(&cutting, table, at);
        } else {
            cut_mark(&cutting, at, c);
            at = g_utf8_next_char(at);
        }
        look_up(&cutting);
        retwords->ascii = retwords->ascii && !retwords->word[retwords->count - 1].marked;
    }
}
