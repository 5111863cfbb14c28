// SPDX-License-Identifier: GPL-2.0-or-later
// The answer that a handler gives. Nothing here knows the HTTP library.
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

struct api_response {
    unsigned status;
    json_t *json;
    GBytes *bytes;     /* instead of JSON: a file of that type */
    const char *type;  /* static */
    char *file;        /* its name, in ASCII */
    bool problem;      /* application/problem+json */
    const char *allow; /* 405: the methods that are known */
    unsigned retry_s;  /* 429, 503: ask again after; 0: not said */
};

/* Steals `json`. */
void response_json(struct api_response *response, unsigned status, json_t *json);
/* Takes over `bytes` and `file`. */
void response_file(struct api_response *response, GBytes *bytes, const char *type, char *file);
void response_clear(struct api_response *response);

/* NULL is null; bytes that are no UTF-8 are replaced. */
json_t *json_text(const char *text);
