// SPDX-License-Identifier: GPL-2.0-or-later
// The normal forms that comparing and unmarking rest on.
#include "campaigns/text.h"

struct row {
    const char *name, *input, *expected;
};

static const struct row unmark_rows[] = {
    {"all lower letters in NFC",
     "áàảãạăắằẳẵặâấầẩẫậđéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵ",
     "aaaaaaaaaaaaaaaaadeeeeeeeeeeeiiiiiooooooooooooooooouuuuuuuuuuuyyyyy"},
    {"all capital letters in NFC",
     "ÁÀẢÃẠĂẮẰẲẴẶÂẤẦẨẪẬĐÉÈẺẼẸÊẾỀỂỄỆÍÌỈĨỊÓÒỎÕỌÔỐỒỔỖỘƠỚỜỞỠỢÚÙỦŨỤƯỨỪỬỮỰÝỲỶỸỴ",
     "AAAAAAAAAAAAAAAAADEEEEEEEEEEEIIIIIOOOOOOOOOOOOOOOOOUUUUUUUUUUUYYYYY"},
    {"NFD with two marks", "Nguye\u0302\u0303n Thi\u0323 Đu\u031b\u0301c", "Nguyen Thi Duc"},
    {"a composed letter with a loose tone", "Ti\u00ea\u0301ng", "Tieng"},
    {"marks in the wrong order", "e\u0323\u0302 e\u0302\u0323", "e e"},
    {"Eth and African D stand for Đ", "\u00d0à Nẵng \u0189", "Da Nang D"},
    {"a tone mark without a letter goes", "a \u0301b", "a b"},
    {"other Latin letters lose their marks too", "naïve façade", "naive facade"},
    {"Cyrillic й keeps its breve, both ways", "й и\u0306", "й и\u0306"},
    {"Japanese stays", "が", "が"},
    {"Khmer stays", "ភូមិ", "ភូមិ"},
    {"emoji and symbols stay", "₫ “Tết” 👍🏽 1\ufe0f\u20e3 –",
     "₫ “Tet” 👍🏽 1\ufe0f\u20e3 –"},
    {"a letter without decomposition stays", "ø ß", "ø ß"},
    {"line breaks stay", "một\nhai\t", "mot\nhai\t"},
    {"the empty text", "", ""},
};

static const struct row marked_rows[] = {
    {"lower case and one space", "  ĐỒNG \t\n Ý  ", "đồng ý"},
    {"NFD becomes NFC", "do\u0302\u0300ng y\u0301", "dồng ý"},
    {"full-width digits and letters", "１ Ａ", "1 a"},
    {"keycap digits", "1\ufe0f\u20e3 2\u20e3", "1 2"},
    {"zero-width characters", "\ufeffđ\u200bồng\u200d ý", "đồng ý"},
    {"a zero-width character before a mark", "a\u200b\u0301", "á"},
    {"no-break space", "đồng\u00a0ý", "đồng ý"},
    {"old tone placement of oa", "hòa", "hoà"},
    {"new tone placement of oa", "hoà", "hoà"},
    {"uy", "thủy thuỷ úy uý", "thuỷ thuỷ uý uý"},
    {"oe", "khỏe khoẻ", "khoẻ khoẻ"},
    {"qu and gi", "qúa qúy gìa gía", "quá quý già giá"},
    {"tone stays where it belongs", "múa nghĩa của gì toàn", "múa nghĩa của gì toàn"},
    {"capitals move too", "HÒA", "hoà"},
    {"ASCII", " Dong  Y\r\n", "dong y"},
};

static const struct row unmarked_rows[] = {
    {"drops diacritics", "Đồng Ý ạ", "dong y a"},
    {"NFD", "KHO\u0302NG DU\u031b\u0323", "khong du"},
    {"full-width and keycap", "１\ufe0f\u20e3", "1"},
    {"already plain", "OK", "ok"},
};

static const struct row valid_rows[] = {
    {"a good text stays", "Được\n\tạ", "Được\n\tạ"},
    {"bad bytes", "a\xff\xc3", "a\ufffd\ufffd"},
    {"lone surrogate in CESU form", "\xed\xa0\xbd", "\ufffd\ufffd\ufffd"},
    {"control characters", "a\x01\x1b[0mb\x7f", "a\ufffd\ufffd[0mb\ufffd"},
    {"C1 control characters", "a\xc2\x85", "a\ufffd"},
    {"CRLF and CR are newlines", "a\r\nb\rc", "a\nb\nc"},
};

static void check(const struct row *rows, size_t count, char *(*function)(const char *))
{
    for (size_t i = 0; i < count; i++) {
        g_test_message("%s", rows[i].name);
        g_autofree char *got = function(rows[i].input);
        g_assert_cmpstr(got, ==, rows[i].expected);
    }
}

static void unmarking_is_exact(void)
{
    check(unmark_rows, G_N_ELEMENTS(unmark_rows), text_unmark);
}

static void key_d_keeps_diacritics(void)
{
    check(marked_rows, G_N_ELEMENTS(marked_rows), text_key_marked);
}

static void key_a_drops_them(void)
{
    check(unmarked_rows, G_N_ELEMENTS(unmarked_rows), text_key_unmarked);
}

static char *make_valid(const char *bytes)
{
    return text_make_valid(bytes, -1);
}

static void any_bytes_become_a_text(void)
{
    check(valid_rows, G_N_ELEMENTS(valid_rows), make_valid);
    g_autofree char *nul = text_make_valid("a\0b", 3);
    g_assert_cmpstr(nul, ==, "a\ufffdb");
}

static void every_letter_loses_exactly_its_marks(void)
{
    static const gunichar bases[] = {'a', 0x103, 0xe2,  'e', 0xea,  'i',
                                     'o', 0xf4,  0x1a1, 'u', 0x1b0, 'y'};
    static const char plain[] = "aaaeeiooouuy";
    static const gunichar tones[] = {0x300, 0x301, 0x303, 0x309, 0x323};
    for (size_t b = 0; b < G_N_ELEMENTS(bases); b++) {
        for (size_t t = 0; t < G_N_ELEMENTS(tones); t++) {
            g_autofree char *loose =
                g_ucs4_to_utf8((gunichar[]){bases[b], tones[t]}, 2, NULL, NULL, NULL);
            g_autofree char *nfc = g_utf8_normalize(loose, -1, G_NORMALIZE_NFC);
            g_autofree char *nfd = g_utf8_normalize(loose, -1, G_NORMALIZE_NFD);
            g_autofree char *up = g_utf8_strup(nfc, -1);
            const char expected[] = {plain[b], '\0'};
            const char expected_up[] = {g_ascii_toupper(plain[b]), '\0'};
            g_autofree char *a = text_unmark(nfc), *d = text_unmark(nfd), *u = text_unmark(up),
                            *l = text_unmark(loose);
            g_assert_cmpstr(a, ==, expected);
            g_assert_cmpstr(d, ==, expected);
            g_assert_cmpstr(l, ==, expected);
            g_assert_cmpstr(u, ==, expected_up);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text/unmarking is exact", unmarking_is_exact);
    g_test_add_func("/text/every letter loses exactly its marks",
                    every_letter_loses_exactly_its_marks);
    g_test_add_func("/text/key D keeps diacritics", key_d_keeps_diacritics);
    g_test_add_func("/text/key A drops them", key_a_drops_them);
    g_test_add_func("/text/any bytes become a text", any_bytes_become_a_text);
    return g_test_run();
}
