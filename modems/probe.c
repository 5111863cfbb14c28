// SPDX-License-Identifier: GPL-2.0-or-later
/* What libgammu's start-up does not do, or does so that one odd answer ends it. Each question has
 * its own deadline; most answers may be missing. The order matters: nothing works before the PIN,
 * and charset and PDU mode must stand before libgammu looks.
 *
 * A PIN is sent once: after a refusal the next wrong try could cost the card. So a digest of it is
 * on disk before it is sent, and goes when the SIM has accepted it; whoever finds the digest of the
 * PIN that he would send does not send it. Which SIM it was cannot be known before the PIN, as not
 * every modem tells the ICCID then: another SIM with the same PIN waits for a person as well. */
#include "modems/probe.h"

#include "config/log.h"
#include "modems/field.h"
#include "modems/patience.h"

#include <gio/gio.h>
#include <string.h>

enum {
    QUICK_MS = 3000,
    USUAL_MS = 10000,
    SLOW_MS = 20000,
    WAKE_MS = 1000,
    REFUSED_PAUSE_MS = 300,
    WAKE_TRIES = 10, /* what answers nonsense is not silent: PATIENCE_MS for it as well */
    GENTLE_TRIES = 4,
    SIM_TRIES = 35,
    SIM_PAUSE_MS = 2000,
    RESET_PAUSE_MS = 3000, /* until the tty goes, or the modem has stopped to listen */
    IMEI_DIGITS = 14,      /* the rest is a check digit, or the version of the software */
};

static bool fail(GError **error, enum wire_fault_kind kind, enum wire_fault_kind *retkind,
                 const char *sentence)
{
    *retkind = kind;
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, sentence);
    return false;
}

/* As line_ask(). What is left without an answer may be a command that this modem does not know, and
 * does not even refuse: whether it still answers at all, AT tells. */
static bool question(struct line *line, const char *command, unsigned within_ms,
                     GPtrArray **retlines, struct result *retresult)
{
    struct result result;
    bool well = line_ask(line, command, within_ms, retlines, &result);
    if (result.final == RESULT_NO_ANSWER && !line_is_silent(line))
        line_ask(line, "AT", QUICK_MS, NULL, NULL);
    if (retresult != NULL)
        *retresult = result;
    return well;
}

static bool ask(struct line *line, const char *command, unsigned within_ms)
{
    return question(line, command, within_ms, NULL, NULL);
}

/* The text after the name of the answer, for the caller to free; NULL: no such answer. */
static char *ask_for(struct line *line, const char *command, const char *name, unsigned within_ms)
{
    g_autoptr(GPtrArray) lines = NULL;
    question(line, command, within_ms, &lines, NULL);
    return g_strdup(field_after(lines, name));
}

static bool is_lost(struct line *line)
{
    return line_hung_up(line) || line_is_silent(line);
}

/* No ESC: 0. */
static bool wake(struct line *line, unsigned tries_before_escape)
{
    for (unsigned try = 1; try <= WAKE_TRIES && !is_lost(line); try++) {
        struct result result;
        if (line_ask(line, "AT", try == 1 ? WAKE_MS : QUICK_MS, NULL, &result))
            return true;
        if (try == tries_before_escape) /* perhaps somebody left it waiting for a PDU */
            line_escape(line);
        if (result.final != RESULT_NO_ANSWER)
            g_usleep(REFUSED_PAUSE_MS * 1000);
    }
    return false;
}

bool probe_alive(struct line *line)
{
    return wake(line, 1);
}

static bool wake_up(struct line *line, bool gently, enum wire_fault_kind *retkind, GError **error)
{
    if (wake(line, gently ? GENTLE_TRIES : 1))
        return true;
    return line_hung_up(line) ? fail(error, WIRE_FAULT_DEVICE, retkind, "the tty went away")
                              : fail(error, WIRE_FAULT_SILENT, retkind,
                                     "the modem does not answer AT; is this its command port?");
}

/* ---- which modem ---- */

static char *ask_bare(struct line *line, const char *command, const char *otherwise,
                      unsigned within_ms)
{
    g_autoptr(GPtrArray) lines = NULL;
    struct result result;
    bool answered = question(line, command, within_ms, &lines, &result);
    if (!answered && otherwise != NULL && result.final != RESULT_NO_ANSWER)
        return ask_bare(line, otherwise, NULL, within_ms);
    return answered ? field_bare(lines) : g_strdup("");
}

/* Its digits, however the modem dresses them. */
static char *ask_imei(struct line *line, unsigned within_ms)
{
    g_autofree char *text = ask_bare(line, "AT+CGSN", "AT+GSN", within_ms);
    GString *digits = g_string_new(NULL);
    for (const char *at = text; *at != '\0'; at++) {
        if (g_ascii_isdigit(*at))
            g_string_append_c(digits, *at);
    }
    return g_string_free(digits, FALSE);
}

static bool is_imei(const char *found, const char *wanted)
{
    return strlen(found) >= IMEI_DIGITS && strncmp(found, wanted, IMEI_DIGITS) == 0;
}

static bool refuse_stranger(const char *found, const char *wanted, enum wire_fault_kind *retkind,
                            GError **error)
{
    g_autofree char *sentence =
        found[0] != '\0'
            ? g_strdup_printf("the modem on this tty has IMEI %s, not %s", found, wanted)
            : g_strdup_printf("the modem on this tty tells no IMEI: is it %s?", wanted);
    return fail(error, WIRE_FAULT_STRANGER, retkind, sentence);
}

static bool check_imei(struct line *line, const char *imei, enum wire_fault_kind *retkind,
                       GError **error)
{
    g_autofree char *found = ask_imei(line, USUAL_MS);
    for (unsigned try = 1; try < 3 && found[0] == '\0' && !is_lost(line); try++) {
        g_usleep(WAKE_MS * 1000); /* some refuse everything while they start */
        g_free(found);
        found = ask_imei(line, USUAL_MS);
    }
    if (is_imei(found, imei))
        return true;
    if (line_hung_up(line))
        return fail(error, WIRE_FAULT_DEVICE, retkind, "the tty went away");
    if (line_is_silent(line))
        return fail(error, WIRE_FAULT_SILENT, retkind, "the modem gave no answer any more");
    return refuse_stranger(found, imei, retkind, error);
}

static bool restart(struct line *line, const char *imei, enum wire_fault_kind *retkind,
                    GError **error)
{
    if (imei != NULL) {
        g_autofree char *found = ask_imei(line, QUICK_MS);
        if (found[0] != '\0' && !is_imei(found, imei))
            return refuse_stranger(found, imei, retkind, error);
    }
    ask(line, "AT+CFUN=1,1", QUICK_MS);
    for (unsigned waited = 0; waited < RESET_PAUSE_MS && !line_hung_up(line); waited += 100)
        g_usleep(100 * 1000);
    line_forgive_silence(line);
    return true;
}

/* ---- the card ---- */

enum card { CARD_READY, CARD_PIN, CARD_PUK, CARD_BUSY, CARD_NONE, CARD_UNKNOWN };

static enum card card_of_error(const struct result *result)
{
    static const struct {
        enum result_final final;
        int32_t code;
        enum card card;
    } rows[] = {
        {RESULT_CME, 10, CARD_NONE},  {RESULT_CME, 13, CARD_NONE},  {RESULT_CME, 15, CARD_NONE},
        {RESULT_CME, 11, CARD_PIN},   {RESULT_CME, 12, CARD_PUK},   {RESULT_CME, 14, CARD_BUSY},
        {RESULT_CME, 262, CARD_NONE}, {RESULT_CME, 515, CARD_BUSY}, {RESULT_CMS, 310, CARD_NONE},
        {RESULT_CMS, 313, CARD_NONE}, {RESULT_CMS, 311, CARD_PIN},  {RESULT_CMS, 316, CARD_PUK},
        {RESULT_CMS, 314, CARD_BUSY}, {RESULT_CMS, 515, CARD_BUSY},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (rows[i].final == result->final && rows[i].code == result->code)
            return rows[i].card;
    }
    return CARD_UNKNOWN;
}

static enum card look_at_card(struct line *line)
{
    g_autoptr(GPtrArray) lines = NULL;
    struct result result;
    bool answered = question(line, "AT+CPIN?", USUAL_MS, &lines, &result);
    const char *state = field_after(lines, "+CPIN");
    if (state == NULL)
        return answered ? CARD_UNKNOWN : card_of_error(&result);
    g_autofree char *word = field_text(state, 0);
    if (strcmp(word, "READY") == 0)
        return CARD_READY;
    if (strcmp(word, "SIM PIN") == 0)
        return CARD_PIN;
    if (g_str_has_prefix(word, "SIM PUK"))
        return CARD_PUK;
    return g_str_has_prefix(word, "NOT") || g_str_has_prefix(word, "REMOVED") ? CARD_NONE
                                                                              : CARD_UNKNOWN;
}

/* A card may need half a minute after power-on before it can even say that it wants a PIN. */
static enum card wait_for_card(struct line *line)
{
    enum card card = look_at_card(line);
    for (unsigned try = 1; try < SIM_TRIES && card == CARD_BUSY && !is_lost(line); try++) {
        g_usleep(SIM_PAUSE_MS * 1000);
        card = look_at_card(line);
    }
    return card;
}

/* False when it was marked before, or cannot be now: it must not be sent. */
static bool mark_pin(const struct probe_task *task, enum wire_fault_kind *retkind, GError **error)
{
    if (task->flight == NULL)
        return true;
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, task->pin, -1);
    if (strcmp(flight_pin(task->flight), digest) == 0)
        return fail(error, WIRE_FAULT_PIN, retkind,
                    "this PIN was tried before and the SIM did not accept it, or the attempt was "
                    "cut off; it is not tried again: correct `pin` of this modem, or, if it is "
                    "right, say so with loa modem retry");
    if (flight_set_pin(task->flight, digest))
        return true;
    return fail(error, WIRE_FAULT_INTERNAL, retkind,
                "the disk takes no mark of the PIN, so it is not sent");
}

static void unmark_pin(const struct probe_task *task)
{
    if (task->flight != NULL && flight_pin(task->flight)[0] != '\0')
        flight_set_pin(task->flight, "");
}

/* An attempt was cut off, and the SIM is open now: by that PIN, unless it needs none at all. */
static void settle_mark(struct line *line, const struct probe_task *task)
{
    if (task->flight == NULL || flight_pin(task->flight)[0] == '\0')
        return;
    g_autofree char *locked = ask_for(line, "AT+CLCK=\"SC\",2", "+CLCK", SLOW_MS);
    if (field_number(locked, 0, 0) == 1)
        unmark_pin(task);
}

/* OK only says that it was taken: the SIM is looked at until it shows what it made of it. */
static bool wait_for_pin(struct line *line, const struct probe_task *task,
                         enum wire_fault_kind *retkind, GError **error)
{
    for (unsigned try = 0; try < SIM_TRIES && !is_lost(line); try++) {
        enum card state = look_at_card(line);
        if (state == CARD_READY)
            unmark_pin(task);
        if (state == CARD_READY || state == CARD_UNKNOWN)
            return true;
        if (state == CARD_PIN || state == CARD_PUK)
            return fail(error, WIRE_FAULT_PIN, retkind,
                        "the SIM asks again after the PIN; it is not tried twice");
        g_usleep(SIM_PAUSE_MS * 1000);
    }
    return fail(error, WIRE_FAULT_BUSY, retkind, "the SIM stays busy after the PIN");
}

static bool enter_pin(struct line *line, const struct probe_task *task,
                      enum wire_fault_kind *retkind, GError **error)
{
    const char *pin = task->pin != NULL ? task->pin : "";
    if (pin[0] == '\0')
        return fail(error, WIRE_FAULT_PIN, retkind,
                    "the SIM asks for a PIN: set `pin` of this modem");
    if (strlen(pin) > 8 || strspn(pin, "0123456789") != strlen(pin))
        return fail(error, WIRE_FAULT_PIN, retkind, "`pin` of this modem is not 4 to 8 digits");
    if (!mark_pin(task, retkind, error))
        return false;
    g_autofree char *command = g_strdup_printf("AT+CPIN=\"%s\"", pin);
    struct result result;
    if (question(line, command, SLOW_MS, NULL, &result))
        return wait_for_pin(line, task, retkind, error);
    if (result.final == RESULT_HANG_UP)
        return fail(error, WIRE_FAULT_DEVICE, retkind, "the tty went away at the PIN");
    if (result.final == RESULT_NO_ANSWER) /* the SIM may be open all the same: the next one looks */
        return fail(error, WIRE_FAULT_SILENT, retkind, "the modem gave no answer to the PIN");
    return fail(error, WIRE_FAULT_PIN, retkind,
                "the SIM refused the PIN; it is not tried again: correct `pin` of this modem");
}

static bool prepare_card(struct line *line, const struct probe_task *task,
                         enum wire_fault_kind *retkind, GError **error)
{
    switch (wait_for_card(line)) {
    case CARD_READY:
        settle_mark(line, task);
        return true;
    case CARD_UNKNOWN: /* modems without the command, or with a lock that does not concern SMS */
        return true;
    case CARD_PIN:
        return enter_pin(line, task, retkind, error);
    case CARD_PUK:
        return fail(error, WIRE_FAULT_PUK, retkind,
                    "the SIM is blocked and asks for its PUK: unblock it in a phone");
    case CARD_BUSY:
        return fail(error, WIRE_FAULT_BUSY, retkind, "the SIM stays busy");
    case CARD_NONE:
        return fail(error, WIRE_FAULT_SIM, retkind, "there is no SIM, or it does not work");
    }
    g_assert_not_reached();
}

/* ---- notifications ---- */

/* Modems on Qualcomm chips offer mode 2 and refuse it: 1 is tried next. Who does not even refuse is
 * not asked twenty times. */
static bool route(struct line *line, const char *offer, int32_t messages)
{
    static const int32_t modes[] = {2, 1, 3, 0}, reports[] = {1, 2, 0}, buffers[] = {0, 1};
    if (offer != NULL && !field_allows(offer, 1, messages))
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
        if (offer != NULL && !field_allows(offer, 0, modes[i]))
            continue;
        for (size_t k = 0; k < G_N_ELEMENTS(reports); k++) {
            if (offer != NULL && !field_allows(offer, 3, reports[k]))
                continue;
            bool keep = offer != NULL && !field_allows(offer, 4, buffers[0]) &&
                        field_allows(offer, 4, buffers[1]);
            g_autofree char *command =
                g_strdup_printf("AT+CNMI=%d,%d,0,%d,%d", modes[i], messages, reports[k], keep);
            struct result result;
            if (question(line, command, USUAL_MS, NULL, &result) ||
                result.final == RESULT_NO_ANSWER)
                return result.final == RESULT_OK;
        }
    }
    return false;
}

/* Incoming messages into a store, with a pointer to us; reports straight to us, because few modems
 * can store them. Where there is no pointer, rather into the store in silence than straight to us:
 * what is pushed lies nowhere until it is stored here. */
static bool set_notifications(struct line *line)
{
    g_autofree char *offer = ask_for(line, "AT+CNMI=?", "+CNMI", USUAL_MS);
    if (route(line, offer, 1) || ask(line, "AT+CNMI=1,1", USUAL_MS))
        return true;
    route(line, offer, 0);
    return false;
}

static void set_radio_on(struct line *line)
{
    g_autofree char *level = ask_for(line, "AT+CFUN?", "+CFUN", USUAL_MS);
    if (level != NULL && field_number(level, 0, 1) != 1)
        ask(line, "AT+CFUN=1", SLOW_MS);
}

/* The card is ready before its SMS are: some modems refuse all about them for 20 s more. */
static void wait_for_messages(struct line *line)
{
    static const char *const questions[] = {"AT+CPMS?", "AT+CSCA?"};
    unsigned try = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(questions); i++) {
        struct result result = {0};
        while (!question(line, questions[i], USUAL_MS, NULL, &result) && try++ < SIM_TRIES &&
               !is_lost(line) &&
               (result_is_busy(&result) || (result.final == RESULT_CMS && result.code == 302)))
            g_usleep(SIM_PAUSE_MS * 1000);
    }
}

/* A menu that an earlier worker could not close any more: with it open some modems refuse whatever
 * has to do with SMS, the PDU mode too. Who knows no USSD says so, or nothing. */
static void close_menu(struct line *line)
{
    ask(line, "AT+CUSD=2", WAKE_MS);
}

/* A modem that ceased to answer halfway was not the reason for what failed last. */
static bool set_up(struct line *line, const struct probe_task *task, enum wire_fault_kind *retkind,
                   GError **error)
{
    line_forget_restarts(line); /* some boot when they are opened */
    ask(line, "ATE1", QUICK_MS);
    ask(line, "AT+CMEE=1", QUICK_MS);
    close_menu(line);
    set_radio_on(line);
    if (!prepare_card(line, task, retkind, error))
        return false;
    wait_for_messages(line);
    ask(line, "AT+CSCS=\"GSM\"", QUICK_MS);
    ask(line, "AT+CSMS=0", USUAL_MS); /* else pushed reports would want an acknowledgement */
    if (!ask(line, "AT+CMGF=0", USUAL_MS))
        return fail(error, WIRE_FAULT_INTERNAL, retkind,
                    "the modem has no PDU mode for SMS, which Loa needs");
    if (!set_notifications(line))
        log_warn("modem", "notifications=refused detail=\"stores are listed from time to time\"");
    return true;
}

static bool prepare(struct line *line, const struct probe_task *task, enum wire_fault_kind *retkind,
                    GError **error)
{
    g_autoptr(GError) problem = NULL;
    bool done = set_up(line, task, retkind, &problem);
    if (!done)
        wake(line, 0); /* what looked like a refusal may have been silence */
    if (line_hung_up(line))
        return fail(error, WIRE_FAULT_DEVICE, retkind, "the tty went away");
    if (line_is_silent(line))
        return fail(error, WIRE_FAULT_SILENT, retkind,
                    "the modem ceased to answer while it was set up");
    if (!done)
        g_propagate_error(error, g_steal_pointer(&problem));
    return done;
}

bool probe_open(struct line *line, const struct probe_task *task, enum wire_fault_kind *retkind,
                GError **error)
{
    bool gently = task->flight != NULL && flight_is_submitting(task->flight);
    if (task->reset && !restart(line, task->imei, retkind, error))
        return false;
    if (!wake_up(line, gently, retkind, error) ||
        (task->imei != NULL && !check_imei(line, task->imei, retkind, error)))
        return false;
    if (task->imei != NULL) /* it was a search until here */
        line_set_patience(line, PATIENCE_MS);
    return prepare(line, task, retkind, error);
}

bool probe_settled(struct line *line)
{
    g_autofree char *mode = ask_for(line, "AT+CMGF?", "+CMGF", QUICK_MS);
    g_autofree char *routing = ask_for(line, "AT+CNMI?", "+CNMI", QUICK_MS);
    return field_number(mode, 0, 0) == 0 && field_number(routing, 1, 1) != 0;
}

/* ---- who it is ---- */

/* libgammu asks these again when it starts, and gives up where it gets no answer. */
static char *ask_maker(struct line *line, const char *command, const char *otherwise)
{
    char *text = ask_bare(line, command, otherwise, QUICK_MS);
    line_know(line, command, text[0] != '\0' ? text : "unknown");
    return text;
}

void probe_identify(struct line *line, struct probe_identity *retidentity)
{
    retidentity->imei = ask_bare(line, "AT+CGSN", "AT+GSN", USUAL_MS);
    retidentity->imsi = ask_bare(line, "AT+CIMI", NULL, USUAL_MS);
    retidentity->manufacturer = ask_maker(line, "AT+CGMI", "AT+GMI");
    retidentity->model = ask_maker(line, "AT+CGMM", "AT+GMM");
    retidentity->firmware = ask_maker(line, "AT+CGMR", "AT+GMR");
    g_autofree char *centre = ask_for(line, "AT+CSCA?", "+CSCA", USUAL_MS);
    retidentity->smsc = field_phone(centre, 0);
    if (retidentity->smsc == NULL)
        retidentity->smsc = g_strdup("");
    /* 145: international, 3GPP TS 24.008 §10.5.4.7; the sign is often left out. */
    if (retidentity->smsc[0] != '\0' && retidentity->smsc[0] != '+' &&
        field_number(centre, 1, 0) == 145) {
        char *number = g_strconcat("+", retidentity->smsc, NULL);
        g_free(retidentity->smsc);
        retidentity->smsc = number;
    }
}

void probe_identity_clear(struct probe_identity *identity)
{
    g_free(identity->imei);
    g_free(identity->imsi);
    g_free(identity->manufacturer);
    g_free(identity->model);
    g_free(identity->firmware);
    g_free(identity->smsc);
    *identity = (struct probe_identity){0};
}

/* ---- how it does ---- */

static int32_t signal_percent(struct line *line)
{
    g_autofree char *quality = ask_for(line, "AT+CSQ", "+CSQ", USUAL_MS);
    int32_t level = field_number(quality, 0, 99);
    return level >= 0 && level <= 31 ? level * 100 / 31 : -1;
}

/* "+CREG: <n>,<stat>,…" when asked; a few leave <n> out. */
static uint8_t read_registration(struct line *line, const char *command, const char *name)
{
    g_autofree char *state = ask_for(line, command, name, USUAL_MS);
    int32_t status = field_number(state, 1, field_number(state, 0, 255));
    return status >= 0 && status < 255 ? (uint8_t)status : 255;
}

/* On LTE alone +CREG may stay at "not registered" while +CEREG knows better. */
static uint8_t registration(struct line *line)
{
    uint8_t status = read_registration(line, "AT+CREG?", "+CREG");
    if (status == 1 || status == 5)
        return status;
    uint8_t packet = read_registration(line, "AT+CEREG?", "+CEREG");
    return packet == 1 || packet == 5 ? packet : status;
}

/* False when it is no use to go on asking: some modems do not even refuse. */
static bool read_operator(struct line *line, const char *format, char **text)
{
    struct result result;
    if (!question(line, format, USUAL_MS, NULL, &result))
        return result.final != RESULT_NO_ANSWER;
    g_autofree char *current = ask_for(line, "AT+COPS?", "+COPS", SLOW_MS);
    char *name = current != NULL ? field_text(current, 2) : NULL;
    g_free(*text);
    *text = name != NULL ? name : g_strdup("");
    return true;
}

/* The three stores in a row, each with its name, what is in it and what fits. */
static void read_storage(struct line *line, struct probe_health *health)
{
    g_autofree char *stores = ask_for(line, "AT+CPMS?", "+CPMS", USUAL_MS);
    health->storage_used = health->storage_size = -1;
    for (unsigned i = 0; stores != NULL && i < 9; i += 3) {
        g_autofree char *name = field_text(stores, i);
        if (g_strcmp0(name, "SM") != 0)
            continue;
        health->storage_used = field_number(stores, i + 1, -1);
        health->storage_size = field_number(stores, i + 2, -1);
        return;
    }
}

void probe_health(struct line *line, bool network, struct probe_health *health)
{
    health->signal_percent = signal_percent(line);
    health->registration = registration(line);
    read_storage(line, health);
    if (!network)
        return;
    if (read_operator(line, "AT+COPS=3,2", &health->operator_code))
        read_operator(line, "AT+COPS=3,0", &health->operator_name);
}

void probe_health_clear(struct probe_health *health)
{
    g_clear_pointer(&health->operator_code, g_free);
    g_clear_pointer(&health->operator_name, g_free);
}
