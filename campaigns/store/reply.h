// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of replies. Rules are in campaigns/answer.h.
#pragma once

#include "campaigns/store/store.h"

struct reply_row {
    int64_t id;
    char *modem, *sender;
    int64_t session_id;  /* of the menu that it was chosen in, then without modem; 0: an SMS */
    int64_t contact_id;  /* 0: nobody of the roster */
    int64_t campaign_id; /* 0: none */
    char *text;
    int64_t sent_at, received_at;
    char *outcome; /* "answer", "opinion", "optout", "optin", "unclear", "service", "stranger",
                      "repeat" */
    char *rule, *normalised;
    char *look;         /* it counts, but a person should look at it: why; "" */
    char *question;     /* with what it was read: the only question open; "" all; not read back */
    char *shut;         /* why it could be no answer, whatever it says; ""; not read back */
    int64_t settled_at; /* 0: not by a person */
    char *settled_by;   /* NULL */
    /* joined for readers, NULL or "" where there is none */
    char *campaign_code, *person_name, *unit_name;
    char *answer;   /* what counts now of this reply: "1", "nghe=1,3; du=count=2"; NULL: nothing */
    char *withheld; /* code of the only office that may read text and sender; NULL: anybody may */
};
void reply_row_free(struct reply_row *row);

struct reply_filter {
    int64_t campaign_id; /* 0: any */
    int64_t contact_id;  /* 0: any */
    int64_t after;       /* only ids above */
    unsigned limit;
};

/* What waits for a person: unclear ones nobody has settled, what counts but should be looked at,
 * and strangers; oldest first. GPtrArray owning struct reply_row. */
GPtrArray *store_reply_inbox(struct store *store, const struct reply_filter *filter,
                             GError **error);
/* Everything that came in, oldest first. */
GPtrArray *store_reply_list(struct store *store, const struct reply_filter *filter, GError **error);
/* NULL with STORE_ERROR_NOT_FOUND. */
struct reply_row *store_reply_get(struct store *store, int64_t id, GError **error);

/* The rest is for campaigns/answer.c, inside a transaction. */
bool store_reply_insert(struct store *store, const struct reply_row *row, int64_t *retid,
                        GError **error);
bool store_reply_settle(struct store *store, int64_t id, const char *by, int64_t now,
                        GError **error);

/* What the contact said around a moment, the last that came in first: GArray of struct reply_past.
 */
struct reply_past {
    char *text, *question;
    int64_t campaign_id, sent_at;
    bool by_menu;
};
GArray *store_reply_past(struct store *store, int64_t contact_id, int64_t from, int64_t to,
                         unsigned limit, GError **error);
void reply_past_clear(struct reply_past *past);

/* A message that a reply may be about. */
struct asked_row {
    int64_t campaign_id;
    int64_t sent_at; /* 0: not on the air yet */
    int64_t closes_at;
    bool cancelled;
    bool by_modem;  /* sent by the modem the reply came to */
    char *question; /* that it asks; "": the invitation or reminder of a campaign */
};
/* GArray of struct asked_row, the likeliest first: what that modem sent, then what others sent, the
 * last sent first, then what was not sent. */
GArray *store_reply_asked(struct store *store, int64_t contact_id, const char *modem,
                          GError **error);
