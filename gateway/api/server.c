// SPDX-License-Identifier: GPL-2.0-or-later
/* With aggregator.c the only file that knows libmicrohttpd. Takes requests off the socket (a thread
 * per connection, so that a long import delays nobody), gathers query, body and multipart parts
 * within the route's limits, calls the handler and writes its answer. Nothing of the domain is
 * decided here. */
#include "gateway/api/server.h"

#include "config/log.h"
#include "gateway/api/listener.h"
#include "gateway/api/pool.h"
#include "gateway/api/problem.h"
#include "gateway/api/routes.h"

#include <errno.h>
#include <inttypes.h>
#include <microhttpd.h>
#include <string.h>

enum { CLIENTS_MAX = 64, SILENCE_S = 60, POST_BUFFER = 64 * 1024, VALUE_BYTES_MAX = 1000 };

struct api_server {
    const struct gateway_config *config;
    GMutex settings; /* config and zone, held for reading or changing the pointers only */
    GTimeZone *zone;
    struct store_pool *pool;
    struct listener listener;
    struct MHD_Daemon *daemon;
    void (*wake)(void *data);
    void *wake_data;
    GAsyncQueue *orders; /* of struct api_order * */
    int64_t since;
};

/* One request while it comes in. */
struct exchange {
    const struct route *route; /* NULL: `response` is already there */
    char *id;
    size_t received;
    GByteArray *body;
    GHashTable *query, *files;
    struct MHD_PostProcessor *form;
    struct api_response response;
};

static void free_file(gpointer data)
{
    struct api_file *file = data;
    g_free(file->name);
    g_byte_array_unref(file->bytes);
    g_free(file);
}

static void exchange_free(struct exchange *exchange)
{
    if (exchange->form != NULL)
        MHD_destroy_post_processor(exchange->form);
    g_clear_pointer(&exchange->files, g_hash_table_unref);
    g_clear_pointer(&exchange->query, g_hash_table_unref);
    g_clear_pointer(&exchange->body, g_byte_array_unref);
    response_clear(&exchange->response);
    g_free(exchange->id);
    g_free(exchange);
}

static void refuse(struct exchange *exchange)
{
    exchange->route = NULL;
}

static void refuse_size(struct exchange *exchange)
{
    problem_answer(&exchange->response, 413, "the body may have %zu bytes at most",
                   exchange->route->body_max);
    refuse(exchange);
}

static enum MHD_Result take_parameter(void *data, enum MHD_ValueKind kind, const char *key,
                                      const char *value)
{
    struct exchange *exchange = data;
    (void)kind;
    if (exchange->route == NULL)
        return MHD_NO;
    value = value != NULL ? value : "";
    if (!g_utf8_validate(key, -1, NULL) || !g_utf8_validate(value, -1, NULL))
        problem_answer(&exchange->response, 400, "the query is no UTF-8");
    else if (strlen(value) > VALUE_BYTES_MAX)
        problem_answer(&exchange->response, 400, "\"%.40s\" is longer than %d bytes", key,
                       VALUE_BYTES_MAX);
    else if (!route_knows(exchange->route, key))
        problem_answer(&exchange->response, 400,
                       "this path does not take the parameter \"%.40s\"; it takes: %s", key,
                       exchange->route->query != NULL ? exchange->route->query : "none");
    else if (!g_hash_table_insert(exchange->query, g_strdup(key), g_strdup(value)))
        problem_answer(&exchange->response, 400, "the parameter \"%.40s\" stands there twice", key);
    if (exchange->response.status == 0)
        return MHD_YES;
    refuse(exchange);
    return MHD_NO;
}

/* The library says which parameters there are. NOLINTNEXTLINE(readability-function-size) */
static enum MHD_Result take_part(void *data, enum MHD_ValueKind kind, const char *key,
                                 const char *filename, const char *content_type,
                                 const char *transfer_encoding, const char *bytes, uint64_t offset,
                                 size_t size)
{
    struct exchange *exchange = data;
    (void)kind;
    (void)content_type;
    (void)transfer_encoding;
    (void)offset;
    key = key != NULL ? key : ""; /* a part may come without a name */
    struct api_file *file = g_hash_table_lookup(exchange->files, key);
    if (file == NULL) {
        file = g_new0(struct api_file, 1);
        file->name = g_utf8_make_valid(filename != NULL ? filename : key, -1);
        file->bytes = g_byte_array_new();
        g_hash_table_insert(exchange->files, g_strdup(key), file);
    }
    g_byte_array_append(file->bytes, (const guint8 *)bytes, (guint)size);
    return MHD_YES;
}

static void find_route(struct exchange *exchange, const char *method, const char *path)
{
    g_autofree char *allow = NULL;
    enum route_found found = ROUTE_NO_PATH;
    if (g_utf8_validate(path, -1, NULL))
        found = routes_find(method, path, &exchange->route, &exchange->id, &allow);
    switch (found) {
    case ROUTE_FOUND:
        break;
    case ROUTE_NO_PATH:
        problem_answer(&exchange->response, 404, "there is nothing at this path");
        break;
    case ROUTE_NO_METHOD:
        problem_answer(&exchange->response, 405, "this path takes %s", allow);
        exchange->response.allow = g_intern_string(allow);
        break;
    }
}

static void prepare_body(struct exchange *exchange, struct MHD_Connection *connection)
{
    const char *length =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    if (length != NULL && g_ascii_strtoull(length, NULL, 10) > exchange->route->body_max) {
        refuse_size(exchange);
        return;
    }
    if (!exchange->route->multipart) {
        exchange->body = g_byte_array_new();
        return;
    }
    const char *type =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_TYPE);
    static const char multipart[] = MHD_HTTP_POST_ENCODING_MULTIPART_FORMDATA;
    exchange->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_file);
    if (type != NULL && g_ascii_strncasecmp(type, multipart, strlen(multipart)) == 0)
        exchange->form = MHD_create_post_processor(connection, POST_BUFFER, take_part, exchange);
    if (exchange->form == NULL) {
        problem_answer(&exchange->response, 415, "the body must be multipart/form-data");
        refuse(exchange);
    }
}

static struct exchange *begin(struct MHD_Connection *connection, const char *method,
                              const char *path)
{
    struct exchange *exchange = g_new0(struct exchange, 1);
    exchange->query = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    find_route(exchange, method, path);
    if (exchange->route != NULL)
        MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, take_parameter, exchange);
    if (exchange->route != NULL)
        prepare_body(exchange, connection);
    return exchange;
}

/* libmicrohttpd takes an answer only when the whole body is in; what is too much is dropped, and
 * the connection with it if it goes on for too long. */
static enum MHD_Result take_body(struct exchange *exchange, const char *bytes, size_t size)
{
    enum { DROPPED_MAX = 64 * 1024 * 1024 };
    exchange->received += size;
    if (exchange->route == NULL)
        return exchange->received > DROPPED_MAX ? MHD_NO : MHD_YES;
    if (exchange->received > exchange->route->body_max)
        refuse_size(exchange);
    else if (exchange->form == NULL)
        g_byte_array_append(exchange->body, (const guint8 *)bytes, (guint)size);
    else if (MHD_post_process(exchange->form, bytes, size) == MHD_NO) {
        problem_answer(&exchange->response, 400, "the multipart/form-data is broken");
        refuse(exchange);
    }
    return MHD_YES;
}

static void log_change(const struct exchange *exchange, const char *method, const char *path,
                       const char *who, int64_t began)
{
    if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0)
        return;
    g_autofree char *quoted_path = log_quote(path);
    g_autofree char *quoted_who = log_quote(who);
    log_info("api", "request method=%s status=%u took_ms=%" PRId64 " user=%s path=%s", method,
             exchange->response.status, (g_get_monotonic_time() - began) / 1000, quoted_who,
             quoted_path);
}

static void handle(struct api_server *server, struct exchange *exchange,
                   struct MHD_Connection *connection, const char *method, const char *path)
{
    int64_t began = g_get_monotonic_time();
    g_autoptr(GError) error = NULL;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    g_autofree char *who = listener_peer(info != NULL ? info->connect_fd : -1);
    struct store *store = store_pool_take(server->pool, exchange->route->heavy, &error);
    if (store == NULL) {
        problem_from_error(&exchange->response, error);
        return;
    }
    struct api_request request = {
        .id = exchange->id,
        .argument = exchange->route->argument,
        .store = store,
        .now = g_get_real_time() / 1000,
        .since = server->since,
        .who = who,
        .office_key = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Loa-Office-Key"),
        .query = exchange->query,
        .files = exchange->files,
        .body = exchange->body};
    g_mutex_lock(&server->settings);
    request.config = server->config;
    request.zone = g_time_zone_ref(server->zone);
    g_mutex_unlock(&server->settings);
    exchange->route->handle(&request, &exchange->response);
    g_time_zone_unref(request.zone);
    store_pool_give(server->pool, exchange->route->heavy, store);
    bool wake = request.changed || request.order != NULL;
    if (request.order != NULL)
        g_async_queue_push(server->orders, request.order);
    if (wake)
        server->wake(server->wake_data);
    log_change(exchange, method, path, who, began);
}

static void add_headers(struct MHD_Response *answer, const struct api_response *response)
{
    const char *type = response->problem ? "application/problem+json" : "application/json";
    MHD_add_response_header(answer, MHD_HTTP_HEADER_CONTENT_TYPE,
                            response->type != NULL ? response->type : type);
    if (response->file != NULL) {
        g_autofree char *disposition =
            g_strdup_printf("attachment; filename=\"%s\"", response->file);
        MHD_add_response_header(answer, MHD_HTTP_HEADER_CONTENT_DISPOSITION, disposition);
    }
    MHD_add_response_header(answer, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    if (response->allow != NULL)
        MHD_add_response_header(answer, MHD_HTTP_HEADER_ALLOW, response->allow);
    if (response->retry_s > 0) {
        g_autofree char *seconds = g_strdup_printf("%u", response->retry_s);
        MHD_add_response_header(answer, MHD_HTTP_HEADER_RETRY_AFTER, seconds);
    }
}

static struct MHD_Response *response_body(const struct api_response *response)
{
    if (response->bytes != NULL)
        return MHD_create_response_from_buffer(g_bytes_get_size(response->bytes),
                                               (void *)g_bytes_get_data(response->bytes, NULL),
                                               MHD_RESPMEM_MUST_COPY);
    char *text = json_dumps(response->json, JSON_COMPACT);
    if (text == NULL)
        return NULL;
    return MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE);
}

static enum MHD_Result send_response(struct MHD_Connection *connection,
                                     const struct api_response *response)
{
    struct MHD_Response *answer = response_body(response);
    if (answer == NULL)
        return MHD_NO;
    add_headers(answer, response);
    enum MHD_Result result = MHD_queue_response(connection, response->status, answer);
    MHD_destroy_response(answer);
    return result;
}

/* NOLINTNEXTLINE(readability-function-size): the library's parameters. */
static enum MHD_Result on_request(void *data, struct MHD_Connection *connection, const char *path,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **state)
{
    struct api_server *server = data;
    struct exchange *exchange = *state;
    (void)version;
    if (exchange == NULL) {
        exchange = begin(connection, method, path);
        *state = exchange;
        /* Too much was announced: no reason to let it all come. */
        if (exchange->response.status == 413)
            return send_response(connection, &exchange->response);
        return MHD_YES;
    }
    if (*upload_size > 0) {
        enum MHD_Result result = take_body(exchange, upload, *upload_size);
        *upload_size = 0;
        return result;
    }
    if (exchange->route != NULL)
        handle(server, exchange, connection, method, path);
    return send_response(connection, &exchange->response);
}

static void on_completed(void *data, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode code)
{
    (void)data;
    (void)connection;
    (void)code;
    if (*state != NULL)
        exchange_free(*state);
    *state = NULL;
}

/* A "%00" would end a C string early, so that "1%00x" would pass for "1": it stays as it stands. */
static size_t unescape(void *data, struct MHD_Connection *connection, char *text)
{
    (void)data;
    (void)connection;
    return strstr(text, "%00") != NULL ? strlen(text) : MHD_http_unescape(text);
}

static void log_library(void *data, const char *format, va_list arguments)
{
    (void)data;
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    g_autofree char *quoted = log_quote(g_strchomp(text));
    log_debug("api", "library detail=%s", quoted);
}

static bool start_daemon(struct api_server *server, GError **error)
{
    server->daemon = MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL |
            MHD_USE_ITC | MHD_USE_ERROR_LOG,
        0, NULL, NULL, on_request, server, MHD_OPTION_EXTERNAL_LOGGER, log_library, NULL,
        MHD_OPTION_LISTEN_SOCKET, server->listener.descriptor, MHD_OPTION_NOTIFY_COMPLETED,
        on_completed, server, MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CLIENTS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)SILENCE_S, MHD_OPTION_END);
    if (server->daemon == NULL) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
                    "%s: the HTTP server does not start: %s", server->config->api.socket,
                    g_strerror(errno));
        return false;
    }
    server->listener.descriptor = -1; /* closed by the daemon when it stops */
    return true;
}

struct api_server *api_server_new(const struct gateway_config *config, void (*wake)(void *data),
                                  void *data, GError **error)
{
    struct api_server *server = g_new0(struct api_server, 1);
    server->config = config;
    server->wake = wake;
    server->wake_data = data;
    server->since = g_get_real_time() / 1000;
    server->orders = g_async_queue_new_full((GDestroyNotify)api_order_free);
    server->listener.descriptor = -1;
    g_mutex_init(&server->settings);
    server->zone = g_time_zone_new_identifier(config->time_zone);
    if (server->zone == NULL)
        server->zone = g_time_zone_new_utc();
    server->pool = store_pool_new(config->database);
    if (listener_open(config->api.socket, &server->listener, error) && start_daemon(server, error))
        return server;
    api_server_free(server);
    return NULL;
}

void api_server_configure(struct api_server *server, const struct gateway_config *config)
{
    GTimeZone *zone = g_time_zone_new_identifier(config->time_zone);
    g_mutex_lock(&server->settings);
    server->config = config;
    if (zone != NULL) {
        g_time_zone_unref(server->zone);
        server->zone = zone;
    }
    g_mutex_unlock(&server->settings);
}

struct api_order *api_server_next_order(struct api_server *server)
{
    return g_async_queue_try_pop(server->orders);
}

void api_server_free(struct api_server *server)
{
    if (server == NULL)
        return;
    store_pool_stop(server->pool);
    if (server->daemon != NULL)
        MHD_stop_daemon(server->daemon);
    listener_close(&server->listener);
    store_pool_free(server->pool);
    g_time_zone_unref(server->zone);
    g_async_queue_unref(server->orders);
    g_mutex_clear(&server->settings);
    g_free(server);
}
