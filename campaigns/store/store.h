// SPDX-License-Identifier: GPL-2.0-or-later
/* The one database file: connection, transactions, migrations. One connection belongs to one
 * thread. Public functions of the store need no open transaction unless they say so. */
#pragma once

#include <glib.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct store;

enum store_error {
    STORE_ERROR_FAILED,
    STORE_ERROR_NEWER,     /* the file was written by a later Loa */
    STORE_ERROR_FULL,      /* the disk takes no writes: stop sending, leave incoming on the SIM */
    STORE_ERROR_BUSY,      /* another writer held the file for longer than we wait */
    STORE_ERROR_NOT_FOUND, /* no such row */
    STORE_ERROR_CONFLICT,  /* the row is not in a state that allows it, or exists already */
    STORE_ERROR_STOPPED,   /* broken off because the process ends: nothing was changed */
};
GQuark store_error_quark(void);
#define STORE_ERROR (store_error_quark())

/* Opens or creates, and migrates to the newest schema: WAL, synchronous=FULL, foreign keys. */
struct store *store_open(const char *path, GError **error);
void store_free(struct store *store);
/* How long a statement waits for another writer before it fails with STORE_ERROR_BUSY; it looks so
 * often that the short pauses of one who writes slice after slice are not missed. */
void store_set_patience(struct store *store, int milliseconds);
/* For a thread that others wait for at the end: once `stop` is true, what runs is broken off and
 * nothing more is begun, with STORE_ERROR_STOPPED; what is open can only be rolled back. Borrowed
 * until store_free(). */
void store_set_stop(struct store *store, const atomic_bool *stop);

/* Write transactions (BEGIN IMMEDIATE). They do not nest. */
bool store_begin(struct store *store, GError **error);
bool store_commit(struct store *store, GError **error); /* on failure it is rolled back */
void store_rollback(struct store *store);
bool store_in_transaction(const struct store *store);

int64_t store_schema_version(struct store *store); /* -1: it cannot be read */
/* A number that changes with every commit of another connection. */
int64_t store_data_version(struct store *store);
/* This gateway's own name in the world, made at the first opening (RFC 9562 UUID); borrowed. */
const char *store_gateway_uuid(struct store *store);
