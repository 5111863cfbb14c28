// SPDX-License-Identifier: GPL-2.0-or-later
// One row of `message` with its contact's number, as every reader in the store selects it.
#pragma once

#include "campaigns/message.h"
#include "campaigns/store/withheld.h"

#include <sqlite3.h>

/* From message joined with contact, in the order that its reader expects. */
#define MESSAGE_COLUMNS                                                                            \
    "message.id, coalesce(message.campaign_id, 0), message.contact_id, contact.phone,"             \
    " message.purpose, message.state, message.priority, message.text, message.parts,"              \
    " message.parts_sent, message.reference, message.modem, message.attempts, message.sick,"       \
    " message.not_before, message.expires_at, message.created_at, message.state_at,"               \
    " message.cause, message.resends, " WITHHELD_MESSAGE

/* Steps to the end and appends each row. */
bool message_rows_read(sqlite3_stmt *statement, GPtrArray *messages, GError **error);
