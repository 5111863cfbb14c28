// SPDX-License-Identifier: GPL-2.0-or-later
/* The inside of a keeper, for keeper.c (its life) and keeper_talk.c (what its worker says) alone,
 * and what both do to its state. */
#pragma once

#include "gateway/keeper.h"
#include "gateway/outlet.h"

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

    bool needs_person; /* not tried again by itself */
    int64_t next_at;   /* monotonic ms: tried again */
    int64_t backoff_ms;
    guint lock_retry;
    bool recovered, for_good;
};

/* The only writer of the state. */
void keeper_state_advance(struct keeper *keeper, enum modem_event event, const char *reason);
/* The row follows what keeper_state_advance() left out. */
void keeper_state_store(struct keeper *keeper);
/* The worker is killed, and unless it has told a fault itself, that is its fault. */
void keeper_state_kill(struct keeper *keeper, const char *why);
