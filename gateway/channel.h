// SPDX-License-Identifier: GPL-2.0-or-later
/* One life of one loa-modem process: started, spoken with, reaped. What it says means nothing
 * here. */
#pragma once

#include "modems/wire.h"

struct channel;
struct user;

/* Starts `program`, as `user` unless that is NULL, with its end of the wire as descriptor 3 and
 * `flight_fd`, which is taken over and closed here in any case, as 4. `exited` is called once from
 * the main loop, when the process is reaped; what it had said before may still be read then. */
struct channel *channel_start(const char *program, const struct user *user, int flight_fd,
                              void (*exited)(void *data, const char *how), void *data,
                              GError **error);
/* After `exited`, or at the end of our own process; a process still there is killed. */
void channel_free(struct channel *channel);

int channel_fd(const struct channel *channel);
int channel_pid(const struct channel *channel);

/* As wire_receive(). */
int channel_receive(struct channel *channel, struct wire_message *retmessage, GError **error);
/* In order, and later if the worker is behind; a worker that left hears nothing. */
void channel_send(struct channel *channel, GByteArray *packet); /* takes the packet over */
void channel_flush(struct channel *channel);
unsigned channel_backlog(const struct channel *channel);

void channel_kill(struct channel *channel);
