// SPDX-License-Identifier: GPL-2.0-or-later
/* A modem of a dozen lines for tests of the line and of libgammu behind it: a thread on a pty that
 * echoes, answers OK to everything, and does with AT+CMGS what the test wrote down. */
#pragma once

#include <glib.h>
#include <stdatomic.h>
#include <stdbool.h>

/* What it says to a command: every one that begins so. */
struct scripted_reply {
    const char *command, *says; /* NULL ends a table; "": nothing at all */
    unsigned times;             /* it says so; 0: always */
};

struct scripted_modem {
    const char *prompt; /* after AT+CMGS; NULL: nothing */
    const char *answer; /* after Ctrl-Z; NULL: nothing */
    bool hang_up_at_prompt, hang_up_after;
    const struct scripted_reply *replies; /* NULL: none; the first that fits */
    atomic_uint submissions;              /* Ctrl-Zs that came */
    atomic_bool escaped;
    char path[64];
    char pdu[1024];     /* the last one */
    unsigned spent[32]; /* of each reply */
    GMutex mutex;
    GString *heard; /* commands, a blank behind each; under the mutex; NULL: not kept */
    int master;
    GThread *thread;
};

/* The commands since it was last asked for them. The caller frees. */
char *scripted_heard(struct scripted_modem *modem);
/* Without being asked. */
void scripted_say(struct scripted_modem *modem, const char *text);
void scripted_start(struct scripted_modem *modem);
/* Once the line has opened it: until then the master reads as hung up. */
void scripted_go(struct scripted_modem *modem);
