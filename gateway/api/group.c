// SPDX-License-Identifier: GPL-2.0-or-later
// Groups over HTTP: lists and rules, and who is in one today.
#include "campaigns/group.h"

#include "campaigns/store/audience.h"
#include "config/log.h"
#include "config/reader.h"
#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"

enum { MEMBERS_MAX = 1000 };

static json_t *group_json(const struct api_request *request, const struct group_row *group)
{
    g_autofree char *words = group->rule == NULL ? NULL : group_rule_words(group->rule);
    json_t *rule = group->rule == NULL ? json_null() : json_loads(group->rule, 0, NULL);
    return json_pack("{sI so ss so so so so so}", "id", (json_int_t)group->id, "name",
                     json_text(group->name), "kind", group->rule == NULL ? "list" : "rule", "rule",
                     rule == NULL ? json_null() : rule, "words", json_text(words), "listed",
                     group->rule == NULL ? json_integer(group->listed) : json_null(), "by",
                     json_text(group->by), "at", json_time(request, group->created_at));
}

void api_group_list(struct api_request *request, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) groups = store_group_list(request->store, &error);
    if (groups == NULL) {
        problem_from_error(response, error);
        return;
    }
    json_t *list = json_array();
    for (unsigned i = 0; i < groups->len; i++)
        json_array_append_new(list, group_json(request, groups->pdata[i]));
    response_json(response, 200, json_pack("{so}", "groups", list));
}

/* ---- one group ---- */

struct page {
    int64_t after, limit;
    bool members; /* list them, else only count */
};

static json_t *members_json(const GPtrArray *members, const struct page *page, json_t **retnext)
{
    json_t *list = json_array();
    *retnext = json_null();
    for (unsigned i = 0; i < members->len; i++) {
        const struct recipient *person = members->pdata[i];
        if (person->person_id <= page->after)
            continue;
        if ((int64_t)json_array_size(list) == page->limit) {
            const struct recipient *last = members->pdata[i - 1];
            json_decref(*retnext);
            *retnext = json_integer(last->person_id);
            break;
        }
        json_array_append_new(
            list, json_pack("{sI so so so so}", "person", (json_int_t)person->person_id, "name",
                            json_text(person->name), "birth", json_text(person->birth), "unit",
                            json_text(person->unit_name), "phone", json_text(person->phone)));
    }
    return list;
}

static void answer_group(struct api_request *request, const struct group_row *group,
                         const struct page *page, unsigned status, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    char today[DAY_SIZE];
    day_of_zone(request->now, request->zone, today);
    struct group_membership membership = {0};
    if (!group_members(request->store, group, today, &membership, &error)) {
        problem_from_error(response, error);
        return;
    }
    json_t *json = group_json(request, group), *next = NULL;
    json_object_set_new(json, "today", json_integer(membership.persons->len));
    if (page->members) {
        json_object_set_new(json, "members", members_json(membership.persons, page, &next));
        json_object_set_new(json, "next", next);
    }
    response_json(response, status, json);
    group_membership_clear(&membership);
}

void api_group_show(struct api_request *request, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    struct page page = {0};
    if (!request_flag(request, "members", response, &page.members) ||
        !request_integer(request, "after", 0, 0, INT64_MAX, response, &page.after) ||
        !request_integer(request, "limit", MEMBERS_MAX, 1, MEMBERS_MAX, response, &page.limit))
        return;
    struct group_row *group = store_group_get(request->store, request->id, &error);
    if (group == NULL)
        problem_from_error(response, error);
    else
        answer_group(request, group, &page, 200, response);
    group_row_free(group);
}

/* ---- changes ---- */

static void create(struct api_request *request, const struct group_draft *draft,
                   struct api_response *response)
{
    static const struct page count_only = {0};
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    g_autoptr(GError) error = NULL;
    int64_t id = 0;
    if (!group_create(request->store, draft, &id, mistakes, &error)) {
        if (mistakes_count(mistakes) > 0)
            problem_from_mistakes(response, NULL, mistakes);
        else
            problem_from_error(response, error);
        return;
    }
    request->changed = true;
    struct group_row *group = store_group_get(request->store, draft->name, &error);
    if (group == NULL)
        problem_from_error(response, error);
    else
        answer_group(request, group, &count_only, 201, response);
    group_row_free(group);
}

void api_group_create(struct api_request *request, struct api_response *response)
{
    static const char *const known[] = {"name",   "[]units", "[]groups", "[]where",
                                        "[]list", "by",      NULL};
    char today[DAY_SIZE];
    json_t *body = request_object(request, known, response);
    if (body == NULL)
        return;
    day_of_zone(request->now, request->zone, today);
    g_auto(GStrv) units = request_texts(body, "units");
    g_auto(GStrv) groups = request_texts(body, "groups");
    g_auto(GStrv) where = request_texts(body, "where");
    g_auto(GStrv) lines = request_texts(body, "list");
    bool listed = json_object_get(body, "list") != NULL;
    g_autofree char *list = listed ? g_strjoinv("\n", lines) : NULL;
    const char *name = json_string_value(json_object_get(body, "name"));
    const struct group_draft draft = {
        .name = name == NULL ? "" : name,
        .units = units,
        .groups = groups,
        .where = where,
        .list = list,
        .by = request_by(request, json_string_value(json_object_get(body, "by"))),
        .now = request->now,
        .today = today};
    create(request, &draft, response);
    json_decref(body);
}

void api_group_delete(struct api_request *request, struct api_response *response)
{
    static const char *const known[] = {"by", "reason", NULL};
    g_autoptr(GError) error = NULL;
    json_t *body = request_object(request, known, response);
    if (body == NULL)
        return;
    const char *by = request_by(request, json_string_value(json_object_get(body, "by")));
    if (group_delete(request->store, request->id, &error)) {
        const char *why = json_string_value(json_object_get(body, "reason"));
        g_autofree char *name = log_quote(request->id), *who = log_quote(by);
        g_autofree char *reason = log_quote(why != NULL ? why : "");
        log_info("api", "group deleted name=%s by=%s reason=%s", name, who, reason);
        response_json(response, 200, json_pack("{so}", "deleted", json_text(request->id)));
    } else {
        problem_from_error(response, error);
    }
    json_decref(body);
}
