// SPDX-License-Identifier: GPL-2.0-or-later
/* What becomes of a request of an aggregator whose service and secret are right: fields, limits,
 * the survey. Nothing here knows the HTTP library. Threads may share it. */
#pragma once

#include "config/gateway.h"

struct aggregator_desk;

struct aggregator_desk *aggregator_desk_new(const char *database);
/* Whoever is at work is broken off; then it may be freed once nobody is. */
void aggregator_desk_stop(struct aggregator_desk *desk);
void aggregator_desk_free(struct aggregator_desk *desk);

struct aggregator_call {
    const struct gateway_config *config; /* lives as long as the desk */
    const struct ussd_service_config *service;
    bool end;          /* a notice that the session is over, no request for a page */
    const char *bytes; /* the form */
    size_t size;
};
struct aggregator_reply {
    unsigned status;
    char *text;       /* "CON …", "END …", or a sentence for the aggregator's people */
    unsigned retry_s; /* Retry-After; 0: not said */
};
void aggregator_reply_clear(struct aggregator_reply *reply);
void aggregator_desk_answer(struct aggregator_desk *desk, const struct aggregator_call *call,
                            struct aggregator_reply *retreply);

/* In constant time, whatever the lengths. */
bool aggregator_secret_is(const char *shown, const char *secret);
