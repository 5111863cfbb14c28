// SPDX-License-Identifier: GPL-2.0-or-later
// The last summary of each campaign that was put before each sink.
#pragma once

#include "campaigns/store/store.h"

struct summary_mark {
    int64_t campaign_id;
    unsigned sequence; /* 0: none yet */
    char *digest;      /* of the figures last sent; "" for none */
    bool final;        /* that one said that the campaign had ended */
    bool ended;        /* it has */
};

/* Campaigns whose figures must be looked at for this sink: started ones, `every_ms` after the last
 * look (the start, if there was none); ended ones at once, then likewise until `aftermath_ms` after
 * their end. New GPtrArray of struct summary_mark *. */
struct summary_when {
    int64_t now, every_ms, aftermath_ms;
};
GPtrArray *store_summary_due(struct store *store, const char *sink, const struct summary_when *when,
                             GError **error);
/* Put before the sink `now`, as `mark` says; within the caller's transaction. */
bool store_summary_note(struct store *store, const char *sink, const struct summary_mark *mark,
                        int64_t now, GError **error);
/* Looked at, and nothing put. */
bool store_summary_looked(struct store *store, const char *sink, int64_t campaign_id, int64_t now,
                          GError **error);
