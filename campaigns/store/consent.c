// SPDX-License-Identifier: GPL-2.0-or-later
// The ledger of consent, and the refusals that the queue obeys.
#include "campaigns/store/consent.h"

#include "campaigns/store/message.h"
#include "campaigns/store/sql.h"

static bool record(struct store *store, const struct consent_row *row, const char *event,
                   GError **error)
{
    return sql_run(store, error,
                   "INSERT INTO consent (contact_id, at, event, reply_id, by_whom) "
                   "VALUES (?1, ?2, ?3, ?4, ?5)",
                   "iitot", row->contact_id, row->at, event, row->reply_id, row->by);
}

bool store_consent_opt_out(struct store *store, const struct consent_row *row, GError **error)
{
    return record(store, row, "opted-out", error) &&
           sql_run(store, error,
                   "INSERT INTO refusal (contact_id, organisation, at) VALUES (?1, '', ?2) "
                   "ON CONFLICT DO NOTHING",
                   "ii", row->contact_id, row->at) &&
           store_message_drop_contact(store, row->contact_id, "opted out", row->at, error);
}

bool store_consent_opt_in(struct store *store, const struct consent_row *row, GError **error)
{
    return record(store, row, "opted-in", error) &&
           sql_run(store, error, "DELETE FROM refusal WHERE contact_id = ?1", "i", row->contact_id);
}
