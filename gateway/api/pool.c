// SPDX-License-Identifier: GPL-2.0-or-later
/* Lends database connections. They are opened when first needed and kept. A request takes one only
 * after its body is there, so that a slow client never holds one. */
#include "gateway/api/pool.h"

enum { CONNECTIONS_MAX = 4, HEAVY_MAX = 2, WAIT_S = 30 };

struct store_pool {
    char *path;
    GMutex lock;
    GCond returned;
    GPtrArray *idle;      /* struct store * */
    unsigned lent, heavy; /* heavy ones are among those lent */
    atomic_bool stopping;
};

static void close_store(gpointer store)
{
    store_free(store);
}

struct store_pool *store_pool_new(const char *path)
{
    struct store_pool *pool = g_new0(struct store_pool, 1);
    pool->path = g_strdup(path);
    g_mutex_init(&pool->lock);
    g_cond_init(&pool->returned);
    pool->idle = g_ptr_array_new_with_free_func(close_store);
    return pool;
}

void store_pool_free(struct store_pool *pool)
{
    if (pool == NULL)
        return;
    g_assert(pool->lent == 0);
    g_ptr_array_unref(pool->idle);
    g_cond_clear(&pool->returned);
    g_mutex_clear(&pool->lock);
    g_free(pool->path);
    g_free(pool);
}

void store_pool_stop(struct store_pool *pool)
{
    g_mutex_lock(&pool->lock);
    atomic_store(&pool->stopping, true);
    g_cond_broadcast(&pool->returned);
    g_mutex_unlock(&pool->lock);
}

static bool is_free(const struct store_pool *pool, bool heavy)
{
    return pool->lent < CONNECTIONS_MAX && !(heavy && pool->heavy >= HEAVY_MAX);
}

/* True when the caller may take an idle connection or open one; it is counted then. */
static bool reserve(struct store_pool *pool, bool heavy, struct store **retidle)
{
    int64_t deadline = g_get_monotonic_time() + WAIT_S * G_TIME_SPAN_SECOND;
    bool free_now = true;
    g_mutex_lock(&pool->lock);
    while (free_now && !is_free(pool, heavy))
        free_now = !atomic_load(&pool->stopping) &&
                   g_cond_wait_until(&pool->returned, &pool->lock, deadline);
    if (free_now) {
        pool->lent++;
        pool->heavy += heavy;
        if (pool->idle->len > 0)
            *retidle = g_ptr_array_steal_index_fast(pool->idle, pool->idle->len - 1);
    }
    g_mutex_unlock(&pool->lock);
    return free_now;
}

struct store *store_pool_take(struct store_pool *pool, bool heavy, GError **error)
{
    struct store *store = NULL;
    if (!reserve(pool, heavy, &store)) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_BUSY,
                    "too many requests are at work on the database; try again in a moment");
        return NULL;
    }
    if (store != NULL)
        return store;
    store = store_open(pool->path, error);
    if (store != NULL)
        store_set_stop(store, &pool->stopping);
    else
        store_pool_give(pool, heavy, NULL);
    return store;
}

void store_pool_give(struct store_pool *pool, bool heavy, struct store *store)
{
    if (store != NULL && store_in_transaction(store))
        store_rollback(store);
    g_mutex_lock(&pool->lock);
    pool->lent--;
    pool->heavy -= heavy;
    if (store != NULL)
        g_ptr_array_add(pool->idle, store);
    g_cond_broadcast(&pool->returned); /* not everybody may take it */
    g_mutex_unlock(&pool->lock);
}
