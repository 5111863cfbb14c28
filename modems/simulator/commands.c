// SPDX-License-Identifier: GPL-2.0-or-later
/* The general commands of the simulated modem: identity, PIN, registration, character sets, USSD.
 * A row says which forms a command has; what is in no row gets ERROR, as on a real modem. */
#include "modems/simulator/commands.h"

#include <stdio.h>
#include <string.h>

#include "modems/simulator/mobile.h"
#include "modems/simulator/network.h"
#include "modems/simulator/pdu.h"
#include "modems/simulator/service.h"

static const struct outcome ok = {OUTCOME_OK, 0};
static const struct outcome error = {OUTCOME_ERROR, 0};

static struct outcome accept(struct mobile *mobile, const struct request *request)
{
    (void)mobile;
    (void)request;
    return ok;
}

static struct outcome set_echo(struct mobile *mobile, const struct request *request)
{
    mobile->settings.echo = request->kind == REQUEST_SET && strcmp(request->arguments, "0") != 0;
    return ok;
}

static struct outcome set_verbose(struct mobile *mobile, const struct request *request)
{
    (void)mobile; /* numeric results (V0) are not spoken */
    return request->kind == REQUEST_SET && strcmp(request->arguments, "1") == 0 ? ok : error;
}

static struct outcome reset(struct mobile *mobile, const struct request *request)
{
    (void)request;
    mobile->settings.echo = mobile->behaviour.echo == 1;
    mobile->settings.errors = 0;
    memset(mobile->settings.notify, 0, sizeof mobile->settings.notify);
    return ok;
}

static struct outcome tell_identity(struct mobile *mobile, const struct request *request)
{
    const struct modem_behaviour *behaviour = &mobile->behaviour;
    if (request->kind == REQUEST_SET && strcmp(request->arguments, "0") != 0) {
        mobile_reply(mobile, "%s", behaviour->model);
        return ok;
    }
    mobile_reply(mobile, "Manufacturer: %s\r\nModel: %s\r\nRevision: %s\r\nIMEI: %s",
                 behaviour->manufacturer, behaviour->model, behaviour->revision, mobile->imei);
    return ok;
}

static struct outcome tell_word(struct mobile *mobile, const struct request *request)
{
    const struct {
        const char *names, *word;
    } words[] = {
        {"+CGMI +GMI", mobile->behaviour.manufacturer},
        {"+CGMM +GMM", mobile->behaviour.model},
        {"+CGMR +GMR", mobile->behaviour.revision},
        {"+CGSN +GSN", mobile->imei},
        {"+CIMI", mobile->imsi},
        {"+GCAP", "+GCAP: +CGSM"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (strstr(words[i].names, request->name)) {
            mobile_reply(mobile, "%s", words[i].word);
            return ok;
        }
    return error;
}

static struct outcome tell_card(struct mobile *mobile, const struct request *request)
{
    mobile_reply(mobile, "%s: %s", request->name, mobile->iccid);
    return ok;
}

static struct outcome tell_number(struct mobile *mobile, const struct request *request)
{
    (void)request;
    mobile_reply(mobile, "+CNUM: \"\",\"%s\",145", mobile->number);
    return ok;
}

static struct outcome run_pin(struct mobile *mobile, const struct request *request)
{
    if (request->kind == REQUEST_READ) {
        mobile_reply(mobile, "+CPIN: %s",
                     mobile->pin_open    ? "READY"
                     : mobile->pin_tries ? "SIM PIN"
                                         : "SIM PUK");
        return ok;
    }
    if (mobile->pin_open)
        return (struct outcome){OUTCOME_CME, 3};
    if (mobile->pin_tries == 0)
        return (struct outcome){OUTCOME_CME, 12};
    g_auto(GStrv) arguments = request_arguments(request);
    if (strcmp(arguments[0], mobile->behaviour.pin) != 0) {
        mobile->pin_tries--;
        return (struct outcome){OUTCOME_CME, mobile->pin_tries ? 16 : 12};
    }
    mobile->pin_open = true;
    mobile->pin_tries = 3;
    mobile->busy_until = g_get_monotonic_time() + mobile->behaviour.busy_ms * 1000;
    network_drain_soon(mobile);
    return ok;
}

static struct outcome run_function(struct mobile *mobile, const struct request *request)
{
    g_auto(GStrv) arguments = request_arguments(request);
    if (request->kind == REQUEST_READ) {
        mobile_reply(mobile, "+CFUN: 1");
        return ok;
    }
    int function = request_number(arguments, 0, 1);
    if (function < 0)
        return error;
    if (request_number(arguments, 1, 0) != 1)
        return ok;
    mobile_result(mobile, ok);
    mobile_restart(mobile);
    return (struct outcome){OUTCOME_LATER, 0};
}

static struct outcome set_errors(struct mobile *mobile, const struct request *request)
{
    g_auto(GStrv) arguments = request_arguments(request);
    int errors = request_number(arguments, 0, 0);
    if (request->kind == REQUEST_READ)
        mobile_reply(mobile, "+CMEE: %d", mobile->settings.errors);
    else if (errors < 0 || errors > 2)
        return error;
    else
        mobile->settings.errors = errors;
    return ok;
}

static struct outcome run_charset(struct mobile *mobile, const struct request *request)
{
    g_auto(GStrv) known = g_strsplit(mobile->behaviour.charsets, ",", -1);
    if (request->kind == REQUEST_TEST) {
        g_autofree char *list = g_strjoinv("\",\"", known);
        mobile_reply(mobile, "+CSCS: (\"%s\")", list);
        return ok;
    }
    if (request->kind == REQUEST_READ) {
        mobile_reply(mobile, "+CSCS: \"%s\"", charset_name(mobile->settings.charset));
        return ok;
    }
    g_auto(GStrv) arguments = request_arguments(request);
    for (int i = 0; i < CHARSET_COUNT; i++)
        if (g_ascii_strcasecmp(arguments[0], charset_name((enum charset)i)) == 0 &&
            g_strv_contains((const char *const *)known, charset_name((enum charset)i))) {
            mobile->settings.charset = (enum charset)i;
            return ok;
        }
    return error;
}

static struct outcome run_registration(struct mobile *mobile, const struct request *request)
{
    struct mobile_settings *settings = &mobile->settings;
    int *urc = strcmp(request->name, "+CREG") == 0    ? &settings->registration_urc
               : strcmp(request->name, "+CGREG") == 0 ? &settings->packet_urc
                                                      : &settings->lte_urc;
    g_auto(GStrv) arguments = request_arguments(request);
    int wanted = request_number(arguments, 0, 0);
    int state = (int)mobile->behaviour.registration;
    if (request->kind == REQUEST_SET) {
        if (wanted < 0 || wanted > 2)
            return error;
        *urc = wanted;
    } else if (*urc == 2 && (state == 1 || state == 5)) {
        mobile_reply(mobile, "%s: 2,%d,\"1A2B\",\"00C3D4E%u\",7", request->name, state,
                     mobile->index % 10);
    } else {
        mobile_reply(mobile, "%s: %d,%d", request->name, *urc, state);
    }
    return ok;
}

static struct outcome run_operator(struct mobile *mobile, const struct request *request)
{
    const struct modem_behaviour *behaviour = &mobile->behaviour;
    bool found = behaviour->registration == 1 || behaviour->registration == 5;
    int format = mobile->settings.operator_format;
    if (request->kind == REQUEST_TEST) {
        mobile_reply(mobile, "+COPS: (2,\"%s\",\"%s\",\"%s\",7),,(0,1,3,4),(0,1,2)",
                     behaviour->operator_name, behaviour->operator_name, behaviour->operator_code);
    } else if (request->kind == REQUEST_READ && found) {
        mobile_reply(mobile, "+COPS: 0,%d,\"%s\",7", format,
                     format == 2 ? behaviour->operator_code : behaviour->operator_name);
    } else if (request->kind == REQUEST_READ) {
        mobile_reply(mobile, "+COPS: 0");
    } else {
        g_auto(GStrv) arguments = request_arguments(request);
        int wanted = request_number(arguments, 1, format);
        if (request_number(arguments, 0, 0) < 0 || wanted < 0 || wanted > 2)
            return error;
        mobile->settings.operator_format = wanted;
    }
    return ok;
}

/* Rows of plain answers to a question. */
static struct outcome tell_state(struct mobile *mobile, const struct request *request)
{
    bool found = mobile->behaviour.registration == 1 || mobile->behaviour.registration == 5;
    if (strcmp(request->name, "+CSQ") == 0)
        mobile_reply(mobile, "+CSQ: %d,%d", (int)mobile->behaviour.signal,
                     mobile->behaviour.signal == 99 ? 99 : 0);
    else if (strcmp(request->name, "+CBC") == 0)
        mobile_reply(mobile, "+CBC: 0,80");
    else if (strcmp(request->name, "+CPAS") == 0)
        mobile_reply(mobile, "+CPAS: 0");
    else if (strcmp(request->name, "+CGATT") == 0 && request->kind == REQUEST_READ)
        mobile_reply(mobile, "+CGATT: %d", found);
    else if (strcmp(request->name, "+CLIP") == 0 && request->kind == REQUEST_READ)
        mobile_reply(mobile, "+CLIP: 0,1");
    return ok;
}

static struct outcome tell_clock(struct mobile *mobile, const struct request *request)
{
    char stamp[24];
    struct pdu_stamp now = network_now(mobile->network);
    pdu_stamp_text(&now, stamp);
    if (request->kind == REQUEST_READ)
        mobile_reply(mobile, "+CCLK: \"%s\"", stamp);
    return ok;
}

static struct outcome run_ussd(struct mobile *mobile, const struct request *request)
{
    g_auto(GStrv) arguments = request_arguments(request);
    int wanted = request_number(arguments, 0, 0);
    if (request->kind == REQUEST_READ) {
        mobile_reply(mobile, "+CUSD: %d", mobile->settings.ussd_urc);
        return ok;
    }
    if (wanted < 0 || wanted > 2)
        return error;
    if (wanted == 2)
        service_cancel(mobile->service);
    else
        mobile->settings.ussd_urc = wanted;
    if (wanted == 2 || g_strv_length(arguments) < 2)
        return ok;
    return service_dial(mobile->service, arguments[1]);
}

/* Of some makes: whether USSD goes through as packed septets, or as text. */
static struct outcome run_ussd_mode(struct mobile *mobile, const struct request *request)
{
    g_auto(GStrv) arguments = request_arguments(request);
    int wanted = request_number(arguments, 0, -1);
    if (mobile->behaviour.ussd_mode == USSD_MODE_NONE)
        return error;
    if (request->kind == REQUEST_TEST)
        mobile_reply(mobile, "^USSDMODE: (0-1)");
    else if (request->kind == REQUEST_READ)
        mobile_reply(mobile, "^USSDMODE: %d", mobile->settings.ussd_packed);
    else if (wanted < 0 || wanted > 1)
        return error;
    else
        mobile->settings.ussd_packed = wanted == 1;
    return ok;
}

enum {
    RUN = FORM(RUN),
    READ = FORM(READ),
    TEST = FORM(TEST),
    SET = FORM(SET),
    ANY = FORM(RUN) | FORM(READ) | FORM(SET),
};

static const struct command commands[] = {
    {"E", set_echo, NULL, RUN | SET, true},
    {"V", set_verbose, NULL, RUN | SET, true},
    {"Q", accept, NULL, RUN | SET, true},
    {"X", accept, NULL, RUN | SET, true},
    {"S0", accept, NULL, SET, true},
    {"H", accept, NULL, RUN | SET, true},
    {"I", tell_identity, NULL, RUN | SET, true},
    {"Z", reset, NULL, RUN | SET, true},
    {"&F", reset, NULL, RUN | SET, true},
    {"&C", accept, NULL, RUN | SET, true},
    {"&D", accept, NULL, RUN | SET, true},
    {"&K", accept, NULL, RUN | SET, true},
    {"&W", accept, NULL, RUN | SET, true},
    {"+CGMI", tell_word, "", RUN, true},
    {"+GMI", tell_word, "", RUN, true},
    {"+CGMM", tell_word, "", RUN, true},
    {"+GMM", tell_word, "", RUN, true},
    {"+CGMR", tell_word, "", RUN, true},
    {"+GMR", tell_word, "", RUN, true},
    {"+CGSN", tell_word, "", RUN, true},
    {"+GSN", tell_word, "", RUN, true},
    {"+GCAP", tell_word, "", RUN, true},
    {"+CIMI", tell_word, "", RUN, false},
    {"+CCID", tell_card, "", RUN | READ, false},
    {"^ICCID", tell_card, "", RUN | READ, false},
    {"+ICCID", tell_card, "", RUN | READ, false},
    {"+CNUM", tell_number, "", RUN, false},
    {"+CPIN", run_pin, "", READ | SET, true},
    {"+CFUN", run_function, "+CFUN: (0,1,4),(0,1)", READ | SET, true},
    {"+CMEE", set_errors, "+CMEE: (0-2)", READ | SET, true},
    {"+CSCS", run_charset, NULL, READ | TEST | SET, true},
    {"+CREG", run_registration, "+CREG: (0-2)", READ | SET, true},
    {"+CGREG", run_registration, "+CGREG: (0-2)", READ | SET, true},
    {"+CEREG", run_registration, "+CEREG: (0-2)", READ | SET, true},
    {"+COPS", run_operator, NULL, READ | TEST | SET, false},
    {"+CGATT", tell_state, "+CGATT: (0,1)", READ | SET, false},
    {"+CSQ", tell_state, "+CSQ: (0-31,99),(0-7,99)", RUN, true},
    {"+CBC", tell_state, "+CBC: (0-3),(0-100)", RUN, true},
    {"+CPAS", tell_state, "+CPAS: (0,3,4)", RUN, true},
    {"+CLIP", tell_state, "+CLIP: (0,1)", READ | SET, false},
    {"+CCLK", tell_clock, "", READ | SET, true},
    {"+CUSD", run_ussd, "+CUSD: (0-2)", READ | SET, false},
    {"+CRC", accept, "+CRC: (0,1)", SET, true},
    {"+CCWA", accept, "+CCWA: (0,1)", SET, false},
    {"+COLP", accept, "+COLP: (0,1)", SET, false},
    {"+CHUP", accept, NULL, RUN, true},
    {"+CTZR", accept, "+CTZR: (0,1)", SET, true},
    {"+CTZU", accept, "+CTZU: (0,1)", SET, true},
    {"+IFC", accept, "+IFC: (0-2),(0-2)", SET, true},
    {"+IPR", accept, "+IPR: (0,115200)", SET, true},
    {"^CURC", accept, "^CURC: (0,1)", SET, true},
    {"^USSDMODE", run_ussd_mode, NULL, READ | TEST | SET, true},
    {"^PORTSEL", accept, "^PORTSEL: (0,1)", SET, true},
    {NULL},
};

static const struct command *find(const struct command *list, const char *name)
{
    for (; list->name; list++)
        if (strcmp(list->name, name) == 0)
            return list;
    return NULL;
}

/* While it reads its card a modem refuses all that concerns it, even the question for the PIN. */
static bool is_busy(const struct mobile *mobile, const struct command *command)
{
    bool card = !command->free || strcmp(command->name, "+CPIN") == 0;
    return card && g_get_monotonic_time() < mobile->busy_until;
}

static struct outcome run(struct mobile *mobile, const struct request *request)
{
    const struct command *sms = find(commands_sms, request->name);
    const struct command *command = sms ? sms : find(commands, request->name);
    if (!command)
        return error;
    if (request->kind == REQUEST_TEST && command->test) {
        if (*command->test)
            mobile_reply(mobile, "%s", command->test);
        return ok;
    }
    if (!(command->forms & 1u << request->kind))
        return error;
    if (is_busy(mobile, command)) {
        struct outcome busy = error;
        behaviour_outcome(mobile->behaviour.busy_code, &busy);
        return busy;
    }
    if (!mobile->pin_open && !command->free)
        return sms ? (struct outcome){OUTCOME_CMS, mobile->pin_tries ? 311 : 316}
                   : (struct outcome){OUTCOME_CME, mobile->pin_tries ? 11 : 12};
    return command->run(mobile, request);
}

void commands_line(struct mobile *mobile, const char *line)
{
    if (g_ascii_strncasecmp(line, "AT", 2) != 0) {
        if (*line)
            mobile_result(mobile, error);
        return;
    }
    const char *cursor = line + 2;
    struct outcome outcome = ok;
    while (outcome.kind == OUTCOME_OK && *cursor) {
        struct request request;
        outcome = request_read(&cursor, &request) ? run(mobile, &request) : error;
        g_free(request.arguments);
    }
    mobile_result(mobile, outcome);
}
