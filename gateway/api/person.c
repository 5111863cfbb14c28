// SPDX-License-Identifier: GPL-2.0-or-later
/* Persons over HTTP: finding one, handing out what is held, erasing it. Whom it is about stands in
 * the body, because paths of changes are logged. */
#include "campaigns/privacy.h"

#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"

#include <string.h>

static json_t *found_json(const struct api_request *request, const struct person_found *person)
{
    return json_pack(
        "{sI so so so so so so}", "id", (json_int_t)person->id, "name", json_text(person->name),
        "birth", json_text(person->birth), "unit", json_text(person->unit), "phone",
        *person->phone == '\0' ? json_null() : json_text(person->phone), "household",
        json_text(person->household), "erased_at", json_time(request, person->erased_at));
}

void api_person_find(struct api_request *request, struct api_response *response)
{
    const char *query = request_query(request, "query");
    g_autoptr(GError) error = NULL;
    g_autofree char *wanted = g_strstrip(g_strdup(query == NULL ? "" : query));
    if (*wanted == '\0') {
        problem_answer(response, 400, "query must be a name, a part of one, or a number");
        return;
    }
    g_autoptr(GPtrArray) people = privacy_find(request->store, wanted, &error);
    if (people == NULL) {
        problem_from_error(response, error);
        return;
    }
    json_t *list = json_array();
    for (unsigned i = 0; i < people->len; i++)
        json_array_append_new(list, found_json(request, people->pdata[i]));
    response_json(response, 200,
                  json_pack("{so sb}", "persons", list, "more", people->len == PRIVACY_FOUND_MAX));
}

/* False after the request was answered. */
static bool read_request(const struct api_request *request, const json_t *body,
                         struct privacy_request *privacy, struct api_response *response)
{
    const char *person = json_string_value(json_object_get(body, "person"));
    privacy->phone = json_string_value(json_object_get(body, "phone"));
    privacy->by = request_by(request, json_string_value(json_object_get(body, "by")));
    privacy->reason = json_string_value(json_object_get(body, "reason"));
    privacy->now = request->now;
    if (!request_member_flag(body, "everybody", response, &privacy->everybody))
        return false;
    if ((person == NULL) == (privacy->phone == NULL)) {
        problem_answer(response, 422,
                       "give either person, its number in loa person find, or phone");
        return false;
    }
    if (person == NULL ||
        g_ascii_string_to_signed(person, 10, 1, INT64_MAX, &privacy->person_id, NULL))
        return true;
    problem_answer(response, 422, "person must be a number as loa person find shows it");
    return false;
}

static void answer_error(struct api_response *response, const GError *error)
{
    if (g_error_matches(error, PRIVACY_ERROR, PRIVACY_ERROR_UNKNOWN))
        problem_answer(response, 404, "%s", error->message);
    else if (error->domain == PRIVACY_ERROR)
        problem_answer(response, 409, "%s", error->message);
    else
        problem_from_error(response, error);
}

void api_person_export(struct api_request *request, struct api_response *response)
{
    static const char *const known[] = {"person", "phone", "by", "reason", NULL};
    json_t *body = request_object(request, known, response);
    struct privacy_request privacy = {0};
    if (body != NULL && read_request(request, body, &privacy, response)) {
        g_autoptr(GError) error = NULL;
        json_t *file = privacy_export(request->store, &privacy, request->zone, &error);
        if (file != NULL)
            response_json(response, 200, file);
        else
            answer_error(response, error);
    }
    json_decref(body);
}

static json_t *erasure_json(const struct privacy_erasure *erasure, bool dry_run)
{
    const struct erase_counts *counts = &erasure->counts;
    return json_pack("{sb sI sI sI sI sI sI sI sI si so}", "dry_run", (int)dry_run, "persons",
                     (json_int_t)counts->persons, "messages", (json_int_t)counts->messages,
                     "cancelled", (json_int_t)counts->cancelled, "replies",
                     (json_int_t)counts->replies, "opinions", (json_int_t)counts->opinions,
                     "answers", (json_int_t)counts->answers, "reports", (json_int_t)counts->reports,
                     "quarantined", (json_int_t)counts->quarantined, "phone_shared_with",
                     (int)erasure->shared_with, "file_clean",
                     dry_run ? json_null() : json_boolean(erasure->clean));
}

void api_person_erase(struct api_request *request, struct api_response *response)
{
    static const char *const known[] = {"person",  "phone",     "by", "reason",
                                        "dry_run", "everybody", NULL};
    json_t *body = request_object(request, known, response);
    struct privacy_request privacy = {0};
    bool dry_run = false;
    if (body != NULL && read_request(request, body, &privacy, response) &&
        request_member_flag(body, "dry_run", response, &dry_run)) {
        g_autoptr(GError) error = NULL;
        struct privacy_erasure erasure = {0};
        if (!dry_run && (privacy.reason == NULL || *privacy.reason == '\0'))
            problem_answer(response, 422, "reason is missing: say who asked for it");
        else if (privacy_erase(request->store, &privacy, dry_run, &erasure, &error))
            response_json(response, 200, erasure_json(&erasure, dry_run));
        else
            answer_error(response, error);
        request->changed = true;
    }
    json_decref(body);
}
