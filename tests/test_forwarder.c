// SPDX-License-Identifier: GPL-2.0-or-later
/* The forwarder against a receiver that says, byte for byte, what each row wants: what stays in the
 * outbox, what the receiver saw, and that the id never changes. */
#include "gateway/forwarder.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "campaigns/store/outbox.h"
#include "campaigns/store/sink.h"
#include "gateway/signature.h"

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define OK     "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

enum { DEADLINE_MS = 20000 };

struct place {
    char *folder, *path, *url;
    struct store *store;
    struct gateway_config config;
    struct sink_config sink;
    GSocketService *service;
    GMutex mutex; /* guards the rest: the receiver has its own threads */
    GPtrArray *requests;
    const char *const *answers; /* in turn; the last one again and again */
    unsigned answered, at_once, most_at_once;
    unsigned slow_ms;
};

static bool complete(const GString *request)
{
    const char *end = strstr(request->str, "\r\n\r\n");
    const char *length = strstr(request->str, "Content-Length: ");
    return end != NULL && length != NULL &&
           strlen(end + 4) >= strtoull(length + strlen("Content-Length: "), NULL, 10);
}

static gboolean serve(GThreadedSocketService *service, GSocketConnection *connection,
                      GObject *source, gpointer user)
{
    (void)service, (void)source;
    struct place *place = user;
    g_autoptr(GString) request = g_string_new(NULL);
    GInputStream *in = g_io_stream_get_input_stream(G_IO_STREAM(connection));
    char bytes[4096];
    gssize got = 1;
    while (!complete(request) &&
           (got = g_input_stream_read(in, bytes, sizeof bytes, NULL, NULL)) > 0)
        g_string_append_len(request, bytes, got);
    if (got <= 0)
        return TRUE;
    g_mutex_lock(&place->mutex);
    const char *answer = place->answers[place->answered];
    if (place->answers[place->answered + 1] != NULL)
        place->answered++;
    g_ptr_array_add(place->requests, g_strdup(request->str));
    place->at_once++;
    place->most_at_once = MAX(place->most_at_once, place->at_once);
    g_mutex_unlock(&place->mutex);
    g_usleep(place->slow_ms * 1000UL);
    g_mutex_lock(&place->mutex);
    place->at_once--;
    g_mutex_unlock(&place->mutex);
    GOutputStream *out = g_io_stream_get_output_stream(G_IO_STREAM(connection));
    g_output_stream_write_all(out, answer, strlen(answer), NULL, NULL, NULL);
    g_io_stream_close(G_IO_STREAM(connection), NULL, NULL);
    return TRUE;
}

static void set_up(struct place *place, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    place->folder = g_dir_make_tmp("loa-forwarder-XXXXXX", &error);
    g_assert_no_error(error);
    place->path = g_build_filename(place->folder, "loa.db", NULL);
    place->store = store_open(place->path, &error);
    g_assert_no_error(error);
    g_mutex_init(&place->mutex);
    place->requests = g_ptr_array_new_with_free_func(g_free);
    place->service = g_threaded_socket_service_new(16);
    guint16 port =
        g_socket_listener_add_any_inet_port(G_SOCKET_LISTENER(place->service), NULL, &error);
    g_assert_no_error(error);
    g_signal_connect(place->service, "run", G_CALLBACK(serve), place);
    g_socket_service_start(place->service);
    place->url = g_strdup_printf("http://127.0.0.1:%u/loa", port);
    place->sink =
        (struct sink_config){.name = (char *)"huyen", .url = place->url, .secret = (char *)SECRET};
    place->config.sinks = g_ptr_array_new();
    g_ptr_array_add(place->config.sinks, &place->sink);
}

static void tear_down(struct place *place, gconstpointer data)
{
    (void)data;
    g_socket_service_stop(place->service);
    g_socket_listener_close(G_SOCKET_LISTENER(place->service));
    g_object_unref(place->service);
    store_free(place->store);
    g_ptr_array_free(place->config.sinks, TRUE);
    const char *const endings[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        g_autofree char *name = g_strconcat(place->path, endings[i], NULL);
        g_unlink(name);
    }
    g_rmdir(place->folder);
    g_free(place->folder);
    g_free(place->path);
    g_free(place->url);
    g_ptr_array_free(place->requests, TRUE);
    g_mutex_clear(&place->mutex);
}

static void put(struct place *place, const char *event_id, const char *sink)
{
    g_assert_true(store_outbox_put(place->store, event_id, sink, "loa.summary.v1",
                                   "{\"test\": 2432232314}", g_get_real_time() / 1000, NULL));
}

static gboolean give_up_waiting(gpointer user)
{
    *(bool *)user = true;
    return G_SOURCE_REMOVE;
}

/* Turns the main loop until `sum` attempts are recorded in all; false at the deadline. */
static bool run_until(struct place *place, unsigned sum)
{
    bool late = false;
    guint timer = g_timeout_add(DEADLINE_MS, give_up_waiting, &late);
    unsigned attempts = 0;
    while (!late && attempts < sum) {
        g_main_context_iteration(NULL, TRUE);
        g_autoptr(GPtrArray) list = store_outbox_list(place->store, OUTBOX_STATES, 0, 100, NULL);
        attempts = 0;
        for (guint i = 0; i < list->len; i++)
            attempts += ((struct outbox_entry *)list->pdata[i])->attempts;
    }
    if (!late)
        g_source_remove(timer);
    return !late;
}

static char *header_of(const char *request, const char *name)
{
    g_autofree char *start = g_strdup_printf("\r\n%s: ", name);
    const char *found = strstr(request, start);
    if (found == NULL)
        return NULL;
    found += strlen(start);
    return g_strndup(found, strcspn(found, "\r"));
}

static const struct row {
    const char *name, *answer, *state;
    int status;
    const char *error; /* begins so */
    bool disabled, rests;
} rows[] = {
    {"200 is delivered", OK, "delivered", 200, ""},
    {"204 is delivered", "HTTP/1.1 204 No Content\r\n\r\n", "delivered", 204, ""},
    {"202 without a length is delivered", "HTTP/1.1 202 Accepted\r\n\r\nthanks", "delivered", 202,
     ""},
    {"200 whose body breaks off is delivered", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nab",
     "delivered", 200, ""},
    {"100 before 200 is delivered", "HTTP/1.1 100 Continue\r\n\r\n" OK, "delivered", 200, ""},
    {"500 waits, and the sink rests", "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", "waiting",
     500, "the receiver answered HTTP 500", false, true},
    {"404 waits, the sink does not rest", "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", "waiting",
     404, "the receiver answered HTTP 404", false, false},
    {"302 is not followed",
     "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", "waiting", 302,
     "the receiver answered HTTP 302", false, false},
    {"410 switches the sink off", "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n", "waiting", 410,
     "the receiver answered HTTP 410", true, false},
    {"503 with Retry-After lets the sink rest",
     "HTTP/1.1 503 Busy\r\nretry-after:  3600\r\nContent-Length: 0\r\n\r\n", "waiting", 503,
     "the receiver answered HTTP 503", false, true},
    {"garbage is no answer", "\x01\x02 hello, is this the fire brigade?\r\n\r\n", "waiting", 0, "",
     false, true},
    {"closing without a word is no answer", "", "waiting", 0, "", false, true},
    {"a header that breaks off is no answer", "HTTP/1.1 200 OK\r\nContent-Le", "waiting", 0, "",
     false, true},
    {"only 100 is no answer", "HTTP/1.1 100 Continue\r\n\r\n", "waiting", 0, "", false, true},
};

static void test_an_answer_settles_the_entry(struct place *place, gconstpointer data)
{
    const struct row *row = data;
    const char *const answers[] = {row->answer, NULL};
    place->answers = answers;
    put(place, "msg_p5jXN8AQM9LWM0D4loKWxJek", "huyen");
    int64_t before = g_get_real_time() / 1000;
    struct forwarder *forwarder = forwarder_new(place->store, &place->config, NULL);
    g_assert_true(run_until(place, 1));
    forwarder_free(forwarder);

    struct outbox_entry *entry = store_outbox_find(place->store, 1, NULL);
    struct sink_status status;
    g_assert_true(store_sink_find(place->store, "huyen", &status, NULL));
    g_assert_cmpstr(outbox_state_name(entry->state), ==, row->state);
    g_assert_cmpint(entry->last_status, ==, row->status);
    g_assert_true(g_str_has_prefix(entry->last_error, row->error));
    g_assert_cmpint(entry->last_error[0] == '\0', ==, entry->state == OUTBOX_DELIVERED);
    g_assert_cmpint(status.disabled_at != 0, ==, row->disabled);
    g_assert_cmpint(status.rest_until > before, ==, row->rests);
    if (row->status == 503)
        g_assert_cmpint(status.rest_until, >=, before + 3600000);
    sink_status_clear(&status);
    outbox_entry_free(entry);
}

static void test_a_request_is_signed_cloud_event(struct place *place, gconstpointer data)
{
    (void)data;
    const char *const answers[] = {OK, NULL};
    place->answers = answers;
    put(place, "msg_p5jXN8AQM9LWM0D4loKWxJek", "huyen");
    struct forwarder *forwarder = forwarder_new(place->store, &place->config, NULL);
    g_assert_true(run_until(place, 1));
    forwarder_free(forwarder);
    const char *request = place->requests->pdata[0];
    g_assert_true(g_str_has_prefix(request, "POST /loa HTTP/1.1\r\n"));
    g_assert_true(g_str_has_suffix(request, "\r\n\r\n{\"test\": 2432232314}"));
    g_autofree char *id = header_of(request, "webhook-id");
    g_autofree char *type = header_of(request, "content-type");
    g_autofree char *agent = header_of(request, "User-Agent");
    g_autofree char *timestamp = header_of(request, "webhook-timestamp");
    g_autofree char *signature = header_of(request, "webhook-signature");
    g_assert_cmpstr(id, ==, "msg_p5jXN8AQM9LWM0D4loKWxJek");
    g_assert_cmpstr(type, ==, "application/cloudevents+json; charset=utf-8");
    g_assert_cmpstr(agent, ==, "loa/" LOA_VERSION);
    bool proper;
    g_autoptr(GBytes) key = sink_config_key(&place->sink, &proper);
    g_autofree char *expected =
        signature_make(key, id, g_ascii_strtoll(timestamp, NULL, 10), "{\"test\": 2432232314}");
    g_assert_cmpstr(signature, ==, expected);
}

static void test_every_retry_carries_the_same_id(struct place *place, gconstpointer data)
{
    (void)data;
    const char *const answers[] = {"HTTP/1.1 503 Busy\r\nRetry-After: 1\r\n\r\n", "garbage\r\n\r\n",
                                   OK, NULL};
    place->answers = answers;
    put(place, "e-1", "huyen");
    struct forwarder *forwarder = forwarder_new(place->store, &place->config, NULL);
    g_assert_true(run_until(place, 3));
    forwarder_free(forwarder);
    g_assert_cmpuint(place->requests->len, ==, 3);
    for (guint i = 0; i < place->requests->len; i++) {
        g_autofree char *id = header_of(place->requests->pdata[i], "webhook-id");
        g_assert_cmpstr(id, ==, "e-1");
    }
    g_autoptr(GPtrArray) attempts = store_outbox_attempts(place->store, 1, NULL);
    g_assert_cmpuint(attempts->len, ==, 3);
    struct outbox_entry *entry = store_outbox_find(place->store, 1, NULL);
    g_assert_cmpuint(entry->state, ==, OUTBOX_DELIVERED);
    outbox_entry_free(entry);
}

static void test_a_sink_gone_gets_nothing_until_it_is_retried(struct place *place,
                                                              gconstpointer data)
{
    (void)data;
    const char *const answers[] = {"HTTP/1.1 410 Gone\r\n\r\n", OK, NULL};
    place->answers = answers;
    put(place, "e-1", "huyen");
    put(place, "e-2", "huyen");
    struct forwarder *forwarder = forwarder_new(place->store, &place->config, NULL);
    g_assert_true(run_until(place, 1));
    forwarder_wake(forwarder);
    for (unsigned i = 0; i < 20; i++)
        g_main_context_iteration(NULL, FALSE);
    g_assert_cmpuint(place->requests->len, ==, 1);
    g_assert_true(store_outbox_retry(place->store, 1, g_get_real_time() / 1000, NULL));
    forwarder_wake(forwarder);
    g_assert_true(run_until(place, 3));
    forwarder_free(forwarder);
    unsigned counts[OUTBOX_STATES];
    g_assert_true(store_outbox_counts(place->store, counts, NULL));
    g_assert_cmpuint(counts[OUTBOX_DELIVERED], ==, 2);
}

static void test_one_dead_sink_does_not_stop_the_others(struct place *place, gconstpointer data)
{
    (void)data;
    const char *const answers[] = {OK, NULL};
    place->answers = answers;
    struct sink_config dead = {.name = (char *)"chet", .url = (char *)"http://127.0.0.1:1/"};
    g_ptr_array_insert(place->config.sinks, 0, &dead);
    put(place, "e-1", "chet");
    put(place, "e-1", "huyen");
    put(place, "e-2", "huyen");
    struct forwarder *forwarder = forwarder_new(place->store, &place->config, NULL);
    g_assert_true(run_until(place, 3));
    forwarder_free(forwarder);
    unsigned counts[OUTBOX_STATES];
    g_assert_true(store_outbox_counts(place->store, counts, NULL));
    g_assert_cmpuint(counts[OUTBOX_DELIVERED], ==, 2);
    g_assert_cmpuint(counts[OUTBOX_WAITING], ==, 1);
    g_autofree char *none = header_of(place->requests->pdata[0], "webhook-signature");
    g_assert_nonnull(none);
}

static void test_four_sinks_at_once_and_one_entry_of_each(struct place *place, gconstpointer data)
{
    (void)data;
    enum { SINKS = 6, ENTRIES = 3 };
    const char *const answers[] = {OK, NULL};
    place->answers = answers;
    place->slow_ms = 30;
    struct sink_config sinks[SINKS];
    g_ptr_array_set_size(place->config.sinks, 0);
    for (unsigned i = 0; i < SINKS; i++) {
        sinks[i] = (struct sink_config){.name = g_strdup_printf("sink%u", i), .url = place->url};
        g_ptr_array_add(place->config.sinks, &sinks[i]);
        for (unsigned j = 0; j < ENTRIES; j++) {
            g_autofree char *event_id = g_strdup_printf("e-%u-%u", i, j);
            put(place, event_id, sinks[i].name);
        }
    }
    struct forwarder *forwarder = forwarder_new(place->store, &place->config, NULL);
    g_assert_true(run_until(place, SINKS * ENTRIES));
    forwarder_free(forwarder);
    g_assert_cmpuint(place->requests->len, ==, SINKS * ENTRIES);
    g_assert_cmpuint(place->most_at_once, <=, 4);
    unsigned next[SINKS] = {0};
    for (guint i = 0; i < place->requests->len; i++) {
        g_autofree char *id = header_of(place->requests->pdata[i], "webhook-id");
        unsigned sink = (unsigned)(id[2] - '0');
        g_assert_cmpuint((unsigned)(id[4] - '0'), ==, next[sink]++);
    }
    for (unsigned i = 0; i < SINKS; i++)
        g_free(sinks[i].name);
}

static void test_a_sink_taken_away_in_mid_air_ends_well(struct place *place, gconstpointer data)
{
    (void)data;
    const char *const answers[] = {OK, NULL};
    place->answers = answers;
    place->slow_ms = 50;
    put(place, "e-1", "huyen");
    put(place, "e-2", "huyen");
    struct forwarder *forwarder = forwarder_new(place->store, &place->config, NULL);
    g_main_context_iteration(NULL, TRUE);
    struct gateway_config without = {.sinks = g_ptr_array_new()};
    forwarder_reload(forwarder, &without);
    g_assert_true(run_until(place, 1));
    for (unsigned i = 0; i < 20; i++)
        g_main_context_iteration(NULL, FALSE);
    forwarder_free(forwarder);
    g_ptr_array_free(without.sinks, TRUE);
    g_assert_cmpuint(place->requests->len, ==, 1);
}

static void test_nothing_leaves_before_it_is_committed(struct place *place, gconstpointer data)
{
    (void)data;
    const char *const answers[] = {OK, NULL};
    place->answers = answers;
    struct forwarder *forwarder = forwarder_new(place->store, &place->config, NULL);
    g_assert_true(store_begin(place->store, NULL));
    put(place, "e-1", "huyen");
    forwarder_wake(forwarder);
    for (unsigned i = 0; i < 5; i++)
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpuint(place->requests->len, ==, 0);
    g_assert_true(store_commit(place->store, NULL));
    g_assert_true(run_until(place, 1));
    forwarder_free(forwarder);
    g_assert_cmpuint(place->requests->len, ==, 1);
}

static void test_a_rest_from_a_wrong_clock_is_over(struct place *place, gconstpointer data)
{
    (void)data;
    const char *const answers[] = {OK, NULL};
    place->answers = answers;
    int64_t next_year = g_get_real_time() / 1000 + INT64_C(365) * 24 * 3600000;
    g_assert_true(store_outbox_put(place->store, "e-1", "huyen", "t", "{}", next_year, NULL));
    g_assert_true(store_sink_know(place->store, "huyen", place->url, NULL));
    g_assert_true(store_sink_rest(place->store, "huyen", next_year, NULL));
    struct forwarder *forwarder = forwarder_new(place->store, &place->config, NULL);
    g_assert_true(run_until(place, 1));
    forwarder_free(forwarder);
    g_assert_cmpuint(place->requests->len, ==, 1);
}

static void test_an_old_entry_is_given_up(struct place *place, gconstpointer data)
{
    (void)data;
    const char *const answers[] = {"HTTP/1.1 500 Oh\r\n\r\n", NULL};
    place->answers = answers;
    int64_t long_ago = g_get_real_time() / 1000 - OUTBOX_GIVE_UP_MS - 1;
    g_assert_true(store_outbox_put(place->store, "e-1", "huyen", "t", "{}", long_ago, NULL));
    struct forwarder *forwarder = forwarder_new(place->store, &place->config, NULL);
    g_assert_true(run_until(place, 1));
    forwarder_free(forwarder);
    struct outbox_entry *entry = store_outbox_find(place->store, 1, NULL);
    g_assert_cmpuint(entry->state, ==, OUTBOX_ABANDONED);
    outbox_entry_free(entry);
}

static void add(const char *name, const void *data, void (*test)(struct place *, gconstpointer))
{
    g_autofree char *path = g_strdup_printf("/forwarder/%s", name);
    g_test_add(path, struct place, data, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        add(rows[i].name, &rows[i], test_an_answer_settles_the_entry);
    add("a request is a signed cloud event", NULL, test_a_request_is_signed_cloud_event);
    add("every retry carries the same id", NULL, test_every_retry_carries_the_same_id);
    add("a sink gone gets nothing until it is retried", NULL,
        test_a_sink_gone_gets_nothing_until_it_is_retried);
    add("one dead sink does not stop the others", NULL,
        test_one_dead_sink_does_not_stop_the_others);
    add("four sinks at once and one entry of each", NULL,
        test_four_sinks_at_once_and_one_entry_of_each);
    add("a sink taken away in mid-air ends well", NULL,
        test_a_sink_taken_away_in_mid_air_ends_well);
    add("nothing leaves before it is committed", NULL, test_nothing_leaves_before_it_is_committed);
    add("a rest from a wrong clock is over", NULL, test_a_rest_from_a_wrong_clock_is_over);
    add("an old entry is given up", NULL, test_an_old_entry_is_given_up);
    return g_test_run();
}
