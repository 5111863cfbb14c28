// SPDX-License-Identifier: GPL-2.0-or-later
/* One configured modem in the supervisor's charge: its worker from start to end and again, its
 * state, what it says and what it is told. */
#pragma once

#include "gateway/dispatcher.h"
#include "gateway/turn.h"

/* What all charges share; borrowed. */
struct charge_shared {
    struct store *store;
    struct turn *turn;
    struct dispatcher *dispatcher;
    struct campaign_book *book;
    const char *program; /* loa-modem */
    const struct gateway_config *config;
    bool same_boot; /* flight logs of before our start can be trusted */
};

struct charge;

/* `shared` must outlive it. The modem's row is there afterwards. */
struct charge *charge_new(const struct charge_shared *shared, const struct modem_config *config,
                          GError **error);
void charge_free(struct charge *charge);

/* New settings (they replace the borrowed ones); the worker starts anew if it must. */
void charge_configure(struct charge *charge, const struct modem_config *config);
/* A person asked to try again, whatever was wrong. */
void charge_reset(struct charge *charge);

/* Once a second, and at the start: whatever is due. */
void charge_tick(struct charge *charge);
/* Reads what the worker has said. */
void charge_gather(struct charge *charge);

/* Ask the worker to leave, for good. */
void charge_leave(struct charge *charge);
void charge_kill(struct charge *charge);
/* No worker, and nothing of it left to settle. */
bool charge_is_gone(const struct charge *charge);

/* What was leased before our start is settled, or on its way to be. */
bool charge_is_settled(const struct charge *charge);

const char *charge_name(const struct charge *charge);
