// SPDX-License-Identifier: GPL-2.0-or-later
/* What the SIM desk asks the database beside the rows of `sim`: which dialogues it had with a SIM,
 * which of them nobody has read, and cards whose outcome is unknown. `imsi` is a key as sim_key()
 * makes it. All take part in an open transaction and need none. */
#pragma once

#include "campaigns/store/store.h"

/* ---- dialogues ---- */
struct sim_try {
    int64_t id;       /* 0: there was none */
    int64_t at;       /* begun */
    int64_t ended_at; /* 0: it is open */
    char *modem, *purpose, *state, *by, *cause;
    char *text;   /* that the network said last; "" */
    bool dialled; /* its code went out */
    bool told;    /* the operator has said what there is to say */
};
void sim_try_free(struct sim_try *tried);

/* The last one of this purpose with the SIM; NULL: a fault. */
struct sim_try *store_sim_last_try(struct store *store, const char *imsi, const char *purpose,
                                   GError **error);
/* The desk's dialogue of that purpose (NULL: of any) that is open with the modem, or ended since
 * then; 0: none. */
bool store_sim_open(struct store *store, const char *modem, const char *purpose, int64_t since,
                    int64_t *retid, GError **error);
/* One that has ended since then with words of the operator that no reading holds: an SMS may be on
 * its way; 0: none. */
bool store_sim_unread(struct store *store, const char *imsi, int64_t since, int64_t *retid,
                      GError **error);
/* The same of all SIMs, oldest first, and what ended without words since `lost_since`; int64_t. */
GArray *store_sim_missed(struct store *store, int64_t since, int64_t lost_since, GError **error);
/* What networks said by themselves since then and after that dialogue, and no reading holds;
 * int64_t, ascending. */
GArray *store_sim_unasked(struct store *store, int64_t after, int64_t since, GError **error);
/* Since when no check has brought anything; 0: the last one did, or there was none. */
bool store_sim_failing_since(struct store *store, const char *imsi, int64_t *retsince,
                             GError **error);

/* ---- readings ---- */
struct sim_reading {
    int64_t id, at, dialogue_id; /* 0: none */
    char *purpose, *source, *text;
    bool matched;
    int64_t balance, bundle_left; /* -1: it says nothing of it */
    char *expires_on, *bundle_expires_on, *number;
};
/* Newest first; GPtrArray owning struct sim_reading. */
GPtrArray *store_sim_readings(struct store *store, const char *imsi, unsigned limit,
                              GError **error);
/* Whether an SMS was read, and understood, since then. */
bool store_sim_sms_since(struct store *store, const char *imsi, int64_t since, bool *retany,
                         GError **error);
/* Texts of all SMS between two moments, oldest first; char *, freed with the array. */
GPtrArray *store_sim_sms_texts(struct store *store, const char *imsi, int64_t from, int64_t until,
                               GError **error);
/* The balance as it was last told before that time, and as it was first told after it; -1. */
bool store_sim_balance_around(struct store *store, const char *imsi, int64_t at, int64_t *retbefore,
                              int64_t *retafter, GError **error);

/* ---- what the desk did ---- */
bool store_sim_asked(struct store *store, const char *imsi, int64_t now, GError **error);
/* The operator has taken the bundle; `parts` that it brings, 0: not known, count where it has not
 * told itself since the dialogue began. */
bool store_sim_registered(struct store *store, const char *imsi, int64_t parts, int64_t since,
                          int64_t now, GError **error);

/* ---- cards ---- */
bool store_sim_card_keep(struct store *store, int64_t dialogue_id, const char *digest, int64_t now,
                         GError **error);
bool store_sim_card_forget(struct store *store, int64_t dialogue_id, GError **error);
/* Those older are forgotten. */
bool store_sim_card_purge(struct store *store, int64_t before, GError **error);
/* char *, freed with the array. */
GPtrArray *store_sim_cards(struct store *store, int64_t since, GError **error);

/* ---- campaigns ---- */
/* Whether one that runs opens between these two moments and has at least so many parts. */
bool store_sim_large_soon(struct store *store, int64_t from, int64_t until, int64_t parts,
                          bool *retany, GError **error);
/* Whether what is queued of a campaign has at least so many parts. */
bool store_sim_is_large(struct store *store, int64_t campaign_id, int64_t parts, bool *retlarge,
                        GError **error);
