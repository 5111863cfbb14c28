// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads PDUs that strangers sent, with libgammu's decoder behind a gate. The decoder trusts the
 * lengths in a PDU (a text of 200 septets runs over a buffer on its stack), so they are walked and
 * compared with the octets that are there before it is called.
 * What it hands back is mended: `~` is written twice in UCS-2 texts, letters in the sender's name
 * are raw septets. Half a surrogate pair becomes U+FFFD; at the seam of two parts, where senders
 * cut without looking, it is kept (DEVICE_HALF_PAIR) for whoever joins them. */
#include "modems/device.h"

#include "modems/alphabet.h"
#include "modems/wire.h"

#include <gammu.h>
#include <string.h>

enum { ADDRESS_DIGITS = 20, SEPTETS = 160, OCTETS = 140, STAMP = 7, PDU_MAX = 256 };

struct octets {
    uint8_t at[PDU_MAX];
    size_t count;
};

static bool read_hex(const char *hex, struct octets *octets)
{
    size_t digits = strlen(hex);
    if (digits < 4 || digits % 2 != 0 || digits / 2 > PDU_MAX)
        return false;
    for (size_t i = 0; i < digits / 2; i++) {
        int high = g_ascii_xdigit_value(hex[2 * i]), low = g_ascii_xdigit_value(hex[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        octets->at[i] = (uint8_t)(high << 4 | low);
    }
    octets->count = digits / 2;
    return true;
}

/* ---- the gate ---- */

/* TP-UD with its length in front: TP-UDL counts septets or octets, as TP-DCS says. */
static bool data_fits(const uint8_t *data, size_t left, bool septets, bool header)
{
    if (left < 1)
        return false;
    size_t length = data[0];
    size_t size = septets ? (length * 7 + 7) / 8 : length;
    if (size > left - 1 || length > (septets ? SEPTETS : OCTETS))
        return false;
    return !header || (size >= 1 && (size_t)data[1] + 1 <= size);
}

/* The same reading of TP-DCS as the decoder's: what it takes for 7 bit text. */
static bool is_septets(uint8_t dcs)
{
    if ((dcs & 0x80) == 0) /* 01xx: the same, to be deleted after reading */
        return (dcs & 0x2c) == 0;
    return (dcs & 0xe4) == 0xc0 || (dcs & 0xfc) == 0xf0;
}

static bool deliver_fits(const uint8_t *tpdu, size_t left)
{
    if (left < 4)
        return false;
    size_t address = 2 + ((size_t)tpdu[1] + 1) / 2;
    size_t head = 1 + address + 2 + STAMP; /* first octet, TP-OA, TP-PID, TP-DCS, TP-SCTS */
    if (tpdu[1] > ADDRESS_DIGITS || left < head + 1)
        return false;
    return data_fits(tpdu + head, left - head, is_septets(tpdu[1 + address + 1]),
                     (tpdu[0] & 0x40) != 0);
}

static bool report_fits(const uint8_t *tpdu, size_t left)
{
    if (left < 4 || tpdu[2] > ADDRESS_DIGITS)
        return false;
    size_t head = 2 + 2 + ((size_t)tpdu[2] + 1) / 2 + 2 * STAMP;
    return left >= head + 1;
}

/* Whether a message that comes from the network ends exactly here. */
static bool is_whole(const uint8_t *tpdu, size_t left)
{
    if (left == 0 || (tpdu[0] & 1) != 0)
        return false;
    if ((tpdu[0] & 2) != 0)
        return report_fits(tpdu, left) && !report_fits(tpdu, left - 1);
    return deliver_fits(tpdu, left) && !deliver_fits(tpdu, left - 1);
}

/* A few modems leave the service centre out, which the length that they give tells; others count it
 * into that length, or give none. */
static bool has_centre(const struct octets *pdu, int octets)
{
    size_t centre = 1 + (size_t)pdu->at[0];
    bool whole = centre < pdu->count && is_whole(pdu->at + centre, pdu->count - centre);
    bool told_without = octets >= 0 && pdu->count == (size_t)octets;
    return !is_whole(pdu->at, pdu->count) || (whole && !told_without);
}

/* A report may go on after TP-ST; nobody needs that, and the decoder does not bound it. */
static void cut_report(struct octets *octets, size_t tpdu)
{
    size_t head = 2 + 2 + ((size_t)octets->at[tpdu + 2] + 1) / 2 + 2 * STAMP;
    octets->count = tpdu + head + 1;
}

/* ---- texts ---- */

/* At which ends of this text another part goes on. */
struct seams {
    bool before, after;
};

static gunichar half_pair(const GArray *units, guint index, struct seams seams)
{
    gunichar2 unit = g_array_index(units, gunichar2, index);
    bool second = unit >= 0xdc00;
    bool at_seam = second ? seams.before && index == 0 : seams.after && index + 1 == units->len;
    return at_seam ? (gunichar)(DEVICE_HALF_PAIR + unit) : 0xfffd;
}

static char *from_units(const GArray *units, struct seams seams)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < units->len; i++) {
        gunichar2 unit = g_array_index(units, gunichar2, i);
        gunichar2 next = i + 1 < units->len ? g_array_index(units, gunichar2, i + 1) : 0;
        gunichar character = unit;
        if (unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000) {
            character = 0x10000 + (((gunichar)unit & 0x3ff) << 10) + (next & 0x3ff);
            i++;
        } else if (unit >= 0xd800 && unit < 0xe000) {
            character = half_pair(units, i, seams);
        }
        if (character != 0)
            g_string_append_unichar(text, character);
    }
    return g_string_free(text, FALSE);
}

/* `count` units as they were on the air; in libgammu's buffer a `~` takes two of them. */
static char *read_ucs2(const unsigned char *text, size_t room, int count, struct seams seams)
{
    g_autoptr(GArray) units = g_array_new(FALSE, FALSE, sizeof(gunichar2));
    size_t at = 0;
    for (int i = 0; i < count && at + 2 <= room; i++, at += 2) {
        gunichar2 unit = (gunichar2)(text[at] << 8 | text[at + 1]);
        bool doubled = unit == '~' && at + 4 <= room && text[at + 2] == 0 && text[at + 3] == '~';
        if (doubled)
            at += 2;
        else if (unit == '~')
            continue; /* stands for U+0001, which is no text */
        g_array_append_val(units, unit);
    }
    return from_units(units, seams);
}

static char *read_units(const unsigned char *text, size_t room)
{
    g_autoptr(GArray) units = g_array_new(FALSE, FALSE, sizeof(gunichar2));
    for (size_t at = 0; at + 2 <= room && (text[at] | text[at + 1]) != 0; at += 2) {
        gunichar2 unit = (gunichar2)(text[at] << 8 | text[at + 1]);
        g_array_append_val(units, unit);
    }
    return from_units(units, (struct seams){false, false});
}

static char *read_octets(const unsigned char *data, int count)
{
    GString *hex = g_string_new(NULL);
    for (int i = 0; i < count; i++)
        g_string_append_printf(hex, "%02X", data[i]);
    return g_string_free(hex, FALSE);
}

/* A name instead of a number, TS 23.040 §9.1.2.5: septets, of which libgammu drops all behind `@`.
 */
static char *read_name(const uint8_t *address)
{
    GString *name = g_string_new(NULL);
    unsigned count = address[0] * 4U / 7;
    for (unsigned i = 0; i < count; i++) {
        const uint8_t *at = address + 2 + i * 7 / 8;
        gunichar character = alphabet_character((at[0] | at[1] << 8) >> i * 7 % 8 & 0x7f);
        if (character != 0)
            g_string_append_unichar(name, character);
    }
    if (name->len > 0 && name->str[name->len - 1] == '@') /* padding */
        g_string_truncate(name, name->len - 1);
    return g_string_free(name, FALSE);
}

static bool is_name(const uint8_t *address)
{
    return (address[1] & 0x70) == 0x50;
}

static void read_text(const GSM_SMSMessage *sms, struct device_sms *read)
{
    switch (sms->Coding) {
    case SMS_Coding_Default_No_Compression:
        read->coding = WIRE_CODING_GSM7;
        read->text = read_units(sms->Text, sizeof sms->Text);
        break;
    case SMS_Coding_Unicode_No_Compression:
        read->coding = WIRE_CODING_UCS2;
        read->text = read_ucs2(sms->Text, sizeof sms->Text, sms->Length,
                               (struct seams){read->sequence > 1, read->sequence < read->total});
        break;
    case SMS_Coding_8bit:
    case SMS_Coding_Unicode_Compression:
    case SMS_Coding_Default_Compression:
        read->coding = WIRE_CODING_BINARY;
        read->text = read_octets(sms->Text, sms->Length);
        break;
    }
}

/* Concatenation, TS 23.040 §9.2.3.24.1 and .8, wherever it stands among the elements. */
static void read_header(const GSM_UDHHeader *header, struct device_sms *read)
{
    const unsigned char *text = header->Text;
    int at = 1;
    while (at + 1 < header->Length && at + 2 + text[at + 1] <= header->Length) {
        const unsigned char *data = text + at + 2;
        bool wide = text[at] == 0x08 && text[at + 1] == 4;
        bool narrow = text[at] == 0x00 && text[at + 1] == 3;
        if (wide || narrow) {
            read->reference = wide ? data[0] << 8 | data[1] : data[0];
            read->total = data[wide ? 2 : 1];
            read->sequence = data[wide ? 3 : 2];
        }
        at += 2 + text[at + 1];
    }
    /* §9.2.3.24.1: an element with a zero in it, or with a place beyond the last, is ignored. */
    if (read->sequence == 0 || read->sequence > read->total) {
        read->reference = -1;
        read->total = read->sequence = 1;
    }
}

static int64_t read_time(const GSM_DateTime *time)
{
    if (time->Year == 0)
        return 0;
    g_autoptr(GDateTime) at = g_date_time_new_utc(time->Year, time->Month, time->Day, time->Hour,
                                                  time->Minute, time->Second);
    return at == NULL ? 0 : (g_date_time_to_unix(at) - time->Timezone) * 1000;
}

/* ---- the door ---- */

static bool decode(const struct octets *octets, bool smsc, GSM_SMSMessage *sms)
{
    /* The global debug settings write nowhere unless somebody sets them. */
    return GSM_DecodePDUFrame(GSM_GetGlobalDebug(), sms, octets->at, octets->count, NULL, smsc) ==
           ERR_NONE;
}

static void read_message(const GSM_SMSMessage *sms, enum device_kind kind, const uint8_t *address,
                         struct device_sms *retsms)
{
    *retsms = (struct device_sms){.kind = kind, .reference = -1, .total = 1, .sequence = 1};
    retsms->number =
        is_name(address) ? read_name(address) : read_units(sms->Number, sizeof sms->Number);
    retsms->sent_at = read_time(&sms->DateTime);
    if (kind == DEVICE_REPORT) {
        retsms->text = g_strdup("");
        retsms->reference = sms->MessageReference;
        retsms->status = sms->DeliveryStatus;
        retsms->discharged_at = read_time(&sms->SMSCTime);
        return;
    }
    if (sms->UDH.Length > 0)
        read_header(&sms->UDH, retsms);
    read_text(sms, retsms);
}

bool device_read_pdu(const char *hex, int octets, struct device_sms *retsms)
{
    struct octets pdu = {.count = 0};
    if (!read_hex(hex, &pdu))
        return false;
    bool smsc = has_centre(&pdu, octets);
    size_t tpdu = smsc ? 1 + (size_t)pdu.at[0] : 0;
    if (tpdu >= pdu.count || (smsc && pdu.at[0] > 1 + ADDRESS_DIGITS / 2))
        return false;
    const uint8_t *at = pdu.at + tpdu;
    size_t left = pdu.count - tpdu;
    enum device_kind kind = (at[0] & 3) == 0 ? DEVICE_DELIVER : DEVICE_REPORT;
    if ((at[0] & 3) == 1 || (at[0] & 3) == 3) {
        *retsms = (struct device_sms){.kind = DEVICE_OTHER};
        return (at[0] & 3) == 1;
    }
    if (kind == DEVICE_DELIVER ? !deliver_fits(at, left) : !report_fits(at, left))
        return false;
    if (kind == DEVICE_REPORT)
        cut_report(&pdu, tpdu);
    g_autofree GSM_SMSMessage *sms = g_new0(GSM_SMSMessage, 1);
    if (!decode(&pdu, smsc, sms))
        return false;
    read_message(sms, kind, at + (kind == DEVICE_DELIVER ? 1 : 2), retsms);
    return true;
}

void device_sms_clear(struct device_sms *sms)
{
    g_free(sms->number);
    g_free(sms->text);
    *sms = (struct device_sms){0};
}
