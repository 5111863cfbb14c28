// SPDX-License-Identifier: GPL-2.0-or-later
/* The worker: says HELLO, is told what modem it drives, opens it, says READY, and then serves: one
 * message at a time on the air, between two of them a few questions' worth of reading and deleting,
 * and when nothing waits, sleep. It decides nothing about messages. A verdict is told once the next
 * message is on the air, so that the gateway's work does not fall into the modem's pause; should
 * the worker die before, the flight log has it. While a dialogue over USSD is open messages wait,
 * for most modems refuse them then; reading and deleting goes on as far as the modem lets it.
 *
 * It leaves by its socket closing, by LEAVE, or after a FAULT, never in the middle of a submission.
 *
 * No modem holds it up, silent or talkative: the line counts how long nothing was answered, and the
 * worker leaves when that is enough. Beside that it promises at every step when it will be heard of
 * again: within STEP_MS and a little, except while a message on the air waits for its answer. A
 * promise that is broken ends it by the keeper; alarm(2) ends it later still, should nobody be left
 * to do so. */
#include "modems/worker.h"

#include "config/log.h"
#include "modems/inbox.h"
#include "modems/pace.h"
#include "modems/probe.h"
#include "modems/sandbox.h"
#include "modems/speech.h"
#include "modems/submission.h"
#include "modems/ussd.h"
#include "modems/waiting.h"

#include <errno.h>
#include <gio/gio.h>
#include <poll.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum {
    SETUP_MS = 30000,
    STEP_MS = 30000, /* any question, libgammu's start, a prompt */
    IDLE_MS = 15000,
    HEARTBEAT_MS = 5000,
    NOTICES_MOST = 4096, /* taken in a row: who floods must not keep us from all else */
    HEALTH_MS = 60000,
    HEALTH_BUSY_MS = 300000, /* at the latest, even while messages wait */
    NETWORK_MS = 600000,
    QUIET_MS = 2000, /* without a message on the air before health is asked */
    QUESTIONS_BUSY = 8,
    QUESTIONS_FREE = 32,
};

/* libgammu wants one named; the line takes it out again. */
#define NO_CENTRE "+84"

struct worker {
    struct speech speech;
    struct flight *flight;
    struct line *line;
    struct device *device;
    struct kept *kept;
    struct inbox *inbox;
    struct ussd *ussd;
    struct wire_message setup;
    struct probe_health health;
    char *smsc;
    int64_t sound_at; /* ms; its settings were looked at */
    struct waiting waiting;
    bool leaving; /* LEAVE came */
    bool faulty;  /* FAULT is said */
    bool mute;    /* it said nothing at all while a dialogue is open: its inbox waits */
    bool unread;  /* the inbox was read while a dialogue was open, perhaps in vain */
    bool settled; /* the modem owns up to its settings, so that it shows when it loses them */
    int64_t heartbeat_at, poll_at, health_at, network_at, sent_at; /* ms */
    uint64_t noise;                                                /* lines that nobody asked for */
};

static int64_t now_ms(void)
{
    return g_get_monotonic_time() / 1000;
}

/* ---- talking to the gateway ---- */

static void need_for_question(void *data)
{
    struct worker *worker = data;
    speech_need(&worker->speech, STEP_MS, "asking");
}

static void tell_owed(void *data)
{
    struct worker *worker = data;
    speech_tell_owed(&worker->speech);
}

static void fault(struct worker *worker, enum wire_fault_kind kind, const char *sentence)
{
    g_autofree char *detail = log_quote(sentence);
    log_warn("modem", "fault=%d detail=%s", kind, detail);
    ussd_lose(worker->ussd, sentence);
    g_autoptr(GByteArray) packet = g_byte_array_new();
    wire_put_fault(packet, &(struct wire_fault){.kind = (uint8_t)kind, .sentence = sentence});
    speech_tell(&worker->speech, packet);
    worker->faulty = true;
}

/* ---- being told ---- */

static void take_send(struct worker *worker, struct wire_message *message)
{
    if (worker->leaving)
        waiting_refuse(&worker->speech, &message->send);
    else
        waiting_add(&worker->waiting, message);
}

static void leave(struct worker *worker)
{
    worker->leaving = true;
    waiting_give_back(&worker->waiting, &worker->speech);
}

static void take(struct worker *worker, struct wire_message *message)
{
    switch (message->type) {
    case WIRE_SEND:
        take_send(worker, message);
        return;
    case WIRE_STORED:
        inbox_stored(worker->inbox, message->stored.key);
        return;
    case WIRE_USSD_DIAL:
        ussd_dial(worker->ussd, &message->ussd_dial);
        return;
    case WIRE_USSD_CANCEL:
        ussd_cancel(worker->ussd, message->ussd_cancel.dialogue);
        return;
    case WIRE_LEAVE:
        leave(worker);
        return;
    case WIRE_NONE:
    case WIRE_HELLO:
    case WIRE_READY:
    case WIRE_ALIVE:
    case WIRE_HEALTH:
    case WIRE_VERDICT:
    case WIRE_INCOMING:
    case WIRE_QUARANTINE:
    case WIRE_REPORT:
    case WIRE_FAULT:
    case WIRE_SETUP:
    case WIRE_USSD_NEWS:
    case WIRE_TYPES:
        break;
    }
    log_error("modem", "message=%s detail=\"not expected now\"", wire_name(message->type));
    worker->speech.gone = true;
}

static void listen_to_gateway(struct worker *worker)
{
    while (!worker->speech.gone) {
        struct wire_message message = {0};
        g_autoptr(GError) error = NULL;
        int got = wire_receive(worker->speech.socket, &message, &error);
        if (got == 0)
            return;
        if (got > 0) {
            take(worker, &message);
            wire_message_clear(&message);
            continue;
        }
        log_info("modem", "gateway=gone detail=\"%s\"", error->message);
        worker->speech.gone = true;
    }
}

static bool wait_for_setup(struct worker *worker)
{
    struct pollfd socket = {.fd = worker->speech.socket, .events = POLLIN};
    g_autoptr(GError) error = NULL;
    alarm(SETUP_MS / 1000 + 30);
    if (poll(&socket, 1, SETUP_MS) != 1 ||
        wire_receive(worker->speech.socket, &worker->setup, &error) != 1) {
        log_error("modem", "setup=missing detail=\"%s\"",
                  error != NULL ? error->message : "nothing within 30 s");
        return false;
    }
    if (worker->setup.type == WIRE_SETUP)
        return true;
    log_error("modem", "message=%s detail=\"SETUP must come first\"",
              wire_name(worker->setup.type));
    return false;
}

/* ---- opening the modem ---- */

static bool open_line(struct worker *worker)
{
    const struct wire_setup *setup = &worker->setup.setup;
    g_autoptr(GError) error = NULL;
    speech_need(&worker->speech, STEP_MS, "opening");
    if (!sandbox_enter(setup->device, setup->trace, &error)) {
        fault(worker, WIRE_FAULT_INTERNAL, error->message);
        return false;
    }
    worker->line = line_open(setup->device, setup->trace, &error);
    if (worker->line == NULL) {
        fault(worker, WIRE_FAULT_DEVICE, error->message);
        return false;
    }
    line_guard(worker->line, worker->speech.socket);
    line_before_ask(worker->line, need_for_question, worker);
    if (setup->patience_ms > 0)
        line_set_patience(worker->line, setup->patience_ms);
    worker->kept = kept_new(worker->flight);
    line_keep(worker->line, worker->kept);
    worker->inbox = inbox_new(worker->line, worker->kept, speech_tell, &worker->speech);
    enum wire_fault_kind kind = WIRE_FAULT_INTERNAL;
    const struct probe_task task = {.imei = setup->imei[0] != '\0' ? setup->imei : NULL,
                                    .reset = setup->remedy == WIRE_REMEDY_RESET,
                                    .pin = setup->pin,
                                    .flight = worker->flight};
    if (!probe_open(worker->line, &task, &kind, &error)) {
        fault(worker, kind, error->message);
        return false;
    }
    worker->settled = probe_settled(worker->line);
    worker->sound_at = now_ms();
    return true;
}

static bool open_device(struct worker *worker)
{
    const struct wire_setup *setup = &worker->setup.setup;
    g_autoptr(GError) error = NULL;
    bool timeout = false;
    speech_need(&worker->speech, STEP_MS, "starting libgammu");
    pace_set(setup->send_pause_ms);
    worker->device = device_open(line_pty(worker->line), line_pty_fd(worker->line), setup->features,
                                 &timeout, &error);
    if (worker->device != NULL)
        return true;
    if (line_hung_up(worker->line))
        fault(worker, WIRE_FAULT_DEVICE, "the tty went away");
    else if (timeout || line_is_silent(worker->line))
        fault(worker, WIRE_FAULT_SILENT, "the modem ceased to answer when libgammu started");
    else
        fault(worker, WIRE_FAULT_INTERNAL, error->message);
    return false;
}

static void identify(struct worker *worker, struct probe_identity *retidentity)
{
    probe_identify(worker->line, retidentity);
    const char *wanted = worker->setup.setup.smsc;
    line_own_centre(worker->line, wanted[0] == '\0');
    worker->smsc = g_strdup(wanted[0] != '\0' ? wanted : retidentity->smsc);
}

static void introduce(struct worker *worker, const struct probe_identity *identity)
{
    speech_ready(&worker->speech, identity, worker->smsc);
    if (worker->smsc[0] != '\0')
        return;
    log_warn("modem", "smsc=unknown detail=\"if messages are refused, set smsc of this modem\"");
    g_free(worker->smsc);
    worker->smsc = g_strdup(NO_CENTRE);
}

static bool open_modem(struct worker *worker)
{
    if (!open_line(worker))
        return false;
    struct probe_identity identity = {0};
    identify(worker, &identity);
    bool open = open_device(worker);
    if (open)
        introduce(worker, &identity);
    worker->ussd = ussd_new(worker->line, identity.manufacturer, worker->setup.setup.features,
                            speech_tell, &worker->speech);
    probe_identity_clear(&identity);
    if (!open)
        return false;
    ussd_start(worker->ussd);
    inbox_list_all(worker->inbox);
    worker->poll_at = now_ms() + worker->setup.setup.poll_ms;
    return true;
}

/* ---- serving ---- */

static void check_settings(struct worker *worker)
{
    if (worker->settled && !worker->faulty && !line_hung_up(worker->line) &&
        !line_is_silent(worker->line) && !probe_settled(worker->line) &&
        !line_is_silent(worker->line) && !line_hung_up(worker->line))
        fault(worker, WIRE_FAULT_BUSY, "the modem lost its settings; starting over");
}

static void need_for_prompt(void *data)
{
    struct worker *worker = data;
    speech_need(&worker->speech, STEP_MS, "sending");
}

static void need_for_answer(void *data, unsigned within_ms)
{
    struct worker *worker = data;
    speech_need(&worker->speech, within_ms, "waiting for the network");
}

static void send_next(struct worker *worker)
{
    struct wire_message *message = waiting_next(&worker->waiting);
    const struct wire_send *send = &message->send;
    const struct submission submission = {.line = worker->line,
                                          .device = worker->device,
                                          .flight = worker->flight,
                                          .smsc = worker->smsc,
                                          .answer_ms = SUBMISSION_ANSWER_MS,
                                          .before_part = need_for_prompt,
                                          .waiting = need_for_answer,
                                          .on_air = tell_owed,
                                          .data = worker};
    uint8_t references[FLIGHT_PARTS];
    char detail[RESULT_LINE_SIZE];
    struct wire_verdict verdict;
    enum submission_after after = submission_run(&submission, send, references, detail, &verdict);
    speech_owe(&worker->speech, &verdict);
    waiting_drop(message);
    worker->sent_at = now_ms();
    if (after == SUBMISSION_SILENT)
        fault(worker, WIRE_FAULT_SILENT, "the modem gave no answer to a message; starting over");
    else if (after == SUBMISSION_OUT_OF_STEP)
        fault(worker, WIRE_FAULT_INTERNAL, "libgammu lost the dialogue; starting over");
    else if (after == SUBMISSION_UNLOGGED)
        fault(worker, WIRE_FAULT_INTERNAL, verdict.detail);
    else if (verdict.outcome != VERDICT_SENT)
        check_settings(worker);
}

/* Only the name of a result, as of "+CREG: 1": all else may be a number, a PDU or a text. */
static void take_noise(struct worker *worker, const char *line)
{
    size_t name = strspn(line, "+^*%$_") == 1 ? 1 : 0;
    while (name > 0 && g_ascii_isupper(line[name]))
        name++;
    worker->noise++;
    log_debug("line", "noise=%" G_GUINT64_FORMAT " octets=%zu name=\"%.*s\"", worker->noise,
              strlen(line), (int)name, line);
}

static void take_notice(struct worker *worker, const struct line_notice *notice)
{
    switch (notice->kind) {
    case RESULT_STORED_MESSAGE:
    case RESULT_STORED_REPORT:
    case RESULT_PUSHED_MESSAGE:
    case RESULT_PUSHED_REPORT:
        inbox_notice(worker->inbox, notice);
        return;
    case RESULT_RESTARTED:
        fault(worker, WIRE_FAULT_BUSY, "the modem restarted by itself; starting over");
        return;
    case RESULT_SIM_CHANGED:
        fault(worker, WIRE_FAULT_SIM, "the SIM was taken out, or lost contact");
        return;
    case RESULT_ANSWER:
    case RESULT_PUSHED_OTHER:
        take_noise(worker, notice->text);
        return;
    case RESULT_NOISE:
        take_noise(worker, notice->text);
        ussd_notice(worker->ussd, notice); /* it may be the end of a long wait */
        return;
    case RESULT_USSD:
        ussd_notice(worker->ussd, notice);
        return;
    }
}

/* Some modems do not even refuse while a dialogue is open: they are asked no more until it ends. */
static bool is_excused(struct worker *worker)
{
    if (worker->mute || !ussd_is_open(worker->ussd))
        return false;
    worker->mute = true;
    line_forgive_silence(worker->line);
    return true;
}

static void take_notices(struct worker *worker)
{
    struct line_notice notice;
    line_awake(worker->line);
    for (unsigned i = 0; i < NOTICES_MOST && !worker->faulty; i++) {
        if (!line_notice(worker->line, &notice))
            break;
        take_notice(worker, &notice);
        g_free(notice.text);
    }
    if (line_missed(worker->line))
        inbox_list_all(worker->inbox);
    if (line_hung_up(worker->line) && !worker->faulty)
        fault(worker, WIRE_FAULT_DEVICE, "the tty went away: is the modem still plugged in?");
    if (line_is_silent(worker->line) && !worker->faulty && !is_excused(worker))
        fault(worker, WIRE_FAULT_SILENT, "the modem answers nothing any more; starting over");
}

/* What was pushed and not told yet lies nowhere else; the next worker has what is not stored now.
 */
static void tell_pushed(struct worker *worker)
{
    struct line_notice notice;
    while (!worker->speech.gone && worker->inbox != NULL && line_notice(worker->line, &notice)) {
        if (notice.kind == RESULT_PUSHED_MESSAGE || notice.kind == RESULT_PUSHED_REPORT)
            inbox_notice(worker->inbox, &notice);
        g_free(notice.text);
    }
    if (!worker->speech.gone && worker->inbox != NULL)
        inbox_step(worker->inbox, 0);
}

static void look_after_health(struct worker *worker)
{
    int64_t now = now_ms();
    bool quiet = waiting_is_empty(&worker->waiting) && now - worker->sent_at >= QUIET_MS;
    if (now < worker->health_at || (!quiet && now < worker->health_at + HEALTH_BUSY_MS))
        return;
    bool network = now >= worker->network_at;
    probe_health(worker->line, network, &worker->health);
    speech_health(&worker->speech, &worker->health);
    check_settings(worker);
    worker->health_at = now + HEALTH_MS;
    if (network)
        worker->network_at = now + NETWORK_MS;
}

static void keep_time(struct worker *worker)
{
    uint32_t poll_ms = worker->setup.setup.poll_ms;
    int64_t now = now_ms();
    if (poll_ms > 0 && now >= worker->poll_at) {
        inbox_list_all(worker->inbox);
        worker->poll_at = now + poll_ms;
    }
    look_after_health(worker);
}

/* Nothing to do until one of the three descriptors or a time of our own: `until`, or before. */
static void idle(struct worker *worker, int64_t until)
{
    int64_t now = now_ms();
    if (now >= worker->heartbeat_at) {
        speech_promise(&worker->speech, IDLE_MS, "idle");
        worker->heartbeat_at = now + HEARTBEAT_MS;
    }
    int64_t left = MAX(MIN(until, worker->heartbeat_at) - now, 0);
    struct pollfd polls[] = {
        {.fd = worker->speech.socket, .events = POLLIN},
        {.fd = line_wakeup(worker->line), .events = POLLIN},
        {.fd = device_fd(worker->device), .events = POLLIN},
    };
    poll(polls, G_N_ELEMENTS(polls), (int)left);
    if ((polls[2].revents & POLLIN) != 0)
        device_read(worker->device);
}

/* When keep_time() has something to do. */
static int64_t timely_at(const struct worker *worker)
{
    /* Health waits for quiet after a message, so its time may be past. */
    int64_t now = now_ms();
    int64_t until = worker->health_at > now ? worker->health_at : now + QUIET_MS;
    return worker->setup.setup.poll_ms > 0 ? MIN(until, worker->poll_at) : until;
}

/* A modem may have restarted without a word while it had nothing to do, which takes seconds: in
 * text mode it would take the length of the PDU for a number, and the PDU for the text. */
static bool is_sound(struct worker *worker)
{
    if (now_ms() - MAX(worker->sent_at, worker->sound_at) >= QUIET_MS) {
        check_settings(worker);
        worker->sound_at = now_ms();
    }
    return !worker->faulty;
}

/* While a dialogue is open, or about to be. */
static void attend_dialogue(struct worker *worker)
{
    speech_tell_owed(&worker->speech);
    bool readable = !worker->mute && !ussd_is_unsettled(worker->ussd);
    if (readable && !inbox_idle(worker->inbox)) {
        worker->unread = true;
        inbox_step(worker->inbox, QUESTIONS_BUSY);
        return;
    }
    int64_t until = ussd_due_at(worker->ussd), late = waiting_late_at(&worker->waiting);
    idle(worker, late != 0 ? MIN(until, late) : until);
}

/* What the modem refused while it was open is there to be read now. */
static void leave_dialogue(struct worker *worker)
{
    if (worker->unread || worker->mute)
        inbox_list_all(worker->inbox);
    worker->unread = worker->mute = false;
}

static void attend_messages(struct worker *worker)
{
    bool sends = !waiting_is_empty(&worker->waiting);
    if (sends && is_sound(worker)) {
        send_next(worker);
        take_notices(worker); /* it waited for the answer, and took their wake-up with it */
    }
    if (worker->faulty)
        return;
    sends = !waiting_is_empty(&worker->waiting);
    if (!sends || !inbox_idle(worker->inbox))
        speech_tell_owed(&worker->speech);
    if (!inbox_idle(worker->inbox)) {
        inbox_step(worker->inbox, sends ? QUESTIONS_BUSY : QUESTIONS_FREE);
        return;
    }
    keep_time(worker);
    if (!sends && inbox_idle(worker->inbox))
        idle(worker, timely_at(worker));
}

static void serve(struct worker *worker)
{
    while (!worker->speech.gone && !worker->leaving && !worker->faulty) {
        listen_to_gateway(worker);
        take_notices(worker);
        if (worker->speech.gone || worker->leaving || worker->faulty)
            return;
        ussd_step(worker->ussd);
        waiting_give_back_late(&worker->waiting, &worker->speech, now_ms());
        if (ussd_is_open(worker->ussd)) {
            attend_dialogue(worker);
        } else {
            leave_dialogue(worker);
            attend_messages(worker);
        }
    }
}

int worker_run(int socket, int flight_fd)
{
    struct worker worker = {.speech = {.socket = socket}};
    g_autoptr(GError) error = NULL;
    waiting_init(&worker.waiting);
    worker.flight = flight_map(flight_fd, &error);
    if (worker.flight == NULL) {
        log_error("modem", "flight=unusable detail=\"%s\"", error->message);
        return EX_SOFTWARE;
    }
    speech_hello(&worker.speech);
    if (wait_for_setup(&worker)) {
        log_set_level(worker.setup.setup.log_level);
        if (open_modem(&worker))
            serve(&worker);
        ussd_lose(worker.ussd, worker.speech.gone ? "the gateway went away"
                                                  : "the worker of this modem was told to leave");
        tell_pushed(&worker);
    }
    speech_tell_owed(&worker.speech);
    if (!worker.speech.gone)
        leave(&worker);
    ussd_free(worker.ussd);
    inbox_free(worker.inbox);
    device_free(worker.device);
    line_free(worker.line);
    kept_free(worker.kept);
    flight_free(worker.flight);
    waiting_clear(&worker.waiting);
    probe_health_clear(&worker.health);
    wire_message_clear(&worker.setup);
    g_free(worker.smsc);
    return worker.faulty ? EX_UNAVAILABLE : EX_OK;
}
