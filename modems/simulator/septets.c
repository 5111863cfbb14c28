// SPDX-License-Identifier: GPL-2.0-or-later
/* The GSM alphabet as the network and the handsets of the simulator understand it. Written from
 * TS 23.038 and shared with nobody, so that a client's own coding is checked against a second
 * reading of the standard. National language tables are not used by these handsets. */
#include "modems/simulator/septets.h"

enum { ESCAPE = 0x1b };

static const uint16_t basic[128] = {
    '@',    0xa3,   '$',    0xa5, 0xe8,   0xe9, 0xf9,   0xec,   0xf2,   0xc7,   '\n',   0xd8,
    0xf8,   '\r',   0xc5,   0xe5, 0x0394, '_',  0x03a6, 0x0393, 0x039b, 0x03a9, 0x03a0, 0x03a8,
    0x03a3, 0x0398, 0x039e, 0,    0xc6,   0xe6, 0xdf,   0xc9,   ' ',    '!',    '"',    '#',
    0xa4,   '%',    '&',    '\'', '(',    ')',  '*',    '+',    ',',    '-',    '.',    '/',
    '0',    '1',    '2',    '3',  '4',    '5',  '6',    '7',    '8',    '9',    ':',    ';',
    '<',    '=',    '>',    '?',  0xa1,   'A',  'B',    'C',    'D',    'E',    'F',    'G',
    'H',    'I',    'J',    'K',  'L',    'M',  'N',    'O',    'P',    'Q',    'R',    'S',
    'T',    'U',    'V',    'W',  'X',    'Y',  'Z',    0xc4,   0xd6,   0xd1,   0xdc,   0xa7,
    0xbf,   'a',    'b',    'c',  'd',    'e',  'f',    'g',    'h',    'i',    'j',    'k',
    'l',    'm',    'n',    'o',  'p',    'q',  'r',    's',    't',    'u',    'v',    'w',
    'x',    'y',    'z',    0xe4, 0xf6,   0xf1, 0xfc,   0xe0,
};

static const struct {
    uint8_t septet;
    uint16_t character;
} extended[] = {
    {0x0a, '\f'}, {0x14, '^'}, {0x28, '{'}, {0x29, '}'}, {0x2f, '\\'},
    {0x3c, '['},  {0x3d, '~'}, {0x3e, ']'}, {0x40, '|'}, {0x65, 0x20ac},
};

static gunichar extended_character(uint8_t septet)
{
    for (size_t i = 0; i < G_N_ELEMENTS(extended); i++)
        if (extended[i].septet == septet)
            return extended[i].character;
    return 0xfffd;
}

unsigned septets_of(gunichar character, uint8_t retseptets[2])
{
    if (character == 0)
        return 0;
    if (character < 128 && basic[character] == character) {
        retseptets[0] = (uint8_t)character;
        return 1;
    }
    for (unsigned i = 0; i < 128; i++)
        if (basic[i] == character) {
            retseptets[0] = (uint8_t)i;
            return 1;
        }
    for (size_t i = 0; i < G_N_ELEMENTS(extended); i++)
        if (extended[i].character == character) {
            retseptets[0] = ESCAPE;
            retseptets[1] = extended[i].septet;
            return 2;
        }
    return 0;
}

bool septets_append(GByteArray *septets, const char *text)
{
    guint before = septets->len;
    for (const char *at = text; *at; at = g_utf8_next_char(at)) {
        uint8_t pair[2];
        unsigned count = septets_of(g_utf8_get_char(at), pair);
        if (count == 0) {
            g_byte_array_set_size(septets, before);
            return false;
        }
        g_byte_array_append(septets, pair, count);
    }
    return true;
}

char *septets_text(const uint8_t *septets, size_t count)
{
    GString *text = g_string_sized_new(count + 8);
    for (size_t i = 0; i < count; i++) {
        uint8_t septet = septets[i] & 0x7f;
        if (septet != ESCAPE)
            g_string_append_unichar(text, basic[septet]);
        else if (i + 1 < count)
            g_string_append_unichar(text, extended_character(septets[++i] & 0x7f));
        else
            g_string_append_unichar(text, 0xfffd);
    }
    return g_string_free(text, FALSE);
}

size_t septets_pack(const uint8_t *septets, size_t count, unsigned skip, uint8_t *retoctets)
{
    size_t bits = skip + count * 7, octets = (bits + 7) / 8;
    for (size_t i = 0; i < octets; i++)
        retoctets[i] = 0;
    for (size_t i = 0, bit = skip; i < count; i++, bit += 7) {
        unsigned shifted = (unsigned)(septets[i] & 0x7f) << (bit % 8);
        retoctets[bit / 8] |= (uint8_t)shifted;
        if (shifted > 0xff)
            retoctets[bit / 8 + 1] |= (uint8_t)(shifted >> 8);
    }
    return octets;
}

void septets_unpack(const uint8_t *octets, size_t count, unsigned skip, uint8_t *retseptets)
{
    for (size_t i = 0, bit = skip; i < count; i++, bit += 7) {
        unsigned wide = octets[bit / 8];
        if (bit % 8 > 1)
            wide |= (unsigned)octets[bit / 8 + 1] << 8;
        retseptets[i] = (wide >> (bit % 8)) & 0x7f;
    }
}
