// SPDX-License-Identifier: GPL-2.0-or-later
/* Two counts for each key: of this window and of the one before, which weighs as much as of it
 * still lies within the last window's length. Keys of which nothing came lately are forgotten when
 * there are many; if there are still too many then, somebody makes them up, and all are forgotten
 * sooner than that memory runs out. */
#include "gateway/api/throttle.h"

enum { KEYS_MAX = 65536 };

struct count {
    int64_t window; /* number of it since the beginning of time */
    int64_t now, before;
};

struct throttle {
    int64_t window_ms;
    GHashTable *counts; /* char * → struct count * */
};

struct throttle *throttle_new(int64_t window_ms)
{
    struct throttle *throttle = g_new0(struct throttle, 1);
    throttle->window_ms = window_ms;
    throttle->counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return throttle;
}

void throttle_free(struct throttle *throttle)
{
    if (throttle == NULL)
        return;
    g_hash_table_unref(throttle->counts);
    g_free(throttle);
}

static gboolean is_old(gpointer key, gpointer value, gpointer data)
{
    const struct count *count = value;
    const int64_t *window = data;
    (void)key;
    return count->window < *window - 1;
}

static struct count *count_of(struct throttle *throttle, const char *key, int64_t window)
{
    struct count *count = g_hash_table_lookup(throttle->counts, key);
    if (count == NULL) {
        if (g_hash_table_size(throttle->counts) >= KEYS_MAX)
            g_hash_table_foreach_remove(throttle->counts, is_old, &window);
        if (g_hash_table_size(throttle->counts) >= KEYS_MAX)
            g_hash_table_remove_all(throttle->counts);
        count = g_new0(struct count, 1);
        count->window = window;
        g_hash_table_insert(throttle->counts, g_strdup(key), count);
    }
    if (count->window == window)
        return count;
    count->before = count->window == window - 1 ? count->now : 0;
    count->now = 0;
    count->window = window;
    return count;
}

bool throttle_take(struct throttle *throttle, const char *key, int64_t limit, int64_t now)
{
    if (limit == 0)
        return true;
    struct count *count = count_of(throttle, key, now / throttle->window_ms);
    int64_t left = throttle->window_ms - now % throttle->window_ms;
    int64_t weight = (count->before * left + throttle->window_ms - 1) / throttle->window_ms;
    if (count->now + weight >= limit)
        return false;
    count->now++;
    return true;
}

unsigned throttle_size(const struct throttle *throttle)
{
    return g_hash_table_size(throttle->counts);
}
