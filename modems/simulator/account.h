// SPDX-License-Identifier: GPL-2.0-or-later
// The prepaid account of one SIM, as its operator keeps it. Days are counted from 1970.
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "modems/simulator/tariff.h"

struct account {
    struct tariff tariff; /* complete; strings and cards are borrowed from the behaviour file */
    bool on;              /* else the SIM sends for nothing, and a card finds no account */
    int64_t balance, bundle;
    int64_t expires, bundle_expires; /* last day; TARIFF_NO_DAY: for ever */
    int64_t wrong;                   /* top-ups in a row */
    int64_t paid, from_bundle;       /* parts so far */
    int64_t spent;                   /* on parts and bundles */
    char *country;
    GRegex *own_numbers;
    GPtrArray *changes; /* struct tariff *: what account_set() has read, for its strings */
};

struct account *account_new(const struct tariff *tariff, const char *country, int64_t today);
void account_free(struct account *account);

/* `to` is canonical: digits with the country code. */
bool account_can_send(const struct account *account, const char *to, int64_t today);
void account_charge(struct account *account, const char *to, int64_t today);

enum topup_result { TOPUP_DONE, TOPUP_USED, TOPUP_WRONG, TOPUP_BLOCKED };
/* `used` holds the cards (struct card *) that were taken, from whichever SIM. */
enum topup_result account_topup(struct account *account, const char *code, int64_t today,
                                GHashTable *used, int64_t *retvalue);
const char *account_topup_text(const struct account *account, enum topup_result result);
/* The card's code out of what was dialled; NULL when that is no top-up. The caller frees. */
char *account_topup_code(const struct account *account, const char *dialled);

/* False: the balance does not suffice. */
bool account_buy(struct account *account, int64_t price, int64_t parts, int64_t days,
                 int64_t today);

/* `settings` as in `account` of the behaviour file; NULL, or a sentence that the caller frees. */
char *account_set(struct account *account, const char *settings, int64_t today);
/* "balance=12500 bundle=0 expires=2026-12-31 …"; the caller frees. */
char *account_list(const struct account *account);
