// SPDX-License-Identifier: GPL-2.0-or-later
/* Normal forms of Vietnamese text. Everything that compares what people typed goes through the two
 * keys made here; everything that leaves without diacritics goes through text_unmark(). Works on
 * code points, never on the locale. */
#include "campaigns/text.h"

#include <string.h>

enum { DECOMPOSED_MAX = 4 }; /* ệ is e and two marks; nothing Latin has more than three */

/* đ has no decomposition. Ð and Ɖ are what some keyboards and converters write for Đ. */
static const struct {
    gunichar letter;
    char plain;
} strokes[] = {
    {0x0110, 'D'}, {0x0111, 'd'}, {0x00D0, 'D'}, {0x00F0, 'd'}, {0x0189, 'D'}, {0x0256, 'd'},
};

static char stroke_plain(gunichar letter)
{
    for (size_t i = 0; i < G_N_ELEMENTS(strokes); i++)
        if (strokes[i].letter == letter)
            return strokes[i].plain;
    return '\0';
}

static bool is_mark(gunichar c)
{
    return c >= 0x0300 && c <= 0x036F;
}

/* The letter under its marks, or `c` itself where that is no Latin letter. */
static gunichar base_letter(gunichar c)
{
    char plain = stroke_plain(c);
    if (plain != '\0')
        return (gunichar)plain;
    gunichar pieces[DECOMPOSED_MAX];
    gsize count = g_unichar_fully_decompose(c, FALSE, pieces, DECOMPOSED_MAX);
    if (count < 2 || g_unichar_get_script(pieces[0]) != G_UNICODE_SCRIPT_LATIN)
        return c;
    return pieces[0];
}

char *text_unmark(const char *text)
{
    GString *plain = g_string_sized_new(strlen(text));
    bool foreign = false; /* a mark after a letter of another script belongs to it: й, が */
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (c < 0x80) {
            g_string_append_c(plain, (char)c);
            foreign = false;
        } else if (!is_mark(c)) {
            g_string_append_unichar(plain, base_letter(c));
            foreign = g_unichar_isalpha(c) && g_unichar_get_script(c) != G_UNICODE_SCRIPT_LATIN;
        } else if (foreign) {
            g_string_append_unichar(plain, c);
        }
    }
    return g_string_free(plain, FALSE);
}

static bool is_invisible(gunichar c)
{
    bool selector = (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF);
    bool keycap = c == 0x20E3;
    return selector || keycap || g_unichar_type(c) == G_UNICODE_FORMAT;
}

static bool is_blank(gunichar c)
{
    return g_unichar_isspace(c) || g_unichar_type(c) == G_UNICODE_CONTROL;
}

/* ò → o and its grave; false for a letter without a tone. */
static bool split_tone(gunichar letter, gunichar *retvowel, gunichar *rettone)
{
    gunichar vowel, tone;
    if (!g_unichar_decompose(letter, &vowel, &tone))
        return false;
    if (tone != 0x0300 && tone != 0x0301 && tone != 0x0303 && tone != 0x0309 && tone != 0x0323)
        return false;
    *retvowel = vowel;
    *rettone = tone;
    return true;
}

/* Whether a tone written on `vowel` belongs on the next letter: hòa → hoà, thủy → thuỷ, and after
 * the consonants qu and gi: qúa → quá, gìa → già. */
static bool tone_moves(const gunichar *letters, size_t at, gunichar vowel, gunichar next)
{
    if ((vowel == 'o' && (next == 'a' || next == 'e')) || (vowel == 'u' && next == 'y'))
        return true;
    gunichar before = at > 0 ? letters[at - 1] : ' ';
    bool word_start = at < 2 || !g_unichar_isalpha(letters[at - 2]);
    gunichar base = base_letter(next);
    bool vowel_follows = base < 0x80 && strchr("aeiouy", (int)base) != NULL;
    if (!vowel_follows || !word_start)
        return false;
    return (before == 'q' && vowel == 'u') || (before == 'g' && vowel == 'i');
}

static void place_tones(gunichar *letters, size_t count)
{
    for (size_t i = 0; i + 1 < count; i++) {
        gunichar vowel, tone, toned;
        if (letters[i] < 0x80 || !split_tone(letters[i], &vowel, &tone))
            continue;
        if (!tone_moves(letters, i, vowel, letters[i + 1]))
            continue;
        if (!g_unichar_compose(letters[i + 1], tone, &toned))
            continue;
        letters[i] = vowel;
        letters[i + 1] = toned;
    }
}

static char *ascii_key(const char *text)
{
    GString *key = g_string_sized_new(strlen(text));
    for (const char *at = text; *at != '\0'; at++) {
        bool blank = *at == ' ' || g_ascii_isspace(*at) || g_ascii_iscntrl(*at);
        if (!blank)
            g_string_append_c(key, g_ascii_tolower(*at));
        else if (key->len > 0 && key->str[key->len - 1] != ' ')
            g_string_append_c(key, ' ');
    }
    if (key->len > 0 && key->str[key->len - 1] == ' ')
        g_string_truncate(key, key->len - 1);
    return g_string_free(key, FALSE);
}

char *text_key_marked(const char *text)
{
    if (text_is_ascii(text))
        return ascii_key(text);
    /* Invisible characters go first: one between a letter and its mark would keep them apart. */
    GString *visible = g_string_sized_new(strlen(text));
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (!is_invisible(c))
            g_string_append_unichar(visible, g_unichar_tolower(c));
    }
    g_autofree char *composed = g_utf8_normalize(visible->str, -1, G_NORMALIZE_ALL_COMPOSE);
    g_string_free(visible, TRUE);
    glong length;
    g_autofree gunichar *letters = g_utf8_to_ucs4_fast(composed, -1, &length);
    size_t kept = 0;
    for (size_t i = 0; i < (size_t)length; i++) {
        if (!is_blank(letters[i]))
            letters[kept++] = g_unichar_tolower(letters[i]); /* Ａ became A only now */
        else if (kept > 0 && letters[kept - 1] != ' ')
            letters[kept++] = ' ';
    }
    if (kept > 0 && letters[kept - 1] == ' ')
        kept--;
    place_tones(letters, kept);
    return g_ucs4_to_utf8(letters, (glong)kept, NULL, NULL, NULL);
}

char *text_key_unmarked(const char *text)
{
    char *marked = text_key_marked(text);
    if (text_is_ascii(marked))
        return marked;
    char *key = text_unmark(marked);
    g_free(marked);
    return key;
}

bool text_is_ascii(const char *text)
{
    return g_str_is_ascii(text);
}

char *text_make_valid(const char *bytes, gssize length)
{
    g_autofree char *valid = g_utf8_make_valid(bytes, length);
    GString *clean = g_string_sized_new(strlen(valid));
    for (const char *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (c == '\r' && at[1] == '\n')
            continue;
        if (c == '\r')
            c = '\n';
        bool control = g_unichar_type(c) == G_UNICODE_CONTROL && c != '\n' && c != '\t';
        g_string_append_unichar(clean, control ? 0xFFFD : c);
    }
    return g_string_free(clean, FALSE);
}
