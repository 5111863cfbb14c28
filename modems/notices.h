// SPDX-License-Identifier: GPL-2.0-or-later
// What the modem said by itself, until the worker has time for it.
#pragma once

#include "modems/filter.h"

struct line_notice {
    enum result_kind kind;
    char memory[8];
    int32_t index;
    char *text;
    int64_t at; /* monotonic µs: when it came */
    bool kept;  /* pushed, and in a place of kept.h */
};

struct kept;

struct notices {
    GQueue queue;      /* of struct line_notice * */
    struct kept *kept; /* NULL: not yet */
    bool missed;       /* there were too many */
};

void notices_init(struct notices *notices);
void notices_clear(struct notices *notices);

void notices_add(struct notices *notices, const struct filter_notice *notice);
/* From here what is pushed is kept at once; so is what was pushed already. */
void notices_keep(struct notices *notices, struct kept *kept);
/* The oldest; false when there is none. The caller frees the text. */
bool notices_take(struct notices *notices, struct line_notice *retnotice);
void notices_forget_restarts(struct notices *notices);
