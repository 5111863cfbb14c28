// SPDX-License-Identifier: GPL-2.0-or-later
/* The life of that way in: binds, follows a reload, sees to it that nobody holds a connection for
 * long. A request is taken in whole, within its bounds, before the desk hears of it. What is wrong
 * with it is told by the status and a plain sentence, and to the log as a count a minute, so that
 * nobody can fill the disk with wrong secrets. The other file that knows libmicrohttpd is
 * server.c. */
#include "gateway/api/aggregator.h"

#include "config/log.h"
#include "gateway/api/aggregator_desk.h"
#include "gateway/api/aggregator_door.h"

#include <microhttpd.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    THREADS = 4,
    CLIENTS_MAX = 256,
    CLIENTS_PER_ADDRESS = 128, /* a proxy before us is one address */
    MEMORY_MAX = 16 * 1024,    /* headers of one request */
    SILENCE_S = 10,
    REQUEST_MS = 20 * 1000, /* from its first octet, or its connection, to its answer */
    BODY_MAX = 8 * 1024,    /* of long texts, three octets for each of theirs */
    DROPPED_MAX = 64 * 1024,
    TRY_AGAIN_MS = 5 * 1000,
    TELL_REFUSED_MS = 60 * 1000,
};

enum refusal { REFUSED_SERVICE, REFUSED_METHOD, REFUSED_SECRET, REFUSED_BODY, REFUSALS };

struct aggregator {
    GMutex settings; /* for config, held for reading or changing the pointer only */
    const struct gateway_config *config;
    struct aggregator_desk *desk;
    struct MHD_Daemon *daemon; /* NULL: not listening */
    char *address;             /* that it listens at, or is to */
    char *trouble;
    int64_t try_at, told_at; /* monotonic ms */
    GPtrArray *closing;      /* GThread *, each ends a daemon */
    GMutex lines_lock;
    GHashTable *lines; /* struct MHD_Connection * → struct line * */
    atomic_uint refused[REFUSALS];
};

/* A connection, and since when its request is waited for. */
struct line {
    int descriptor;
    int64_t since;
};

/* One request while it comes in. */
struct exchange {
    const struct gateway_config *config;
    const struct ussd_service_config *service; /* NULL: `reply` is there already */
    bool end;
    GByteArray *body;
    size_t received;
    const char *allow;
    struct aggregator_reply reply;
};

static int64_t monotonic_ms(void)
{
    return g_get_monotonic_time() / 1000;
}

/* ---- one request ---- */

static void exchange_free(struct exchange *exchange)
{
    g_byte_array_unref(exchange->body);
    aggregator_reply_clear(&exchange->reply);
    g_free(exchange);
}

static void refuse(struct aggregator *aggregator, struct exchange *exchange, enum refusal why,
                   unsigned status, const char *sentence)
{
    exchange->service = NULL;
    exchange->reply.status = status;
    exchange->reply.text = g_strdup(sentence);
    atomic_fetch_add(&aggregator->refused[why], 1);
}

/* "/ussd/NAME" or "/ussd/NAME/end". */
static void find_service(struct exchange *exchange, const char *path)
{
    static const char root[] = "/ussd/", end[] = "/end";
    if (!g_str_has_prefix(path, root))
        return;
    g_autofree char *name = g_strdup(path + strlen(root));
    exchange->end = g_str_has_suffix(name, end);
    if (exchange->end)
        name[strlen(name) - strlen(end)] = '\0';
    exchange->service = ussd_service_find(&exchange->config->ussd, name);
}

/* In the query, or as a bearer's token (RFC 6750 §2.1). */
static bool is_trusted(const struct exchange *exchange, struct MHD_Connection *connection)
{
    static const char scheme[] = "Bearer ";
    const char *secret = exchange->service->secret;
    const char *asked = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "secret");
    const char *header =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_AUTHORIZATION);
    bool bears = header != NULL && g_ascii_strncasecmp(header, scheme, strlen(scheme)) == 0;
    bool by_query = aggregator_secret_is(asked != NULL ? asked : "", secret);
    bool by_header = aggregator_secret_is(bears ? header + strlen(scheme) : "", secret);
    return by_query || by_header;
}

static bool is_form(struct MHD_Connection *connection)
{
    static const char form[] = MHD_HTTP_POST_ENCODING_FORM_URLENCODED;
    const char *type =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_TYPE);
    if (type == NULL)
        return true;
    char after = strlen(type) >= strlen(form) ? type[strlen(form)] : 'x';
    return g_ascii_strncasecmp(type, form, strlen(form)) == 0 &&
           (after == '\0' || after == ';' || after == ' ');
}

static bool is_too_long(struct MHD_Connection *connection)
{
    const char *length =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    return length != NULL && g_ascii_strtoull(length, NULL, 10) > BODY_MAX;
}

static const char too_long[] = "the body may have 8192 bytes at most";

static struct exchange *begin(struct aggregator *aggregator, struct MHD_Connection *connection,
                              const char *method, const char *path)
{
    struct exchange *exchange = g_new0(struct exchange, 1);
    exchange->body = g_byte_array_new();
    g_mutex_lock(&aggregator->settings);
    exchange->config = aggregator->config;
    g_mutex_unlock(&aggregator->settings);
    find_service(exchange, path);
    if (exchange->service == NULL) {
        refuse(aggregator, exchange, REFUSED_SERVICE, 404, "there is no such service");
    } else if (strcmp(method, MHD_HTTP_METHOD_POST) != 0) {
        exchange->allow = MHD_HTTP_METHOD_POST;
        refuse(aggregator, exchange, REFUSED_METHOD, 405, "a service takes POST");
    } else if (!is_trusted(exchange, connection)) {
        refuse(aggregator, exchange, REFUSED_SECRET, 403, "not allowed");
    } else if (is_too_long(connection)) {
        refuse(aggregator, exchange, REFUSED_BODY, 413, too_long);
    } else if (!is_form(connection)) {
        refuse(aggregator, exchange, REFUSED_BODY, 415,
               "the body must be application/x-www-form-urlencoded");
    }
    return exchange;
}

/* What is too much is dropped, and the connection with it if it goes on for too long. */
static enum MHD_Result take_body(struct aggregator *aggregator, struct exchange *exchange,
                                 const char *bytes, size_t size)
{
    exchange->received += size;
    if (exchange->service == NULL)
        return exchange->received > DROPPED_MAX ? MHD_NO : MHD_YES;
    if (exchange->received > BODY_MAX)
        refuse(aggregator, exchange, REFUSED_BODY, 413, too_long);
    else
        g_byte_array_append(exchange->body, (const guint8 *)bytes, (guint)size);
    return MHD_YES;
}

static void answer(struct aggregator *aggregator, struct exchange *exchange)
{
    const struct aggregator_call call = {
        .config = exchange->config,
        .service = exchange->service,
        .end = exchange->end,
        .bytes = (const char *)exchange->body->data,
        .size = exchange->body->len,
    };
    aggregator_desk_answer(aggregator->desk, &call, &exchange->reply);
    if (exchange->reply.status == 400)
        atomic_fetch_add(&aggregator->refused[REFUSED_BODY], 1);
}

static enum MHD_Result send_reply(struct MHD_Connection *connection,
                                  const struct exchange *exchange)
{
    const struct aggregator_reply *reply = &exchange->reply;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(reply->text), reply->text, MHD_RESPMEM_MUST_COPY);
    if (response == NULL)
        return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/plain; charset=utf-8");
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    if (exchange->allow != NULL)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, exchange->allow);
    if (reply->retry_s > 0) {
        g_autofree char *seconds = g_strdup_printf("%u", reply->retry_s);
        MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, seconds);
    }
    enum MHD_Result result = MHD_queue_response(connection, reply->status, response);
    MHD_destroy_response(response);
    return result;
}

/* NOLINTNEXTLINE(readability-function-size): the library's parameters. */
static enum MHD_Result on_request(void *data, struct MHD_Connection *connection, const char *path,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **state)
{
    struct aggregator *aggregator = data;
    struct exchange *exchange = *state;
    (void)version;
    if (exchange == NULL) {
        exchange = begin(aggregator, connection, method, path);
        *state = exchange;
        /* Too much was announced: no reason to let it all come. */
        return exchange->reply.status == 413 ? send_reply(connection, exchange) : MHD_YES;
    }
    if (*upload_size > 0) {
        enum MHD_Result result = take_body(aggregator, exchange, upload, *upload_size);
        *upload_size = 0;
        return result;
    }
    if (exchange->service != NULL)
        answer(aggregator, exchange);
    return send_reply(connection, exchange);
}

/* ---- connections ---- */

static void on_completed(void *data, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode code)
{
    struct aggregator *aggregator = data;
    (void)code;
    if (*state != NULL)
        exchange_free(*state);
    *state = NULL;
    g_mutex_lock(&aggregator->lines_lock);
    struct line *line = g_hash_table_lookup(aggregator->lines, connection);
    if (line != NULL)
        line->since = monotonic_ms();
    g_mutex_unlock(&aggregator->lines_lock);
}

/* The descriptor is open between the two. */
static void on_connection(void *data, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct aggregator *aggregator = data;
    (void)context;
    g_mutex_lock(&aggregator->lines_lock);
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        g_hash_table_remove(aggregator->lines, connection);
    } else {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        struct line *line = g_new(struct line, 1);
        *line = (struct line){info != NULL ? info->connect_fd : -1, monotonic_ms()};
        g_hash_table_insert(aggregator->lines, connection, line);
    }
    g_mutex_unlock(&aggregator->lines_lock);
}

/* Who sends an octet now and then is never silent, and never ready. */
static void hang_up(struct aggregator *aggregator)
{
    int64_t before = monotonic_ms() - REQUEST_MS;
    GHashTableIter iter;
    gpointer value = NULL;
    g_mutex_lock(&aggregator->lines_lock);
    g_hash_table_iter_init(&iter, aggregator->lines);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const struct line *line = value;
        if (line->since < before && line->descriptor >= 0)
            shutdown(line->descriptor, SHUT_RDWR);
    }
    g_mutex_unlock(&aggregator->lines_lock);
}

/* A "%00" would end a C string early. */
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
    log_debug("ussd", "library detail=%s", quoted);
}

/* ---- listening ---- */

static struct MHD_Daemon *start_daemon(struct aggregator *aggregator, int descriptor)
{
    return MHD_start_daemon(
        MHD_USE_AUTO_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request,
        aggregator, MHD_OPTION_EXTERNAL_LOGGER, log_library, NULL, MHD_OPTION_LISTEN_SOCKET,
        descriptor, MHD_OPTION_NOTIFY_COMPLETED, on_completed, aggregator,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, aggregator, MHD_OPTION_UNESCAPE_CALLBACK,
        unescape, NULL, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)THREADS, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CLIENTS_MAX, MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)CLIENTS_PER_ADDRESS,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)SILENCE_S, MHD_OPTION_END);
}

static void complain(struct aggregator *aggregator, const char *sentence)
{
    g_autofree char *quoted = log_quote(sentence);
    if (g_strcmp0(sentence, aggregator->trouble) != 0)
        log_error("ussd", "event=not-listening reason=%s", quoted);
    g_free(aggregator->trouble);
    aggregator->trouble = g_strdup(sentence);
    aggregator->try_at = monotonic_ms() + TRY_AGAIN_MS;
}

static void listen_again(struct aggregator *aggregator)
{
    g_autoptr(GError) error = NULL;
    int descriptor = aggregator_door_open(aggregator->address, &error);
    if (descriptor < 0) {
        complain(aggregator, error->message);
        return;
    }
    aggregator->daemon = start_daemon(aggregator, descriptor);
    if (aggregator->daemon == NULL) {
        close(descriptor);
        complain(aggregator, "the HTTP server of ussd.listen does not start");
        return;
    }
    g_clear_pointer(&aggregator->trouble, g_free);
    log_info("ussd", "event=listening address=%s", aggregator->address);
}

/* Waits for the requests in flight, so it has a thread of its own. */
static gpointer end_daemon(gpointer daemon)
{
    MHD_stop_daemon(daemon);
    return NULL;
}

static void stop_listening(struct aggregator *aggregator)
{
    if (aggregator->daemon != NULL)
        g_ptr_array_add(aggregator->closing,
                        g_thread_new("ussd-end", end_daemon, aggregator->daemon));
    aggregator->daemon = NULL;
    g_clear_pointer(&aggregator->trouble, g_free);
}

void aggregator_configure(struct aggregator *aggregator, const struct gateway_config *config)
{
    g_mutex_lock(&aggregator->settings);
    aggregator->config = config;
    g_mutex_unlock(&aggregator->settings);
    if (g_strcmp0(aggregator->address, config->ussd.listen) == 0)
        return;
    stop_listening(aggregator);
    g_free(aggregator->address);
    aggregator->address = g_strdup(config->ussd.listen);
    if (aggregator->address != NULL)
        listen_again(aggregator);
}

struct aggregator *aggregator_new(const struct gateway_config *config)
{
    struct aggregator *aggregator = g_new0(struct aggregator, 1);
    g_mutex_init(&aggregator->settings);
    g_mutex_init(&aggregator->lines_lock);
    aggregator->desk = aggregator_desk_new(config->database);
    aggregator->closing = g_ptr_array_new();
    aggregator->lines = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    aggregator->told_at = -TELL_REFUSED_MS;
    aggregator_configure(aggregator, config);
    return aggregator;
}

static void tell_refused(struct aggregator *aggregator)
{
    unsigned counts[REFUSALS], all = 0;
    int64_t now = monotonic_ms();
    if (now < aggregator->told_at + TELL_REFUSED_MS)
        return;
    for (int why = 0; why < REFUSALS; why++)
        all += counts[why] = atomic_exchange(&aggregator->refused[why], 0);
    if (all == 0)
        return;
    log_warn("ussd", "event=refused secret=%u service=%u method=%u body=%u", counts[REFUSED_SECRET],
             counts[REFUSED_SERVICE], counts[REFUSED_METHOD], counts[REFUSED_BODY]);
    aggregator->told_at = now;
}

void aggregator_tick(struct aggregator *aggregator)
{
    hang_up(aggregator);
    tell_refused(aggregator);
    bool waits = aggregator->address != NULL && aggregator->daemon == NULL;
    if (waits && monotonic_ms() >= aggregator->try_at)
        listen_again(aggregator);
}

const char *aggregator_trouble(const struct aggregator *aggregator)
{
    return aggregator->trouble;
}

void aggregator_free(struct aggregator *aggregator)
{
    if (aggregator == NULL)
        return;
    aggregator_desk_stop(aggregator->desk);
    stop_listening(aggregator);
    for (guint i = 0; i < aggregator->closing->len; i++)
        g_thread_join(aggregator->closing->pdata[i]);
    g_ptr_array_unref(aggregator->closing);
    aggregator_desk_free(aggregator->desk);
    g_hash_table_destroy(aggregator->lines);
    g_mutex_clear(&aggregator->lines_lock);
    g_mutex_clear(&aggregator->settings);
    g_free(aggregator->address);
    g_free(aggregator->trouble);
    g_free(aggregator);
}
