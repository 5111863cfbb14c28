// SPDX-License-Identifier: GPL-2.0-or-later
/* The tally of a campaign over HTTP: counts only, no number and no name of anybody. */
#include "campaigns/tally.h"

#include "gateway/api/campaign.h"
#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"

static json_t *messages_json(const int64_t counts[MESSAGE_STATES])
{
    json_t *json = json_object();
    for (int state = 0; state < MESSAGE_STATES; state++)
        json_object_set_new(json, message_state_name((enum message_state)state),
                            json_integer(counts[state]));
    return json;
}

static json_t *questions_json(const GPtrArray *questions)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < questions->len; i++) {
        const struct tally_question *question = g_ptr_array_index(questions, i);
        json_t *options = json_array();
        for (unsigned j = 0; j < question->options->len; j++) {
            const struct tally_option *option = g_ptr_array_index(question->options, j);
            json_array_append_new(options, json_pack("{so so sI}", "code", json_text(option->code),
                                                     "label", json_text(option->label), "count",
                                                     (json_int_t)option->count));
        }
        json_array_append_new(list,
                              json_pack("{so so sI sI}", "id", json_text(question->id), "options",
                                        options, "answered", (json_int_t)question->answered,
                                        "no_answer", (json_int_t)question->no_answer));
    }
    return list;
}

static json_t *figures_json(const struct tally_figures *figures)
{
    return json_pack(
        "{sI sI sI sI sI so s{sI sI} so sI sI sI sI}", "persons", (json_int_t)figures->persons,
        "households", (json_int_t)figures->households, "contacts", (json_int_t)figures->contacts,
        "no_phone", (json_int_t)figures->no_phone, "base", (json_int_t)figures->base, "messages",
        messages_json(figures->messages), "coverage", "base", (json_int_t)figures->coverage.base,
        "reached", (json_int_t)figures->coverage.reached, "questions",
        questions_json(figures->questions), "unclear", (json_int_t)figures->unclear, "opinions",
        (json_int_t)figures->opinions, "optouts", (json_int_t)figures->optouts, "replies",
        (json_int_t)figures->replies);
}

static json_t *units_json(const GPtrArray *units)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < units->len; i++) {
        const struct tally_unit *unit = g_ptr_array_index(units, i);
        json_array_append_new(list,
                              json_pack("{so so so si so so}", "code", json_text(unit->code),
                                        "name", json_text(unit->name), "parent",
                                        json_text(unit->parent), "depth", (int)unit->depth, "all",
                                        figures_json(&unit->all), "own", figures_json(&unit->own)));
    }
    return list;
}

static json_t *tally_json(const struct api_request *request, const struct tally *tally,
                          bool by_unit)
{
    json_t *json = json_pack(
        "{sI so so ss ss ss sf so so so so so so so}", "id", (json_int_t)tally->id, "code",
        json_text(tally->code), "title", json_text(tally->title), "state",
        campaign_state_name(tally->state), "count_by",
        count_by_name((enum count_by)tally->count_by), "coverage_by",
        count_by_name((enum count_by)tally->coverage_by), "coverage_target", tally->coverage_target,
        "opens_at", json_time(request, tally->opens_at), "closes_at",
        json_time(request, tally->closes_at), "started_at", json_time(request, tally->started_at),
        "state_at", json_time(request, tally->state_at), "counted_at",
        json_time(request, tally->counted_at), "total", figures_json(&tally->total), "receipts",
        messages_json(tally->receipts));
    if (by_unit)
        json_object_set_new(json, "units", units_json(tally->units));
    return json;
}

void api_tally_show(struct api_request *request, struct api_response *response)
{
    static const char *const kinds[] = {"unit", NULL};
    g_autoptr(GError) error = NULL;
    int by = -1;
    if (!request_choice(request, "by", kinds, -1, response, &by))
        return;
    struct campaign_row *row = api_campaign_find(request, response);
    if (row == NULL)
        return;
    struct tally *tally = tally_make(request->store, row->id, request->now, &error);
    campaign_row_free(row);
    if (tally == NULL) {
        problem_from_error(response, error);
        return;
    }
    response_json(response, 200, tally_json(request, tally, by == 0));
    tally_free(tally);
}
