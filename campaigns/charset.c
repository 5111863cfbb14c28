// SPDX-License-Identifier: GPL-2.0-or-later
/* Bytes to text. UTF-8 and UTF-16 are checked here; the old encodings go by charset-letters.csv:
 * one or two bytes stand for one letter, a mark of its own follows a letter, ASCII stands for
 * itself. VIQR marks count only where they make a word of Vietnamese. Guesses nothing. */
#include "campaigns/charset.h"

#include "campaigns/csv.h"
#include "campaigns/datafile.h"
#include "campaigns/syllable.h"

#include <string.h>

enum {
    SNIFF_BYTES = 4096,
    LETTER_BYTES = 8,
    PIECE_MIN = 128, /* bytes normalised at a time */
    PIECE_MAX = 1024,
};

static const struct {
    const char *name, *option;
} names[] = {
    [CHARSET_UNSAID] = {"", ""},
    [CHARSET_UTF8] = {"UTF-8", "utf-8"},
    [CHARSET_UTF16LE] = {"UTF-16LE", "utf-16le"},
    [CHARSET_UTF16BE] = {"UTF-16BE", "utf-16be"},
    [CHARSET_TCVN3] = {"TCVN3", "tcvn3"},
    [CHARSET_VNI] = {"VNI-Windows", "vni"},
    [CHARSET_WINDOWS_1258] = {"Windows-1258", "windows-1258"},
    [CHARSET_VISCII] = {"VISCII", "viscii"},
    [CHARSET_TCVN5712] = {"TCVN 5712-1", "tcvn5712-1"},
    [CHARSET_WINDOWS_1252] = {"Windows-1252", "windows-1252"},
    [CHARSET_VIQR] = {"VIQR", "viqr"},
    [CHARSET_TWICE] = {"UTF-8 read as Windows-1252", "utf-8-twice"},
};

/* Other words for them on a command line. */
static const struct {
    const char *word;
    enum charset charset;
} nicknames[] = {
    {"utf8", CHARSET_UTF8},         {"ascii", CHARSET_UTF8},
    {"unicode", CHARSET_UTF8},      {"utf-16", CHARSET_UTF16LE},
    {"utf16", CHARSET_UTF16LE},     {"abc", CHARSET_TCVN3},
    {"tcvn-3", CHARSET_TCVN3},      {"cp1258", CHARSET_WINDOWS_1258},
    {"1258", CHARSET_WINDOWS_1258}, {"cp1252", CHARSET_WINDOWS_1252},
    {"1252", CHARSET_WINDOWS_1252}, {"latin1", CHARSET_WINDOWS_1252},
    {"tcvn", CHARSET_TCVN5712},     {"tcvn1", CHARSET_TCVN5712},
    {"tcvn5712", CHARSET_TCVN5712},
};

struct letters {
    char single[256][LETTER_BYTES]; /* "": not by itself; ASCII stands for itself */
    GHashTable *pairs;              /* first << 8 | second → text */
    bool leads[256];
};

const char *charset_name(enum charset charset)
{
    return names[charset].name;
}

const char *charset_option(enum charset charset)
{
    return names[charset].option;
}

enum charset charset_find(const char *name)
{
    for (enum charset charset = CHARSET_UTF8; charset < CHARSET_COUNT; charset++)
        if (g_ascii_strcasecmp(name, names[charset].name) == 0 ||
            g_ascii_strcasecmp(name, names[charset].option) == 0)
            return charset;
    for (gsize i = 0; i < G_N_ELEMENTS(nicknames); i++)
        if (g_ascii_strcasecmp(name, nicknames[i].word) == 0)
            return nicknames[i].charset;
    return CHARSET_UNSAID;
}

char *charset_options(void)
{
    GString *list = g_string_new(NULL);
    for (enum charset charset = CHARSET_UTF8; charset < CHARSET_COUNT; charset++)
        g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", names[charset].option);
    return g_string_free(list, FALSE);
}

bool charset_is_unicode(enum charset charset)
{
    return charset == CHARSET_UTF8 || charset == CHARSET_UTF16LE || charset == CHARSET_UTF16BE;
}

/* --- The table ------------------------------------------------------------------------------ */

static void take_letter(struct letters *letters, const char *bytes, const char *text)
{
    guint64 code = g_ascii_strtoull(bytes, NULL, 16);
    g_assert(strlen(text) < LETTER_BYTES);
    if (strlen(bytes) == 2) {
        g_strlcpy(letters->single[code & 0xFF], text, LETTER_BYTES);
        return;
    }
    letters->leads[code >> 8 & 0xFF] = true;
    g_hash_table_insert(letters->pairs, GUINT_TO_POINTER((guint)code), g_strdup(text));
}

static gpointer letters_read(gpointer unused)
{
    (void)unused;
    struct letters *all = g_new0(struct letters, CHARSET_COUNT);
    for (int charset = 0; charset < CHARSET_COUNT; charset++) {
        all[charset].pairs = g_hash_table_new(NULL, NULL);
        for (unsigned c = 0; c < 0x80; c++)
            if (c >= 0x20 || (c >= '\t' && c <= '\r'))
                all[charset].single[c][0] = (char)c;
    }
    struct csv_table *table = datafile_read("charset-letters.csv", 3);
    for (unsigned row = 1; row < csv_row_count(table); row++) {
        enum charset charset = charset_find(csv_cell(table, row, 0));
        if (charset == CHARSET_UNSAID)
            g_error("charset-letters.csv: \"%s\" is no encoding", csv_cell(table, row, 0));
        take_letter(&all[charset], csv_cell(table, row, 1), csv_cell(table, row, 2));
    }
    csv_free(table);
    return all;
}

static const struct letters *letters_of(enum charset charset)
{
    static GOnce once = G_ONCE_INIT;
    const struct letters *all = g_once(&once, letters_read, NULL);
    return &all[charset];
}

/* --- Unicode -------------------------------------------------------------------------------- */

static bool begins(const guchar *bytes, gsize length, const char *mark, gsize size)
{
    return length >= size && memcmp(bytes, mark, size) == 0;
}

/* Digits and separators have a zero byte in UTF-16, and a text file has none otherwise. */
static enum charset sniff_zeros(const guchar *bytes, gsize length)
{
    gsize zeros[2] = {0, 0}, looked = MIN(length, (gsize)SNIFF_BYTES);
    for (gsize i = 0; i < looked; i++)
        if (bytes[i] == 0)
            zeros[i % 2]++;
    if (length % 2 == 0 && zeros[1] > looked / 8 && zeros[0] < zeros[1] / 4)
        return CHARSET_UTF16LE;
    if (length % 2 == 0 && zeros[0] > looked / 8 && zeros[1] < zeros[0] / 4)
        return CHARSET_UTF16BE;
    return CHARSET_UNSAID;
}

enum charset charset_sniff(const void *bytes, gsize length, gsize *retmark)
{
    *retmark = 0;
    if (begins(bytes, length, "\xef\xbb\xbf", 3)) {
        *retmark = 3;
        return CHARSET_UTF8;
    }
    if (begins(bytes, length, "\xff\xfe", 2) || begins(bytes, length, "\xfe\xff", 2)) {
        *retmark = 2;
        return *(const guchar *)bytes == 0xFF ? CHARSET_UTF16LE : CHARSET_UTF16BE;
    }
    enum charset wide = sniff_zeros(bytes, length);
    if (wide != CHARSET_UNSAID)
        return wide;
    return g_utf8_validate_len(bytes, length, NULL) ? CHARSET_UTF8 : CHARSET_UNSAID;
}

/* Where the piece may end: before ASCII, which joins nothing before it; in text without any, at the
 * piece's size. */
static const char *end_of_piece(const char *text)
{
    const char *at = text;
    while (*at != '\0' && (at - text < PIECE_MIN || (guchar)*at >= 0x80) && at - text < PIECE_MAX)
        at = g_utf8_next_char(at);
    return at;
}

/* NFC, in pieces: the time GLib takes grows with the square of the length. Takes over `text`. */
static char *compose(char *text)
{
    if (g_str_is_ascii(text))
        return text;
    GString *composed = g_string_sized_new(strlen(text));
    for (const char *at = text; *at != '\0';) {
        const char *end = end_of_piece(at);
        g_autofree char *piece = g_utf8_normalize(at, end - at, G_NORMALIZE_NFC);
        g_string_append(composed, piece);
        at = end;
    }
    g_free(text);
    return g_string_free(composed, FALSE);
}

static void tell_byte(enum charset charset, const guchar *bytes, gsize bad, GError **error)
{
    gsize line = 1, column = 1;
    for (gsize i = 0; i < bad; i++) {
        column = bytes[i] == '\n' ? 1 : column + 1;
        line += bytes[i] == '\n';
    }
    g_set_error(error, CSV_ERROR, CSV_ERROR_ENCODING, "line %zu, byte %zu (0x%02X) is not %s", line,
                column, bytes[bad], charset_name(charset));
}

static char *take_utf8(const guchar *bytes, gsize length, GError **error)
{
    const char *end;
    if (g_utf8_validate_len((const char *)bytes, length, &end))
        return g_strndup((const char *)bytes, length);
    tell_byte(CHARSET_UTF8, bytes, (gsize)(end - (const char *)bytes), error);
    return NULL;
}

/* Index of the first unit that is NUL or half of a pair; `units` when there is none. */
static gsize bad_unit(const gunichar2 *wide, gsize units)
{
    for (gsize i = 0; i < units; i++) {
        bool lead = (wide[i] & 0xFC00) == 0xD800;
        bool trail_follows = i + 1 < units && (wide[i + 1] & 0xFC00) == 0xDC00;
        if (lead && trail_follows)
            i++;
        else if (wide[i] == 0 || (wide[i] & 0xF800) == 0xD800)
            return i;
    }
    return units;
}

/* `mark` bytes of `bytes` are left out. */
static char *take_utf16(const guchar *bytes, gsize length, gsize mark, enum charset charset,
                        GError **error)
{
    gsize units = (length - mark) / 2, line = 1;
    g_autofree gunichar2 *wide = g_new(gunichar2, units + 1);
    for (gsize i = 0; i < units; i++) {
        unsigned first = bytes[mark + 2 * i], second = bytes[mark + 2 * i + 1];
        wide[i] =
            (gunichar2)(charset == CHARSET_UTF16BE ? first << 8 | second : second << 8 | first);
    }
    gsize bad = bad_unit(wide, units);
    if (bad == units && length % 2 == 0)
        return g_utf16_to_utf8(wide, (glong)units, NULL, NULL, NULL);
    for (gsize i = 0; i < bad; i++)
        line += wide[i] == '\n';
    g_set_error(error, CSV_ERROR, CSV_ERROR_ENCODING, "line %zu (byte %zu of the file) is not %s",
                line, mark + 2 * bad + 1, charset_name(charset));
    return NULL;
}

static char *take_unicode(enum charset charset, const guchar *bytes, gsize length, GError **error)
{
    gsize mark = 0;
    enum charset shown = charset_sniff(bytes, length, &mark);
    if (mark > 0 && shown != charset) {
        g_set_error(error, CSV_ERROR, CSV_ERROR_ENCODING,
                    "the file begins with the mark of %s, it is not %s", charset_name(shown),
                    charset_name(charset));
        return NULL;
    }
    return charset == CHARSET_UTF8 ? take_utf8(bytes + mark, length - mark, error)
                                   : take_utf16(bytes, length, mark, charset, error);
}

/* --- The old encodings ---------------------------------------------------------------------- */

static bool bears_marks(gunichar c)
{
    gunichar base[4];
    gsize parts = g_unichar_fully_decompose(g_unichar_tolower(c), FALSE, base, G_N_ELEMENTS(base));
    return parts > 0 && base[0] < 0x80 && strchr("aeiouy", (int)base[0]) != NULL;
}

/* Index of the first byte that is nothing; `length` when there is none. */
static gsize append_letters(const struct letters *letters, const guchar *bytes, gsize length,
                            GString *text)
{
    gunichar last = 0;
    for (gsize i = 0; i < length; i++) {
        const char *letter = NULL;
        if (letters->leads[bytes[i]] && i + 1 < length)
            letter = g_hash_table_lookup(
                letters->pairs, GUINT_TO_POINTER((guint)bytes[i] << 8 | (guint)bytes[i + 1]));
        gsize used = letter != NULL ? 2 : 1;
        if (letter == NULL)
            letter = letters->single[bytes[i]];
        gunichar c = g_utf8_get_char(letter);
        bool mark = g_unichar_combining_class(c) > 0;
        if (letter[0] == '\0' || (mark && !bears_marks(last)))
            return i;
        g_string_append(text, letter);
        last = mark ? 0 : c;
        i += used - 1;
    }
    return length;
}

/* Fonts such as .VnTime have no capitals with tones: between capitals a small letter is one. Only
 * the letters of one cell are looked at. */
static void raise_cell(GString *out, const char *cell, gsize length)
{
    bool lower = false, inside = false, letter_before = false;
    for (gsize i = 0; i < length; i++) {
        bool letter = g_ascii_isalpha(cell[i]) || (guchar)cell[i] >= 0x80;
        lower = lower || g_ascii_islower(cell[i]);
        inside = inside || (letter_before && g_ascii_isupper(cell[i]));
        letter_before = letter;
    }
    g_autofree char *raised =
        inside && !lower ? g_utf8_strup(cell, (gssize)length) : g_strndup(cell, length);
    g_string_append(out, raised);
}

static char *raise_cells(const char *text)
{
    GString *out = g_string_sized_new(strlen(text));
    while (*text != '\0') {
        gsize cell = strcspn(text, ",;\t\r\n\"");
        raise_cell(out, text, cell);
        text += cell;
        if (*text != '\0')
            g_string_append_c(out, *text++);
    }
    return g_string_free(out, FALSE);
}

/* --- VIQR ----------------------------------------------------------------------------------- */

/* One run of letters and marks; the text it makes, or NULL when it makes no word. */
static char *viqr_word(const struct letters *marks, const char *run, gsize length)
{
    g_autoptr(GString) word = g_string_new(NULL);
    for (gsize i = 0; i < length; i++) {
        bool d = i + 1 < length && strchr("dD", run[i]) != NULL && strchr("dD", run[i + 1]) != NULL;
        const char *mark = g_ascii_isalpha(run[i]) ? "" : marks->single[(guchar)run[i]];
        if (d)
            g_string_append(word, run[i++] == 'd' ? "đ" : "Đ");
        else if (mark[0] != '\0' && (guchar)mark[0] >= 0x80)
            g_string_append(word, mark);
        else
            g_string_append_c(word, run[i]);
    }
    char *composed = g_utf8_normalize(word->str, -1, G_NORMALIZE_NFC);
    if (syllable_read(composed, strlen(composed)) != SYLLABLE_NONE)
        return composed;
    g_free(composed);
    return NULL;
}

/* Marks that also end sentences and open brackets stay what they are where a word ends with them.
 */
static gsize append_viqr_run(const struct letters *marks, const char *run, gsize length,
                             GString *text)
{
    for (gsize used = length; used > 0; used--) {
        g_autofree char *word = viqr_word(marks, run, used);
        if (word != NULL) {
            g_string_append(text, word);
            return used;
        }
        if (strchr(".?'(+~^`", run[used - 1]) == NULL)
            break;
    }
    gsize plain = 0;
    bool vowel = false; /* without one it is an abbreviation: "SDDT" */
    for (; plain < length && g_ascii_isalpha(run[plain]); plain++)
        vowel = vowel || strchr("aeiouyAEIOUY", run[plain]) != NULL;
    for (gsize i = 0; i < plain; i++) {
        bool d = !vowel && i + 1 < plain && strchr("dD", run[i]) && strchr("dD", run[i + 1]);
        if (d)
            g_string_append(text, run[i++] == 'd' ? "đ" : "Đ");
        else
            g_string_append_c(text, run[i]);
    }
    return plain;
}

static char *take_viqr(const char *bytes)
{
    const struct letters *marks = letters_of(CHARSET_VIQR);
    GString *text = g_string_new(NULL);
    while (*bytes != '\0') {
        gsize run = g_ascii_isalpha(*bytes) ? 1 : 0;
        while (run > 0 && bytes[run] != '\0' &&
               (g_ascii_isalpha(bytes[run]) || strchr("`?~'.^(+", bytes[run]) != NULL))
            run++;
        if (run > 0) {
            bytes += append_viqr_run(marks, bytes, run, text);
            continue;
        }
        bool escaped = bytes[0] == '\\' && bytes[1] != '\0' && strchr("`?~'.^(+\\", bytes[1]);
        g_string_append_c(text, *(bytes += escaped));
        bytes++;
    }
    return g_string_free(text, FALSE);
}

/* --- All of them ---------------------------------------------------------------------------- */

static char *take_letters(enum charset charset, const guchar *bytes, gsize length, GError **error)
{
    GString *text = g_string_sized_new(length + length / 2);
    gsize bad = append_letters(letters_of(charset), bytes, length, text);
    if (bad < length) {
        g_string_free(text, TRUE);
        tell_byte(charset, bytes, bad, error);
        return NULL;
    }
    char *composed = compose(g_string_free(text, FALSE));
    if (charset != CHARSET_TCVN3)
        return composed;
    char *raised = raise_cells(composed);
    g_free(composed);
    return raised;
}

/* A mark of UTF-8 is no letter of VIQR. */
static char *take_marked(const char *bytes, gsize length, GError **error)
{
    gsize mark = begins((const guchar *)bytes, length, "\xef\xbb\xbf", 3) ? 3 : 0;
    return take_utf8((const guchar *)bytes + mark, length - mark, error);
}

static char *take_twice(const char *text, GError **error)
{
    char *read = charset_reread(CHARSET_TWICE, text);
    if (read == NULL)
        g_set_error(error, CSV_ERROR, CSV_ERROR_ENCODING, "the text is not %s",
                    charset_name(CHARSET_TWICE));
    return read;
}

char *charset_decode(enum charset charset, const void *bytes, gsize length, GError **error)
{
    if (charset_is_unicode(charset)) {
        char *text = take_unicode(charset, bytes, length, error);
        return text != NULL ? compose(text) : NULL;
    }
    g_autofree char *ascii = NULL;
    switch (charset) {
    case CHARSET_VIQR:
        ascii = take_marked(bytes, length, error);
        return ascii != NULL ? compose(take_viqr(ascii)) : NULL;
    case CHARSET_TWICE:
        ascii = take_marked(bytes, length, error);
        return ascii != NULL ? take_twice(ascii, error) : NULL;
    case CHARSET_TCVN3:
    case CHARSET_VNI:
    case CHARSET_WINDOWS_1258:
    case CHARSET_VISCII:
    case CHARSET_TCVN5712:
    case CHARSET_WINDOWS_1252:
        return take_letters(charset, bytes, length, error);
    case CHARSET_UNSAID:
    case CHARSET_UTF8:
    case CHARSET_UTF16LE:
    case CHARSET_UTF16BE:
    case CHARSET_COUNT:
        break;
    }
    g_assert_not_reached();
}

/* The byte that Windows-1252 shows as this character; 0: none. */
static guchar byte_of(gunichar c)
{
    if (c < 0x80 || (c >= 0xA0 && c <= 0xFF))
        return (guchar)c;
    const struct letters *latin = letters_of(CHARSET_WINDOWS_1252);
    for (unsigned byte = 0x80; byte < 0xA0; byte++)
        if (latin->single[byte][0] != '\0' && g_utf8_get_char(latin->single[byte]) == c)
            return (guchar)byte;
    return c < 0xA0 ? (guchar)c : 0; /* what Windows-1252 leaves out, programs pass through */
}

char *charset_reread(enum charset charset, const char *text)
{
    if (charset == CHARSET_VIQR)
        return g_str_is_ascii(text) ? compose(take_viqr(text)) : NULL;
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
        guchar byte = byte_of(g_utf8_get_char(at));
        if (byte == 0)
            return NULL;
        g_byte_array_append(bytes, &byte, 1);
    }
    enum charset real = charset == CHARSET_TWICE ? CHARSET_UTF8 : charset;
    if (real == CHARSET_UTF8 && !g_utf8_validate_len((const char *)bytes->data, bytes->len, NULL))
        return NULL;
    return charset_is_unicode(real) && real != CHARSET_UTF8
               ? NULL
               : charset_decode(real, bytes->len > 0 ? bytes->data : (const guchar *)"", bytes->len,
                                NULL);
}
