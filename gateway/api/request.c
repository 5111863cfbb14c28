// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the pieces of a request with strictness: what is not understood is refused, never guessed.
 */
#include "gateway/api/request.h"

#include "gateway/api/problem.h"

#include <inttypes.h>
#include <string.h>

enum { MEMBER_BYTES_MAX = 2000 };

const char *request_query(const struct api_request *request, const char *name)
{
    return g_hash_table_lookup(request->query, name);
}

bool request_integer(const struct api_request *request, const char *name, int64_t initial,
                     int64_t minimum, int64_t maximum, struct api_response *response,
                     int64_t *retvalue)
{
    const char *text = request_query(request, name);
    if (text == NULL) {
        *retvalue = initial;
        return true;
    }
    if (g_ascii_string_to_signed(text, 10, minimum, maximum, retvalue, NULL))
        return true;
    problem_answer(response, 400,
                   "%s must be a whole number from %" PRId64 " to %" PRId64 ", not \"%.40s\"", name,
                   minimum, maximum, text);
    return false;
}

bool request_choice(const struct api_request *request, const char *name, const char *const *choices,
                    int missing, struct api_response *response, int *retindex)
{
    const char *text = request_query(request, name);
    if (text == NULL) {
        *retindex = missing;
        return true;
    }
    for (int i = 0; choices[i] != NULL; i++) {
        if (strcmp(choices[i], text) == 0) {
            *retindex = i;
            return true;
        }
    }
    g_autofree char *known = g_strjoinv(", ", (char **)choices);
    problem_answer(response, 400, "%s must be one of %s, not \"%.40s\"", name, known, text);
    return false;
}

bool request_flag(const struct api_request *request, const char *name,
                  struct api_response *response, bool *retvalue)
{
    static const char *const choices[] = {"false", "true", "0", "1", NULL};
    int index = 0;
    if (!request_choice(request, name, choices, 0, response, &index))
        return false;
    *retvalue = index % 2 == 1;
    return true;
}

bool request_row(const struct api_request *request, struct api_response *response, int64_t *retid)
{
    if (g_ascii_string_to_signed(request->id, 10, 1, INT64_MAX, retid, NULL))
        return true;
    problem_answer(response, 404, "\"%.40s\" is no number of anything here", request->id);
    return false;
}

char *request_text(const struct api_request *request, struct api_response *response)
{
    const char *bytes = (const char *)request->body->data;
    size_t length = request->body->len;
    if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        bytes += 3;
        length -= 3;
    }
    const char *end = NULL;
    if (length == 0 || g_utf8_validate_len(bytes, length, &end))
        return g_strndup(length == 0 ? "" : bytes, length);
    problem_answer(response, 422, "byte %zu of the text is no UTF-8; save the file as UTF-8",
                   (size_t)(end - bytes) + 1);
    return NULL;
}

static bool is_text(const json_t *value)
{
    return json_is_string(value) && json_string_length(value) <= MEMBER_BYTES_MAX &&
           strlen(json_string_value(value)) == json_string_length(value);
}

static bool is_list(const json_t *value)
{
    bool good = json_is_array(value);
    for (size_t i = 0; good && i < json_array_size(value); i++)
        good = is_text(json_array_get(value, i));
    return good;
}

static bool member_is_known(const char *key, const json_t *value, const char *const *known,
                            struct api_response *response)
{
    g_autofree char *listed = g_strconcat("[]", key, NULL);
    bool list = g_strv_contains(known, listed);
    if (!list && !g_strv_contains(known, key)) {
        g_autofree char *all = g_strjoinv(", ", (char **)known);
        problem_answer(response, 422, "the member \"%.40s\" is not known here; there are: %s", key,
                       all);
        return false;
    }
    if (list ? !is_list(value) : !is_text(value)) {
        problem_answer(response, 422, "%s must be a %s of at most %d bytes", key,
                       list ? "list of texts" : "text", MEMBER_BYTES_MAX);
        return false;
    }
    return true;
}

json_t *request_object(const struct api_request *request, const char *const *known,
                       struct api_response *response)
{
    if (request->body->len == 0)
        return json_object();
    json_error_t error;
    json_t *object = json_loadb((const char *)request->body->data, request->body->len,
                                JSON_REJECT_DUPLICATES, &error);
    if (object == NULL) {
        problem_answer(response, 400, "the body is no JSON: line %d, column %d: %s", error.line,
                       error.column, error.text);
        return NULL;
    }
    bool good = json_is_object(object);
    if (!good)
        problem_answer(response, 400, "the body must be a JSON object");
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        good = good && member_is_known(key, value, known, response);
    }
    if (good)
        return object;
    json_decref(object);
    return NULL;
}

bool request_member_flag(const json_t *object, const char *name, struct api_response *response,
                         bool *retvalue)
{
    const char *text = json_string_value(json_object_get(object, name));
    bool yes = g_strcmp0(text, "true") == 0;
    if (text != NULL && !yes && strcmp(text, "false") != 0) {
        problem_answer(response, 422, "%s must be \"true\" or \"false\", not \"%.40s\"", name,
                       text);
        return false;
    }
    *retvalue = yes;
    return true;
}

char **request_texts(const json_t *object, const char *name)
{
    g_autoptr(GStrvBuilder) texts = g_strv_builder_new();
    size_t index = 0;
    const json_t *text = NULL;
    json_array_foreach(json_object_get(object, name), index, text)
    {
        g_strv_builder_add(texts, json_string_value(text));
    }
    return g_strv_builder_end(texts);
}

const char *request_by(const struct api_request *request, const char *named)
{
    return named != NULL && named[0] != '\0' ? named : request->who;
}

json_t *json_time(const struct api_request *request, int64_t at)
{
    if (at == 0)
        return json_null();
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at / 1000);
    if (utc == NULL)
        return json_null();
    g_autoptr(GDateTime) exact = g_date_time_add(utc, (at % 1000) * 1000);
    g_autoptr(GDateTime) local = g_date_time_to_timezone(exact, request->zone);
    g_autofree char *day = g_date_time_format(local, "%Y-%m-%dT%H:%M:%S");
    g_autofree char *offset = g_date_time_format(local, "%:z");
    return json_sprintf("%s.%03d%s", day, g_date_time_get_microsecond(local) / 1000, offset);
}
