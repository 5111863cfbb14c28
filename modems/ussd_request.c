// SPDX-License-Identifier: GPL-2.0-or-later
/* Modems differ in how they want a code written (facts of many: as it is, as UCS-2 in hexadecimal
 * while AT+CSCS says so, as packed septets in hexadecimal), and a form that is not theirs is
 * refused at once. Only after such a refusal another is tried: an error that comes late, or that
 * speaks of the network or the card, may be the network's answer, and a card for topping up must
 * not go twice. A modem that takes a form that it does not mean sends rubbish on the air; so the
 * one which it was known to take comes first, and Huawei's, which read any hexadecimal digits as
 * septets, are not given UCS-2 before those. */
#include "modems/ussd_request.h"

#include <string.h>

enum {
    TAKE_MS = 5000,    /* most say OK at once, a few once the network has answered */
    REFUSAL_MS = 3000, /* after that an error may be the network's */
    CHARSET_MS = 3000,
};

enum manner {
    MANNER_USUAL,   /* AT+CUSD=1,"…",15 */
    MANNER_MODE,    /* the same, after AT^USSDMODE=0 */
    MANNER_NO_DCS,  /* AT+CUSD=1,"…" */
    MANNER_DIALLED, /* ATDT…; as old Siemens want it */
};

struct ussd_request_way {
    enum ussd_form form;
    enum manner manner;
};

static const struct ussd_request_way most_modems[] = {
    {USSD_PLAIN, MANNER_USUAL},  {USSD_UCS2, MANNER_USUAL}, {USSD_PACKED, MANNER_USUAL},
    {USSD_PLAIN, MANNER_NO_DCS}, {USSD_PLAIN, MANNER_MODE}, {USSD_PLAIN, MANNER_DIALLED},
};

static const struct ussd_request_way huaweis[] = {
    {USSD_PLAIN, MANNER_USUAL}, {USSD_PLAIN, MANNER_MODE},   {USSD_PACKED, MANNER_USUAL},
    {USSD_UCS2, MANNER_USUAL},  {USSD_PLAIN, MANNER_NO_DCS}, {USSD_PLAIN, MANNER_DIALLED},
};

/* ---- one way ---- */

static bool is_ascii(const char *text)
{
    while (*text > 0 && *text < 0x7F)
        text++;
    return *text == '\0';
}

/* NULL where this way cannot write it. */
static char *command_of(const struct ussd_request_way *way, const char *text)
{
    if (way->form == USSD_PLAIN && !is_ascii(text))
        return NULL;
    if (way->manner == MANNER_DIALLED) {
        bool code = g_str_has_suffix(text, "#") && strspn(text, "0123456789*#") == strlen(text);
        return code ? g_strdup_printf("ATDT%s;", text) : NULL;
    }
    int dcs = 0;
    g_autofree char *written = ussd_text_write(text, way->form, &dcs);
    if (written == NULL)
        return NULL;
    return way->manner == MANNER_NO_DCS ? g_strdup_printf("AT+CUSD=1,\"%s\"", written)
                                        : g_strdup_printf("AT+CUSD=1,\"%s\",%d", written, dcs);
}

static void set_charset(struct ussd_request *request, bool wide)
{
    if (request->wide == wide)
        return;
    const char *command = wide ? "AT+CSCS=\"UCS2\"" : "AT+CSCS=\"GSM\"";
    if (line_ask(request->line, command, CHARSET_MS, NULL, NULL))
        request->wide = wide;
}

void ussd_request_put_back(struct ussd_request *request)
{
    set_charset(request, false);
}

/* False: the modem has no such mode, or it was set before. */
static bool set_mode(struct ussd_request *request)
{
    if (request->mode_tried)
        return false;
    request->mode_tried = true;
    return line_ask(request->line, "AT^USSDMODE=0", CHARSET_MS, NULL, NULL);
}

/* Whether the modem itself does not like how it was written; else the network may have spoken. Few
 * say that there is no network (30) when they mean this: one that never took any code is given the
 * doubt. */
static bool is_of_form(const struct ussd_request *request, int64_t took_ms)
{
    const struct result *result = &request->result;
    static const int32_t cme[] = {3, 4, 24, 25, 26, 27, 50, 100, 260};
    static const int32_t cms[] = {302, 303, 304, 305, 500};
    static const char *const words[] = {"invalid", "incorrect", "param", "support", "syntax"};
    if (took_ms > REFUSAL_MS)
        return false;
    if (result->final == RESULT_CME && result->code == 30)
        return request->way == NULL && !request->once;
    for (size_t i = 0; result->final == RESULT_CME && i < G_N_ELEMENTS(cme); i++) {
        if (cme[i] == result->code)
            return true;
    }
    for (size_t i = 0; result->final == RESULT_CMS && i < G_N_ELEMENTS(cms); i++) {
        if (cms[i] == result->code)
            return true;
    }
    g_autofree char *spelled = g_ascii_strdown(result->line, -1);
    for (size_t i = 0; result->code < 0 && i < G_N_ELEMENTS(words); i++) {
        if (strstr(spelled, words[i]) != NULL)
            return true;
    }
    return result->final == RESULT_ERROR;
}

/* `retagain`: refused for its form. */
static enum ussd_request_outcome try_way(struct ussd_request *request,
                                         const struct ussd_request_way *way, const char *text,
                                         bool *retagain)
{
    g_autofree char *command = command_of(way, text);
    *retagain = true;
    if (command == NULL)
        return USSD_REQUEST_UNWRITABLE;
    if (way->manner == MANNER_MODE && way != request->way && !set_mode(request))
        return USSD_REQUEST_REFUSED;
    set_charset(request, way->form == USSD_UCS2);
    request->asked_at = g_get_monotonic_time();
    bool taken = line_ask(request->line, command, TAKE_MS, NULL, &request->result);
    int64_t took = (g_get_monotonic_time() - request->asked_at) / 1000;
    *retagain = !taken && is_of_form(request, took);
    if (taken || request->result.final == RESULT_NO_ANSWER)
        request->way = way;
    if (taken)
        return USSD_REQUEST_TAKEN;
    return request->result.final == RESULT_NO_ANSWER ? USSD_REQUEST_UNSETTLED
                                                     : USSD_REQUEST_REFUSED;
}

/* ---- all ways ---- */

enum { WAYS = G_N_ELEMENTS(most_modems), TRIES = WAYS + 2 };

/* What was taken before, by this worker or an earlier one, comes first. */
static unsigned order_ways(const struct ussd_request *request, enum ussd_form known,
                           const struct ussd_request_way *ways[TRIES])
{
    const struct ussd_request_way *all = request->is_huawei ? huaweis : most_modems;
    unsigned count = 0;
    if (request->way != NULL && (known == USSD_UNKNOWN || known == request->way->form))
        ways[count++] = request->way;
    for (unsigned i = 0; i < WAYS; i++) {
        if (all[i].form == known && all[i].manner == MANNER_USUAL && request->way != &all[i])
            ways[count++] = &all[i];
    }
    unsigned first = count;
    for (unsigned i = 0; i < WAYS; i++) {
        bool before = false;
        for (unsigned k = 0; k < first; k++)
            before |= ways[k] == &all[i];
        if (!before)
            ways[count++] = &all[i];
    }
    return count;
}

enum ussd_request_outcome ussd_request_dial(struct ussd_request *request, const char *text,
                                            enum ussd_form known, enum ussd_form *retform)
{
    const struct ussd_request_way *ways[TRIES];
    unsigned count = order_ways(request, known, ways);
    enum ussd_request_outcome outcome = USSD_REQUEST_UNWRITABLE;
    bool again = true;
    for (unsigned i = 0; i < count && again; i++) {
        enum ussd_request_outcome this = try_way(request, ways[i], text, &again);
        if (this != USSD_REQUEST_UNWRITABLE)
            outcome = this;
        *retform = ways[i]->form;
    }
    return outcome;
}

enum ussd_request_outcome ussd_request_answer(struct ussd_request *request, const char *text)
{
    static const struct ussd_request_way plain = {USSD_PLAIN, MANNER_USUAL};
    static const struct ussd_request_way wide = {USSD_UCS2, MANNER_USUAL};
    const struct ussd_request_way *dialled = request->way;
    bool again = false, spoken = dialled == NULL || dialled->manner == MANNER_DIALLED;
    const struct ussd_request_way *way = spoken ? &plain : dialled; /* a call answers no menu */
    enum ussd_request_outcome outcome = try_way(request, way, text, &again);
    if (outcome == USSD_REQUEST_UNWRITABLE) /* words with diacritics */
        outcome = try_way(request, &wide, text, &again);
    request->way = dialled; /* the next code goes as the last one did */
    return outcome;
}
