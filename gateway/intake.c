// SPDX-License-Identifier: GPL-2.0-or-later
/* Intake: an SMS is stored as it came, and when it completes a text, that becomes a reply in the
 * same transaction. A text that the reply rules cannot digest is kept all the same: the SMS is
 * stored alone, taken off the SIM, and handed on again with the overdue ones. */
#include "gateway/intake.h"

#include "campaigns/answer.h"
#include "campaigns/sim.h"
#include "campaigns/store/incoming.h"
#include "campaigns/store/quarantine.h"
#include "campaigns/store/report.h"
#include "config/log.h"

#include <inttypes.h>
#include <string.h>

#define OVERDUE_MS (INT64_C(24) * 60 * 60 * 1000)

enum { OVERDUE_AT_ONCE = 64, RETRY_MS = 15 * 1000 };

/* What both kinds share: whom to tell. */
struct told {
    char *modem, *imsi;
    struct campaign_book *book;
    const struct gateway_config *config;
    void (*stored)(void *data, unsigned life, uint64_t key);
    void *data;
    unsigned life;
    uint64_t key;
};

struct intake {
    struct effect effect;
    struct told told;
    char *sender, *text, *memory;
    struct incoming incoming;
    bool raw; /* the rules of replies, or of SIMs, failed on it: store it alone */
    bool is_new, complete;
};

struct reported {
    struct effect effect;
    struct told told;
    char *number;
    struct report report;
    struct report_match match;
};

struct quarantined {
    struct effect effect;
    struct told told;
    struct quarantine_row row;
    bool is_new;
};

static void told_set(struct told *told, const struct intake_source *source, uint64_t key)
{
    *told =
        (struct told){g_strdup(source->modem), g_strdup(source->imsi), source->book, source->config,
                      source->stored,          source->data,           source->life, key};
}

static void told_clear(struct told *told)
{
    g_free(told->modem);
    g_free(told->imsi);
}

static bool hand_on(struct store *store, struct campaign_book *book,
                    const struct incoming_text *text, int64_t now, GError **error)
{
    int64_t reply = 0;
    const struct answer_source source = {
        .modem = text->modem,
        .sender = text->sender,
        .text = text->text,
        .sent_at = text->sent_at,
        .received_at = text->received_at,
        .retreply = &reply,
    };
    return answer_take(store, book, &source, now, error) &&
           store_incoming_link(store, text->ids, reply, error);
}

static bool must_wait(const GError *error)
{
    return error->domain == STORE_ERROR &&
           (error->code == STORE_ERROR_FULL || error->code == STORE_ERROR_BUSY);
}

/* What an operator writes about the SIM is a text like any other, and read besides. */
static bool read_as_operator(const struct intake *intake, struct store *store,
                             const struct incoming_text *text, int64_t now, GError **error)
{
    const struct told *told = &intake->told;
    struct sim *sim = NULL;
    if (told->config == NULL || intake->raw)
        return true;
    if (!sim_find(store, told->config, told->modem, now, &sim, error))
        return false;
    bool own = sim != NULL && sim_owns_sms(told->config, sim, text->sender);
    sim_free(sim);
    if (!own)
        return true;
    const struct sim_text taken = {.modem = told->modem,
                                   .imsi = told->imsi,
                                   .purpose = "sms",
                                   .by_sms = true,
                                   .text = text->text,
                                   .now = now};
    return sim_take(store, told->config, &taken, error);
}

static bool apply_incoming(struct effect *effect, struct store *store, int64_t now, GError **error)
{
    struct intake *intake = (struct intake *)effect;
    struct incoming_text *text = NULL;
    if (!store_incoming_add(store, &intake->incoming, &intake->is_new, &text, error))
        return false;
    intake->complete = text != NULL;
    g_autoptr(GError) problem = NULL;
    if (text != NULL && !read_as_operator(intake, store, text, now, &problem)) {
        incoming_text_free(text);
        /* The next try is the last: it stores the SMS alone, whatever else is wrong with it. */
        intake->raw = !must_wait(problem);
        if (intake->raw)
            log_error("intake", "modem=%s event=not-read \"%s\"", intake->told.modem,
                      problem->message);
        g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    bool done =
        text == NULL || (intake->raw ? store_incoming_delay(store, text->ids, now, RETRY_MS, error)
                                     : hand_on(store, intake->told.book, text, now, &problem));
    incoming_text_free(text);
    if (done || intake->raw)
        return done;
    /* The transaction is spoilt; when this effect is tried again, it comes without the rules. */
    intake->raw = !must_wait(problem);
    if (intake->raw)
        log_error("intake", "modem=%s event=not-understood \"%s\"", intake->told.modem,
                  problem->message);
    g_propagate_error(error, g_steal_pointer(&problem));
    return false;
}

static void tell_stored(const struct told *told)
{
    if (told->key != 0)
        told->stored(told->data, told->life, told->key);
}

static void masked(const char *number, char *retmasked)
{
    struct phone phone;
    if (phone_read_sender(number, &phone))
        phone_mask(&phone, retmasked);
    else
        g_strlcpy(retmasked, "service", PHONE_SIZE);
}

static void committed_incoming(struct effect *effect)
{
    const struct intake *intake = (struct intake *)effect;
    char sender[PHONE_SIZE];
    masked(intake->sender, sender);
    tell_stored(&intake->told);
    log_info("intake", "modem=%s event=incoming from=%s part=%u/%u new=%d complete=%d",
             intake->told.modem, sender, intake->incoming.sequence, intake->incoming.total,
             intake->is_new, intake->complete);
}

static void free_incoming(struct effect *effect)
{
    struct intake *intake = (struct intake *)effect;
    told_clear(&intake->told);
    g_free(intake->sender);
    g_free(intake->text);
    g_free(intake->memory);
    g_free(intake);
}

struct effect *intake_incoming(const struct intake_source *source,
                               const struct wire_incoming *incoming, int64_t now)
{
    struct intake *intake = g_new0(struct intake, 1);
    intake->effect = (struct effect){apply_incoming, committed_incoming, NULL, free_incoming};
    told_set(&intake->told, source, incoming->key);
    intake->sender = g_strdup(incoming->sender);
    intake->text = g_strdup(incoming->text);
    intake->memory = g_strdup(incoming->memory);
    intake->incoming = (struct incoming){
        .modem = intake->told.modem,
        .imsi = intake->told.imsi,
        .memory = intake->memory,
        .location = incoming->location,
        .key = (int64_t)incoming->key,
        .fresh = incoming->fresh != 0,
        .sender = intake->sender,
        .text = intake->text,
        .coding = incoming->coding,
        .reference = incoming->reference,
        .total = incoming->total,
        .sequence = incoming->sequence,
        .sent_at = incoming->sent_at,
        .received_at = now,
        .retry_at = now + OVERDUE_MS,
    };
    return &intake->effect;
}

static bool apply_report(struct effect *effect, struct store *store, int64_t now, GError **error)
{
    struct reported *reported = (struct reported *)effect;
    return store_report_add(store, &reported->report, now, &reported->match, error);
}

static void committed_report(struct effect *effect)
{
    const struct reported *reported = (struct reported *)effect;
    const struct report_match *match = &reported->match;
    tell_stored(&reported->told);
    if (match->message_id != 0)
        log_info("intake", "modem=%s event=report msg=%" PRId64 " part=%u status=%d state=%s",
                 reported->told.modem, match->message_id, match->sequence, reported->report.status,
                 message_state_name(match->state));
    else
        log_info("intake", "modem=%s event=report msg=%s ref=%d status=%d", reported->told.modem,
                 match->repeated ? "repeated" : "unknown", reported->report.reference,
                 reported->report.status);
}

static void free_report(struct effect *effect)
{
    struct reported *reported = (struct reported *)effect;
    told_clear(&reported->told);
    g_free(reported->number);
    g_free(reported);
}

struct effect *intake_report(const struct intake_source *source, const struct wire_report *report)
{
    struct reported *reported = g_new0(struct reported, 1);
    reported->effect = (struct effect){apply_report, committed_report, NULL, free_report};
    told_set(&reported->told, source, report->key);
    reported->number = g_strdup(report->number);
    reported->report = (struct report){
        .modem = reported->told.modem,
        .key = (int64_t)report->key,
        .reference = report->reference,
        .number = reported->number,
        .status = report->status,
        .sent_at = report->sent_at,
        .discharged_at = report->discharged_at,
    };
    return &reported->effect;
}

static bool apply_quarantine(struct effect *effect, struct store *store, int64_t now,
                             GError **error)
{
    struct quarantined *quarantined = (struct quarantined *)effect;
    return store_quarantine_add(store, &quarantined->row, now, &quarantined->is_new, error);
}

static void committed_quarantine(struct effect *effect)
{
    const struct quarantined *quarantined = (struct quarantined *)effect;
    const struct quarantine_row *row = &quarantined->row;
    tell_stored(&quarantined->told);
    g_autofree char *reason = log_quote(row->reason);
    log_warn("intake", "modem=%s event=quarantined memory=%s index=%d octets=%zu new=%d reason=%s",
             row->modem, row->memory, row->location, strlen(row->pdu) / 2, quarantined->is_new,
             reason);
}

static void free_quarantine(struct effect *effect)
{
    struct quarantined *quarantined = (struct quarantined *)effect;
    told_clear(&quarantined->told);
    quarantine_row_clear(&quarantined->row);
    g_free(quarantined);
}

static char *hex_of(const struct wire_bytes *bytes)
{
    GString *hex = g_string_new(NULL);
    for (size_t i = 0; i < bytes->size; i++)
        g_string_append_printf(hex, "%02X", bytes->data[i]);
    return g_string_free(hex, FALSE);
}

struct effect *intake_quarantine(const struct intake_source *source,
                                 const struct wire_quarantine *quarantine)
{
    struct quarantined *quarantined = g_new0(struct quarantined, 1);
    quarantined->effect =
        (struct effect){apply_quarantine, committed_quarantine, NULL, free_quarantine};
    told_set(&quarantined->told, source, quarantine->key);
    quarantined->row = (struct quarantine_row){
        .modem = g_strdup(source->modem),
        .imsi = g_strdup(source->imsi),
        .memory = g_strdup(quarantine->memory),
        .location = quarantine->location,
        .pdu = hex_of(&quarantine->pdu),
        .reason = g_strdup(quarantine->reason),
        .key = (int64_t)quarantine->key,
        .own = quarantine->own != 0,
    };
    return &quarantined->effect;
}

static void free_text(gpointer text)
{
    incoming_text_free(text);
}

/* In a transaction of its own; what fails comes later and later, so that it is in nobody's way. */
static bool hand_on_late(struct store *store, struct campaign_book *book,
                         const struct incoming_text *text, int64_t now, GError **error)
{
    if (!store_begin(store, error))
        return false;
    g_autoptr(GError) problem = NULL;
    bool done = hand_on(store, book, text, now, &problem) && store_commit(store, &problem);
    if (store_in_transaction(store))
        store_rollback(store);
    if (done) {
        log_info("intake", "modem=%s event=overdue parts=%u", text->modem, text->ids->len);
        return true;
    }
    if (must_wait(problem)) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    log_error("intake", "modem=%s event=not-understood \"%s\"", text->modem, problem->message);
    return store_incoming_delay(store, text->ids, now, RETRY_MS, error);
}

bool intake_overdue(struct store *store, struct campaign_book *book, int64_t now, GError **error)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(free_text);
    if (!store_incoming_overdue(store, now, OVERDUE_AT_ONCE, texts, error))
        return false;
    for (guint i = 0; i < texts->len; i++) {
        if (!hand_on_late(store, book, g_ptr_array_index(texts, i), now, error))
            return false;
    }
    return true;
}
