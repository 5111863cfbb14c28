// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows of menu sessions: who dialled which service, where in the menus it stands, and what it was
 * answered last. Rules are in campaigns/ussd_survey.h. */
#pragma once

#include "campaigns/store/store.h"

enum session_state {
    SESSION_OPEN,
    SESSION_DONE,    /* got to an END */
    SESSION_LEFT,    /* broke off */
    SESSION_REFUSED, /* was not, or no longer, served */
    SESSION_STATES,
};
const char *session_state_name(enum session_state state); /* as stored */

struct session_row {
    int64_t id; /* 0: there is none */
    char *service, *session, *phone;
    int64_t contact_id, campaign_id; /* 0: none */
    enum session_state state;
    char *path;  /* the `text` that was answered last */
    char *place; /* in the menus, or of the choice of a campaign */
    char *page;  /* "CON …", "END …" */
    int64_t started_at, heard_at;
    /* joined for readers; NULL where there is none */
    char *campaign_code;
    int64_t answers; /* replies that came of it */
};
void session_row_clear(struct session_row *row);

/* id 0: none such. Clear it. */
bool store_session_find(struct store *store, const char *service, const char *session,
                        struct session_row *retrow, GError **error);
/* The last one of the contact with that service that was heard of since then. */
bool store_session_last(struct store *store, const char *service, int64_t contact_id, int64_t since,
                        struct session_row *retrow, GError **error);

/* Campaigns that run and have the contact in their audience: GArray of int64_t, the oldest first.
 */
GArray *store_session_campaigns(struct store *store, int64_t contact_id, GError **error);
/* Whether something of the contact was answered in the campaign after that moment, elsewhere than
 * in that session. */
bool store_session_overtaken(struct store *store, const struct session_row *row, bool *retovertaken,
                             GError **error);

struct session_filter {
    int64_t campaign_id; /* 0: any */
    const char *service; /* NULL: any */
    int64_t after;       /* only ids above */
    unsigned limit;
};
/* Oldest first; GPtrArray owning struct session_row. */
GPtrArray *store_session_list(struct store *store, const struct session_filter *filter,
                              GError **error);

/* ---- inside a transaction ---- */
bool store_session_insert(struct store *store, const struct session_row *row, int64_t *retid,
                          GError **error);
/* All but service, session, phone and started_at. */
bool store_session_update(struct store *store, const struct session_row *row, GError **error);
/* An SMS that waits to ask this question is not sent: it was answered. */
bool store_session_unask(struct store *store, const struct session_row *row, const char *question,
                         int64_t now, GError **error);

/* ---- (t) alone ---- */
/* It broke off, if it was open: `retleft`. */
bool store_session_leave(struct store *store, const char *service, const char *session, int64_t now,
                         bool *retleft, GError **error);
/* Those of which nothing was heard since then. */
bool store_session_expire(struct store *store, int64_t before, int64_t *retleft, GError **error);
