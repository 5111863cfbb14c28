// SPDX-License-Identifier: GPL-2.0-or-later
// Signatures of Standard Webhooks, scheme v1: HMAC-SHA256 over "id.timestamp.body".
#pragma once

#include <glib.h>

/* "v1,<base64>", the caller frees. `secret` is whsec_<base64 of the key>; any other text is the key
 * itself, byte for byte. `timestamp` is in seconds. */
char *signature_make(const char *secret, const char *id, gint64 timestamp, const char *body);
