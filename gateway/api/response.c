// SPDX-License-Identifier: GPL-2.0-or-later
// Holds one answer, and makes texts of any bytes fit for it.
#include "gateway/api/response.h"

void response_json(struct api_response *response, unsigned status, json_t *json)
{
    response_clear(response);
    response->status = status;
    response->json = json;
}

void response_file(struct api_response *response, GBytes *bytes, const char *type, char *file)
{
    response_clear(response);
    response->status = 200;
    response->bytes = bytes;
    response->type = type;
    response->file = file;
}

void response_clear(struct api_response *response)
{
    json_decref(response->json);
    g_clear_pointer(&response->bytes, g_bytes_unref);
    g_free(response->file);
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
