// SPDX-License-Identifier: GPL-2.0-or-later
/* The message commands of TS 27.005, in PDU mode and, for hand use, in text mode. Slots are those
 * of the memories that AT+CPMS names: the first for reading, the third for what arrives. */
#include "modems/simulator/commands.h"

#include <string.h>

#include "modems/simulator/mobile.h"
#include "modems/simulator/network.h"

enum { CMS_INVALID_PDU = 304, CMS_INVALID_TEXT = 305, CMS_INVALID_INDEX = 321 };

static const struct outcome ok = {OUTCOME_OK, 0};
static const struct outcome error = {OUTCOME_ERROR, 0};

static struct outcome cms(int code)
{
    return (struct outcome){OUTCOME_CMS, code};
}

static struct outcome accept(struct mobile *mobile, const struct request *request)
{
    (void)mobile;
    (void)request;
    return ok;
}

/* Commands that hold one number: where it lies, its name for the answer, its greatest value. */
static struct outcome hold_number(struct mobile *mobile, const struct request *request, int *number,
                                  int greatest)
{
    if (request->kind == REQUEST_READ) {
        mobile_reply(mobile, "%s: %d", request->name, *number);
        return ok;
    }
    g_auto(GStrv) arguments = request_arguments(request);
    int wanted = request_number(arguments, 0, 0);
    if (wanted < 0 || wanted > greatest)
        return error;
    *number = wanted;
    return ok;
}

static struct outcome run_format(struct mobile *mobile, const struct request *request)
{
    int format = mobile->settings.text_mode;
    struct outcome outcome = hold_number(mobile, request, &format, 1);
    mobile->settings.text_mode = format == 1;
    return outcome;
}

static struct outcome run_detail(struct mobile *mobile, const struct request *request)
{
    int detail = mobile->settings.text_detail;
    struct outcome outcome = hold_number(mobile, request, &detail, 1);
    mobile->settings.text_detail = detail == 1;
    return outcome;
}

static struct outcome run_service(struct mobile *mobile, const struct request *request)
{
    g_auto(GStrv) arguments = request_arguments(request);
    int wanted = request_number(arguments, 0, 0);
    if (request->kind == REQUEST_READ) {
        mobile_reply(mobile, "+CSMS: %d,1,1,1", mobile->settings.service);
        return ok;
    }
    if (wanted < 0 || wanted > 1)
        return error;
    mobile->settings.service = wanted;
    mobile_reply(mobile, "+CSMS: 1,1,1");
    return ok;
}

static struct outcome run_centre(struct mobile *mobile, const struct request *request)
{
    if (request->kind == REQUEST_READ) {
        mobile_reply(mobile, "+CSCA: \"%s\",%d", mobile->smsc, *mobile->smsc == '+' ? 145 : 129);
        return ok;
    }
    g_auto(GStrv) arguments = request_arguments(request);
    if (strlen(arguments[0]) >= sizeof mobile->smsc)
        return error;
    g_strlcpy(mobile->smsc, arguments[0], sizeof mobile->smsc);
    return ok;
}

static struct outcome run_memories(struct mobile *mobile, const struct request *request)
{
    g_autoptr(GString) line = g_string_new("+CPMS: ");
    if (request->kind == REQUEST_SET) {
        g_auto(GStrv) arguments = request_arguments(request);
        int memory[3];
        for (unsigned i = 0; i < 3; i++) {
            bool given = i < g_strv_length(arguments) && *arguments[i];
            memory[i] = given ? mobile_store(mobile, arguments[i]) : mobile->settings.memory[i];
            if (memory[i] < 0)
                return cms(302);
        }
        memcpy(mobile->settings.memory, memory, sizeof memory);
    }
    for (unsigned i = 0; i < 3; i++) {
        const struct slots *slots = &mobile->stores[mobile->settings.memory[i]];
        if (request->kind == REQUEST_READ)
            g_string_append_printf(line, "\"%s\",", slots->name);
        g_string_append_printf(line, "%u,%u%s", slots->used, slots->size, i < 2 ? "," : "");
    }
    mobile_reply(mobile, "%s", line->str);
    if (request->kind == REQUEST_SET)
        network_drain_soon(mobile);
    return ok;
}

static struct outcome run_notify(struct mobile *mobile, const struct request *request)
{
    static const int greatest[5] = {2, 3, 2, 2, 1};
    int *notify = mobile->settings.notify;
    if (request->kind == REQUEST_READ) {
        mobile_reply(mobile, "+CNMI: %d,%d,%d,%d,%d", notify[0], notify[1], notify[2], notify[3],
                     notify[4]);
        return ok;
    }
    g_auto(GStrv) arguments = request_arguments(request);
    int wanted[5];
    for (unsigned i = 0; i < 5; i++) {
        wanted[i] = request_number(arguments, i, 0);
        if (wanted[i] < 0 || wanted[i] > greatest[i])
            return cms(303);
    }
    memcpy(notify, wanted, sizeof wanted);
    network_drain_soon(mobile);
    return ok;
}

static const char *status_words(const struct message *message)
{
    return message->read ? "REC READ" : "REC UNREAD";
}

/* Behind "+CMGL: 3," or "+CMGR: ". */
static void add_message(const struct mobile *mobile, GString *reply, const struct message *message)
{
    if (!mobile->settings.text_mode) {
        g_string_append_printf(reply, "%d,,%zu\r\n%s", message->read, message->octets,
                               message->pdu);
        return;
    }
    char stamp[24];
    pdu_stamp_text(&message->at, stamp);
    g_autofree char *from = charset_write(mobile->settings.charset, message->from);
    g_autofree char *text =
        charset_write(mobile->settings.charset, message->text ? message->text : "");
    if (message->report)
        g_string_append_printf(reply, "\"%s\",6,%u,\"%s\",145,\"%s\",\"%s\",%u",
                               status_words(message), message->reference, from, stamp, stamp,
                               message->status);
    else
        g_string_append_printf(reply, "\"%s\",\"%s\",,\"%s\"\r\n%s", status_words(message), from,
                               stamp, text);
}

/* What AT+CMGL is asked for: 0 unread, 1 read, 2 and 3 own messages (there are none), 4 all. */
static int listing(const struct mobile *mobile, char **arguments)
{
    static const char *const words[] = {"REC UNREAD", "REC READ", "STO UNSENT", "STO SENT", "ALL"};
    if (!mobile->settings.text_mode)
        return request_number(arguments, 0, 0);
    for (int i = 0; i < (int)G_N_ELEMENTS(words); i++)
        if (g_ascii_strcasecmp(words[i], arguments[0]) == 0)
            return i;
    return *arguments[0] ? -1 : 0;
}

/* Modems differ in what they say where nothing lies. */
static struct outcome empty(const char *code)
{
    struct outcome outcome = ok;
    behaviour_outcome(code, &outcome);
    return outcome.kind == OUTCOME_BARE ? ok : outcome;
}

static struct outcome list_messages(struct mobile *mobile, const struct request *request)
{
    g_auto(GStrv) arguments = request_arguments(request);
    int wanted = listing(mobile, arguments);
    if (wanted < 0 || wanted > 4)
        return cms(302);
    struct slots *slots = &mobile->stores[mobile->settings.memory[0]];
    g_autoptr(GString) reply = g_string_new("");
    for (unsigned number = slots->first; number < slots->first + slots->size; number++) {
        struct message *message = slots_get(slots, (int)number);
        if (!message || (wanted != 4 && wanted != message->read))
            continue;
        g_string_append_printf(reply, "%s+CMGL: %u,", reply->len ? "" : "\r\n", number);
        add_message(mobile, reply, message);
        g_string_append(reply, "\r\n");
        message->read = true;
    }
    if (slots->used == 0)
        return empty(mobile->behaviour.empty_list);
    mobile_raw(mobile, reply->str);
    return ok;
}

static struct outcome read_message(struct mobile *mobile, const struct request *request)
{
    g_auto(GStrv) arguments = request_arguments(request);
    struct slots *slots = &mobile->stores[mobile->settings.memory[0]];
    struct message *message = slots_get(slots, request_number(arguments, 0, -1));
    if (!message)
        return empty(mobile->behaviour.empty_slot);
    g_autoptr(GString) reply = g_string_new("+CMGR: ");
    add_message(mobile, reply, message);
    mobile_reply(mobile, "%s", reply->str);
    message->read = true;
    return ok;
}

static struct outcome delete_messages(struct mobile *mobile, const struct request *request)
{
    struct slots *slots = &mobile->stores[mobile->settings.memory[0]];
    if (request->kind == REQUEST_TEST) {
        g_autoptr(GString) list = g_string_new("+CMGD: (");
        for (unsigned number = slots->first; number < slots->first + slots->size; number++)
            if (slots_get(slots, (int)number))
                g_string_append_printf(list, "%u,", number);
        if (list->str[list->len - 1] == ',')
            g_string_truncate(list, list->len - 1);
        mobile_reply(mobile, "%s),(0-4)", list->str);
        return ok;
    }
    g_auto(GStrv) arguments = request_arguments(request);
    int number = request_number(arguments, 0, -1), flag = request_number(arguments, 1, 0);
    if (number < 0 || flag < 0 || flag > 4)
        return error;
    if (flag > 0)
        slots_delete_all(slots, flag < 4);
    else if (number < (int)slots->first || number >= (int)(slots->first + slots->size))
        return cms(CMS_INVALID_INDEX);
    else
        slots_delete(slots, number); /* an empty slot is deleted with OK, as on most modems */
    network_drain_soon(mobile);
    return ok;
}

static struct outcome begin_submission(struct mobile *mobile, const struct request *request)
{
    g_auto(GStrv) arguments = request_arguments(request);
    mobile->entry_octets = 0;
    if (mobile->settings.text_mode) {
        g_autofree char *to = charset_read(mobile->settings.charset, arguments[0]);
        if (!to || !*to || strspn(to, "+0123456789*#") != strlen(to) || strlen(to) > 21)
            return cms(CMS_INVALID_TEXT);
        g_strlcpy(mobile->entry_to, to, sizeof mobile->entry_to);
    } else {
        mobile->entry_octets = request_number(arguments, 0, -1);
        if (mobile->entry_octets < 7 || mobile->entry_octets > 176)
            return cms(CMS_INVALID_PDU);
    }
    mobile_prompt(mobile);
    return (struct outcome){OUTCOME_LATER, 0};
}

static struct outcome run_text_parameters(struct mobile *mobile, const struct request *request)
{
    struct mobile_settings *settings = &mobile->settings;
    if (request->kind == REQUEST_READ) {
        mobile_reply(mobile, "+CSMP: %d,%d,0,%d", settings->text_first, settings->text_validity,
                     settings->text_dcs);
        return ok;
    }
    g_auto(GStrv) arguments = request_arguments(request);
    int first = request_number(arguments, 0, settings->text_first);
    int validity = request_number(arguments, 1, settings->text_validity);
    int dcs = request_number(arguments, 3, settings->text_dcs);
    if (first < 0 || first > 255 || validity < 0 || validity > 255 || dcs < 0 || dcs > 255)
        return error;
    settings->text_first = first;
    settings->text_validity = validity;
    settings->text_dcs = dcs;
    return ok;
}

static void submit_text(struct mobile *mobile, const char *entry)
{
    g_autofree char *text = charset_read(mobile->settings.charset, entry);
    g_autoptr(GArray) pieces = text ? pdu_split(g_strdelimit(text, "\r", '\n')) : NULL;
    if (!pieces || pieces->len > 1) {
        mobile_conclude(mobile, cms(CMS_INVALID_TEXT));
        return;
    }
    struct pdu_submit submit = {
        .report = mobile->settings.text_first & 0x20,
        .validity = mobile->settings.text_validity,
        .dcs = (uint8_t)mobile->settings.text_dcs,
        .data = g_array_index(pieces, struct pdu_data, 0),
    };
    g_strlcpy(submit.to, mobile->entry_to, sizeof submit.to);
    network_submit(mobile, &submit);
}

void commands_entry(struct mobile *mobile, const char *entry)
{
    if (mobile->entry_octets == 0) {
        submit_text(mobile, entry);
        return;
    }
    const char *hex = entry + strspn(entry, " \r\n");
    size_t length = strcspn(hex, " \r\n"), octets = 0;
    struct pdu_submit submit;
    const char *fault = pdu_read_submit(hex, length, &submit, &octets);
    if (fault || octets != (size_t)mobile->entry_octets)
        network_refuse(mobile, fault ? fault : "length differs from what AT+CMGS announced",
                       cms(CMS_INVALID_PDU));
    else
        network_submit(mobile, &submit);
}

enum { RUN = FORM(RUN), READ = FORM(READ), TEST = FORM(TEST), SET = FORM(SET) };

const struct command commands_sms[] = {
    {"+CMGS", begin_submission, "", SET, false},
    {"+CMGD", delete_messages, NULL, SET | TEST, false},
    {"+CMGL", list_messages, "+CMGL: (0-4)", RUN | SET, false},
    {"+CMGR", read_message, "", SET, false},
    {"+CPMS", run_memories, "+CPMS: (\"SM\",\"ME\"),(\"SM\",\"ME\"),(\"SM\",\"ME\")", READ | SET,
     false},
    {"+CNMI", run_notify, "+CNMI: (0-2),(0-3),(0,2),(0-2),(0,1)", READ | SET, false},
    {"+CMGF", run_format, "+CMGF: (0,1)", READ | SET, false},
    {"+CNMA", accept, "+CNMA: (0-2)", RUN | SET, false},
    {"+CSCA", run_centre, "", READ | SET, false},
    {"+CSMS", run_service, "+CSMS: (0,1)", READ | SET, false},
    {"+CMMS", accept, "+CMMS: (0-2)", SET, false},
    {"+CSMP", run_text_parameters, "", READ | SET, false},
    {"+CSDH", run_detail, "+CSDH: (0,1)", READ | SET, false},
    {"+CSCB", accept, "+CSCB: (0,1)", SET, false},
    {NULL},
};
