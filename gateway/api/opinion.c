// SPDX-License-Identifier: GPL-2.0-or-later
/* The register of opinions over HTTP: lists, single opinions with their history, what people do
 * with them. Senders are hidden unless they are asked for, which is written down; what is for one
 * office alone is shown to its key alone. */
#include "campaigns/opinion.h"

#include "campaigns/day.h"
#include "campaigns/opinion_work.h"
#include "campaigns/store/opinion.h"
#include "config/values.h"
#include "gateway/api/campaign.h"
#include "gateway/api/handlers.h"
#include "gateway/api/office.h"
#include "gateway/api/problem.h"

#include <string.h>

enum { PAGE = 100, PAGE_MAX = 1000 };

/* ---- as JSON ---- */

static json_t *text_or_null(const char *text)
{
    return text != NULL && *text != '\0' ? json_text(text) : json_null();
}

static json_t *topic_json(const struct api_request *request, const struct opinion *opinion)
{
    const struct topic_config *topic = topic_find(request->config->topics, opinion->topic);
    if (*opinion->topic == '\0')
        return json_null();
    return json_pack("{so so sb}", "code", json_text(opinion->topic), "name",
                     json_text(topic != NULL ? topic->name : opinion->topic), "suggested",
                     (int)opinion->suggested);
}

static json_t *office_json(const struct api_request *request, const struct opinion *opinion)
{
    const struct office_config *office = office_find(request->config->offices, opinion->office);
    if (*opinion->office == '\0')
        return json_null();
    return json_pack("{so so sb sb}", "code", json_text(opinion->office), "name",
                     json_text(office != NULL ? office->name : opinion->office), "suggested",
                     (int)!opinion->forwarded, "has_key",
                     (int)(office != NULL && office->key != NULL));
}

static json_t *unit_json(const struct opinion *opinion)
{
    return *opinion->unit_code == '\0' ? json_null()
                                       : json_pack("{so so}", "code", json_text(opinion->unit_code),
                                                   "name", json_text(opinion->unit_name));
}

static json_t *opinion_json(const struct api_request *request, const struct opinion *opinion)
{
    json_t *json = json_pack(
        "{sI so sI so so so so so sb sb}", "id", (json_int_t)opinion->id, "campaign",
        json_text(opinion->campaign_code), "number", (json_int_t)opinion->number, "received_at",
        json_time(request, opinion->received_at), "topic", topic_json(request, opinion), "unit",
        unit_json(opinion), "office", office_json(request, opinion), "text",
        api_office_text(request, opinion->withheld ? opinion->office : NULL, opinion->text),
        "restricted", (int)opinion->restricted, "withheld", (int)opinion->withheld);
    json_object_set_new(json, "state", json_text(opinion_shown_state(opinion)));
    json_object_set_new(json, "state_at", json_time(request, opinion->state_at));
    json_object_set_new(json, "due_at", json_time(request, opinion->due_at));
    json_object_set_new(json, "answer", text_or_null(opinion->answer));
    json_object_set_new(json, "answered_at", json_time(request, opinion->answered_at));
    json_object_set_new(json, "message_state", text_or_null(opinion->message_state));
    json_object_set_new(json, "confirmed", text_or_null(opinion->confirmed));
    if (opinion->sender_phone != NULL)
        json_object_set_new(json, "sender",
                            json_pack("{so so}", "name", json_text(opinion->sender_name), "phone",
                                      json_text(opinion->sender_phone)));
    return json;
}

static json_t *history_json(const struct api_request *request, const struct opinion *opinion,
                            GError **error)
{
    g_autoptr(GPtrArray) events = opinion_history(request->store, opinion, error);
    if (events == NULL)
        return NULL;
    json_t *list = json_array();
    for (guint i = 0; i < events->len; i++) {
        const struct opinion_event_row *event = events->pdata[i];
        json_array_append_new(
            list, json_pack("{so so so so so so}", "at", json_time(request, event->at), "by",
                            json_text(event->by), "event", json_text(event->event), "from",
                            text_or_null(event->from), "to", json_text(event->to), "detail",
                            json_text(event->detail)));
    }
    return list;
}

/* ---- lists ---- */

static bool read_state(struct api_request *request, struct api_response *response,
                       struct opinion_filter *filter)
{
    const char *names[OPINION_STATES + 2] = {NULL};
    for (int i = 0; i < OPINION_STATES; i++)
        names[i] = opinion_state_name((enum opinion_state)i);
    names[OPINION_STATES] = OPINION_OVERDUE;
    if (!request_choice(request, "state", names, -1, response, &filter->state))
        return false;
    filter->overdue = filter->state == OPINION_STATES;
    if (filter->overdue)
        filter->state = -1;
    return true;
}

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

/* `rettree`, DAY_SIZE bytes, is what the filter points to: units are those of today. */
static bool read_filter(struct api_request *request, struct api_response *response, char *rettree,
                        struct opinion_filter *retfilter)
{
    int64_t limit = PAGE;
    day_of_zone(request->now, request->zone, rettree);
    *retfilter = (struct opinion_filter){.office = request_query(request, "office"),
                                         .topic = request_query(request, "topic"),
                                         .unit = request_query(request, "unit"),
                                         .tree = rettree};
    if (!read_state(request, response, retfilter) ||
        !read_campaign(request, response, &retfilter->campaign_id) ||
        !request_integer(request, "after", 0, 0, INT64_MAX, response, &retfilter->after) ||
        !request_integer(request, "limit", PAGE, 1, PAGE_MAX, response, &limit))
        return false;
    retfilter->limit = (unsigned)limit;
    return true;
}

static void answer_list(const struct api_request *request, const GPtrArray *opinions,
                        unsigned limit, struct api_response *response)
{
    json_t *list = json_array(), *next = json_null();
    for (guint i = 0; i < opinions->len; i++)
        json_array_append_new(list, opinion_json(request, opinions->pdata[i]));
    if (opinions->len == limit) {
        const struct opinion *last = opinions->pdata[opinions->len - 1];
        next = json_integer(last->id);
    }
    response_json(response, 200, json_pack("{so so}", "opinions", list, "next", next));
}

void api_opinion_list(struct api_request *request, struct api_response *response)
{
    char tree[DAY_SIZE];
    struct opinion_filter filter;
    struct opinion_reader reader = {.now = request->now};
    if (!read_filter(request, response, tree, &filter) ||
        !api_office_open(request, response, &reader.office))
        return;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) opinions = opinion_list(request->store, &filter, &reader, &error);
    if (opinions != NULL)
        answer_list(request, opinions, filter.limit, response);
    else
        problem_from_error(response, error);
}

/* ---- one, and what is done with it ---- */

/* {id} is a number, or CAMPAIGN:NUMBER. */
static bool find_id(struct api_request *request, struct api_response *response, int64_t *retid)
{
    const char *colon = strrchr(request->id, ':');
    int64_t number = 0;
    if (colon == NULL)
        return request_row(request, response, retid);
    if (!g_ascii_string_to_signed(colon + 1, 10, 1, INT64_MAX, &number, NULL)) {
        problem_answer(response, 404, "\"%.40s\" is no number of an opinion", colon + 1);
        return false;
    }
    g_autofree char *code = g_strndup(request->id, (gsize)(colon - request->id));
    request->id = code;
    struct campaign_row *row = api_campaign_find(request, response);
    request->id = NULL; /* it was ours */
    if (row == NULL)
        return false;
    g_autoptr(GError) error = NULL;
    bool found = store_opinion_find(request->store, row->id, number, retid, &error);
    campaign_row_free(row);
    if (!found)
        problem_from_error(response, error);
    return found;
}

static void answer_one(struct api_request *request, const struct opinion_task *task, bool sender,
                       struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    const struct opinion_reader reader = {task->office, request->now};
    struct opinion *opinion = opinion_get(request->store, task->id, sender, &reader, &error);
    json_t *history = opinion != NULL ? history_json(request, opinion, &error) : NULL;
    if (history != NULL) {
        json_t *json = opinion_json(request, opinion);
        json_object_set_new(json, "history", history);
        response_json(response, 200, json);
    } else {
        problem_from_error(response, error);
    }
    opinion_free(opinion);
}

void api_opinion_show(struct api_request *request, struct api_response *response)
{
    struct opinion_task task = {0};
    if (find_id(request, response, &task.id) && api_office_open(request, response, &task.office))
        answer_one(request, &task, false, response);
}

/* The task of a request with a body; NULL: it is answered. The texts are the body's. */
static json_t *open_task(struct api_request *request, const char *const *known,
                         struct api_response *response, struct opinion_task *rettask)
{
    *rettask = (struct opinion_task){.now = request->now, .config = request->config};
    if ((request->id != NULL && !find_id(request, response, &rettask->id)) ||
        !api_office_open(request, response, &rettask->office))
        return NULL;
    json_t *body = request_object(request, known, response);
    rettask->by = request_by(request, json_string_value(json_object_get(body, "by")));
    rettask->reason = json_string_value(json_object_get(body, "reason"));
    return body;
}

static void close_task(struct api_request *request, const struct opinion_task *task, bool done,
                       const GError *error, struct api_response *response)
{
    request->changed = request->changed || done;
    if (done)
        answer_one(request, task, false, response);
    else
        problem_from_error(response, error);
}

void api_opinion_step(struct api_request *request, struct api_response *response)
{
    static const char *const known[] = {"by", "reason", NULL};
    struct opinion_task task;
    json_t *body = open_task(request, known, response, &task);
    if (body == NULL)
        return;
    g_autoptr(GError) error = NULL;
    bool done =
        opinion_work_step(request->store, &task, (enum opinion_event)request->argument, &error);
    close_task(request, &task, done, error, response);
    json_decref(body);
}

void api_opinion_sender(struct api_request *request, struct api_response *response)
{
    static const char *const known[] = {"by", "reason", NULL};
    struct opinion_task task;
    json_t *body = open_task(request, known, response, &task);
    if (body == NULL)
        return;
    g_autoptr(GError) error = NULL;
    if (opinion_work_sender(request->store, &task, &error))
        answer_one(request, &task, true, response);
    else
        problem_from_error(response, error);
    json_decref(body);
}

/* "2026-12-01": to the end of that day; "10d": from now. */
static bool read_due(const struct api_request *request, const char *text,
                     struct api_response *response, int64_t *retdue)
{
    g_autofree char *sentence = NULL;
    int64_t duration = 0;
    int year = 0, month = 0, day = 0;
    if (g_regex_match_simple("^\\d{4}-\\d\\d-\\d\\d$", text, G_REGEX_DOLLAR_ENDONLY, 0) &&
        sscanf(text, "%d-%d-%d", &year, &month, &day) == 3) {
        g_autoptr(GDateTime) midnight = g_date_time_new(request->zone, year, month, day, 0, 0, 0);
        g_autoptr(GDateTime) end = midnight != NULL ? g_date_time_add_days(midnight, 1) : NULL;
        if (end != NULL) {
            *retdue = g_date_time_to_unix(end) * 1000 - 1;
            return true;
        }
    }
    if (year == 0 && value_read_duration(text, &duration, &sentence)) {
        *retdue = request->now + duration;
        return true;
    }
    problem_answer(response, 422,
                   "due must be a day such as 2026-12-01 or a time such as 10d, "
                   "not \"%.40s\"",
                   text);
    return false;
}

static bool read_assignment(const struct api_request *request, const json_t *body,
                            struct api_response *response, struct opinion_assignment *retassignment)
{
    const char *due = json_string_value(json_object_get(body, "due"));
    bool restricted = false;
    retassignment->office = json_string_value(json_object_get(body, "office"));
    retassignment->topic = json_string_value(json_object_get(body, "topic"));
    if (!request_member_flag(body, "restricted", response, &restricted))
        return false;
    if (json_object_get(body, "restricted") != NULL)
        retassignment->restriction = restricted ? RESTRICTED : UNRESTRICTED;
    return due == NULL || read_due(request, due, response, &retassignment->due_at);
}

void api_opinion_assign(struct api_request *request, struct api_response *response)
{
    static const char *const known[] = {"office", "topic",  "due", "restricted",
                                        "by",     "reason", NULL};
    struct opinion_task task;
    struct opinion_assignment assignment = {0};
    json_t *body = open_task(request, known, response, &task);
    if (body != NULL && read_assignment(request, body, response, &assignment)) {
        g_autoptr(GError) error = NULL;
        bool done = opinion_work_assign(request->store, &task, &assignment, &error);
        close_task(request, &task, done, error, response);
    }
    json_decref(body);
}

void api_opinion_answer(struct api_request *request, struct api_response *response)
{
    static const char *const known[] = {"text", "told", "by", "reason", NULL};
    struct opinion_task task;
    json_t *body = open_task(request, known, response, &task);
    if (body == NULL)
        return;
    struct opinion_answer answer = {.text = json_string_value(json_object_get(body, "text"))};
    if (!request_member_flag(body, "told", response, &answer.told)) {
        json_decref(body);
        return;
    }
    struct campaign_terms terms = campaign_terms_of(request->config);
    struct campaign_book *book = campaign_book_new(request->store, &terms);
    g_autoptr(GError) error = NULL;
    bool done = opinion_work_answer(request->store, book, &task, &answer, &error);
    close_task(request, &task, done, error, response);
    campaign_book_free(book);
    json_decref(body);
}

/* ---- a list with senders ---- */

void api_opinion_senders(struct api_request *request, struct api_response *response)
{
    static const char *const known[] = {"by", "reason", NULL};
    char tree[DAY_SIZE];
    struct opinion_filter filter;
    struct opinion_task task;
    json_t *body = open_task(request, known, response, &task);
    if (body == NULL)
        return;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) opinions = NULL;
    const struct opinion_reader reader = {task.office, request->now};
    if (read_filter(request, response, tree, &filter)) {
        filter.senders = true;
        opinions = opinion_list(request->store, &filter, &reader, &error);
        if (opinions != NULL && opinion_work_senders(request->store, &task, opinions, &error))
            answer_list(request, opinions, filter.limit, response);
        else
            problem_from_error(response, error);
    }
    json_decref(body);
}
