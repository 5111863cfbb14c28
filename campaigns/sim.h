// SPDX-License-Identifier: GPL-2.0-or-later
/* What a prepaid SIM has left: read from the operator's words by patterns, kept as the operator
 * said it, judged against what is sent meanwhile. What no pattern reads is trouble, never a zero.
 */
#pragma once

#include "campaigns/day.h"
#include "campaigns/store/store.h"
#include "config/gateway.h"

#define SIM_UNKNOWN INT64_C(-1) /* a balance, a bundle, a time that nobody has told */

/* One text of an operator, read. The strings are "" where it says nothing of it. */
struct sim_figures {
    bool matched;    /* some pattern of balance, bundle, expiry or number fits */
    int64_t balance; /* đồng */
    char *expires_on, *locked_on, *bundle_expires_on; /* ISO 8601 days */
    int64_t bundle_left;                              /* parts */
    char *number;                                     /* E.164 */
};
/* Pure; `today` (ISO 8601) completes a date without year. Always fills; clear it. */
void sim_read(const struct operator_config *operator_config, const char *text, const char *today,
              struct sim_figures *retfigures);
void sim_figures_clear(struct sim_figures *figures);

enum sim_topup { SIM_TOPUP_DONE, SIM_TOPUP_REFUSED, SIM_TOPUP_UNCLEAR };
enum sim_topup sim_read_topup(const struct operator_config *operator_config, const char *text);
/* Whether one of these patterns, of a bundle, fits the text. Pure. */
bool sim_text_fits(char *const *patterns, const char *text);

/* The row of `sim` with what can be said now. */
struct sim {
    char *imsi, *modem, *operator_name, *number;
    int64_t balance, balance_at; /* as told; SIM_UNKNOWN */
    int64_t balance_now;         /* less what was sent since then; SIM_UNKNOWN */
    char *expires_on, *locked_on;
    int64_t bundle_left, bundle_at, bundle_now;
    char *bundle_expires_on;
    bool bundle_had;                 /* it was told of one that had parts left */
    int64_t registered_at, asked_at; /* 0: never */
    unsigned unread, failed;
    char *trouble, *text;
    int64_t parts_today;
    char today[DAY_SIZE]; /* the gateway's day on which all this was said */
};
void sim_free(struct sim *sim);

/* Whose key it has where the modem tells no IMSI: "modem:sim1"; the caller frees. */
char *sim_key(const char *modem, const char *imsi);

/* Every one of these takes part in an open transaction, and needs none. */
/* The SIM is in this modem now: the row is made, its operator and number follow configuration and
 * network. `network`: MCC and MNC of the IMSI's or +COPS's, name of the operator; may be NULL. */
bool sim_seen(struct store *store, const struct gateway_config *config, const char *modem,
              const char *imsi, const char *network, GError **error);

struct sim_text {
    const char *modem, *imsi;
    const char *purpose; /* of ussd_dialogue; "sms" */
    bool by_sms;
    int64_t dialogue_id; /* 0: none */
    const char *text;    /* NULL: a check that brought none */
    int64_t now;
};
/* Stores a reading and what it says of the SIM. */
bool sim_take(struct store *store, const struct gateway_config *config, const struct sim_text *text,
              GError **error);
/* Whether an SMS of that sender is such a text of the modem's operator. */
bool sim_owns_sms(const struct gateway_config *config, const struct sim *sim, const char *sender);

/* NULL with STORE_ERROR_NOT_FOUND: no SIM was seen in that modem yet. */
struct sim *sim_in_modem(struct store *store, const struct gateway_config *config,
                         const char *modem, int64_t now, GError **error);
/* The same where that is no mistake: NULL in `retsim` then. */
bool sim_find(struct store *store, const struct gateway_config *config, const char *modem,
              int64_t now, struct sim **retsim, GError **error);
/* The SIM in each configured modem; GPtrArray owning struct sim. */
GPtrArray *sim_list(struct store *store, const struct gateway_config *config, int64_t now,
                    GError **error);

/* Why it had better send nothing: "12.300 đ are left, less than low_balance"; NULL: it may. Pure;
 * the caller frees. */
char *sim_rest_reason(const struct sim *sim, const struct modem_config *modem);
/* It rests only because of what was sent since it was told: prices may be lower than we know. Pure.
 */
bool sim_rests_by_count(const struct sim *sim, const struct modem_config *modem);
/* What somebody should do about it soon; GPtrArray of char * sentences, freed with it. Pure. */
GPtrArray *sim_warnings(const struct sim *sim, const struct modem_config *modem);
/* One of its days is so near that it is warned of, or past. Pure. */
bool sim_is_near(const struct sim *sim, const struct modem_config *modem, const char *day);
/* Parts to other networks that credit and bundle pay for now; SIM_UNKNOWN: nobody knows. Pure. */
int64_t sim_parts_left(const struct sim *sim, const struct modem_config *modem);
