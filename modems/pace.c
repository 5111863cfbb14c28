// SPDX-License-Identifier: GPL-2.0-or-later
/* libgammu sleeps 100 ms before the PDU, 500 ms between PDU and Ctrl-Z and 100 ms after it, which
 * is more than a seventh of a message's time on the air, and offers no setting for it. It calls
 * usleep() through the dynamic linker, so a usleep() in the executable is the one it gets.
 * Pauses below 50 ms pace its polling of a tty that is silent or full, and stay as they are.
 * Read and measured on libgammu 1.42.0; test_pace fails when a release changes the pauses.
 * The state is the process's own because usleep() has no argument that could carry it. */
#include "modems/pace.h"

#include <errno.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

enum { LONG_US = 50000 };

static unsigned longest_us = 0;
static void (*watcher)(unsigned microseconds) = NULL;

void pace_set(unsigned pause_ms)
{
    longest_us = pause_ms * 1000;
}

void pace_watch(void (*watch)(unsigned microseconds))
{
    watcher = watch;
}

int usleep(useconds_t microseconds)
{
    if (watcher != NULL)
        watcher(microseconds);
    if (microseconds >= LONG_US && microseconds > longest_us)
        microseconds = longest_us;
    if (microseconds == 0)
        return 0;
    struct timespec left = {.tv_sec = microseconds / 1000000,
                            .tv_nsec = (long)(microseconds % 1000000) * 1000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
    return 0;
}
