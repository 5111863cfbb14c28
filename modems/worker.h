// SPDX-License-Identifier: GPL-2.0-or-later
// One modem's process, from HELLO to its leaving.
#pragma once

/* `socket`: the gateway's SOCK_SEQPACKET; `flight_fd`: the flight log, locked. Returns the exit
 * status. */
int worker_run(int socket, int flight_fd);
