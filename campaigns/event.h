// SPDX-License-Identifier: GPL-2.0-or-later
/* The envelope of what leaves the house: CloudEvents 1.0 in structured mode, with the timestamp
 * that Standard Webhooks wants in the body. */
#pragma once

#include <jansson.h>
#include <stdint.h>

struct event {
    const char *id, *type, *subject;
    const char *gateway; /* its uuid */
    int64_t at;
};

/* Takes over `data`; the caller frees the text. */
char *event_body(const struct event *event, json_t *data);

/* RFC 3339 in UTC; null for 0. */
json_t *event_time(int64_t at);
/* Compact; takes over `json`, whose texts are UTF-8; the caller frees. */
char *event_text(json_t *json);
