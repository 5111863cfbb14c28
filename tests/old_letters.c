// SPDX-License-Identifier: GPL-2.0-or-later
/* The letters and their bytes come from the published tables of each encoding, not from what the
 * reader has: a slip there cannot hide here. */
#include "tests/old_letters.h"

#include <string.h>

// clang-format off
/* The 67 letters beyond ASCII, small and capital, and the bytes of each in every encoding. */
const char *const old_letters[OLD_LETTERS] = {
    "à", "ả", "ã", "á", "ạ", "ă", "ằ", "ẳ", "ẵ", "ắ", "ặ", "â", "ầ", "ẩ", "ẫ", "ấ", "ậ", "è",
    "ẻ", "ẽ", "é", "ẹ", "ê", "ề", "ể", "ễ", "ế", "ệ", "ì", "ỉ", "ĩ", "í", "ị", "ò", "ỏ", "õ",
    "ó", "ọ", "ô", "ồ", "ổ", "ỗ", "ố", "ộ", "ơ", "ờ", "ở", "ỡ", "ớ", "ợ", "ù", "ủ", "ũ", "ú",
    "ụ", "ư", "ừ", "ử", "ữ", "ứ", "ự", "ỳ", "ỷ", "ỹ", "ý", "ỵ", "đ", "À", "Ả", "Ã", "Á", "Ạ",
    "Ă", "Ằ", "Ẳ", "Ẵ", "Ắ", "Ặ", "Â", "Ầ", "Ẩ", "Ẫ", "Ấ", "Ậ", "È", "Ẻ", "Ẽ", "É", "Ẹ", "Ê",
    "Ề", "Ể", "Ễ", "Ế", "Ệ", "Ì", "Ỉ", "Ĩ", "Í", "Ị", "Ò", "Ỏ", "Õ", "Ó", "Ọ", "Ô", "Ồ", "Ổ",
    "Ỗ", "Ố", "Ộ", "Ơ", "Ờ", "Ở", "Ỡ", "Ớ", "Ợ", "Ù", "Ủ", "Ũ", "Ú", "Ụ", "Ư", "Ừ", "Ử", "Ữ",
    "Ứ", "Ự", "Ỳ", "Ỷ", "Ỹ", "Ý", "Ỵ", "Đ",
};
static const char *const in_tcvn3[OLD_LETTERS] = {
    "\xb5", "\xb6", "\xb7", "\xb8", "\xb9", "\xa8", "\xbb", "\xbc", "\xbd", "\xbe", "\xc6",
    "\xa9", "\xc7", "\xc8", "\xc9", "\xca", "\xcb", "\xcc", "\xce", "\xcf", "\xd0", "\xd1",
    "\xaa", "\xd2", "\xd3", "\xd4", "\xd5", "\xd6", "\xd7", "\xd8", "\xdc", "\xdd", "\xde",
    "\xdf", "\xe1", "\xe2", "\xe3", "\xe4", "\xab", "\xe5", "\xe6", "\xe7", "\xe8", "\xe9",
    "\xac", "\xea", "\xeb", "\xec", "\xed", "\xee", "\xef", "\xf1", "\xf2", "\xf3", "\xf4",
    "\xad", "\xf5", "\xf6", "\xf7", "\xf8", "\xf9", "\xfa", "\xfb", "\xfc", "\xfd", "\xfe",
    "\xae",
};
static const char *const in_vni[OLD_LETTERS] = {
    "\x61\xf8", "\x61\xfb", "\x61\xf5", "\x61\xf9", "\x61\xef", "\x61\xea", "\x61\xe8",
    "\x61\xfa", "\x61\xfc", "\x61\xe9", "\x61\xeb", "\x61\xe2", "\x61\xe0", "\x61\xe5",
    "\x61\xe3", "\x61\xe1", "\x61\xe4", "\x65\xf8", "\x65\xfb", "\x65\xf5", "\x65\xf9",
    "\x65\xef", "\x65\xe2", "\x65\xe0", "\x65\xe5", "\x65\xe3", "\x65\xe1", "\x65\xe4", "\xec",
    "\xe6", "\xf3", "\xed", "\xf2", "\x6f\xf8", "\x6f\xfb", "\x6f\xf5", "\x6f\xf9", "\x6f\xef",
    "\x6f\xe2", "\x6f\xe0", "\x6f\xe5", "\x6f\xe3", "\x6f\xe1", "\x6f\xe4", "\xf4", "\xf4\xf8",
    "\xf4\xfb", "\xf4\xf5", "\xf4\xf9", "\xf4\xef", "\x75\xf8", "\x75\xfb", "\x75\xf5",
    "\x75\xf9", "\x75\xef", "\xf6", "\xf6\xf8", "\xf6\xfb", "\xf6\xf5", "\xf6\xf9", "\xf6\xef",
    "\x79\xf8", "\x79\xfb", "\x79\xf5", "\x79\xf9", "\xee", "\xf1", "\x41\xd8", "\x41\xdb",
    "\x41\xd5", "\x41\xd9", "\x41\xcf", "\x41\xca", "\x41\xc8", "\x41\xda", "\x41\xdc",
    "\x41\xc9", "\x41\xcb", "\x41\xc2", "\x41\xc0", "\x41\xc5", "\x41\xc3", "\x41\xc1",
    "\x41\xc4", "\x45\xd8", "\x45\xdb", "\x45\xd5", "\x45\xd9", "\x45\xcf", "\x45\xc2",
    "\x45\xc0", "\x45\xc5", "\x45\xc3", "\x45\xc1", "\x45\xc4", "\xcc", "\xc6", "\xd3", "\xcd",
    "\xd2", "\x4f\xd8", "\x4f\xdb", "\x4f\xd5", "\x4f\xd9", "\x4f\xcf", "\x4f\xc2", "\x4f\xc0",
    "\x4f\xc5", "\x4f\xc3", "\x4f\xc1", "\x4f\xc4", "\xd4", "\xd4\xd8", "\xd4\xdb", "\xd4\xd5",
    "\xd4\xd9", "\xd4\xcf", "\x55\xd8", "\x55\xdb", "\x55\xd5", "\x55\xd9", "\x55\xcf", "\xd6",
    "\xd6\xd8", "\xd6\xdb", "\xd6\xd5", "\xd6\xd9", "\xd6\xcf", "\x59\xd8", "\x59\xdb",
    "\x59\xd5", "\x59\xd9", "\xce", "\xd1",
};
static const char *const in_viscii[OLD_LETTERS] = {
    "\xe0", "\xe4", "\xe3", "\xe1", "\xd5", "\xe5", "\xa2", "\xc6", "\xc7", "\xa1", "\xa3",
    "\xe2", "\xa5", "\xa6", "\xe7", "\xa4", "\xa7", "\xe8", "\xeb", "\xa8", "\xe9", "\xa9",
    "\xea", "\xab", "\xac", "\xad", "\xaa", "\xae", "\xec", "\xef", "\xee", "\xed", "\xb8",
    "\xf2", "\xf6", "\xf5", "\xf3", "\xf7", "\xf4", "\xb0", "\xb1", "\xb2", "\xaf", "\xb5",
    "\xbd", "\xb6", "\xb7", "\xde", "\xbe", "\xfe", "\xf9", "\xfc", "\xfb", "\xfa", "\xf8",
    "\xdf", "\xd7", "\xd8", "\xe6", "\xd1", "\xf1", "\xcf", "\xd6", "\xdb", "\xfd", "\xdc",
    "\xf0", "\xc0", "\xc4", "\xc3", "\xc1", "\x80", "\xc5", "\x82", "\x02", "\x05", "\x81",
    "\x83", "\xc2", "\x85", "\x86", "\x06", "\x84", "\x87", "\xc8", "\xcb", "\x88", "\xc9",
    "\x89", "\xca", "\x8b", "\x8c", "\x8d", "\x8a", "\x8e", "\xcc", "\x9b", "\xce", "\xcd",
    "\x98", "\xd2", "\x99", "\xa0", "\xd3", "\x9a", "\xd4", "\x90", "\x91", "\x92", "\x8f",
    "\x93", "\xb4", "\x96", "\x97", "\xb3", "\x95", "\x94", "\xd9", "\x9c", "\x9d", "\xda",
    "\x9e", "\xbf", "\xbb", "\xbc", "\xff", "\xba", "\xb9", "\x9f", "\x14", "\x19", "\xdd",
    "\x1e", "\xd0",
};
static const char *const in_tcvn5712[OLD_LETTERS] = {
    "\xb5", "\xb6", "\xb7", "\xb8", "\xb9", "\xa8", "\xbb", "\xbc", "\xbd", "\xbe", "\xc6",
    "\xa9", "\xc7", "\xc8", "\xc9", "\xca", "\xcb", "\xcc", "\xce", "\xcf", "\xd0", "\xd1",
    "\xaa", "\xd2", "\xd3", "\xd4", "\xd5", "\xd6", "\xd7", "\xd8", "\xdc", "\xdd", "\xde",
    "\xdf", "\xe1", "\xe2", "\xe3", "\xe4", "\xab", "\xe5", "\xe6", "\xe7", "\xe8", "\xe9",
    "\xac", "\xea", "\xeb", "\xec", "\xed", "\xee", "\xef", "\xf1", "\xf2", "\xf3", "\xf4",
    "\xad", "\xf5", "\xf6", "\xf7", "\xf8", "\xf9", "\xfa", "\xfb", "\xfc", "\xfd", "\xfe",
    "\xae", "\x80", "\x81", "\x82", "\x83", "\x84", "\xa1", "\xaf", "\xba", "\xbf", "\xc0",
    "\x85", "\xa2", "\xc1", "\xc2", "\xc3", "\xc4", "\x86", "\x87", "\x88", "\x89", "\x8a",
    "\x8b", "\xa3", "\xc5", "\xcd", "\xd9", "\xda", "\x8c", "\x8d", "\x8e", "\x8f", "\x90",
    "\x91", "\x92", "\x93", "\x94", "\x95", "\x96", "\xa4", "\xdb", "\xe0", "\xf0", "\xff",
    "\x97", "\xa5", "\x98", "\x99", "\x9a", "\x9b", "\x9c", "\x9d", "\x9e", "\x9f", "\x01",
    "\x02", "\xa6", "\x04", "\x05", "\x06", "\x11", "\x12", "\x13", "\x14", "\x15", "\x16",
    "\x17", "\xa7",
};
static const char *const in_1258[OLD_LETTERS] = {
    "\xe0", "\x61\xd2", "\x61\xde", "\xe1", "\x61\xf2", "\xe3", "\xe3\xcc", "\xe3\xd2",
    "\xe3\xde", "\xe3\xec", "\xe3\xf2", "\xe2", "\xe2\xcc", "\xe2\xd2", "\xe2\xde", "\xe2\xec",
    "\xe2\xf2", "\xe8", "\x65\xd2", "\x65\xde", "\xe9", "\x65\xf2", "\xea", "\xea\xcc",
    "\xea\xd2", "\xea\xde", "\xea\xec", "\xea\xf2", "\x69\xcc", "\x69\xd2", "\x69\xde", "\xed",
    "\x69\xf2", "\x6f\xcc", "\x6f\xd2", "\x6f\xde", "\xf3", "\x6f\xf2", "\xf4", "\xf4\xcc",
    "\xf4\xd2", "\xf4\xde", "\xf4\xec", "\xf4\xf2", "\xf5", "\xf5\xcc", "\xf5\xd2", "\xf5\xde",
    "\xf5\xec", "\xf5\xf2", "\xf9", "\x75\xd2", "\x75\xde", "\xfa", "\x75\xf2", "\xfd",
    "\xfd\xcc", "\xfd\xd2", "\xfd\xde", "\xfd\xec", "\xfd\xf2", "\x79\xcc", "\x79\xd2",
    "\x79\xde", "\x79\xec", "\x79\xf2", "\xf0", "\xc0", "\x41\xd2", "\x41\xde", "\xc1",
    "\x41\xf2", "\xc3", "\xc3\xcc", "\xc3\xd2", "\xc3\xde", "\xc3\xec", "\xc3\xf2", "\xc2",
    "\xc2\xcc", "\xc2\xd2", "\xc2\xde", "\xc2\xec", "\xc2\xf2", "\xc8", "\x45\xd2", "\x45\xde",
    "\xc9", "\x45\xf2", "\xca", "\xca\xcc", "\xca\xd2", "\xca\xde", "\xca\xec", "\xca\xf2",
    "\x49\xcc", "\x49\xd2", "\x49\xde", "\xcd", "\x49\xf2", "\x4f\xcc", "\x4f\xd2", "\x4f\xde",
    "\xd3", "\x4f\xf2", "\xd4", "\xd4\xcc", "\xd4\xd2", "\xd4\xde", "\xd4\xec", "\xd4\xf2",
    "\xd5", "\xd5\xcc", "\xd5\xd2", "\xd5\xde", "\xd5\xec", "\xd5\xf2", "\xd9", "\x55\xd2",
    "\x55\xde", "\xda", "\x55\xf2", "\xdd", "\xdd\xcc", "\xdd\xd2", "\xdd\xde", "\xdd\xec",
    "\xdd\xf2", "\x59\xcc", "\x59\xd2", "\x59\xde", "\x59\xec", "\x59\xf2", "\xd0",
};
static const char *const in_1258_tones[OLD_LETTERS] = {
    "\x61\xcc", "\x61\xd2", "\x61\xde", "\x61\xec", "\x61\xf2", "\xe3", "\xe3\xcc", "\xe3\xd2",
    "\xe3\xde", "\xe3\xec", "\xe3\xf2", "\xe2", "\xe2\xcc", "\xe2\xd2", "\xe2\xde", "\xe2\xec",
    "\xe2\xf2", "\x65\xcc", "\x65\xd2", "\x65\xde", "\x65\xec", "\x65\xf2", "\xea", "\xea\xcc",
    "\xea\xd2", "\xea\xde", "\xea\xec", "\xea\xf2", "\x69\xcc", "\x69\xd2", "\x69\xde",
    "\x69\xec", "\x69\xf2", "\x6f\xcc", "\x6f\xd2", "\x6f\xde", "\x6f\xec", "\x6f\xf2", "\xf4",
    "\xf4\xcc", "\xf4\xd2", "\xf4\xde", "\xf4\xec", "\xf4\xf2", "\xf5", "\xf5\xcc", "\xf5\xd2",
    "\xf5\xde", "\xf5\xec", "\xf5\xf2", "\x75\xcc", "\x75\xd2", "\x75\xde", "\x75\xec",
    "\x75\xf2", "\xfd", "\xfd\xcc", "\xfd\xd2", "\xfd\xde", "\xfd\xec", "\xfd\xf2", "\x79\xcc",
    "\x79\xd2", "\x79\xde", "\x79\xec", "\x79\xf2", "\xf0", "\x41\xcc", "\x41\xd2", "\x41\xde",
    "\x41\xec", "\x41\xf2", "\xc3", "\xc3\xcc", "\xc3\xd2", "\xc3\xde", "\xc3\xec", "\xc3\xf2",
    "\xc2", "\xc2\xcc", "\xc2\xd2", "\xc2\xde", "\xc2\xec", "\xc2\xf2", "\x45\xcc", "\x45\xd2",
    "\x45\xde", "\x45\xec", "\x45\xf2", "\xca", "\xca\xcc", "\xca\xd2", "\xca\xde", "\xca\xec",
    "\xca\xf2", "\x49\xcc", "\x49\xd2", "\x49\xde", "\x49\xec", "\x49\xf2", "\x4f\xcc",
    "\x4f\xd2", "\x4f\xde", "\x4f\xec", "\x4f\xf2", "\xd4", "\xd4\xcc", "\xd4\xd2", "\xd4\xde",
    "\xd4\xec", "\xd4\xf2", "\xd5", "\xd5\xcc", "\xd5\xd2", "\xd5\xde", "\xd5\xec", "\xd5\xf2",
    "\x55\xcc", "\x55\xd2", "\x55\xde", "\x55\xec", "\x55\xf2", "\xdd", "\xdd\xcc", "\xdd\xd2",
    "\xdd\xde", "\xdd\xec", "\xdd\xf2", "\x59\xcc", "\x59\xd2", "\x59\xde", "\x59\xec",
    "\x59\xf2", "\xd0",
};
static const char *const in_viqr[OLD_LETTERS] = {
    "a`", "a\?", "a~", "a'", "a.", "a(", "a(`", "a(\?", "a(~", "a('", "a(.", "a^", "a^`",
    "a^\?", "a^~", "a^'", "a^.", "e`", "e\?", "e~", "e'", "e.", "e^", "e^`", "e^\?", "e^~",
    "e^'", "e^.", "i`", "i\?", "i~", "i'", "i.", "o`", "o\?", "o~", "o'", "o.", "o^", "o^`",
    "o^\?", "o^~", "o^'", "o^.", "o+", "o+`", "o+\?", "o+~", "o+'", "o+.", "u`", "u\?", "u~",
    "u'", "u.", "u+", "u+`", "u+\?", "u+~", "u+'", "u+.", "y`", "y\?", "y~", "y'", "y.", "dd",
    "A`", "A\?", "A~", "A'", "A.", "A(", "A(`", "A(\?", "A(~", "A('", "A(.", "A^", "A^`",
    "A^\?", "A^~", "A^'", "A^.", "E`", "E\?", "E~", "E'", "E.", "E^", "E^`", "E^\?", "E^~",
    "E^'", "E^.", "I`", "I\?", "I~", "I'", "I.", "O`", "O\?", "O~", "O'", "O.", "O^", "O^`",
    "O^\?", "O^~", "O^'", "O^.", "O+", "O+`", "O+\?", "O+~", "O+'", "O+.", "U`", "U\?", "U~",
    "U'", "U.", "U+", "U+`", "U+\?", "U+~", "U+'", "U+.", "Y`", "Y\?", "Y~", "Y'", "Y.", "DD",
};
// clang-format on

static const struct {
    const char *name;
    enum charset charset;
    const char *const *bytes;
} forms[] = {
    [OLD_TCVN3] = {"TCVN3", CHARSET_TCVN3, in_tcvn3},
    [OLD_VNI] = {"VNI", CHARSET_VNI, in_vni},
    [OLD_1258] = {"Windows-1258", CHARSET_WINDOWS_1258, in_1258},
    [OLD_1258_TONES] = {"Windows-1258 with tones apart", CHARSET_WINDOWS_1258, in_1258_tones},
    [OLD_VISCII] = {"VISCII", CHARSET_VISCII, in_viscii},
    [OLD_TCVN5712] = {"TCVN 5712-1", CHARSET_TCVN5712, in_tcvn5712},
    [OLD_VIQR] = {"VIQR", CHARSET_VIQR, in_viqr},
};

const char *old_form_name(enum old_form form)
{
    return forms[form].name;
}

enum charset old_form_charset(enum old_form form)
{
    return forms[form].charset;
}

static const char *bytes_of(const char *letter, gsize length, enum old_form form)
{
    static const struct {
        const char *capital, *bytes;
    } plain[] = {{"Ă", "\xa1"}, {"Â", "\xa2"}, {"Ê", "\xa3"}, {"Ô", "\xa4"},
                 {"Ơ", "\xa5"}, {"Ư", "\xa6"}, {"Đ", "\xa7"}};
    for (gsize i = 0; form == OLD_TCVN3 && i < G_N_ELEMENTS(plain); i++)
        if (strncmp(plain[i].capital, letter, length) == 0)
            return plain[i].bytes;
    for (unsigned i = 0; i < OLD_LETTERS; i++)
        if (strlen(old_letters[i]) == length && strncmp(old_letters[i], letter, length) == 0)
            return forms[form].bytes[form == OLD_TCVN3 ? i % OLD_SMALL : i];
    g_error("\"%.*s\" is no letter of Vietnamese", (int)length, letter);
}

GString *old_encode(const char *text, enum old_form form)
{
    GString *bytes = g_string_new(NULL);
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
        if ((guchar)*at < 0x80)
            g_string_append_c(bytes, *at);
        else
            g_string_append(bytes, bytes_of(at, (gsize)(g_utf8_next_char(at) - at), form));
    }
    return bytes;
}
