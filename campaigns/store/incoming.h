// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows of `incoming`: every SMS received, as it was, and which of them make one text. */
#pragma once

#include "campaigns/store/store.h"

struct incoming {
    const char *modem, *imsi, *memory;
    int location;
    int64_t key; /* the worker's; 0: none */
    bool fresh;  /* if it was told before, then under this key */
    const char *sender, *text;
    int coding;
    int reference;            /* of the concatenation, -1: a single SMS */
    unsigned total, sequence; /* sequence from 1 */
    int64_t sent_at;          /* SCTS, 0: unreadable */
    int64_t received_at;
    int64_t retry_at; /* when it is handed on as it is, should its other parts not have come */
};

/* A text made of one SMS or of several joined; parts that never came are […]. */
struct incoming_text {
    char *modem, *sender, *text;
    int64_t sent_at, received_at; /* of the first part to arrive */
    GArray *ids;                  /* int64_t: rows of incoming, in order */
};
void incoming_text_free(struct incoming_text *text);

/* A kept part; a single SMS is the only one of its text. Pure, for counting again: the text that
 * was handed on, from the parts it was made of, by sequence. The caller frees. */
struct incoming_part {
    unsigned sequence, total;
    const char *text;
};
char *incoming_parts_join(const struct incoming_part *parts, unsigned count);

/* (t) Needs a transaction. `*rettext` is the complete text that this SMS makes, alone or with the
 * parts before it; NULL while parts are missing, or when this SMS was stored before. */
bool store_incoming_add(struct store *store, const struct incoming *incoming, bool *retnew,
                        struct incoming_text **rettext, GError **error);

/* Texts (struct incoming_text *) that were never handed on and whose time has come: incomplete
 * ones, and complete ones that a fault left behind. The longest overdue first. */
bool store_incoming_overdue(struct store *store, int64_t now, unsigned limit, GPtrArray *rettexts,
                            GError **error);
/* They are not handed on before `first_ms` from now, and twice as long with each time; 6 h at most.
 */
bool store_incoming_delay(struct store *store, const GArray *ids, int64_t now, int64_t first_ms,
                          GError **error);

/* (t) These rows are that reply; they are not handed on again. */
bool store_incoming_link(struct store *store, const GArray *ids, int64_t reply_id, GError **error);
