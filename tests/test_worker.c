// SPDX-License-Identifier: GPL-2.0-or-later
// The worker sends, and leaves as it should, whatever dies around it.
#include "tests/worker_stage.h"

static void test_introduction(void)
{
    struct stage stage;
    stage_open(&stage, "modem = { manufacturer = \"Rehearsal\"; model = \"RM1\"; signal = 31; };");
    hire(&stage);
    set_up(&stage, "", stage.device);
    AUTO_MESSAGE ready = await(&stage, WIRE_READY);
    g_assert_nonnull(ready);
    g_assert_cmpstr(ready->ready.manufacturer, ==, "Rehearsal");
    g_assert_cmpstr(ready->ready.model, ==, "RM1");
    g_assert_cmpuint(strlen(ready->ready.imei), ==, 15);
    g_assert_cmpuint(strlen(ready->ready.imsi), ==, 15);
    g_assert_cmpstr(ready->ready.smsc, ==, "+84980200030");
    AUTO_MESSAGE health = await(&stage, WIRE_HEALTH);
    g_assert_cmpint(health->health.signal_percent, ==, 100);
    g_assert_cmpint(health->health.registration, ==, 1);
    g_assert_cmpstr(health->health.operator_code, ==, "45204");
    g_assert_cmpstr(health->health.operator_name, ==, "Viettel");
    g_assert_cmpint(health->health.storage_used, ==, 0);
    stage_close(&stage);
}

static void test_outcomes(void)
{
    static const struct {
        const char *number;
        enum verdict_outcome outcome;
        enum verdict_space space;
        int32_t cause;
        bool reference;
    } rows[] = {
        {"+84912000001", VERDICT_SENT, VERDICT_SPACE_NONE, 0, true},
        {"+84912000013", VERDICT_RETRY, VERDICT_SPACE_CMS, 38, false},
        {"+84912000013", VERDICT_SENT, VERDICT_SPACE_NONE, 0, true},
        {"+84912000014", VERDICT_RETRY, VERDICT_SPACE_CME, 30, false},
        {"+84912000015", VERDICT_UNSURE, VERDICT_SPACE_LOCAL, VERDICT_NO_REFERENCE, false},
        {"+84912000016", VERDICT_UNSURE, VERDICT_SPACE_LOCAL, VERDICT_BARE_ERROR, false},
        {"+84912000017", VERDICT_REFUSED, VERDICT_SPACE_CMS, 30, false},
        {"+84912000019", VERDICT_MODEM_SICK, VERDICT_SPACE_CMS, 310, false},
        {"84912-000", VERDICT_REFUSED, VERDICT_SPACE_LOCAL, VERDICT_BAD_PART, false},
        {"+84912000002", VERDICT_SENT, VERDICT_SPACE_NONE, 0, true},
    };
    struct stage stage;
    stage_open(&stage, quick);
    make_ready(&stage);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        int64_t lease = 100 + (int64_t)i;
        hand_over(&stage, lease, 3, rows[i].number, WIRE_CODING_GSM7,
                  (const char *const[]){"Nhan: 1=co, 2=khong", NULL});
        AUTO_MESSAGE message = await(&stage, WIRE_VERDICT);
        const struct wire_verdict *verdict = &message->verdict;
        g_assert_true(verdict->lease == lease);
        g_assert_cmpint(verdict->outcome, ==, rows[i].outcome);
        g_assert_cmpint(verdict->cause_space, ==, rows[i].space);
        g_assert_cmpint(verdict->cause, ==, rows[i].cause);
        g_assert_cmpuint(verdict->references.size, ==, rows[i].reference);
        struct flight_slot *slot = flight_find(stage.flight, lease);
        if (rows[i].cause != VERDICT_BAD_PART || rows[i].space != VERDICT_SPACE_LOCAL) {
            g_assert_cmpuint(slot->part[0].stage, ==, FLIGHT_ANSWERED);
            g_assert_cmpuint(slot->part[0].outcome, ==, rows[i].outcome);
        }
        flight_release(slot);
    }
    stage_close(&stage);
}

static void test_texts(void)
{
    static const char all[] = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ "
                              "!\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€";
    static const struct {
        enum wire_coding coding;
        const char *parts[4];
    } rows[] = {
        {WIRE_CODING_GSM7, {all, NULL}},
        {WIRE_CODING_UCS2, {"Họp dân lúc 7h ~ 8h ~~ 😀 \"mời\" cả nhà", NULL}},
        {WIRE_CODING_GSM7, {"phan mot ~{}|", "phan hai", "phan ba €", NULL}},
        {WIRE_CODING_UCS2, {"phần một ~", "phần hai 😀", NULL}},
    };
    struct stage stage;
    stage_open(&stage, quick);
    make_ready(&stage);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        unsigned parts = g_strv_length((char **)rows[i].parts);
        hand_over(&stage, 1, 0, "+84912000001", rows[i].coding, rows[i].parts);
        AUTO_MESSAGE message = await(&stage, WIRE_VERDICT);
        g_assert_cmpint(message->verdict.outcome, ==, VERDICT_SENT);
        g_assert_cmpuint(message->verdict.references.size, ==, parts);
        for (unsigned k = 0; k < parts; k++) {
            AUTO_MESSAGE report = await(&stage, WIRE_REPORT);
            g_assert_cmpint(report->report.reference, ==, message->verdict.references.data[k]);
            g_assert_cmpstr(report->report.number, ==, "+84912000001");
            g_assert_cmpint(report->report.status, ==, 0);
            int64_t apart = g_get_real_time() / 1000 - report->report.discharged_at;
            g_assert_cmpint(ABS(apart), <, 3600000);
        }
        flight_release(flight_slot(stage.flight, 0));
    }
    dismiss(&stage);
    /* What the handset read, parts joined, must be what was handed over. */
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = g_strjoinv("", (char **)rows[i].parts);
        g_autofree char *file = g_build_filename(stage.dir, "wanted", NULL);
        g_assert_true(g_file_set_contents(file, text, -1, NULL));
        g_autofree char *command = g_strdup_printf(
            "jq -es --rawfile wanted %s 'any(.[]; .direction == \"received\" and .text == $wanted)'"
            " %s",
            file, stage.air);
        if (run_command(command) != 0)
            g_error("row %zu did not arrive as it was", i);
    }
    stage_close(&stage);
}

static void test_disturbed(void)
{
    static const char *const lines[] = {
        "+CIEV: 2,4", "^RSSI: 20", "+QIND: SMS DONE", "RING",       "*PSUTTZ: 1",
        "+CREG: 1",   "garbage",   "+CUSD: 4",        "NO CARRIER",
    };
    struct stage stage;
    stage_open(&stage, "modem = { air_ms = 30; air_spread_ms = 0; noise_ms = 3; report_share = 0.0;"
                       "noise = [ \"^HCSQ:\\\"LTE\\\",59\", \"+CIEV: 1,1\", \"Call Ready\" ]; };");
    make_ready(&stage);
    for (size_t i = 0; i < G_N_ELEMENTS(lines) * 2; i++) {
        g_free(order(&stage, "echo 0 %s", i % 4 < 2 ? "on" : "off"));
        hand_over(&stage, 1, 0, "+84912000001", WIRE_CODING_GSM7,
                  (const char *const[]){"mot", "hai", NULL});
        g_free(order(&stage, "urc 0 %s", lines[i / 2]));
        AUTO_MESSAGE message = await(&stage, WIRE_VERDICT);
        g_assert_cmpint(message->verdict.outcome, ==, VERDICT_SENT);
        g_assert_cmpuint(message->verdict.references.size, ==, 2);
        flight_release(flight_slot(stage.flight, 0));
    }
    stage_close(&stage);
}

/* ---- leaving ---- */

static void wait_for_stage(struct flight_slot *slot, enum flight_stage wanted)
{
    for (int i = 0; i < PATIENCE_MS / 5 && slot->part[0].stage != wanted; i++)
        g_usleep(5000);
    g_assert_cmpuint(slot->part[0].stage, ==, wanted);
}

static void test_gateway_dies(void)
{
    struct stage stage;
    stage_open(&stage, quick);
    make_ready(&stage);
    struct flight_slot *first = flight_slot(stage.flight, 0);
    struct flight_slot *second = flight_slot(stage.flight, 1);
    hand_over(&stage, 1, 0, "+84912000018", WIRE_CODING_GSM7, (const char *const[]){"a", NULL});
    hand_over(&stage, 2, 1, "+84912000001", WIRE_CODING_GSM7, (const char *const[]){"b", NULL});
    wait_for_stage(first, FLIGHT_SUBMITTED);
    g_assert_cmpint(flight_lock(stage.flight_path, NULL), ==, -1);
    close(stage.socket);
    stage.socket = -1;
    g_assert_cmpint(exit_status(&stage), ==, 0);
    g_assert_cmpuint(first->part[0].stage, ==, FLIGHT_ANSWERED);
    g_assert_cmpuint(first->part[0].outcome, ==, VERDICT_SENT);
    g_assert_cmpint(first->part[0].reference, >=, 0);
    g_assert_cmpuint(second->part[0].stage, ==, FLIGHT_NONE);
    int lock = flight_lock(stage.flight_path, NULL);
    g_assert_cmpint(lock, >=, 0);
    close(lock);
    stage_close(&stage);
}

static void test_worker_dies(void)
{
    struct stage stage;
    stage_open(&stage, quick);
    make_ready(&stage);
    hand_over(&stage, 1, 0, "+84912000018", WIRE_CODING_GSM7, (const char *const[]){"a", NULL});
    wait_for_stage(flight_slot(stage.flight, 0), FLIGHT_SUBMITTED);
    dismiss(&stage); /* SIGKILL */
    g_assert_cmpuint(flight_slot(stage.flight, 0)->part[0].stage, ==, FLIGHT_SUBMITTED);
    flight_release(flight_slot(stage.flight, 0));
    make_ready(&stage);
    hand_over(&stage, 2, 0, "+84912000001", WIRE_CODING_GSM7, (const char *const[]){"b", NULL});
    AUTO_MESSAGE message = await(&stage, WIRE_VERDICT);
    g_assert_cmpint(message->verdict.outcome, ==, VERDICT_SENT);
    stage_close(&stage);
}

static void test_leave(void)
{
    struct stage stage;
    stage_open(&stage, quick);
    make_ready(&stage);
    hand_over(&stage, 1, 0, "+84912000018", WIRE_CODING_GSM7, (const char *const[]){"a", NULL});
    hand_over(&stage, 2, 1, "+84912000001", WIRE_CODING_GSM7, (const char *const[]){"b", NULL});
    wait_for_stage(flight_slot(stage.flight, 0), FLIGHT_SUBMITTED);
    say_leave(&stage);
    AUTO_MESSAGE first = await(&stage, WIRE_VERDICT);
    g_assert_true(first->verdict.lease == 1);
    g_assert_cmpint(first->verdict.outcome, ==, VERDICT_SENT);
    AUTO_MESSAGE second = await(&stage, WIRE_VERDICT);
    g_assert_true(second->verdict.lease == 2);
    g_assert_cmpint(second->verdict.outcome, ==, VERDICT_RETRY);
    g_assert_cmpint(second->verdict.cause, ==, VERDICT_NOT_STARTED);
    g_assert_cmpint(exit_status(&stage), ==, 0);
    stage_close(&stage);
}

static void test_unplugged(void)
{
    struct stage stage;
    stage_open(&stage, quick);
    make_ready(&stage);
    hand_over(&stage, 1, 0, "+84912000018", WIRE_CODING_GSM7, (const char *const[]){"a", NULL});
    wait_for_stage(flight_slot(stage.flight, 0), FLIGHT_SUBMITTED);
    g_free(order(&stage, "unplug 0"));
    AUTO_MESSAGE message = await(&stage, WIRE_VERDICT);
    g_assert_cmpint(message->verdict.outcome, ==, VERDICT_UNSURE);
    g_assert_cmpint(message->verdict.cause, ==, VERDICT_HANG_UP);
    AUTO_MESSAGE fault = await(&stage, WIRE_FAULT);
    g_assert_cmpint(fault->fault.kind, ==, WIRE_FAULT_DEVICE);
    g_assert_cmpint(exit_status(&stage), ==, 69);
    g_assert_cmpuint(flight_slot(stage.flight, 0)->part[0].stage, ==, FLIGHT_SUBMITTED);
    dismiss(&stage);

    hire(&stage); /* while it is away */
    set_up(&stage, "", stage.device);
    AUTO_MESSAGE absent = await(&stage, WIRE_FAULT);
    g_assert_cmpint(absent->fault.kind, ==, WIRE_FAULT_DEVICE);
    dismiss(&stage);

    g_free(order(&stage, "plug 0"));
    make_ready(&stage);
    stage_close(&stage);
}

/* libgammu would not notice: it asks again and waits. */
static void test_unplugged_before_it_begins(void)
{
    struct stage stage;
    stage_open(&stage, quick);
    make_ready(&stage);
    g_free(order(&stage, "cue 0 point = \"echo\"; on = \"CMGF=0\"; then = \"unplug\";"));
    hand_over(&stage, 1, 0, "+84912000001", WIRE_CODING_GSM7, (const char *const[]){"a", NULL});
    AUTO_MESSAGE message = await(&stage, WIRE_VERDICT);
    g_assert_cmpint(message->verdict.outcome, ==, VERDICT_MODEM_SICK);
    AUTO_MESSAGE fault = await(&stage, WIRE_FAULT);
    g_assert_cmpint(fault->fault.kind, ==, WIRE_FAULT_DEVICE);
    stage_close(&stage);
}

static void test_restarted(void)
{
    struct stage stage;
    stage_open(&stage, "modem = { boot_lines = [ \"RDY\", \"+CFUN: 1\" ]; };");
    make_ready(&stage);
    g_free(order(&stage, "restart 0"));
    AUTO_MESSAGE fault = await(&stage, WIRE_FAULT);
    g_assert_cmpint(fault->fault.kind, ==, WIRE_FAULT_BUSY);
    stage_close(&stage);
}

/* Back in text mode, it would take a PDU for a text. */
static void test_restarted_silently(void)
{
    struct stage stage;
    stage_open(&stage, quick);
    make_ready(&stage);
    g_free(order(&stage, "restart 0"));
    hand_over(&stage, 1, 0, "+84912000016", WIRE_CODING_GSM7, (const char *const[]){"a", NULL});
    AUTO_MESSAGE verdict = await(&stage, WIRE_VERDICT);
    g_assert_cmpint(verdict->verdict.outcome, !=, VERDICT_SENT);
    AUTO_MESSAGE fault = await(&stage, WIRE_FAULT);
    g_assert_cmpint(fault->fault.kind, ==, WIRE_FAULT_BUSY);
    stage_close(&stage);
}

/* It takes seconds, so it is found out before the next message after a pause. */
static void test_restarted_in_a_pause(void)
{
    struct stage stage;
    stage_open(&stage, quick);
    make_ready(&stage);
    AUTO_MESSAGE health = await(&stage, WIRE_HEALTH);
    g_usleep(300 * 1000); /* it looks at the settings then as well */
    g_assert_nonnull(health);
    g_free(order(&stage, "restart 0"));
    g_usleep(2200 * 1000);
    hand_over(&stage, 1, 0, "+84912000001", WIRE_CODING_GSM7, (const char *const[]){"a", NULL});
    AUTO_MESSAGE fault = await(&stage, WIRE_FAULT);
    g_assert_cmpint(fault->fault.kind, ==, WIRE_FAULT_BUSY);
    AUTO_MESSAGE verdict = await(&stage, WIRE_VERDICT);
    g_assert_cmpint(verdict->verdict.cause_space, ==, VERDICT_SPACE_LOCAL);
    g_assert_cmpint(verdict->verdict.cause, ==, VERDICT_NOT_STARTED);
    stage_close(&stage);
}

/* Eight digits: the times of the trace have no such run. */
static void test_pin(void)
{
    static const struct {
        const char *pin;
        int kind; /* -1: ready */
    } rows[] = {{"", WIRE_FAULT_PIN},
                {"12 4", WIRE_FAULT_PIN},
                {"99990000", WIRE_FAULT_PIN},
                {"47110815", -1}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct stage stage;
        stage_open(&stage, "modem = { pin = \"47110815\"; };");
        hire(&stage);
        set_up(&stage, rows[i].pin, stage.device);
        AUTO_MESSAGE message = await(&stage, rows[i].kind < 0 ? WIRE_READY : WIRE_FAULT);
        if (rows[i].kind >= 0)
            g_assert_cmpint(message->fault.kind, ==, rows[i].kind);
        dismiss(&stage);
        g_autofree char *file = g_build_filename(stage.dir, "trace", NULL);
        g_autofree char *trace = NULL;
        g_assert_true(g_file_get_contents(file, &trace, NULL, NULL));
        g_assert_null(strstr(trace, "99990000"));
        g_assert_null(strstr(trace, "47110815"));
        stage_close(&stage);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    signal(SIGPIPE, SIG_IGN);
    g_test_add_func("/worker/introduces the modem and its health", test_introduction);
    g_test_add_func("/worker/gives the outcome that the modem gave", test_outcomes);
    g_test_add_func("/worker/texts arrive exactly as they were handed over", test_texts);
    g_test_add_func("/worker/sends through noise and without echo", test_disturbed);
    g_test_add_func("/worker/waits for the answer when the gateway dies", test_gateway_dies);
    g_test_add_func("/worker/killed after Ctrl-Z leaves its mark in the log", test_worker_dies);
    g_test_add_func("/worker/told to leave hands back what it has not begun", test_leave);
    g_test_add_func("/worker/an unplugged modem is a fault and comes back", test_unplugged);
    g_test_add_func("/worker/so is one that goes before libgammu has begun",
                    test_unplugged_before_it_begins);
    g_test_add_func("/worker/a modem that restarts is set up again", test_restarted);
    g_test_add_func("/worker/a modem that restarts without a word is found out",
                    test_restarted_silently);
    g_test_add_func("/worker/so it is before anything is sent", test_restarted_in_a_pause);
    g_test_add_func("/worker/a PIN is sent once and never traced", test_pin);
    return g_test_run();
}
