// SPDX-License-Identifier: GPL-2.0-or-later
/* The life of a worker as its keeper leads it:
 *   lock the flight log (an earlier worker may live on) → settle what that one left → start →
 *   HELLO → SETUP → READY → service, while it keeps its own promises → exit → settle → wait.
 * It may only be replaced when it is reaped. How long to wait, and what to do before the next one,
 * is the care's affair (keeper_care.c). */
#include "gateway/keeper.h"

#include "campaigns/store/home.h"
#include "campaigns/store/modem.h"
#include "config/log.h"
#include "gateway/keeper_care.h"
#include "gateway/keeper_state.h"
#include "gateway/keeper_talk.h"
#include "gateway/note.h"
#include "gateway/recovery.h"

#include <gio/gio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    HELLO_MS = 10 * 1000,
    EXIT_MS = 5 * 1000, /* from hanging up to being reaped */
    LOCK_RETRY_MS = 200,
    GATHER_MOST = 512, /* packets in a turn */
};

static void try_start(struct keeper *keeper);

static int64_t monotonic_ms(void)
{
    return g_get_monotonic_time() / 1000;
}

static int64_t wall_ms(void)
{
    return g_get_real_time() / 1000;
}

/* ---- state ---- */

static void outlet_status(void *data, enum modem_event event)
{
    keeper_state_advance(data, event, "");
}

static void tell_rest(struct keeper *keeper)
{
    if (keeper->state != MODEM_READY && keeper->state != MODEM_RESTING)
        return;
    g_autofree char *reason =
        dispatcher_rest_reason(keeper->shared->dispatcher, keeper->outlet, wall_ms());
    bool other = keeper->state == MODEM_RESTING && g_strcmp0(reason, keeper->reason) != 0;
    if (reason != NULL && (keeper->state == MODEM_READY || other))
        keeper_state_advance(keeper, MODEM_REST, reason);
    else if (reason == NULL && keeper->state == MODEM_RESTING)
        keeper_state_advance(keeper, MODEM_WAKE, "");
}

static void hang_up(struct keeper *keeper)
{
    if (keeper->watch == NULL)
        return;
    turn_unwatch(keeper->shared->turn, keeper->watch);
    keeper->watch = NULL;
    keeper->deadline = monotonic_ms() + EXIT_MS;
}

static void read_packets(struct keeper *keeper, unsigned most)
{
    for (unsigned i = 0; i < most && keeper->watch != NULL; i++) {
        struct wire_message message = {0};
        g_autoptr(GError) error = NULL;
        int got = channel_receive(keeper->channel, &message, &error);
        if (got == 0)
            return;
        if (got > 0) {
            keeper_talk_take(keeper, &message);
            wire_message_clear(&message);
            continue;
        }
        if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CLOSED))
            keeper_state_kill(keeper, error->message);
        hang_up(keeper);
    }
}

void keeper_gather(struct keeper *keeper)
{
    if (keeper->channel == NULL)
        return;
    channel_flush(keeper->channel);
    if (!turn_is_full(keeper->shared->turn))
        read_packets(keeper, GATHER_MOST);
}

/* ---- the worker's end ---- */

static gboolean retry_lock(gpointer data)
{
    struct keeper *keeper = data;
    keeper->lock_retry = 0;
    try_start(keeper);
    return G_SOURCE_REMOVE;
}

static bool recover(const struct keeper *keeper, unsigned *retcount, GError **error)
{
    const struct keeper_shared *shared = keeper->shared;
    const struct recovery recovery = {.store = shared->store,
                                      .turn = shared->turn,
                                      .modem = keeper->name,
                                      .flight = keeper->flight,
                                      .boot = shared->boot};
    return recovery_run(&recovery, retcount, error);
}

/* The lock, and everything settled that an earlier worker left; -1: not yet. */
static int lock_and_recover(struct keeper *keeper)
{
    g_autoptr(GError) error = NULL;
    int fd = flight_lock(keeper->flight_path, &error);
    if (fd < 0 && g_error_matches(error, G_IO_ERROR, G_IO_ERROR_BUSY)) {
        if (keeper->lock_retry == 0)
            keeper->lock_retry = g_timeout_add(LOCK_RETRY_MS, retry_lock, keeper);
        return -1;
    }
    unsigned count = 0;
    /* Verdicts that were told but not yet stored go before what the flight log tells. */
    if (fd >= 0 && !keeper->recovered && !turn_run(keeper->shared->turn)) {
        close(fd);
        return -1; /* the next tick tries again; the turn has said what is wrong */
    }
    bool done = fd >= 0 && (keeper->recovered || recover(keeper, &count, &error));
    if (!done) {
        log_error("modem", "modem=%s event=not-recovered \"%s\"", keeper->name, error->message);
        if (fd >= 0)
            close(fd);
        return -1;
    }
    if (count > 0)
        log_info("modem", "modem=%s event=recovered leases=%u", keeper->name, count);
    keeper->recovered = true;
    return fd;
}

static void exited(void *data, const char *how)
{
    struct keeper *keeper = data;
    read_packets(keeper, G_MAXUINT);
    hang_up(keeper);
    outlet_close(keeper->outlet);
    ussd_desk_lost(keeper->shared->ussd, keeper->name);
    g_clear_pointer(&keeper->channel, channel_free);
    keeper->recovered = false;
    log_info("modem", "modem=%s event=worker-gone how=\"%s\"", keeper->name, how);
    keeper_care_end(keeper, how);
    int fd = lock_and_recover(keeper);
    if (fd >= 0)
        close(fd);
    dispatcher_poke(keeper->shared->dispatcher);
    turn_request(keeper->shared->turn);
}

/* ---- the worker's beginning ---- */

static void start(struct keeper *keeper, int flight_fd)
{
    g_autoptr(GError) error = NULL;
    keeper_care_started(keeper);
    keeper->life++;
    keeper->greeted = keeper->ready = keeper->leaving = keeper->killed = false;
    keeper->fault_told = false;
    g_clear_pointer(&keeper->fault_sentence, g_free);
    keeper->deadline = monotonic_ms() + HELLO_MS;
    keeper->channel = channel_start(keeper->shared->program, keeper->shared->user, flight_fd,
                                    exited, keeper, &error);
    if (keeper->channel == NULL) {
        log_error("modem", "modem=%s event=not-started \"%s\"", keeper->name, error->message);
        keeper_care_end(keeper, error->message);
        return;
    }
    keeper->recovered = false;
    keeper->watch = turn_watch(keeper->shared->turn, channel_fd(keeper->channel));
}

static void try_start(struct keeper *keeper)
{
    if (keeper->channel != NULL || keeper->lock_retry != 0)
        return;
    bool wanted = !keeper->for_good && keeper_care_start(keeper);
    if (!wanted && keeper->recovered)
        return;
    int fd = lock_and_recover(keeper);
    if (fd >= 0 && wanted)
        start(keeper, fd);
    else if (fd >= 0)
        close(fd);
    else if (wanted)
        keeper_care_cancel(keeper);
}

/* A promise that was not kept; but what it said may still lie in a socket we had no time to read.
 */
static void watch_deadline(struct keeper *keeper)
{
    if (keeper->killed || monotonic_ms() < keeper->deadline || turn_is_full(keeper->shared->turn))
        return;
    keeper_gather(keeper);
    if (keeper->channel != NULL && monotonic_ms() >= keeper->deadline)
        keeper_state_kill(keeper, keeper->watch == NULL ? "it hung up but did not leave"
                                                        : "it did not answer within its own time");
}

static void dismiss(struct keeper *keeper)
{
    if (keeper->channel == NULL || keeper->leaving)
        return;
    keeper->leaving = true;
    outlet_stop(keeper->outlet);
    GByteArray *packet = g_byte_array_new();
    wire_put_leave(packet, &(struct wire_leave){});
    channel_send(keeper->channel, packet);
}

void keeper_tick(struct keeper *keeper)
{
    if (keeper->channel != NULL)
        watch_deadline(keeper);
    else
        try_start(keeper);
    if (outlet_asks_anew(keeper->outlet) && keeper->channel != NULL) {
        log_warn("modem", "modem=%s event=restart reason=\"its modem fails again and again\"",
                 keeper->name);
        keeper->tired = !keeper->leaving;
        dismiss(keeper);
    }
    tell_rest(keeper);
    keeper_state_store(keeper);
}

bool keeper_send(struct keeper *keeper, GByteArray *packet)
{
    bool works = keeper->watch != NULL && keeper->ready && !keeper->leaving && !keeper->killed &&
                 !keeper->fault_told;
    if (packet != NULL && works)
        channel_send(keeper->channel, packet);
    else if (packet != NULL)
        g_byte_array_unref(packet);
    return works;
}

void keeper_leave(struct keeper *keeper)
{
    keeper->for_good = true;
    dismiss(keeper);
}

void keeper_kill(struct keeper *keeper)
{
    if (keeper->channel != NULL)
        keeper_state_kill(keeper, "the gateway ends");
}

bool keeper_is_gone(const struct keeper *keeper)
{
    return keeper->channel == NULL && keeper->recovered;
}

const char *keeper_name(const struct keeper *keeper)
{
    return keeper->name;
}

void keeper_retry(struct keeper *keeper)
{
    outlet_try_now(keeper->outlet);
    if (keeper->channel != NULL)
        return; /* its worker is at work */
    flight_set_pin(keeper->flight, "");
    keeper_care_renew(keeper, "a person asked to try again");
    try_start(keeper);
}

static bool needs_restart(const struct modem_config *old, const struct modem_config *new)
{
    return g_strcmp0(old->device, new->device) != 0 || g_strcmp0(old->imei, new->imei) != 0 ||
           g_strcmp0(old->pin, new->pin) != 0 || g_strcmp0(old->smsc, new->smsc) != 0 ||
           g_strcmp0(old->features, new->features) != 0 || g_strcmp0(old->trace, new->trace) != 0 ||
           old->send_pause_ms != new->send_pause_ms || old->poll_ms != new->poll_ms;
}

void keeper_configure(struct keeper *keeper, const struct modem_config *config)
{
    bool restart = needs_restart(keeper->config, config);
    keeper->config = config;
    outlet_limit(keeper->outlet, config);
    if (restart) {
        log_info("modem", "modem=%s event=restart reason=\"its settings changed\"", keeper->name);
        dismiss(keeper);
    }
    port_configure(keeper->port, config);
    /* The same PIN is not sent again by that: the flight log has its mark. */
    if (restart || keeper->needs_person)
        keeper_care_renew(keeper, "the configuration was read again");
}

/* Before the flight log had a place for the mark of a PIN, it was here. */
static bool take_over_mark(const struct keeper *keeper, const struct modem *row, GError **error)
{
    if (row->pin_refused[0] == '\0')
        return true;
    if (flight_pin(keeper->flight)[0] == '\0' && strlen(row->pin_refused) == 64 &&
        !flight_set_pin(keeper->flight, row->pin_refused)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot write flight log %s",
                    keeper->flight_path);
        return false;
    }
    return store_modem_pin_refused(keeper->shared->store, keeper->name, "", error);
}

/* What its row says of an earlier run. */
static bool take_up(struct keeper *keeper, GError **error)
{
    struct store *store = keeper->shared->store;
    g_autoptr(GPtrArray) modems = NULL;
    if (!store_modem_ensure(store, keeper->name, wall_ms(), error) ||
        !store_modem_list(store, &modems, error))
        return false;
    for (guint i = 0; i < modems->len; i++) {
        const struct modem *row = g_ptr_array_index(modems, i);
        if (strcmp(row->name, keeper->name) != 0)
            continue;
        keeper->state = keeper->stored_state = row->state;
        keeper->imsi = g_strdup(row->imsi);
        if (row->state != MODEM_ABSENT)
            keeper_state_advance(keeper, MODEM_RESET, "the gateway was started");
        return take_over_mark(keeper, row, error);
    }
    return true;
}

struct keeper *keeper_new(const struct keeper_shared *shared, const struct modem_config *config,
                          GError **error)
{
    struct keeper *keeper = g_new0(struct keeper, 1);
    keeper->shared = shared;
    keeper->config = config;
    keeper->name = g_strdup(config->name);
    g_autofree char *file = g_strconcat(config->name, ".flight", NULL);
    keeper->flight_path = g_build_filename(shared->config->flight_dir, file, NULL);
    keeper->flight = flight_open(keeper->flight_path, error);
    g_autofree char *home = NULL;
    if (keeper->flight == NULL || !take_up(keeper, error) ||
        !store_home_read(shared->store, config->name, &home, error)) {
        keeper_free(keeper);
        return NULL;
    }
    keeper->port = port_new(shared->ports, config);
    port_expect(keeper->port, home);
    keeper->outlet = outlet_new(keeper->name, keeper->flight, outlet_status, keeper);
    outlet_limit(keeper->outlet, config);
    dispatcher_add(shared->dispatcher, keeper->outlet);
    return keeper;
}

void keeper_free(struct keeper *keeper)
{
    if (keeper == NULL)
        return;
    if (keeper->lock_retry != 0)
        g_source_remove(keeper->lock_retry);
    if (keeper->watch != NULL)
        turn_unwatch(keeper->shared->turn, keeper->watch);
    channel_free(keeper->channel);
    power_free(keeper->power);
    port_free(keeper->port);
    if (keeper->outlet != NULL)
        dispatcher_remove(keeper->shared->dispatcher, keeper->outlet);
    outlet_free(keeper->outlet);
    flight_free(keeper->flight);
    g_free(keeper->fault_sentence);
    g_free(keeper->reason);
    g_free(keeper->imsi);
    g_free(keeper->flight_path);
    g_free(keeper->name);
    g_free(keeper);
}
