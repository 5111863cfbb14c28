// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads a dead worker's flight log. Why at most one message per modem is unsure, and none doubles:
 * - The slot is taken, then the lease is committed, then the worker is told, then HANDED is synced,
 *   then Ctrl-Z may pass: each after the one before it. So in the same boot a slot without HANDED
 *   proves that nothing left, and a missing slot should not be.
 * - After a power cut the disk may hold any mixture of sectors written since the last sync, but
 * that sync is there whole: a part that had its Ctrl-Z is at least HANDED, and all before it,
 * answered before that sync, are ANSWERED. So where one is HANDED, none behind it (the worker takes
 * leases in their order) had its sync, even if the kernel wrote its HANDED back by itself; and a
 * slot that is missing, or bears marks of an earlier lease, is of one that had not come so far.
 * - A slot is freed when its verdict is committed, hence on disk: an old one names no open lease.
 * - Identity and boot are noted when nothing is open any more, in the commit that settles the last:
 *   a crash before it finds the same log and reads it the same way.
 * Beyond that all open leases are unsure where the file was lost, or another put in its place. */
#include "gateway/recovery.h"

#include "campaigns/store/modem.h"
#include "config/log.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <string.h>

enum found { FOUND_MISSING, FOUND_NONE, FOUND_HANDED, FOUND_SUBMITTED };

struct ruling {
    enum attempt_verdict verdict;
    bool untouched;
    bool all; /* of its parts may have gone, not only the next */
    const char *cause;
};

#define RETRIED ATTEMPT_RETRY, true, false, "it was not yet submitted"
#define FOREIGN ATTEMPT_UNSURE, false, true, "its flight log was lost or replaced"
#define DOUBT   ATTEMPT_UNSURE, false, false

static const struct ruling rulings[][FOUND_SUBMITTED + 1] = {
    [RECOVERY_OTHER_FILE] = {[FOUND_MISSING] = {FOREIGN},
                             [FOUND_NONE] = {FOREIGN},
                             [FOUND_HANDED] = {FOREIGN},
                             [FOUND_SUBMITTED] = {FOREIGN}},
    [RECOVERY_OTHER_BOOT] = {[FOUND_MISSING] = {RETRIED},
                             [FOUND_NONE] = {RETRIED},
                             [FOUND_HANDED] = {DOUBT, "the machine stopped as it was submitted"},
                             [FOUND_SUBMITTED] = {DOUBT, "the machine stopped before its answer"}},
    [RECOVERY_BEHIND] = {[FOUND_MISSING] = {RETRIED},
                         [FOUND_NONE] = {RETRIED},
                         [FOUND_HANDED] = {RETRIED},
                         [FOUND_SUBMITTED] = {DOUBT,
                                              "the disk kept what was written out of order"}},
    /* Perhaps it was a HANDED message that ended the worker: its next try may wait. */
    [RECOVERY_SAME_BOOT] = {[FOUND_MISSING] = {ATTEMPT_UNSURE, false, true,
                                               "the flight log should know it, and does not"},
                            [FOUND_NONE] = {RETRIED},
                            [FOUND_HANDED] = {ATTEMPT_MODEM_SICK, false, false,
                                              "the worker was gone before it was submitted"},
                            [FOUND_SUBMITTED] = {DOUBT,
                                                 "the worker was gone before the modem's answer"}},
};

enum recovery_log recovery_log_of(const char *noted_identity, const char *noted_boot,
                                  const char *identity, const char *boot)
{
    bool same_boot = *noted_boot != '\0' && strcmp(noted_boot, boot) == 0;
    /* Schema 1 noted the boot alone; and of a power cut its logs know nothing. */
    if (*noted_identity == '\0')
        return same_boot ? RECOVERY_SAME_BOOT : RECOVERY_OTHER_FILE;
    if (strcmp(noted_identity, identity) != 0)
        return RECOVERY_OTHER_FILE;
    return same_boot ? RECOVERY_SAME_BOOT : RECOVERY_OTHER_BOOT;
}

/* ---- one lease ---- */

/* Counts the parts that went out; the index of the first that did not, FLIGHT_PARTS: none was even
 * offered. */
static unsigned first_unsent(const struct flight_slot *slot, struct settle_news *news)
{
    for (unsigned i = 0; i < FLIGHT_PARTS; i++) {
        const struct flight_part *part = &slot->part[i];
        enum flight_stage stage = flight_stage(slot, i);
        if (stage == FLIGHT_NONE)
            continue;
        if (stage != FLIGHT_ANSWERED || part->outcome != VERDICT_SENT)
            return i;
        news->references[news->parts_now++] = part->reference;
    }
    return FLIGHT_PARTS;
}

static char *rule(const struct ruling *ruling, unsigned parts, struct settle_news *news)
{
    news->verdict = ruling->verdict;
    news->untouched = ruling->untouched;
    if (ruling->all)
        news->doubtful = parts > news->parts_now ? parts - news->parts_now : 1;
    return g_strdup(ruling->cause);
}

static char *take_answer(const struct flight_part *part, struct settle_news *news)
{
    enum verdict_outcome outcome = (enum verdict_outcome)part->outcome;
    enum verdict_space space = (enum verdict_space)part->cause_space;
    news->verdict = settle_verdict(outcome <= VERDICT_UNSURE ? outcome : VERDICT_UNSURE);
    news->retry_after_ms = verdict_of(space, part->cause).retry_after_ms;
    news->untouched = space == VERDICT_SPACE_LOCAL && part->cause == VERDICT_NOT_STARTED;
    return settle_cause(outcome, space, part->cause);
}

bool recovery_read(const struct flight_slot *slot, unsigned parts, enum recovery_log log,
                   struct settle_news *retnews, char **retcause)
{
    static const enum found found_of[] = {
        [FLIGHT_NONE] = FOUND_NONE,
        [FLIGHT_HANDED] = FOUND_HANDED,
        [FLIGHT_SUBMITTED] = FOUND_SUBMITTED,
        [FLIGHT_ANSWERED] = FOUND_SUBMITTED, /* taken as it is, below */
    };
    struct settle_news news = {0};
    char *cause = NULL;
    unsigned next = FLIGHT_PARTS;
    if (slot != NULL && log != RECOVERY_OTHER_FILE)
        next = first_unsent(slot, &news);
    enum flight_stage stage = next < FLIGHT_PARTS ? flight_stage(slot, next) : FLIGHT_NONE;
    if (stage == FLIGHT_ANSWERED) {
        cause = take_answer(&slot->part[next], &news);
    } else if (news.parts_now >= parts) {
        news.verdict = ATTEMPT_SENT;
        cause = g_strdup("");
    } else {
        enum found found = slot == NULL ? FOUND_MISSING : found_of[stage];
        cause = rule(&rulings[log][found], parts, &news);
    }
    *retnews = news;
    *retcause = cause;
    return stage == FLIGHT_HANDED || stage == FLIGHT_SUBMITTED;
}

/* ---- the note that all is settled ---- */

struct note {
    struct effect effect;
    char *modem, *identity, *boot;
};

/* A lease whose verdict was dropped is still to be read as it is read now. */
static bool apply_note(struct effect *effect, struct store *store, int64_t now, GError **error)
{
    (void)now;
    const struct note *note = (struct note *)effect;
    g_autoptr(GArray) leases = g_array_new(FALSE, FALSE, sizeof(struct open_lease));
    g_array_set_clear_func(leases, (GDestroyNotify)open_lease_clear);
    if (!store_message_open_leases(store, note->modem, leases, error))
        return false;
    return leases->len > 0 ||
           store_modem_note_flight(store, note->modem, note->identity, note->boot, error);
}

static void free_note(struct effect *effect)
{
    struct note *note = (struct note *)effect;
    g_free(note->modem);
    g_free(note->identity);
    g_free(note->boot);
    g_free(note);
}

static struct effect *note_new(const struct recovery *recovery, const char *identity)
{
    struct note *note = g_new0(struct note, 1);
    note->effect = (struct effect){apply_note, NULL, NULL, free_note};
    note->modem = g_strdup(recovery->modem);
    note->identity = g_strdup(identity);
    note->boot = g_strdup(recovery->boot);
    return &note->effect;
}

/* ---- all of a modem ---- */

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

/* How far the log can be believed about the leases behind this one. */
static enum recovery_log settle_one(const struct recovery *recovery, const struct open_lease *lease,
                                    enum recovery_log log)
{
    struct settle_news news;
    g_autofree char *cause = NULL;
    const struct flight_slot *slot = flight_find(recovery->flight, lease->lease);
    bool unanswered = recovery_read(slot, lease->parts, log, &news, &cause);
    if (log == RECOVERY_SAME_BOOT && slot == NULL)
        log_error("queue", "msg=%" PRId64 " lease=%" PRId64 " modem=%s event=no-slot",
                  lease->message_id, lease->lease, recovery->modem);
    news.lease = lease->lease;
    news.modem = recovery->modem;
    news.cause = cause;
    turn_add(recovery->turn, settle_new(&news, recovery->flight));
    return unanswered && log == RECOVERY_OTHER_BOOT ? RECOVERY_BEHIND : log;
}

bool recovery_run(const struct recovery *recovery, unsigned *retcount, GError **error)
{
    g_autoptr(GArray) leases = g_array_new(FALSE, FALSE, sizeof(struct open_lease));
    g_array_set_clear_func(leases, (GDestroyNotify)open_lease_clear);
    g_autofree char *identity = g_strdup_printf("%016" PRIx64, flight_identity(recovery->flight));
    g_autofree char *noted_identity = NULL, *noted_boot = NULL;
    if (!store_modem_flight(recovery->store, recovery->modem, &noted_identity, &noted_boot,
                            error) ||
        !store_message_open_leases(recovery->store, recovery->modem, leases, error))
        return false;
    enum recovery_log log = recovery_log_of(noted_identity, noted_boot, identity, recovery->boot);
    release_strangers(recovery->flight, leases);
    for (guint i = 0; i < leases->len; i++)
        log = settle_one(recovery, &g_array_index(leases, struct open_lease, i), log);
    if (strcmp(noted_identity, identity) != 0 || strcmp(noted_boot, recovery->boot) != 0)
        turn_add(recovery->turn, note_new(recovery, identity));
    *retcount = leases->len;
    return true;
}
