// SPDX-License-Identifier: GPL-2.0-or-later
/* Calls the timeless rules once a second with the time. A fault in one of them is logged, not every
 * second but when it is new, and the others go on. */
#include "gateway/clock.h"

#include "campaigns/aging.h"
#include "campaigns/campaign.h"
#include "campaigns/conversation.h"
#include "campaigns/reminder.h"
#include "campaigns/retention.h"
#include "campaigns/series.h"
#include "campaigns/snapshot.h"
#include "campaigns/store/outbox.h"
#include "campaigns/summary.h"
#include "config/log.h"
#include "gateway/forwarder.h"
#include "gateway/intake.h"
#include "gateway/notify.h"

#include <inttypes.h>

enum {
    OVERDUE_EVERY_S = 10,
    AGING_EVERY_S = 10,
    RETENTION_EVERY_S = 60,
    SERIES_EVERY_S = 10,
    CONVERSATIONS_EVERY_S = 5,
    SLICES_MS = 100
};

enum duty {
    DUTY_REMINDERS,
    DUTY_CAMPAIGNS,
    DUTY_SNAPSHOTS,
    DUTY_AGING,
    DUTY_SUMMARIES,
    DUTY_OVERDUE,
    DUTY_RETENTION,
    DUTY_SERIES,
    DUTY_CONVERSATIONS,
    DUTIES
};

struct clock {
    struct store *store;
    struct campaign_book *book;
    const struct gateway_config *config;
    struct forwarder *forwarder;
    struct retention *retention;
    bool retaining;          /* there was more to erase */
    char *complaint[DUTIES]; /* what was logged last; NULL: all well */
    unsigned ticks;
    int64_t newest_event; /* of the outbox, when the forwarder was last told */
    int64_t watchdog_ms, watchdog_at;
};

static const char *const duty_names[DUTIES] = {
    [DUTY_REMINDERS] = "reminders",        [DUTY_CAMPAIGNS] = "campaigns",
    [DUTY_SNAPSHOTS] = "snapshots",        [DUTY_AGING] = "aging",
    [DUTY_SUMMARIES] = "summaries",        [DUTY_OVERDUE] = "overdue",
    [DUTY_RETENTION] = "retention",        [DUTY_SERIES] = "series",
    [DUTY_CONVERSATIONS] = "conversations"};

struct clock *clock_new(struct store *store, struct campaign_book *book,
                        const struct gateway_config *config, GError **error)
{
    struct forwarder *forwarder = forwarder_new(store, config, error);
    if (forwarder == NULL)
        return NULL;
    struct clock *clock = g_new0(struct clock, 1);
    clock->store = store;
    clock->book = book;
    clock->config = config;
    clock->forwarder = forwarder;
    clock->retention = retention_new(store);
    clock->watchdog_ms = notify_watchdog_ms() / 3;
    return clock;
}

void clock_configure(struct clock *clock, const struct gateway_config *config)
{
    clock->config = config;
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

static void log_reminder(const struct reminder_slice *slice)
{
    if (slice->done)
        log_info("queue", "campaign=%" PRId64 " reminder=%d queued=%" PRId64 " event=%s \"%s\"",
                 slice->campaign_id, slice->reminder + 1, slice->queued,
                 slice->skipped[0] != '\0' ? "reminder-skipped" : "reminded", slice->skipped);
}

/* Before campaigns, which finish when their last reminder is done. */
static void keep_reminders(struct clock *clock, int64_t now)
{
    g_autoptr(GError) error = NULL;
    int64_t until = g_get_monotonic_time() / 1000 + SLICES_MS;
    struct reminder_slice slice = {.more = true};
    while (slice.more && reminder_clock_slice(clock->store, clock->book, now, &slice, &error)) {
        log_reminder(&slice);
        slice.more = slice.more && g_get_monotonic_time() / 1000 < until;
    }
    report(clock, DUTY_REMINDERS, error);
}

static void log_draft(const struct series_slice *slice)
{
    if (slice->campaign_id != 0)
        log_info("gateway", "series=%s day=%s campaign=%" PRId64 " event=draft-made", slice->code,
                 slice->day, slice->campaign_id);
    else
        log_error("gateway", "series=%s day=%s event=draft-failed \"%s\"", slice->code, slice->day,
                  slice->reason != NULL ? slice->reason : "");
}

static void keep_series(struct clock *clock, int64_t now)
{
    g_autoptr(GError) error = NULL;
    int64_t until = g_get_monotonic_time() / 1000 + SLICES_MS;
    const struct campaign_terms *terms = campaign_book_terms(clock->book);
    struct series_slice slice = {.more = true};
    while (slice.more && series_clock_slice(clock->store, terms, now, &slice, &error)) {
        if (slice.more)
            log_draft(&slice);
        g_clear_pointer(&slice.reason, g_free);
        slice.more = slice.more && g_get_monotonic_time() / 1000 < until;
    }
    report(clock, DUTY_SERIES, error);
}

static void keep_campaigns(struct clock *clock, int64_t now)
{
    g_autoptr(GError) error = NULL;
    int64_t until = g_get_monotonic_time() / 1000 + SLICES_MS;
    bool more = true;
    while (more && campaign_clock_slice(clock->store, clock->book, now, &more, &error))
        more = more && g_get_monotonic_time() / 1000 < until;
    report(clock, DUTY_CAMPAIGNS, error);
}

static void keep_snapshots(struct clock *clock, int64_t now)
{
    g_autoptr(GError) error = NULL;
    unsigned taken = 0;
    snapshot_clock(clock->store, clock->book, now, &taken, &error);
    report(clock, DUTY_SNAPSHOTS, error);
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

static void keep_summaries(struct clock *clock, int64_t now)
{
    g_autoptr(GError) error = NULL;
    unsigned put = 0;
    summary_clock(clock->store, clock->config, now, &put, &error);
    report(clock, DUTY_SUMMARIES, error);
    if (put > 0)
        forwarder_wake(clock->forwarder);
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

/* The least urgent of all duties gets half the time of others. */
static void keep_retention(struct clock *clock, int64_t now)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(clock->config->time_zone);
    struct retention_terms terms = {&clock->config->retention, zone};
    struct retention_news news = {.more = true};
    int64_t until = g_get_monotonic_time() / 1000 + SLICES_MS / 2;
    while (news.more && g_get_monotonic_time() / 1000 < until &&
           retention_clock_slice(clock->retention, &terms, now, &news, &error)) {
        if (news.campaign[0] != '\0')
            log_info("retention", "campaign=%s event=erased \"numbers and texts; figures stay\"",
                     news.campaign);
    }
    clock->retaining = news.more && error == NULL;
    report(clock, DUTY_RETENTION, error);
}

static void keep_conversations(struct clock *clock, int64_t now)
{
    g_autoptr(GError) error = NULL;
    struct conversation_care care = {0};
    bool kept = conversation_clock(clock->store, clock->book, now, &care, &error);
    report(clock, DUTY_CONVERSATIONS, error);
    if (kept && care.reminded + care.timed_out > 0)
        log_info("queue", "event=conversations asked_again=%u timed_out=%u", care.reminded,
                 care.timed_out);
}

void clock_tick(struct clock *clock)
{
    int64_t now = g_get_real_time() / 1000;
    keep_reminders(clock, now);
    keep_campaigns(clock, now);
    keep_snapshots(clock, now);
    keep_summaries(clock, now);
    keep_outbox(clock);
    if (clock->ticks % CONVERSATIONS_EVERY_S == 0)
        keep_conversations(clock, now);
    if (clock->ticks % SERIES_EVERY_S == 0)
        keep_series(clock, now);
    if (clock->ticks % AGING_EVERY_S == 0)
        keep_aging(clock, now);
    if (clock->retaining || clock->ticks % RETENTION_EVERY_S == 0)
        keep_retention(clock, now);
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
    keep_series(clock, g_get_real_time() / 1000);
    keep_campaigns(clock, g_get_real_time() / 1000);
    forwarder_wake(clock->forwarder);
}

void clock_free(struct clock *clock)
{
    if (clock == NULL)
        return;
    forwarder_free(clock->forwarder);
    retention_free(clock->retention);
    for (int duty = 0; duty < DUTIES; duty++)
        g_free(clock->complaint[duty]);
    g_free(clock);
}
