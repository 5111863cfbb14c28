// SPDX-License-Identifier: GPL-2.0-or-later
// The worker receives: what lies on the SIM is told, and leaves it only after STORED.
#include "tests/worker_stage.h"

static void test_incoming(void)
{
    static const struct {
        const char *sender, *text;
        enum wire_coding coding;
    } rows[] = {
        {"+84912345678", "1", WIRE_CODING_GSM7},
        {"+84912345678", "Dạ em chọn 2 ~ ạ 😀", WIRE_CODING_UCS2},
        {"VIETTEL", "[QC] Tang 50% ^{}~", WIRE_CODING_GSM7},
        {"191", "@_€", WIRE_CODING_GSM7},
        {"MB_Bank-1", "so du", WIRE_CODING_GSM7},
    };
    struct stage stage;
    stage_open(&stage, quick);
    make_ready(&stage);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_free(order(&stage, "sms 0 %s %s", rows[i].sender, rows[i].text));
        AUTO_MESSAGE message = await(&stage, WIRE_INCOMING);
        const struct wire_incoming *incoming = &message->incoming;
        g_assert_cmpstr(incoming->sender, ==, rows[i].sender);
        g_assert_cmpstr(incoming->text, ==, rows[i].text);
        g_assert_cmpint(incoming->coding, ==, rows[i].coding);
        g_assert_cmpint(incoming->reference, ==, -1);
        int64_t apart = g_get_real_time() / 1000 - incoming->sent_at;
        g_assert_cmpint(ABS(apart), <, 3600000);
        if (i > 0) /* the first may have come before the first look */
            g_assert_cmpint(incoming->fresh, ==, 1);
        wait_until(&stage, "slots 0", "SM 1/");
        say_stored(&stage, incoming->key);
        wait_until(&stage, "slots 0", "SM 0/");
    }
    stage_close(&stage);
}

static void test_incoming_kept(void)
{
    struct stage stage;
    stage_open(&stage, quick);
    make_ready(&stage);
    dismiss(&stage);
    for (int i = 0; i < 5; i++)
        g_free(order(&stage, "sms 0 +84912345678 tin %d", i));
    wait_until(&stage, "slots 0", "SM 5/");
    uint64_t keys[5] = {0};
    for (int life = 0; life < 2; life++) { /* never stored: told again by the next worker */
        make_ready(&stage);
        for (int i = 0; i < 5; i++) {
            AUTO_MESSAGE message = await(&stage, WIRE_INCOMING);
            g_assert_true(g_str_has_prefix(message->incoming.text, "tin "));
            int number = message->incoming.text[4] - '0';
            /* Neither can know what was told before the first: its key may be lost. */
            g_assert_cmpint(message->incoming.fresh, ==, 0);
            if (life == 1)
                g_assert_cmpuint(message->incoming.key, ==, keys[number]);
            keys[number] = message->incoming.key;
            if (life == 1)
                say_stored(&stage, message->incoming.key);
        }
        if (life == 0)
            dismiss(&stage);
    }
    wait_until(&stage, "slots 0", "SM 0/");
    stage_close(&stage);
}

static void test_incoming_long(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (int i = 0; i < 40; i++)
        g_string_append_printf(text, "ý kiến thứ %d; ", i);
    struct stage stage;
    stage_open(&stage, quick);
    make_ready(&stage);
    g_free(order(&stage, "sms 0 +84912345678 %s", text->str));
    g_auto(GStrv) parts = g_new0(char *, 256);
    unsigned total = 0, got = 0;
    do {
        AUTO_MESSAGE message = await(&stage, WIRE_INCOMING);
        total = message->incoming.total;
        g_assert_cmpint(message->incoming.reference, >=, 0);
        g_assert_cmpuint(message->incoming.sequence, <=, total);
        parts[message->incoming.sequence - 1] = g_strdup(message->incoming.text);
        say_stored(&stage, message->incoming.key);
    } while (++got < total);
    g_assert_cmpuint(total, >, 5);
    g_autofree char *joined = g_strjoinv("", parts);
    g_assert_cmpstr(joined, ==, text->str);
    wait_until(&stage, "slots 0", "SM 0/");
    stage_close(&stage);
}

/* More than the SIM holds: the network keeps the rest until there is room. */
static void test_incoming_flood(void)
{
    enum { COUNT = 200 };
    struct stage stage;
    stage_open(&stage, quick);
    make_ready(&stage);
    bool seen[COUNT] = {false};
    for (int i = 0; i < COUNT; i++)
        g_free(order(&stage, "sms 0 +84912345678 tin %d", i));
    for (int i = 0; i < COUNT; i++) {
        if (i % 20 == 0) { /* sending goes on beside it */
            hand_over(&stage, 1000 + i, 0, "+84912000001", WIRE_CODING_GSM7,
                      (const char *const[]){"x", NULL});
            AUTO_MESSAGE verdict = await(&stage, WIRE_VERDICT);
            g_assert_cmpint(verdict->verdict.outcome, ==, VERDICT_SENT);
            flight_release(flight_slot(stage.flight, 0));
        }
        AUTO_MESSAGE message = await(&stage, WIRE_INCOMING);
        int number = atoi(message->incoming.text + 4);
        g_assert_false(seen[number]);
        seen[number] = true;
        say_stored(&stage, message->incoming.key);
    }
    wait_until(&stage, "slots 0", "SM 0/");
    stage_close(&stage);
}

/* 200 septets, which libgammu's decoder would write over its stack. */
static void test_incoming_poison(void)
{
    g_autoptr(GString) pdu = g_string_new("07914889200030F0040B914819325476F800005211212200008"
                                          "2C8");
    for (int i = 0; i < 175; i++)
        g_string_append(pdu, "41");
    struct stage stage;
    stage_open(&stage, quick);
    make_ready(&stage);
    g_free(order(&stage, "rawpdu 0 %s", pdu->str));
    AUTO_MESSAGE message = await(&stage, WIRE_QUARANTINE);
    g_assert_cmpuint(message->quarantine.pdu.size, ==, pdu->len / 2);
    g_assert_cmpstr(message->quarantine.memory, ==, "SM");
    g_assert_cmpint(message->quarantine.own, ==, 0);
    say_stored(&stage, message->quarantine.key);
    wait_until(&stage, "slots 0", "SM 0/");
    stage_close(&stage);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    signal(SIGPIPE, SIG_IGN);
    g_test_add_func("/worker_inbox/an SMS leaves the SIM only after STORED", test_incoming);
    g_test_add_func("/worker_inbox/what was not stored is told again", test_incoming_kept);
    g_test_add_func("/worker_inbox/parts of a long SMS carry their place", test_incoming_long);
    g_test_add_func("/worker_inbox/a flood beyond the SIM is lost nowhere", test_incoming_flood);
    g_test_add_func("/worker_inbox/a PDU that cannot be decoded goes to quarantine",
                    test_incoming_poison);
    return g_test_run();
}
