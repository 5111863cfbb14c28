// SPDX-License-Identifier: GPL-2.0-or-later
// Vietnamese text: normal forms, keys for comparison, removal of diacritics.
#pragma once

#include <glib.h>
#include <stdbool.h>

/* All take valid UTF-8; the caller frees what they return. */

/* Without diacritics, exactly: đ→d, every tone and vowel mark in NFC or NFD, case kept. Letters of
 * other scripts, symbols and emoji stay as they are. */
char *text_unmark(const char *text);

/* The two keys of rule R2: NFC, lower case, full-width and keycap digits folded, zero-width
 * characters gone, runs of blanks one space, ends trimmed, tone placement made one (hoà = hòa). */
char *text_key_marked(const char *text);   /* key D keeps diacritics */
char *text_key_unmarked(const char *text); /* key A drops them */

bool text_is_ascii(const char *text);

/* Bytes off the air or out of a file as valid UTF-8: bad bytes and control characters other than
 * newline and tab become U+FFFD; CR and CRLF are a newline. */
char *text_make_valid(const char *bytes, gssize length);
