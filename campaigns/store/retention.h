// SPDX-License-Identifier: GPL-2.0-or-later
/* What retention takes from the rows of a campaign, slice by slice, each slice found by an index
 * and small enough that no modem waits for it. */
#pragma once

#include "campaigns/campaign.h"
#include "campaigns/store/store.h"

enum { RETENTION_SLICE = 100 };

struct retention_row {
    int64_t id;
    char *code, *title;
    enum campaign_state state;
    int64_t ended_at;      /* 0: it has not */
    int64_t months;        /* after that */
    int64_t open_opinions; /* that wait for an answer */
    int64_t erased_at;     /* 0: not yet */
};
void retention_row_free(struct retention_row *row);

/* New GPtrArrays of struct retention_row: ended ones that may be due at `now`, the longest due
 * first; and all that have a retention, above `after`. */
GPtrArray *store_retention_due(struct store *store, int64_t now, GError **error);
GPtrArray *store_retention_list(struct store *store, int64_t after, unsigned limit, GError **error);

/* Where the erasing of a campaign stands. Zero is its beginning; clear it. Starting anew does no
 * harm: what is gone stays gone. */
struct retention_cursor {
    int64_t campaign_id;
    unsigned step;
    int64_t id;
    char *outcome;
};
void retention_cursor_clear(struct retention_cursor *cursor);

/* (t) One slice; `worded` are the ids of questions that are answered in words, as a JSON array.
 * Whether there is more. */
bool store_retention_slice(struct store *store, struct retention_cursor *cursor, const char *worded,
                           int64_t now, bool *retmore, GError **error);
/* (t) Written down: it is done. */
bool store_retention_done(struct store *store, const struct retention_row *row, int64_t now,
                          GError **error);

/* (t) A slice of what belongs to no campaign, or came for one that was erased before; of alarms;
 * of reports that fit nothing; of menu sessions about none. From before that moment. */
bool store_retention_strays(struct store *store, int64_t before, bool *retmore, GError **error);
bool store_retention_alarms(struct store *store, int64_t before, bool *retmore, GError **error);
bool store_retention_reports(struct store *store, int64_t before, bool *retmore, GError **error);
bool store_retention_sessions(struct store *store, int64_t before, bool *retmore, GError **error);
bool store_retention_quarantine(struct store *store, int64_t before, bool *retmore, GError **error);
/* USSD dialogues that are over, with their transcripts; texts of operators. */
bool store_retention_dialogues(struct store *store, int64_t before, bool *retmore, GError **error);
bool store_retention_readings(struct store *store, int64_t before, bool *retmore, GError **error);

/* Moves what was written into the file itself, without waiting for anybody. */
bool store_retention_checkpoint(struct store *store, GError **error);
