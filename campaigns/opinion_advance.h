// SPDX-License-Identifier: GPL-2.0-or-later
/* The one place where an opinion gets another state: each step is checked, written, kept in its
 * history and told to the sinks, in one transaction. */
#pragma once

#include "campaigns/store/opinion.h"

/* The row is new in this transaction: writes its first event. */
bool opinion_advance_first(struct store *store, const struct opinion_row *row,
                           const struct gateway_config *config, GError **error);

struct opinion_advance {
    enum opinion_event event;
    const char *by, *detail; /* detail may be NULL */
    const char *before;      /* the office it was forwarded to until now; NULL none */
    int64_t now;
    const struct gateway_config *config;
};

/* Within a transaction. `row` is what it was read as, with what this step changes put in; its state
 * becomes the new one. OPINION_ERROR_STATE: not allowed. */
bool opinion_advance(struct store *store, struct opinion_row *row,
                     const struct opinion_advance *advance, GError **error);
/* Only the question: false with OPINION_ERROR_STATE. */
bool opinion_advance_may(const struct opinion_row *row, enum opinion_event event, GError **error);
