// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of `sim` and `sim_reading`. `key` is a SIM's as sim_key() makes it.
#pragma once

#include "campaigns/sim.h"

/* All take part in an open transaction; those that write need one. */

/* The SIM is in that modem, and no other one is. What those that were moved have sent so far is
 * kept with them. */
bool store_sim_place(struct store *store, const char *key, const char *modem, GError **error);
/* "" of either: what is known stays. */
bool store_sim_note(struct store *store, const char *key, const char *operator_name,
                    const char *number, GError **error);

/* Parts that it has sent. */
struct sim_use {
    int64_t since_balance, since_bundle; /* since the operator told them */
    int64_t today;                       /* its modem, since `midnight` */
};
/* What is known of the SIM; balance_now, bundle_now and parts_today are left for the caller. NULL
 * with STORE_ERROR_NOT_FOUND. */
struct sim *store_sim_get(struct store *store, const char *key, int64_t midnight,
                          struct sim_use *retuse, GError **error);
/* The key of the SIM in that modem, "" of none; NULL: a fault. The caller frees. */
char *store_sim_key_in(struct store *store, const char *modem, GError **error);

/* Appended to its readings, and its last words. */
bool store_sim_read(struct store *store, const char *key, const struct sim_text *text,
                    const struct sim_figures *figures, GError **error);
/* Each writes its part of the row; `today`: ISO 8601. */
bool store_sim_balance(struct store *store, const char *key, int64_t balance, const char *today,
                       int64_t now, GError **error);
bool store_sim_bundle(struct store *store, const char *key, const struct sim_figures *figures,
                      const char *today, int64_t now, GError **error);
/* "": what is known stays. */
bool store_sim_days(struct store *store, const char *key, const char *expires_on,
                    const char *locked_on, GError **error);
/* unread, failed and trouble of `sim`. */
bool store_sim_state(struct store *store, const char *key, const struct sim *sim, GError **error);
