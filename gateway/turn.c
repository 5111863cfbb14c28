// SPDX-License-Identifier: GPL-2.0-or-later
/* Group commit. Normally: gather, BEGIN, all effects, leases, COMMIT, then tell. When the disk is
 * full or somebody holds the database, everything waits in memory (bounded: the sockets are read no
 * further) and is tried again. When one effect cannot be stored, the turn is taken apart: each goes
 * in a transaction of its own, so that only the faulty one is dropped. */
#include "gateway/turn.h"

#include "config/log.h"

enum { STUCK_RETRY_MS = 1000, BUSY_RETRY_MS = 20, FULL_AT = 4096 };

struct turn {
    struct store *store;
    struct turn_hooks hooks;
    GSource *source;
    GPtrArray *effects; /* struct effect *, in order of arrival */
    GPtrArray *tags;    /* of the descriptors watched */
    bool listening, requested;
    bool disk_full;
    int64_t stuck_until; /* monotonic ms; 0: well */
    int64_t lease_after; /* monotonic ms: after a fault in leasing */
};

struct turn_source {
    GSource source;
    struct turn *turn;
};

static int64_t monotonic_ms(void)
{
    return g_get_monotonic_time() / 1000;
}

static void tell_committed(GPtrArray *effects)
{
    for (guint i = 0; i < effects->len; i++) {
        struct effect *effect = g_ptr_array_index(effects, i);
        if (effect->committed != NULL)
            effect->committed(effect);
    }
}

static bool store_all(struct turn *turn, GPtrArray *effects, bool lease, GError **error)
{
    int64_t now = g_get_real_time() / 1000;
    for (guint i = 0; i < effects->len; i++) {
        struct effect *effect = g_ptr_array_index(effects, i);
        if (!effect->apply(effect, turn->store, now, error))
            return false;
    }
    return !lease || turn->hooks.lease(turn->hooks.data, now, error);
}

/* One transaction. On success the effects are told; freeing them is the caller's. */
static bool attempt(struct turn *turn, GPtrArray *effects, bool lease, GError **error)
{
    if (!store_begin(turn->store, error))
        return false;
    bool stored = store_all(turn, effects, lease, error);
    if (stored)
        stored = store_commit(turn->store, error);
    else
        store_rollback(turn->store);
    if (stored) {
        tell_committed(effects);
        if (lease)
            turn->hooks.send(turn->hooks.data);
    } else if (lease) {
        turn->hooks.recall(turn->hooks.data);
    }
    return stored;
}

/* Trouble that passes and is nobody's fault among the effects. */
static bool must_wait(struct turn *turn, const GError *error)
{
    bool busy = g_error_matches(error, STORE_ERROR, STORE_ERROR_BUSY);
    bool full = g_error_matches(error, STORE_ERROR, STORE_ERROR_FULL);
    if (!busy && !full)
        return false;
    turn->stuck_until = monotonic_ms() + (busy ? BUSY_RETRY_MS : STUCK_RETRY_MS);
    if (full && !turn->disk_full) {
        log_error("store",
                  "event=full sending=stopped \"%s; incoming messages stay on the SIM; "
                  "make room on the disk, or see what ails it\"",
                  error->message);
        turn->disk_full = true;
    }
    return true;
}

static void well_again(struct turn *turn)
{
    turn->stuck_until = 0;
    if (turn->disk_full)
        log_info("store", "event=well sending=resumed");
    turn->disk_full = false;
}

static void drop(struct effect *effect, const GError *error)
{
    log_error("store", "event=dropped \"%s\"", error->message);
    if (effect->dropped != NULL)
        effect->dropped(effect, error);
}

/* Each on its own, for as long as the database takes them; what is done leaves `batch`. */
static bool take_apart(struct turn *turn, GPtrArray *batch)
{
    while (batch->len > 0) {
        g_autoptr(GPtrArray) one = g_ptr_array_new();
        struct effect *effect = g_ptr_array_index(batch, 0);
        g_ptr_array_add(one, effect);
        g_autoptr(GError) error = NULL;
        if (!attempt(turn, one, false, &error)) {
            if (must_wait(turn, error))
                return false;
            drop(effect, error);
        }
        g_ptr_array_remove_index(batch, 0);
    }
    return true;
}

static void lease_alone(struct turn *turn)
{
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    if (attempt(turn, none, true, &error) || must_wait(turn, error))
        return;
    log_error("queue", "event=lease-failed \"%s\"", error->message);
    turn->lease_after = monotonic_ms() + STUCK_RETRY_MS;
}

/* What could not be stored yet stays before what has come since. */
static void put_back(struct turn *turn, GPtrArray *batch)
{
    for (guint i = 0; i < turn->effects->len; i++)
        g_ptr_array_add(batch, g_ptr_array_index(turn->effects, i));
    g_ptr_array_set_free_func(turn->effects, NULL);
    g_ptr_array_unref(turn->effects);
    turn->effects = batch;
}

static void free_effect(gpointer data)
{
    struct effect *effect = data;
    effect->free(effect);
}

bool turn_run(struct turn *turn)
{
    turn->requested = false;
    turn->hooks.gather(turn->hooks.data);
    int64_t now = monotonic_ms();
    if (now < turn->stuck_until)
        return false;
    bool lease = now >= turn->lease_after && turn->hooks.wants(turn->hooks.data);
    if (turn->effects->len == 0 && !lease)
        return true;
    /* What committed() adds belongs to the next turn. */
    GPtrArray *batch = turn->effects;
    turn->effects = g_ptr_array_new_with_free_func(free_effect);
    g_autoptr(GError) error = NULL;
    bool done = attempt(turn, batch, lease, &error);
    if (!done && !must_wait(turn, error)) {
        done = take_apart(turn, batch);
        if (done && lease)
            lease_alone(turn);
    }
    if (!done) {
        put_back(turn, batch);
        return false;
    }
    g_ptr_array_unref(batch);
    well_again(turn);
    return true;
}

/* While too much waits to be stored the sockets are left alone, or they would wake us for ever. */
static void listen_if(struct turn *turn, bool listen)
{
    if (listen == turn->listening)
        return;
    turn->listening = listen;
    for (guint i = 0; i < turn->tags->len; i++)
        g_source_modify_unix_fd(turn->source, g_ptr_array_index(turn->tags, i),
                                listen ? G_IO_IN : 0);
}

static void schedule(struct turn *turn)
{
    int64_t at = -1;
    if (turn->stuck_until != 0)
        at = turn->stuck_until * 1000;
    else if (turn->requested || turn->effects->len > 0)
        at = 0;
    g_source_set_ready_time(turn->source, at);
}

static gboolean dispatch(GSource *source, GSourceFunc callback, gpointer data)
{
    (void)callback;
    (void)data;
    struct turn *turn = ((struct turn_source *)source)->turn;
    turn_run(turn);
    listen_if(turn, !turn_is_full(turn));
    schedule(turn);
    return G_SOURCE_CONTINUE;
}

/* Without prepare and check a source is ready when one of its descriptors or its time is. */
static GSourceFuncs source_functions = {.dispatch = dispatch};

struct turn *turn_new(struct store *store, const struct turn_hooks *hooks)
{
    struct turn *turn = g_new0(struct turn, 1);
    turn->store = store;
    turn->hooks = *hooks;
    turn->effects = g_ptr_array_new_with_free_func(free_effect);
    turn->tags = g_ptr_array_new();
    turn->listening = true;
    turn->source = g_source_new(&source_functions, sizeof(struct turn_source));
    ((struct turn_source *)turn->source)->turn = turn;
    g_source_set_name(turn->source, "turn");
    g_source_attach(turn->source, NULL);
    return turn;
}

void turn_free(struct turn *turn)
{
    if (turn == NULL)
        return;
    g_source_destroy(turn->source);
    g_source_unref(turn->source);
    g_ptr_array_unref(turn->effects);
    g_ptr_array_unref(turn->tags);
    g_free(turn);
}

gpointer turn_watch(struct turn *turn, int fd)
{
    gpointer tag = g_source_add_unix_fd(turn->source, fd, turn->listening ? G_IO_IN : 0);
    g_ptr_array_add(turn->tags, tag);
    return tag;
}

void turn_unwatch(struct turn *turn, gpointer tag)
{
    g_source_remove_unix_fd(turn->source, tag);
    g_ptr_array_remove(turn->tags, tag);
}

void turn_add(struct turn *turn, struct effect *effect)
{
    g_ptr_array_add(turn->effects, effect);
    schedule(turn);
}

void turn_request(struct turn *turn)
{
    turn->requested = true;
    schedule(turn);
}

bool turn_is_stuck(const struct turn *turn)
{
    return turn->stuck_until != 0;
}

bool turn_disk_is_full(const struct turn *turn)
{
    return turn->disk_full;
}

bool turn_is_full(const struct turn *turn)
{
    return turn->effects->len >= FULL_AT;
}
