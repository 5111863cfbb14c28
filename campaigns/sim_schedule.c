// SPDX-License-Identifier: GPL-2.0-or-later
/* Three rules. A check is due so long after the last one was asked for, whatever came of it; one
 * that failed comes again soon, and then less and less often. A SIM that rests by our own count,
 * which is an upper bound, is asked what it really has. It waits for a quiet moment, but no
 * longer than an hour, and not at all before a large campaign. A bundle costs money: it is
 * registered when it is due and the SIM can pay for it, and never twice within a day. */
#include "campaigns/sim_schedule.h"

#include <string.h>

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

#define SETTLE_MS         (2 * MINUTE)
#define SMS_MS            (2 * MINUTE)
#define PATIENCE_MS       HOUR          /* for a quiet moment */
#define COUNTED_MS        (10 * MINUTE) /* between two checks of what we counted */
#define FRESH_MS          HOUR          /* a reading is good enough for a large campaign */
#define NUMBER_AGAIN_MS   (30 * DAY)
#define REGISTER_LEAST_MS DAY

static const int64_t pauses[] = {10 * MINUTE, HOUR, 6 * HOUR};

static int64_t at_most(int64_t time_ms, int64_t check_ms)
{
    return check_ms > 0 ? MIN(time_ms, check_ms) : time_ms;
}

/* So long a modem is left alone after it became ready. */
static int64_t settle_ms_of(int64_t check_ms)
{
    return at_most(SETTLE_MS, check_ms);
}

int64_t sim_schedule_sms_ms(int64_t check_ms)
{
    return at_most(SMS_MS, check_ms);
}

/* So long after this many failures in a row. */
static int64_t pause_ms_of(unsigned failed)
{
    return failed == 0 ? 0 : pauses[MIN((size_t)failed, G_N_ELEMENTS(pauses)) - 1];
}

/* How long ago it fell due; -1: it has not. What lies in the future was written by another clock.
 */
static int64_t overdue_ms(int64_t asked_at, int64_t wait_ms, const struct sim_moment *moment)
{
    int64_t settled_ms = moment->ready_ms - settle_ms_of(moment->check_ms);
    if (settled_ms < 0)
        return -1;
    if (asked_at == 0)
        return settled_ms;
    if (asked_at > moment->now)
        return 0;
    return MIN(moment->now - asked_at - wait_ms, settled_ms);
}

static bool is_stale(const struct sim *sim, int64_t now)
{
    int64_t read_at = MAX(sim->balance_at, sim->bundle_at);
    return read_at <= 0 || now - read_at >= FRESH_MS;
}

bool sim_schedule_check(const struct sim *sim, const struct sim_moment *moment)
{
    int64_t pause_ms = at_most(pause_ms_of(sim->failed), moment->check_ms);
    if (moment->before && is_stale(sim, moment->now) &&
        overdue_ms(sim->asked_at, sim->failed > 0 ? pause_ms : FRESH_MS, moment) >= 0)
        return true;
    if (moment->check_ms == 0)
        return false;
    int64_t wait_ms = sim->failed > 0 ? pause_ms : moment->check_ms;
    if (moment->counted_out && sim->failed == 0)
        wait_ms = MIN(wait_ms, COUNTED_MS);
    int64_t overdue = overdue_ms(sim->asked_at, wait_ms, moment);
    return overdue >= PATIENCE_MS || (overdue >= 0 && moment->quiet);
}

bool sim_schedule_number(const struct sim *sim, int64_t asked_at, const struct sim_moment *moment)
{
    return sim->number[0] == '\0' && moment->check_ms > 0 && moment->quiet &&
           overdue_ms(asked_at, NUMBER_AGAIN_MS, moment) >= 0;
}

static bool is_used_up(const struct sim *sim, const struct modem_config *modem, const char *today)
{
    if (sim->bundle_expires_on[0] != '\0' && strcmp(sim->bundle_expires_on, today) < 0)
        return true;
    return sim->bundle_left != SIM_UNKNOWN && sim->bundle_now < MAX(modem->low_bundle, 1);
}

static bool wants_bundle(const struct sim *sim, const struct modem_config *modem, const char *today,
                         int64_t now)
{
    if (modem->bundle_ms == 0)
        return is_used_up(sim, modem, today);
    if (sim->registered_at > 0)
        return now - sim->registered_at >= modem->bundle_ms;
    /* Somebody else may have registered it before Loa came. */
    return sim->bundle_left == SIM_UNKNOWN || is_used_up(sim, modem, today);
}

bool sim_schedule_register(const struct sim *sim, const struct modem_config *modem,
                           int64_t tried_at, const char *today, const struct sim_moment *moment)
{
    int64_t last = MAX(tried_at, sim->registered_at);
    if (modem->bundle == NULL || !moment->quiet || (last > 0 && last > moment->now) ||
        overdue_ms(last, REGISTER_LEAST_MS, moment) < 0)
        return false;
    /* What nobody knows, or what is little, pays for nothing. */
    if (sim->balance_now == SIM_UNKNOWN || sim->balance_now <= 0 ||
        sim->balance_now < modem->low_balance)
        return false;
    return wants_bundle(sim, modem, today, moment->now);
}
