// SPDX-License-Identifier: GPL-2.0-or-later
/* The SIMs: which is where, whose it is, what its operator told of it last. A figure stays what the
 * operator said, with its time, until the operator says otherwise; what was sent since then is
 * taken off beside it. What cannot be read is trouble, and changes no figure. */
#include "campaigns/sim.h"

#include <string.h>

#include "campaigns/hours.h"
#include "campaigns/store/sim.h"

enum { QUOTED_MOST = 120, CODE_DIGITS = 6 };

char *sim_key(const char *modem, const char *imsi)
{
    return imsi != NULL && *imsi != '\0' ? g_strdup(imsi) : g_strconcat("modem:", modem, NULL);
}

void sim_free(struct sim *sim)
{
    if (sim == NULL)
        return;
    char *const texts[] = {sim->imsi,       sim->modem,     sim->operator_name,     sim->number,
                           sim->expires_on, sim->locked_on, sim->bundle_expires_on, sim->trouble,
                           sim->text};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_free(sim);
}

static void free_sim(gpointer data)
{
    sim_free(data);
}

/* ---- whose it is ---- */

/* By the first digits of an IMSI, or of what `network` says: country and network, the longer code
 * first. */
static const struct operator_config *find_network(const GPtrArray *operators, const char *digits)
{
    for (int length = CODE_DIGITS; length >= CODE_DIGITS - 1; length--) {
        if (strspn(digits, "0123456789") < (size_t)length)
            continue;
        g_autofree char *code = g_strndup(digits, (gsize)length);
        const struct operator_config *found = operators_find(operators, code);
        if (found != NULL)
            return found;
    }
    return NULL;
}

/* What the configuration says comes first; the SIM's own network before the one it stands in. */
static const char *operator_of(const struct gateway_config *config, const char *modem,
                               const char *imsi, const char *network)
{
    const struct modem_config *settings = gateway_config_modem(config, modem);
    const struct operator_config *found =
        operators_find(config->operators, settings != NULL ? settings->operator_name : NULL);
    if (found == NULL && imsi != NULL)
        found = find_network(config->operators, imsi);
    if (found == NULL && network != NULL)
        found = find_network(config->operators, network);
    if (found == NULL)
        found = operators_find(config->operators, network);
    return found != NULL ? found->name : "";
}

static const char *configured_number(const struct gateway_config *config, const char *modem)
{
    const struct modem_config *settings = gateway_config_modem(config, modem);
    return settings != NULL && settings->number != NULL ? settings->number : "";
}

static bool place(struct store *store, const struct gateway_config *config, const char *modem,
                  const char *imsi, const char *network, GError **error)
{
    g_autofree char *key = sim_key(modem, imsi);
    return store_sim_place(store, key, modem, error) &&
           store_sim_note(store, key, operator_of(config, modem, imsi, network),
                          configured_number(config, modem), error);
}

/* Several statements are one change, whether or not the caller has begun one. */
static bool begin(struct store *store, bool *retown, GError **error)
{
    *retown = !store_in_transaction(store);
    return !*retown || store_begin(store, error);
}

static bool end(struct store *store, bool own, bool well, GError **error)
{
    if (own && !well)
        store_rollback(store);
    return well && (!own || store_commit(store, error));
}

bool sim_seen(struct store *store, const struct gateway_config *config, const char *modem,
              const char *imsi, const char *network, GError **error)
{
    bool own = false;
    return begin(store, &own, error) &&
           end(store, own, place(store, config, modem, imsi, network, error), error);
}

/* ---- what its operator says ---- */

/* The text on one line, of a bearable length. */
static char *quote(const char *text)
{
    g_autofree char *line = g_utf8_make_valid(text, -1);
    g_strdelimit(line, "\r\n\t", ' ');
    g_strstrip(line);
    if (g_utf8_strlen(line, -1) <= QUOTED_MOST)
        return g_steal_pointer(&line);
    g_autofree char *start = g_utf8_substring(line, 0, QUOTED_MOST);
    return g_strconcat(start, "…", NULL);
}

#define BUNDLE_TROUBLE "the operator's text on the bundle"

static void set_trouble(struct sim *sim, const struct sim_text *text, bool bundle)
{
    g_autofree char *words = quote(text->text);
    g_free(sim->trouble);
    sim->trouble = g_strdup_printf("%s could not be read: “%s”; see sims.operators",
                                   bundle ? BUNDLE_TROUBLE : "the operator's text", words);
    sim->unread++;
}

static void clear_trouble(struct sim *sim, bool bundle)
{
    if (g_str_has_prefix(sim->trouble, BUNDLE_TROUBLE) == bundle) {
        g_free(sim->trouble);
        sim->trouble = g_strdup("");
        sim->unread = 0;
    }
}

/* Only who asked for a figure and did not get it is in trouble: operators write much else, too. */
static void judge(struct sim *sim, const struct sim_text *text, const struct sim_figures *figures)
{
    bool balance = strcmp(text->purpose, "balance") == 0;
    bool bundle = strcmp(text->purpose, "bundle") == 0;
    bool balance_told = figures != NULL && figures->balance != SIM_UNKNOWN;
    bool bundle_told = figures != NULL && figures->bundle_left != SIM_UNKNOWN;
    if (balance_told)
        clear_trouble(sim, false);
    if (bundle_told)
        clear_trouble(sim, true);
    if (text->text == NULL) {
        sim->failed++;
        return;
    }
    if (balance || bundle || balance_told || bundle_told)
        sim->failed = 0;
    if ((balance && !balance_told) || (bundle && !bundle_told))
        set_trouble(sim, text, bundle);
}

/* A number in an SMS that nobody asked for may be anybody's. */
static const char *own_number(const struct gateway_config *config, const struct sim_text *text,
                              const struct sim_figures *figures)
{
    bool asked = strcmp(text->purpose, "number") == 0 || strcmp(text->purpose, "balance") == 0;
    return asked && *configured_number(config, text->modem) == '\0' ? figures->number : "";
}

static bool put_figures(struct store *store, const struct gateway_config *config, const char *key,
                        const struct sim_text *text, const struct sim_figures *figures,
                        GError **error)
{
    char today[DAY_SIZE];
    day_of(text->now, config->time_zone, today);
    return store_sim_read(store, key, text, figures, error) &&
           (figures->balance == SIM_UNKNOWN ||
            store_sim_balance(store, key, figures->balance, today, text->now, error)) &&
           (figures->bundle_left == SIM_UNKNOWN ||
            store_sim_bundle(store, key, figures, today, text->now, error)) &&
           store_sim_days(store, key, figures->expires_on, figures->locked_on, error) &&
           store_sim_note(store, key, "", own_number(config, text, figures), error);
}

/* Whose the text is: a modem that does not tell has said which SIM is in it before. The caller
 * frees; NULL: a fault. */
static char *key_of(struct store *store, const struct sim_text *text, GError **error)
{
    if (text->imsi != NULL && *text->imsi != '\0')
        return g_strdup(text->imsi);
    char *key = store_sim_key_in(store, text->modem, error);
    if (key == NULL || *key != '\0')
        return key;
    g_free(key);
    return sim_key(text->modem, NULL);
}

/* The SIM's row as it is. One that nobody has seen before is in that modem; one that has been moved
 * since the text was asked for stays where it is. */
static struct sim *get_or_place(struct store *store, const struct gateway_config *config,
                                const char *key, const struct sim_text *text, GError **error)
{
    struct sim_use use;
    g_autoptr(GError) problem = NULL;
    struct sim *sim = store_sim_get(store, key, 0, &use, &problem);
    if (sim == NULL && !g_error_matches(problem, STORE_ERROR, STORE_ERROR_NOT_FOUND)) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return NULL;
    }
    if (sim != NULL && strcmp(sim->modem, text->modem) != 0)
        return sim;
    sim_free(sim);
    if (!place(store, config, text->modem, key, NULL, error))
        return NULL;
    return store_sim_get(store, key, 0, &use, error);
}

static bool take(struct store *store, const struct gateway_config *config,
                 const struct sim_text *text, GError **error)
{
    g_autofree char *key = key_of(store, text, error);
    char today[DAY_SIZE];
    struct sim_figures figures = {0};
    struct sim *sim = key != NULL ? get_or_place(store, config, key, text, error) : NULL;
    if (sim == NULL)
        return false;
    day_of(text->now, config->time_zone, today);
    bool told = text->text != NULL;
    if (told)
        sim_read(operators_find(config->operators, sim->operator_name), text->text, today,
                 &figures);
    judge(sim, text, told ? &figures : NULL);
    bool well = (!told || put_figures(store, config, key, text, &figures, error)) &&
                store_sim_state(store, key, sim, error);
    sim_figures_clear(&figures);
    sim_free(sim);
    return well;
}

bool sim_take(struct store *store, const struct gateway_config *config, const struct sim_text *text,
              GError **error)
{
    bool own = false;
    return begin(store, &own, error) && end(store, own, take(store, config, text, error), error);
}

/* "+84191", "84191" and "191" are the same short code. */
static const char *bare_sender(const char *sender)
{
    const char *bare = *sender == '+' ? sender + 1 : sender;
    bool country = g_str_has_prefix(bare, "84") && strlen(bare) > 4;
    return country ? bare + 2 : bare;
}

/* A sender with letters has no more on the air (3GPP TS 23.040 §9.1.2.5). */
enum { NAMED_SENDER_MOST = 11 };

bool sim_owns_sms(const struct gateway_config *config, const struct sim *sim, const char *sender)
{
    const struct operator_config *found = operators_find(config->operators, sim->operator_name);
    char *const *known = found != NULL ? found->sms_from : NULL;
    for (; known != NULL && *known != NULL; known++) {
        const char *name = bare_sender(*known);
        size_t length = MAX(strlen(sender), (size_t)NAMED_SENDER_MOST);
        if (g_ascii_strncasecmp(name, bare_sender(sender), length) == 0)
            return true;
    }
    return false;
}

/* ---- what can be said now ---- */

/* Parts that the bundle had paid for among those sent since the balance was told: what it had left
 * then, or had when it was told later. */
static int64_t covered(const struct sim *sim, const struct sim_use *use)
{
    if (sim->bundle_left == SIM_UNKNOWN)
        return 0;
    int64_t spent_before = MAX(use->since_bundle - use->since_balance, 0);
    int64_t left_then = MAX(sim->bundle_left - spent_before, 0);
    return MIN(MIN(use->since_balance, use->since_bundle), left_then);
}

/* Every part counts at its highest price: what is left is never said to be more than it is. */
static void reckon(struct sim *sim, const struct modem_config *modem, const struct sim_use *use)
{
    bool over = *sim->bundle_expires_on != '\0' && strcmp(sim->bundle_expires_on, sim->today) < 0;
    sim->parts_today = use->today;
    sim->balance_now = sim->balance;
    sim->bundle_now = sim->bundle_left;
    if (sim->bundle_left != SIM_UNKNOWN)
        sim->bundle_now = over ? 0 : MAX(sim->bundle_left - use->since_bundle, 0);
    if (sim->balance != SIM_UNKNOWN && modem != NULL) {
        int64_t paid = use->since_balance - covered(sim, use), cost = 0;
        if (__builtin_mul_overflow(paid, modem->price_per_part, &cost))
            cost = INT64_MAX;
        /* -1 would say that nobody knows. */
        sim->balance_now = sim->balance > 0 ? MAX(sim->balance - cost, 0) : sim->balance;
    }
}

struct sim *sim_in_modem(struct store *store, const struct gateway_config *config,
                         const char *modem, int64_t now, GError **error)
{
    struct sim_use use;
    g_autofree char *key = store_sim_key_in(store, modem, error);
    if (key == NULL)
        return NULL;
    if (*key == '\0') {
        g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "no SIM was seen in modem “%s” yet",
                    modem);
        return NULL;
    }
    g_autoptr(GTimeZone) zone = day_zone(config->time_zone);
    struct sim *sim = store_sim_get(store, key, day_start(zone, now), &use, error);
    if (sim == NULL)
        return NULL;
    day_of_zone(now, zone, sim->today);
    reckon(sim, gateway_config_modem(config, modem), &use);
    return sim;
}

bool sim_find(struct store *store, const struct gateway_config *config, const char *modem,
              int64_t now, struct sim **retsim, GError **error)
{
    g_autoptr(GError) fault = NULL;
    struct sim *sim = sim_in_modem(store, config, modem, now, &fault);
    if (sim == NULL && !g_error_matches(fault, STORE_ERROR, STORE_ERROR_NOT_FOUND)) {
        g_propagate_error(error, g_steal_pointer(&fault));
        return false;
    }
    *retsim = sim;
    return true;
}

GPtrArray *sim_list(struct store *store, const struct gateway_config *config, int64_t now,
                    GError **error)
{
    g_autoptr(GPtrArray) sims = g_ptr_array_new_with_free_func(free_sim);
    for (guint i = 0; i < config->modems->len; i++) {
        const struct modem_config *modem = config->modems->pdata[i];
        struct sim *sim = NULL;
        if (!sim_find(store, config, modem->name, now, &sim, error))
            return NULL;
        if (sim != NULL)
            g_ptr_array_add(sims, sim);
    }
    return g_steal_pointer(&sims);
}
