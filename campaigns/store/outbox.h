// SPDX-License-Identifier: GPL-2.0-or-later
// The outbox: events on their way to sinks, and every attempt to get them there.
#pragma once

#include "campaigns/outbox.h"
#include "campaigns/store/store.h"

struct outbox_entry {
    int64_t id;
    char *event_id; /* CloudEvents id and webhook-id */
    char *sink, *type, *body;
    enum outbox_state state;
    unsigned attempts; /* all there were */
    unsigned tries;    /* those since it was made or a person last retried it: sets the back-off */
    int64_t created_at, next_at, give_up_at;
    int64_t delivered_at; /* 0: not yet */
    int64_t last_at;      /* of the last attempt; 0: none */
    int last_status;      /* HTTP, 0: no answer or no attempt */
    char *last_error;     /* a sentence, "" for none */
};
void outbox_entry_free(struct outbox_entry *entry);

struct outbox_attempt {
    int64_t at, took_ms;
    int status;  /* HTTP, 0: no answer */
    char *error; /* a sentence, "" when accepted */
};

/* Puts an event before a sink, due at once; within the caller's transaction. An event that the sink
 * has already is not put twice: true, and nothing changed. */
bool store_outbox_put(struct store *store, const char *event_id, const char *sink, const char *type,
                      const char *body, int64_t now, GError **error);

/* New GPtrArray of struct outbox_entry *, newest first, those older than `before_id` (0: all), no
 * more than `limit`; bodies are left out (NULL). `state` OUTBOX_STATES: every state. */
GPtrArray *store_outbox_list(struct store *store, enum outbox_state state, int64_t before_id,
                             unsigned limit, GError **error);
/* With the body. NULL with STORE_ERROR_NOT_FOUND. */
struct outbox_entry *store_outbox_find(struct store *store, int64_t id, GError **error);
/* New GPtrArray of struct outbox_attempt *, in order of time. */
GPtrArray *store_outbox_attempts(struct store *store, int64_t id, GError **error);
bool store_outbox_counts(struct store *store, unsigned retcounts[OUTBOX_STATES], GError **error);

/* A person wants the entry sent now: waiting and due, its sink switched on again. STORE_ERROR_
 * CONFLICT when it was delivered. Tell the forwarder (forwarder_wake). */
bool store_outbox_retry(struct store *store, int64_t id, int64_t now, GError **error);
/* The same for every entry of a sink (NULL: of all sinks) that was not delivered. */
bool store_outbox_retry_all(struct store *store, const char *sink, int64_t now, unsigned *retcount,
                            GError **error);

/* Id of the last event put; 0: none ever. */
bool store_outbox_newest(struct store *store, int64_t *retid, GError **error);

/* What waits for each sink that has something waiting, in the configuration or not. */
struct outbox_waiting {
    char *sink;
    int64_t count;
    int64_t give_up_at; /* of the oldest */
};
/* New GPtrArray of struct outbox_waiting *. */
GPtrArray *store_outbox_waiting(struct store *store, GError **error);

/* ---- for the forwarder ---- */
/* The oldest that waits for the sink though its time is over; NULL without an error: none. */
struct outbox_entry *store_outbox_overdue(struct store *store, const char *sink, int64_t now,
                                          GError **error);
/* The oldest entry due for the sink, NULL without an error when there is none. */
struct outbox_entry *store_outbox_due(struct store *store, const char *sink, int64_t now,
                                      GError **error);
/* When the next waiting entry of the sink falls due; 0: none waits. */
bool store_outbox_next(struct store *store, const char *sink, int64_t *retat, GError **error);
/* Records the attempt and advances the entry; within the caller's transaction. `next_at` is for an
 * entry that goes on waiting. */
bool store_outbox_settle(struct store *store, const struct outbox_entry *entry,
                         enum outbox_event event, const struct outbox_attempt *attempt,
                         int64_t next_at, GError **error);
