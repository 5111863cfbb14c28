// SPDX-License-Identifier: GPL-2.0-or-later
/* A sink that was taken out of the configuration by mistake finds everything when it is back; what
 * waits for one that is gone for good is given up when its time is over, like everything else. */
#include "gateway/orphans.h"

#include "campaigns/store/outbox.h"
#include "config/log.h"

static bool abandon(struct store *store, const struct outbox_entry *entry, int64_t now,
                    GError **error)
{
    const struct outbox_attempt attempt = {
        .at = now, .error = (char *)"its receiver is not in the configuration any more"};
    if (!store_begin(store, error))
        return false;
    if (store_outbox_settle(store, entry, OUTBOX_GIVEN_UP, &attempt, entry->next_at, error))
        return store_commit(store, error);
    store_rollback(store);
    return false;
}

static bool give_up_overdue(struct store *store, const char *sink, int64_t now, GError **error)
{
    for (;;) {
        g_autoptr(GError) fault = NULL;
        struct outbox_entry *entry = store_outbox_overdue(store, sink, now, &fault);
        bool more = entry != NULL && abandon(store, entry, now, &fault);
        outbox_entry_free(entry);
        if (more)
            continue;
        if (fault == NULL)
            return true;
        g_propagate_error(error, g_steal_pointer(&fault));
        return false;
    }
}

bool orphans_sweep(struct store *store, const struct gateway_config *config, int64_t now,
                   GError **error)
{
    g_autoptr(GPtrArray) all = store_outbox_waiting(store, error);
    if (all == NULL)
        return false;
    for (guint i = 0; i < all->len; i++) {
        const struct outbox_waiting *waiting = g_ptr_array_index(all, i);
        if (gateway_config_sink(config, waiting->sink) != NULL)
            continue;
        log_warn("forward",
                 "sink=%s event=orphaned waiting=%" G_GINT64_FORMAT
                 " \"it is not in the configuration; each event for it is kept for thirty days\"",
                 waiting->sink, waiting->count);
        if (!give_up_overdue(store, waiting->sink, now, error))
            return false;
    }
    return true;
}
