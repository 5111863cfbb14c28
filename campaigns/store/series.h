// SPDX-License-Identifier: GPL-2.0-or-later
// Campaigns that come again, and what became of each of their days.
#pragma once

#include "campaigns/campaign.h"

struct series_row {
    int64_t id;
    char *code, *title;
    bool active;
    char *file, *definition;
    int64_t created_at, changed_at;
    char *by, *changed_by, *reason; /* who added it; who changed it last, and why */
};
void series_row_free(struct series_row *row);

/* A new code, or the new file of a known one, active again. Inside a transaction. */
bool store_series_put(struct store *store, const struct series_row *row, int64_t *retid,
                      GError **error);
bool store_series_stop(struct store *store, int64_t id, const struct campaign_act *act,
                       GError **error);
/* Case does not count; STORE_ERROR_NOT_FOUND. */
struct series_row *store_series_find(struct store *store, const char *code, GError **error);
/* GPtrArray owning struct series_row. */
GPtrArray *store_series_list(struct store *store, bool active_only, GError **error);

struct series_day {
    bool known; /* there is a row */
    char day[11];
    int64_t campaign_id; /* 0: none */
    char *reason, *skipped_by;
    int64_t tried_at;
};
void series_day_clear(struct series_day *day);
bool store_series_day(struct store *store, int64_t series_id, const char *day,
                      struct series_day *retday, GError **error);
/* Inside a transaction. */
bool store_series_day_put(struct store *store, int64_t series_id, const struct series_day *day,
                          GError **error);
/* What could not be made is tried again at once. Inside a transaction. */
bool store_series_try_again(struct store *store, int64_t series_id, GError **error);

/* Campaigns that are not over, or that opened in the range: GPtrArray owning struct campaign_row.
 */
GPtrArray *store_series_campaigns(struct store *store, int64_t from, int64_t to, GError **error);
/* The code of the series that a campaign was made from; "": of none. */
bool store_series_of(struct store *store, int64_t campaign_id, char **retcode, GError **error);
/* Days from that one on whose campaign could not be made. */
bool store_series_failed(struct store *store, const char *from, int64_t *retcount, GError **error);
/* Whether the snapshot that the campaign's file wants at that time was taken. */
bool store_series_snapshot(struct store *store, int64_t campaign_id, int64_t as_of, bool *rettaken,
                           GError **error);
