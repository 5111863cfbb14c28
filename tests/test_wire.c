// SPDX-License-Identifier: GPL-2.0-or-later
/* The wire: what goes in comes out, and nothing else gets through the decoder. */
#include "modems/wire.h"

#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void test_round_trip(void)
{
    const uint8_t references[] = {0, 7, 255};
    const char *const parts[] = {"Họp dân", "", "phần 3", NULL};
    g_autoptr(GByteArray) packet = g_byte_array_new();
    g_autoptr(GError) error = NULL;
    struct wire_message got = {0};

    wire_put_verdict(packet, &(struct wire_verdict){.lease = -5,
                                                    .slot = 15,
                                                    .outcome = 3,
                                                    .cause = INT32_MIN,
                                                    .retry_after_ms = UINT32_MAX,
                                                    .references = {references, 3},
                                                    .detail = "+CMS ERROR: 38"});
    g_assert_true(wire_decode(packet->data, packet->len, &got, &error));
    g_assert_cmpint(got.type, ==, WIRE_VERDICT);
    g_assert_true(got.verdict.lease == -5);
    g_assert_cmpint(got.verdict.cause, ==, INT32_MIN);
    g_assert_cmpuint(got.verdict.retry_after_ms, ==, UINT32_MAX);
    g_assert_cmpuint(got.verdict.references.size, ==, 3);
    g_assert_cmpint(memcmp(got.verdict.references.data, references, 3), ==, 0);
    g_assert_cmpstr(got.verdict.detail, ==, "+CMS ERROR: 38");
    wire_message_clear(&got);

    g_byte_array_set_size(packet, 0);
    wire_put_send(packet,
                  &(struct wire_send){.lease = INT64_MAX, .number = "+84912", .parts = parts});
    g_assert_true(wire_decode(packet->data, packet->len, &got, &error));
    g_assert_cmpstr(got.send.number, ==, "+84912");
    g_assert_true(g_strv_equal((const char *const *)got.send.parts, parts));
    wire_message_clear(&got);

    g_byte_array_set_size(packet, 0);
    wire_put_setup(packet, &(struct wire_setup){.name = NULL,
                                                .pin = "\xff"
                                                       "1"});
    g_assert_true(wire_decode(packet->data, packet->len, &got, &error));
    g_assert_cmpstr(got.setup.name, ==, "");
    g_assert_cmpstr(got.setup.pin, ==,
                    "\xef\xbf\xbd"
                    "1");
    wire_message_clear(&got);
}

static void fill_ready(GByteArray *packet)
{
    wire_put_ready(packet, &(struct wire_ready){.imei = "356938035643809",
                                                .imsi = "452041234567890",
                                                .manufacturer = "huawei",
                                                .model = "E173",
                                                .firmware = "11.126",
                                                .smsc = "+84980200030"});
}

static void test_refused(void)
{
    static const struct {
        const char *name, *bytes;
        size_t size;
    } rows[] = {
        {"nothing", "", 0},
        {"half a type", "\x01\x00", 2},
        {"type 0", "\x00\x00\x00\x00", 4},
        {"an unknown type", "\xff\x00\x00\x00", 4},
        {"a huge type", "\xff\xff\xff\xff", 4},
        {"a text longer than the packet", "\x03\x00\x00\x00\x01\x00\x00\x00\xff\xff\xff\xff", 12},
        {"a text with NUL", "\x03\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00", 13},
        {"a text that is not UTF-8", "\x03\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\xff", 13},
        {"octets after the end", "\x03\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00", 13},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct wire_message got = {.type = WIRE_LEAVE};
        g_autoptr(GError) error = NULL;
        g_test_message("%s", rows[i].name);
        g_assert_false(wire_decode((const uint8_t *)rows[i].bytes, rows[i].size, &got, &error));
        g_assert_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
        g_assert_cmpint(got.type, ==, WIRE_LEAVE);
    }
    g_autoptr(GByteArray) packet = g_byte_array_new();
    fill_ready(packet);
    for (guint size = 0; size < packet->len; size++) {
        struct wire_message got;
        g_assert_false(wire_decode(packet->data, size, &got, NULL));
    }
}

/* Any octets: the decoder answers, and whatever it accepts is encoded to the same octets again. */
static void test_random(void)
{
    g_autoptr(GRand) chance = g_rand_new_with_seed(42);
    for (int i = 0; i < 20000; i++) {
        g_autoptr(GByteArray) packet = g_byte_array_new();
        fill_ready(packet);
        for (int k = 0; k < 3; k++)
            packet->data[g_rand_int_range(chance, 0, (gint32)packet->len)] =
                (uint8_t)g_rand_int_range(chance, 0, 256);
        struct wire_message got;
        if (!wire_decode(packet->data, packet->len, &got, NULL))
            continue;
        if (got.type == WIRE_READY) {
            g_autoptr(GByteArray) again = g_byte_array_new();
            wire_put_ready(again, &got.ready);
            g_assert_cmpuint(again->len, ==, packet->len);
            g_assert_cmpint(memcmp(again->data, packet->data, packet->len), ==, 0);
        }
        wire_message_clear(&got);
    }
}

static void test_socket(void)
{
    int pair[2];
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), ==, 0);
    g_autoptr(GByteArray) packet = g_byte_array_new();
    g_autoptr(GError) error = NULL;
    struct wire_message got;
    fill_ready(packet);
    g_assert_cmpint(wire_receive(pair[1], &got, &error), ==, 0);
    unsigned sent = 0;
    while (wire_send(pair[0], packet, &error))
        sent++;
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
    g_clear_error(&error);
    for (unsigned i = 0; i < sent; i++) {
        g_assert_cmpint(wire_receive(pair[1], &got, &error), ==, 1);
        g_assert_cmpstr(got.ready.model, ==, "E173");
        wire_message_clear(&got);
    }
    close(pair[0]);
    g_assert_cmpint(wire_receive(pair[1], &got, &error), ==, -1);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CLOSED);
    close(pair[1]);
}

/* A FAULT that goes unheard here would have its PIN tried again. */
static void test_last_words(void)
{
    int pair[2];
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), ==, 0);
    g_autoptr(GByteArray) packet = g_byte_array_new();
    g_autoptr(GError) error = NULL;
    struct wire_message got;
    fill_ready(packet);
    g_assert_true(wire_send(pair[1], packet, NULL));
    g_assert_true(wire_send(pair[0], packet, NULL));
    close(pair[0]); /* with a packet unread */
    g_assert_cmpint(wire_receive(pair[1], &got, &error), ==, 1);
    wire_message_clear(&got);
    g_assert_cmpint(wire_receive(pair[1], &got, &error), ==, -1);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CLOSED);
    close(pair[1]);
}

static void test_names(void)
{
    g_assert_cmpstr(wire_name(WIRE_HELLO), ==, "HELLO");
    g_assert_cmpstr(wire_name(WIRE_LEAVE), ==, "LEAVE");
    g_assert_cmpstr(wire_name(WIRE_TYPES), ==, "unknown");
    g_assert_true(wire_hash() != 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wire/what is encoded is decoded", test_round_trip);
    g_test_add_func("/wire/broken packets are refused", test_refused);
    g_test_add_func("/wire/random packets do no harm", test_random);
    g_test_add_func("/wire/a full socket and a closed one are told apart", test_socket);
    g_test_add_func("/wire/who left without reading is heard to the end", test_last_words);
    g_test_add_func("/wire/messages have names", test_names);
    return g_test_run();
}
