// SPDX-License-Identifier: GPL-2.0-or-later
/* Called by the line, with its mutex held: the order of what is written here is what recovery
 * relies on (gateway/recovery.c). */
#include "modems/part_log.h"

#include <stdatomic.h>

void part_log_aim(struct part_log *log, struct flight *flight, struct flight_part *part)
{
    log->flight = flight;
    log->part = part;
    log->aims++;
    log->synced = false;
    g_clear_pointer(&log->unsynced, g_free);
}

void part_log_sync(struct part_log *log, GMutex *held)
{
    if (log->flight == NULL || log->synced || log->unsynced != NULL)
        return;
    struct flight *flight = log->flight;
    unsigned aims = log->aims;
    g_autoptr(GError) error = NULL;
    if (held != NULL)
        g_mutex_unlock(held);
    bool synced = flight_sync(flight, &error);
    if (held != NULL)
        g_mutex_lock(held);
    if (aims != log->aims)
        return; /* the disk took so long that the part was given up */
    log->synced = synced;
    log->unsynced = synced ? NULL : g_strdup(error->message);
}

bool part_log_submit(struct part_log *log)
{
    part_log_sync(log, NULL);
    if (log->unsynced != NULL)
        return false;
    if (log->part != NULL)
        atomic_store(&log->part->stage, FLIGHT_SUBMITTED);
    return true;
}

static void blame_disk(const struct part_log *log, struct line_answer *answer)
{
    struct verdict verdict = verdict_of(VERDICT_SPACE_LOCAL, VERDICT_NO_LOG);
    answer->space = VERDICT_SPACE_LOCAL;
    answer->cause = VERDICT_NO_LOG;
    answer->outcome = verdict.outcome;
    answer->retry_after_ms = verdict.retry_after_ms;
    g_strlcpy(answer->detail, log->unsynced, sizeof answer->detail);
}

void part_log_answer(struct part_log *log, bool withheld, struct line_answer *answer)
{
    if (withheld && log->unsynced != NULL)
        blame_disk(log, answer);
    bool open_end = answer->submitted && answer->space == VERDICT_SPACE_LOCAL &&
                    (answer->cause == VERDICT_HANG_UP || answer->cause == VERDICT_NO_ANSWER);
    if (log->part == NULL || open_end) /* no answer: it stays SUBMITTED */
        return;
    log->part->reference = answer->reference;
    log->part->outcome = (uint8_t)answer->outcome;
    log->part->cause_space = (uint8_t)answer->space;
    log->part->cause = answer->cause;
    atomic_store(&log->part->stage, FLIGHT_ANSWERED);
}

void part_log_close(struct part_log *log)
{
    log->part = NULL;
}

void part_log_clear(struct part_log *log)
{
    g_clear_pointer(&log->unsynced, g_free);
}
