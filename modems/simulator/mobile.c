// SPDX-License-Identifier: GPL-2.0-or-later
/* The life of one simulated modem: power, command lines and entries out of a byte stream, results
 * and unsolicited lines into it, messages into its slots. What the commands mean is in commands.c,
 * what the network does in network.c. Replies gather in the port and leave in one write when the
 * bytes that were read are used up. */
#include "modems/simulator/mobile.h"

#include <string.h>

#include "modems/simulator/commands.h"
#include "modems/simulator/network.h"
#include "modems/simulator/schedule.h"
#include "modems/simulator/service.h"

enum { LINE_LIMIT = 4096, CTRL_Z = 0x1a, ESCAPE = 0x1b };

static void handle_input(struct mobile *mobile);

/* Nothing reaches it but this one command. */
static void hear_restart(struct mobile *mobile)
{
    if (strstr(mobile->input->str, "AT+CFUN=1,1\r"))
        mobile_restart(mobile);
    else if (mobile->input->len > LINE_LIMIT)
        g_string_truncate(mobile->input, 0);
}

static void on_bytes(void *user, const char *bytes, size_t size)
{
    struct mobile *mobile = user;
    if (mobile->mode == MOBILE_BOOTING || mobile->silence == MOBILE_MUTE ||
        mobile->silence == MOBILE_DEAF)
        return;
    g_string_append_len(mobile->input, bytes, (gssize)size);
    if (mobile->silence == MOBILE_DAZED) {
        hear_restart(mobile);
        return;
    }
    handle_input(mobile);
    mobile_flush(mobile);
}

static void set_identity(struct mobile *mobile)
{
    const struct modem_behaviour *behaviour = &mobile->behaviour;
    unsigned index = mobile->index;
    g_snprintf(mobile->name, sizeof mobile->name, "modem%u", index);
    g_snprintf(mobile->number, sizeof mobile->number, "+84900000%03u", index);
    g_snprintf(mobile->imei, sizeof mobile->imei, "35693803564%03u%u", index, index % 10);
    g_snprintf(mobile->imsi, sizeof mobile->imsi, "%s0000000%03u", behaviour->operator_code, index);
    g_snprintf(mobile->iccid, sizeof mobile->iccid, "8984040000000000%03u", index);
    g_strlcpy(mobile->smsc, behaviour->smsc, sizeof mobile->smsc);
    if (behaviour->number)
        g_strlcpy(mobile->number, behaviour->number, sizeof mobile->number);
    if (behaviour->imei)
        g_strlcpy(mobile->imei, behaviour->imei, sizeof mobile->imei);
    if (behaviour->imsi)
        g_strlcpy(mobile->imsi, behaviour->imsi, sizeof mobile->imsi);
    if (behaviour->iccid)
        g_strlcpy(mobile->iccid, behaviour->iccid, sizeof mobile->iccid);
}

struct mobile *mobile_new(struct network *network, const char *folder, unsigned index)
{
    struct mobile *mobile = g_new0(struct mobile, 1);
    mobile->network = network;
    mobile->index = index;
    mobile->behaviour = behaviour_modem(network->behaviour, index);
    set_identity(mobile);
    const struct modem_behaviour *behaviour = &mobile->behaviour;
    unsigned first = (unsigned)behaviour->first_slot;
    slots_init(&mobile->stores[0], "SM", first, (unsigned)behaviour->sm_slots);
    slots_init(&mobile->stores[1], "ME", first, (unsigned)behaviour->me_slots);
    mobile->input = g_string_new(NULL);
    mobile->held = g_string_new(NULL);
    mobile->pin_tries = (int)behaviour->pin_tries;
    mobile->reference = (uint8_t)behaviour->first_reference;
    mobile->account =
        account_new(&behaviour->account, network->behaviour->country, network_today(network));
    mobile->service = service_new(mobile);
    mobile->cues = cues_new(network->behaviour->cues, index);
    mobile->command = g_strdup("");
    g_queue_init(&mobile->waiting[0]);
    g_queue_init(&mobile->waiting[1]);
    g_autofree char *link = g_build_filename(folder, mobile->name, NULL);
    mobile->port = port_new(link, behaviour->away == 1, on_bytes, mobile);
    return mobile;
}

void mobile_free(struct mobile *mobile)
{
    if (!mobile)
        return;
    port_free(mobile->port);
    slots_clear(&mobile->stores[0]);
    slots_clear(&mobile->stores[1]);
    for (int i = 0; i < 2; i++)
        g_queue_clear_full(&mobile->waiting[i], (GDestroyNotify)slots_message_free);
    g_string_free(mobile->input, TRUE);
    g_string_free(mobile->held, TRUE);
    cues_free(mobile->cues);
    account_free(mobile->account);
    g_free(mobile->command);
    service_free(mobile->service);
    g_free(mobile);
}

struct wake {
    struct mobile *mobile;
    unsigned life;
};

static void plan(struct mobile *mobile, int64_t delay_ms, void (*run)(void *data))
{
    struct wake *wake = g_new(struct wake, 1);
    *wake = (struct wake){mobile, mobile->life};
    schedule_after(mobile->network->schedule, delay_ms, run, wake, g_free);
}

static void make_noise(void *data)
{
    struct wake *wake = data;
    struct mobile *mobile = wake->mobile;
    char **lines = mobile->behaviour.noise;
    if (wake->life != mobile->life || !lines || !*lines)
        return;
    guint count = g_strv_length(lines);
    mobile_notify(mobile, "%s", lines[mobile->noise_turn++ % count]);
    mobile_flush(mobile);
    plan(mobile, mobile->behaviour.noise_ms, make_noise);
}

static void get_up(struct mobile *mobile)
{
    mobile->mode = MOBILE_COMMAND;
    mobile->busy_until = g_get_monotonic_time() + mobile->behaviour.busy_ms * 1000;
    for (char **line = mobile->behaviour.boot_lines; line && *line; line++)
        mobile_notify(mobile, "%s", *line);
    mobile_cue(mobile, CUE_IDLE);
    mobile_flush(mobile);
    if (mobile->behaviour.noise_ms > 0)
        plan(mobile, mobile->behaviour.noise_ms, make_noise);
    network_drain(mobile);
}

static void boot_ends(void *data)
{
    struct wake *wake = data;
    if (wake->life == wake->mobile->life)
        get_up(wake->mobile);
}

static void power_on(struct mobile *mobile)
{
    mobile->life++;
    mobile->settings = (struct mobile_settings){
        .echo = mobile->behaviour.echo == 1,
        .ussd_urc = 1,
        .ussd_packed = mobile->behaviour.ussd_mode == USSD_MODE_PACKED,
        .text_first = 17,
        .text_validity = 167,
    };
    mobile->pin_open = *mobile->behaviour.pin == '\0' && mobile->pin_tries > 0;
    if (mobile->silence == MOBILE_MUTE || mobile->silence == MOBILE_DEAF ||
        mobile->silence == MOBILE_DAZED)
        mobile->silence = MOBILE_TALKS;
    service_reset(mobile->service);
    g_string_truncate(mobile->held, 0);
    g_string_truncate(mobile->input, 0);
    mobile->mode = MOBILE_BOOTING;
    if (mobile->behaviour.boot_ms > 0)
        plan(mobile, mobile->behaviour.boot_ms, boot_ends);
    else
        get_up(mobile);
}

bool mobile_plug(struct mobile *mobile, const char *name, GError **error)
{
    if (port_is_plugged(mobile->port))
        return true;
    if (!port_plug(mobile->port, name, error))
        return false;
    power_on(mobile);
    return true;
}

void mobile_unplug(struct mobile *mobile)
{
    mobile->life++;
    mobile->mode = MOBILE_BOOTING;
    service_reset(mobile->service);
    port_unplug(mobile->port);
}

void mobile_restart(struct mobile *mobile)
{
    mobile_flush(mobile);
    power_on(mobile);
}

static bool is_up(const struct mobile *mobile)
{
    return port_is_plugged(mobile->port) && mobile->mode != MOBILE_BOOTING && mobile->pin_open;
}

static void carry_out(struct mobile *mobile, const struct cue *cue)
{
    gsize size = 0;
    const char *bytes = g_bytes_get_data(cue->bytes, &size);
    if (size > 0 && port_is_plugged(mobile->port))
        g_string_append_len(port_output(mobile->port), bytes, (gssize)size);
    switch ((enum cue_then)cue->then) {
    case CUE_MUTE:
        mobile->silence = MOBILE_MUTE;
        break;
    case CUE_DEAF:
        mobile->silence = MOBILE_DEAF;
        break;
    case CUE_DAZED:
        mobile->silence = MOBILE_DAZED;
        break;
    case CUE_UNPLUG:
        mobile_flush(mobile);
        mobile_unplug(mobile);
        break;
    case CUE_RESTART:
        mobile_restart(mobile);
        break;
    case CUE_ECHO_OFF:
        mobile->settings.echo = false;
        break;
    case CUE_HUSH:
        mobile->hushed = true;
        break;
    case CUE_CONTINUE:
    case CUE_REPLACE:
        break;
    }
}

bool mobile_cue(struct mobile *mobile, enum cue_point point)
{
    const struct cue *cue;
    unsigned life = mobile->life, cursor = 0;
    bool stands = true;
    while (mobile->life == life &&
           (cue = cues_next(mobile->cues, point, mobile->command, &cursor))) {
        stands &= cue->then == CUE_CONTINUE || cue->then == CUE_ECHO_OFF;
        carry_out(mobile, cue);
    }
    return stands;
}

static bool answers(const struct mobile *mobile)
{
    return !mobile->hushed && !mobile->replaced && mobile->silence != MOBILE_MUTE &&
           mobile->silence != MOBILE_DEAF && mobile->silence != MOBILE_DAZED;
}

void mobile_raw(struct mobile *mobile, const char *text)
{
    if (answers(mobile))
        g_string_append(port_output(mobile->port), text);
}

void mobile_reply(struct mobile *mobile, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    mobile_raw(mobile, "\r\n");
    if (answers(mobile))
        g_string_append_vprintf(port_output(mobile->port), format, arguments);
    mobile_raw(mobile, "\r\n");
    va_end(arguments);
}

void mobile_notify(struct mobile *mobile, const char *format, ...)
{
    if (!port_is_plugged(mobile->port) || mobile->silence == MOBILE_MUTE)
        return;
    GString *output = mobile->mode == MOBILE_ENTRY ? mobile->held : port_output(mobile->port);
    va_list arguments;
    va_start(arguments, format);
    g_string_append(output, "\r\n");
    g_string_append_vprintf(output, format, arguments);
    g_string_append(output, "\r\n");
    va_end(arguments);
}

void mobile_flush(struct mobile *mobile)
{
    port_flush(mobile->port);
}

static const char *cme_words(int code)
{
    static const struct {
        int code;
        const char *words;
    } known[] = {
        {3, "operation not allowed"}, {4, "operation not supported"}, {10, "SIM not inserted"},
        {11, "SIM PIN required"},     {12, "SIM PUK required"},       {14, "SIM busy"},
        {16, "incorrect password"},   {30, "no network service"},     {100, "unknown"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
        if (known[i].code == code)
            return known[i].words;
    return NULL;
}

static void say_result(struct mobile *mobile, struct outcome outcome)
{
    const char *words = mobile->settings.errors == 2 ? cme_words(outcome.code) : NULL;
    switch (outcome.kind) {
    case OUTCOME_OK:
    case OUTCOME_BARE:
        mobile_raw(mobile, "\r\nOK\r\n");
        break;
    case OUTCOME_ERROR:
        mobile_raw(mobile, "\r\nERROR\r\n");
        break;
    case OUTCOME_CMS:
        mobile_reply(mobile, "+CMS ERROR: %d", outcome.code);
        break;
    case OUTCOME_LINE:
        mobile_reply(mobile, "%s", outcome.line);
        break;
    case OUTCOME_CME:
        if (mobile->settings.errors == 0)
            mobile_raw(mobile, "\r\nERROR\r\n");
        else if (words)
            mobile_reply(mobile, "+CME ERROR: %s", words);
        else
            mobile_reply(mobile, "+CME ERROR: %d", outcome.code);
        break;
    case OUTCOME_LATER:
        break;
    }
}

void mobile_result(struct mobile *mobile, struct outcome outcome)
{
    if (outcome.kind == OUTCOME_LATER)
        return;
    unsigned life = mobile->life;
    mobile->replaced = false;
    if (mobile_cue(mobile, CUE_RESULT))
        say_result(mobile, outcome);
    if (mobile->life == life)
        mobile_cue(mobile, CUE_END);
}

void mobile_prompt(struct mobile *mobile)
{
    unsigned life = mobile->life;
    bool said = mobile_cue(mobile, CUE_PROMPT);
    if (mobile->life != life || !answers(mobile))
        return;
    mobile->mode = MOBILE_ENTRY;
    if (said)
        mobile_raw(mobile, "\r\n> ");
}

static void leave_entry(struct mobile *mobile, enum mobile_mode mode)
{
    mobile->mode = mode;
    g_string_append_len(port_output(mobile->port), mobile->held->str, (gssize)mobile->held->len);
    g_string_truncate(mobile->held, 0);
}

void mobile_answer(struct mobile *mobile, struct outcome outcome, const char *line)
{
    if (outcome.kind == OUTCOME_LATER)
        return;
    if (mobile_cue(mobile, CUE_ANSWER) && line && outcome.kind == OUTCOME_OK)
        mobile_reply(mobile, "%s", line);
}

void mobile_conclude(struct mobile *mobile, struct outcome outcome)
{
    unsigned life = mobile->life;
    mobile_result(mobile, outcome);
    if (mobile->life == life)
        mobile->mode = MOBILE_COMMAND;
}

static void echo(struct mobile *mobile, const char *bytes, size_t size)
{
    if (mobile->settings.echo && answers(mobile))
        g_string_append_len(port_output(mobile->port), bytes, (gssize)size);
}

/* Up to Ctrl-Z or ESC; `size` is that of the entry without it. */
static bool handle_entry(struct mobile *mobile)
{
    static const char ends[] = {CTRL_Z, ESCAPE, '\0'};
    size_t size = strcspn(mobile->input->str, ends);
    if (size == mobile->input->len) {
        if (size > LINE_LIMIT)
            g_string_truncate(mobile->input, LINE_LIMIT);
        return false;
    }
    char end = mobile->input->str[size];
    g_autofree char *entry = g_strndup(mobile->input->str, size);
    echo(mobile, mobile->input->str, size + (end == CTRL_Z));
    g_string_erase(mobile->input, 0, (gssize)size + 1);
    leave_entry(mobile, MOBILE_WAITING);
    unsigned life = mobile->life;
    if (end == ESCAPE)
        mobile_conclude(mobile, (struct outcome){OUTCOME_OK, 0});
    else if (mobile_cue(mobile, CUE_ENTRY), mobile->life == life)
        commands_entry(mobile, entry);
    return true;
}

static bool is_submission(const char *line)
{
    g_autofree char *upper = g_ascii_strup(line, -1);
    return strstr(upper, "+CMGS=") && !strstr(upper, "+CMGS=?");
}

static void answer_line(struct mobile *mobile, const char *typed, const char *line)
{
    unsigned life = mobile->life;
    g_free(mobile->command);
    mobile->command = g_strdup(line);
    mobile->hushed = mobile->replaced = false;
    bool named = *line != '\0';
    if (!named || mobile_cue(mobile, CUE_ECHO))
        echo(mobile, typed, strlen(typed));
    if (mobile->life == life && named && !is_submission(line))
        mobile->replaced = !mobile_cue(mobile, CUE_ANSWER);
    if (mobile->life == life)
        commands_line(mobile, line);
}

static bool handle_line(struct mobile *mobile)
{
    if (mobile->input->str[0] == '\n') /* of CR LF */
        g_string_erase(mobile->input, 0, 1);
    size_t size = strcspn(mobile->input->str, "\r");
    if (size == mobile->input->len) {
        if (size > LINE_LIMIT)
            g_string_truncate(mobile->input, 0);
        return false;
    }
    g_autofree char *line = g_strndup(mobile->input->str, size);
    g_autofree char *typed = g_strndup(mobile->input->str, size + 1);
    g_string_erase(mobile->input, 0, (gssize)size + 1);
    /* ESC and Ctrl-Z are left over from entries that ended otherwise. */
    g_strdelimit(line, "\x1a\x1b\n", ' ');
    answer_line(mobile, typed, g_strstrip(line));
    return true;
}

static void handle_input(struct mobile *mobile)
{
    for (gsize i = 0; i < mobile->input->len; i++) /* NUL would hide what follows it */
        if (mobile->input->str[i] == '\0')
            mobile->input->str[i] = ' ';
    bool more = mobile->input->len > 0;
    while (more && mobile->input->len > 0) {
        if (mobile->mode == MOBILE_ENTRY)
            more = handle_entry(mobile);
        else if (mobile->mode == MOBILE_COMMAND)
            more = handle_line(mobile);
        else
            more = false;
    }
}

/* What the client said while the network had the word. */
void mobile_resume(struct mobile *mobile)
{
    handle_input(mobile);
    mobile_flush(mobile);
}

static bool is_routed(const struct mobile *mobile, const struct message *message)
{
    if (message->report)
        return mobile->settings.notify[3] != 2;
    return mobile->settings.notify[1] == 2;
}

int mobile_store(const struct mobile *mobile, const char *name)
{
    for (int i = 0; i < 2; i++)
        if (g_ascii_strcasecmp(mobile->stores[i].name, name) == 0)
            return i;
    return -1;
}

/* Some modems take messages into a store of their own choice. */
static int arrival(const struct mobile *mobile)
{
    int fixed = mobile_store(mobile, mobile->behaviour.store);
    return fixed >= 0 ? fixed : mobile->settings.memory[2];
}

bool mobile_has_room(const struct mobile *mobile, const struct message *message)
{
    int64_t registration = mobile->behaviour.registration;
    const struct slots *slots = &mobile->stores[arrival(mobile)];
    if (!is_up(mobile) || mobile->silence == MOBILE_MUTE ||
        (registration != 1 && registration != 5))
        return false;
    return is_routed(mobile, message) || slots->used < slots->size;
}

static void store(struct mobile *mobile, struct message *message)
{
    struct slots *slots = &mobile->stores[arrival(mobile)];
    int number = slots_put(slots, message);
    const char *other = mobile->behaviour.store_name, *name = *other ? other : slots->name;
    if (message->report)
        mobile_notify(mobile, "+CDSI: \"%s\",%d", name, number);
    else if (mobile->settings.notify[1])
        mobile_notify(mobile, "+CMTI: \"%s\",%d", name, number);
}

/* A report that is neither to be stored nor told is dropped, as modems do. */
static void route(struct mobile *mobile, const struct message *message)
{
    char stamp[24];
    pdu_stamp_text(&message->at, stamp);
    if (message->report && mobile->settings.notify[3] == 1)
        mobile_notify(mobile, "+CDS: %zu\r\n%s", message->octets, message->pdu);
    else if (!message->report && mobile->settings.text_mode)
        mobile_notify(mobile, "+CMT: \"%s\",,\"%s\"\r\n%s", message->from, stamp, message->text);
    else if (!message->report)
        mobile_notify(mobile, "+CMT: ,%zu\r\n%s", message->octets, message->pdu);
}

void mobile_take(struct mobile *mobile, struct message *message)
{
    if (!is_routed(mobile, message)) {
        store(mobile, message);
        return;
    }
    route(mobile, message);
    slots_message_free(message);
}

void mobile_set_registration(struct mobile *mobile, int state)
{
    mobile->behaviour.registration = state;
    if (mobile->settings.registration_urc)
        mobile_notify(mobile, "+CREG: %d", state);
    mobile_flush(mobile);
    network_drain(mobile);
}
