// SPDX-License-Identifier: GPL-2.0-or-later
// Who refused messages, or wished for them again.
#pragma once

#include "campaigns/store/store.h"

struct consent_row {
    int64_t contact_id, at;
    int64_t reply_id; /* 0: not by SMS */
    const char *by;
};

/* Both inside a transaction. Opting out cancels what is queued for the contact. */
bool store_consent_opt_out(struct store *store, const struct consent_row *row, GError **error);
bool store_consent_opt_in(struct store *store, const struct consent_row *row, GError **error);
