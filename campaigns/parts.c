// SPDX-License-Identifier: GPL-2.0-or-later
/* Counts and cuts a text into SMS parts. The cuts fall where libgammu 1.42 would make them, so that
 * what is previewed is what is paid; where libgammu would break a character we do not follow:
 * - U+00B9 (¹) is not in the alphabet, though libgammu's table has it in the place of the escape;
 * - a letter takes all its combining marks along, not only the last one;
 * - in UCS-2 a ~ has to be doubled for libgammu, whose frame holds 70 units with the doubles. */
#include "campaigns/parts.h"

#include <string.h>

enum {
    GSM7_SINGLE = 160,
    GSM7_PART = 153,
    UCS2_SINGLE = 70,
    UCS2_PART = 67,
    UCS2_FRAME = 70, /* libgammu's limit, doubled tildes included */
};

/* 3GPP TS 23.038 table 6.2.1 beyond ASCII. */
static const gunichar default_alphabet[] = {
    0x00A1, 0x00A3, 0x00A4, 0x00A5, 0x00A7, 0x00BF, 0x00C4, 0x00C5, 0x00C6, 0x00C7,
    0x00C9, 0x00D1, 0x00D6, 0x00D8, 0x00DC, 0x00DF, 0x00E0, 0x00E4, 0x00E5, 0x00E6,
    0x00E8, 0x00E9, 0x00EC, 0x00F1, 0x00F2, 0x00F6, 0x00F8, 0x00F9, 0x00FC, 0x0393,
    0x0394, 0x0398, 0x039B, 0x039E, 0x03A0, 0x03A3, 0x03A6, 0x03A8, 0x03A9,
};

/* Septets of one character in the default alphabet: 1, 2 (extension table), 0: not in it. */
static unsigned gsm7_septets(gunichar character)
{
    if (character == 0x20AC || character == '\f')
        return 2;
    if (character < 0x80) {
        if (character != 0 && strchr("^{}\\[~]|", (int)character) != NULL)
            return 2;
        bool printable = character >= 0x20 && character < 0x7F && character != '`';
        return printable || character == '\n' || character == '\r' ? 1 : 0;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(default_alphabet); i++)
        if (default_alphabet[i] == character)
            return 1;
    return 0;
}

static unsigned cost(enum coding coding, gunichar character)
{
    if (coding == CODING_GSM7)
        return gsm7_septets(character);
    return character > 0xFFFF ? 2 : 1;
}

static unsigned cost_of(enum coding coding, const gunichar *letters, size_t count)
{
    unsigned units = 0;
    for (size_t i = 0; i < count; i++)
        units += cost(coding, letters[i]);
    return units;
}

static unsigned tildes(const gunichar *letters, size_t count)
{
    unsigned found = 0;
    for (size_t i = 0; i < count; i++)
        found += letters[i] == '~';
    return found;
}

static bool is_combining(gunichar c)
{
    return (c >= 0x0300 && c <= 0x036F) || (c >= 0x1AB0 && c <= 0x1AFF) ||
           (c >= 0x1DC0 && c <= 0x1DFF) || (c >= 0x20D0 && c <= 0x20FF) ||
           (c >= 0xFE20 && c <= 0xFE2F);
}

static bool is_flag_letter(gunichar c)
{
    return c >= 0x1F1E6 && c <= 0x1F1FF;
}

/* How many of `count` letters one UCS-2 part takes when `fit` of them have room. */
static size_t keep_together(const gunichar *letters, size_t count, size_t fit)
{
    size_t cut = fit;
    while (cut > 0 && cut < count && is_combining(letters[cut]))
        cut--;
    if (cut == 0)
        return fit;              /* nothing but marks: they have to be cut somewhere */
    bool more = cut + 1 < count; /* libgammu asks for text beyond the second half of the flag */
    if (more && cut > 1 && is_flag_letter(letters[cut - 1]) && is_flag_letter(letters[cut]))
        cut--;
    return cut;
}

/* Letters from the start of `letters` that go into a part of `limit` units; at least one. */
static size_t take_part(enum coding coding, const gunichar *letters, size_t count, unsigned limit)
{
    size_t fit = 0;
    unsigned units = 0, framed = 0;
    while (fit < count) {
        unsigned more = cost(coding, letters[fit]);
        framed += more + (coding == CODING_UCS2 && letters[fit] == '~');
        if (units + more > limit || (coding == CODING_UCS2 && framed > UCS2_FRAME))
            break;
        units += more;
        fit++;
    }
    if (coding == CODING_GSM7 || fit == count)
        return fit;
    return keep_together(letters, count, fit);
}

static bool fits_single(enum coding coding, const gunichar *letters, size_t count, unsigned units)
{
    if (coding == CODING_GSM7)
        return units <= GSM7_SINGLE;
    return units <= UCS2_SINGLE && units + tildes(letters, count) <= UCS2_FRAME;
}

static char *offending_characters(const gunichar *letters, size_t count)
{
    GArray *seen = g_array_new(FALSE, FALSE, sizeof(gunichar));
    GString *offending = g_string_new(NULL);
    for (size_t i = 0; i < count; i++) {
        if (gsm7_septets(letters[i]) > 0)
            continue;
        bool known = false;
        for (guint k = 0; k < seen->len && !known; k++)
            known = g_array_index(seen, gunichar, k) == letters[i];
        if (known)
            continue;
        g_array_append_val(seen, letters[i]);
        g_string_append_unichar(offending, letters[i]);
    }
    g_array_free(seen, TRUE);
    return g_string_free(offending, FALSE);
}

static char *part_text(const gunichar *letters, size_t count)
{
    return g_ucs4_to_utf8(letters, (glong)count, NULL, NULL, NULL);
}

void text_parts_make(const char *text, struct text_parts *retparts)
{
    glong length;
    g_autofree gunichar *letters = g_utf8_to_ucs4_fast(text, -1, &length);
    size_t count = (size_t)length;
    char *offending = offending_characters(letters, count);
    enum coding coding = offending[0] == '\0' ? CODING_GSM7 : CODING_UCS2;
    unsigned units = cost_of(coding, letters, count);
    bool single = fits_single(coding, letters, count, units);
    unsigned limit = coding == CODING_GSM7 ? (single ? GSM7_SINGLE : GSM7_PART)
                                           : (single ? UCS2_SINGLE : UCS2_PART);
    GPtrArray *parts = g_ptr_array_new();
    size_t from = 0, last = 0;
    do {
        size_t taken = take_part(coding, letters + from, count - from, limit);
        g_ptr_array_add(parts, part_text(letters + from, taken));
        last = from;
        from += taken;
    } while (from < count);
    unsigned used = cost_of(coding, letters + last, count - last);
    unsigned left = limit - used;
    if (coding == CODING_UCS2)
        left = MIN(left, UCS2_FRAME - used - tildes(letters + last, count - last));
    *retparts = (struct text_parts){.coding = coding,
                                    .units = units,
                                    .count = parts->len,
                                    .left = left,
                                    .offending = offending};
    g_ptr_array_add(parts, NULL);
    retparts->part = (char **)g_ptr_array_free(parts, FALSE);
}

void text_parts_clear(struct text_parts *parts)
{
    g_strfreev(parts->part);
    g_free(parts->offending);
    *parts = (struct text_parts){0};
}
