// SPDX-License-Identifier: GPL-2.0-or-later
/* USSD dialogues over HTTP. A dialogue is a row at once, and goes on in the gateway's loop: who
 * wants to know what came of it asks for the row. */
#include "gateway/api/ussd.h"

#include "campaigns/parts.h"
#include "campaigns/store/modem.h"
#include "campaigns/store/ussd.h"
#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"
#include "modems/ussd_dialogue.h"

#include <inttypes.h>
#include <string.h>

enum {
    PAGE = 100,
    PAGE_MAX = 1000,
    OPEN_MAX = 8, /* with one modem: each may have it for minutes, and messages wait for all */
    RETRY_S = 60,
    /* 160 octets (3GPP TS 24.080), and the 182 septets that fit into them */
    GSM7_MAX = 182,
    UCS2_MAX = 91,
};

static bool is_open(const struct ussd_row *row)
{
    enum ussd_state state = USSD_STATE_IDLE;
    return ussd_state_from_name(row->state, &state) && !ussd_state_is_end(state);
}

static json_t *row_json(const struct api_request *request, const struct ussd_row *row)
{
    json_t *json = json_pack("{sI so so ss ss sb so so}", "id", (json_int_t)row->id, "modem",
                             json_text(row->modem), "imsi", json_text(row->imsi), "purpose",
                             row->purpose, "state", row->state, "open", is_open(row) ? 1 : 0, "by",
                             json_text(row->by), "cause", json_text(row->cause));
    json_object_set_new(json, "created_at", json_time(request, row->created_at));
    json_object_set_new(json, "state_at", json_time(request, row->state_at));
    json_object_set_new(json, "code", json_text(row->code));
    json_object_set_new(json, "text", json_text(row->text));
    return json;
}

static json_t *steps_json(const struct api_request *request, const GPtrArray *steps)
{
    json_t *list = json_array();
    for (guint i = 0; i < steps->len; i++) {
        const struct ussd_step *step = g_ptr_array_index(steps, i);
        json_array_append_new(
            list, json_pack("{so ss so so so so}", "at", json_time(request, step->at), "direction",
                            step->received ? "received" : "sent", "text", json_text(step->text),
                            "raw", json_text(step->received ? step->raw : NULL), "dcs",
                            step->dcs >= 0 ? json_integer(step->dcs) : json_null(), "status",
                            step->status >= 0 ? json_integer(step->status) : json_null()));
    }
    return list;
}

/* ---- looking ---- */

void api_ussd_list(struct api_request *request, struct api_response *response)
{
    static const char *const purposes[] = {"person",   "balance", "number",  "bundle",
                                           "register", "topup",   "network", NULL};
    enum { ANY = -1 };
    int purpose = ANY;
    int64_t before = 0, limit = PAGE;
    if (!request_choice(request, "purpose", purposes, ANY, response, &purpose) ||
        !request_integer(request, "before", 0, 0, INT64_MAX, response, &before) ||
        !request_integer(request, "limit", PAGE, 1, PAGE_MAX, response, &limit))
        return;
    g_autoptr(GError) error = NULL;
    const struct ussd_filter filter = {.modem = request_query(request, "modem"),
                                       .purpose = purpose == ANY ? NULL : purposes[purpose],
                                       .before_id = before,
                                       .limit = (unsigned)limit};
    g_autoptr(GPtrArray) rows = store_ussd_list(request->store, &filter, &error);
    if (rows == NULL) {
        problem_from_error(response, error);
        return;
    }
    json_t *list = json_array();
    for (guint i = 0; i < rows->len; i++)
        json_array_append_new(list, row_json(request, g_ptr_array_index(rows, i)));
    const struct ussd_row *last =
        rows->len == limit ? g_ptr_array_index(rows, rows->len - 1) : NULL;
    response_json(response, 200,
                  json_pack("{so so}", "dialogues", list, "next",
                            last != NULL ? json_integer(last->id) : json_null()));
}

/* The row that the path names; NULL when the request is answered. */
static struct ussd_row *find_row(const struct api_request *request, struct api_response *response)
{
    int64_t id = 0;
    g_autoptr(GError) error = NULL;
    if (!request_row(request, response, &id))
        return NULL;
    struct ussd_row *row = store_ussd_get(request->store, id, &error);
    if (row == NULL)
        problem_from_error(response, error);
    return row;
}

void api_ussd_show(struct api_request *request, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    struct ussd_row *row = find_row(request, response);
    if (row == NULL)
        return;
    g_autoptr(GPtrArray) steps = store_ussd_steps(request->store, row->id, &error);
    if (steps != NULL) {
        json_t *json = row_json(request, row);
        json_object_set_new(json, "steps", steps_json(request, steps));
        response_json(response, 200, json);
    } else {
        problem_from_error(response, error);
    }
    ussd_row_free(row);
}

bool api_ussd_open_json(const struct api_request *request, const char *modem, json_t **retjson,
                        GError **error)
{
    struct ussd_row *row = NULL;
    if (!store_ussd_open(request->store, modem, &row, error))
        return false;
    *retjson = row != NULL ? row_json(request, row) : json_null();
    ussd_row_free(row);
    return true;
}

/* ---- doing ---- */

/* Printable, and short enough for the air. */
static bool check_text(const char *text, struct api_response *response)
{
    struct text_parts parts;
    text_parts_make(text, &parts);
    bool gsm7 = parts.coding == CODING_GSM7;
    unsigned units = parts.units, most = gsm7 ? GSM7_MAX : UCS2_MAX;
    text_parts_clear(&parts);
    bool control = false;
    for (const char *at = text; *at != '\0'; at++)
        control = control || g_ascii_iscntrl(*at);
    if (units == 0 || control)
        problem_answer(response, 422, "text must be one line of 1 to %d characters", GSM7_MAX);
    else if (units > most)
        problem_answer(response, 422,
                       "text may have %u characters%s; this one takes %u: a USSD message is no "
                       "longer",
                       most, gsm7 ? "" : " where some are not in the GSM alphabet", units);
    return units > 0 && !control && units <= most;
}

static bool check_code(const char *code, struct api_response *response)
{
    if (!check_text(code, response))
        return false;
    if (strspn(code, "0123456789*#") == strlen(code))
        return true;
    problem_answer(response, 422,
                   "\"%.40s\" is no USSD code: a code has digits, * and # only, as *101#", code);
    return false;
}

/* {"text", "by"} and what else is `known`; NULL when the request is answered. */
static json_t *read_body(const struct api_request *request, const char *const *known,
                         struct api_response *response)
{
    json_t *body = request_object(request, known, response);
    if (body == NULL || json_object_get(body, "text") != NULL)
        return body;
    json_decref(body);
    problem_answer(response, 422, "the member \"text\" is missing");
    return NULL;
}

static const char *member(const json_t *body, const char *name)
{
    return json_string_value(json_object_get(body, name));
}

static bool state_is_hopeless(enum modem_state state)
{
    return state == MODEM_ABSENT || state == MODEM_SICK || state == MODEM_FAULTY;
}

/* One that is just being opened is waited for. */
static bool check_modem(const struct api_request *request, struct api_response *response)
{
    g_autoptr(GPtrArray) modems = NULL;
    g_autoptr(GError) error = NULL;
    if (gateway_config_modem(request->config, request->id) == NULL) {
        problem_answer(response, 404, "there is no modem \"%.60s\" in the configuration",
                       request->id);
        return false;
    }
    if (!store_modem_list(request->store, &modems, &error)) {
        problem_from_error(response, error);
        return false;
    }
    for (guint i = 0; i < modems->len; i++) {
        const struct modem *modem = g_ptr_array_index(modems, i);
        if (strcmp(modem->name, request->id) != 0 || !state_is_hopeless(modem->state))
            continue;
        problem_answer(response, 409, "%s does not work now: it is %s%s%s", modem->name,
                       modem_state_name(modem->state), modem->reason[0] != '\0' ? ": " : "",
                       modem->reason);
        return false;
    }
    return true;
}

static bool check_queue(const struct api_request *request, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    int64_t open = 0;
    if (!store_ussd_count_open(request->store, request->id, &open, &error)) {
        problem_from_error(response, error);
        return false;
    }
    if (open < OPEN_MAX)
        return true;
    problem_answer(response, 429,
                   "%" PRId64 " dialogues have %s or wait for it: no more before one of them is "
                   "over",
                   open, request->id);
    response->retry_s = RETRY_S;
    return false;
}

static void begin(struct api_request *request, const json_t *body, bool secret,
                  struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    const char *by = request_by(request, member(body, "by"));
    const struct ussd_wish wish = {request->id, "person", by, request->now};
    int64_t id = 0;
    if (!store_ussd_new(request->store, &wish, &id, &error)) {
        problem_from_error(response, error);
        return;
    }
    request->order = api_order_new(API_ORDER_USSD, request->id, id, member(body, "text"), by);
    request->order->secret = secret;
    response_json(response, 202, json_pack("{sI}", "dialogue", (json_int_t)id));
}

void api_ussd_dial(struct api_request *request, struct api_response *response)
{
    static const char *const known[] = {"text", "by", "secret", NULL};
    bool secret = false;
    json_t *body = read_body(request, known, response);
    if (body == NULL)
        return;
    if (request_member_flag(body, "secret", response, &secret) &&
        check_code(member(body, "text"), response) && check_modem(request, response) &&
        check_queue(request, response))
        begin(request, body, secret, response);
    json_decref(body);
}

/* 409 where it cannot be answered. */
static bool check_menu(const struct ussd_row *row, struct api_response *response)
{
    if (!is_open(row))
        problem_answer(response, 409, "dialogue %" PRId64 " is over: %s%s%s", row->id, row->state,
                       row->cause[0] != '\0' ? ", " : "", row->cause);
    else if (strcmp(row->purpose, "person") != 0)
        problem_answer(response, 409,
                       "dialogue %" PRId64 " is led by the gateway itself; it can be cancelled",
                       row->id);
    else if (strcmp(row->state, ussd_state_name(USSD_STATE_MENU_OPEN)) != 0)
        problem_answer(response, 409, "dialogue %" PRId64 " has no open menu: it is %s", row->id,
                       row->state);
    else
        return true;
    return false;
}

/* Takes over `row`. */
static void pass_on(struct api_request *request, enum api_order_kind kind, struct ussd_row *row,
                    const json_t *body, struct api_response *response)
{
    request->order = api_order_new(kind, row->modem, row->id, member(body, "text"),
                                   request_by(request, member(body, "by")));
    response_json(response, 202, json_pack("{sI}", "dialogue", (json_int_t)row->id));
    ussd_row_free(row);
}

void api_ussd_answer(struct api_request *request, struct api_response *response)
{
    static const char *const known[] = {"text", "by", NULL};
    json_t *body = read_body(request, known, response);
    if (body == NULL)
        return;
    struct ussd_row *row =
        check_text(member(body, "text"), response) ? find_row(request, response) : NULL;
    if (row != NULL && check_menu(row, response))
        pass_on(request, API_ORDER_USSD_ANSWER, g_steal_pointer(&row), body, response);
    ussd_row_free(row);
    json_decref(body);
}

void api_ussd_cancel(struct api_request *request, struct api_response *response)
{
    static const char *const known[] = {"by", NULL};
    json_t *body = request_object(request, known, response);
    if (body == NULL)
        return;
    struct ussd_row *row = find_row(request, response);
    if (row != NULL && !is_open(row))
        problem_answer(response, 409, "dialogue %" PRId64 " is over: %s%s%s", row->id, row->state,
                       row->cause[0] != '\0' ? ", " : "", row->cause);
    else if (row != NULL)
        pass_on(request, API_ORDER_USSD_CANCEL, g_steal_pointer(&row), body, response);
    ussd_row_free(row);
    json_decref(body);
}
