// SPDX-License-Identifier: GPL-2.0-or-later
/* Campaigns as parsed files, kept while their rows do not change. One book belongs to one thread
 * and its connection. */
#pragma once

#include "campaigns/campaign.h"
#include "config/campaign.h"
#include "config/ussd_services.h"

struct campaign_row;

/* The stored file of one campaign, without a book; CAMPAIGN_ERROR_INVALID where it no longer reads.
 * `retconfig`, all zero before, is cleared by the caller in any case. */
bool campaign_book_read(const struct campaign_row *row, struct campaign_config *retconfig,
                        GError **error);

struct campaign_entry {
    int64_t id;
    enum campaign_state state;
    int64_t priority, opens_at, closes_at, state_at;
    struct campaign_config config;
    struct reply_reader *reader; /* of the config; made when its first reply comes */
};

/* Copies `terms`. */
struct campaign_book *campaign_book_new(struct store *store, const struct campaign_terms *terms);
void campaign_book_free(struct campaign_book *book);

/* Borrowed until the next call that takes the book. NULL: a fault, or STORE_ERROR_NOT_FOUND. */
const struct campaign_entry *campaign_book_find(struct campaign_book *book, int64_t id,
                                                GError **error);
/* What reads replies to a campaign that was found last; 0: to one that asks nothing. Borrowed as
 * entries are. */
const struct reply_reader *campaign_book_reader(struct campaign_book *book, int64_t id);
/* The same for one question that was just asked; NULL: it has no such question. */
const struct reply_reader *campaign_book_reader_for(struct campaign_book *book, int64_t id,
                                                    const char *question);
/* The same campaign as menus; NULL: it was not found. Borrowed as entries are. */
struct menu;
const struct menu *campaign_book_menu(struct campaign_book *book, int64_t id,
                                      enum ussd_alphabet alphabet);
/* After this connection itself changed a campaign; changes by others are noticed. */
void campaign_book_stale(struct campaign_book *book);

const struct campaign_terms *campaign_book_terms(const struct campaign_book *book);
/* After the gateway's configuration was read again. */
void campaign_book_set_terms(struct campaign_book *book, const struct campaign_terms *terms);
/* "18/06/2024" in the gateway's time zone. */
char *campaign_book_date(const struct campaign_book *book, int64_t at);
/* A campaign that asks nothing: for senders to whom none was sent. */
const struct campaign_config *campaign_book_none(const struct campaign_book *book);
