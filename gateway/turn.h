// SPDX-License-Identifier: GPL-2.0-or-later
/* One turn of the main loop is one transaction: everything the sockets held is gathered, stored
 * and committed together, and only then does anybody hear of it. */
#pragma once

#include "campaigns/store/store.h"

/* Something to be stored. The turn frees it when it is done with it. */
struct effect {
    /* Within the transaction; called again after a rollback, so it changes nothing in memory. */
    bool (*apply)(struct effect *effect, struct store *store, int64_t now, GError **error);
    void (*committed)(struct effect *effect);                    /* may be NULL */
    void (*dropped)(struct effect *effect, const GError *error); /* may be NULL: it never will be */
    void (*free)(struct effect *effect);
};

struct turn_hooks {
    void (*gather)(void *data); /* reads what is there, calls turn_add() */
    bool (*wants)(void *data);  /* is there anything to lease? */
    bool (*lease)(void *data, int64_t now, GError **error); /* last in the transaction */
    void (*send)(void *data);                               /* the leases are committed */
    void (*recall)(void *data);                             /* they are not */
    void *data;
};

struct turn;

/* Runs in the default main context of the calling thread. */
struct turn *turn_new(struct store *store, const struct turn_hooks *hooks);
void turn_free(struct turn *turn);

/* Readable descriptors bring about a turn. */
gpointer turn_watch(struct turn *turn, int fd);
void turn_unwatch(struct turn *turn, gpointer tag);

void turn_add(struct turn *turn, struct effect *effect);
/* There may be something to do: a turn runs soon. */
void turn_request(struct turn *turn);
/* One turn now, for the end of the process; false when something could not be stored. */
bool turn_run(struct turn *turn);
/* The disk is full or the database is held: nothing new may be sent. */
bool turn_is_stuck(const struct turn *turn);
bool turn_disk_is_full(const struct turn *turn);
/* So much waits to be stored that nothing more should be read. */
bool turn_is_full(const struct turn *turn);
