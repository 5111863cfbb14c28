// SPDX-License-Identifier: GPL-2.0-or-later
// Hex in, hex out, and libFuzzer's own mutations on the octets between.
#include "tests/fuzz/octets.h"

#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

GByteArray *octets_read(const uint8_t *text, size_t size)
{
    GByteArray *octets = g_byte_array_new();
    int high = -1;
    for (size_t i = 0; i < size; i++) {
        int digit = g_ascii_xdigit_value((char)text[i]);
        if (digit < 0)
            continue;
        if (high >= 0)
            g_byte_array_append(octets, &(uint8_t){(uint8_t)(high << 4 | digit)}, 1);
        high = high < 0 ? digit : -1;
    }
    return octets;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    static const char digits[] = "0123456789ABCDEF";
    g_autoptr(GByteArray) octets = octets_read(data, size);
    guint before = octets->len, room = (guint)MAX(max_size / 2, 1);
    (void)seed;
    g_byte_array_set_size(octets, MAX(room, before));
    size_t count = LLVMFuzzerMutate(octets->data, MIN(before, room), room);
    for (size_t i = 0; i < count && 2 * i + 1 < max_size; i++) {
        data[2 * i] = (uint8_t)digits[octets->data[i] >> 4];
        data[2 * i + 1] = (uint8_t)digits[octets->data[i] & 15];
    }
    return MIN(2 * count, max_size / 2 * 2);
}
