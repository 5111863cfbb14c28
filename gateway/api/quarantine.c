// SPDX-License-Identifier: GPL-2.0-or-later
/* The quarantine over HTTP: SMS that no decoder takes, and the technician's word that they were
 * looked at. */
#include "campaigns/store/quarantine.h"

#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"

enum { PAGE = 100, PAGE_MAX = 1000 };

static json_t *row_json(const struct api_request *request, const struct quarantine_row *row)
{
    return json_pack("{sI so so so si so so so so so}", "id", (json_int_t)row->id, "at",
                     json_time(request, row->at), "modem", json_text(row->modem), "memory",
                     json_text(row->memory), "location", row->location, "imsi",
                     json_text(row->imsi), "reason", json_text(row->reason), "pdu",
                     json_text(row->pdu), "settled_at", json_time(request, row->settled_at),
                     "settled_by", json_text(row->settled_by));
}

void api_quarantine_list(struct api_request *request, struct api_response *response)
{
    bool waiting = false;
    int64_t after = 0, limit = PAGE;
    if (!request_flag(request, "waiting", response, &waiting) ||
        !request_integer(request, "after", 0, 0, INT64_MAX, response, &after) ||
        !request_integer(request, "limit", PAGE, 1, PAGE_MAX, response, &limit))
        return;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows =
        store_quarantine_list(request->store, waiting, after, (unsigned)limit, &error);
    if (rows == NULL) {
        problem_from_error(response, error);
        return;
    }
    json_t *list = json_array();
    for (unsigned i = 0; i < rows->len; i++)
        json_array_append_new(list, row_json(request, g_ptr_array_index(rows, i)));
    const struct quarantine_row *last =
        rows->len == limit ? g_ptr_array_index(rows, rows->len - 1) : NULL;
    response_json(response, 200,
                  json_pack("{so so}", "quarantine", list, "next",
                            last != NULL ? json_integer(last->id) : json_null()));
}

static void answer_row(struct api_request *request, int64_t id, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    struct quarantine_row *row = store_quarantine_get(request->store, id, &error);
    if (row != NULL)
        response_json(response, 200, row_json(request, row));
    else
        problem_from_error(response, error);
    quarantine_row_free(row);
}

void api_quarantine_show(struct api_request *request, struct api_response *response)
{
    int64_t id = 0;
    if (request_row(request, response, &id))
        answer_row(request, id, response);
}

void api_quarantine_settle(struct api_request *request, struct api_response *response)
{
    static const char *const known[] = {"by", NULL};
    int64_t id = 0;
    if (!request_row(request, response, &id))
        return;
    json_t *body = request_object(request, known, response);
    if (body == NULL)
        return;
    const char *by = request_by(request, json_string_value(json_object_get(body, "by")));
    g_autoptr(GError) error = NULL;
    if (store_quarantine_settle(request->store, id, by, request->now, &error))
        answer_row(request, id, response);
    else
        problem_from_error(response, error);
    json_decref(body);
}
