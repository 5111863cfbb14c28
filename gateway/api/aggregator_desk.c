// SPDX-License-Identifier: GPL-2.0-or-later
/* In the order of what it costs: the limit of all, the form, the limit of the phone, the database.
 * A handset shows only what stands in an END, so the caller's own limit is told by one; the
 * aggregator's by 429. Logged are masked numbers and what happened, never a text. */
#include "gateway/api/aggregator_desk.h"

#include "campaigns/phone.h"
#include "campaigns/store/session.h"
#include "campaigns/ussd_survey.h"
#include "config/log.h"
#include "gateway/api/form.h"
#include "gateway/api/pool.h"
#include "gateway/api/throttle.h"

#include <inttypes.h>
#include <sodium.h>
#include <string.h>

enum {
    SECOND_MS = 1000,
    MINUTE_MS = 60 * 1000,
    PATIENCE_MS = 3000, /* for other writers: networks give up a session after a few seconds more */
    RETRY_S = 1,
    BUSY_S = 5,
    SESSION_MAX = 128, /* octets */
    CODE_MAX = 64,
    TEXT_MAX = 4000,
};

/* A book belongs to its connection. */
struct shelf {
    struct campaign_book *book;
    const struct gateway_config *config; /* whose terms it has */
};

struct aggregator_desk {
    struct store_pool *pool;
    GMutex lock;         /* for what stands below */
    GHashTable *shelves; /* struct store * → struct shelf * */
    struct throttle *phones, *all;
};

static void free_shelf(gpointer data)
{
    struct shelf *shelf = data;
    campaign_book_free(shelf->book);
    g_free(shelf);
}

struct aggregator_desk *aggregator_desk_new(const char *database)
{
    struct aggregator_desk *desk = g_new0(struct aggregator_desk, 1);
    desk->pool = store_pool_new(database);
    g_mutex_init(&desk->lock);
    desk->shelves = g_hash_table_new_full(NULL, NULL, NULL, free_shelf);
    desk->phones = throttle_new(MINUTE_MS);
    desk->all = throttle_new(SECOND_MS);
    return desk;
}

void aggregator_desk_stop(struct aggregator_desk *desk)
{
    store_pool_stop(desk->pool);
}

void aggregator_desk_free(struct aggregator_desk *desk)
{
    if (desk == NULL)
        return;
    g_hash_table_destroy(desk->shelves);
    store_pool_free(desk->pool);
    throttle_free(desk->phones);
    throttle_free(desk->all);
    g_mutex_clear(&desk->lock);
    g_free(desk);
}

void aggregator_reply_clear(struct aggregator_reply *reply)
{
    g_free(reply->text);
    *reply = (struct aggregator_reply){0};
}

bool aggregator_secret_is(const char *shown, const char *secret)
{
    unsigned char one[crypto_generichash_BYTES], other[crypto_generichash_BYTES];
    crypto_generichash(one, sizeof one, (const unsigned char *)shown, strlen(shown), NULL, 0);
    crypto_generichash(other, sizeof other, (const unsigned char *)secret, strlen(secret), NULL, 0);
    return sodium_memcmp(one, other, sizeof one) == 0;
}

/* ---- fields ---- */

struct fields {
    const char *session, *text;
    struct phone phone;
};

static bool is_sized(const char *value, size_t least, size_t most)
{
    return value != NULL && strlen(value) >= least && strlen(value) <= most;
}

/* A "+" that was not escaped is a blank by the rules of forms. */
static bool read_phone(GHashTable *form, struct phone *retphone)
{
    const char *written = g_hash_table_lookup(form, "phoneNumber");
    g_autofree char *phone = g_strstrip(g_strdup(written != NULL ? written : ""));
    return phone_read_sender(phone, retphone);
}

/* What is wrong with them; NULL: nothing. */
static const char *read_fields(GHashTable *form, bool end, struct fields *fields)
{
    const char *code = g_hash_table_lookup(form, "serviceCode");
    fields->session = g_hash_table_lookup(form, "sessionId");
    fields->text = g_hash_table_lookup(form, "text");
    if (!is_sized(fields->session, 1, SESSION_MAX))
        return "sessionId must be there, and have 1 to 128 octets";
    if (end)
        return NULL;
    if (code != NULL && !is_sized(code, 0, CODE_MAX))
        return "serviceCode may have 64 octets at most";
    if (!is_sized(fields->text, 0, TEXT_MAX))
        return "text must be there, empty in the first request, and have 4000 octets at most";
    return read_phone(form, &fields->phone) ? NULL
                                            : "phoneNumber must be there, and be a phone number "
                                              "such as +84912000345";
}

/* ---- limits ---- */

static bool may_go_on(struct aggregator_desk *desk, struct throttle *throttle, const char *key,
                      int64_t limit)
{
    g_mutex_lock(&desk->lock);
    bool may = throttle_take(throttle, key, limit, g_get_monotonic_time() / 1000);
    g_mutex_unlock(&desk->lock);
    return may;
}

static bool phone_may(struct aggregator_desk *desk, const struct aggregator_call *call,
                      const struct fields *fields)
{
    g_autofree char *key = g_strconcat(call->service->name, "/", fields->phone.e164, NULL);
    return may_go_on(desk, desk->phones, key, call->service->per_minute);
}

/* ---- the database ---- */

/* Nobody else has that connection, nor its book, until it is given back. */
static struct campaign_book *book_of(struct aggregator_desk *desk, struct store *store,
                                     const struct gateway_config *config)
{
    const struct campaign_terms terms = campaign_terms_of(config);
    g_mutex_lock(&desk->lock);
    struct shelf *shelf = g_hash_table_lookup(desk->shelves, store);
    if (shelf == NULL) {
        shelf = g_new0(struct shelf, 1);
        shelf->book = campaign_book_new(store, &terms);
        shelf->config = config;
        g_hash_table_insert(desk->shelves, store, shelf);
        store_set_patience(store, PATIENCE_MS);
    }
    g_mutex_unlock(&desk->lock);
    if (shelf->config != config)
        campaign_book_set_terms(shelf->book, &terms);
    shelf->config = config;
    return shelf->book;
}

static void log_page(const struct aggregator_call *call, const struct fields *fields,
                     const struct ussd_survey_page *page, int64_t began)
{
    char masked[PHONE_SIZE];
    void (*say)(const char *, const char *, ...) = page->odd ? log_warn : log_info;
    say("ussd",
        "service=%s session=%" PRId64 " campaign=%" PRId64 " phone=%s event=%s page=%.3s "
        "took_ms=%" PRId64,
        call->service->name, page->session_id, page->campaign_id,
        phone_mask(&fields->phone, masked), page->event, page->page,
        (g_get_monotonic_time() - began) / 1000);
}

static void fail(struct aggregator_reply *reply, const struct aggregator_call *call,
                 const GError *error)
{
    g_autofree char *reason = log_quote(error->message);
    g_autofree char *notice =
        ussd_survey_notice((enum ussd_alphabet)call->service->alphabet, USSD_NOTICE_BUSY);
    log_error("ussd", "service=%s event=failed reason=%s", call->service->name, reason);
    reply->status = 503;
    reply->retry_s = BUSY_S;
    reply->text = g_strconcat("END ", notice, NULL);
}

static bool take_page(struct store *store, struct campaign_book *book,
                      const struct aggregator_call *call, const struct fields *fields,
                      struct aggregator_reply *reply, GError **error)
{
    const struct ussd_survey_request request = {
        .service = call->service,
        .session = fields->session,
        .phone = fields->phone.e164,
        .text = fields->text,
        .now = g_get_real_time() / 1000,
    };
    struct ussd_survey_page page = {0};
    int64_t began = g_get_monotonic_time();
    if (!ussd_survey_take(store, book, &request, &page, error))
        return false;
    log_page(call, fields, &page, began);
    reply->text = g_steal_pointer(&page.page);
    ussd_survey_page_clear(&page);
    return true;
}

static bool take_end(struct store *store, const struct aggregator_call *call,
                     const struct fields *fields, struct aggregator_reply *reply, GError **error)
{
    bool left = false;
    if (!store_session_leave(store, call->service->name, fields->session, g_get_real_time() / 1000,
                             &left, error))
        return false;
    log_info("ussd", "service=%s event=%s", call->service->name, left ? "left" : "end-told");
    reply->text = g_strdup("OK");
    return true;
}

static void serve(struct aggregator_desk *desk, const struct aggregator_call *call,
                  const struct fields *fields, struct aggregator_reply *reply)
{
    g_autoptr(GError) error = NULL;
    struct store *store = store_pool_take(desk->pool, false, &error);
    bool done = false;
    if (store != NULL) {
        struct campaign_book *book = book_of(desk, store, call->config);
        done = call->end ? take_end(store, call, fields, reply, &error)
                         : take_page(store, book, call, fields, reply, &error);
        store_pool_give(desk->pool, false, store);
    }
    if (done)
        reply->status = 200;
    else
        fail(reply, call, error);
}

void aggregator_desk_answer(struct aggregator_desk *desk, const struct aggregator_call *call,
                            struct aggregator_reply *retreply)
{
    struct aggregator_reply reply = {0};
    struct fields fields = {0};
    if (!may_go_on(desk, desk->all, "", call->config->ussd.per_second)) {
        *retreply = (struct aggregator_reply){
            429, g_strdup("more requests a second than ussd.per_second allows"), RETRY_S};
        return;
    }
    const char *problem = NULL;
    g_autoptr(GHashTable) form = form_read(call->bytes, call->size, &problem);
    if (form != NULL)
        problem = read_fields(form, call->end, &fields);
    if (problem != NULL) {
        reply.status = 400;
        reply.text = g_strdup(problem);
    } else if (!call->end && !phone_may(desk, call, &fields)) {
        g_autofree char *notice =
            ussd_survey_notice((enum ussd_alphabet)call->service->alphabet, USSD_NOTICE_TOO_MANY);
        char masked[PHONE_SIZE];
        log_warn("ussd", "service=%s phone=%s event=too-many", call->service->name,
                 phone_mask(&fields.phone, masked));
        reply.status = 200;
        reply.text = g_strconcat("END ", notice, NULL);
    } else {
        serve(desk, call, &fields, &reply);
    }
    *retreply = reply;
}
