// SPDX-License-Identifier: GPL-2.0-or-later
/* The simulator's own PDU codec: reads SMS-SUBMIT, writes SMS-DELIVER and SMS-STATUS-REPORT. It
 * shares no code with any client, so that what a client sends is judged by a second reading of the
 * standard. Strict with lengths: a PDU that says more than it holds, or holds more than it says, is
 * refused as a network would. */
#include "modems/simulator/pdu.h"

#include <string.h>
#include <time.h>

#include "modems/simulator/septets.h"

enum { PDU_OCTETS = 200, USER_OCTETS = 140, ALPHANUMERIC = 0x50, INTERNATIONAL = 0x10 };

struct reader {
    const uint8_t *octets;
    size_t count, at;
    bool short_of; /* something read past the end */
};

struct writer {
    uint8_t octets[PDU_OCTETS];
    size_t count;
};

static uint8_t take(struct reader *reader)
{
    if (reader->at >= reader->count) {
        reader->short_of = true;
        return 0;
    }
    return reader->octets[reader->at++];
}

static void put(struct writer *writer, unsigned octet)
{
    g_assert(writer->count < PDU_OCTETS);
    writer->octets[writer->count++] = (uint8_t)octet;
}

static bool hex_read(const char *hex, size_t length, uint8_t *retoctets, size_t *retcount)
{
    if (length % 2 || length / 2 > PDU_OCTETS)
        return false;
    for (size_t i = 0; i < length; i += 2) {
        int high = g_ascii_xdigit_value(hex[i]), low = g_ascii_xdigit_value(hex[i + 1]);
        if (high < 0 || low < 0)
            return false;
        retoctets[i / 2] = (uint8_t)(high << 4 | low);
    }
    *retcount = length / 2;
    return true;
}

static char *hex_write(const uint8_t *octets, size_t count)
{
    static const char digits[] = "0123456789ABCDEF";
    char *hex = g_malloc(count * 2 + 1);
    for (size_t i = 0; i < count; i++) {
        hex[i * 2] = digits[octets[i] >> 4];
        hex[i * 2 + 1] = digits[octets[i] & 15];
    }
    hex[count * 2] = '\0';
    return hex;
}

static const char *read_address(struct reader *reader, char retaddress[PDU_ADDRESS_SIZE])
{
    static const char digits[] = "0123456789*#abc";
    unsigned length = take(reader), type = take(reader);
    if (length == 0 || length > 20)
        return "destination address is empty or too long";
    if ((type & 0x80) == 0 || (type & 0x70) == ALPHANUMERIC)
        return "destination address is no number";
    size_t at = 0;
    if ((type & 0x70) == INTERNATIONAL)
        retaddress[at++] = '+';
    for (unsigned i = 0; i < length; i += 2) {
        unsigned octet = take(reader), low = octet & 15, high = octet >> 4;
        if (low == 15 || (high == 15) != (i + 1 == length))
            return "destination address has a filler in its middle or none at its end";
        retaddress[at++] = digits[low];
        if (high != 15)
            retaddress[at++] = digits[high];
    }
    retaddress[at] = '\0';
    return NULL;
}

/* TS 23.038 §4. */
static const char *read_dcs(struct pdu_submit *submit)
{
    static const enum pdu_coding alphabets[] = {PDU_GSM7, PDU_8BIT, PDU_UCS2};
    unsigned dcs = submit->dcs, group = dcs >> 4;
    if (group < 4) {
        if (dcs & 0x20)
            return "compressed text is not supported";
        if ((dcs >> 2 & 3) == 3)
            return "data coding scheme names a reserved alphabet";
        submit->data.coding = alphabets[dcs >> 2 & 3];
        submit->flash = (dcs & 0x13) == 0x10;
        return NULL;
    }
    if (group < 12)
        return "data coding scheme is reserved";
    submit->data.coding = PDU_GSM7;
    if (group == 14)
        submit->data.coding = PDU_UCS2;
    if (group == 15 && dcs & 4)
        submit->data.coding = PDU_8BIT;
    submit->flash = group == 15 && (dcs & 3) == 0;
    return NULL;
}

static const char *read_header(const uint8_t *header, size_t count, struct pdu_concat *retconcat)
{
    for (size_t at = 0; at < count;) {
        if (at + 2 > count || at + 2 + header[at + 1] > count)
            return "user data header is cut off";
        const uint8_t *element = header + at + 2;
        unsigned id = header[at], length = header[at + 1];
        if (id == 0 && length == 3)
            *retconcat = (struct pdu_concat){element[1], element[2], element[0], false};
        if (id == 8 && length == 4)
            *retconcat = (struct pdu_concat){element[2], element[3],
                                             (unsigned)element[0] << 8 | element[1], true};
        at += 2 + length;
    }
    if (retconcat->total && (retconcat->part == 0 || retconcat->part > retconcat->total))
        return "concatenation names a part that cannot be";
    return NULL;
}

static const char *read_user_data(struct reader *reader, bool header, struct pdu_submit *submit)
{
    struct pdu_data *data = &submit->data;
    size_t length = take(reader), rest = reader->count - reader->at;
    bool packed = data->coding == PDU_GSM7;
    size_t octets = packed ? (length * 7 + 7) / 8 : length;
    if (reader->short_of || octets != rest || octets > USER_OCTETS)
        return "user data length does not fit the PDU";
    const uint8_t *user = reader->octets + reader->at;
    size_t skip = header ? user[0] + 1u : 0;
    if (header && (octets == 0 || skip > octets))
        return "user data header is longer than the user data";
    const char *fault = header ? read_header(user + 1, skip - 1, &submit->concat) : NULL;
    if (fault)
        return fault;
    if (!packed) {
        data->count = length - skip;
        memcpy(data->bytes, user + skip, data->count);
        return data->coding == PDU_UCS2 && data->count % 2 ? "UCS-2 text has an odd length" : NULL;
    }
    size_t gone = (skip * 8 + 6) / 7; /* septets that header and fill bits take */
    if (gone > length)
        return "user data header is longer than the user data";
    data->count = length - gone;
    septets_unpack(user, data->count, (unsigned)(gone * 7), data->bytes);
    return NULL;
}

const char *pdu_read_submit(const char *hex, size_t length, struct pdu_submit *retsubmit,
                            size_t *retoctets)
{
    uint8_t octets[PDU_OCTETS];
    struct reader reader = {.octets = octets};
    if (!hex_read(hex, length, octets, &reader.count))
        return "PDU is no hex, or too long";
    reader.at = 1u + take(&reader); /* whose service centre it names does not matter here */
    if (reader.at >= reader.count)
        return "PDU ends in the service centre's address";
    *retoctets = reader.count - reader.at;
    *retsubmit = (struct pdu_submit){.validity = -1};
    unsigned first = take(&reader);
    if ((first & 3) != 1)
        return "PDU is no SMS-SUBMIT";
    take(&reader); /* TP-MR: the modem counts itself */
    const char *fault = read_address(&reader, retsubmit->to);
    if (fault)
        return fault;
    retsubmit->report = first & 0x20;
    retsubmit->protocol = take(&reader);
    retsubmit->dcs = take(&reader);
    fault = read_dcs(retsubmit);
    if (fault)
        return fault;
    unsigned validity = first >> 3 & 3;
    if (validity == 2)
        retsubmit->validity = take(&reader);
    else if (validity)
        reader.at += 7;
    if (reader.at > reader.count)
        return "PDU ends before the user data";
    return read_user_data(&reader, first & 0x40, retsubmit);
}

static void put_digits(struct writer *writer, const char *digits)
{
    static const char known[] = "0123456789*#abc";
    for (size_t i = 0; digits[i]; i += 2) {
        const char *low = strchr(known, digits[i]);
        const char *high = digits[i + 1] ? strchr(known, digits[i + 1]) : NULL;
        unsigned octet = low ? (unsigned)(low - known) : 0;
        put(writer, octet | (high ? (unsigned)(high - known) : 15u) << 4);
        if (!digits[i + 1])
            return;
    }
}

static void put_smsc(struct writer *writer, const char *smsc)
{
    const char *digits = *smsc == '+' ? smsc + 1 : smsc;
    size_t length = strlen(digits);
    if (length == 0 || length > 20) {
        put(writer, 0);
        return;
    }
    put(writer, (unsigned)(1 + (length + 1) / 2));
    put(writer, *smsc == '+' ? 0x91 : 0x81);
    put_digits(writer, digits);
}

static bool is_number(const char *address)
{
    const char *digits = *address == '+' ? address + 1 : address;
    return *digits && strlen(digits) <= 20 && strspn(digits, "0123456789*#") == strlen(digits);
}

static void put_address(struct writer *writer, const char *address)
{
    if (is_number(address)) {
        const char *digits = *address == '+' ? address + 1 : address;
        put(writer, (unsigned)strlen(digits));
        put(writer, *address == '+' ? 0x91 : 0x81);
        put_digits(writer, digits);
        return;
    }
    g_autoptr(GByteArray) septets = g_byte_array_new();
    if (!septets_append(septets, address))
        septets_append(septets, "?");
    guint count = MIN(septets->len, 11);
    uint8_t packed[10];
    size_t octets = septets_pack(septets->data, count, 0, packed);
    put(writer, (count * 7 + 3) / 4); /* length in useful half octets */
    put(writer, 0xd0);
    for (size_t i = 0; i < octets; i++)
        put(writer, packed[i]);
}

static struct tm local_time(const struct pdu_stamp *stamp)
{
    time_t seconds = (time_t)(stamp->at_ms / 1000 + stamp->zone_minutes * 60);
    struct tm parts;
    gmtime_r(&seconds, &parts);
    return parts;
}

static void put_swapped(struct writer *writer, int value)
{
    put(writer, (unsigned)(value % 10) << 4 | (unsigned)(value / 10));
}

static void put_stamp(struct writer *writer, const struct pdu_stamp *stamp)
{
    struct tm parts = local_time(stamp);
    put_swapped(writer, parts.tm_year % 100);
    put_swapped(writer, parts.tm_mon + 1);
    put_swapped(writer, parts.tm_mday);
    put_swapped(writer, parts.tm_hour);
    put_swapped(writer, parts.tm_min);
    put_swapped(writer, parts.tm_sec);
    put_swapped(writer, ABS(stamp->zone_minutes) / 15);
    if (stamp->zone_minutes < 0)
        writer->octets[writer->count - 1] |= 0x08;
}

void pdu_stamp_text(const struct pdu_stamp *stamp, char *retstamp)
{
    struct tm parts = local_time(stamp);
    g_snprintf(retstamp, 24, "%02d/%02d/%02d,%02d:%02d:%02d%c%02d", parts.tm_year % 100,
               parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
               stamp->zone_minutes < 0 ? '-' : '+', ABS(stamp->zone_minutes) / 15);
}

static void put_concat(struct writer *writer, const struct pdu_concat *concat)
{
    put(writer, concat->wide ? 6 : 5);
    put(writer, concat->wide ? 8 : 0);
    put(writer, concat->wide ? 4 : 3);
    if (concat->wide)
        put(writer, concat->reference >> 8 & 0xff);
    put(writer, concat->reference & 0xff);
    put(writer, concat->total);
    put(writer, concat->part);
}

char *pdu_write_deliver(const struct pdu_deliver *deliver, size_t *retoctets)
{
    const struct pdu_data *data = &deliver->data;
    bool header = deliver->concat.total > 0;
    struct writer writer = {.count = 0};
    put_smsc(&writer, deliver->smsc);
    size_t smsc = writer.count;
    put(&writer, header ? 0x44 : 0x04); /* no more messages waiting */
    put_address(&writer, deliver->from);
    put(&writer, 0);
    put(&writer, data->coding == PDU_GSM7 ? 0x00 : data->coding == PDU_UCS2 ? 0x08 : 0x04);
    put_stamp(&writer, &deliver->at);
    size_t length_at = writer.count;
    put(&writer, 0);
    if (header)
        put_concat(&writer, &deliver->concat);
    size_t head = writer.count - length_at - 1;
    if (data->coding == PDU_GSM7) {
        size_t gone = (head * 8 + 6) / 7;
        uint8_t packed[PDU_DATA_SIZE + 8];
        size_t octets =
            septets_pack(data->bytes, data->count, (unsigned)(gone * 7 - head * 8), packed);
        for (size_t i = 0; i < octets; i++)
            put(&writer, packed[i]);
        writer.octets[length_at] = (uint8_t)(gone + data->count);
    } else {
        for (size_t i = 0; i < data->count; i++)
            put(&writer, data->bytes[i]);
        writer.octets[length_at] = (uint8_t)(head + data->count);
    }
    *retoctets = writer.count - smsc;
    return hex_write(writer.octets, writer.count);
}

char *pdu_write_report(const struct pdu_report *report, size_t *retoctets)
{
    struct writer writer = {.count = 0};
    put_smsc(&writer, report->smsc);
    size_t smsc = writer.count;
    put(&writer, 0x06);
    put(&writer, report->reference);
    put_address(&writer, report->to);
    put_stamp(&writer, &report->submitted);
    put_stamp(&writer, &report->discharged);
    put(&writer, report->status);
    *retoctets = writer.count - smsc;
    return hex_write(writer.octets, writer.count);
}

static char *ucs2_text(const uint8_t *octets, size_t count)
{
    GString *text = g_string_sized_new(count * 2);
    for (size_t i = 0; i + 1 < count; i += 2) {
        gunichar unit = (gunichar)octets[i] << 8 | octets[i + 1];
        gunichar next = i + 3 < count ? (gunichar)octets[i + 2] << 8 | octets[i + 3] : 0;
        if ((unit & 0xfc00) == 0xd800 && (next & 0xfc00) == 0xdc00) {
            unit = 0x10000 + ((unit & 0x3ff) << 10) + (next & 0x3ff);
            i += 2;
        } else if ((unit & 0xf800) == 0xd800) {
            unit = 0xfffd;
        }
        g_string_append_unichar(text, unit);
    }
    return g_string_free(text, FALSE);
}

static char *bytes_text(enum pdu_coding coding, const uint8_t *bytes, size_t count)
{
    switch (coding) {
    case PDU_GSM7:
        return septets_text(bytes, count);
    case PDU_UCS2:
        return ucs2_text(bytes, count);
    case PDU_8BIT:
        break;
    }
    return hex_write(bytes, count);
}

char *pdu_text(const struct pdu_data *data)
{
    return bytes_text(data->coding, data->bytes, data->count);
}

char *pdu_join(const struct pdu_data *const *data, size_t count)
{
    g_autoptr(GByteArray) all = g_byte_array_new();
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < count; i++) {
        g_byte_array_append(all, data[i]->bytes, (guint)data[i]->count);
        if (i + 1 < count && data[i + 1]->coding == data[i]->coding)
            continue;
        g_autofree char *piece = bytes_text(data[i]->coding, all->data, all->len);
        g_string_append(text, piece);
        g_byte_array_set_size(all, 0);
    }
    return g_string_free(text, FALSE);
}

/* One piece of `one` bytes, or pieces of at most `many`. */
static GArray *cut(enum pdu_coding coding, const GByteArray *bytes, size_t one, size_t many)
{
    GArray *pieces = g_array_new(FALSE, TRUE, sizeof(struct pdu_data));
    size_t room = bytes->len <= one ? one : many, at = 0;
    do {
        size_t count = MIN(room, bytes->len - at);
        bool more = at + count < bytes->len;
        if (more && coding == PDU_GSM7 && bytes->data[at + count - 1] == 0x1b)
            count--;
        if (more && coding == PDU_UCS2 && (bytes->data[at + count] & 0xfc) == 0xdc)
            count -= 2;
        struct pdu_data piece = {.coding = coding, .count = count};
        if (count)
            memcpy(piece.bytes, bytes->data + at, count);
        g_array_append_val(pieces, piece);
        at += count;
    } while (at < bytes->len);
    return pieces;
}

GArray *pdu_split(const char *text)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    if (septets_append(bytes, text))
        return cut(PDU_GSM7, bytes, 160, 153);
    glong count = 0;
    g_autofree gunichar2 *units = g_utf8_to_utf16(text, -1, NULL, &count, NULL);
    for (glong i = 0; i < count; i++) {
        uint8_t pair[2] = {(uint8_t)(units[i] >> 8), (uint8_t)(units[i] & 0xff)};
        g_byte_array_append(bytes, pair, 2);
    }
    return cut(PDU_UCS2, bytes, 140, 134);
}

const char *pdu_coding_name(enum pdu_coding coding)
{
    static const char *const names[] = {
        [PDU_GSM7] = "gsm7",
        [PDU_8BIT] = "8bit",
        [PDU_UCS2] = "ucs2",
    };
    return names[coding];
}
