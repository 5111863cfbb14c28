// SPDX-License-Identifier: GPL-2.0-or-later
// The operators' texts: what stands in braces is filled in, the way they write it.
#pragma once

#include <stdint.h>

struct account;

struct account_view {
    const struct account *account; /* off: {balance} and its like stay as they are */
    const char *number;            /* +84… */
    const char *country;           /* "84" */
    const char *code;              /* what was dialled, or the card */
    int64_t value;                 /* of the card, or what the bundle costs */
};

/* {balance} {expires} {expires+10} {bundle} {bundle_expires} {price} {number} {code} {value}; what
 * is none of these stays. The caller frees.
 */
char *account_text_fill(const char *text, const struct account_view *view);

/* By a sample: how 12500 is written, and the last day of 2026; NULL when it is no such sample. */
char *account_text_money(const char *sample, int64_t amount);
char *account_text_date(const char *sample, int64_t day);
