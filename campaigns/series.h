// SPDX-License-Identifier: GPL-2.0-or-later
/* Campaigns that come again: the file with `repeat`, the draft of each of its days, made ahead for
 * people to submit, approve and start. Nothing here approves or starts. */
#pragma once

#include "campaigns/campaign.h"
#include "campaigns/store/series.h"
#include "config/campaign.h"

/* Checks the file, its rules and the roster, and keeps it; a known code gets this file and is
 * active again, drafts already made stay as they are. CAMPAIGN_ERROR_INVALID: see `mistakes`. */
bool series_add(struct store *store, const struct campaign_draft *draft,
                const struct campaign_act *act, const struct campaign_terms *terms, int64_t *retid,
                GPtrArray *mistakes, GError **error);
/* That day has no campaign; a draft that was made for it is cancelled. CAMPAIGN_ERROR_INVALID: the
 * series does not come on that day; CAMPAIGN_ERROR_STATE: it has passed, or its campaign runs. */
bool series_skip(struct store *store, const char *code, const char *day,
                 const struct campaign_act *act, const struct campaign_terms *terms,
                 GError **error);
/* No more drafts are made; those already made stay. */
bool series_stop(struct store *store, const char *code, const struct campaign_act *act,
                 GError **error);

struct series_slice {
    bool more;
    char code[48], day[11]; /* what was made or tried; "" nothing was due */
    int64_t campaign_id;    /* 0: it could not be made */
    char *reason;           /* why; the caller frees */
};
/* Makes one draft that is due; call it outside any transaction. */
bool series_clock_slice(struct store *store, const struct campaign_terms *terms, int64_t now,
                        struct series_slice *retslice, GError **error);

/* ---- for the calendar ---- */

/* A series whose file reads. */
struct series {
    const struct series_row *row;
    struct campaign_config config;
    GTimeZone *zone;
};
bool series_read(const struct series_row *row, const char *time_zone, struct series *retseries);
void series_clear(struct series *series);
/* Its days between the two, both included. */
GPtrArray *series_days(const struct series *series, const char *from, const char *to);
/* Those still to come, the first `most`; none of a series that was stopped, no day that is skipped.
 * NULL is a fault. */
GPtrArray *series_next(struct store *store, const struct series *series, int64_t now, unsigned most,
                       GError **error);
int64_t series_opens(const struct series *series, const char *day);
/* 0: open end. */
int64_t series_closes(const struct series *series, int64_t opens);
/* What reminders and snapshots of the file are moved by for a campaign that opens then. */
int64_t series_shift(const struct series *series, int64_t opens);
