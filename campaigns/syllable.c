// SPDX-License-Identifier: GPL-2.0-or-later
/* The spelling of Vietnamese: every onset with every rime that may follow it, by the table
 * charset-syllables.csv. A rime that ends in c, ch, p or t bears sắc or nặng alone, a syllable has
 * one tone at most, and its case is Title, lower or UPPER. Built once, then only looked up. */
#include "campaigns/syllable.h"

#include "campaigns/datafile.h"

#include <stdbool.h>
#include <string.h>

enum { SYLLABLE_BYTES_MAX = 48 };

enum { TONE_NONE, TONE_HUYEN, TONE_HOI, TONE_NGA, TONE_SAC, TONE_NANG, TONE_MANY };

struct spelling {
    GHashTable *syllables; /* without tones */
    GHashTable *common;    /* with tones */
};

static int tone_of(gunichar mark)
{
    switch (mark) {
    case 0x0300:
        return TONE_HUYEN;
    case 0x0309:
        return TONE_HOI;
    case 0x0303:
        return TONE_NGA;
    case 0x0301:
        return TONE_SAC;
    case 0x0323:
        return TONE_NANG;
    default:
        return TONE_NONE;
    }
}

/* k, gh and ngh stand before e, ê, i and y; c, g and ng before the others ("gì" is a word, too). */
static bool may_follow(const char *onset, const char *rime)
{
    bool front = rime[0] == 'e' || rime[0] == 'i' || rime[0] == 'y' || g_str_has_prefix(rime, "ê");
    if (g_str_equal(onset, "k") || g_str_equal(onset, "gh") || g_str_equal(onset, "ngh"))
        return front;
    if (g_str_equal(onset, "c") || g_str_equal(onset, "ng"))
        return !front;
    return !g_str_equal(onset, "g") || !front || rime[0] == 'i';
}

static void add_rime(struct spelling *spelling, const GPtrArray *onsets, const char *rime)
{
    g_hash_table_add(spelling->syllables, g_strdup(rime));
    for (guint i = 0; i < onsets->len; i++)
        if (may_follow(onsets->pdata[i], rime))
            g_hash_table_add(spelling->syllables, g_strconcat(onsets->pdata[i], rime, NULL));
}

static gpointer spelling_read(gpointer unused)
{
    (void)unused;
    struct csv_table *table = datafile_read("charset-syllables.csv", 2);
    g_autoptr(GPtrArray) onsets = g_ptr_array_new();
    struct spelling *spelling = g_new(struct spelling, 1);
    spelling->syllables = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    spelling->common = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (unsigned row = 1; row < csv_row_count(table); row++)
        if (g_str_equal(csv_cell(table, row, 0), "onset"))
            g_ptr_array_add(onsets, (gpointer)csv_cell(table, row, 1));
    for (unsigned row = 1; row < csv_row_count(table); row++) {
        const char *kind = csv_cell(table, row, 0), *text = csv_cell(table, row, 1);
        if (g_str_equal(kind, "rime"))
            add_rime(spelling, onsets, text);
        else if (g_str_equal(kind, "common"))
            g_hash_table_add(spelling->common, g_strdup(text));
    }
    csv_free(table);
    return spelling;
}

/* Title, lower or UPPER. */
static bool case_fits(const char *word, gsize length)
{
    bool seen_lower = false;
    unsigned upper = 0, index = 0;
    for (const char *at = word; at < word + length; at = g_utf8_next_char(at), index++) {
        gunichar c = g_utf8_get_char(at);
        bool is_upper = g_unichar_isupper(c);
        if (is_upper && seen_lower)
            return false;
        upper += is_upper;
        seen_lower = seen_lower || !is_upper;
    }
    return upper <= 1 || upper == index;
}

/* Lower case without the tone, composed; false: too long, or two tones. */
static bool take_tone(const char *word, gsize length, char *rettoneless, int *rettone)
{
    char *to = rettoneless;
    *rettone = TONE_NONE;
    for (const char *at = word; at < word + length; at = g_utf8_next_char(at)) {
        gunichar c = g_unichar_tolower(g_utf8_get_char(at)), base, mark;
        gunichar parts[4];
        gsize count = g_unichar_fully_decompose(c, FALSE, parts, G_N_ELEMENTS(parts));
        base = parts[0];
        for (gsize i = 1; i < count && i < G_N_ELEMENTS(parts); i++) {
            mark = parts[i];
            int tone = tone_of(mark);
            if (tone == TONE_NONE && !g_unichar_compose(base, mark, &base))
                return false;
            if (tone != TONE_NONE)
                *rettone = *rettone == TONE_NONE ? tone : TONE_MANY;
        }
        if (to - rettoneless > SYLLABLE_BYTES_MAX - 8)
            return false;
        to += g_unichar_to_utf8(base, to);
    }
    *to = '\0';
    return *rettone != TONE_MANY;
}

static bool stops(const char *toneless)
{
    gsize length = strlen(toneless);
    char last = toneless[length - 1];
    return last == 'c' || last == 'p' || last == 't' ||
           (length > 1 && last == 'h' && toneless[length - 2] == 'c');
}

enum syllable syllable_read(const char *word, gsize length)
{
    static GOnce once = G_ONCE_INIT;
    const struct spelling *spelling = g_once(&once, spelling_read, NULL);
    char toneless[SYLLABLE_BYTES_MAX];
    int tone;
    bool ascii = true;
    for (gsize i = 0; i < length; i++)
        ascii = ascii && (unsigned char)word[i] < 0x80;
    if (ascii || length >= SYLLABLE_BYTES_MAX - 8 || !case_fits(word, length) ||
        !take_tone(word, length, toneless, &tone))
        return SYLLABLE_NONE;
    if (!g_hash_table_contains(spelling->syllables, toneless))
        return SYLLABLE_NONE;
    if (stops(toneless) && tone != TONE_SAC && tone != TONE_NANG)
        return SYLLABLE_NONE;
    g_autofree char *lower = g_utf8_strdown(word, (gssize)length);
    return g_hash_table_contains(spelling->common, lower) ? SYLLABLE_COMMON : SYLLABLE_FITS;
}
