// SPDX-License-Identifier: GPL-2.0-or-later
// The GSM 7 bit default alphabet and its extension (3GPP TS 23.038 §6.2.1).
#pragma once

#include <glib.h>

/* Septets that this character takes: 1, 2, or 0 when it is not in the alphabet. */
unsigned alphabet_septets(gunichar character);
/* The character of a septet; 0 for the escape to the extension. */
gunichar alphabet_character(unsigned septet);
/* The character of a septet behind the escape; 0: none. */
gunichar alphabet_extension(unsigned septet);
