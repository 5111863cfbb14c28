// SPDX-License-Identifier: GPL-2.0-or-later
/* The real loa-modem against the real loa-simulator, with this test in the gateway's place: it
 * holds the other end of the socket and the flight log. LOA_BUILD says where the programs are. */
#include "modems/flight.h"
#include "modems/verdict.h"
#include "modems/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_MS = 60000 };

struct stage {
    char *dir, *device, *flight_path, *air;
    pid_t simulator, worker;
    int socket, control;
    struct flight *flight;
    GQueue kept; /* of struct wire_message *, that another was waited for */
};

static char *program(const char *name)
{
    const char *build = g_getenv("LOA_BUILD");
    if (build != NULL)
        return g_build_filename(build, name, NULL);
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *tests = g_path_get_dirname(self);
    g_autofree char *above = g_path_get_dirname(tests);
    return g_build_filename(above, name, NULL);
}

static int run(const char *command)
{
    g_autofree char *output = NULL;
    int status = -1;
    g_spawn_command_line_sync(command, &output, NULL, &status, NULL);
    return status;
}

static void wait_for_path(const char *path)
{
    for (int i = 0; i < PATIENCE_MS / 20 && !g_file_test(path, G_FILE_TEST_EXISTS); i++)
        g_usleep(20000);
    g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
}

/* ---- the simulator ---- */

static void control_connect(struct stage *stage, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    stage->control = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    for (int i = 0; i < PATIENCE_MS / 20; i++) {
        if (connect(stage->control, (struct sockaddr *)&address, sizeof address) == 0)
            return;
        g_usleep(20000);
    }
    g_assert_not_reached();
}

/* One order to the simulator; its answer after "ok ". */
static char *order(struct stage *stage, const char *format, ...) G_GNUC_PRINTF(2, 3);
static char *order(struct stage *stage, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *line = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *ended = g_strconcat(line, "\n", NULL);
    g_assert_cmpint(write(stage->control, ended, strlen(ended)), ==, (gssize)strlen(ended));
    char answer[4096];
    size_t size = 0;
    while (size == 0 || answer[size - 1] != '\n') {
        gssize got = read(stage->control, answer + size, sizeof answer - size);
        g_assert_cmpint(got, >, 0);
        size += (size_t)got;
    }
    answer[size - 1] = '\0';
    if (!g_str_has_prefix(answer, "ok"))
        g_error("simulator: %s: %s", line, answer);
    return g_strdup(answer + 2 + (answer[2] == ' '));
}

/* A test that fails leaves no simulator behind. */
static void die_with_test(gpointer data)
{
    (void)data;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static void stage_open(struct stage *stage, const char *behaviour)
{
    memset(stage, 0, sizeof *stage);
    stage->socket = stage->control = -1;
    g_queue_init(&stage->kept);
    stage->dir = g_dir_make_tmp("loa-worker-XXXXXX", NULL);
    stage->air = g_build_filename(stage->dir, "air", NULL);
    stage->device = g_build_filename(stage->dir, "modem0", NULL);
    stage->flight_path = g_build_filename(stage->dir, "flight", NULL);
    g_autofree char *config = g_build_filename(stage->dir, "behaviour", NULL);
    g_autofree char *control = g_build_filename(stage->dir, "control", NULL);
    g_autofree char *simulator = program("loa-simulator");
    g_assert_true(g_file_set_contents(config, behaviour, -1, NULL));
    char *command[] = {simulator,  (char *)"--config",
                       config,     (char *)"--dir",
                       stage->dir, (char *)"--air",
                       stage->air, (char *)"--control",
                       control,    NULL};
    g_autoptr(GError) error = NULL;
    g_spawn_async(NULL, command, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL,
                  die_with_test, NULL, &stage->simulator, &error);
    g_assert_no_error(error);
    wait_for_path(control);
    wait_for_path(stage->device);
    control_connect(stage, control);
    stage->flight = flight_open(stage->flight_path, &error);
    g_assert_no_error(error);
}

static void stop(pid_t *pid, int sign)
{
    if (*pid <= 0)
        return;
    kill(*pid, sign);
    waitpid(*pid, NULL, 0);
    *pid = 0;
}

/* ---- the worker ---- */

static void drop(void *message)
{
    wire_message_clear(message);
    g_free(message);
}

static void hire(struct stage *stage)
{
    int pair[2];
    g_autoptr(GError) error = NULL;
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), ==, 0);
    int lock = flight_lock(stage->flight_path, &error);
    g_assert_no_error(error);
    g_autofree char *worker = program("loa-modem");
    stage->worker = fork();
    if (stage->worker == 0) {
        /* Up out of the way first: either may be 3 or 4 already. */
        int socket = fcntl(pair[1], F_DUPFD, 10), log = fcntl(lock, F_DUPFD, 10);
        dup2(socket, 3);
        dup2(log, 4);
        close(socket);
        close(log);
        execl(worker, worker, NULL);
        _exit(127);
    }
    close(pair[1]);
    close(lock);
    stage->socket = pair[0];
}

static void dismiss(struct stage *stage)
{
    if (stage->socket >= 0)
        close(stage->socket);
    stage->socket = -1;
    stop(&stage->worker, SIGKILL);
    g_queue_clear_full(&stage->kept, drop);
}

static void stage_close(struct stage *stage)
{
    dismiss(stage);
    stop(&stage->simulator, SIGTERM);
    close(stage->control);
    flight_free(stage->flight);
    g_autofree char *command = g_strdup_printf("rm -rf %s", stage->dir);
    g_assert_cmpint(run(command), ==, 0);
    g_free(stage->dir);
    g_free(stage->device);
    g_free(stage->flight_path);
    g_free(stage->air);
}

/* The next message of this type; what comes before it is kept for later. NULL: the worker left. */
static struct wire_message *await(struct stage *stage, enum wire_type type)
{
    for (GList *at = stage->kept.head; at != NULL; at = at->next) {
        struct wire_message *message = at->data;
        if (message->type != type)
            continue;
        g_queue_delete_link(&stage->kept, at);
        return message;
    }
    int64_t until = g_get_monotonic_time() + (int64_t)PATIENCE_MS * 1000;
    while (g_get_monotonic_time() < until) {
        struct pollfd socket = {.fd = stage->socket, .events = POLLIN};
        poll(&socket, 1, 1000);
        struct wire_message *message = g_new0(struct wire_message, 1);
        g_autoptr(GError) error = NULL;
        int got = wire_receive(stage->socket, message, &error);
        if (got > 0 && message->type == type)
            return message;
        if (got > 0 && message->type != WIRE_ALIVE && message->type != WIRE_HEALTH)
            g_queue_push_tail(&stage->kept, message);
        else
            drop(message);
        if (got < 0)
            return NULL;
    }
    g_error("no %s within %d s", wire_name(type), PATIENCE_MS / 1000);
}

static void drop_message(struct wire_message **message)
{
    if (*message != NULL)
        drop(*message);
}

#define AUTO_MESSAGE __attribute__((cleanup(drop_message))) struct wire_message *

static void set_up(struct stage *stage, const char *pin, const char *device)
{
    AUTO_MESSAGE hello = await(stage, WIRE_HELLO);
    g_assert_nonnull(hello);
    g_assert_true(hello->hello.list_hash == wire_hash());
    g_autofree char *trace = g_build_filename(stage->dir, "trace", NULL);
    g_autoptr(GByteArray) packet = g_byte_array_new();
    wire_put_setup(packet, &(struct wire_setup){.name = "sim0",
                                                .device = device,
                                                .pin = pin,
                                                .poll_ms = 600000,
                                                .log_level = "error",
                                                .trace = trace});
    g_assert_true(wire_send(stage->socket, packet, NULL));
}

static void make_ready(struct stage *stage)
{
    hire(stage);
    set_up(stage, "", stage->device);
    AUTO_MESSAGE ready = await(stage, WIRE_READY);
    g_assert_nonnull(ready);
}

static void hand_over(struct stage *stage, int64_t lease, uint8_t slot, const char *number,
                      enum wire_coding coding, const char *const *parts)
{
    flight_take(flight_slot(stage->flight, slot), lease, g_strv_length((char **)parts));
    g_autoptr(GByteArray) packet = g_byte_array_new();
    wire_put_send(packet, &(struct wire_send){.lease = lease,
                                              .slot = slot,
                                              .number = number,
                                              .coding = (uint8_t)coding,
                                              .reference = 77,
                                              .report = 1,
                                              .validity = 167,
                                              .parts = parts});
    g_assert_true(wire_send(stage->socket, packet, NULL));
}

static void say_stored(struct stage *stage, uint64_t key)
{
    g_autoptr(GByteArray) packet = g_byte_array_new();
    wire_put_stored(packet, &(struct wire_stored){.key = key});
    g_assert_true(wire_send(stage->socket, packet, NULL));
}

static void say_leave(struct stage *stage)
{
    g_autoptr(GByteArray) packet = g_byte_array_new();
    wire_put_leave(packet, &(struct wire_leave){});
    g_assert_true(wire_send(stage->socket, packet, NULL));
}

/* Waits until the simulator's answer to an order holds this text. */
static void wait_until(struct stage *stage, const char *line, const char *text)
{
    g_autofree char *answer = NULL;
    for (int i = 0; i < PATIENCE_MS / 20; i++) {
        g_free(answer);
        answer = order(stage, "%s", line);
        if (strstr(answer, text) != NULL)
            return;
        g_usleep(20000);
    }
    g_error("%s: %s, not %s", line, answer, text);
}

static int exit_status(struct stage *stage)
{
    int status = 0;
    g_assert_cmpint(waitpid(stage->worker, &status, 0), ==, stage->worker);
    stage->worker = 0;
    g_assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* ---- sending ---- */

static const char quick[] = "modem = { air_ms = 5; air_spread_ms = 0; report_delay_ms = 5; "
                            "report_spread_ms = 0; };\n"
                            "numbers = ("
                            "{ pattern = \"00013$\"; code = \"38\"; times = 1; },"
                            "{ pattern = \"00014$\"; code = \"cme 30\"; },"
                            "{ pattern = \"00015$\"; code = \"ok\"; },"
                            "{ pattern = \"00016$\"; code = \"error\"; },"
                            "{ pattern = \"00017$\"; code = \"30\"; },"
                            "{ pattern = \"00018$\"; air_ms = 1500; },"
                            "{ pattern = \"00019$\"; code = \"310\"; });\n";

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
        {"+84912000016", VERDICT_RETRY, VERDICT_SPACE_LOCAL, VERDICT_BARE_ERROR, false},
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
        if (run(command) != 0)
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

static void test_pin(void)
{
    static const struct {
        const char *pin;
        int kind; /* -1: ready */
    } rows[] = {
        {"", WIRE_FAULT_PIN}, {"12 4", WIRE_FAULT_PIN}, {"9999", WIRE_FAULT_PIN}, {"4711", -1}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct stage stage;
        stage_open(&stage, "modem = { pin = \"4711\"; };");
        hire(&stage);
        set_up(&stage, rows[i].pin, stage.device);
        AUTO_MESSAGE message = await(&stage, rows[i].kind < 0 ? WIRE_READY : WIRE_FAULT);
        if (rows[i].kind >= 0)
            g_assert_cmpint(message->fault.kind, ==, rows[i].kind);
        dismiss(&stage);
        g_autofree char *file = g_build_filename(stage.dir, "trace", NULL);
        g_autofree char *trace = NULL;
        g_assert_true(g_file_get_contents(file, &trace, NULL, NULL));
        g_assert_null(strstr(trace, "9999"));
        g_assert_null(strstr(trace, "4711"));
        stage_close(&stage);
    }
}

/* ---- receiving ---- */

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
    for (int life = 0; life < 2; life++) { /* never stored: told again to the next worker */
        make_ready(&stage);
        for (int i = 0; i < 5; i++) {
            AUTO_MESSAGE message = await(&stage, WIRE_INCOMING);
            g_assert_true(g_str_has_prefix(message->incoming.text, "tin "));
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
    g_autofree char **parts = g_new0(char *, 256);
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
    AUTO_MESSAGE message = await(&stage, WIRE_INCOMING);
    g_assert_cmpint(message->incoming.coding, ==, WIRE_CODING_BINARY);
    g_assert_cmpstr(message->incoming.text, ==, pdu->str);
    say_stored(&stage, message->incoming.key);
    wait_until(&stage, "slots 0", "SM 0/");
    stage_close(&stage);
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
    g_test_add_func("/worker/a modem that restarts is set up again", test_restarted);
    g_test_add_func("/worker/a modem that restarts without a word is found out",
                    test_restarted_silently);
    g_test_add_func("/worker/a PIN is sent once and never traced", test_pin);
    g_test_add_func("/worker/an SMS leaves the SIM only after STORED", test_incoming);
    g_test_add_func("/worker/what was not stored is told again", test_incoming_kept);
    g_test_add_func("/worker/parts of a long SMS carry their place", test_incoming_long);
    g_test_add_func("/worker/a flood beyond the SIM is lost nowhere", test_incoming_flood);
    g_test_add_func("/worker/a PDU that cannot be decoded is kept as hex", test_incoming_poison);
    return g_test_run();
}
