// SPDX-License-Identifier: GPL-2.0-or-later
/* Answers over HTTP: those in force, every version of one voice, and what was said elsewhere. */
#include "campaigns/store/answer.h"

#include "campaigns/answer.h"
#include "campaigns/phone.h"
#include "campaigns/store/contact.h"
#include "gateway/api/campaign.h"
#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"

#include <string.h>

enum { PAGE = 100, PAGE_MAX = 1000 };

static json_t *id_json(int64_t id)
{
    return id != 0 ? json_integer(id) : json_null();
}

/* An answer that came with a restricted opinion is shown, but not with which words. */
static json_t *answer_json(const struct api_request *request, const struct answer_row *row)
{
    json_t *json = json_pack("{sI so so so so so}", "id", (json_int_t)row->id, "question",
                             json_text(row->question), "code", json_text(row->code), "said",
                             json_text(row->said), "at", json_time(request, row->at), "recorded_at",
                             json_time(request, row->recorded_at));
    json_object_set_new(json, "in_force", json_boolean(row->superseded_by == 0));
    json_object_set_new(json, "by", json_text(row->by));
    json_object_set_new(json, "reason", json_text(row->reason));
    json_object_set_new(json, "reply_id", id_json(row->withheld ? 0 : row->reply_id));
    const char *way = row->by_ussd ? "ussd" : "sms";
    json_object_set_new(json, "way", json_text(row->reply_id != 0 ? way : NULL));
    json_object_set_new(json, "contact_id", id_json(row->contact_id));
    json_object_set_new(json, "person_id", id_json(row->person_id));
    json_object_set_new(json, "phone", json_text(row->phone));
    json_object_set_new(json, "person", json_text(row->person_name));
    json_object_set_new(json, "unit", json_text(row->unit_name));
    return json;
}

static json_t *answers_json(const struct api_request *request, const GPtrArray *rows)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < rows->len; i++)
        json_array_append_new(list, answer_json(request, rows->pdata[i]));
    return list;
}

static int64_t find_campaign(struct api_request *request, struct api_response *response)
{
    struct campaign_row *row = api_campaign_find(request, response);
    int64_t id = row != NULL ? row->id : 0;
    campaign_row_free(row);
    return id;
}

void api_answer_list(struct api_request *request, struct api_response *response)
{
    int64_t limit = PAGE;
    struct answer_filter filter = {.question = request_query(request, "question")};
    if (!request_integer(request, "after", 0, 0, INT64_MAX, response, &filter.after) ||
        !request_integer(request, "limit", PAGE, 1, PAGE_MAX, response, &limit))
        return;
    filter.campaign_id = find_campaign(request, response);
    filter.limit = (unsigned)limit;
    if (filter.campaign_id == 0)
        return;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = store_answer_list(request->store, &filter, &error);
    if (rows == NULL) {
        problem_from_error(response, error);
        return;
    }
    json_t *next = json_null();
    if (rows->len == filter.limit)
        next = json_integer(((const struct answer_row *)rows->pdata[rows->len - 1])->id);
    response_json(response, 200,
                  json_pack("{so so}", "answers", answers_json(request, rows), "next", next));
}

/* ---- whose ---- */

static bool find_phone(struct api_request *request, struct api_response *response,
                       const char *written, int64_t *retcontact)
{
    struct phone phone;
    struct contact_row contact = {0};
    g_autoptr(GError) error = NULL;
    if (!phone_read_sender(written, &phone)) {
        problem_answer(response, 422, "\"%s\" is no telephone number", written);
        return false;
    }
    if (!store_contact_find(request->store, phone.e164, &contact, &error)) {
        problem_from_error(response, error);
        return false;
    }
    if (contact.id == 0)
        problem_answer(response, 404, "%s is in no roster", phone.e164);
    *retcontact = contact.id;
    return contact.id != 0;
}

/* One of phone and person. */
static bool find_voice(struct api_request *request, struct api_response *response,
                       const char *phone, const char *person, struct answer_voice *voice)
{
    guint64 id = 0;
    if ((phone == NULL) == (person == NULL)) {
        problem_answer(response, 422, "say whose answer it is: either phone or person");
        return false;
    }
    if (phone != NULL)
        return find_phone(request, response, phone, &voice->contact_id);
    if (!g_ascii_string_to_unsigned(person, 10, 1, G_MAXINT64, &id, NULL)) {
        problem_answer(response, 422, "person must be the number of a person, as loa shows it");
        return false;
    }
    voice->person_id = (int64_t)id;
    return true;
}

static void answer_history(struct api_request *request, const struct answer_voice *voice,
                           unsigned status, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = store_answer_versions(request->store, voice, &error);
    json_t *list = rows != NULL ? json_array() : NULL;
    for (unsigned i = 0; list != NULL && i < rows->len; i++) {
        const struct answer_row *row = rows->pdata[i];
        json_t *json = answer_json(request, row);
        json_object_set_new(json, "text", json_text(row->withheld ? NULL : row->text));
        json_array_append_new(list, json);
    }
    if (list != NULL)
        response_json(response, status, json_pack("{so}", "versions", list));
    else
        problem_from_error(response, error);
}

void api_answer_history(struct api_request *request, struct api_response *response)
{
    struct answer_voice voice = {0};
    voice.campaign_id = find_campaign(request, response);
    if (voice.campaign_id != 0 && find_voice(request, response, request_query(request, "phone"),
                                             request_query(request, "person"), &voice))
        answer_history(request, &voice, 200, response);
}

/* ---- said elsewhere ---- */

/* "2024-06-18T09:30:00+07:00", or local time without the offset. NULL: now. */
static bool read_moment(const struct api_request *request, struct api_response *response,
                        const char *text, int64_t *retat)
{
    *retat = request->now;
    if (text == NULL)
        return true;
    g_autofree char *moment = g_strdelimit(g_strdup(text), " ", 'T');
    g_autofree char *timed = strchr(moment, 'T') != NULL && strlen(moment) == 16
                                 ? g_strconcat(moment, ":00", NULL)
                                 : g_strdup(moment);
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(timed, request->zone);
    if (time == NULL) {
        problem_answer(response, 422, "at: \"%s\" is no time as \"2024-06-18 09:30\"", text);
        return false;
    }
    *retat = g_date_time_to_unix(time) * 1000;
    return true;
}

static void record(struct api_request *request, const struct answer_voice *voice,
                   struct answer_record *said, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    struct campaign_terms terms = campaign_terms_of(request->config);
    struct campaign_book *book = campaign_book_new(request->store, &terms);
    said->campaign_id = voice->campaign_id;
    said->contact_id = voice->contact_id;
    said->person_id = voice->person_id;
    said->now = request->now;
    if (answer_record(request->store, book, said, &error)) {
        request->changed = true;
        answer_history(request, voice, 201, response);
    } else {
        problem_from_error(response, error);
    }
    campaign_book_free(book);
}

static const char *member(const json_t *body, const char *name)
{
    return json_string_value(json_object_get(body, name));
}

void api_answer_record(struct api_request *request, struct api_response *response)
{
    static const char *const known[] = {"code", "phone", "person", "by", "reason", "at", NULL};
    struct answer_voice voice = {0};
    voice.campaign_id = find_campaign(request, response);
    if (voice.campaign_id == 0)
        return;
    json_t *body = request_object(request, known, response);
    if (body == NULL)
        return;
    struct answer_record said = {
        .code = member(body, "code"), .by = member(body, "by"), .reason = member(body, "reason")};
    if (said.code == NULL || said.code[0] == '\0')
        problem_answer(response, 422,
                       "code is missing: \"1\", \"bc=81 35420\", \"nghe=1,3; du=2\", or \"-\" for "
                       "no answer");
    else if (find_voice(request, response, member(body, "phone"), member(body, "person"), &voice) &&
             read_moment(request, response, member(body, "at"), &said.at))
        record(request, &voice, &said, response);
    json_decref(body);
}
