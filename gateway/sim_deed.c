// SPDX-License-Identifier: GPL-2.0-or-later
/* The end of a dialogue is one transaction with what follows from it: the reading, the bundle that
 * is registered now, the card whose outcome is known, and the next dialogue. An operator that
 * answers by SMS says so first: such words are kept back until the SMS had its time. Words of
 * operators never reach the log. */
#include "gateway/sim_deed.h"

#include "campaigns/day.h"
#include "campaigns/sim.h"
#include "campaigns/sim_outcome.h"
#include "campaigns/store/sim_desk.h"
#include "campaigns/store/ussd.h"

#include <string.h>

/* ---- the end of a dialogue ---- */

struct ending {
    struct sim_deed *deed;
    struct store *store;
    int64_t now;
    const struct ussd_row *row;
    char *imsi; /* key of its SIM */
    const struct operator_config *operator_config;
    const struct modem_config *modem;
    const char *words; /* of the operator; NULL: it said none that count */
    bool matched;      /* they hold what was asked for */
};

static bool is(const struct ending *ending, const char *purpose)
{
    return strcmp(ending->row->purpose, purpose) == 0;
}

static bool begin(struct sim_deed *deed, struct store *store, const char *purpose, int64_t now,
                  GError **error)
{
    const struct ussd_wish wish = {deed->modem, purpose, "", now};
    deed->purpose = purpose;
    return store_ussd_new(store, &wish, &deed->begun, error);
}

/* A menu that stayed open when the path was at its end has said what it had to say: many a balance
 * comes with an offer below. */
static const char *words_of(const struct ussd_row *row, bool matched)
{
    if (row->text[0] == '\0')
        return NULL;
    bool closed_by_us = strcmp(row->state, "closed") == 0 && row->cause[0] == '\0';
    return matched || closed_by_us || strcmp(row->state, "answered") == 0 ? row->text : NULL;
}

static bool take(const struct ending *ending, GError **error)
{
    const struct sim_text text = {
        .modem = ending->row->modem,
        .imsi = ending->row->imsi,
        .purpose = ending->row->purpose,
        .dialogue_id = ending->row->id,
        .text = ending->words,
        .now = ending->now,
    };
    return sim_take(ending->store, ending->deed->config, &text, error);
}

static void note(const struct ending *ending, const char *word)
{
    g_free(ending->deed->note);
    ending->deed->note = g_strdup(word);
}

static bool answers_by_sms(const struct operator_config *operator_config)
{
    return operator_config->sms_from != NULL && operator_config->sms_from[0] != NULL;
}

/* What the dialogue left open, an SMS may tell: unless it had its time, that is waited for. */
static bool is_left_to_sms(const struct ending *ending, bool clear)
{
    struct sim_deed *deed = ending->deed;
    if (clear || ending->words == NULL || deed->late || !answers_by_sms(ending->operator_config))
        return false;
    deed->waits_for_sms = true;
    deed->began_at = ending->row->created_at;
    g_strlcpy(deed->awaited, ending->row->purpose, sizeof deed->awaited);
    note(ending, "awaited");
    return true;
}

static bool has_other_bundle_path(const struct operator_config *operator_config)
{
    char **bundle = operator_config->paths.bundle, **balance = operator_config->paths.balance;
    return bundle != NULL && bundle[0] != NULL &&
           (balance == NULL ||
            !g_strv_equal((const char *const *)bundle, (const char *const *)balance));
}

static bool end_check(const struct ending *ending, GError **error)
{
    struct sim_deed *deed = ending->deed;
    bool came = false;
    if (ending->words != NULL && !ending->matched && deed->late &&
        !store_sim_sms_since(ending->store, ending->imsi, ending->row->created_at, &came, error))
        return false;
    if (is(ending, "balance") && !store_sim_asked(ending->store, ending->imsi, ending->now, error))
        return false;
    if (came) {
        note(ending, "told-by-sms");
        return true;
    }
    if (!is_left_to_sms(ending, ending->matched)) {
        note(ending, ending->matched ? "read" : ending->words != NULL ? "unread" : "failed");
        /* That a number was not told is no failure of checks. */
        bool counts = ending->words != NULL || !is(ending, "number");
        if (counts && !take(ending, error))
            return false;
    }
    return !is(ending, "balance") || ending->words == NULL || deed->late ||
           !has_other_bundle_path(ending->operator_config) ||
           begin(deed, ending->store, "bundle", ending->now, error);
}

/* The dialogue again, as the outcome wants it: the newest of its purpose. */
static struct sim_try *try_of(const struct ending *ending, GError **error)
{
    return store_sim_last_try(ending->store, ending->imsi, ending->row->purpose, error);
}

static bool check_again(const struct ending *ending, GError **error)
{
    return begin(ending->deed, ending->store, "balance", ending->now, error) &&
           store_sim_asked(ending->store, ending->imsi, ending->now, error);
}

static bool end_register(const struct ending *ending, GError **error)
{
    const char *name = ending->modem->bundle;
    const struct bundle_config *bundle =
        name != NULL ? operator_bundle(ending->operator_config, name) : NULL;
    enum sim_outcome outcome = SIM_OUTCOME_UNCLEAR;
    struct sim_try *tried = try_of(ending, error);
    bool read = tried != NULL &&
                sim_outcome_of_bundle(ending->store, bundle, ending->imsi, tried, &outcome, error);
    sim_try_free(tried);
    if (!read)
        return false;
    bool taken = outcome == SIM_OUTCOME_DONE;
    if (is_left_to_sms(ending, taken))
        return true;
    note(ending, taken ? "registered" : "not-registered");
    if (ending->words != NULL && !take(ending, error))
        return false;
    return !taken ||
           (store_sim_registered(ending->store, ending->imsi, bundle != NULL ? bundle->parts : 0,
                                 ending->row->created_at, ending->now, error) &&
            check_again(ending, error));
}

static bool end_topup(const struct ending *ending, GError **error)
{
    enum sim_outcome outcome = SIM_OUTCOME_UNCLEAR;
    struct sim_try *tried = try_of(ending, error);
    bool read = tried != NULL && sim_outcome_of_card(ending->store, ending->operator_config,
                                                     ending->imsi, tried, &outcome, error);
    sim_try_free(tried);
    bool clear = outcome != SIM_OUTCOME_UNCLEAR;
    if (!read || is_left_to_sms(ending, clear))
        return read;
    note(ending, sim_outcome_name(outcome));
    if ((clear && !store_sim_card_forget(ending->store, ending->row->id, error)) ||
        (ending->words != NULL && !take(ending, error)))
        return false;
    return outcome == SIM_OUTCOME_NOT_SENT || check_again(ending, error);
}

static bool end_it(struct ending *ending, GError **error)
{
    if (is(ending, "register"))
        return end_register(ending, error);
    if (is(ending, "topup"))
        return end_topup(ending, error);
    if (!is(ending, "network"))
        return end_check(ending, error);
    if (!ending->matched)
        return true;
    note(ending, "read");
    return take(ending, error);
}

/* Whether the words hold what was asked for. */
static bool tells(const char *purpose, const struct sim_figures *figures)
{
    if (strcmp(purpose, "number") == 0)
        return figures->number[0] != '\0';
    if (strcmp(purpose, "bundle") == 0)
        return figures->bundle_left != SIM_UNKNOWN;
    return figures->balance != SIM_UNKNOWN ||
           (strcmp(purpose, "network") == 0 && figures->bundle_left != SIM_UNKNOWN);
}

static bool is_ours(const struct ussd_row *row)
{
    return strcmp(row->purpose, "person") != 0;
}

/* NULL where none is known. */
static bool find_operator(struct ending *ending, GError **error)
{
    const struct gateway_config *config = ending->deed->config;
    struct sim *sim = NULL;
    if (!sim_find(ending->store, config, ending->row->modem, ending->now, &sim, error))
        return false;
    if (sim != NULL)
        ending->operator_config = operators_find(config->operators, sim->operator_name);
    sim_free(sim);
    return true;
}

static bool apply_end(struct effect *effect, struct store *store, int64_t now, GError **error)
{
    struct sim_deed *deed = (struct sim_deed *)effect;
    deed->begun = 0;
    deed->waits_for_sms = false;
    g_clear_pointer(&deed->note, g_free);
    struct ussd_row *row = store_ussd_get(store, deed->ended, error);
    if (row == NULL)
        return false;
    struct ending ending = {.deed = deed, .store = store, .now = now, .row = row};
    ending.modem = gateway_config_modem(deed->config, row->modem);
    bool known = find_operator(&ending, error);
    if (!known || !is_ours(row) || ending.modem == NULL || ending.operator_config == NULL) {
        ussd_row_free(row);
        return known;
    }
    char today[DAY_SIZE];
    day_of(now, deed->config->time_zone, today);
    struct sim_figures figures = {0};
    sim_read(ending.operator_config, row->text, today, &figures);
    ending.matched = tells(row->purpose, &figures);
    sim_figures_clear(&figures);
    ending.words = words_of(row, ending.matched);
    ending.imsi = sim_key(row->modem, row->imsi);
    bool done = end_it(&ending, error);
    g_free(ending.imsi);
    ussd_row_free(row);
    return done;
}

/* ---- the other deeds ---- */

static bool apply_seen(struct effect *effect, struct store *store, int64_t now, GError **error)
{
    const struct sim_deed *deed = (struct sim_deed *)effect;
    (void)now;
    return sim_seen(store, deed->config, deed->modem, deed->imsi, deed->network, error);
}

static bool apply_begin(struct effect *effect, struct store *store, int64_t now, GError **error)
{
    struct sim_deed *deed = (struct sim_deed *)effect;
    g_autofree char *imsi = sim_key(deed->modem, deed->imsi);
    return begin(deed, store, deed->purpose, now, error) &&
           (strcmp(deed->purpose, "balance") != 0 || store_sim_asked(store, imsi, now, error));
}

static void committed(struct effect *effect)
{
    const struct sim_deed *deed = (struct sim_deed *)effect;
    deed->done(deed->data, deed);
}

static void dropped(struct effect *effect, const GError *error)
{
    const struct sim_deed *deed = (struct sim_deed *)effect;
    (void)error; /* the turn has told it */
    deed->lost(deed->data, deed);
}

static void deed_free(struct effect *effect)
{
    struct sim_deed *deed = (struct sim_deed *)effect;
    g_free(deed->modem);
    g_free(deed->imsi);
    g_free(deed->network);
    g_free(deed->note);
    g_free(deed);
}

static struct sim_deed *deed_new(const struct sim_deed_ground *ground,
                                 bool (*apply)(struct effect *effect, struct store *store,
                                               int64_t now, GError **error))
{
    struct sim_deed *deed = g_new0(struct sim_deed, 1);
    deed->effect = (struct effect){apply, committed, dropped, deed_free};
    deed->config = ground->config;
    deed->modem = g_strdup(ground->modem);
    deed->imsi = g_strdup(ground->imsi);
    deed->done = ground->done;
    deed->lost = ground->lost;
    deed->data = ground->data;
    return deed;
}

struct effect *sim_deed_seen(const struct sim_deed_ground *ground, const char *network)
{
    struct sim_deed *deed = deed_new(ground, apply_seen);
    deed->network = g_strdup(network);
    return &deed->effect;
}

struct effect *sim_deed_begin(const struct sim_deed_ground *ground, const char *purpose)
{
    struct sim_deed *deed = deed_new(ground, apply_begin);
    deed->purpose = purpose;
    return &deed->effect;
}

struct effect *sim_deed_end(const struct sim_deed_ground *ground, int64_t dialogue, bool late)
{
    struct sim_deed *deed = deed_new(ground, apply_end);
    deed->ended = dialogue;
    deed->late = late;
    return &deed->effect;
}
