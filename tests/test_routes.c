// SPDX-License-Identifier: GPL-2.0-or-later
// The table of routes: what it finds, and that openapi.json tells the same, both ways.
#include "gateway/api/routes.h"

#include <string.h>

static const struct {
    const char *name, *method, *path;
    enum route_found found;
    const char *route, *id, *allow;
} searches[] = {
    {"a plain path", "GET", "/v1/status", ROUTE_FOUND, "/v1/status"},
    {"HEAD is answered as GET", "HEAD", "/v1/status", ROUTE_FOUND, "/v1/status"},
    {"a number in the middle", "GET", "/v1/campaigns/12/tally", ROUTE_FOUND,
     "/v1/campaigns/{id}/tally", "12"},
    {"a code at the end", "GET", "/v1/campaigns/ĐỐI-THOẠI", ROUTE_FOUND, "/v1/campaigns/{id}",
     "ĐỐI-THOẠI"},
    {"a step", "POST", "/v1/campaigns/A/start", ROUTE_FOUND, "/v1/campaigns/{id}/start", "A"},
    {"a word goes before an id", "POST", "/v1/outbox/retry", ROUTE_FOUND, "/v1/outbox/retry"},
    {"the word is no id for another method", "GET", "/v1/outbox/retry", ROUTE_NO_METHOD,
     .allow = "POST"},
    {"the other method of a path", "DELETE", "/v1/campaigns", ROUTE_NO_METHOD,
     .allow = "GET, HEAD, POST"},
    {"a step takes POST alone", "GET", "/v1/campaigns/A/start", ROUTE_NO_METHOD, .allow = "POST"},
    {"methods know their case", "get", "/v1/status", ROUTE_NO_METHOD, .allow = "GET, HEAD"},
    {"nothing there", "GET", "/v1/nothing", ROUTE_NO_PATH},
    {"the root", "GET", "/", ROUTE_NO_PATH},
    {"a slash too many", "GET", "/v1/status/", ROUTE_NO_PATH},
    {"an empty id", "GET", "/v1/campaigns//tally", ROUTE_NO_PATH},
    {"an empty id at the end", "GET", "/v1/campaigns/", ROUTE_NO_PATH},
    {"two segments are no id", "GET", "/v1/campaigns/a/b/tally", ROUTE_NO_PATH},
    {"a step nobody knows", "POST", "/v1/campaigns/A/explode", ROUTE_NO_PATH},
    {"the beginning of a path", "GET", "/v1", ROUTE_NO_PATH},
};

static void test_search(gconstpointer data)
{
    size_t row = GPOINTER_TO_SIZE(data);
    const struct route *route = NULL;
    g_autofree char *id = NULL, *allow = NULL;
    enum route_found found =
        routes_find(searches[row].method, searches[row].path, &route, &id, &allow);
    g_assert_cmpint(found, ==, searches[row].found);
    g_assert_cmpstr(route != NULL ? route->path : NULL, ==, searches[row].route);
    g_assert_cmpstr(id, ==, searches[row].id);
    g_assert_cmpstr(allow, ==, searches[row].allow);
}

static void test_every_route_finds_itself(void)
{
    for (size_t i = 0; i < routes_count; i++) {
        g_auto(GStrv) pieces = g_strsplit(routes[i].path, "{id}", -1);
        g_autofree char *path = g_strjoinv("7", pieces);
        g_autofree char *id = NULL, *allow = NULL;
        const struct route *found = NULL;
        g_assert_cmpint(routes_find(routes[i].method, path, &found, &id, &allow), ==, ROUTE_FOUND);
        g_assert_true(found == &routes[i]);
        g_assert_nonnull(found->handle);
    }
}

static void test_a_route_knows_its_parameters(void)
{
    const struct route route = {.query = "state after limit"}, bare = {0};
    g_assert_true(route_knows(&route, "after"));
    g_assert_true(route_knows(&route, "limit"));
    g_assert_false(route_knows(&route, "aft"));
    g_assert_false(route_knows(&route, "state after"));
    g_assert_false(route_knows(&route, ""));
    g_assert_false(route_knows(&bare, "after"));
}

static json_t *read_document(void)
{
    json_error_t error;
    json_t *document = json_load_file("gateway/api/openapi.json", JSON_REJECT_DUPLICATES, &error);
    if (document == NULL)
        g_error("openapi.json:%d: %s", error.line, error.text);
    return document;
}

static const json_t *find_operation(const json_t *document, const struct route *route)
{
    g_autofree char *method = g_ascii_strdown(route->method, -1);
    const json_t *path = json_object_get(json_object_get(document, "paths"), route->path);
    return json_object_get(path, method);
}

static bool documents_parameter(const json_t *operation, const char *name)
{
    size_t index;
    const json_t *parameter;
    json_array_foreach(json_object_get(operation, "parameters"), index, parameter)
    {
        if (strcmp(json_string_value(json_object_get(parameter, "name")), name) == 0)
            return true;
    }
    return false;
}

static void test_every_route_is_documented(void)
{
    json_t *document = read_document();
    for (size_t i = 0; i < routes_count; i++) {
        const json_t *operation = find_operation(document, &routes[i]);
        if (operation == NULL)
            g_error("openapi.json lacks %s %s", routes[i].method, routes[i].path);
        g_auto(GStrv) names = g_strsplit(routes[i].query != NULL ? routes[i].query : "", " ", -1);
        for (unsigned j = 0; names[j] != NULL && names[j][0] != '\0'; j++) {
            if (!documents_parameter(operation, names[j]))
                g_error("openapi.json: %s %s lacks %s", routes[i].method, routes[i].path, names[j]);
        }
        bool has_id = strstr(routes[i].path, "{id}") != NULL;
        g_assert_true(documents_parameter(operation, "id") == has_id);
        bool multipart =
            json_object_get(json_object_get(json_object_get(operation, "requestBody"), "content"),
                            "multipart/form-data") != NULL;
        g_assert_true(multipart == routes[i].multipart);
    }
    json_decref(document);
}

static const struct route *find_route(const char *method, const char *path)
{
    for (size_t i = 0; i < routes_count; i++) {
        if (g_ascii_strcasecmp(routes[i].method, method) == 0 && strcmp(routes[i].path, path) == 0)
            return &routes[i];
    }
    return NULL;
}

static void check_operation(const char *method, const char *path, const json_t *operation)
{
    const struct route *route = find_route(method, path);
    size_t index;
    const json_t *parameter;
    if (route == NULL)
        g_error("openapi.json tells of %s %s, which is no route", method, path);
    json_array_foreach(json_object_get(operation, "parameters"), index, parameter)
    {
        const char *name = json_string_value(json_object_get(parameter, "name"));
        const char *place = json_string_value(json_object_get(parameter, "in"));
        if (strcmp(place, "query") == 0 && !route_knows(route, name))
            g_error("openapi.json: %s %s does not take %s", method, path, name);
    }
}

static void test_everything_documented_is_a_route(void)
{
    json_t *document = read_document();
    const char *path, *method;
    json_t *operations, *operation;
    json_object_foreach(json_object_get(document, "paths"), path, operations)
    {
        json_object_foreach(operations, method, operation) check_operation(method, path, operation);
    }
    json_decref(document);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(searches); i++) {
        g_autofree char *name = g_strdup_printf("/routes/%s", searches[i].name);
        g_test_add_data_func(name, GSIZE_TO_POINTER(i), test_search);
    }
    g_test_add_func("/routes/every route finds itself", test_every_route_finds_itself);
    g_test_add_func("/routes/a route knows its parameters", test_a_route_knows_its_parameters);
    g_test_add_func("/routes/every route is documented", test_every_route_is_documented);
    g_test_add_func("/routes/everything documented is a route",
                    test_everything_documented_is_a_route);
    return g_test_run();
}
