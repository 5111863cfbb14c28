// SPDX-License-Identifier: GPL-2.0-or-later
/* What the behaviour file says of prepaid accounts. The same settings stand under `modem` (all
 * SIMs), in an operator and in one of `modems`; each layer says only what differs. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "config/reader.h"

enum bundle_for { BUNDLE_FOR_ALL, BUNDLE_FOR_ON_NET };
enum number_form { NUMBER_INTERNATIONAL, NUMBER_PLAIN, NUMBER_NATIONAL }; /* +84…, 84…, 0… */

struct card {
    char *code;
    int64_t value, days;
};

/* -1, NULL and an empty list: this layer says nothing of it. */
struct tariff {
    int64_t balance; /* -1 in all layers: the SIM has no account, and sends for nothing */
    int64_t price, price_on_net;
    char **own_prefixes;            /* "097": on-net */
    char *own_numbers;              /* or by a regular expression on +84… */
    int64_t bundle;                 /* parts that are paid already */
    int bundle_for;                 /* enum bundle_for */
    char *expires, *bundle_expires; /* "31/12/2026", or "30d" from the start on */
    char *refused;                  /* result code of a submission that is not paid for */
    char *money, *dates;            /* 12500 and the last day of 2026 as the operator writes them */
    int numbers;                    /* enum number_form */
    char *topup;                    /* "*100*{code}#" */
    int64_t topup_tries, wrong;
    char *topup_done, *topup_used, *topup_wrong, *topup_blocked, *topup_notice;
    char *topup_from; /* not empty: the result comes as an SMS from there */
    GPtrArray *cards; /* struct card * */
};

extern const struct setting tariff_table[];

/* One layer over those below it; strings are borrowed. */
void tariff_lay_over(const struct tariff *one, struct tariff *retall);
/* What no layer has said. */
void tariff_complete(struct tariff *tariff);

enum { TARIFF_NO_DAY = -1 };
/* Days since 1970; "30d" counts from today. False: that is no date. */
bool tariff_day(const char *text, int64_t today, int64_t *retday);
