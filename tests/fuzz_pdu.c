// SPDX-License-Identifier: GPL-2.0-or-later
/* PDUs from strangers through the gate and libgammu's decoder, with each length that a modem may
 * give for them. libgammu is no code of ours and not instrumented: what it does outside of its
 * buffers shows only where it ends the program. */
#include "modems/device.h"
#include "tests/fuzz/octets.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_pdu(const char *hex, int octets)
{
    struct device_sms sms;
    if (!device_read_pdu(hex, octets, &sms))
        return;
    if (sms.kind != DEVICE_OTHER) {
        g_assert_true(g_utf8_validate(sms.number, -1, NULL));
        g_assert_true(g_utf8_validate(sms.text, -1, NULL));
    }
    if (sms.kind == DEVICE_DELIVER) {
        g_assert_cmpint(sms.sequence, >=, 1);
        g_assert_cmpint(sms.sequence, <=, sms.total);
        g_assert_true(sms.reference >= -1 && sms.reference <= 0xffff);
    }
    device_sms_clear(&sms);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GByteArray) octets = octets_read(data, size);
    g_autoptr(GString) hex = g_string_new(NULL);
    for (guint i = 0; i < octets->len; i++)
        g_string_append_printf(hex, "%02X", octets->data[i]);
    int count = (int)octets->len;
    int centre = count > 0 ? 1 + octets->data[0] : 0;
    read_pdu(hex->str, -1);
    read_pdu(hex->str, count);
    read_pdu(hex->str, count - centre);
    return 0;
}
