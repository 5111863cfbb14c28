// SPDX-License-Identifier: GPL-2.0-or-later
/* The life of a campaign: draft → submitted → approved → running ⇄ paused → finished. Every step
 * is one transaction of its own and is written down with who, when and why. */
#pragma once

#include "campaigns/store/store.h"

struct campaign_book;
struct gateway_config;

enum campaign_state {
    CAMPAIGN_DRAFT,
    CAMPAIGN_SUBMITTED,
    CAMPAIGN_APPROVED,
    CAMPAIGN_RUNNING,
    CAMPAIGN_PAUSED,
    CAMPAIGN_FINISHED,
    CAMPAIGN_CANCELLED,
    CAMPAIGN_STATES,
};

enum campaign_event {
    CAMPAIGN_EVENT_CREATE,
    CAMPAIGN_EVENT_EDIT, /* a changed file, or an approval that no longer holds */
    CAMPAIGN_EVENT_SUBMIT,
    CAMPAIGN_EVENT_APPROVE,
    CAMPAIGN_EVENT_START,
    CAMPAIGN_EVENT_PAUSE,
    CAMPAIGN_EVENT_RESUME,
    CAMPAIGN_EVENT_CANCEL,
    CAMPAIGN_EVENT_FINISH, /* the clock's */
    CAMPAIGN_EVENTS,
};

enum campaign_error {
    CAMPAIGN_ERROR_INVALID,  /* the file has mistakes: they are listed */
    CAMPAIGN_ERROR_STATE,    /* this step is not allowed in this state */
    CAMPAIGN_ERROR_APPROVAL, /* text, audience or cost changed since: it is a draft again */
    CAMPAIGN_ERROR_EMPTY,    /* nobody to write to */
};
GQuark campaign_error_quark(void);
#define CAMPAIGN_ERROR (campaign_error_quark())

/* What the gateway's own configuration adds to a campaign. */
struct campaign_terms {
    int64_t price_per_part;  /* đồng, the dearest modem's; 0: unknown */
    int64_t expire_after_ms; /* a message not on the air so long after it could be is dropped */
    const char *time_zone;   /* "Asia/Ho_Chi_Minh" */
    const struct gateway_config *config; /* topics, offices and sinks of opinions; NULL: none */
};
/* Borrows. */
struct campaign_terms campaign_terms_of(const struct gateway_config *config);

struct campaign_act {
    const char *by, *reason; /* reason may be NULL */
    int64_t now;
};

struct campaign_draft {
    const char *text;  /* the file's content, valid UTF-8 or it is refused */
    const char *file;  /* what the author calls it */
    int64_t series_id; /* 0: none; else the draft of that `day`: a campaign of its code that */
    const char *day;   /* exists is STORE_ERROR_CONFLICT */
    const char *today; /* the house's day; NULL: when all that is planned has come */
};

/* Checks the file against itself and the roster; `mistakes` (config/reader.h) gets all, warnings
 * too. A known code: the draft, submitted or approved campaign becomes this draft; any other state
 * is STORE_ERROR_CONFLICT. False with CAMPAIGN_ERROR_INVALID when there was more than warnings. */
bool campaign_create(struct store *store, const struct campaign_draft *draft,
                     const struct campaign_act *act, int64_t *retid, GPtrArray *mistakes,
                     GError **error);

/* SUBMIT, APPROVE, START, PAUSE, RESUME, CANCEL as people ask for them. START writes the messages,
 * CANCEL takes back those not handed to a modem. */
bool campaign_advance(struct store *store, int64_t id, enum campaign_event event,
                      const struct campaign_act *act, const struct campaign_terms *terms,
                      GError **error);

/* START alone, for one who is not alone with the database: `between` is called between two
 * transactions (NULL: nothing). */
bool campaign_start(struct store *store, int64_t id, const struct campaign_act *act,
                    const struct campaign_terms *terms, void (*between)(void), GError **error);

/* What time alone brings: messages expire, campaigns finish, the queue of cancelled ones empties.
 * Call it about once a second, outside any transaction. A slice is one short transaction, and
 * whether there is more; campaign_clock() queues due reminders first (campaigns/reminder.h), goes
 * on to the end, and its `book` may be NULL. */
bool campaign_clock_slice(struct store *store, struct campaign_book *book, int64_t now,
                          bool *retmore, GError **error);
bool campaign_clock(struct store *store, struct campaign_book *book, int64_t now, GError **error);

const char *campaign_state_name(enum campaign_state state); /* "draft" … as stored */
bool campaign_state_from_name(const char *name, enum campaign_state *retstate);
const char *campaign_event_name(enum campaign_event event); /* "submit" … */
/* The table of steps: false when `event` is not allowed in `from`. */
bool campaign_step(enum campaign_state from, enum campaign_event event, enum campaign_state *retto);
