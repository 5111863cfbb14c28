// SPDX-License-Identifier: GPL-2.0-or-later
/* Calls the timeless rules once a second with the time. A fault in one of them is logged, not every
 * second but when it is new, and the others go on. Modems wait while this is at work, so there are
 * only quick rules here, and what has much to write goes on slice by slice when the modems have
 * nothing to say; the slow ones are the counter's. */
#include "gateway/clock.h"

#include "campaigns/aging.h"
#include "campaigns/campaign.h"
#include "campaigns/store/outbox.h"
#include "campaigns/store/session.h"
#include "campaigns/ussd_survey.h"
#include "config/log.h"
#include "gateway/forwarder.h"
#include "gateway/intake.h"
#include "gateway/notify.h"

#include <inttypes.h>

enum { OVERDUE_EVERY_S = 10, AGING_EVERY_S = 10, SESSIONS_EVERY_S = 10 };

enum duty { DUTY_CAMPAIGNS, DUTY_AGING, DUTY_OVERDUE, DUTY_SESSIONS, DUTIES };

struct clock {
    struct store *store;
    struct campaign_book *book;
    struct forwarder *forwarder;
    char *complaint[DUTIES]; /* what was logged last; NULL: all well */
    unsigned ticks;
    int64_t newest_event; /* of the outbox, when the forwarder was last told */
    int64_t watchdog_ms, watchdog_at;
    guint slices; /* source that goes on with the campaigns; 0: none */
};

static const char *const duty_names[DUTIES] = {[DUTY_CAMPAIGNS] = "campaigns",
                                               [DUTY_AGING] = "aging",
                                               [DUTY_OVERDUE] = "overdue",
                                               [DUTY_SESSIONS] = "sessions"};

struct clock *clock_new(struct store *store, struct campaign_book *book,
                        const struct gateway_config *config, GError **error)
{
    struct forwarder *forwarder = forwarder_new(store, config, error);
    if (forwarder == NULL)
        return NULL;
    struct clock *clock = g_new0(struct clock, 1);
    clock->store = store;
    clock->book = book;
    clock->forwarder = forwarder;
    clock->watchdog_ms = notify_watchdog_ms() / 3;
    return clock;
}

void clock_configure(struct clock *clock, const struct gateway_config *config)
{
    forwarder_reload(clock->forwarder, config);
}

static void report(struct clock *clock, enum duty duty, const GError *error)
{
    const char *sentence = error != NULL ? error->message : NULL;
    if (g_strcmp0(sentence, clock->complaint[duty]) == 0)
        return;
    if (sentence != NULL)
        log_error("gateway", "duty=%s event=failed \"%s\"", duty_names[duty], sentence);
    else
        log_info("gateway", "duty=%s event=well", duty_names[duty]);
    g_free(clock->complaint[duty]);
    clock->complaint[duty] = g_strdup(sentence);
}

/* One slice; true when there is more. */
static bool keep_campaigns(struct clock *clock)
{
    g_autoptr(GError) error = NULL;
    bool more = false;
    bool kept =
        campaign_clock_slice(clock->store, clock->book, g_get_real_time() / 1000, &more, &error);
    report(clock, DUTY_CAMPAIGNS, error);
    return kept && more;
}

static gboolean go_on(gpointer data)
{
    struct clock *clock = data;
    if (keep_campaigns(clock))
        return G_SOURCE_CONTINUE;
    clock->slices = 0;
    return G_SOURCE_REMOVE;
}

/* Behind everything that is ready meanwhile. */
static void begin_campaigns(struct clock *clock)
{
    if (keep_campaigns(clock) && clock->slices == 0)
        clock->slices = g_idle_add_full(G_PRIORITY_LOW, go_on, clock, NULL);
}

static void keep_aging(struct clock *clock, int64_t now)
{
    g_autoptr(GError) error = NULL;
    unsigned queued = 0;
    if (aging_clock(clock->store, clock->book, now, &queued, &error) && queued > 0)
        log_info("queue", "event=aged messages=%u \"sent again by policy, or for any modem now\"",
                 queued);
    report(clock, DUTY_AGING, error);
}

/* What came in may have put something before the sinks. */
static void keep_outbox(struct clock *clock)
{
    int64_t newest = 0;
    if (!store_outbox_newest(clock->store, &newest, NULL) || newest == clock->newest_event)
        return;
    clock->newest_event = newest;
    forwarder_wake(clock->forwarder);
}

static void keep_overdue(struct clock *clock, int64_t now)
{
    g_autoptr(GError) error = NULL;
    intake_overdue(clock->store, clock->book, now, &error);
    report(clock, DUTY_OVERDUE, error);
}

/* Menus that somebody left without a word. */
static void keep_sessions(struct clock *clock, int64_t now)
{
    g_autoptr(GError) error = NULL;
    int64_t left = 0;
    if (store_session_expire(clock->store, now - USSD_SURVEY_SILENCE_MS, &left, &error) && left > 0)
        log_info("ussd", "event=left sessions=%" PRId64 " \"nothing came for ten minutes\"", left);
    report(clock, DUTY_SESSIONS, error);
}

void clock_tick(struct clock *clock)
{
    int64_t now = g_get_real_time() / 1000;
    begin_campaigns(clock);
    keep_outbox(clock);
    if (clock->ticks % AGING_EVERY_S == 0)
        keep_aging(clock, now);
    if (clock->ticks % SESSIONS_EVERY_S == 0)
        keep_sessions(clock, now);
    if (clock->ticks++ % OVERDUE_EVERY_S == 0)
        keep_overdue(clock, now);
    int64_t monotonic = g_get_monotonic_time() / 1000;
    if (clock->watchdog_ms > 0 && monotonic >= clock->watchdog_at) {
        notify_send("WATCHDOG=1");
        clock->watchdog_at = monotonic + clock->watchdog_ms;
    }
}

void clock_wake(struct clock *clock)
{
    begin_campaigns(clock);
    forwarder_wake(clock->forwarder);
}

void clock_free(struct clock *clock)
{
    if (clock == NULL)
        return;
    g_clear_handle_id(&clock->slices, g_source_remove);
    forwarder_free(clock->forwarder);
    for (int duty = 0; duty < DUTIES; duty++)
        g_free(clock->complaint[duty]);
    g_free(clock);
}
