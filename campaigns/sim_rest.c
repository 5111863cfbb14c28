// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether a SIM may send, what should be done about it soon, how far its credit goes. Only what the
 * operator has told rests a SIM: what nobody knows is no reason. A bundle that has parts left pays,
 * however low the credit is. */
#include "campaigns/sim.h"

#include <string.h>

#include "campaigns/figure.h"

enum { FAILED_MOST = 3 };

static bool is_past(const char *day, const char *today)
{
    return *day != '\0' && strcmp(day, today) < 0;
}

/* So near, or past. */
static bool is_within(const char *day, const char *today, int64_t span_ms)
{
    char last[DAY_SIZE];
    if (*day == '\0' || span_ms == 0)
        return false;
    day_add(today, (int)(span_ms / (INT64_C(24) * 60 * 60 * 1000)), last);
    return strcmp(day, last) <= 0;
}

/* From that day on, and not behind it. */
static bool is_locked(const struct sim *sim, const char *today)
{
    return *sim->locked_on != '\0' && strcmp(sim->locked_on, today) <= 0;
}

static bool has_bundle(const struct sim *sim)
{
    return sim->bundle_now != SIM_UNKNOWN && sim->bundle_now > 0;
}

/* NULL: its credit is enough, not known, or not needed. */
static char *low_credit(const struct sim *sim, const struct modem_config *modem)
{
    if (modem->low_balance == 0 || sim->balance_now == SIM_UNKNOWN ||
        sim->balance_now >= modem->low_balance)
        return NULL;
    g_autofree char *left = figure_count(sim->balance_now);
    g_autofree char *low = figure_count(modem->low_balance);
    return g_strdup_printf("%s đ are left, less than low_balance (%s đ)", left, low);
}

/* "0 SMS" is said of many SIMs that never had a bundle: those pay from their credit. */
static char *low_bundle(const struct sim *sim, const struct modem_config *modem)
{
    bool wanted = modem->bundle != NULL || sim->bundle_had;
    if (!wanted || modem->low_bundle == 0 || sim->bundle_now == SIM_UNKNOWN ||
        sim->bundle_now >= modem->low_bundle)
        return NULL;
    if (sim->bundle_now <= 0)
        return g_strdup("its bundle is used up");
    g_autofree char *left = figure_count(sim->bundle_now);
    return g_strdup_printf(
        "%s parts of its bundle are left, fewer than low_bundle (%" G_GINT64_FORMAT ")", left,
        modem->low_bundle);
}

char *sim_rest_reason(const struct sim *sim, const struct modem_config *modem)
{
    const char *today = sim->today;
    if (is_locked(sim, today))
        return g_strdup_printf("its operator has locked it on %s", sim->locked_on);
    if (is_past(sim->expires_on, today))
        return g_strdup_printf("its credit expired on %s", sim->expires_on);
    if (is_within(sim->expires_on, today, modem->expiry_rest_ms))
        return g_strdup_printf("its credit expires on %s", sim->expires_on);
    char *bundle = low_bundle(sim, modem);
    if (bundle != NULL)
        return bundle;
    return has_bundle(sim) ? NULL : low_credit(sim, modem);
}

bool sim_rests_by_count(const struct sim *sim, const struct modem_config *modem)
{
    g_autofree char *counted = sim_rest_reason(sim, modem);
    struct sim told = *sim;
    told.balance_now = sim->balance;
    told.bundle_now = sim->bundle_left;
    g_autofree char *said = sim_rest_reason(&told, modem);
    return counted != NULL && said == NULL;
}

static void warn(GPtrArray *warnings, char *sentence)
{
    if (sentence != NULL)
        g_ptr_array_add(warnings, sentence);
}

bool sim_is_near(const struct sim *sim, const struct modem_config *modem, const char *day)
{
    return is_within(day, sim->today, modem->expiry_warning_ms);
}

/* "its credit expires on 2026-11-30", where that is near or past. */
static char *near_day(const struct sim *sim, const struct modem_config *modem, const char *day,
                      const char *sentence)
{
    return sim_is_near(sim, modem, day) ? g_strconcat(sentence, " ", day, NULL) : NULL;
}

static char *used_bundle(const struct sim *sim, const struct modem_config *modem, const char *today)
{
    if (modem->bundle == NULL || sim->bundle_left == SIM_UNKNOWN)
        return NULL;
    if (is_past(sim->bundle_expires_on, today))
        return g_strdup_printf("its bundle %s expired on %s", modem->bundle,
                               sim->bundle_expires_on);
    return sim->bundle_now == 0 ? g_strdup_printf("its bundle %s is used up", modem->bundle) : NULL;
}

GPtrArray *sim_warnings(const struct sim *sim, const struct modem_config *modem)
{
    GPtrArray *warnings = g_ptr_array_new_with_free_func(g_free);
    const char *today = sim->today;
    warn(warnings, *sim->trouble != '\0' ? g_strdup(sim->trouble) : NULL);
    warn(warnings, low_credit(sim, modem));
    warn(warnings, near_day(sim, modem, sim->expires_on,
                            is_past(sim->expires_on, today) ? "its credit expired on"
                                                            : "its credit expires on"));
    warn(warnings, near_day(sim, modem, sim->locked_on,
                            is_locked(sim, today) ? "its operator has locked it on"
                                                  : "its operator will lock it on"));
    char *bundle = used_bundle(sim, modem, today);
    warn(warnings, bundle != NULL ? bundle : low_bundle(sim, modem));
    if (sim->failed >= FAILED_MOST)
        warn(warnings, g_strdup_printf("its last %u checks brought no answer", sim->failed));
    return warnings;
}

int64_t sim_parts_left(const struct sim *sim, const struct modem_config *modem)
{
    if (sim->balance_now == SIM_UNKNOWN || modem->price_per_part <= 0)
        return SIM_UNKNOWN;
    int64_t bundle = has_bundle(sim) ? sim->bundle_now : 0, parts = 0;
    int64_t paid = MAX(sim->balance_now, 0) / modem->price_per_part;
    return __builtin_add_overflow(paid, bundle, &parts) ? INT64_MAX : parts;
}
