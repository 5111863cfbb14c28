// SPDX-License-Identifier: GPL-2.0-or-later
// The code of a card is dialled and never written down.
#pragma once

#include <stdbool.h>

/* Whether a text that somebody dials must hold one: no service or phone number is so long. */
bool ussd_secret_is_card(const char *text);

/* What may be shown of a text that is dialled: of each piece between * and # with more than four
 * digits the last four, "*100*…1234#". The caller frees. */
char *ussd_secret_mask(const char *text);
/* The same for what the network says, which may repeat a piece of the path (NULL-terminated). */
char *ussd_secret_scrub(const char *heard, char *const *path);
