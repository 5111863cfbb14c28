// SPDX-License-Identifier: GPL-2.0-or-later
/* A modem of a dozen lines for tests of the line and of libgammu behind it: a thread on a pty that
 * echoes, answers OK to everything, and does with AT+CMGS what the test wrote down. */
#pragma once

#include <glib.h>
#include <stdatomic.h>
#include <stdbool.h>

struct scripted_modem {
    const char *prompt; /* after AT+CMGS; NULL: nothing */
    const char *answer; /* after Ctrl-Z; NULL: nothing */
    bool hang_up_at_prompt, hang_up_after;
    atomic_uint submissions; /* Ctrl-Zs that came */
    atomic_bool escaped;
    char path[64];
    char pdu[1024]; /* the last one */
    int master;
    GThread *thread;
};

/* Without being asked. */
void scripted_say(struct scripted_modem *modem, const char *text);
void scripted_start(struct scripted_modem *modem);
/* Once the line has opened it: until then the master reads as hung up. */
void scripted_go(struct scripted_modem *modem);
