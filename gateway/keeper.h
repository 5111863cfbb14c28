// SPDX-License-Identifier: GPL-2.0-or-later
/* The keeper of one configured modem: its worker from start to end and again, its
 * state, what it says and what it is told. */
#pragma once

#include "gateway/dispatcher.h"
#include "gateway/turn.h"
#include "gateway/ussd.h"

/* What all keepers share; borrowed. */
struct keeper_shared {
    struct store *store;
    struct turn *turn;
    struct dispatcher *dispatcher;
    struct ussd_desk *ussd;
    struct campaign_book *book;
    const char *program;     /* loa-modem */
    const struct user *user; /* whose rights it has; NULL: ours */
    const struct gateway_config *config;
    struct port_book *ports; /* the supervisor's */
    const char *boot;        /* of the machine: what flight logs can be believed depends on it */
};

struct keeper;

/* `shared` must outlive it. The modem's row is there afterwards. */
struct keeper *keeper_new(const struct keeper_shared *shared, const struct modem_config *config,
                          GError **error);
void keeper_free(struct keeper *keeper);

/* New settings (they replace the borrowed ones); the worker starts anew if it must. A
 * modem that waited for a person is tried again, but not with the same PIN. */
void keeper_configure(struct keeper *keeper, const struct modem_config *config);

/* Once a second, and at the start: whatever is due. */
void keeper_tick(struct keeper *keeper);
/* Reads what the worker has said. */
void keeper_gather(struct keeper *keeper);

/* To its worker, which takes orders now; false: it does not. NULL only asks. Takes the packet over.
 */
bool keeper_send(struct keeper *keeper, GByteArray *packet);

/* A person has looked after it: it is tried at once, its PIN once more. */
void keeper_retry(struct keeper *keeper);

/* Ask the worker to leave, for good. */
void keeper_leave(struct keeper *keeper);
void keeper_kill(struct keeper *keeper);
/* No worker, and nothing of it left to settle. */
bool keeper_is_gone(const struct keeper *keeper);

const char *keeper_name(const struct keeper *keeper);
