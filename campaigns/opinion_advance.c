// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes states of opinions, and nobody else does. No text of anybody gets into the log. */
#include "campaigns/opinion_advance.h"

#include "campaigns/opinion_outbox.h"
#include "config/log.h"

static bool tell(struct store *store, const struct opinion_row *row, const char *from,
                 const struct opinion_advance *advance, GError **error)
{
    const struct opinion_event_row event = {
        .at = advance->now,
        .by = (char *)(advance->by != NULL ? advance->by : ""),
        .event = (char *)opinion_event_name(advance->event),
        .from = (char *)from,
        .to = (char *)opinion_state_name(row->state),
        .detail = (char *)advance->detail,
    };
    struct opinion_news news = {.opinion_id = row->id,
                                .event = advance->event,
                                .before = advance->before != NULL ? advance->before : "",
                                .now = advance->now};
    if (!store_opinion_log(store, row->id, &event, &news.sequence, error) ||
        !opinion_outbox_put(store, advance->config, &news, error))
        return false;
    log_info("opinion",
             "opinion=%" G_GINT64_FORMAT " campaign=%" G_GINT64_FORMAT " number=%" G_GINT64_FORMAT
             " event=%s %s→%s office=%s restricted=%d",
             row->id, row->campaign_id, row->number, event.event, event.from, event.to,
             row->office != NULL ? row->office : "", row->restricted);
    return true;
}

bool opinion_advance_first(struct store *store, const struct opinion_row *row,
                           const struct gateway_config *config, GError **error)
{
    const struct opinion_advance advance = {
        .event = OPINION_EVENT_RECEIVE, .now = row->received_at, .config = config};
    return tell(store, row, "", &advance, error);
}

bool opinion_advance_may(const struct opinion_row *row, enum opinion_event event, GError **error)
{
    enum opinion_state to;
    if (opinion_step(row->state, event, &to))
        return true;
    const char *hint = "";
    if (row->state == OPINION_CLOSED)
        hint = "; reopen it first";
    else if (row->state == OPINION_ANSWERED && event != OPINION_EVENT_START)
        hint = "; reopen it if it is not settled";
    g_set_error(error, OPINION_ERROR, OPINION_ERROR_STATE,
                "opinion %" G_GINT64_FORMAT " is %s: %s is not possible%s", row->id,
                opinion_state_name(row->state), opinion_event_name(event), hint);
    return false;
}

bool opinion_advance(struct store *store, struct opinion_row *row,
                     const struct opinion_advance *advance, GError **error)
{
    enum opinion_state from = row->state;
    if (!opinion_advance_may(row, advance->event, error))
        return false;
    opinion_step(from, advance->event, &row->state);
    if (row->state != from || advance->event == OPINION_EVENT_ANSWER)
        row->state_at = advance->now;
    return store_opinion_write(store, row, from, error) &&
           tell(store, row, opinion_state_name(from), advance, error);
}
