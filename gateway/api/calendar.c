// SPDX-License-Identifier: GPL-2.0-or-later
/* The calendar over HTTP: what goes out when, series added, stopped, and days of them skipped. */
#include "campaigns/calendar.h"

#include "campaigns/day.h"
#include "campaigns/series.h"
#include "gateway/api/campaign.h"
#include "gateway/api/day.h"
#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"

#include <string.h>

enum { DAYS_AHEAD = 365, YEARS_MOST = 20 };

struct days {
    char from[DAY_SIZE], to[DAY_SIZE];
};

static bool read_range(const struct api_request *request, struct days *retdays,
                       struct api_response *response)
{
    struct days days = {0};
    char farthest[DAY_SIZE];
    if (!api_day(request, "from", response, days.from) ||
        !api_day(request, "to", response, days.to))
        return false;
    if (days.from[0] == '\0')
        day_of_zone(request->now, request->zone, days.from);
    if (days.to[0] == '\0')
        day_add(days.from, DAYS_AHEAD, days.to);
    day_add(days.from, YEARS_MOST * 366, farthest);
    if (strcmp(days.to, days.from) < 0 || strcmp(days.to, farthest) > 0) {
        problem_answer(response, 400, "to must be a day from %s to %s", days.from, farthest);
        return false;
    }
    *retdays = days;
    return true;
}

static GPtrArray *read_entries(const struct api_request *request, struct days *retdays,
                               struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    if (!read_range(request, retdays, response))
        return NULL;
    struct calendar_range range = {retdays->from, retdays->to, request->config->time_zone};
    GPtrArray *entries = calendar_read(request->store, &range, request->now, &error);
    if (entries == NULL)
        problem_from_error(response, error);
    return entries;
}

static json_t *text_or_null(const char *text)
{
    return *text != '\0' ? json_text(text) : json_null();
}

static json_t *entries_json(const struct api_request *request, const GPtrArray *entries)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < entries->len; i++) {
        const struct calendar_entry *entry = entries->pdata[i];
        json_array_append_new(
            list, json_pack("{ss ss so so so so ss so}", "kind", calendar_kind_name(entry->kind),
                            "day", entry->day, "at", json_time(request, entry->at), "series",
                            text_or_null(entry->series), "campaign", text_or_null(entry->code),
                            "title", json_text(entry->title), "state", entry->state, "note",
                            json_text(entry->note)));
    }
    return list;
}

static json_t *rules_json(const struct series *series)
{
    json_t *list = json_array();
    for (char *const *rule = series->config.repeat.rules; *rule != NULL; rule++)
        json_array_append_new(list, json_text(*rule));
    return list;
}

static json_t *next_json(const struct api_request *request, const struct series *series,
                         GError **error)
{
    enum { NEXT_MOST = 5 };
    g_autoptr(GPtrArray) days = series_next(request->store, series, request->now, NEXT_MOST, error);
    json_t *list = days != NULL ? json_array() : NULL;
    for (unsigned i = 0; days != NULL && i < days->len; i++)
        json_array_append_new(list, json_text(days->pdata[i]));
    return list;
}

/* NULL is a fault. */
static json_t *series_json(const struct api_request *request, const struct series_row *row,
                           GError **error)
{
    json_t *json =
        json_pack("{so so ss so so so so so so}", "code", json_text(row->code), "title",
                  json_text(row->title), "state", row->active ? "active" : "stopped", "file",
                  json_text(row->file), "created_at", json_time(request, row->created_at), "by",
                  json_text(row->by), "changed_at", json_time(request, row->changed_at),
                  "changed_by", json_text(row->changed_by), "reason", json_text(row->reason));
    struct series series;
    bool reads = series_read(row, request->config->time_zone, &series);
    json_object_set_new(json, "reads", json_boolean(reads));
    json_object_set_new(json, "rules", reads ? rules_json(&series) : json_array());
    json_object_set_new(json, "opens_at", reads ? json_text(series.config.repeat.at) : json_null());
    json_t *next = reads ? next_json(request, &series, error) : json_array();
    if (reads)
        series_clear(&series);
    if (next != NULL) {
        json_object_set_new(json, "next", next);
        return json;
    }
    json_decref(json);
    return NULL;
}

void api_calendar_show(struct api_request *request, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    struct days days = {0};
    g_autoptr(GPtrArray) entries = read_entries(request, &days, response);
    if (entries == NULL)
        return;
    g_autoptr(GPtrArray) rows = store_series_list(request->store, false, &error);
    if (rows == NULL) {
        problem_from_error(response, error);
        return;
    }
    json_t *list = json_array();
    for (unsigned i = 0; i < rows->len && error == NULL; i++)
        json_array_append_new(list, series_json(request, rows->pdata[i], &error));
    if (error != NULL) {
        json_decref(list);
        problem_from_error(response, error);
        return;
    }
    response_json(response, 200,
                  json_pack("{ss ss so so}", "from", days.from, "to", days.to, "calendar",
                            entries_json(request, entries), "series", list));
}

void api_calendar_ics(struct api_request *request, struct api_response *response)
{
    struct days days = {0};
    g_autoptr(GPtrArray) entries = read_entries(request, &days, response);
    if (entries == NULL)
        return;
    char *text = calendar_ics(request->store, entries, request->now);
    response_file(response, g_bytes_new_take(text, strlen(text)), "text/calendar; charset=utf-8",
                  g_strdup("loa.ics"));
}

static void answer_series(struct api_request *request, const char *code, unsigned status,
                          const GPtrArray *mistakes, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    struct series_row *row = store_series_find(request->store, code, &error);
    json_t *json = row != NULL ? series_json(request, row, &error) : NULL;
    if (json == NULL) {
        problem_from_error(response, error);
        series_row_free(row);
        return;
    }
    if (mistakes != NULL)
        json_object_set_new(json, "warnings", problem_mistakes(mistakes));
    response_json(response, status, json);
    series_row_free(row);
}

static char *code_of(struct store *store, int64_t id)
{
    g_autoptr(GPtrArray) rows = store_series_list(store, false, NULL);
    for (unsigned i = 0; rows != NULL && i < rows->len; i++) {
        const struct series_row *row = rows->pdata[i];
        if (row->id == id)
            return g_strdup(row->code);
    }
    return g_strdup("");
}

void api_calendar_add(struct api_request *request, struct api_response *response)
{
    const char *file = request_query(request, "file"), *by = request_query(request, "by");
    g_autoptr(GError) error = NULL;
    g_autofree char *text = request_text(request, response);
    if (text == NULL)
        return;
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    struct campaign_terms terms = campaign_terms_of(request->config);
    struct campaign_draft draft = {.text = text, .file = file != NULL ? file : "series.conf"};
    struct campaign_act act = {.by = request_by(request, by), .now = request->now};
    int64_t id = 0;
    if (!series_add(request->store, &draft, &act, &terms, &id, mistakes, &error)) {
        if (mistakes_count(mistakes) > 0)
            problem_from_mistakes(response, NULL, mistakes);
        else
            problem_from_error(response, error);
        return;
    }
    request->changed = true;
    g_autofree char *code = code_of(request->store, id);
    answer_series(request, code, 201, mistakes, response);
}

void api_calendar_skip(struct api_request *request, struct api_response *response)
{
    static const char *const known[] = {"day", "by", "reason", NULL};
    g_autoptr(GError) error = NULL;
    json_t *body = request_object(request, known, response);
    if (body == NULL)
        return;
    const char *text = json_string_value(json_object_get(body, "day"));
    struct campaign_terms terms = campaign_terms_of(request->config);
    struct campaign_act act = {
        .by = request_by(request, json_string_value(json_object_get(body, "by"))),
        .reason = json_string_value(json_object_get(body, "reason")),
        .now = request->now};
    char day[DAY_SIZE] = "";
    if (text == NULL || !day_read(text, day)) {
        problem_answer(response, 422, "day: \"%.40s\" is no day; write it like 2026-03-08",
                       text != NULL ? text : "");
    } else if (series_skip(request->store, request->id, day, &act, &terms, &error)) {
        request->changed = true;
        answer_series(request, request->id, 200, NULL, response);
    } else {
        problem_from_error(response, error);
    }
    json_decref(body);
}

void api_calendar_stop(struct api_request *request, struct api_response *response)
{
    static const char *const known[] = {"by", "reason", NULL};
    g_autoptr(GError) error = NULL;
    json_t *body = request_object(request, known, response);
    if (body == NULL)
        return;
    struct campaign_act act = {
        .by = request_by(request, json_string_value(json_object_get(body, "by"))),
        .reason = json_string_value(json_object_get(body, "reason")),
        .now = request->now};
    if (series_stop(request->store, request->id, &act, &error))
        answer_series(request, request->id, 200, NULL, response);
    else
        problem_from_error(response, error);
    json_decref(body);
}
