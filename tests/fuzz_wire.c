// SPDX-License-Identifier: GPL-2.0-or-later
/* Packets as a worker gone mad would send them: refused with a reason, or read so that encoding
 * them again gives the same octets. */
#include "modems/wire.h"
#include "tests/fuzz/octets.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void encode(const struct wire_message *message, GByteArray *packet)
{
    switch (message->type) {
#define BEGIN(name, NAME)                                                                          \
    case WIRE_##NAME:                                                                              \
        wire_put_##name(packet, &message->name);                                                   \
        break;
#include "modems/wire.def"
    case WIRE_NONE:
    case WIRE_TYPES:
        g_assert_not_reached();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GByteArray) octets = octets_read(data, size);
    g_autoptr(GByteArray) again = g_byte_array_new();
    g_autoptr(GError) error = NULL;
    struct wire_message message;
    if (!wire_decode(octets->data, octets->len, &message, &error)) {
        g_assert_nonnull(error);
        return 0;
    }
    encode(&message, again);
    g_assert_true(octets->len == again->len && memcmp(octets->data, again->data, again->len) == 0);
    wire_message_clear(&message);
    return 0;
}
