// SPDX-License-Identifier: GPL-2.0-or-later
/* A modem that stops to answer is found out wherever that happens, by the clock and not by
 * libgammu, also when it goes on talking; one that answers that it is not ready yet is not. What is
 * then done about it, by whom it may be done, and the PIN that is sent once. */
#include "tests/worker_stage.h"

#include <poll.h>
#include <unistd.h>

enum { PATIENCE_SHORT_MS = 1000 };

static const char chatty[] = "modem = { noise_ms = 10; noise = [ \"^RSSI: 20\", \"+CREG: 1\" ]; "
                             "air_ms = 5; air_spread_ms = 0; };\n";

enum phase { OPENING, IDLING, DELETING, SENDING };

static const struct {
    const char *name, *cue;
    enum phase phase;
} silences[] = {
    {"at the first AT", "point = \"answer\"; on = \"^AT$\";", OPENING},
    {"while it is set up", "point = \"answer\"; on = \"CMGF=0\";", OPENING},
    {"at the SIM's state", "point = \"result\"; on = \"CPIN\";", OPENING},
    {"while it is identified", "point = \"answer\"; on = \"CIMI\";", OPENING},
    {"while libgammu starts", "point = \"result\"; on = \"^ATE1\"; skip = 1;", OPENING},
    {"while its store is listed", "point = \"answer\"; on = \"CMGL\";", IDLING},
    {"while its health is asked", "point = \"answer\"; on = \"CSQ\";", IDLING},
    {"at a deletion", "point = \"result\"; on = \"CMGD\";", DELETING},
    {"before the prompt", "point = \"prompt\";", SENDING},
};

static void hire_patient(struct stage *stage, enum wire_remedy remedy)
{
    hire(stage);
    set_up_as(stage,
              &(struct wire_setup){.patience_ms = PATIENCE_SHORT_MS, .remedy = (uint8_t)remedy});
}

static void go_on(struct stage *stage, enum phase phase)
{
    if (phase == DELETING) {
        g_free(order(stage, "sms 0 +84912345678 1"));
        AUTO_MESSAGE incoming = await(stage, WIRE_INCOMING);
        say_stored(stage, incoming->incoming.key);
    }
    if (phase == SENDING) {
        hand_over(stage, 1, 0, "+84912000001", WIRE_CODING_GSM7, (const char *const[]){"a", NULL});
        AUTO_MESSAGE verdict = await(stage, WIRE_VERDICT);
        g_assert_cmpint(verdict->verdict.outcome, ==, VERDICT_RETRY);
    }
}

static void check_silence(size_t row, const char *kind)
{
    struct stage stage;
    g_test_message("%s %s", kind, silences[row].name);
    stage_open(&stage, chatty);
    g_free(order(&stage, "cue 0 %s then = \"%s\";", silences[row].cue, kind));
    hire_patient(&stage, WIRE_REMEDY_NONE);
    if (silences[row].phase != OPENING) {
        AUTO_MESSAGE ready = await(&stage, WIRE_READY);
        g_assert_nonnull(ready);
    }
    go_on(&stage, silences[row].phase);
    AUTO_MESSAGE fault = await(&stage, WIRE_FAULT);
    g_assert_nonnull(fault);
    g_assert_cmpint(fault->fault.kind, ==, WIRE_FAULT_SILENT);
    g_assert_cmpint(exit_status(&stage), ==, 69);
    dismiss(&stage);
    stage_close(&stage);
}

static void test_dazed(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(silences); i++)
        check_silence(i, "dazed");
}

/* It is not silent: it has an answer to everything, and never the right one. */
static void test_nonsense(void)
{
    static const char *const behaviours[] = {
        "cues = ({ point = \"result\"; on = \"^AT\"; then = \"replace\"; times = 0;"
        "          say = \"%0D%0AERROR%0D%0A\"; });",
        "cues = ({ point = \"result\"; on = \"^AT\"; then = \"replace\"; times = 0;"
        "          say = \"%0D%0A%81garb%0D%0A\"; });",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(behaviours); i++) {
        struct stage stage;
        g_test_message("%s", behaviours[i]);
        stage_open(&stage, behaviours[i]);
        hire(&stage);
        set_up_as(&stage, &(struct wire_setup){.patience_ms = 300});
        AUTO_MESSAGE fault = await(&stage, WIRE_FAULT);
        g_assert_nonnull(fault);
        g_assert_cmpint(fault->fault.kind, ==, WIRE_FAULT_SILENT);
        g_assert_cmpint(exit_status(&stage), ==, 69);
        dismiss(&stage);
        stage_close(&stage);
    }
}

static void test_mute(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(silences); i += 4)
        check_silence(i, "mute");
}

/* It does not say that it has heard AT+CFUN=1,1, but it does. */
static void test_reset(void)
{
    static const struct {
        const char *silence;
        bool wakes;
    } rows[] = {{"dazed", true}, {"deaf", false}, {"off", true}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct stage stage;
        g_test_message("%s", rows[i].silence);
        stage_open(&stage, chatty);
        g_free(order(&stage, "silence 0 %s", rows[i].silence));
        hire_patient(&stage, WIRE_REMEDY_RESET);
        AUTO_MESSAGE end = await(&stage, rows[i].wakes ? WIRE_READY : WIRE_FAULT);
        g_assert_nonnull(end);
        stage_close(&stage);
    }
}

static void test_slow_is_not_silent(void)
{
    static const char *const behaviours[] = {
        /* Three times as long as it may be silent. */
        "modem = { busy_ms = 3500; };",
        /* Questions that it never answers, between others that it does. */
        "cues = ({ point = \"answer\"; on = \"CNMI=\"; then = \"hush\"; times = 0; },"
        "        { point = \"answer\"; on = \"COPS\"; then = \"hush\"; times = 0; });",
        "modem = { boot_ms = 600; };",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(behaviours); i++) {
        struct stage stage;
        g_test_message("%s", behaviours[i]);
        stage_open(&stage, behaviours[i]);
        hire_patient(&stage, WIRE_REMEDY_NONE);
        AUTO_MESSAGE ready = await(&stage, WIRE_READY);
        g_assert_nonnull(ready);
        AUTO_MESSAGE health = await(&stage, WIRE_HEALTH);
        g_assert_nonnull(health);
        stage_close(&stage);
    }
}

static void test_imei(void)
{
    static const struct {
        const char *imei;
        enum wire_remedy remedy;
        int kind; /* -1: ready */
    } rows[] = {
        {"", WIRE_REMEDY_NONE, -1},
        {"own", WIRE_REMEDY_NONE, -1},
        {"own", WIRE_REMEDY_RESET, -1},
        {"111111111111111", WIRE_REMEDY_NONE, WIRE_FAULT_STRANGER},
        {"111111111111111", WIRE_REMEDY_RESET, WIRE_FAULT_STRANGER},
    };
    struct stage stage;
    stage_open(&stage, quick);
    hire(&stage);
    set_up(&stage, "", stage.device);
    AUTO_MESSAGE first = await(&stage, WIRE_READY);
    g_autofree char *own = g_strdup(first->ready.imei);
    dismiss(&stage);
    g_autofree char *file = g_build_filename(stage.dir, "trace", NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        bool mine = strcmp(rows[i].imei, "own") == 0;
        unlink(file);
        hire(&stage);
        set_up_as(&stage, &(struct wire_setup){.imei = mine ? own : rows[i].imei,
                                               .remedy = (uint8_t)rows[i].remedy});
        AUTO_MESSAGE message = await(&stage, rows[i].kind < 0 ? WIRE_READY : WIRE_FAULT);
        g_assert_nonnull(message);
        if (rows[i].kind >= 0) {
            g_autofree char *trace = NULL;
            g_assert_cmpint(message->fault.kind, ==, rows[i].kind);
            g_assert_nonnull(strstr(message->fault.sentence, own));
            g_assert_cmpint(exit_status(&stage), ==, 69);
            /* A stranger was asked who it is, and nothing was changed. */
            g_assert_true(g_file_get_contents(file, &trace, NULL, NULL));
            g_assert_nonnull(strstr(trace, "CGSN"));
            g_assert_null(strstr(trace, "ATE1"));
            g_assert_null(strstr(trace, "CFUN"));
        }
        dismiss(&stage);
    }
    stage_close(&stage);
}

/* ---- the PIN ---- */

/* READY, or the kind of fault. */
static int outcome_of(struct stage *stage, const char *pin)
{
    hire(stage);
    set_up_as(stage, &(struct wire_setup){.pin = pin, .patience_ms = PATIENCE_SHORT_MS});
    int kind = -1;
    struct pollfd socket = {.fd = stage->socket, .events = POLLIN};
    for (bool known = false; !known;) {
        struct wire_message message = {0};
        poll(&socket, 1, PATIENCE_MS);
        g_assert_cmpint(wire_receive(stage->socket, &message, NULL), ==, 1);
        known = message.type == WIRE_READY || message.type == WIRE_FAULT;
        if (message.type == WIRE_FAULT)
            kind = message.fault.kind;
        wire_message_clear(&message);
    }
    dismiss(stage);
    return kind;
}

static void test_pin_once(void)
{
    /* Of one SIM with three tries, by one worker after the other. */
    static const struct {
        const char *pin, *order;
        int kind; /* -1: ready */
        bool marked;
    } rows[] = {
        {"9999", NULL, WIRE_FAULT_PIN, true},
        {"9999", "restart 0", WIRE_FAULT_PIN, true},
        {"8888", NULL, WIRE_FAULT_PIN, true},
        {"8888", "restart 0", WIRE_FAULT_PIN, true},
        {"", NULL, WIRE_FAULT_PIN, true},
        {"4711", NULL, -1, false},
        {"4711", "restart 0", -1, false}, /* accepted ones go as often as they must */
        {"9999", NULL, -1, false},        /* it is open: nobody asks */
    };
    struct stage stage;
    stage_open(&stage, "modem = { pin = \"4711\"; };");
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("row %zu", i);
        if (rows[i].order != NULL)
            g_free(order(&stage, "%s", rows[i].order));
        g_assert_cmpint(outcome_of(&stage, rows[i].pin), ==, rows[i].kind);
        g_assert_cmpint(flight_pin(stage.flight)[0] != '\0', ==, rows[i].marked);
    }
    /* A person says that it is right after all: once more, and then it is marked again. */
    g_free(order(&stage, "restart 0"));
    g_assert_cmpint(outcome_of(&stage, "7777"), ==, WIRE_FAULT_PIN);
    flight_set_pin(stage.flight, "");
    g_assert_cmpint(outcome_of(&stage, "7777"), ==, WIRE_FAULT_PIN);
    g_assert_cmpuint(strlen(flight_pin(stage.flight)), ==, 64);
    g_assert_cmpint(outcome_of(&stage, "4711"), ==, -1);
    stage_close(&stage);
}

/* The modem dies over the right PIN: nobody knows whether it was a wrong one. */
static void test_pin_cut_off(void)
{
    static const char ok[] = "cue 0 point = \"result\"; on = \"CLCK\"; "
                             "say = \"%0D%0AOK%0D%0A\"; then = \"replace\"; times = 0;";
    static const struct {
        const char *order; /* what happens until the next worker */
        int lock;          /* what AT+CLCK="SC",2 says */
        int kind;
        bool marked;
    } rows[] = {
        {"restart 0", 1, WIRE_FAULT_PIN, true}, /* it asks again: a person must say */
        {"silence 0 off", 1, -1, false},        /* it is open: by this PIN */
        {"silence 0 off", 0, -1, true},         /* another card, that needs none */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct stage stage;
        g_test_message("row %zu", i);
        stage_open(&stage, "modem = { pin = \"4711\"; };");
        g_free(order(&stage,
                     "cue 0 point = \"answer\"; on = \"CLCK\"; times = 0; say = \"%%0D%%0A+CLCK: "
                     "%d%%0D%%0A\";",
                     rows[i].lock));
        g_free(order(&stage, "%s", ok));
        g_free(order(&stage, "cue 0 point = \"result\"; on = \"CPIN=\"; then = \"mute\";"));
        g_assert_cmpint(outcome_of(&stage, "4711"), ==, WIRE_FAULT_SILENT);
        g_assert_cmpuint(strlen(flight_pin(stage.flight)), ==, 64);
        g_free(order(&stage, "%s", rows[i].order));
        g_assert_cmpint(outcome_of(&stage, "4711"), ==, rows[i].kind);
        g_assert_cmpint(flight_pin(stage.flight)[0] != '\0', ==, rows[i].marked);
        stage_close(&stage);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    signal(SIGPIPE, SIG_IGN);
    g_test_add_func("/worker_silence/talking without an answer is silence, wherever it begins",
                    test_dazed);
    g_test_add_func("/worker_silence/so is saying nothing", test_mute);
    g_test_add_func("/worker_silence/and so is answering nonsense for ever", test_nonsense);
    g_test_add_func("/worker_silence/a restart ends it where the modem can still hear", test_reset);
    g_test_add_func("/worker_silence/a busy SIM and a slow start are not", test_slow_is_not_silent);
    g_test_add_func("/worker_silence/a modem with another IMEI is left as it is", test_imei);
    g_test_add_func("/worker_silence/a PIN is sent once, whoever asks again", test_pin_once);
    g_test_add_func("/worker_silence/a PIN that was cut off is not sent again", test_pin_cut_off);
    return g_test_run();
}
