// SPDX-License-Identifier: GPL-2.0-or-later
/* Replies over HTTP: what came in, what waits for a person, and the person's decision. */
#include "campaigns/store/reply.h"

#include "campaigns/answer.h"
#include "campaigns/store/answer.h"
#include "gateway/api/campaign.h"
#include "gateway/api/handlers.h"
#include "gateway/api/office.h"
#include "gateway/api/problem.h"

enum { PAGE = 100, PAGE_MAX = 1000 };

/* Of a restricted opinion nothing is shown that tells what it says or who wrote it. */
static json_t *reply_json(const struct api_request *request, const struct reply_row *row)
{
    bool open = row->withheld == NULL;
    json_t *json =
        json_pack("{sI so so so so so so so}", "id", (json_int_t)row->id, "received_at",
                  json_time(request, row->received_at), "sent_at", json_time(request, row->sent_at),
                  "modem", json_text(row->modem), "sender", json_text(open ? row->sender : ""),
                  "text", api_office_text(request, row->withheld, row->text), "outcome",
                  json_text(row->outcome), "rule", json_text(row->rule));
    json_object_set_new(json, "by", json_string(row->session_id != 0 ? "ussd" : "sms"));
    json_object_set_new(json, "withheld", json_boolean(!open));
    json_object_set_new(json, "normalised", json_text(open ? row->normalised : ""));
    json_object_set_new(json, "campaign", json_text(row->campaign_code));
    json_object_set_new(json, "person", json_text(open ? row->person_name : NULL));
    json_object_set_new(json, "unit", json_text(open ? row->unit_name : NULL));
    json_object_set_new(json, "answer", json_text(open ? row->answer : NULL));
    json_object_set_new(json, "look", json_text(row->look));
    json_object_set_new(json, "settled_at", json_time(request, row->settled_at));
    json_object_set_new(json, "settled_by", json_text(row->settled_by));
    return json;
}

/* The parameter `campaign` as a number, 0 where it is not there. */
static bool read_campaign(struct api_request *request, struct api_response *response,
                          int64_t *retid)
{
    request->id = request_query(request, "campaign");
    if (request->id == NULL)
        return true;
    struct campaign_row *row = api_campaign_find(request, response);
    if (row == NULL)
        return false;
    *retid = row->id;
    campaign_row_free(row);
    return true;
}

void api_reply_list(struct api_request *request, struct api_response *response)
{
    struct reply_filter filter = {0};
    bool waiting = false;
    int64_t limit = PAGE;
    if (!request_flag(request, "waiting", response, &waiting) ||
        !request_integer(request, "after", 0, 0, INT64_MAX, response, &filter.after) ||
        !request_integer(request, "limit", PAGE, 1, PAGE_MAX, response, &limit) ||
        !read_campaign(request, response, &filter.campaign_id))
        return;
    filter.limit = (unsigned)limit;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = waiting ? store_reply_inbox(request->store, &filter, &error)
                                        : store_reply_list(request->store, &filter, &error);
    if (rows == NULL) {
        problem_from_error(response, error);
        return;
    }
    json_t *list = json_array(), *next = json_null();
    for (unsigned i = 0; i < rows->len; i++)
        json_array_append_new(list, reply_json(request, g_ptr_array_index(rows, i)));
    if (rows->len == filter.limit) {
        const struct reply_row *last = g_ptr_array_index(rows, rows->len - 1);
        next = json_integer(last->id);
    }
    response_json(response, 200, json_pack("{so so}", "replies", list, "next", next));
}

/* Who may have written it: the decision may be for one of them. */
static json_t *voices_json(const GPtrArray *voices)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < voices->len; i++) {
        const struct answer_person *voice = voices->pdata[i];
        json_array_append_new(list, json_pack("{sI ss so so}", "id", (json_int_t)voice->id, "name",
                                              voice->name, "unit", json_text(voice->unit_name),
                                              "answer", json_text(voice->answer)));
    }
    return list;
}

static void answer_reply(struct api_request *request, int64_t id, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    struct reply_row *row = store_reply_get(request->store, id, &error);
    g_autoptr(GPtrArray) voices =
        row == NULL
            ? NULL
            : store_answer_persons(request->store, row->campaign_id, row->contact_id, id, &error);
    if (voices != NULL) {
        json_t *json = reply_json(request, row);
        bool open = row->withheld == NULL;
        json_object_set_new(json, "persons", open ? voices_json(voices) : json_array());
        response_json(response, 200, json);
    } else {
        problem_from_error(response, error);
    }
    reply_row_free(row);
}

void api_reply_show(struct api_request *request, struct api_response *response)
{
    int64_t id = 0;
    if (request_row(request, response, &id))
        answer_reply(request, id, response);
}

static void settle(struct api_request *request, const struct answer_decision *decision,
                   struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    struct campaign_terms terms = campaign_terms_of(request->config);
    struct campaign_book *book = campaign_book_new(request->store, &terms);
    if (answer_settle(request->store, book, decision, &error)) {
        request->changed = true;
        answer_reply(request, decision->reply_id, response);
    } else {
        problem_from_error(response, error);
    }
    campaign_book_free(book);
}

void api_reply_settle(struct api_request *request, struct api_response *response)
{
    static const char *const known[] = {"code", "person", "by", "reason", NULL};
    int64_t id = 0;
    guint64 person_id = 0;
    if (!request_row(request, response, &id))
        return;
    json_t *body = request_object(request, known, response);
    if (body == NULL)
        return;
    const char *by = json_string_value(json_object_get(body, "by"));
    const char *person = json_string_value(json_object_get(body, "person"));
    bool known_person =
        person == NULL || g_ascii_string_to_unsigned(person, 10, 1, G_MAXINT64, &person_id, NULL);
    struct answer_decision decision = {.reply_id = id,
                                       .person_id = (int64_t)person_id,
                                       .code = json_string_value(json_object_get(body, "code")),
                                       .by = request_by(request, by),
                                       .reason = json_string_value(json_object_get(body, "reason")),
                                       .now = request->now};
    if (decision.code == NULL || decision.code[0] == '\0')
        problem_answer(response, 422,
                       "code is missing: \"1\", \"bc=81 35420\", \"nghe=1,3; du=2\", or \"-\" for "
                       "nothing");
    else if (!known_person)
        problem_answer(response, 422, "person must be one of the persons that the reply shows");
    else
        settle(request, &decision, response);
    json_decref(body);
}
