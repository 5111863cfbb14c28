// SPDX-License-Identifier: GPL-2.0-or-later
/* Our parts against libgammu: the same cuts as its encoder makes, and each of our parts, handed
 * over alone as the worker does, comes out of its frame encoder as exactly that text. */
#include "campaigns/parts.h"
#include "campaigns/text.h"

#include <gammu.h>
#include <string.h>

enum { CORPUS = 6000 };

struct count_row {
    const char *name, *letter; /* `letter` times `times`, then `tail` */
    unsigned times;
    const char *tail;
    enum coding coding;
    unsigned units, count, left;
};

static const struct count_row count_rows[] = {
    {"an empty text is one part", "", 0, "", CODING_GSM7, 0, 1, 160},
    {"160 septets fit one part", "a", 160, "", CODING_GSM7, 160, 1, 0},
    {"161 septets need two", "a", 161, "", CODING_GSM7, 161, 2, 145},
    {"two full parts", "a", 306, "", CODING_GSM7, 306, 2, 0},
    {"three begin at 307", "a", 307, "", CODING_GSM7, 307, 3, 152},
    {"an escape pair that just fits", "a", 158, "€", CODING_GSM7, 160, 1, 0},
    {"an escape pair over the edge", "a", 159, "€", CODING_GSM7, 161, 2, 145},
    {"an escape pair is not split between parts", "a", 152, "€aaaaaaaaaa", CODING_GSM7, 164, 2,
     141},
    {"eighty euros", "€", 80, "", CODING_GSM7, 160, 1, 0},
    {"the French letters of the alphabet stay GSM-7", "à", 10, "èéìòùÉ", CODING_GSM7, 16, 1, 144},
    {"a tilde costs two septets", "~", 80, "", CODING_GSM7, 160, 1, 0},
    {"70 units fit one part", "đ", 70, "", CODING_UCS2, 70, 1, 0},
    {"71 units need two", "đ", 71, "", CODING_UCS2, 71, 2, 63},
    {"two full UCS-2 parts", "đ", 134, "", CODING_UCS2, 134, 2, 0},
    {"an emoji is two units", "😀", 35, "", CODING_UCS2, 70, 1, 0},
    {"36 emoji are 66 and 6", "😀", 36, "", CODING_UCS2, 72, 2, 61},
    {"a backtick forces UCS-2", "`", 1, "", CODING_UCS2, 1, 1, 69},
    {"superscript one forces UCS-2", "¹", 1, "", CODING_UCS2, 1, 1, 69},
    {"a tab forces UCS-2", "\t", 1, "", CODING_UCS2, 1, 1, 69},
    {"a tilde in UCS-2 takes two of libgammu's 70", "đ", 69, "~", CODING_UCS2, 70, 2, 64},
    {"a tilde in a short UCS-2 text", "đ", 10, "~", CODING_UCS2, 11, 1, 58},
    {"more than fifty parts are counted", "a", 51 * 153, "", CODING_GSM7, 7803, 51, 0},
};

struct split_row {
    const char *name, *filler;
    unsigned times;
    const char *tail, *second; /* what the second part must be */
};

static const struct split_row split_rows[] = {
    {"a letter keeps one mark", "ă", 66,
     "e\u0301"
     "xyzt",
     "e\u0301"
     "xyzt"},
    {"a letter keeps both marks", "ă", 65,
     "e\u0323\u0302"
     "xyzt",
     "e\u0323\u0302"
     "xyzt"},
    {"a keycap stays whole", "ă", 66,
     "1\u20e3"
     "xyzt",
     "1\u20e3"
     "xyzt"},
    {"an emoji stays whole", "ă", 66, "😀xyzt", "😀xyzt"},
    {"a flag stays whole", "ă", 65, "🇻🇳xyzt", "🇻🇳xyzt"},
};

static GSM_MultiSMSMessage gammu_parts;

static unsigned char *to_ucs2be(const char *text)
{
    glong units;
    gunichar2 *wide = g_utf8_to_utf16(text, -1, NULL, &units, NULL);
    unsigned char *bytes = g_malloc0(((size_t)units + 1) * 2);
    for (glong i = 0; i < units; i++) {
        bytes[2 * i] = (unsigned char)(wide[i] >> 8);
        bytes[2 * i + 1] = (unsigned char)(wide[i] & 0xFF);
    }
    g_free(wide);
    return bytes;
}

/* NULL when the units are no text (a lone surrogate). */
static char *from_ucs2be(const unsigned char *bytes, size_t units)
{
    g_autofree gunichar2 *wide = g_new0(gunichar2, units + 1);
    for (size_t i = 0; i < units; i++)
        wide[i] = (gunichar2)(bytes[2 * i] << 8 | bytes[2 * i + 1]);
    return g_utf16_to_utf8(wide, (glong)units, NULL, NULL, NULL);
}

static size_t ucs2be_length(const unsigned char *bytes)
{
    size_t units = 0;
    while (bytes[2 * units] != 0 || bytes[2 * units + 1] != 0)
        units++;
    return units;
}

static void gammu_split(const char *text, GSM_MultiPartSMSInfo *info)
{
    g_autofree unsigned char *wide = to_ucs2be(text);
    GSM_ClearMultiPartSMSInfo(info);
    info->EntriesNum = 1;
    info->Entries[0].ID = SMS_ConcatenatedAutoTextLong;
    info->Entries[0].Buffer = wide;
    memset(&gammu_parts, 0, sizeof gammu_parts);
    g_assert_cmpint(GSM_EncodeMultiPartSMS(GSM_GetGlobalDebug(), info, &gammu_parts), ==, ERR_NONE);
}

/* --- The frame, read by a decoder of our own ------------------------------------------------ */

static const char *const gsm7_letters[128] = {
    "@", "£", "$",  "¥", "è", "é", "ù", "ì", "ò", "Ç", "\n", "Ø",  "ø", "\r", "Å", "å",
    "Δ", "_", "Φ",  "Γ", "Λ", "Ω", "Π", "Ψ", "Σ", "Θ", "Ξ",  NULL, "Æ", "æ",  "ß", "É",
    " ", "!", "\"", "#", "¤", "%", "&", "'", "(", ")", "*",  "+",  ",", "-",  ".", "/",
    "0", "1", "2",  "3", "4", "5", "6", "7", "8", "9", ":",  ";",  "<", "=",  ">", "?",
    "¡", "A", "B",  "C", "D", "E", "F", "G", "H", "I", "J",  "K",  "L", "M",  "N", "O",
    "P", "Q", "R",  "S", "T", "U", "V", "W", "X", "Y", "Z",  "Ä",  "Ö", "Ñ",  "Ü", "§",
    "¿", "a", "b",  "c", "d", "e", "f", "g", "h", "i", "j",  "k",  "l", "m",  "n", "o",
    "p", "q", "r",  "s", "t", "u", "v", "w", "x", "y", "z",  "ä",  "ö", "ñ",  "ü", "à"};

static const struct {
    unsigned septet;
    const char *letter;
} extension[] = {{0x0A, "\f"}, {0x14, "^"}, {0x28, "{"}, {0x29, "}"}, {0x2F, "\\"},
                 {0x3C, "["},  {0x3D, "~"}, {0x3E, "]"}, {0x40, "|"}, {0x65, "€"}};

static void append_septet(GString *text, unsigned septet, bool *escaped)
{
    if (*escaped) {
        *escaped = false;
        for (size_t i = 0; i < G_N_ELEMENTS(extension); i++)
            if (extension[i].septet == septet)
                g_string_append(text, extension[i].letter);
    } else if (septet == 0x1B) {
        *escaped = true;
    } else {
        g_string_append(text, gsm7_letters[septet]);
    }
}

static char *decode_gsm7(const unsigned char *data, unsigned septets, unsigned header_octets)
{
    GString *text = g_string_new(NULL);
    bool escaped = false;
    for (unsigned i = (header_octets * 8 + 6) / 7; i < septets; i++) {
        unsigned bit = i * 7, low = data[bit / 8], high = data[bit / 8 + 1];
        append_septet(text, ((low | high << 8) >> bit % 8) & 0x7F, &escaped);
    }
    g_assert_false(escaped);
    return g_string_free(text, FALSE);
}

static char *decode_frame(const unsigned char *frame, enum coding coding)
{
    const unsigned char *data = frame + PHONE_SMSSubmit.Text;
    unsigned length = frame[PHONE_SMSSubmit.TPUDL];
    unsigned header = frame[PHONE_SMSSubmit.firstbyte] & 0x40 ? data[0] + 1u : 0;
    if (coding == CODING_GSM7) {
        g_assert_cmpuint(length, <=, 160);
        g_assert_cmpuint(frame[PHONE_SMSSubmit.TPDCS], ==, 0);
        return decode_gsm7(data, length, header);
    }
    g_assert_cmpuint(length, <=, 140);
    g_assert_cmpuint(frame[PHONE_SMSSubmit.TPDCS], ==, 8);
    return from_ucs2be(data + header, (length - header) / 2);
}

/* What the worker does with one part: its coding by name, its header, tildes doubled for UCS-2. */
static char *send_part(const struct text_parts *parts, unsigned index)
{
    static GSM_SMSMessage sms;
    GSM_SetDefaultSMSData(&sms);
    sms.PDU = SMS_Status_Report;
    sms.Class = -1;
    EncodeUnicode(sms.Number, "+84912000345", 12);
    sms.Coding = parts->coding == CODING_GSM7 ? SMS_Coding_Default_No_Compression
                                              : SMS_Coding_Unicode_No_Compression;
    sms.UDH.Type = parts->count > 1 ? UDH_ConcatenatedMessages : UDH_NoUDH;
    sms.UDH.ID8bit = 7;
    sms.UDH.PartNumber = (int)index + 1;
    sms.UDH.AllParts = (int)parts->count;
    GSM_EncodeUDHHeader(GSM_GetGlobalDebug(), &sms.UDH);
    char **pieces = g_strsplit(parts->part[index], "~", -1);
    g_autofree char *doubled = g_strjoinv(parts->coding == CODING_UCS2 ? "~~" : "~", pieces);
    g_strfreev(pieces);
    g_autofree unsigned char *wide = to_ucs2be(doubled);
    memcpy(sms.Text, wide, (ucs2be_length(wide) + 1) * 2);
    sms.Length = (int)ucs2be_length(wide);
    static unsigned char frame[400];
    memset(frame, 0, sizeof frame);
    int length = 0;
    g_assert_cmpint(
        GSM_EncodeSMSFrame(GSM_GetGlobalDebug(), &sms, frame, PHONE_SMSSubmit, &length, TRUE), ==,
        ERR_NONE);
    g_assert_cmpint(length, >=, PHONE_SMSSubmit.Text);
    return decode_frame(frame, parts->coding);
}

static void check_sending(const char *text)
{
    struct text_parts parts;
    text_parts_make(text, &parts);
    GString *joined = g_string_new(NULL);
    for (unsigned i = 0; i < parts.count; i++) {
        g_autofree char *arrived = send_part(&parts, i);
        g_assert_cmpstr(arrived, ==, parts.part[i]);
        g_string_append(joined, parts.part[i]);
    }
    g_assert_cmpstr(joined->str, ==, text);
    g_string_free(joined, TRUE);
    text_parts_clear(&parts);
}

/* --- A corpus, the same on every machine ---------------------------------------------------- */

static const char *const ascii[] = {"a", "e", " ", "T", "9", ".", "\n",
                                    "@", "i", "n", "g", "à", "ò"};
static const char *const escapes[] = {"€", "{", "}", "[", "]", "^", "|", "\\", "~", "x", "y", " "};
static const char *const composed[] = {"ế", "đ", "ư", "ờ", "a", " ", "Đ", "ọ", "n", "g", "“", "…"};
static const char *const loose[] = {"e\u0302\u0301", "a\u0323", "o\u031b", "n", "g", " ",
                                    "u\u0309"};
static const char *const emoji[] = {
    "😀", "👍🏽", "👨‍👩‍👧", "🇻🇳", "🇻🇳🇱🇦", "1\ufe0f\u20e3", "a", " ", "❤️"};

static const struct {
    const char *const *letters;
    guint count;
} alphabets[] = {{ascii, G_N_ELEMENTS(ascii)},
                 {escapes, G_N_ELEMENTS(escapes)},
                 {composed, G_N_ELEMENTS(composed)},
                 {loose, G_N_ELEMENTS(loose)},
                 {emoji, G_N_ELEMENTS(emoji)}};

static const unsigned edges[] = {1,   66,  67,  69,  70,  71,  133, 134, 135, 152, 153, 159,
                                 160, 161, 200, 201, 268, 305, 306, 307, 459, 460, 700, 1530};

static char *corpus_text(GRand *rand)
{
    unsigned target = edges[g_rand_int_range(rand, 0, G_N_ELEMENTS(edges))];
    target += (unsigned)g_rand_int_range(rand, 0, 4);
    gint32 first = g_rand_int_range(rand, 0, G_N_ELEMENTS(alphabets));
    gint32 second = g_rand_int_range(rand, 0, G_N_ELEMENTS(alphabets));
    gint32 share = g_rand_int_range(rand, 0, 100);
    GString *text = g_string_new(NULL);
    for (glong units = 0; units < (glong)target;) {
        gint32 pick = g_rand_int_range(rand, 0, 100) < share ? first : second;
        gint32 index = g_rand_int_range(rand, 0, (gint32)alphabets[pick].count);
        const char *letter = alphabets[pick].letters[index];
        g_string_append(text, letter);
        glong more;
        g_free(g_utf8_to_utf16(letter, -1, NULL, &more, NULL));
        units += more;
    }
    return g_string_free(text, FALSE);
}

/* Whether libgammu cut a letter from its marks or a surrogate pair in two. */
static bool gammu_tore(void)
{
    for (int i = 0; i < gammu_parts.Number; i++) {
        const unsigned char *bytes = gammu_parts.SMS[i].Text;
        g_autofree char *part = from_ucs2be(bytes, ucs2be_length(bytes));
        if (part == NULL)
            return true;
        gunichar first = g_utf8_get_char(part);
        if (i > 0 && (g_unichar_ismark(first) && first != 0xFE0F))
            return true;
    }
    return false;
}

static bool same_as_gammu(const struct text_parts *ours, const GSM_MultiPartSMSInfo *info)
{
    if ((ours->coding == CODING_UCS2) != (info->UnicodeCoding != FALSE))
        return false;
    if (ours->count != (unsigned)gammu_parts.Number)
        return false;
    for (unsigned i = 0; i < ours->count; i++) {
        const unsigned char *bytes = gammu_parts.SMS[i].Text;
        g_autofree char *part = from_ucs2be(bytes, ucs2be_length(bytes));
        if (g_strcmp0(part, ours->part[i]) != 0)
            return false;
    }
    return true;
}

static void cuts_fall_where_libgammu_cuts(void)
{
    GRand *rand = g_rand_new_with_seed(20240618);
    unsigned equal = 0, torn = 0, several = 0;
    for (unsigned i = 0; i < CORPUS; i++) {
        g_autofree char *text = corpus_text(rand);
        struct text_parts ours;
        text_parts_make(text, &ours);
        GSM_MultiPartSMSInfo info;
        gammu_split(text, &info);
        bool tilde = ours.coding == CODING_UCS2 && strchr(text, '~') != NULL;
        bool same = same_as_gammu(&ours, &info);
        if (!same && !tilde && !gammu_tore())
            g_error("differs from libgammu: %u parts, libgammu %d: %s", ours.count,
                    gammu_parts.Number, text);
        equal += same;
        torn += !same;
        several += ours.count > 2;
        text_parts_clear(&ours);
    }
    g_rand_free(rand);
    g_test_message(
        "%u equal, %u where libgammu tears or a tilde stands in UCS-2, %u of 3 parts and more",
        equal, torn, several);
    g_assert_cmpuint(equal, >, CORPUS * 7 / 10);
    g_assert_cmpuint(several, >, CORPUS / 4);
}

static void each_part_arrives_as_its_text(void)
{
    GRand *rand = g_rand_new_with_seed(5070613);
    for (unsigned i = 0; i < CORPUS / 4; i++) {
        g_autofree char *text = corpus_text(rand);
        check_sending(text);
    }
    g_rand_free(rand);
    for (size_t i = 0; i < G_N_ELEMENTS(count_rows); i++) {
        const struct count_row *row = &count_rows[i];
        GString *text = g_string_new(NULL);
        for (unsigned n = 0; n < row->times; n++)
            g_string_append(text, row->letter);
        g_string_append(text, row->tail);
        check_sending(text->str);
        g_string_free(text, TRUE);
    }
}

/* Every character by itself: the alphabet is the same as libgammu's, but for its wrong entry. */
static void the_alphabet_is_libgammus(void)
{
    for (gunichar c = 1; c < 0x10000; c++) {
        if (!g_unichar_validate(c) || c == 0x00B9)
            continue;
        g_autofree char *text = g_ucs4_to_utf8(&c, 1, NULL, NULL, NULL);
        struct text_parts ours;
        text_parts_make(text, &ours);
        GSM_MultiPartSMSInfo info;
        gammu_split(text, &info);
        if ((ours.coding == CODING_UCS2) != (info.UnicodeCoding != FALSE))
            g_error("U+%04X: libgammu chooses %s", c, info.UnicodeCoding ? "UCS-2" : "GSM-7");
        text_parts_clear(&ours);
    }
}

static void we_differ_where_libgammu_is_wrong(void)
{
    struct text_parts ours;
    GSM_MultiPartSMSInfo info;

    /* ¹ would leave as the escape septet: the phone shows something else. */
    text_parts_make("x¹y", &ours);
    gammu_split("x¹y", &info);
    g_assert_false(info.UnicodeCoding);
    g_assert_cmpint(ours.coding, ==, CODING_UCS2);
    g_assert_cmpstr(ours.offending, ==, "¹");
    text_parts_clear(&ours);

    /* Forced into GSM-7, libgammu makes ỳ a u; we take the mark off before. */
    g_autofree char *plain = text_unmark("kỳ");
    g_assert_cmpstr(plain, ==, "ky");

    /* 69 letters and a ~: libgammu counts one part and then loses the end of the doubled text. */
    g_autofree char *letters = g_strnfill(69, 'x');
    g_autofree char *text = g_strconcat("đ", letters + 1, "~", NULL);
    text_parts_make(text, &ours);
    gammu_split(text, &info);
    g_assert_cmpint(gammu_parts.Number, ==, 1);
    g_assert_cmpuint(ours.count, ==, 2);
    text_parts_clear(&ours);
}

static void units_parts_and_rest_are_counted(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(count_rows); i++) {
        const struct count_row *row = &count_rows[i];
        g_test_message("%s", row->name);
        GString *text = g_string_new(NULL);
        for (unsigned n = 0; n < row->times; n++)
            g_string_append(text, row->letter);
        g_string_append(text, row->tail);
        struct text_parts parts;
        text_parts_make(text->str, &parts);
        g_assert_cmpint(parts.coding, ==, row->coding);
        g_assert_cmpuint(parts.units, ==, row->units);
        g_assert_cmpuint(parts.count, ==, row->count);
        g_assert_cmpuint(parts.left, ==, row->left);
        g_assert_cmpuint(g_strv_length(parts.part), ==, row->count);
        text_parts_clear(&parts);
        g_string_free(text, TRUE);
    }
}

static void characters_stay_whole(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(split_rows); i++) {
        const struct split_row *row = &split_rows[i];
        g_test_message("%s", row->name);
        GString *text = g_string_new(NULL);
        for (unsigned n = 0; n < row->times; n++)
            g_string_append(text, row->filler);
        g_string_append(text, row->tail);
        struct text_parts parts;
        text_parts_make(text->str, &parts);
        g_assert_cmpuint(parts.count, ==, 2);
        g_assert_cmpstr(parts.part[1], ==, row->second);
        text_parts_clear(&parts);
        g_string_free(text, TRUE);
    }
}

static void offenders_are_named_once_in_order(void)
{
    struct text_parts parts;
    text_parts_make("Kính mời “ông” – kính", &parts);
    g_assert_cmpstr(parts.offending, ==, "íờ“ô”–");
    text_parts_clear(&parts);
    text_parts_make("Kinh moi [ong] €", &parts);
    g_assert_cmpstr(parts.offending, ==, "");
    text_parts_clear(&parts);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/parts/units parts and rest are counted", units_parts_and_rest_are_counted);
    g_test_add_func("/parts/characters stay whole", characters_stay_whole);
    g_test_add_func("/parts/offenders are named once in order", offenders_are_named_once_in_order);
    g_test_add_func("/parts/the alphabet is libgammus", the_alphabet_is_libgammus);
    g_test_add_func("/parts/cuts fall where libgammu cuts", cuts_fall_where_libgammu_cuts);
    g_test_add_func("/parts/each part arrives as its text", each_part_arrives_as_its_text);
    g_test_add_func("/parts/we differ where libgammu is wrong", we_differ_where_libgammu_is_wrong);
    return g_test_run();
}
