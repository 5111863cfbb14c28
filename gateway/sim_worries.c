// SPDX-License-Identifier: GPL-2.0-or-later
/* Puts the warnings of a SIM, a bundle that could not be registered and checks that bring nothing
 * into the words of alarms. Figures that one pattern does not find any more are as good as none:
 * that is told at once, while an operator that does not answer has three days. */
#include "gateway/sim_worries.h"

#include "campaigns/figure.h"
#include "campaigns/store/sim_desk.h"

#include <inttypes.h>
#include <string.h>

#define FAILING_MS (INT64_C(3) * 24 * 60 * 60 * 1000)

void sim_worries_clear(struct sim_worries *worries)
{
    g_free(worries->low);
    g_free(worries->hint);
    g_free(worries->unread);
    *worries = (struct sim_worries){0};
}

static void join(GString *text, const char *sentence)
{
    if (text->len > 0)
        g_string_append(text, "; ");
    g_string_append(text, sentence);
}

/* The last word on its bundle was no success. */
static bool look_at_bundle(struct store *store, const struct sim_worries_view *view, GString *text,
                           GError **error)
{
    const struct sim *sim = view->sim;
    if (view->modem->bundle == NULL)
        return true;
    struct sim_try *tried = store_sim_last_try(store, sim->imsi, "register", error);
    if (tried == NULL)
        return false;
    if (tried->ended_at != 0 && tried->at > sim->registered_at) {
        const char *words = tried->text[0] != '\0' ? tried->text : tried->cause;
        g_autofree char *sentence =
            g_strdup_printf("bundle %s was not registered: %s", view->modem->bundle,
                            words[0] != '\0' ? words : "the operator said nothing");
        join(text, sentence);
    }
    sim_try_free(tried);
    return true;
}

/* "2026-11-30" as 30/11 */
static char *short_day(const char *day)
{
    return strlen(day) == 10 ? g_strdup_printf("%.2s/%.2s", day + 8, day + 5) : g_strdup(day);
}

static char *hint_of(const struct sim_worries_view *view)
{
    const struct sim *sim = view->sim;
    const char *day =
        sim_is_near(sim, view->modem, sim->locked_on) ? sim->locked_on : sim->expires_on;
    if (sim->balance_now != SIM_UNKNOWN && sim->balance_now < view->modem->low_balance) {
        g_autofree char *left = figure_count(sim->balance_now);
        return g_strdup_printf("con %sd", left);
    }
    if (sim->bundle_now != SIM_UNKNOWN && sim->bundle_now < view->modem->low_bundle)
        return g_strdup_printf("goi con %" PRId64 " tin", sim->bundle_now);
    if (!sim_is_near(sim, view->modem, day))
        return NULL;
    g_autofree char *text = short_day(day);
    return g_strdup_printf("han %s", text);
}

static bool look_at_low(struct store *store, const struct sim_worries_view *view,
                        struct sim_worries *worries, GError **error)
{
    /* That nobody knows what it has left is another alarm. */
    struct sim known = *view->sim;
    known.trouble = (char *)"";
    known.unread = known.failed = 0;
    g_autoptr(GPtrArray) warnings = sim_warnings(&known, view->modem);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < warnings->len; i++)
        join(text, g_ptr_array_index(warnings, i));
    if (view->rest != NULL && warnings->len == 0)
        join(text, view->rest);
    if (!look_at_bundle(store, view, text, error))
        return false;
    if (text->len > 0) {
        worries->low = g_strdup(text->str);
        worries->hint = hint_of(view);
    }
    return true;
}

static bool look_at_checks(struct store *store, const struct sim_worries_view *view,
                           struct sim_worries *worries, GError **error)
{
    const struct sim *sim = view->sim;
    if (sim->unread > 0) {
        worries->unread =
            sim->trouble[0] != '\0'
                ? g_strdup(sim->trouble)
                : g_strdup_printf("no pattern reads what the operator says; see: loa sim show %s",
                                  view->modem->name);
        return true;
    }
    if (sim->failed == 0)
        return true;
    int64_t since = 0;
    if (!store_sim_failing_since(store, sim->imsi, &since, error))
        return false;
    if (since != 0 && view->now - since >= FAILING_MS) {
        worries->unread =
            g_strdup_printf("no check has brought an answer for three days; see: loa sim show %s",
                            view->modem->name);
        worries->unread_since = since;
    }
    return true;
}

bool sim_worries_look(struct store *store, const struct sim_worries_view *view,
                      struct sim_worries *worries, GError **error)
{
    struct sim_worries found = {0};
    if (view->sim != NULL &&
        (!look_at_low(store, view, &found, error) || !look_at_checks(store, view, &found, error))) {
        sim_worries_clear(&found);
        return false;
    }
    sim_worries_clear(worries);
    *worries = found;
    return true;
}
