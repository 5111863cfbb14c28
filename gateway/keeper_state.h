// SPDX-License-Identifier: GPL-2.0-or-later
/* The inside of a keeper, for keeper.c (its life), keeper_talk.c (what its worker says) and
 * keeper_care.c (what is done about an end) alone, and what all do to its state. */
#pragma once

#include "gateway/keeper.h"
#include "gateway/ladder.h"
#include "gateway/outlet.h"
#include "gateway/port.h"
#include "gateway/power.h"

struct keeper {
    const struct keeper_shared *shared;
    const struct modem_config *config;
    char *name, *flight_path, *imsi;
    struct flight *flight;
    struct outlet *outlet;
    enum modem_state state, stored_state;
    char *reason;

    struct channel *channel; /* NULL: no worker */
    gpointer watch;          /* NULL: it has hung up */
    unsigned life;
    bool greeted, ready, leaving, killed;
    bool fault_told;
    enum wire_fault_kind fault;
    char *fault_sentence;
    int64_t deadline; /* monotonic ms */

    struct port *port;
    struct ladder ladder;
    enum ladder_remedy remedy;     /* before the next worker */
    enum wire_remedy first;        /* what this worker is told to do first, */
    uint32_t patience_ms;          /* and how long its modem may be silent; 0: as usual */
    struct power *power;           /* the command that runs now; NULL: none */
    int64_t power_at, remedied_at; /* monotonic ms: run for an absent modem; last of remedies */
    bool needs_person;             /* not tried again on the same tty by itself */
    bool tired;                    /* dismissed because its messages fail */
    int64_t next_at;               /* monotonic ms: tried again */
    guint lock_retry;
    bool recovered, for_good;
};

/* The only writer of the state. */
void keeper_state_advance(struct keeper *keeper, enum modem_event event, const char *reason);
/* The row follows what keeper_state_advance() left out. */
void keeper_state_store(struct keeper *keeper);
/* The worker is killed, and unless it has told a fault itself, that is its fault. */
void keeper_state_kill(struct keeper *keeper, const char *why);
