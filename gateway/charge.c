// SPDX-License-Identifier: GPL-2.0-or-later
/* The life of a worker as its keeper leads it:
 *   lock the flight log (an earlier worker may live on) → settle what that one left → start →
 *   HELLO → SETUP → READY → service, while it keeps its own promises → exit → settle → wait.
 * It may only be replaced when it is reaped. Waiting is 2 s doubling to 60 s, and starts again
 * at 2 s once a worker has been READY; a device that is not there is looked for every 2 s. */
#include "gateway/charge.h"

#include "campaigns/store/modem.h"
#include "config/log.h"
#include "gateway/charge_fields.h"
#include "gateway/note.h"
#include "gateway/recovery.h"

#include <gio/gio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    HELLO_MS = 10 * 1000,
    EXIT_MS = 5 * 1000, /* from hanging up to being reaped */
    LOOK_MS = 2 * 1000,
    SOON_MS = 5 * 1000,
    BACKOFF_FIRST_MS = 2 * 1000,
    BACKOFF_LONGEST_MS = 60 * 1000,
    LOCK_RETRY_MS = 200,
    GATHER_MOST = 512, /* packets in a turn */
};

static void try_start(struct charge *charge);
static void charge_restart(struct charge *charge);

int64_t charge_monotonic_ms(void)
{
    return g_get_monotonic_time() / 1000;
}

int64_t charge_wall_ms(void)
{
    return g_get_real_time() / 1000;
}

/* ---- state ---- */

static bool is_flicker(enum modem_state state)
{
    return state == MODEM_READY || state == MODEM_BUSY;
}

/* The only writer of the state. Ready and busy alternate too fast to be news: their row follows
 * with the next tick. */
void charge_advance(struct charge *charge, enum modem_event event, const char *reason)
{
    enum modem_state from = charge->state, to = from;
    if (!modem_advance(from, event, &to)) {
        log_debug("modem", "modem=%s state=%s event=%s refused=1", charge->name,
                  modem_state_name(from), modem_event_name(event));
        return;
    }
    charge->state = to;
    g_free(charge->reason);
    charge->reason = g_strdup(reason);
    if (is_flicker(from) && is_flicker(to))
        return;
    g_autofree char *quoted = log_quote(reason);
    log_info("modem", "modem=%s %s→%s reason=%s", charge->name, modem_state_name(from),
             modem_state_name(to), quoted);
    turn_add(charge->shared->turn, note_state(charge->name, from, to, reason));
    charge->stored_state = to;
}

static void outlet_status(void *data, enum modem_event event)
{
    charge_advance(data, event, "");
}

static void tell_rest(struct charge *charge)
{
    if (charge->state != MODEM_READY && charge->state != MODEM_RESTING)
        return;
    g_autofree char *reason =
        dispatcher_rest_reason(charge->shared->dispatcher, charge->outlet, charge_wall_ms());
    if (reason != NULL && charge->state == MODEM_READY)
        charge_advance(charge, MODEM_REST, reason);
    else if (reason == NULL && charge->state == MODEM_RESTING)
        charge_advance(charge, MODEM_WAKE, "");
}

static void store_flicker(struct charge *charge)
{
    if (charge->state == charge->stored_state)
        return;
    turn_add(charge->shared->turn,
             note_state(charge->name, charge->stored_state, charge->state, charge->reason));
    charge->stored_state = charge->state;
}

static char *pin_digest(const struct modem_config *config)
{
    if (config->pin == NULL || *config->pin == '\0')
        return g_strdup("none");
    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, config->pin, -1);
}

void charge_kill_worker(struct charge *charge, const char *why)
{
    if (charge->killed)
        return;
    charge->killed = true;
    g_autofree char *quoted = log_quote(why);
    log_warn("modem", "modem=%s pid=%d event=killed reason=%s", charge->name,
             channel_pid(charge->channel), quoted);
    if (!charge->fault_told) {
        charge->fault_told = true;
        charge->fault = WIRE_FAULT_SILENT;
        charge->fault_sentence = g_strdup(why);
    }
    channel_kill(charge->channel);
}

static void hang_up(struct charge *charge)
{
    if (charge->watch == NULL)
        return;
    turn_unwatch(charge->shared->turn, charge->watch);
    charge->watch = NULL;
    charge->deadline = charge_monotonic_ms() + EXIT_MS;
}

static void read_packets(struct charge *charge, unsigned most)
{
    for (unsigned i = 0; i < most && charge->watch != NULL; i++) {
        struct wire_message message = {0};
        g_autoptr(GError) error = NULL;
        int got = channel_receive(charge->channel, &message, &error);
        if (got == 0)
            return;
        if (got > 0) {
            charge_take(charge, &message);
            wire_message_clear(&message);
            continue;
        }
        if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CLOSED))
            charge_kill_worker(charge, error->message);
        hang_up(charge);
    }
}

void charge_gather(struct charge *charge)
{
    if (charge->channel == NULL)
        return;
    channel_flush(charge->channel);
    if (!turn_is_full(charge->shared->turn))
        read_packets(charge, GATHER_MOST);
}

/* ---- the worker's end ---- */

static bool device_is_there(const struct charge *charge)
{
    struct stat status;
    return stat(charge->config->device, &status) == 0;
}

static void wait_for(struct charge *charge, int64_t wait_ms)
{
    charge->waiting = WAITING_TIME;
    charge->next_at = charge_monotonic_ms() + wait_ms;
}

static void back_off(struct charge *charge)
{
    charge->backoff_ms =
        CLAMP(charge->backoff_ms * 2, (int64_t)BACKOFF_FIRST_MS, (int64_t)BACKOFF_LONGEST_MS);
    wait_for(charge, charge->backoff_ms);
}

static void vanish(struct charge *charge, const char *reason)
{
    if (charge->state != MODEM_ABSENT)
        charge_advance(charge, MODEM_VANISH, reason);
    wait_for(charge, LOOK_MS);
}

static void refuse(struct charge *charge)
{
    g_autofree char *digest = pin_digest(charge->config);
    charge_advance(charge, MODEM_REFUSE, charge->fault_sentence);
    turn_add(charge->shared->turn, note_pin_refused(charge->name, digest));
    charge->waiting = WAITING_PERSON;
}

static void decide_next(struct charge *charge, const char *how)
{
    const char *reason = charge->fault_told ? charge->fault_sentence : how;
    if (charge->leaving) {
        charge_advance(charge, MODEM_RESET, "its worker was asked to leave");
        wait_for(charge, 0);
        return;
    }
    bool refused =
        charge->fault_told && (charge->fault == WIRE_FAULT_PIN || charge->fault == WIRE_FAULT_PUK);
    if (refused) {
        refuse(charge);
    } else if (!device_is_there(charge) ||
               (charge->fault_told && charge->fault == WIRE_FAULT_DEVICE)) {
        vanish(charge, reason);
    } else {
        charge_advance(charge, MODEM_FAIL, reason);
        if (charge->fault_told && charge->fault == WIRE_FAULT_BUSY)
            wait_for(charge, SOON_MS);
        else
            back_off(charge);
    }
}

static gboolean retry_lock(gpointer data)
{
    struct charge *charge = data;
    charge->lock_retry = 0;
    charge->waiting = WAITING_TIME;
    try_start(charge);
    return G_SOURCE_REMOVE;
}

/* The lock, and everything settled that an earlier worker left; -1: not yet. */
static int lock_and_recover(struct charge *charge)
{
    g_autoptr(GError) error = NULL;
    int fd = flight_lock(charge->flight_path, &error);
    if (fd < 0 && g_error_matches(error, G_IO_ERROR, G_IO_ERROR_BUSY)) {
        charge->waiting = WAITING_LOCK;
        if (charge->lock_retry == 0)
            charge->lock_retry = g_timeout_add(LOCK_RETRY_MS, retry_lock, charge);
        return -1;
    }
    unsigned count = 0;
    /* Verdicts that were told but not yet stored go before what the flight log tells. */
    if (fd >= 0 && !charge->recovered && !turn_run(charge->shared->turn)) {
        close(fd);
        return -1; /* the next tick tries again; the turn has said what is wrong */
    }
    bool done = fd >= 0 && (charge->recovered ||
                            recovery_run(charge->shared->store, charge->shared->turn, charge->name,
                                         charge->flight, charge->trusted, &count, &error));
    if (!done) {
        log_error("modem", "modem=%s event=not-recovered \"%s\"", charge->name, error->message);
        if (fd >= 0)
            close(fd);
        back_off(charge);
        return -1;
    }
    if (count > 0)
        log_info("modem", "modem=%s event=recovered leases=%u", charge->name, count);
    charge->recovered = true;
    charge->trusted = charge->settled = true;
    return fd;
}

static void exited(void *data, const char *how)
{
    struct charge *charge = data;
    read_packets(charge, G_MAXUINT);
    hang_up(charge);
    outlet_close(charge->outlet);
    g_clear_pointer(&charge->channel, channel_free);
    charge->recovered = false;
    log_info("modem", "modem=%s event=worker-gone how=\"%s\"", charge->name, how);
    decide_next(charge, how);
    int fd = lock_and_recover(charge);
    if (fd >= 0)
        close(fd);
    dispatcher_poke(charge->shared->dispatcher);
    turn_request(charge->shared->turn);
}

/* ---- the worker's beginning ---- */

static void start(struct charge *charge, int flight_fd)
{
    g_autoptr(GError) error = NULL;
    charge_advance(charge, MODEM_OPEN, charge->config->device);
    charge->life++;
    charge->greeted = charge->ready = charge->leaving = charge->killed = false;
    charge->fault_told = false;
    g_clear_pointer(&charge->fault_sentence, g_free);
    charge->deadline = charge_monotonic_ms() + HELLO_MS;
    charge->channel = channel_start(charge->shared->program, flight_fd, exited, charge, &error);
    if (charge->channel == NULL) {
        log_error("modem", "modem=%s event=not-started \"%s\"", charge->name, error->message);
        charge_advance(charge, MODEM_FAIL, error->message);
        back_off(charge);
        return;
    }
    charge->recovered = false;
    charge->watch = turn_watch(charge->shared->turn, channel_fd(charge->channel));
}

static void try_start(struct charge *charge)
{
    if (charge->channel != NULL || charge->lock_retry != 0)
        return;
    bool startable = !charge->for_good && charge->waiting != WAITING_PERSON;
    if (charge->recovered && (!startable || !device_is_there(charge))) {
        if (startable)
            vanish(charge, "the device is not there");
        return;
    }
    int fd = lock_and_recover(charge);
    if (fd < 0)
        return;
    if (startable && device_is_there(charge)) {
        start(charge, fd);
        return;
    }
    close(fd);
    if (startable)
        vanish(charge, "the device is not there");
}

/* A promise that was not kept; but what it said may still lie in a socket we had no time to read.
 */
static void watch_deadline(struct charge *charge)
{
    if (charge->killed || charge_monotonic_ms() < charge->deadline ||
        turn_is_full(charge->shared->turn))
        return;
    charge_gather(charge);
    if (charge->channel != NULL && charge_monotonic_ms() >= charge->deadline)
        charge_kill_worker(charge, charge->watch == NULL ? "it hung up but did not leave"
                                                         : "it did not answer within its own time");
}

void charge_tick(struct charge *charge)
{
    if (charge->channel != NULL)
        watch_deadline(charge);
    else if (!charge->recovered || (charge->waiting == WAITING_TIME && !charge->for_good &&
                                    charge_monotonic_ms() >= charge->next_at))
        try_start(charge);
    tell_rest(charge);
    store_flicker(charge);
}

void charge_leave(struct charge *charge)
{
    charge->for_good = true;
    charge_restart(charge);
}

static void charge_restart(struct charge *charge)
{
    if (charge->channel == NULL || charge->leaving)
        return;
    charge->leaving = true;
    outlet_stop(charge->outlet);
    GByteArray *packet = g_byte_array_new();
    wire_put_leave(packet, &(struct wire_leave){});
    channel_send(charge->channel, packet);
}

void charge_kill(struct charge *charge)
{
    if (charge->channel != NULL)
        charge_kill_worker(charge, "the gateway ends");
}

bool charge_is_gone(const struct charge *charge)
{
    return charge->channel == NULL && charge->recovered;
}

bool charge_is_settled(const struct charge *charge)
{
    return charge->settled;
}

const char *charge_name(const struct charge *charge)
{
    return charge->name;
}

void charge_reset(struct charge *charge)
{
    if (charge->waiting != WAITING_PERSON || charge->channel != NULL)
        return;
    charge_advance(charge, MODEM_RESET, "the configuration was read again");
    turn_add(charge->shared->turn, note_pin_refused(charge->name, ""));
    charge->backoff_ms = 0;
    wait_for(charge, 0);
}

static bool needs_restart(const struct modem_config *old, const struct modem_config *new)
{
    return g_strcmp0(old->device, new->device) != 0 || g_strcmp0(old->pin, new->pin) != 0 ||
           g_strcmp0(old->smsc, new->smsc) != 0 || g_strcmp0(old->features, new->features) != 0 ||
           g_strcmp0(old->trace, new->trace) != 0 || old->send_pause_ms != new->send_pause_ms ||
           old->poll_ms != new->poll_ms;
}

void charge_configure(struct charge *charge, const struct modem_config *config)
{
    bool restart = needs_restart(charge->config, config);
    charge->config = config;
    outlet_limit(charge->outlet, config->per_minute, config->daily_quota);
    if (restart) {
        log_info("modem", "modem=%s event=restart reason=\"its settings changed\"", charge->name);
        charge_restart(charge);
    }
    charge_reset(charge);
}

/* What its row says of an earlier run. A refused PIN stays refused until the file has another. */
static bool take_up(struct charge *charge, GError **error)
{
    struct store *store = charge->shared->store;
    g_autoptr(GPtrArray) modems = NULL;
    if (!store_modem_ensure(store, charge->name, charge_wall_ms(), error) ||
        !store_modem_list(store, &modems, error))
        return false;
    g_autofree char *digest = pin_digest(charge->config);
    for (guint i = 0; i < modems->len; i++) {
        const struct modem *row = g_ptr_array_index(modems, i);
        if (strcmp(row->name, charge->name) != 0)
            continue;
        charge->state = charge->stored_state = row->state;
        charge->imsi = g_strdup(row->imsi);
        if (row->state == MODEM_FAULTY && strcmp(row->pin_refused, digest) == 0)
            charge->waiting = WAITING_PERSON;
        else if (row->state != MODEM_ABSENT)
            charge_advance(charge, row->state == MODEM_SICK ? MODEM_VANISH : MODEM_RESET,
                           "the gateway was started");
    }
    return true;
}

struct charge *charge_new(const struct charge_shared *shared, const struct modem_config *config,
                          GError **error)
{
    struct charge *charge = g_new0(struct charge, 1);
    charge->shared = shared;
    charge->config = config;
    charge->name = g_strdup(config->name);
    charge->trusted = shared->same_boot;
    g_autofree char *file = g_strconcat(config->name, ".flight", NULL);
    charge->flight_path = g_build_filename(shared->config->flight_dir, file, NULL);
    charge->flight = flight_open(charge->flight_path, error);
    if (charge->flight == NULL || !take_up(charge, error)) {
        charge_free(charge);
        return NULL;
    }
    charge->outlet = outlet_new(charge->name, charge->flight, outlet_status, charge);
    outlet_limit(charge->outlet, config->per_minute, config->daily_quota);
    dispatcher_add(shared->dispatcher, charge->outlet);
    return charge;
}

void charge_free(struct charge *charge)
{
    if (charge == NULL)
        return;
    if (charge->lock_retry != 0)
        g_source_remove(charge->lock_retry);
    if (charge->watch != NULL)
        turn_unwatch(charge->shared->turn, charge->watch);
    channel_free(charge->channel);
    if (charge->outlet != NULL)
        dispatcher_remove(charge->shared->dispatcher, charge->outlet);
    outlet_free(charge->outlet);
    flight_free(charge->flight);
    g_free(charge->fault_sentence);
    g_free(charge->reason);
    g_free(charge->imsi);
    g_free(charge->flight_path);
    g_free(charge->name);
    g_free(charge);
}
