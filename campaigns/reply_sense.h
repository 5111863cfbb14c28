// SPDX-License-Identifier: GPL-2.0-or-later
/* Yes and no in their many spellings (R10, R11). */
#pragma once

#include "campaigns/reply_scan.h"

enum reply_sense {
    REPLY_NEITHER, /* the words say something else */
    REPLY_YES,
    REPLY_NO,
    REPLY_ASKS, /* "có không", "rồi chưa", or yes and no at once */
};

/* What all words from `from` to `to` say together. */
enum reply_sense reply_sense_of(const struct reply_scan *scan, unsigned from, unsigned to);
/* The option that a yes or no stands for, perhaps with a remark behind it. */
void reply_sense_read(const struct reply_scan *scan, struct reply_found *retfound);
/* A whole text that says no to what the question is about: "nhà tôi không dự được". */
bool reply_sense_refuses(const struct reply_scan *scan);
/* The last word asks: "… không", "… chưa". */
bool reply_sense_asks(const struct reply_scan *scan, unsigned from, unsigned to);
