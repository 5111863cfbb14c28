// SPDX-License-Identifier: GPL-2.0-or-later
/* Codes and labels of one question in a text (R5, R7, R8, R9, R20). */
#pragma once

#include "campaigns/reply_scan.h"

/* One item of an answer that begins at a word. */
struct reply_item {
    unsigned to;
    enum reply_what what;
    unsigned count; /* options: more than one for a run of codes, "13" */
    unsigned option[REPLY_FOUND_MAX];
    bool letter;
    bool several; /* the same words belong to several options */
};

/* False: no option begins there, or it is a number of something. */
bool reply_options_item(const struct reply_scan *scan, unsigned at, struct reply_item *retitem);
/* A code, label or alias, with what R7 allows behind it; several where the question allows it. */
void reply_options_read(const struct reply_scan *scan, struct reply_found *retfound);
/* Codes and labels from `at` on, nothing before and only a remark behind. */
void reply_options_list(const struct reply_scan *scan, unsigned at, struct reply_found *retfound);
