// SPDX-License-Identifier: GPL-2.0-or-later
/* A message that was perhaps sent is never sent again in silence: only where its campaign says
 * on_unsure = "resend", only once, only after a report would have come, and each time as an event
 * of the campaign, whose author is the policy. A report on the first copy that comes later still
 * counts (see campaigns/store/report.c). */
#include "campaigns/aging.h"

#include "campaigns/campaign.h"
#include "campaigns/store/campaign.h"
#include "campaigns/store/message.h"

#define POLICY "policy: on_unsure = \"resend\""

static bool note(struct store *store, const struct campaign_row *row, int64_t message_id,
                 int64_t now, GError **error)
{
    const char *state = campaign_state_name(row->state);
    g_autofree char *reason = g_strdup_printf(
        "message %" G_GINT64_FORMAT " was perhaps sent, and no report came within %d minutes",
        message_id, AGING_DOUBT_MS / 60000);
    struct campaign_event_row told = {.at = now,
                                      .by = (char *)POLICY,
                                      .event = (char *)"resend",
                                      .from = (char *)state,
                                      .to = (char *)state,
                                      .reason = reason};
    return store_campaign_log(store, row->id, &told, error);
}

static bool resend(struct store *store, const struct campaign_row *row, const GArray *ids,
                   int64_t now, unsigned *retqueued, GError **error)
{
    unsigned count = 0;
    if (!store_begin(store, error))
        return false;
    for (guint i = 0; i < ids->len; i++) {
        int64_t id = g_array_index(ids, int64_t, i);
        bool queued = false;
        if (!store_message_resend(store, id, "perhaps sent; once more, by policy", now, &queued,
                                  error) ||
            (queued && !note(store, row, id, now, error))) {
            store_rollback(store);
            return false;
        }
        count += queued ? 1 : 0;
    }
    *retqueued += count;
    return store_commit(store, error);
}

static bool resend_doubtful(struct store *store, struct campaign_book *book, int64_t now,
                            unsigned *retqueued, GError **error)
{
    g_autoptr(GPtrArray) rows = store_campaign_in_state(store, CAMPAIGN_RUNNING, error);
    if (rows == NULL)
        return false;
    for (guint i = 0; i < rows->len; i++) {
        const struct campaign_row *row = g_ptr_array_index(rows, i);
        const struct campaign_entry *entry = campaign_book_find(book, row->id, NULL);
        if (entry == NULL || entry->config.on_unsure != UNSURE_RESEND)
            continue;
        g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
        if (!store_message_doubtful(store, row->id, now - AGING_DOUBT_MS, now - AGING_GONE_MS, ids,
                                    error) ||
            (ids->len > 0 && !resend(store, row, ids, now, retqueued, error)))
            return false;
    }
    return true;
}

bool aging_clock(struct store *store, struct campaign_book *book, int64_t now, unsigned *retqueued,
                 GError **error)
{
    unsigned queued = 0, freed = 0;
    if (!resend_doubtful(store, book, now, &queued, error) ||
        !store_message_free_answers(store, now - AGING_ANSWER_MS, &freed, error))
        return false;
    *retqueued = queued + freed;
    return true;
}
