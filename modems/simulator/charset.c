// SPDX-License-Identifier: GPL-2.0-or-later
/* The character sets of a modem's command lines. GSM means the septets as they are, one to a byte;
 * HEX the same in hex digits; UCS2 four hex digits to a unit. */
#include "modems/simulator/charset.h"

#include <string.h>

#include "modems/simulator/septets.h"

const char *charset_name(enum charset charset)
{
    static const char *const names[CHARSET_COUNT] = {"GSM", "IRA", "UCS2", "HEX"};
    return names[charset];
}

static GByteArray *from_hex(const char *hex)
{
    size_t length = strlen(hex);
    if (length % 2 || strspn(hex, "0123456789abcdefABCDEF") != length)
        return NULL;
    GByteArray *bytes = g_byte_array_new();
    for (size_t i = 0; i < length; i += 2) {
        uint8_t byte =
            (uint8_t)(g_ascii_xdigit_value(hex[i]) << 4 | g_ascii_xdigit_value(hex[i + 1]));
        g_byte_array_append(bytes, &byte, 1);
    }
    return bytes;
}

static char *to_hex(const uint8_t *bytes, size_t count)
{
    GString *hex = g_string_sized_new(count * 2);
    for (size_t i = 0; i < count; i++)
        g_string_append_printf(hex, "%02X", bytes[i]);
    return g_string_free(hex, FALSE);
}

static char *read_ucs2(const char *written)
{
    g_autoptr(GByteArray) bytes = from_hex(written);
    if (!bytes || bytes->len % 2)
        return NULL;
    g_autofree gunichar2 *units = g_new(gunichar2, bytes->len / 2 + 1);
    for (guint i = 0; i < bytes->len / 2; i++)
        units[i] = (gunichar2)(bytes->data[i * 2] << 8 | bytes->data[i * 2 + 1]);
    return g_utf16_to_utf8(units, bytes->len / 2, NULL, NULL, NULL);
}

static char *write_ucs2(const char *text)
{
    glong count = 0;
    g_autofree gunichar2 *units = g_utf8_to_utf16(text, -1, NULL, &count, NULL);
    GString *hex = g_string_new(NULL);
    for (glong i = 0; i < count; i++)
        g_string_append_printf(hex, "%04X", units[i]);
    return g_string_free(hex, FALSE);
}

static GByteArray *septets_or_marks(const char *text)
{
    GByteArray *septets = g_byte_array_new();
    for (const char *at = text; *at; at = g_utf8_next_char(at)) {
        uint8_t pair[2] = {'?'};
        unsigned count = septets_of(g_utf8_get_char(at), pair);
        g_byte_array_append(septets, pair, count ? count : 1);
    }
    return septets;
}

char *charset_read(enum charset charset, const char *written)
{
    g_autoptr(GByteArray) bytes = NULL;
    switch (charset) {
    case CHARSET_UCS2:
        return read_ucs2(written);
    case CHARSET_HEX:
        bytes = from_hex(written);
        return bytes ? septets_text(bytes->data, bytes->len) : NULL;
    case CHARSET_GSM:
        return septets_text((const uint8_t *)written, strlen(written));
    case CHARSET_IRA:
    case CHARSET_COUNT:
        break;
    }
    return g_str_is_ascii(written) ? g_strdup(written) : NULL;
}

char *charset_write(enum charset charset, const char *text)
{
    if (charset == CHARSET_UCS2)
        return write_ucs2(text);
    if (charset == CHARSET_IRA) {
        GString *plain = g_string_new(NULL);
        for (const char *at = text; *at; at = g_utf8_next_char(at))
            g_string_append_c(plain, (signed char)*at > 0 ? *at : '?');
        return g_string_free(plain, FALSE);
    }
    g_autoptr(GByteArray) septets = septets_or_marks(text);
    if (charset == CHARSET_HEX)
        return to_hex(septets->data, septets->len);
    g_byte_array_append(septets, (const uint8_t *)"", 1);
    return (char *)g_byte_array_free(g_steal_pointer(&septets), FALSE);
}

char *charset_pack(const char *text)
{
    g_autoptr(GByteArray) septets = g_byte_array_new();
    if (!septets_append(septets, text))
        return NULL;
    if (septets->len % 8 == 7) /* a CR fills what would read as @ */
        g_byte_array_append(septets, (const uint8_t *)"\r", 1);
    g_autofree uint8_t *packed = g_malloc(septets->len + 1);
    size_t count = septets_pack(septets->data, septets->len, 0, packed);
    return to_hex(packed, count);
}

char *charset_unpack(const char *hex)
{
    g_autoptr(GByteArray) packed = from_hex(hex);
    if (!packed)
        return NULL;
    guint count = packed->len * 8 / 7;
    g_autofree uint8_t *septets = g_malloc(count + 1);
    g_byte_array_append(packed, (const uint8_t *)"", 1);
    septets_unpack(packed->data, count, 0, septets);
    if (count && count % 8 == 0 && septets[count - 1] == '\r')
        count--;
    return septets_text(septets, count);
}
