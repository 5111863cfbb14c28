// SPDX-License-Identifier: GPL-2.0-or-later
/* What the flight log is told of the part that is on its way: aim, sync while the modem makes its
 * prompt, submit right before Ctrl-Z, answer. */
#pragma once

#include "modems/flight.h"
#include "modems/line.h"

struct part_log {
    struct flight *flight; /* NULL: nothing is logged */
    struct flight_part *part;
    unsigned aims;  /* parts so far */
    bool synced;    /* this part's HANDED is on disk */
    char *unsynced; /* or why it is not; NULL */
};

void part_log_aim(struct part_log *log, struct flight *flight, struct flight_part *part);
/* Writes it to disk, once for each part. `held` is let go of meanwhile; NULL: nothing is. */
void part_log_sync(struct part_log *log, GMutex *held);
/* Ctrl-Z is about to pass; false: it must not, as a power cut would then find nothing on the disk.
 */
bool part_log_submit(struct part_log *log);
/* Where it did not pass for that reason, the answer is made to say so. */
void part_log_answer(struct part_log *log, bool withheld, struct line_answer *answer);
/* What comes later belongs to nobody. */
void part_log_close(struct part_log *log);
void part_log_clear(struct part_log *log);
