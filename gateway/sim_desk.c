// SPDX-License-Identifier: GPL-2.0-or-later
/* One seat for each configured modem. Each second: is it there, and with which SIM; every few
 * seconds, and after each reading: what has the SIM left, must it rest, is something wrong. Then at
 * most one dialogue is begun, if nobody has one with that modem: rules and pauses are
 * campaigns/sim_schedule.c's, what is written down is gateway/sim_deed.c's. */
#include "gateway/sim_desk.h"

#include "campaigns/sim.h"
#include "campaigns/sim_outcome.h"
#include "campaigns/sim_path.h"
#include "campaigns/sim_schedule.h"
#include "campaigns/store/modem.h"
#include "campaigns/store/sim_desk.h"
#include "campaigns/store/ussd.h"
#include "config/log.h"
#include "gateway/sim_deed.h"
#include "gateway/sim_worries.h"

#include <inttypes.h>
#include <string.h>

#define MINUTE (INT64_C(60) * 1000)
#define DAY    (24 * 60 * MINUTE)

#define LOOK_MS   (INT64_C(5) * 1000)
#define SOON_MS   (60 * MINUTE) /* a campaign that opens so soon is about to begin */
#define BEFORE_MS (10 * MINUTE) /* so long its SIMs are waited for */

/* Words of the operator that announce an SMS. */
struct await {
    int64_t dialogue; /* 0: none */
    char purpose[16];
    int64_t since; /* wall */
    int64_t until; /* steady */
};

struct seat {
    char *modem;
    bool works;
    int64_t ready_at; /* steady: since then */
    char *imsi, *network;
    bool seen;        /* its SIM has a row */
    unsigned pending; /* deeds in the turn */
    int64_t look_at;  /* steady: next time */
    struct await await;
    struct sim *sim; /* as it was at the last look; NULL: not known */
    struct sim_worries worries;
    char *rest;
};

struct sim_desk {
    struct sim_desk_ground ground;
    GPtrArray *seats;     /* struct seat * */
    int64_t before_until; /* steady: a large campaign waits */
    int64_t soon_at;      /* steady: next look for one */
    int64_t hear_at;      /* steady: next look for what networks said by themselves */
    int64_t heard;        /* the last dialogue of theirs */
    int64_t now, steady;  /* of this tick */
    char *complaint;      /* the fault that was logged last; NULL: none */
};

/* ---- seats ---- */

static void free_seat(gpointer data)
{
    struct seat *seat = data;
    g_free(seat->modem);
    g_free(seat->imsi);
    g_free(seat->network);
    g_free(seat->rest);
    sim_free(seat->sim);
    sim_worries_clear(&seat->worries);
    g_free(seat);
}

static struct seat *find_seat(const struct sim_desk *desk, const char *modem)
{
    for (guint i = 0; i < desk->seats->len; i++) {
        struct seat *seat = g_ptr_array_index(desk->seats, i);
        if (strcmp(seat->modem, modem) == 0)
            return seat;
    }
    return NULL;
}

static struct seat *seat_of(struct sim_desk *desk, const char *modem)
{
    struct seat *seat = find_seat(desk, modem);
    if (seat != NULL)
        return seat;
    seat = g_new0(struct seat, 1);
    seat->modem = g_strdup(modem);
    seat->imsi = g_strdup("");
    g_ptr_array_add(desk->seats, seat);
    return seat;
}

static const struct operator_config *operator_of(const struct sim_desk *desk,
                                                 const struct seat *seat)
{
    return seat->sim == NULL
               ? NULL
               : operators_find(desk->ground.config->operators, seat->sim->operator_name);
}

/* ---- dialogues ---- */

/* It never came to the desk of dialogues, so nobody else closes its row. */
static void give_up(const struct sim_desk *desk, const char *modem, int64_t id, const char *cause)
{
    g_autoptr(GError) error = NULL;
    if (!store_ussd_state(desk->ground.store, id, "closed", cause, desk->now, &error))
        log_warn("sim", "modem=%s dialogue=%" PRId64 " event=not-closed \"%s\"", modem, id,
                 error->message);
}

static void hand_over(const struct sim_desk *desk, const char *modem, int64_t id,
                      const char *purpose, const char *code)
{
    const struct gateway_config *all = desk->ground.config;
    const struct modem_config *config = gateway_config_modem(all, modem);
    g_autoptr(GError) fault = NULL;
    struct sim *sim = NULL;
    sim_find(desk->ground.store, all, modem, desk->now, &sim, &fault);
    const struct operator_config *found =
        sim != NULL ? operators_find(all->operators, sim->operator_name) : NULL;
    char **path = config != NULL && found != NULL ? sim_path(found, config, purpose, code) : NULL;
    sim_free(sim);
    if (path == NULL) {
        give_up(desk, modem, id,
                fault != NULL ? fault->message : "the operator has no code for it");
        return;
    }
    struct ussd_order *order = g_new0(struct ussd_order, 1);
    *order = (struct ussd_order){
        .id = id, .modem = g_strdup(modem), .path = path, .secret = code != NULL};
    ussd_desk_order(desk->ground.ussd, order);
}

static void await_sms(struct sim_desk *desk, struct seat *seat, const struct sim_deed *deed)
{
    int64_t wait_ms = sim_schedule_sms_ms(desk->ground.config->sims.check_ms);
    seat->await = (struct await){
        .dialogue = deed->ended, .since = deed->began_at, .until = desk->steady + wait_ms};
    g_strlcpy(seat->await.purpose, deed->awaited, sizeof seat->await.purpose);
}

static void deed_done(void *data, const struct sim_deed *deed)
{
    struct sim_desk *desk = data;
    struct seat *seat = seat_of(desk, deed->modem);
    seat->pending -= MIN(seat->pending, 1U);
    seat->look_at = 0;
    if (deed->note != NULL)
        log_info("sim", "modem=%s dialogue=%" PRId64 " event=%s", deed->modem, deed->ended,
                 deed->note);
    if (deed->network != NULL)
        seat->seen = g_strcmp0(deed->imsi, seat->imsi) == 0;
    if (deed->waits_for_sms)
        await_sms(desk, seat, deed);
    if (deed->begun != 0)
        hand_over(desk, deed->modem, deed->begun, deed->purpose, NULL);
}

static void deed_lost(void *data, const struct sim_deed *deed)
{
    struct seat *seat = seat_of(data, deed->modem);
    seat->pending -= MIN(seat->pending, 1U);
    seat->look_at = 0;
}

static struct sim_deed_ground ground_of(struct sim_desk *desk, const struct seat *seat)
{
    return (struct sim_deed_ground){.config = desk->ground.config,
                                    .modem = seat->modem,
                                    .imsi = seat->imsi,
                                    .done = deed_done,
                                    .lost = deed_lost,
                                    .data = desk};
}

static void add(struct sim_desk *desk, struct seat *seat, struct effect *effect)
{
    seat->pending++;
    turn_add(desk->ground.turn, effect);
}

static void ended(void *data, const struct ussd_end *end)
{
    struct sim_desk *desk = data;
    struct seat *seat = seat_of(desk, end->modem);
    const struct sim_deed_ground ground = ground_of(desk, seat);
    add(desk, seat, sim_deed_end(&ground, end->id, false));
}

/* Nobody was there to hear its end. */
static bool take_ended(struct sim_desk *desk, int64_t id, GError **error)
{
    struct ussd_row *row = store_ussd_get(desk->ground.store, id, error);
    if (row == NULL)
        return false;
    const struct ussd_end end = {.id = id, .modem = row->modem};
    ended(desk, &end);
    ussd_row_free(row);
    return true;
}

static void begin(struct sim_desk *desk, struct seat *seat, const char *purpose)
{
    const struct sim_deed_ground ground = ground_of(desk, seat);
    log_info("sim", "modem=%s event=asks purpose=%s", seat->modem, purpose);
    add(desk, seat, sim_deed_begin(&ground, purpose));
}

void sim_desk_order(struct sim_desk *desk, const char *modem, int64_t id, const char *code)
{
    g_autoptr(GError) error = NULL;
    struct ussd_row *row = store_ussd_get(desk->ground.store, id, &error);
    if (row != NULL)
        hand_over(desk, modem, id, row->purpose, code);
    else
        log_warn("sim", "modem=%s dialogue=%" PRId64 " event=not-ordered \"%s\"", modem, id,
                 error->message);
    ussd_row_free(row);
}

void sim_desk_before(struct sim_desk *desk)
{
    desk->before_until = desk->steady + BEFORE_MS;
}

/* ---- looking ---- */

/* MCC and MNC are 5 or 6 digits, of which the IMSI does not say; what the modem calls its network
 * where the SIM has told nothing. */
static char *network_of(const struct sim_desk *desk, const struct modem *row)
{
    for (int digits = 6; digits >= 5; digits--) {
        g_autofree char *code = g_strndup(row->imsi, (gsize)digits);
        if (operators_find(desk->ground.config->operators, code) != NULL)
            return g_steal_pointer(&code);
    }
    if (row->operator_code != NULL && row->operator_code[0] != '\0')
        return g_strdup(row->operator_code);
    return g_strdup(row->operator_name != NULL ? row->operator_name : "");
}

/* Another SIM, or the network that it is now known to be of. */
static void watch(struct sim_desk *desk, struct seat *seat, const struct modem *row)
{
    bool works = row != NULL && modem_state_works(row->state);
    if (works && !seat->works)
        seat->ready_at = desk->steady;
    seat->works = works;
    if (!works || seat->pending > 0)
        return;
    g_autofree char *network = network_of(desk, row);
    const char *imsi = row->imsi != NULL ? row->imsi : "";
    if (seat->seen && strcmp(seat->imsi, imsi) == 0 && g_strcmp0(seat->network, network) == 0)
        return;
    if (strcmp(seat->imsi, imsi) != 0)
        seat->await.dialogue = 0;
    g_free(seat->imsi);
    seat->imsi = g_strdup(imsi);
    g_free(seat->network);
    seat->network = g_steal_pointer(&network);
    seat->seen = false;
    const struct sim_deed_ground ground = ground_of(desk, seat);
    add(desk, seat, sim_deed_seen(&ground, seat->network));
}

static void rest(struct sim_desk *desk, struct seat *seat, char *reason)
{
    if (reason != NULL && seat->rest == NULL)
        log_warn("sim", "modem=%s event=rests", seat->modem);
    else if (reason == NULL && seat->rest != NULL)
        log_info("sim", "modem=%s event=wakes", seat->modem);
    g_free(seat->rest);
    seat->rest = reason;
    dispatcher_rest_for_credit(desk->ground.dispatcher, seat->modem, reason);
}

static bool look(struct sim_desk *desk, struct seat *seat, const struct modem_config *config,
                 GError **error)
{
    if (desk->steady < seat->look_at)
        return true;
    struct sim *sim = NULL;
    if (!sim_find(desk->ground.store, desk->ground.config, seat->modem, desk->now, &sim, error))
        return false;
    sim_free(seat->sim);
    seat->sim = sim;
    seat->look_at = desk->steady + LOOK_MS;
    rest(desk, seat, sim != NULL ? sim_rest_reason(sim, config) : NULL);
    const struct sim_worries_view view = {sim, config, seat->rest, desk->now};
    return sim_worries_look(desk->ground.store, &view, &seat->worries, error);
}

/* ---- what is due ---- */

/* Whether an SMS has told what the dialogue left open. */
static bool has_sms_told(const struct sim_desk *desk, const struct seat *seat, bool *rettold,
                         GError **error)
{
    struct store *store = desk->ground.store;
    const struct operator_config *found = operator_of(desk, seat);
    const struct modem_config *modem = gateway_config_modem(desk->ground.config, seat->modem);
    enum sim_outcome outcome = SIM_OUTCOME_UNCLEAR;
    if (strcmp(seat->await.purpose, "topup") != 0 && strcmp(seat->await.purpose, "register") != 0)
        return store_sim_sms_since(store, seat->sim->imsi, seat->await.since, rettold, error);
    struct sim_try *tried = store_sim_last_try(store, seat->sim->imsi, seat->await.purpose, error);
    if (tried == NULL)
        return false;
    bool card = strcmp(tried->purpose, "topup") == 0;
    const struct bundle_config *bundle = found != NULL && modem != NULL && modem->bundle != NULL
                                             ? operator_bundle(found, modem->bundle)
                                             : NULL;
    bool read = card
                    ? sim_outcome_of_card(store, found, seat->sim->imsi, tried, &outcome, error)
                    : sim_outcome_of_bundle(store, bundle, seat->sim->imsi, tried, &outcome, error);
    sim_try_free(tried);
    *rettold = outcome == SIM_OUTCOME_DONE || (card && outcome == SIM_OUTCOME_REFUSED);
    return read;
}

/* `retfree`: no SMS is waited for, and something else may be begun. */
static bool wait_for_sms(struct sim_desk *desk, struct seat *seat, bool *retfree, GError **error)
{
    struct await *await = &seat->await;
    bool told = false;
    *retfree = await->dialogue == 0;
    if (*retfree)
        return true;
    if (!has_sms_told(desk, seat, &told, error))
        return false;
    if (!told && desk->steady < await->until)
        return true;
    const struct sim_deed_ground ground = ground_of(desk, seat);
    add(desk, seat, sim_deed_end(&ground, await->dialogue, true));
    await->dialogue = 0;
    return true;
}

static struct sim_moment moment_of(const struct sim_desk *desk, const struct seat *seat,
                                   const struct modem_config *config)
{
    return (struct sim_moment){
        .now = desk->now,
        .ready_ms = desk->steady - seat->ready_at,
        .quiet = dispatcher_is_quiet(desk->ground.dispatcher, seat->modem, desk->now),
        .before = desk->steady < desk->before_until,
        .check_ms = desk->ground.config->sims.check_ms,
        .counted_out = sim_rests_by_count(seat->sim, config),
    };
}

static bool last_try(const struct sim_desk *desk, const struct seat *seat, const char *purpose,
                     int64_t *retat, GError **error)
{
    struct sim_try *tried = store_sim_last_try(desk->ground.store, seat->sim->imsi, purpose, error);
    if (tried == NULL)
        return false;
    *retat = tried->at;
    sim_try_free(tried);
    return true;
}

static bool has_path(const struct operator_config *operator_config,
                     const struct modem_config *config, const char *purpose)
{
    g_auto(GStrv) path = sim_path(operator_config, config, purpose, NULL);
    return path != NULL;
}

/* What reads the balance may tell the number as well. */
static bool asks_number_apart(const struct operator_config *operator_config)
{
    char **number = operator_config->paths.number, **balance = operator_config->paths.balance;
    return number != NULL && (balance == NULL || !g_strv_equal((const char *const *)number,
                                                               (const char *const *)balance));
}

/* Purpose of the dialogue that is due; NULL: none is. */
static bool find_due(struct sim_desk *desk, const struct seat *seat,
                     const struct modem_config *config, const char **retpurpose, GError **error)
{
    const struct operator_config *found = operator_of(desk, seat);
    const struct sim_moment moment = moment_of(desk, seat, config);
    const char *today = seat->sim->today;
    int64_t tried_at = 0;
    *retpurpose = NULL;
    if (found == NULL)
        return true;
    if (has_path(found, config, "balance") && sim_schedule_check(seat->sim, &moment)) {
        *retpurpose = "balance";
        return true;
    }
    if (has_path(found, config, "register") &&
        sim_schedule_register(seat->sim, config, 0, today, &moment)) {
        if (!last_try(desk, seat, "register", &tried_at, error))
            return false;
        if (sim_schedule_register(seat->sim, config, tried_at, today, &moment))
            *retpurpose = "register";
    }
    if (*retpurpose == NULL && asks_number_apart(found) &&
        sim_schedule_number(seat->sim, 0, &moment)) {
        if (!last_try(desk, seat, "number", &tried_at, error))
            return false;
        if (sim_schedule_number(seat->sim, tried_at, &moment))
            *retpurpose = "number";
    }
    return true;
}

static bool serve(struct sim_desk *desk, const struct modem_config *config, const struct modem *row,
                  GError **error)
{
    struct seat *seat = seat_of(desk, config->name);
    watch(desk, seat, row);
    if (!look(desk, seat, config, error))
        return false;
    if (seat->sim == NULL || seat->pending > 0)
        return true;
    bool is_free = false;
    if (!wait_for_sms(desk, seat, &is_free, error))
        return false;
    if (!is_free || !seat->works || !seat->seen ||
        ussd_desk_is_busy(desk->ground.ussd, seat->modem))
        return true;
    const char *purpose = NULL;
    if (!find_due(desk, seat, config, &purpose, error))
        return false;
    if (purpose != NULL)
        begin(desk, seat, purpose);
    return true;
}

/* Some operators tell the balance after each message without being asked. */
static bool hear_networks(struct sim_desk *desk, GError **error)
{
    if (desk->steady < desk->hear_at)
        return true;
    desk->hear_at = desk->steady + LOOK_MS;
    g_autoptr(GArray) ids =
        store_sim_unasked(desk->ground.store, desk->heard, desk->now - DAY, error);
    for (guint i = 0; ids != NULL && i < ids->len; i++) {
        int64_t id = g_array_index(ids, int64_t, i);
        if (!take_ended(desk, id, error))
            return false;
        desk->heard = id;
    }
    return ids != NULL;
}

static bool look_ahead(struct sim_desk *desk, GError **error)
{
    int64_t parts = desk->ground.config->sims.check_before;
    if (parts == 0 || desk->steady < desk->soon_at)
        return true;
    desk->soon_at = desk->steady + MINUTE;
    bool any = false;
    if (!store_sim_large_soon(desk->ground.store, desk->now, desk->now + SOON_MS, parts, &any,
                              error))
        return false;
    if (any)
        desk->before_until = MAX(desk->before_until, desk->soon_at + LOOK_MS);
    return true;
}

static void report(struct sim_desk *desk, const GError *error)
{
    const char *sentence = error != NULL ? error->message : NULL;
    if (g_strcmp0(sentence, desk->complaint) == 0)
        return;
    if (sentence != NULL)
        log_error("sim", "event=failed \"%s\"", sentence);
    else
        log_info("sim", "event=well");
    g_free(desk->complaint);
    desk->complaint = g_strdup(sentence);
}

static bool tick(struct sim_desk *desk, GError **error)
{
    g_autoptr(GPtrArray) rows = NULL;
    if (!store_modem_list(desk->ground.store, &rows, error) || !hear_networks(desk, error) ||
        !look_ahead(desk, error))
        return false;
    const GPtrArray *modems = desk->ground.config->modems;
    bool served = true; /* the first fault is told; it keeps nobody from the others */
    for (guint i = 0; i < modems->len; i++) {
        const struct modem_config *config = g_ptr_array_index(modems, i);
        served &= serve(desk, config, modem_of_name(rows, config->name), served ? error : NULL);
    }
    return served;
}

void sim_desk_tick(struct sim_desk *desk, int64_t now, int64_t steady)
{
    g_autoptr(GError) error = NULL;
    desk->now = now;
    desk->steady = steady;
    tick(desk, &error);
    report(desk, error);
}

void sim_desk_worry(const struct sim_desk *desk, const char *modem, struct sim_worry *retworry)
{
    const struct seat *seat = find_seat(desk, modem);
    *retworry = (struct sim_worry){0};
    if (seat != NULL)
        *retworry = (struct sim_worry){seat->worries.low, seat->worries.hint, seat->worries.unread,
                                       seat->worries.unread_since};
}

/* ---- start and end ---- */

/* The words were stored, and then nobody came to read them. */
static bool take_up(struct sim_desk *desk, int64_t started_at, GError **error)
{
    g_autoptr(GArray) ids =
        store_sim_missed(desk->ground.store, started_at - DAY, started_at, error);
    if (ids == NULL)
        return false;
    for (guint i = 0; i < ids->len; i++) {
        if (!take_ended(desk, g_array_index(ids, int64_t, i), error))
            return false;
    }
    return true;
}

struct sim_desk *sim_desk_new(const struct sim_desk_ground *ground, int64_t started_at,
                              GError **error)
{
    struct sim_desk *desk = g_new0(struct sim_desk, 1);
    desk->ground = *ground;
    desk->now = started_at;
    desk->seats = g_ptr_array_new_with_free_func(free_seat);
    ussd_desk_on_end(ground->ussd, ended, desk);
    if (take_up(desk, started_at, error))
        return desk;
    sim_desk_free(desk);
    return NULL;
}

void sim_desk_free(struct sim_desk *desk)
{
    if (desk == NULL)
        return;
    g_ptr_array_unref(desk->seats);
    g_free(desk->complaint);
    g_free(desk);
}

void sim_desk_configure(struct sim_desk *desk, const struct gateway_config *config)
{
    desk->ground.config = config;
    for (guint i = desk->seats->len; i > 0; i--) {
        struct seat *seat = g_ptr_array_index(desk->seats, i - 1);
        seat->look_at = 0;
        seat->seen = false; /* its operator and number may be others now */
        if (gateway_config_modem(config, seat->modem) == NULL && seat->pending == 0)
            g_ptr_array_remove_index(desk->seats, i - 1);
    }
}
