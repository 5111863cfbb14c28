// SPDX-License-Identifier: GPL-2.0-or-later
/* What a worker gone mad tells the gateway, as far as the database. The input is a row of packets,
 * each behind its length in two octets. Whatever they say can be stored: an effect that fails would
 * be dropped, and its SMS would be told again for ever. */
#include "gateway/intake.h"
#include "gateway/note.h"
#include "tests/fuzz/octets.h"
#include "tests/fuzz/office.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PACKETS_MAX = 12 };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    office_found();
    return 0;
}

static void on_stored(void *data, unsigned life, uint64_t key)
{
    unsigned *stored = data;
    g_assert_true(key != 0 && life == 1);
    ++*stored;
}

static struct effect *effect_of(const struct wire_message *message,
                                const struct intake_source *source)
{
    if (message->type == WIRE_INCOMING)
        return intake_incoming(source, &message->incoming, OPENING + 2 * HOUR);
    if (message->type == WIRE_REPORT)
        return intake_report(source, &message->report);
    if (message->type == WIRE_QUARANTINE)
        return intake_quarantine(source, &message->quarantine);
    if (message->type == WIRE_READY) {
        const struct wire_ready *ready = &message->ready;
        return note_identity(&(struct modem){.name = (char *)source->modem,
                                             .imei = (char *)ready->imei,
                                             .imsi = (char *)ready->imsi,
                                             .manufacturer = (char *)ready->manufacturer,
                                             .model = (char *)ready->model,
                                             .firmware = (char *)ready->firmware,
                                             .smsc = (char *)ready->smsc});
    }
    if (message->type == WIRE_HEALTH) {
        const struct wire_health *health = &message->health;
        return note_health(&(struct modem){.name = (char *)source->modem,
                                           .operator_code = (char *)health->operator_code,
                                           .operator_name = (char *)health->operator_name,
                                           .signal = health->signal_percent,
                                           .registration = health->registration,
                                           .storage_used = health->storage_used,
                                           .storage_size = health->storage_size});
    }
    return NULL;
}

/* As a turn does it: what fails is tried once more, then dropped. */
static void store_effect(struct store *store, struct effect *effect)
{
    g_autoptr(GError) error = NULL;
    bool applied = false;
    for (unsigned try = 0; try < 2 && !applied; try++) {
        g_clear_error(&error);
        g_assert_true(store_begin(store, NULL));
        applied = effect->apply(effect, store, OPENING + 2 * HOUR, &error);
        if (!applied)
            store_rollback(store);
    }
    g_assert_no_error(error);
    g_assert_true(store_commit(store, NULL));
    if (effect->committed != NULL)
        effect->committed(effect);
    effect->free(effect);
}

static void take(struct store *store, const struct intake_source *source, const uint8_t *data,
                 size_t size)
{
    struct wire_message message;
    if (!wire_decode(data, size, &message, NULL))
        return;
    struct effect *effect = effect_of(&message, source);
    wire_message_clear(&message); /* an effect keeps copies */
    if (effect != NULL)
        store_effect(store, effect);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GByteArray) octets = octets_read(data, size);
    g_autoptr(GError) error = NULL;
    struct store *store = office_open();
    struct campaign_book *book = campaign_book_new(store, &test_terms);
    unsigned stored = 0;
    const struct intake_source source = {.modem = "sim1",
                                         .imsi = "452040000000001",
                                         .book = book,
                                         .stored = on_stored,
                                         .data = &stored,
                                         .life = 1};
    size_t at = 0;
    for (unsigned i = 0; i < PACKETS_MAX && at + 2 <= octets->len; i++) {
        size_t length = (size_t)octets->data[at] << 8 | octets->data[at + 1];
        at += 2;
        take(store, &source, octets->data + at, MIN(length, octets->len - at));
        at += MIN(length, octets->len - at);
    }
    intake_overdue(store, book, OPENING + 5 * DAY, &error);
    g_assert_no_error(error);
    campaign_book_free(book);
    store_free(store);
    return 0;
}
