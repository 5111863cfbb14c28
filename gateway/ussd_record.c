// SPDX-License-Identifier: GPL-2.0-or-later
/* A code is written down as sent before the worker hears of it: whatever ends the gateway, the
 * transcript tells all that may have been dialled. */
#include "gateway/ussd_record.h"

static bool apply_row(const struct ussd_record *record, struct store *store, int64_t id,
                      int64_t now, GError **error)
{
    return (record->step.text == NULL || store_ussd_step(store, id, &record->step, error)) &&
           (record->state == NULL ||
            store_ussd_state(store, id, record->state, record->cause, now, error));
}

static bool apply(struct effect *effect, struct store *store, int64_t now, GError **error)
{
    const struct ussd_record *record = (struct ussd_record *)effect;
    const struct ussd_wish wish = {record->modem, "network", "", now};
    int64_t id = record->id;
    if (record->request_form != NULL &&
        !store_ussd_note_forms(store, record->modem, record->request_form, record->text_form,
                               error))
        return false;
    if (record->step.text == NULL && record->state == NULL)
        return true;
    return (id != 0 || store_ussd_new(store, &wish, &id, error)) &&
           apply_row(record, store, id, now, error);
}

static void committed(struct effect *effect)
{
    const struct ussd_record *record = (struct ussd_record *)effect;
    if (record->done != NULL)
        record->done(record, false);
}

static void dropped(struct effect *effect, const GError *error)
{
    const struct ussd_record *record = (struct ussd_record *)effect;
    (void)error; /* the turn has told it */
    if (record->done != NULL)
        record->done(record, true);
}

static void record_free(struct effect *effect)
{
    struct ussd_record *record = (struct ussd_record *)effect;
    g_free(record->modem);
    g_free(record->cause);
    g_free(record->step.text);
    g_free(record->step.raw);
    g_free(record);
}

struct ussd_record *ussd_record_new(const char *modem, int64_t id)
{
    struct ussd_record *record = g_new0(struct ussd_record, 1);
    record->effect = (struct effect){apply, committed, dropped, record_free};
    record->id = id;
    record->modem = g_strdup(modem);
    record->step.at = g_get_real_time() / 1000;
    record->step.dcs = record->step.status = -1;
    return record;
}
