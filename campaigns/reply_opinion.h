// SPDX-License-Identifier: GPL-2.0-or-later
// What is no answer: opinions behind their keyword (R13), questions (R12), robots (R21).
#pragma once

#include "campaigns/reply_scan.h"

struct reply_spoken {
    unsigned keyword; /* where the opinion's keyword stands */
    bool alone;       /* nothing but politeness before it */
    char *text;       /* as it was written; NULL: the keyword stands alone */
};

/* The keyword from word `from` on that opens an opinion. False: none does. */
bool reply_opinion_find(const struct reply_scan *scan, unsigned from,
                        struct reply_spoken *retspoken);
/* Written so that nobody could mean it otherwise: "YK:", ". YK". */
bool reply_opinion_is_plain(const struct reply_scan *scan, unsigned keyword);
bool reply_opinion_asks(const struct reply_scan *scan);
/* The echo of a message with which telephones tell a reaction: a tapback. */
bool reply_opinion_echoes(const struct reply_scan *scan);
/* The rule by which the text is a machine's; NULL: it is a person's. */
const char *reply_opinion_robot(const struct reply_scan *scan);
