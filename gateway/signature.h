// SPDX-License-Identifier: GPL-2.0-or-later
// Signatures of Standard Webhooks, scheme v1: HMAC-SHA256 over "id.timestamp.body".
#pragma once

#include <glib.h>

/* "v1,<base64>", the caller frees. `timestamp` is in seconds, `key` as sink_config_key() gives it.
 */
char *signature_make(GBytes *key, const char *id, gint64 timestamp, const char *body);
