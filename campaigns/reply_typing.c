// SPDX-License-Identifier: GPL-2.0-or-later
/* Follows the keys one by one as an input method would. What comes out counts only if it is a known
 * word; for VNI and VIQR it must be that word with every mark, because "so1" is also "số 1". */
#include "campaigns/reply_typing.h"

#include "campaigns/datafile.h"

#include <string.h>

enum { KEYS = 128, MEANINGS = 2, METHODS = 3 };
enum method { METHOD_TELEX, METHOD_VNI, METHOD_VIQR };

/* What one key does: a mark on one of some letters, or the tone of the syllable. */
struct meaning {
    char letters[8]; /* "": a tone */
    uint8_t value;   /* enum reply_letter_mark or reply_tone; 0: the key means nothing */
};

struct keyboard {
    struct meaning key[METHODS][KEYS][MEANINGS];
};

static const char *const methods[] = {"telex", "vni", "viqr", NULL};
static const char *const marks[] = {"", "stroke", "circumflex", "breve", "horn", NULL};
static const char *const tones[] = {"", "grave", "acute", "hook", "tilde", "dot", NULL};

static unsigned index_of(const char *const *names, const char *name)
{
    unsigned index = 0;
    while (names[index] != NULL && strcmp(names[index], name) != 0)
        index++;
    return names[index] == NULL ? 0 : index;
}

static gpointer read_keyboard(gpointer unused)
{
    (void)unused;
    struct keyboard *keyboard = g_new0(struct keyboard, 1);
    struct csv_table *table = datafile_read("reply-typing.csv", 4);
    for (unsigned row = 1; row < csv_row_count(table); row++) {
        unsigned method = index_of(methods, csv_cell(table, row, 0));
        unsigned char key = (unsigned char)csv_cell(table, row, 1)[0];
        const char *letters = csv_cell(table, row, 2);
        struct meaning *meaning = keyboard->key[method][key & (KEYS - 1)];
        meaning += meaning->value != 0;
        g_strlcpy(meaning->letters, letters, sizeof meaning->letters);
        meaning->value =
            (uint8_t)index_of(letters[0] == '\0' ? tones : marks, csv_cell(table, row, 3));
    }
    csv_free(table);
    return keyboard;
}

static const struct keyboard *keyboard(void)
{
    static GOnce once = G_ONCE_INIT;
    return g_once(&once, read_keyboard, NULL);
}

static bool has_vowel(const struct reply_spelling *spelling)
{
    return strpbrk(spelling->letters, "aeiouy") != NULL;
}

static void put_mark(struct reply_spelling *spelling, unsigned letter, unsigned mark)
{
    spelling->marks &= ~((uint64_t)7 << (3 * letter));
    spelling->marks |= (uint64_t)mark << (3 * letter);
}

/* The last plain letter of `letters` takes the mark; a horn on the o of "uo" stands on both. */
static bool mark_letter(struct reply_spelling *spelling, const struct meaning *meaning)
{
    for (size_t i = MIN(strlen(spelling->letters), 20); i > 0; i--) {
        char letter = spelling->letters[i - 1];
        unsigned at = (unsigned)i - 1;
        bool plain = reply_mark_of(spelling, at) == LETTER_PLAIN;
        if (!plain || strchr(meaning->letters, letter) == NULL)
            continue;
        put_mark(spelling, at, meaning->value);
        bool pair = meaning->value == LETTER_HORN && letter == 'o' && at > 0 &&
                    spelling->letters[at - 1] == 'u' &&
                    (at < 2 || spelling->letters[at - 2] != 'q');
        if (pair)
            put_mark(spelling, at - 1, LETTER_HORN);
        return true;
    }
    return false;
}

/* `other`: of two marks that a key can give, the second first: "chuaw" is chưa, no "chuă". */
static bool apply(struct reply_spelling *spelling, const struct meaning *meanings, bool other)
{
    for (unsigned n = 0; n < MEANINGS; n++) {
        unsigned i = other ? MEANINGS - 1 - n : n;
        if (meanings[i].value == 0)
            continue;
        if (meanings[i].letters[0] != '\0') {
            if (mark_letter(spelling, &meanings[i]))
                return true;
        } else if (has_vowel(spelling)) {
            spelling->tone = meanings[i].value;
            return true;
        }
    }
    return false;
}

/* False: nothing was undone, or a key is left that is no letter. */
static bool follow(enum method method, const char *keys, size_t length, bool other,
                   struct reply_spelling *spelling)
{
    bool undone = false;
    memset(spelling, 0, sizeof *spelling);
    for (size_t i = 0; i < length; i++) {
        unsigned char key = (unsigned char)g_ascii_tolower(keys[i]);
        if (key < KEYS && apply(spelling, keyboard()->key[method][key], other))
            undone = true;
        else if (method == METHOD_TELEX && key == 'w')
            undone = reply_spelling_add(spelling, 'u', LETTER_HORN);
        else if (!g_ascii_isalpha(key) || !reply_spelling_add(spelling, (char)key, LETTER_PLAIN))
            return false;
    }
    return undone;
}

bool reply_typing_undo_letters(const char *letters, const struct reply_vocabulary *vocabulary,
                               struct reply_spelling *retspelling)
{
    struct reply_spelling spelling;
    for (unsigned other = 0; other < MEANINGS; other++) {
        if (!follow(METHOD_TELEX, letters, strlen(letters), other != 0, &spelling) ||
            !vocabulary->knows(vocabulary->data, &spelling, false))
            continue;
        *retspelling = spelling;
        return true;
    }
    return false;
}

static bool is_sign(char c)
{
    return c != '\0' && strchr("'`^~(+*?.", c) != NULL;
}

size_t reply_typing_undo_signs(const char *text, const struct reply_vocabulary *vocabulary,
                               struct reply_spelling *retspelling)
{
    size_t length = 0;
    bool digits = false, signs = false;
    for (; g_ascii_isalnum(text[length]) || is_sign(text[length]); length++) {
        digits = digits || g_ascii_isdigit(text[length]);
        signs = signs || is_sign(text[length]);
    }
    /* A dot or question mark at the end is punctuation, unless it makes a word with other signs. */
    size_t bare = length;
    while (bare > 0 && strchr(".?", text[bare - 1]) != NULL)
        bare--;
    bool only_last = strcspn(text, "'`^~(+*?.") >= bare;
    if (digits == signs || bare < 2)
        return 0;
    struct reply_spelling spelling;
    enum method method = digits ? METHOD_VNI : METHOD_VIQR;
    for (size_t end = only_last ? bare : length; end >= bare; end--) {
        if (!follow(method, text, end, false, &spelling) ||
            !vocabulary->knows(vocabulary->data, &spelling, true))
            continue;
        *retspelling = spelling;
        return end;
    }
    return 0;
}
