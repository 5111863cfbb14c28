// SPDX-License-Identifier: GPL-2.0-or-later
/* Every form that the payload can have is tried, and the one that reads like a text of an operator
 * wins: first UCS-2, which hardly ever reads well by accident, then what this modem wrote before,
 * then packed septets, then the payload itself. A balance of "1234" is no UCS-2 and no septets. */
#include "modems/ussd_text.h"

#include "modems/alphabet.h"
#include "modems/field.h"

#include <string.h>

enum {
    SEPTET_BITS = 7,
    CARRIAGE_RETURN = 0x0D,
    ESCAPE = 0x1B,
    UCS2_DIGITS = 4,
    DCS_DEFAULT = 15,      /* GSM 7 bit default alphabet, language unspecified */
    DCS_UCS2 = 0x48,       /* general data coding, UCS-2 */
    PACKED_LEAST = 8,      /* hex digits: shorter ones may be anything */
    SURELY_HEX = 16,       /* so many are no words, whatever this modem wrote before */
    READABLE_PERCENT = 90, /* of the characters of a text */
};

static const char *const form_names[] = {[USSD_UNKNOWN] = "unknown",
                                         [USSD_PLAIN] = "plain",
                                         [USSD_UCS2] = "ucs2",
                                         [USSD_PACKED] = "packed"};

const char *ussd_form_name(enum ussd_form form)
{
    return form_names[form];
}

bool ussd_form_from_name(const char *name, enum ussd_form *retform)
{
    for (enum ussd_form form = 0; form < G_N_ELEMENTS(form_names); form++) {
        if (strcmp(form_names[form], name) != 0)
            continue;
        *retform = form;
        return true;
    }
    return false;
}

/* --- The line ------------------------------------------------------------------------------- */

/* The text may hold quotes and commas of its own: it ends at the last quote that only a <dcs>
 * follows. */
static char *quoted_text(const char *quote, const char **retend)
{
    const char *end = strrchr(quote + 1, '"');
    *retend = end == NULL ? quote + strlen(quote) : end + 1;
    return end == NULL ? g_strdup(quote + 1) : g_strndup(quote + 1, (gsize)(end - quote - 1));
}

static int read_dcs(const char *rest)
{
    while (*rest == ' ')
        rest++;
    if (*rest != ',')
        return USSD_NO_DCS;
    char *end = NULL;
    gint64 dcs = g_ascii_strtoll(rest + 1, &end, 10);
    return end == rest + 1 || dcs < 0 || dcs > 255 ? USSD_NO_DCS : (int)dcs;
}

bool ussd_result_read(const char *line, struct ussd_result *retresult)
{
    static const char prefix[] = "+CUSD:";
    if (!g_str_has_prefix(line, prefix))
        return false;
    char *end = NULL;
    const char *fields = line + strlen(prefix);
    gint64 status = g_ascii_strtoll(fields, &end, 10);
    if (end == fields || status < 0 || status > 255)
        return false;
    *retresult = (struct ussd_result){.status = (int)status, .dcs = USSD_NO_DCS};
    while (*end == ' ')
        end++;
    if (*end != ',')
        return true;
    const char *text = end + 1;
    while (*text == ' ')
        text++;
    if (*text == '"') {
        const char *rest = NULL;
        retresult->payload = quoted_text(text, &rest);
        retresult->dcs = read_dcs(rest);
        return true;
    }
    retresult->payload = field_text(fields, 1);
    retresult->dcs = field_number(fields, 2, USSD_NO_DCS);
    return true;
}

void ussd_result_clear(struct ussd_result *result)
{
    g_free(result->payload);
    *result = (struct ussd_result){.dcs = USSD_NO_DCS};
}

/* --- Reading -------------------------------------------------------------------------------- */

static GByteArray *read_hex(const char *payload)
{
    size_t length = strlen(payload);
    if (length == 0 || length % 2 != 0)
        return NULL;
    GByteArray *octets = g_byte_array_sized_new((guint)(length / 2));
    for (size_t i = 0; i < length; i += 2) {
        int high = g_ascii_xdigit_value(payload[i]), low = g_ascii_xdigit_value(payload[i + 1]);
        if (high < 0 || low < 0) {
            g_byte_array_unref(octets);
            return NULL;
        }
        guint8 octet = (guint8)(high * 16 + low);
        g_byte_array_append(octets, &octet, 1);
    }
    return octets;
}

/* Up to the first 0000 or FFFF, with which some modems fill up. */
static char *from_ucs2(const GByteArray *octets)
{
    if (octets->len % 2 != 0)
        return NULL;
    g_autofree gunichar2 *units = g_new(gunichar2, octets->len / 2 + 1);
    glong count = 0;
    for (guint i = 0; i < octets->len; i += 2) {
        gunichar2 unit = (gunichar2)(octets->data[i] << 8 | octets->data[i + 1]);
        if (unit == 0 || unit == 0xFFFF)
            break;
        units[count++] = unit;
    }
    return g_utf16_to_utf8(units, count, NULL, NULL, NULL);
}

static unsigned septet_at(const GByteArray *octets, guint index)
{
    guint bit = index * SEPTET_BITS, at = bit / 8, shift = bit % 8;
    unsigned pair = octets->data[at];
    if (at + 1 < octets->len)
        pair |= (unsigned)octets->data[at + 1] << 8;
    return pair >> shift & 0x7F;
}

static char *from_septets(const GByteArray *octets)
{
    GString *text = g_string_new(NULL);
    guint count = octets->len * 8 / SEPTET_BITS;
    /* Seven spare bits make one septet too many: a CR, or a zero that would read as @. */
    unsigned last = septet_at(octets, count - 1);
    if (count % 8 == 0 && (last == 0 || last == CARRIAGE_RETURN))
        count--;
    bool escaped = false;
    for (guint i = 0; i < count; i++) {
        unsigned septet = septet_at(octets, i);
        if (septet == ESCAPE && !escaped) {
            escaped = true;
            continue;
        }
        gunichar character = alphabet_character(septet);
        if (escaped)
            character = alphabet_extension(septet);
        escaped = false;
        g_string_append_unichar(text, character != 0 ? character : 0xFFFD);
    }
    return g_string_free(text, FALSE);
}

/* What is no UTF-8 was written octet by octet in ISO 8859-1. */
static char *from_plain(const char *payload)
{
    if (g_utf8_validate(payload, -1, NULL))
        return g_strdup(payload);
    GString *text = g_string_new(NULL);
    for (; *payload != '\0'; payload++)
        g_string_append_unichar(text, (guchar)*payload);
    return g_string_free(text, FALSE);
}

static bool is_readable(gunichar character)
{
    bool line = character == '\n' || character == '\r' || character == '\t';
    bool latin = g_unichar_get_script(character) == G_UNICODE_SCRIPT_LATIN;
    bool ascii = character >= ' ' && character < 0x7F;
    bool sign = character >= 0x2010 && character <= 0x20BF; /* dashes, quotes, bullets, ₫ */
    bool accent = character >= 0x300 && character <= 0x323; /* decomposed Vietnamese */
    return line || latin || ascii || sign || accent || character == 0xA0;
}

static bool reads_well(const char *text)
{
    unsigned all = 0, readable = 0;
    for (; *text != '\0'; text = g_utf8_next_char(text)) {
        all++;
        readable += is_readable(g_utf8_get_char(text));
    }
    return all > 0 && readable * 100 >= all * READABLE_PERCENT;
}

/* Septets read well by accident more often: they must be as ASCII as operators write, and words
 * unless this modem is known to pack. */
static bool reads_like_words(const char *text, bool known)
{
    unsigned all = 0, plain = 0, letters = 0;
    for (; *text != '\0'; text = g_utf8_next_char(text)) {
        gunichar character = g_utf8_get_char(text);
        all++;
        plain += (character >= ' ' && character < 0x7F) || character == '\n' || character == '\r';
        letters += character < 0x7F && g_ascii_isalnum((char)character);
    }
    return plain * 100 >= all * READABLE_PERCENT && (known || letters * 3 >= all);
}

/* Line ends as "\n", none at the end, nor blanks. */
static char *tidy(const char *text)
{
    GString *tidied = g_string_new(NULL);
    for (; *text != '\0'; text++) {
        bool pair = text[0] == '\r' && text[1] == '\n';
        if (!pair)
            g_string_append_c(tidied, *text == '\r' ? '\n' : *text);
    }
    while (tidied->len > 0 && g_ascii_isspace(tidied->str[tidied->len - 1]))
        g_string_truncate(tidied, tidied->len - 1);
    return g_string_free(tidied, FALSE);
}

static char *settle(const char *text, enum ussd_form form, enum ussd_form *retform)
{
    if (retform != NULL)
        *retform = form;
    return tidy(text);
}

/* Some modems cut long texts in the middle of a character. NULL: it is no such text. */
static char *from_cut_ucs2(const char *payload)
{
    size_t length = strspn(payload, "0123456789ABCDEFabcdef");
    if (payload[length] != '\0' || length < SURELY_HEX || length % UCS2_DIGITS == 0)
        return NULL;
    g_autofree char *whole = g_strndup(payload, length - length % UCS2_DIGITS);
    GByteArray *octets = read_hex(whole);
    char *text = from_ucs2(octets);
    g_byte_array_unref(octets);
    if (text != NULL && reads_well(text))
        return text;
    g_free(text);
    return NULL;
}

static bool is_number(const char *payload)
{
    return strspn(payload, "0123456789") == strlen(payload);
}

char *ussd_text_read(const char *payload, int dcs, enum ussd_form likely, enum ussd_form *retform)
{
    g_autofree char *plain = from_plain(payload), *cut = from_cut_ucs2(payload);
    if (cut != NULL)
        return settle(cut, USSD_UCS2, retform);
    GByteArray *octets = read_hex(payload);
    if (octets == NULL)
        return settle(plain, *payload == '\0' ? USSD_UNKNOWN : USSD_PLAIN, retform);
    g_autofree char *ucs2 = from_ucs2(octets);
    g_autofree char *packed = from_septets(octets);
    g_byte_array_unref(octets);
    bool wide = ucs2 != NULL && *ucs2 != '\0' && reads_well(ucs2);
    bool unpacks =
        strlen(payload) >= PACKED_LEAST && reads_like_words(packed, likely == USSD_PACKED);
    bool number = is_number(payload);
    bool words = likely == USSD_PLAIN && strlen(payload) < SURELY_HEX;
    if (wide)
        return settle(ucs2, USSD_UCS2, retform);
    if (unpacks && (likely == USSD_PACKED || (!words && !number)))
        return settle(packed, USSD_PACKED, retform);
    if (dcs == DCS_UCS2 && ucs2 != NULL && *ucs2 != '\0' && !number)
        return settle(ucs2, USSD_UCS2, retform); /* another script than ours */
    return settle(plain, number ? USSD_UNKNOWN : USSD_PLAIN, retform);
}

/* --- Writing -------------------------------------------------------------------------------- */

static char *to_hex(const GByteArray *octets)
{
    GString *hex = g_string_new(NULL);
    for (guint i = 0; i < octets->len; i++)
        g_string_append_printf(hex, "%02X", octets->data[i]);
    return g_string_free(hex, FALSE);
}

static char *to_ucs2(const char *text)
{
    glong count = 0;
    g_autofree gunichar2 *units = g_utf8_to_utf16(text, -1, NULL, &count, NULL);
    if (units == NULL)
        return NULL;
    GString *hex = g_string_new(NULL);
    for (glong i = 0; i < count; i++)
        g_string_append_printf(hex, "%04X", units[i]);
    return g_string_free(hex, FALSE);
}

static bool add_septets(GByteArray *septets, gunichar character)
{
    unsigned wanted = alphabet_septets(character);
    for (unsigned septet = 0; wanted > 0 && septet < 128; septet++) {
        bool found = wanted == 1 ? septet != ESCAPE && alphabet_character(septet) == character
                                 : alphabet_extension(septet) == character;
        if (!found)
            continue;
        const guint8 pair[] = {ESCAPE, (guint8)septet};
        g_byte_array_append(septets, wanted == 1 ? pair + 1 : pair, wanted);
        return true;
    }
    return false;
}

/* Seven spare bits are filled with a CR, or the network would read an @ (3GPP TS 23.038
 * §6.1.2.3.1). */
static char *to_septets(const char *text)
{
    g_autoptr(GByteArray) septets = g_byte_array_new();
    for (; *text != '\0'; text = g_utf8_next_char(text))
        if (!add_septets(septets, g_utf8_get_char(text)))
            return NULL;
    const guint8 filler = CARRIAGE_RETURN;
    if (septets->len % 8 == 7)
        g_byte_array_append(septets, &filler, 1);
    g_autoptr(GByteArray) octets = g_byte_array_new();
    g_byte_array_set_size(octets, (septets->len * SEPTET_BITS + 7) / 8);
    memset(octets->data, 0, octets->len);
    for (guint i = 0; i < septets->len; i++) {
        guint bit = i * SEPTET_BITS, at = bit / 8;
        unsigned pair = (unsigned)septets->data[i] << bit % 8;
        octets->data[at] |= (guint8)pair;
        if (at + 1 < octets->len)
            octets->data[at + 1] |= (guint8)(pair >> 8);
    }
    return to_hex(octets);
}

static bool fits_quotes(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text < ' ' || *text == '"' || *text == 0x7F)
            return false;
    return true;
}

char *ussd_text_write(const char *text, enum ussd_form form, int *retdcs)
{
    *retdcs = DCS_DEFAULT;
    switch (form) {
    case USSD_UNKNOWN:
    case USSD_PLAIN:
        return fits_quotes(text) ? g_strdup(text) : NULL;
    case USSD_UCS2:
        return to_ucs2(text);
    case USSD_PACKED:
        return to_septets(text);
    }
    return NULL;
}
