// SPDX-License-Identifier: GPL-2.0-or-later
/* The alphabet as libgammu must be handed it. libgammu replaces what it cannot encode by something
 * similar, and overruns a buffer where 160 characters take more than 160 septets; so the worker
 * counts before it calls. */
#include "modems/alphabet.h"

enum { ESCAPE = 0x1b };

static const gunichar basic[128] = {
    '@',   0xa3, '$',  0xa5,  0xe8, 0xe9,  0xf9,  0xec,  0xf2,  0xc7,  '\n',  0xd8,  0xf8,
    '\r',  0xc5, 0xe5, 0x394, '_',  0x3a6, 0x393, 0x39b, 0x3a9, 0x3a0, 0x3a8, 0x3a3, 0x398,
    0x39e, 0,    0xc6, 0xe6,  0xdf, 0xc9,  ' ',   '!',   '"',   '#',   0xa4,  '%',   '&',
    '\'',  '(',  ')',  '*',   '+',  ',',   '-',   '.',   '/',   '0',   '1',   '2',   '3',
    '4',   '5',  '6',  '7',   '8',  '9',   ':',   ';',   '<',   '=',   '>',   '?',   0xa1,
    'A',   'B',  'C',  'D',   'E',  'F',   'G',   'H',   'I',   'J',   'K',   'L',   'M',
    'N',   'O',  'P',  'Q',   'R',  'S',   'T',   'U',   'V',   'W',   'X',   'Y',   'Z',
    0xc4,  0xd6, 0xd1, 0xdc,  0xa7, 0xbf,  'a',   'b',   'c',   'd',   'e',   'f',   'g',
    'h',   'i',  'j',  'k',   'l',  'm',   'n',   'o',   'p',   'q',   'r',   's',   't',
    'u',   'v',  'w',  'x',   'y',  'z',   0xe4,  0xf6,  0xf1,  0xfc,  0xe0,
};

static const gunichar extension[128] = {
    [0x0a] = '\f', [0x14] = '^', [0x28] = '{', [0x29] = '}', [0x2f] = '\\',
    [0x3c] = '[',  [0x3d] = '~', [0x3e] = ']', [0x40] = '|', [0x65] = 0x20ac,
};

unsigned alphabet_septets(gunichar character)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(basic); i++) {
        if (i != ESCAPE && basic[i] == character)
            return 1;
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(extension); i++) {
        if (character != 0 && extension[i] == character)
            return 2;
    }
    return 0;
}

gunichar alphabet_extension(unsigned septet)
{
    return septet < G_N_ELEMENTS(extension) ? extension[septet] : 0;
}

gunichar alphabet_character(unsigned septet)
{
    return septet < G_N_ELEMENTS(basic) ? basic[septet] : 0;
}
