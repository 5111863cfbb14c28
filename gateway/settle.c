// SPDX-License-Identifier: GPL-2.0-or-later
/* Settles one lease within the turn's transaction, then says so in the log and frees its slot of
 * the flight log: in this order, so that a crash in between finds the verdict in one of the two. */
#include "gateway/settle.h"

#include "campaigns/store/conversation.h"
#include "campaigns/store/report.h"
#include "config/log.h"

#include <inttypes.h>

struct settle {
    struct effect effect;
    struct settle_news news;
    char *modem, *cause;
    struct flight *flight;
    struct settled settled;
    enum message_state state; /* after reports that came before the verdict */
    bool stale;
};

_Static_assert((int)ATTEMPT_SENT == (int)VERDICT_SENT, "one order");
_Static_assert((int)ATTEMPT_RETRY == (int)VERDICT_RETRY, "one order");
_Static_assert((int)ATTEMPT_REFUSED == (int)VERDICT_REFUSED, "one order");
_Static_assert((int)ATTEMPT_MODEM_SICK == (int)VERDICT_MODEM_SICK, "one order");
_Static_assert((int)ATTEMPT_UNSURE == (int)VERDICT_UNSURE, "one order");

static bool apply(struct effect *effect, struct store *store, int64_t now, GError **error)
{
    struct settle *settle = (struct settle *)effect;
    const struct verdict_row row = {
        .lease = settle->news.lease,
        .modem = settle->modem,
        .news = {.verdict = settle->news.verdict,
                 .parts_now = settle->news.parts_now,
                 .retry_after_ms = settle->news.retry_after_ms,
                 .untouched = settle->news.untouched,
                 .excused = settle->news.excused,
                 .tries = settle->news.tries,
                 .doubtful = settle->news.doubtful},
        .references = settle->news.references,
        .cause = settle->cause,
        .took_ms = settle->news.took_ms,
    };
    g_autoptr(GError) problem = NULL;
    bool settled = store_message_settle(store, &row, now, &settle->settled, &problem);
    /* Told twice, by the worker and by its flight log: the first has settled it. */
    settle->stale = g_error_matches(problem, STORE_ERROR, STORE_ERROR_CONFLICT);
    if (settle->stale)
        return true;
    if (!settled) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    settle->state = settle->settled.state;
    if (settle->state == MESSAGE_SENT &&
        !store_conversation_sent(store, settle->settled.message_id, now, error))
        return false;
    return store_report_catch_up(store, &settle->settled, now, &settle->state, error);
}

/* Not when the database would not have the verdict: then the flight log is all that knows it, and
 * without its slot the lease would look as if the worker had never had it. */
static void release(const struct settle *settle)
{
    struct flight_slot *slot = flight_find(settle->flight, settle->news.lease);
    if (slot != NULL)
        flight_release(slot);
}

static void committed(struct effect *effect)
{
    const struct settle *settle = (struct settle *)effect;
    const struct settled *settled = &settle->settled;
    release(settle);
    if (settle->stale)
        return;
    g_autofree char *cause = *settle->cause != '\0' ? log_quote(settle->cause) : NULL;
    log_info("queue",
             "msg=%" PRId64 " campaign=%" PRId64 " modem=%s leased→%s parts=%u took_ms=%" PRId64
             "%s%s%s",
             settled->message_id, settled->campaign_id, settle->modem,
             message_state_name(settle->state), settled->parts_now, settle->news.took_ms,
             settled->gave_up ? " gave_up=1" : "", cause != NULL ? " cause=" : "",
             cause != NULL ? cause : "");
}

static void settle_free(struct effect *effect)
{
    struct settle *settle = (struct settle *)effect;
    g_free(settle->modem);
    g_free(settle->cause);
    g_free(settle);
}

struct effect *settle_new(const struct settle_news *news, struct flight *flight)
{
    struct settle *settle = g_new0(struct settle, 1);
    settle->effect = (struct effect){apply, committed, NULL, settle_free};
    settle->news = *news;
    settle->modem = g_strdup(news->modem);
    settle->cause = g_strdup(news->cause);
    settle->flight = flight;
    return &settle->effect;
}

enum attempt_verdict settle_verdict(enum verdict_outcome outcome)
{
    return (enum attempt_verdict)outcome;
}

char *settle_cause(enum verdict_outcome outcome, enum verdict_space space, int32_t code)
{
    if (outcome == VERDICT_SENT && space == VERDICT_SPACE_NONE)
        return g_strdup("");
    return g_strdup_printf("%s %d: %s", verdict_space_name(space), code,
                           verdict_of(space, code).meaning);
}
