// SPDX-License-Identifier: GPL-2.0-or-later
/* The preview of a campaign over HTTP: who gets it, who does not and why, both forms, the cost. */
#include "campaigns/preview.h"
#include "campaigns/reminder.h"

#include "gateway/api/campaign.h"
#include "gateway/api/forecast.h"
#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"

#define PRICE_MAX INT64_C(1000000000)

static const char *const form_names[] = {[FORM_UNMARKED] = "unmarked", [FORM_MARKED] = "marked"};

static json_t *by_parts_json(const struct preview_form *form)
{
    json_t *json = json_object();
    for (unsigned parts = 0; parts < G_N_ELEMENTS(form->by_parts); parts++) {
        if (form->by_parts[parts] == 0)
            continue;
        g_autofree char *name = g_strdup_printf("%u", parts);
        json_object_set_new(json, parts > PARTS_MAX ? "too_many" : name,
                            json_integer(form->by_parts[parts]));
    }
    return json;
}

static json_t *longest_json(const struct preview_form *form)
{
    if (form->longest == NULL)
        return json_null();
    return json_pack("{so so si si}", "text", json_text(form->longest), "name",
                     json_text(form->longest_name), "parts", (int)form->longest_parts, "units",
                     (int)form->longest_units);
}

static json_t *form_json(const struct preview_form *form)
{
    return json_pack("{sI sI so sI sI so so so}", "gsm7", (json_int_t)form->gsm7, "ucs2",
                     (json_int_t)form->ucs2, "offending", json_text(form->offending), "parts",
                     (json_int_t)form->parts, "cost", (json_int_t)form->cost, "by_parts",
                     by_parts_json(form), "longest", longest_json(form), "sample",
                     json_text(form->sample));
}

static json_t *left_out_json(const struct audience *audience)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < audience->left_out->len; i++) {
        const struct recipient *person = g_ptr_array_index(audience->left_out, i);
        json_array_append_new(
            list,
            json_pack("{so so so ss ss so}", "name", json_text(person->name), "unit",
                      json_text(person->unit_name), "phone", json_text(person->phone), "reason",
                      left_out_name(person->left_out), "sentence",
                      left_out_sentence(person->left_out), "detail", json_text(person->detail)));
    }
    return list;
}

static json_t *audience_json(const struct audience *audience)
{
    json_t *reasons = json_object();
    for (int reason = LEFT_OUT_NOT + 1; reason < LEFT_OUT_COUNT; reason++)
        json_object_set_new(reasons, left_out_name((enum left_out)reason),
                            json_integer(audience->counts[reason]));
    return json_pack("{sI sI sI sI sI so}", "persons", (json_int_t)audience->persons, "households",
                     (json_int_t)audience->households, "contacts", (json_int_t)audience->contacts,
                     "recipients", (json_int_t)audience->recipients->len, "exempted",
                     (json_int_t)audience->exempted, "left_out", reasons);
}

static json_t *reminders_json(const struct api_request *request, const struct preview *preview)
{
    json_t *list = json_array();
    const GPtrArray *reminders = preview->config.reminders;
    for (unsigned i = 0; i < reminders->len; i++) {
        const struct reminder_config *reminder = reminders->pdata[i];
        json_t *json = form_json(&preview->reminder[i]);
        json_object_set_new(json, "at", json_time(request, reminder->at));
        json_object_set_new(json, "to",
                            json_string(reminder_to_name((enum reminder_to)reminder->to)));
        json_array_append_new(list, json);
    }
    return list;
}

static json_t *preview_json(const struct api_request *request, const struct preview *preview)
{
    json_t *forms = json_object();
    for (int form = 0; form < FORM_COUNT; form++)
        json_object_set_new(forms, form_names[form], form_json(&preview->form[form]));
    return json_pack("{sI so ss sI ss ss so so so sI so}", "id", (json_int_t)preview->id, "code",
                     json_text(preview->code), "hash", preview->hash, "price_per_part",
                     (json_int_t)preview->price_per_part, "sends", form_names[preview->sends],
                     "on_unsure", on_unsure_name((enum on_unsure)preview->config.on_unsure),
                     "audience", audience_json(preview->audience), "forms", forms, "left_out",
                     left_out_json(preview->audience), "cost_at_most",
                     (json_int_t)preview->cost_at_most, "reminders",
                     reminders_json(request, preview));
}

void api_preview_show(struct api_request *request, struct api_response *response)
{
    struct campaign_terms terms = campaign_terms_of(request->config);
    g_autoptr(GError) error = NULL;
    if (!request_integer(request, "price", terms.price_per_part, 0, PRICE_MAX, response,
                         &terms.price_per_part))
        return;
    struct campaign_row *row = api_campaign_find(request, response);
    if (row == NULL)
        return;
    struct preview *preview = preview_make(request->store, row->id, &terms, request->now, &error);
    campaign_row_free(row);
    if (preview == NULL) {
        problem_from_error(response, error);
        return;
    }
    json_t *forecast = forecast_json(request, preview, &error);
    if (forecast != NULL) {
        json_t *json = preview_json(request, preview);
        json_object_set_new(json, "forecast", forecast);
        response_json(response, 200, json);
    } else {
        problem_from_error(response, error);
    }
    preview_free(preview);
}
