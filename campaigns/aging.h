// SPDX-License-Identifier: GPL-2.0-or-later
// What time brings to single messages: the unsure are sent again, answers may go by another modem.
#pragma once

#include "campaigns/book.h"

enum {
    /* A delivered SMS is reported within seconds, mostly; a modem that was restarted tells what
     * came meanwhile within a few minutes. Who waits longer has lost the report, or there is none.
     */
    AGING_DOUBT_MS = 10 * 60 * 1000,
    /* While its modem is away no report can come; but the campaign does not wait for ever. */
    AGING_GONE_MS = 60 * 60 * 1000,
    /* Who has written expects an answer from the number written to, but soon rather than never. */
    AGING_ANSWER_MS = 10 * 60 * 1000,
};

/* Those campaigns that say so get their unsure messages sent again, each once; answers that have
 * waited long for their modem are for any. About every ten seconds, outside any transaction; a
 * slice at a time. How many became sendable by it. */
bool aging_clock(struct store *store, struct campaign_book *book, int64_t now, unsigned *retqueued,
                 GError **error);
