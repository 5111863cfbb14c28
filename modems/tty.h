// SPDX-License-Identifier: GPL-2.0-or-later
// The modem's tty and the pty that libgammu is given in its place.
#pragma once

#include <glib.h>
#include <stdbool.h>

struct tty {
    int modem;        /* the real tty */
    int master;       /* of the pty: our side */
    int slave;        /* libgammu's side, held open so that its closing is no hang-up */
    char *slave_path; /* what libgammu opens */
};

/* Both raw and non-blocking, the modem's for this process alone. All or nothing. */
bool tty_open(struct tty *rettty, const char *device, GError **error);
void tty_close(struct tty *tty);
