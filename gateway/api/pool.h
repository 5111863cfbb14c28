// SPDX-License-Identifier: GPL-2.0-or-later
// Database connections for the threads of the API: few, each lent to one request at a time.
#pragma once

#include "campaigns/store/store.h"

struct store_pool;

struct store_pool *store_pool_new(const char *path);
void store_pool_free(struct store_pool *pool); /* all must be back */
/* Whoever holds a connection is broken off, so that all come back: see store_set_stop(). */
void store_pool_stop(struct store_pool *pool);

/* Waits for a free one; NULL and STORE_ERROR_BUSY when none comes back in time. Those who will need
 * one for long (heavy) leave some for the others. */
struct store *store_pool_take(struct store_pool *pool, bool heavy, GError **error);
void store_pool_give(struct store_pool *pool, bool heavy, struct store *store);
