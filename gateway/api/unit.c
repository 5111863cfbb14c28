// SPDX-License-Identifier: GPL-2.0-or-later
// The organisation tree of any day over HTTP, what a unit has been, and changes from a day on.
#include "campaigns/store/units.h"
#include "campaigns/unit_change.h"

#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"

static json_t *day_json(const char *day)
{
    return *day == '\0' ? json_null() : json_string(day);
}

static json_t *code_json(const struct unit_history *history, int64_t id)
{
    const struct unit_past *unit = unit_history_get(history, id);
    return unit == NULL ? json_null() : json_text(unit->code);
}

static json_t *unit_json(const struct unit_history *history, const struct dated_unit *unit)
{
    const struct unit_past *past = unit_history_get(history, unit->id);
    return json_pack("{so so so so sI ss so so}", "code", json_text(unit->code), "name",
                     json_text(unit->name), "parent", code_json(history, unit->parent_id), "kind",
                     json_text(unit->kind), "depth", (json_int_t)unit->depth, "origin",
                     unit->from_table ? "table" : "roster", "from", day_json(past->from), "ends",
                     day_json(past->ended));
}

/* The day of the query, else today. */
static bool take_day(const struct api_request *request, struct api_response *response, char *retday)
{
    const char *text = request_query(request, "tree");
    day_of_zone(request->now, request->zone, retday);
    if (text == NULL || day_read(text, retday))
        return true;
    problem_answer(response, 400, "tree: \"%.40s\" is no day: write 2025-07-01", text);
    return false;
}

void api_unit_list(struct api_request *request, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    char day[DAY_SIZE];
    if (!take_day(request, response, day))
        return;
    struct unit_history *history = store_history_load(request->store, &error);
    if (history == NULL) {
        problem_from_error(response, error);
        return;
    }
    struct unit_day *tree = unit_day_new(history, day);
    json_t *list = json_array();
    for (unsigned i = 0; i < unit_day_count(tree); i++)
        json_array_append_new(list, unit_json(history, unit_day_at(tree, i)));
    response_json(response, 200, json_pack("{ss so}", "tree", day, "units", list));
    unit_day_free(tree);
    unit_history_free(history);
}

/* ---- one unit ---- */

static json_t *versions_json(const struct unit_history *history, const struct unit_past *unit)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < unit->versions->len; i++) {
        const struct unit_version *version = unit->versions->pdata[i];
        json_array_append_new(list, json_pack("{so so so so}", "since", day_json(version->since),
                                              "name", json_text(version->name), "parent",
                                              code_json(history, version->parent_id), "kind",
                                              json_text(version->kind)));
    }
    return list;
}

static json_t *aliases_json(const struct unit_past *unit)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < unit->aliases->len; i++)
        json_array_append_new(list, json_text(unit->aliases->pdata[i]));
    return list;
}

static json_t *predecessors_json(const struct unit_history *history, const struct unit_past *unit)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < unit_history_count(history); i++) {
        const struct unit_past *other = unit_history_at(history, i);
        if (other->successor_id == unit->id)
            json_array_append_new(list, json_text(other->code));
    }
    return list;
}

static json_t *events_json(const struct api_request *request, const struct unit_history *history,
                           const GPtrArray *events)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < events->len; i++) {
        const struct unit_event *event = events->pdata[i];
        json_array_append_new(
            list, json_pack("{so so so so so so}", "unit", code_json(history, event->unit_id),
                            "event", json_text(event->event), "day", day_json(event->day), "detail",
                            json_text(event->detail), "by", json_text(event->by), "at",
                            json_time(request, event->at)));
    }
    return list;
}

static json_t *history_json(const struct api_request *request, const struct unit_history *history,
                            const struct unit_past *unit, const GPtrArray *events)
{
    char today[DAY_SIZE];
    day_of_zone(request->now, request->zone, today);
    struct unit_day *tree = unit_day_new(history, today);
    int64_t place = unit_day_place(tree, unit->id);
    unit_day_free(tree);
    return json_pack("{so ss so so so so so so so so}", "code", json_text(unit->code), "origin",
                     unit->from_table ? "table" : "roster", "from", day_json(unit->from), "ends",
                     day_json(unit->ended), "successor", code_json(history, unit->successor_id),
                     "predecessors", predecessors_json(history, unit), "counted_in",
                     code_json(history, place), "versions", versions_json(history, unit), "aliases",
                     aliases_json(unit), "events", events_json(request, history, events));
}

void api_unit_show(struct api_request *request, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    struct unit_history *history = store_history_load(request->store, &error);
    if (history == NULL) {
        problem_from_error(response, error);
        return;
    }
    const struct unit_past *unit = unit_history_find(history, request->id);
    g_autoptr(GPtrArray) events =
        unit == NULL ? NULL : store_unit_events(request->store, unit->id, &error);
    if (unit == NULL)
        problem_answer(response, 404, "there is no unit with the code \"%.80s\"", request->id);
    else if (events == NULL)
        problem_from_error(response, error);
    else
        response_json(response, 200, history_json(request, history, unit, events));
    unit_history_free(history);
}

/* ---- changes ---- */

static const struct {
    const char *name;
    size_t offset;
} members[] = {
    {"into", offsetof(struct unit_change, into)},
    {"parent", offsetof(struct unit_change, parent)},
    {"name", offsetof(struct unit_change, name)},
    {"kind", offsetof(struct unit_change, unit_kind)},
    {"on", offsetof(struct unit_change, on)},
    {"by", offsetof(struct unit_change, by)},
    {"reason", offsetof(struct unit_change, reason)},
};

static bool take_change(const struct api_request *request, const json_t *body, char **retunits,
                        struct unit_change *retchange, struct api_response *response)
{
    const json_t *kind = json_object_get(body, "change");
    if (kind == NULL || !unit_change_from_name(json_string_value(kind), &retchange->kind)) {
        problem_answer(response, 422, "change must be merge, move, rename, end or alias");
        return false;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
        *(const char **)(void *)((char *)retchange + members[i].offset) =
            json_string_value(json_object_get(body, members[i].name));
    retchange->units = (const char *const *)retunits;
    retchange->by = request_by(request, retchange->by);
    retchange->now = request->now;
    return true;
}

static void answer_events(struct api_request *request, const GPtrArray *events,
                          struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    struct unit_history *history = store_history_load(request->store, &error);
    if (history == NULL)
        problem_from_error(response, error);
    else
        response_json(response, 200,
                      json_pack("{so}", "events", events_json(request, history, events)));
    unit_history_free(history);
}

void api_unit_change(struct api_request *request, struct api_response *response)
{
    static const char *const known[] = {"change", "[]units", "into", "parent", "name",
                                        "kind",   "on",      "by",   "reason", NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) events = NULL;
    struct unit_change change = {0};
    json_t *body = request_object(request, known, response);
    if (body == NULL)
        return;
    g_auto(GStrv) units = request_texts(body, "units");
    if (take_change(request, body, units, &change, response)) {
        if (unit_change_make(request->store, &change, &events, &error)) {
            request->changed = true;
            answer_events(request, events, response);
        } else {
            problem_from_error(response, error);
        }
    }
    json_decref(body);
}
