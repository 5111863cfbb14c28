// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes and reads the JSON of a tally. Times of a snapshot are UTC milliseconds, as in the store;
 * everything else is written in one form for all. Reading checks that each member is there and of
 * its type: a snapshot is shown as it was or not at all. */
#include "campaigns/tally_json.h"

#include "campaigns/event.h"
#include "campaigns/figure.h"
#include "campaigns/tally_figures.h"
#include "campaigns/tally_units.h"

enum { FORM = 1 }; /* of the text that a snapshot keeps */

static const char *const kind_names[] = {
    [QUESTION_CHOICE] = "choice",   [QUESTION_CHOICES] = "choices",
    [QUESTION_NUMBERS] = "numbers", [QUESTION_HEADCOUNT] = "headcount",
    [QUESTION_TEXT] = "text",
};

/* ---- writing ---- */

static json_t *text_json(const char *text)
{
    return text == NULL ? json_null() : json_string(text);
}

json_t *tally_json_messages(const int64_t counts[MESSAGE_STATES])
{
    json_t *json = json_object();
    for (int state = 0; state < MESSAGE_STATES; state++)
        json_object_set_new(json, message_state_name((enum message_state)state),
                            json_integer(counts[state]));
    return json;
}

static json_t *options_json(const GPtrArray *options)
{
    json_t *list = json_array();
    for (unsigned i = 0; options != NULL && i < options->len; i++) {
        const struct tally_option *option = options->pdata[i];
        json_array_append_new(list, json_pack("{so so sb sI}", "code", text_json(option->code),
                                              "label", text_json(option->label), "addon",
                                              option->addon, "count", (json_int_t)option->count));
    }
    return list;
}

static json_t *fields_json(const GPtrArray *fields)
{
    json_t *list = json_array();
    for (unsigned i = 0; fields != NULL && i < fields->len; i++) {
        const struct tally_field *field = fields->pdata[i];
        json_t *sum = field->overflow ? json_null() : json_integer(field->sum);
        json_array_append_new(list, json_pack("{so so so sI}", "name", text_json(field->name),
                                              "label", text_json(field->label), "sum", sum, "given",
                                              (json_int_t)field->given));
    }
    return list;
}

static json_t *questions_json(const GPtrArray *questions)
{
    json_t *list = json_array();
    for (unsigned i = 0; questions != NULL && i < questions->len; i++) {
        const struct tally_question *question = questions->pdata[i];
        json_array_append_new(
            list,
            json_pack("{so ss sb sI sI sI so so}", "id", text_json(question->id), "kind",
                      kind_names[question->kind], "gone", question->gone, "answered",
                      (json_int_t)question->answered, "no_answer", (json_int_t)question->no_answer,
                      "other", (json_int_t)question->other, "options",
                      options_json(question->options), "fields", fields_json(question->fields)));
    }
    return list;
}

json_t *tally_json_figures(const struct tally_figures *figures)
{
    g_autofree char *ratio = figure_percent_plain(figures->target.done, figures->target.plan, 1);
    return json_pack(
        "{sI sI sI sI sI so s{sI sI} s{sI sI so} so sI sI sI sI}", "persons",
        (json_int_t)figures->persons, "households", (json_int_t)figures->households, "contacts",
        (json_int_t)figures->contacts, "no_phone", (json_int_t)figures->no_phone, "base",
        (json_int_t)figures->base, "messages", tally_json_messages(figures->messages), "coverage",
        "base", (json_int_t)figures->coverage.base, "reached",
        (json_int_t)figures->coverage.reached, "target", "plan", (json_int_t)figures->target.plan,
        "done", (json_int_t)figures->target.done, "ratio", text_json(ratio), "questions",
        questions_json(figures->questions), "unclear", (json_int_t)figures->unclear, "opinions",
        (json_int_t)figures->opinions, "optouts", (json_int_t)figures->optouts, "replies",
        (json_int_t)figures->replies);
}

static json_t *units_json(const GPtrArray *units)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < units->len; i++) {
        const struct tally_unit *unit = units->pdata[i];
        json_array_append_new(list, json_pack("{so so so si so so}", "code", text_json(unit->code),
                                              "name", text_json(unit->name), "parent",
                                              text_json(unit->parent), "depth", (int)unit->depth,
                                              "all", tally_json_figures(&unit->all), "own",
                                              tally_json_figures(&unit->own)));
    }
    return list;
}

json_t *tally_json(const struct tally *tally, const struct tally_json_clock *clock, bool by_unit)
{
    json_t *json = json_pack("{sI so so ss ss ss sf sI}", "id", (json_int_t)tally->id, "code",
                             text_json(tally->code), "title", text_json(tally->title), "state",
                             campaign_state_name(tally->state), "count_by",
                             count_by_name((enum count_by)tally->count_by), "coverage_by",
                             count_by_name((enum count_by)tally->coverage_by), "coverage_target",
                             tally->coverage_target, "plan", (json_int_t)tally->plan);
    const struct {
        const char *name;
        int64_t at;
    } times[] = {
        {"opens_at", tally->opens_at},     {"closes_at", tally->closes_at},
        {"started_at", tally->started_at}, {"state_at", tally->state_at},
        {"counted_at", tally->counted_at}, {"as_of", tally->as_of},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(times); i++)
        json_object_set_new(json, times[i].name, clock->time(clock->data, times[i].at));
    json_object_set_new(json, "tree", text_json(tally->tree));
    json_object_set_new(json, "snapshot",
                        tally->snapshot.id == 0
                            ? json_null()
                            : json_pack("{sI so}", "id", (json_int_t)tally->snapshot.id, "kind",
                                        text_json(tally->snapshot.kind)));
    json_object_set_new(json, "total", tally_json_figures(&tally->total));
    json_object_set_new(json, "receipts", tally_json_messages(tally->receipts));
    if (by_unit)
        json_object_set_new(json, "units", units_json(tally->units));
    return json;
}

static json_t *exact_time(const void *data, int64_t at)
{
    (void)data;
    return json_integer(at);
}

char *tally_json_text(const struct tally *tally)
{
    const struct tally_json_clock clock = {exact_time, NULL};
    json_t *json = tally_json(tally, &clock, true);
    json_t *units = json_object_get(json, "units");
    for (unsigned i = 0; i < tally->units->len; i++) {
        const struct tally_unit *unit = tally->units->pdata[i];
        json_object_set_new(json_array_get(units, i), "id", json_integer(unit->id));
    }
    json_object_set_new(json, "form", json_integer(FORM));
    return event_text(json);
}

/* ---- reading ---- */

/* One fault is enough: what follows is not looked at. */
struct reading {
    const char *fault; /* name of the member; NULL: none */
};

static const json_t *member(struct reading *reading, const json_t *json, const char *name)
{
    const json_t *value = json_object_get(json, name);
    if (value == NULL && reading->fault == NULL)
        reading->fault = name;
    return value;
}

static int64_t number(struct reading *reading, const json_t *json, const char *name)
{
    const json_t *value = member(reading, json, name);
    if (!json_is_integer(value) && reading->fault == NULL)
        reading->fault = name;
    return json_integer_value(value);
}

/* NULL for null. */
static char *text(struct reading *reading, const json_t *json, const char *name)
{
    const json_t *value = member(reading, json, name);
    if (!json_is_string(value) && !json_is_null(value) && reading->fault == NULL)
        reading->fault = name;
    return g_strdup(json_string_value(value));
}

static void read_messages(struct reading *reading, const json_t *json,
                          int64_t retcounts[MESSAGE_STATES])
{
    for (int state = 0; state < MESSAGE_STATES; state++)
        retcounts[state] = number(reading, json, message_state_name((enum message_state)state));
}

static void read_question(struct reading *reading, const json_t *json,
                          struct tally_figures *figures)
{
    g_autofree char *id = text(reading, json, "id"), *kind = text(reading, json, "kind");
    struct tally_question *question = tally_figures_add_gone(figures, id == NULL ? "" : id);
    question->gone = json_is_true(member(reading, json, "gone"));
    for (size_t i = 0; i < G_N_ELEMENTS(kind_names); i++)
        if (g_strcmp0(kind, kind_names[i]) == 0)
            question->kind = (int)i;
    question->answered = number(reading, json, "answered");
    question->no_answer = number(reading, json, "no_answer");
    question->other = number(reading, json, "other");
    size_t index;
    const json_t *value;
    json_array_foreach(member(reading, json, "options"), index, value)
    {
        g_autofree char *code = text(reading, value, "code"),
                        *label = text(reading, value, "label");
        struct tally_option *option = tally_question_add_option(
            question, code, label, json_is_true(member(reading, value, "addon")));
        option->count = number(reading, value, "count");
    }
    json_array_foreach(member(reading, json, "fields"), index, value)
    {
        g_autofree char *name = text(reading, value, "name"),
                        *label = text(reading, value, "label");
        struct tally_field *field = tally_question_add_field(question, name, label);
        field->overflow = json_is_null(member(reading, value, "sum"));
        field->sum = field->overflow ? 0 : number(reading, value, "sum");
        field->given = number(reading, value, "given");
    }
}

static void read_figures(struct reading *reading, const json_t *json,
                         struct tally_figures *retfigures)
{
    const json_t *coverage = member(reading, json, "coverage");
    const json_t *target = member(reading, json, "target");
    tally_figures_like(retfigures, NULL);
    retfigures->persons = number(reading, json, "persons");
    retfigures->households = number(reading, json, "households");
    retfigures->contacts = number(reading, json, "contacts");
    retfigures->no_phone = number(reading, json, "no_phone");
    retfigures->base = number(reading, json, "base");
    retfigures->coverage.base = number(reading, coverage, "base");
    retfigures->coverage.reached = number(reading, coverage, "reached");
    retfigures->target.plan = number(reading, target, "plan");
    retfigures->target.done = number(reading, target, "done");
    retfigures->unclear = number(reading, json, "unclear");
    retfigures->opinions = number(reading, json, "opinions");
    retfigures->optouts = number(reading, json, "optouts");
    retfigures->replies = number(reading, json, "replies");
    read_messages(reading, member(reading, json, "messages"), retfigures->messages);
    size_t index;
    const json_t *question;
    json_array_foreach(member(reading, json, "questions"), index, question)
    {
        read_question(reading, question, retfigures);
    }
}

static void read_units(struct reading *reading, const json_t *json, struct tally *tally)
{
    size_t index;
    const json_t *value;
    json_array_foreach(json, index, value)
    {
        struct tally_unit *unit = g_new0(struct tally_unit, 1);
        unit->id = number(reading, value, "id");
        unit->code = text(reading, value, "code");
        unit->name = text(reading, value, "name");
        unit->parent = text(reading, value, "parent");
        unit->depth = (unsigned)number(reading, value, "depth");
        read_figures(reading, member(reading, value, "all"), &unit->all);
        read_figures(reading, member(reading, value, "own"), &unit->own);
        g_ptr_array_add(tally->units, unit);
    }
}

static int read_count_by(struct reading *reading, const json_t *json, const char *name)
{
    g_autofree char *word = text(reading, json, name);
    for (int by = COUNT_BY_PERSON; by <= COUNT_BY_CONTACT; by++)
        if (g_strcmp0(word, count_by_name((enum count_by)by)) == 0)
            return by;
    if (reading->fault == NULL)
        reading->fault = name;
    return COUNT_BY_PERSON;
}

static void read_head(struct reading *reading, const json_t *json, struct tally *tally)
{
    g_autofree char *state = text(reading, json, "state");
    if ((state == NULL || !campaign_state_from_name(state, &tally->state)) &&
        reading->fault == NULL)
        reading->fault = "state";
    tally->id = number(reading, json, "id");
    tally->code = text(reading, json, "code");
    tally->title = text(reading, json, "title");
    tally->count_by = read_count_by(reading, json, "count_by");
    tally->coverage_by = read_count_by(reading, json, "coverage_by");
    tally->coverage_target = json_real_value(member(reading, json, "coverage_target"));
    tally->plan = number(reading, json, "plan");
    tally->opens_at = number(reading, json, "opens_at");
    tally->closes_at = number(reading, json, "closes_at");
    tally->started_at = number(reading, json, "started_at");
    tally->state_at = number(reading, json, "state_at");
    tally->counted_at = number(reading, json, "counted_at");
    tally->as_of = number(reading, json, "as_of");
    tally->tree = text(reading, json, "tree");
}

struct tally *tally_json_read(const char *stored, GError **error)
{
    json_t *json = json_loads(stored, 0, NULL);
    struct reading reading = {json == NULL ? "{" : NULL};
    struct tally *tally = g_new0(struct tally, 1);
    tally->units = g_ptr_array_new_with_free_func(tally_unit_free);
    read_head(&reading, json, tally);
    read_figures(&reading, member(&reading, json, "total"), &tally->total);
    read_messages(&reading, member(&reading, json, "receipts"), tally->receipts);
    read_units(&reading, member(&reading, json, "units"), tally);
    if (number(&reading, json, "form") != FORM && reading.fault == NULL)
        reading.fault = "form";
    json_decref(json);
    if (reading.fault == NULL)
        return tally;
    g_set_error(error, CAMPAIGN_ERROR, CAMPAIGN_ERROR_INVALID,
                "the stored figures cannot be read at “%s”", reading.fault);
    tally_free(tally);
    return NULL;
}
