// SPDX-License-Identifier: GPL-2.0-or-later
/* Codes of top-up cards: money in digits. They stand in no log and no database; what is kept for a
 * day, to notice one that is handed in twice, is a digest that takes long to compute. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* As it is typed, with blanks, dashes and dots, to digits alone; NULL: it is no such code, and
 * `error` says why without repeating it. The caller wipes with sim_card_wipe(). */
char *sim_card_read(const char *typed, GError **error);
void sim_card_wipe(char *code);

/* NULL: this machine has not the memory for it. The caller frees. */
char *sim_card_digest(const char *code);
bool sim_card_has_digest(const char *code, const char *digest);
