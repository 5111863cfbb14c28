// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows of opinions and of what happened to them. Rules, and what may be shown to whom, are in
 * campaigns/opinion.h. */
#pragma once

#include "campaigns/opinion.h"

struct opinion_row {
    int64_t id, campaign_id, number, contact_id, reply_id, unit_id; /* unit 0: none */
    char *text;
    enum opinion_state state;
    char *topic, *topic_by, *office;
    bool restricted;
    int64_t received_at, due_at, state_at, answered_at;
    char *answer, *confirmed;
};
void opinion_row_clear(struct opinion_row *row);

/* Within a transaction; numbers it. Fills `row->id` and `row->number`. */
bool store_opinion_insert(struct store *store, struct opinion_row *row, GError **error);
/* Everything as it is; STORE_ERROR_NOT_FOUND. */
bool store_opinion_read(struct store *store, int64_t id, struct opinion_row *retrow,
                        GError **error);
/* Writes what a step may change, if the state is still `from`; by campaigns/opinion_advance.c
 * alone. */
bool store_opinion_write(struct store *store, const struct opinion_row *row,
                         enum opinion_state from, GError **error);
/* `retsequence`: how many events the opinion has had, this one included. */
bool store_opinion_log(struct store *store, int64_t id, const struct opinion_event_row *event,
                       int64_t *retsequence, GError **error);
bool store_opinion_events(struct store *store, int64_t id, GPtrArray *events, GError **error);
/* A person gave it to its office. */
bool store_opinion_forwarded(struct store *store, int64_t id, bool *retforwarded, GError **error);

/* STORE_ERROR_NOT_FOUND. */
bool store_opinion_find(struct store *store, int64_t campaign_id, int64_t number, int64_t *retid,
                        GError **error);
/* Nothing is withheld here. Appends struct opinion. `units`: ids of those the filter's unit means;
 * NULL: all. */
bool store_opinion_list(struct store *store, const struct opinion_filter *filter,
                        const GArray *units, int64_t now, GPtrArray *opinions, GError **error);
/* One; only opinions[0]. */
bool store_opinion_get(struct store *store, int64_t id, int64_t now, GPtrArray *opinions,
                       GError **error);
bool store_opinion_count(struct store *store, int64_t campaign_id, int64_t now,
                         struct opinion_counts *retcounts, GError **error);

/* ---- the SMS that answers ---- */
/* The modem that brought the opinion; NULL: none is known. */
bool store_opinion_modem(struct store *store, int64_t reply_id, char **retmodem, GError **error);
/* Which opinion a message answers. */
bool store_opinion_link(struct store *store, int64_t message_id, int64_t opinion_id,
                        GError **error);
/* The state of an SMS that answers the opinion and is on its way, perhaps, or says the same; the
 * caller frees; NULL: there is none. */
bool store_opinion_answering(struct store *store, int64_t opinion_id, const char *text,
                             char **retstate, GError **error);

/* The last text that a modem sent to a contact, if it was the answer to an opinion that asks. */
struct opinion_asked {
    int64_t opinion_id, campaign_id; /* 0: it was something else */
    int64_t sent_at;
    int64_t confirmed_at; /* 0: the author has not said anything yet */
};
bool store_opinion_asked(struct store *store, int64_t contact_id, const char *modem,
                         struct opinion_asked *retasked, GError **error);
