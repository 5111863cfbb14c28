// SPDX-License-Identifier: GPL-2.0-or-later
/* One message through the real libgammu, the line and a scripted modem: each way in which it can
 * end, what is said of it, and what the flight log holds. */
#include "modems/submission.h"

#include "modems/pace.h"
#include "tests/scripted_modem.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

/* What the disk sees, in place of libc's. */
static struct {
    struct flight_slot *slot; /* NULL: nobody looks */
    const struct scripted_modem *modem;
    unsigned calls, fails_at;
    unsigned handed, answered, submissions; /* when it was asked for the last time */
} disk;

int msync(void *address, size_t size, int flags)
{
    if (disk.slot == NULL)
        return (int)syscall(SYS_msync, address, size, flags);
    g_usleep(20000); /* slower than the modem's prompt */
    disk.handed = disk.answered = 0;
    for (unsigned i = 0; i < FLIGHT_PARTS; i++) {
        disk.handed += disk.slot->part[i].stage == FLIGHT_HANDED;
        disk.answered += disk.slot->part[i].stage == FLIGHT_ANSWERED;
    }
    disk.submissions = disk.modem->submissions;
    if (++disk.calls != disk.fails_at)
        return 0;
    errno = EIO;
    return -1;
}

struct stage {
    struct scripted_modem *modem;
    struct submission submission;
    char *path;
};

static void stage_open(struct stage *stage, struct scripted_modem *modem)
{
    g_autoptr(GError) error = NULL;
    bool timeout = false;
    g_autofree char *dir = g_dir_make_tmp("loa-submission-XXXXXX", NULL);
    stage->modem = modem;
    stage->path = g_build_filename(dir, "flight", NULL);
    scripted_start(modem);
    struct line *line = line_open(modem->path, NULL, &error);
    g_assert_no_error(error);
    line_set_patience(line, 1400);
    scripted_go(modem);
    struct device *device = device_open(line_pty(line), line_pty_fd(line), "", &timeout, &error);
    g_assert_no_error(error);
    stage->submission = (struct submission){.line = line,
                                            .device = device,
                                            .flight = flight_open(stage->path, NULL),
                                            .smsc = "+84980200030",
                                            .answer_ms = 400};
}

static void stage_close(struct stage *stage)
{
    device_free(stage->submission.device);
    line_free(stage->submission.line);
    g_thread_join(stage->modem->thread);
    flight_free(stage->submission.flight);
    g_autofree char *dir = g_path_get_dirname(stage->path);
    g_unlink(stage->path);
    g_rmdir(dir);
    g_free(stage->path);
}

struct ending {
    const char *name;
    struct scripted_modem modem;
    enum verdict_outcome outcome;
    enum verdict_space space;
    int32_t cause;
    enum submission_after after;
    enum flight_stage stage;
    unsigned submissions, references;
};

/* Three parts are handed over: the first that fails ends the message. */
static const struct ending endings[] = {
    {"all well",
     {"\r\n> ", "\r\n+CMGS: 41\r\n\r\nOK\r\n"},
     VERDICT_SENT,
     VERDICT_SPACE_NONE,
     0,
     SUBMISSION_GO_ON,
     FLIGHT_ANSWERED,
     3,
     3},
    {"a noisy answer",
     {"\r\n+CIEV: 1\r\n\r\n>\r\n", "\r\n^RSSI: 3\r\n+CMGS: 255\r\n+CUSD: 4\r\nOK\r\n"},
     VERDICT_SENT,
     VERDICT_SPACE_NONE,
     0,
     SUBMISSION_GO_ON,
     FLIGHT_ANSWERED,
     3,
     3},
    {"no reference",
     {"\r\n> ", "\r\nOK\r\n"},
     VERDICT_UNSURE,
     VERDICT_SPACE_LOCAL,
     VERDICT_NO_REFERENCE,
     SUBMISSION_GO_ON,
     FLIGHT_ANSWERED,
     1,
     0},
    {"refused by the network",
     {"\r\n> ", "\r\n+CMS ERROR: 30\r\n"},
     VERDICT_REFUSED,
     VERDICT_SPACE_CMS,
     30,
     SUBMISSION_GO_ON,
     FLIGHT_ANSWERED,
     1,
     0},
    {"the same number from the modem",
     {"\r\n> ", "\r\n+CME ERROR: 30\r\n"},
     VERDICT_RETRY,
     VERDICT_SPACE_CME,
     30,
     SUBMISSION_GO_ON,
     FLIGHT_ANSWERED,
     1,
     0},
    {"a network timeout after Ctrl-Z",
     {"\r\n> ", "\r\n+CMS ERROR: 332\r\n"},
     VERDICT_UNSURE,
     VERDICT_SPACE_CMS,
     332,
     SUBMISSION_GO_ON,
     FLIGHT_ANSWERED,
     1,
     0},
    {"a network timeout before it",
     {"\r\n+CMS ERROR: 332\r\n", NULL},
     VERDICT_RETRY,
     VERDICT_SPACE_CMS,
     332,
     SUBMISSION_GO_ON,
     FLIGHT_ANSWERED,
     0,
     0},
    {"an error and no more",
     {"\r\n> ", "\r\nERROR\r\n"},
     VERDICT_UNSURE,
     VERDICT_SPACE_LOCAL,
     VERDICT_BARE_ERROR,
     SUBMISSION_GO_ON,
     FLIGHT_ANSWERED,
     1,
     0},
    {"an error and no more before it",
     {"\r\nERROR\r\n", NULL},
     VERDICT_RETRY,
     VERDICT_SPACE_LOCAL,
     VERDICT_BARE_ERROR,
     SUBMISSION_GO_ON,
     FLIGHT_ANSWERED,
     0,
     0},
    {"an error that was another's, and then the answer",
     {"\r\n> ", "\r\nERROR\r\n\r\n+CMGS: 7\r\n\r\nOK\r\n"},
     VERDICT_SENT,
     VERDICT_SPACE_NONE,
     0,
     SUBMISSION_GO_ON,
     FLIGHT_ANSWERED,
     3,
     3},
    {"OK in place of the prompt",
     {"\r\nOK\r\n", NULL},
     VERDICT_RETRY,
     VERDICT_SPACE_LOCAL,
     VERDICT_NO_PROMPT,
     SUBMISSION_GO_ON,
     FLIGHT_ANSWERED,
     0,
     0},
    {"silence after Ctrl-Z",
     {"\r\n> ", NULL},
     VERDICT_UNSURE,
     VERDICT_SPACE_LOCAL,
     VERDICT_NO_ANSWER,
     SUBMISSION_SILENT,
     FLIGHT_SUBMITTED,
     1,
     0},
    {"a reference, then silence",
     {"\r\n> ", "\r\n+CMGS: 7\r\n"},
     VERDICT_RETRY,
     VERDICT_SPACE_LOCAL,
     VERDICT_NOT_STARTED,
     SUBMISSION_SILENT,
     FLIGHT_ANSWERED,
     1,
     1},
    {"no prompt at all",
     {NULL, NULL},
     VERDICT_RETRY,
     VERDICT_SPACE_LOCAL,
     VERDICT_NO_PROMPT,
     SUBMISSION_GO_ON,
     FLIGHT_ANSWERED,
     0,
     0},
    {"hung up after Ctrl-Z",
     {"\r\n> ", NULL, .hang_up_after = true},
     VERDICT_UNSURE,
     VERDICT_SPACE_LOCAL,
     VERDICT_HANG_UP,
     SUBMISSION_HUNG_UP,
     FLIGHT_SUBMITTED,
     1,
     0},
};

static void test_endings(void)
{
    static const char *const parts[] = {"mot", "hai", "ba", NULL};
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        const struct ending *ending = &endings[i];
        struct scripted_modem modem = ending->modem;
        struct stage stage;
        stage_open(&stage, &modem);
        g_test_message("%s", ending->name);
        flight_take(flight_slot(stage.submission.flight, 2), 9, 3);
        struct wire_send send = {.lease = 9,
                                 .slot = 2,
                                 .number = "+84912000001",
                                 .reference = 5,
                                 .validity = 167,
                                 .parts = parts};
        uint8_t references[FLIGHT_PARTS];
        char detail[RESULT_LINE_SIZE];
        struct wire_verdict verdict;
        enum submission_after after =
            submission_run(&stage.submission, &send, references, detail, &verdict);
        g_assert_cmpstr(verdict_outcome_name(verdict.outcome), ==,
                        verdict_outcome_name(ending->outcome));
        g_assert_cmpint(verdict.cause_space, ==, ending->space);
        g_assert_cmpint(verdict.cause, ==, ending->cause);
        g_assert_cmpint(after, ==, ending->after);
        g_assert_cmpuint(verdict.references.size, ==, ending->references);
        g_assert_cmpuint(modem.submissions, ==, ending->submissions);
        g_assert_cmpuint(strlen(verdict.detail), >, 0);
        struct flight_slot *slot = flight_find(stage.submission.flight, 9);
        g_assert_cmpuint(slot->part[0].stage, ==, ending->stage);
        if (ending->outcome != VERDICT_SENT)
            g_assert_cmpuint(slot->part[1].stage, ==, FLIGHT_NONE);
        stage_close(&stage);
    }
}

/* The peer of the guard is gone when the PDU has been typed: ESC, never Ctrl-Z. */
static void test_guarded(void)
{
    struct scripted_modem modem = {.prompt = "\r\n> ", .answer = "\r\n+CMGS: 1\r\n\r\nOK\r\n"};
    struct stage stage;
    int pair[2];
    stage_open(&stage, &modem);
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), ==, 0);
    line_guard(stage.submission.line, pair[0]);
    close(pair[1]);
    flight_take(flight_slot(stage.submission.flight, 0), 1, 1);
    struct wire_send send = {
        .lease = 1, .number = "+84912000001", .parts = (const char *const[]){"a", NULL}};
    uint8_t references[FLIGHT_PARTS];
    char detail[RESULT_LINE_SIZE];
    struct wire_verdict verdict;
    submission_run(&stage.submission, &send, references, detail, &verdict);
    g_assert_cmpint(verdict.outcome, ==, VERDICT_RETRY);
    g_assert_cmpint(verdict.cause, ==, VERDICT_NOT_STARTED);
    g_assert_cmpuint(modem.submissions, ==, 0);
    for (int i = 0; i < 1000 && !modem.escaped; i++)
        g_usleep(1000);
    g_assert_true(modem.escaped);
    stage_close(&stage);
    close(pair[0]);
}

/* Each part: on disk as HANDED, with what went before it ANSWERED, when its Ctrl-Z passes. */
static void test_synced(void)
{
    static const struct {
        unsigned fails_at, parts_now;
        enum verdict_outcome outcome;
        enum submission_after after;
    } rows[] = {
        {0, 3, VERDICT_SENT, SUBMISSION_GO_ON},
        {1, 0, VERDICT_MODEM_SICK, SUBMISSION_UNLOGGED},
        {2, 1, VERDICT_MODEM_SICK, SUBMISSION_UNLOGGED},
        {3, 2, VERDICT_MODEM_SICK, SUBMISSION_UNLOGGED},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct scripted_modem modem = {.prompt = "\r\n> ", .answer = "\r\n+CMGS: 1\r\n\r\nOK\r\n"};
        struct stage stage;
        stage_open(&stage, &modem);
        struct flight_slot *slot = flight_slot(stage.submission.flight, 0);
        flight_take(slot, 1, 3);
        struct wire_send send = {.lease = 1,
                                 .number = "+84912000001",
                                 .parts = (const char *const[]){"mot", "hai", "ba", NULL}};
        uint8_t references[FLIGHT_PARTS];
        char detail[RESULT_LINE_SIZE];
        struct wire_verdict verdict;
        disk.slot = slot;
        disk.modem = &modem;
        disk.calls = 0;
        disk.fails_at = rows[i].fails_at;
        enum submission_after after =
            submission_run(&stage.submission, &send, references, detail, &verdict);
        disk.slot = NULL;
        g_assert_cmpint(after, ==, rows[i].after);
        g_assert_cmpint(verdict.outcome, ==, rows[i].outcome);
        g_assert_cmpuint(verdict.references.size, ==, rows[i].parts_now);
        g_assert_cmpuint(modem.submissions, ==, rows[i].parts_now);
        g_assert_cmpuint(disk.calls, ==, rows[i].fails_at > 0 ? rows[i].fails_at : 3);
        g_assert_cmpuint(disk.handed, ==, 1);
        g_assert_cmpuint(disk.answered, ==, disk.calls - 1);
        g_assert_cmpuint(disk.submissions, ==, disk.calls - 1);
        if (rows[i].fails_at > 0) {
            g_assert_cmpint(verdict.cause, ==, VERDICT_NO_LOG);
            g_assert_nonnull(strstr(verdict.detail, "disk"));
        }
        stage_close(&stage);
    }
}

static void test_not_begun(void)
{
    static const struct {
        struct wire_send send;
        const char *part;
        int32_t cause;
    } rows[] = {
        {{.lease = 1, .slot = 0, .number = "+84912 000"}, "a", VERDICT_BAD_PART},
        {{.lease = 1, .slot = 0, .number = ""}, "a", VERDICT_BAD_PART},
        {{.lease = 1, .slot = 0, .number = "+84912000001"}, "á", VERDICT_BAD_PART},
        {{.lease = 1, .slot = 0, .number = "+84912000001"}, "x¹y", VERDICT_BAD_PART},
        {{.lease = 1, .slot = 0, .number = "+84912000001", .coding = WIRE_CODING_BINARY},
         "a",
         VERDICT_BAD_PART},
        {{.lease = 2, .slot = 0, .number = "+84912000001"}, "a", VERDICT_NOT_STARTED},
        {{.lease = 1, .slot = 99, .number = "+84912000001"}, "a", VERDICT_NOT_STARTED},
    };
    struct scripted_modem modem = {.prompt = "\r\n> ", .answer = "\r\n+CMGS: 1\r\n\r\nOK\r\n"};
    struct stage stage;
    stage_open(&stage, &modem);
    flight_take(flight_slot(stage.submission.flight, 0), 1, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *const parts[] = {rows[i].part, NULL};
        struct wire_send send = rows[i].send;
        send.parts = parts;
        uint8_t references[FLIGHT_PARTS];
        char detail[RESULT_LINE_SIZE];
        struct wire_verdict verdict;
        g_assert_cmpint(submission_run(&stage.submission, &send, references, detail, &verdict), ==,
                        SUBMISSION_GO_ON);
        g_assert_cmpint(verdict.cause_space, ==, VERDICT_SPACE_LOCAL);
        g_assert_cmpint(verdict.cause, ==, rows[i].cause);
    }
    g_assert_cmpuint(modem.submissions, ==, 0);
    stage_close(&stage);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    pace_set(0);
    g_test_add_func("/submission/ends as the modem says, part by part", test_endings);
    g_test_add_func("/submission/Ctrl-Z is withheld when the gateway is gone", test_guarded);
    g_test_add_func("/submission/Ctrl-Z waits for the flight log on disk", test_synced);
    g_test_add_func("/submission/what cannot go is not begun", test_not_begun);
    return g_test_run();
}
