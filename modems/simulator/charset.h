// SPDX-License-Identifier: GPL-2.0-or-later
// How texts are written between TE and modem: AT+CSCS (3GPP TS 27.007 §5.5) and USSD.
#pragma once

#include <glib.h>

enum charset { CHARSET_GSM, CHARSET_IRA, CHARSET_UCS2, CHARSET_HEX, CHARSET_COUNT };

const char *charset_name(enum charset charset); /* "UCS2" */
/* UTF-8 of what a client wrote, or NULL when it is not written in this set. The caller frees. */
char *charset_read(enum charset charset, const char *written);
/* What the set lacks becomes a question mark. The caller frees. */
char *charset_write(enum charset charset, const char *text);

/* Packed septets in hex, as some modems write USSD texts; NULL where the text does not fit, or the
 * hex is none. The caller frees. */
char *charset_pack(const char *text);
char *charset_unpack(const char *hex);
