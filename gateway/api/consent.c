// SPDX-License-Identifier: GPL-2.0-or-later
/* The ledger of consent over HTTP, what a number refuses now, and what people say about it
 * elsewhere than by SMS. Numbers are masked, unless one was asked for; they never stand in the path
 * of a change, which is logged. */
#include "campaigns/consent.h"

#include "campaigns/phone.h"
#include "campaigns/store/campaign.h"
#include "campaigns/store/contact.h"
#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"

enum { PAGE = 100, PAGE_MAX = 1000 };

/* False after the request was answered. */
static bool read_phone(struct api_request *request, const char *written, struct phone *retphone,
                       int64_t *retcontact, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    struct contact_row contact = {0};
    enum phone_verdict verdict = PHONE_EMPTY;
    if (written == NULL || !phone_read(written, retphone, &verdict)) {
        problem_answer(response, 422, "phone must be a mobile number: %s",
                       phone_verdict_sentence(written == NULL ? PHONE_EMPTY : verdict));
        return false;
    }
    if (!store_contact_find(request->store, retphone->e164, &contact, &error)) {
        problem_from_error(response, error);
        return false;
    }
    if (contact.id == 0) {
        problem_answer(response, 404, "nobody here has that number; see: loa person find");
        return false;
    }
    *retcontact = contact.id;
    return true;
}

static json_t *ledger_json(const struct api_request *request, const struct ledger_row *row,
                           bool shown)
{
    struct phone phone = {0};
    char masked[PHONE_SIZE];
    g_strlcpy(phone.e164, row->phone == NULL ? "" : row->phone, sizeof phone.e164);
    const char *number = row->phone == NULL ? NULL
                         : shown            ? row->phone
                                            : phone_mask(&phone, masked);
    return json_pack("{sI so so so so so so so so so so}", "id", (json_int_t)row->id, "at",
                     json_time(request, row->at), "event", json_text(row->event), "organisation",
                     json_text(row->organisation), "phone", json_text(number), "name",
                     json_text(row->name), "campaign", json_text(row->campaign), "text",
                     json_text(row->text), "reply",
                     row->reply_id == 0 ? json_null() : json_integer(row->reply_id), "by",
                     json_text(row->by), "reason", json_text(row->reason));
}

static bool read_filter(struct api_request *request, struct ledger_filter *filter,
                        struct api_response *response)
{
    static const char *const events[] = {"opted-out", "opted-in", "exempted",
                                         "exported",  "erased",   NULL};
    const char *phone = request_query(request, "phone");
    const char *campaign = request_query(request, "campaign");
    int64_t limit = PAGE;
    int event = -1;
    struct phone number = {0};
    if (!request_choice(request, "event", events, -1, response, &event) ||
        !request_integer(request, "before", 0, 0, INT64_MAX, response, &filter->before) ||
        !request_integer(request, "limit", PAGE, 1, PAGE_MAX, response, &limit) ||
        (phone != NULL && !read_phone(request, phone, &number, &filter->contact_id, response)))
        return false;
    filter->limit = (unsigned)limit;
    filter->event = event < 0 ? NULL : events[event];
    if (campaign == NULL)
        return true;
    g_autoptr(GError) error = NULL;
    struct campaign_row *row = store_campaign_find(request->store, campaign, &error);
    if (row == NULL)
        problem_from_error(response, error);
    else
        filter->campaign_id = row->id;
    campaign_row_free(row);
    return error == NULL;
}

void api_consent_list(struct api_request *request, struct api_response *response)
{
    struct ledger_filter filter = {0};
    if (!read_filter(request, &filter, response))
        return;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = store_consent_list(request->store, &filter, &error);
    if (rows == NULL) {
        problem_from_error(response, error);
        return;
    }
    json_t *list = json_array();
    for (unsigned i = 0; i < rows->len; i++)
        json_array_append_new(list, ledger_json(request, rows->pdata[i], filter.contact_id != 0));
    const struct ledger_row *last = rows->len == filter.limit ? rows->pdata[rows->len - 1] : NULL;
    response_json(response, 200,
                  json_pack("{so so}", "consent", list, "next",
                            last != NULL ? json_integer(last->id) : json_null()));
}

static void answer_state(struct api_request *request, const struct phone *phone, int64_t contact_id,
                         struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) refusals = store_consent_refusals(request->store, contact_id, &error);
    if (refusals == NULL) {
        problem_from_error(response, error);
        return;
    }
    json_t *list = json_array();
    for (unsigned i = 0; i < refusals->len; i++) {
        const struct refusal_row *row = refusals->pdata[i];
        json_array_append_new(list,
                              json_pack("{so so}", "organisation", json_text(row->organisation),
                                        "since", json_time(request, row->at)));
    }
    response_json(response, 200,
                  json_pack("{so so}", "phone", json_text(phone->e164), "refuses", list));
}

void api_consent_state(struct api_request *request, struct api_response *response)
{
    struct phone phone = {0};
    int64_t contact_id = 0;
    if (read_phone(request, request_query(request, "phone"), &phone, &contact_id, response))
        answer_state(request, &phone, contact_id, response);
}

void api_consent_change(struct api_request *request, struct api_response *response)
{
    static const char *const known[] = {"phone", "organisation", "by", "reason", NULL};
    json_t *body = request_object(request, known, response);
    if (body == NULL)
        return;
    g_autoptr(GError) error = NULL;
    struct phone phone = {0};
    struct consent_word word = {
        .organisation = json_string_value(json_object_get(body, "organisation")),
        .by = request_by(request, json_string_value(json_object_get(body, "by"))),
        .reason = json_string_value(json_object_get(body, "reason")),
        .now = request->now,
    };
    bool refuse = request->argument == CONSENT_CHANGE_REFUSE;
    if (word.reason == NULL || *word.reason == '\0')
        problem_answer(response, 422, "reason is missing: say how this became known");
    else if (!read_phone(request, json_string_value(json_object_get(body, "phone")), &phone,
                         &word.contact_id, response))
        ; /* answered */
    else if (refuse ? consent_refuse_told(request->store, &word, &error)
                    : consent_restore_told(request->store, &word, &error))
        answer_state(request, &phone, word.contact_id, response);
    else
        problem_from_error(response, error);
    request->changed = true;
    json_decref(body);
}
