// SPDX-License-Identifier: GPL-2.0-or-later
/* Owns the way out: takes what is due from the outbox, posts it, records how that ended. libcurl's
 * multi interface lives in GLib's default main context, so nothing here waits. One transfer per
 * sink at a time, in the order of the outbox, and a few altogether; the rules of retrying are in
 * campaigns/outbox.c. A transfer that was cut off by our own death is simply due again. */
#include "gateway/forwarder.h"

#include <curl/curl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <string.h>

#include "campaigns/store/outbox.h"
#include "campaigns/store/sink.h"
#include "config/log.h"
#include "gateway/orphans.h"
#include "gateway/signature.h"

enum {
    TRANSFERS_MAX = 4,
    CONNECT_TIMEOUT_MS = 10000,
    TOTAL_TIMEOUT_MS = 30000,
    BODY_MAX = 64 * 1024,  /* of an answer; nobody reads it */
    LOOK_MS = 60000,       /* a look at the outbox even if nobody woke us */
    SWEEP_MS = 3600000,    /* and at what waits for sinks that are no longer configured */
    FAULT_REST_MS = 30000, /* the store failed: do not send in circles what cannot be recorded */
    COMMIT_WAIT_MS = 20,   /* somebody's transaction is open: what it holds may not leave yet */
};

/* The place of one sink; outlives its configuration while a transfer is in the air. */
struct lane {
    char *name;
    const struct sink_config *config; /* NULL: no longer in the configuration */
    struct transfer *transfer;        /* NULL: free */
    int64_t hold_until;               /* after a fault of the store */
};

struct transfer {
    struct forwarder *forwarder;
    struct lane *lane;
    struct outbox_entry *entry;
    CURL *easy;
    struct curl_slist *headers;
    char fault[CURL_ERROR_SIZE];
    char *retry_after;
    size_t received;
    bool answered; /* the header of a final answer is complete; its body is of no interest */
    int64_t begun_at, begun_us;
};

struct forwarder {
    struct store *store;
    const struct gateway_config *config;
    CURLM *multi;
    GPtrArray *lanes;
    unsigned in_the_air;
    unsigned next_lane; /* whose turn it is when places are short */
    guint curl_timer, look_timer;
    int64_t swept_at; /* monotonic ms: the last look at what waits for nobody */
};

static void look_in(struct forwarder *forwarder, int64_t wait_ms);
static void look(struct forwarder *forwarder);

static int64_t clock_ms(void)
{
    return g_get_real_time() / 1000;
}

static void lane_free(void *data)
{
    struct lane *lane = data;
    g_free(lane->name);
    g_free(lane);
}

static struct lane *find_lane(struct forwarder *forwarder, const char *name)
{
    for (guint i = 0; i < forwarder->lanes->len; i++) {
        struct lane *lane = forwarder->lanes->pdata[i];
        if (strcmp(lane->name, name) == 0)
            return lane;
    }
    return NULL;
}

/* ---- one transfer ---- */

static size_t take_body(char *data, size_t size, size_t count, void *user)
{
    (void)data;
    struct transfer *transfer = user;
    transfer->received += size * count;
    return transfer->received > BODY_MAX ? 0 : size * count;
}

static size_t take_header(char *data, size_t size, size_t count, void *user)
{
    static const char name[] = "retry-after:";
    struct transfer *transfer = user;
    size_t length = size * count;
    bool blank = length > 0 && (data[0] == '\r' || data[0] == '\n');
    if (blank) {
        long status = 0;
        curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
        transfer->answered = status >= 200;
    } else if (length > strlen(name) && g_ascii_strncasecmp(data, name, strlen(name)) == 0) {
        g_free(transfer->retry_after);
        transfer->retry_after = g_strndup(data + strlen(name), length - strlen(name));
    }
    return length;
}

static void add_header(struct transfer *transfer, const char *name, const char *value)
{
    g_autofree char *line = g_strdup_printf("%s: %s", name, value);
    struct curl_slist *longer = curl_slist_append(transfer->headers, line);
    g_assert_nonnull(longer);
    transfer->headers = longer;
}

static void add_headers(struct transfer *transfer)
{
    const struct outbox_entry *entry = transfer->entry;
    int64_t seconds = transfer->begun_at / 1000;
    g_autofree char *timestamp = g_strdup_printf("%" G_GINT64_FORMAT, seconds);
    add_header(transfer, "content-type", "application/cloudevents+json; charset=utf-8");
    add_header(transfer, "webhook-id", entry->event_id);
    add_header(transfer, "webhook-timestamp", timestamp);
    if (transfer->lane->config->secret != NULL) {
        bool proper;
        g_autoptr(GBytes) key = sink_config_key(transfer->lane->config, &proper);
        g_autofree char *signature = signature_make(key, entry->event_id, seconds, entry->body);
        add_header(transfer, "webhook-signature", signature);
    }
    add_header(transfer, "expect", ""); /* 100-continue would only cost a second */
}

static void set_options(struct transfer *transfer)
{
    CURL *easy = transfer->easy;
    const struct sink_config *config = transfer->lane->config;
    curl_easy_setopt(easy, CURLOPT_URL, config->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (config->ca_file != NULL) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, config->ca_file);
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL); /* that authority and no other */
    }
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)TOTAL_TIMEOUT_MS);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "loa/" LOA_VERSION);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, transfer->entry->body);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(transfer->entry->body));
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->fault);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
}

static void transfer_start(struct forwarder *forwarder, struct lane *lane,
                           struct outbox_entry *entry)
{
    struct transfer *transfer = g_new0(struct transfer, 1);
    transfer->forwarder = forwarder;
    transfer->lane = lane;
    transfer->entry = entry;
    transfer->begun_at = clock_ms();
    transfer->begun_us = g_get_monotonic_time();
    transfer->easy = curl_easy_init();
    g_assert_nonnull(transfer->easy);
    add_headers(transfer);
    set_options(transfer);
    lane->transfer = transfer;
    forwarder->in_the_air++;
    curl_multi_add_handle(forwarder->multi, transfer->easy);
}

static void transfer_free(struct transfer *transfer)
{
    struct forwarder *forwarder = transfer->forwarder;
    struct lane *lane = transfer->lane;
    curl_multi_remove_handle(forwarder->multi, transfer->easy);
    curl_easy_cleanup(transfer->easy);
    curl_slist_free_all(transfer->headers);
    outbox_entry_free(transfer->entry);
    g_free(transfer->retry_after);
    g_free(transfer);
    forwarder->in_the_air--;
    lane->transfer = NULL;
    if (lane->config == NULL)
        g_ptr_array_remove(forwarder->lanes, lane);
}

/* ---- how it ended ---- */

struct outcome {
    struct outbox_attempt attempt;
    enum outbox_verdict verdict;
    enum outbox_event event;
    int64_t next_at;
};

static void judge(const struct transfer *transfer, CURLcode result, struct outcome *retoutcome)
{
    const struct outbox_entry *entry = transfer->entry;
    long status = 0;
    if (transfer->answered)
        curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    struct outbox_answer answer = {(int)status, transfer->retry_after};
    struct outcome outcome = {.verdict = outbox_judge(&answer)};
    int64_t now = clock_ms();
    outcome.next_at = outbox_next_at(&answer, entry->tries + 1, g_random_int(), now);
    if (outcome.verdict == OUTBOX_VERDICT_ACCEPTED)
        outcome.event = OUTBOX_ACCEPTED;
    else
        outcome.event = now >= entry->give_up_at ? OUTBOX_GIVEN_UP : OUTBOX_FAILED;
    outcome.attempt.at = transfer->begun_at;
    outcome.attempt.took_ms = (g_get_monotonic_time() - transfer->begun_us) / 1000;
    outcome.attempt.status = (int)status;
    if (outcome.verdict == OUTBOX_VERDICT_ACCEPTED)
        outcome.attempt.error = g_strdup("");
    else if (transfer->answered)
        outcome.attempt.error = g_strdup_printf("the receiver answered HTTP %ld", status);
    else if (result == CURLE_OK)
        outcome.attempt.error = g_strdup("the answer broke off in its header");
    else
        outcome.attempt.error =
            g_strdup(transfer->fault[0] != '\0' ? transfer->fault : curl_easy_strerror(result));
    *retoutcome = outcome;
}

static bool record(struct store *store, const struct transfer *transfer,
                   const struct outcome *outcome, GError **error)
{
    const char *sink = transfer->lane->name;
    if (!store_outbox_settle(store, transfer->entry, outcome->event, &outcome->attempt,
                             outcome->next_at, error))
        return false;
    bool well = outcome->verdict == OUTBOX_VERDICT_ACCEPTED;
    if (!store_sink_went(store, sink, well, outcome->attempt.at, error))
        return false;
    switch (outcome->verdict) {
    case OUTBOX_VERDICT_ACCEPTED:
    case OUTBOX_VERDICT_REFUSED:
        return true;
    case OUTBOX_VERDICT_SINK_SICK:
        return store_sink_rest(store, sink, outcome->next_at, error);
    case OUTBOX_VERDICT_SINK_GONE:
        return store_sink_disable(store, sink, outcome->attempt.error, clock_ms(), error);
    }
    g_return_val_if_reached(false);
}

static bool record_alone(struct store *store, const struct transfer *transfer,
                         const struct outcome *outcome, GError **error)
{
    if (store_in_transaction(store))
        return record(store, transfer, outcome, error);
    if (!store_begin(store, error))
        return false;
    if (record(store, transfer, outcome, error))
        return store_commit(store, error);
    store_rollback(store);
    return false;
}

static void log_outcome(const struct transfer *transfer, const struct outcome *outcome)
{
    const struct outbox_entry *entry = transfer->entry;
    g_autoptr(GString) line = g_string_new(NULL);
    g_string_printf(line,
                    "sink=%s outbox=%" G_GINT64_FORMAT " event_id=%s attempt=%u event=%s status=%d "
                    "took_ms=%" G_GINT64_FORMAT,
                    entry->sink, entry->id, entry->event_id, entry->attempts + 1,
                    outbox_event_name(outcome->event), outcome->attempt.status,
                    outcome->attempt.took_ms);
    if (outcome->event == OUTBOX_ACCEPTED) {
        log_info("forward", "%s", line->str);
        return;
    }
    g_autofree char *reason = log_quote(outcome->attempt.error);
    if (outcome->event == OUTBOX_FAILED)
        g_string_append_printf(line, " next_in_ms=%" G_GINT64_FORMAT,
                               outcome->next_at - clock_ms());
    log_warn("forward", "%s reason=%s", line->str, reason);
    if (outcome->verdict == OUTBOX_VERDICT_SINK_GONE)
        log_warn(
            "forward",
            "sink=%s event=disabled mend=\"change its url, or: loa outbox retry %" G_GINT64_FORMAT
            "\"",
            entry->sink, entry->id);
}

static void transfer_end(struct transfer *transfer, CURLcode result)
{
    g_autoptr(GError) error = NULL;
    struct outcome outcome;
    judge(transfer, result, &outcome);
    if (record_alone(transfer->forwarder->store, transfer, &outcome, &error)) {
        log_outcome(transfer, &outcome);
    } else {
        g_autofree char *reason = log_quote(error->message);
        transfer->lane->hold_until = clock_ms() + FAULT_REST_MS;
        log_error("forward",
                  "sink=%s outbox=%" G_GINT64_FORMAT " event=not-recorded status=%d reason=%s",
                  transfer->lane->name, transfer->entry->id, outcome.attempt.status, reason);
    }
    g_free(outcome.attempt.error);
    transfer_free(transfer);
}

/* ---- libcurl in the main loop ---- */

static void collect(struct forwarder *forwarder)
{
    CURLMsg *message;
    int left;
    bool any = false;
    while ((message = curl_multi_info_read(forwarder->multi, &left)) != NULL) {
        struct transfer *transfer = NULL;
        CURLcode result = message->data.result; /* the message dies with its handle */
        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
        transfer_end(transfer, result);
        any = true;
    }
    if (any)
        look_in(forwarder, 0);
}

static gboolean on_ready(gint fd, GIOCondition condition, gpointer user)
{
    struct forwarder *forwarder = user;
    int running, action = 0;
    if ((condition & (G_IO_IN | G_IO_HUP)) != 0)
        action |= CURL_CSELECT_IN;
    if ((condition & G_IO_OUT) != 0)
        action |= CURL_CSELECT_OUT;
    if ((condition & G_IO_ERR) != 0)
        action |= CURL_CSELECT_ERR;
    curl_multi_socket_action(forwarder->multi, fd, action, &running);
    collect(forwarder);
    return G_SOURCE_CONTINUE; /* take_socket() removes the watch */
}

static int take_socket(CURL *easy, curl_socket_t fd, int what, void *user, void *watch)
{
    (void)easy;
    struct forwarder *forwarder = user;
    guint source = GPOINTER_TO_UINT(watch);
    if (source != 0)
        g_source_remove(source);
    GIOCondition condition = 0;
    if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
        condition |= G_IO_IN | G_IO_HUP | G_IO_ERR;
    if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
        condition |= G_IO_OUT | G_IO_ERR;
    source = condition != 0 ? g_unix_fd_add(fd, condition, on_ready, forwarder) : 0;
    curl_multi_assign(forwarder->multi, fd, GUINT_TO_POINTER(source));
    return 0;
}

static gboolean on_curl_timer(gpointer user)
{
    struct forwarder *forwarder = user;
    int running;
    forwarder->curl_timer = 0;
    curl_multi_socket_action(forwarder->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    collect(forwarder);
    return G_SOURCE_REMOVE;
}

static int take_timer(CURLM *multi, long timeout_ms, void *user)
{
    (void)multi;
    struct forwarder *forwarder = user;
    g_clear_handle_id(&forwarder->curl_timer, g_source_remove);
    if (timeout_ms >= 0)
        forwarder->curl_timer = g_timeout_add((guint)timeout_ms, on_curl_timer, forwarder);
    return 0;
}

/* ---- what is due ---- */

static gboolean on_look(gpointer user)
{
    struct forwarder *forwarder = user;
    forwarder->look_timer = 0;
    look(forwarder);
    return G_SOURCE_REMOVE;
}

static void look_in(struct forwarder *forwarder, int64_t wait_ms)
{
    g_clear_handle_id(&forwarder->look_timer, g_source_remove);
    forwarder->look_timer = g_timeout_add((guint)CLAMP(wait_ms, 0, LOOK_MS), on_look, forwarder);
}

/* The clock may have been set back meanwhile. */
static int64_t sane_moment(int64_t at, int64_t now)
{
    return at > now + OUTBOX_WAIT_MAX_MS ? now : at;
}

/* Starts what the lane has due, or says when to look again. */
static bool serve_lane(struct forwarder *forwarder, struct lane *lane, int64_t *retlook_at,
                       GError **error)
{
    struct sink_status status;
    if (!store_sink_find(forwarder->store, lane->name, &status, error))
        return false;
    bool disabled = status.disabled_at != 0;
    int64_t rest_until = status.rest_until, next_at = 0, now = clock_ms();
    sink_status_clear(&status);
    if (disabled)
        return true;
    if (!store_outbox_next(forwarder->store, lane->name, &next_at, error))
        return false;
    if (next_at == 0)
        return true;
    int64_t start_at = MAX(sane_moment(next_at, now),
                           MAX(sane_moment(rest_until, now), sane_moment(lane->hold_until, now)));
    if (start_at > now) {
        *retlook_at = MIN(*retlook_at, start_at);
        return true;
    }
    if (forwarder->in_the_air >= TRANSFERS_MAX)
        return true; /* the end of a transfer brings us back */
    g_autoptr(GError) fault = NULL;
    struct outbox_entry *entry = store_outbox_due(forwarder->store, lane->name, now, &fault);
    if (fault != NULL) {
        g_propagate_error(error, g_steal_pointer(&fault));
        return false;
    }
    if (entry != NULL)
        transfer_start(forwarder, lane, entry);
    return true;
}

static void sweep(struct forwarder *forwarder)
{
    g_autoptr(GError) error = NULL;
    forwarder->swept_at = g_get_monotonic_time() / 1000;
    if (orphans_sweep(forwarder->store, forwarder->config, clock_ms(), &error))
        return;
    g_autofree char *reason = log_quote(error->message);
    log_error("forward", "event=store-fault reason=%s", reason);
}

static void look(struct forwarder *forwarder)
{
    if (store_in_transaction(forwarder->store)) {
        look_in(forwarder, COMMIT_WAIT_MS);
        return;
    }
    int64_t monotonic = g_get_monotonic_time() / 1000;
    if (forwarder->swept_at == 0 || monotonic - forwarder->swept_at >= SWEEP_MS)
        sweep(forwarder);
    int64_t look_at = clock_ms() + LOOK_MS;
    unsigned count = forwarder->lanes->len;
    for (unsigned i = 0; i < count; i++) {
        struct lane *lane = forwarder->lanes->pdata[(forwarder->next_lane + i) % count];
        g_autoptr(GError) error = NULL;
        if (lane->config == NULL || lane->transfer != NULL ||
            serve_lane(forwarder, lane, &look_at, &error))
            continue;
        g_autofree char *reason = log_quote(error->message);
        log_error("forward", "sink=%s event=store-fault reason=%s", lane->name, reason);
    }
    forwarder->next_lane++;
    look_in(forwarder, look_at - clock_ms());
}

/* ---- public ---- */

struct forwarder *forwarder_new(struct store *store, const struct gateway_config *config,
                                GError **error)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                            "libcurl cannot start; nothing can be forwarded");
        return NULL;
    }
    struct forwarder *forwarder = g_new0(struct forwarder, 1);
    forwarder->store = store;
    forwarder->lanes = g_ptr_array_new_with_free_func(lane_free);
    forwarder->multi = curl_multi_init();
    g_assert_nonnull(forwarder->multi);
    curl_multi_setopt(forwarder->multi, CURLMOPT_SOCKETFUNCTION, take_socket);
    curl_multi_setopt(forwarder->multi, CURLMOPT_SOCKETDATA, forwarder);
    curl_multi_setopt(forwarder->multi, CURLMOPT_TIMERFUNCTION, take_timer);
    curl_multi_setopt(forwarder->multi, CURLMOPT_TIMERDATA, forwarder);
    forwarder_reload(forwarder, config);
    return forwarder;
}

void forwarder_wake(struct forwarder *forwarder)
{
    look_in(forwarder, 0);
}

void forwarder_reload(struct forwarder *forwarder, const struct gateway_config *config)
{
    for (guint i = forwarder->lanes->len; i > 0; i--) {
        struct lane *lane = forwarder->lanes->pdata[i - 1];
        lane->config = NULL;
        if (lane->transfer == NULL)
            g_ptr_array_remove_index(forwarder->lanes, i - 1);
    }
    for (guint i = 0; i < config->sinks->len; i++) {
        const struct sink_config *sink = config->sinks->pdata[i];
        struct lane *lane = find_lane(forwarder, sink->name);
        if (lane == NULL) {
            lane = g_new0(struct lane, 1);
            lane->name = g_strdup(sink->name);
            g_ptr_array_add(forwarder->lanes, lane);
        }
        lane->config = sink;
        g_autoptr(GError) error = NULL;
        if (store_sink_know(forwarder->store, sink->name, sink->url, &error))
            continue;
        g_autofree char *reason = log_quote(error->message);
        log_error("forward", "sink=%s event=store-fault reason=%s", sink->name, reason);
    }
    forwarder->config = config;
    forwarder->swept_at = 0;
    look_in(forwarder, 0);
}

void forwarder_free(struct forwarder *forwarder)
{
    if (forwarder == NULL)
        return;
    for (guint i = forwarder->lanes->len; i > 0; i--) {
        struct lane *lane = forwarder->lanes->pdata[i - 1];
        if (lane->transfer != NULL)
            transfer_free(lane->transfer);
    }
    curl_multi_cleanup(forwarder->multi); /* closes what it kept open, through take_socket() */
    g_clear_handle_id(&forwarder->curl_timer, g_source_remove);
    g_clear_handle_id(&forwarder->look_timer, g_source_remove);
    g_ptr_array_free(forwarder->lanes, TRUE);
    g_free(forwarder);
    curl_global_cleanup();
}
