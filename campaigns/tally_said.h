// SPDX-License-Identifier: GPL-2.0-or-later
/* One answer as the store writes it, and what it adds to the figures of its question. Pure. */
#pragma once

#include "campaigns/tally.h"

/* True when `code` holds something and nothing but add-ons of the question. */
bool tally_said_addons(const struct tally_question *question, const char *code);
/* Add-ons said one after the other, each once; `before` may be NULL. */
char *tally_said_join(const char *before, const char *code);

/* Adds one voice: its vote, and add-ons that came behind (NULL: none). True if it is an answer. */
bool tally_said_add(struct tally_question *question, const char *vote, const char *addons);

/* Whether one of these codes was chosen. */
bool tally_said_any(const struct tally_question *question, const char *vote, char *const *codes);
