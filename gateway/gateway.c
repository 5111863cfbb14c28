// SPDX-License-Identifier: GPL-2.0-or-later
/* Puts the parts together, in this order: configuration, database (its claim tells whether
 * another gateway is there, as does the socket), turn, dialogues, API, dispatcher, forwarder,
 * counter, alarms, modems, aggregators; and takes them down in the other. Signals: HUP reads the
 * configuration again, TERM and INT let each modem finish the message that is on the air, then end.
 */
#include "gateway/gateway.h"

#include "config/gateway.h"
#include "config/log.h"
#include "gateway/alarms.h"
#include "gateway/api/aggregator.h"
#include "gateway/api/server.h"
#include "gateway/claim.h"
#include "gateway/clock.h"
#include "gateway/counter.h"
#include "gateway/dispatcher.h"
#include "gateway/notify.h"
#include "gateway/sim_desk.h"
#include "gateway/supervisor.h"
#include "gateway/turn.h"
#include "gateway/user.h"
#include "gateway/ussd.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

enum {
    PATIENCE_MS = 500, /* for other writers; the loop has more to do */
    LEAVE_MS = 20 * 1000,
    KILL_MS = 5 * 1000,
    TICK_MS = 1000,
};

struct gateway {
    const char *config_path;
    struct gateway_config *config;
    GPtrArray *configs; /* struct gateway_config *: all so far, as some may still be borrowed */
    struct campaign_terms terms;
    struct store *store;
    struct campaign_book *book;
    struct api_server *api;
    struct turn *turn;
    struct dispatcher *dispatcher;
    struct ussd_desk *ussd;
    struct sim_desk *sims;
    struct forwarder *forwarder;
    struct keeper_shared shared;
    char *program, *boot;
    struct user *user;
    struct supervisor *supervisor;
    struct clock *clock;
    struct counter *counter;
    struct alarms *alarms;
    struct aggregator *aggregator;
    GMainLoop *loop;
    guint tick;
    int64_t ending_at; /* monotonic ms: SIGKILL; 0: not ending */
    int signals;
    atomic_bool woken;
    int claim; /* of the database; -1: none */
};

static int64_t monotonic_ms(void)
{
    return g_get_monotonic_time() / 1000;
}

/* ---- configuration ---- */

static void free_config(gpointer data)
{
    gateway_config_clear(data);
    g_free(data);
}

static void print_mistakes(const GPtrArray *mistakes)
{
    for (guint i = 0; i < mistakes->len; i++) {
        g_autofree char *text = mistake_text(g_ptr_array_index(mistakes, i));
        fprintf(stderr, "%s\n", text);
    }
}

static struct gateway_config *read_config(const char *path, GPtrArray *mistakes)
{
    struct gateway_config *config = g_new0(struct gateway_config, 1);
    if (gateway_config_read(path, config, mistakes))
        return config;
    free_config(config);
    return NULL;
}

int gateway_check_config(const char *config_path)
{
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    struct gateway_config *config = read_config(config_path, mistakes);
    print_mistakes(mistakes);
    if (config == NULL)
        return EX_CONFIG;
    free_config(config);
    return EX_OK;
}

static void keep_fixed(struct gateway_config *config, const struct gateway_config *running)
{
    g_autoptr(GPtrArray) settings = gateway_config_keep_fixed(config, running);
    for (guint i = 0; i < settings->len; i++)
        log_warn("gateway", "event=not-reloaded setting=%s \"takes effect after a restart\"",
                 (const char *)g_ptr_array_index(settings, i));
}

static void adopt(struct gateway *gateway, struct gateway_config *config)
{
    g_ptr_array_add(gateway->configs, config);
    gateway->config = config;
    gateway->terms = campaign_terms_of(config);
    gateway->shared.config = config;
    log_set_level(config->log.level);
}

static gboolean reload(gpointer data)
{
    struct gateway *gateway = data;
    if (gateway->ending_at != 0)
        return G_SOURCE_CONTINUE;
    g_autofree char *state =
        g_strdup_printf("RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT, g_get_monotonic_time());
    notify_send(state);
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    struct gateway_config *config = read_config(gateway->config_path, mistakes);
    for (guint i = 0; i < mistakes->len; i++) {
        g_autofree char *text = mistake_text(g_ptr_array_index(mistakes, i));
        g_autofree char *quoted = log_quote(text);
        log_error("gateway", "event=mistake detail=%s", quoted);
    }
    if (config != NULL) {
        keep_fixed(config, gateway->config);
        adopt(gateway, config);
        campaign_book_set_terms(gateway->book, &gateway->terms);
        api_server_configure(gateway->api, config);
        dispatcher_configure(gateway->dispatcher, config);
        clock_configure(gateway->clock, config);
        counter_configure(gateway->counter, config, &gateway->terms);
        alarms_configure(gateway->alarms, config);
        sim_desk_configure(gateway->sims, config);
        aggregator_configure(gateway->aggregator, config);
        supervisor_configure(gateway->supervisor);
        log_info("gateway", "event=reloaded modems=%u sinks=%u", config->modems->len,
                 config->sinks->len);
    } else {
        log_error("gateway", "event=not-reloaded \"the settings stay what they were\"");
    }
    notify_send("READY=1");
    return G_SOURCE_CONTINUE;
}

/* ---- running ---- */

static void gather(void *data)
{
    supervisor_gather(((struct gateway *)data)->supervisor);
}

static bool wants(void *data)
{
    return dispatcher_wants(((struct gateway *)data)->dispatcher);
}

static bool lease(void *data, int64_t now, GError **error)
{
    return dispatcher_lease(((struct gateway *)data)->dispatcher, now, error);
}

static void send_leases(void *data)
{
    dispatcher_send(((struct gateway *)data)->dispatcher);
}

static void recall_leases(void *data)
{
    dispatcher_recall(((struct gateway *)data)->dispatcher);
}

static void modem_is_due(void *data)
{
    turn_request(((struct gateway *)data)->turn);
}

static bool send_to_modem(void *data, const char *modem, GByteArray *packet)
{
    struct gateway *gateway = data;
    if (gateway->supervisor != NULL)
        return supervisor_send(gateway->supervisor, modem, packet);
    if (packet != NULL)
        g_byte_array_unref(packet);
    return false;
}

static bool is_held(void *data, const char *modem)
{
    return ussd_desk_is_busy(data, modem);
}

static void end_when_gone(struct gateway *gateway)
{
    int64_t now = monotonic_ms();
    if (now >= gateway->ending_at)
        supervisor_kill(gateway->supervisor);
    if (supervisor_is_gone(gateway->supervisor) || now >= gateway->ending_at + KILL_MS)
        g_main_loop_quit(gateway->loop);
}

static gboolean tick(gpointer data)
{
    struct gateway *gateway = data;
    supervisor_tick(gateway->supervisor);
    ussd_desk_tick(gateway->ussd);
    sim_desk_tick(gateway->sims, g_get_real_time() / 1000, monotonic_ms());
    clock_tick(gateway->clock);
    aggregator_tick(gateway->aggregator);
    alarms_tell_ussd(gateway->alarms, aggregator_trouble(gateway->aggregator));
    if (alarms_tick(gateway->alarms))
        clock_wake(gateway->clock);
    dispatcher_poke(gateway->dispatcher);
    turn_request(gateway->turn);
    return G_SOURCE_CONTINUE;
}

/* There may be something to send or to forward. */
static void go_on(struct gateway *gateway)
{
    clock_wake(gateway->clock);
    dispatcher_poke(gateway->dispatcher);
    turn_request(gateway->turn);
}

static gboolean counted(gpointer data)
{
    go_on(data);
    return G_SOURCE_REMOVE;
}

/* From the counter's thread. */
static void tell_counted(void *data)
{
    g_idle_add_full(G_PRIORITY_DEFAULT, counted, data, NULL);
}

/* Takes modem and texts out of the order. */
static void order_dialogue(struct ussd_desk *desk, struct api_order *order)
{
    struct ussd_order *dialogue = g_new0(struct ussd_order, 1);
    dialogue->id = order->id;
    dialogue->modem = g_steal_pointer(&order->modem);
    dialogue->path = g_steal_pointer(&order->texts);
    dialogue->interactive = true;
    dialogue->secret = order->secret;
    ussd_desk_order(desk, dialogue);
}

static void carry_out(struct gateway *gateway, struct api_order *order)
{
    switch (order->kind) {
    case API_ORDER_RETRY:
        supervisor_retry(gateway->supervisor, order->modem);
        return;
    case API_ORDER_USSD:
        order_dialogue(gateway->ussd, order);
        return;
    case API_ORDER_USSD_ANSWER:
        if (!ussd_desk_answer(gateway->ussd, order->id, order->texts[0]))
            log_info("ussd", "dialogue=%" G_GINT64_FORMAT " event=too-late", order->id);
        return;
    case API_ORDER_USSD_CANCEL:
        ussd_desk_cancel(gateway->ussd, order->id, order->by);
        return;
    case API_ORDER_SIM:
        sim_desk_order(gateway->sims, order->modem, order->id,
                       order->texts != NULL ? order->texts[0] : NULL);
        return;
    case API_ORDER_SIMS_BEFORE:
        sim_desk_before(gateway->sims);
        return;
    }
}

static gboolean woken(gpointer data)
{
    struct gateway *gateway = data;
    atomic_store(&gateway->woken, false);
    struct api_order *order = NULL;
    while (gateway->ending_at == 0 && (order = api_server_next_order(gateway->api)) != NULL) {
        carry_out(gateway, order);
        api_order_free(order);
    }
    counter_wake(gateway->counter);
    go_on(gateway);
    return G_SOURCE_REMOVE;
}

/* From the API's threads. */
static void wake(void *data)
{
    struct gateway *gateway = data;
    if (!atomic_exchange(&gateway->woken, true))
        g_idle_add_full(G_PRIORITY_DEFAULT, woken, gateway, NULL);
}

static gboolean ending_tick(gpointer data)
{
    struct gateway *gateway = data;
    supervisor_tick(gateway->supervisor);
    end_when_gone(gateway);
    return G_SOURCE_CONTINUE;
}

static gboolean terminate(gpointer data)
{
    struct gateway *gateway = data;
    gateway->signals++;
    if (gateway->signals > 1) {
        gateway->ending_at = monotonic_ms();
        return G_SOURCE_CONTINUE;
    }
    notify_send("STOPPING=1");
    log_info("gateway", "event=stopping");
    gateway->ending_at = monotonic_ms() + LEAVE_MS;
    dispatcher_stop(gateway->dispatcher);
    ussd_desk_stop(gateway->ussd);
    supervisor_leave(gateway->supervisor);
    g_source_remove(gateway->tick);
    gateway->tick = g_timeout_add(TICK_MS / 20, ending_tick, gateway);
    return G_SOURCE_CONTINUE;
}

/* ---- start and end ---- */

static bool make_folders(const struct gateway_config *config, GError **error)
{
    g_autofree char *data = g_path_get_dirname(config->database);
    const char *const folders[] = {data, config->flight_dir};
    for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
        if (g_mkdir_with_parents(folders[i], 0750) == 0)
            continue;
        int problem = errno;
        g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(problem),
                    "cannot make the folder %s: %s", folders[i], g_strerror(problem));
        return false;
    }
    return true;
}

/* Flight logs of another boot may be older than what they tell of. */
static bool read_boot(struct gateway *gateway, GError **error)
{
    if (!g_file_get_contents("/proc/sys/kernel/random/boot_id", &gateway->boot, NULL, error))
        return false;
    g_strstrip(gateway->boot);
    return true;
}

static bool open_store(struct gateway *gateway, GError **error)
{
    gateway->claim = claim_database(gateway->config->database, error);
    if (gateway->claim < 0)
        return false;
    gateway->store = store_open(gateway->config->database, error);
    if (gateway->store == NULL || !read_boot(gateway, error))
        return false;
    store_set_patience(gateway->store, PATIENCE_MS);
    gateway->book = campaign_book_new(gateway->store, &gateway->terms);
    return true;
}

static bool start(struct gateway *gateway, GError **error)
{
    if (!make_folders(gateway->config, error) || !open_store(gateway, error))
        return false;
    const struct turn_hooks hooks = {gather, wants, lease, send_leases, recall_leases, gateway};
    gateway->turn = turn_new(gateway->store, &hooks);
    int64_t started_at = g_get_real_time() / 1000;
    /* Closes what an earlier gateway left open: before the API can make new dialogues. */
    gateway->ussd = ussd_desk_new(gateway->store, gateway->turn, send_to_modem, gateway, error);
    if (gateway->ussd == NULL)
        return false;
    gateway->api = api_server_new(gateway->config, wake, gateway, error);
    if (gateway->api == NULL)
        return false;
    gateway->dispatcher = dispatcher_new(gateway->store, gateway->book, gateway->config);
    dispatcher_on_due(gateway->dispatcher, modem_is_due, gateway);
    dispatcher_on_hold(gateway->dispatcher, is_held, gateway->ussd);
    const struct sim_desk_ground desk = {gateway->store, gateway->turn, gateway->dispatcher,
                                         gateway->ussd, gateway->config};
    gateway->sims = sim_desk_new(&desk, started_at, error);
    if (gateway->sims == NULL)
        return false;
    gateway->clock = clock_new(gateway->store, gateway->book, gateway->config, error);
    if (gateway->clock == NULL)
        return false;
    gateway->counter = counter_new(gateway->config, &gateway->terms, tell_counted, gateway, error);
    if (gateway->counter == NULL)
        return false;
    gateway->alarms = alarms_new(gateway->store, gateway->turn, gateway->dispatcher,
                                 gateway->counter, gateway->config, error);
    if (gateway->alarms == NULL)
        return false;
    alarms_watch_sims(gateway->alarms, gateway->sims);
    if (gateway->config->modem_user != NULL) {
        gateway->user = user_new(gateway->config->modem_user, error);
        if (gateway->user == NULL)
            return false;
    }
    gateway->program = supervisor_program();
    gateway->shared = (struct keeper_shared){
        .store = gateway->store,
        .turn = gateway->turn,
        .dispatcher = gateway->dispatcher,
        .ussd = gateway->ussd,
        .book = gateway->book,
        .program = gateway->program,
        .user = gateway->user,
        .config = gateway->config,
        .boot = gateway->boot,
    };
    gateway->supervisor = supervisor_new(&gateway->shared, error);
    if (gateway->supervisor == NULL)
        return false;
    gateway->aggregator = aggregator_new(gateway->config);
    return true;
}

static void run(struct gateway *gateway)
{
    guint signals[] = {g_unix_signal_add(SIGHUP, reload, gateway),
                       g_unix_signal_add(SIGTERM, terminate, gateway),
                       g_unix_signal_add(SIGINT, terminate, gateway)};
    gateway->loop = g_main_loop_new(NULL, FALSE);
    gateway->tick = g_timeout_add(TICK_MS, tick, gateway);
    tick(gateway);
    log_info("gateway", "event=ready version=%s modems=%u", LOA_VERSION,
             gateway->config->modems->len);
    notify_send("READY=1");
    g_main_loop_run(gateway->loop);
    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
        g_source_remove(signals[i]);
    g_source_remove(gateway->tick);
    if (!turn_run(gateway->turn))
        log_warn("gateway", "event=unsettled \"the flight logs will tell at the next start\"");
    log_info("gateway", "event=stopped");
}

static void finish(struct gateway *gateway)
{
    api_server_free(gateway->api);
    aggregator_free(gateway->aggregator);
    g_clear_pointer(&gateway->counter, counter_free);
    while (gateway->loop != NULL && g_main_context_iteration(NULL, FALSE))
        continue; /* a last wake from the other threads must not outlive us */
    supervisor_free(gateway->supervisor);
    clock_free(gateway->clock);
    dispatcher_free(gateway->dispatcher);
    turn_free(gateway->turn);
    sim_desk_free(gateway->sims);
    ussd_desk_free(gateway->ussd);
    alarms_free(gateway->alarms);
    campaign_book_free(gateway->book);
    store_free(gateway->store);
    if (gateway->claim >= 0)
        close(gateway->claim);
    g_clear_pointer(&gateway->loop, g_main_loop_unref);
    g_ptr_array_unref(gateway->configs);
    user_free(gateway->user);
    g_free(gateway->program);
    g_free(gateway->boot);
}

static int exit_code(const GError *error)
{
    if (g_error_matches(error, STORE_ERROR, STORE_ERROR_NEWER))
        return EX_CONFIG;
    if (error->domain == STORE_ERROR)
        return EX_IOERR;
    return error->domain == G_FILE_ERROR ? EX_CANTCREAT : EX_UNAVAILABLE;
}

static void wait_for_loop(int signal)
{
    (void)signal;
}

int gateway_run(const char *config_path)
{
    /* A reload that is asked for before the loop runs would end us; this start reads the file. */
    signal(SIGHUP, wait_for_loop);
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    struct gateway_config *config = read_config(config_path, mistakes);
    print_mistakes(mistakes);
    if (config == NULL)
        return EX_CONFIG;
    struct gateway gateway = {.config_path = config_path,
                              .claim = -1,
                              .configs = g_ptr_array_new_with_free_func(free_config)};
    adopt(&gateway, config);
    g_autoptr(GError) error = NULL;
    int code = EX_OK;
    if (start(&gateway, &error)) {
        run(&gateway);
    } else {
        fprintf(stderr, "loa-gateway: %s\n", error->message);
        code = exit_code(error);
    }
    finish(&gateway);
    return code;
}
