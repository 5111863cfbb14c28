// SPDX-License-Identifier: GPL-2.0-or-later
// The GSM 7 bit default alphabet with its extension table (3GPP TS 23.038 §6.2.1), and its packing.
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Septets of one character (1, or 2 with the escape); 0 when the alphabet lacks it. */
unsigned septets_of(gunichar character, uint8_t retseptets[2]);
/* Appends the septets of the UTF-8 text; false (and `septets` as it was) if a character does not
 * fit the alphabet. */
bool septets_append(GByteArray *septets, const char *text);
/* UTF-8 of the septets; an escape that leads nowhere becomes U+FFFD. The caller frees. */
char *septets_text(const uint8_t *septets, size_t count);

/* `skip` is the number of fill bits before the first septet (0..6, after a user data header).
 * Returns the octets written; the rest of the last one is zero. */
size_t septets_pack(const uint8_t *septets, size_t count, unsigned skip, uint8_t *retoctets);
void septets_unpack(const uint8_t *octets, size_t count, unsigned skip, uint8_t *retseptets);
