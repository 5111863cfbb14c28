// SPDX-License-Identifier: GPL-2.0-or-later
/* The prefix of a number tells to whom it was given first, so it is a hint. Two messages in a row
 * that SIMs of one operator could not deliver, for good and without a delivery since, make that
 * operator the last choice for the number: the next one goes by somebody else, if there is
 * somebody else. If that arrives, and it was the operator of the prefix that failed, the number
 * counts as the network's that delivers. Where all fail, the number is dead, all are last choices
 * alike, and the prefix decides again. One delivery undoes all failures of its operator.
 * The SIM that wrote first in a campaign writes on, whatever it costs, since people answer to its
 * number; unless it does not work, or cannot send, for ROUTE_REPLY_WAIT_MS. */
#include "campaigns/route.h"

#include "campaigns/phone_plan.h"

#include <string.h>

/* More than any price: such a SIM is asked last. */
#define FAILING_PRICE INT64_C(1000000000)

/* ---- what is known ---- */

bool route_status_fails(int status)
{
    enum { FIRST = 0x40, EXPIRED = 0x46, UNKNOWN_TO_SC = 0x49, LAST = 0x5f };
    return status >= FIRST && status <= LAST && (status < EXPIRED || status > UNKNOWN_TO_SC);
}

static bool is_failing(const struct route_lesson *lesson)
{
    return lesson->undelivered >= ROUTE_FAILURES;
}

static void append_name(GString *text, const char *mark, const char *name)
{
    g_autofree char *folded = g_ascii_strdown(name, -1);
    g_string_append(text, mark);
    g_string_append(text, g_strdelimit(folded, "!+@", ' '));
}

char *route_text(const struct phone *phone, const struct route_lesson *lessons, unsigned count)
{
    const char *digits = phone->e164[0] == '+' ? phone->e164 + 1 : phone->e164;
    struct phone_plan plan = phone_plan_read(digits, true);
    const struct route_lesson *delivering = NULL;
    GString *text = g_string_new(NULL);
    append_name(text, "", plan.operator_name != NULL ? plan.operator_name : "");
    for (unsigned i = 0; i < count; i++) {
        const struct route_lesson *lesson = &lessons[i];
        if (is_failing(lesson))
            append_name(text, "!", lesson->operator_name);
        else if (lesson->delivered_at > 0 &&
                 (delivering == NULL || lesson->delivered_at > delivering->delivered_at))
            delivering = lesson;
    }
    if (delivering != NULL && strchr(text->str, '!') != NULL)
        append_name(text, "+", delivering->operator_name);
    return g_string_free(text, FALSE);
}

char *route_text_reply(const char *modem)
{
    return g_strconcat("@", modem, NULL);
}

char *route_operator(const GPtrArray *operators, const char *name)
{
    if (name == NULL || *name == '\0')
        return g_strdup("");
    const struct operator_config *found =
        operators != NULL ? operators_find(operators, name) : NULL;
    return found != NULL ? g_strdup(found->name) : g_ascii_strdown(name, -1);
}

static bool is_one_of(char *const *names, const char *name)
{
    return names != NULL && *name != '\0' && g_strv_contains((const char *const *)names, name);
}

void route_parse(const char *text, const GPtrArray *operators, struct route *retroute)
{
    *retroute = (struct route){0};
    if (text[0] == '@') {
        retroute->modem = g_strdup(text + 1);
        retroute->network = g_strdup("");
        return;
    }
    g_auto(GStrv) halves = g_strsplit(text, "+", 2);
    g_auto(GStrv) names = g_strsplit(halves[0] != NULL ? halves[0] : "", "!", -1);
    guint count = g_strv_length(names);
    retroute->network = route_operator(operators, count > 0 ? names[0] : "");
    if (count < 2)
        return;
    retroute->failing = g_new0(char *, count);
    for (guint i = 1; i < count; i++)
        retroute->failing[i - 1] = route_operator(operators, names[i]);
    if (halves[1] == NULL || !is_one_of(retroute->failing, retroute->network))
        return;
    g_free(retroute->network);
    retroute->network = route_operator(operators, halves[1]);
}

void route_clear(struct route *route)
{
    g_free(route->modem);
    g_free(route->network);
    g_strfreev(route->failing);
    *route = (struct route){0};
}

/* ---- prices ---- */

int64_t route_price(const struct route *route, const struct route_sim *sim)
{
    bool on_net = *route->network != '\0' && g_str_equal(route->network, sim->operator_name);
    return on_net && sim->price_on_net >= 0 ? sim->price_on_net : sim->price_per_part;
}

bool route_fails(const struct route *route, const struct route_sim *sim)
{
    return is_one_of(route->failing, sim->operator_name);
}

int64_t route_weight(const struct route *route, const struct route_sim *sim, bool by_price)
{
    return (by_price ? route_price(route, sim) : 0) + (route_fails(route, sim) ? FAILING_PRICE : 0);
}

bool route_is_flat(const struct route *route, const struct route_sim *sims, unsigned count)
{
    if (route->modem != NULL)
        return false;
    for (unsigned i = 1; i < count; i++) {
        if (route_weight(route, &sims[i], true) != route_weight(route, &sims[0], true))
            return false;
    }
    return true;
}

/* ---- who takes it ---- */

static bool waits_for(const struct route_choice *choice, unsigned sim)
{
    int64_t gone_since = choice->sims[sim].gone_since;
    if (gone_since != 0) {
        int64_t patience = gone_since + ROUTE_REPLY_WAIT_MS;
        return choice->now < patience &&
               choice->until > patience; /* or it would expire meanwhile */
    }
    int64_t ready_at = choice->ready_at(choice->data, sim);
    return ready_at < choice->until && ready_at < choice->now + ROUTE_REPLY_WAIT_MS;
}

/* -1: no such modem, or not any more. */
static int find_modem(const struct route_choice *choice, const char *modem)
{
    for (unsigned i = 0; i < choice->count; i++) {
        if (g_str_equal(choice->sims[i].modem, modem))
            return (int)i;
    }
    return -1;
}

enum route_leave route_leaves(const struct route *route, const struct route_choice *choice,
                              unsigned mine)
{
    int first = route->modem != NULL ? find_modem(choice, route->modem) : -1;
    if (first == (int)mine)
        return ROUTE_TAKE;
    if (first >= 0 && waits_for(choice, (unsigned)first))
        return ROUTE_LEAVE_REPLY;
    int64_t own = route_weight(route, &choice->sims[mine], choice->by_price);
    for (unsigned i = 0; i < choice->count; i++) {
        if (i != mine && route_weight(route, &choice->sims[i], choice->by_price) < own &&
            choice->ready_at(choice->data, i) < choice->until)
            return ROUTE_LEAVE_PRICE;
    }
    return ROUTE_TAKE;
}

int64_t route_rank(const struct route *route, const struct route_choice *choice, unsigned mine)
{
    if (route->modem != NULL && g_str_equal(choice->sims[mine].modem, route->modem))
        return -FAILING_PRICE; /* nobody else should */
    int64_t own = route_weight(route, &choice->sims[mine], true), least = INT64_MAX;
    for (unsigned i = 0; i < choice->count; i++) {
        int64_t other = route_weight(route, &choice->sims[i], true);
        if (i != mine && other < least && choice->ready_at(choice->data, i) != ROUTE_NEVER)
            least = other;
    }
    return least == INT64_MAX ? 0 : own - least;
}
