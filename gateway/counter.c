// SPDX-License-Identifier: GPL-2.0-or-later
/* Counting a campaign of a million takes seconds; here nobody waits for that. Everything is read
 * first, in read transactions, and written in short ones, after each of which the main loop has its
 * turn with the database. A duty that fails is logged when that is new, and the others go on. What
 * is due follows from the rows alone, so nothing is lost when a duty is broken off at the end. */
#include "gateway/counter.h"

#include "campaigns/book.h"
#include "campaigns/conversation.h"
#include "campaigns/reminder.h"
#include "campaigns/retention.h"
#include "campaigns/series.h"
#include "campaigns/snapshot.h"
#include "campaigns/summary.h"
#include "config/log.h"

#include <inttypes.h>

enum {
    ROUND_MS = 1000,
    SLICES_MS = 100,
    GIVE_WAY_US = 2000,        /* between two slices: whoever waits for the writer's lock has it */
    STUCK_MS = 30 * 60 * 1000, /* no count takes so long */
    DUTIES_MOST = 8,
};

struct counter {
    GThread *thread;
    GMutex lock; /* for what stands in this block */
    GCond changed;
    const struct gateway_config *config;
    struct campaign_terms terms;
    bool configured, woken;
    const char *duty; /* at work; NULL: at rest */
    int64_t duty_since;
    atomic_bool stopping;
    /* of the thread alone */
    struct store *store;
    struct campaign_book *book;
    struct retention *retention;
    char *complaints[DUTIES_MOST]; /* what was logged last; NULL: all well */
    int64_t due_at[DUTIES_MOST];   /* monotonic ms */
    void (*news)(void *data);
    void *data;
};

/* What a duty works with in one round. */
struct round {
    struct counter *counter;
    struct store *store;
    struct campaign_book *book;
    const struct gateway_config *config;
    int64_t now;
    int64_t until; /* monotonic ms: no slice begins later */
    bool news;
    bool more; /* the duty did not get through: again in the next round */
};

static int64_t monotonic_ms(void)
{
    return g_get_monotonic_time() / 1000;
}

/* After a slice: may another one begin? */
static bool goes_on(struct round *round, bool more)
{
    if (more)
        g_usleep(GIVE_WAY_US);
    round->more = more;
    return more && monotonic_ms() < round->until && !atomic_load(&round->counter->stopping);
}

/* ---- duties ---- */

static void log_reminder(const struct reminder_slice *slice)
{
    if (slice->done)
        log_info("queue", "campaign=%" PRId64 " reminder=%d queued=%" PRId64 " event=%s \"%s\"",
                 slice->campaign_id, slice->reminder + 1, slice->queued,
                 slice->skipped[0] != '\0' ? "reminder-skipped" : "reminded", slice->skipped);
}

static bool keep_reminders(struct round *round, GError **error)
{
    struct reminder_slice slice = {0};
    do {
        if (!reminder_clock_slice(round->store, round->book, round->now, &slice, error))
            return false;
        round->news = round->news || slice.more;
        log_reminder(&slice);
    } while (goes_on(round, slice.more));
    return true;
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

static bool keep_series(struct round *round, GError **error)
{
    const struct campaign_terms *terms = campaign_book_terms(round->book);
    struct series_slice slice = {0};
    bool done = true;
    do {
        done = series_clock_slice(round->store, terms, round->now, &slice, error);
        if (done && slice.more)
            log_draft(&slice);
        g_clear_pointer(&slice.reason, g_free);
    } while (done && goes_on(round, slice.more));
    return done;
}

static bool keep_conversations(struct round *round, GError **error)
{
    struct conversation_care care = {0};
    if (!conversation_clock(round->store, round->book, round->now, &care, error))
        return false;
    if (care.reminded + care.timed_out > 0)
        log_info("queue", "event=conversations asked_again=%u timed_out=%u", care.reminded,
                 care.timed_out);
    round->news = round->news || care.reminded > 0;
    return true;
}

static bool keep_snapshots(struct round *round, GError **error)
{
    unsigned taken = 0;
    return snapshot_clock(round->store, round->book, round->now, &taken, error);
}

static bool keep_summaries(struct round *round, GError **error)
{
    unsigned put = 0;
    bool kept = summary_clock(round->store, round->config, round->now, &put, error);
    round->news = round->news || put > 0;
    return kept;
}

static bool keep_retention(struct round *round, GError **error)
{
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(round->config->time_zone);
    const struct retention_terms terms = {&round->config->retention, zone};
    struct retention_news news = {0};
    do {
        if (!retention_clock_slice(round->counter->retention, &terms, round->now, &news, error))
            return false;
        if (news.campaign[0] != '\0')
            log_info("retention", "campaign=%s event=erased \"numbers and texts; figures stay\"",
                     news.campaign);
    } while (goes_on(round, news.more));
    return true;
}

/* In this order: what people wait for first, the least urgent last. */
static const struct {
    const char *name;
    bool (*keep)(struct round *round, GError **error);
    int64_t every_ms; /* 0: in each round */
    bool prompt;      /* also when a person did something */
} duties[] = {
    {"reminders", keep_reminders, 0, true},
    {"conversations", keep_conversations, 5 * 1000, false},
    {"series", keep_series, 10 * 1000, true},
    {"snapshots", keep_snapshots, 0, true},
    {"summaries", keep_summaries, 0, true},
    {"retention", keep_retention, 60 * 1000, false},
};
G_STATIC_ASSERT(G_N_ELEMENTS(duties) <= DUTIES_MOST);

/* ---- the thread ---- */

static void report(struct counter *counter, size_t duty, const GError *error)
{
    const char *sentence = error != NULL ? error->message : NULL;
    if (g_strcmp0(sentence, counter->complaints[duty]) == 0 ||
        g_error_matches(error, STORE_ERROR, STORE_ERROR_STOPPED))
        return;
    if (sentence != NULL)
        log_error("gateway", "duty=%s event=failed \"%s\"", duties[duty].name, sentence);
    else
        log_info("gateway", "duty=%s event=well", duties[duty].name);
    g_free(counter->complaints[duty]);
    counter->complaints[duty] = g_strdup(sentence);
}

static void mark(struct counter *counter, const char *duty)
{
    g_mutex_lock(&counter->lock);
    counter->duty = duty;
    counter->duty_since = monotonic_ms();
    g_mutex_unlock(&counter->lock);
}

static void keep(struct counter *counter, const struct gateway_config *config, bool prompted)
{
    for (size_t i = 0; i < G_N_ELEMENTS(duties) && !atomic_load(&counter->stopping); i++) {
        int64_t monotonic = monotonic_ms();
        if (monotonic < counter->due_at[i] && !(prompted && duties[i].prompt))
            continue;
        struct round round = {counter,
                              counter->store,
                              counter->book,
                              config,
                              g_get_real_time() / 1000,
                              monotonic + SLICES_MS,
                              false,
                              false};
        g_autoptr(GError) error = NULL;
        mark(counter, duties[i].name);
        bool kept = duties[i].keep(&round, &error);
        mark(counter, NULL);
        report(counter, i, error);
        counter->due_at[i] = kept && round.more ? 0 : monotonic + duties[i].every_ms;
        if (round.news)
            counter->news(counter->data);
    }
}

/* Waits until the next round; NULL: it is the end. */
static const struct gateway_config *rest(struct counter *counter, int64_t until, bool *retprompted)
{
    g_mutex_lock(&counter->lock);
    bool time_left = true;
    while (time_left && !counter->woken && !atomic_load(&counter->stopping))
        time_left = g_cond_wait_until(&counter->changed, &counter->lock, until * 1000);
    *retprompted = counter->woken;
    counter->woken = false;
    if (counter->configured)
        campaign_book_set_terms(counter->book, &counter->terms);
    counter->configured = false;
    const struct gateway_config *config = counter->config;
    g_mutex_unlock(&counter->lock);
    return atomic_load(&counter->stopping) ? NULL : config;
}

static gpointer run(gpointer data)
{
    struct counter *counter = data;
    bool prompted = false;
    int64_t next = monotonic_ms();
    const struct gateway_config *config = NULL;
    while ((config = rest(counter, next, &prompted)) != NULL) {
        next = monotonic_ms() + ROUND_MS;
        keep(counter, config, prompted);
    }
    return NULL;
}

/* ---- for the main loop ---- */

struct counter *counter_new(const struct gateway_config *config, const struct campaign_terms *terms,
                            void (*news)(void *data), void *data, GError **error)
{
    struct store *store = store_open(config->database, error);
    if (store == NULL)
        return NULL;
    struct counter *counter = g_new0(struct counter, 1);
    counter->config = config;
    counter->terms = *terms;
    counter->store = store;
    store_set_stop(store, &counter->stopping);
    counter->book = campaign_book_new(store, terms);
    counter->retention = retention_new(store);
    counter->news = news;
    counter->data = data;
    g_mutex_init(&counter->lock);
    g_cond_init(&counter->changed);
    counter->thread = g_thread_new("counter", run, counter);
    return counter;
}

void counter_free(struct counter *counter)
{
    if (counter == NULL)
        return;
    g_mutex_lock(&counter->lock);
    atomic_store(&counter->stopping, true);
    g_cond_signal(&counter->changed);
    g_mutex_unlock(&counter->lock);
    g_thread_join(counter->thread);
    retention_free(counter->retention);
    campaign_book_free(counter->book);
    store_free(counter->store);
    for (size_t i = 0; i < G_N_ELEMENTS(counter->complaints); i++)
        g_free(counter->complaints[i]);
    g_cond_clear(&counter->changed);
    g_mutex_clear(&counter->lock);
    g_free(counter);
}

void counter_configure(struct counter *counter, const struct gateway_config *config,
                       const struct campaign_terms *terms)
{
    g_mutex_lock(&counter->lock);
    counter->config = config;
    counter->terms = *terms;
    counter->configured = true;
    g_mutex_unlock(&counter->lock);
}

void counter_wake(struct counter *counter)
{
    if (counter == NULL)
        return;
    g_mutex_lock(&counter->lock);
    counter->woken = true;
    g_cond_signal(&counter->changed);
    g_mutex_unlock(&counter->lock);
}

const char *counter_stuck(struct counter *counter, int64_t *retsince)
{
    g_mutex_lock(&counter->lock);
    const char *duty = counter->duty;
    int64_t took = monotonic_ms() - counter->duty_since;
    g_mutex_unlock(&counter->lock);
    if (duty == NULL || took < STUCK_MS)
        return NULL;
    *retsince = g_get_real_time() / 1000 - took;
    return duty;
}
