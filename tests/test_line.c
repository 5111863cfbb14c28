// SPDX-License-Identifier: GPL-2.0-or-later
// The line on a scripted modem's pty: whose tty it is, asking, and what happens when it goes away.
#include "modems/line.h"

#include "modems/trace.h"
#include "tests/scripted_modem.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <unistd.h>

static void test_owned(void)
{
    struct scripted_modem modem = {0};
    g_autoptr(GError) error = NULL;
    scripted_start(&modem);
    g_assert_null(line_open("/dev/loa-has-no-such-device", NULL, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_null(line_open("/dev/null", NULL, &error)); /* no terminal */
    g_assert_nonnull(error);
    g_clear_error(&error);
    g_assert_null(line_open(modem.path, "/nowhere/trace", &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
    g_clear_error(&error);
    struct line *line = line_open(modem.path, NULL, &error);
    g_assert_no_error(error);
    g_assert_null(line_open(modem.path, NULL, &error)); /* it is ours */
    g_assert_nonnull(error);
    line_free(line);
    close(modem.master);
}

static void test_asked(void)
{
    struct scripted_modem modem = {.prompt = "\r\n> "};
    g_autoptr(GError) error = NULL;
    g_autofree char *dir = g_dir_make_tmp("loa-line-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(dir, "trace", NULL);
    scripted_start(&modem);
    struct line *line = line_open(modem.path, file, &error);
    g_assert_no_error(error);
    scripted_go(&modem);
    for (int i = 0; i < 100; i++) {
        g_autoptr(GPtrArray) lines = NULL;
        struct result result;
        g_assert_true(line_ask(line, "AT+CGMM", 10000, &lines, &result));
        g_assert_cmpuint(lines->len, ==, 1);
        g_assert_cmpstr(lines->pdata[0], ==, "Scripted");
        g_assert_cmpint(result.final, ==, RESULT_OK);
    }
    g_assert_true(line_ask(line, "AT+CPIN=\"4711\"", 10000, NULL, NULL));
    line_free(line);
    g_thread_join(modem.thread);
    g_autofree char *trace = NULL;
    g_assert_true(g_file_get_contents(file, &trace, NULL, NULL));
    g_assert_nonnull(strstr(trace, " > AT+CGMM\\r\n"));
    g_assert_nonnull(strstr(trace, " > AT+CPIN=(PIN)\\r\n"));
    g_assert_null(strstr(trace, "\"4711")); /* the time of day may have these digits */
    g_unlink(file);
    g_rmdir(dir);
}

/* Read in pieces of every size, the PIN stays out of the trace, and nothing else does. */
static void test_hushed(void)
{
    static const char passed[] = "AT+CPIN=\"4711\"\r\r\nOK\r\n+CPIN: READY\r\n++CPIN=4711\nAT\r";
    g_autofree char *dir = g_dir_make_tmp("loa-line-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(dir, "trace", NULL);
    for (size_t size = 1; size <= strlen(passed); size++) {
        struct trace *trace = trace_open(file, NULL);
        g_assert_nonnull(trace);
        for (size_t at = 0; at < strlen(passed); at += size)
            trace_bytes(trace, '<', passed + at, MIN(size, strlen(passed) - at));
        trace_close(trace);
        g_autofree char *text = NULL;
        g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
        for (const char *digit = "4711"; *digit != '\0'; digit++) {
            char *line = text;
            for (; line != NULL && *line != '\0'; line = strchr(line, '\n') + 1)
                g_assert_null(memchr(line + 17, *digit, strcspn(line + 17, "\n")));
        }
        unsigned kept = 0;
        for (const char *at = text; (at = strchr(at, 'R')) != NULL; at++)
            kept++;
        g_assert_cmpuint(kept, ==, 1); /* of READY */
        g_unlink(file);
    }
    g_rmdir(dir);
}

/* The code of a card, and what the network says to it over several lines: nothing of both, all of
 * the rest, and everything once it is no secret. */
static void test_secret(void)
{
    static const char passed[] = "AT+CUSD=1,\"*q*#\",15\r\r\nOK\r\n+CUSD: 0,\"q\r\nq\"\r\nRING\r\n"
                                 "ATDT*q#;\r\r\n+CUSD: 1,\"q";
    g_autofree char *dir = g_dir_make_tmp("loa-line-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(dir, "trace", NULL);
    g_autofree char *endless = g_strnfill(3000, 'x');
    for (size_t size = 1; size <= 2 * strlen(passed); size++) {
        struct trace *trace = trace_open(file, NULL);
        bool secret = size <= strlen(passed);
        trace_secret(trace, secret);
        for (size_t at = 0; at < strlen(passed); at += size)
            trace_bytes(trace, '<', passed + at, MIN(size, strlen(passed) - at));
        trace_bytes(trace, '<', endless, strlen(endless));
        trace_close(trace);
        g_autofree char *text = NULL;
        g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
        unsigned told = 0, rings = 0, rest = 0;
        for (const char *at = text; *at != '\0'; at++) {
            told += *at == 'q';
            rings += *at == 'G';
            rest += *at == 'x';
        }
        g_assert_cmpuint(told, ==, secret ? 0 : 5);
        g_assert_cmpuint(rings, ==, 1);
        g_assert_cmpuint(rest, >, 900); /* a quote that never closes hides no more than a text */
        g_unlink(file);
    }
    g_rmdir(dir);
}

static void test_hung_up(void)
{
    struct scripted_modem modem = {.hang_up_at_prompt = true};
    g_autoptr(GError) error = NULL;
    struct result result = {0};
    scripted_start(&modem);
    struct line *line = line_open(modem.path, NULL, &error);
    g_assert_no_error(error);
    scripted_go(&modem);
    g_assert_true(line_ask(line, "AT", 10000, NULL, NULL));
    g_assert_false(line_hung_up(line));
    g_assert_false(line_ask(line, "AT+CMGS=1", 60000, NULL, &result));
    g_assert_true(line_hung_up(line) || result.final == RESULT_NO_ANSWER ||
                  result.final == RESULT_HANG_UP);
    struct pollfd wakeup = {.fd = line_wakeup(line), .events = POLLIN};
    g_assert_cmpint(poll(&wakeup, 1, 60000), ==, 1);
    g_assert_true(line_hung_up(line));
    g_assert_false(line_ask(line, "AT", 60000, NULL, &result)); /* at once */
    g_assert_cmpint(result.final, ==, RESULT_HANG_UP);
    line_free(line);
    g_thread_join(modem.thread);
}

static void test_notices(void)
{
    struct scripted_modem modem = {0};
    g_autoptr(GError) error = NULL;
    scripted_start(&modem);
    struct line *line = line_open(modem.path, NULL, &error);
    g_assert_no_error(error);
    for (int i = 0; i < 6000; i++) /* more than are kept: the rest is missed, and said so */
        scripted_say(&modem, "\r\n+CMTI: \"SM\",7\r\n");
    scripted_go(&modem);
    g_assert_true(line_ask(line, "AT", 60000, NULL, NULL));
    struct line_notice notice;
    int count = 0;
    while (line_notice(line, &notice)) {
        g_assert_cmpint(notice.kind, ==, RESULT_STORED_MESSAGE);
        g_assert_cmpstr(notice.memory, ==, "SM");
        g_assert_cmpint(notice.index, ==, 7);
        g_free(notice.text);
        count++;
    }
    g_assert_cmpint(count, ==, 4096);
    g_assert_true(line_missed(line));
    g_assert_false(line_missed(line));
    line_free(line);
    g_thread_join(modem.thread);
}

/* A report that came while no worker was there lies nowhere else; an OK among it answers nobody. */
static void test_waiting(void)
{
    struct scripted_modem modem = {0};
    g_autoptr(GError) error = NULL;
    struct line_notice notice;
    scripted_start(&modem);
    scripted_say(&modem,
                 "06\r\nOK\r\n\r\n+CDS: 2\r\n0006\r\n\r\n+CMTI: \"SM\",3\r\n\r\nERROR\r\n+CI");
    struct line *line = line_open(modem.path, NULL, &error);
    g_assert_no_error(error);
    scripted_go(&modem);
    g_assert_true(line_ask(line, "AT", 10000, NULL, NULL));
    static const struct {
        enum result_kind kind;
        const char *text;
    } rows[] = {
        {RESULT_NOISE, "06"},           {RESULT_NOISE, "OK"},
        {RESULT_PUSHED_REPORT, "0006"}, {RESULT_STORED_MESSAGE, "+CMTI: \"SM\",3"},
        {RESULT_NOISE, "ERROR"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_true(line_notice(line, &notice));
        g_assert_cmpint(notice.kind, ==, rows[i].kind);
        g_assert_cmpstr(notice.text, ==, rows[i].text);
        g_free(notice.text);
    }
    g_assert_false(line_notice(line, &notice));
    line_free(line);
    g_thread_join(modem.thread);
}

static void *answer_without_echo(void *data)
{
    struct scripted_modem *modem = data;
    char byte = 0;
    while (read(modem->master, &byte, 1) == 1) {
        if (byte == '\r')
            scripted_say(modem, "\r\nOK\r\n");
    }
    return NULL;
}

static void test_no_echo(void)
{
    struct scripted_modem modem = {0};
    g_autoptr(GError) error = NULL;
    scripted_start(&modem);
    struct line *line = line_open(modem.path, NULL, &error);
    g_assert_no_error(error);
    GThread *thread = g_thread_new("modem", answer_without_echo, &modem);
    for (int i = 0; i < 3; i++)
        g_assert_true(line_ask(line, "AT+CMGD=1", 60000, NULL, NULL));
    line_free(line);
    g_thread_join(thread);
    close(modem.master);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/line/a tty has one owner", test_owned);
    g_test_add_func("/line/asks, and traces all but the PIN", test_asked);
    g_test_add_func("/line/a PIN in pieces is left out of the trace", test_hushed);
    g_test_add_func("/line/so is the code of a card, with what is said to it", test_secret);
    g_test_add_func("/line/sees a hang-up at once", test_hung_up);
    g_test_add_func("/line/keeps what the modem says by itself, in bounds", test_notices);
    g_test_add_func("/line/reads what came before it was there", test_waiting);
    g_test_add_func("/line/believes a modem that does not echo", test_no_echo);
    return g_test_run();
}
