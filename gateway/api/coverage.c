// SPDX-License-Identifier: GPL-2.0-or-later
/* Coverage over HTTP: of campaigns, and of all that started between two days; and the programme:
 * campaigns, contacts made and persons reached side by side. */
#include "campaigns/coverage.h"

#include "campaigns/day.h"
#include "campaigns/figure.h"
#include "campaigns/store/campaign.h"
#include "gateway/api/day.h"
#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"

/* ---- what is asked for ---- */

struct asked {
    struct coverage_request request;
    GArray *ids; /* NULL: by day */
    char tree[DAY_SIZE];
    bool by_unit;
};

/* The first moment of a day. */
static int64_t beginning(const struct api_request *request, const char *day)
{
    g_autofree char *text = g_strconcat(day, "T00:00:00", NULL);
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, request->zone);
    return time == NULL ? 0 : g_date_time_to_unix(time) * 1000;
}

static bool read_days(const struct api_request *request, struct api_response *response,
                      struct coverage_request *retasked)
{
    char from[DAY_SIZE], to[DAY_SIZE], after[DAY_SIZE];
    if (!api_day(request, "from", response, from) || !api_day(request, "to", response, to))
        return false;
    if (from[0] != '\0')
        retasked->from = beginning(request, from);
    if (to[0] != '\0') {
        day_add(to, 1, after);
        retasked->to = beginning(request, after);
    }
    if (retasked->to == 0 || retasked->from < retasked->to)
        return true;
    problem_answer(response, 400, "from %s is after to %s", from, to);
    return false;
}

/* What the files of the campaigns say, if they say the same. */
struct habits {
    bool any, by_differs, target_differs;
    int by;
    double more_than;
};

static bool add_habits(const struct campaign_row *row, struct habits *habits)
{
    struct campaign_config config = {0};
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    bool read = campaign_config_read(row->definition, row->file, &config, mistakes);
    if (read && !habits->any) {
        habits->any = true;
        habits->by = config.coverage.by;
        habits->more_than = config.coverage.more_than;
    } else if (read) {
        habits->by_differs = habits->by_differs || habits->by != config.coverage.by;
        /* Both come from a file, where equal figures are equal. */
        habits->target_differs = habits->target_differs ||
                                 habits->more_than < config.coverage.more_than ||
                                 habits->more_than > config.coverage.more_than;
    }
    campaign_config_clear(&config);
    return read;
}

static bool find_campaigns(const struct api_request *request, struct api_response *response,
                           const char *codes, GArray *ids, struct habits *habits)
{
    g_auto(GStrv) pieces = g_strsplit(codes, ",", -1);
    for (unsigned i = 0; pieces[i] != NULL; i++) {
        g_autoptr(GError) error = NULL;
        struct campaign_row *row = store_campaign_find(request->store, pieces[i], &error);
        if (row == NULL && g_error_matches(error, STORE_ERROR, STORE_ERROR_NOT_FOUND))
            problem_answer(response, 404, "there is no campaign \"%.60s\"; see: loa campaign list",
                           pieces[i]);
        else if (row == NULL)
            problem_from_error(response, error);
        if (row == NULL)
            return false;
        g_array_append_val(ids, row->id);
        add_habits(row, habits);
        campaign_row_free(row);
    }
    return true;
}

static bool choose_by(const struct api_request *request, struct api_response *response,
                      const struct habits *habits, int *retby)
{
    static const char *const names[] = {"person", "household", "contact", NULL};
    if (!request_choice(request, "by", names, habits->any ? habits->by : COUNT_BY_PERSON, response,
                        retby))
        return false;
    if (!habits->by_differs || request_query(request, "by") != NULL)
        return true;
    problem_answer(response, 400,
                   "these campaigns do not count the same: say by person, "
                   "household or contact");
    return false;
}

static bool choose_target(const struct api_request *request, struct api_response *response,
                          const struct habits *habits, struct coverage_target *rettarget)
{
    const char *text = request_query(request, "target");
    if (text == NULL && habits->any && !habits->target_differs)
        *rettarget = coverage_target_of(habits->more_than);
    if (text != NULL && !coverage_target_read(text, &rettarget->scaled)) {
        problem_answer(response, 400,
                       "target must be a percentage above 0 and up to 100, such as 85 or 85.5, not "
                       "\"%.40s\"",
                       text);
        return false;
    }
    return request_flag(request, "at_least", response, &rettarget->at_least);
}

static bool read_asked(const struct api_request *request, struct api_response *response,
                       struct asked *retasked)
{
    struct habits habits = {0};
    struct coverage_request *wanted = &retasked->request;
    const char *codes = request_query(request, "campaigns");
    bool by_day = request_query(request, "from") != NULL || request_query(request, "to") != NULL;
    if (codes != NULL && (*codes == '\0' || by_day)) {
        problem_answer(response, 400, "campaigns are named, or found by from and to: one of them");
        return false;
    }
    if (codes != NULL) {
        retasked->ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
        if (!find_campaigns(request, response, codes, retasked->ids, &habits))
            return false;
        wanted->campaigns = (const int64_t *)(void *)retasked->ids->data;
        wanted->count = retasked->ids->len;
    }
    wanted->unit = request_query(request, "unit");
    wanted->tree = retasked->tree;
    return read_days(request, response, wanted) && api_tree(request, response, retasked->tree) &&
           choose_by(request, response, &habits, &wanted->by) &&
           choose_target(request, response, &habits, &wanted->target) &&
           request_flag(request, "missed", response, &wanted->missed) &&
           request_flag(request, "by_unit", response, &retasked->by_unit);
}

/* ---- what is answered ---- */

static json_t *reach_json(const struct coverage_figures *figures)
{
    json_t *json = json_object();
    for (int reach = 0; reach < REACH_COUNT; reach++)
        json_object_set_new(json, reach_name((enum reach)reach),
                            json_integer(figures->reach[reach]));
    return json;
}

static json_t *figures_json(const struct coverage_figures *figures,
                            const struct coverage_target *target)
{
    int64_t reached = coverage_reached(figures), base = figures->base;
    int64_t missing = coverage_missing(target, reached, base);
    g_autofree char *percent = figure_percent_plain(reached, base, 1);
    return json_pack("{sI sI so so so sI sI sI so}", "base", (json_int_t)base, "reached",
                     (json_int_t)reached, "percent", json_text(percent), "met",
                     target->scaled == 0 || base == 0
                         ? json_null()
                         : json_boolean(coverage_met(target, reached, base)),
                     "missing", missing < 0 ? json_null() : json_integer(missing), "no_phone",
                     (json_int_t)figures->reach[REACH_NO_PHONE], "opted_out",
                     (json_int_t)figures->reach[REACH_OPTED_OUT], "failed",
                     (json_int_t)coverage_failed(figures), "reach", reach_json(figures));
}

/* Never added to each other. */
static json_t *side_by_side(const struct coverage_figures *figures)
{
    return json_pack("{sI sI sI sI}", "campaigns", (json_int_t)figures->campaigns, "contacts",
                     (json_int_t)figures->contacts, "contacts_sent",
                     (json_int_t)figures->contacts_sent, "persons", (json_int_t)figures->persons);
}

static json_t *figures_of(const struct coverage_figures *figures, const struct coverage *coverage,
                          bool programme)
{
    if (programme)
        return side_by_side(figures);
    json_t *json = figures_json(figures, &coverage->target);
    json_object_set_new(json, "programme", side_by_side(figures));
    return json;
}

static json_t *units_json(const struct coverage *coverage, bool programme)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < coverage->units->len; i++) {
        const struct coverage_unit *unit = coverage->units->pdata[i];
        json_array_append_new(list, json_pack("{so so so si so so}", "code", json_text(unit->code),
                                              "name", json_text(unit->name), "parent",
                                              json_text(unit->parent), "depth", (int)unit->depth,
                                              "all", figures_of(&unit->all, coverage, programme),
                                              "own", figures_of(&unit->own, coverage, programme)));
    }
    return list;
}

static json_t *missed_json(const struct coverage *coverage)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < coverage->missed->len; i++) {
        const struct coverage_missed *missed = coverage->missed->pdata[i];
        const struct coverage_unit *unit = coverage->units->pdata[missed->unit];
        json_array_append_new(
            list,
            json_pack("{so so so so so ss so}", "unit", json_text(unit->code), "unit_name",
                      json_text(unit->name), "name", json_text(missed->face.name), "household",
                      json_text(missed->face.household), "phone", json_text(missed->face.phone),
                      "reason", reach_name(missed->why), "detail", json_text(missed->face.detail)));
    }
    return list;
}

static json_t *target_json(const struct coverage_target *target)
{
    if (target->scaled == 0)
        return json_null();
    g_autofree char *percent = coverage_target_plain(target);
    return json_pack("{ss ss}", "percent", percent, "rule",
                     target->at_least ? "at-least" : "more-than");
}

static void answer(const struct api_request *request, struct api_response *response,
                   const struct asked *asked, bool programme)
{
    g_autoptr(GError) error = NULL;
    struct coverage *coverage = coverage_make(request->store, &asked->request, &error);
    if (coverage == NULL) {
        problem_from_error(response, error);
        return;
    }
    json_t *json = json_pack("{so ss si so}", "counted_at", json_time(request, request->now),
                             "tree", asked->tree, "campaigns", (int)coverage->campaigns, "total",
                             figures_of(&coverage->total, coverage, programme));
    if (!programme) {
        json_object_set_new(json, "by",
                            json_string(count_by_name((enum count_by)asked->request.by)));
        json_object_set_new(json, "target", target_json(&coverage->target));
    }
    if (asked->by_unit)
        json_object_set_new(json, "units", units_json(coverage, programme));
    if (asked->request.missed)
        json_object_set_new(json, "missed", missed_json(coverage));
    response_json(response, 200, json);
    coverage_free(coverage);
}

static void show(const struct api_request *request, struct api_response *response, bool programme)
{
    struct asked asked = {0};
    if (read_asked(request, response, &asked))
        answer(request, response, &asked, programme);
    if (asked.ids != NULL)
        g_array_unref(asked.ids);
}

void api_coverage_show(struct api_request *request, struct api_response *response)
{
    const char *const ways[] = {"campaigns", "from", "to"};
    bool any = false;
    for (size_t i = 0; i < G_N_ELEMENTS(ways); i++)
        any = any || request_query(request, ways[i]) != NULL;
    if (any)
        show(request, response, false);
    else
        problem_answer(response, 400, "say which campaigns, or from which day to which");
}

void api_programme_show(struct api_request *request, struct api_response *response)
{
    show(request, response, true);
}
