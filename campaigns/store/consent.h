// SPDX-License-Identifier: GPL-2.0-or-later
/* The ledger of consent, and the refusals that the queue obeys. An organisation is named by its key
 * (campaigns/consent.h): "" the house, CONSENT_ALL everybody. */
#pragma once

#include "campaigns/store/store.h"

#define CONSENT_ALL "*"

struct consent_row {
    int64_t contact_id, person_id; /* 0: none */
    int64_t at;
    int64_t reply_id, campaign_id;          /* 0: not by SMS; of no campaign */
    const char *organisation, *by, *reason; /* reason NULL: none */
};

/* ---- changing; inside a transaction ---- */
/* One line of the ledger: "exempted", "exported", "erased"; refusals and returns write theirs. */
bool store_consent_log(struct store *store, const struct consent_row *row, const char *event,
                       GError **error);
/* `retnew`: it was not refused before. What is queued in the name of that organisation is
 * cancelled, but for emergencies, which are written down as exempted. */
bool store_consent_refuse(struct store *store, const struct consent_row *row, bool *retnew,
                          GError **error);
/* Takes back the refusal of that organisation and that of everybody; with CONSENT_ALL all of them.
 * One line of the ledger for each. */
bool store_consent_restore(struct store *store, const struct consent_row *row, unsigned *retcount,
                           GError **error);
/* What a start that was given up wrote down. */
bool store_consent_wipe(struct store *store, int64_t campaign_id, GError **error);

/* ---- reading ---- */
/* Since when nothing of that organisation is taken; with NULL, of any. 0: it is. */
bool store_consent_refused_at(struct store *store, int64_t contact_id, const char *organisation,
                              int64_t *retat, GError **error);
/* In whose name a campaign is sent: NULL for 0. The caller frees. */
bool store_consent_organisation(struct store *store, int64_t campaign_id, char **retorganisation,
                                GError **error);

struct refusal_row {
    char *organisation;
    int64_t at;
};
/* GPtrArray owning struct refusal_row, everybody first. */
GPtrArray *store_consent_refusals(struct store *store, int64_t contact_id, GError **error);

struct ledger_row {
    int64_t id, at, contact_id, person_id, reply_id;
    char *event, *organisation, *by, *reason;
    char *phone, *name; /* NULL: none */
    char *campaign;     /* code; NULL: none */
    char *text;         /* of the reply; NULL: none, or erased */
};
struct ledger_filter {
    int64_t contact_id, campaign_id; /* 0: any */
    const char *event;               /* NULL: any */
    int64_t before;                  /* only ids below; 0: all */
    unsigned limit;
};
/* GPtrArray owning struct ledger_row, the newest first. */
GPtrArray *store_consent_list(struct store *store, const struct ledger_filter *filter,
                              GError **error);
