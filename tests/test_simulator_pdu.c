// SPDX-License-Identifier: GPL-2.0-or-later
/* The simulator's own PDU codec and alphabet, against PDUs that are known by heart and against
 * itself. */
#include <string.h>

#include "modems/simulator/pdu.h"
#include "modems/simulator/septets.h"

static const struct {
    const char *name, *hex;
    size_t octets;
    const char *to, *text;
    enum pdu_coding coding;
    bool report, flash;
    int validity;
    struct pdu_concat concat;
} submits[] = {
    {"GSM-7, no report",
     "07914889200030F011000B914819325476F80000FF05C8329BFD06",
     19,
     "+84912345678",
     "Hello",
     PDU_GSM7,
     false,
     false,
     255,
     {0}},
    {"without a service centre, with a report",
     "0031000B914819325476F80000A705C8329BFD06",
     19,
     "+84912345678",
     "Hello",
     PDU_GSM7,
     true,
     false,
     167,
     {0}},
    {"a national number, no validity",
     "0001000A819021436587000005C8329BFD06",
     17,
     "0912345678",
     "Hello",
     PDU_GSM7,
     false,
     false,
     -1,
     {0}},
    {"absolute validity is skipped",
     "0019000A8190214365870000521121220000820131",
     20,
     "0912345678",
     "1",
     PDU_GSM7,
     false,
     false,
     -1,
     {0}},
    {"UCS-2, flash",
     "0011000B914819325476F80018FF041EA10111",
     18,
     "+84912345678",
     "ạđ",
     PDU_UCS2,
     false,
     true,
     255,
     {0}},
    {"a surrogate pair",
     "0011000B914819325476F80008FF04D83DDE00",
     18,
     "+84912345678",
     "😀",
     PDU_UCS2,
     false,
     false,
     255,
     {0}},
    {"8 bit data comes as hex",
     "0011000B914819325476F80004FF0300FFA0",
     17,
     "+84912345678",
     "00FFA0",
     PDU_8BIT,
     false,
     false,
     255,
     {0}},
    {"part 2 of 3 in GSM-7 begins after a fill bit",
     "0051000B914819325476F80000FF0E050003CC0302986F79B90D4A03",
     27,
     "+84912345678",
     "Lorem i",
     PDU_GSM7,
     false,
     false,
     255,
     {3, 2, 0xcc, false}},
    {"part 1 of 2 in UCS-2 with a wide reference",
     "0051000B914819325476F80008FF09060804BEEF02011EA1",
     23,
     "+84912345678",
     "ạ",
     PDU_UCS2,
     false,
     false,
     255,
     {2, 1, 0xbeef, true}},
    {"an escaped euro",
     "0011000B914819325476F80000FF029B32",
     16,
     "+84912345678",
     "€",
     PDU_GSM7,
     false,
     false,
     255,
     {0}},
    {"an empty text",
     "0011000B914819325476F80000FF00",
     14,
     "+84912345678",
     "",
     PDU_GSM7,
     false,
     false,
     255,
     {0}},
};

static const struct {
    const char *name, *hex;
} broken[] = {
    {"nothing", ""},
    {"half an octet", "0011000B914819325476F80000FF05C8329BFD0"},
    {"no hex", "0011000B9148193254Z6F80000FF05C8329BFD06"},
    {"the service centre is longer than the PDU", "0F914889200030F0"},
    {"a deliver", "0004000B914819325476F80000FF05C8329BFD06"},
    {"user data shorter than its length", "0011000B914819325476F80000FF05C8329BFD"},
    {"user data longer than its length", "0011000B914819325476F80000FF05C8329BFD0600"},
    {"the header is longer than the user data", "0051000B914819325476F80000FF02FF00"},
    {"a header without room for itself", "0051000B914819325476F80000FF00"},
    {"an element beyond the header", "0051000B914819325476F80008FF080500FFCC03021EA1"},
    {"part 4 of 3", "0051000B914819325476F80008FF08050003CC03041EA1"},
    {"a reserved alphabet", "0011000B914819325476F8000CFF0101"},
    {"compressed", "0011000B914819325476F80020FF0101"},
    {"UCS-2 with half a unit", "0011000B914819325476F80008FF0301EA11"},
    {"no destination", "00110000910000FF05C8329BFD06"},
    {"letters as destination", "0011000BD04819325476F80000FF05C8329BFD06"},
    {"a filler in the middle of the number", "0011000B91481F325476F80000FF05C8329BFD06"},
    {"161 septets do not exist", "0011000B914819325476F80000FFA1"},
    {"the end comes before the user data", "0011000B914819325476F80000"},
};

static void reads_submits(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(submits); i++) {
        g_test_message("%s", submits[i].name);
        struct pdu_submit submit;
        size_t octets = 0;
        const char *fault =
            pdu_read_submit(submits[i].hex, strlen(submits[i].hex), &submit, &octets);
        g_assert_cmpstr(fault, ==, NULL);
        g_autofree char *text = pdu_text(&submit.data);
        g_assert_cmpuint(octets, ==, submits[i].octets);
        g_assert_cmpstr(submit.to, ==, submits[i].to);
        g_assert_cmpstr(text, ==, submits[i].text);
        g_assert_cmpint(submit.data.coding, ==, submits[i].coding);
        g_assert_cmpint(submit.report, ==, submits[i].report);
        g_assert_cmpint(submit.flash, ==, submits[i].flash);
        g_assert_cmpint(submit.validity, ==, submits[i].validity);
        g_assert_true(memcmp(&submit.concat, &submits[i].concat, 3 * sizeof(unsigned)) == 0);
        g_assert_cmpint(submit.concat.wide, ==, submits[i].concat.wide);
    }
}

static void refuses_broken_submits(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(broken); i++) {
        struct pdu_submit submit;
        size_t octets;
        const char *fault = pdu_read_submit(broken[i].hex, strlen(broken[i].hex), &submit, &octets);
        g_test_message("%s: %s", broken[i].name, fault);
        g_assert_nonnull(fault);
    }
}

/* 2002-08-26 19:37:41 UTC */
#define STAMP_MS INT64_C(1030390661000)

static void writes_known_delivers(void)
{
    static const struct {
        const char *from, *text, *hex;
        size_t octets;
        struct pdu_stamp at;
        struct pdu_concat concat;
    } rows[] = {
        {"+31641600986",
         "How are you?",
         "07911326040000F0040B911346610089F60000208062917314000CC8F71D14969741F977FD07",
         30,
         {STAMP_MS, 0},
         {0}},
        {"191", "ạ", "07911326040000F004038191F1000820806291731400021EA1", 17, {STAMP_MS, 0}, {0}},
        {"VIETTEL",
         "1",
         "07911326040000F0040DD0D664914A2D32010000208062319114820131",
         21,
         {STAMP_MS - 13 * 3600000 - 18 * 60000, 420},
         {0}},
        {"+84912345678",
         "Lorem i",
         "07911326040000F0440B914819325476F80000208062917314000E050003CC0302986F79B90D4A03",
         32,
         {STAMP_MS, 0},
         {3, 2, 0xcc, false}},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GArray) pieces = pdu_split(rows[i].text);
        struct pdu_deliver deliver = {
            .smsc = "+31624000000",
            .from = rows[i].from,
            .at = rows[i].at,
            .concat = rows[i].concat,
            .data = g_array_index(pieces, struct pdu_data, 0),
        };
        size_t octets;
        g_autofree char *hex = pdu_write_deliver(&deliver, &octets);
        g_assert_cmpstr(hex, ==, rows[i].hex);
        g_assert_cmpuint(octets, ==, rows[i].octets);
    }
}

static void writes_a_known_report(void)
{
    struct pdu_report report = {
        .smsc = "",
        .to = "+84912345678",
        .reference = 0x11,
        .status = 0x46,
        .submitted = {STAMP_MS, 0},
        .discharged = {STAMP_MS + 1000, -60},
    };
    size_t octets;
    g_autofree char *hex = pdu_write_report(&report, &octets);
    g_assert_cmpstr(hex, ==, "0006110B914819325476F8208062917314002080628173244846");
    g_assert_cmpuint(octets, ==, 25);
}

static void splits_where_the_standard_does(void)
{
    static const struct {
        const char *unit;
        unsigned times;
        const char *tail;
        enum pdu_coding coding;
        guint parts;
        size_t first; /* bytes in the first part */
    } rows[] = {
        {"a", 160, "", PDU_GSM7, 1, 160},          {"a", 161, "", PDU_GSM7, 2, 153},
        {"a", 306, "", PDU_GSM7, 2, 153},          {"a", 307, "", PDU_GSM7, 3, 153},
        {"a", 152, "€12345678", PDU_GSM7, 2, 152}, {"€", 80, "", PDU_GSM7, 1, 160},
        {"ạ", 70, "", PDU_UCS2, 1, 140},           {"ạ", 71, "", PDU_UCS2, 2, 134},
        {"ạ", 66, "😀😀😀", PDU_UCS2, 2, 132},        {"", 0, "", PDU_GSM7, 1, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        for (unsigned n = 0; n < rows[i].times; n++)
            g_string_append(text, rows[i].unit);
        g_string_append(text, rows[i].tail);
        g_autoptr(GArray) pieces = pdu_split(text->str);
        const struct pdu_data *data = (const struct pdu_data *)(const void *)pieces->data;
        g_assert_cmpuint(pieces->len, ==, rows[i].parts);
        g_assert_cmpint(data->coding, ==, rows[i].coding);
        g_assert_cmpuint(data->count, ==, rows[i].first);
        const struct pdu_data *all[8];
        for (guint n = 0; n < pieces->len; n++)
            all[n] = data + n;
        g_autofree char *joined = pdu_join(all, pieces->len);
        g_assert_cmpstr(joined, ==, text->str);
    }
}

static void a_character_cut_in_two_is_whole_after_joining(void)
{
    struct pdu_data left = {PDU_UCS2, 2, {0xd8, 0x3d}}, right = {PDU_UCS2, 2, {0xde, 0x00}};
    const struct pdu_data *both[] = {&left, &right};
    g_autofree char *alone = pdu_text(&left), *joined = pdu_join(both, 2);
    g_assert_cmpstr(alone, ==, "\xef\xbf\xbd");
    g_assert_cmpstr(joined, ==, "😀");
}

static void every_septet_survives_packing(void)
{
    uint8_t septets[128], back[128], packed[128];
    for (unsigned i = 0; i < 128; i++)
        septets[i] = (uint8_t)i;
    for (unsigned skip = 0; skip < 7; skip++)
        for (size_t count = 0; count <= 128; count++) {
            size_t octets = septets_pack(septets, count, skip, packed);
            g_assert_cmpuint(octets, ==, (skip + count * 7 + 7) / 8);
            septets_unpack(packed, count, skip, back);
            g_assert_true(memcmp(back, septets, count) == 0);
        }
}

static void every_character_of_the_alphabet_has_its_septet(void)
{
    for (unsigned i = 0; i < 128; i++) {
        uint8_t septet = (uint8_t)i, back[2] = {0};
        g_autofree char *text = septets_text(&septet, 1);
        gunichar character = g_utf8_get_char(text);
        if (i == 0x1b) {
            g_assert_cmpuint(character, ==, 0xfffd);
            continue;
        }
        g_assert_cmpuint(septets_of(character, back), ==, 1);
        g_assert_cmpuint(back[0], ==, i);
    }
    g_autoptr(GByteArray) septets = g_byte_array_new();
    static const char *const foreign[] = {"á", "đ", "ạ", "¹", "`", "\t", "ç", "😀"};
    for (size_t i = 0; i < G_N_ELEMENTS(foreign); i++)
        g_assert_false(septets_append(septets, foreign[i]));
    g_assert_true(septets_append(septets, "^{}\\[~]|€\f"));
    g_assert_cmpuint(septets->len, ==, 20);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/simulator/pdu/reads submits", reads_submits);
    g_test_add_func("/simulator/pdu/refuses broken submits", refuses_broken_submits);
    g_test_add_func("/simulator/pdu/writes known delivers", writes_known_delivers);
    g_test_add_func("/simulator/pdu/writes a known report", writes_a_known_report);
    g_test_add_func("/simulator/pdu/splits where the standard does",
                    splits_where_the_standard_does);
    g_test_add_func("/simulator/pdu/a character cut in two is whole after joining",
                    a_character_cut_in_two_is_whole_after_joining);
    g_test_add_func("/simulator/septets/every septet survives packing",
                    every_septet_survives_packing);
    g_test_add_func("/simulator/septets/every character of the alphabet has its septet",
                    every_character_of_the_alphabet_has_its_septet);
    return g_test_run();
}
