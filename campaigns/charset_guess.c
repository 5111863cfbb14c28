// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the same bytes in every old encoding and counts words: a word with a letter beyond ASCII is
 * Vietnamese by its spelling, or it is not. Words of everyday lists weigh more, so that three rows
 * are enough. Works on the beginning of a file. */
#include "campaigns/charset_guess.h"

#include "campaigns/syllable.h"

#include <string.h>

enum {
    SAMPLE_BYTES = 256 * 1024,
    LINE_BYTES = 120, /* of a line that is shown */
    SHOWN_MAX = 3,    /* encodings in a message */
    PERCENT_SHOWN = 25,
    PERCENT_FITS = 70, /* of a word that may be one, beside 100 of a common one */
};

/* In the order in which equals are named. */
static const enum charset candidates[] = {CHARSET_TCVN3,  CHARSET_VNI,      CHARSET_WINDOWS_1258,
                                          CHARSET_VISCII, CHARSET_TCVN5712, CHARSET_WINDOWS_1252};

/* Signs that stand beside words in any text; « and § may be letters of a font. */
static bool is_sign(gunichar c)
{
    return c == 0xA0 || c == 0xB0 || (c >= 0x2010 && c <= 0x2044) || g_unichar_isspace(c);
}

static bool in_word(gunichar c)
{
    return c < 0x80 ? g_ascii_isalpha((char)c) : !is_sign(c);
}

struct charset_rating charset_rate(const char *text)
{
    struct charset_rating rating = {0};
    while (*text != '\0') {
        const char *end = text;
        bool ascii = true;
        for (; *end != '\0' && in_word(g_utf8_get_char(end)); end = g_utf8_next_char(end))
            ascii = ascii && (guchar)*end < 0x80;
        if (end == text) {
            text = g_utf8_next_char(text);
            continue;
        }
        if (!ascii) {
            enum syllable syllable = syllable_read(text, (gsize)(end - text));
            rating.words++;
            rating.fitting += syllable != SYLLABLE_NONE;
            rating.common += syllable == SYLLABLE_COMMON;
        }
        text = end;
    }
    return rating;
}

static unsigned share(unsigned part, unsigned whole)
{
    return whole > 0 ? (unsigned)((guint64)part * 100 / whole) : 0;
}

static void guess_free(gpointer data)
{
    struct charset_guess *guess = data;
    for (int i = 0; i < CHARSET_SAMPLES; i++)
        g_free(guess->samples[i]);
    g_free(guess);
}

static bool is_telling(const guchar *line, gsize length)
{
    for (gsize i = 0; i < length; i++)
        if (line[i] >= 0x80 || (line[i] < 0x20 && (line[i] < '\t' || line[i] > '\r')))
            return true;
    return false;
}

/* The first lines that have more than ASCII. */
static void take_samples(struct charset_guess *guess, const guchar *bytes, gsize length)
{
    unsigned line = 1, taken = 0;
    for (gsize at = 0; at < length && taken < CHARSET_SAMPLES; line++) {
        const guchar *newline = memchr(bytes + at, '\n', length - at);
        gsize end = newline != NULL ? (gsize)(newline - bytes) : length;
        if (is_telling(bytes + at, end - at)) {
            g_autofree char *text = charset_decode(guess->charset, bytes + at, end - at, NULL);
            g_autofree char *clean =
                text != NULL ? g_strstrip(g_strdelimit(g_strdup(text), "\t", ' ')) : NULL;
            glong shown = clean != NULL ? MIN(g_utf8_strlen(clean, -1), (glong)LINE_BYTES) : 0;
            g_autofree char *cut = clean != NULL ? g_utf8_substring(clean, 0, shown) : NULL;
            guess->samples[taken++] = g_strdup_printf("line %u: %s", line, cut != NULL ? cut : "?");
        }
        at = end + 1;
    }
}

static int compare_guesses(gconstpointer one, gconstpointer other)
{
    const struct charset_guess *first = *(struct charset_guess *const *)one;
    const struct charset_guess *second = *(struct charset_guess *const *)other;
    return first->points != second->points ? (first->points < second->points ? 1 : -1)
                                           : (int)first->charset - (int)second->charset;
}

/* An encoding that reads as one before it is named with it. */
static bool join_equal(const GPtrArray *guesses, const GPtrArray *texts, const char *text,
                       enum charset charset)
{
    for (guint i = 0; i < texts->len; i++) {
        struct charset_guess *guess = guesses->pdata[i];
        if (!g_str_equal(texts->pdata[i], text))
            continue;
        if (guess->same == CHARSET_UNSAID)
            guess->same = charset;
        return true;
    }
    return false;
}

GPtrArray *charset_guess(const void *bytes, gsize length)
{
    GPtrArray *guesses = g_ptr_array_new_with_free_func(guess_free);
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    gsize looked = MIN(length, (gsize)SAMPLE_BYTES);
    while (looked < length && looked > 0 && ((const guchar *)bytes)[looked - 1] != '\n')
        looked--;
    if (looked == 0)
        looked = MIN(length, (gsize)SAMPLE_BYTES);
    for (gsize i = 0; i < G_N_ELEMENTS(candidates); i++) {
        char *text = charset_decode(candidates[i], bytes, looked, NULL);
        if (text == NULL)
            continue;
        if (join_equal(guesses, texts, text, candidates[i])) {
            g_free(text);
            continue;
        }
        struct charset_rating rating = charset_rate(text);
        struct charset_guess *guess = g_new0(struct charset_guess, 1);
        guess->charset = candidates[i];
        guess->percent = share(rating.fitting, rating.words);
        guess->points = (PERCENT_FITS * guess->percent +
                         (100 - PERCENT_FITS) * share(rating.common, rating.words)) /
                        100;
        take_samples(guess, bytes, looked);
        g_ptr_array_add(guesses, guess);
        g_ptr_array_add(texts, text);
    }
    g_ptr_array_sort(guesses, compare_guesses);
    return guesses;
}

char *charset_guesses_tell(const GPtrArray *guesses)
{
    GString *told = g_string_new(NULL);
    for (guint i = 0; i < guesses->len && i < SHOWN_MAX; i++) {
        const struct charset_guess *guess = guesses->pdata[i];
        if (i > 0 && guess->percent < PERCENT_SHOWN)
            break;
        g_string_append_printf(told, "\n  --encoding %s: read as %s",
                               charset_option(guess->charset), charset_name(guess->charset));
        if (guess->same != CHARSET_UNSAID)
            g_string_append_printf(told, " (the same in %s)", charset_name(guess->same));
        g_string_append_printf(told, ", %s, %u %% of its words with marks are Vietnamese",
                               i == 0 && guess->percent >= PERCENT_SHOWN ? "likely" : "unlikely",
                               guess->percent);
        for (int s = 0; s < CHARSET_SAMPLES && guess->samples[s] != NULL; s++)
            g_string_append_printf(told, "\n    %s", guess->samples[s]);
    }
    return g_string_free(told, FALSE);
}
