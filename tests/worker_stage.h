// SPDX-License-Identifier: GPL-2.0-or-later
/* The stage for tests of loa-modem: the real loa-simulator, the real worker, and
 * the test in the gateway's place, which holds the other end of the socket and the flight log.
 * LOA_BUILD says where the programs are. */
#pragma once

#include "modems/flight.h"
#include "modems/verdict.h"
#include "modems/wire.h"

#include <gio/gio.h>
#include <sys/types.h>

enum { PATIENCE_MS = 60000 };

struct stage {
    char *dir, *device, *flight_path, *air;
    pid_t simulator, worker;
    int socket, control;
    struct flight *flight;
    GQueue kept; /* of struct wire_message *, that another was waited for */
};

/* Its exit status. */
int run_command(const char *command);

/* ---- the simulator ---- */

/* One order to the simulator; its answer after "ok ". */
char *order(struct stage *stage, const char *format, ...) G_GNUC_PRINTF(2, 3);
void stage_open(struct stage *stage, const char *behaviour);

/* ---- the worker ---- */

void hire(struct stage *stage);
void dismiss(struct stage *stage);
void stage_close(struct stage *stage);
/* The next message of this type; what comes before it is kept for later. NULL: the worker left. */
struct wire_message *await(struct stage *stage, enum wire_type type);
void drop_message(struct wire_message **message);
#define AUTO_MESSAGE __attribute__((cleanup(drop_message))) struct wire_message *

void set_up(struct stage *stage, const char *pin, const char *device);
/* The same with more than that; what is left out is as set_up() has it. */
void set_up_as(struct stage *stage, const struct wire_setup *setup);
void make_ready(struct stage *stage);
void hand_over(struct stage *stage, int64_t lease, uint8_t slot, const char *number,
               enum wire_coding coding, const char *const *parts);
void say_stored(struct stage *stage, uint64_t key);
void say_leave(struct stage *stage);
/* Waits until the simulator's answer to an order holds this text. */
void wait_until(struct stage *stage, const char *line, const char *text);
int exit_status(struct stage *stage);
/* A quick modem, and numbers that fail in one way each. */
extern const char quick[];
