// SPDX-License-Identifier: GPL-2.0-or-later
// The roster over HTTP: imports with their account of every row.
#include "campaigns/import.h"

#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"

static json_t *strings_json(const GPtrArray *strings)
{
    json_t *list = json_array();
    for (unsigned i = 0; strings != NULL && i < strings->len; i++)
        json_array_append_new(list, json_text(g_ptr_array_index(strings, i)));
    return list;
}

static bool is_notable(const struct import_row *row)
{
    if (row->outcome == ROW_EMPTY)
        return false;
    return row->outcome != ROW_PERSON || row->reason != NULL || row->conversions->len > 0 ||
           row->warnings->len > 0;
}

static json_t *rows_json(const struct import_report *report, bool notable)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < report->rows->len; i++) {
        const struct import_row *row = g_ptr_array_index(report->rows, i);
        if (notable && !is_notable(row))
            continue;
        json_array_append_new(
            list, json_pack("{sI ss ss so so so so so}", "line", (json_int_t)row->line, "outcome",
                            roster_outcome_name(row->outcome), "change",
                            import_change_name(row->change), "name", json_text(row->name), "reason",
                            json_text(row->reason), "conversions", strings_json(row->conversions),
                            "warnings", strings_json(row->warnings), "merged_line",
                            row->merged_line > 0 ? json_integer(row->merged_line) : json_null()));
    }
    return list;
}

static json_t *counts_json(const struct import_report *report)
{
    const struct {
        const char *name;
        unsigned count;
    } counts[] = {
        {"rows", report->rows->len},
        {"recognised", report->recognised},
        {"added", report->changes[IMPORT_ADDED]},
        {"updated", report->changes[IMPORT_UPDATED]},
        {"unchanged", report->changes[IMPORT_UNCHANGED]},
        {"converted", report->converted},
        {"merged", report->merged},
        {"rejected", report->rejected},
        {"no_phone", report->no_phone},
        {"no_unit", report->no_unit},
        {"warned", report->warned},
        {"contacts_added", report->contacts_added},
        {"households_added", report->households_added},
        {"units_added", report->units_added},
        {"units_updated", report->units_updated},
    };
    json_t *json = json_object(), *outcomes = json_object();
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++)
        json_object_set_new(json, counts[i].name, json_integer(counts[i].count));
    for (size_t i = 0; i < G_N_ELEMENTS(report->outcomes); i++)
        json_object_set_new(outcomes, roster_outcome_name((enum roster_outcome)i),
                            json_integer(report->outcomes[i]));
    json_object_set_new(json, "outcomes", outcomes);
    return json;
}

static json_t *name_or_null(enum charset charset)
{
    return charset == CHARSET_UNSAID ? json_null() : json_string(charset_name(charset));
}

static json_t *guesses_json(const GPtrArray *guesses)
{
    json_t *list = json_array();
    for (unsigned i = 0; guesses != NULL && i < guesses->len; i++) {
        const struct charset_guess *guess = guesses->pdata[i];
        json_t *lines = json_array();
        for (int s = 0; s < CHARSET_SAMPLES && guess->samples[s] != NULL; s++)
            json_array_append_new(lines, json_text(guess->samples[s]));
        json_array_append_new(
            list, json_pack("{ss ss so sI so}", "name", charset_name(guess->charset), "encoding",
                            charset_option(guess->charset), "same", name_or_null(guess->same),
                            "percent", (json_int_t)guess->percent, "lines", lines));
    }
    return list;
}

static json_t *first_json(const GPtrArray *first)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < first->len; i++) {
        const struct import_person *person = first->pdata[i];
        json_array_append_new(list,
                              json_pack("{sI so ss ss so ss}", "line", (json_int_t)person->line,
                                        "name", json_text(person->name), "birth", person->birth,
                                        "sex", roster_sex_name(person->sex), "unit",
                                        json_text(person->unit), "phone", person->phone.e164));
    }
    return list;
}

/* How the file was read. */
static void add_reading(json_t *json, const struct import_report *report)
{
    char separator[2] = {report->separator, '\0'};
    json_object_set_new(json, "encoding", json_text(report->encoding));
    json_object_set_new(json, "separator", json_string(separator));
    json_object_set_new(json, "sheet", json_text(report->sheet));
    json_object_set_new(json, "cells", name_or_null(report->cells));
    json_object_set_new(
        json, "guess",
        report->guess == CHARSET_UNSAID ? json_null() : json_string(charset_option(report->guess)));
    json_object_set_new(json, "guesses", guesses_json(report->guesses));
    json_object_set_new(json, "notes", strings_json(report->notes));
    json_object_set_new(json, "first", first_json(report->first));
}

static json_t *report_json(const struct import_report *report, const GPtrArray *mistakes,
                           bool notable)
{
    json_t *columns = json_array();
    for (unsigned i = 0; i < report->columns->len; i++) {
        const struct import_column *column = g_ptr_array_index(report->columns, i);
        json_array_append_new(columns,
                              json_pack("{sI ss so}", "index", (json_int_t)column->index, "field",
                                        column->field, "heading", json_text(column->heading)));
    }
    json_t *json =
        json_pack("{sb so so so so so so so}", "dry_run", report->dry_run ? 1 : 0, "file",
                  json_text(report->file), "import_id",
                  report->import_id > 0 ? json_integer(report->import_id) : json_null(), "columns",
                  columns, "counts", counts_json(report), "rows", rows_json(report, notable),
                  "rejects", json_text(report->rejects), "warnings", problem_mistakes(mistakes));
    add_reading(json, report);
    return json;
}

static bool take_file(const struct api_request *request, const char *part,
                      struct import_file *retfile)
{
    const struct api_file *file = g_hash_table_lookup(request->files, part);
    if (file == NULL)
        return false;
    *retfile = (struct import_file){
        .bytes = file->bytes->data, .length = file->bytes->len, .name = file->name};
    return true;
}

static bool parts_are_known(const struct api_request *request, struct api_response *response)
{
    GHashTableIter parts;
    gpointer name;
    g_hash_table_iter_init(&parts, request->files);
    while (g_hash_table_iter_next(&parts, &name, NULL)) {
        if (g_str_equal(name, "file") || g_str_equal(name, "units"))
            continue;
        problem_answer(response, 400,
                       "the form takes the parts \"file\" and \"units\", not \"%.40s\"",
                       (const char *)name);
        return false;
    }
    return true;
}

static bool read_charset(const struct api_request *request, struct api_response *response,
                         enum charset *retcharset)
{
    const char *name = request_query(request, "encoding");
    *retcharset = name != NULL ? charset_find(name) : CHARSET_UNSAID;
    if (name == NULL || *retcharset != CHARSET_UNSAID)
        return true;
    g_autofree char *options = charset_options();
    problem_answer(response, 400, "encoding is one of %s", options);
    return false;
}

static void run(struct api_request *request, const struct import_options *options, bool notable,
                struct api_response *response)
{
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    g_autoptr(GError) error = NULL;
    struct import_report *report = import_run(request->store, options, mistakes, &error);
    if (report == NULL) {
        if (mistakes_count(mistakes) > 0)
            problem_from_mistakes(response, NULL, mistakes);
        else
            problem_from_error(response, error);
        return;
    }
    response_json(response, options->dry_run ? 200 : 201, report_json(report, mistakes, notable));
    request->changed = !options->dry_run;
    import_report_free(report);
}

void api_roster_import(struct api_request *request, struct api_response *response)
{
    static const char *const kinds[] = {"all", "notable", NULL};
    struct import_file roster, units;
    struct import_options options = {.group = request_query(request, "group"),
                                     .by = request_by(request, request_query(request, "by")),
                                     .sheet = request_query(request, "sheet"),
                                     .now = request->now,
                                     .time_zone = request->config->time_zone};
    int kind = 0;
    if (!request_flag(request, "dry_run", response, &options.dry_run) ||
        !request_choice(request, "rows", kinds, 0, response, &kind) ||
        !read_charset(request, response, &options.charset) || !parts_are_known(request, response))
        return;
    if (!take_file(request, "file", &roster)) {
        problem_answer(response, 400, "the form needs a part \"file\": the roster");
        return;
    }
    options.roster = &roster;
    if (take_file(request, "units", &units))
        options.units = &units;
    run(request, &options, kind == 1, response);
}
