// SPDX-License-Identifier: GPL-2.0-or-later
// Holds one answer, and makes texts of any bytes fit for it.
#include "gateway/api/response.h"

#include <glib.h>

void response_json(struct api_response *response, unsigned status, json_t *json)
{
    response_clear(response);
    response->status = status;
    response->json = json;
}

void response_clear(struct api_response *response)
{
    json_decref(response->json);
    *response = (struct api_response){0};
}

json_t *json_text(const char *text)
{
    if (text == NULL)
        return json_null();
    json_t *string = json_string(text);
    if (string != NULL)
        return string;
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    return json_string(valid);
}
