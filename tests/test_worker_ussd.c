// SPDX-License-Identifier: GPL-2.0-or-later
/* Dialogues over USSD beside everything else that a worker does, over the real simulator. */
#include "tests/worker_stage.h"

#include "modems/ussd_dialogue.h"
#include "modems/ussd_text.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { LONG_MS = 600000, PATIENCE_OF_WORKER_MS = 6000 };

static const char menus[] =
    "modem = { air_ms = 5; air_spread_ms = 0; report_share = 0.0; ussd_ms = 20; };\n"
    "numbers = ( { pattern = \"00018$\"; air_ms = 1500; } );\n"
    "ussd = ( { code = \"*101#\"; text = \"1. TK\\n2. Goi\"; open = true; },"
    "         { code = \"*101#>1\"; text = \"Con 9d\"; },"
    "         { code = \"*100*47110815#\"; text = \"Nap 47110815 thanh cong\"; } );\n";

static void dial(struct stage *stage, int64_t dialogue, const char *text, bool secret)
{
    g_autoptr(GByteArray) packet = g_byte_array_new();
    wire_put_ussd_dial(packet, &(struct wire_ussd_dial){.dialogue = dialogue,
                                                        .text = text,
                                                        .secret = secret,
                                                        .answer_ms = LONG_MS,
                                                        .menu_ms = LONG_MS});
    g_assert_true(wire_send(stage->socket, packet, NULL));
}

static void cancel(struct stage *stage, int64_t dialogue)
{
    g_autoptr(GByteArray) packet = g_byte_array_new();
    wire_put_ussd_cancel(packet, &(struct wire_ussd_cancel){.dialogue = dialogue});
    g_assert_true(wire_send(stage->socket, packet, NULL));
}

static void expect(struct stage *stage, int64_t dialogue, enum ussd_state state, const char *text)
{
    AUTO_MESSAGE message = await(stage, WIRE_USSD_NEWS);
    g_assert_nonnull(message);
    const struct wire_ussd_news *news = &message->ussd_news;
    g_assert_cmpint(news->dialogue, ==, dialogue);
    g_assert_cmpstr(ussd_state_name((enum ussd_state)news->state), ==, ussd_state_name(state));
    g_assert_cmpstr(news->text, ==, text);
}

static void open_menu(struct stage *stage, int64_t dialogue)
{
    dial(stage, dialogue, "*101#", false);
    expect(stage, dialogue, USSD_STATE_ASKED, "");
    expect(stage, dialogue, USSD_STATE_MENU_OPEN, "1. TK\n2. Goi");
}

static void answer_menu(struct stage *stage, int64_t dialogue)
{
    dial(stage, dialogue, "1", false);
    expect(stage, dialogue, USSD_STATE_ASKED, "");
    expect(stage, dialogue, USSD_STATE_ANSWERED, "Con 9d");
}

static unsigned count_kept(const struct stage *stage, enum wire_type type)
{
    unsigned count = 0;
    for (const GList *at = stage->kept.head; at != NULL; at = at->next)
        count += ((const struct wire_message *)at->data)->type == type;
    return count;
}

static void hand_one(struct stage *stage, int64_t lease, uint8_t slot, const char *number)
{
    hand_over(stage, lease, slot, number, WIRE_CODING_GSM7, (const char *const[]){"a", NULL});
}

static void expect_verdict(struct stage *stage, int64_t lease, enum verdict_outcome outcome)
{
    AUTO_MESSAGE message = await(stage, WIRE_VERDICT);
    g_assert_nonnull(message);
    g_assert_true(message->verdict.lease == lease);
    g_assert_cmpint(message->verdict.outcome, ==, outcome);
}

static char *read_trace(const struct stage *stage)
{
    g_autofree char *file = g_build_filename(stage->dir, "trace", NULL);
    char *trace = NULL;
    g_assert_true(g_file_get_contents(file, &trace, NULL, NULL));
    return trace;
}

static unsigned count_in_trace(const struct stage *stage, const char *text)
{
    g_autofree char *trace = read_trace(stage);
    unsigned count = 0;
    for (const char *at = trace; (at = strstr(at, text)) != NULL; at++)
        count++;
    return count;
}

static void wait_for_trace(const struct stage *stage, const char *text, unsigned times)
{
    for (int i = 0; i < PATIENCE_MS / 20 && count_in_trace(stage, text) < times; i++)
        g_usleep(20000);
    g_assert_cmpuint(count_in_trace(stage, text), >=, times);
}

/* The stage with more settings of its modem. */
static void open_stage(struct stage *stage, const char *settings)
{
    g_auto(GStrv) halves = g_strsplit(menus, "ussd_ms = 20;", 2);
    g_autofree char *between = g_strdup_printf("ussd_ms = 20; %s", settings);
    g_autofree char *whole = g_strjoinv(between, halves);
    stage_open(stage, whole);
    make_ready(stage);
}

/* ---- modems of every kind ---- */

static void test_forms(void)
{
    static const struct {
        const char *settings;
        enum ussd_form request, text;
    } rows[] = {
        {"ussd_request = \"plain\"; ussd = \"plain\"; ussd_breaks = \"crlf\"; ussd_order = "
         "\"before\";",
         USSD_PLAIN, USSD_PLAIN},
        {"ussd_request = \"plain\"; ussd = \"packed\"; ussd_dcs = \"none\"; ussd_padding = "
         "\"cr\";",
         USSD_PLAIN, USSD_PACKED},
        {"ussd_request = \"packed\"; ussd = \"packed\"; manufacturer = \"huawei\"; ussd_refused = "
         "\"cme 100\";",
         USSD_PACKED, USSD_PACKED},
        {"ussd_mode = \"packed\"; ussd = \"plain\"; manufacturer = \"huawei\";", USSD_PLAIN,
         USSD_PLAIN},
        {"ussd_request = \"ucs2\"; ussd = \"ucs2\"; ussd_padding = \"ffff\"; ussd_dcs = \"15\";",
         USSD_UCS2, USSD_UCS2},
        {"ussd = \"ucs2\"; ussd_padding = \"0000\"; ussd_dcs = \"0\"; ussd_breaks = \"cr\";",
         USSD_PLAIN, USSD_UCS2},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct stage stage;
        g_test_message("%s", rows[i].settings);
        open_stage(&stage, rows[i].settings);
        dial(&stage, 7, "*101#", false);
        expect(&stage, 7, USSD_STATE_ASKED, "");
        AUTO_MESSAGE menu = await(&stage, WIRE_USSD_NEWS);
        g_assert_cmpstr(menu->ussd_news.text, ==, "1. TK\n2. Goi");
        g_assert_cmpint(menu->ussd_news.state, ==, USSD_STATE_MENU_OPEN);
        g_assert_cmpint(menu->ussd_news.request_form, ==, rows[i].request);
        g_assert_cmpint(menu->ussd_news.text_form, ==, rows[i].text);
        answer_menu(&stage, 7);
        stage_close(&stage);
    }
}

/* ---- beside messages ---- */

static void test_messages_wait(void)
{
    struct stage stage;
    stage_open(&stage, menus);
    make_ready(&stage);
    open_menu(&stage, 7);
    hand_one(&stage, 1, 0, "+84912000001");
    hand_one(&stage, 2, 1, "+84912000002");
    g_free(order(&stage, "sms 0 +84912345678 trong menu"));
    AUTO_MESSAGE incoming = await(&stage, WIRE_INCOMING);
    g_assert_cmpstr(incoming->incoming.text, ==, "trong menu");
    say_stored(&stage, incoming->incoming.key);
    wait_until(&stage, "slots 0", "SM 0/");
    wait_until(&stage, "ussd 0", "state=open");
    answer_menu(&stage, 7);
    g_assert_cmpuint(count_kept(&stage, WIRE_VERDICT), ==, 0);
    expect_verdict(&stage, 1, VERDICT_SENT);
    expect_verdict(&stage, 2, VERDICT_SENT);
    stage_close(&stage);
}

/* It does not break into the message that is on the air, and does not wait for those behind it. */
static void test_dialogue_comes_first(void)
{
    struct stage stage;
    stage_open(&stage, menus);
    make_ready(&stage);
    hand_one(&stage, 1, 0, "+84912000018");
    hand_one(&stage, 2, 1, "+84912000001");
    for (int i = 0; i < PATIENCE_MS / 5; i++) {
        if (flight_slot(stage.flight, 0)->part[0].stage == FLIGHT_SUBMITTED)
            break;
        g_usleep(5000);
    }
    open_menu(&stage, 7);
    g_assert_cmpuint(count_kept(&stage, WIRE_VERDICT), ==, 1);
    expect_verdict(&stage, 1, VERDICT_SENT);
    answer_menu(&stage, 7);
    g_assert_cmpuint(count_kept(&stage, WIRE_VERDICT), ==, 0);
    expect_verdict(&stage, 2, VERDICT_SENT);
    stage_close(&stage);
}

/* What grows too old behind a menu goes back while that is open. */
static void test_too_late(void)
{
    struct stage stage;
    stage_open(&stage, menus);
    make_ready(&stage);
    open_menu(&stage, 7);
    flight_take(flight_slot(stage.flight, 0), 1, 1);
    g_autoptr(GByteArray) packet = g_byte_array_new();
    wire_put_send(packet, &(struct wire_send){.lease = 1,
                                              .number = "+84912000001",
                                              .parts = (const char *const[]){"a", NULL},
                                              .until_ms = g_get_monotonic_time() / 1000 + 300});
    g_assert_true(wire_send(stage.socket, packet, NULL));
    AUTO_MESSAGE message = await(&stage, WIRE_VERDICT);
    g_assert_cmpint(message->verdict.cause, ==, VERDICT_NOT_STARTED);
    wait_until(&stage, "ussd 0", "state=open");
    answer_menu(&stage, 7);
    stage_close(&stage);
}

/* A text that nobody asked for, in the middle of a submission. */
static void test_unasked(void)
{
    struct stage stage;
    stage_open(&stage, menus);
    make_ready(&stage);
    hand_one(&stage, 1, 0, "+84912000018");
    g_free(order(&stage, "urc 0 +CUSD: 0,\"Khuyen mai\\r\\n50%%\",15"));
    expect(&stage, 0, USSD_STATE_ANSWERED, "Khuyen mai\n50%");
    expect_verdict(&stage, 1, VERDICT_SENT);
    g_free(order(&stage, "urc 0 +CUSD: 1,\"1. Nhan\\r\\n2. Thoi\",15"));
    expect(&stage, 0, USSD_STATE_CLOSED, "1. Nhan\n2. Thoi");
    hand_one(&stage, 2, 1, "+84912000001");
    expect_verdict(&stage, 2, VERDICT_SENT);
    g_assert_cmpuint(count_in_trace(&stage, "> AT+CUSD=2\\r"), ==, 3); /* two are the start's */
    stage_close(&stage);
}

/* ---- modems that want no other question meanwhile ---- */

/* Some refuse even these until what an earlier worker left open is closed. */
static void test_closed_first(void)
{
    static const char *const questions[] = {"> AT+CPMS", "> AT+CSCA?", "> AT+CMGF=", "> AT+CNMI"};
    struct stage stage;
    stage_open(&stage, menus);
    make_ready(&stage);
    g_autofree char *trace = read_trace(&stage);
    const char *closed = strstr(trace, "> AT+CUSD=2\\r");
    g_assert_nonnull(closed);
    for (size_t i = 0; i < G_N_ELEMENTS(questions); i++) {
        const char *asked = strstr(trace, questions[i]);
        g_assert_true(asked != NULL && asked > closed);
    }
    stage_close(&stage);
}

static void test_reading_refused(void)
{
    struct stage stage;
    stage_open(&stage, menus);
    make_ready(&stage);
    open_menu(&stage, 7);
    unsigned listed = count_in_trace(&stage, "> AT+CMGL=4\\r");
    g_free(order(&stage,
                 "cue 0 point = \"answer\"; on = \"CMG[LR]\"; say = \"%%0D%%0AERROR%%0D%%0A\"; "
                 "then = \"hush\"; times = 4;"));
    g_free(order(&stage, "sms 0 +84912345678 trong menu"));
    wait_for_trace(&stage, "> AT+CMGL=4\\r", listed + 1);
    answer_menu(&stage, 7);
    AUTO_MESSAGE incoming = await(&stage, WIRE_INCOMING);
    g_assert_cmpstr(incoming->incoming.text, ==, "trong menu");
    g_assert_cmpuint(count_kept(&stage, WIRE_FAULT), ==, 0);
    stage_close(&stage);
}

/* It would be silent, had it no dialogue open. */
static void test_reading_ignored(void)
{
    struct stage stage;
    stage_open(&stage, menus);
    hire(&stage);
    set_up_as(&stage, &(struct wire_setup){.patience_ms = PATIENCE_OF_WORKER_MS});
    AUTO_MESSAGE ready = await(&stage, WIRE_READY);
    g_assert_nonnull(ready);
    open_menu(&stage, 7);
    g_free(order(&stage, "cue 0 point = \"echo\"; on = \"CMG[LR]\"; then = \"hush\"; times = 2;"));
    g_free(order(&stage, "sms 0 +84912345678 trong menu"));
    wait_for_trace(&stage, "> AT+CMGR=", 2);
    answer_menu(&stage, 7);
    AUTO_MESSAGE incoming = await(&stage, WIRE_INCOMING);
    g_assert_cmpstr(incoming->incoming.text, ==, "trong menu");
    hand_one(&stage, 1, 0, "+84912000001");
    expect_verdict(&stage, 1, VERDICT_SENT);
    stage_close(&stage);
}

/* ---- leaving ---- */

static void test_gateway_dies(void)
{
    struct stage stage;
    stage_open(&stage, menus);
    make_ready(&stage);
    open_menu(&stage, 7);
    close(stage.socket);
    stage.socket = -1;
    g_assert_cmpint(exit_status(&stage), ==, 0);
    wait_until(&stage, "ussd 0", "ended=client");
    wait_until(&stage, "ussd 0", "state=idle");
    stage_close(&stage);
}

static void test_told_to_leave(void)
{
    struct stage stage;
    stage_open(&stage, menus);
    make_ready(&stage);
    open_menu(&stage, 7);
    hand_one(&stage, 1, 0, "+84912000001");
    say_leave(&stage);
    expect_verdict(&stage, 1, VERDICT_RETRY);
    expect(&stage, 7, USSD_STATE_CLOSED, "");
    g_assert_cmpint(exit_status(&stage), ==, 0);
    wait_until(&stage, "ussd 0", "state=idle");
    stage_close(&stage);
}

static void test_worker_dies(void)
{
    struct stage stage;
    stage_open(&stage, menus);
    make_ready(&stage);
    open_menu(&stage, 7);
    dismiss(&stage); /* SIGKILL */
    make_ready(&stage);
    wait_until(&stage, "ussd 0", "state=idle");
    open_menu(&stage, 8);
    cancel(&stage, 8);
    expect(&stage, 8, USSD_STATE_CLOSED, "");
    wait_until(&stage, "ussd 0", "state=idle");
    stage_close(&stage);
}

static void test_unplugged(void)
{
    struct stage stage;
    stage_open(&stage, menus);
    make_ready(&stage);
    open_menu(&stage, 7);
    g_free(order(&stage, "unplug 0"));
    expect(&stage, 7, USSD_STATE_CLOSED, "");
    AUTO_MESSAGE fault = await(&stage, WIRE_FAULT);
    g_assert_cmpint(fault->fault.kind, ==, WIRE_FAULT_DEVICE);
    stage_close(&stage);
}

/* ---- codes of cards ---- */

/* Eight digits: the times of the trace have no such run. */
static void test_secret(void)
{
    static const char *const forms[] = {"charset", "ucs2", "packed", "plain"};
    static const char *const never[] = {"47110815", "00340037003100310030003800310035", "AA180C",
                                        "2A0031003000300034"};
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        struct stage stage;
        g_autofree char *form = g_strdup_printf("ussd = \"%s\";", forms[i]);
        open_stage(&stage, form);
        dial(&stage, 7, "*100*47110815#", true);
        expect(&stage, 7, USSD_STATE_ASKED, "");
        expect(&stage, 7, USSD_STATE_ANSWERED, "Nap 47110815 thanh cong");
        dismiss(&stage);
        for (size_t k = 0; k < G_N_ELEMENTS(never); k++)
            g_assert_cmpuint(count_in_trace(&stage, never[k]), ==, 0);
        g_assert_cmpuint(count_in_trace(&stage, "(code)"), >=, 2);
        stage_close(&stage);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    signal(SIGPIPE, SIG_IGN);
    g_test_add_func("/worker ussd/goes with modems of every kind", test_forms);
    g_test_add_func("/worker ussd/messages wait for its end, received ones do not",
                    test_messages_wait);
    g_test_add_func("/worker ussd/comes at the next boundary between messages",
                    test_dialogue_comes_first);
    g_test_add_func("/worker ussd/what grows too old behind it goes back", test_too_late);
    g_test_add_func("/worker ussd/what nobody asked for is told, a menu closed", test_unasked);
    g_test_add_func("/worker ussd/what was left open is closed before all else", test_closed_first);
    g_test_add_func("/worker ussd/what may not be read meanwhile is read later",
                    test_reading_refused);
    g_test_add_func("/worker ussd/silence meanwhile is no fault", test_reading_ignored);
    g_test_add_func("/worker ussd/a menu is closed when the gateway dies", test_gateway_dies);
    g_test_add_func("/worker ussd/and when the worker is told to leave", test_told_to_leave);
    g_test_add_func("/worker ussd/the next worker closes what a killed one left", test_worker_dies);
    g_test_add_func("/worker ussd/an unplugged modem loses its dialogue", test_unplugged);
    g_test_add_func("/worker ussd/the code of a card is never traced", test_secret);
    return g_test_run();
}
