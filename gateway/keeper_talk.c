// SPDX-License-Identifier: GPL-2.0-or-later
/* What a worker says, and what that means for its modem: a dialogue that begins with HELLO and
 * SETUP. Verdicts, incoming messages and reports become effects of the turn. */
#include "gateway/keeper_talk.h"

#include "config/log.h"
#include "gateway/intake.h"
#include "gateway/keeper_care.h"
#include "gateway/keeper_state.h"
#include "gateway/note.h"

enum {
    FIRST_PROMISE_MS = 30 * 1000,
    LATE_MS = 2 * 1000,
    PROMISE_MOST_MS = 10 * 60 * 1000, /* who promises more has lost count */
};

static int64_t monotonic_ms(void)
{
    return g_get_monotonic_time() / 1000;
}

static int64_t wall_ms(void)
{
    return g_get_real_time() / 1000;
}

static void send_setup(struct keeper *keeper)
{
    const struct modem_config *config = keeper->config;
    const struct wire_setup setup = {
        .name = keeper->name,
        .device = port_path(keeper->port),
        .imei = config->imei,
        .remedy = (uint8_t)keeper->first,
        .patience_ms = keeper->patience_ms,
        .pin = config->pin,
        .smsc = config->smsc,
        .features = config->features,
        .send_pause_ms = (uint32_t)config->send_pause_ms,
        .poll_ms = (uint32_t)config->poll_ms,
        .log_level = keeper->shared->config->log.level,
        .trace = config->trace,
    };
    GByteArray *packet = g_byte_array_new();
    wire_put_setup(packet, &setup);
    channel_send(keeper->channel, packet);
}

static void take_hello(struct keeper *keeper, const struct wire_hello *hello)
{
    if (hello->list_hash != wire_hash()) {
        keeper_state_kill(keeper,
                          "loa-modem is of another version than loa-gateway: install both anew");
        return;
    }
    g_autofree char *version = log_quote(hello->gammu_version);
    log_info("modem", "modem=%s pid=%d event=hello gammu=%s", keeper->name,
             channel_pid(keeper->channel), version);
    keeper->greeted = true;
    keeper->deadline = monotonic_ms() + FIRST_PROMISE_MS;
    send_setup(keeper);
}

static void take_ready(struct keeper *keeper, const struct wire_ready *ready)
{
    const struct modem identity = {
        .name = keeper->name,
        .imei = (char *)ready->imei,
        .imsi = (char *)ready->imsi,
        .manufacturer = (char *)ready->manufacturer,
        .model = (char *)ready->model,
        .firmware = (char *)ready->firmware,
        .smsc = (char *)ready->smsc,
    };
    turn_add(keeper->shared->turn, note_identity(&identity));
    g_free(keeper->imsi);
    keeper->imsi = g_strdup(ready->imsi);
    keeper->ready = true;
    keeper_care_ready(keeper);
    g_autoptr(GError) error = NULL;
    if (!outlet_remember(keeper->outlet, keeper->shared->store,
                         dispatcher_zone(keeper->shared->dispatcher), wall_ms(), &error))
        log_error("modem", "modem=%s event=quota-unknown \"%s\"", keeper->name, error->message);
    if (!keeper->leaving)
        outlet_open(keeper->outlet, keeper->channel);
    keeper_state_advance(keeper, MODEM_ANSWER, ready->model);
    dispatcher_poke(keeper->shared->dispatcher);
}

static void take_health(struct keeper *keeper, const struct wire_health *health)
{
    const struct modem modem = {
        .name = keeper->name,
        .operator_code = (char *)health->operator_code,
        .operator_name = (char *)health->operator_name,
        .signal = health->signal_percent,
        .registration = health->registration == 255 ? -1 : health->registration,
        .storage_used = health->storage_used,
        .storage_size = health->storage_size,
    };
    turn_add(keeper->shared->turn, note_health(&modem));
    if (health->storage_size > 0 &&
        health->storage_used * INT64_C(5) >= health->storage_size * INT64_C(4))
        log_warn("modem", "modem=%s event=storage-filling used=%d size=%d", keeper->name,
                 health->storage_used, health->storage_size);
}

static void take_alive(struct keeper *keeper, const struct wire_alive *alive)
{
    uint32_t within_ms = MIN(alive->within_ms, (uint32_t)PROMISE_MOST_MS);
    g_autofree char *doing = log_quote(alive->doing);
    if (within_ms != alive->within_ms)
        log_warn("modem", "modem=%s event=promise-cut doing=%s within_ms=%" G_GUINT32_FORMAT,
                 keeper->name, doing, alive->within_ms);
    keeper->deadline = monotonic_ms() + within_ms + LATE_MS;
}

static void take_fault(struct keeper *keeper, const struct wire_fault *fault)
{
    keeper->fault_told = true;
    keeper->fault =
        fault->kind < WIRE_FAULT_KINDS ? (enum wire_fault_kind)fault->kind : WIRE_FAULT_INTERNAL;
    g_free(keeper->fault_sentence);
    keeper->fault_sentence = g_strdup(fault->sentence);
    outlet_stop(keeper->outlet);
}

static void tell_stored(void *data, unsigned life, uint64_t key)
{
    struct keeper *keeper = data;
    /* There may be an answer to send now. */
    dispatcher_poke(keeper->shared->dispatcher);
    if (keeper->channel == NULL || keeper->life != life)
        return; /* the next worker finds it on the SIM again, and it will be known */
    GByteArray *packet = g_byte_array_new();
    wire_put_stored(packet, &(struct wire_stored){.key = key});
    channel_send(keeper->channel, packet);
}

static struct intake_source source_of(struct keeper *keeper)
{
    return (struct intake_source){.modem = keeper->name,
                                  .imsi = keeper->imsi,
                                  .book = keeper->shared->book,
                                  .config = keeper->shared->config,
                                  .stored = tell_stored,
                                  .data = keeper,
                                  .life = keeper->life};
}

static void take_verdict(struct keeper *keeper, const struct wire_verdict *verdict)
{
    struct effect *effect = outlet_verdict(keeper->outlet, verdict,
                                           dispatcher_zone(keeper->shared->dispatcher), wall_ms());
    if (effect != NULL)
        turn_add(keeper->shared->turn, effect);
}

void keeper_talk_take(struct keeper *keeper, const struct wire_message *message)
{
    struct turn *turn = keeper->shared->turn;
    const struct intake_source source = source_of(keeper);
    if (!keeper->greeted && message->type != WIRE_HELLO) {
        keeper_state_kill(keeper, "loa-modem did not begin with HELLO");
        return;
    }
    switch (message->type) {
    case WIRE_HELLO:
        take_hello(keeper, &message->hello);
        return;
    case WIRE_READY:
        take_ready(keeper, &message->ready);
        return;
    case WIRE_ALIVE:
        take_alive(keeper, &message->alive);
        return;
    case WIRE_HEALTH:
        take_health(keeper, &message->health);
        return;
    case WIRE_VERDICT:
        take_verdict(keeper, &message->verdict);
        return;
    case WIRE_INCOMING:
        turn_add(turn, intake_incoming(&source, &message->incoming, wall_ms()));
        return;
    case WIRE_REPORT:
        turn_add(turn, intake_report(&source, &message->report));
        return;
    case WIRE_QUARANTINE:
        turn_add(turn, intake_quarantine(&source, &message->quarantine));
        return;
    case WIRE_USSD_NEWS:
        ussd_desk_news(keeper->shared->ussd, keeper->name, &message->ussd_news);
        return;
    case WIRE_FAULT:
        take_fault(keeper, &message->fault);
        return;
    case WIRE_NONE:
    case WIRE_SETUP:
    case WIRE_SEND:
    case WIRE_STORED:
    case WIRE_LEAVE:
    case WIRE_USSD_DIAL:
    case WIRE_USSD_CANCEL:
    case WIRE_TYPES:
        break;
    }
    keeper_state_kill(keeper, "loa-modem says what only the gateway may say");
}
