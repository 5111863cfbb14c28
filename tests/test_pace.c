// SPDX-License-Identifier: GPL-2.0-or-later
/* libgammu's pauses, as pace.c counts on them: a release that changes them must be looked at. */
#include "modems/pace.h"

#include "modems/device.h"
#include "modems/line.h"
#include "modems/wire.h"
#include "tests/scripted_modem.h"

#include <unistd.h>

enum { LONG_US = 50000, ASKED_MAX = 64 };

static unsigned asked[ASKED_MAX];
static unsigned count;

static void note(unsigned microseconds)
{
    if (microseconds >= LONG_US && count < ASKED_MAX)
        asked[count++] = microseconds;
}

static void test_pauses(void)
{
    static const unsigned known[] = {100000, 500000, 100000}; /* prompt, PDU, Ctrl-Z */
    struct scripted_modem modem = {.prompt = "\r\n> ", .answer = "\r\n+CMGS: 1\r\n\r\nOK\r\n"};
    g_autoptr(GError) error = NULL;
    bool timeout = false;
    scripted_start(&modem);
    struct line *line = line_open(modem.path, NULL, &error);
    g_assert_no_error(error);
    scripted_go(&modem);
    struct device *device = device_open(line_pty(line), line_pty_fd(line), "", &timeout, &error);
    g_assert_no_error(error);
    const struct device_part part = {.number = "+84912000001",
                                     .text = "a",
                                     .smsc = "+84980200030",
                                     .coding = WIRE_CODING_GSM7,
                                     .total = 1,
                                     .sequence = 1};
    for (int i = 0; i < 3; i++) {
        struct line_answer answer;
        count = 0;
        pace_watch(note);
        line_aim(line, NULL, NULL);
        g_assert_cmpint(device_send(device, &part), ==, 0);
        pace_watch(NULL);
        g_assert_cmpuint(count, ==, G_N_ELEMENTS(known));
        for (size_t k = 0; k < G_N_ELEMENTS(known); k++)
            g_assert_cmpuint(asked[k], ==, known[k]);
        while (line_progress(line, &answer) != 2 || !device_free_again(device))
            device_read(device);
    }
    device_free(device);
    line_free(line);
    g_thread_join(modem.thread);
}

static unsigned slept_ms(unsigned microseconds)
{
    int64_t before = g_get_monotonic_time();
    usleep(microseconds);
    return (unsigned)((g_get_monotonic_time() - before) / 1000);
}

/* Lower bounds only: a busy machine may always be slower. */
static void test_cut(void)
{
    pace_set(0);
    for (int i = 0; i < 100000; i++) /* half a day, were they slept */
        usleep(500000);
    pace_set(20);
    g_assert_cmpuint(slept_ms(500000), >=, 20);
    pace_set(10000); /* never longer than it was asked for: ends at all */
    g_assert_cmpuint(slept_ms(60000), >=, 60);
    pace_set(0);
    g_assert_cmpuint(slept_ms(10000), >=, 10); /* the short ones stay */
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pace/libgammu pauses three times around a submission", test_pauses);
    g_test_add_func("/pace/long pauses are cut and short ones stay", test_cut);
    return g_test_run();
}
