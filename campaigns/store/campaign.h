// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of campaigns and of what happened to them. Rules are in campaigns/campaign.h.
#pragma once

#include "campaigns/campaign.h"

struct campaign_row {
    int64_t id;
    char *code, *title;
    enum campaign_state state;
    char *file, *definition;
    int64_t priority; /* enum priority */
    int64_t opens_at, closes_at;
    char *approved_hash; /* NULL: not approved */
    int64_t created_at, state_at;
    char *organisation;       /* key (consent.h); "" or NULL: the house */
    int64_t retention_months; /* 0: kept for ever */
    int64_t erased_at;        /* 0: numbers and texts are there */
};
void campaign_row_free(struct campaign_row *row);

struct campaign_event_row {
    int64_t id, at;
    char *by, *event, *from, *to, *reason;
};

/* By code (case does not count), else by number; NULL with STORE_ERROR_NOT_FOUND. */
struct campaign_row *store_campaign_find(struct store *store, const char *id_or_code,
                                         GError **error);
/* NULL without an error when no campaign has this code. */
struct campaign_row *store_campaign_by_code(struct store *store, const char *code, GError **error);
struct campaign_row *store_campaign_get(struct store *store, int64_t id, GError **error);
/* Those with an id above `after`, oldest first; GPtrArray owning struct campaign_row. */
GPtrArray *store_campaign_list(struct store *store, int64_t after, unsigned limit, GError **error);
/* The same of one state. */
GPtrArray *store_campaign_in_state(struct store *store, enum campaign_state state, GError **error);
/* GPtrArray owning struct campaign_event_row, oldest first. */
GPtrArray *store_campaign_events(struct store *store, int64_t id, GError **error);

/* The rest is written by campaigns/campaign.c alone, inside its transactions. */
bool store_campaign_insert(struct store *store, const struct campaign_row *row, int64_t *retid,
                           GError **error);
bool store_campaign_replace(struct store *store, const struct campaign_row *row, GError **error);
bool store_campaign_set_state(struct store *store, const struct campaign_row *row,
                              enum campaign_state to, int64_t now, GError **error);
bool store_campaign_set_hash(struct store *store, int64_t id, const char *hash, GError **error);
bool store_campaign_log(struct store *store, int64_t id, const struct campaign_event_row *event,
                        GError **error);
/* Who did it last; "" nobody. */
bool store_campaign_last_by(struct store *store, int64_t id, const char *event, char **retby,
                            GError **error);
