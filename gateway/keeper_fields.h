// SPDX-License-Identifier: GPL-2.0-or-later
// The inside of a keeper, for keeper.c (its life) and keeper_talk.c (what its worker says) alone.
#pragma once

#include "gateway/keeper.h"
#include "gateway/outlet.h"

enum waiting { WAITING_TIME, WAITING_LOCK, WAITING_PERSON };

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

    enum waiting waiting;
    int64_t next_at; /* monotonic ms */
    int64_t backoff_ms;
    guint lock_retry;
    bool recovered, trusted, settled, for_good;
};

/* ---- keeper.c ---- */
/* The only writer of the state. */
void keeper_advance(struct keeper *keeper, enum modem_event event, const char *reason);
void keeper_kill_worker(struct keeper *keeper, const char *why);

/* ---- keeper_talk.c ---- */
enum { CHARGE_FIRST_PROMISE_MS = 30 * 1000, CHARGE_LATE_MS = 2 * 1000 };
void keeper_take(struct keeper *keeper, const struct wire_message *message);

int64_t keeper_monotonic_ms(void);
int64_t keeper_wall_ms(void);
