// SPDX-License-Identifier: GPL-2.0-or-later
/* What a worker says, and what that means for its modem: a dialogue that begins with HELLO and
 * SETUP. Verdicts, incoming messages and reports become effects of the turn. */
#include "config/log.h"
#include "gateway/charge_fields.h"
#include "gateway/intake.h"
#include "gateway/note.h"

static void send_setup(struct charge *charge)
{
    const struct modem_config *config = charge->config;
    const struct wire_setup setup = {
        .name = charge->name,
        .device = config->device,
        .pin = config->pin,
        .smsc = config->smsc,
        .features = config->features,
        .send_pause_ms = (uint32_t)config->send_pause_ms,
        .poll_ms = (uint32_t)config->poll_ms,
        .log_level = charge->shared->config->log.level,
        .trace = config->trace,
    };
    GByteArray *packet = g_byte_array_new();
    wire_put_setup(packet, &setup);
    channel_send(charge->channel, packet);
}

static void take_hello(struct charge *charge, const struct wire_hello *hello)
{
    if (hello->list_hash != wire_hash()) {
        charge_kill_worker(charge,
                           "loa-modem is of another version than loa-gateway: install both anew");
        return;
    }
    log_info("modem", "modem=%s pid=%d event=hello gammu=%s", charge->name,
             channel_pid(charge->channel), hello->gammu_version);
    charge->greeted = true;
    charge->deadline = charge_monotonic_ms() + CHARGE_FIRST_PROMISE_MS;
    send_setup(charge);
}

static void take_ready(struct charge *charge, const struct wire_ready *ready)
{
    const struct modem identity = {
        .name = charge->name,
        .imei = (char *)ready->imei,
        .imsi = (char *)ready->imsi,
        .manufacturer = (char *)ready->manufacturer,
        .model = (char *)ready->model,
        .firmware = (char *)ready->firmware,
        .smsc = (char *)ready->smsc,
    };
    turn_add(charge->shared->turn, note_identity(&identity));
    g_free(charge->imsi);
    charge->imsi = g_strdup(ready->imsi);
    charge->ready = true;
    charge->backoff_ms = 0;
    g_autoptr(GError) error = NULL;
    if (!outlet_remember(charge->outlet, charge->shared->store,
                         dispatcher_zone(charge->shared->dispatcher), charge_wall_ms(), &error))
        log_error("modem", "modem=%s event=quota-unknown \"%s\"", charge->name, error->message);
    if (!charge->leaving)
        outlet_open(charge->outlet, charge->channel);
    charge_advance(charge, MODEM_ANSWER, ready->model);
    dispatcher_poke(charge->shared->dispatcher);
}

static void take_health(struct charge *charge, const struct wire_health *health)
{
    const struct modem modem = {
        .name = charge->name,
        .operator_code = (char *)health->operator_code,
        .operator_name = (char *)health->operator_name,
        .signal = health->signal_percent,
        .registration = health->registration == 255 ? -1 : health->registration,
        .storage_used = health->storage_used,
        .storage_size = health->storage_size,
    };
    turn_add(charge->shared->turn, note_health(&modem));
    if (health->storage_size > 0 && health->storage_used * 5 >= health->storage_size * 4)
        log_warn("modem", "modem=%s event=storage-filling used=%d size=%d", charge->name,
                 health->storage_used, health->storage_size);
}

static void take_fault(struct charge *charge, const struct wire_fault *fault)
{
    charge->fault_told = true;
    charge->fault = fault->kind <= WIRE_FAULT_INTERNAL ? (enum wire_fault_kind)fault->kind
                                                       : WIRE_FAULT_INTERNAL;
    g_free(charge->fault_sentence);
    charge->fault_sentence = g_strdup(fault->sentence);
    outlet_stop(charge->outlet);
}

static void tell_stored(void *data, unsigned life, uint64_t key)
{
    struct charge *charge = data;
    /* There may be an answer to send now. */
    dispatcher_poke(charge->shared->dispatcher);
    if (charge->channel == NULL || charge->life != life)
        return; /* the next worker finds it on the SIM again, and it will be known */
    GByteArray *packet = g_byte_array_new();
    wire_put_stored(packet, &(struct wire_stored){.key = key});
    channel_send(charge->channel, packet);
}

static struct intake_source source_of(struct charge *charge)
{
    return (struct intake_source){charge->name, charge->imsi, charge->shared->book,
                                  tell_stored,  charge,       charge->life};
}

static void take_verdict(struct charge *charge, const struct wire_verdict *verdict)
{
    struct effect *effect = outlet_verdict(
        charge->outlet, verdict, dispatcher_zone(charge->shared->dispatcher), charge_wall_ms());
    if (effect != NULL)
        turn_add(charge->shared->turn, effect);
}

void charge_take(struct charge *charge, const struct wire_message *message)
{
    struct turn *turn = charge->shared->turn;
    const struct intake_source source = source_of(charge);
    if (!charge->greeted && message->type != WIRE_HELLO) {
        charge_kill_worker(charge, "loa-modem did not begin with HELLO");
        return;
    }
    switch (message->type) {
    case WIRE_HELLO:
        take_hello(charge, &message->hello);
        return;
    case WIRE_READY:
        take_ready(charge, &message->ready);
        return;
    case WIRE_ALIVE:
        charge->deadline = charge_monotonic_ms() + message->alive.within_ms + CHARGE_LATE_MS;
        return;
    case WIRE_HEALTH:
        take_health(charge, &message->health);
        return;
    case WIRE_VERDICT:
        take_verdict(charge, &message->verdict);
        return;
    case WIRE_INCOMING:
        turn_add(turn, intake_incoming(&source, &message->incoming, charge_wall_ms()));
        return;
    case WIRE_REPORT:
        turn_add(turn, intake_report(&source, &message->report));
        return;
    case WIRE_FAULT:
        take_fault(charge, &message->fault);
        return;
    case WIRE_NONE:
    case WIRE_SETUP:
    case WIRE_SEND:
    case WIRE_STORED:
    case WIRE_LEAVE:
    case WIRE_TYPES:
        break;
    }
    charge_kill_worker(charge, "loa-modem says what only the gateway may say");
}
