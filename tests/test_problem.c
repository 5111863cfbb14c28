// SPDX-License-Identifier: GPL-2.0-or-later
// Problem details: which status a fault has, and what they say about mistakes.
#include "gateway/api/problem.h"

#include "campaigns/answer.h"
#include "campaigns/campaign.h"
#include "campaigns/csv.h"
#include "gateway/api/request.h"

#include <glib/gstdio.h>

static void test_a_fault_has_its_status(void)
{
    const struct {
        GQuark domain;
        int code;
        unsigned status;
    } rows[] = {
        {STORE_ERROR, STORE_ERROR_NOT_FOUND, 404},   {STORE_ERROR, STORE_ERROR_CONFLICT, 409},
        {STORE_ERROR, STORE_ERROR_BUSY, 503},        {STORE_ERROR, STORE_ERROR_FULL, 507},
        {STORE_ERROR, STORE_ERROR_FAILED, 500},      {STORE_ERROR, STORE_ERROR_NEWER, 500},
        {CAMPAIGN_ERROR, CAMPAIGN_ERROR_STATE, 409}, {CAMPAIGN_ERROR, CAMPAIGN_ERROR_APPROVAL, 409},
        {CAMPAIGN_ERROR, CAMPAIGN_ERROR_EMPTY, 409}, {CAMPAIGN_ERROR, CAMPAIGN_ERROR_INVALID, 422},
        {ANSWER_ERROR, ANSWER_ERROR_CODE, 422},      {ANSWER_ERROR, ANSWER_ERROR_NOBODY, 409},
        {CSV_ERROR, CSV_ERROR_QUOTE, 422},           {G_FILE_ERROR, G_FILE_ERROR_IO, 500},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct api_response response = {0};
        GError *error = g_error_new(rows[i].domain, rows[i].code, "why \"it\" failed");
        problem_from_error(&response, error);
        g_assert_cmpuint(response.status, ==, rows[i].status);
        g_assert_true(response.problem);
        g_assert_cmpuint(response.retry_s > 0, ==, rows[i].status == 503);
        g_assert_cmpint(json_integer_value(json_object_get(response.json, "status")), ==,
                        rows[i].status);
        g_assert_cmpstr(json_string_value(json_object_get(response.json, "title")), ==,
                        problem_title(rows[i].status));
        g_assert_cmpstr(json_string_value(json_object_get(response.json, "detail")), ==,
                        "why \"it\" failed");
        g_error_free(error);
        response_clear(&response);
    }
}

static void test_every_status_has_a_title(void)
{
    const unsigned statuses[] = {400, 404, 405, 409, 413, 415, 422, 500, 503, 507};
    for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++)
        g_assert_cmpstr(problem_title(statuses[i]), !=, "Unknown");
}

static void test_mistakes_are_listed(void)
{
    struct api_response response = {0};
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    mistakes_add(mistakes, "a.conf", 7, "questions[0].options", "has no options");
    mistakes_warn(mistakes, "a.conf", 9, "text", "is long");
    mistakes_add(mistakes, "a.conf", 0, NULL, "no text");
    problem_from_mistakes(&response, NULL, mistakes);
    g_assert_cmpuint(response.status, ==, 422);
    const json_t *list = json_object_get(response.json, "mistakes");
    g_assert_cmpuint(json_array_size(list), ==, 3);
    const json_t *first = json_array_get(list, 0);
    g_assert_cmpstr(json_string_value(json_object_get(first, "file")), ==, "a.conf");
    g_assert_cmpint(json_integer_value(json_object_get(first, "line")), ==, 7);
    g_assert_cmpstr(json_string_value(json_object_get(first, "field")), ==, "questions[0].options");
    g_assert_true(json_is_false(json_object_get(first, "warning")));
    g_assert_true(json_is_true(json_object_get(json_array_get(list, 1), "warning")));
    g_assert_true(json_is_null(json_object_get(json_array_get(list, 2), "field")));
    g_assert_cmpstr(json_string_value(json_object_get(response.json, "detail")), ==,
                    "2 mistakes; nothing was changed");
    response_clear(&response);
}

static void test_bytes_that_are_no_text_do_not_break_it(void)
{
    struct api_response response = {0};
    problem_answer(&response, 400, "what is \xff\xfe?");
    g_assert_nonnull(response.json);
    g_assert_nonnull(json_string_value(json_object_get(response.json, "detail")));
    response_clear(&response);
}

/* ---- the pieces of requests ---- */

static void test_parameters_are_read_strictly(void)
{
    static const struct {
        const char *text;
        bool good;
        int64_t value;
    } rows[] = {
        {"1", true, 1},    {"1000", true, 1000},
        {"0", false, 0},   {"1001", false, 0},
        {"", false, 0},    {" 5", false, 0},
        {"5x", false, 0},  {"-1", false, 0},
        {"1e3", false, 0}, {"0x10", false, 0},

        {"٣", false, 0},   {"99999999999999999999", false, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct api_response response = {0};
        g_autoptr(GHashTable) query = g_hash_table_new(g_str_hash, g_str_equal);
        struct api_request request = {.query = query};
        int64_t value = 0;
        g_hash_table_insert(query, (gpointer) "limit", (gpointer)rows[i].text);
        bool good = request_integer(&request, "limit", 100, 1, 1000, &response, &value);
        g_test_message("\"%s\"", rows[i].text);
        g_assert_true(good == rows[i].good);
        g_assert_cmpint(value, ==, rows[i].value);
        g_assert_cmpuint(response.status, ==, rows[i].good ? 0 : 400);
        response_clear(&response);
    }
}

static void test_bodies_are_read_strictly(void)
{
    static const char *const known[] = {"by", "reason", NULL};
    static const struct {
        const char *body;
        unsigned status; /* 0: taken */
    } rows[] = {
        {"", 0},
        {"{}", 0},
        {"{\"by\":\"Lan\",\"reason\":\"\"}", 0},
        {"{\"by\":\"Lan\"", 400},
        {"[]", 400},
        {"\"by\"", 400},
        {"{\"by\":1}", 422},
        {"{\"by\":null}", 422},
        {"{\"who\":\"Lan\"}", 422},
        {"{\"by\":\"a\",\"by\":\"b\"}", 400},
        {"{\"by\":\"a\\u0000b\"}", 400},
        {"{\"by\":\"\xff\"}", 400},
        {"{} {}", 400},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct api_response response = {0};
        g_autoptr(GByteArray) body = g_byte_array_new();
        struct api_request request = {.body = body};
        g_byte_array_append(body, (const guint8 *)rows[i].body, (guint)strlen(rows[i].body));
        json_t *object = request_object(&request, known, &response);
        g_test_message("%s", rows[i].body);
        g_assert_cmpuint(response.status, ==, rows[i].status);
        g_assert_true((object != NULL) == (rows[i].status == 0));
        json_decref(object);
        response_clear(&response);
    }
}

static void test_times_have_the_offset_of_the_zone(void)
{
    static const struct {
        const char *zone;
        int64_t at;
        const char *text; /* NULL: null */
    } rows[] = {
        {"Asia/Ho_Chi_Minh", 1717981200000, "2024-06-10T08:00:00.000+07:00"},
        {"Asia/Ho_Chi_Minh", 1717981200007, "2024-06-10T08:00:00.007+07:00"},
        {"UTC", 1717981200000, "2024-06-10T01:00:00.000+00:00"},
        {"UTC", 0, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct api_request request = {.zone = g_time_zone_new_identifier(rows[i].zone)};
        json_t *time = json_time(&request, rows[i].at);
        g_assert_cmpstr(json_string_value(time), ==, rows[i].text);
        json_decref(time);
        g_time_zone_unref(request.zone);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/problem/a fault has its status", test_a_fault_has_its_status);
    g_test_add_func("/problem/every status has a title", test_every_status_has_a_title);
    g_test_add_func("/problem/mistakes are listed", test_mistakes_are_listed);
    g_test_add_func("/problem/bytes that are no text do not break it",
                    test_bytes_that_are_no_text_do_not_break_it);
    g_test_add_func("/request/parameters are read strictly", test_parameters_are_read_strictly);
    g_test_add_func("/request/bodies are read strictly", test_bodies_are_read_strictly);
    g_test_add_func("/request/times have the offset of the zone",
                    test_times_have_the_offset_of_the_zone);
    return g_test_run();
}
