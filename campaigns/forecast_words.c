// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines say how it is; warnings what will go wrong unless somebody does something, and what. */
#include "campaigns/forecast_words.h"

#include "campaigns/figure.h"

static void say(GPtrArray *sentences, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void say(GPtrArray *sentences, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_add(sentences, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

static char *parts_of(int64_t parts)
{
    g_autofree char *count = figure_count(parts);
    return g_strdup_printf("%s part%s", count, parts == 1 ? "" : "s");
}

/* "sim1, sim2 and sim3". */
enum which { WHICH_COUNTED, WHICH_DOUBTFUL };

static bool is_which(const struct forecast_sim *sim, enum which which)
{
    switch (which) {
    case WHICH_COUNTED:
        return sim->idle == NULL;
    case WHICH_DOUBTFUL:
        return sim->doubtful > 0;
    }
    g_assert_not_reached();
}

static char *names_of(const struct forecast *forecast, enum which which, unsigned *retcount)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < forecast->sims->len; i++) {
        const struct forecast_sim *sim = g_ptr_array_index(forecast->sims, i);
        if (is_which(sim, which))
            g_ptr_array_add(names, sim->modem);
    }
    *retcount = names->len;
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < names->len; i++) {
        const char *between = i == 0 ? "" : i + 1 == names->len ? " and " : ", ";
        g_string_append_printf(text, "%s%s", between, (const char *)names->pdata[i]);
    }
    return g_string_free(text, FALSE);
}

static void say_need(struct forecast *forecast)
{
    g_autofree char *all = parts_of(forecast->all);
    GString *whose = g_string_new(NULL);
    for (guint i = 0; i < forecast->demands->len; i++) {
        const struct forecast_demand *demand = g_ptr_array_index(forecast->demands, i);
        g_autofree char *parts = figure_count(demand->all);
        const char *network = demand->route.network;
        g_string_append_printf(whose, "%s%s to %s", i == 0 ? "" : ", ", parts,
                               *network != '\0' ? network : "other networks");
        if (demand->route.failing != NULL) {
            g_autofree char *failing = g_strjoinv(", ", demand->route.failing);
            g_string_append_printf(whose, " (not by %s, whose SIMs do not reach them)", failing);
        }
    }
    say(forecast->lines, "this campaign needs %s%s: %s", all,
        forecast->all > forecast->first ? " at most, with all reminders" : "", whose->str);
    g_string_free(whose, TRUE);
}

static void say_sim(struct forecast *forecast, const struct forecast_sim *sim)
{
    g_autofree char *paid = parts_of(sim->paid_for), *quota = figure_count(sim->limits.daily_quota);
    g_autofree char *sends = figure_count(sim->on_net + sim->off_net);
    const char *whose = *sim->operator_name != '\0' ? sim->operator_name : "operator unknown";
    if (sim->idle != NULL) {
        say(forecast->lines, "%s (%s) is not counted on: %s", sim->modem, whose, sim->idle);
        return;
    }
    GString *has = g_string_new(NULL);
    if (sim->free)
        g_string_append(has, "costs nothing");
    else if (!sim->unsure)
        g_string_append_printf(has, "has credit for %s", paid);
    else if (sim->paid_for > 0)
        g_string_append_printf(has, "has a bundle of %s, and credit that nobody knows", paid);
    else
        g_string_append(has, "has credit that nobody knows");
    if (sim->limits.daily_quota > 0)
        g_string_append_printf(has, ", may send %s a day", quota);
    say(forecast->lines, "%s (%s) %s; it would send %s", sim->modem, whose, has->str, sends);
    g_string_free(has, TRUE);
}

static void say_cost(struct forecast *forecast)
{
    int64_t on_net = 0, off_net = 0;
    for (guint i = 0; i < forecast->sims->len; i++) {
        const struct forecast_sim *sim = g_ptr_array_index(forecast->sims, i);
        on_net += sim->on_net;
        off_net += sim->off_net;
    }
    g_autofree char *cost = figure_count(forecast->cost);
    g_autofree char *inside = figure_count(on_net), *outside = figure_count(off_net);
    if (on_net + off_net > 0)
        say(forecast->lines, "%s about %s đ: %s parts on-net, %s to other networks",
            forecast->missing > 0 ? "what they send costs" : "that costs", cost, inside, outside);
}

static void say_days(struct forecast *forecast)
{
    if (forecast->days > 1)
        say(forecast->lines, "with the limits of the SIMs the invitation takes %u days, until %s",
            forecast->days, forecast->last_day);
}

static void warn_missing(struct forecast *forecast)
{
    unsigned count = 0;
    g_autofree char *all = parts_of(forecast->all), *missing = figure_count(forecast->missing);
    g_autofree char *have = figure_count(forecast->have),
                    *cost = figure_count(forecast->missing_cost);
    g_autofree char *names = names_of(forecast, WHICH_COUNTED, &count);
    if (count == 0)
        say(forecast->warnings,
            "this campaign needs %s; no SIM can be counted on now: see loa sim list", all);
    else if (forecast->missing > 0)
        say(forecast->warnings, "this campaign needs %s; %s %s %s%s: %s %s missing, about %s đ",
            all, names, count == 1 ? "has" : "have", have,
            forecast->doubtful > 0 ? " that are known to be paid for" : "", missing,
            forecast->missing == 1 ? "is" : "are", cost);
}

static void warn_doubtful(struct forecast *forecast)
{
    unsigned count = 0;
    g_autofree char *all = parts_of(forecast->all), *doubtful = figure_count(forecast->doubtful);
    g_autofree char *names = names_of(forecast, WHICH_DOUBTFUL, &count);
    if (forecast->doubtful > 0)
        say(forecast->warnings,
            "this campaign needs %s; %s of them would go by %s, whose credit nobody knows: ask "
            "with loa sim check",
            all, doubtful, names);
}

static void warn_late(struct forecast *forecast)
{
    g_autofree char *late = parts_of(forecast->late);
    if (forecast->late > 0)
        say(forecast->warnings,
            "%s of the invitation cannot be sent before the campaign closes: it needs more SIMs, "
            "larger quotas, or more time",
            late);
}

void forecast_words_write(struct forecast *forecast)
{
    if (forecast->all == 0)
        return;
    say_need(forecast);
    for (guint i = 0; i < forecast->sims->len; i++)
        say_sim(forecast, g_ptr_array_index(forecast->sims, i));
    say_cost(forecast);
    say_days(forecast);
    warn_missing(forecast);
    warn_doubtful(forecast);
    warn_late(forecast);
}
