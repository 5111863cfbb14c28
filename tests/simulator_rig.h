// SPDX-License-Identifier: GPL-2.0-or-later
/* Conversations with the simulated modem over its pty: what a client says, and every byte that it
 * must hear. A step that begins with ! goes to the control socket's language instead. */
#pragma once

#include <glib.h>

#define QUIET "modem = { air_ms = 0; report_delay_ms = 0; echo = \"off\"; ussd_ms = 0; "
#define OK    "\r\nOK\r\n"
#define HELLO "0011000B914819325476F80000FF05C8329BFD06" /* 19 octets, to +84912345678 */

enum { SIMULATOR_PATIENCE_MS = 5000 };

struct simulator_step {
    const char *say, *hear; /* hear: a pattern with * and ? */
};

struct simulator_conversation {
    const char *name, *behaviour;
    struct simulator_step steps[16];
};

struct simulator_rig {
    char *folder, *config;
    struct behaviour *behaviour;
    struct air *air;
    struct network *network;
    int client; /* the tty of modem0 */
};

struct simulator_rig simulator_rig_up(const char *behaviour);
void simulator_rig_down(struct simulator_rig *rig);
void simulator_rig_take(const struct simulator_rig *rig, const struct simulator_step *step);
/* A test of its own for each; they live as long as the program. */
void simulator_rig_add(const char *room, const struct simulator_conversation *conversations,
                       size_t count);
