// SPDX-License-Identifier: GPL-2.0-or-later
// The organisation tree over HTTP.
#include "campaigns/store/units.h"

#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"

void api_unit_list(struct api_request *request, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    struct stored_units *units = store_units_load(request->store, &error);
    if (units == NULL) {
        problem_from_error(response, error);
        return;
    }
    json_t *list = json_array();
    for (unsigned i = 0; i < units->units->len; i++) {
        const struct stored_unit *unit = &g_array_index(units->units, struct stored_unit, i);
        const struct stored_unit *parent = stored_units_get(units, unit->parent_id);
        json_array_append_new(list, json_pack("{so so so so ss}", "code", json_text(unit->code),
                                              "name", json_text(unit->name), "parent",
                                              json_text(parent != NULL ? parent->code : NULL),
                                              "kind", json_text(unit->kind), "origin",
                                              unit->from_table ? "table" : "roster"));
    }
    response_json(response, 200, json_pack("{so}", "units", list));
    stored_units_free(units);
}
