// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads a dead worker's flight log. A part whose Ctrl-Z had not passed may be sent again, an
 * answered one is settled as answered, and only a part in between is unsure: at most one. */
#include "gateway/recovery.h"

#include "config/log.h"

#include <stdatomic.h>

static enum flight_stage stage_of(const struct flight_part *part)
{
    return (enum flight_stage)atomic_load(&part->stage);
}

/* Counts the parts that went out; the first that did not, NULL: none was even offered. */
static const struct flight_part *first_unsent(const struct flight_slot *slot,
                                              struct settle_news *news)
{
    for (unsigned i = 0; i < MIN(slot->parts, (uint32_t)FLIGHT_PARTS); i++) {
        const struct flight_part *part = &slot->part[i];
        enum flight_stage stage = stage_of(part);
        if (stage == FLIGHT_NONE)
            continue;
        if (stage != FLIGHT_ANSWERED || part->outcome != VERDICT_SENT)
            return part;
        news->references[news->parts_now++] = part->reference;
    }
    return NULL;
}

static void read_part(const struct flight_part *part, bool trusted, struct settle_news *news,
                      char **retcause)
{
    enum flight_stage stage = stage_of(part);
    if (stage == FLIGHT_ANSWERED) {
        enum verdict_outcome outcome = (enum verdict_outcome)part->outcome;
        enum verdict_space space = (enum verdict_space)part->cause_space;
        news->verdict = settle_verdict(outcome);
        news->retry_after_ms = verdict_of(space, part->cause).retry_after_ms;
        *retcause = settle_cause(outcome, space, part->cause);
    } else if (stage == FLIGHT_SUBMITTED || !trusted) {
        news->verdict = ATTEMPT_UNSURE;
        *retcause = g_strdup("the worker was gone before the modem's answer");
    } else {
        /* Perhaps it was this message that ended the worker: the next try may wait. */
        news->verdict = ATTEMPT_MODEM_SICK;
        *retcause = g_strdup("the worker was gone before it was submitted");
    }
}

void recovery_read(const struct flight_slot *slot, unsigned parts, bool trusted,
                   struct settle_news *retnews, char **retcause)
{
    struct settle_news news = {0};
    g_autofree char *cause = NULL;
    const struct flight_part *part = slot != NULL ? first_unsent(slot, &news) : NULL;
    if (part != NULL) {
        read_part(part, trusted, &news, &cause);
    } else if (slot != NULL && news.parts_now >= parts) {
        news.verdict = ATTEMPT_SENT;
        cause = g_strdup("");
    } else if (!trusted) {
        news.verdict = ATTEMPT_UNSURE;
        cause = g_strdup("the machine was switched off before a verdict");
    } else {
        news.verdict = ATTEMPT_RETRY;
        news.untouched = true;
        cause = g_strdup("the worker was gone before its turn came");
    }
    *retnews = news;
    *retcause = g_steal_pointer(&cause);
}

static bool is_open(const GArray *leases, int64_t lease)
{
    for (guint i = 0; i < leases->len; i++) {
        if (g_array_index(leases, struct open_lease, i).lease == lease)
            return true;
    }
    return false;
}

/* A crash between a commit and the release of a slot, or before a lease was committed. */
static void release_strangers(struct flight *flight, const GArray *leases)
{
    for (unsigned i = 0; i < FLIGHT_SLOTS; i++) {
        struct flight_slot *slot = flight_slot(flight, i);
        int64_t lease = atomic_load(&slot->lease);
        if (lease != 0 && !is_open(leases, lease))
            flight_release(slot);
    }
}

bool recovery_run(struct store *store, struct turn *turn, const char *modem, struct flight *flight,
                  bool trusted, unsigned *retcount, GError **error)
{
    g_autoptr(GArray) leases = g_array_new(FALSE, FALSE, sizeof(struct open_lease));
    g_array_set_clear_func(leases, (GDestroyNotify)open_lease_clear);
    if (!store_message_open_leases(store, modem, leases, error))
        return false;
    release_strangers(flight, leases);
    for (guint i = 0; i < leases->len; i++) {
        const struct open_lease *lease = &g_array_index(leases, struct open_lease, i);
        struct settle_news news;
        g_autofree char *cause = NULL;
        recovery_read(flight_find(flight, lease->lease), lease->parts, trusted, &news, &cause);
        news.lease = lease->lease;
        news.modem = modem;
        news.cause = cause;
        turn_add(turn, settle_new(&news, flight));
    }
    *retcount = leases->len;
    return true;
}
