// SPDX-License-Identifier: GPL-2.0-or-later
/* Requests as a client may send them, through the real routes and handlers, a few in a row. The
 * input holds them one after another, a line "===" between: METHOD /path?name=value     and on the
 * lines below the body, of a form the file in it SMS +84900174207            and below what this
 * number writes to us A client may be refused; the service may never be at fault. */
#include "campaigns/answer.h"
#include "campaigns/text.h"
#include "gateway/api/routes.h"
#include "tests/fuzz/office.h"

#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { REQUESTS_MAX = 8, VALUE_BYTES_MAX = 1000 };

static struct gateway_config config;
static GTimeZone *zone;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    (void)argc;
    (void)argv;
    gateway_config_read("tests/samples/loa.conf", &config, mistakes);
    g_assert_cmpuint(mistakes_count(mistakes), ==, 0);
    zone = g_time_zone_new_identifier("Asia/Ho_Chi_Minh");
    office_found();
    return 0;
}

static void free_file(void *data)
{
    struct api_file *part = data;
    g_free(part->name);
    g_byte_array_unref(part->bytes);
    g_free(part);
}

/* As server.c takes them; a false means that it refuses the request. */
static bool read_query(const struct route *route, char *text, GHashTable *query)
{
    g_auto(GStrv) pairs = g_strsplit(text, "&", -1);
    for (char **pair = pairs; *pair != NULL; pair++) {
        char *value = strchr(*pair, '=');
        g_autofree char *name =
            g_strndup(*pair, value != NULL ? (gsize)(value - *pair) : strlen(*pair));
        value = value != NULL ? value + 1 : *pair + strlen(*pair);
        if (strlen(value) > VALUE_BYTES_MAX || !route_knows(route, name) ||
            !g_hash_table_insert(query, g_strdup(name), g_strdup(value)))
            return false;
    }
    return true;
}

static void handle(struct store *store, const struct route *route, struct api_request *request)
{
    struct api_response response = {0};
    g_autoptr(GByteArray) body = g_byte_array_ref((GByteArray *)request->body);
    request->store = store;
    request->argument = route->argument;
    if (route->multipart) {
        struct api_file *part = g_new0(struct api_file, 1);
        part->name = g_strdup("roster.csv");
        part->bytes = g_byte_array_ref(body);
        request->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_file);
        g_hash_table_insert(request->files, g_strdup("file"), part);
        request->body = NULL;
    }
    if (body->len <= route->body_max)
        route->handle(request, &response);
    g_clear_pointer(&request->files, g_hash_table_unref);
    g_clear_pointer(&request->order, api_order_free);
    if (body->len <= route->body_max) {
        g_assert_cmpuint(response.status, >=, 200);
        if (response.status >= 500)
            g_error("%s: %s", route->path, json_dumps(response.json, JSON_COMPACT));
        g_assert_true((response.json == NULL) == (response.bytes != NULL));
        char *text = response.json != NULL ? json_dumps(response.json, JSON_COMPACT) : NULL;
        g_assert_true((text == NULL) == (response.json == NULL));
        free(text);
    }
    g_assert_false(store_in_transaction(store));
    response_clear(&response);
}

static void ask(struct store *store, const char *method, char *target, GByteArray *body)
{
    const struct route *route = NULL;
    g_autofree char *id = NULL, *allow = NULL;
    g_autoptr(GHashTable) query = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    char *mark = strchr(target, '?');
    if (mark != NULL)
        *mark = '\0';
    if (!g_utf8_validate(target, -1, NULL) ||
        routes_find(method, target, &route, &id, &allow) != ROUTE_FOUND)
        return;
    if (mark != NULL &&
        (!g_utf8_validate(mark + 1, -1, NULL) || !read_query(route, mark + 1, query)))
        return;
    struct api_request request = {.config = &config,
                                  .zone = zone,
                                  .now = OPENING + 2 * HOUR,
                                  .since = OPENING,
                                  .id = id,
                                  .who = "can bo",
                                  .query = query,
                                  .body = body};
    handle(store, route, &request);
}

static void take_sms(struct store *store, const char *sender, const GByteArray *body)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *bytes = g_strndup((const char *)body->data, body->len);
    g_autofree char *text = text_make_valid(bytes != NULL ? bytes : "", -1);
    struct answer_source source = {.modem = "sim1",
                                   .sender = sender,
                                   .text = text,
                                   .sent_at = OPENING + HOUR,
                                   .received_at = OPENING + HOUR};
    struct campaign_book *book = campaign_book_new(store, &test_terms);
    if (g_utf8_validate(sender, -1, NULL)) {
        g_assert_true(store_begin(store, NULL));
        answer_take(store, book, &source, OPENING + 2 * HOUR, &error);
        g_assert_no_error(error);
        g_assert_true(store_commit(store, NULL));
    }
    campaign_book_free(book);
}

static void play(struct store *store, const char *text, size_t size)
{
    const char *end = memchr(text, '\n', size);
    g_autofree char *head = g_strndup(text, end != NULL ? (size_t)(end - text) : size);
    g_autoptr(GByteArray) body = g_byte_array_new();
    if (end != NULL)
        g_byte_array_append(body, (const guint8 *)end + 1, (guint)(text + size - end - 1));
    char *target = strchr(head, ' ');
    if (target == NULL)
        return;
    *target++ = '\0';
    if (strcmp(head, "SMS") == 0)
        take_sms(store, target, body);
    else
        ask(store, head, target, body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char cut[] = "\n===\n";
    const char *at = (const char *)data, *end = at + size;
    struct store *store = office_open();
    for (unsigned i = 0; i < REQUESTS_MAX && at < end; i++) {
        const char *next = memmem(at, (size_t)(end - at), cut, strlen(cut));
        play(store, at, (size_t)((next != NULL ? next : end) - at));
        at = next != NULL ? next + strlen(cut) : end;
    }
    store_free(store);
    return 0;
}
