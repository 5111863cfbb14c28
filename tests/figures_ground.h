// SPDX-License-Identifier: GPL-2.0-or-later
// Replies that arrive as raw messages, for tests of what is counted from them.
#pragma once

#include "campaigns/answer.h"
#include "tests/store_file.h"

struct figures_ground {
    struct store *store;
    struct campaign_book *book;
    int messages; /* received so far */
};

/* One SMS from the modem "sim1", stored and taken in as the intake does; the reply's id. */
int64_t ground_receive(struct figures_ground *ground, const char *sender, const char *text,
                       int64_t at);
/* The same in two parts, cut at that byte. */
int64_t ground_receive_cut(struct figures_ground *ground, const char *sender, const char *text,
                           size_t cut, int64_t at);
void ground_run(struct figures_ground *ground, const char *sql);
