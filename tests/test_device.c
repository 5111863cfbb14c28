// SPDX-License-Identifier: GPL-2.0-or-later
/* PDUs from strangers through libgammu's decoder and the gate before it, and what the gate before
 * its encoder lets pass. */
#include "modems/device.h"

#include "modems/alphabet.h"
#include "modems/simulator/pdu.h"
#include "modems/wire.h"

#include <string.h>

#define HEAD "07914889200030F0"
#define FROM "0B914819325476F8"
#define AT   "52111221222382" /* 2025-11-21 12:22:32 +07:00 */

static const struct {
    const char *name, *pdu;
    const char *number, *text; /* NULL text: refused */
    int octets;
    enum device_kind kind;
    uint8_t coding;
    int32_t reference;
    uint8_t total, sequence;
} pdus[] = {
    {"hello", HEAD "00" FROM "0000" AT "05C8329BFD06", "+84912345678", "Hello", -1, DEVICE_DELIVER,
     WIRE_CODING_GSM7, -1, 1, 1},
    {"without the service centre", "00" FROM "0000" AT "05C8329BFD06", "+84912345678", "Hello", 24,
     DEVICE_DELIVER, WIRE_CODING_GSM7, -1, 1, 1},
    {"a length that counts the service centre", HEAD "00" FROM "0000" AT "05C8329BFD06",
     "+84912345678", "Hello", 32, DEVICE_DELIVER, WIRE_CODING_GSM7, -1, 1, 1},
    {"neither service centre nor length", "00" FROM "0000" AT "05C8329BFD06", "+84912345678",
     "Hello", -1, DEVICE_DELIVER, WIRE_CODING_GSM7, -1, 1, 1},
    {"a report without either", "0611" FROM AT AT "00", "+84912345678", "", -1, DEVICE_REPORT, 0,
     17, 1, 1},
    {"an empty service centre", "0000" FROM "0000" AT "05C8329BFD06", "+84912345678", "Hello", 24,
     DEVICE_DELIVER, WIRE_CODING_GSM7, -1, 1, 1},
    {"an empty text", HEAD "00" FROM "0000" AT "00", "+84912345678", "", -1, DEVICE_DELIVER,
     WIRE_CODING_GSM7, -1, 1, 1},
    {"UCS-2 with a tilde and an emoji", HEAD "00" FROM "0008" AT "0A0061007E007ED83DDE00",
     "+84912345678", "a~~\xf0\x9f\x98\x80", -1, DEVICE_DELIVER, WIRE_CODING_UCS2, -1, 1, 1},
    {"half a pair at the end", HEAD "00" FROM "0008" AT "040061D83D", "+84912345678",
     "a\xef\xbf\xbd", -1, DEVICE_DELIVER, WIRE_CODING_UCS2, -1, 1, 1},
    {"half a pair where the next part goes on",
     HEAD "40" FROM "0008" AT "0A050003C80302"
          "0061D83D",
     "+84912345678", "a\U0010D83D", -1, DEVICE_DELIVER, WIRE_CODING_UCS2, 200, 3, 2},
    {"the other half",
     HEAD "40" FROM "0008" AT "0A050003C80303"
          "DE00DE00",
     "+84912345678", "\U0010DE00\uFFFD", -1, DEVICE_DELIVER, WIRE_CODING_UCS2, 200, 3, 3},
    {"half a pair behind the last part",
     HEAD "40" FROM "0008" AT "0A050003C80303"
          "0061D83D",
     "+84912345678", "a\uFFFD", -1, DEVICE_DELIVER, WIRE_CODING_UCS2, 200, 3, 3},
    {"a NUL within", HEAD "00" FROM "0008" AT "06006100000062", "+84912345678", "ab", -1,
     DEVICE_DELIVER, WIRE_CODING_UCS2, -1, 1, 1},
    {"part 2 of 3", HEAD "40" FROM "0008" AT "08050003C803020061", "+84912345678", "a", -1,
     DEVICE_DELIVER, WIRE_CODING_UCS2, 200, 3, 2},
    {"part 2 of 3, wide", HEAD "40" FROM "0008" AT "09060804012C03020061", "+84912345678", "a", -1,
     DEVICE_DELIVER, WIRE_CODING_UCS2, 300, 3, 2},
    {"a concatenation behind another element", HEAD "40" FROM "0008" AT "0B080401000003C803020061",
     "+84912345678", "a", -1, DEVICE_DELIVER, WIRE_CODING_UCS2, 200, 3, 2},
    {"a concatenation without sense", HEAD "40" FROM "0008" AT "08050003C803040061", "+84912345678",
     "a", -1, DEVICE_DELIVER, WIRE_CODING_UCS2, -1, 1, 1},
    {"octets", HEAD "00" FROM "0004" AT "0400FF4101", "+84912345678", "00FF4101", -1,
     DEVICE_DELIVER, WIRE_CODING_BINARY, -1, 1, 1},
    {"a name",
     HEAD "00"
          "0ED0D637396C7EBBCB"
          "0000" AT "05C8329BFD06",
     "Vodafone", "Hello", -1, DEVICE_DELIVER, WIRE_CODING_GSM7, -1, 1, 1},
    {"a name with @ and _", HEAD "0009D0C1881030040000" AT "05C8329BFD06", "A_B@C", "Hello", -1,
     DEVICE_DELIVER, WIRE_CODING_GSM7, -1, 1, 1},
    {"a name filled up with @", HEAD "000ED0D664914A2D32010000" AT "05C8329BFD06", "VIETTEL",
     "Hello", -1, DEVICE_DELIVER, WIRE_CODING_GSM7, -1, 1, 1},
    {"a report", HEAD "0611" FROM AT AT "00", "+84912345678", "", -1, DEVICE_REPORT, 0, 17, 1, 1},
    {"a report with more behind", HEAD "0611" FROM AT AT "00FF00FF", "+84912345678", "", -1,
     DEVICE_REPORT, 0, 17, 1, 1},
    {"a report cut short", HEAD "0611" FROM AT "5211", "", NULL, -1, DEVICE_REPORT, 0, 0, 0, 0},
    {"200 septets", HEAD "00" FROM "0000" AT "C84141", "", NULL, -1, DEVICE_DELIVER, 0, 0, 0, 0},
    {"a header longer than the data", HEAD "40" FROM "0008" AT "04FF000300", "", NULL, -1,
     DEVICE_DELIVER, 0, 0, 0, 0},
    {"a header and no data", HEAD "40" FROM "0008" AT "00", "", NULL, -1, DEVICE_DELIVER, 0, 0, 0,
     0},
    {"an address longer than the PDU", HEAD "00FF91481932", "", NULL, -1, DEVICE_DELIVER, 0, 0, 0,
     0},
    {"a service centre longer than the PDU", "FF91", "", NULL, -1, DEVICE_DELIVER, 0, 0, 0, 0},
    {"a reserved type", HEAD "03" FROM "0000" AT "00", "", NULL, -1, DEVICE_DELIVER, 0, 0, 0, 0},
    {"no hex", "hello", "", NULL, -1, DEVICE_DELIVER, 0, 0, 0, 0},
    {"nothing", "", "", NULL, -1, DEVICE_DELIVER, 0, 0, 0, 0},
};

static void test_pdus(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(pdus); i++) {
        struct device_sms sms = {0};
        g_test_message("%s", pdus[i].name);
        bool read = device_read_pdu(pdus[i].pdu, pdus[i].octets, &sms);
        g_assert_cmpint(read, ==, pdus[i].text != NULL);
        if (!read)
            continue;
        g_assert_cmpint(sms.kind, ==, pdus[i].kind);
        g_assert_cmpstr(sms.number, ==, pdus[i].number);
        g_assert_cmpstr(sms.text, ==, pdus[i].text);
        g_assert_cmpint(sms.coding, ==, pdus[i].coding);
        g_assert_cmpint(sms.reference, ==, pdus[i].reference);
        g_assert_cmpint(sms.total, ==, pdus[i].total);
        g_assert_cmpint(sms.sequence, ==, pdus[i].sequence);
        g_assert_cmpint(sms.sent_at, ==, 1763702552000 /* 05:22:32 UTC */);
        device_sms_clear(&sms);
    }
}

static void test_stored_submit(void)
{
    struct device_sms sms;
    g_assert_true(device_read_pdu(HEAD "1100" FROM "0000FF05C8329BFD06", -1, &sms));
    g_assert_cmpint(sms.kind, ==, DEVICE_OTHER);
    device_sms_clear(&sms);
}

/* Broken in every place: the decoder may refuse, and what it gives is UTF-8. */
static void test_random(void)
{
    g_autoptr(GRand) chance = g_rand_new_with_seed(99);
    static const char digits[] = "0123456789ABCDEF";
    for (unsigned i = 0; i < 60000; i++) {
        g_autoptr(GString) pdu = g_string_new(pdus[i % G_N_ELEMENTS(pdus)].pdu);
        for (int k = g_rand_int_range(chance, 0, 300); k > 0; k--)
            g_string_append_c(pdu, digits[g_rand_int_range(chance, 0, 16)]);
        for (int k = g_rand_int_range(chance, 0, 4); k > 0 && pdu->len > 0; k--)
            pdu->str[g_rand_int_range(chance, 0, (gint32)pdu->len)] =
                digits[g_rand_int_range(chance, 0, 16)];
        struct device_sms sms;
        if (!device_read_pdu(pdu->str, -1, &sms))
            continue;
        if (sms.kind != DEVICE_OTHER) {
            g_assert_true(g_utf8_validate(sms.text, -1, NULL));
            g_assert_true(g_utf8_validate(sms.number, -1, NULL));
        }
        device_sms_clear(&sms);
    }
}

/* As much as one part can hold, header included (TS 23.040 §9.2.3.24: 140 octets). */
static size_t room_for(enum pdu_coding coding, const struct pdu_concat *concat)
{
    size_t header = concat->total == 0 ? 0 : (concat->wide ? 7 : 6);
    size_t octets = 140 - header;
    return coding == PDU_GSM7 ? octets * 8 / 7 : (coding == PDU_UCS2 ? octets / 2 * 2 : octets);
}

/* The gate must not be narrower than the network. */
static void test_proper_ones(void)
{
    static const char *const senders[] = {"+84912345678", "191", "VIETTEL", "ABCDEFGHIJK", "1"};
    g_autoptr(GRand) chance = g_rand_new_with_seed(7);
    for (guint32 i = 0; i < 20000; i++) {
        struct pdu_deliver deliver = {.smsc = i % 7 == 0 ? "" : "+84980200030",
                                      .from = senders[i % G_N_ELEMENTS(senders)],
                                      .at = {INT64_C(1763702552000) + i * 1000, 420}};
        if (i % 2 == 1)
            deliver.concat = (struct pdu_concat){3, 1 + i % 3, i % 256, i % 4 == 1};
        deliver.data.coding = (enum pdu_coding)g_rand_int_range(chance, 0, 3);
        size_t room = room_for(deliver.data.coding, &deliver.concat);
        deliver.data.count =
            i % 5 == 0 ? room : (size_t)g_rand_int_range(chance, 0, (gint32)room + 1);
        if (deliver.data.coding == PDU_UCS2)
            deliver.data.count -= deliver.data.count % 2;
        for (size_t k = 0; k < deliver.data.count; k++)
            deliver.data.bytes[k] =
                (uint8_t)g_rand_int_range(chance, 0, deliver.data.coding == PDU_GSM7 ? 128 : 256);
        size_t octets = 0;
        g_autofree char *hex = pdu_write_deliver(&deliver, &octets);
        struct device_sms sms = {0};
        if (!device_read_pdu(hex, (int)octets, &sms))
            g_error("refused: %s", hex);
        g_assert_cmpint(sms.kind, ==, DEVICE_DELIVER);
        g_assert_cmpint(sms.sequence, ==, i % 2 == 1 ? deliver.concat.part : 1);
        g_assert_cmpint(sms.reference, ==, i % 2 == 1 ? (int)deliver.concat.reference : -1);
        g_assert_cmpint(sms.sent_at, ==, deliver.at.at_ms);
        device_sms_clear(&sms);
    }
}

static void test_parts(void)
{
    g_autofree char *septets160 = g_strnfill(160, 'a'), *septets161 = g_strnfill(161, 'a');
    g_autoptr(GString) euro81 = g_string_new(NULL), units70 = g_string_new(NULL);
    for (int i = 0; i < 81; i++)
        g_string_append(euro81, "€");
    for (int i = 0; i < 70; i++)
        g_string_append(units70, "ạ");
    g_autofree char *units71 = g_strconcat(units70->str, "ạ", NULL);
    g_autofree char *tilde = g_strconcat("~", units70->str + strlen("ạ"), NULL);
    const struct {
        const char *text;
        uint8_t coding, total;
        bool goes;
    } rows[] = {
        {"", WIRE_CODING_GSM7, 1, true},
        {"{}[]~^|\\€", WIRE_CODING_GSM7, 1, true},
        {"à è é ì ò ù", WIRE_CODING_GSM7, 1, true},
        {"á", WIRE_CODING_GSM7, 1, false},
        {"`", WIRE_CODING_GSM7, 1, false},
        {"\t", WIRE_CODING_GSM7, 1, false},
        {"¹", WIRE_CODING_GSM7, 1, false},
        {"\x1b", WIRE_CODING_GSM7, 1, false},
        {"\xff", WIRE_CODING_GSM7, 1, false},
        {septets160, WIRE_CODING_GSM7, 1, true},
        {septets161, WIRE_CODING_GSM7, 1, false},
        {septets160, WIRE_CODING_GSM7, 2, false},
        {euro81->str, WIRE_CODING_GSM7, 1, false},
        {units70->str, WIRE_CODING_UCS2, 1, true},
        {units71, WIRE_CODING_UCS2, 1, false},
        {units70->str, WIRE_CODING_UCS2, 2, false},
        {tilde, WIRE_CODING_UCS2, 1, false},
        {"00", WIRE_CODING_BINARY, 1, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct device_part part = {.number = "+84912000001",
                                   .text = rows[i].text,
                                   .smsc = "+84980200030",
                                   .coding = rows[i].coding,
                                   .total = rows[i].total,
                                   .sequence = 1};
        g_test_message("row %zu", i);
        g_assert_cmpint(device_part_problem(&part) == NULL, ==, rows[i].goes);
    }
}

static void test_alphabet(void)
{
    unsigned one = 0, two = 0;
    for (gunichar character = 1; character < 0x3000; character++) {
        one += alphabet_septets(character) == 1;
        two += alphabet_septets(character) == 2;
    }
    g_assert_cmpuint(one, ==, 127);
    g_assert_cmpuint(two, ==, 10);
    for (unsigned septet = 0; septet < 128; septet++)
        g_assert_cmpuint(alphabet_septets(alphabet_character(septet)), ==, septet != 0x1b);
    g_assert_cmpuint(alphabet_character(200), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/device/PDUs are read, or refused", test_pdus);
    g_test_add_func("/device/what we stored ourselves is no news", test_stored_submit);
    g_test_add_func("/device/random PDUs do no harm", test_random);
    g_test_add_func("/device/none that a network sends is refused", test_proper_ones);
    g_test_add_func("/device/only what fits goes to the encoder", test_parts);
    g_test_add_func("/device/the alphabet has 127 characters and 10 more", test_alphabet);
    return g_test_run();
}
